/* SPDX-License-Identifier: MIT */
/*
 * Reading text: so many bytes, or a line.
 *
 * Line ends become \n in the reader's memory, where they are decoded to. UTF-8
 * is read into it as it is and judged there; everything else comes by steps
 * (text_reading.c).
 */
#include <stdlib.h>
#include <string.h>

#include "codec_kind.h"
#include "text_newline.h"
#include "text_reading.h"

/* Make \n of each \r and \r\n from here to the end, which moves. */
static int translate(struct reading *reading, unsigned char *from,
		     unsigned char **end)
{
	from = memchr(from, '\r', (size_t)(*end - from));
	if (!from)
		return 0;
	if ((*end)[-1] == '\r' && tempfile__reading_skip_newline(reading) < 0)
		return -1;
	*end = from +
	       tempfile__text_shorten_ends(from, from, (size_t)(*end - from));
	return 0;
}

/* One step, and its line ends as the reader is to see them. */
static enum step step_translated(struct reading *reading,
				 struct codec_span *span)
{
	const struct text *text = reading->text;
	unsigned char *from = span->out, *end;
	enum step result = tempfile__reading_step(reading, span);

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
	if (tempfile__reading_begin(&reading, text, buffer) < 0)
		return -1;
	span.out_end = span.out + n;
	if (text->translates && text->codec.stateful)
		span.stops = CODEC_STOP_CR;
	if (tempfile__reading_take_pending(&reading, &span.out, n) < 0)
		return tempfile__reading_undo(&reading);
	if (n > 0 && reads_straight(text, buffer))
		result = read_straight(&reading, &span);
	while (span.out < span.out_end && result == STEP_MORE)
		result = step_translated(&reading, &span);
	if (result == STEP_FULL && span.out == (unsigned char *)buf)
		result = tempfile__reading_split_character(&reading, &span.out,
							   n);
	if (result == STEP_FAILED)
		return tempfile__reading_undo(&reading);
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
	follows = tempfile__reading_skip_newline(reading);
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
		if (tempfile__reading_take_pending(reading, &span.out,
						   CODEC_LONGEST) < 0)
			return -1;
		result = tempfile__reading_step(reading, &span);
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
	if (tempfile__reading_begin(&reading, text, buffer) < 0)
		return -1;
	if (read_line(&reading, line, capacity, &length) < 0)
		return tempfile__reading_undo(&reading);
	(*line)[length] = '\0';
	return (ssize_t)length;
}
