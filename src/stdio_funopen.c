/* SPDX-License-Identifier: MIT */
/* A FILE * over a stream where there is funopen: macOS and the BSDs. */
#include "stdio_calls.h"

static int funopen_read(void *stream, char *buf, int n)
{
	return (int)tempfile__stdio_take(stream, buf, (size_t)n);
}

static int funopen_write(void *stream, const char *buf, int n)
{
	return (int)tempfile__stdio_give(stream, buf, (size_t)n);
}

static off_t funopen_seek(void *stream, off_t offset, int whence)
{
	return tempfile__stdio_move(stream, offset, whence);
}

FILE *tempfile__stdio_open_over(struct stream *stream, const char *mode)
{
	(void)mode; /* what there is no function for cannot be done */
	/* Closing is the stream's, after the FILE * has been emptied. */
	return funopen(stream, stream->readable ? funopen_read : NULL,
		       stream->writable ? funopen_write : NULL, funopen_seek,
		       NULL);
}

void tempfile__stdio_purge(FILE *stdio)
{
	(void)fpurge(stdio);
}

ssize_t tempfile__stdio_take_line(FILE *stdio, char **line, size_t *capacity)
{
	return getline(line, capacity, stdio);
}
