/* SPDX-License-Identifier: MIT */
/* Waiting for a process that is no child. */
#ifndef TEMPF_GUARD_WAIT_H
#define TEMPF_GUARD_WAIT_H

#include <signal.h>
#include <sys/types.h>

/*
 * Return 0 when process has ended, or -1 and errno: EINTR for a signal that
 * mask lets through, ESRCH if there is no such process.
 */
int wait_for_end(pid_t process, const sigset_t *mask);

#endif
