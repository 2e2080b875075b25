/* SPDX-License-Identifier: MIT */
/* What POSIX's and WASI's part of support.h share: paths and descriptors. */
#include "support_frame.h"

#include <fcntl.h>
#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

const char separator = '/';

bool is_absolute(const char *path)
{
	return path[0] == '/';
}

unsigned count_entries_of(int fd)
{
	return count_and_close(
		fdopendir(openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)));
}

bool exists(const char *path)
{
	struct stat status;

	return lstat(path, &status) == 0;
}

long long size_of(const char *path)
{
	struct stat status;

	check_equal(lstat(path, &status), 0);
	return status.st_size;
}

bool is_anonymous(int fd)
{
	struct stat status;

	check_equal(fstat(fd, &status), 0);
	return status.st_nlink == 0;
}

static int remove_entry(const char *path, const struct stat *status, int type,
			struct FTW *place)
{
	(void)status;
	(void)type;
	(void)place;
	(void)remove(path);
	return 0;
}

void remove_tree(const char *path)
{
	(void)nftw(path, remove_entry, 16, FTW_PHYS | FTW_MOUNT | FTW_DEPTH);
}
