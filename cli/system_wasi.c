/* SPDX-License-Identifier: MIT */
/* What the subcommands ask of the system, as WASI has it: no users, no signals,
 * no terminal's size. */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "system.h"

/* NOLINTNEXTLINE(readability-non-const-parameter): others change them */
void begin_process(int *argc, char ***argv)
{
	(void)argc, (void)argv;
}

void ignore_broken_pipes(void)
{
}

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

const char *owner_name(const char *path)
{
	(void)path;
	return NULL;
}

int open_to_write(const char *path)
{
	return open(path, O_WRONLY);
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

int terminal_width(void)
{
	return 0;
}
