/* SPDX-License-Identifier: MIT */
/* What a path is made of. Nothing here asks what is on the disk. */
#ifndef TEMPFILE_PATH_H
#define TEMPFILE_PATH_H

#include <stddef.h>
#include <string.h>

/* What we put between components; the system may know others as well. */
extern const char tempfile__separator;

/* Bytes of path before its first component: "/" has one; 0: it is relative. */
size_t tempfile__root_length(const char *path);

/* Absolute, without empty and "." components, for free(); NULL and errno. */
char *tempfile__absolute_path(const char *path);

/* parent/name, for free(); NULL and ENOMEM. */
char *tempfile__join_path(const char *parent, const char *name);

/*
 * Copy parent, of that length, to place, and a separator behind it unless it
 * ends with one; the end, where a name may go.
 */
static inline char *tempfile__enter_path(char *place, const char *parent,
					 size_t length)
{
	memcpy(place, parent, length);
	if (length == 0 || place[length - 1] != tempfile__separator)
		place[length++] = tempfile__separator;
	return place + length;
}

/* The last component; "" after a separator. */
const char *tempfile__name_part(const char *path);

/* All but the last component, for free(); NULL and ENOMEM. */
char *tempfile__directory_part(const char *path);

#endif
