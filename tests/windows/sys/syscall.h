/* SPDX-License-Identifier: MIT */
/* See posix.h. */
#ifndef TEST_WINDOWS_SYS_SYSCALL_H
#define TEST_WINDOWS_SYS_SYSCALL_H

/* Which one to deny makes no difference. */
enum {
	SYS_getrandom,
	SYS_openat,
	SYS_openat2,
	SYS_pwrite64,
	SYS_pread64,
	SYS_flock,
	SYS_linkat,
	SYS_renameat2,
	SYS_renameat,
	SYS_statx,
	SYS_fallocate,
	SYS_copy_file_range,
	SYS_mkdir,
	SYS_kill,
	SYS_close_range,
	SYS_mkdirat,
	SYS_unlinkat,
	SYS_fsync,
	SYS_close,
	SYS_getdents64,
	SYS_fchmod,
	SYS_fchmodat2,
	SYS_madvise,
	SYS_fchmodat,
	SYS_dup3,
	SYS_fcntl
};

#endif
