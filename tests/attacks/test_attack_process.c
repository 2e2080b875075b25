/* SPDX-License-Identifier: MIT */
/*
 * What processes do to each other: inherit, double, die. In each the naive way
 * falls first.
 */
#include "../support.h"

#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/*
 * 21: a thread creates, another executes
 */

static atomic_bool over;

static void *open_naively(void *arg)
{
	while (!atomic_load(&over)) {
		char path[] = "naive-XXXXXX";
		int fd = mkstemp(path);

		(void)unlink(path);
		(void)fcntl(fd, F_SETFD, FD_CLOEXEC); /* too late */
		(void)close(fd);
	}
	return arg;
}

static void *open_ours(void *arg)
{
	while (!atomic_load(&over)) {
		struct tempfile *file = tempfile_open(NULL);
		struct tempfile *named = tempfile_open_named(NULL);
		struct tempdir *dir = tempdir_open(NULL);

		check(file && named && dir);
		check_equal(tempfile_close(file) + tempfile_close(named) +
				    tempdir_close(dir),
			    0);
	}
	return arg;
}

/* The child's view: 1 if it has got a descriptor that leads below here. */
static int has_inherited(void)
{
	DIR *stream = opendir("/proc/self/fd");
	struct dirent *entry;
	char link[64];
	char path[256];
	ssize_t n;

	while ((entry = readdir(stream))) {
		(void)snprintf(link, sizeof link, "/proc/self/fd/%.20s",
			       entry->d_name);
		n = readlink(link, path, sizeof path - 1);
		path[n > 0 ? n : 0] = '\0';
		if (strstr(path, "test-tempfile"))
			return 1;
	}
	return 0;
}

static unsigned count_heirs(void *(*creator)(void *), unsigned children)
{
	char *const arguments[] = {(char *)"role", (char *)"heir", NULL};
	pthread_t thread;
	unsigned heirs = 0;
	int status;
	pid_t child;

	atomic_store(&over, false);
	check_equal(pthread_create(&thread, NULL, creator, NULL), 0);
	for (unsigned i = 0; i < children; i++) {
		check_equal(posix_spawn(&child, "/proc/self/exe", NULL, NULL,
					arguments, environ),
			    0);
		check_equal(waitpid(child, &status, 0), child);
		heirs += WIFEXITED(status) && WEXITSTATUS(status) == 1;
	}
	atomic_store(&over, true);
	check_equal(pthread_join(thread, NULL), 0);
	return heirs;
}

static void nothing_is_inherited(void)
{
	unsigned naive = 0;

	for (int i = 0; i < 20 && naive == 0; i++)
		naive = count_heirs(open_naively, 50);
	check(naive > 0);
	check_equal(count_heirs(open_ours, 300), 0);
}

/*
 * 22: two processes end with the same list of what to remove
 */

static char naive_path[96];
static struct tempfile *ours;

static void remove_naively(void)
{
	(void)unlink(naive_path);
}

static void end(void)
{
	exit(0);
}

static void a_child_removes_nothing(void)
{
	check((ours = tempfile_open_named(TEMPFILE_OPTIONS(.dir = work))));
	(void)snprintf(naive_path, sizeof naive_path, "%s/naive-XXXXXX", work);
	check(close(mkstemp(naive_path)) == 0);
	check_equal(atexit(remove_naively), 0);
	in_child(end, BY_EXIT);
	check(!exists(naive_path));
	check(exists(tempfile_name(ours)));
	check_equal(tempfile_close(ours), 0);
}

/*
 * 24: killed with a secret on the disk
 */

static void hold_secret(
	struct tempfile *(*constructor)(const struct tempfile_options *options))
{
	static const char secret[] = "the secret";
	struct tempfile *file;
	pid_t child = fork();
	int status;

	check(child >= 0);
	if (child == 0) {
		if (constructor) {
			file = constructor(NULL);
			check(tempfile_write(file, secret, 10) == 10);
			check_equal(tempfile_flush(file), 0);
		} else {
			char path[] = "naive-XXXXXX";

			check(write(mkstemp(path), secret, 10) == 10);
		}
		(void)raise(SIGKILL);
	}
	check_equal(waitpid(child, &status, 0), child);
	check(WIFSIGNALED(status));
}

static void no_secret_stays(void)
{
	hold_secret(NULL);
	check_equal(count_entries(work), 1);
	hold_secret(tempfile_open);
	check_equal(count_entries(temporary), 0);
	hold_secret(tempfile_open_named);
	check_equal(count_entries(temporary), 1);
	check_equal(tempfile_sweep(temporary, 0, NULL, NULL), 1);
	check_equal(count_entries(temporary), 0);
}

int main(int count, char **arguments)
{
	const struct CMUnitTest tests[] = {
		TEST(nothing_is_inherited),
		TEST(a_child_removes_nothing),
		TEST(no_secret_stays),
	};

	if (count > 1 && strcmp(arguments[1], "heir") == 0)
		return has_inherited();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
