/* SPDX-License-Identifier: MIT */
/* The bytes of a fuzzer, taken one choice after another. */
#ifndef FUZZ_INPUT_H
#define FUZZ_INPUT_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "tempfile.h"

struct input {
	const uint8_t *bytes;
	size_t left;
};

/* 0 at the end of the bytes. */
static inline unsigned take(struct input *input)
{
	if (input->left == 0)
		return 0;
	input->left--;
	return *input->bytes++;
}

#define MUST(condition)                                                   \
	do {                                                              \
		if (!(condition)) {                                       \
			fprintf(stderr, "%s:%d: %s (%s)\n", __FILE__,     \
				__LINE__, #condition, tempfile_errmsg()); \
			abort();                                          \
		}                                                         \
	} while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

/* A new directory of this process, current, and TMPDIR; for the first call. */
void enter_scratch(void);
unsigned count_scratch(void); /* entries of it */

#endif
