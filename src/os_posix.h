/* SPDX-License-Identifier: MIT */
/* What os_posix.c lends to the systems that build on it. */
#ifndef TEMPFILE_OS_POSIX_H
#define TEMPFILE_OS_POSIX_H

#include <stdint.h>

/* openat, closed on exec, at least 3, EINTR retried; a symbolic link that is
 * not to be followed is ELOOP. */
int tempfile__os_open(int at, const char *path, int flags,
		      unsigned permissions);

/* fd, moved if it is the number of a standard stream; -1 stays -1. */
int tempfile__os_above_standard(int fd);

/* Copy all that is at offset at and behind it. */
int tempfile__os_copy_bytes(int from, int to, int64_t at);

#endif
