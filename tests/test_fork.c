/* SPDX-License-Identifier: MIT */
/* Children: what the parent made stays the parent's, however they end. */
#include "support.h"

#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* One of each kind of name: leased, and registered in `work`. */
static struct belongings {
	struct tempfile *leased;
	struct tempfile *registered;
	struct tempdir *leased_dir;
	struct tempdir *registered_dir;
} mine;

static void make_belongings(void)
{
	const struct tempfile_options *here = TEMPFILE_OPTIONS(.dir = work);

	mine.leased = tempfile_open_named(NULL);
	mine.registered = tempfile_open_named(here);
	mine.leased_dir = tempdir_open(NULL);
	mine.registered_dir = tempdir_open(here);
	check(mine.leased && mine.registered);
	check(mine.leased_dir && mine.registered_dir);
	make_file(in(tempdir_name(mine.leased_dir), "content"));
	make_file(in(tempdir_name(mine.registered_dir), "content"));
}

static void check_belongings(void)
{
	check(exists(tempfile_name(mine.leased)));
	check(exists(tempfile_name(mine.registered)));
	check(exists(in(tempdir_name(mine.leased_dir), "content")));
	check(exists(in(tempdir_name(mine.registered_dir), "content")));
}

static void close_belongings(void)
{
	check_equal(tempfile_close(mine.leased), 0);
	check_equal(tempfile_close(mine.registered), 0);
	check_equal(tempdir_close(mine.leased_dir), 0);
	check_equal(tempdir_close(mine.registered_dir), 0);
}

static void do_nothing(void)
{
}

static void a_child_that_ends_leaves_them(void)
{
	make_belongings();
	in_child(do_nothing, BY_EXIT);
	check_belongings();
	in_child(do_nothing, BY__EXIT);
	check_belongings();
	close_belongings();
	check_equal(count_entries(work), 0);
}

static void a_child_that_closes_them_leaves_them(void)
{
	make_belongings();
	in_child(close_belongings, BY_EXIT);
	check_belongings();
	in_child(close_belongings, BY__EXIT);
	check_belongings();
}

static void a_child_that_runs_a_program_leaves_them(void)
{
	make_belongings();
	check_equal(run_role("nothing"), 0);
	check_belongings();
}

/* As a program: its child returns from main. */
static int play_return(void)
{
	int status = 0;
	pid_t child;

	make_belongings();
	child = fork();
	if (child == 0)
		return 0;
	check_equal(waitpid(child, &status, 0), child);
	check_equal(status, 0);
	check_belongings();
	close_belongings();
	return 0;
}

static void a_child_that_returns_from_main_leaves_them(void)
{
	check_equal(run_role("return"), 0);
	check_equal(count_entries(work), 0);
}

static void a_child_may_not_decide_for_its_parent(void)
{
	check_refused(tempfile_keep(mine.leased, true), EPERM, "keep");
	check_refused(tempdir_keep(mine.registered_dir, true), EPERM, "keep");
}

static void to_keep_is_the_parents_to_say(void)
{
	make_belongings();
	in_child(a_child_may_not_decide_for_its_parent, BY_EXIT);
	close_belongings();
}

/* fork by the back door: no handler of pthread_atfork is called. */
static long raw_clone(void)
{
#ifdef __s390__
	return syscall(SYS_clone, NULL, SIGCHLD, NULL, NULL, 0L);
#else
	return syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, 0L);
#endif
}

static void even_a_child_by_raw_clone_leaves_them(void)
{
	long child;

	make_belongings();
	child = raw_clone();
	check(child >= 0);
	if (child == 0)
		exit(0);
	wait_for((int)child);
	check_belongings();
}

static void nor_where_no_page_is_wiped_on_fork(void)
{
	deny_call(SYS_madvise, EINVAL);
	even_a_child_by_raw_clone_leaves_them();
}

/*
 * Parent and child with the same process id, each the first of its namespace.
 */

static void exit_as_another_first(void)
{
	check_equal(getpid(), 1);
	exit(0);
}

static void have_a_child_with_the_same_id(void)
{
	check_equal(getpid(), 1);
	make_belongings();
	check_equal(unshare(CLONE_NEWPID), 0);
	in_child(exit_as_another_first, BY_EXIT);
	check_belongings();
	close_belongings();
}

static void the_same_process_id_does_not_make_it_the_parent(void)
{
	need_root();
	if (unshare(CLONE_NEWPID) < 0)
		skip_test("no namespaces can be made here");
	in_child(have_a_child_with_the_same_id, BY_EXIT);
	check_equal(count_entries(work), 0);
}

/*
 * What a child makes itself
 */

static void leave_new_ones(void)
{
	const char *parents = strdup(tempfile_name(mine.leased));

	make_belongings();
	/* In a session of its own. */
	check(strncmp(parents, tempfile_name(mine.leased),
		      strlen(temporary) + 1 + 9 + 26) != 0);
}

static void its_own_are_removed_when_it_ends(void)
{
	unsigned sessions;

	make_belongings();
	sessions = count_entries(temporary);
	in_child(leave_new_ones, BY_EXIT);
	check_equal(count_entries(work), 2);
	check_equal(count_entries(temporary), sessions);
	check_belongings();
}

static void close_new_ones(void)
{
	make_belongings();
	close_belongings();
	exit(0);
}

static void it_can_close_its_own(void)
{
	in_child(close_new_ones, BY__EXIT);
	check_equal(count_entries(work), 0);
}

/*
 * Bytes
 */

