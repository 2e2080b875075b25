/* SPDX-License-Identifier: MIT */
/* Memory that grows while one write is encoded. */
#include "codec.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

void tempfile__scratch_open(struct scratch *scratch)
{
	scratch->bytes = scratch->local;
	scratch->length = 0;
	scratch->capacity = sizeof scratch->local;
}

void tempfile__scratch_close(struct scratch *scratch)
{
	if (scratch->bytes != scratch->local)
		free(scratch->bytes);
}

static int grow(struct scratch *scratch, size_t capacity)
{
	bool is_local = scratch->bytes == scratch->local;
	unsigned char *bytes =
		realloc(is_local ? NULL : scratch->bytes, capacity);

	if (!bytes)
		return -1;
	if (is_local)
		memcpy(bytes, scratch->local, scratch->length);
	scratch->bytes = bytes;
	scratch->capacity = capacity;
	return 0;
}

unsigned char *tempfile__scratch_room(struct scratch *scratch, size_t n)
{
	if (n > PTRDIFF_MAX / 2 - scratch->length) {
		errno = ENOMEM;
		return NULL;
	}
	if (n > scratch->capacity - scratch->length) {
		size_t twice = 2 * scratch->capacity;
		size_t needed = scratch->length + n;

		if (grow(scratch, needed > twice ? needed : twice) < 0)
			return NULL;
	}
	return scratch->bytes + scratch->length;
}

int tempfile__scratch_add(struct scratch *scratch, const void *bytes, size_t n)
{
	unsigned char *room = tempfile__scratch_room(scratch, n);

	if (!room)
		return -1;
	memcpy(room, bytes, n);
	scratch->length += n;
	return 0;
}
