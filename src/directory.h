/* SPDX-License-Identifier: MIT */
/*
 * A directory held by its descriptor, shared by all that work in it: closing
 * in any order is right. Its path is for people; nothing is resolved by it.
 *
 * A directory of our own making is known by its parent and its identity, and
 * opened when somebody works in it: most are only ever used by their path.
 */
#ifndef TEMPFILE_DIRECTORY_H
#define TEMPFILE_DIRECTORY_H

#include <stdatomic.h>

#include "os.h"

struct directory {
	atomic_uint references;
	atomic_int fd;            /* -1: not opened yet */
	struct directory *parent; /* of one that is opened when needed; NULL */
	struct os_identity identity;
	unsigned owner;
	size_t length; /* of path */
	char path[];   /* absolute */
};

/*
 * Open the directory a user named, by its absolute path; one that anybody may
 * rename things in (world-writable, not sticky) is EPERM unless unsafe_too.
 * NULL, told.
 */
struct directory *tempfile__directory_open(const char *path, bool unsafe_too);

/*
 * Take over fd, whose status this is, as parent/name; with name NULL, as
 * parent. NULL if there is no memory: fd is closed.
 */
struct directory *tempfile__directory_take(int fd,
					   const struct os_status *status,
					   const char *parent,
					   const char *name);

/*
 * The directory at the end of path, in parent, which is shared; not opened yet.
 * NULL: no memory.
 */
struct directory *tempfile__directory_expect(struct directory *parent,
					     const char *path,
					     const struct os_status *status);

/* Open it, if it is not yet. -1 and errno; ESTALE: another bears its name. */
int tempfile__directory_hold(struct directory *directory);

static inline struct directory *
tempfile__directory_share(struct directory *directory)
{
	(void)atomic_fetch_add_explicit(&directory->references, 1,
					memory_order_relaxed);
	return directory;
}

/* What drop does with the last reference. */
void tempfile__directory_release(struct directory *directory);

static inline bool tempfile__directory_is_last(struct directory *directory)
{
	return directory && atomic_fetch_sub(&directory->references, 1) == 1;
}

/* NULL is fine. */
static inline void tempfile__directory_drop(struct directory *directory)
{
	if (tempfile__directory_is_last(directory))
		tempfile__directory_release(directory);
}

/* Is fd still the directory that was opened? A host may have closed it. */
bool tempfile__directory_is_intact(const struct directory *directory);

/* Is fd certainly something else by now, or nothing? */
bool tempfile__directory_is_lost(const struct directory *directory);

/*
 * A new descriptor of the same directory, found again by its path and known by
 * its identity; for when the host has closed the held one. -1 and errno.
 */
int tempfile__directory_find(const struct directory *directory);

/*
 * The held descriptor, or with *opened a new one, to be closed, because the
 * host has closed that. -1 and errno.
 */
int tempfile__directory_reach(const struct directory *directory, bool *opened);

/* A subdirectory, opened up if it locks out this user, whose own it is. */
int tempfile__directory_enter(int at, const char *name);

/* The same, if it is still that one; else ESTALE, and nothing is changed. */
int tempfile__directory_enter_known(int at, const char *name,
				    struct os_identity identity);

/* Does an error of these say that it is not there any more? */
bool tempfile__means_gone(int code);

/* For the way back from a failure: errno stays. */
void tempfile__close_quietly(int fd);

/* May anybody move or replace what others put there? */
bool tempfile__directory_is_unsafe(const struct os_status *status);

#endif
