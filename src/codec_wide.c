/* SPDX-License-Identifier: MIT */
/*
 * UTF-16 and UTF-32 in either byte order.
 *
 * The byte order is a constant wherever it matters for speed: every function
 * that takes one is inlined into two that name it. What is bad is as long as
 * Python says: a lone surrogate its own unit, what the end cuts short all of
 * what is left.
 */
#include "codec_kind.h"

static inline uint64_t load_little(const unsigned char *from)
{
	uint64_t word = 0;

	for (unsigned i = 0; i < 8; i++)
		word |= (uint64_t)from[i] << 8 * i;
	return word;
}

static inline void store_little(unsigned char *to, uint64_t word)
{
	for (unsigned i = 0; i < 8; i++)
		to[i] = (unsigned char)(word >> 8 * i);
}

static inline uint32_t load_unit(const unsigned char *from, bool big)
{
	return big ? (uint32_t)from[0] << 8 | from[1]
		   : (uint32_t)from[1] << 8 | from[0];
}

static inline uint32_t load_quad(const unsigned char *from, bool big)
{
	return big ? load_unit(from, big) << 16 | load_unit(from + 2, big)
		   : load_unit(from + 2, big) << 16 | load_unit(from, big);
}

static inline void store_unit(unsigned char *to, uint32_t unit, bool big)
{
	to[big ? 1 : 0] = (unsigned char)unit;
	to[big ? 0 : 1] = (unsigned char)(unit >> 8);
}

static inline void store_quad(unsigned char *to, uint32_t unit, bool big)
{
	store_unit(to + (big ? 2 : 0), unit & 0xFFFF, big);
	store_unit(to + (big ? 0 : 2), unit >> 16, big);
}

static inline enum codec_result bad(struct codec_span *span, size_t length)
{
	span->bad = length;
	return CODEC_BAD;
}

/* ASCII, four units at a time, as long as no stop is among them. */
static inline void narrow_ascii(struct codec_span *span, bool big)
{
	uint64_t others = UINT64_C(0xFF80FF80FF80FF80);
	const unsigned char *in = span->in;
	unsigned char *out = span->out;

	if (big)
		others = others >> 8 | others << 56;
	while (span->in_end - in >= 8 && span->out_end - out >= 4) {
		uint64_t word = load_little(in);

		if (word & others)
			break;
		word >>= big ? 8 : 0;
		word = (word | word >> 8) & UINT64_C(0x0000FFFF0000FFFF);
		word = (word | word >> 16) & UINT64_C(0x00000000FFFFFFFF);
		if (span->stops && (word_has(word, EACH_BYTE('\n')) |
				    word_has(word, EACH_BYTE('\r'))) &
					   UINT64_C(0x80808080))
			break;
		for (unsigned i = 0; i < 4; i++)
			out[i] = (unsigned char)(word >> 8 * i);
		in += 8;
		out += 4;
	}
	span->in = in;
	span->out = out;
}

/* The surrogate high at in and what follows; character is the pair's. */
static inline enum codec_result
join_pair(struct codec_span *span, uint32_t high, bool big, uint32_t *character)
{
	size_t left = (size_t)(span->in_end - span->in);
	uint32_t low;

	if (high >= 0xDC00)
		return bad(span, 2);
	if (left < 4)
		return span->final ? bad(span, left) : CODEC_MORE;
	low = load_unit(span->in + 2, big);
	if (low < 0xDC00 || low > 0xDFFF)
		return bad(span, 2);
	*character = 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
	return CODEC_FULL;
}

static inline enum codec_result decode_utf16(struct codec_span *span, bool big)
{
	uint32_t character = 0x80;

	for (;;) {
		int width = 2;

		if (character < 0x80)
			narrow_ascii(span, big);
		if (span->in_end - span->in < 2)
			break;
		character = load_unit(span->in, big);
		if (character - 0xD800 < 0x800) {
			enum codec_result result =
				join_pair(span, character, big, &character);

			if (result != CODEC_FULL)
				return result;
			width = 4;
		}
		if (span->out_end - span->out < utf8_size(character))
			return CODEC_FULL;
		span->out += utf8_put(span->out, character);
		span->in += width;
		if (character < 0x80 && is_stop(span->out[-1], span->stops))
			return CODEC_STOPPED;
	}
	return span->in < span->in_end && span->final ? bad(span, 1)
						      : CODEC_MORE;
}

