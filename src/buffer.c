/* SPDX-License-Identifier: MIT */
/*
 * Buffering and position.
 *
 * Reading fills the window and writing changes it, so a byte just written is
 * read back without a system call, and the two need no switching. The window
 * moves only when it is clean. If it cannot be cleaned (the disk is full) it
 * stays, reads go around it, and every later flush tries again: so nothing that
 * was accepted is ever lost or unreadable.
 */
#include "buffer.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tempfile.h"

void tempfile__buffer_open(struct buffer *buffer, int buffering)
{
	if (buffering == 0 || buffering == TEMPFILE_LINE_BUFFERED)
		buffer->wanted = BUFFER_DEFAULT_BYTES;
	else if (buffering > 0)
		buffer->wanted = (size_t)buffering;
	buffer->flush_lines = buffering == TEMPFILE_LINE_BUFFERED;
}

static bool is_dirty(const struct buffer *buffer)
{
	return buffer->dirty_from < buffer->dirty_to;
}

/* A clean, empty window at base; no longer than the file may become. */
static void move_window(struct buffer *buffer, int64_t base)
{
	int64_t limit =
		buffer->storage.limit ? buffer->storage.limit : INT64_MAX;

	buffer->base = base;
	buffer->length = 0;
	buffer->dirty_from = buffer->dirty_to = 0;
	buffer->capacity = buffer->window ? buffer->wanted : 0;
	if (limit - base < (int64_t)buffer->capacity)
		buffer->capacity = limit > base ? (size_t)(limit - base) : 0;
}

/* Make the storage's memory the window, or give it up if it is gone. */
static void attach(struct buffer *buffer)
{
	const struct storage *storage = &buffer->storage;

	if (storage->in_memory) {
		buffer->window = storage->memory;
		buffer->capacity = storage->capacity;
		buffer->length = (size_t)storage->size;
		buffer->dirty_from = buffer->dirty_to = 0;
	} else {
		buffer->window = NULL;
		move_window(buffer, 0);
	}
}

/* What was written to the window over memory is the storage's. */
static void detach(struct buffer *buffer)
{
	buffer->storage.size = (int64_t)buffer->length;
}

static bool ensure_window(struct buffer *buffer)
{
	if (!buffer->window && buffer->wanted > 0) {
		/* Without memory for it, it is as if unbuffered. */
		buffer->window = malloc(buffer->wanted);
		move_window(buffer, buffer->position);
	}
	return buffer->window != NULL;
}

static int write_dirty(struct buffer *buffer)
{
	return tempfile__storage_write(
		&buffer->storage, buffer->window + buffer->dirty_from,
		buffer->dirty_to - buffer->dirty_from,
		buffer->base + (int64_t)buffer->dirty_from);
}

/* Afterwards the window is empty: others may change what it would show. */
int tempfile__buffer_flush(struct buffer *buffer)
{
	if (buffer->storage.in_memory) {
		detach(buffer);
		return 0;
	}
	if (is_dirty(buffer) && write_dirty(buffer) < 0)
		return -1;
	move_window(buffer, buffer->position);
	return 0;
}

/* Bring the window to the position, filled from the storage. -1: it is dirty
 * and stays where it is, or reading fails. */
static int refill(struct buffer *buffer)
{
	ssize_t got;

	if (tempfile__buffer_flush(buffer) < 0 || !ensure_window(buffer))
		return -1;
	got = tempfile__storage_read(&buffer->storage, buffer->window,
				     buffer->capacity, buffer->base);
	if (got < 0)
		return -1;
	buffer->length = (size_t)got;
	return 0;
}

int64_t tempfile__buffer_size(struct buffer *buffer)
{
	int64_t end = buffer->base + (int64_t)buffer->dirty_to;
	int64_t size;

	if (buffer->storage.in_memory)
		return (int64_t)buffer->length;
	size = tempfile__storage_size(&buffer->storage);
	return size >= 0 && is_dirty(buffer) && end > size ? end : size;
}

/* Lay what is dirty over n bytes of the storage, which begin at offset. */
static void overlay(const struct buffer *buffer, unsigned char *bytes, size_t n,
		    int64_t offset)
{
	int64_t from = buffer->base + (int64_t)buffer->dirty_from;
	int64_t to = buffer->base + (int64_t)buffer->dirty_to;
	int64_t end = offset + (int64_t)n;

	if (from < offset)
		from = offset;
	if (to > end)
		to = end;
	if (from < to)
		memcpy(bytes + (from - offset),
		       buffer->window + (from - buffer->base),
		       (size_t)(to - from));
}

