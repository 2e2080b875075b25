/* SPDX-License-Identifier: MIT */
/* What os_posix.c lends to the systems that build on it. */
#ifndef TEMPFILE_OS_POSIX_H
#define TEMPFILE_OS_POSIX_H

/* openat, closed on exec, at least 3, EINTR retried. */
int tempfile__os_open(int at, const char *path, int flags,
		      unsigned permissions);

/* fd, moved if it is the number of a standard stream; -1 stays -1. */
int tempfile__os_above_standard(int fd);

#endif
