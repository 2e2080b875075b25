/* SPDX-License-Identifier: MIT */
/*
 * The sweep: what locks and the caller have to say, the life and death of real
 * sessions, and when it comes by itself.
 */
#include "sweeping.h"

#include <sys/mount.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "os.h"
#include "sweep.h"

/*
 * Locks that do not tell
 */

static void locks_that_cannot_be_asked(void)
{
	dead_tree(in(work, NAME));
	deny_call(SYS_flock, EBADF);
	check_equal(sweep(0, 0).verdict, TEMPFILE_UNKNOWN);
	check(exists(in(work, NAME)));
	check_equal(sweep(TEMPFILE_ASSUME_DEAD | TEMPFILE_DRY_RUN, 1).verdict,
		    TEMPFILE_UNKNOWN);
	check(exists(in(work, NAME)));
	check_equal(sweep(TEMPFILE_ASSUME_DEAD, 1).verdict, TEMPFILE_UNKNOWN);
	check(!exists(in(work, NAME)));
}

static void without_a_lease_it_works_all_the_same(void)
{
	struct tempfile *file;

	deny_call(SYS_flock, EOPNOTSUPP);
	file = tempfile_open_named(NULL);
	check(file != NULL);
	check(exists(tempfile_name(file)));
	check_refused(tempfile_lease_fd(), ENOLCK, "does not tell");
	check_equal(tempfile_close(file), 0);
}

static void a_file_system_that_others_may_share(void)
{
	char command[256];

	need_mounts();
	make_directory(in(work, "below"), 0755);
	make_directory(in(work, "fuse"), 0755);
	(void)snprintf(command, sizeof command, "bindfs below fuse 2>&1");
	if (system(command) != 0)
		skip_test("there is no bindfs here");
	check_equal(chdir("fuse"), 0);
	(void)strcat(work, "/fuse");
	dead_tree(in(work, NAME));
	held_directory(in(work, OTHER_NAME));
	check_equal(sweep(0, 0).visits, 2);
	check(exists(in(work, NAME)));
	(void)sweep(TEMPFILE_ASSUME_DEAD, 1);
	check(!exists(in(work, NAME)));
	check(exists(in(work, OTHER_NAME)));
	check_equal(chdir("/"), 0);
	check_equal(umount2(work, MNT_DETACH), 0);
}

/*
 * The caller's word
 */

static void who_visits_may_leave_one_alone(void)
{
	struct heard heard = {.answer = 1};

	dead_tree(in(work, NAME));
	dead_tree(in(work, OTHER_NAME));
	check_equal(tempfile_sweep(work, 0, hear, &heard), 0);
	check_equal(heard.visits, 2);
	check_equal(count_entries(work), 2);
}

static void who_visits_may_stop(void)
{
	struct heard heard = {.answer = -1};

	dead_tree(in(work, NAME));
	dead_tree(in(work, OTHER_NAME));
	check_equal(tempfile_sweep(work, 0, hear, &heard), 0);
	check_equal(heard.visits, 1);
	check_equal(count_entries(work), 2);
}

static void nobody_has_to_listen(void)
{
	dead_tree(in(work, NAME));
	check_equal(tempfile_sweep(work, TEMPFILE_DRY_RUN, NULL, NULL), 1);
	check(exists(in(work, NAME)));
	check_equal(tempfile_sweep(work, 0, NULL, NULL), 1);
	check(!exists(in(work, NAME)));
	dead_tree(in(temporary, NAME));
	check_equal(tempfile_sweep(NULL, 0, NULL, NULL), 1);
	dead_tree(in(work, NAME));
	check_equal(tempfile_sweep(".", 0, NULL, NULL), 1);
}

static void what_cannot_be_swept(void)
{
	check_refused(tempfile_sweep(in(work, "no"), 0, NULL, NULL), ENOENT,
		      "no'");
	check_refused(tempfile_sweep("", 0, NULL, NULL), ENOENT, "");
	make_file(in(work, "file"));
	check_refused(tempfile_sweep(in(work, "file"), 0, NULL, NULL), ENOTDIR,
		      "file'");
	check_refused(tempfile_sweep(work, 1, NULL, NULL), EINVAL, "flags");
}

/*
 * Life and death of real ones
 */

/* Opens a named file, tells, and waits to be killed. */
static pid_t start_owner(void (*prepare)(struct tempfile *))
{
	char byte = 0;
	int ends[2];
	pid_t child;

	check_equal(pipe2(ends, O_CLOEXEC), 0);
	child = fork();
	check(child >= 0);
	if (child == 0) {
		struct tempfile *file = tempfile_open_named(
			TEMPFILE_OPTIONS(.dir = work,
					 .flags = TEMPFILE_LEASED));

		check(file != NULL);
		if (prepare)
			prepare(file);
		check_equal(write(ends[1], &byte, 1), 1);
		for (;;)
			(void)pause();
	}
	check_equal(read(ends[0], &byte, 1), 1);
	return child;
}

static void alive_as_long_as_its_owner(void)
{
	pid_t owner = start_owner(NULL);

	check_equal(sweep(0, 0).verdict, TEMPFILE_ALIVE);
	check_equal(sweep(TEMPFILE_ASSUME_DEAD, 0).verdict, TEMPFILE_ALIVE);
	kill_child(owner);
	check_equal(sweep(0, 1).verdict, TEMPFILE_DEAD);
	check_equal(count_entries(work), 0);
}

static int heir_pipe[2];

static void leave_heir(struct tempfile *file)
{
	char byte;

	(void)file;
	if (fork() != 0)
		return;
	(void)close(heir_pipe[1]);
	(void)!read(heir_pipe[0], &byte, 1);
	_exit(0);
}

