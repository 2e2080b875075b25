/* SPDX-License-Identifier: MIT */
/*
 * statx, also of a C library that has none (musl before 1.2.5). With it goes
 * the kernel's own header, which does not bear a library's beside it.
 */
#ifndef TEMPFILE_OS_LINUX_STATX_H
#define TEMPFILE_OS_LINUX_STATX_H

#include <stdint.h>
#include <sys/stat.h>

#ifndef STATX_BTIME
#include <linux/stat.h>

int tempfile__statx(int at, const char *path, int flags, unsigned mask,
		    struct statx *found);
#define statx(at, path, flags, mask, found) \
	tempfile__statx(at, path, flags, mask, found)
#endif

#endif
