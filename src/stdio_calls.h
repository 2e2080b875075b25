/* SPDX-License-Identifier: MIT */
/*
 * The stream's calls through the FILE * that somebody asked for.
 *
 * Binary on a descriptor: fdopen, and the buffer below is empty for good.
 * Everything else: a FILE * whose bytes come from here. Of text it is
 * unbuffered, so that nothing is in it that a call would have to go through.
 */
#ifndef TEMPFILE_STDIO_CALLS_H
#define TEMPFILE_STDIO_CALLS_H

#include "stream.h"

/*
 * stdio_cookie.c and its like: a FILE * over tempfile__stdio_take and its kin,
 * NULL and errno; what a FILE * holds, forgotten; and getline(3).
 */
FILE *tempfile__stdio_open_over(struct stream *stream, const char *mode);
void tempfile__stdio_purge(FILE *stdio);
ssize_t tempfile__stdio_take_line(FILE *stdio, char **line, size_t *capacity);

/* For such a FILE *: what was written is the kernel's at once, because fflush
 * does not come so far. */
ssize_t tempfile__stdio_take(struct stream *stream, void *buf, size_t n);
ssize_t tempfile__stdio_give(struct stream *stream, const void *buf, size_t n);
int64_t tempfile__stdio_move(struct stream *stream, int64_t offset, int whence);

/* stream->stdio, at the stream's position. */
int tempfile__stdio_open(struct stream *stream);

/* As the stream's, of binary streams with a FILE *. */
ssize_t tempfile__stdio_read(struct stream *stream, void *buf, size_t n);
ssize_t tempfile__stdio_write(struct stream *stream, const void *buf, size_t n);
ssize_t tempfile__stdio_getline(struct stream *stream, char **line,
				size_t *capacity);
int64_t tempfile__stdio_seek(struct stream *stream, int64_t offset, int whence);

/* Empty the FILE *, both ways. */
int tempfile__stdio_flush(struct stream *stream);

/* Forget what is still to be written. */
void tempfile__stdio_discard(struct stream *stream);

/* -1: that of fclose, or of an earlier write. */
int tempfile__stdio_close(struct stream *stream);

#endif
