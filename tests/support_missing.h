/* SPDX-License-Identifier: MIT */
/*
 * What POSIX has, and neither Windows nor WASI: the end of each posix.h, which
 * says with NOT_HERE how a test ends that asks for it.
 */
#ifndef TEST_SUPPORT_MISSING_H
#define TEST_SUPPORT_MISSING_H

/* Everybody is the same, and nothing ends a test from outside. */
#define geteuid()      0u
#define getuid()       0u
#define alarm(seconds) ((void)(seconds))

#define fork()                             NOT_HERE("fork")
#define getppid()                          NOT_HERE("parent")
#define kill(process, signal)              NOT_HERE("signal between processes")
#define pause()                            NOT_HERE("signal between processes")
#define pipe(ends)                         NOT_HERE("POSIX pipe")
#define pipe2(ends, flags)                 NOT_HERE("POSIX pipe")
#define fchmod(fd, permissions)            NOT_HERE("permission bit")
#define chown(path, user, group)           NOT_HERE("owner by number")
#define fchown(fd, user, group)            NOT_HERE("owner by number")
#define setuid(user)                       NOT_HERE("setuid")
#define seteuid(user)                      NOT_HERE("setuid")
#define setgid(group)                      NOT_HERE("setuid")
#define setegid(group)                     NOT_HERE("setuid")
#define setgroups(n, groups)               NOT_HERE("setuid")
#define mkdtemp(path)                      NOT_HERE("mkdtemp")
#define mkfifo(path, permissions)          NOT_HERE("fifo")
#define mkfifoat(at, name, permissions)    NOT_HERE("fifo")
#define mknod(path, mode, device)          NOT_HERE("device node")
#define mknodat(at, name, mode, device)    NOT_HERE("device node")
#define fchdir(fd)                         NOT_HERE("fchdir")
#define mount(what, where, kind, flags, x) NOT_HERE("mount")
#define umount(where)                      NOT_HERE("mount")
#define umount2(where, flags)              NOT_HERE("mount")
#define unshare(flags)                     NOT_HERE("mount")
#define flock(fd, how)                     NOT_HERE("flock")
#define socket(family, kind, protocol)     NOT_HERE("socket file")
#define bind(fd, address, size)            NOT_HERE("socket file")
#define listen(fd, n)                      NOT_HERE("socket file")
#define ptrace(what, ...)                  NOT_HERE("ptrace")
#define syscall(number, ...)               NOT_HERE("system call by number")

#define O_TMPFILE       0x410000
#define O_PATH          0x200000
#define F_DUPFD         0
#define F_DUPFD_CLOEXEC 1030

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
