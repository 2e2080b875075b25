/* SPDX-License-Identifier: MIT */
/*
 * Trees: into an empty place, never over another, and in exchange for one that
 * goes; also where somebody goes on exchanging it.
 */
#include "support.h"

#include <fcntl.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static struct tempdir *make_tree(const char *name)
{
	struct tempdir *dir = tempdir_open(NULL);

	check(dir != NULL);
	make_file(in(tempdir_name(dir), name));
	make_directory(in(tempdir_name(dir), "sub"), 0755);
	make_file(in(in(tempdir_name(dir), "sub"), name));
	return dir;
}

static void a_tree_into_an_empty_place(void)
{
	struct tempdir *dir = make_tree("new");

	make_directory(in(work, "a"), 0755);
	check_equal(tempdir_persist(dir, in(work, "a"), TEMPFILE_DURABLE), 0);
	check_string(tempdir_name(dir), in(work, "a"));
	check_equal(tempdir_close(dir), 0);
	check(exists(in(work, "a/sub/new")));
}

static void a_tree_never_over_another(void)
{
	static const unsigned flags[] = {0, TEMPFILE_NOREPLACE};
	static const int codes[] = {ENOTEMPTY, EEXIST};
	struct tempdir *dir = make_tree("new");

	make_directory(in(work, "a"), 0750);
	make_file(in(work, "a/old"));
	FOR_EACH(i, flags) {
		errno = 0;
		check_equal(tempdir_persist(dir, in(work, "a"), flags[i]), -1);
		check(errno == codes[i] || errno == EEXIST);
		check_equal(permissions_of(tempdir_name(dir)), 0700);
		check_equal(count_entries(in(work, "a")), 1);
	}
	check_equal(tempdir_persist(dir, in(work, "b"), TEMPFILE_NOREPLACE), 0);
	check_equal(tempdir_close(dir), 0);
	check(exists(in(work, "b/sub/new")));
	check(exists(in(work, "a/old")));
}

static void a_tree_stays_on_its_file_system(void)
{
	struct tempdir *dir = make_tree("new");

	mount_small(in(work, "place"), 1024);
	check_refused(tempdir_persist(dir, in(work, "place/a"), 0), EXDEV,
		      "open the directory beside it");
	check_equal(count_entries(in(work, "place")), 0);
	check(exists(in(tempdir_name(dir), "sub/new")));
	check_equal(tempdir_close(dir), 0);
}

static void an_exchange_removes_what_was_there(void)
{
	struct tempdir *dir = make_tree("new");
	char *name = strdup(tempdir_name(dir));

	make_directory(in(work, "a"), 0751);
	make_file(in(work, "a/old"));
	check_equal(tempdir_persist(dir, in(work, "a"), TEMPFILE_EXCHANGE), 0);
	check(exists(in(work, "a/sub/new")));
	check_equal(permissions_of(in(work, "a")), 0751);
	check_string(tempdir_name(dir), name);
	check(exists(in(name, "old")));
	check_equal(tempdir_close(dir), 0);
	check(!exists(name));
	check_equal(count_entries(work), 1);
	check_equal(count_entries(in(work, "a")), 2);
	free(name);
}

static void an_exchange_with_nothing(void)
{
	struct tempdir *dir = make_tree("new");

	check_refused(tempdir_persist(dir, in(work, "a"), TEMPFILE_EXCHANGE),
		      ENOENT, "a'");
	make_file(in(work, "a"));
	check_refused(tempdir_persist(dir, in(work, "a"), TEMPFILE_EXCHANGE),
		      ENOTDIR, "a'");
	check(exists(in(tempdir_name(dir), "sub/new")));
	check_equal(tempdir_close(dir), 0);
	check_equal(count_entries(work), 1);
}

/*
 * Somebody goes on exchanging the target with another tree, as long as the test
 * lives. Of the two, one is displaced; the other is not ours, and stays as it
 * is.
 */
static pid_t start_exchanging(const char *a, const char *b)
{
	pid_t test = getpid();
	pid_t child = fork();

	check(child >= 0);
	if (child > 0)
		return child;
	while (getppid() == test)
		(void)syscall(SYS_renameat2, AT_FDCWD, a, AT_FDCWD, b, 2);
	_exit(0);
}

static void only_the_displaced_tree_goes(void)
{
	for (int i = 0; i < 300; i++) {
		struct tempdir *dir = make_tree("new");
		pid_t racer;
		int left;

		make_directory(in(work, "a"), 0755);
		make_file(in(work, "a/old"));
		make_directory(in(work, "b"), 0755);
		make_file(in(work, "b/old"));
		racer = start_exchanging(in(work, "a"), in(work, "b"));
		check_equal(
			tempdir_persist(dir, in(work, "a"), TEMPFILE_EXCHANGE),
			0);
		kill_child(racer);
		check_equal(tempdir_close(dir), 0);
		left = exists(in(work, "a/old")) + exists(in(work, "b/old"));
		check_equal(left, 1);
		left = exists(in(work, "a/new")) + exists(in(work, "b/new"));
		check_equal(left, 1);
		check_equal(tempfile_remove_tree(in(work, "a"), 0, NULL, NULL),
			    0);
		check_equal(tempfile_remove_tree(in(work, "b"), 0, NULL, NULL),
			    0);
	}
}

static const struct CMUnitTest tests[] = {
	TEST(a_tree_into_an_empty_place),
	TEST(a_tree_never_over_another),
	TEST(a_tree_stays_on_its_file_system),
	TEST(an_exchange_removes_what_was_there),
	TEST(an_exchange_with_nothing),
	TEST(only_the_displaced_tree_goes),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
