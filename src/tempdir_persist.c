/* SPDX-License-Identifier: MIT */
/*
 * tempdir_persist: a whole tree at one stroke, into an empty place or in
 * exchange for the tree that is there.
 */
#include <errno.h>
#include <stdlib.h>

#include "error.h"
#include "publish.h"
#include "registry.h"
#include "tempdir.h"

#define ALL_FLAGS                                                   \
	(TEMPFILE_NOREPLACE | TEMPFILE_DURABLE | TEMPFILE_PRIVATE | \
	 TEMPFILE_EXCHANGE)

static const char step[] = "publish as";

/* The directory of that name, to become the handle's. NULL and errno. */
static struct directory *open_displaced(const struct tempdir *dir, int at,
					const char *name)
{
	struct os_status status;
	int fd = tempfile__os_open_subdirectory(at, name);

	if (fd < 0)
		return NULL;
	if (tempfile__os_status(fd, &status) < 0) {
		tempfile__close_quietly(fd);
		return NULL;
	}
	return tempfile__directory_take(fd, &status, dir->named.path, NULL);
}

static int swap(const struct named *named, const struct target *target)
{
	return tempfile__os_exchange(named->directory->fd, named->name,
				     target->directory->fd, target->name);
}

/* Where it cannot be told, it does: that is what was to be expected. */
static bool bears_name(const struct directory *displaced,
		       const struct named *named)
{
	struct os_status status;

	return tempfile__os_status_at(named->directory->fd, named->name,
				      &status) < 0 ||
	       tempfile__os_same(status.identity, displaced->identity);
}

/*
 * Open it first, so that nothing can go wrong after the exchange; but if
 * somebody was faster and another directory is displaced, the first one is not
 * ours to remove.
 */
static struct directory *displace(const struct tempdir *dir,
				  const struct target *target)
{
	const struct named *named = &dir->named;
	struct directory *displaced =
		open_displaced(dir, target->directory->fd, target->name);
	int code;

	if (!displaced)
		return NULL;
	if (swap(named, target) < 0) {
		tempfile__directory_drop(displaced);
		return NULL;
	}
	if (bears_name(displaced, named))
		return displaced;
	tempfile__directory_drop(displaced);
	displaced = open_displaced(dir, named->directory->fd, named->name);
	if (displaced)
		return displaced;
	code = errno;
	(void)swap(named, target);
	errno = code;
	return NULL;
}

static int exchange(struct tempdir *dir, const struct target *target)
{
	struct directory *displaced = displace(dir, target);

	if (!displaced)
		return -1;
	tempfile__named_replace(&dir->named, displaced->identity);
	tempfile__directory_drop(dir->directory);
	dir->directory = displaced;
	return 0;
}

static int move(struct tempdir *dir, struct target *target, unsigned flags)
{
	const struct named *named = &dir->named;
	int from = named->directory->fd;
	int to = target->directory->fd;
	int result = flags & TEMPFILE_NOREPLACE
			     ? tempfile__os_rename_new(from, named->name, to,
						       target->name)
			     : tempfile__os_rename(from, named->name, to,
						   target->name);

	if (result == 0)
		tempfile__named_move(&dir->named, target, false);
	return result;
}

/* The next attempt would be called a success; see file_persist.c. */
static int make_content_durable(struct tempdir *dir)
{
	if (dir->sync_failed) {
		errno = EIO;
		return -1;
	}
	if (tempfile__os_sync_filesystem(dir->directory->fd) == 0)
		return 0;
	dir->cannot_sync = errno == ENOTSUP;
	dir->sync_failed = !dir->cannot_sync;
	return -1;
}

static int publish(struct tempdir *dir, struct target *target, unsigned flags)
{
	if ((flags & TEMPFILE_DURABLE) && make_content_durable(dir) < 0)
		return -1;
	return flags & TEMPFILE_EXCHANGE ? exchange(dir, target)
					 : move(dir, target, flags);
}

static int publish_with_permissions(struct tempdir *dir, struct target *target,
				    unsigned flags)
{
	/* After an exchange the handle has another one. */
	struct directory *published = tempfile__directory_share(dir->directory);
	unsigned permissions;
	unsigned before;
	int result = -1;
	int code;

	if (flags & TEMPFILE_PRIVATE) {
		result = publish(dir, target, flags);
	} else if (tempfile__target_permissions(target, OS_DIRECTORY,
						&permissions) == 0 &&
		   tempfile__publish_permissions(published->fd, permissions,
						 target, &before) == 0) {
		result = publish(dir, target, flags);
		code = errno;
		if (result < 0)
			(void)tempfile__os_set_permissions(published->fd,
							   before);
		errno = code;
	}
	tempfile__directory_drop(published);
	return result;
}

static int fail(const struct tempdir *dir, const char *path)
{
	switch (errno) {
	case EXDEV:
		return tempfile__fail_because(
			EXDEV, step, path,
			"it is on another file system; open the directory "
			"beside it");
	case ENOTSUP:
		return tempfile__fail_because(
			ENOTSUP, step, path,
			dir->cannot_sync
				? "a tree cannot be made durable on this "
				  "system"
				: "its file system cannot do that at one "
				  "stroke");
	case EIO:
		if (dir->sync_failed)
			return tempfile__fail_because(
				EIO, step, path,
				"its content could not be written to the disk; "
				"write it to a new directory");
		/* fall through */
	default:
		return tempfile__fail(errno, step, path);
	}
}

int tempdir_persist(struct tempdir *dir, const char *path, unsigned flags)
{
	struct target target;
	int result;

	if ((flags & ~ALL_FLAGS) ||
	    ((flags & TEMPFILE_NOREPLACE) && (flags & TEMPFILE_EXCHANGE)))
		return tempfile__fail_because(EINVAL, step, path,
					      "these flags make no sense");
	dir->cannot_sync = false;
	if (tempfile__directory_hold(dir->directory) < 0)
		return fail(dir, path);
	if (tempfile__target_open(path, dir->named.directory, &target) < 0)
		return -1;
	result = publish_with_permissions(dir, &target, flags);
	if (result < 0)
		(void)fail(dir, path);
	else if ((flags & TEMPFILE_DURABLE) &&
		 tempfile__os_sync(flags & TEMPFILE_EXCHANGE
					   ? target.directory->fd
					   : dir->named.directory->fd) < 0)
		result = tempfile__fail(
			errno, "make durable (but it is published)", path);
	tempfile__target_close(&target);
	return result;
}
