/* SPDX-License-Identifier: MIT */
/*
 * Included before anything else when tests are compiled for Windows: what POSIX
 * has, and its C library has not. What can be had otherwise is; what cannot
 * ends the test, which is then reported as skipped, with the reason.
 */
#ifndef TEST_WINDOWS_POSIX_H
#define TEST_WINDOWS_POSIX_H

#include <direct.h>
#include <errno.h>
#include <fcntl.h>
#include <io.h>
#include <process.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

_Noreturn void skip_test(const char *reason);

/* Had otherwise */

#define NAME_MAX    255
#define O_DIRECTORY 0
#define O_NOFOLLOW  0
#define O_NONBLOCK  0
#ifndef O_CLOEXEC
#define O_CLOEXEC O_NOINHERIT
#endif
#define S_ISLNK(mode)            0
#define S_IFLNK                  0120000
#define S_IFSOCK                 0140000
#define EDQUOT                   ENOSPC
#define mkdir(path, permissions) posix_mkdir(path, permissions)
#define lstat(path, status)      stat(path, status)
#define fsync(fd)                _commit(fd)

int posix_mkdir(const char *path, unsigned permissions);
int setenv(const char *name, const char *value, int over);
int unsetenv(const char *name);
int dprintf(int fd, const char *format, ...)
	__attribute__((format(gnu_printf, 2, 3)));
int link(const char *old, const char *name);
ssize_t pread(int fd, void *buf, size_t n, int64_t offset);
ssize_t pwrite(int fd, const void *buf, size_t n, int64_t offset);
ssize_t getline(char **line, size_t *capacity, FILE *file);
char *strndup(const char *text, size_t n);
char *realpath(const char *path, char *place);
#define F_GETFD    1
#define FD_CLOEXEC 1

/* Not to be had */

#define NOT_HERE(what) (skip_test("there is no " what " on Windows"), -1)

#define F_GETFL        3
#define F_SETFD        2
#define F_SETFL        4
#define fcntl(fd, ...) posix_fcntl(fd, __VA_ARGS__, 0)
int posix_fcntl(int fd, int command, ...);

#define SIGHUP  1
#define SIGQUIT 3
#define SIGKILL 9
#define SIGUSR1 10
#define SIGUSR2 12
#define SIGPIPE 13
#define SIGALRM 14
#define SIGCHLD 17
#define SIGSTOP 19
#define SIGXFSZ 25

typedef unsigned uid_t, gid_t;
#define AT_FDCWD            (-100)
#define AT_SYMLINK_NOFOLLOW 0x100
#define AT_REMOVEDIR        0x200

#define symlink(target, name)              NOT_HERE("symbolic link for everybody")
#define symlinkat(target, at, name)        NOT_HERE("openat")
#define readlink(path, place, n)           NOT_HERE("readlink")
#define mkdirat(at, name, permissions)     NOT_HERE("openat")
#define openat(at, ...)                    NOT_HERE("openat")
#define unlinkat(at, name, flags)          NOT_HERE("openat")
#define renameat(from, old, to, name)      NOT_HERE("openat")
#define linkat(from, old, to, name, flags) NOT_HERE("openat")
#define fstatat(at, name, status, flags)   NOT_HERE("openat")
#define faccessat(at, name, mode, flags)   NOT_HERE("openat")

#include "support_missing.h"

#endif
