/* SPDX-License-Identifier: MIT */
/* Paths as POSIX has them: one root, one separator. */
#include "path.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "os.h"

const char tempfile__separator = '/';

size_t tempfile__root_length(const char *path)
{
	return *path == '/';
}

/* Is the component behind this separator empty or "."? */
static bool has_no_name(const char *separator)
{
	const char *name = separator + 1;

	if (*name == '.')
		name++;
	return *name == '/' || *name == '\0';
}

/*
 * Drop empty and "." components of an absolute path, in place. ".." stays: what
 * it means behind a symbolic link only the system knows.
 */
static char *tidy(char *path)
{
	char *end = path; /* of the components that are kept, each "/name" */
	const char *next = path;

	while (*next) {
		if (has_no_name(next)) {
			next++;
			if (*next == '.')
				next++;
			continue;
		}
		do
			*end++ = *next++;
		while (*next && *next != '/');
	}
	if (end == path)
		*end++ = '/';
	*end = '\0';
	return path;
}

char *tempfile__absolute_path(const char *path)
{
	char *absolute = NULL;
	char *here;

	if (*path == '\0') {
		errno = ENOENT;
	} else if (*path == '/') {
		absolute = tempfile__join_path(path, "");
	} else {
		here = tempfile__os_current_directory();
		absolute = here ? tempfile__join_path(here, path) : NULL;
		free(here);
	}
	return absolute ? tidy(absolute) : NULL;
}
