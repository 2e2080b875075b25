/* SPDX-License-Identifier: MIT */
/* Removing one name: what every walk through a tree is made of. */
#ifndef TEMPFILE_REMOVE_ENTRY_H
#define TEMPFILE_REMOVE_ENTRY_H

#include "os.h"

/*
 * Remove name from the directory dir, whatever it is; kind is what it is
 * thought to be, and on success what it was. 0 or an error number: ENOTEMPTY
 * for a directory with something in it, EISDIR for what keeps changing.
 */
int tempfile__remove_entry(int dir, const char *name, enum os_kind *kind);

/*
 * Remove the empty directory name from the directory at, if it still is the
 * one behind fd (ESTALE). 0, also if it is gone already, or an error number.
 */
int tempfile__remove_anchor(int at, const char *name, int fd);

#endif
