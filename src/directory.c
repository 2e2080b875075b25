/* SPDX-License-Identifier: MIT */
/*
 * A directory held by its descriptor: references count who works in it; the
 * last one to drop it closes the descriptor. One that is opened when needed
 * goes from -1 to a descriptor once.
 */
#include "directory.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "path.h"

#define WORLD_WRITABLE 0002u
#define STICKY         01000u

void tempfile__close_quietly(int fd)
{
	int code = errno;

	(void)tempfile__os_close(fd);
	errno = code;
}

bool tempfile__directory_is_unsafe(const struct os_status *status)
{
	return (status->permissions & WORLD_WRITABLE) &&
	       !(status->permissions & STICKY);
}

struct directory *tempfile__directory_take(int fd,
					   const struct os_status *status,
					   const char *parent, const char *name)
{
	size_t length = strlen(parent);
	size_t rest = name ? strlen(name) + 1 : 0;
	struct directory *directory =
		malloc(sizeof *directory + length + 1 + rest);
	char *end;

	if (!directory) {
		if (fd >= 0)
			(void)tempfile__os_close(fd);
		errno = ENOMEM;
		return NULL;
	}
	atomic_init(&directory->references, 1);
	atomic_init(&directory->fd, fd);
	directory->parent = NULL;
	directory->identity = status->identity;
	directory->owner = status->owner;
	if (name) {
		end = tempfile__enter_path(directory->path, parent, length);
		memcpy(end, name, rest);
		length = (size_t)(end - directory->path) + rest - 1;
	} else {
		memcpy(directory->path, parent, length + 1);
	}
	directory->length = length;
	return directory;
}

struct directory *tempfile__directory_open(const char *path, bool unsafe_too)
{
	struct os_status status;
	struct directory *directory;
	int fd = tempfile__os_open_directory(OS_HERE, path);

	if (fd < 0 || tempfile__os_status(fd, &status) < 0) {
		(void)tempfile__fail(errno, "open the directory", path);
		goto fail;
	}
	if (!unsafe_too && tempfile__directory_is_unsafe(&status)) {
		(void)tempfile__fail_because(
			EPERM, "create in", path,
			"anybody may rename files in it (it is writable by all "
			"and has no sticky bit)");
		goto fail;
	}
	directory = tempfile__directory_take(fd, &status, path, NULL);
	if (!directory)
		(void)tempfile__fail(ENOMEM, "open the directory", path);
	return directory;
fail:
	if (fd >= 0)
		tempfile__close_quietly(fd);
	return NULL;
}

struct directory *tempfile__directory_expect(struct directory *parent,
					     const char *path,
					     const struct os_status *status)
{
	struct directory *directory =
		tempfile__directory_take(-1, status, path, NULL);

	if (directory)
		directory->parent = tempfile__directory_share(parent);
	return directory;
}

int tempfile__directory_hold(struct directory *directory)
{
	const char *name = tempfile__name_part(directory->path);
	bool opened;
	int none = -1;
	int at;
	int fd;

	if (atomic_load(&directory->fd) >= 0)
		return 0;
	at = tempfile__directory_reach(directory->parent, &opened);
	if (at < 0)
		return -1;
	fd = tempfile__directory_enter_known(at, name, directory->identity);
	if (opened)
		tempfile__close_quietly(at);
	if (fd < 0)
		return -1;
	/* Where another thread was faster, its descriptor is everyone's. */
	if (!atomic_compare_exchange_strong(&directory->fd, &none, fd))
		(void)tempfile__os_close(fd);
	return 0;
}

void tempfile__directory_release(struct directory *directory)
{
	struct directory *parent;
	int code;

	do {
		parent = directory->parent;
		code = errno;
		if (directory->fd >= 0 &&
		    !tempfile__directory_is_lost(directory))
			(void)tempfile__os_close(directory->fd);
		free(directory);
		errno = code;
		directory = parent;
	} while (tempfile__directory_is_last(directory));
}

bool tempfile__directory_is_intact(const struct directory *directory)
{
	struct os_status status;

	return tempfile__os_status(directory->fd, &status) == 0 &&
	       tempfile__os_same(status.identity, directory->identity);
}

bool tempfile__directory_is_lost(const struct directory *directory)
{
	struct os_status status;

	if (tempfile__os_status(directory->fd, &status) < 0)
		return errno == EBADF;
	return !tempfile__os_same(status.identity, directory->identity);
}

int tempfile__directory_find(const struct directory *directory)
{
	struct os_status status;
	int fd = tempfile__os_open_directory(OS_HERE, directory->path);
	int code = ESTALE;

	if (fd < 0)
		return -1;
	if (tempfile__os_status(fd, &status) < 0)
		code = errno;
	else if (tempfile__os_same(status.identity, directory->identity))
		return fd;
	(void)tempfile__os_close(fd);
	errno = code;
	return -1;
}

int tempfile__directory_reach(const struct directory *directory, bool *opened)
{
	*opened = !tempfile__directory_is_intact(directory);
	return *opened ? tempfile__directory_find(directory) : directory->fd;
}

int tempfile__directory_enter(int at, const char *name)
{
	int fd = tempfile__os_open_subdirectory(at, name);

	if (fd < 0 && errno == EACCES &&
	    tempfile__os_unlock_subdirectory(at, name) == 0)
		fd = tempfile__os_open_subdirectory(at, name);
	return fd;
}

static int enter_locked(int at, const char *name, struct os_identity identity)
{
	struct os_status status;

	if (tempfile__os_status_at(at, name, &status) < 0)
		return -1;
	if (tempfile__os_same(status.identity, identity))
		return tempfile__directory_enter(at, name);
	errno = ESTALE;
	return -1;
}

int tempfile__directory_enter_known(int at, const char *name,
				    struct os_identity identity)
{
	struct os_status status;
	int fd = tempfile__os_open_subdirectory(at, name);
	int code = ESTALE;

	if (fd < 0 && errno == EACCES)
		fd = enter_locked(at, name, identity);
	if (fd < 0)
		return -1;
	if (tempfile__os_status(fd, &status) < 0)
		code = errno;
	else if (tempfile__os_same(status.identity, identity))
		return fd;
	(void)tempfile__os_close(fd);
	errno = code;
	return -1;
}

bool tempfile__means_gone(int code)
{
	return code == ENOENT || code == ENOTDIR || code == ELOOP ||
	       code == ESTALE;
}
