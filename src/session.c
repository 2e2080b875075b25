/* SPDX-License-Identifier: MIT */
/*
 * The sessions of this process.
 *
 * The list only grows, at its head, under the process's lock; so it may be read
 * at any time without. A session is open (found by session_in), or spent: never
 * used for a new name again, but still owed to the disk. One that a parent
 * opened stays the parent's, and its descriptor stays open here, because the
 * child may be using what is in it. So nobody needs to count who uses one.
 */
#include "session.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "create.h"
#include "error.h"
#include "fork_guard.h"
#include "path.h"
#include "remove_entry.h"
#include "remove_tree.h"
#include "sweep.h"

/*
 * A host that closes descriptors by mistake closes low ones, and low numbers
 * are the ones that are used again.
 */
#define LEASE_DESCRIPTOR 500

/* Never freed, so that a signal handler may walk the list at any time. */
struct kept {
	struct kept *next;
	atomic_bool wanted;
	char name[];
};

struct session {
	struct session *next;
	struct directory *directory;
	uint64_t process;
	atomic_bool spent;
	struct kept *_Atomic kept;
	const char *parent; /* path of the directory it is in */
	char copy[];        /* of that, where it does not last */
};

static struct session *_Atomic sessions;
static atomic_bool opening; /* one that is not in the list yet */

static const char *name_of(const struct session *session)
{
	return tempfile__name_part(session->directory->path);
}

static int acquire(struct directory *parent, const char *name, void *wanted)
{
	int code;
	int fd;

	if (tempfile__create_directory(parent, name, wanted) < 0)
		return -1;
	fd = tempfile__os_open_subdirectory(parent->fd, name);
	if (fd >= 0 && tempfile__lease(fd, parent->fd, name) == 0)
		return fd;
	/* A sweep has come between. */
	code = errno == ENOENT ? EEXIST : errno;
	(void)tempfile__os_remove_directory(parent->fd, name);
	if (fd >= 0)
		(void)tempfile__os_close(fd);
	errno = code;
	return -1;
}

static int move_up(int fd)
{
	int higher = -1;

	/* Where the limit is lower, lower. */
	for (int at = LEASE_DESCRIPTOR; higher < 0 && at > fd; at /= 2)
		higher = tempfile__os_duplicate(fd, at);
	if (higher < 0)
		return fd;
	(void)tempfile__os_close(fd);
	return higher;
}

static struct directory *make_directory(const char *path)
{
	struct wanted wanted = {.permissions = SESSION_PERMISSIONS};
	struct directory *parent = tempfile__directory_open(path, true);
	struct directory *made = NULL;
	char name[LEASED_NAME_BYTES];
	int code;
	int fd;

	if (!parent)
		return NULL;
	fd = tempfile__create(parent, &tempfile__leased_pattern, name, acquire,
			      &wanted);
	if (fd >= 0)
		made = tempfile__directory_take(move_up(fd), &wanted.status,
						path, name);
	if (!made) {
		code = errno;
		if (fd >= 0)
			(void)tempfile__os_remove_directory(parent->fd, name);
		(void)tempfile__fail(code, "create a directory in", path);
	}
	tempfile__directory_drop(parent);
	return made;
}

static void remove_all_at_exit(void)
{
	tempfile__session_remove_all(false);
}

static void arrange_removal_at_exit(void)
{
	static bool arranged;

	/* If there is no room for it, the sweep will do. */
	if (!arranged)
		arranged = atexit(remove_all_at_exit) == 0;
}

static struct session *open_session(const char *path, bool lasts)
{
	size_t size = lasts ? 0 : strlen(path) + 1;
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
	session->process = tempfile__process();
	session->parent = lasts ? path : memcpy(session->copy, path, size);
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
		    (session->parent == path ||
		     strcmp(session->parent, path) == 0))
			break;
	return session;
}

struct directory *tempfile__session_in(const char *path, bool lasts)
{
	struct session *session = find_session(path);
	bool opened = false;
	int code;

	if (session)
		return session->directory;
	code = errno;
	tempfile__os_lock();
	session = find_session(path);
	if (!session) {
		atomic_store(&opening, true);
		session = open_session(path, lasts);
		atomic_store(&opening, false);
		opened = session != NULL;
	}
	tempfile__os_unlock();
	if (opened) {
		tempfile__sweep_by_chance(path);
		errno = code;
	}
	return session ? session->directory : NULL;
}

static struct session *session_of(const struct directory *directory)
{
	struct session *session = atomic_load(&sessions);

	while (session && session->directory != directory)
		session = session->next;
	return session;
}

/*
 * Does its path certainly not lead to what its descriptor leads to? What cannot
 * be told now, for want of descriptors perhaps, is as it was.
 */
static bool is_out_of_place(const struct directory *directory)
{
	int fd = tempfile__directory_find(directory);

	if (fd < 0)
		return tempfile__means_gone(errno);
	(void)tempfile__os_close(fd);
	return tempfile__directory_is_lost(directory);
}

