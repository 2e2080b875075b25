/* SPDX-License-Identifier: MIT */
/* Removal where memory runs out and listings lie. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "tree.h"

/*
 * Linked in place of the real ones
 */

static unsigned allocations_left = UINT_MAX;
static bool memory_comes_back; /* after one failure */
static bool memory_ran_out;

static bool has_memory(void)
{
	if (allocations_left == 0) {
		memory_ran_out = true;
		if (memory_comes_back)
			allocations_left = UINT_MAX;
		errno = ENOMEM;
		return false;
	}
	allocations_left--;
	return true;
}

void *__wrap_malloc(size_t size);
void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size)
{
	return has_memory() ? __real_malloc(size) : NULL;
}

void *__wrap_realloc(void *memory, size_t size);
void *__real_realloc(void *memory, size_t size);
void *__wrap_realloc(void *memory, size_t size)
{
	return has_memory() ? __real_realloc(memory, size) : NULL;
}

/* What to do to each result of a listing; NULL: nothing. */
static int (*lie)(struct os_listing *listing, struct os_entry *entry, int more);

int __wrap_tempfile__os_list_next(struct os_listing *listing,
				  struct os_entry *entry);
int __real_tempfile__os_list_next(struct os_listing *listing,
				  struct os_entry *entry);
int __wrap_tempfile__os_list_next(struct os_listing *listing,
				  struct os_entry *entry)
{
	int more = __real_tempfile__os_list_next(listing, entry);

	return lie ? lie(listing, entry, more) : more;
}

/* What to do before a directory is unlocked. */
static void (*before_unlock)(int at, const char *name);

int __wrap_tempfile__os_unlock_subdirectory(int at, const char *name);
int __real_tempfile__os_unlock_subdirectory(int at, const char *name);
int __wrap_tempfile__os_unlock_subdirectory(int at, const char *name)
{
	if (before_unlock)
		before_unlock(at, name);
	return __real_tempfile__os_unlock_subdirectory(at, name);
}

static int remove_with(const struct tree *tree, struct counters *told,
		       int (*how)(struct os_listing *listing,
				  struct os_entry *entry, int more))
{
	int error;

	lie = how;
	error = remove_tree(tree, told);
	lie = NULL;
	return error;
}

static void make_mixture(const struct tree *tree)
{
	make_path(tree->root, "a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p/q/r/s/t");
	make_path(tree->root, "x/y");
	make_file(tree->root, "f");
	make_file(tree->root, "a/f");
	make_file(tree->root, "x/y/f");
	make_path(tree->at, "outside/dir");
	make_file(tree->at, "outside/canary");
	must(symlinkat("../outside", tree->root, "link"));
	must(symlinkat("../../outside", tree->root, "x/link"));
}

static void make_again(struct tree *tree)
{
	drop_tree(tree);
	make_tree(tree);
	make_mixture(tree);
}

/* Fails at each allocation in turn, until it gets by with fewer. */
static void try_without_memory(struct tree *tree)
{
	unsigned failures = 0;
	int error;

	for (unsigned n = 0;; n++) {
		make_again(tree);
		memory_ran_out = false;
		allocations_left = n;
		error = remove_tree(tree, NULL);
		allocations_left = UINT_MAX;
		if (!memory_ran_out)
			break;
		assert_true(error == 0 || error == ENOMEM);
		failures += error == ENOMEM;
		assert_int_equal(remove_tree(tree, NULL), 0);
		assert_true(exists(tree->at, "outside/canary"));
	}
	assert_int_equal(error, 0);
	assert_true(failures >= 4);
}

static void without_memory_it_fails_and_can_be_tried_again(void **state)
{
	memory_comes_back = false;
	try_without_memory(*state);
	memory_comes_back = true;
	try_without_memory(*state);
}

static int know_no_kind(struct os_listing *listing, struct os_entry *entry,
			int more)
{
	(void)listing;
	entry->kind = OS_KIND_UNKNOWN;
	return more;
}

