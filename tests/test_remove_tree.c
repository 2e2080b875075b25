/* SPDX-License-Identifier: MIT */
/* The recursive removal: what goes, what stays, what is told. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "tree.h"

static void an_empty_directory_goes(void **state)
{
	struct tree *tree = *state;
	struct counters told = {0};

	assert_int_equal(remove_tree(tree, &told), 0);
	assert_false(exists(tree->at, "tree"));
	assert_int_equal(told.removed, 1);
	assert_int_equal(told.gone, 1);
	assert_string_equal(told.last, ".");
}

static void make_mixture(const struct tree *tree)
{
	make_dir(tree->root, "a");
	make_dir(tree->root, "a/b");
	make_dir(tree->root, "a/b/c");
	make_dir(tree->root, "a/empty");
	make_dir(tree->root, "z");
	make_file(tree->root, "f");
	make_file(tree->root, "a/f");
	make_file(tree->root, "a/b/c/f");
	make_file(tree->root, "..f");
	must(symlinkat("nowhere", tree->root, "a/dangling"));
}

static void all_in_it_goes(void **state)
{
	struct tree *tree = *state;
	struct counters told = {0};

	make_mixture(tree);
	assert_int_equal(remove_tree(tree, &told), 0);
	assert_false(exists(tree->at, "tree"));
	assert_int_equal(told.removed, 11);
	assert_int_equal(told.gone, 6);
	assert_int_equal(told.failed, 0);
}

static void what_has_gone_already_is_fine(void **state)
{
	struct tree *tree = *state;

	must(unlinkat(tree->at, "tree", AT_REMOVEDIR));
	assert_int_equal(remove_tree(tree, NULL), 0);
}

/* What links lead to, and what is linked, is not touched. */
static void nothing_outside_is_touched(void **state)
{
	struct tree *tree = *state;
	struct stat before;
	struct stat after;

	make_dir(tree->at, "outside");
	make_file(tree->at, "outside/canary");
	must(fchmodat(tree->at, "outside/canary", 0440, 0));
	make_dir(tree->root, "sub");
	must(symlinkat("../outside", tree->root, "link"));
	must(symlinkat("../../outside", tree->root, "sub/link"));
	must(symlinkat("../../outside/canary", tree->root, "sub/file"));
	must(linkat(tree->at, "outside/canary", tree->root, "sub/hard", 0));
	must(fstatat(tree->at, "outside/canary", &before, 0));
	assert_int_equal(remove_tree(tree, NULL), 0);
	must(fstatat(tree->at, "outside/canary", &after, 0));
	assert_int_equal(after.st_nlink, before.st_nlink - 1);
	assert_int_equal(after.st_mode, before.st_mode);
	assert_false(exists(tree->at, "tree"));
}

static void a_fifo_does_not_block(void **state)
{
	struct tree *tree = *state;

	must(mkfifoat(tree->root, "fifo", 0600));
	(void)alarm(10);
	assert_int_equal(remove_tree(tree, NULL), 0);
	(void)alarm(0);
}

static bool keep_those_with_k(const char *name, void *arg)
{
	++*(unsigned *)arg;
	return name[0] == 'k';
}

static void the_root_and_what_is_kept_stays(void **state)
{
	struct tree *tree = *state;
	unsigned asked = 0;
	struct removal removal = {.contents_only = true,
				  .keep = keep_those_with_k,
				  .keep_arg = &asked};

	make_mixture(tree);
	make_dir(tree->root, "kept");
	make_file(tree->root, "kept/f");
	make_file(tree->root, "kf");
	make_file(tree->root, "z/kf"); /* only the root's entries are kept */
	assert_int_equal(
		tempfile__remove_tree(tree->at, "tree", tree->root, &removal),
		0);
	assert_null(removal.first_failure);
	assert_true(asked >= 5);
	assert_true(exists(tree->root, "kept/f"));
	assert_true(exists(tree->root, "kf"));
	assert_false(exists(tree->root, "a"));
	assert_false(exists(tree->root, "f"));
	assert_false(exists(tree->root, "z"));
}

static void it_stops_when_told_to(void **state)
{
	struct tree *tree = *state;
	struct counters told = {.stop_after = 2};

	make_mixture(tree);
	assert_int_equal(remove_tree(tree, &told), ECANCELED);
	assert_int_equal(told.gone, 2);
	assert_string_equal(told.first, "");
	assert_true(exists(tree->at, "tree"));
	assert_int_equal(remove_tree(tree, NULL), 0);
}

static void it_stops_when_its_time_is_up(void **state)
{
	struct tree *tree = *state;
	struct removal removal = {.deadline = tempfile__os_milliseconds() - 1};

	make_mixture(tree);
	assert_int_equal(
		tempfile__remove_tree(tree->at, "tree", tree->root, &removal),
		-1);
	assert_int_equal(errno, ETIMEDOUT);
	assert_int_equal(removal.removed, 0);
	removal.deadline = tempfile__os_milliseconds() + 60000;
	assert_int_equal(
		tempfile__remove_tree(tree->at, "tree", tree->root, &removal),
		0);
}

/* More than fits into the notes: passes over what is left until none is. */
static void a_wide_directory_takes_several_passes(void **state)
{
	struct tree *tree = *state;
	struct counters told = {0};

	make_dir(tree->root, "wide");
	make_wide(must(openat(tree->root, "wide", O_RDONLY)), 6000, 200, true);
	assert_int_equal(remove_tree(tree, &told), 0);
	assert_int_equal(told.removed, 12002);
	/* and two signs of life, after each 4096 entries */
	assert_int_equal(told.gone, 6002 + 2);
	assert_false(exists(tree->at, "tree"));
}

