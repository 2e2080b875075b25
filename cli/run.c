/* SPDX-License-Identifier: MIT */
/* tempf run: a command, and a directory that dies with it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "child.h"
#include "cli.h"

enum { OPTION_CD = LONG_ONLY, OPTION_KEEP };

static const struct option_row run_options[] = {
	{OPTION_CD, "cd", NULL, "start CMD in the directory"},
	{OPTION_KEEP, "keep-on-failure", NULL,
	 "keep the directory unless CMD exits with 0"},
	{'I', "replace", "STRING",
	 "replace STRING, not {}, by the path; '': nothing"},
	{0},
};

struct request {
	bool cd;
	bool keep;
	const char *placeholder;
	char **argv;
};

/* 0, or the status to exit with. */
static int read_options(int argc, char **argv, struct request *request)
{
	int letter;

	while ((letter = next_option(argc, argv)) != -1) {
		if (letter == OPTION_CD)
			request->cd = true;
		else if (letter == OPTION_KEEP)
			request->keep = true;
		else if (letter == 'I')
			request->placeholder = optarg;
		else
			return misuse_status();
	}
	request->argv = argv + optind;
	return optind < argc ? 0 : misuse("which command?");
}

/* Every placeholder in text replaced; text itself if there is none. */
static char *fill_in(char *text, const char *placeholder, const char *path)
{
	size_t width = strlen(placeholder);
	size_t length = strlen(path);
	size_t size = strlen(text) + 1;
	char *filled, *end;
	const char *next;

	if (!width || !strstr(text, placeholder))
		return text;
	for (next = text; (next = strstr(next, placeholder)); next += width)
		size += length;
	filled = end = malloc(size);
	while (filled && (next = strstr(text, placeholder)) != NULL) {
		memcpy(end, text, (size_t)(next - text));
		end += next - text;
		memcpy(end, path, length);
		end += length;
		text += next - text + (ptrdiff_t)width;
	}
	if (filled)
		memcpy(end, text, strlen(text) + 1);
	return filled;
}

static int fill_in_all(char **argv, const char *placeholder, const char *path)
{
	for (; *argv; argv++) {
		*argv = fill_in(*argv, placeholder, path);
		if (!*argv)
			return -1;
	}
	return 0;
}

static int sweep_on(const struct tempfile_session *session, void *arg)
{
	(void)session;
	(void)arg;
	return child_has_ended() ? -1 : 0;
}

/* What the dead left goes while CMD works, and costs it nothing. */
static void sweep_meanwhile(void)
{
	const char *wish = getenv("TEMPFILE_SWEEP");

	if (!wish || strcmp(wish, "never") != 0)
		tempfile_sweep(NULL, 0, sweep_on, NULL);
}

static int run_in(struct tempdir *dir, const struct request *request)
{
	const char *path = tempdir_name(dir);
	struct child child = {
		.argv = request->argv,
		.input = -1,
		.output = -1,
		.tmpdir = path,
		.cwd = request->cd ? path : NULL,
		.meanwhile = sweep_meanwhile,
	};
	int status;

	if (fill_in_all(request->argv, request->placeholder, path)) {
		fail("out of memory");
		return -1;
	}
	status = run_child(&child);
	if (status == -1 || child_succeeded(status) || !request->keep)
		return status;
	if (tempdir_keep(dir, true))
		fail_by_library();
	else
		fprintf(stderr, "tempf: kept '%s'\n", path);
	return status;
}

static int run_run(int argc, char **argv)
{
	struct request request = {.placeholder = "{}"};
	int status = read_options(argc, argv, &request);
	struct tempdir *dir;
	int failure = 0;

	if (status)
		return status;
	hold_signals();
	dir = tempdir_open(NULL);
	if (!dir)
		return fail_by_library();
	status = run_in(dir, &request);
	if (tempdir_close(dir))
		failure = fail_by_library();
	if (status == -1)
		return run_command.failure;
	return child_succeeded(status) && failure ? failure : pass_on(status);
}

const struct command run_command = {
	.name = "run",
	.synopsis = "[--cd] [--keep-on-failure] [-I STRING] [--] CMD [ARG]...",
	.summary = "Run CMD with TMPDIR set to a directory that dies with it.",
	.details =
		"{} in CMD or ARG stands for the directory's path.\n\n"
		"The exit status is CMD's, or tempf dies by CMD's signal. It "
		"is 125 if tempf\nfailed, 126 if CMD cannot be run, 127 if "
		"there is no CMD.\n",
	.options = run_options,
	.run = run_run,
	.failure = 125,
	.misuse = 125,
	.runs_rest = true,
};
