/* SPDX-License-Identifier: MIT */
/* Waiting for a process that is not a child: POSIX offers nothing. */
#include <errno.h>

#include "guard_wait.h"

int wait_for_end(pid_t process, const sigset_t *mask)
{
	(void)process;
	(void)mask;
	errno = ENOSYS;
	return -1;
}
