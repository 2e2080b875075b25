/* SPDX-License-Identifier: MIT */
/*
 * UTF-32 in either byte order. What is bad is as long as Python says: four
 * bytes, or all that is left where the end cuts it short.
 */
#include "codec_wide.h"

static inline uint32_t load_quad(const unsigned char *from, bool big)
{
	return big ? load_unit(from, big) << 16 | load_unit(from + 2, big)
		   : load_unit(from + 2, big) << 16 | load_unit(from, big);
}

static inline void store_quad(unsigned char *to, uint32_t unit, bool big)
{
	store_unit(to + (big ? 2 : 0), unit & 0xFFFF, big);
	store_unit(to + (big ? 0 : 2), unit >> 16, big);
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

WIDE(utf32le, 32, false);
WIDE(utf32be, 32, true);
