/* SPDX-License-Identifier: MIT */
/*
 * What the kernel writes and MemorySanitizer does not know of: system calls
 * that are made by number, and statx. The linker puts these in between.
 */
#include <sanitizer/msan_interface.h>
#include <sys/stat.h>
#include <sys/syscall.h>

long __real_syscall(long number, long a, long b, long c, long d, long e);
long __wrap_syscall(long number, long a, long b, long c, long d, long e);
long __wrap_syscall(long number, long a, long b, long c, long d, long e)
{
	long result = __real_syscall(number, a, b, c, d, e);

	if (number == SYS_getdents64 && result > 0)
		__msan_unpoison((void *)b, (size_t)result);
	return result;
}

int __real_statx(int at, const char *path, int flags, unsigned mask,
		 struct statx *status);
int __wrap_statx(int at, const char *path, int flags, unsigned mask,
		 struct statx *status);
int __wrap_statx(int at, const char *path, int flags, unsigned mask,
		 struct statx *status)
{
	int result = __real_statx(at, path, flags, mask, status);

	if (result == 0)
		__msan_unpoison(status, sizeof *status);
	return result;
}
