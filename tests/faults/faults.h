/* SPDX-License-Identifier: MIT */
/*
 * Faults from inside: between the library and each primitive of os.h, and each
 * allocation, the linker puts a function that asks here whether to fail.
 *
 * While armed, the calls are counted from 1; the one whose number is `at` fails
 * with the error `code` of those it can have, and after it others, as mode has
 * it. After the fault is lifted everything works again.
 */
#ifndef TEST_FAULTS_H
#define TEST_FAULTS_H

#include <stdbool.h>
#include <stddef.h>

struct primitive {
	const char *name;
	const int *codes;
	size_t count;
};

enum fault_mode {
	ONCE,         /* that call only */
	FROM_THEN_ON, /* and every later call of the same primitive */
	ALL_AFTER     /* and every later call of any, each as it can */
};

struct fault {
	unsigned at;
	size_t code; /* index in the primitive's */
	enum fault_mode mode;
};

/* What came of it. */
struct strike {
	const struct primitive *primitive; /* NULL: not reached */
	int code;
	enum fault_mode mode;
	unsigned calls; /* counted */
};

void fault_arm(const struct fault *fault);
void fault_lift(void);
const struct strike *fault_outcome(void);

/* Should this call fail? Then errno says how. */
bool fault_strikes(const struct primitive *primitive);

/* A machine without a thing: each of its calls fails, faults or not, with the
 * first of its codes. NULL: a machine with everything. */
extern const char *fault_missing;

/* Blocks that the library has allocated and not freed. */
size_t fault_blocks(void);

#endif
