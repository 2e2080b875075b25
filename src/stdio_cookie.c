/* SPDX-License-Identifier: MIT */
/* A FILE * over a stream where there is fopencookie: glibc, musl, newlib. */
#include <stdio_ext.h>

#include "os.h"
#include "stdio_calls.h"

static ssize_t cookie_read(void *stream, char *buf, size_t n)
{
	return tempfile__stdio_take(stream, buf, n);
}

static ssize_t cookie_write(void *stream, const char *buf, size_t n)
{
	ssize_t given = tempfile__stdio_give(stream, buf, n);

	return given < 0 ? tempfile__os_cookie_failure : given;
}

static int cookie_seek(void *stream, off64_t *offset, int whence)
{
	int64_t position = tempfile__stdio_move(stream, *offset, whence);

	if (position < 0)
		return -1;
	*offset = position;
	return 0;
}

FILE *tempfile__stdio_open_over(struct stream *stream, const char *mode)
{
	/* Closing is the stream's, after the FILE * has been emptied. */
	const cookie_io_functions_t functions = {
		.read = cookie_read,
		.write = cookie_write,
		.seek = cookie_seek,
	};

	return fopencookie(stream, mode, functions);
}

void tempfile__stdio_purge(FILE *stdio)
{
	__fpurge(stdio);
}

ssize_t tempfile__stdio_take_line(FILE *stdio, char **line, size_t *capacity)
{
	return getline(line, capacity, stdio);
}