/* Read at the position without moving the window. */
static ssize_t read_around(struct buffer *buffer, void *buf, size_t n)
{
	int64_t left;
	ssize_t got;

	if (!is_dirty(buffer))
		return tempfile__storage_read(&buffer->storage, buf, n,
					      buffer->position);
	left = tempfile__buffer_size(buffer);
	if (left < 0)
		return -1;
	left -= buffer->position;
	if (left <= 0)
		return 0;
	if (n > (uint64_t)left)
		n = (size_t)left;
	got = tempfile__storage_read(&buffer->storage, buf, n,
				     buffer->position);
	if (got < 0)
		return -1;
	memset((char *)buf + got, 0, n - (size_t)got);
	overlay(buffer, buf, n, buffer->position);
	return (ssize_t)n;
}

/* Copy what the window has at the position, and move on. */
static size_t take(struct buffer *buffer, void *buf, size_t n)
{
	size_t at_hand = tempfile__buffer_at_hand(buffer);

	if (n > at_hand)
		n = at_hand;
	if (n > 0)
		memcpy(buf, buffer->window + tempfile__buffer_cursor(buffer),
		       n);
	buffer->position += (int64_t)n;
	return n;
}

static ssize_t read_beyond(struct buffer *buffer, void *buf, size_t n)
{
	ssize_t got;

	if (buffer->storage.in_memory)
		return 0;
	if (n < buffer->wanted && refill(buffer) == 0)
		return (ssize_t)take(buffer, buf, n);
	got = read_around(buffer, buf, n);
	if (got > 0)
		buffer->position += got;
	return got;
}

ssize_t tempfile__buffer_read(struct buffer *buffer, void *buf, size_t n)
{
	size_t done = take(buffer, buf, n);
	ssize_t got;

	if (done == n)
		return (ssize_t)done;
	got = read_beyond(buffer, (char *)buf + done, n - done);
	if (got < 0) {
		/* Fewer than n would say that the file ends there. */
		buffer->position -= (int64_t)done;
		return -1;
	}
	return (ssize_t)done + got;
}

/* Put them into the window, if they fit; 0 if they do not. */
static ssize_t write_window(struct buffer *buffer, const void *buf, size_t n)
{
	unsigned char *place = tempfile__buffer_place(buffer, n);

	if (!place)
		return 0;
	memcpy(place, buf, n);
	tempfile__buffer_put(buffer, n);
	return (ssize_t)n;
}

/* Past the memory at hand: it grows, or becomes a file. */
static ssize_t write_memory(struct buffer *buffer, const void *buf, size_t n)
{
	int result;

	detach(buffer);
	result = tempfile__storage_write(&buffer->storage, buf, n,
					 buffer->position);
	attach(buffer);
	if (result < 0)
		return -1;
	buffer->position += (int64_t)n;
	return (ssize_t)n;
}

static ssize_t write_file(struct buffer *buffer, const void *buf, size_t n)
{
	if (tempfile__buffer_flush(buffer) < 0)
		return -1;
	if (n < buffer->wanted && ensure_window(buffer) &&
	    write_window(buffer, buf, n) > 0)
		return (ssize_t)n;
	if (tempfile__storage_write(&buffer->storage, buf, n,
				    buffer->position) < 0)
		return -1;
	buffer->position += (int64_t)n;
	move_window(buffer, buffer->position);
	return (ssize_t)n;
}

static ssize_t write_anywhere(struct buffer *buffer, const void *buf, size_t n)
{
	if (n > (uint64_t)(INT64_MAX - buffer->position)) {
		errno = EFBIG;
		return -1;
	}
	if (n == 0)
		return 0;
	if (write_window(buffer, buf, n) > 0)
		return (ssize_t)n;
	return buffer->storage.in_memory ? write_memory(buffer, buf, n)
					 : write_file(buffer, buf, n);
}

static ssize_t write_lines(struct buffer *buffer, const void *buf, size_t n)
{
	ssize_t written = write_anywhere(buffer, buf, n);

	/* The bytes are accepted: if they cannot go on yet, a later flush or
	 * close will say so. */
	if (written > 0 && memchr(buf, '\n', n))
		(void)tempfile__buffer_flush(buffer);
	return written;
}

ssize_t tempfile__buffer_write(struct buffer *buffer, const void *buf, size_t n)
{
	if (buffer->flush_lines)
		return write_lines(buffer, buf, n);
	/* Most writes are small, follow one another, and end here. */
	if (n == 0 || !tempfile__buffer_is_at_end(buffer, n))
		return write_anywhere(buffer, buf, n);
	tempfile__copy_few(buffer->window + buffer->length, buf, n);
	tempfile__buffer_append(buffer, n);
	return (ssize_t)n;
}

/*
 * Many bytes go to the storage, and then the few before them to the window,
 * which cannot fail.
 */
