/* SPDX-License-Identifier: MIT */
/* The thread's last failure: what tempfile_last_error and errmsg tell. */
#ifndef TEMPFILE_ERROR_H
#define TEMPFILE_ERROR_H

#include "tempfile.h"

/*
 * Record that this thread could not do step ("create a file in") to path, set
 * errno to code, and return -1. path may be NULL. step is a literal; path and
 * reason are copied.
 */
int tempfile__fail(int code, const char *step, const char *path);

/* The same with a reason to tell instead of strerror(code). */
int tempfile__fail_because(int code, const char *step, const char *path,
			   const char *reason);

/* What an error number means: error_text_posix.c and its like. */
const char *tempfile__error_text(int code);

#endif
