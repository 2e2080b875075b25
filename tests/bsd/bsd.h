/* SPDX-License-Identifier: MIT */
/*
 * A BSD on Linux: what src/os_bsd*.c and their like call, by functions that do
 * as FreeBSD or NetBSD would. Included before everything else in the library
 * that is tested so; the rest of it, and the tests, know nothing of it.
 *
 * There is no file without a name, no openat2 and no time of birth. A symbolic
 * link that is not to be followed is EMLINK, or with DOUBLE_NETBSD EFTYPE. A
 * directory is listed a few entries at a time, from a position that counts
 * entries, so that some are skipped when others before them are removed. With
 * DOUBLE_NETBSD no page is wiped on fork and no descriptor opened again.
 */
#ifndef TEST_BSD_H
#define TEST_BSD_H

#include <dirent.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

struct bsd_statfs {
	char f_fstypename[16];
	uint64_t f_flags;
	uint64_t f_bsize;
	int64_t f_bavail;
};
#define MNT_LOCAL    1u
#define INHERIT_ZERO 3

int bsd_openat(int at, const char *path, int flags, mode_t mode);
off_t bsd_lseek(int fd, off_t offset, int whence);
ssize_t bsd_getdents(int fd, char *bytes, size_t n);
int bsd_fstatfs(int fd, struct bsd_statfs *found);
int bsd_minherit(void *page, size_t size, int how);
int bsd_issetugid(void);
FILE *bsd_funopen(const void *cookie, int (*read)(void *, char *, int),
		  int (*write)(void *, const char *, int),
		  off_t (*seek)(void *, off_t, int), int (*close)(void *));
int bsd_fpurge(FILE *stdio);

#define openat    bsd_openat
#define lseek     bsd_lseek
#define getdents  bsd_getdents
#define statfs    bsd_statfs
#define fstatfs   bsd_fstatfs
#define minherit  bsd_minherit
#define issetugid bsd_issetugid
#define funopen   bsd_funopen
#define fpurge    bsd_fpurge

#ifdef DOUBLE_NETBSD
#define EFTYPE 4079
#else
#define O_EMPTY_PATH 0x40000000
#endif

/* The headers above needed to know. */
#undef __linux__

#endif
