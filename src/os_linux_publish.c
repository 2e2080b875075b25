/* SPDX-License-Identifier: MIT */
/* Giving a file its place: what only Linux has, or has in its own way. */
#include "os.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "os_linux.h"
#include "os_posix.h"

#ifndef RENAME_NOREPLACE
#define RENAME_NOREPLACE 1
#define RENAME_EXCHANGE  2
#endif

int tempfile__os_link_anonymous(int fd, int at, const char *name)
{
	char path[DESCRIPTOR_PATH_BYTES];

	/* Needs no /proc, but before Linux 6.10 a capability. */
	if (linkat(fd, "", at, name, AT_EMPTY_PATH) == 0)
		return 0;
	if (errno != ENOENT && errno != EPERM)
		return -1;
	tempfile__descriptor_path(fd, path);
	return linkat(AT_FDCWD, path, at, name, AT_SYMLINK_FOLLOW);
}

static int rename_with(int from, const char *old, int to, const char *name,
		       unsigned flags)
{
	if (syscall(SYS_renameat2, from, old, to, name, flags) == 0)
		return 0;
	/* A sandbox may say EPERM to what it does not know, but so may the
	 * kernel for a good reason: then the error stands. */
	if (errno == EINVAL || errno == ENOSYS)
		errno = ENOTSUP;
	return -1;
}

int tempfile__os_rename_new(int from, const char *old, int to, const char *name)
{
	return rename_with(from, old, to, name, RENAME_NOREPLACE);
}

int tempfile__os_exchange(int from, const char *old, int to, const char *name)
{
	return rename_with(from, old, to, name, RENAME_EXCHANGE);
}

int tempfile__os_sync_filesystem(int fd)
{
	return syncfs(fd);
}

int tempfile__os_copy(int from, int to, int64_t size)
{
	off64_t in = 0;
	off64_t out = 0;
	ssize_t copied;

	while (in < size) {
		copied = copy_file_range(from, &in, to, &out,
					 (size_t)(size - in), 0);
		if (copied > 0 || (copied < 0 && errno == EINTR))
			continue;
		/* Between some file systems it copies nothing, or refuses. */
		if (copied == 0 || errno == EXDEV || errno == EINVAL ||
		    errno == ENOSYS || errno == EOPNOTSUPP || errno == EPERM)
			return tempfile__os_copy_bytes(from, to, in);
		return -1;
	}
	return 0;
}
