/* SPDX-License-Identifier: MIT */
/*
 * Where the C library makes no FILE * but of a descriptor: binary files have
 * one all the same, text and what is in memory have none.
 */
#include <errno.h>
#include <stdlib.h>

#include "stdio_calls.h"

FILE *tempfile__stdio_open_over(struct stream *stream, const char *mode)
{
	(void)stream;
	(void)mode;
	errno = ENOTSUP;
	return NULL;
}

/* Only a forked child has anything to forget, and who has fork has more. */
void tempfile__stdio_purge(FILE *stdio)
{
	(void)stdio;
}

static int reserve(char **line, size_t *capacity, size_t size)
{
	size_t larger = *capacity < 64 ? 128 : *capacity * 2;
	char *place;

	if (*line && size <= *capacity)
		return 0;
	place = realloc(*line, larger);
	if (!place) {
		errno = ENOMEM;
		return -1;
	}
	*line = place;
	*capacity = larger;
	return 0;
}

ssize_t tempfile__stdio_take_line(FILE *stdio, char **line, size_t *capacity)
{
	size_t length = 0;
	int c = 0;

	while (c != '\n' && (c = getc(stdio)) != EOF) {
		if (reserve(line, capacity, length + 2) < 0)
			return -1;
		(*line)[length++] = (char)c;
	}
	if (length == 0 || ferror(stdio))
		return -1;
	(*line)[length] = '\0';
	return (ssize_t)length;
}
