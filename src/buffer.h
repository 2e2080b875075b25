/* SPDX-License-Identifier: MIT */
/*
 * Buffering and position over a storage: one window on it, for reading and
 * writing alike, and one position, which need not be in the window.
 */
#ifndef TEMPFILE_BUFFER_H
#define TEMPFILE_BUFFER_H

#include <string.h>

#include "storage.h"

#define BUFFER_DEFAULT_BYTES 16384

struct buffer {
	struct storage storage;
	int64_t position;
	/*
	 * The window: length bytes, of capacity, are the file's from offset
	 * base on. Those from dirty_from up to dirty_to are newer than the
	 * storage. Over memory the window is that memory, all of it.
	 */
	unsigned char *window; /* NULL: not needed yet, or never */
	size_t capacity;
	size_t length;
	size_t dirty_from, dirty_to;
	int64_t base;
	unsigned char *spare; /* for peek, where the window cannot be had */
	size_t wanted;        /* capacity over a descriptor; 0: unbuffered */
	bool flush_lines;
};

/* buffer->storage is filled in already; buffering as in the options. */
void tempfile__buffer_open(struct buffer *buffer, int buffering);

ssize_t tempfile__buffer_read(struct buffer *buffer, void *buf, size_t n);

/* n, or -1 and nothing changed. */
ssize_t tempfile__buffer_write(struct buffer *buffer, const void *buf,
			       size_t n);

/* The same of many bytes with a few before them; 0: not in this way. */
ssize_t tempfile__buffer_write_large(struct buffer *buffer,
				     const unsigned char *head, size_t length,
				     const void *buf, size_t n);

/*
 * The bytes from the position on that are at hand, valid until the next call:
 * more than `more` (less than BUFFER_PEEK_BYTES) of them unless the file ends
 * before that. Their number, 0 at the end, -1.
 */
#define BUFFER_PEEK_BYTES 4096
ssize_t tempfile__buffer_peek(struct buffer *buffer, const unsigned char **at,
			      size_t more);

/* Move the position over n bytes that peek has shown. */
static inline void tempfile__buffer_skip(struct buffer *buffer, size_t n)
{
	buffer->position += (int64_t)n;
}

static inline int64_t tempfile__buffer_tell(const struct buffer *buffer)
{
	return buffer->position;
}

int64_t tempfile__buffer_seek(struct buffer *buffer, int64_t offset,
			      int whence);
int64_t tempfile__buffer_size(struct buffer *buffer);
int tempfile__buffer_truncate(struct buffer *buffer, int64_t size);
int tempfile__buffer_reserve(struct buffer *buffer, int64_t size);
int tempfile__buffer_flush(struct buffer *buffer);
int tempfile__buffer_roll_over(struct buffer *buffer);

/*
 * What small calls are made of. Where in the window the position is; beyond its
 * length: nowhere.
 */
static inline uint64_t tempfile__buffer_cursor(const struct buffer *buffer)
{
	/* Before the window it is, unsigned, far beyond. */
	return (uint64_t)(buffer->position - buffer->base);
}

/* How many bytes are at hand without looking for more. */
static inline size_t tempfile__buffer_at_hand(const struct buffer *buffer)
{
	uint64_t at = tempfile__buffer_cursor(buffer);

	return at <= buffer->length ? buffer->length - (size_t)at : 0;
}

/* The place in the window for n bytes, more than none, at the position; NULL:
 * they do not fit. Then they are there: tempfile__buffer_put. */
static inline unsigned char *tempfile__buffer_place(struct buffer *buffer,
						    size_t n)
{
	uint64_t at = tempfile__buffer_cursor(buffer);

	return at <= buffer->length && n <= buffer->capacity - at
		       ? buffer->window + at
		       : NULL;
}

static inline void tempfile__buffer_put(struct buffer *buffer, size_t n)
{
	size_t from = (size_t)tempfile__buffer_cursor(buffer), to = from + n;
	bool is_clean = buffer->dirty_from >= buffer->dirty_to;

	if (is_clean || from < buffer->dirty_from)
		buffer->dirty_from = from;
	if (is_clean || to > buffer->dirty_to)
		buffer->dirty_to = to;
	if (buffer->length < to)
		buffer->length = to;
	buffer->position += (int64_t)n;
}

/*
 * Where one write follows another it is simpler. Whether n bytes fit at the
 * position, and both the window and what is dirty of it end there. Then they
 * are there: tempfile__buffer_append.
 */
static inline bool tempfile__buffer_is_at_end(const struct buffer *buffer,
					      size_t n)
{
	uint64_t at = tempfile__buffer_cursor(buffer);

	return at == buffer->dirty_to && at == buffer->length &&
	       n <= buffer->capacity - at;
}

static inline void tempfile__buffer_append(struct buffer *buffer, size_t n)
{
	buffer->dirty_to += n;
	buffer->length += n;
	buffer->position += (int64_t)n;
}

/* memcpy of very few bytes takes longer than they do. */
static inline void tempfile__copy_few(void *to, const void *from, size_t n)
{
	uint64_t first, last;

	if (n - sizeof first > sizeof last) {
		memcpy(to, from, n);
		return;
	}
	memcpy(&first, from, sizeof first);
	memcpy(&last, (const char *)from + n - sizeof last, sizeof last);
	memcpy(to, &first, sizeof first);
	memcpy((char *)to + n - sizeof last, &last, sizeof last);
}

/* Forget what has not been written yet. */
void tempfile__buffer_discard(struct buffer *buffer);

/* Flush, release everything, close the descriptor. -1: the first error. */
int tempfile__buffer_close(struct buffer *buffer);

#endif
