/* SPDX-License-Identifier: MIT */
/*
 * Leased names, and the removal of those whose holders are dead.
 *
 * A leased name is "tempfile-" and 26 random characters; what bears it is held
 * by a shared lock as long as anybody who needs it lives. It is a session, that
 * is a directory, or a file on its way to another name.
 */
#ifndef TEMPFILE_SWEEP_H
#define TEMPFILE_SWEEP_H

#include "os.h"
#include "random_name.h"
#include "tempfile.h"

#define SESSION_PERMISSIONS      0700u
/* Something in this session is to stay. */
#define SESSION_KEPT_PERMISSIONS 01700u

/*
 * Hold what fd leads to, which was just created as name in directory at, and
 * see whether it is still there: a sweep may have come between. EEXIST: it has,
 * take another name. Where locks cannot be had, that is no failure.
 */
int tempfile__lease(int fd, int at, const char *name);

/*
 * Visit the leased names in the directory at path and remove the dead, until
 * tempfile__os_milliseconds() passes deadline (0: none). visit as in
 * tempfile_sweep. How many were removed or would have been; -1 and errno.
 */
int tempfile__sweep(const char *path, unsigned flags,
		    int (*visit)(const struct tempfile_session *session,
				 void *arg),
		    void *arg, int64_t deadline);

/* A sweep by the way, if its turn has come; never an error. */
void tempfile__sweep_by_chance(const char *path);

#endif
