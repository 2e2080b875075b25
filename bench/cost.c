/* SPDX-License-Identifier: MIT */
/*
 * What a leased name costs: beside the bare system calls, for the first one of
 * a process, and when the sweep's turn has come among many foreign entries.
 *
 *	cost [DIRECTORY]
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tempfile.h"

#define ROUNDS    20000
#define PROCESSES 400

static char directory[200];

static void must(int done, const char *what)
{
	if (done)
		return;
	fprintf(stderr, "cost: %s: %s\n", what, tempfile_errmsg());
	exit(1);
}

static int64_t now(void)
{
	struct timespec time;

	(void)clock_gettime(CLOCK_MONOTONIC, &time);
	return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static int compare(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a;
	int64_t y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* In microseconds. */
static double median(int64_t *values, size_t n)
{
	qsort(values, n, sizeof *values, compare);
	return (double)values[n / 2] / 1000;
}

static int64_t time_leased(void)
{
	int64_t start = now();
	struct tempfile *file = tempfile_open_named(NULL);

	must(file && tempfile_close(file) == 0, "leased");
	return now() - start;
}

static int64_t time_bare(int number)
{
	int64_t start = now();
	char path[300];
	int fd;

	(void)snprintf(path, sizeof path, "%s/bare%012d", directory, number);
	fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	must(fd >= 0 && close(fd) == 0 && unlink(path) == 0, path);
	return now() - start;
}

static void compare_with_bare(void)
{
	static int64_t leased[ROUNDS];
	static int64_t bare[ROUNDS];
	double a;
	double b;

	(void)time_leased();
	for (int i = 0; i < ROUNDS; i++) {
		/* In turns, so that both meet the same machine. */
		if (i % 2 == 0)
			leased[i] = time_leased();
		bare[i] = time_bare(i);
		if (i % 2 != 0)
			leased[i] = time_leased();
	}
	a = median(leased, ROUNDS);
	b = median(bare, ROUNDS);
	printf("leased name, create and close: %.2f us; bare open, close and "
	       "unlink by path: %.2f us; ratio %.3f\n",
	       a, b, a / b);
}

/* The first name of a process, until after its exit. */
static double time_first(const char *sweep)
{
	int64_t *times =
		mmap(NULL, PROCESSES * sizeof *times, PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	double result;

	must(times != MAP_FAILED, "mmap");
	must(setenv("TEMPFILE_SWEEP", sweep, 1) == 0, "setenv");
	for (int i = 0; i < PROCESSES; i++) {
		pid_t child;

		(void)fflush(NULL);
		child = fork();
		must(child >= 0, "fork");
		if (child == 0) {
			times[i] = time_leased();
			exit(0);
		}
		(void)waitpid(child, NULL, 0);
	}
	result = median(times, PROCESSES);
	(void)munmap(times, PROCESSES * sizeof *times);
	return result;
}

static void make_foreign(int number, int is_session)
{
	char path[300];
	int fd;

	if (is_session) {
		(void)snprintf(path, sizeof path, "%s/tempfile-%026d",
			       directory, number);
		must(mkdir(path, 0700) == 0 && chmod(path, 0750) == 0, path);
		return;
	}
	(void)snprintf(path, sizeof path, "%s/foreign-%d", directory, number);
	fd = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
	must(fd >= 0 && close(fd) == 0, path);
}

static void remove_foreign(int number, int is_session)
{
	char path[300];

	(void)snprintf(path, sizeof path,
		       is_session ? "%s/tempfile-%026d" : "%s/foreign-%d",
		       directory, number);
	must(remove(path) == 0, path);
}

static void sweep_among(int entries, int sessions)
{
	double never;
	double always;

	for (int i = 0; i < entries; i++)
		make_foreign(i, sessions);
	never = time_first("never");
	always = time_first("always");
	printf("%5d %s: first name %.1f us, with a sweep %.1f us more\n",
	       entries, sessions ? "sessions to judge" : "foreign entries  ",
	       never, always - never);
	for (int i = 0; i < entries; i++)
		remove_foreign(i, sessions);
}

int main(int argc, char **argv)
{
	static const int entries[] = {0, 10, 1000, 10000};

	(void)snprintf(directory, sizeof directory, "%s/cost.XXXXXX",
		       argc > 1 ? argv[1] : "/dev/shm");
	must(mkdtemp(directory) && tempfile_settempdir(directory) == 0,
	     directory);
	for (size_t i = 0; i < sizeof entries / sizeof *entries; i++)
		sweep_among(entries[i], 0);
	for (size_t i = 1; i < sizeof entries / sizeof *entries; i++)
		sweep_among(entries[i], 1);
	compare_with_bare();
	tempfile_cleanup_all();
	must(rmdir(directory) == 0, directory);
	return 0;
}
