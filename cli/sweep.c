/* SPDX-License-Identifier: MIT */
/* tempf ls, tempf sweep: the private directories of processes, live and dead.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "json.h"
#include "paint.h"
#include "system.h"

enum { OPTION_JSON = LONG_ONLY, OPTION_OLDER, OPTION_ASSUME_DEAD };

static const struct option_row ls_options[] = {
	{OPTION_JSON, "json", NULL, "one object a line"},
	{0},
};

static const struct option_row sweep_options[] = {
	{'n', "dry-run", NULL, "remove nothing, print what would be"},
	{'v', "verbose", NULL, "print what is removed"},
	{OPTION_OLDER, "older-than", "AGE", "only what is that old: 90s, 12h"},
	{OPTION_ASSUME_DEAD, "assume-dead", NULL,
	 "also what cannot be judged; needs --older-than"},
	{OPTION_JSON, "json", NULL, "one object a line"},
	{0},
};

struct request {
	const char *dir; /* NULL: the temporary directory */
	unsigned flags;
	bool list_all; /* tempf ls */
	bool verbose;
	bool as_json;
	int64_t older_than;
	int status; /* to exit with */
};

/* 0, or the status to exit with. */
static int read_options(int argc, char **argv, struct request *request)
{
	int letter;

	while ((letter = next_option(argc, argv)) != -1) {
		if (letter == 'n')
			request->flags |= TEMPFILE_DRY_RUN;
		else if (letter == 'v')
			request->verbose = true;
		else if (letter == OPTION_JSON)
			request->as_json = true;
		else if (letter == OPTION_ASSUME_DEAD)
			request->flags |= TEMPFILE_ASSUME_DEAD;
		else if (letter == '?')
			return misuse_status();
		else if (parse_age(optarg, &request->older_than))
			return misuse("invalid age '%s'", optarg);
	}
	if (argc - optind > 1)
		return misuse("more than one directory");
	request->dir = argv[optind];
	if (request->flags & TEMPFILE_ASSUME_DEAD && !request->older_than)
		return misuse("--assume-dead needs --older-than");
	return 0;
}

static const char *verdict_name(int verdict)
{
	static const char *const names[] = {"", "alive", "dead", "kept",
					    "unknown"};

	return names[verdict];
}

static void print_json(const struct tempfile_session *session)
{
	json_begin();
	json_string("path", session->path);
	json_string("verdict", verdict_name(session->verdict));
	json_string("reason", session->reason);
	json_string("owner", owner_name(session->path));
	json_number("age", session->age);
	json_number("errno", session->error);
	json_end();
}

static void print_line(const struct tempfile_session *session)
{
	const char *owner = owner_name(session->path);
	char age[HUMAN_BYTES];

	paint(session->verdict == TEMPFILE_DEAD      ? RED
	      : session->verdict == TEMPFILE_UNKNOWN ? FAINT
						     : PLAIN);
	printf("%-7s", verdict_name(session->verdict));
	paint(PLAIN);
	printf(" %4s  %-8s  %s  %s\n", human_age(session->age, age),
	       owner ? owner : "-", session->path, session->reason);
}

static bool is_wanted(const struct tempfile_session *session,
		      const struct request *request)
{
	if (session->age < request->older_than)
		return false;
	return session->verdict == TEMPFILE_DEAD ||
	       (session->verdict == TEMPFILE_UNKNOWN &&
		request->flags & TEMPFILE_ASSUME_DEAD);
}

static int visit(const struct tempfile_session *session, void *arg)
{
	struct request *request = arg;
	bool dry_run = request->flags & TEMPFILE_DRY_RUN;

	if (session->error && !request->list_all)
		request->status = fail("cannot remove '%s': %s", session->path,
				       strerror(session->error));
	else if (!request->list_all && !is_wanted(session, request))
		return 1;
	if (request->as_json)
		print_json(session);
	else if (request->list_all)
		print_line(session);
	else if (!session->error && (dry_run || request->verbose))
		printf("%s %s\n", dry_run ? "would remove" : "removing",
		       session->path);
	return 0;
}

static int sweep(struct request *request)
{
	int status;

	if (tempfile_sweep(request->dir, request->flags, visit, request) == -1)
		return fail_by_library();
	status = finish_output();
	return status ? status : request->status;
}

static int run_sweep(int argc, char **argv)
{
	struct request request = {0};
	int status = read_options(argc, argv, &request);

	return status ? status : sweep(&request);
}

static int run_ls(int argc, char **argv)
{
	struct request request = {.list_all = true};
	int status = read_options(argc, argv, &request);

	request.flags |= TEMPFILE_DRY_RUN;
	return status ? status : sweep(&request);
}

const struct command ls_command = {
	.name = "ls",
	.synopsis = "[--json] [DIR]",
	.summary = "List whose temporary files are in DIR, alive and dead.",
	.details = "DIR is the temporary directory if none is given.\n",
	.options = ls_options,
	.run = run_ls,
	.failure = 1,
	.misuse = 2,
};

const struct command sweep_command = {
	.name = "sweep",
	.synopsis = "[-nv] [--older-than AGE [--assume-dead]] [--json] [DIR]",
	.summary = "Remove what dead processes have left in DIR.",
	.details = "DIR is the temporary directory if none is given. AGE is in "
		   "seconds, or a\nnumber with s, m, h, d or w.\n",
	.options = sweep_options,
	.run = run_sweep,
	.failure = 1,
	.misuse = 2,
};
