/* SPDX-License-Identifier: MIT */
/* The one recursive removal; it uses neither recursion nor paths. */
#ifndef TEMPFILE_REMOVE_TREE_H
#define TEMPFILE_REMOVE_TREE_H

#include "os.h"
#include "tempfile.h"

struct removal {
	/* Hears of each failure and each directory gone; may be NULL. */
	int (*progress)(const struct tempfile_removal *removal, void *arg);
	void *arg;
	/* Stop with ETIME when tempfile__os_milliseconds() has passed it; 0. */
	int64_t deadline;
	/* Leave the root itself, and in it what keep says; may be NULL. */
	bool contents_only;
	bool (*keep)(const char *name, void *arg);
	void *keep_arg;
	/* Filled in. */
	int64_t removed;
	char *first_failure; /* what could not be removed, relative to root; */
	/* for free(); NULL: none, or the root */
};

/*
 * Remove the directory `name` in the directory `at` and all below it. fd is a
 * descriptor of that directory, not consumed: only what it leads to is
 * emptied, and only if name is still it, name is removed (else ESTALE). ENOENT
 * is success all the way. Goes on after a failure; -1 and the first one's
 * errno. EBUSY: something is mounted inside. Not told.
 */
int tempfile__remove_tree(int at, const char *name, int fd,
			  struct removal *removal);

/*
 * The same without malloc and async-signal-safe, for the way out: no progress,
 * no unlocking of directories, no order.
 */
int tempfile__remove_tree_in_signal(int at, const char *name, int fd);

#endif
