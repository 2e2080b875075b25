/* SPDX-License-Identifier: MIT */
/*
 * Two stacks in bounded memory.
 *
 * A name lies there as its characters, their zero, and a trailer by which it
 * is found from the top. All names together stay under NOTES_NAMES_LIMIT, but
 * for one name a level: without that one a level would never get on.
 */
#include "remove_notes.h"

#include <stdlib.h>
#include <string.h>

struct trailer {
	uint64_t inode;
	size_t length; /* of the characters and their zero */
};

void tempfile__notes_start(struct notes *notes)
{
	notes->names = NULL;
	notes->names_length = 0;
	notes->names_capacity = 0;
	notes->left_length = 0;
}

void tempfile__notes_end(struct notes *notes)
{
	free(notes->names);
}

static bool reserve(struct notes *notes, size_t need)
{
	size_t capacity = notes->names_capacity ? notes->names_capacity : 512;
	char *names;

	while (capacity < notes->names_length + need)
		capacity *= 2;
	if (capacity == notes->names_capacity)
		return true;
	names = realloc(notes->names, capacity);
	if (!names)
		return false;
	notes->names = names;
	notes->names_capacity = capacity;
	return true;
}

bool tempfile__notes_push(struct notes *notes, size_t start,
			  const struct os_entry *entry)
{
	struct trailer trailer = {entry->inode, strlen(entry->name) + 1};
	size_t need = trailer.length + sizeof trailer;
	size_t used = notes->names_length - start;
	size_t share;
	char *end;

	/* Half of what is left, so that those below get something too. */
	share = start < NOTES_NAMES_LIMIT ? (NOTES_NAMES_LIMIT - start) / 2 : 0;
	if ((used > 0 && used + need > share) || !reserve(notes, need))
		return false;
	end = notes->names + notes->names_length;
	memcpy(end, entry->name, trailer.length);
	memcpy(end + trailer.length, &trailer, sizeof trailer);
	notes->names_length += need;
	return true;
}

const char *tempfile__notes_pop(struct notes *notes, uint64_t *inode)
{
	struct trailer trailer;

	notes->names_length -= sizeof trailer;
	memcpy(&trailer, notes->names + notes->names_length, sizeof trailer);
	notes->names_length -= trailer.length;
	*inode = trailer.inode;
	return notes->names + notes->names_length;
}

void tempfile__notes_leave(struct notes *notes, uint64_t inode)
{
	if (notes->left_length < NOTES_LEFT_LIMIT)
		notes->left[notes->left_length++] = inode;
}

bool tempfile__notes_is_left(const struct notes *notes, size_t start,
			     uint64_t inode)
{
	for (size_t i = start; i < notes->left_length; i++)
		if (notes->left[i] == inode)
			return true;
	return false;
}
