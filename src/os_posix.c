/* SPDX-License-Identifier: MIT */
/* What every POSIX system and WebAssembly's offer alike: files by descriptor.
 */
#include "os.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "os_posix.h"

/* What O_NOFOLLOW says of a symbolic link on FreeBSD, and on NetBSD. */
static bool means_link(int code)
{
#ifdef EFTYPE
	if (code == EFTYPE)
		return true;
#endif
	return code == EMLINK;
}

int tempfile__os_open(int at, const char *path, int flags, unsigned permissions)
{
	int fd;

	if (at == OS_HERE)
		at = AT_FDCWD;
	do
		fd = openat(at, path, flags | O_CLOEXEC, (mode_t)permissions);
	while (fd < 0 && errno == EINTR);
	if (fd < 0 && means_link(errno))
		errno = ELOOP;
	return fd > STDERR_FILENO ? fd : tempfile__os_above_standard(fd);
}

int tempfile__os_open_directory(int at, const char *path)
{
	return tempfile__os_open(at, path, O_RDONLY | O_DIRECTORY, 0);
}

int tempfile__os_create_directory(int at, const char *name,
				  unsigned permissions)
{
	return mkdirat(at, name, (mode_t)permissions);
}

int tempfile__os_remove_directory(int at, const char *name)
{
	return unlinkat(at, name, AT_REMOVEDIR);
}

int tempfile__os_create_file(int at, const char *name, unsigned permissions)
{
	return tempfile__os_open(
		at, name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, permissions);
}

int tempfile__os_open_file(int at, const char *name, int flags)
{
	int fd =
		tempfile__os_open(at, name, flags | O_NOFOLLOW | O_NONBLOCK, 0);

	/* A fifo in its place must not hold us; that is all it was for. */
	if (fd >= 0)
		(void)fcntl(fd, F_SETFL, flags & O_APPEND);
	return fd;
}

int tempfile__os_remove_file(int at, const char *name)
{
	return unlinkat(at, name, 0);
}

int tempfile__os_close(int fd)
{
	return close(fd) < 0 && errno != EINTR ? -1 : 0;
}

ssize_t tempfile__os_read_at(int fd, void *buf, size_t n, int64_t offset)
{
	size_t done = 0;
	ssize_t got;

	while (done < n) {
		got = pread(fd, (char *)buf + done, n - done,
			    (off_t)(offset + (int64_t)done));
		if (got == 0)
			break;
		if (got > 0)
			done += (size_t)got;
		else if (errno != EINTR)
			return -1;
	}
	return (ssize_t)done;
}

ssize_t tempfile__os_write_at(int fd, const void *buf, size_t n, int64_t offset)
{
	size_t done = 0;
	ssize_t put;

	while (done < n) {
		put = pwrite(fd, (const char *)buf + done, n - done,
			     (off_t)(offset + (int64_t)done));
		if (put >= 0)
			done += (size_t)put;
		else if (errno != EINTR)
			break;
	}
	return (ssize_t)done;
}

int tempfile__os_seek(int fd, int64_t offset)
{
	return lseek(fd, (off_t)offset, SEEK_SET) < 0 ? -1 : 0;
}

int64_t tempfile__os_tell(int fd)
{
	return (int64_t)lseek(fd, 0, SEEK_CUR);
}

int tempfile__os_truncate(int fd, int64_t size)
{
	int result;

	do
		result = ftruncate(fd, (off_t)size);
	while (result < 0 && errno == EINTR);
	return result;
}

int tempfile__os_link(int from, const char *old, int to, const char *name)
{
	return linkat(from, old, to, name, 0);
}

int tempfile__os_rename(int from, const char *old, int to, const char *name)
{
	return renameat(from, old, to, name);
}

/* Onto the disk, and not only into its cache. */
static int sync_once(int fd)
{
#ifdef F_FULLFSYNC
	if (fcntl(fd, F_FULLFSYNC) == 0)
		return 0;
#endif
	return fsync(fd);
}

#ifdef __wasi__
/* It is refused as if the descriptor were none. */
static int explain_refusal(int fd)
{
	struct os_status status;

	if (errno == EBADF && tempfile__os_status(fd, &status) == 0)
		errno = ENOTSUP;
	return -1;
}
#else
static int explain_refusal(int fd)
{
	(void)fd;
	/* Some file systems have nothing to sync in a directory. */
	return errno == EINVAL ? 0 : -1;
}
#endif

int tempfile__os_sync(int fd)
{
	int result;

	do
		result = sync_once(fd);
	while (result < 0 && errno == EINTR);
	return result < 0 ? explain_refusal(fd) : 0;
}

#define COPY_BYTES 131072

int tempfile__os_copy_bytes(int from, int to, int64_t at)
{
	void *bytes = malloc(COPY_BYTES);
	ssize_t got = bytes ? 1 : -1;
	int code;

	if (!bytes)
		errno = ENOMEM;
	while (got > 0) {
		got = tempfile__os_read_at(from, bytes, COPY_BYTES, at);
		if (got > 0 &&
		    tempfile__os_write_at(to, bytes, (size_t)got, at) != got)
			got = -1;
		at += got;
	}
	code = errno;
	free(bytes);
	errno = code;
	return got < 0 ? -1 : 0;
}

char *tempfile__os_current_directory(void)
{
	size_t size = 256;
	char *path = NULL;
	char *larger;

	for (;;) {
		larger = realloc(path, size);
		if (!larger)
			break;
		path = larger;
		if (getcwd(path, size))
			return path;
		if (errno != ERANGE)
			break;
		size *= 2;
	}
	free(path);
	return NULL;
}

int64_t tempfile__os_milliseconds(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t tempfile__os_seconds(void)
{
	return (int64_t)time(NULL);
}

void tempfile__os_sleep(int milliseconds)
{
	const struct timespec span = {.tv_sec = milliseconds / 1000,
				      .tv_nsec =
					      milliseconds % 1000 * 1000000L};

	(void)nanosleep(&span, NULL);
}

bool tempfile__os_is_separator(char c)
{
	return c == '/';
}