static int swap_kinds(struct os_listing *listing, struct os_entry *entry,
		      int more)
{
	(void)listing;
	if (more > 0)
		entry->kind =
			entry->kind == OS_DIRECTORY ? OS_FILE : OS_DIRECTORY;
	return more;
}

static void the_kind_in_a_listing_is_a_guess(void **state)
{
	struct tree *tree = *state;
	struct counters told = {0};

	make_again(tree);
	assert_int_equal(remove_with(tree, &told, know_no_kind), 0);
	assert_int_equal(told.gone, 23);
	assert_int_equal(told.removed, 28);
	make_again(tree);
	assert_int_equal(remove_with(tree, NULL, swap_kinds), 0);
	assert_true(exists(tree->at, "outside/canary"));
	assert_true(exists(tree->at, "outside/dir"));
}

/* As systems do that count along entries which have gone since. */
static bool one_was_listed;
static int skip_every_other(struct os_listing *listing, struct os_entry *entry,
			    int more)
{
	if (more > 0 && one_was_listed)
		more = __real_tempfile__os_list_next(listing, entry);
	one_was_listed = more > 0;
	return more;
}

static void skipped_entries_are_found_later(void **state)
{
	struct tree *tree = *state;

	make_mixture(tree);
	make_wide(tree->root, 300, 20, true);
	assert_int_equal(remove_with(tree, NULL, skip_every_other), 0);
	assert_false(exists(tree->at, "tree"));
}

static struct os_identity broken;
static int fail_in_one(struct os_listing *listing, struct os_entry *entry,
		       int more)
{
	struct os_status status;

	(void)entry;
	must(tempfile__os_status(listing->fd, &status));
	if (!tempfile__os_same(status.identity, broken))
		return more;
	errno = EIO;
	return -1;
}

static void a_directory_that_cannot_be_read_is_told(void **state)
{
	struct tree *tree = *state;
	struct counters told = {0};
	struct os_status status;

	make_mixture(tree);
	must(tempfile__os_status_at(tree->root, "x", &status));
	broken = status.identity;
	assert_int_equal(remove_with(tree, &told, fail_in_one), EIO);
	assert_int_equal(told.failed, 1);
	assert_string_equal(told.first, "x");
	assert_false(exists(tree->root, "a"));
	assert_true(exists(tree->root, "x/y/f"));
	must(tempfile__os_status(tree->root, &status));
	broken = status.identity;
	assert_int_equal(remove_with(tree, &told, fail_in_one), EIO);
	assert_string_equal(told.first, "");
	assert_string_equal(told.last, ".");
	assert_int_equal(remove_tree(tree, NULL), 0);
}

static void put_link_in_place(int at, const char *name)
{
	must(renameat(at, name, at, "was"));
	must(symlinkat("../outside", at, name));
}

static int remove_what_becomes_a_link(void)
{
	struct tree tree;
	struct os_status status;
	int error;

	make_tree(&tree);
	make_path(tree.at, "outside");
	make_path(tree.root, "locked");
	make_file(tree.root, "locked/f");
	must(fchmodat(tree.root, "locked", 0, 0));
	must(fchmodat(tree.at, "outside", 0500, 0));
	before_unlock = put_link_in_place;
	error = remove_tree(&tree, NULL);
	before_unlock = NULL;
	CHECK(error == EACCES);
	must(tempfile__os_status_at(tree.at, "outside", &status));
	CHECK(status.permissions == 0500);
	CHECK(remove_tree(&tree, NULL) == 0);
	drop_tree(&tree);
	return 0;
}

static void nothing_is_unlocked_through_a_link(void **state)
{
	(void)state;
	assert_true(as_nobody(remove_what_becomes_a_link));
}

int main(void)
{
#define TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(without_memory_it_fails_and_can_be_tried_again),
		TEST(the_kind_in_a_listing_is_a_guess),
		TEST(skipped_entries_are_found_later),
		TEST(a_directory_that_cannot_be_read_is_told),
		cmocka_unit_test(nothing_is_unlocked_through_a_link),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
