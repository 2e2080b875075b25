/* SPDX-License-Identifier: MIT */
/*
 * Writing text.
 *
 * A write is prepared whole and given to the buffer in one call, so that it
 * happens or does not. Text that is to be written as it stands is not even
 * copied. A character may come in several writes: what was begun waits until
 * its end comes, or something asks for what has been written.
 */
#include <errno.h>
#include <string.h>

#include "codec_kind.h"
#include "text.h"

int tempfile__text_settle(struct text *text, struct buffer *buffer)
{
	const unsigned char *bytes;
	struct scratch scratch;
	size_t length;
	int result;

	if (text->unfinished_length == 0)
		return 0;
	tempfile__scratch_open(&scratch);
	result = tempfile__codec_encode(
		&text->codec, text->unfinished, text->unfinished_length,
		tempfile__buffer_tell(buffer) == 0, &scratch, &bytes, &length);
	if (result < 0 && errno == EILSEQ)
		text->unfinished_length = 0;
	if (result == 0 && tempfile__buffer_write(buffer, bytes, length) < 0)
		result = -1;
	if (result == 0)
		text->unfinished_length = 0;
	tempfile__scratch_close(&scratch);
	return result;
}

/* What was begun before and n bytes of text, with the file's line ends. */
static int join(const struct text *text, const unsigned char *more, size_t n,
		struct scratch *joined)
{
	const unsigned char *end = more + n;
	const char *newline = text->newline ? text->newline : "";

	if (tempfile__scratch_add(joined, text->unfinished,
				  text->unfinished_length) < 0 ||
	    !tempfile__scratch_room(joined, n))
		return -1;
	while (more < end) {
		const unsigned char *line =
			*newline ? memchr(more, '\n', (size_t)(end - more))
				 : NULL;
		size_t length = (size_t)((line ? line : end) - more);
		unsigned char *to = tempfile__scratch_room(joined, length + 2);

		if (!to)
			return -1;
		memcpy(to, more, length);
		more += length;
		to += length;
		if (line) {
			more++;
			for (const char *byte = newline; *byte; byte++)
				*to++ = (unsigned char)*byte;
		}
		joined->length = (size_t)(to - joined->bytes);
	}
	return 0;
}

/* Write n bytes; those behind them begin a character. */
static int write_begun(struct text *text, struct buffer *buffer,
		       const unsigned char *from, size_t n, size_t unfinished)
{
	if (n > 0 && tempfile__buffer_write(buffer, from, n) < 0)
		return -1;
	for (size_t i = 0; i < unfinished; i++)
		text->unfinished[i] = from[n + i];
	text->unfinished_length = unfinished;
	return 0;
}

/* Encode and write n bytes of text but for the character begun at their end. */
static int write_encoded(struct text *text, struct buffer *buffer,
			 const unsigned char *from, size_t n)
{
	size_t unfinished = tempfile__codec_unfinished(from, n);
	const unsigned char *bytes;
	struct scratch scratch;
	size_t length;
	int result;

	tempfile__scratch_open(&scratch);
	result = tempfile__codec_encode(&text->codec, from, n - unfinished,
					tempfile__buffer_tell(buffer) == 0,
					&scratch, &bytes, &length);
	if (result < 0 && errno == EILSEQ && length < text->unfinished_length)
		text->unfinished_length = 0;
	if (result == 0 && length > 0 &&
	    tempfile__buffer_write(buffer, bytes, length) < 0)
		result = -1;
	if (result == 0)
		(void)write_begun(text, buffer, from + n - unfinished, 0,
				  unfinished);
	tempfile__scratch_close(&scratch);
	return result;
}

/* The same where what is in order needs no encoding. */
static int write_out(struct text *text, struct buffer *buffer,
		     const unsigned char *from, size_t n)
{
	size_t good = text->needs_no_encoding
			      ? tempfile__codec_utf8_prefix(from, n)
			      : 0;

	if (text->needs_no_encoding &&
	    (good == n ||
	     tempfile__codec_unfinished(from + good, n - good) == n - good))
		return write_begun(text, buffer, from, good, n - good);
	return write_encoded(text, buffer, from, n);
}

static int write_joined(struct text *text, struct buffer *buffer,
			const unsigned char *from, size_t n)
{
	struct scratch joined;
	int result;

	tempfile__scratch_open(&joined);
	result = join(text, from, n, &joined);
	if (result == 0)
		result = write_out(text, buffer, joined.bytes, joined.length);
	tempfile__scratch_close(&joined);
	return result;
}

static bool has_line_end(const void *buf, size_t n)
{
	return memchr(buf, '\n', n) || memchr(buf, '\r', n);
}

static ssize_t write_any(struct text *text, struct buffer *buffer,
			 const void *buf, size_t n)
{
	int result;

	if (n == 0)
		return 0;
	text->pending_from = text->pending_to = 0;
	text->checked = 0;
	tempfile__codec_reset(&text->codec);
	if (text->unfinished_length > 0 ||
	    (text->newline && memchr(buf, '\n', n)))
		result = write_joined(text, buffer, buf, n);
	else
		result = write_out(text, buffer, buf, n);
	if (result < 0)
		return -1;
	/* Accepted is accepted: what cannot go on yet, a later flush tells. */
	if (text->flush_lines && has_line_end(buf, n))
		(void)tempfile__buffer_flush(buffer);
	return (ssize_t)n;
}

ssize_t tempfile__text_write(struct text *text, struct buffer *buffer,
			     const void *buf, size_t n)
{
	if (!text->writes_as_is || text->unfinished_length > 0 || n == 0 ||
	    tempfile__codec_utf8_prefix(buf, n) < n)
		return write_any(text, buffer, buf, n);
	text->pending_from = text->pending_to = 0;
	text->checked = 0;
	return tempfile__buffer_write(buffer, buf, n);
}
