/* SPDX-License-Identifier: MIT */
/*
 * Included before anything else when tests are compiled for WebAssembly: what
 * POSIX has and WASI has not ends the test, which is then reported as skipped,
 * with the reason. (Headers that are missing are those of tests/windows.)
 */
#ifndef TEST_WASI_POSIX_H
#define TEST_WASI_POSIX_H

#include <errno.h>
#include <fcntl.h>
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

#define NOT_HERE(what) (skip_test("there is no " what " in WASI"), -1)

/* Links lead to relative paths only. */
#define symlink(target, name) posix_symlink(target, name)
int posix_symlink(const char *target, const char *name);

/* Nothing ends a test from outside. */
#define alarm(seconds) ((void)(seconds))

#define geteuid()                          0u
#define getuid()                           0u
#define getpid()                           NOT_HERE("process id")
#define getppid()                          NOT_HERE("process id")
#define fork()                             NOT_HERE("fork")
#define pipe(ends)                         NOT_HERE("pipe")
#define pipe2(ends, flags)                 NOT_HERE("pipe")
#define kill(process, signal)              NOT_HERE("signal between processes")
#define pause()                            NOT_HERE("signal between processes")
#define sigaction(signal, new, old)        NOT_HERE("signal between processes")
#define umask(mask)                        NOT_HERE("umask")
#define chmod(path, permissions)           NOT_HERE("permission")
#define fchmod(fd, permissions)            NOT_HERE("permission")
#define fchmodat(at, path, mode, flags)    NOT_HERE("permission")
#define chown(path, user, group)           NOT_HERE("user")
#define fchown(fd, user, group)            NOT_HERE("user")
#define setuid(user)                       NOT_HERE("user")
#define seteuid(user)                      NOT_HERE("user")
#define setgid(group)                      NOT_HERE("user")
#define setegid(group)                     NOT_HERE("user")
#define setgroups(n, groups)               NOT_HERE("user")
#define mkdtemp(path)                      NOT_HERE("mkdtemp")
#define mkfifo(path, permissions)          NOT_HERE("fifo")
#define mkfifoat(at, name, permissions)    NOT_HERE("fifo")
#define mknod(path, mode, device)          NOT_HERE("device node")
#define mknodat(at, name, mode, device)    NOT_HERE("device node")
#define dup(fd)                            NOT_HERE("dup")
#define dup2(fd, to)                       NOT_HERE("dup")
#define dup3(fd, to, flags)                NOT_HERE("dup")
#define fchdir(fd)                         NOT_HERE("fchdir")
#define mount(what, where, kind, flags, x) NOT_HERE("mount")
#define umount(where)                      NOT_HERE("mount")
#define umount2(where, flags)              NOT_HERE("mount")
#define unshare(flags)                     NOT_HERE("mount")
#define flock(fd, how)                     NOT_HERE("lock")
#define socket(family, kind, protocol)     NOT_HERE("socket file")
#define bind(fd, address, size)            NOT_HERE("socket file")
#define listen(fd, n)                      NOT_HERE("socket file")
#define ptrace(what, ...)                  NOT_HERE("ptrace")
#define syscall(number, ...)               NOT_HERE("system call by number")
#define system(command)                    NOT_HERE("shell")
#define execl(path, ...)                   NOT_HERE("exec")
#define execlp(path, ...)                  NOT_HERE("exec")

#define O_TMPFILE       0x410000
#define O_PATH          0x200000
#define F_DUPFD_CLOEXEC 1030
#define F_DUPFD         0

enum {
	MS_RDONLY,
	MS_REMOUNT,
	MS_BIND,
	MS_REC,
	MS_PRIVATE,
	MNT_DETACH,
	PTRACE_TRACEME,
	PTRACE_SYSCALL,
	PTRACE_DETACH,
	PTRACE_CONT,
	LOCK_SH = 1,
	LOCK_EX = 2,
	LOCK_NB = 4,
	LOCK_UN = 8,
	AF_UNIX = 1,
	SOCK_STREAM = 1,
	SOCK_CLOEXEC = 0
};
struct sockaddr;
struct sockaddr_un {
	int sun_family;
	char sun_path[108];
};

#endif
