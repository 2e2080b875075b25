/* SPDX-License-Identifier: MIT */
/*
 * Taking paths apart and putting them together. What tells systems apart is in
 * path_posix.c and its like.
 */
#include "path.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "os.h"

char *tempfile__join_path(const char *parent, const char *name)
{
	size_t length = strlen(parent);
	size_t size = strlen(name) + 1;
	char *path = malloc(length + 1 + size);

	if (!path) {
		errno = ENOMEM;
		return NULL;
	}
	memcpy(tempfile__enter_path(path, parent, length), name, size);
	return path;
}

const char *tempfile__name_part(const char *path)
{
	const char *name = path + tempfile__root_length(path);

	for (const char *c = name; *c; c++)
		if (tempfile__os_is_separator(*c))
			name = c + 1;
	return name;
}

char *tempfile__directory_part(const char *path)
{
	size_t root = tempfile__root_length(path);
	size_t length = (size_t)(tempfile__name_part(path) - path);
	char *part = strdup(length ? path : ".");

	if (!part)
		errno = ENOMEM;
	if (part && length)
		part[length > root ? length - 1 : root] = '\0';
	return part;
}
