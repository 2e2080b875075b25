/* SPDX-License-Identifier: MIT */
/* The removal for signal handlers; each test calls it from one. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "fork_guard.h"
#include "tree.h"

static const struct tree *to_remove;
static int result;
static int error;

static void remove_it(int number)
{
	(void)number;
	result = tempfile__remove_tree_in_signal(to_remove->at, "tree",
						 to_remove->root);
	error = result == 0 ? 0 : errno;
}

/* 0 or errno; whatever hangs is killed. */
static int remove_by_signal(const struct tree *tree)
{
	struct sigaction action = {.sa_handler = remove_it};
	struct sigaction before;

	(void)tempfile__process();
	to_remove = tree;
	must(sigaction(SIGUSR1, &action, &before));
	(void)alarm(60);
	must(raise(SIGUSR1));
	(void)alarm(0);
	must(sigaction(SIGUSR1, &before, NULL));
	return error;
}

/* Linked in place of the system's: what to do before the next way up. */
static void (*before_way_up)(void);
int __wrap_tempfile__os_open_parent(int fd);
int __real_tempfile__os_open_parent(int fd);
int __wrap_tempfile__os_open_parent(int fd)
{
	void (*act)(void) = before_way_up;

	before_way_up = NULL;
	if (act)
		act();
	return __real_tempfile__os_open_parent(fd);
}

/* Nor may it allocate: a handler may have interrupted malloc. */
static unsigned allocations;
void *__wrap_malloc(size_t size);
void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size)
{
	allocations++;
	return __real_malloc(size);
}

static void an_empty_directory_goes(void **state)
{
	struct tree *tree = *state;

	assert_int_equal(remove_by_signal(tree), 0);
	assert_false(exists(tree->at, "tree"));
	assert_int_equal(remove_by_signal(tree), 0);
}

static void all_in_it_goes(void **state)
{
	struct tree *tree = *state;
	unsigned before;

	make_path(tree->root, "a/b/c");
	make_path(tree->root, "a/b/d");
	make_path(tree->root, "x/y/z");
	make_file(tree->root, "f");
	make_file(tree->root, "a/f");
	make_file(tree->root, "a/b/c/f");
	make_file(tree->root, "a/b/d/f");
	make_file(tree->root, "x/y/z/f");
	must(mkfifoat(tree->root, "fifo", 0600));
	must(symlinkat("../outside", tree->root, "x/link"));
	make_dir(tree->at, "outside");
	make_file(tree->at, "outside/canary");
	before = allocations;
	assert_int_equal(remove_by_signal(tree), 0);
	assert_int_equal(allocations, before);
	assert_false(exists(tree->at, "tree"));
	assert_true(exists(tree->at, "outside/canary"));
}

static void a_wide_tree_goes(void **state)
{
	struct tree *tree = *state;

	make_wide(tree->root, 3000, 60, true);
	make_path(tree->root, "wide");
	make_wide(must(openat(tree->root, "wide", O_RDONLY)), 5000, 60, false);
	assert_int_equal(remove_by_signal(tree), 0);
	assert_false(exists(tree->at, "tree"));
}

/* Deeper than the way back is remembered. */
static void a_deep_tree_goes(void **state)
{
	struct tree *tree = *state;

	make_deep(tree, 5000);
	assert_int_equal(remove_by_signal(tree), 0);
	assert_false(exists(tree->at, "tree"));
}

/* The first way up is the one from d. */
static void make_branch(const struct tree *tree)
{
	make_path(tree->root, "a/b/c/d");
	make_file(tree->root, "a/b/c/d/f");
	make_path(tree->root, "e");
	make_file(tree->root, "e/f");
}

static void move_out(void)
{
	must(renameat(to_remove->root, "a/b", to_remove->at, "moved"));
}

