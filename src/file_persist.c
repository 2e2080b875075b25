/* SPDX-License-Identifier: MIT */
/*
 * tempfile_persist: from a temporary file to a permanent one.
 *
 * The file is moved if it has a name, linked if it has none, and copied beside
 * the target if neither can be, because that is another file system or the file
 * has lost its name once. What is in memory is written beside the target
 * straight away. Until the target is there, every failure is undone.
 */
#include <errno.h>
#include <fcntl.h>

#include "error.h"
#include "fork_guard.h"
#include "handle.h"
#include "publish.h"

#define ALL_FLAGS (TEMPFILE_NOREPLACE | TEMPFILE_DURABLE | TEMPFILE_PRIVATE)

static const char step[] = "publish as";

struct persisting {
	struct tempfile *file;
	struct target target;
	unsigned flags;
	int fd; /* what is published; -1: something without a descriptor */
	bool borrowed; /* fd is not the handle's: it has given its own back */
	struct sibling sibling; /* fd -1: nothing was made beside the target */
	unsigned permissions;   /* that a copy is to have */
};

static int create_sibling(void *arg)
{
	struct persisting *persisting = arg;

	if (tempfile__sibling_create(&persisting->target, false,
				     &persisting->sibling) < 0)
		return -1;
	return persisting->sibling.fd;
}

/* Out of memory, into a file beside the target. */
static int leave_memory(struct persisting *persisting)
{
	struct tempfile *file = persisting->file;
	struct storage *storage = &file->stream.buffer.storage;
	struct storage before = *storage;
	int result;

	storage->create = create_sibling;
	storage->arg = persisting;
	result = tempfile__stream_roll_over(&file->stream);
	storage->create = before.create;
	storage->arg = before.arg;
	/* Its descriptor has been closed again, if there was one. */
	if (result < 0 && persisting->sibling.fd >= 0) {
		tempfile__sibling_remove(&persisting->target,
					 &persisting->sibling);
		persisting->sibling.fd = -1;
	}
	return result;
}

/* The descriptor to publish. */
static int get_descriptor(struct persisting *persisting)
{
	struct tempfile *file = persisting->file;
	const struct storage *storage = &file->stream.buffer.storage;
	struct os_status status;

	if (storage->in_memory && leave_memory(persisting) < 0)
		return -1;
	if (tempfile__stream_flush(&file->stream) < 0)
		return -1;
	persisting->fd = storage->fd;
	if (storage->fd >= 0 || !file->named.path)
		return 0;
	/* A name whose descriptor was given back, or that never had one. */
	if (tempfile__os_status_at(file->named.directory->fd, file->named.name,
				   &status) < 0)
		return -1;
	if (!tempfile__os_same(status.identity, file->named.identity)) {
		errno = ESTALE;
		return -1;
	}
	if (status.kind != OS_FILE)
		return 0;
	persisting->fd = tempfile__os_open_file(file->named.directory->fd,
						file->named.name, O_RDONLY);
	persisting->borrowed = true;
	return persisting->fd < 0 ? -1 : 0;
}

static int place(const struct persisting *persisting)
{
	const struct named *named = &persisting->file->named;

	if (persisting->sibling.fd >= 0)
		return tempfile__publish_sibling(&persisting->sibling,
						 &persisting->target,
						 persisting->flags);
	if (named->path)
		return tempfile__publish_name(
			named->directory->fd, named->name, named->identity,
			&persisting->target, persisting->flags);
	return tempfile__publish_anonymous(persisting->fd, &persisting->target,
					   persisting->flags);
}

/* errno of a file without a name that cannot have one: nowhere, or no more */
static bool is_unlinkable(void)
{
	return errno == ENOENT || errno == EPERM || errno == EOPNOTSUPP;
}

/* Would a copy do better? */
static bool wants_copy(const struct persisting *persisting)
{
	if (persisting->fd < 0 || persisting->sibling.name[0])
		return false;
	if (persisting->sibling.fd >= 0 || !persisting->file->named.path)
		return errno == EXDEV || is_unlinkable();
	return errno == EXDEV;
}

static int prepare_copy(struct persisting *persisting, bool with_name)
{
	struct os_status status;

	if (tempfile__os_status(persisting->fd, &status) < 0 ||
	    tempfile__sibling_create(&persisting->target, with_name,
				     &persisting->sibling) < 0 ||
	    tempfile__os_copy(persisting->fd, persisting->sibling.fd,
			      status.size) < 0 ||
	    tempfile__os_set_permissions(persisting->sibling.fd,
					 persisting->permissions) < 0)
		return -1;
	if (persisting->flags & TEMPFILE_DURABLE)
		return tempfile__os_sync(persisting->sibling.fd);
	return 0;
}

