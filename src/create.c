/* SPDX-License-Identifier: MIT */
/*
 * The one loop that tries names until one is free, and what it creates: each
 * thing with its permissions in the call that creates it.
 */
#include "create.h"

#include <errno.h>

atomic_bool tempfile__create_stopped;

void tempfile__create_stop(void)
{
	atomic_store(&tempfile__create_stopped, true);
}

void tempfile__create_sleep(void)
{
	for (;;)
		tempfile__os_sleep(1000);
}

/*
 * Did the umask or an access list take from the permissions? What a directory
 * inherits beyond them is the administrator's.
 */
static bool is_settled(const struct wanted *wanted)
{
	return (wanted->status.permissions & 0777u) == wanted->permissions;
}

static int settle(int fd, const struct wanted *wanted)
{
	return tempfile__os_set_permissions(
		fd,
		(wanted->status.permissions & 07000u) | wanted->permissions);
}

int tempfile__create_undo(struct directory *directory, const char *name, int fd)
{
	int code = errno;

	(void)tempfile__os_remove_file(directory->fd, name);
	if (fd > 0)
		(void)tempfile__os_close(fd);
	errno = code;
	return -1;
}

int tempfile__create_file(struct directory *directory, const char *name,
			  void *arg)
{
	struct wanted *wanted = arg;
	int fd = tempfile__os_create_file(directory->fd, name,
					  wanted->permissions);

	if (fd < 0)
		return -1;
	if (tempfile__os_status(fd, &wanted->status) == 0 &&
	    (is_settled(wanted) || settle(fd, wanted) == 0))
		return fd;
	return tempfile__create_undo(directory, name, fd);
}

/* Most directories are never opened; this one may be locked to its owner. */
static int settle_directory(int at, const char *name,
			    const struct wanted *wanted)
{
	int fd = tempfile__directory_enter_known(at, name,
						 wanted->status.identity);
	int result;

	if (fd < 0)
		return -1;
	result = settle(fd, wanted);
	tempfile__close_quietly(fd);
	return result;
}

int tempfile__create_directory(struct directory *directory, const char *name,
			       void *arg)
{
	struct wanted *wanted = arg;
	int at = directory->fd;
	int code;

	if (tempfile__os_create_directory(at, name, wanted->permissions) < 0)
		return -1;
	if (tempfile__os_status_at(at, name, &wanted->status) == 0 &&
	    (is_settled(wanted) || settle_directory(at, name, wanted) == 0))
		return 0;
	/* A sweep has come between. */
	code = errno == ENOENT ? EEXIST : errno;
	(void)tempfile__os_remove_directory(at, name);
	errno = code;
	return -1;
}

/*
 * Where a file cannot be born without a name, it loses the name at once. The
 * name is a leased one, so that a sweep finds it if this process is killed in
 * between; and a sweep may well be faster.
 */
static int create_and_remove(struct directory *directory, const char *name,
			     void *arg)
{
	int fd = tempfile__create_file(directory, name, arg);

	if (fd < 0 || tempfile__os_remove_file(directory->fd, name) == 0 ||
	    errno == ENOENT)
		return fd;
	tempfile__close_quietly(fd);
	return -1;
}

int tempfile__create_anonymous(struct directory *directory,
			       unsigned permissions)
{
	struct wanted wanted = {.permissions = permissions};
	char name[LEASED_NAME_BYTES];
	int code = errno;
	int fd = tempfile__os_create_anonymous(directory->fd, ".", permissions);

	if (fd >= 0 || errno != ENOTSUP)
		return fd;
	errno = code;
	return tempfile__create(directory, &tempfile__leased_pattern, name,
				create_and_remove, &wanted);
}
