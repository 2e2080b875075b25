/* SPDX-License-Identifier: MIT */
/*
 * Signals: what a process leaves that is ended by one, at any moment, and whose
 * signals are left alone. RUNS in the environment makes the storm longer.
 */
#include "support.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const int signals[] = {SIGTERM, SIGHUP, SIGINT, SIGQUIT};

static void nap(unsigned microseconds)
{
	const struct timespec span = {.tv_nsec = (long)microseconds * 1000};

	(void)nanosleep(&span, NULL);
}

/* The signal that ended the child, who has ten seconds for it. */
static int await_signal(pid_t child)
{
	int status = 0;

	for (int i = 0; i < 10000; i++) {
		if (waitpid(child, &status, WNOHANG) == child) {
			check(WIFSIGNALED(status));
			return WTERMSIG(status);
		}
		nap(1000);
	}
	(void)kill(child, SIGKILL);
	fail_msg("it hangs");
	return 0;
}

/*
 * The storm
 */

static void allocate(uint64_t *seed)
{
	void *memory[16];

	FOR_EACH(i, memory)
		memory[i] = malloc((size_t)(draw(seed) % 5000));
	FOR_EACH(i, memory)
		free(memory[i]);
}

static void make_tree(struct tempdir *dir)
{
	char *sub = tempdir_path(dir, "sub");

	(void)mkdir(sub, 0700);
	tempfile_free(sub);
	(void)tempfile_close(tempfile_open_named(
		TEMPFILE_OPTIONS(.in = dir, .flags = TEMPFILE_KEEP)));
}

static void *storm(void *number)
{
	uint64_t seed = (uint64_t)(uintptr_t)number;

	for (;;) {
		struct tempfile *leased = tempfile_open_named(NULL);
		struct tempfile *owed =
			tempfile_open_named(TEMPFILE_OPTIONS(.dir = work));
		struct tempdir *dir = tempdir_open(NULL);
		struct tempdir *owed_dir =
			tempdir_open(TEMPFILE_OPTIONS(.dir = work));

		make_tree(dir);
		make_tree(owed_dir);
		allocate(&seed);
		(void)tempfile_close(leased);
		(void)tempfile_close(owed);
		(void)tempdir_close(dir);
		(void)tempdir_close(owed_dir);
	}
	return NULL;
}

static _Noreturn void be_in_a_storm(int ready, uint64_t seed)
{
	pthread_t thread;

	check_equal(tempfile_cleanup_on_signals(), 0);
	check_equal(write(ready, "", 1), 1);
	for (uintptr_t i = 0; i < 4; i++)
		check_equal(pthread_create(&thread, NULL, storm,
					   (void *)(uintptr_t)(seed + i)),
			    0);
	for (;;)
		(void)pause();
}

static void strike(int signal, uint64_t *seed)
{
	char byte;
	int ends[2];
	int ended_by;
	pid_t child;

	check_equal(pipe(ends), 0);
	child = fork();
	check(child >= 0);
	if (child == 0)
		be_in_a_storm(ends[1], *seed);
	check_equal(read(ends[0], &byte, 1), 1);
	nap((unsigned)(draw(seed) % 15000));
	check_equal(kill(child, signal), 0);
	if (draw(seed) % 4 == 0)
		(void)kill(child, SIGTERM);
	check_equal(close(ends[0]) + close(ends[1]), 0);
	ended_by = await_signal(child);
	check(ended_by == signal || ended_by == SIGTERM);
}

static unsigned count_runs(void)
{
	const char *wish = getenv("RUNS");

	return wish ? (unsigned)strtoul(wish, NULL, 10) : 100;
}

/* One in a hundred leaves something to a sweep; of few, chance has a say. */
static unsigned most_of(unsigned runs)
{
	return runs < 1000 ? runs / 100 + 4 : runs / 100;
}

static void in_the_middle_of_anything(void)
{
	uint64_t seed = (uint64_t)time(NULL);
	unsigned runs = count_runs();
	unsigned left = 0;
	unsigned owed = 0;

	for (unsigned i = 0; i < runs; i++) {
		strike(signals[i % 4], &seed);
		if (count_entries(temporary) > 0)
			left++;
		check(tempfile_sweep(NULL, 0, NULL, NULL) >= 0);
		check_equal(count_entries(temporary), 0);
		owed += count_entries(work);
		check_equal(system("rm -rf ./*"), 0);
	}
	print_message("# of %u runs, %u left something to the sweep; %u names "
		      "without a lease stayed\n",
		      runs, left, owed);
	check(left <= most_of(runs));
	check(owed <= (runs + 99) / 100);
}

