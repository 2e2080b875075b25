/* SPDX-License-Identifier: MIT */
/* Where no file begins without a name: macOS, the BSDs and WebAssembly. */
#include "os.h"

#include <errno.h>

int tempfile__os_create_anonymous(int at, const char *path,
				  unsigned permissions)
{
	(void)at;
	(void)path;
	(void)permissions;
	errno = ENOTSUP;
	return -1;
}

/* A file that has lost its name cannot get another one. */
int tempfile__os_link_anonymous(int fd, int at, const char *name)
{
	(void)fd;
	(void)at;
	(void)name;
	errno = ENOENT;
	return -1;
}
