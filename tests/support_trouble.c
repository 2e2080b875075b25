/* SPDX-License-Identifier: MIT */
/* Trouble for tests: system calls that fail, disks that are full. */
#include "support.h"

#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static void filter(struct sock_filter *code, size_t n)
{
	struct sock_fprog program = {(unsigned short)n, code};

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) < 0)
		skip_test("system calls cannot be filtered here");
}

#define LOAD(field)                        \
	BPF_STMT(BPF_LD | BPF_W | BPF_ABS, \
		 (unsigned)offsetof(struct seccomp_data, field))
#define UNLESS(what, value, away) \
	BPF_JUMP(BPF_JMP | BPF_##what | BPF_K, (unsigned)(value), 0, away)
#define FAIL(code) \
	BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (unsigned)(code))
#define ALLOW BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)

void deny_open(unsigned flags, int code)
{
	/* The lower half of args[2], the flags: least byte first. */
	struct sock_filter program[] = {
		LOAD(nr),
		UNLESS(JEQ, SYS_openat, 4),
		LOAD(args[2]),
		BPF_STMT(BPF_ALU | BPF_AND | BPF_K, flags),
		UNLESS(JEQ, flags, 1),
		FAIL(code),
		ALLOW,
	};

	filter(program, sizeof program / sizeof *program);
}

void deny_call(long number, int code)
{
	struct sock_filter program[] = {
		LOAD(nr),
		UNLESS(JEQ, number, 1),
		FAIL(code),
		ALLOW,
	};

	filter(program, sizeof program / sizeof *program);
}

void mount_small(const char *path, unsigned kibibytes)
{
	char size[32];

	need_mounts();
	(void)snprintf(size, sizeof size, "size=%uk,nr_inodes=64,mode=755",
		       kibibytes);
	check_equal(mkdir(path, 0755), 0);
	if (mount("tmpfs", path, "tmpfs", 0, size) < 0)
		skip_test("mounting is not allowed here");
}

int fill_disk(const char *path)
{
	static const char zeros[4096];
	int fd = open(in(path, "filler"), O_CREAT | O_RDWR | O_CLOEXEC, 0600);

	check(fd >= 0);
	while (write(fd, zeros, sizeof zeros) > 0)
		;
	check_equal(errno, ENOSPC);
	return fd;
}

static void set_file_size(rlim_t bytes)
{
	struct rlimit limit;

	(void)signal(SIGXFSZ, SIG_IGN);
	check_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	limit.rlim_cur = bytes < limit.rlim_max ? bytes : limit.rlim_max;
	check_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

void limit_file_size(long long bytes)
{
	set_file_size((rlim_t)bytes);
}

void lift_file_size(void)
{
	set_file_size(RLIM_INFINITY);
}
