/* SPDX-License-Identifier: MIT */
/* What posix.h promises. */
#include "posix.h"

#include "support.h"

/* The way from name's directory to the root, and on from there. */
int posix_symlink(const char *target, const char *name)
{
	char path[512] = "";
	size_t length;

	if (target[0] == '/') {
		if (name[0] == '/')
			(void)snprintf(path, sizeof path, "%s", name);
		else
			(void)snprintf(path, sizeof path, "%s/%s", work, name);
		length = 0;
		for (const char *at = path + 1; *at; at++)
			length += *at == '/';
		path[0] = '\0';
		for (size_t i = 0; i < length; i++)
			(void)strcat(path, "../");
		(void)strncat(path, target + 1, sizeof path - 1 - 3 * length);
	}
	return (symlink)(*path ? path : target, name);
}
