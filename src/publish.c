/* SPDX-License-Identifier: MIT */
/*
 * Into place at one stroke.
 *
 * Linking never replaces, so a file without a name that is to replace another
 * is first linked beside it, and then renamed. In between it bears a leased
 * name and holds the lease itself: should the process die there, the sweep
 * finds it. A name that was linked and removed again cannot be linked once
 * more; the caller copies.
 */
#include "publish.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "create.h"
#include "error.h"
#include "path.h"

static const char step[] = "publish as";

/* The directory at path: the held one, if that is what path leads to by now. */
static struct directory *open_directory(const char *path,
					struct directory *held)
{
	struct os_status status;
	int code = errno;

	if (held && strcmp(held->path, path) == 0 &&
	    tempfile__os_status_at(OS_HERE, path, &status) == 0 &&
	    tempfile__os_same(status.identity, held->identity))
		return tempfile__directory_share(held);
	errno = code;
	return tempfile__directory_open(path, true);
}

static int open_target(const char *path, struct directory *held,
		       struct target *target)
{
	char *parent;

	target->name = tempfile__name_part(target->path);
	if (!*target->name)
		return tempfile__fail_because(EINVAL, step, path,
					      "it is the root");
	parent = tempfile__directory_part(target->path);
	if (!parent)
		return tempfile__fail(ENOMEM, step, path);
	target->directory = open_directory(parent, held);
	free(parent);
	if (!target->directory)
		return -1;
	target->exists =
		tempfile__os_status_at(target->directory->fd, target->name,
				       &target->status) == 0;
	if (!target->exists && errno != ENOENT)
		return tempfile__fail(errno, step, path);
	return 0;
}

int tempfile__target_open(const char *path, struct directory *held,
			  struct target *target)
{
	*target = (struct target){.path = tempfile__absolute_path(path)};
	if (!target->path)
		return tempfile__fail(errno, step, path);
	if (open_target(path, held, target) == 0)
		return 0;
	tempfile__target_close(target);
	return -1;
}

void tempfile__target_close(struct target *target)
{
	int code = errno;

	tempfile__directory_drop(target->directory);
	free(target->path);
	errno = code;
}

static int create_bare(struct directory *directory, const char *name, void *arg)
{
	(void)arg;
	return tempfile__os_create_file(directory->fd, name, 0777);
}

/*
 * All permissions less the umask. To ask for the umask is to change it for a
 * moment, for all threads; so look at what the system makes of a new file.
 */
static int probe_permissions(struct directory *directory, unsigned *permissions)
{
	char name[LEASED_NAME_BYTES];
	struct os_status status;
	int fd = tempfile__os_create_anonymous(directory->fd, ".", 0777);
	int result;

	if (fd < 0 && errno == ENOTSUP) {
		fd = tempfile__create(directory, &tempfile__leased_pattern,
				      name, create_bare, NULL);
		if (fd >= 0)
			(void)tempfile__os_remove_file(directory->fd, name);
	}
	if (fd < 0)
		return -1;
	result = tempfile__os_status(fd, &status);
	*permissions = status.permissions & 0777u;
	tempfile__close_quietly(fd);
	return result;
}

int tempfile__target_permissions(const struct target *target, enum os_kind kind,
				 unsigned *permissions)
{
	if (target->exists && target->status.kind == kind) {
		*permissions = target->status.permissions & 0777u;
		return 0;
	}
	if (probe_permissions(target->directory, permissions) < 0)
		return -1;
	if (kind == OS_FILE)
		*permissions &= 0666u;
	return 0;
}

int tempfile__publish_permissions(int fd, unsigned permissions,
				  const struct target *target, unsigned *before)
{
	struct os_status status;

	if (tempfile__os_status(fd, &status) < 0)
		return -1;
	*before = status.permissions;
	return tempfile__os_adopt_permissions(
		fd, status.permissions, permissions, target->directory->fd,
		target->name);
}

static int create_leased(struct directory *directory, const char *name,
			 void *arg)
{
	int fd = tempfile__os_create_file(directory->fd, name, 0600);

	(void)arg;
	if (fd < 0 || tempfile__lease(fd, directory->fd, name) == 0)
		return fd;
	/* Who held it may have been only looking. */
	return tempfile__create_undo(directory, name, fd);
}