bool tempfile__session_is_spent(const struct directory *directory)
{
	struct session *session = session_of(directory);
	int code = errno;
	bool spent =
		session && (is_out_of_place(directory) ||
			    directory->owner != tempfile__os_effective_user());

	errno = code;
	if (spent)
		atomic_store(&session->spent, true);
	return spent;
}

bool tempfile__session_is_leased(const struct directory *directory)
{
	/* Taken already, if it could be; asking again takes it, or tells. */
	return tempfile__os_lock_shared(directory->fd) == 0;
}

static struct kept *find_kept(struct session *session, const char *name)
{
	struct kept *kept = atomic_load(&session->kept);

	while (kept && strcmp(kept->name, name) != 0)
		kept = kept->next;
	return kept;
}

static bool is_kept(const char *name, void *session)
{
	const struct kept *kept = find_kept(session, name);

	return kept && atomic_load(&kept->wanted);
}

static bool keeps_anything(struct session *session)
{
	const struct kept *kept = atomic_load(&session->kept);

	while (kept && !atomic_load(&kept->wanted))
		kept = kept->next;
	return kept != NULL;
}

static int change_kept(struct session *session, const char *name, bool keep)
{
	struct kept *kept = find_kept(session, name);
	size_t size = strlen(name) + 1;

	if (!kept) {
		kept = malloc(sizeof *kept + size);
		if (!kept) {
			errno = ENOMEM;
			return -1;
		}
		memcpy(kept->name, name, size);
		kept->next = atomic_load(&session->kept);
		atomic_init(&kept->wanted, keep);
		atomic_store(&session->kept, kept);
	}
	atomic_store(&kept->wanted, keep);
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
			directory->fd, keeps_anything(session)
					       ? SESSION_KEPT_PERMISSIONS
					       : SESSION_PERMISSIONS);
	tempfile__os_unlock();
	return result;
}

/* Remove an entry of a session, whatever it is. */
static void remove_entry_in_signal(int at, const char *name)
{
	int fd;

	if (tempfile__os_remove_file(at, name) == 0)
		return;
	fd = tempfile__os_open_subdirectory(at, name);
	if (fd < 0)
		return;
	tempfile__remove_tree_at_last(at, name, fd);
	(void)tempfile__os_close(fd);
}

/* Handlers take turns, so one listing will do. */
static void remove_all_but_kept_in_signal(struct session *session, int fd)
{
	static struct os_listing listing;
	struct os_entry entry;

	if (tempfile__os_list_start(&listing, fd) < 0)
		return;
	while (tempfile__os_list_next(&listing, &entry) > 0)
		if (!is_kept(entry.name, session))
			remove_entry_in_signal(fd, entry.name);
	tempfile__os_list_end(&listing);
}

static void remove_in_signal(struct session *session, int parent, int fd)
{
	if (keeps_anything(session))
		remove_all_but_kept_in_signal(session, fd);
	else
		tempfile__remove_tree_at_last(parent, name_of(session), fd);
}

static void remove_normally(struct session *session, int parent, int fd)
{
	struct removal removal = {.contents_only = keeps_anything(session),
				  .keep = is_kept,
				  .keep_arg = session};

	(void)tempfile__remove_tree(parent, name_of(session), fd, &removal);
	free(removal.first_failure);
	/* What was kept may have gone by other hands. */
	if (removal.contents_only)
		(void)tempfile__remove_anchor(parent, name_of(session), fd);
}

/* By its path where there is no way up from a descriptor: what bears the name
 * there is removed only if it is what fd leads to. */
static int open_parent(const struct session *session, int fd)
{
	int parent = tempfile__os_open_parent(fd);

	if (parent < 0 && errno == ENOTSUP)
		parent = tempfile__os_open_directory(OS_HERE, session->parent);
	return parent;
}

static void remove_session(struct session *session, bool in_signal)
{
	bool opened;
	int fd = tempfile__directory_reach(session->directory, &opened);
	int parent = fd < 0 ? -1 : open_parent(session, fd);

	if (parent >= 0 && in_signal)
		remove_in_signal(session, parent, fd);
	else if (parent >= 0)
		remove_normally(session, parent, fd);
	if (parent >= 0)
		(void)tempfile__os_close(parent);
	if (opened && fd >= 0)
		(void)tempfile__os_close(fd);
}

/* Another thread may be at it; this one too, and then waiting is in vain. */
static void wait_for_opening(void)
{
	for (int i = 0; i < 100 && atomic_load(&opening); i++)
		tempfile__os_sleep(1);
}

void tempfile__session_remove_all(bool in_signal)
{
	struct session *session;

	if (in_signal)
		wait_for_opening();
	session = atomic_load(&sessions);
	for (; session; session = session->next)
		if (tempfile__is_mine(session->process))
			remove_session(session, in_signal);
}
