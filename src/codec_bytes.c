/* SPDX-License-Identifier: MIT */
/*
 * The encodings in which ASCII is itself: UTF-8, ASCII, Latin-1.
 *
 * Most text is ASCII, so each first copies as much of it as there is, eight
 * bytes at a time, and looks at single characters only where that ends.
 */
#include "codec_kind.h"

/* A pattern to find stop with; DEL, which is looked at twice, if it is none. */
static uint64_t stop_pattern(unsigned stops, unsigned stop, char byte)
{
	return EACH_BYTE(stops & stop ? (uint64_t)byte : 0x7F);
}

/* The number of the first byte of a word that is marked by its upper bit. */
static size_t first_mark(uint64_t marks)
{
	return ((((marks & -marks) - 1) & EACH_BYTE(1)) * EACH_BYTE(1) >> 56) -
	       1;
}

/* Words of ASCII, up to what ends them; in is then where to look. */
static void copy_words(struct codec_span *span, const unsigned char *end)
{
	uint64_t lf = stop_pattern(span->stops, CODEC_STOP_LF, '\n');
	uint64_t cr = stop_pattern(span->stops, CODEC_STOP_CR, '\r');
	const unsigned char *in = span->in;
	unsigned char *out = span->out;

	while (end - in >= 8) {
		uint64_t word = load_word(in);
		uint64_t marks = (word & EACH_BYTE(0x80)) | word_has(word, lf) |
				 word_has(word, cr);
		size_t n = 8;

		/* Carries go to later bytes where the first is the lowest. */
		if (marks)
			n = is_little_endian() ? first_mark(marks) : 0;
		memcpy(out, &word, sizeof word);
		in += n;
		out += n;
		if (marks)
			break;
	}
	span->in = in;
	span->out = out;
}

/* Copy ASCII, up to what is not, or the end of in or out, or a stop: true. */
static bool copy_ascii(struct codec_span *span)
{
	ptrdiff_t room = span->out_end - span->out;
	ptrdiff_t left = span->in_end - span->in;
	const unsigned char *end = span->in + (left < room ? left : room);

	while (span->in < end) {
		copy_words(span, end);
		for (int i = 0; i < 8 && span->in < end; i++) {
			unsigned char byte = *span->in;

			if (byte >= 0x80)
				return false;
			*span->out++ = byte;
			span->in++;
			if (is_stop(byte, span->stops))
				return true;
		}
	}
	return false;
}

/* The well-formed characters at in that are not ASCII. */
static int copy_utf8(struct codec_span *span)
{
	const unsigned char *in = span->in;
	unsigned char *out = span->out;
	int length = 1;

	while (span->in_end - in >= 4 && span->out_end - out >= 4 &&
	       *in >= 0x80) {
		length = utf8_scan_four(in, span->in_end);
		if (length <= 0)
			break;
		memcpy(out, in, 4);
		in += length;
		out += length;
	}
	while (length > 0 && in < span->in_end && *in >= 0x80) {
		length = utf8_scan(in, span->in_end);
		if (length <= 0 || span->out_end - out < length)
			break;
		for (int i = 0; i < length; i++)
			*out++ = *in++;
	}
	span->in = in;
	span->out = out;
	return length;
}

static bool is_ascii_word(const unsigned char *text)
{
	return !(load_word(text) & EACH_BYTE(0x80));
}

/*
 * Several characters. One and two bytes are told apart without a branch, which
 * no processor could predict in most of the world's languages.
 */
static int skip_characters(const unsigned char **text, const unsigned char *end)
{
	const unsigned char *at = *text;
	int length = 1;

	for (int i = 0; i < 16 && length > 0 && end - at >= 4; i++) {
		if (*at < 0xE0) {
			bool is_two = *at >= 0x80;
			bool fits = (*at >= 0xC2) & ((at[1] & 0xC0) == 0x80);

			length = (is_two & !fits) ? -1 : 1 + is_two;
		} else {
			length = utf8_scan_four(at, end);
		}
		at += length > 0 ? length : 0;
	}
	*text = at;
	return length;
}

