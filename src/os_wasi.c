/* SPDX-License-Identifier: MIT */
/*
 * WebAssembly, as WASI's first preview has it: one process in a world of the
 * directories that its host has opened for it. There are no users, permissions,
 * locks, processes and signals, and no way up from a directory; what needs one
 * of them fails with ENOTSUP, or ENOLCK where it is a lock.
 */
#include "os.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>
#include <wasi/libc.h>

#include "os_posix.h"

/* The first directory that the host has opened. */
#define FIRST_OPENED 3

const int tempfile__os_cookie_failure = -1;

static int refuse(void)
{
	errno = ENOTSUP;
	return -1;
}

/*
 * Directories
 */

const char *tempfile__os_candidate(size_t number)
{
	static const char *const paths[] = {"/tmp", "/var/tmp", "/usr/tmp"};

	return number < sizeof paths / sizeof *paths ? paths[number] : NULL;
}

int tempfile__os_open_subdirectory(int at, const char *name)
{
	int fd = tempfile__os_open(at, name,
				   O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);

	if (fd < 0 && errno == ELOOP)
		errno = ENOTDIR;
	return fd;
}

/* "..", from a directory of one's own, leads out of it. */
int tempfile__os_open_parent(int fd)
{
	(void)fd;
	return refuse();
}

int tempfile__os_filesystem(int fd, struct os_filesystem *filesystem)
{
	(void)fd;
	*filesystem = (struct os_filesystem){.name = "unknown", .space = -1};
	return 0;
}

int tempfile__os_rename_new(int from, const char *old, int to, const char *name)
{
	(void)from;
	(void)old;
	(void)to;
	(void)name;
	return refuse();
}

int tempfile__os_exchange(int from, const char *old, int to, const char *name)
{
	return tempfile__os_rename_new(from, old, to, name);
}

/*
 * Users
 */

unsigned tempfile__os_effective_user(void)
{
	return 0; /* whom everything belongs to */
}

int tempfile__os_set_permissions(int fd, unsigned permissions)
{
	struct os_status status;

	if (tempfile__os_status(fd, &status) < 0)
		return -1;
	return permissions == status.permissions ? 0 : refuse();
}

/* They are as the host has made them. */
int tempfile__os_adopt_permissions(int fd, unsigned now, unsigned permissions,
				   int at, const char *name)
{
	(void)fd;
	(void)now;
	(void)permissions;
	(void)at;
	(void)name;
	return 0;
}

/* He has them already. */
int tempfile__os_unlock_subdirectory(int at, const char *name)
{
	(void)at;
	(void)name;
	errno = EACCES;
	return -1;
}

/*
 * Locks
 */

int tempfile__os_lock_shared(int fd)
{
	(void)fd;
	errno = ENOLCK;
	return -1;
}

int tempfile__os_lock_exclusive(int fd)
{
	return tempfile__os_lock_shared(fd);
}

void tempfile__os_unlock_lease(int fd)
{
	(void)fd;
}

/*
 * Descriptors
 */

int tempfile__os_duplicate(int fd, int minimum)
{
	(void)fd;
	(void)minimum;
	return refuse();
}

int tempfile__os_reopen(int fd, int flags)
{
	(void)fd;
	(void)flags;
	return refuse();
}

int tempfile__os_replace(int fd, int fresh)
{
	return __wasilibc_fd_renumber(fresh, fd);
}

/* A descriptor whose number is no standard stream's, of no use but for that. */
static int open_spare(void)
{
	int low[3];
	int count = 0;
	int fd;

	for (;;) {
		fd = openat(FIRST_OPENED, ".", O_RDONLY | O_DIRECTORY);
		if (fd < 0 || fd > STDERR_FILENO)
			break;
		low[count++] = fd;
	}
	while (count > 0)
		(void)tempfile__os_close(low[--count]);
	return fd;
}

int tempfile__os_above_standard(int fd)
{
	int higher;
	int code;

	if (fd < 0 || fd > STDERR_FILENO)
		return fd;
	higher = open_spare();
	if (higher >= 0 && tempfile__os_replace(higher, fd) == 0)
		return higher;
	code = errno;
	if (higher >= 0)
		(void)tempfile__os_close(higher);
	(void)tempfile__os_close(fd);
	errno = code;
	return -1;
}

/* posix_fallocate would change the size. */
int tempfile__os_reserve(int fd, int64_t size)
{
	(void)fd;
	(void)size;
	return refuse();
}

int tempfile__os_sync_filesystem(int fd)
{
	(void)fd;
	return refuse();
}

int tempfile__os_copy(int from, int to, int64_t size)
{
	(void)size;
	return tempfile__os_copy_bytes(from, to, 0);
}

void *tempfile__os_handle(int fd)
{
	(void)fd;
	(void)refuse();
	return NULL;
}

/*
 * The process
 */

const char *tempfile__os_environment(const char *name)
{
	const char *value = getenv(name);

	return value && *value ? value : NULL;
}

uint64_t tempfile__os_process_id(void)
{
	return 1;
}

void *tempfile__os_page_wiped_on_fork(void)
{
	return NULL;
}

int tempfile__os_after_fork(void (*call)(void))
{
	(void)call;
	return 0;
}

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

void tempfile__os_lock(void)
{
	(void)pthread_mutex_lock(&lock);
}

void tempfile__os_unlock(void)
{
	(void)pthread_mutex_unlock(&lock);
}

int tempfile__os_catch_signals(void (*call)(int signal))
{
	(void)call;
	return refuse();
}

void tempfile__os_hold_signals(struct os_signals *signals)
{
	signals->held = false;
}

void tempfile__os_release_signals(const struct os_signals *signals)
{
	(void)signals;
}

void tempfile__os_die_by(int signal)
{
	_Exit(128 + signal);
}
