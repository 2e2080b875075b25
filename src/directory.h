/* SPDX-License-Identifier: MIT */
/*
 * A directory held by its descriptor, shared by all that work in it: closing
 * in any order is right. Its path is for people; nothing is resolved by it.
 */
#ifndef TEMPFILE_DIRECTORY_H
#define TEMPFILE_DIRECTORY_H

#include <stdatomic.h>

#include "os.h"

struct directory {
	atomic_uint references;
	int fd;
	struct os_identity identity;
	unsigned owner;
	char path[]; /* absolute */
};

/*
 * Open the directory a user named; one that anybody may rename things in
 * (world-writable, not sticky) is EPERM unless unsafe_too. NULL, told.
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

struct directory *tempfile__directory_share(struct directory *directory);
void tempfile__directory_drop(struct directory *directory); /* NULL is fine */

/* Is fd still the directory that was opened? A host may have closed it. */
bool tempfile__directory_is_intact(const struct directory *directory);

/* Is fd certainly something else by now, or nothing? */
bool tempfile__directory_is_lost(const struct directory *directory);

/*
 * A new descriptor of the same directory, found again by its path and known by
 * its identity; for when the host has closed the held one. -1 and errno.
 */
int tempfile__directory_find(const struct directory *directory);

/* Does an error of directory_find say that it is not there any more? */
bool tempfile__means_gone(int code);

/* May anybody move or replace what others put there? */
bool tempfile__directory_is_unsafe(const struct os_status *status);

#endif