static int add_a_file(const struct tempfile_removal *removal, void *arg)
{
	struct tree *tree = arg;

	if (strcmp(removal->path, "a/b") == 0)
		make_file(tree->root, "a/late");
	if (strcmp(removal->path, "a") == 0)
		make_file(tree->root, "late");
	return 0;
}

static void what_is_added_meanwhile_goes_too(void **state)
{
	struct tree *tree = *state;
	struct removal removal = {.progress = add_a_file, .arg = tree};

	make_mixture(tree);
	assert_int_equal(
		tempfile__remove_tree(tree->at, "tree", tree->root, &removal),
		0);
	assert_int_equal(removal.removed, 13);
	assert_false(exists(tree->at, "tree"));
}

/* One descriptor more than the test has is enough. */
static int remove_with_two_descriptors(void)
{
	struct tree tree;
	struct rlimit limit;
	int next;
	int error;

	make_tree(&tree);
	make_deep(&tree, 40);
	make_mixture(&tree);
	next = must(dup(0));
	must(close(next));
	must(getrlimit(RLIMIT_NOFILE, &limit));
	limit.rlim_cur = (rlim_t)next + 2;
	must(setrlimit(RLIMIT_NOFILE, &limit));
	error = remove_tree(&tree, NULL);
	limit.rlim_cur = limit.rlim_max;
	must(setrlimit(RLIMIT_NOFILE, &limit));
	drop_tree(&tree);
	CHECK(error == 0);
	return 0;
}

static void two_descriptors_are_enough(void **state)
{
	(void)state;
	assert_true(in_child(remove_with_two_descriptors));
}

static void no_descriptor_is_left_open(void **state)
{
	struct tree *tree = *state;
	int before = must(dup(0));
	int after;

	must(close(before));
	make_deep(tree, 100);
	assert_int_equal(remove_tree(tree, NULL), 0);
	after = must(dup(0));
	must(close(after));
	assert_int_equal(before, after);
}

/*
 * Permissions
 */

static int remove_locked(void)
{
	static const unsigned modes[] = {0, 0100, 0200, 0300, 0400, 0500, 0600};
	struct tree tree;
	struct counters told = {0};
	char name[] = "0";
	char path[8];

	make_tree(&tree);
	for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
		name[0] = (char)('0' + i);
		make_dir(tree.root, name);
		(void)strcat(strcpy(path, name), "/d");
		make_dir(tree.root, path);
		(void)strcat(path, "/f");
		make_file(tree.root, path);
		(void)strcat(strcpy(path, name), "/f");
		make_file(tree.root, path);
		must(fchmodat(tree.root, name, modes[i], 0));
	}
	must(fchmod(tree.root, 0500));
	CHECK(remove_tree(&tree, &told) == 0);
	CHECK(told.failed == 0);
	CHECK(!exists(tree.at, "tree"));
	drop_tree(&tree);
	return 0;
}

static void locked_directories_are_opened_up(void **state)
{
	(void)state;
	assert_true(as_nobody(remove_locked));
}

static struct tree foreign;

/* Every fourth directory holds one of root's with a file in it. */
static void make_foreign(unsigned count)
{
	char name[256];
	char path[300];

	make_tree(&foreign);
	make_wide(foreign.root, count, 200, true);
	for (unsigned i = 0; i < count; i++) {
		wide_name(name, i, 200);
		must(fchownat(foreign.root, name, NOBODY, NOBODY, 0));
		if (i % 4 != 0)
			continue;
		(void)strcat(strcpy(path, name), "/foreign");
		make_dir(foreign.root, path);
		(void)strcat(path, "/f");
		make_file(foreign.root, path);
	}
	must(fchown(foreign.at, NOBODY, NOBODY));
	must(fchown(foreign.root, NOBODY, NOBODY));
}

static int remove_foreign(void)
{
	struct counters told = {0};

	CHECK(remove_tree(&foreign, &told) == EACCES);
	CHECK(told.failed == 1000);
	CHECK(told.error == EACCES);
	CHECK(told.gone == 3000 + 1); /* and one sign of life */
	CHECK(strlen(told.first) == 200 + strlen("/foreign/f"));
	CHECK(strcmp(told.first + 200, "/foreign/f") == 0);
	return 0;
}

/* Also with several passes each failure is told once. */
static void what_belongs_to_others_stays_and_is_told_once(void **state)
{
	char name[256];

	(void)state;
	if (geteuid() != 0) {
		print_message("only root can make what others cannot remove\n");
		skip();
	}
	make_foreign(4000);
	assert_true(as_nobody(remove_foreign));
	wide_name(name, 4, 200);
	assert_true(exists(foreign.root, name));
	wide_name(name, 5, 200);
	assert_false(exists(foreign.root, name));
	drop_tree(&foreign);
}

int main(void)
{
#define TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(an_empty_directory_goes),
		TEST(all_in_it_goes),
		TEST(what_has_gone_already_is_fine),
		TEST(nothing_outside_is_touched),
		TEST(a_fifo_does_not_block),
		TEST(the_root_and_what_is_kept_stays),
		TEST(it_stops_when_told_to),
		TEST(it_stops_when_its_time_is_up),
		TEST(a_wide_directory_takes_several_passes),
		TEST(what_is_added_meanwhile_goes_too),
		TEST(no_descriptor_is_left_open),
		cmocka_unit_test(two_descriptors_are_enough),
		cmocka_unit_test(locked_directories_are_opened_up),
		cmocka_unit_test(what_belongs_to_others_stays_and_is_told_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