/* The handle goes on with the copy, under the number it had, and there. */
static void adopt_copy(struct persisting *persisting)
{
	struct tempfile *file = persisting->file;
	struct storage *storage = &file->stream.buffer.storage;
	int64_t offset = tempfile__os_tell(persisting->fd);

	/* A file that is moved leaves no name behind, kept or not. */
	if (file->named.path)
		(void)tempfile__named_remove(&file->named);
	if (offset > 0)
		(void)tempfile__os_seek(persisting->sibling.fd, offset);
	if (persisting->borrowed)
		(void)tempfile__os_close(persisting->sibling.fd);
	else if (tempfile__os_replace(storage->fd, persisting->sibling.fd) <
		 0) {
		(void)tempfile__os_close(storage->fd);
		storage->fd = persisting->sibling.fd;
	}
}

static int copy_once(struct persisting *persisting, bool with_name)
{
	int code;

	persisting->sibling.fd = -1;
	if (prepare_copy(persisting, with_name) == 0 &&
	    place(persisting) == 0) {
		adopt_copy(persisting);
		return 0;
	}
	code = errno;
	if (persisting->sibling.fd >= 0) {
		tempfile__sibling_remove(&persisting->target,
					 &persisting->sibling);
		(void)tempfile__os_close(persisting->sibling.fd);
		persisting->sibling.fd = -1;
	}
	errno = code;
	return -1;
}

/* Where no file without a name can have one, the copy has one from the start:
 * without /proc, for users without rights. */
static int copy_into_place(struct persisting *persisting)
{
	bool with_name = errno != EXDEV;

	if (copy_once(persisting, with_name) == 0)
		return 0;
	return !with_name && is_unlinkable() ? copy_once(persisting, true) : -1;
}

/* A system tells once that it could not write, forgets what it was, and calls
 * the next attempt a success. */
static int make_content_durable(struct persisting *persisting)
{
	struct tempfile *file = persisting->file;

	if (file->sync_failed) {
		errno = EIO;
		return -1;
	}
	file->sync_failed = tempfile__os_sync(persisting->fd) < 0;
	return file->sync_failed ? -1 : 0;
}

static int publish(struct persisting *persisting)
{
	if ((persisting->flags & TEMPFILE_DURABLE) && persisting->fd >= 0 &&
	    make_content_durable(persisting) < 0)
		return -1;
	if (place(persisting) == 0)
		return 0;
	return wants_copy(persisting) ? copy_into_place(persisting) : -1;
}

static int publish_privately(struct persisting *persisting)
{
	struct os_status status = {0};

	if (persisting->fd >= 0 &&
	    tempfile__os_status(persisting->fd, &status) < 0)
		return -1;
	persisting->permissions = status.permissions;
	return publish(persisting);
}

/* Publish with the permissions that are due, or leave them as they were. */
static int publish_with_permissions(struct persisting *persisting)
{
	unsigned before;
	int code;

	if (persisting->fd < 0 || (persisting->flags & TEMPFILE_PRIVATE))
		return publish_privately(persisting);
	if (tempfile__target_permissions(&persisting->target, OS_FILE,
					 &persisting->permissions) < 0)
		return -1;
	if (tempfile__publish_permissions(persisting->fd,
					  persisting->permissions,
					  &persisting->target, &before) < 0) {
		/* Some network file systems change nothing whose name is gone;
		 * but it can be copied. */
		if (errno != ESTALE || persisting->file->named.path)
			return -1;
		errno = ENOENT;
		return copy_into_place(persisting);
	}
	if (publish(persisting) == 0)
		return 0;
	code = errno;
	(void)tempfile__os_set_permissions(persisting->fd, before);
	errno = code;
	return -1;
}

static int persist(struct persisting *persisting)
{
	int result = get_descriptor(persisting);

	if (result == 0)
		result = publish_with_permissions(persisting);
	/* Rolled over beside the target but not published: no name is left. */
	if (result < 0 && persisting->sibling.fd >= 0)
		tempfile__sibling_remove(&persisting->target,
					 &persisting->sibling);
	if (persisting->borrowed && persisting->fd >= 0)
		(void)tempfile__os_close(persisting->fd);
	return result;
}

static int fail(const struct tempfile *file, const char *path)
{
	if (errno == EIO && file->sync_failed)
		return tempfile__fail_because(
			EIO, step, path,
			"its content could not be written to the disk; write "
			"it to a new file");
	return tempfile__fail(errno, step, path);
}

int tempfile_persist(struct tempfile *file, const char *path, unsigned flags)
{
	struct persisting persisting = {
		.file = file, .flags = flags, .fd = -1, .sibling.fd = -1};
	int result;

	if (flags & ~ALL_FLAGS)
		return tempfile__fail_because(EINVAL, step, path,
					      "flags has unknown bits");
	if (tempfile__target_open(path, file->named.directory,
				  &persisting.target) < 0)
		return -1;
	result = persist(&persisting);
	if (result < 0) {
		(void)fail(file, path);
	} else {
		tempfile__named_move(&file->named, &persisting.target,
				     persisting.sibling.fd >= 0 ||
					     !file->named.path);
		if ((flags & TEMPFILE_DURABLE) &&
		    tempfile__os_sync(file->named.directory->fd) < 0)
			result = tempfile__fail(
				errno, "make durable (but it is published)",
				path);
	}
	tempfile__target_close(&persisting.target);
	return result;
}
