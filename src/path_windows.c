/* SPDX-License-Identifier: MIT */
/*
 * Paths as Windows has them: on drives, on other machines, relative to one of
 * many current directories. What they mean the system itself says.
 */
#include "path.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "os_windows.h"

const char tempfile__separator = '\\';

bool tempfile__os_is_separator(char c)
{
	return c == '\\' || c == '/';
}

static size_t component_length(const char *path)
{
	size_t length = 0;

	while (path[length] && !tempfile__os_is_separator(path[length]))
		length++;
	return length;
}

/* Behind so many components, and a separator after each. */
static size_t skip(const char *path, size_t at, int components)
{
	while (components-- > 0) {
		at += component_length(path + at);
		if (path[at])
			at++;
	}
	return at;
}

static bool has_drive(const char *path)
{
	unsigned char letter = (unsigned char)(*path | 0x20);

	return letter >= 'a' && letter <= 'z' && path[1] == ':';
}

/* "c:", "c:\", "\", "\\server\share\", "\\?\c:\", "\\?\UNC\server\share\" */
size_t tempfile__root_length(const char *path)
{
	if (has_drive(path))
		return tempfile__os_is_separator(path[2]) ? 3 : 2;
	if (!tempfile__os_is_separator(path[0]))
		return 0;
	if (!tempfile__os_is_separator(path[1]))
		return 1;
	if (path[2] != '?' && path[2] != '.')
		return skip(path, 2, 2);
	return skip(path, 2, _strnicmp(path + 4, "UNC\\", 4) == 0 ? 4 : 2);
}

static char *get_full_path(const WCHAR *path)
{
	DWORD size = GetFullPathNameW(path, 0, NULL, NULL);
	WCHAR *full = malloc((size + 1) * sizeof *full);
	DWORD units = full ? GetFullPathNameW(path, size + 1, full, NULL) : 0;
	char *text = NULL;

	if (!full)
		errno = ENOMEM;
	else if (units == 0 || units > size)
		(void)tempfile__nt_fail_by(GetLastError());
	else
		text = tempfile__nt_utf8(full, units);
	free(full);
	return text;
}

char *tempfile__absolute_path(const char *path)
{
	WCHAR *wide;
	char *full;
	size_t length;

	if (*path == '\0') {
		errno = ENOENT;
		return NULL;
	}
	wide = tempfile__nt_wide(path);
	full = wide ? get_full_path(wide) : NULL;
	free(wide);
	if (!full)
		return NULL;
	/* "c:\x\" is the same as "c:\x"; to compare them they should look so.
	 */
	length = strlen(full);
	if (length > tempfile__root_length(full) &&
	    tempfile__os_is_separator(full[length - 1]))
		full[length - 1] = '\0';
	return full;
}
