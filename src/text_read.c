/* SPDX-License-Identifier: MIT */
/*
 * Reading text.
 *
 * Each step decodes from the bytes that the buffer has at hand straight into
 * the reader's memory and skips exactly those, so there is nothing read ahead
 * that a position would have to account for. Line ends become \n there as well.
 * Where a line has to end the codec stops. Whether the \n of a \r\n follows a
 * \r at the end is a question to the buffer, which reads on if it has to.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "codec_kind.h"
#include "text.h"
#include "text_copy.h"

enum step { STEP_MORE, STEP_FULL, STEP_STOPPED, STEP_END, STEP_FAILED };

/* Where a call began, for the failure that must not have moved anything. */
struct reading {
	struct text *text;
	struct buffer *buffer;
	int64_t start;
	size_t pending_from, pending_to;
	size_t insufficient; /* bytes at hand that begin a character */
};

/* Decode what stands up to end, for the state that is behind it. */
static int decode_anew(struct text *text, struct buffer *buffer, int64_t end)
{
	unsigned char ignored[256];
	size_t insufficient = 0;
	int64_t left;

	while ((left = end - tempfile__buffer_tell(buffer)) > 0) {
		struct codec_span span = {.out = ignored,
					  .out_end = ignored + sizeof ignored};
		const unsigned char *in = ignored;
		ssize_t n = tempfile__buffer_peek(buffer, &in, insufficient);
		enum codec_result result;

		if (n < 0)
			return -1;
		if (n > left)
			n = (ssize_t)left;
		span.in = in;
		span.in_end = in + n;
		span.final = (size_t)n <= insufficient;
		span.at_start = tempfile__buffer_tell(buffer) == 0;
		result = tempfile__codec_decode(&text->codec, &span);
		tempfile__buffer_skip(buffer, (size_t)(span.in - in));
		insufficient = (size_t)(span.in_end - span.in);
		/* The bytes may be others, behind the handle's back. */
		if (result == CODEC_BAD || (span.in == in && span.final) ||
		    (span.in == in && result == CODEC_FULL)) {
			errno = EILSEQ;
			return -1;
		}
		if (result == CODEC_FULL)
			insufficient = 0;
	}
	return 0;
}

/*
 * A failure has left the position as it was, but no state of the codec can be
 * kept, so what led to it is decoded once more. -1: that cannot be read, and
 * everything is as before.
 */
static int recover(struct text *text, struct buffer *buffer)
{
	bool pending = text->pending_from < text->pending_to;
	int64_t start = tempfile__buffer_tell(buffer);
	int result;

	tempfile__codec_reset(&text->codec);
	(void)tempfile__buffer_seek(buffer, text->origin, SEEK_SET);
	result = decode_anew(text, buffer, pending ? text->pending_end : start);
	(void)tempfile__buffer_seek(buffer, start, SEEK_SET);
	text->codec.moved = true;
	text->codec.lost = result < 0;
	return result;
}

/* -1: it has failed, and nothing has changed. */
static int begin(struct reading *reading, struct text *text,
		 struct buffer *buffer)
{
	text->checked = text->before_cr = 0;
	*reading = (struct reading){
		.text = text,
		.buffer = buffer,
		.start = tempfile__buffer_tell(buffer),
		.pending_from = text->pending_from,
		.pending_to = text->pending_to,
	};
	if (text->codec.lost)
		return recover(text, buffer);
	if (!text->codec.moved)
		text->origin = reading->start;
	text->codec.moved = true;
	return 0;
}

/* The position as before; -1 and errno. */
static int undo(const struct reading *reading)
{
	struct text *text = reading->text;
	int error = errno;

	(void)tempfile__buffer_seek(reading->buffer, reading->start, SEEK_SET);
	text->pending_from = reading->pending_from;
	text->pending_to = reading->pending_to;
	tempfile__codec_lose(&text->codec);
	errno = error;
	return -1;
}

