/* SPDX-License-Identifier: MIT */
/*
 * Buffering and position over a storage: one window on it, for reading and
 * writing alike, and one position.
 */
#ifndef TEMPFILE_BUFFER_H
#define TEMPFILE_BUFFER_H

#include "storage.h"

struct buffer {
	struct storage storage;
	/*
	 * The window: length bytes, of at most capacity, are the file's from
	 * offset base on; those from dirty_from up to dirty_to are newer than
	 * the storage. Over memory the window is that memory, and nothing is
	 * ever dirty. The position is base + cursor; cursor may be past length.
	 */
	unsigned char *window;
	size_t capacity;
	size_t length;
	size_t cursor;
	size_t dirty_from, dirty_to;
	int64_t base;
	size_t wanted_capacity; /* of the window, when there is one; 0: none */
	bool flush_lines;
};

/* storage is filled in already; buffering as in the options. */
void tempfile__buffer_open(struct buffer *buffer, int buffering);

ssize_t tempfile__buffer_read(struct buffer *buffer, void *buf, size_t n);
ssize_t tempfile__buffer_write(struct buffer *buffer, const void *buf,
			       size_t n);

/*
 * The bytes from the position on that are at hand: at least one unless the
 * file ends here, valid until the next call; their number, 0 at the end, -1.
 * more: also read on if there are not more than that many at hand.
 */
ssize_t tempfile__buffer_peek(struct buffer *buffer, const unsigned char **at,
			      size_t more);

/* Move the position over n bytes that peek has shown. */
void tempfile__buffer_skip(struct buffer *buffer, size_t n);

int64_t tempfile__buffer_tell(const struct buffer *buffer);
int64_t tempfile__buffer_seek(struct buffer *buffer, int64_t offset,
			      int whence);
int64_t tempfile__buffer_size(struct buffer *buffer);
int tempfile__buffer_truncate(struct buffer *buffer, int64_t size);
int tempfile__buffer_reserve(struct buffer *buffer, int64_t size);
int tempfile__buffer_flush(struct buffer *buffer);
int tempfile__buffer_roll_over(struct buffer *buffer);

/* Flush, release everything. -1: the first error. */
int tempfile__buffer_close(struct buffer *buffer);

#endif
