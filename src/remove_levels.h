/* SPDX-License-Identifier: MIT */
/*
 * Where a walk through a tree stands: the directories from its root down to
 * the present one, the way back up, and the path of it all for people to read.
 */
#ifndef TEMPFILE_REMOVE_LEVELS_H
#define TEMPFILE_REMOVE_LEVELS_H

#include "os.h"

#define LEVELS_HELD 8

struct level {
	struct os_identity identity;
	size_t path_length; /* up to its name's end; the root's is 0 */
	/* The rest is the walk's, zero to begin with. */
	uint64_t inode; /* as the directory above lists it */
	size_t names;   /* in the notes, where its own start */
	size_t left;    /* likewise */
	/* When its last pass began: */
	int64_t removed_before; /* entries, of the whole tree */
	size_t left_before;     /* entries, in the notes */
	unsigned passes;
	bool due;       /* for a pass */
	bool cut_short; /* the last pass could not note all it should */
	bool failed;    /* something in it had to be left */
	bool unlocked;  /* or tried, which is done once */
};

struct levels {
	struct level *stack; /* the root first */
	size_t depth;        /* of the present level */
	size_t capacity;
	char *path; /* of the present level, then perhaps of a leaf in it */
	size_t path_capacity;
	int root;
	int held[LEVELS_HELD]; /* a ring of descriptors; -1: closed */
};

/* Stand at the root, whose descriptor stays the caller's. 0, or an error
 * number; in any case end it. */
int tempfile__levels_start(struct levels *levels, int root);
void tempfile__levels_end(struct levels *levels);

struct level *tempfile__levels_top(const struct levels *levels);
int tempfile__levels_fd(const struct levels *levels);

/* Name something in the present directory; the names until the next call. */
void tempfile__levels_set_leaf(struct levels *levels, const char *name);
const char *tempfile__levels_leaf(const struct levels *levels);
const char *tempfile__levels_leaf_path(const struct levels *levels);

/* Path of the present directory; there is no leaf any more. */
const char *tempfile__levels_path(struct levels *levels);

/*
 * Go down into the leaf, having unlocked it if need be. 0, or an error number
 * and nothing changed: ENOTDIR, EXDEV as tempfile__os_open_subdirectory.
 */
int tempfile__levels_enter(struct levels *levels);

/*
 * Go up; the directory left becomes the leaf, and what the walk noted of it
 * stays in stack[depth + 1]. ESTALE: somebody moved a part of the tree. Then
 * the present level is the lowest that can still be reached from the root, and
 * the leaf is what is lost. Not for the root.
 */
int tempfile__levels_leave(struct levels *levels);

#endif
