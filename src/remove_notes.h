/* SPDX-License-Identifier: MIT */
/*
 * What a walk through a tree notes about the directories it stands in: the
 * names it has yet to enter, and the entries it had to leave. Each level's
 * notes lie on top of those of the levels above it.
 */
#ifndef TEMPFILE_REMOVE_NOTES_H
#define TEMPFILE_REMOVE_NOTES_H

#include "os.h"

/* Bytes of all names together, and how many entries. */
#define NOTES_NAMES_LIMIT ((size_t)1 << 20)
#define NOTES_LEFT_LIMIT  4096

struct notes {
	char *names;
	size_t names_length;
	size_t names_capacity;
	size_t left_length;
	uint64_t left[NOTES_LEFT_LIMIT]; /* inodes */
};

void tempfile__notes_start(struct notes *notes);
void tempfile__notes_end(struct notes *notes);

/*
 * Note the name of a level whose names start at `start`. false: there is no
 * room, which for a level's first name means that there is no memory.
 */
bool tempfile__notes_push(struct notes *notes, size_t start,
			  const struct os_entry *entry);

/* The last name noted, until the next push, and its inode. */
const char *tempfile__notes_pop(struct notes *notes, uint64_t *inode);

/* Entries beyond the limit are forgotten at once. */
void tempfile__notes_leave(struct notes *notes, uint64_t inode);

/* Was it left in the level whose left entries start at `start`? */
bool tempfile__notes_is_left(const struct notes *notes, size_t start,
			     uint64_t inode);

#endif
