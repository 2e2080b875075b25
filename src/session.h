/* SPDX-License-Identifier: MIT */
/*
 * The session: one private directory of this process in a temporary directory,
 * held by a lock that the kernel drops when the last holder dies. What is in it
 * is owed by this process, and nobody needs to keep a list.
 */
#ifndef TEMPFILE_SESSION_H
#define TEMPFILE_SESSION_H

#include "directory.h"

/*
 * This process's session inside the directory at path (absolute), opened if
 * there is none yet; shared, to be dropped. NULL, told.
 */
struct directory *tempfile__session_in(const char *path);

/* Is directory a session of this process? Then what is in it needs no entry
 * in the registry. */
bool tempfile__session_owns(const struct directory *directory);

/*
 * name, in the session directory, stays (or no longer stays) when the session
 * goes. A session with such names is marked for the sweep to leave alone.
 */
int tempfile__session_keep(const struct directory *directory, const char *name,
			   bool keep);

/* The lease of the session in the directory at path; -1 and ENOENT: none. */
int tempfile__session_lease(const char *path);

/* Remove every session of this process; what exit does. */
void tempfile__session_remove_all(void);

#endif
