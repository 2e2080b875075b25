/* SPDX-License-Identifier: MIT */
/* tempf spool: read all there is, and only then pass it on. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "child.h"
#include "cli.h"
#include "copy.h"
#include "system.h"

enum { OPTION_MAX_SIZE = LONG_ONLY };

static const struct option_row spool_options[] = {
	{OPTION_MAX_SIZE, "max-size", "SIZE",
	 "keep up to SIZE (64M) in memory, more on disk"},
	{'o', "output", "FILE", "replace FILE at one stroke, when all is read"},
	{0},
};

struct request {
	int64_t max_size;
	const char *output; /* NULL: standard output, or argv */
	char **argv;
	bool in_place; /* output is a device, a fifo, ...: write into it */
};

/* 0, or the status to exit with. */
static int read_options(int argc, char **argv, struct request *request)
{
	enum path_kind kind;
	int letter;

	request->argv = split_command(&argc, argv);
	while ((letter = next_option(argc, argv)) != -1) {
		if (letter == '?')
			return misuse_status();
		if (letter == 'o')
			request->output = optarg;
		else if (parse_size(optarg, &request->max_size) ||
			 !request->max_size)
			return misuse("invalid size '%s'", optarg);
	}
	if (optind < argc)
		return misuse("unexpected operand '%s'", argv[optind]);
	if (request->argv && !request->argv[0])
		return misuse("which command?");
	if (request->argv && request->output)
		return misuse("-o and a command exclude each other");
	kind = request->output ? kind_of_path(request->output, true) : NOTHING;
	request->in_place = kind == DIRECTORY || kind == OTHER;
	return 0;
}

static int pour_into(struct tempfile *file, const char *path)
{
	int fd = open_to_write(path);
	int status;

	if (fd == -1)
		return fail("cannot open '%s': %s", path, strerror(errno));
	status = pour_out(file, fd, path);
	if (close(fd) && !status)
		status =
			fail("cannot write to '%s': %s", path, strerror(errno));
	return status;
}

/* 0 and the command's status, or the status to exit with. */
static int feed(struct tempfile *file, char **argv, int *status)
{
	struct child child = {.argv = argv, .output = -1};

	if (tempfile_seek(file, 0, SEEK_SET) == -1)
		return fail_by_library();
	child.input = tempfile_fileno(file);
	if (child.input == -1)
		return fail_by_library();
	hold_signals();
	*status = run_child(&child);
	return *status == -1 ? spool_command.failure : 0;
}

static int deliver(struct tempfile *file, const struct request *request,
		   int *child_status)
{
	if (request->argv)
		return feed(file, request->argv, child_status);
	if (!request->output)
		return pour_out(file, 1, "standard output");
	if (request->in_place)
		return pour_into(file, request->output);
	return tempfile_persist(file, request->output, 0) ? fail_by_library()
							  : 0;
}

/* Can there be a new file beside path? Before all of the input is read. */
static int try_beside(const char *path)
{
	struct tempfile *file = tempfile_open(TEMPFILE_OPTIONS(.beside = path));

	return file ? tempfile_close(file) : -1;
}

static int run_spool(int argc, char **argv)
{
	struct request request = {.max_size = 64 << 20};
	int status = read_options(argc, argv, &request);
	const char *beside = request.in_place ? NULL : request.output;
	struct tempfile *file;
	int child_status = 0;

	if (status)
		return status;
	tempfile_cleanup_on_signals();
	if (beside && try_beside(beside))
		return fail_by_library();
	file = tempfile_open_spooled(
		TEMPFILE_OPTIONS(.max_size = request.max_size, .beside = beside,
				 .buffering = TEMPFILE_UNBUFFERED));
	if (!file)
		return fail_by_library();
	status = soak_up(file);
	if (!status)
		status = deliver(file, &request, &child_status);
	tempfile_close(file);
	return child_status ? pass_on(child_status) : status;
}

const struct command spool_command = {
	.name = "spool",
	.synopsis = "[--max-size SIZE] [-o FILE | -- CMD...]",
	.summary = "Read all of standard input, then pass it on.",
	.details = "It goes to standard output, to FILE, which may be what the "
		   "input is\nmade from, or to CMD, whose standard input can "
		   "then be sought in.\nThe exit status is CMD's.\n",
	.options = spool_options,
	.run = run_spool,
	.failure = 1,
	.misuse = 2,
};