static inline enum codec_result decode_utf32(struct codec_span *span, bool big)
{
	while (span->in_end - span->in >= 4) {
		uint32_t character = load_quad(span->in, big);

		if (character > 0x10FFFF || character - 0xD800 < 0x800)
			return bad(span, 4);
		if (span->out_end - span->out < utf8_size(character))
			return CODEC_FULL;
		span->out += utf8_put(span->out, character);
		span->in += 4;
		if (character < 0x80 && is_stop(span->out[-1], span->stops))
			return CODEC_STOPPED;
	}
	return span->in < span->in_end && span->final
		       ? bad(span, (size_t)(span->in_end - span->in))
		       : CODEC_MORE;
}

/* ASCII, eight bytes at a time; how many. */
static inline size_t widen_ascii(unsigned char *to, const unsigned char *text,
				 size_t n, bool big)
{
	size_t i = 0;

	for (; n - i >= 8; i += 8) {
		uint64_t word = load_little(text + i);

		if (word & EACH_BYTE(0x80))
			break;
		for (int half = 0; half < 2; half++, word >>= 32) {
			uint64_t four = word & UINT64_C(0xFFFFFFFF);

			four = (four | four << 16) &
			       UINT64_C(0x0000FFFF0000FFFF);
			four = (four | four << 8) &
			       UINT64_C(0x00FF00FF00FF00FF);
			store_little(to + 2 * i + 8 * half,
				     big ? four << 8 : four);
		}
	}
	return i;
}

static inline ssize_t encode_utf16(const unsigned char *text, size_t n,
				   struct scratch *out, bool big)
{
	unsigned char *to = tempfile__scratch_room(out, 2 * n);
	size_t i = 0;

	if (!to)
		return -1;
	while (i < n) {
		size_t ascii = text[i] < 0x80
				       ? widen_ascii(to, text + i, n - i, big)
				       : 0;
		int length;
		uint32_t character;

		to += 2 * ascii;
		i += ascii;
		if (i == n)
			break;
		length = utf8_length(text[i]);
		character = utf8_character(text + i, length);
		if (character >= 0x10000) {
			character -= 0x10000;
			store_unit(to, 0xD800 + (character >> 10), big);
			to += 2;
			character = 0xDC00 + (character & 0x3FF);
		}
		store_unit(to, character, big);
		to += 2;
		i += (size_t)length;
	}
	out->length = (size_t)(to - out->bytes);
	return (ssize_t)n;
}

static inline ssize_t encode_utf32(const unsigned char *text, size_t n,
				   struct scratch *out, bool big)
{
	unsigned char *to = tempfile__scratch_room(out, 4 * n);

	if (!to)
		return -1;
	for (size_t i = 0; i < n; to += 4) {
		int length = utf8_length(text[i]);

		store_quad(to, utf8_character(text + i, length), big);
		i += (size_t)length;
	}
	out->length = (size_t)(to - out->bytes);
	return (ssize_t)n;
}

#define WIDE(name, big, bytes)                                            \
	static enum codec_result decode_##name(struct codec *codec,       \
					       struct codec_span *span)   \
	{                                                                 \
		(void)codec;                                              \
		return bytes == 2 ? decode_utf16(span, big)               \
				  : decode_utf32(span, big);              \
	}                                                                 \
	static ssize_t encode_##name(struct codec *codec,                 \
				     const unsigned char *text, size_t n, \
				     struct scratch *out)                 \
	{                                                                 \
		(void)codec;                                              \
		return bytes == 2 ? encode_utf16(text, n, out, big)       \
				  : encode_utf32(text, n, out, big);      \
	}                                                                 \
	const struct codec_kind tempfile__codec_##name = {                \
		decode_##name, encode_##name, bytes, big}

WIDE(utf16le, false, 2);
WIDE(utf16be, true, 2);
WIDE(utf32le, false, 4);
WIDE(utf32be, true, 4);
