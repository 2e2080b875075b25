/* SPDX-License-Identifier: MIT */
/*
 * One face for binary and text, and for the FILE * that somebody asked for.
 */
#include "stream.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "os.h"

int tempfile__stream_open(struct stream *stream,
			  const struct tempfile_options *options,
			  const struct mode *mode)
{
	if (mode->text)
		return tempfile__fail_because(ENOSYS, "open", NULL,
					      "text modes are not there yet");
	stream->readable = mode->readable;
	stream->writable = mode->writable;
	tempfile__buffer_open(&stream->buffer, options->buffering);
	return 0;
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
	return tempfile__buffer_read(&stream->buffer, buf, n);
}

ssize_t tempfile__stream_write(struct stream *stream, const void *buf, size_t n)
{
	if (!stream->writable)
		return refuse();
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
	memcpy(*line + length, bytes, n);
	(*line)[length + n] = '\0';
	return 0;
}

ssize_t tempfile__stream_getline(struct stream *stream, char **line,
				 size_t *capacity)
{
	struct buffer *buffer = &stream->buffer;
	int64_t start = tempfile__buffer_tell(buffer);
	const unsigned char *bytes = NULL;
	const unsigned char *end = NULL;
	size_t length = 0;
	ssize_t n;

	if (!stream->readable)
		return refuse();
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

int64_t tempfile__stream_seek(struct stream *stream, int64_t offset, int whence)
{
	return tempfile__buffer_seek(&stream->buffer, offset, whence);
}

int64_t tempfile__stream_tell(struct stream *stream)
{
	return tempfile__buffer_tell(&stream->buffer);
}

int tempfile__stream_truncate(struct stream *stream, int64_t size)
{
	if (!stream->writable)
		return refuse();
	return tempfile__buffer_truncate(&stream->buffer, size);
}

int tempfile__stream_flush(struct stream *stream)
{
	return tempfile__buffer_flush(&stream->buffer);
}

int tempfile__stream_roll_over(struct stream *stream)
{
	return tempfile__buffer_roll_over(&stream->buffer);
}

FILE *tempfile__stream_stdio(struct stream *stream)
{
	(void)stream;
	errno = ENOSYS;
	return NULL;
}

int tempfile__stream_fileno(struct stream *stream)
{
	struct buffer *buffer = &stream->buffer;

	if (tempfile__stream_roll_over(stream) < 0 ||
	    tempfile__stream_flush(stream) < 0 ||
	    tempfile__os_seek(buffer->storage.fd, buffer->position) < 0)
		return -1;
	return buffer->storage.fd;
}

int tempfile__stream_detach(struct stream *stream)
{
	int fd = tempfile__stream_fileno(stream);

	if (fd < 0)
		return -1;
	stream->buffer.storage.fd = -1;
	(void)tempfile__stream_close(stream);
	return fd;
}

void tempfile__stream_discard(struct stream *stream)
{
	tempfile__buffer_discard(&stream->buffer);
}

int tempfile__stream_close(struct stream *stream)
{
	stream->readable = false;
	stream->writable = false;
	return tempfile__buffer_close(&stream->buffer);
}
