/* SPDX-License-Identifier: MIT */
/*
 * What a handle reads from and writes to: binary or text, or the FILE * that
 * somebody asked for; one face for all.
 */
#ifndef TEMPFILE_STREAM_H
#define TEMPFILE_STREAM_H

#include "buffer.h"
#include "options.h"

struct text;

struct stream {
	struct buffer buffer;
	struct text *text; /* NULL: binary */
	FILE *stdio;       /* NULL: nobody asked; else every call goes there */
	bool owns_fd;      /* the FILE * does: it closes the descriptor */
	int stdio_error; /* of the first write through the FILE * that failed */
	bool readable;
	bool writable;
};

/*
 * options and mode decide on text, encoding, buffering; buffer.storage is
 * filled in already. -1, told: EINVAL for an unknown encoding, nothing
 * allocated.
 */
int tempfile__stream_open(struct stream *stream,
			  const struct tempfile_options *options,
			  const struct mode *mode);

/* As the public functions of these names; not told, errno only. */
ssize_t tempfile__stream_read(struct stream *stream, void *buf, size_t n);
ssize_t tempfile__stream_write(struct stream *stream, const void *buf,
			       size_t n);
ssize_t tempfile__stream_getline(struct stream *stream, char **line,
				 size_t *capacity);
int64_t tempfile__stream_seek(struct stream *stream, int64_t offset,
			      int whence);
int64_t tempfile__stream_tell(struct stream *stream);
int tempfile__stream_truncate(struct stream *stream, int64_t size);
int tempfile__stream_flush(struct stream *stream);
int tempfile__stream_roll_over(struct stream *stream);
FILE *tempfile__stream_stdio(struct stream *stream);

/* The descriptor, flushed, its offset at the position; memory is left first. */
int tempfile__stream_fileno(struct stream *stream);

/* The same, no longer the stream's, which is closed. */
int tempfile__stream_detach(struct stream *stream);

/* Forget what has not been written yet. */
void tempfile__stream_discard(struct stream *stream);

/* Flush, release everything, close the descriptor. -1: the first error. */
int tempfile__stream_close(struct stream *stream);

#endif
