/* SPDX-License-Identifier: MIT */
/*
 * What there is to know about a file. statx tells when it was born, which is
 * what tells it from a later one with the same inode number.
 */
#include "os.h"

#include <errno.h>
#include <fcntl.h>

#include "os_linux_statx.h"

static enum os_kind kind_of(unsigned mode)
{
	return S_ISREG(mode)   ? OS_FILE
	       : S_ISDIR(mode) ? OS_DIRECTORY
			       : OS_OTHER;
}

static int64_t born(const struct statx *found)
{
	if (!(found->stx_mask & STATX_BTIME))
		return 0;
	return found->stx_btime.tv_sec * 1000000000 +
	       (int64_t)found->stx_btime.tv_nsec;
}

static void translate(const struct statx *from, struct os_status *to)
{
	*to = (struct os_status){
		.identity.device = (uint64_t)from->stx_dev_major << 32 |
				   from->stx_dev_minor,
		.identity.inode = from->stx_ino,
		.identity.born = born(from),
		.kind = kind_of(from->stx_mode),
		.permissions = from->stx_mode & 07777u,
		.owner = from->stx_uid,
		.links = from->stx_nlink,
		.size = (int64_t)from->stx_size,
		.changed = from->stx_ctime.tv_sec,
	};
}

/*
 * All but the times that change. Somebody who has been told them is to notice
 * the next change, be it soon: the kernel would then read a finer clock for it.
 */
#define LASTING                                                          \
	(STATX_TYPE | STATX_MODE | STATX_NLINK | STATX_UID | STATX_INO | \
	 STATX_SIZE | STATX_BTIME)

static int look(int at, const char *path, int flags, unsigned mask,
		struct os_status *status)
{
	struct statx found;

	if (statx(at, path, flags, mask, &found) < 0)
		return -1;
	translate(&found, status);
	return 0;
}

int tempfile__os_status(int fd, struct os_status *status)
{
	return look(fd, "", AT_EMPTY_PATH, LASTING, status);
}

int tempfile__os_status_at(int at, const char *name, struct os_status *status)
{
	return look(at, name, AT_SYMLINK_NOFOLLOW, LASTING | STATX_CTIME,
		    status);
}
