/* SPDX-License-Identifier: MIT */
/*
 * What the tests of publishing share: the kinds of files that can be published,
 * and what is written, was there before and is found at a name.
 */
#ifndef TEST_PUBLISHING_H
#define TEST_PUBLISHING_H

#include "support.h"

/* Each opens one; what was written into it is unflushed so far. */
struct kind {
	const char *name;
	struct tempfile *(*open)(const char *target);
};
extern const struct kind kinds[8];

/* The kind whose first name stays beside the second. */
struct tempfile *open_kept(const char *target);

/* Put where the position is; read from the beginning, up to 63 bytes. */
void put(struct tempfile *file, const char *text);
void check_reads(struct tempfile *file, const char *text);

/* At path, behind the handle's back. */
void make_old(const char *path, unsigned permissions);
void check_holds(const char *path, const char *text);

/*
 * Nothing is there but the target, and it has no other name. Over a network the
 * number of names may be what it was a second ago.
 */
void check_alone(const char *path, const char *directory);

#endif