size_t tempfile__codec_utf8_prefix(const unsigned char *text, size_t n)
{
	const unsigned char *at = text, *end = text + n;
	int length = 1;

	while (end - at >= 16 && length > 0) {
		if (is_ascii_word(at) && is_ascii_word(at + 8))
			at += 16;
		else
			length = skip_characters(&at, end);
	}
	/* The last word may overlap what has been seen. */
	if (length > 0 && n >= 8 && is_ascii_word(end - 8) &&
	    (end - at <= 8 || is_ascii_word(at)))
		return n;
	while (at < end && length > 0) {
		length = utf8_scan(at, end);
		at += length > 0 ? length : 0;
	}
	return (size_t)(at - text);
}

static enum codec_result decode_utf8(struct codec *codec,
				     struct codec_span *span)
{
	(void)codec;
	for (;;) {
		int length;

		if (copy_ascii(span))
			return CODEC_STOPPED;
		length = copy_utf8(span);
		if (span->in == span->in_end)
			return CODEC_MORE;
		if (length == 0 && !span->final)
			return CODEC_MORE;
		if (length <= 0) {
			span->bad = length ? (size_t)-length
					   : (size_t)(span->in_end - span->in);
			return CODEC_BAD;
		}
		if (*span->in >= 0x80 || span->out == span->out_end)
			return CODEC_FULL;
	}
}

static ssize_t encode_utf8(struct codec *codec, const unsigned char *text,
			   size_t n, struct scratch *out)
{
	(void)codec;
	if (tempfile__scratch_add(out, text, n) < 0)
		return -1;
	return (ssize_t)n;
}

static enum codec_result decode_ascii(struct codec *codec,
				      struct codec_span *span)
{
	(void)codec;
	if (copy_ascii(span))
		return CODEC_STOPPED;
	if (span->in == span->in_end)
		return CODEC_MORE;
	if (*span->in < 0x80)
		return CODEC_FULL;
	span->bad = 1;
	return CODEC_BAD;
}

static size_t ascii_prefix(const unsigned char *text, size_t n)
{
	size_t i = 0;

	while (n - i >= 8 && !(load_word(text + i) & EACH_BYTE(0x80)))
		i += 8;
	while (i < n && text[i] < 0x80)
		i++;
	return i;
}

static ssize_t encode_ascii(struct codec *codec, const unsigned char *text,
			    size_t n, struct scratch *out)
{
	return encode_utf8(codec, text, ascii_prefix(text, n), out);
}

static enum codec_result decode_latin1(struct codec *codec,
				       struct codec_span *span)
{
	(void)codec;
	for (;;) {
		if (copy_ascii(span))
			return CODEC_STOPPED;
		while (span->in < span->in_end && *span->in >= 0x80 &&
		       span->out_end - span->out >= 2)
			span->out += utf8_put(span->out, *span->in++);
		if (span->in == span->in_end)
			return CODEC_MORE;
		if (*span->in >= 0x80 || span->out == span->out_end)
			return CODEC_FULL;
	}
}

static ssize_t encode_latin1(struct codec *codec, const unsigned char *text,
			     size_t n, struct scratch *out)
{
	unsigned char *to = tempfile__scratch_room(out, n);
	size_t i = 0;

	(void)codec;
	if (!to)
		return -1;
	while (i < n && text[i] < 0xC4) {
		size_t ascii = ascii_prefix(text + i, n - i);

		memcpy(to, text + i, ascii);
		to += ascii;
		i += ascii;
		for (; i < n && text[i] >= 0x80 && text[i] < 0xC4; i += 2)
			*to++ = (unsigned char)utf8_character(text + i, 2);
	}
	out->length = (size_t)(to - out->bytes);
	return (ssize_t)i;
}

const struct codec_kind tempfile__codec_utf8 = {decode_utf8, encode_utf8, 1,
						false};
const struct codec_kind tempfile__codec_ascii = {decode_ascii, encode_ascii, 1,
						 false};
const struct codec_kind tempfile__codec_latin1 = {decode_latin1, encode_latin1,
						  1, false};
