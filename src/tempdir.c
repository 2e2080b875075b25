/* SPDX-License-Identifier: MIT */
/*
 * Directories: the public calls. A tempdir is a name, and what bears it, shared
 * with everything that was created inside. It is opened when somebody works in
 * it or its tree has to go; most are made, used by path, and removed empty.
 */
#include "tempdir.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "path.h"
#include "remove_tree.h"

static int create(struct tempdir *dir, const struct tempfile_options *options)
{
	struct wanted wanted = {
		.permissions = options->permissions ? options->permissions
						    : DIRECTORY_PERMISSIONS,
	};

	if (tempfile__named_create(&dir->named, dir->room, options,
				   tempfile__create_directory, &wanted) < 0)
		return -1;
	dir->directory = tempfile__directory_expect(
		dir->named.directory, dir->named.path, &wanted.status);
	if (dir->directory)
		return 0;
	(void)tempfile__fail(ENOMEM, "open", dir->named.path);
	(void)tempfile__named_remove(&dir->named);
	tempfile__named_forget(&dir->named);
	errno = ENOMEM;
	return -1;
}

struct tempdir *tempdir_open(const struct tempfile_options *given)
{
	struct tempfile_options place;
	const struct tempfile_options *options;
	struct tempdir *dir;
	struct mode mode;

	options = tempfile__options_read(given, &place, &mode);
	if (!options)
		return NULL;
	dir = malloc(sizeof *dir + NAMED_ROOM);
	if (!dir) {
		(void)tempfile__fail(ENOMEM, "open a directory", NULL);
		return NULL;
	}
	*dir = (struct tempdir){0};
	if (create(dir, options) < 0) {
		free(dir);
		return NULL;
	}
	return dir;
}

const char *tempdir_name(const struct tempdir *dir)
{
	return dir->named.path;
}

char *tempdir_path(const struct tempdir *dir, const char *name)
{
	char *path = tempfile__join_path(dir->named.path, name);

	if (!path)
		(void)tempfile__fail(ENOMEM, "make a path in", dir->named.path);
	return path;
}

int tempdir_fd(const struct tempdir *dir)
{
	if (tempfile__directory_hold(dir->directory) < 0)
		return tempfile__fail(errno, "open", dir->named.path);
	return dir->directory->fd;
}

int tempdir_keep(struct tempdir *dir, bool keep)
{
	return tempfile__named_keep(&dir->named, keep);
}

/* Tell of the first thing that could not be removed in the tree at path. */
static int tell_removal(const struct removal *removal, const char *path)
{
	int code = errno;
	char *whole =
		removal->first_failure
			? tempfile__join_path(path, removal->first_failure)
			: NULL;

	(void)tempfile__fail(code, "remove", whole ? whole : path);
	free(whole);
	errno = code;
	return -1;
}

/* What somebody took away or put in its place is not ours to remove. */
static int remove_tree_in(int parent, const struct named *named,
			  struct removal *removal)
{
	int fd = tempfile__directory_enter_known(parent, named->name,
						 named->identity);
	int result;

	if (fd < 0 && errno == EXDEV)
		errno = EBUSY; /* something is mounted on it */
	if (fd < 0)
		return tempfile__means_gone(errno) ? 0 : -1;
	result = tempfile__remove_tree(parent, named->name, fd, removal);
	tempfile__close_quietly(fd);
	return result;
}

static int remove_tree(const struct named *named)
{
	struct removal removal = {0};
	bool opened;
	int parent = tempfile__directory_reach(named->directory, &opened);
	int result = 0;

	if (parent >= 0)
		result = remove_tree_in(parent, named, &removal);
	else if (!tempfile__means_gone(errno))
		result = -1;
	if (result < 0)
		(void)tell_removal(&removal, named->path);
	free(removal.first_failure);
	if (opened && parent >= 0)
		tempfile__close_quietly(parent);
	return result;
}

int tempdir_close(struct tempdir *dir)
{
	int result = 0;

	if (!dir)
		return 0;
	/* Most are empty by then. */
	if (tempfile__named_is_owed(&dir->named) &&
	    tempfile__named_remove(&dir->named) < 0)
		result = remove_tree(&dir->named);
	tempfile__named_forget(&dir->named);
	tempfile__directory_drop(dir->directory);
	free(dir);
	if (result < 0)
		errno = tempfile_last_error()->code;
	return result;
}

void tempdir_auto_close(struct tempdir **dir)
{
	int code = errno;

	(void)tempdir_close(*dir);
	errno = code;
}

/* The root of any tree, opened up if it is locked. */
static int open_root(int parent, const char *name)
{
	int fd = tempfile__directory_enter(parent, name);

	if (fd < 0 && errno == EXDEV)
		errno = EBUSY; /* something is mounted on it */
	return fd;
}

static int remove_root(int parent, const char *name, const char *path,
		       struct removal *removal)
{
	int fd = open_root(parent, name);
	int result;
	int code;

	if (fd < 0 && errno == ENOTDIR)
		result = tempfile__os_remove_file(parent, name);
	else
		result = fd < 0 ? -1
				: tempfile__remove_tree(parent, name, fd,
							removal);
	if (result < 0)
		(void)tell_removal(removal, path);
	code = errno;
	free(removal->first_failure);
	if (fd >= 0)
		(void)tempfile__os_close(fd);
	errno = code;
	return result;
}

/* Split the path of a tree: its last component, and what is before it ("" for
 * none). NULL: it is no name, but "", ".", ".." or the root. */
static char *split(char *path)
{
	size_t root = tempfile__root_length(path);
	size_t length = strlen(path);
	char *name;

	while (length > root && tempfile__os_is_separator(path[length - 1]))
		path[--length] = '\0';
	name = path + (tempfile__name_part(path) - path);
	if (!*name || strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
		return NULL;
	return name;
}

static int open_parent_of(const char *path)
{
	char *part = tempfile__directory_part(path);
	int fd;

	if (!part)
		errno = ENOMEM;
	fd = part ? tempfile__os_open_directory(OS_HERE, part) : -1;
	free(part);
	return fd;
}

int tempfile_remove_tree(const char *path, unsigned flags,
			 int (*progress)(const struct tempfile_removal *removal,
					 void *arg),
			 void *arg)
{
	struct removal removal = {.progress = progress, .arg = arg};
	char *copy = strdup(path);
	char *name = copy ? split(copy) : NULL;
	int result = -1;
	int parent;

	if (!copy)
		return tempfile__fail(ENOMEM, "remove", path);
	if (flags != 0 || !name) {
		(void)tempfile__fail_because(EINVAL, "remove", path,
					     name ? "flags must be 0"
						  : "it is not a name");
	} else {
		parent = open_parent_of(copy);
		if (parent < 0) {
			(void)tempfile__fail(errno, "remove", path);
		} else {
			result = remove_root(parent, name, path, &removal);
			tempfile__close_quietly(parent);
		}
	}
	free(copy);
	return result;
}