ssize_t tempfile__buffer_write_large(struct buffer *buffer,
				     const unsigned char *head, size_t length,
				     const void *buf, size_t n)
{
	unsigned char *place;

	if (buffer->storage.in_memory || n < buffer->wanted ||
	    buffer->position > INT64_MAX - (int64_t)length)
		return 0;
	if (tempfile__buffer_flush(buffer) < 0)
		return -1;
	if (!ensure_window(buffer))
		return 0;
	place = tempfile__buffer_place(buffer, length);
	if (!place)
		return 0;
	if (tempfile__storage_write(&buffer->storage, buf, n,
				    buffer->position + (int64_t)length) < 0)
		return -1;
	memcpy(place, head, length);
	tempfile__buffer_put(buffer, length);
	buffer->position += (int64_t)n;
	return (ssize_t)(length + n);
}

/* Where the window is too small, or held by what cannot be written. */
static ssize_t peek_spare(struct buffer *buffer, const unsigned char **at)
{
	if (!buffer->spare)
		buffer->spare = malloc(BUFFER_PEEK_BYTES);
	if (!buffer->spare) {
		errno = ENOMEM;
		return -1;
	}
	*at = buffer->spare;
	return read_around(buffer, buffer->spare, BUFFER_PEEK_BYTES);
}

ssize_t tempfile__buffer_peek(struct buffer *buffer, const unsigned char **at,
			      size_t more)
{
	if (tempfile__buffer_at_hand(buffer) <= more &&
	    !buffer->storage.in_memory &&
	    (buffer->wanted <= more || refill(buffer) < 0))
		return peek_spare(buffer, at);
	if (tempfile__buffer_at_hand(buffer) > 0)
		*at = buffer->window + tempfile__buffer_cursor(buffer);
	return (ssize_t)tempfile__buffer_at_hand(buffer);
}

/* What offsets count from; -1 and errno. */
static int64_t origin(struct buffer *buffer, int whence)
{
	switch (whence) {
	case SEEK_SET:
		return 0;
	case SEEK_CUR:
		return buffer->position;
	case SEEK_END:
		return tempfile__buffer_size(buffer);
	default:
		errno = EINVAL;
		return -1;
	}
}

int64_t tempfile__buffer_seek(struct buffer *buffer, int64_t offset, int whence)
{
	int64_t from = origin(buffer, whence);

	if (from < 0)
		return -1;
	if (offset > INT64_MAX - from) {
		errno = EOVERFLOW;
		return -1;
	}
	if (offset < -from) {
		errno = EINVAL;
		return -1;
	}
	buffer->position = from + offset;
	return buffer->position;
}

/* Nothing of the window lies beyond size any more. */
static void clip(struct buffer *buffer, int64_t size)
{
	size_t length = size > buffer->base ? (size_t)(size - buffer->base) : 0;

	if (buffer->length > length)
		buffer->length = length;
	if (buffer->dirty_to > length)
		buffer->dirty_to = length;
	if (buffer->dirty_from > buffer->dirty_to)
		buffer->dirty_from = buffer->dirty_to;
}

/* The window over memory is the storage's while call is at work on it. */
static int call_storage(struct buffer *buffer,
			int (*call)(struct storage *storage, int64_t size),
			int64_t size)
{
	bool in_memory = buffer->storage.in_memory;
	int result;

	if (in_memory)
		detach(buffer);
	result = call(&buffer->storage, size);
	if (in_memory)
		attach(buffer);
	return result;
}

int tempfile__buffer_truncate(struct buffer *buffer, int64_t size)
{
	if (size < 0) {
		errno = EINVAL;
		return -1;
	}
	if (call_storage(buffer, tempfile__storage_truncate, size) < 0)
		return -1;
	clip(buffer, size);
	return 0;
}

int tempfile__buffer_reserve(struct buffer *buffer, int64_t size)
{
	return call_storage(buffer, tempfile__storage_reserve, size);
}

int tempfile__buffer_roll_over(struct buffer *buffer)
{
	int result;

	if (!buffer->storage.in_memory)
		return 0;
	detach(buffer);
	result = tempfile__storage_roll_over(&buffer->storage);
	attach(buffer);
	return result;
}

void tempfile__buffer_discard(struct buffer *buffer)
{
	if (!buffer->storage.in_memory)
		move_window(buffer, buffer->position);
}

int tempfile__buffer_close(struct buffer *buffer)
{
	int code = 0;

	if (buffer->window) {
		if (!buffer->storage.in_memory) {
			if (is_dirty(buffer) && write_dirty(buffer) < 0)
				code = errno;
			free(buffer->window);
		}
		buffer->window = NULL;
		move_window(buffer, 0);
	}
	if (buffer->spare)
		free(buffer->spare);
	buffer->spare = NULL;
	if (code == 0)
		return tempfile__storage_close(&buffer->storage);
	(void)tempfile__storage_close(&buffer->storage);
	errno = code;
	return -1;
}
