/* SPDX-License-Identifier: MIT */
/* A directory that lives as long as a shell: not where shells are no POSIX
 * ones. */
#include "cli.h"
#include "guard.h"

int print_guarded(struct tempfile_options *options, const char *variable)
{
	(void)options;
	(void)variable;
	return fail("--shell is not for this system");
}