static void a_branch_moved_away_leads_nowhere(void **state)
{
	struct tree *tree = *state;

	make_branch(tree);
	make_path(tree->at, "outside/dir");
	make_file(tree->at, "outside/dir/canary");
	make_file(tree->at, "canary");
	before_way_up = move_out;
	assert_int_equal(remove_by_signal(tree), 0);
	assert_null(before_way_up);
	assert_false(exists(tree->at, "tree"));
	assert_true(exists(tree->at, "moved"));
	assert_true(exists(tree->at, "canary"));
	assert_true(exists(tree->at, "outside/dir/canary"));
}

/*
 * What cannot be removed
 */

static struct tree foreign;

/* Of six directories on each of two levels, root owns the content of some. */
static void make_foreign(void)
{
	static const char *const own[] = {"0",   "1",   "2",   "3",
					  "3/0", "3/1", "3/2", "3/3"};
	static const char *const others[] = {"1/x", "3/1/x", "3/2/x"};
	char path[16];

	make_tree(&foreign);
	for (size_t i = 0; i < sizeof own / sizeof *own; i++) {
		make_dir(foreign.root, own[i]);
		(void)strcat(strcpy(path, own[i]), "/f");
		make_file(foreign.root, path);
		must(fchownat(foreign.root, own[i], NOBODY, NOBODY, 0));
	}
	for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
		make_dir(foreign.root, others[i]);
		(void)strcat(strcpy(path, others[i]), "/f");
		make_file(foreign.root, path);
	}
	must(fchown(foreign.at, NOBODY, NOBODY));
	must(fchown(foreign.root, NOBODY, NOBODY));
}

static int remove_foreign(void)
{
	CHECK(remove_by_signal(&foreign) == EACCES);
	/* Nothing at all can be removed any more. */
	CHECK(remove_by_signal(&foreign) == EACCES);
	return 0;
}

static void what_belongs_to_others_stays_and_ends_it(void **state)
{
	(void)state;
	if (geteuid() != 0) {
		print_message("only root can make what others cannot remove\n");
		skip();
	}
	make_foreign();
	assert_true(as_nobody(remove_foreign));
	assert_false(exists(foreign.root, "0"));
	assert_true(exists(foreign.root, "1/x/f"));
	assert_false(exists(foreign.root, "1/f"));
	assert_false(exists(foreign.root, "2"));
	assert_false(exists(foreign.root, "3/0"));
	assert_true(exists(foreign.root, "3/1/x/f"));
	assert_true(exists(foreign.root, "3/2/x/f"));
	assert_false(exists(foreign.root, "3/3"));
	drop_tree(&foreign);
}

static int remove_locked(void)
{
	struct tree tree;

	make_tree(&tree);
	make_path(tree.root, "a/locked");
	make_file(tree.root, "a/locked/f");
	make_path(tree.root, "b/locked");
	make_file(tree.root, "b/f");
	make_file(tree.root, "b/locked/f");
	must(fchmodat(tree.root, "a/locked", 0, 0));
	must(fchmodat(tree.root, "b/locked", 0500, 0));
	CHECK(remove_by_signal(&tree) == EACCES);
	CHECK(exists(tree.root, "a/locked"));
	CHECK(exists(tree.root, "b/locked/f"));
	CHECK(!exists(tree.root, "b/f"));
	CHECK(remove_tree(&tree, NULL) == 0);
	drop_tree(&tree);
	return 0;
}

static void locked_directories_stay_and_end_it(void **state)
{
	(void)state;
	assert_true(as_nobody(remove_locked));
}

/*
 * More than one at a time
 */

static void *remove_until_gone(void *arg)
{
	const struct tree *tree = arg;

	while (tempfile__remove_tree_in_signal(tree->at, "tree", tree->root) <
	       0)
		if (errno != EBUSY)
			return arg;
	return NULL;
}

