/* SPDX-License-Identifier: MIT */
/* Where there are no processes but this one. */
#include <errno.h>
#include <string.h>

#include "child.h"
#include "cli.h"

void hold_signals(void)
{
}

int run_child(const struct child *child)
{
	return fail("cannot run '%s': %s", child->argv[0], strerror(ENOTSUP));
}

bool child_has_ended(void)
{
	return true;
}

bool child_succeeded(int status)
{
	return status == 0;
}

int pass_on(int status)
{
	return status;
}

void die_if_signalled(void)
{
}
