/* SPDX-License-Identifier: MIT */
/*
 * Text over a buffer: UTF-8 for who calls, the file's encoding and line ends in
 * the buffer. The position is the buffer's, which is always the beginning of
 * the next character that was not yet delivered whole.
 */
#ifndef TEMPFILE_TEXT_H
#define TEMPFILE_TEXT_H

#include "buffer.h"
#include "codec.h"
#include "tempfile.h"

struct text;

/* What n bytes of text are written by. The arguments stand where they stood
 * before, in who called, so that they need not be moved. */
typedef ssize_t text_writer(struct buffer *buffer, const void *buf, size_t n,
			    struct text *text);

/* What a line is read by; as tempfile__text_getline. */
typedef ssize_t text_line_reader(struct buffer *buffer, char **line,
				 size_t *capacity, struct text *text);

struct text {
	struct codec codec;
	text_line_reader *getline;
	text_writer *write, *usual_write;

	/* Reading: what ends lines, and whether it becomes \n. */
	unsigned line_stops;
	bool translates;
	bool ends_in_crlf; /* of the stops, \n ends a line only after \r */

	/* Writing: what \n becomes; NULL: itself. */
	const char *newline;
	bool flush_lines;
	bool needs_no_encoding; /* what is in order */

	/* The beginning of a character, whose end is still to be written: so
	 * many bytes, the first of them in bits 0 to 7. */
	uint32_t begun;
	size_t begun_length;
	/* What tells a character's rest from a byte that is none: the last
	 * bytes, the very last in bits 24 to 31, of begun, which zeros or what
	 * was written before it fill up; or of whole characters; or zeros. */
	uint32_t tail;

	/* A character of which the reader had room only for a part. The
	 * buffer's position goes to pending_end when the rest is read. */
	unsigned char pending[CODEC_LONGEST];
	size_t pending_from, pending_to;
	int64_t pending_end;

	/* Reading lines of UTF-8: so many of the bytes at hand are in order.
	 * Only between one line and the next; whatever else is done sets this
	 * to 0, and before_cr. */
	size_t checked;
	/* Where reading began in the codec's initial state, if it has moved. */
	int64_t origin;
	/* So many of those checked stand before the first \r that may end a
	 * line. */
	size_t before_cr;
};

/*
 * NULL, told: EINVAL for an encoding, errors or newline that nobody knows.
 */
struct text *tempfile__text_open(const struct tempfile_options *options);

/* What was begun is ended, then everything released. -1: the first error. */
int tempfile__text_close(struct text *text, struct buffer *buffer);

/* As the public functions of these names; not told, errno only. getline gives
 * 0 at the end of the file. */
ssize_t tempfile__text_read(struct text *text, struct buffer *buffer, void *buf,
			    size_t n);
static inline ssize_t tempfile__text_getline(struct text *text,
					     struct buffer *buffer, char **line,
					     size_t *capacity)
{
	return text->getline(buffer, line, capacity, text);
}
static inline ssize_t tempfile__text_write(struct text *text,
					   struct buffer *buffer,
					   const void *buf, size_t n)
{
	return text->write(buffer, buf, n, text);
}
int64_t tempfile__text_seek(struct text *text, struct buffer *buffer,
			    int64_t offset, int whence);
int tempfile__text_truncate(struct text *text, struct buffer *buffer,
			    int64_t size);
int tempfile__text_flush(struct text *text, struct buffer *buffer);

/* text_read.c: getline, the long way round. */
ssize_t tempfile__text_read_line(struct text *text, struct buffer *buffer,
				 char **line, size_t *capacity);

/*
 * Ways to read lines: any; those of UTF-8 that end in \n or \r\n; and for those
 * the fastest which this processor has (text_line_avx2.c or text_any.c).
 */
text_line_reader tempfile__text_getline_any, tempfile__text_getline_plain;
text_line_reader *tempfile__text_choose_line_reader(void);

/* Of what is checked so many bytes have been read, without a \r that ends a
 * line. */
static inline void tempfile__text_skip_line(struct text *text,
					    struct buffer *buffer, size_t n)
{
	tempfile__buffer_skip(buffer, n);
	text->checked -= n;
	text->before_cr -= n;
}

/*
 * Ways to write: any text; what needs nothing done to it if it is in order; and
 * for that the fastest which this processor has (text_write_avx2.c or
 * text_any.c).
 */
text_writer tempfile__text_write_any, tempfile__text_write_plain;
text_writer *tempfile__text_choose_writer(void);

/* What the reader has begun, or looked at, is about to change. */
static inline void tempfile__text_forget_reading(struct text *text)
{
	text->pending_from = text->pending_to = 0;
	text->checked = text->before_cr = 0;
}

/* Forget what was begun. */
void tempfile__text_discard(struct text *text);

/* Write what stands for an unfinished character. -1: EILSEQ, and it is gone;
 * or it could not be written. */
int tempfile__text_settle(struct text *text, struct buffer *buffer);

#endif