static void threads_do_not_share_a_walk(void **state)
{
	struct tree trees[4];
	pthread_t threads[4];
	void *failed;

	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		make_tree(&trees[i]);
		make_wide(trees[i].root, 500, 20, true);
		must(-pthread_create(&threads[i], NULL, remove_until_gone,
				     &trees[i]));
	}
	for (unsigned i = 0; i < 4; i++) {
		must(-pthread_join(threads[i], &failed));
		assert_null(failed);
		assert_false(exists(trees[i].at, "tree"));
		drop_tree(&trees[i]);
	}
}

/* Set while one removal is under way: another does not wait for it. */
static int inner_error;
static void remove_inside(void)
{
	errno = 0;
	(void)tempfile__remove_tree_in_signal(to_remove->at, "tree",
					      to_remove->root);
	inner_error = errno;
}

static void a_second_one_does_not_wait(void **state)
{
	struct tree *tree = *state;

	make_branch(tree);
	before_way_up = remove_inside;
	inner_error = 0;
	assert_int_equal(remove_by_signal(tree), 0);
	assert_int_equal(inner_error, EBUSY);
}

/* One file after the other in the root, for a fiftieth of a second. */
static void *go_on_creating(void *arg)
{
	const struct tree *tree = arg;
	const clock_t span = CLOCKS_PER_SEC / 50;
	clock_t start = clock();
	char name[16];

	for (int i = 0; clock() - start < span; i++) {
		(void)snprintf(name, sizeof name, "%d", i);
		(void)close(openat(tree->root, name, O_CREAT | O_WRONLY, 0600));
	}
	return NULL;
}

static void what_is_just_being_created_goes_at_last(void **state)
{
	struct tree *tree = *state;
	pthread_t thread;

	must(-pthread_create(&thread, NULL, go_on_creating, tree));
	while (!exists(tree->root, "0"))
		(void)sched_yield();
	tempfile__remove_tree_at_last(tree->at, "tree", tree->root);
	assert_false(exists(tree->at, "tree"));
	must(-pthread_join(thread, NULL));
}

static int insist_on_locked(void)
{
	struct tree tree;

	make_tree(&tree);
	make_path(tree.root, "locked");
	make_file(tree.root, "locked/f");
	must(fchmodat(tree.root, "locked", 0500, 0));
	(void)alarm(10);
	tempfile__remove_tree_at_last(tree.at, "tree", tree.root);
	(void)alarm(0);
	CHECK(exists(tree.root, "locked/f"));
	CHECK(remove_tree(&tree, NULL) == 0);
	drop_tree(&tree);
	return 0;
}

static void what_cannot_go_is_left_at_last(void **state)
{
	(void)state;
	assert_true(as_nobody(insist_on_locked));
}

static pid_t child;
static int child_status;
static void remove_in_fork(void)
{
	child = _Fork(); /* which is safe in a handler */
	if (child == 0)
		_exit(tempfile__remove_tree_in_signal(to_remove->at, "tree",
						      to_remove->root) != 0);
	must(waitpid(child, &child_status, 0));
}

static void a_child_does_not_wait_for_its_parents_threads(void **state)
{
	struct tree *tree = *state;

	make_branch(tree);
	before_way_up = remove_in_fork;
	assert_int_equal(remove_by_signal(tree), 0);
	assert_int_equal(child_status, 0);
}

int main(void)
{
#define TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(an_empty_directory_goes),
		TEST(all_in_it_goes),
		TEST(a_wide_tree_goes),
		TEST(a_deep_tree_goes),
		TEST(a_branch_moved_away_leads_nowhere),
		TEST(a_second_one_does_not_wait),
		TEST(what_is_just_being_created_goes_at_last),
		cmocka_unit_test(what_cannot_go_is_left_at_last),
		TEST(a_child_does_not_wait_for_its_parents_threads),
		cmocka_unit_test(what_belongs_to_others_stays_and_ends_it),
		cmocka_unit_test(locked_directories_stay_and_end_it),
		cmocka_unit_test(threads_do_not_share_a_walk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
