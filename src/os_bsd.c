/* SPDX-License-Identifier: MIT */
/*
 * What is the same on FreeBSD, NetBSD and OpenBSD, and not on macOS; and the
 * little that one of them has and the others have not.
 */
#include "os.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "os_posix.h"

#ifndef MAP_INHERIT_ZERO /* FreeBSD's name */
#define MAP_INHERIT_ZERO INHERIT_ZERO
#endif

const char *tempfile__os_candidate(size_t number)
{
	static const char *const paths[] = {"/tmp", "/var/tmp", "/usr/tmp"};

	return number < sizeof paths / sizeof *paths ? paths[number] : NULL;
}

int tempfile__os_reopen(int fd, int flags)
{
#ifdef O_EMPTY_PATH
	return tempfile__os_open(fd, "", flags | O_EMPTY_PATH, 0);
#else
	/* What is in /dev/fd is the same opening, with its offset. */
	(void)fd;
	(void)flags;
	errno = ENOTSUP;
	return -1;
#endif
}

/* posix_fallocate would change the size. */
int tempfile__os_reserve(int fd, int64_t size)
{
	(void)fd;
	(void)size;
	errno = ENOTSUP;
	return -1;
}

int tempfile__os_rename_new(int from, const char *old, int to, const char *name)
{
	(void)from;
	(void)old;
	(void)to;
	(void)name;
	errno = ENOTSUP;
	return -1;
}

int tempfile__os_exchange(int from, const char *old, int to, const char *name)
{
	return tempfile__os_rename_new(from, old, to, name);
}

/* sync begins to write and does not wait for the end. */
int tempfile__os_sync_filesystem(int fd)
{
	(void)fd;
	errno = ENOTSUP;
	return -1;
}

int tempfile__os_copy(int from, int to, int64_t size)
{
	(void)size;
	return tempfile__os_copy_bytes(from, to, 0);
}

void *tempfile__os_page_wiped_on_fork(void)
{
	size_t size = (size_t)sysconf(_SC_PAGESIZE);
	void *page = mmap(NULL, size, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANON, -1, 0);

	if (page == MAP_FAILED)
		return NULL;
	if (minherit(page, size, MAP_INHERIT_ZERO) == 0)
		return page;
	(void)munmap(page, size);
	return NULL;
}
