/* SPDX-License-Identifier: MIT */
/*
 * parallel_build PROGRAM SOURCE.c...: compile all at once, then link.
 *
 * The objects live in one directory that is removed however this ends, by an
 * error or by Control-C too. The program appears when it is complete.
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <tempfile.h>

static void start(char **command)
{
	pid_t child = fork();

	if (child < 0)
		err(1, "fork");
	if (child > 0)
		return;
	execvp(command[0], command);
	warn("%s", command[0]);
	_exit(127); /* what the parent made, the parent removes */
}

static int wait_for(int children)
{
	int result = 0;
	int status;

	while (children-- > 0)
		if (wait(&status) < 0 || status != 0)
			result = -1;
	return result;
}

static int compile(struct tempdir *dir, int count, char **sources,
		   char **objects)
{
	char name[32];

	for (int i = 0; i < count; i++) {
		snprintf(name, sizeof name, "%d.o", i);
		objects[i] = tempdir_path(dir, name);
		start((char *[]){"cc", "-c", "-o", objects[i], sources[i],
				 NULL});
	}
	return wait_for(count);
}

/* command has room for the name of the output in front of the objects. */
static int link_as(const char *path, char **command)
{
	TEMPFILE_AUTO program = tempfile_open_named(
		TEMPFILE_OPTIONS(.beside = path, .prefix = ".",
				 .permissions = 0755));

	if (!program || tempfile_close_fd(program) < 0)
		errx(1, "%s", tempfile_errmsg());
	command[0] = "cc";
	command[1] = "-o";
	command[2] = strdup(tempfile_name(program));
	start(command);
	free(command[2]);
	if (wait_for(1) < 0)
		return -1;
	if (tempfile_persist(program, path, TEMPFILE_PRIVATE) < 0)
		errx(1, "%s", tempfile_errmsg());
	return 0;
}

int main(int argc, char **argv)
{
	int count = argc - 2;
	char **command = calloc((size_t)argc + 2, sizeof *command);
	int result;

	if (count < 1 || !command)
		errx(2, "usage: parallel_build PROGRAM SOURCE.c...");
	tempfile_cleanup_on_signals();

	TEMPDIR_AUTO dir = tempdir_open(TEMPFILE_OPTIONS(.prefix = "build-"));

	if (!dir)
		errx(1, "%s", tempfile_errmsg());
	result = compile(dir, count, argv + 2, command + 3);
	if (result == 0)
		result = link_as(argv[1], command);
	for (int i = 0; i < count; i++)
		tempfile_free(command[i + 3]);
	free(command);
	return result < 0 ? 1 : 0;
}
