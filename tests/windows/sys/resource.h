/* SPDX-License-Identifier: MIT */
/* See posix.h. */
#ifndef TEST_WINDOWS_SYS_RESOURCE_H
#define TEST_WINDOWS_SYS_RESOURCE_H

typedef unsigned long rlim_t;
struct rlimit {
	rlim_t rlim_cur, rlim_max;
};
#define RLIMIT_NOFILE          0
#define RLIMIT_FSIZE           1
#define RLIMIT_AS              2
#define RLIMIT_DATA            3
#define RLIMIT_STACK           4
#define RLIM_INFINITY          (~0ul)
#define getrlimit(what, limit) NOT_HERE("limit")
#define setrlimit(what, limit) NOT_HERE("limit")

#endif