/* Decode into span what is at hand; *used: how many bytes that took. */
static enum step decode(struct reading *reading, struct codec_span *span,
			size_t *used)
{
	static const unsigned char nothing[1];
	const unsigned char *in = nothing;
	unsigned char *out = span->out;
	ssize_t n = tempfile__buffer_peek(reading->buffer, &in,
					  reading->insufficient);
	enum codec_result result;

	*used = 0;
	if (n < 0)
		return STEP_FAILED;
	span->in = in;
	span->in_end = in + n;
	span->final = (size_t)n <= reading->insufficient;
	span->at_start = tempfile__buffer_tell(reading->buffer) == 0;
	result = tempfile__codec_decode(&reading->text->codec, span);
	*used = (size_t)(span->in - in);
	reading->insufficient = (size_t)n - *used;
	switch (result) {
	case CODEC_FULL:
		reading->insufficient = 0;
		return STEP_FULL;
	case CODEC_STOPPED:
		reading->insufficient = 0;
		return STEP_STOPPED;
	case CODEC_BAD:
		return STEP_FAILED;
	case CODEC_MORE:
		break;
	}
	return span->final && *used == 0 && span->out == out ? STEP_END
							     : STEP_MORE;
}

static enum step step(struct reading *reading, struct codec_span *span)
{
	size_t used;
	enum step result = decode(reading, span, &used);

	tempfile__buffer_skip(reading->buffer, used);
	return result;
}

/* The same where bad bytes, which are ignored, may stand before it. */
static int skip_newline_after_ignored(struct reading *reading)
{
	enum step result = STEP_MORE;
	unsigned char next[1] = {0};
	size_t used;

	while (result == STEP_MORE) {
		struct codec_span span = {.out = next, .out_end = next + 1};

		result = decode(reading, &span, &used);
		if (span.out > next && next[0] != '\n')
			result = STEP_FULL;
		else if (span.out > next)
			result = STEP_STOPPED;
		if (result == STEP_MORE || result == STEP_STOPPED)
			tempfile__buffer_skip(reading->buffer, used);
	}
	reading->insufficient = 0;
	if (result == STEP_FAILED)
		return -1;
	return result == STEP_STOPPED;
}

/* Is \n next? Then skip it: 1. */
static int skip_newline(struct reading *reading)
{
	const struct codec *codec = &reading->text->codec;
	unsigned char newline[4];
	const unsigned char *at;
	size_t length;
	ssize_t n;

	/* A state could not be asked without changing it. */
	if (codec->errors == CODEC_IGNORE && !codec->stateful)
		return skip_newline_after_ignored(reading);
	length = tempfile__codec_newline(codec, newline);
	n = tempfile__buffer_peek(reading->buffer, &at, length - 1);
	if (n < 0)
		return -1;
	if ((size_t)n < length || memcmp(at, newline, length) != 0)
		return 0;
	tempfile__buffer_skip(reading->buffer, length);
	return 1;
}

/* Hand out what is left of a character that was begun. */
static int take_pending(struct reading *reading, unsigned char **out,
			size_t room)
{
	struct text *text = reading->text;
	size_t left = text->pending_to - text->pending_from;
	size_t n = left < room ? left : room;

	if (left == 0)
		return 0;
	if (n == left && tempfile__buffer_seek(reading->buffer,
					       text->pending_end, SEEK_SET) < 0)
		return -1;
	memcpy(*out, text->pending + text->pending_from, n);
	text->pending_from += n;
	*out += n;
	return 0;
}

/*
 * Decode the next character, which is longer than room, and begin it. Room is
 * given a byte at a time, so that no other follows it.
 */
static enum step split_character(struct reading *reading, unsigned char **out,
				 size_t room)
{
	struct text *text = reading->text;
	struct codec_span span = {0};
	enum step result = STEP_MORE;
	size_t size = room + 1, used = 0;

	while (result == STEP_MORE || result == STEP_FULL) {
		span.out = text->pending;
		span.out_end = text->pending + size;
		result = decode(reading, &span, &used);
		if (span.out > text->pending)
			break;
		tempfile__buffer_skip(reading->buffer, used);
		if (result == STEP_FULL && used == 0)
			size++;
	}
	if (span.out == text->pending)
		return result;
	text->pending_from = 0;
	text->pending_to = (size_t)(span.out - text->pending);
	text->pending_end =
		tempfile__buffer_tell(reading->buffer) + (int64_t)used;
	return take_pending(reading, out, room) < 0 ? STEP_FAILED : STEP_FULL;
}

