/* SPDX-License-Identifier: MIT */
/*
 * One of several hosts that share a directory: create and remove in it, sweep
 * it all the time, and take names from a store so small that the hosts have to
 * meet. What was taken is printed, so that none may be there twice.
 *
 * usage: hosts DIRECTORY ROUNDS
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tempfile.h"

#define SAID 64

static void must(int done, const char *what)
{
	if (done)
		return;
	fprintf(stderr, "FAILED: %s: %s\n", what, tempfile_errmsg());
	exit(EXIT_FAILURE);
}

/* 36 characters, two of them: 1296 names for all hosts. */
static void take_name(const char *directory)
{
	char *path;
	int fd = tempfile_mkstemp(TEMPFILE_OPTIONS(.dir = directory,
						   .prefix = "taken-",
						   .random_chars = 2),
				  &path);

	must(fd >= 0, "take a name");
	puts(path);
	close(fd);
	tempfile_free(path);
}

/* Is what was written still to be read by the name? */
static int is_whole(const char *path, const char *said)
{
	char found[SAID] = "";
	FILE *file = fopen(path, "r");
	int whole = file && fgets(found, sizeof found, file) &&
		    strcmp(found, said) == 0;

	if (file)
		fclose(file);
	return whole;
}

static void live_a_round(const char *directory, long round)
{
	const struct tempfile_options *here =
		TEMPFILE_OPTIONS(.dir = directory, .flags = TEMPFILE_LEASED);
	struct tempfile *file = tempfile_open_named(here);
	struct tempdir *dir = tempdir_open(here);
	struct stat status;
	char said[SAID];

	must(file && dir, "create");
	snprintf(said, sizeof said, "%ld %ld\n", (long)getpid(), round);
	must(tempfile_printf(file, "%s", said) > 0, "write");
	must(tempfile_flush(file) == 0, "flush");
	take_name(directory);
	must(tempfile_sweep(directory, 0, NULL, NULL) == 0,
	     "a sweep removed something of the living");
	must(is_whole(tempfile_name(file), said), "a file is whole");
	must(stat(tempdir_name(dir), &status) == 0, "a directory is there");
	must(tempfile_close(file) == 0 && tempdir_close(dir) == 0, "close");
}

int main(int count, char **arguments)
{
	long rounds = count == 3 ? strtol(arguments[2], NULL, 10) : 0;

	if (rounds <= 0) {
		fputs("usage: hosts DIRECTORY ROUNDS\n", stderr);
		return 2;
	}
	for (long round = 0; round < rounds; round++)
		live_a_round(arguments[1], round);
	return EXIT_SUCCESS;
}
