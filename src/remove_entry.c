/* SPDX-License-Identifier: MIT */
/*
 * Removing one name, whatever it turns out to be.
 *
 * A listing tells what a name was when it was read, some file systems do not
 * even tell that, and another process may put something else in its place. So
 * the kind is no more than a guess at which call to try first. Neither call
 * can do harm to the wrong kind: unlink spares directories, rmdir all else,
 * and both spare what a link points to.
 */
#include "remove_entry.h"

#include <errno.h>

static int remove_as(int dir, const char *name, bool directory)
{
	int result = directory ? tempfile__os_remove_directory(dir, name)
			       : tempfile__os_remove_file(dir, name);

	if (result == 0)
		return 0;
	return errno == EEXIST ? ENOTEMPTY : errno;
}

/* POSIX has unlink say EPERM of a directory, which can mean other things. */
static bool may_be_other_kind(int error, bool directory)
{
	return directory ? error == ENOTDIR : error == EISDIR || error == EPERM;
}

int tempfile__remove_entry(int dir, const char *name, enum os_kind *kind)
{
	/* Unlink first would orphan the content of a directory on systems
	 * that let root do it. */
	bool directory = *kind == OS_DIRECTORY || *kind == OS_KIND_UNKNOWN;
	int error = remove_as(dir, name, directory);
	int second;

	if (may_be_other_kind(error, directory)) {
		directory = !directory;
		second = remove_as(dir, name, directory);
		if (error != EPERM || second != ENOTDIR)
			error = second == ENOTDIR ? EISDIR : second;
	}
	if (error == 0)
		*kind = directory ? OS_DIRECTORY : OS_OTHER;
	return error;
}

int tempfile__remove_anchor(int at, const char *name, int fd)
{
	struct os_status held;
	struct os_status named;
	int error;

	if (tempfile__os_status(fd, &held) < 0)
		return errno;
	if (tempfile__os_status_at(at, name, &named) < 0)
		return errno == ENOENT ? 0 : errno;
	if (!tempfile__os_same(held.identity, named.identity))
		return ESTALE;
	/* Whoever replaces it just now loses no more than an empty directory.
	 */
	error = remove_as(at, name, true);
	return error == ENOENT ? 0 : error;
}