/* Move what stands up to the next \r, or the end, to to; how much. */
static size_t move_line(unsigned char *to, const unsigned char *from, size_t n)
{
	const unsigned char *cr;

	if (from - to >= COPY_BLOCK)
		return copy_until(to, from, n, '\r');
	cr = memchr(from, '\r', n);
	if (cr)
		n = (size_t)(cr - from);
	memmove(to, from, n);
	return n;
}

/* Make \n of each \r and \r\n from here to the end, which moves. */
static int translate(struct reading *reading, unsigned char *from,
		     unsigned char **end)
{
	unsigned char *to = memchr(from, '\r', (size_t)(*end - from));

	if (!to)
		return 0;
	for (from = to; from < *end;) {
		size_t line;

		*to++ = '\n';
		from++;
		if (from == *end) {
			if (skip_newline(reading) < 0)
				return -1;
			break;
		}
		from += *from == '\n';
		line = move_line(to, from, (size_t)(*end - from));
		from += line;
		to += line;
	}
	*end = to;
	return 0;
}

/* One step, and its line ends as the reader is to see them. */
static enum step step_translated(struct reading *reading,
				 struct codec_span *span)
{
	const struct text *text = reading->text;
	unsigned char *from = span->out, *end;
	enum step result = step(reading, span);

	if (!text->translates || result == STEP_FAILED)
		return result;
	/* Only where the codec has stopped can \n be looked for behind it. */
	if (text->codec.stateful)
		from = result == STEP_STOPPED ? span->out - 1 : span->out;
	end = span->out;
	if (translate(reading, from, &span->out) < 0)
		return STEP_FAILED;
	if (result == STEP_STOPPED || (result == STEP_FULL && span->out < end))
		return STEP_MORE;
	return result;
}

/* Nothing is begun, and no mark of the byte order is here. */
static bool reads_straight(const struct text *text, const struct buffer *buffer)
{
	return text->codec.reading == &tempfile__codec_utf8 &&
	       text->pending_from == text->pending_to &&
	       (text->codec.mark == CODEC_UNMARKED ||
		tempfile__buffer_tell(buffer) > 0);
}

/*
 * UTF-8 is read into the reader's memory and looked at there; then there is
 * room again where line ends have become shorter. STEP_FULL: a character does
 * not fit. What is not in order is left to be read in steps.
 */
static enum step read_straight(struct reading *reading, struct codec_span *span)
{
	struct buffer *buffer = reading->buffer;

	while (span->out < span->out_end) {
		unsigned char *from = span->out;
		size_t n = (size_t)(span->out_end - from), good, begun;
		ssize_t got = tempfile__buffer_read(buffer, from, n);

		if (got < 0)
			return STEP_FAILED;
		good = tempfile__codec_utf8_prefix_after(0, from, (size_t)got,
							 &begun);
		(void)tempfile__buffer_seek(buffer, (int64_t)good - got,
					    SEEK_CUR);
		span->out += good;
		if (reading->text->translates &&
		    translate(reading, from, &span->out) < 0)
			return STEP_FAILED;
		if (good == 0 || good + begun < n)
			return STEP_MORE;
		if (begun &&
		    span->out_end - span->out < utf8_length(from[good]))
			return STEP_FULL;
	}
	return STEP_FULL;
}

ssize_t tempfile__text_read(struct text *text, struct buffer *buffer, void *buf,
			    size_t n)
{
	struct codec_span span = {.out = buf};
	struct reading reading;
	enum step result = STEP_MORE;

	if (tempfile__text_settle(text, buffer) < 0)
		return -1;
	if (begin(&reading, text, buffer) < 0)
		return -1;
	span.out_end = span.out + n;
	if (text->translates && text->codec.stateful)
		span.stops = CODEC_STOP_CR;
	if (take_pending(&reading, &span.out, n) < 0)
		return undo(&reading);
	if (n > 0 && reads_straight(text, buffer))
		result = read_straight(&reading, &span);
	while (span.out < span.out_end && result == STEP_MORE)
		result = step_translated(&reading, &span);
	if (result == STEP_FULL && span.out == (unsigned char *)buf)
		result = split_character(&reading, &span.out, n);
	if (result == STEP_FAILED)
		return undo(&reading);
	return span.out - (unsigned char *)buf;
}

