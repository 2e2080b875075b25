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
	/* Stop with ETIMEDOUT when tempfile__os_milliseconds() has passed it;
	 * 0. */
	int64_t deadline;
	/* Leave the root itself, and in it what keep says; may be NULL. */
	bool contents_only;
	bool (*keep)(const char *name, void *arg);
	void *keep_arg;
	/* Filled in: entries, and the path in the tree of the first that could
	 * not be removed, for free(). NULL: none, the root, or stopped. */
	int64_t removed;
	char *first_failure;
};

/*
 * Remove the directory `name` in the directory `at` and all below it. fd is a
 * descriptor of that directory, open for reading and not consumed: only what
 * it leads to is emptied, and only if name is still it, name is removed (else
 * ESTALE). ENOENT is success all the way. Goes on after a failure; -1 and the
 * first one's errno, or why it stopped: ETIMEDOUT, ECANCELED. EBUSY: something
 * is mounted inside. ESTALE: a part of the tree was moved away meanwhile.
 * ENOMEM. Not told.
 */
int tempfile__remove_tree(int at, const char *name, int fd,
			  struct removal *removal);

/*
 * The same without malloc and async-signal-safe, for the way out: no progress,
 * no deadline, no unlocking of directories. EBUSY also if this process is in
 * the middle of another such removal.
 */
int tempfile__remove_tree_in_signal(int at, const char *name, int fd);

/*
 * The same until it succeeds, or for a tenth of a second: another thread may be
 * just creating something in it, and be waiting for its turn.
 */
void tempfile__remove_tree_at_last(int at, const char *name, int fd);

#endif
