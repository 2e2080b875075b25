/* SPDX-License-Identifier: MIT */
#include "faults.h"

#include <errno.h>
#include <iconv.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *fault_missing;

static struct fault fault;
static bool armed;
static struct strike strike;

void fault_arm(const struct fault *wanted)
{
	fault = *wanted;
	armed = true;
	strike = (struct strike){.mode = wanted->mode};
}

void fault_lift(void)
{
	armed = false;
}

const struct strike *fault_outcome(void)
{
	return &strike;
}

static bool is_hit(const struct primitive *primitive)
{
	if (++strike.calls == fault.at) {
		strike.primitive = primitive;
		strike.code = primitive->codes[fault.code % primitive->count];
		return true;
	}
	return strike.primitive &&
	       (fault.mode == ALL_AFTER ||
		(fault.mode == FROM_THEN_ON && strike.primitive == primitive));
}

bool fault_strikes(const struct primitive *primitive)
{
	if (fault_missing && strcmp(fault_missing, primitive->name) == 0) {
		errno = primitive->codes[0];
		return true;
	}
	if (!armed || !is_hit(primitive))
		return false;
	errno = primitive == strike.primitive ? strike.code
					      : primitive->codes[0];
	return true;
}

/*
 * Memory: the blocks that are out, in a table with linear probing. What the C
 * library itself allocates is not seen, and a block that is not found was its.
 */

#define TABLE_SIZE 65536u

static void *table[TABLE_SIZE];
static size_t blocks;

size_t fault_blocks(void)
{
	return blocks;
}

static void **find_block(const void *wanted)
{
	size_t at = (size_t)((uintptr_t)wanted >> 4) * 2654435761u;

	while (table[at % TABLE_SIZE] != wanted && table[at % TABLE_SIZE])
		at++;
	return &table[at % TABLE_SIZE];
}

static void *enter(void *block)
{
	if (block) {
		*find_block(block) = block;
		blocks++;
	}
	return block;
}

/* What follows without a gap may have wanted the place that is free now. */
static void forget(const void *block)
{
	void **found = block ? find_block(block) : NULL;
	void *moved;

	if (!found || !*found)
		return;
	*found = NULL;
	blocks--;
	for (size_t at = (size_t)(found - table) + 1; table[at % TABLE_SIZE];
	     at++) {
		moved = table[at % TABLE_SIZE];
		table[at % TABLE_SIZE] = NULL;
		*find_block(moved) = moved;
	}
}

static const int no_memory[] = {ENOMEM};
static const struct primitive memory = {"memory", no_memory, 1};

void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_malloc(size_t size)
{
	return fault_strikes(&memory) ? NULL : enter(__real_malloc(size));
}

void *__real_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size)
{
	return fault_strikes(&memory) ? NULL
				      : enter(__real_calloc(count, size));
}

void *__real_realloc(void *block, size_t size);
void *__wrap_realloc(void *block, size_t size);
void *__wrap_realloc(void *block, size_t size)
{
	if (fault_strikes(&memory))
		return NULL;
	forget(block);
	return enter(__real_realloc(block, size));
}

char *__real_strdup(const char *text);
char *__wrap_strdup(const char *text);
char *__wrap_strdup(const char *text)
{
	return fault_strikes(&memory) ? NULL : enter(__real_strdup(text));
}

void __real_free(void *block);
void __wrap_free(void *block);
void __wrap_free(void *block)
{
	forget(block);
	__real_free(block);
}

FILE *__real_fopencookie(void *cookie, const char *mode,
			 cookie_io_functions_t functions);
FILE *__wrap_fopencookie(void *cookie, const char *mode,
			 cookie_io_functions_t functions);
FILE *__wrap_fopencookie(void *cookie, const char *mode,
			 cookie_io_functions_t functions)
{
	return fault_strikes(&memory)
		       ? NULL
		       : __real_fopencookie(cookie, mode, functions);
}

iconv_t __real_iconv_open(const char *to, const char *from);
iconv_t __wrap_iconv_open(const char *to, const char *from);
iconv_t __wrap_iconv_open(const char *to, const char *from)
{
	return fault_strikes(&memory) ? (iconv_t)-1
				      : __real_iconv_open(to, from);
}
