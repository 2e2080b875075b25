/* SPDX-License-Identifier: MIT */
/* Link or rename into place. */
#include <errno.h>

#include "error.h"

static int not_yet(const char *path)
{
	return tempfile__fail_because(ENOSYS, "publish as", path,
				      "this version cannot yet");
}

int tempfile_persist(struct tempfile *file, const char *path, unsigned flags)
{
	(void)file;
	(void)flags;
	return not_yet(path);
}

int tempdir_persist(struct tempdir *dir, const char *path, unsigned flags)
{
	(void)dir;
	(void)flags;
	return not_yet(path);
}
