/* SPDX-License-Identifier: MIT */
/*
 * The stream's calls through the FILE * that somebody asked for.
 *
 * The C library remembers that a write failed but not why, and drops the bytes;
 * so a failure below is noted here, and closing tells it once more.
 */
#include "stdio_calls.h"

#include <errno.h>

#include "text.h"

ssize_t tempfile__stdio_take(struct stream *stream, void *buf, size_t n)
{
	if (stream->text)
		return tempfile__text_read(stream->text, &stream->buffer, buf,
					   n);
	return tempfile__buffer_read(&stream->buffer, buf, n);
}

ssize_t tempfile__stdio_give(struct stream *stream, const void *buf, size_t n)
{
	struct buffer *buffer = &stream->buffer;
	size_t wanted = buffer->wanted;
	ssize_t given = -1;

	/* Unbuffered for a moment: it is written now or was never accepted. */
	buffer->wanted = 0;
	if (tempfile__buffer_flush(buffer) == 0)
		given = stream->text ? tempfile__text_write(stream->text,
							    buffer, buf, n)
				     : tempfile__buffer_write(buffer, buf, n);
	buffer->wanted = wanted;
	if (given < 0 && stream->stdio_error == 0)
		stream->stdio_error = errno;
	return given;
}

int64_t tempfile__stdio_move(struct stream *stream, int64_t offset, int whence)
{
	if (stream->text)
		return tempfile__text_seek(stream->text, &stream->buffer,
					   offset, whence);
	return tempfile__buffer_seek(&stream->buffer, offset, whence);
}

static const char *stdio_mode(const struct stream *stream)
{
	if (!stream->writable)
		return "rb";
	return stream->readable ? "r+b" : "wb";
}

/* A limit is known here only, so what has one is written through here. */
static bool can_fdopen(const struct stream *stream)
{
	const struct storage *storage = &stream->buffer.storage;

	return !stream->text && !storage->in_memory && storage->limit == 0;
}

static int set_buffering(struct stream *stream)
{
	if (stream->text || stream->buffer.wanted == 0)
		return setvbuf(stream->stdio, NULL, _IONBF, 0);
	if (stream->buffer.flush_lines)
		return setvbuf(stream->stdio, NULL, _IOLBF, BUFSIZ);
	return 0;
}

int tempfile__stdio_open(struct stream *stream)
{
	const char *mode = stdio_mode(stream);
	FILE *stdio;
	int fd;

	if (can_fdopen(stream)) {
		fd = tempfile__stream_fileno(stream);
		stdio = fd < 0 ? NULL : fdopen(fd, mode);
	} else {
		stdio = tempfile__stdio_open_over(stream, mode);
	}
	if (!stdio)
		return -1;
	stream->owns_fd = can_fdopen(stream);
	stream->stdio = stdio;
	(void)set_buffering(stream);
	return 0;
}

/* The end of the file is where it was when last looked at, or farther. */
static void look_again(FILE *stdio)
{
	if (feof(stdio) && !ferror(stdio))
		clearerr(stdio);
}

/* A call that failed has moved nothing. */
static int go_back(FILE *stdio, off_t start)
{
	int error = errno;

	if (start >= 0)
		(void)fseeko(stdio, start, SEEK_SET);
	errno = error;
	return -1;
}

ssize_t tempfile__stdio_read(struct stream *stream, void *buf, size_t n)
{
	off_t start = ftello(stream->stdio);
	size_t got;

	look_again(stream->stdio);
	got = fread(buf, 1, n, stream->stdio);
	if (got < n && !feof(stream->stdio))
		return go_back(stream->stdio, start);
	return (ssize_t)got;
}

ssize_t tempfile__stdio_write(struct stream *stream, const void *buf, size_t n)
{
	off_t start = ftello(stream->stdio);

	if (fwrite(buf, 1, n, stream->stdio) < n)
		return go_back(stream->stdio, start);
	return (ssize_t)n;
}

ssize_t tempfile__stdio_getline(struct stream *stream, char **line,
				size_t *capacity)
{
	off_t start = ftello(stream->stdio);
	ssize_t length;

	look_again(stream->stdio);
	length = tempfile__stdio_take_line(stream->stdio, line, capacity);
	if (length < 0 && !feof(stream->stdio))
		return go_back(stream->stdio, start);
	return length < 0 ? 0 : length;
}

int64_t tempfile__stdio_seek(struct stream *stream, int64_t offset, int whence)
{
	if (fseeko(stream->stdio, offset, whence) < 0)
		return -1;
	return ftello(stream->stdio);
}

int tempfile__stdio_flush(struct stream *stream)
{
	return fflush(stream->stdio) == 0 ? 0 : -1;
}

void tempfile__stdio_discard(struct stream *stream)
{
	tempfile__stdio_purge(stream->stdio);
}

int tempfile__stdio_close(struct stream *stream)
{
	int code = stream->owns_fd && ferror(stream->stdio) ? EIO : 0;

	if (fclose(stream->stdio) != 0)
		code = errno;
	if (stream->stdio_error)
		code = stream->stdio_error;
	if (stream->owns_fd)
		stream->buffer.storage.fd = -1;
	stream->owns_fd = false;
	stream->stdio = NULL;
	stream->stdio_error = 0;
	if (code)
		errno = code;
	return code ? -1 : 0;
}
