/* SPDX-License-Identifier: MIT */
/*
 * The sessions of this process.
 *
 * The list only grows, at its head, under the process's lock; so it may be read
 * at any time without. A session is open (found by session_in), or spent: never
 * used for a new name again, but still owed to the disk. One that a parent
 * opened stays the parent's, and its descriptor stays open here, because the
 * child may be using what is in it.
 */
#include "session.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "create.h"
#include "error.h"
#include "fork_guard.h"
#include "remove_tree.h"

/*
 * A host that closes descriptors by mistake closes low ones, and low numbers
 * are the ones that are used again.
 */
#define LEASE_DESCRIPTOR 500

struct kept {
	struct kept *next;
	char name[];
};

struct session {
	struct session *next;
	struct directory *directory;
	uint64_t process;
	bool leased;
	atomic_bool spent;
	struct kept *kept; /* under the lock */
	char parent[];     /* path of the directory it is in */
};

static struct session *_Atomic sessions;

static const char *name_of(const struct session *session)
{
	return strrchr(session->directory->path, '/') + 1;
}

/* Make, hold and then look whether it is still there: a sweep may have come
 * between, and then another name is tried. */
static int acquire(struct directory *parent, const char *name, void *arg)
{
	struct wanted *wanted = arg;
	struct os_status status;
	int fd = tempfile__create_directory(parent, name, wanted);

	if (fd < 0)
		return -1;
	if ((tempfile__os_lock_shared(fd) == 0 || errno == ENOLCK) &&
	    tempfile__os_status_at(parent->fd, name, &status) == 0 &&
	    tempfile__os_same(status.identity, wanted->status.identity))
		return fd;
	(void)tempfile__os_remove_directory(parent->fd, name);
	(void)tempfile__os_close(fd);
	errno = EEXIST;
	return -1;
}

static int move_up(int fd)
{
	int higher = tempfile__os_duplicate(fd, LEASE_DESCRIPTOR);

	if (higher < 0)
		return fd; /* the limit is lower */
	(void)tempfile__os_close(fd);
	return higher;
}

static struct directory *make_directory(const char *path)
{
	static const struct name_pattern pattern = {SESSION_PREFIX, "",
						    SESSION_RANDOM_CHARS};
	char name[sizeof SESSION_PREFIX + SESSION_RANDOM_CHARS];
	struct wanted wanted = {.permissions = SESSION_PERMISSIONS};
	struct directory *made = NULL;
	struct directory *parent = tempfile__directory_open(path, true);
	int fd;

	if (!parent)
		return NULL;
	fd = tempfile__create(parent, &pattern, name, acquire, &wanted);
	if (fd >= 0)
		made = tempfile__directory_take(move_up(fd), &wanted.status,
						path, name);
	if (!made) {
		(void)tempfile__fail(errno, "create a directory in", path);
		if (fd >= 0)
			(void)tempfile__os_remove_directory(parent->fd, name);
	}
	tempfile__directory_drop(parent);
	return made;
}

static void arrange_removal_at_exit(void)
{
	static bool arranged;

	/* If there is no room for it, the sweep will do. */
	if (!arranged)
		arranged = atexit(tempfile__session_remove_all) == 0;
}

static struct session *open_session(const char *path)
{
	size_t size = strlen(path) + 1;
	struct session *session = calloc(1, sizeof *session + size);

	if (!session) {
		(void)tempfile__fail(ENOMEM, "create a directory in", path);
		return NULL;
	}
	session->directory = make_directory(path);
	if (!session->directory) {
		free(session);
		return NULL;
	}
	/* Taken already, if it can be: asking again tells. */
	session->leased = tempfile__os_lock_shared(session->directory->fd) == 0;
	session->process = tempfile__process();
	memcpy(session->parent, path, size);
	session->next = atomic_load(&sessions);
	atomic_store(&sessions, session);
	arrange_removal_at_exit();
	return session;
}

static struct session *find_session(const char *path)
{
	struct session *session = atomic_load(&sessions);

	for (; session; session = session->next)
		if (!atomic_load(&session->spent) &&
		    tempfile__is_mine(session->process) &&
		    strcmp(session->parent, path) == 0)
			break;
	return session;
}

struct directory *tempfile__session_in(const char *path)
{
	struct session *session = find_session(path);

	if (!session) {
		tempfile__os_lock();
		session = find_session(path);
		if (!session)
			session = open_session(path);
		tempfile__os_unlock();
	}
	return session ? tempfile__directory_share(session->directory) : NULL;
}

static struct session *session_of(const struct directory *directory)
{
	struct session *session = atomic_load(&sessions);

	while (session && session->directory != directory)
		session = session->next;
	return session;
}

bool tempfile__session_is_spent(const struct directory *directory)
{
	struct session *session = session_of(directory);

	if (!session || (tempfile__directory_is_intact(directory) &&
			 directory->owner == tempfile__os_effective_user()))
		return false;
	atomic_store(&session->spent, true);
	return true;
}

bool tempfile__session_is_leased(const struct directory *directory)
{
	const struct session *session = session_of(directory);

	return session && session->leased;
}

static struct kept **find_kept(struct session *session, const char *name)
{
	struct kept **place = &session->kept;

	while (*place && strcmp((*place)->name, name) != 0)
		place = &(*place)->next;
	return place;
}

static int change_kept(struct session *session, const char *name, bool keep)
{
	struct kept **place = find_kept(session, name);
	struct kept *kept = *place;
	size_t size = strlen(name) + 1;

	if (keep && !kept) {
		kept = malloc(sizeof *kept + size);
		if (!kept) {
			errno = ENOMEM;
			return -1;
		}
		kept->next = NULL;
		memcpy(kept->name, name, size);
		*place = kept;
	} else if (!keep && kept) {
		*place = kept->next;
		free(kept);
	}
	return 0;
}

int tempfile__session_keep(const struct directory *directory, const char *name,
			   bool keep)
{
	struct session *session = session_of(directory);
	int result;

	tempfile__os_lock();
	result = change_kept(session, name, keep);
	if (result == 0)
		result = tempfile__os_set_permissions(
			directory->fd, session->kept ? SESSION_KEPT_PERMISSIONS
						     : SESSION_PERMISSIONS);
	tempfile__os_unlock();
	return result;
}

static bool is_kept(const char *name, void *session)
{
	return *find_kept(session, name) != NULL;
}

static void remove_session(struct session *session)
{
	struct removal removal = {.contents_only = session->kept != NULL,
				  .keep = is_kept,
				  .keep_arg = session};
	bool intact = tempfile__directory_is_intact(session->directory);
	int fd = intact ? session->directory->fd
			: tempfile__directory_find(session->directory);
	int parent = fd < 0 ? -1 : tempfile__os_open_parent(fd);

	if (parent >= 0) {
		(void)tempfile__remove_tree(parent, name_of(session), fd,
					    &removal);
		(void)tempfile__os_close(parent);
	}
	free(removal.first_failure);
	if (!intact && fd >= 0)
		(void)tempfile__os_close(fd);
}

void tempfile__session_remove_all(void)
{
	struct session *session = atomic_load(&sessions);

	for (; session; session = session->next)
		if (tempfile__is_mine(session->process))
			remove_session(session);
}
