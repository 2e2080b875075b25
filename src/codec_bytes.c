/* SPDX-License-Identifier: MIT */
/*
 * The encodings in which ASCII is itself: UTF-8, ASCII, Latin-1.
 *
 * What is in order is found by blocks (codec_prefix.c) and copied at once; only
 * where that ends single characters are looked at.
 */
#include "codec_kind.h"

/* As much as there is room for, up to the first stop. */
static const unsigned char *find_end(const struct codec_span *span)
{
	ptrdiff_t room = span->out_end - span->out;
	ptrdiff_t left = span->in_end - span->in;

	return tempfile__codec_cut(span,
				   span->in + (left < room ? left : room));
}

/* Copy n bytes that are the same in UTF-8; whether the last is a stop. */
static bool copy(struct codec_span *span, size_t n)
{
	memcpy(span->out, span->in, n);
	span->in += n;
	span->out += n;
	return n > 0 && is_stop(span->out[-1], span->stops);
}

static enum codec_result decode_utf8(struct codec *codec,
				     struct codec_span *span)
{
	size_t n = (size_t)(find_end(span) - span->in);
	int length;

	(void)codec;
	if (copy(span, tempfile__codec_utf8_prefix(span->in, n)))
		return CODEC_STOPPED;
	if (span->in == span->in_end)
		return CODEC_MORE;
	length = utf8_scan(span->in, span->in_end);
	if (length > 0)
		return CODEC_FULL;
	if (length == 0 && !span->final)
		return CODEC_MORE;
	span->bad =
		length ? (size_t)-length : (size_t)(span->in_end - span->in);
	return CODEC_BAD;
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
	size_t n = (size_t)(find_end(span) - span->in);

	(void)codec;
	if (copy(span, tempfile__codec_ascii_prefix(span->in, n)))
		return CODEC_STOPPED;
	if (span->in == span->in_end)
		return CODEC_MORE;
	if (*span->in < 0x80)
		return CODEC_FULL;
	span->bad = 1;
	return CODEC_BAD;
}

static ssize_t encode_ascii(struct codec *codec, const unsigned char *text,
			    size_t n, struct scratch *out)
{
	return encode_utf8(codec, text, tempfile__codec_ascii_prefix(text, n),
			   out);
}

#define WORD 8

/*
 * A word of characters, up to the second that becomes two bytes. What is behind
 * the first is put a byte later, and that into the gap, whether there is one or
 * not. Both sides need two words, and out a byte more.
 */
static inline void decode_word(struct codec_span *span)
{
	uint64_t wide = little_endian(load_word(span->in)) & EACH_BYTE(0x80);
	uint64_t others = wide & (wide - 1);
	size_t at = wide ? (size_t)__builtin_ctzll(wide) / 8 : WORD;
	size_t step = others ? (size_t)__builtin_ctzll(others) / 8 : WORD;
	unsigned char byte = span->in[at];

	memcpy(span->out, span->in, WORD);
	memcpy(span->out + at + 1, span->in + at, WORD);
	span->out[at] = (unsigned char)(0xC0 | byte >> 6);
	span->out[at + 1] = 0x80 | (byte & 0x3F);
	span->in += step;
	span->out += step + (wide != 0);
}

static inline bool has_word(const struct codec_span *span,
			    const unsigned char *end)
{
	return end - span->in >= 2 * WORD &&
	       span->out_end - span->out > 2 * WORD;
}

/* Up to end, which is behind the first stop if there is one. */
static void decode_latin1_to(struct codec_span *span, const unsigned char *end)
{
	while (has_word(span, end)) {
		size_t n = (size_t)(end - span->in);
		size_t room = (size_t)(span->out_end - span->out);

		n = tempfile__codec_ascii_prefix(span->in, n < room ? n : room);
		(void)copy(span, n);
		for (int i = 0; i < 4 && has_word(span, end); i++)
			decode_word(span);
	}
	while (span->in < end &&
	       span->out_end - span->out >= utf8_size(*span->in))
		span->out += utf8_put(span->out, *span->in++);
}

static enum codec_result decode_latin1(struct codec *codec,
				       struct codec_span *span)
{
	const unsigned char *in = span->in;

	(void)codec;
	decode_latin1_to(span, find_end(span));
	if (span->in > in && is_stop(span->in[-1], span->stops))
		return CODEC_STOPPED;
	return span->in < span->in_end ? CODEC_FULL : CODEC_MORE;
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
		size_t ascii = tempfile__codec_ascii_prefix(text + i, n - i);

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
