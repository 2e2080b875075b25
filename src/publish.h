/* SPDX-License-Identifier: MIT */
/*
 * Into place at one stroke: who looks at the target sees what was there or what
 * is there now. All return -1 and errno, not told, unless they say so.
 */
#ifndef TEMPFILE_PUBLISH_H
#define TEMPFILE_PUBLISH_H

#include "directory.h"
#include "sweep.h"

/* The name to publish as, and what bears it now. */
struct target {
	char *path; /* absolute */
	const char *name;
	struct directory *directory;
	bool exists;
	struct os_status status; /* if it does; not through a link */
};

/*
 * held is where what is to be published lies, or NULL: it may well be the
 * target's directory, too. -1, told.
 */
int tempfile__target_open(const char *path, struct directory *held,
			  struct target *target);
void tempfile__target_close(struct target *target);

/*
 * The permissions that what is published should have: those of what it
 * replaces if that is of the same kind, else all less the umask.
 */
int tempfile__target_permissions(const struct target *target, enum os_kind kind,
				 unsigned *permissions);

/*
 * Give fd, which is going to be the target, these permissions; *before is what
 * it had.
 */
int tempfile__publish_permissions(int fd, unsigned permissions,
				  const struct target *target,
				  unsigned *before);

/*
 * A new file in the target's directory: without a name if that can be, else
 * with a leased one, which has to be removed if it is not published.
 */
struct sibling {
	int fd;
	char name[LEASED_NAME_BYTES]; /* "": it has none */
};
int tempfile__sibling_create(const struct target *target, bool with_name,
			     struct sibling *sibling);
void tempfile__sibling_remove(const struct target *target,
			      const struct sibling *sibling);

/* Move the name, in directory at, of what has this identity. */
int tempfile__publish_name(int at, const char *name,
			   struct os_identity identity,
			   const struct target *target, unsigned flags);

/* Give the file without a name its first one. ENOENT: it cannot have any. */
int tempfile__publish_anonymous(int fd, const struct target *target,
				unsigned flags);

/* Whichever it is. */
int tempfile__publish_sibling(const struct sibling *sibling,
			      const struct target *target, unsigned flags);

#endif
