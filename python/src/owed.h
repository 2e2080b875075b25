/* SPDX-License-Identifier: MIT */
/* Names that this process owes the disk on behalf of Python objects. */
#ifndef CTEMPFILE_OWED_H
#define CTEMPFILE_OWED_H

#include <stdbool.h>
#include <tempfile.h>

struct owed {
	struct owed *next;
	struct owed *previous;
	char *path;
	struct tempfile *handle;   /* or NULL */
	struct tempdir *directory; /* or NULL */
	unsigned long process;     /* whose it is */
	void *owner;               /* who may ask for it again; or NULL */
	void *group;               /* of owners */
	bool is_directory;
	bool is_due; /* false: it is to be kept */
};

/* A copy of path is made. Handles may be put in. NULL and errno. */
struct owed *owed_new(const char *path, bool is_directory, bool is_due);

/* Has this process made or adopted it, and is not told to keep everything? */
bool owed_may_remove(const struct owed *owed);

/*
 * Remove it from the disk if it is this process's; 0, or -1 and errno. What is
 * gone already is an error for a file alone. It stays on the list.
 */
int owed_remove(const struct owed *owed);

/* Off the list, and free. */
void owed_forget(struct owed *owed);

/* Visit those of the group that are due. */
void owed_each(const void *group, void (*visit)(struct owed *, void *),
	       void *arg);

/* What the parent process owed is this one's now. */
void owed_adopt(void);

/* Remove a directory and what is in it; nothing there is fine. -1, errno. */
int remove_directory(const char *path);

#endif
