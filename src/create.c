/* SPDX-License-Identifier: MIT */
/*
 * The one loop that tries names until one is free, and what it creates: each
 * thing with its permissions in the call that creates it.
 */
#include "create.h"

#include <errno.h>

static atomic_bool stopped;

void tempfile__create_stop(void)
{
	atomic_store(&stopped, true);
}

int tempfile__create(struct directory *directory,
		     const struct name_pattern *pattern, char *place,
		     create_function *create, void *arg)
{
	int code = errno;
	int result;

	for (int i = 0; i < CREATE_TRIES; i++) {
		if (tempfile__name_draw(pattern, place) < 0)
			return -1;
		while (atomic_load(&stopped))
			tempfile__os_sleep(1000);
		errno = code;
		result = create(directory, place, arg);
		if (result >= 0 || (errno != EEXIST && errno != EADDRINUSE))
			return result;
	}
	errno = EEXIST;
	return -1;
}

/*
 * Look at what came out; the umask or an access list may have taken from the
 * permissions. What a directory inherits beyond them is the administrator's.
 */
static int settle(int fd, struct wanted *wanted)
{
	if (tempfile__os_status(fd, &wanted->status) < 0)
		return -1;
	if ((wanted->status.permissions & 0777u) == wanted->permissions)
		return 0;
	return tempfile__os_set_permissions(
		fd,
		(wanted->status.permissions & 07000u) | wanted->permissions);
}

int tempfile__create_file(struct directory *directory, const char *name,
			  void *arg)
{
	struct wanted *wanted = arg;
	int fd = tempfile__os_create_file(directory->fd, name,
					  wanted->permissions);
	int code;

	if (fd < 0 || settle(fd, wanted) == 0)
		return fd;
	code = errno;
	(void)tempfile__os_remove_file(directory->fd, name);
	(void)tempfile__os_close(fd);
	errno = code;
	return -1;
}

/* A umask may have left a directory that its owner cannot open. */
static int open_new_directory(int at, const char *name)
{
	int fd = tempfile__os_open_subdirectory(at, name);

	if (fd < 0 && errno == EACCES &&
	    tempfile__os_unlock_subdirectory(at, name) == 0)
		fd = tempfile__os_open_subdirectory(at, name);
	return fd;
}

int tempfile__create_directory(struct directory *directory, const char *name,
			       void *arg)
{
	struct wanted *wanted = arg;
	int code;
	int fd;

	if (tempfile__os_create_directory(directory->fd, name,
					  wanted->permissions) < 0)
		return -1;
	fd = open_new_directory(directory->fd, name);
	if (fd >= 0 && settle(fd, wanted) == 0)
		return fd;
	/* A sweep has come between. */
	code = errno == ENOENT ? EEXIST : errno;
	(void)tempfile__os_remove_directory(directory->fd, name);
	if (fd >= 0)
		(void)tempfile__os_close(fd);
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
	int code;

	if (fd < 0 || tempfile__os_remove_file(directory->fd, name) == 0 ||
	    errno == ENOENT)
		return fd;
	code = errno;
	(void)tempfile__os_close(fd);
	errno = code;
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
