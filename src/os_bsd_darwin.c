/* SPDX-License-Identifier: MIT */
/*
 * What macOS, FreeBSD, NetBSD and OpenBSD have in common: no openat that stays
 * inside, and file systems that tell their name and whether they are this
 * host's alone.
 */
#include "os.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/param.h>
#include <sys/stat.h>
#include <unistd.h>

#include "os_posix.h"

#ifdef __NetBSD__
#include <sys/statvfs.h>
#define statfs     statvfs
#define fstatfs    fstatvfs
#define f_flags    f_flag
#define SPACE_UNIT f_frsize
#else
#define SPACE_UNIT f_bsize
#endif

/* A mount is another device; here there is no part of one mounted twice. */
static int refuse_mount(int at, int fd)
{
	struct os_status above;
	struct os_status below;

	if (tempfile__os_status(at, &above) == 0 &&
	    tempfile__os_status(fd, &below) == 0 &&
	    above.identity.device == below.identity.device)
		return fd;
	(void)tempfile__os_close(fd);
	errno = EXDEV;
	return -1;
}

int tempfile__os_open_subdirectory(int at, const char *name)
{
	/* O_NONBLOCK: a fifo in its place must not hold us. */
	int fd = tempfile__os_open(
		at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_NONBLOCK, 0);

	if (fd >= 0)
		return refuse_mount(at, fd);
	/* EOPNOTSUPP: a socket */
	if (errno == ELOOP || errno == EOPNOTSUPP)
		errno = ENOTDIR;
	return -1;
}

/*
 * What may not be opened has no descriptor to be changed by. Should something
 * else of this user's come to bear the name between the look and the change,
 * that is what his rights are given to; no link is followed.
 */
int tempfile__os_unlock_subdirectory(int at, const char *name)
{
	struct os_status above;
	struct os_status status;

	if (tempfile__os_status(at, &above) < 0 ||
	    tempfile__os_status_at(at, name, &status) < 0)
		return -1;
	if (status.kind != OS_DIRECTORY)
		errno = ENOTDIR;
	else if (status.identity.device != above.identity.device)
		errno = EXDEV;
	else if (status.owner != tempfile__os_effective_user())
		errno = EPERM;
	else if ((status.permissions & S_IRWXU) == S_IRWXU)
		errno = EACCES;
	else
		return fchmodat(at, name, S_IRWXU, AT_SYMLINK_NOFOLLOW);
	return -1;
}

struct known {
	const char *name;
	bool memory_backed;
	bool local; /* if it says so itself; some say it of what is not */
};

/* As on Linux, what is not listed is not trusted with leases. */
static const struct known known[] = {
	{"apfs", false, true},    {"hfs", false, true},
	{"ufs", false, true},     {"ffs", false, true},
	{"lfs", false, true},     {"zfs", false, true},
	{"ext2fs", false, true},  {"msdos", false, true},
	{"msdosfs", false, true}, {"exfat", false, true},
	{"tmpfs", true, true},    {"mfs", true, true},
	{"nullfs", false, true},  {"unionfs", false, true},
	{"nfs", false, false},    {"smbfs", false, false},
	{"afpfs", false, false},  {"webdav", false, false},
	{"fusefs", false, false}, {"macfuse", false, false},
	{"p9fs", false, false},
};

int tempfile__os_filesystem(int fd, struct os_filesystem *filesystem)
{
	struct statfs found;

	if (fstatfs(fd, &found) < 0)
		return -1;
	*filesystem = (struct os_filesystem){
		.name = "unknown",
		.space = (int64_t)found.f_bavail * (int64_t)found.SPACE_UNIT,
	};
	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		if (strncmp(known[i].name, found.f_fstypename,
			    sizeof found.f_fstypename) != 0)
			continue;
		filesystem->name = known[i].name;
		filesystem->memory_backed = known[i].memory_backed;
		filesystem->local =
			known[i].local && (found.f_flags & MNT_LOCAL);
	}
	return 0;
}

const char *tempfile__os_environment(const char *name)
{
	const char *value = issetugid() ? NULL : getenv(name);

	return value && *value ? value : NULL;
}
