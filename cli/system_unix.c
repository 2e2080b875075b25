/* SPDX-License-Identifier: MIT */
/* What the subcommands ask of the system, as every POSIX system has it and
 * WebAssembly has not: closed streams, signals, users, a terminal. */
#include <fcntl.h>
#include <pwd.h>
#include <signal.h>
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

const char *owner_name(const char *path)
{
	struct passwd *user;
	struct stat status;

	if (lstat(path, &status))
		return NULL;
	user = getpwuid(status.st_uid);
	return user ? user->pw_name : NULL;
}

int terminal_width(void)
{
	struct winsize window = {0};

	return ioctl(2, TIOCGWINSZ, &window) ? 0 : window.ws_col;
}
