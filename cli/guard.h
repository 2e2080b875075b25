/* SPDX-License-Identifier: MIT */
/* A directory that lives as long as a shell. */
#ifndef TEMPF_GUARD_H
#define TEMPF_GUARD_H

#include <signal.h>
#include <sys/types.h>
#include <tempfile.h>

/* Print code that ties a new directory to the shell that runs it. */
int print_guarded(struct tempfile_options *options, const char *variable);

/*
 * Return 0 when process has ended, or -1 and errno: EINTR for a signal that
 * mask lets through, ESRCH if there is no such process.
 */
int wait_for_end(pid_t process, const sigset_t *mask);

#endif