/* Room for a character, the \n of a \r\n, and the end. */
#define LINE_ROOM (CODEC_LONGEST + 2)

static int grow_line(char **line, size_t *capacity, size_t length)
{
	size_t wanted = *line ? *capacity : 0;
	char *grown;

	if (*line && wanted - length >= LINE_ROOM && wanted > length)
		return 0;
	wanted = wanted < 64 ? 128 : 2 * wanted;
	grown = realloc(*line, wanted);
	if (!grown)
		return -1;
	*line = grown;
	*capacity = wanted;
	return 0;
}

/* Whether the line, which is at a stop, ends there: 1; what ends it is made
 * what the reader is to see. */
static int end_line(struct reading *reading, char *line, size_t *length)
{
	const struct text *text = reading->text;
	char *last = line + *length - 1;
	int follows = 0;

	if (text->ends_in_crlf)
		return *length >= 2 && last[-1] == '\r';
	if (*last == '\n' || !(text->line_stops & CODEC_STOP_LF))
		return 1;
	follows = skip_newline(reading);
	if (follows < 0)
		return -1;
	if (text->translates) {
		*last = '\n';
	} else if (follows) {
		last[1] = '\n';
		++*length;
	}
	return 1;
}

/* Read on until the line ends, or the file. */
static int read_line(struct reading *reading, char **line, size_t *capacity,
		     size_t *length)
{
	enum step result = STEP_MORE;
	int ended = 0;

	while (!ended && result != STEP_END) {
		struct codec_span span = {.stops = reading->text->line_stops};

		if (grow_line(line, capacity, *length) < 0)
			return -1;
		span.out = (unsigned char *)*line + *length;
		span.out_end = (unsigned char *)*line + *capacity - 2;
		if (take_pending(reading, &span.out, CODEC_LONGEST) < 0)
			return -1;
		result = step(reading, &span);
		*length = (size_t)((char *)span.out - *line);
		if (result == STEP_FAILED)
			return -1;
		if (result == STEP_STOPPED)
			ended = end_line(reading, *line, length);
		if (ended < 0)
			return -1;
	}
	return 0;
}

/*
 * What most lines are: at hand, whole, and ended by \n. Their length; 0 if this
 * one has to be looked at, which changes nothing.
 */
static ssize_t take_plain_line(struct text *text, struct buffer *buffer,
			       char *line, size_t capacity)
{
	struct codec_span span = {.out = (unsigned char *)line,
				  .stops = text->line_stops};
	const unsigned char *in;
	ssize_t n;

	if (text->codec.iconv || text->ends_in_crlf || capacity == 0 ||
	    text->pending_from < text->pending_to ||
	    tempfile__buffer_tell(buffer) == 0)
		return 0;
	n = tempfile__buffer_peek(buffer, &in, 0);
	if (n <= 0)
		return 0;
	span.in = in;
	span.in_end = in + n;
	span.out_end = span.out + capacity - 1;
	if (tempfile__codec_decode(&text->codec, &span) != CODEC_STOPPED ||
	    span.out[-1] != '\n')
		return 0;
	*span.out = '\0';
	tempfile__buffer_skip(buffer, (size_t)(span.in - in));
	return (char *)span.out - line;
}

ssize_t tempfile__text_read_line(struct text *text, struct buffer *buffer,
				 char **line, size_t *capacity)
{
	ssize_t taken = 0;
	struct reading reading;
	size_t length = 0;

	if (text->codec.reading != &tempfile__codec_utf8 && *line &&
	    text->begun_length == 0)
		taken = take_plain_line(text, buffer, *line, *capacity);
	if (taken != 0)
		return taken;
	if (tempfile__text_settle(text, buffer) < 0)
		return -1;
	if (begin(&reading, text, buffer) < 0)
		return -1;
	if (read_line(&reading, line, capacity, &length) < 0)
		return undo(&reading);
	(*line)[length] = '\0';
	return (ssize_t)length;
}
