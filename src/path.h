/* SPDX-License-Identifier: MIT */
/* What a path is made of. Nothing here asks what is on the disk. */
#ifndef TEMPFILE_PATH_H
#define TEMPFILE_PATH_H

#include <stddef.h>

/* What we put between components; the system may know others as well. */
extern const char tempfile__separator;

/* Bytes of path before its first component: "/" has one; 0: it is relative. */
size_t tempfile__root_length(const char *path);

/* Absolute, without empty and "." components, for free(); NULL and errno. */
char *tempfile__absolute_path(const char *path);

/* parent/name, for free(); NULL and ENOMEM. */
char *tempfile__join_path(const char *parent, const char *name);

/*
 * Copy parent to place, and a separator behind it unless it ends with one; the
 * end, where a name may go. That takes strlen(parent) + 1 bytes at most.
 */
char *tempfile__enter_path(char *place, const char *parent);

/* The last component; "" after a separator. */
const char *tempfile__name_part(const char *path);

/* All but the last component, for free(); NULL and ENOMEM. */
char *tempfile__directory_part(const char *path);

#endif