static void alive_as_long_as_an_heir(void)
{
	pid_t owner;

	check_equal(pipe2(heir_pipe, 0), 0);
	owner = start_owner(leave_heir);
	kill_child(owner);
	check_equal(sweep(0, 0).verdict, TEMPFILE_ALIVE);
	check_equal(count_entries(work), 1);
	(void)close(heir_pipe[1]);
	for (int i = 0; i < 100 && count_entries(work) > 0; i++) {
		(void)usleep(10000);
		(void)tempfile_sweep(work, 0, NULL, NULL);
	}
	check_equal(count_entries(work), 0);
}

static void keep_it(struct tempfile *file)
{
	check(tempfile_open_named(TEMPFILE_OPTIONS(.dir = work,
						   .flags = TEMPFILE_LEASED)) !=
	      NULL);
	check_equal(tempfile_keep(file, true), 0);
}

static void change_its_mind(struct tempfile *file)
{
	keep_it(file);
	check_equal(tempfile_keep(file, false), 0);
}

static void kept_until_it_is_removed(void)
{
	struct heard heard;
	pid_t owner = start_owner(keep_it);

	check_equal(sweep(0, 0).verdict, TEMPFILE_ALIVE);
	kill_child(owner);
	heard = sweep(0, 0);
	check_equal(heard.verdict, TEMPFILE_KEPT);
	check_equal(count_entries(heard.path), 2);
	check_equal(tempfile_remove_tree(heard.path, 0, NULL, NULL), 0);
	owner = start_owner(change_its_mind);
	kill_child(owner);
	check_equal(sweep(0, 1).verdict, TEMPFILE_DEAD);
}

static _Noreturn void sweep_in_child(int ready)
{
	char byte;

	(void)!read(ready, &byte, 1);
	_exit(tempfile_sweep(work, 0, NULL, NULL));
}

static void of_two_sweeps_one_removes(void)
{
	pid_t children[2];
	int removed = 0;
	int gate[2];
	int status;

	for (int i = 0; i < 100; i++) {
		char name[] = LEASED_PREFIX "abcdefghijklmnopqrstuvwx00";

		name[sizeof name - 3] = (char)('0' + i / 10);
		name[sizeof name - 2] = (char)('0' + i % 10);
		dead_tree(in(work, name));
	}
	check_equal(pipe2(gate, O_CLOEXEC), 0);
	FOR_EACH(i, children) {
		children[i] = fork();
		check(children[i] >= 0);
		if (children[i] == 0) {
			(void)close(gate[1]);
			sweep_in_child(gate[0]);
		}
	}
	(void)close(gate[1]);
	FOR_EACH(i, children) {
		check_equal(waitpid(children[i], &status, 0), children[i]);
		check(WIFEXITED(status));
		removed += WEXITSTATUS(status);
	}
	check_equal(removed, 100);
	check_equal(count_entries(work), 0);
}

/*
 * By the way
 */

static void open_and_close(void)
{
	check_equal(tempfile_close(tempfile_open_named(NULL)), 0);
}

static void always(void)
{
	dead_tree(in(temporary, NAME));
	check_equal(setenv("TEMPFILE_SWEEP", "always", 1), 0);
	in_child(open_and_close, BY_EXIT);
	check(!exists(in(temporary, NAME)));
}

static void never(void)
{
	dead_tree(in(temporary, NAME));
	check_equal(setenv("TEMPFILE_SWEEP", "never", 1), 0);
	for (int i = 0; i < 300; i++)
		in_child(open_and_close, BY_EXIT);
	check(exists(in(temporary, NAME)));
	check_equal(tempfile_sweep(NULL, 0, NULL, NULL), 1);
}

/* Once in 32: that it takes more than 1 000 has a chance of 10^-14. */
static void now_and_then(void)
{
	int times = 0;

	check_equal(unsetenv("TEMPFILE_SWEEP"), 0);
	dead_tree(in(temporary, NAME));
	while (exists(in(temporary, NAME)) && times < 1000) {
		in_child(open_and_close, BY_EXIT);
		times++;
	}
	check(times < 1000);
}

static void it_stops_when_its_time_is_up(void)
{
	make_directory(in(work, NAME), 0700);
	for (int i = 0; i < 4000; i++) {
		char name[16];

		(void)snprintf(name, sizeof name, "%d", i);
		make_file(in(in(work, NAME), name));
	}
	check_equal(tempfile__sweep(work, 0, NULL, NULL,
				    tempfile__os_milliseconds() - 1),
		    0);
	check_equal(count_entries(in(work, NAME)), 4000);
	/* A busy machine may let a millisecond pass with nothing done. */
	for (int i = 0; i < 100 && count_entries(in(work, NAME)) == 4000; i++)
		check_equal(tempfile__sweep(work, 0, NULL, NULL,
					    tempfile__os_milliseconds() + 1),
			    0);
	check(count_entries(in(work, NAME)) > 0);
	check(count_entries(in(work, NAME)) < 4000);
	check_equal(sweep(0, 1).visits, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST_SO(locks_that_cannot_be_asked, AS_NOBODY),
		TEST_SO(without_a_lease_it_works_all_the_same, AS_NOBODY),
		TEST(a_file_system_that_others_may_share),
		TEST(who_visits_may_leave_one_alone),
		TEST(who_visits_may_stop),
		TEST(nobody_has_to_listen),
		TEST(what_cannot_be_swept),
		TEST(alive_as_long_as_its_owner),
		TEST(alive_as_long_as_an_heir),
		TEST(kept_until_it_is_removed),
		TEST(of_two_sweeps_one_removes),
		TEST(always),
		TEST(never),
		TEST(now_and_then),
		TEST(it_stops_when_its_time_is_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
