/* SPDX-License-Identifier: MIT */
/*
 * Lines of UTF-8, as fast as they can be found.
 *
 * The bytes at hand are checked far ahead, many lines at a time, and the first
 * \r among them that ends a line alone is known; so a line is found while it is
 * copied. What is not at hand as a whole, or not in order, is left alone: the
 * long way round (text_read.c) knows what to do.
 */
#include <stdlib.h>
#include <string.h>

#include "codec_kind.h"
#include "text.h"
#include "text_newline.h"

#define CHECK_BYTES 8192

/* A line in the bytes at hand. */
struct line {
	size_t length;      /* of its text, without what ends it */
	size_t whole;       /* of all of it, in the file; 0: there is none */
	const char *ending; /* as the reader is to see it */
};

static size_t find(const unsigned char *bytes, char what, size_t n)
{
	const unsigned char *found = n ? memchr(bytes, what, n) : NULL;

	return found ? (size_t)(found - bytes) : n;
}

/* The first \r of n bytes that is none of a \r\n, or the last of them all. */
static size_t find_lone_cr(const unsigned char *bytes, size_t n)
{
	typedef unsigned char block __attribute__((vector_size(16)));
	size_t at = find(bytes, '\r', n);

	for (; n - at > sizeof(block); at += sizeof(block)) {
		block these, next;
		uint64_t words[2];

		memcpy(&these, bytes + at, sizeof these);
		memcpy(&next, bytes + at + 1, sizeof next);
		these = (block)(these == '\r') & (block)(next != '\n');
		memcpy(words, &these, sizeof words);
		if (words[0] | words[1])
			break;
	}
	while (at < n &&
	       (bytes[at] != '\r' || (at + 1 < n && bytes[at + 1] == '\n')))
		at++;
	return at;
}

/* The first \r that may end a line, where \n is looked for, too: alone. */
static size_t find_cr(const struct text *text, const unsigned char *bytes,
		      size_t n)
{
	if (!(text->line_stops & CODEC_STOP_CR))
		return n;
	return text->line_stops & CODEC_STOP_LF ? find_lone_cr(bytes, n)
						: find(bytes, '\r', n);
}

/* Check some more of n bytes; false: there is nothing more in order. */
static bool check_more(struct text *text, const unsigned char *in, size_t n)
{
	size_t before = text->checked, more = n - before;

	if (more > CHECK_BYTES)
		more = CHECK_BYTES;
	more = tempfile__codec_utf8_prefix(in + before, more);
	text->checked += more;
	if (before == 0 || text->before_cr == before)
		text->before_cr = before + find_cr(text, in + before, more);
	return more > 0;
}

/* The first line end of n bytes, of which more are checked as needed. */
static size_t find_end(struct text *text, const unsigned char *in, size_t n)
{
	bool ends_at_lf = text->line_stops & CODEC_STOP_LF;
	size_t from = 0, at;

	do {
		at = text->checked;
		if (ends_at_lf)
			at = from + find(in + from, '\n', at - from);
		if (at > 0 && text->before_cr < at)
			at = text->before_cr;
		if (at < text->checked)
			return at;
		from = text->checked;
	} while (check_more(text, in, n));
	return n;
}

static struct line find_line(struct text *text, const unsigned char *in,
			     size_t n)
{
	bool both = text->line_stops == (CODEC_STOP_LF | CODEC_STOP_CR);
	size_t at = find_end(text, in, n);
	struct line line = {at, at + 1, "\n"};

	if (at == n || (text->ends_in_crlf && (at == 0 || in[at - 1] != '\r')))
		return (struct line){0};
	/* Whether \n follows has to be known. */
	if (both && in[at] == '\r' && at + 1 == text->checked &&
	    !check_more(text, in, n))
		return (struct line){0};
	if (both && in[at] == '\r' && in[at + 1] == '\n')
		line.whole++;
	if (both && in[at] == '\n' && at > 0 && in[at - 1] == '\r')
		line.length--;
	if (in[at] == '\r')
		line.ending = "\r";
	if (line.whole > line.length + 1)
		line.ending = "\r\n";
	if (text->translates)
		line.ending = "\n";
	return line;
}

