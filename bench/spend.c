/* SPDX-License-Identifier: MIT */
/*
 * spend COUNT COMMAND ARG...: run the command so often, and print what one took
 * in nanoseconds, by the clock and of the processor, and the kibibytes that it
 * had in memory at most. Small, because a child begins with what its parent
 * had; the command's input and output are /dev/null.
 */
#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

extern char **environ;

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

static double nanoseconds(struct timeval time)
{
	return (double)time.tv_sec * 1e9 + (double)time.tv_usec * 1e3;
}

static void run(char **command, const posix_spawn_file_actions_t *quietly)
{
	pid_t child;
	int status;
	int code = posix_spawnp(&child, command[0], quietly, NULL, command,
				environ);

	if (code != 0) {
		fprintf(stderr, "spend: %s: %s\n", command[0], strerror(code));
		exit(3);
	}
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	if (WIFSIGNALED(status)) {
		fprintf(stderr, "spend: %s: %s\n", command[0],
			strsignal(WTERMSIG(status)));
		exit(1);
	}
	if (WEXITSTATUS(status) != 0)
		exit(WEXITSTATUS(status));
}

int main(int argc, char **argv)
{
	int count = argc > 2 ? atoi(argv[1]) : 0;
	posix_spawn_file_actions_t quietly;
	struct rusage usage;
	double start;
	double wall;

	if (count < 1) {
		fputs("usage: spend COUNT COMMAND ARG...\n", stderr);
		return 2;
	}
	posix_spawn_file_actions_init(&quietly);
	posix_spawn_file_actions_addopen(&quietly, 0, "/dev/null", 0, 0);
	posix_spawn_file_actions_addopen(&quietly, 1, "/dev/null", 1, 0);
	start = now();
	for (int i = 0; i < count; i++)
		run(argv + 2, &quietly);
	wall = now() - start;
	posix_spawn_file_actions_destroy(&quietly);
	getrusage(RUSAGE_CHILDREN, &usage);
	printf("%.0f %.0f %ld\n", wall / count,
	       (nanoseconds(usage.ru_utime) + nanoseconds(usage.ru_stime)) /
		       count,
	       usage.ru_maxrss);
	return 0;
}
