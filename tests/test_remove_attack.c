/* SPDX-License-Identifier: MIT */
/* Removal while somebody moves things about, or has mounted something. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "tree.h"

#define MILLISECONDS 2000
#define CANARIES     20

/*
 * Racing
 */

struct attack {
	void (*once)(const struct tree *tree);
	bool in_signal;
	bool locked; /* is what the attacker moves */
	struct tree tree;
	atomic_bool over;
	atomic_uint hits;
};

static void *attack_until_over(void *arg)
{
	struct attack *attack = arg;

	for (unsigned n = 0; !atomic_load(&attack->over); n++) {
		/* Now faster, now slower, and never so that it alone runs. */
		for (unsigned i = 0; i <= n % 64; i++)
			(void)sched_yield();
		errno = 0;
		attack->once(&attack->tree);
		if (errno == 0)
			atomic_fetch_add(&attack->hits, 1);
	}
	return NULL;
}

/* Directories 0, 1, ... each with a file, as in the tree. */
static void make_canaries(const struct tree *tree)
{
	char name[32];

	make_dir(tree->at, "outside");
	for (unsigned i = 0; i < CANARIES; i++) {
		(void)snprintf(name, sizeof name, "outside/%u", i);
		make_dir(tree->at, name);
		(void)strcat(name, "/canary");
		make_file(tree->at, name);
	}
	must(fchmodat(tree->at, "outside", 0500, 0));
}

static bool canaries_live(const struct tree *tree)
{
	struct stat status;
	char name[32];

	must(fstatat(tree->at, "outside", &status, 0));
	if ((status.st_mode & 07777) != 0500)
		return false;
	for (unsigned i = 0; i < CANARIES; i++) {
		(void)snprintf(name, sizeof name, "outside/%u/canary", i);
		if (!exists(tree->at, name))
			return false;
	}
	return true;
}

/* One is deeper than descriptors are held. */
static void fill(int fd)
{
	char name[32];

	make_path(fd, "1/d/d/d/d/d/d/d/d/d/d/d/d");
	for (unsigned i = 0; i < CANARIES; i++) {
		(void)snprintf(name, sizeof name, "%u", i);
		make_path(fd, name);
		(void)strcat(name, "/f");
		make_file(fd, name);
	}
}

/* Where an earlier round left parts of the tree, they are the bait. */
static void bait(const struct attack *attack)
{
	int at = attack->tree.at;
	int fd;

	(void)mkdirat(at, "tree", 0700);
	(void)symlinkat("../outside", at, "tree/link");
	if (mkdirat(at, "bait", 0700) == 0) {
		fd = must(openat(at, "bait", O_RDONLY));
		fill(fd);
		must(close(fd));
	}
	fd = must(openat(at, "bait", O_RDONLY));
	if (renameat(at, "bait", at, "tree/sub") == 0 && attack->locked)
		must(fchmod(fd, 0));
	must(close(fd));
}

/* Not before the attacker is at it. */
static void wait_for_hit(struct attack *attack)
{
	unsigned before = atomic_load(&attack->hits);

	for (unsigned i = 0; i < 1000 && before == attack->hits; i++)
		(void)sched_yield();
}

static void remove_once(const struct attack *attack)
{
	int at = attack->tree.at;
	struct removal removal = {0};
	int root = openat(at, "tree", O_RDONLY | O_DIRECTORY);

	if (root < 0)
		return;
	if (attack->in_signal)
		(void)tempfile__remove_tree_in_signal(at, "tree", root);
	else
		(void)tempfile__remove_tree(at, "tree", root, &removal);
	free(removal.first_failure);
	must(close(root));
}

static int survive(struct attack *attack)
{
	int64_t end = tempfile__os_milliseconds() + MILLISECONDS;
	unsigned rounds = 0;
	pthread_t attacker;

	make_tree(&attack->tree);
	make_canaries(&attack->tree);
	must(-pthread_create(&attacker, NULL, attack_until_over, attack));
	while (tempfile__os_milliseconds() < end) {
		bait(attack);
		wait_for_hit(attack);
		remove_once(attack);
		rounds++;
	}
	atomic_store(&attack->over, true);
	must(-pthread_join(attacker, NULL));
	CHECK(canaries_live(&attack->tree));
	print_message("%u removals, %u hits\n", rounds, attack->hits);
	CHECK(rounds > 100 && attack->hits > 100);
	must(fchmodat(attack->tree.at, "outside", 0700, 0));
	drop_tree(&attack->tree);
	return 0;
}

static void exchange_with_link(const struct tree *tree)
{
	(void)renameat2(tree->at, "tree/sub", tree->at, "tree/link",
			RENAME_EXCHANGE);
}

/* Into the directory whose entries have the names the walk looks for. */
static void move_out_and_in(const struct tree *tree)
{
	(void)renameat(tree->at, "tree/sub/1", tree->at, "outside-moved");
	(void)renameat(tree->at, "outside-moved", tree->at, "tree/sub/1");
}

static int survive_exchanges(void)
{
	return survive(&(struct attack){.once = exchange_with_link});
}

static int survive_exchanges_unlocking(void)
{
	return survive(
		&(struct attack){.once = exchange_with_link, .locked = true});
}

static int survive_exchanges_in_signal(void)
{
	return survive(&(struct attack){.once = exchange_with_link,
					.in_signal = true});
}

static int survive_moves(void)
{
	return survive(&(struct attack){.once = move_out_and_in});
}

static int survive_moves_in_signal(void)
{
	return survive(
		&(struct attack){.once = move_out_and_in, .in_signal = true});
}

static void links_in_place_of_directories_lead_nowhere(void **state)
{
	(void)state;
	assert_true(as_nobody(survive_exchanges));
	assert_true(as_nobody(survive_exchanges_unlocking));
	assert_true(as_nobody(survive_exchanges_in_signal));
}

static void directories_moved_about_lead_nowhere(void **state)
{
	(void)state;
	assert_true(as_nobody(survive_moves));
	assert_true(as_nobody(survive_moves_in_signal));
}

/*
 * Moving at a moment of our choice: when the walk says that a directory went
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
		cmocka_unit_test(mounts_are_left_whole),
		cmocka_unit_test(links_in_place_of_directories_lead_nowhere),
		cmocka_unit_test(directories_moved_about_lead_nowhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
