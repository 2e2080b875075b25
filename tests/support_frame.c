/* SPDX-License-Identifier: MIT */
/* The frame of a test, as it is everywhere. */
#include "support_frame.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

char temporary[64];
char work[64];
char scratch[48];
bool forgetting;

void must(bool done, const char *what)
{
	if (done)
		return;
	perror(what);
	_exit(TEST_FAILED);
}

void name_directories(void)
{
	(void)snprintf(temporary, sizeof temporary, "%s%ctemporary", scratch,
		       separator);
	(void)snprintf(work, sizeof work, "%s%cwork", scratch, separator);
}

static void make_directories(void)
{
	make_scratch();
	name_directories();
	must(mkdir(temporary, 0755) == 0 && mkdir(work, 0755) == 0, work);
}

_Noreturn void run_here(const struct test *test)
{
	static const char *const others[] = {"TEMP", "TMP", "TEMPFILE_KEEP"};

	FOR_EACH(i, others)
		(void)unsetenv(others[i]);
	must(setenv("TMPDIR", temporary, 1) == 0, "setenv");
	/* By chance, one run in many would find something else. */
	must(setenv("TEMPFILE_SWEEP", "never", 1) == 0, "setenv");
	forgetting = test->how & FORGETTING;
	if (test->how & AS_NOBODY)
		become_nobody();
	must(chdir(work) == 0, work);
	test->body();
	exit(0);
}

/* In a list of reasons, each ends with its line. */
void skip_because(const char *reason)
{
	print_message("skipped: %.*s\n", (int)strcspn(reason, "\n"), reason);
	skip();
}

void run_isolated(void **state)
{
	const struct test *test = *state;
	const char *why = why_unfit(test->name);
	char reason[256];
	bool littered;
	int status;

	if (why)
		skip_because(why);
	make_directories();
	status = run_body(test, reason, sizeof reason);
	littered = count_entries(temporary) > 0 && !(test->how & LITTERING);
	if (littered && status == 0)
		tell_entries(temporary);
	remove_scratch();
	if (status == SKIPPED)
		skip_because(reason);
	assert_int_equal(status, 0);
	assert_false(littered);
}
