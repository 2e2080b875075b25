/* SPDX-License-Identifier: MIT */
/* What only macOS has, or has in its own way. */
#include "os.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/syslimits.h>
#include <unistd.h>

#include "os_posix.h"

/* Each user's own; empty: there is none. */
static char user_directory[PATH_MAX];

static void find_user_directory(void)
{
	size_t size = confstr(_CS_DARWIN_USER_TEMP_DIR, user_directory,
			      sizeof user_directory);

	if (size > sizeof user_directory)
		user_directory[0] = '\0';
}

const char *tempfile__os_candidate(size_t number)
{
	static const char *const paths[] = {user_directory, "/tmp", "/var/tmp",
					    "/usr/tmp"};
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	(void)pthread_once(&once, find_user_directory);
	if (user_directory[0] == '\0')
		number++;
	return number < sizeof paths / sizeof *paths ? paths[number] : NULL;
}

/*
 * What is in /dev/fd is the same opening, with its offset; so by the path that
 * the system knows, if the same file is still there.
 */
int tempfile__os_reopen(int fd, int flags)
{
	struct os_status held;
	struct os_status found;
	char path[PATH_MAX] = "";
	int copy;

	if (tempfile__os_status(fd, &held) < 0)
		return -1;
	(void)fcntl(fd, F_GETPATH, path);
	copy = tempfile__os_open(AT_FDCWD, path, flags | O_NOFOLLOW, 0);
	if (copy >= 0 && tempfile__os_status(copy, &found) == 0 &&
	    tempfile__os_same(held.identity, found.identity))
		return copy;
	if (copy >= 0)
		(void)tempfile__os_close(copy);
	if (copy >= 0 || errno == ENOENT || errno == ELOOP)
		errno = ENOTSUP;
	return -1;
}

int tempfile__os_reserve(int fd, int64_t size)
{
	struct stat found;
	fstore_t wanted = {.fst_flags = F_ALLOCATEALL,
			   .fst_posmode = F_PEOFPOSMODE};
	int64_t there;

	if (fstat(fd, &found) < 0)
		return -1;
	there = (int64_t)found.st_blocks * S_BLKSIZE;
	if (size <= there)
		return 0;
	/* It goes on behind what is allocated, holes or not. */
	wanted.fst_length = size - there;
	if (fcntl(fd, F_PREALLOCATE, &wanted) == 0)
		return 0;
	if (errno == EINVAL || errno == ENOTTY)
		errno = ENOTSUP;
	return -1;
}

/* A file system that cannot says ENOTSUP. */
int tempfile__os_rename_new(int from, const char *old, int to, const char *name)
{
	return renameatx_np(from, old, to, name, RENAME_EXCL);
}

int tempfile__os_exchange(int from, const char *old, int to, const char *name)
{
	return renameatx_np(from, old, to, name, RENAME_SWAP);
}

int tempfile__os_sync_filesystem(int fd)
{
	return fsync_volume_np(fd, SYNC_VOLUME_FULLSYNC | SYNC_VOLUME_WAIT);
}

/* Only a file with a name of its own can share what another has. */
int tempfile__os_copy(int from, int to, int64_t size)
{
	(void)size;
	return tempfile__os_copy_bytes(from, to, 0);
}

/* Memory can be kept from a child, but not be there and empty. */
void *tempfile__os_page_wiped_on_fork(void)
{
	return NULL;
}
