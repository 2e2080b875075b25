/* SPDX-License-Identifier: MIT */
/* What os_linux.c lends to its neighbours. */
#ifndef TEMPFILE_OS_LINUX_H
#define TEMPFILE_OS_LINUX_H

/* "/proc/self/fd/" and the digits of an int */
#define DESCRIPTOR_PATH_BYTES 32

/* The path by which /proc knows fd. Async-signal-safe. */
void tempfile__descriptor_path(int fd, char path[DESCRIPTOR_PATH_BYTES]);

#endif
