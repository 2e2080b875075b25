/* SPDX-License-Identifier: MIT */
/* What the subcommands ask of the system, as POSIX systems have it. */
#include <fcntl.h>
#include <pwd.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "system.h"

/*
 * A standard stream that is closed gets a descriptor that cannot do what the
 * stream is for: nothing else lands on its number, and using it still fails.
 * Programs that are run find it closed again.
 */
/* NOLINTNEXTLINE(readability-non-const-parameter): others change them */
void begin_process(int *argc, char ***argv)
{
	int fd;

	(void)argc, (void)argv;
	for (fd = 0; fd <= 2; fd++)
		if (fcntl(fd, F_GETFD) == -1)
			open("/dev/null",
			     (fd ? O_RDONLY : O_WRONLY) | O_CLOEXEC);
}

void ignore_broken_pipes(void)
{
	signal(SIGPIPE, SIG_IGN);
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
	struct passwd *user;
	struct stat status;

	if (lstat(path, &status))
		return NULL;
	user = getpwuid(status.st_uid);
	return user ? user->pw_name : NULL;
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

int terminal_width(void)
{
	struct winsize window = {0};

	return ioctl(2, TIOCGWINSZ, &window) ? 0 : window.ws_col;
}
