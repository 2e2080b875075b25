/* SPDX-License-Identifier: MIT */
/* Removal of what was moved, replaced or mounted on at the worst moment. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include <cmocka.h>

#include "tree.h"

/*
 * Moves and replacements, when the walk says that a directory has gone
 */

struct move {
	const struct tree *tree;
	const char *when; /* this path has gone */
	void (*make)(const struct tree *tree);
	unsigned made;
	int last_error;
};

static int move_when(const struct tempfile_removal *removal, void *arg)
{
	struct move *move = arg;

	if (removal->error)
		move->last_error = removal->error;
	else if (strcmp(removal->path, move->when) == 0 && move->made++ == 0)
		move->make(move->tree);
	return 0;
}

static int remove_and_move(struct move *move, char **first_failure)
{
	const struct tree *tree = move->tree;
	struct removal removal = {.progress = move_when, .arg = move};
	int result =
		tempfile__remove_tree(tree->at, "tree", tree->root, &removal);

	*first_failure = removal.first_failure;
	assert_int_equal(move->made, 1);
	return result == 0 ? 0 : errno;
}

#define LEVEL_2  "d/d"
#define LEVEL_4  LEVEL_2 "/" LEVEL_2
#define LEVEL_5  LEVEL_4 "/d"
#define LEVEL_20 LEVEL_4 "/" LEVEL_4 "/" LEVEL_4 "/" LEVEL_4 "/" LEVEL_4

/* A sibling on each of the levels that are moved, to come after them. */
static void make_levels(const struct tree *tree)
{
	make_path(tree->root, LEVEL_20);
	make_dir(tree->root, "p");
	make_file(tree->root, "p/f");
	make_dir(tree->root, LEVEL_4 "/p");
	make_file(tree->root, LEVEL_4 "/p/f");
	make_dir(tree->at, "p");
	make_file(tree->at, "p/f");
	make_file(tree->at, "canary");
}

static void move_level_5(const struct tree *tree)
{
	must(renameat(tree->root, LEVEL_5, tree->at, "elsewhere"));
}

static void a_branch_moved_away_is_left_by_another_way(void **state)
{
	struct tree *tree = *state;
	struct move move = {tree, LEVEL_20, move_level_5, 0, 0};
	char *failure;

	make_levels(tree);
	assert_int_equal(remove_and_move(&move, &failure), 0);
	assert_null(failure);
	assert_false(exists(tree->at, "tree"));
	assert_true(exists(tree->at, "canary"));
	assert_true(exists(tree->at, "p/f"));
	must(unlinkat(tree->at, "elsewhere", AT_REMOVEDIR));
}

static void move_levels_5_and_2(const struct tree *tree)
{
	move_level_5(tree);
	must(renameat(tree->root, LEVEL_2, tree->at, "lost"));
}

static void a_branch_that_cannot_be_found_again_is_stale(void **state)
{
	struct tree *tree = *state;
	struct move move = {tree, LEVEL_20, move_levels_5_and_2, 0, 0};
	char *failure;

	make_levels(tree);
	assert_int_equal(remove_and_move(&move, &failure), ESTALE);
	assert_string_equal(failure, LEVEL_2);
	free(failure);
	assert_false(exists(tree->at, "tree"));
	assert_true(exists(tree->at, "lost/" LEVEL_2 "/p/f"));
	assert_true(exists(tree->at, "canary"));
	assert_true(exists(tree->at, "p/f"));
}

/* The names are right, but they are other directories now. */
static void replace_level_2(const struct tree *tree)
{
	move_levels_5_and_2(tree);
	make_path(tree->root, LEVEL_4);
	make_file(tree->root, LEVEL_4 "/new");
}

static void names_alone_do_not_lead_back(void **state)
{
	struct tree *tree = *state;
	struct move move = {tree, LEVEL_20, replace_level_2, 0, 0};
	char *failure;

	make_levels(tree);
	assert_int_equal(remove_and_move(&move, &failure), ESTALE);
	free(failure);
	assert_int_equal(move.last_error, ESTALE);
	assert_true(exists(tree->at, "lost/" LEVEL_2 "/p/f"));
	assert_true(exists(tree->at, "canary"));
}

static void replace_root(const struct tree *tree)
{
	must(renameat(tree->at, "tree", tree->at, "elsewhere"));
	make_dir(tree->at, "tree");
}

static void a_root_that_was_replaced_is_stale(void **state)
{
	struct tree *tree = *state;
	struct move move = {tree, LEVEL_20, replace_root, 0, 0};
	char *failure;

	make_levels(tree);
	assert_int_equal(remove_and_move(&move, &failure), ESTALE);
	assert_null(failure);
	assert_true(exists(tree->at, "tree"));
	assert_int_equal(
		tempfile__remove_tree_in_signal(tree->at, "tree", tree->root),
		-1);
	assert_int_equal(errno, ESTALE);
	assert_true(exists(tree->at, "tree"));
	must(unlinkat(tree->at, "elsewhere", AT_REMOVEDIR));
}

static void put_link_in_place(const struct tree *tree, const char *name)
{
	if (!exists(tree->root, name))
		return;
	must(renameat(tree->root, name, tree->at, "elsewhere"));
	must(symlinkat("../outside", tree->root, name));
}

/* Of two directories that were noted, the second becomes a link. */
static int replace_the_other(const struct tempfile_removal *removal, void *arg)
{
	if (strcmp(removal->path, "1") == 0)
		put_link_in_place(arg, "2");
	if (strcmp(removal->path, "2") == 0)
		put_link_in_place(arg, "1");
	return 0;
}

