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
 * there is none yet. It lives as long as the process: it is not to be dropped.
 * lasts: so does path, which then is not compared letter by letter. NULL, told.
 */
struct directory *tempfile__session_in(const char *path, bool lasts);

/*
 * Creating in this session failed, or what came out had another owner. Have a
 * new one opened next time if it is the session's fault: its descriptor was
 * closed by the host, somebody removed it, or the effective user has changed.
 * false: it is not.
 */
bool tempfile__session_is_spent(const struct directory *directory);

/* Could the system give a lease on this session? */
bool tempfile__session_is_leased(const struct directory *directory);

/*
 * name, in the session directory, stays (or no longer stays) when the session
 * goes; the sweep is told.
 */
int tempfile__session_keep(const struct directory *directory, const char *name,
			   bool keep);

/*
 * Remove every session of this process, as exit does. in_signal: without
 * malloc, and safe wherever a signal may have struck.
 */
void tempfile__session_remove_all(bool in_signal);

#endif
