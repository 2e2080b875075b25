/* SPDX-License-Identifier: MIT */
/* What the subcommands ask of the system, as all POSIX systems have it, and
 * WebAssembly too. */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "system.h"

enum path_kind kind_of_path(const char *path, bool follow)
{
	struct stat status;

	if (follow ? stat(path, &status) : lstat(path, &status))
		return NOTHING;
	return S_ISREG(status.st_mode)   ? REGULAR
	       : S_ISDIR(status.st_mode) ? DIRECTORY
					 : OTHER;
}

bool is_root_directory(const char *path)
{
	struct stat root, status;

	return !lstat("/", &root) && !lstat(path, &status) &&
	       root.st_dev == status.st_dev && root.st_ino == status.st_ino;
}

bool is_separator(char c)
{
	return c == '/';
}

int open_to_write(const char *path)
{
	return open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
}

int draw_bytes(void *bytes, size_t n)
{
	return getentropy(bytes, n);
}

const char *get_variable(const char *name)
{
	const char *value = getenv(name);

	return value && *value ? value : NULL;
}

const char *fallback_directory(void)
{
	return "/tmp";
}
