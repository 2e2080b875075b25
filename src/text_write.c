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
#include "text_newline.h"

/* Half a surrogate pair is no UTF-8, but some handlers take it. */
static inline bool begins_surrogate(const struct text *text)
{
	return (text->begun & 0xE0FF) == 0xA0ED;
}

/* What was begun, for tempfile__codec_utf8_prefix_after. */
static inline uint32_t before(const struct text *text)
{
	return text->begun << 8 * (3 - text->begun_length);
}

/* length bytes begin a character; whoever goes on with half a surrogate pair
 * has to look twice. */
static inline void set_begun(struct text *text, uint32_t begun, size_t length,
			     uint32_t tail)
{
	text->begun = begun;
	text->begun_length = length;
	text->tail = tail;
	text->write = begins_surrogate(text) ? tempfile__text_write_any
					     : text->usual_write;
}

/* The length bytes at from begin a character. */
static inline void begin(struct text *text, const unsigned char *from,
			 size_t length)
{
	uint32_t begun = 0, tail = 0;

	for (size_t i = 0; i < length; i++) {
		begun |= (uint32_t)from[i] << 8 * i;
		tail = tail >> 8 | (uint32_t)from[i] << 24;
	}
	set_begun(text, begun, length, tail);
}

/* What was begun, at to; behind it. */
static inline unsigned char *put_begun(const struct text *text,
				       unsigned char *to)
{
	for (size_t i = 0; i < text->begun_length; i++)
		*to++ = (unsigned char)(text->begun >> 8 * i);
	return to;
}

int tempfile__text_settle(struct text *text, struct buffer *buffer)
{
	const unsigned char *bytes;
	unsigned char begun[3];
	struct scratch scratch;
	size_t length;
	int result;

	if (text->begun_length == 0)
		return 0;
	(void)put_begun(text, begun);
	tempfile__scratch_open(&scratch);
	result = tempfile__codec_encode(&text->codec, begun, text->begun_length,
					tempfile__buffer_tell(buffer) == 0,
					&scratch, &bytes, &length);
	if (result == 0 && tempfile__buffer_write(buffer, bytes, length) < 0)
		result = -1;
	else if (result == 0 || errno == EILSEQ)
		begin(text, NULL, 0);
	tempfile__scratch_close(&scratch);
	return result;
}

/* What was begun before and n bytes of text, with the file's line ends, at to,
 * where there is room for most_joined; behind it. */
static unsigned char *join(const struct text *text, unsigned char *to,
			   const unsigned char *from, size_t n)
{
	to = put_begun(text, to);
	if (text->newline && text->newline[1])
		return to + tempfile__text_lengthen_ends(to, from, n);
	memcpy(to, from, n);
	for (size_t i = 0; text->newline && i < n; i++)
		to[i] = to[i] == '\n' ? '\r' : to[i];
	return to + n;
}

static size_t most_joined(const struct text *text, size_t n)
{
	return text->begun_length + (text->newline ? 2 * n : n);
}

/* The same in scratch. */
static int join_apart(const struct text *text, struct scratch *scratch,
		      const unsigned char *from, size_t n)
{
	unsigned char *to =
		tempfile__scratch_room(scratch, most_joined(text, n));

	if (!to)
		return -1;
	scratch->length = (size_t)(join(text, to, from, n) - to);
	return 0;
}

/* Encode and write n bytes of text but for the character begun at their end. */
static int write_encoded(struct text *text, struct buffer *buffer,
			 const unsigned char *from, size_t n)
{
	size_t begun = tempfile__codec_unfinished(from, n);
	const unsigned char *bytes;
	struct scratch scratch;
	size_t length;
	int result;

	tempfile__scratch_open(&scratch);
	result = tempfile__codec_encode(&text->codec, from, n - begun,
					tempfile__buffer_tell(buffer) == 0,
					&scratch, &bytes, &length);
	if (result < 0 && errno == EILSEQ && length < text->begun_length)
		begin(text, NULL, 0);
	if (result == 0 && length > 0 &&
	    tempfile__buffer_write(buffer, bytes, length) < 0)
		result = -1;
	if (result == 0)
		begin(text, from + n - begun, begun);
	tempfile__scratch_close(&scratch);
	return result;
}

/* Whatever it is. */
static NOT_INLINED int write_any(struct text *text, struct buffer *buffer,
				 const unsigned char *from, size_t n)
{
	struct scratch joined;
	int result;

	tempfile__codec_reset(&text->codec);
	if (text->begun_length == 0 &&
	    !(text->newline && memchr(from, '\n', n)))
		return write_encoded(text, buffer, from, n);
	tempfile__scratch_open(&joined);
	result = join_apart(text, &joined, from, n);
	if (result == 0)
		result = write_encoded(text, buffer, joined.bytes,
				       joined.length);
	tempfile__scratch_close(&joined);
	return result;
}

