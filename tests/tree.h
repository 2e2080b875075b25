/* SPDX-License-Identifier: MIT */
/* Trees for the tests of their removal, in memory where there is such a place.
 * What cannot be made ends the test program. */
#ifndef TEST_TREE_H
#define TEST_TREE_H

#include <stdbool.h>
#include <stddef.h>

#include "remove_tree.h"

#define NOBODY 65534

/* The directory `place`, and in it the directory "tree", both open. */
struct tree {
	char place[64];
	int at;
	int root;
};

void make_tree(struct tree *tree);
void drop_tree(struct tree *tree); /* and all that is left of it */

/* Ends the program unless result is at least 0; returns it. */
int must(int result);

void make_dir(int at, const char *path);
void make_path(int at, const char *path); /* with the directories above */
void make_file(int at, const char *path);
bool exists(int at, const char *path);

/* Levels called "d" below the root, without descriptors left. */
void make_deep(const struct tree *tree, unsigned levels);

/* Names of `length` characters; each a directory with one file if `dirs`. */
void make_wide(int at, unsigned count, size_t length, bool dirs);
void wide_name(char *name, unsigned number, size_t length);

/* 0, or errno; counts what it tells if counters is not NULL. */
struct counters {
	unsigned gone;
	unsigned failed;
	int error;           /* of the last failure */
	char last[512];      /* path told last */
	int64_t removed;     /* from struct removal */
	char first[512];     /* first_failure; "" */
	unsigned stop_after; /* calls; 0: never */
};
int remove_tree(const struct tree *tree, struct counters *counters);

/*
 * Run body in a child, as NOBODY if this is root; false if it returned
 * anything but 0. In it use CHECK, not the asserts of cmocka.
 */
bool in_child(int (*body)(void));
bool as_nobody(int (*body)(void));

#define CHECK(condition)                                              \
	do {                                                          \
		if (!(condition)) {                                   \
			check_failed(__FILE__, __LINE__, #condition); \
			return 1;                                     \
		}                                                     \
	} while (0)
void check_failed(const char *file, int line, const char *condition);

/* For cmocka: a tree as the state of a test. */
int set_up(void **state);
int tear_down(void **state);

/* Highest resident size in KiB; reset starts a new measurement. */
long peak_memory(void);
void reset_peak_memory(void);

#endif
