/* SPDX-License-Identifier: MIT */
/*
 * What the tests share.
 *
 * Each test is a function that runs in a process of its own, so that it meets
 * the library fresh, with an environment of its own: TMPDIR is `temporary`, an
 * empty directory, and the current directory is `work`, for whatever the test
 * itself needs. The process ends by exit, and then `temporary` must be empty
 * again: that is a test of its own, after every other.
 */
#ifndef TEST_SUPPORT_H
#define TEST_SUPPORT_H

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tempfile.h"

#define FOR_EACH(i, of) for (size_t i = 0; i < sizeof of / sizeof *of; i++)

#define NOBODY 65534

#ifdef __SANITIZE_ADDRESS__
#define SANITIZED
#elif defined __SANITIZE_THREAD__
#define SANITIZED
#endif

extern char temporary[64];
extern char work[64];

/* For the tables of cmocka. What the environment's TEST_SKIPS names, a line
 * "NAME|WHY" each, is not run. AS_NOBODY: without rights, also if this is root.
 * LITTERING: what stays in `temporary` is the test's own business. FORGETTING:
 * handles are left open, which is no leak here. */
struct test {
	const char *name;
	void (*body)(void);
	unsigned how;
};
#define AS_NOBODY  1u
#define LITTERING  2u
#define FORGETTING 4u
extern bool forgetting;
void run_isolated(void **test);
#define TEST_SO(body, how)                                      \
	{                                                       \
#body, run_isolated, NULL, NULL, &(struct test) \
		{                                               \
#body, body, how                        \
		}                                               \
	}
#define TEST(body) TEST_SO(body, 0)

/*
 * In tests; what does not hold ends the process.
 */
#define check(condition) \
	((condition) ? (void)0 : check_failed(__FILE__, __LINE__, #condition))
#define check_equal(a, b)                                                \
	check_equal_at(__FILE__, __LINE__, #a " == " #b, (long long)(a), \
		       (long long)(b))
#define check_string(a, b) \
	check_string_at(__FILE__, __LINE__, #a " == " #b, a, b)

/* The library's last call failed so, and its message has part in it. */
#define check_error(code, part) check_error_at(__FILE__, __LINE__, code, part)

/* The call returns NULL, or -1, and fails so. */
#define check_null(call, code, part) \
	(errno = 0, check((call) == NULL), check_error(code, part))
#define check_refused(call, code, part) \
	(errno = 0, check_equal(call, -1), check_error(code, part))

/* Tells more, if it is set. */
extern void (*on_failed_check)(void);

_Noreturn void check_failed(const char *file, int line, const char *what);
void check_equal_at(const char *file, int line, const char *what, long long a,
		    long long b);
void check_string_at(const char *file, int line, const char *what,
		     const char *a, const char *b);
void check_error_at(const char *file, int line, int code, const char *part);

/* End the test, which cannot be run here; the reason is a part of a sentence.
 * need_root also makes a mount namespace of the test's own. */
_Noreturn void skip_test(const char *reason);
void need_root(void);
void need_mounts(void);
bool is_root(void);

/*
 * Children. They inherit the test; what ends one badly ends it, too.
 */
enum ending { BY_EXIT, BY__EXIT };
void in_child(void (*body)(void), enum ending ending);
void wait_for(int child);

/* One that would go on, and has nothing to say. */
void kill_child(int child);

/* Run this program again, as play(role), and wait; 0 unless it failed. */
int run_role(const char *role);

/*
 * Looking around
 */

/* Entries of a directory; descriptors of this process; size of a file. */
unsigned count_entries(const char *path);
unsigned count_entries_of(int fd);
unsigned count_descriptors(void);
void tell_entries(const char *path);
long long size_of(const char *path);
unsigned permissions_of(const char *path);
unsigned permissions_of_fd(int fd);
bool exists(const char *path);
bool is_anonymous(int fd);

/* What stands between the components of a path. */
extern const char separator;
bool is_absolute(const char *path);

/* path + "/" + name, in memory of its own that is never released. */
char *in(const char *directory, const char *name);
void make_file(const char *path);
void make_directory(const char *path, unsigned permissions);

/*
 * Trouble
 */

/* From now on openat with all of these flags, or the system call of this
 * number, fails with code. */
void deny_open(unsigned flags, int code);
void deny_call(long number, int code);

/* A tmpfs of so many KiB at path. */
void mount_small(const char *path, unsigned kibibytes);

/* Fill the file system that path is on, but for so many bytes; fd of the
 * filler, to be truncated when there is to be space again. */
int fill_disk(const char *path);

/* No file may become longer than this. */
void limit_file_size(long long bytes);
void lift_file_size(void);

/* A number that is different for each call, reproducible from *seed. */
uint64_t draw(uint64_t *seed);

#endif
