/* SPDX-License-Identifier: MIT */
/* tempf file, tempf dir: make one, print its path; the caller deletes it. */
#include <stdio.h>
#include <unistd.h>

#include "cli.h"
#include "guard.h"
#include "system.h"

enum { OPTION_SHELL = LONG_ONLY };

struct request {
	struct tempfile_options options;
	const char *variable; /* dir --shell: what gets the path; or NULL */
};

#define COMMON_OPTIONS                                                         \
	{'p', "prefix", "PREFIX", "begin the name with PREFIX, not with tmp"}, \
		{'s', "suffix", "SUFFIX", "end the name with SUFFIX"},         \
		{'d', "dir", "DIR", "in DIR, not in the temporary directory"}, \
	{                                                                      \
		'm', "mode", "MODE",                                           \
			"permissions, in octal, whatever the umask"            \
	}

static const struct option_row file_options[] = {COMMON_OPTIONS, {0}};

static const struct option_row dir_options[] = {
	COMMON_OPTIONS,
	{OPTION_SHELL, "shell", "[=NAME]", "print code for a shell to eval"},
	{0},
};

/* 0, or the status to exit with. */
static int read_options(int argc, char **argv, struct request *request)
{
	struct tempfile_options *options = &request->options;
	int letter;

	while ((letter = next_option(argc, argv)) != -1) {
		if (letter == 'p')
			options->prefix = optarg;
		else if (letter == 's')
			options->suffix = optarg;
		else if (letter == 'd')
			options->dir = optarg;
		else if (letter == OPTION_SHELL)
			request->variable = optarg ? optarg : "TMPDIR";
		else if (letter == '?')
			return misuse_status();
		else if (parse_permissions(optarg, &options->permissions))
			return misuse("invalid mode '%s'", optarg);
	}
	if (optind < argc)
		return misuse("unexpected operand '%s'", argv[optind]);
	return 0;
}

/* A path that nobody learns of must not stay. */
static int print_path(char *path)
{
	int status;

	ignore_broken_pipes();
	puts(path);
	status = finish_output();
	if (status)
		tempfile_remove_tree(path, 0, NULL, NULL);
	tempfile_free(path);
	return status;
}

static int run_file(int argc, char **argv)
{
	struct request request = {.options.size = sizeof request.options};
	int status = read_options(argc, argv, &request);
	char *path;
	int fd;

	if (status)
		return status;
	fd = tempfile_mkstemp(&request.options, &path);
	if (fd == -1)
		return fail_by_library();
	close(fd);
	return print_path(path);
}

static int run_dir(int argc, char **argv)
{
	struct request request = {.options.size = sizeof request.options};
	int status = read_options(argc, argv, &request);
	char *path;

	if (status)
		return status;
	if (request.variable)
		return print_guarded(&request.options, request.variable);
	path = tempfile_mkdtemp(&request.options);
	return path ? print_path(path) : fail_by_library();
}

const struct command file_command = {
	.name = "file",
	.synopsis = "[-p PREFIX] [-s SUFFIX] [-d DIR] [-m MODE]",
	.summary = "Make an empty file and print its path; you delete it.",
	.options = file_options,
	.run = run_file,
	.failure = 1,
	.misuse = 2,
};

const struct command dir_command = {
	.name = "dir",
	.synopsis = "[-p PREFIX] [-s SUFFIX] [-d DIR] [-m MODE] "
		    "[--shell[=NAME]]",
	.summary = "Make a directory and print its path; you delete it.",
	.details = "  eval \"$(tempf dir --shell)\"\n\n"
		   "sets and exports TMPDIR, or NAME, to a directory that is "
		   "removed when\nthe shell which ran that ends, however it "
		   "ends.\n",
	.options = dir_options,
	.run = run_dir,
	.failure = 1,
	.misuse = 2,
};