static void a_link_in_place_of_a_noted_directory_goes_alone(void **state)
{
	struct tree *tree = *state;
	struct removal removal = {.progress = replace_the_other, .arg = tree};

	make_dir(tree->at, "outside");
	make_file(tree->at, "outside/canary");
	make_dir(tree->root, "1");
	make_dir(tree->root, "2");
	make_file(tree->root, "1/f");
	make_file(tree->root, "2/f");
	assert_int_equal(
		tempfile__remove_tree(tree->at, "tree", tree->root, &removal),
		0);
	assert_int_equal(removal.removed, 4);
	assert_false(exists(tree->at, "tree"));
	assert_true(exists(tree->at, "outside/canary"));
	assert_true(exists(tree->at, "elsewhere/f"));
}

/*
 * Mounts, in a mount namespace of a child's own
 */

static int enter_namespace(void)
{
	return unshare(CLONE_NEWNS) < 0 ||
	       mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0;
}

static void mount_at(const struct tree *tree, const char *from, const char *to)
{
	char source[128];
	char target[128];

	(void)snprintf(source, sizeof source, "%s/%s", tree->place, from);
	(void)snprintf(target, sizeof target, "%s/tree/%s", tree->place, to);
	must(mount(source, target, NULL, MS_BIND, NULL));
}

static void make_mounts(const struct tree *tree)
{
	make_dir(tree->at, "outside");
	make_file(tree->at, "outside/canary");
	make_path(tree->root, "a/dir");
	make_file(tree->root, "a/f");
	make_file(tree->root, "a/file");
	make_file(tree->root, "b");
	mount_at(tree, "outside", "a/dir");
	mount_at(tree, "outside/canary", "a/file");
}

static int remove_around_mounts(bool in_signal)
{
	struct counters told = {0};
	struct tree tree;

	CHECK(enter_namespace() == 0);
	make_tree(&tree);
	make_mounts(&tree);
	if (in_signal) {
		CHECK(tempfile__remove_tree_in_signal(tree.at, "tree",
						      tree.root) < 0);
		CHECK(errno == EBUSY);
	} else {
		CHECK(remove_tree(&tree, &told) == EBUSY);
		CHECK(told.failed == 2);
		CHECK(strncmp(told.first, "a/", 2) == 0);
	}
	CHECK(exists(tree.at, "outside/canary"));
	CHECK(!exists(tree.root, "a/f"));
	CHECK(!exists(tree.root, "b"));
	CHECK(unshare(CLONE_FS) == 0 && fchdir(tree.root) == 0);
	CHECK(umount2("a/dir", MNT_DETACH) == 0);
	CHECK(umount2("a/file", MNT_DETACH) == 0);
	CHECK(remove_tree(&tree, NULL) == 0);
	drop_tree(&tree);
	return 0;
}

/* As soon as one of the two directories has gone. */
static int mount_on_the_other(const struct tempfile_removal *removal, void *arg)
{
	if (removal->error == 0 && strcmp(removal->path, "1") == 0)
		mount_at(arg, "outside", "2");
	if (removal->error == 0 && strcmp(removal->path, "2") == 0)
		mount_at(arg, "outside", "1");
	return 0;
}

/* Listed as a directory, noted, and only then mounted on. */
static int remove_what_is_mounted_on_meanwhile(void)
{
	struct tree tree;
	struct removal removal = {.progress = mount_on_the_other, .arg = &tree};
	int result;

	CHECK(enter_namespace() == 0);
	make_tree(&tree);
	make_dir(tree.at, "outside");
	make_file(tree.at, "outside/canary");
	make_path(tree.root, "1/d");
	make_path(tree.root, "2/d");
	make_file(tree.root, "1/f");
	make_file(tree.root, "2/f");
	result = tempfile__remove_tree(tree.at, "tree", tree.root, &removal);
	CHECK(result == -1 && errno == EBUSY);
	CHECK(strlen(removal.first_failure) == 1);
	free(removal.first_failure);
	CHECK(exists(tree.at, "outside/canary"));
	CHECK(unshare(CLONE_FS) == 0 && fchdir(tree.root) == 0);
	(void)umount2("1", MNT_DETACH);
	(void)umount2("2", MNT_DETACH);
	CHECK(remove_tree(&tree, NULL) == 0);
	drop_tree(&tree);
	return 0;
}

static int remove_around_mounts_normally(void)
{
	return remove_around_mounts(false);
}

static int remove_around_mounts_in_signal(void)
{
	return remove_around_mounts(true);
}

static void mounts_are_left_whole(void **state)
{
	(void)state;
	if (geteuid() != 0 || !in_child(enter_namespace)) {
		print_message("mounting needs root\n");
		skip();
	}
	assert_true(in_child(remove_around_mounts_normally));
	assert_true(in_child(remove_around_mounts_in_signal));
	assert_true(in_child(remove_what_is_mounted_on_meanwhile));
}

int main(void)
{
#define TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_branch_moved_away_is_left_by_another_way),
		TEST(a_branch_that_cannot_be_found_again_is_stale),
		TEST(names_alone_do_not_lead_back),
		TEST(a_root_that_was_replaced_is_stale),
		TEST(a_link_in_place_of_a_noted_directory_goes_alone),
		cmocka_unit_test(mounts_are_left_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
