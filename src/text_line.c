/* SPDX-License-Identifier: MIT */
/*
 * Lines of UTF-8, as fast as they can be found.
 *
 * The bytes at hand are checked far ahead, many lines at a time, and the first
 * \r among them is known; so a line is one search and one copy. What is not at
 * hand as a whole, or not in order, is left alone: the long way round
 * (text_read.c) knows what to do.
 */
#include <stdlib.h>
#include <string.h>

#include "codec_kind.h"
#include "text.h"

#define CHECK_BYTES 4096

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

static size_t find_cr(const struct text *text, const unsigned char *bytes,
		      size_t n)
{
	return text->line_stops & CODEC_STOP_CR ? find(bytes, '\r', n) : n;
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
	size_t at = find_end(text, in, n);
	struct line line = {at, at + 1, "\n"};
	bool both = text->line_stops == (CODEC_STOP_LF | CODEC_STOP_CR);

	if (at == n || (text->ends_in_crlf && (at == 0 || in[at - 1] != '\r')))
		return (struct line){0};
	if (in[at] == '\n')
		return line;
	/* Whether \n follows has to be known. */
	if (both && at + 1 == text->checked && !check_more(text, in, n))
		return (struct line){0};
	if (both && in[at + 1] == '\n')
		line.whole++;
	if (!text->translates)
		line.ending = line.whole > at + 1 ? "\r\n" : "\r";
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

/* What most lines are: checked, ended by \n alone, and no longer than the one
 * before. */
static ssize_t take_plain_line(struct text *text, struct buffer *buffer,
			       const unsigned char *in, char *line,
			       size_t capacity)
{
	const unsigned char *lf = memchr(in, '\n', text->checked);
	size_t length = lf ? (size_t)(lf + 1 - in) : 0;

	if (length == 0 || length > text->before_cr || length >= capacity)
		return 0;
	memcpy(line, in, length);
	line[length] = '\0';
	tempfile__buffer_skip(buffer, length);
	text->checked -= length;
	text->before_cr -= length;
	return (ssize_t)length;
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
	return text->unfinished_length == 0 &&
	       text->pending_from == text->pending_to &&
	       (text->codec.mark == CODEC_UNMARKED ||
		tempfile__buffer_tell(buffer) > 0);
}

ssize_t tempfile__text_take_line(struct text *text, struct buffer *buffer,
				 char **line, size_t *capacity)
{
	const unsigned char *in;
	ssize_t n, taken = 0;

	if (text->checked == 0 && !may_begin(text, buffer))
		return 0;
	n = tempfile__buffer_peek(buffer, &in, 0);
	if (n <= 0)
		return 0;
	if ((size_t)n < text->checked)
		text->checked = 0;
	if (text->checked > 0 && *line && !text->ends_in_crlf &&
	    text->line_stops & CODEC_STOP_LF)
		taken = take_plain_line(text, buffer, in, *line, *capacity);
	if (taken > 0)
		return taken;
	return take_any_line(text, buffer, in, (size_t)n, line, capacity);
}
