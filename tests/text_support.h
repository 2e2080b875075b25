/* SPDX-License-Identifier: MIT */
/*
 * What the tests of text share: files whose bytes are put there and looked at
 * behind the handle's back. What does not hold ends the test.
 */
#ifndef TEST_TEXT_SUPPORT_H
#define TEST_TEXT_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tempfile.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* Sizes of buffers, and of what is read at a time. */
extern const int bufferings[6];
extern const size_t portions[5];

/* Skips the test where there is no such encoding. */
struct tempfile *open_text(const char *encoding, const char *errors,
			   const char *newline, int buffering);

/* Encodings beside our own are the system's, and not everywhere the same. */
bool is_known(const char *encoding);

/* The file's bytes become these, behind the handle's back. */
void set_bytes(struct tempfile *file, const char *bytes, size_t n);
void check_bytes(struct tempfile *file, const char *bytes, size_t n);

void put(struct tempfile *file, const char *text);

/* All there is, portion bytes a time. */
void check_text(struct tempfile *file, const char *text, size_t portion);

/* The lines there are, each followed by "|". */
void check_lines(struct tempfile *file, const char *lines);

#endif
