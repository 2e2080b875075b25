/* SPDX-License-Identifier: MIT */
/*
 * One step of reading text after the other.
 *
 * Each decodes from the bytes that the buffer has at hand straight into the
 * reader's memory and skips exactly those, so there is nothing read ahead that
 * a position would have to account for. Where a line has to end the codec
 * stops. Whether the \n of a \r\n follows a \r at the end is a question to the
 * buffer, which reads on if it has to.
 */
#include "text_reading.h"

#include <errno.h>
#include <string.h>

#include "codec_kind.h"

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

int tempfile__reading_begin(struct reading *reading, struct text *text,
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

int tempfile__reading_undo(const struct reading *reading)
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

enum step tempfile__reading_step(struct reading *reading,
				 struct codec_span *span)
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

int tempfile__reading_skip_newline(struct reading *reading)
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

int tempfile__reading_take_pending(struct reading *reading, unsigned char **out,
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

enum step tempfile__reading_split_character(struct reading *reading,
					    unsigned char **out, size_t room)
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
	if (tempfile__reading_take_pending(reading, out, room) < 0)
		return STEP_FAILED;
	return STEP_FULL;
}
