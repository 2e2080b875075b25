/* SPDX-License-Identifier: MIT */
/*
 * The frame of a test: a scratch directory, a process for the test's body, and
 * what to say of its end. Where there is fork, it is a child (support.c);
 * elsewhere this program is run again (support_rerun.c). The rest of it, and of
 * support.h, is the system's own.
 */
#ifndef TEST_SUPPORT_FRAME_H
#define TEST_SUPPORT_FRAME_H

#include <dirent.h>

#include "support.h"

/* Exit statuses. */
#define TEST_FAILED 1
#define SKIPPED     77

/*
 * support_frame.c
 */

/* Where `temporary` and `work` are. */
extern char scratch[48];
void name_directories(void);

/* What does not hold ends the process: the frame's own check. */
void must(bool done, const char *what);

/* In a process that is there for it alone. */
_Noreturn void run_here(const struct test *test);

/* Outside of it. */
void skip_because(const char *reason);

/*
 * What support.c and support_rerun.c give
 */

/* NULL: it can be run. */
const char *why_unfit(const char *name);

/* Have run_here run it; its exit status, and the reason that it was skipped. */
int run_body(const struct test *test, char *reason, size_t size);

/*
 * What each system gives
 */

void make_scratch(void);
void remove_scratch(void);
void become_nobody(void);

/* Run this program again with TEST_BODY in its environment; its exit status. */
int run_again_with(const char *test_body);

/* Tests of what is otherwise there; the last has no name. That the list is
 * right can be seen with TEST_UNFIT_TOO in the environment. */
struct unfit {
	const char *name;
	const char *reason;
};
extern const struct unfit unfit[];

/*
 * What they share
 */

unsigned count_and_close(DIR *stream);
void remove_tree(const char *path);

#endif
