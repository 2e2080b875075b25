/* SPDX-License-Identifier: MIT */
/*
 * The system call statx, and what stands in for it where the kernel (before
 * 4.11) or a sandbox refuses it: all but the time of birth.
 */
#include "os_linux_statx.h"

#include <errno.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

static void translate(const struct stat *from, struct statx *to)
{
	*to = (struct statx){
		.stx_mask = STATX_BASIC_STATS,
		.stx_nlink = (uint32_t)from->st_nlink,
		.stx_uid = from->st_uid,
		.stx_mode = (uint16_t)from->st_mode,
		.stx_ino = from->st_ino,
		.stx_size = (uint64_t)from->st_size,
		.stx_ctime.tv_sec = from->st_ctim.tv_sec,
		.stx_dev_major = major(from->st_dev),
		.stx_dev_minor = minor(from->st_dev),
	};
}

int tempfile__statx(int at, const char *path, int flags, unsigned mask,
		    struct statx *found)
{
	struct stat status;
	long result = syscall(SYS_statx, at, path, flags, mask, found);

	if (result == 0 || (errno != ENOSYS && errno != EPERM))
		return (int)result;
	if (fstatat(at, path, &status, flags) < 0)
		return -1;
	translate(&status, found);
	return 0;
}
