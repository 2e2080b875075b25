/* SPDX-License-Identifier: MIT */
/*
 * The kinds of file, and the public calls on them.
 *
 * A handle is a stream, and perhaps a name. Anonymous: no name. Named: a name
 * that goes when the handle does, unless it is kept. Spooled: no name, and its
 * storage in memory at first. Made: a name, and a descriptor only if the user's
 * function returned one. After close_fd and detach the name is all there is.
 */
#include "tempfile.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "fork_guard.h"
#include "handle.h"

int tempfile__handle_fail(struct tempfile *file, const char *step)
{
	bool told = file->backing_failed;

	/* Why there is no file to roll over to says more than that there is
	 * none. */
	file->backing_failed = false;
	if (told && errno == tempfile_last_error()->code)
		return -1;
	return tempfile__fail(errno, step, file->named.path);
}

/* A handle without storage, its stream set up by the options; NULL, told. */
static struct tempfile *new_handle(const struct tempfile_options *options,
				   const struct mode *mode, size_t room)
{
	struct tempfile *file = malloc(sizeof *file + room);

	if (!file) {
		(void)tempfile__fail(ENOMEM, "open", NULL);
		return NULL;
	}
	*file = (struct tempfile){
		.process = tempfile__process(),
		.permissions = options->permissions ? options->permissions
						    : FILE_PERMISSIONS,
		.stream.buffer.storage = {.fd = -1, .limit = options->limit},
	};
	if (tempfile__stream_open(&file->stream, options, mode) < 0) {
		free(file);
		return NULL;
	}
	return file;
}

/* What every constructor begins with: the options are in place, if need be. */
static struct tempfile *begin(const struct tempfile_options *given,
			      struct tempfile_options *place, size_t room,
			      const struct tempfile_options **options)
{
	struct mode mode;

	*options = tempfile__options_read(given, place, &mode);
	return *options ? new_handle(*options, &mode, room) : NULL;
}

/* The handle of a constructor that failed; the error has been told. */
static struct tempfile *abandon(struct tempfile *file)
{
	int code = errno;

	(void)tempfile__stream_close(&file->stream);
	tempfile__backing_forget(&file->backing);
	free(file);
	errno = code;
	return NULL;
}

static bool refuses_flags(const struct tempfile_options *options)
{
	if (!(options->flags & (TEMPFILE_KEEP | TEMPFILE_LEASED)))
		return false;
	(void)tempfile__fail_because(
		EINVAL, "use these options", NULL,
		"a file without a name can be neither kept nor leased");
	return true;
}

struct tempfile *tempfile_open(const struct tempfile_options *given)
{
	struct tempfile_options place;
	const struct tempfile_options *options;
	struct tempfile *file = begin(given, &place, 0, &options);
	int fd;

	if (!file)
		return NULL;
	if (refuses_flags(options))
		return abandon(file);
	fd = tempfile__backing_create_once(options, file->permissions);
	if (fd < 0)
		return abandon(file);
	file->stream.buffer.storage.fd = fd;
	return file;
}

struct tempfile *tempfile_open_named(const struct tempfile_options *given)
{
	struct tempfile_options place;
	const struct tempfile_options *options;
	struct tempfile *file = begin(given, &place, NAMED_ROOM, &options);
	struct wanted wanted;
	int fd;

	if (!file)
		return NULL;
	wanted.permissions = file->permissions;
	fd = tempfile__named_create(&file->named, file->room, options,
				    tempfile__create_file, &wanted);
	if (fd < 0)
		return abandon(file);
	file->stream.buffer.storage.fd = fd;
	return file;
}

static int create_backing(void *file)
{
	struct tempfile *spooled = file;
	int fd = tempfile__backing_create(&spooled->backing,
					  spooled->permissions);

	spooled->backing_failed = fd < 0;
	return fd;
}

struct tempfile *tempfile_open_spooled(const struct tempfile_options *given)
{
	struct tempfile_options place;
	const struct tempfile_options *options;
	struct tempfile *file = begin(given, &place, 0, &options);
	struct storage *storage;

	if (!file)
		return NULL;
	if (refuses_flags(options) ||
	    tempfile__backing_remember(options, &file->backing) < 0)
		return abandon(file);
	storage = &file->stream.buffer.storage;
	storage->in_memory = true;
	storage->max_size = options->max_size;
	storage->create = create_backing;
	storage->arg = file;
	return file;
}

/* A create_function around the user's own. */
struct making {
	struct wanted wanted; /* first: it is what create_function is given */
	int (*create)(int dirfd, const char *name, const char *path, void *arg);
	void *arg;
	const struct named *named;
};

static int make(struct directory *directory, const char *name, void *arg)
{
	struct making *making = arg;
	struct os_status *status = &making->wanted.status;
	int fd = making->create(directory->fd, name, making->named->path,
				making->arg);
	int higher;

	if (fd < 0)
		return -1;
	if (tempfile__os_status_at(directory->fd, name, status) < 0)
		return tempfile__create_undo(directory, name, fd);
	/* Which is not what a handle can guard. */
	if (status->kind == OS_DIRECTORY) {
		(void)tempfile__os_remove_directory(directory->fd, name);
		errno = EISDIR;
		return tempfile__create_undo(directory, name, fd);
	}
	if (fd == 0 || fd > 2)
		return fd;
	higher = tempfile__os_duplicate(fd, 3);
	if (higher < 0)
		return tempfile__create_undo(directory, name, fd);
	(void)tempfile__os_close(fd);
	return higher;
}

struct tempfile *tempfile_make(const struct tempfile_options *given,
			       int (*create)(int dirfd, const char *name,
					     const char *path, void *arg),
			       void *arg)
{
	struct tempfile_options place;
	const struct tempfile_options *options;
	struct tempfile *file = begin(given, &place, NAMED_ROOM, &options);
	struct making making = {.create = create, .arg = arg};
	int fd;

	if (!file)
		return NULL;
	making.named = &file->named;
	fd = tempfile__named_create(&file->named, file->room, options, make,
				    &making.wanted);
	if (fd < 0)
		return abandon(file);
	if (fd > 0)
		file->stream.buffer.storage.fd = fd;
	else
		(void)tempfile__stream_close(&file->stream);
	/* What create made need not be empty. */
	if (fd > 0 && options->mode && strchr(options->mode, 'a'))
		(void)tempfile__stream_seek(&file->stream, 0, SEEK_END);
	return file;
}

/* result, or the failure if there was none before. */
static int close_name(struct tempfile *file, int result)
{
	if (tempfile__named_is_owed(&file->named) &&
	    tempfile__named_remove(&file->named) < 0 && errno != ESTALE &&
	    result == 0)
		result = tempfile__handle_fail(file, "remove");
	tempfile__named_forget(&file->named);
	return result;
}

int tempfile_close(struct tempfile *file)
{
	int result = 0;

	if (!file)
		return 0;
	/* What the parent has not written yet, the parent will write. */
	if (!tempfile__is_mine(file->process))
		tempfile__stream_discard(&file->stream);
	if (tempfile__stream_close(&file->stream) < 0)
		result = tempfile__handle_fail(file, "write");
	if (file->named.path)
		result = close_name(file, result);
	tempfile__backing_forget(&file->backing);
	free(file);
	if (result < 0)
		errno = tempfile_last_error()->code;
	return result;
}

void tempfile_auto_close(struct tempfile **file)
{
	int code = errno;

	(void)tempfile_close(*file);
	errno = code;
}
