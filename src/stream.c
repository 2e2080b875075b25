/* SPDX-License-Identifier: MIT */
/*
 * One face for binary and text, and for the FILE * that somebody asked for.
 *
 * A FILE * of text holds nothing, so text goes its own way whether there is one
 * or not; only binary goes through it.
 */
#include "stream.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "os.h"
#include "stdio_calls.h"
#include "text.h"

int tempfile__stream_open(struct stream *stream,
			  const struct tempfile_options *options,
			  const struct mode *mode)
{
	stream->readable = mode->readable;
	stream->writable = mode->writable;
	tempfile__buffer_open(&stream->buffer, options->buffering);
	if (!mode->text)
		return 0;
	/* What ends lines is not to be looked for in encoded bytes. */
	stream->buffer.flush_lines = false;
	stream->text = tempfile__text_open(options);
	return stream->text ? 0 : -1;
}

static int refuse(void)
{
	errno = EBADF;
	return -1;
}

ssize_t tempfile__stream_read(struct stream *stream, void *buf, size_t n)
{
	if (!stream->readable)
		return refuse();
	if (stream->text)
		return tempfile__text_read(stream->text, &stream->buffer, buf,
					   n);
	if (stream->stdio)
		return tempfile__stdio_read(stream, buf, n);
	return tempfile__buffer_read(&stream->buffer, buf, n);
}

ssize_t tempfile__stream_write(struct stream *stream, const void *buf, size_t n)
{
	if (!stream->writable)
		return refuse();
	if (stream->text)
		return tempfile__text_write(stream->text, &stream->buffer, buf,
					    n);
	if (stream->stdio)
		return tempfile__stdio_write(stream, buf, n);
	return tempfile__buffer_write(&stream->buffer, buf, n);
}

/* Append n bytes to the line, and a NUL. */
static int append(char **line, size_t *capacity, size_t length,
		  const unsigned char *bytes, size_t n)
{
	size_t wanted = length + n + 1;
	char *larger;

	if (!*line || wanted > *capacity) {
		if (wanted < *capacity * 2 && *line)
			wanted = *capacity * 2;
		if (wanted < 128)
			wanted = 128;
		larger = realloc(*line, wanted);
		if (!larger) {
			errno = ENOMEM;
			return -1;
		}
		*line = larger;
		*capacity = wanted;
	}
	tempfile__copy_few(*line + length, bytes, n);
	(*line)[length + n] = '\0';
	return 0;
}

static __attribute__((noinline)) ssize_t
getline_binary(struct buffer *buffer, char **line, size_t *capacity)
{
	int64_t start = tempfile__buffer_tell(buffer);
	const unsigned char *bytes = NULL;
	const unsigned char *end = NULL;
	size_t length = 0;
	ssize_t n;

	while (!end) {
		n = tempfile__buffer_peek(buffer, &bytes, 0);
		if (n <= 0)
			break;
		end = memchr(bytes, '\n', (size_t)n);
		if (end)
			n = end + 1 - bytes;
		if (append(line, capacity, length, bytes, (size_t)n) < 0) {
			n = -1;
			break;
		}
		tempfile__buffer_skip(buffer, (size_t)n);
		length += (size_t)n;
	}
	if (n < 0)
		(void)tempfile__buffer_seek(buffer, start, SEEK_SET);
	return n < 0 ? -1 : (ssize_t)length;
}

ssize_t tempfile__stream_getline(struct stream *stream, char **line,
				 size_t *capacity)
{
	if (!stream->readable)
		return refuse();
	if (stream->text)
		return tempfile__text_getline(stream->text, &stream->buffer,
					      line, capacity);
	if (stream->stdio)
		return tempfile__stdio_getline(stream, line, capacity);
	return getline_binary(&stream->buffer, line, capacity);
}

int64_t tempfile__stream_seek(struct stream *stream, int64_t offset, int whence)
{
	if (stream->text)
		return tempfile__text_seek(stream->text, &stream->buffer,
					   offset, whence);
	if (stream->stdio)
		return tempfile__stdio_seek(stream, offset, whence);
	return tempfile__buffer_seek(&stream->buffer, offset, whence);
}

int64_t tempfile__stream_tell(struct stream *stream)
{
	if (stream->stdio && !stream->text)
		return ftello(stream->stdio);
	return tempfile__buffer_tell(&stream->buffer);
}

/* What a FILE * holds of binary is the buffer's. */
static int empty_stdio(struct stream *stream)
{
	return stream->stdio ? tempfile__stdio_flush(stream) : 0;
}

int tempfile__stream_truncate(struct stream *stream, int64_t size)
{
	if (!stream->writable)
		return refuse();
	if (empty_stdio(stream) < 0)
		return -1;
	if (stream->text)
		return tempfile__text_truncate(stream->text, &stream->buffer,
					       size);
	return tempfile__buffer_truncate(&stream->buffer, size);
}

int tempfile__stream_flush(struct stream *stream)
{
	if (empty_stdio(stream) < 0)
		return -1;
	if (stream->text)
		return tempfile__text_flush(stream->text, &stream->buffer);
	return tempfile__buffer_flush(&stream->buffer);
}

int tempfile__stream_roll_over(struct stream *stream)
{
	if (empty_stdio(stream) < 0)
		return -1;
	return tempfile__buffer_roll_over(&stream->buffer);
}

FILE *tempfile__stream_stdio(struct stream *stream)
{
	if (!stream->readable && !stream->writable) {
		(void)refuse();
		return NULL;
	}
	if (!stream->stdio && tempfile__stdio_open(stream) < 0)
		return NULL;
	return stream->stdio;
}

int tempfile__stream_fileno(struct stream *stream)
{
	int64_t position;

	if (tempfile__stream_roll_over(stream) < 0 ||
	    tempfile__stream_flush(stream) < 0)
		return -1;
	position = tempfile__stream_tell(stream);
	if (position < 0)
		return -1;
	/* Of what somebody else made, it may be a socket or a fifo. */
	if (tempfile__os_seek(stream->buffer.storage.fd, position) < 0 &&
	    errno != ESPIPE)
		return -1;
	return stream->buffer.storage.fd;
}

int tempfile__stream_detach(struct stream *stream)
{
	int fd = tempfile__stream_fileno(stream);

	/* fclose closes its descriptor, whatever anybody says. */
	if (fd >= 0 && stream->owns_fd)
		fd = tempfile__os_duplicate(fd, 3);
	if (fd < 0)
		return -1;
	if (!stream->owns_fd)
		stream->buffer.storage.fd = -1;
	(void)tempfile__stream_close(stream);
	return fd;
}

void tempfile__stream_discard(struct stream *stream)
{
	if (stream->stdio)
		tempfile__stdio_discard(stream);
	if (stream->text)
		tempfile__text_discard(stream->text);
	tempfile__buffer_discard(&stream->buffer);
}

int tempfile__stream_close(struct stream *stream)
{
	int code = 0;

	if (stream->stdio && tempfile__stdio_close(stream) < 0)
		code = errno;
	if (stream->text &&
	    tempfile__text_close(stream->text, &stream->buffer) < 0 &&
	    code == 0)
		code = errno;
	stream->text = NULL;
	stream->readable = false;
	stream->writable = false;
	if (code == 0)
		return tempfile__buffer_close(&stream->buffer);
	(void)tempfile__buffer_close(&stream->buffer);
	errno = code;
	return -1;
}
