/* SPDX-License-Identifier: MIT */
/*
 * Live means live: hostile sweepers in a loop against processes that create,
 * check and close. Every named object is looked at before it is closed; if one
 * is gone, or another inode bears its name, a live object was lost.
 *
 *	live [SECONDS]
 *
 * 5, or with PROOFS=all in the environment 60. Each round of a worker is a
 *process of its own, so that sessions are opened as often as can be; every
 *other one in a pid namespace of its own, where that is allowed.
 */
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tempfile.h"

#define WORKERS  4
#define SWEEPERS 2
#define OBJECTS  8 /* of a round, alive at once */

static struct {
	atomic_long objects;
	atomic_long published;
	atomic_long sessions;
	atomic_long nested;
	atomic_long lost;
	atomic_long failed;
	atomic_long sweeps;
	atomic_long swept;
	atomic_int over;
} * counts;

static const char *directory;
static int worker;

static void fail(const char *what)
{
	fprintf(stderr, "live: %s: %s\n", what, tempfile_errmsg());
	atomic_fetch_add(&counts->failed, 1);
}

static void check_there(const char *path, int fd)
{
	struct stat there;
	struct stat here;

	atomic_fetch_add(&counts->objects, 1);
	if (lstat(path, &there) == 0 && fstat(fd, &here) == 0 &&
	    here.st_ino == there.st_ino)
		return;
	fprintf(stderr, "live: lost %s\n", path);
	atomic_fetch_add(&counts->lost, 1);
}

static void use_files(void)
{
	struct tempfile *files[OBJECTS];

	for (int i = 0; i < OBJECTS; i++) {
		files[i] = tempfile_open_named(NULL);
		if (!files[i]) {
			fail("open");
			return;
		}
	}
	for (int i = 0; i < OBJECTS; i++) {
		check_there(tempfile_name(files[i]), tempfile_fileno(files[i]));
		if (tempfile_close(files[i]) < 0)
			fail("close");
	}
}

static void use_directory(void)
{
	struct tempdir *dir = tempdir_open(NULL);

	if (!dir) {
		fail("open a directory");
		return;
	}
	check_there(tempdir_name(dir), tempdir_fd(dir));
	if (tempdir_close(dir) < 0)
		fail("close a directory");
}

/* What is on its way to its place bears a leased name for a moment. */
static void publish(void)
{
	struct tempfile *file =
		tempfile_open(TEMPFILE_OPTIONS(.dir = directory));
	char path[300];

	snprintf(path, sizeof path, "%s/published-%d", directory, worker);
	if (!file || tempfile_persist(file, path, 0) < 0) {
		fail("publish");
		return;
	}
	check_there(path, tempfile_fileno(file));
	atomic_fetch_add(&counts->published, 1);
	if (tempfile_close(file) < 0)
		fail("close what was published");
}

static void live_once(bool violent)
{
	atomic_fetch_add(&counts->sessions, 1);
	use_files();
	use_directory();
	publish();
	if (!violent)
		return;
	/* Work for the sweepers. */
	(void)tempfile_open_named(NULL);
	(void)raise(SIGKILL);
}

static void start_round(int number)
{
	bool nested = number % 4 == 0 && unshare(CLONE_NEWPID) == 0;
	pid_t child = fork();
	int status;

	if (child == 0) {
		live_once(number % 8 == 7);
		exit(0);
	}
	if (child < 0 || waitpid(child, &status, 0) != child) {
		fail("fork");
		return;
	}
	if (nested)
		atomic_fetch_add(&counts->nested, 1);
	if (WIFEXITED(status) && WEXITSTATUS(status) != 0)
		fail("a round");
}

/* unshare is for all later children, so each round has a parent of its own. */
static void work(void)
{
	pid_t child;

	for (int number = 0; !atomic_load(&counts->over); number++) {
		child = number % 4 == 0 ? fork() : 0;
		if (child > 0) {
			(void)waitpid(child, NULL, 0);
			continue;
		}
		start_round(number);
		if (number % 4 == 0)
			_exit(0);
	}
}

static void sweep(void)
{
	int removed;

	while (!atomic_load(&counts->over)) {
		removed = tempfile_sweep(directory, 0, NULL, NULL);
		if (removed < 0)
			fail("sweep");
		else
			atomic_fetch_add(&counts->swept, removed);
		atomic_fetch_add(&counts->sweeps, 1);
	}
}

static void start(void (*what)(void))
{
	if (fork() != 0)
		return;
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	what();
	exit(0);
}

static void remove_published(void)
{
	char path[300];

	for (int i = 0; i < WORKERS; i++) {
		snprintf(path, sizeof path, "%s/published-%d", directory, i);
		(void)unlink(path);
	}
}

static int report(void)
{
	long lost = atomic_load(&counts->lost);
	long failed = atomic_load(&counts->failed);

	printf("%ld live objects, %ld published among them, of %ld processes "
	       "(%ld in a pid namespace of their own); %ld sweeps removed %ld "
	       "dead; lost: %ld, failed: %ld\n",
	       atomic_load(&counts->objects), atomic_load(&counts->published),
	       atomic_load(&counts->sessions), atomic_load(&counts->nested),
	       atomic_load(&counts->sweeps), atomic_load(&counts->swept), lost,
	       failed);
	return lost > 0 || failed > 0;
}

static int seconds(int argc, char **argv)
{
	const char *wish = getenv("PROOFS");

	if (argc > 1)
		return atoi(argv[1]);
	return wish && strcmp(wish, "all") == 0 ? 60 : 5;
}

/* Quick if it can be had: the more objects, the better the proof. */
static bool make_directory(char *path)
{
	static const char *const bases[] = {"/dev/shm", "/tmp"};

	for (int i = 0; i < 2; i++) {
		snprintf(path, 64, "%s/live.XXXXXX", bases[i]);
		if (mkdtemp(path) && tempfile_settempdir(path) == 0)
			return true;
	}
	return false;
}

int main(int argc, char **argv)
{
	char path[64];

	counts = mmap(NULL, sizeof *counts, PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (counts == MAP_FAILED || !make_directory(path))
		return 1;
	directory = path;
	/* Whoever sweeps here is a sweeper. */
	(void)setenv("TEMPFILE_SWEEP", "never", 1);
	for (worker = 0; worker < WORKERS; worker++)
		start(work);
	for (int i = 0; i < SWEEPERS; i++)
		start(sweep);
	(void)sleep((unsigned)seconds(argc, argv));
	atomic_store(&counts->over, 1);
	while (wait(NULL) > 0)
		;
	(void)tempfile_sweep(directory, 0, NULL, NULL);
	remove_published();
	if (rmdir(path) < 0)
		fail("something was left behind");
	return report();
}
