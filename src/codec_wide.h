/* SPDX-License-Identifier: MIT */
/*
 * What UTF-16 and UTF-32 share.
 *
 * The byte order is a constant wherever it matters for speed: every function
 * that takes one is inlined into two that name it.
 */
#ifndef TEMPFILE_CODEC_WIDE_H
#define TEMPFILE_CODEC_WIDE_H

#include "codec_kind.h"

static inline uint32_t load_unit(const unsigned char *from, bool big)
{
	return big ? (uint32_t)from[0] << 8 | from[1]
		   : (uint32_t)from[1] << 8 | from[0];
}

static inline void store_unit(unsigned char *to, uint32_t unit, bool big)
{
	to[big ? 1 : 0] = (unsigned char)unit;
	to[big ? 0 : 1] = (unsigned char)(unit >> 8);
}

static inline enum codec_result bad(struct codec_span *span, size_t length)
{
	span->bad = length;
	return CODEC_BAD;
}

/* The two functions and the kind of an encoding in one byte order. */
#define WIDE(name, bits, big)                                             \
	static enum codec_result decode_##name(struct codec *codec,       \
					       struct codec_span *span)   \
	{                                                                 \
		(void)codec;                                              \
		return decode_utf##bits(span, big);                       \
	}                                                                 \
	static ssize_t encode_##name(struct codec *codec,                 \
				     const unsigned char *text, size_t n, \
				     struct scratch *out)                 \
	{                                                                 \
		(void)codec;                                              \
		return encode_utf##bits(text, n, out, big);               \
	}                                                                 \
	const struct codec_kind tempfile__codec_##name = {                \
		decode_##name, encode_##name, bits / 8, big}

#endif
