/* SPDX-License-Identifier: MIT */
/* tempf where: which directory is used, and why not the others. */
#include <stdio.h>

#include "cli.h"
#include "json.h"
#include "paint.h"

enum { OPTION_JSON = LONG_ONLY };

static const struct option_row where_options[] = {
	{OPTION_JSON, "json", NULL, "one object a line for each candidate"},
	{0},
};

static void print_properties(const struct tempfile_candidate *candidate)
{
	unsigned properties = candidate->properties;
	char space[HUMAN_BYTES];

	fputs(candidate->filesystem, stdout);
	if (properties & TEMPFILE_MEMORY_BACKED)
		fputs(" in memory", stdout);
	if (candidate->space >= 0)
		printf(", %s free", human_size(candidate->space, space));
	printf(", %s, %s",
	       properties & TEMPFILE_ANONYMOUS ? "anonymous files"
					       : "no anonymous files",
	       properties & TEMPFILE_LEASES ? "leases" : "no leases");
}

static void print_candidate(const struct tempfile_candidate *candidate)
{
	bool is_chosen = candidate->properties & TEMPFILE_CHOSEN;

	paint(is_chosen ? BOLD : candidate->reason ? FAINT : PLAIN);
	printf("%c %s (%s): ",
	       is_chosen           ? '*'
	       : candidate->reason ? '-'
				   : ' ',
	       candidate->path, candidate->source);
	if (candidate->reason)
		fputs(candidate->reason, stdout);
	else
		print_properties(candidate);
	paint(PLAIN);
	putchar('\n');
}

static void print_json(const struct tempfile_candidate *candidate)
{
	unsigned properties = candidate->properties;

	json_begin();
	json_string("path", candidate->path);
	json_string("source", candidate->source);
	json_bool("chosen", properties & TEMPFILE_CHOSEN);
	json_bool("usable", !candidate->reason);
	json_string("reason", candidate->reason);
	json_number("errno", candidate->error);
	json_string("filesystem", candidate->filesystem);
	if (candidate->space < 0)
		json_null("space");
	else
		json_number("space", candidate->space);
	json_bool("memory_backed", properties & TEMPFILE_MEMORY_BACKED);
	json_bool("anonymous", properties & TEMPFILE_ANONYMOUS);
	json_bool("leases", properties & TEMPFILE_LEASES);
	json_end();
}

struct report {
	bool as_json;
	bool any_chosen;
};

static int visit(const struct tempfile_candidate *candidate, void *arg)
{
	struct report *report = arg;

	if (candidate->properties & TEMPFILE_CHOSEN)
		report->any_chosen = true;
	if (report->as_json)
		print_json(candidate);
	else
		print_candidate(candidate);
	return 0;
}

static int run_where(int argc, char **argv)
{
	struct report report = {0};
	int letter, status;

	while ((letter = next_option(argc, argv)) != -1) {
		if (letter != OPTION_JSON)
			return misuse_status();
		report.as_json = true;
	}
	if (optind < argc)
		return misuse("unexpected operand '%s'", argv[optind]);
	if (tempfile_each_candidate(visit, &report))
		return fail_by_library();
	status = finish_output();
	if (status || report.any_chosen)
		return status;
	return fail("none of these directories can be used");
}

const struct command where_command = {
	.name = "where",
	.synopsis = "[--json]",
	.summary = "Tell which temporary directory is used, and why.",
	.details = "The one that is used is marked *, those that cannot be -.\n"
		   "The exit status is 1 if there is none.\n",
	.options = where_options,
	.run = run_where,
	.failure = 1,
	.misuse = 2,
};