/*
 * Ended by one
 */

static struct tempdir *make_mess(void)
{
	struct tempdir *dir = tempdir_open(NULL);

	check(dir != NULL);
	make_tree(dir);
	check_equal(mkdir(in(tempdir_name(dir), "locked"), 0700), 0);
	make_file(in(tempdir_name(dir), "locked/file"));
	check(tempfile_open_named(NULL) != NULL);
	check(tempfile_open_named(TEMPFILE_OPTIONS(.dir = work)) != NULL);
	check(tempdir_open(TEMPFILE_OPTIONS(.dir = work)) != NULL);
	return dir;
}

static void be_struck_by(int signal)
{
	pid_t child = fork();

	check(child >= 0);
	if (child == 0) {
		(void)make_mess();
		check_equal(tempfile_cleanup_on_signals(), 0);
		(void)raise(signal);
		_exit(1);
	}
	check_equal(await_signal(child), signal);
	check_equal(count_entries(temporary), 0);
	check_equal(count_entries(work), 0);
}

static void nothing_is_left_and_the_signal_is_passed_on(void)
{
	FOR_EACH(i, signals)
		be_struck_by(signals[i]);
	be_struck_by(SIGPIPE);
}

static void a_broken_pipe(void)
{
	int ends[2];
	pid_t child;

	check_equal(pipe(ends), 0);
	check_equal(close(ends[0]), 0);
	child = fork();
	if (child == 0) {
		(void)make_mess();
		check_equal(tempfile_cleanup_on_signals(), 0);
		(void)!write(ends[1], "x", 1);
		_exit(1);
	}
	check_equal(await_signal(child), SIGPIPE);
	check_equal(count_entries(temporary), 0);
	check_equal(count_entries(work), 0);
}

static void unless_asked_nothing_is_done(void)
{
	pid_t child = fork();

	if (child == 0) {
		(void)tempfile_open_named(NULL);
		(void)raise(SIGTERM);
		_exit(1);
	}
	check_equal(await_signal(child), SIGTERM);
	check_equal(count_entries(temporary), 1);
	check_equal(tempfile_sweep(NULL, 0, NULL, NULL), 1);
}

/* To the first process of a pid namespace, default signals do nothing. */
static void the_first_of_a_pid_namespace(void)
{
	int status = 0;
	pid_t child;

	need_root();
	if (unshare(CLONE_NEWPID) < 0)
		skip_test("there are no pid namespaces");
	child = fork();
	if (child == 0) {
		(void)make_mess();
		check_equal(tempfile_cleanup_on_signals(), 0);
		(void)raise(SIGTERM);
		_exit(1);
	}
	check_equal(waitpid(child, &status, 0), child);
	check(WIFEXITED(status) && WEXITSTATUS(status) == 128 + SIGTERM);
	check_equal(count_entries(temporary), 0);
}

static void kept_names_stay(void)
{
	pid_t child = fork();

	if (child == 0) {
		struct tempfile *kept = tempfile_open_named(NULL);
		struct tempfile *owed =
			tempfile_open_named(TEMPFILE_OPTIONS(.dir = work));

		(void)make_mess();
		check_equal(tempfile_keep(kept, true), 0);
		check_equal(tempfile_keep(owed, true), 0);
		check_equal(symlink(tempfile_name(kept), "kept"), 0);
		check_equal(tempfile_cleanup_on_signals(), 0);
		(void)raise(SIGTERM);
		_exit(1);
	}
	check_equal(await_signal(child), SIGTERM);
	check_equal(access("kept", R_OK), 0);
	check_equal(unlink("kept"), 0);
	check_equal(count_entries(work), 1);
	check_equal(tempfile_sweep(NULL, 0, NULL, NULL), 0);
	check_equal(system("test $(find $TMPDIR -type f | wc -l) = 1"), 0);
}

/*
 * Whose they are
 */

static volatile sig_atomic_t heard;

static void hear(int signal)
{
	heard = signal;
}

static void hear_more(int signal, siginfo_t *more, void *context)
{
	(void)more;
	(void)context;
	heard = signal;
}

