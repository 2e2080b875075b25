/* SPDX-License-Identifier: MIT */
/* tempf write: a file appears whole, or stays as it was. */
#include <errno.h>
#include <string.h>

#include "child.h"
#include "cli.h"
#include "copy.h"
#include "system.h"

enum { OPTION_DURABLE = LONG_ONLY, OPTION_NO_REPLACE, OPTION_PRIVATE };

static const struct option_row write_options[] = {
	{OPTION_DURABLE, "durable", NULL, "on the disk when tempf ends"},
	{OPTION_NO_REPLACE, "no-replace", NULL, "fail if FILE exists"},
	{OPTION_PRIVATE, "private", NULL, "readable by you alone"},
	{0},
};

struct request {
	const char *path;
	char **argv; /* what prints the content; NULL: standard input has it */
	unsigned flags;
};

/* 0, or the status to exit with. */
static int read_options(int argc, char **argv, struct request *request)
{
	int letter;

	request->argv = split_command(&argc, argv);
	while ((letter = next_option(argc, argv)) != -1) {
		if (letter == OPTION_DURABLE)
			request->flags |= TEMPFILE_DURABLE;
		else if (letter == OPTION_NO_REPLACE)
			request->flags |= TEMPFILE_NOREPLACE;
		else if (letter == OPTION_PRIVATE)
			request->flags |= TEMPFILE_PRIVATE;
		else
			return misuse_status();
	}
	if (argc - optind != 1)
		return misuse(optind == argc ? "which file?"
					     : "more than one file");
	if (request->argv && !request->argv[0])
		return misuse("which command?");
	request->path = argv[optind];
	return 0;
}

/* Say now what would else come after all the work; 0, or the status. */
static int foresee_failure(const struct request *request)
{
	bool may_replace = !(request->flags & TEMPFILE_NOREPLACE);
	enum path_kind kind = kind_of_path(request->path, may_replace);
	int error = 0;

	if (!may_replace && kind != NOTHING)
		error = EEXIST;
	else if (kind == DIRECTORY)
		error = EISDIR;
	else if (kind == OTHER)
		return fail("cannot replace '%s': not a regular file",
			    request->path);
	return error ? fail("cannot %s '%s': %s",
			    may_replace ? "replace" : "create", request->path,
			    strerror(error))
		     : 0;
}

/* 0 and the command's status, or the status to exit with. */
static int fill_by_command(struct tempfile *file, char **argv, int *status)
{
	struct child child = {.argv = argv, .input = -1};

	child.output = tempfile_fileno(file);
	if (child.output == -1)
		return fail_by_library();
	*status = run_child(&child);
	return *status == -1 ? write_command.failure : 0;
}

static int run_write(int argc, char **argv)
{
	struct request request = {0};
	int status = read_options(argc, argv, &request);
	struct tempfile *file;
	int child_status = 0;

	if (!status)
		status = foresee_failure(&request);
	if (status)
		return status;
	if (request.argv)
		hold_signals();
	else
		tempfile_cleanup_on_signals();
	file = tempfile_open(
		TEMPFILE_OPTIONS(.beside = request.path,
				 .buffering = TEMPFILE_UNBUFFERED));
	if (!file)
		return fail_by_library();
	status = request.argv
			 ? fill_by_command(file, request.argv, &child_status)
			 : soak_up(file);
	if (!status && !child_status &&
	    tempfile_persist(file, request.path, request.flags))
		status = fail_by_library();
	tempfile_close(file);
	return child_status ? pass_on(child_status) : status;
}

const struct command write_command = {
	.name = "write",
	.synopsis = "[--durable] [--no-replace] [--private] FILE [-- CMD...]",
	.summary = "Turn standard input, or CMD's output, into FILE at one "
		   "stroke.",
	.details =
		"Who opens FILE sees the old content or the new, never a part. "
		"If CMD\nfails, FILE stays as it is, and the exit status is "
		"CMD's.\n",
	.options = write_options,
	.run = run_write,
	.failure = 1,
	.misuse = 2,
};
