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

#define getpid()                        NOT_HERE("process id")
#define sigaction(signal, new, old)     NOT_HERE("signal between processes")
#define umask(mask)                     NOT_HERE("umask")
#define chmod(path, permissions)        NOT_HERE("permission bit")
#define fchmodat(at, path, mode, flags) NOT_HERE("permission bit")
#define dup(fd)                         NOT_HERE("dup")
#define dup2(fd, to)                    NOT_HERE("dup")
#define dup3(fd, to, flags)             NOT_HERE("dup")
#define system(command)                 NOT_HERE("shell")
#define execl(path, ...)                NOT_HERE("exec")
#define execlp(path, ...)               NOT_HERE("exec")

#include "support_missing.h"

#endif
