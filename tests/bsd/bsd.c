/* SPDX-License-Identifier: MIT */
#include "bsd.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/syscall.h>

#undef openat
#undef lseek
#undef statfs
#undef fstatfs

#ifdef DOUBLE_NETBSD
#define LINK_ERROR   EFTYPE
#define O_EMPTY_PATH 0
#else
#define LINK_ERROR EMLINK
#endif

static int open_again(int fd, int flags)
{
	char path[32];

	(void)snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	return open(path, flags & ~O_EMPTY_PATH);
}

static int is_link(int at, const char *path)
{
	struct stat found;

	return fstatat(at, path, &found, AT_SYMLINK_NOFOLLOW) == 0 &&
	       S_ISLNK(found.st_mode);
}

int bsd_openat(int at, const char *path, int flags, mode_t mode)
{
	int fd;

	if ((flags & O_EMPTY_PATH) && *path == '\0')
		return open_again(at, flags);
	fd = openat(at, path, flags, mode);
	if (fd < 0 && (flags & O_NOFOLLOW) &&
	    (errno == ELOOP || errno == ENOTDIR) && is_link(at, path))
		errno = LINK_ERROR;
	return fd;
}

/*
 * Of directories, how many entries have been read.
 */

#define DESCRIPTORS 4096
#define PIECE       16

static atomic_uint positions[DESCRIPTORS];

off_t bsd_lseek(int fd, off_t offset, int whence)
{
	if (offset == 0 && whence == SEEK_SET && fd >= 0 && fd < DESCRIPTORS)
		atomic_store(&positions[fd], 0);
	return lseek(fd, offset, whence);
}

/* Copy entries of a piece to bytes until n or PIECE are reached, without the
 * first *skip; the bytes, and how many entries in *count. */
static size_t take(const char *from, size_t length, unsigned *skip, char *bytes,
		   size_t n, unsigned *count)
{
	const struct dirent *entry;
	size_t done = 0;

	for (size_t at = 0; at < length; at += entry->d_reclen) {
		entry = (const void *)(from + at);
		if (*skip > 0) {
			--*skip;
			continue;
		}
		if (*count == PIECE || done + entry->d_reclen > n)
			break;
		memcpy(bytes + done, entry, entry->d_reclen);
		done += entry->d_reclen;
		++*count;
	}
	return done;
}

ssize_t bsd_getdents(int fd, char *bytes, size_t n)
{
	_Alignas(16) char all[8192];
	unsigned position, skip, count = 0;
	size_t done = 0;
	long length;

	if (fd < 0 || fd >= DESCRIPTORS) {
		errno = EMFILE;
		return -1;
	}
	position = skip = atomic_load(&positions[fd]);
	if (lseek(fd, 0, SEEK_SET) < 0)
		return -1;
	while (count < PIECE &&
	       (length = syscall(SYS_getdents64, fd, all, sizeof all)) != 0) {
		if (length < 0)
			return -1;
		done += take(all, (size_t)length, &skip, bytes + done, n - done,
			     &count);
	}
	atomic_store(&positions[fd], position + count);
	return (ssize_t)done;
}

/* By the names of BSDs. */
int bsd_fstatfs(int fd, struct bsd_statfs *found)
{
	struct statfs here;
	const char *name = "ufs";

	if (fstatfs(fd, &here) < 0)
		return -1;
	if (here.f_type == 0x01021994)
		name = "tmpfs";
	else if (here.f_type == 0x65735546)
		name = "fusefs";
	*found = (struct bsd_statfs){
		.f_flags = MNT_LOCAL,
		.f_bsize = (uint64_t)here.f_bsize,
		.f_bavail = (int64_t)here.f_bavail,
	};
	(void)strcpy(found->f_fstypename, name);
	return 0;
}

int bsd_minherit(void *page, size_t size, int how)
{
#ifdef DOUBLE_NETBSD
	(void)page;
	(void)size;
	(void)how;
	errno = ENOTSUP;
	return -1;
#else
	return how == INHERIT_ZERO ? madvise(page, size, MADV_WIPEONFORK) : -1;
#endif
}

int bsd_issetugid(void)
{
	return getauxval(AT_SECURE) != 0;
}

/*
 * A FILE * by the functions of BSD, over those of GNU.
 */

struct functions {
	void *cookie;
	int (*read)(void *, char *, int);
	int (*write)(void *, const char *, int);
	off_t (*seek)(void *, off_t, int);
};

static ssize_t call_read(void *arg, char *buf, size_t n)
{
	const struct functions *functions = arg;

	return functions->read(functions->cookie, buf, (int)n);
}

static ssize_t call_write(void *arg, const char *buf, size_t n)
{
	const struct functions *functions = arg;
	int put = functions->write(functions->cookie, buf, (int)n);

	return put < 0 ? 0 : put;
}

static int call_seek(void *arg, off64_t *offset, int whence)
{
	const struct functions *functions = arg;
	off_t at = functions->seek(functions->cookie, *offset, whence);

	if (at < 0)
		return -1;
	*offset = at;
	return 0;
}

static int call_close(void *arg)
{
	free(arg);
	return 0;
}

FILE *bsd_funopen(const void *cookie, int (*read)(void *, char *, int),
		  int (*write)(void *, const char *, int),
		  off_t (*seek)(void *, off_t, int), int (*close)(void *))
{
	const char *mode = !write ? "r" : read ? "r+" : "w";
	struct functions *functions = malloc(sizeof *functions);
	cookie_io_functions_t calls = {read ? call_read : NULL,
				       write ? call_write : NULL, call_seek,
				       call_close};

	(void)close;
	if (!functions)
		return NULL;
	*functions = (struct functions){(void *)(uintptr_t)cookie, read, write,
					seek};
	return fopencookie(functions, mode, calls);
}

int bsd_fpurge(FILE *stdio)
{
	__fpurge(stdio);
	return 0;
}