static void write_and_close(void)
{
	char text[8] = "";

	check_equal(tempfile_seek(mine.leased, 0, SEEK_SET), 0);
	check_equal(tempfile_read(mine.leased, text, 6), 6);
	check_string(text, "parent");
	check_equal(tempfile_close(mine.leased), 0);
}

/* The parent will write what the parent has not written yet: once. */
static void unwritten_bytes_are_the_parents(void)
{
	make_belongings();
	check_equal(tempfile_write(mine.leased, "parent", 6), 6);
	in_child(write_and_close, BY_EXIT);
	check_equal(size_of(tempfile_name(mine.leased)), 0);
	check_equal(tempfile_flush(mine.leased), 0);
	check_equal(size_of(tempfile_name(mine.leased)), 6);
	close_belongings();
}

static struct tempfile *in_text, *in_memory;

static void close_text_and_spool(void)
{
	check_equal(tempfile_close(in_text), 0);
	check_equal(tempfile_close(in_memory), 0);
}

/* Nor is a character that the parent has begun the child's to end. */
static void begun_characters_are_the_parents(void)
{
	char bytes[8] = "";

	in_text = tempfile_open(TEMPFILE_OPTIONS(.mode = "w+t"));
	in_memory = tempfile_open_spooled(NULL);
	check_equal(tempfile_write(in_text, "gr\xc3", 3), 3);
	check_equal(tempfile_write(in_memory, "memory", 6), 6);
	in_child(close_text_and_spool, BY_EXIT);
	check_equal(tempfile_write(in_text, "\xbc", 1), 1);
	check_equal(tempfile_seek(in_text, 0, SEEK_SET), 0);
	check_equal(tempfile_read(in_text, bytes, sizeof bytes), 4);
	check_equal(memcmp(bytes, "gr\xc3\xbc", 4), 0);
	check_equal(tempfile_seek(in_memory, 0, SEEK_SET), 0);
	check_equal(tempfile_read(in_memory, bytes, sizeof bytes), 6);
	check_equal(memcmp(bytes, "memory", 6), 0);
	close_text_and_spool();
}

static void write_in_child(void)
{
	check_equal(tempfile_write(mine.leased, "child", 5), 5);
	check_equal(tempfile_flush(mine.leased), 0);
}

static void a_child_can_write_what_it_inherited(void)
{
	char text[8] = "";

	make_belongings();
	in_child(write_in_child, BY_EXIT);
	check_equal(tempfile_read(mine.leased, text, 8), 5);
	check_string(text, "child");
}

/*
 * Daemons
 */

static void be_the_daemon(int told, int done)
{
	char byte;

	/* Until the parent has gone. */
	(void)read(told, &byte, 1);
	check_equal(tempfile_adopt(), 0);
	check_belongings();
	check_equal(tempfile_keep(mine.registered, true), 0);
	check_equal(tempfile_keep(mine.registered, false), 0);
	if (done < 0) /* never: but the descriptor closes when we have ended */
		_exit(1);
	exit(0);
}

static void become_a_daemon(int done)
{
	int ends[2];

	make_belongings();
	check_equal(pipe(ends), 0);
	if (fork() == 0) {
		check_equal(close(ends[1]), 0);
		if (fork() == 0)
			be_the_daemon(ends[0], done);
		_exit(0);
	}
	_exit(0); /* which closes ends[1] */
}

static void an_adopting_daemon_removes_what_its_ancestors_made(void)
{
	int ends[2];
	char byte;
	pid_t child;

	check_equal(pipe(ends), 0);
	child = fork();
	if (child == 0) {
		check_equal(close(ends[0]), 0);
		become_a_daemon(ends[1]);
	}
	check_equal(close(ends[1]), 0);
	wait_for(child);
	check_equal(read(ends[0], &byte, 1), 0);
	check_equal(count_entries(work), 0);
	check_equal(count_entries(temporary), 0);
}

static void be_a_child_of_who_adopted(void)
{
	check_refused(tempfile_keep(mine.leased, true), EPERM, "keep");
}

static void adopt_and_have_a_child(void)
{
	check_equal(tempfile_adopt(), 0);
	in_child(be_a_child_of_who_adopted, BY_EXIT);
	check_belongings();
}

static void adoption_is_not_inherited(void)
{
	make_belongings();
	in_child(adopt_and_have_a_child, BY__EXIT);
	check_belongings();
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		TEST(a_child_that_ends_leaves_them),
		TEST_SO(a_child_that_closes_them_leaves_them, FORGETTING),
		TEST_SO(a_child_that_runs_a_program_leaves_them, FORGETTING),
		TEST(a_child_that_returns_from_main_leaves_them),
		TEST(to_keep_is_the_parents_to_say),
		TEST(even_a_child_by_raw_clone_leaves_them),
		TEST(nor_where_no_page_is_wiped_on_fork),
		TEST_SO(the_same_process_id_does_not_make_it_the_parent,
			FORGETTING),
		TEST_SO(its_own_are_removed_when_it_ends, FORGETTING),
		TEST(it_can_close_its_own),
		TEST(unwritten_bytes_are_the_parents),
		TEST(begun_characters_are_the_parents),
		TEST(a_child_can_write_what_it_inherited),
		TEST(an_adopting_daemon_removes_what_its_ancestors_made),
		TEST(adoption_is_not_inherited),
	};

	if (argc > 1 && strcmp(argv[1], "return") == 0) {
		(void)snprintf(work, sizeof work, ".");
		(void)snprintf(temporary, sizeof temporary, "%s",
			       getenv("TMPDIR"));
		return play_return();
	}
	return argc > 1 ? 0 : cmocka_run_group_tests(tests, NULL, NULL);
}