/* -1 and ENOMEM. */
static int make_room(char **line, size_t *capacity, size_t needed)
{
	size_t wanted = *line ? 2 * *capacity : 0;
	char *larger;

	if (*line && needed <= *capacity)
		return 0;
	if (wanted < 128)
		wanted = 128;
	if (wanted < needed)
		wanted = needed;
	larger = realloc(*line, wanted);
	if (!larger)
		return -1;
	*line = larger;
	*capacity = wanted;
	return 0;
}

/* The bytes of a line are no longer at hand. */
static void move_on(struct text *text, const unsigned char *in, size_t n)
{
	text->checked -= n;
	if (text->before_cr >= n)
		text->before_cr -= n;
	else
		text->before_cr = find_cr(text, in + n, text->checked);
}

static ssize_t take_any_line(struct text *text, struct buffer *buffer,
			     const unsigned char *in, size_t n, char **line,
			     size_t *capacity)
{
	struct line found = find_line(text, in, n);
	size_t ending;

	if (found.whole == 0)
		return 0;
	ending = strlen(found.ending);
	if (make_room(line, capacity, found.length + ending + 1) < 0)
		return -1;
	memcpy(*line, in, found.length);
	memcpy(*line + found.length, found.ending, ending + 1);
	tempfile__buffer_skip(buffer, found.whole);
	move_on(text, in, found.whole);
	return (ssize_t)(found.length + ending);
}

/* Nothing is begun, on either side, and no mark of the byte order is here. */
static bool may_begin(const struct text *text, const struct buffer *buffer)
{
	return text->begun_length == 0 &&
	       text->pending_from == text->pending_to &&
	       (text->codec.mark == CODEC_UNMARKED ||
		tempfile__buffer_tell(buffer) > 0);
}

static ssize_t take_line(struct text *text, struct buffer *buffer, char **line,
			 size_t *capacity)
{
	const unsigned char *in;
	ssize_t n;

	if (text->checked == 0 && !may_begin(text, buffer))
		return 0;
	n = tempfile__buffer_peek(buffer, &in, 0);
	if (n <= 0)
		return 0;
	if ((size_t)n < text->checked)
		text->checked = text->before_cr = 0;
	return take_any_line(text, buffer, in, (size_t)n, line, capacity);
}

/* The long way. */
ssize_t tempfile__text_getline_any(struct buffer *buffer, char **line,
				   size_t *capacity, struct text *text)
{
	ssize_t taken = 0;

	if (text->codec.reading == &tempfile__codec_utf8)
		taken = take_line(text, buffer, line, capacity);
	if (taken == 0)
		taken = tempfile__text_read_line(text, buffer, line, capacity);
	return taken;
}

/* What most lines are: at hand and checked, ended by \n or \r\n, and no longer
 * than the one before. */
ssize_t tempfile__text_getline_plain(struct buffer *buffer, char **line,
				     size_t *capacity, struct text *text)
{
	unsigned char *to = (unsigned char *)*line;
	size_t limit = text->before_cr, length, whole;
	const unsigned char *in;

	if (limit == 0 || limit > tempfile__buffer_at_hand(buffer) || !to ||
	    *capacity == 0)
		return tempfile__text_getline_any(buffer, line, capacity, text);
	if (limit >= *capacity)
		limit = *capacity - 1;
	in = buffer->window + tempfile__buffer_cursor(buffer);
	length = tempfile__text_copy_until(to, in, limit, '\n');
	if (length == limit)
		return tempfile__text_getline_any(buffer, line, capacity, text);
	whole = length + 1;
	if (!text->translates || length == 0 || in[length - 1] != '\r')
		length++;
	to[length - 1] = '\n';
	to[length] = '\0';
	tempfile__text_skip_line(text, buffer, whole);
	return (ssize_t)length;
}