static void the_hosts_own_are_left_alone(void)
{
	struct sigaction ours = {.sa_handler = hear};
	struct sigaction more = {.sa_sigaction = hear_more,
				 .sa_flags = SA_SIGINFO};
	struct sigaction found;

	check(signal(SIGHUP, SIG_IGN) != SIG_ERR);
	check_equal(sigaction(SIGTERM, &ours, NULL), 0);
	check_equal(sigaction(SIGQUIT, &more, NULL), 0);
	(void)make_mess();
	check_equal(tempfile_cleanup_on_signals(), 0);
	check_equal(raise(SIGQUIT), 0);
	check_equal(heard, SIGQUIT);
	check_equal(raise(SIGHUP) + raise(SIGTERM), 0);
	check_equal(heard, SIGTERM);
	check_equal(sigaction(SIGHUP, NULL, &found), 0);
	check(found.sa_handler == SIG_IGN);
	check_equal(sigaction(SIGTERM, NULL, &found), 0);
	check(found.sa_handler == hear);
	check_equal(sigaction(SIGUSR1, NULL, &found), 0);
	check(found.sa_handler == SIG_DFL);
	check_equal(count_entries(work), 2);
	check_equal(count_entries(temporary), 1);
}

static void clean_up_and_go(int signal)
{
	tempfile_cleanup_all();
	_exit(signal);
}

static void in_a_handler_of_the_hosts(void)
{
	int status = 0;
	pid_t child = fork();

	if (child == 0) {
		check(signal(SIGALRM, clean_up_and_go) != SIG_ERR);
		(void)make_mess();
		(void)raise(SIGALRM);
		_exit(1);
	}
	check_equal(waitpid(child, &status, 0), child);
	check(WIFEXITED(status) && WEXITSTATUS(status) == SIGALRM);
	check_equal(count_entries(temporary), 0);
	check_equal(count_entries(work), 0);
}

static void whoever_goes_on_may_create_again(void)
{
	struct tempdir *dir = make_mess();
	struct tempfile *file;

	errno = 17;
	tempfile_cleanup_all();
	check_equal(errno, 17);
	check_equal(count_entries(temporary), 0);
	check_equal(count_entries(work), 0);
	file = tempfile_open_named(NULL);
	check(file != NULL);
	check(exists(tempfile_name(file)));
	check_equal(tempfile_close(file), 0);
	check_equal(tempdir_close(dir), 0);
	tempfile_cleanup_all();
}

static void be_struck(void)
{
	pid_t child = fork();

	check(child >= 0);
	if (child == 0) {
		(void)raise(SIGTERM);
		_exit(1);
	}
	check_equal(await_signal(child), SIGTERM);
}

static void a_child_does_not_take_the_parents(void)
{
	struct tempfile *file = tempfile_open_named(NULL);
	struct tempfile *owed =
		tempfile_open_named(TEMPFILE_OPTIONS(.dir = work));
	struct tempdir *dir = tempdir_open(NULL);

	check_equal(tempfile_cleanup_on_signals(), 0);
	be_struck();
	check(exists(tempfile_name(file)));
	check(exists(tempfile_name(owed)));
	check(exists(tempdir_name(dir)));
	check_equal(tempfile_close(file) + tempfile_close(owed), 0);
	check_equal(tempdir_close(dir), 0);
}

static void unless_it_adopted_them(void)
{
	pid_t child;

	(void)make_mess();
	check_equal(tempfile_cleanup_on_signals(), 0);
	child = fork();
	if (child == 0) {
		check_equal(tempfile_adopt(), 0);
		(void)raise(SIGTERM);
		_exit(1);
	}
	check_equal(await_signal(child), SIGTERM);
	check_equal(count_entries(temporary), 0);
	check_equal(count_entries(work), 0);
}

int main(void)
{
	/* QUIT would leave a core, and take its time. */
	const struct rlimit none = {0, 0};
	const struct CMUnitTest tests[] = {
		TEST(in_the_middle_of_anything),
		TEST(nothing_is_left_and_the_signal_is_passed_on),
		TEST(a_broken_pipe),
		TEST(unless_asked_nothing_is_done),
		TEST_SO(the_first_of_a_pid_namespace, FORGETTING),
		TEST_SO(kept_names_stay, LITTERING),
		TEST_SO(the_hosts_own_are_left_alone, FORGETTING),
		TEST(in_a_handler_of_the_hosts),
		TEST_SO(whoever_goes_on_may_create_again, FORGETTING),
		TEST(a_child_does_not_take_the_parents),
		TEST_SO(unless_it_adopted_them, FORGETTING),
	};

	/* Who runs this may have ignored some: nohup, a shell's background. */
	FOR_EACH(i, signals)
		(void)signal(signals[i], SIG_DFL);
	(void)setrlimit(RLIMIT_CORE, &none);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
