/* SPDX-License-Identifier: MIT */
/*
 * What there is to know about a file, by stat. Where it tells a time of birth,
 * setting an earlier time of modification takes the birth there too (but not
 * on OpenBSD), so that unpacking an archive over a file would make it another
 * one; so it is not used to tell files apart.
 */
#include "os.h"

#include <fcntl.h>
#include <sys/stat.h>

static enum os_kind kind_of(mode_t mode)
{
	return S_ISREG(mode)   ? OS_FILE
	       : S_ISDIR(mode) ? OS_DIRECTORY
			       : OS_OTHER;
}

#ifdef __OpenBSD__
static int64_t born(const struct stat *found)
{
	return (int64_t)found->__st_birthtim.tv_sec * 1000000000 +
	       found->__st_birthtim.tv_nsec;
}
#else
static int64_t born(const struct stat *found)
{
	(void)found;
	return 0;
}
#endif

#ifdef __wasi__
/* There are none; who else may see a file is the host's to say. */
static unsigned permissions(mode_t mode)
{
	return S_ISDIR(mode) ? 0700 : 0600;
}
#else
static unsigned permissions(mode_t mode)
{
	return mode & 07777u;
}
#endif

static void translate(const struct stat *from, struct os_status *to)
{
	*to = (struct os_status){
		.identity.device = (uint64_t)from->st_dev,
		.identity.inode = (uint64_t)from->st_ino,
		.identity.born = born(from),
		.kind = kind_of(from->st_mode),
		.permissions = permissions(from->st_mode),
		.owner = (unsigned)from->st_uid,
		.links = (unsigned)from->st_nlink,
		.size = (int64_t)from->st_size,
		.changed = (int64_t)from->st_ctime,
	};
}

int tempfile__os_status(int fd, struct os_status *status)
{
	struct stat found;

	if (fstat(fd, &found) < 0)
		return -1;
	translate(&found, status);
	return 0;
}

int tempfile__os_status_at(int at, const char *name, struct os_status *status)
{
	struct stat found;

	if (fstatat(at, name, &found, AT_SYMLINK_NOFOLLOW) < 0)
		return -1;
	translate(&found, status);
	return 0;
}