/* What is in order, but does not fit where it belongs. */
static NOT_INLINED int write_apart(const struct text *text,
				   struct buffer *buffer,
				   const unsigned char *from, size_t n)
{
	bool as_it_is = !text->newline || !memchr(from, '\n', n);
	unsigned char begun[3];
	struct scratch scratch;
	ssize_t written = 0;

	if (as_it_is && text->begun_length > 0) {
		(void)put_begun(text, begun);
		written = tempfile__buffer_write_large(
			buffer, begun, text->begun_length, from, n);
	} else if (as_it_is) {
		written = tempfile__buffer_write(buffer, from, n);
	}
	if (written != 0)
		return written < 0 ? -1 : 0;
	tempfile__scratch_open(&scratch);
	if (join_apart(text, &scratch, from, n) < 0 ||
	    tempfile__buffer_write(buffer, scratch.bytes, scratch.length) < 0)
		written = -1;
	tempfile__scratch_close(&scratch);
	return (int)written;
}

/* Write what is in order and needs no encoding; 1: it is not. */
static int write_in_order(struct text *text, struct buffer *buffer,
			  const unsigned char *from, size_t n)
{
	size_t begun;
	size_t good = tempfile__codec_utf8_prefix_after(before(text), from, n,
							&begun);
	unsigned char *place;

	if (good == 0 || good + begun < n || begins_surrogate(text))
		return 1;
	place = tempfile__buffer_place(buffer, most_joined(text, good));
	if (place)
		tempfile__buffer_put(
			buffer,
			(size_t)(join(text, place, from, good) - place));
	else if (write_apart(text, buffer, from, good) < 0)
		return -1;
	begin(text, from + good, begun);
	return 0;
}

static bool has_line_end(const void *buf, size_t n)
{
	return memchr(buf, '\n', n) || memchr(buf, '\r', n);
}

ssize_t tempfile__text_write_any(struct buffer *buffer, const void *buf,
				 size_t n, struct text *text)
{
	int result = 1;

	if (n == 0)
		return 0;
	tempfile__text_forget_reading(text);
	if (text->needs_no_encoding)
		result = write_in_order(text, buffer, buf, n);
	if (result > 0)
		result = write_any(text, buffer, buf, n);
	if (result < 0)
		return -1;
	/* Accepted is accepted: what cannot go on yet, a later flush tells. */
	if (text->flush_lines && has_line_end(buf, n))
		(void)tempfile__buffer_flush(buffer);
	return (ssize_t)n;
}

#define BLOCK 16

/* So many bytes, at most eight, from both ends, which may overlap: copied,
 * unless not ASCII. */
static inline bool copy_ends(unsigned char *to, const unsigned char *from,
			     size_t n, size_t size)
{
	uint64_t first = 0, last = 0;

	memcpy(&first, from, size);
	memcpy(&last, from + n - size, size);
	if ((first | last) & EACH_BYTE(0x80))
		return false;
	memcpy(to, &first, size);
	memcpy(to + n - size, &last, size);
	return true;
}

/* The same of all, at most two blocks. */
static inline bool copy_short_ascii(unsigned char *to,
				    const unsigned char *from, size_t n)
{
	uint64_t first[2], last[2];

	/* Each of a size that is known here, which makes it a load. */
	if (n < 2)
		return copy_ends(to, from, n, 1);
	if (n < 4)
		return copy_ends(to, from, n, 2);
	if (n < 8)
		return copy_ends(to, from, n, 4);
	if (n < BLOCK)
		return copy_ends(to, from, n, 8);
	memcpy(first, from, BLOCK);
	memcpy(last, from + n - BLOCK, BLOCK);
	if ((first[0] | first[1] | last[0] | last[1]) & EACH_BYTE(0x80))
		return false;
	memcpy(to, first, BLOCK);
	memcpy(to + n - BLOCK, last, BLOCK);
	return true;
}

/* Text that is to be written as it is, and at place. What is begun before and
 * after it is moved as a word. */
static NOT_INLINED ssize_t write_at(struct text *text, struct buffer *buffer,
				    unsigned char *place,
				    const unsigned char *from, size_t n)
{
	size_t begun, length = text->begun_length;
	size_t good = tempfile__codec_utf8_prefix_after(before(text), from, n,
							&begun);
	uint64_t word;

	if (good < sizeof word || good + begun < n)
		return tempfile__text_write_any(buffer, from, n, text);
	word = little_endian(text->begun);
	memcpy(place, &word, sizeof word);
	memcpy(place + length, from, good);
	word = little_endian(load_word(from + n - sizeof word)) >> 32;
	set_begun(text, (uint32_t)(word >> 8 * (4 - begun)), begun,
		  (uint32_t)word);
	tempfile__buffer_put(buffer, length + good);
	tempfile__text_forget_reading(text);
	return (ssize_t)n;
}

/* Most writes are short, in order, to be written as they are, and fit where
 * they belong. */
ssize_t tempfile__text_write_plain(struct buffer *buffer, const void *buf,
				   size_t n, struct text *text)
{
	unsigned char *place =
		tempfile__buffer_place(buffer, text->begun_length + n);

	if (n == 0 || !place)
		return tempfile__text_write_any(buffer, buf, n, text);
	if (n <= 2 * BLOCK && !text->begun && copy_short_ascii(place, buf, n)) {
		tempfile__buffer_put(buffer, n);
		tempfile__text_forget_reading(text);
		return (ssize_t)n;
	}
	if (n < BLOCK)
		return tempfile__text_write_any(buffer, buf, n, text);
	return write_at(text, buffer, place, buf, n);
}
