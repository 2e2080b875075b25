/* SPDX-License-Identifier: MIT */
/*
 * Where a new thing goes: beside a path, in a directory by its name or by its
 * descriptor, or, when nothing is said, under the temporary directory: in this
 * process's session there if the process is to remove it, directly otherwise.
 */
#include "place.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "create.h"
#include "error.h"
#include "location.h"
#include "path.h"
#include "session.h"
#include "tempdir.h"

/* The path of the directory that was given, for free(); NULL, told. */
static char *given_path(const struct tempfile_options *options)
{
	const char *given = options->dir ? options->dir : options->beside;
	/* Nothing is beside the empty path, not even what is here. */
	bool is_whole = options->dir || !*given;
	char *part = is_whole ? NULL : tempfile__directory_part(given);
	const char *wanted = is_whole ? given : part;
	char *absolute = wanted ? tempfile__absolute_path(wanted) : NULL;

	if (!absolute)
		(void)tempfile__fail(wanted ? errno : ENOMEM,
				     "find the directory", given);
	free(part);
	return absolute;
}

static int hold(struct directory *directory)
{
	return tempfile__directory_hold(directory) < 0
		       ? tempfile__fail(errno, "open the directory",
					directory->path)
		       : 0;
}

static struct directory *open_inside(struct directory *directory)
{
	return hold(directory) < 0 ? NULL
				   : tempfile__directory_share(directory);
}

/* Shared, to be dropped; NULL, told. */
static struct directory *open_given(const struct tempfile_options *options)
{
	struct directory *directory;
	char *path;

	if (options->in)
		return open_inside(options->in->directory);
	path = given_path(options);
	if (!path)
		return NULL;
	directory = tempfile__directory_open(path, options->flags &
							   TEMPFILE_UNSAFE_DIR);
	free(path);
	return directory;
}

static bool is_given(const struct tempfile_options *options)
{
	return options->dir || options->beside || options->in;
}

static int open_given_place(const struct tempfile_options *options, bool owed,
			    struct place *place)
{
	struct directory *given = open_given(options);

	if (!given)
		return -1;
	place->leased = owed && (options->flags & TEMPFILE_LEASED);
	if (!place->leased) {
		place->directory = given;
		return 0;
	}
	place->directory = tempfile__session_in(given->path, false);
	tempfile__directory_drop(given);
	return place->directory ? 0 : -1;
}

int tempfile__place_open(const struct tempfile_options *options, bool owed,
			 struct place *place)
{
	const struct location *location;

	if (is_given(options))
		return open_given_place(options, owed, place);
	location = tempfile__location(options->flags & TEMPFILE_ON_DISK);
	if (!location)
		return -1;
	place->leased = owed && !(options->flags & TEMPFILE_UNLEASED);
	place->directory =
		place->leased ? tempfile__session_in(location->path, true)
			      : tempfile__directory_open(location->path, true);
	return place->directory ? 0 : -1;
}

int tempfile__backing_remember(const struct tempfile_options *options,
			       struct backing *backing)
{
	*backing = (struct backing){
		.on_disk = options->flags & TEMPFILE_ON_DISK,
		.unsafe_too = options->flags & TEMPFILE_UNSAFE_DIR,
	};
	if (options->in) {
		backing->directory =
			tempfile__directory_share(options->in->directory);
	} else if (is_given(options)) {
		backing->path = given_path(options);
		return backing->path ? 0 : -1;
	}
	return 0;
}

void tempfile__backing_release(struct backing *backing)
{
	tempfile__directory_drop(backing->directory);
	free(backing->path);
	*backing = (struct backing){0};
}

static int create_in(struct directory *directory, unsigned permissions)
{
	int fd = tempfile__create_anonymous(directory, permissions);

	if (fd < 0)
		(void)tempfile__fail(errno, "create a file in",
				     directory->path);
	return fd;
}

/* In the session, for the moment that a name may be needed. */
static int create_in_session(const char *path, unsigned permissions)
{
	struct directory *session = tempfile__session_in(path, true);
	int fd = -1;

	if (!session)
		return -1;
	fd = create_in(session, permissions);
	if (fd < 0 && tempfile__session_is_spent(session)) {
		session = tempfile__session_in(path, true);
		fd = session ? create_in(session, permissions) : -1;
	}
	return fd;
}

static int create_by_default(bool on_disk, unsigned permissions)
{
	const struct location *location = tempfile__location(on_disk);
	int code = errno;
	int fd;

	if (!location)
		return -1;
	if (location->anonymous) {
		fd = tempfile__os_create_anonymous(OS_HERE, location->path,
						   permissions);
		if (fd >= 0)
			return fd;
		if (errno != ENOTSUP)
			return tempfile__fail(errno, "create a file in",
					      location->path);
		errno = code;
	}
	return create_in_session(location->path, permissions);
}

int tempfile__backing_create(const struct backing *backing,
			     unsigned permissions)
{
	struct directory *directory;
	int fd;

	if (backing->directory)
		return hold(backing->directory) < 0
			       ? -1
			       : create_in(backing->directory, permissions);
	if (!backing->path)
		return create_by_default(backing->on_disk, permissions);
	directory =
		tempfile__directory_open(backing->path, backing->unsafe_too);
	fd = directory ? create_in(directory, permissions) : -1;
	tempfile__directory_drop(directory);
	return fd;
}

int tempfile__backing_create_once(const struct tempfile_options *options,
				  unsigned permissions)
{
	struct backing backing;
	int fd = -1;

	if (tempfile__backing_remember(options, &backing) == 0)
		fd = tempfile__backing_create(&backing, permissions);
	tempfile__backing_forget(&backing);
	return fd;
}
