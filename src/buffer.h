/* SPDX-License-Identifier: MIT */
/*
 * Buffering and position over a storage: one window on it, for reading and
 * writing alike, and one position, which need not be in the window.
 */
#ifndef TEMPFILE_BUFFER_H
#define TEMPFILE_BUFFER_H

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

/*
 * The bytes from the position on that are at hand, valid until the next call:
 * more than `more` (less than BUFFER_PEEK_BYTES) of them unless the file ends
 * before that. Their number, 0 at the end, -1.
 */
#define BUFFER_PEEK_BYTES 4096
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

/* Forget what has not been written yet. */
void tempfile__buffer_discard(struct buffer *buffer);

/* Flush, release everything, close the descriptor. -1: the first error. */
int tempfile__buffer_close(struct buffer *buffer);

#endif
