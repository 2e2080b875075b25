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

/* Spelled out, these are one instruction; in a loop they are not. */
static inline uint32_t load_little_half(const unsigned char *from)
{
	return (uint32_t)from[0] | (uint32_t)from[1] << 8 |
	       (uint32_t)from[2] << 16 | (uint32_t)from[3] << 24;
}

static inline uint64_t load_little(const unsigned char *from)
{
	return (uint64_t)load_little_half(from) |
	       (uint64_t)load_little_half(from + 4) << 32;
}

static inline void store_little_half(unsigned char *to, uint32_t half)
{
	to[0] = (unsigned char)half;
	to[1] = (unsigned char)(half >> 8);
	to[2] = (unsigned char)(half >> 16);
	to[3] = (unsigned char)(half >> 24);
}

static inline void store_little(unsigned char *to, uint64_t word)
{
	store_little_half(to, (uint32_t)word);
	store_little_half(to + 4, (uint32_t)(word >> 32));
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
		store_little_half(out, (uint32_t)word);
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

/* ASCII, four bytes at a time; how many. */
static inline size_t widen_ascii(unsigned char *to, const unsigned char *text,
				 size_t n, bool big)
{
	size_t i = 0;

	for (; n - i >= 4; i += 4) {
		uint64_t word = load_little_half(text + i);

		if (word & EACH_BYTE(0x80))
			break;
		word = (word | word << 16) & UINT64_C(0x0000FFFF0000FFFF);
		word = (word | word << 8) & UINT64_C(0x00FF00FF00FF00FF);
		store_little(to + 2 * i, big ? word << 8 : word);
	}
	return i;
}

/* One character; *length: of how many bytes. Its bytes are two or four. */
static inline size_t encode_character(unsigned char *to,
				      const unsigned char *text, int *length,
				      bool big)
{
	uint32_t character;

	*length = utf8_length(*text);
	character = utf8_character(text, *length);
	if (character < 0x10000) {
		store_unit(to, character, big);
		return 2;
	}
	character -= 0x10000;
	store_unit(to, 0xD800 + (character >> 10), big);
	store_unit(to + 2, 0xDC00 + (character & 0x3FF), big);
	return 4;
}

/* Of one or two bytes; without a branch between them. */
static inline int encode_short(unsigned char *to, const unsigned char *text,
			       bool big)
{
	bool is_two = text[0] >= 0x80;
	uint32_t two = (text[0] & 0x1Fu) << 6 | (text[1] & 0x3Fu);

	store_unit(to, is_two ? two : text[0], big);
	return 1 + is_two;
}

static inline ssize_t encode_utf16(const unsigned char *text, size_t n,
				   struct scratch *out, bool big)
{
	unsigned char *to = tempfile__scratch_room(out, 2 * n);
	size_t i = 0;

	if (!to)
		return -1;
	while (i < n) {
		size_t ascii = widen_ascii(to, text + i, n - i, big);
		int length;

		to += 2 * ascii;
		i += ascii;
		for (int k = 0; k < 16 && i < n; k++) {
			if (text[i] < 0xE0 && n - i >= 2) {
				length = encode_short(to, text + i, big);
				to += 2;
			} else {
				to += encode_character(to, text + i, &length,
						       big);
			}
			i += (size_t)length;
		}
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