int tempfile__sibling_create(const struct target *target, bool with_name,
			     struct sibling *sibling)
{
	struct directory *directory = target->directory;

	sibling->name[0] = '\0';
	sibling->fd = with_name ? -1
				: tempfile__os_create_anonymous(directory->fd,
								".", 0600);
	if (with_name || (sibling->fd < 0 && errno == ENOTSUP))
		sibling->fd =
			tempfile__create(directory, &tempfile__leased_pattern,
					 sibling->name, create_leased, NULL);
	return sibling->fd < 0 ? -1 : 0;
}

void tempfile__sibling_remove(const struct target *target,
			      const struct sibling *sibling)
{
	int code = errno;

	if (sibling->name[0])
		(void)tempfile__os_remove_file(target->directory->fd,
					       sibling->name);
	errno = code;
}

/* Never both names at once but where the system offers nothing better; the
 * target appears at one stroke all the same. */
static int link_new(int at, const char *name, const struct target *target)
{
	int to = target->directory->fd;
	int code;

	if (tempfile__os_link(at, name, to, target->name) < 0) {
		if (errno == EPERM || errno == EMLINK || errno == EOPNOTSUPP)
			errno = ENOTSUP; /* it has no such links */
		return -1;
	}
	if (tempfile__os_remove_file(at, name) == 0)
		return 0;
	code = errno;
	(void)tempfile__os_remove_file(to, target->name);
	errno = code;
	return -1;
}

/* Where it cannot be told, the name had better stay. */
static bool is_target(int at, const char *name, const struct target *target)
{
	struct os_status status;

	return strcmp(name, target->name) == 0 &&
	       (tempfile__os_status(at, &status) < 0 ||
		tempfile__os_same(status.identity,
				  target->directory->identity));
}

int tempfile__publish_name(int at, const char *name,
			   struct os_identity identity,
			   const struct target *target, unsigned flags)
{
	int to = target->directory->fd;

	if (flags & TEMPFILE_NOREPLACE) {
		if (tempfile__os_rename_new(at, name, to, target->name) == 0)
			return 0;
		return errno == ENOTSUP ? link_new(at, name, target) : -1;
	}
	if (tempfile__os_rename(at, name, to, target->name) < 0)
		return -1;
	/* Between two names of one file it succeeds and does nothing. */
	if (target->exists &&
	    tempfile__os_same(target->status.identity, identity) &&
	    !is_target(at, name, target))
		(void)tempfile__os_remove_file(at, name);
	return 0;
}

static int link_beside(struct directory *directory, const char *name, void *fd)
{
	return tempfile__os_link_anonymous(*(int *)fd, directory->fd, name);
}

static int replace_with_anonymous(int fd, const struct target *target)
{
	struct directory *directory = target->directory;
	char name[LEASED_NAME_BYTES];
	int result;
	int code;

	/* Where locks do not tell, only a kill here could leave the name. */
	(void)tempfile__os_lock_shared(fd);
	result = tempfile__create(directory, &tempfile__leased_pattern, name,
				  link_beside, &fd);
	if (result == 0) {
		result = tempfile__os_rename(directory->fd, name, directory->fd,
					     target->name);
		code = errno;
		if (result < 0)
			(void)tempfile__os_remove_file(directory->fd, name);
		errno = code;
	}
	tempfile__os_unlock_lease(fd);
	return result;
}

int tempfile__publish_anonymous(int fd, const struct target *target,
				unsigned flags)
{
	bool fresh = (flags & TEMPFILE_NOREPLACE) || !target->exists;

	if (fresh) {
		if (tempfile__os_link_anonymous(fd, target->directory->fd,
						target->name) == 0)
			return 0;
		if ((flags & TEMPFILE_NOREPLACE) || errno != EEXIST)
			return -1;
	}
	return replace_with_anonymous(fd, target);
}

int tempfile__publish_sibling(const struct sibling *sibling,
			      const struct target *target, unsigned flags)
{
	struct os_status status;
	int result;

	if (!sibling->name[0])
		return tempfile__publish_anonymous(sibling->fd, target, flags);
	if (tempfile__os_status(sibling->fd, &status) < 0)
		return -1;
	result = tempfile__publish_name(target->directory->fd, sibling->name,
					status.identity, target, flags);
	if (result == 0)
		tempfile__os_unlock_lease(sibling->fd);
	return result;
}
