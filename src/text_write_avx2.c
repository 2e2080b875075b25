/* SPDX-License-Identifier: MIT */
/*
 * Short writes with AVX2: those of a block are judged and copied without a
 * branch that depends on the text, but for whether it is ASCII, or wrong.
 */
#include "codec_avx2.h"
#include "text.h"

#define HALF (BLOCK / 2)

/* Not zero if the last byte is one that is in no character. */
INLINE __m128i find_no_lead(__m128i block)
{
	const struct codec_avx2 *with = &tempfile__codec_avx2;

	return _mm_or_si128(
		_mm_subs_epu8(block, load(&with->most)),
		_mm_cmpeq_epi8(_mm_and_si128(block, load(&with->even)),
			       load(&with->long_two)));
}

/* Where in a block that is in order the character begins which it does not end;
 * behind it if there is none. */
INLINE size_t find_begun(__m128i block)
{
	__m128i least = load(&tempfile__codec_avx2.least_leads);
	unsigned leads = (unsigned)_mm_movemask_epi8(
		_mm_cmpeq_epi8(_mm_max_epu8(block, least), block));

	return (size_t)__builtin_ctz(leads | 1u << BLOCK);
}

INLINE bool is_zero(__m128i block)
{
	return _mm_testz_si128(block, block);
}

INLINE ssize_t append(struct text *text, struct buffer *buffer, size_t put,
		      size_t n)
{
	tempfile__buffer_append(buffer, put);
	tempfile__text_forget_reading(text);
	return (ssize_t)n;
}

FAST static ssize_t write_short(struct buffer *buffer, const void *buf,
				size_t n, struct text *text)
{
	const unsigned char *from = buf;
	size_t before = text->begun_length, good;
	unsigned char *place;
	uint32_t tail;
	__m128i first, last, faults;

	if (!tempfile__buffer_is_at_end(buffer, before + n) ||
	    n - BLOCK > BLOCK)
		return tempfile__text_write_plain(buffer, buf, n, text);
	place = buffer->window + tempfile__buffer_cursor(buffer);
	first = load(from);
	last = load(from + n - BLOCK);
	if (((size_t)_mm_movemask_epi8(_mm_or_si128(first, last)) | before) ==
	    0) {
		_mm_storeu_si128((void *)place, first);
		_mm_storeu_si128((void *)(place + n - BLOCK), last);
		return append(text, buffer, n, n);
	}
	if (n > BLOCK)
		return tempfile__text_write_plain(buffer, buf, n, text);
	faults = _mm_or_si128(
		find(first, _mm_slli_si128(_mm_cvtsi32_si128((int)text->tail),
					   BLOCK - 4)),
		find_no_lead(first));
	if (!is_zero(faults))
		return tempfile__text_write_plain(buffer, buf, n, text);
	/* What was begun before, and two halves that may overlap. */
	good = find_begun(first);
	memcpy(place, &text->begun, sizeof text->begun);
	memcpy(place + before, from, HALF);
	memcpy(place + before + good - HALF, from + good - HALF, HALF);
	memcpy(&tail, from + BLOCK - 4, sizeof tail);
	text->tail = tail;
	text->begun = (uint32_t)((uint64_t)tail >> 8 * (good - (BLOCK - 4)));
	text->begun_length = BLOCK - good;
	return append(text, buffer, before + good, n);
}

text_writer *tempfile__text_choose_writer(void)
{
	return tempfile__codec_has_avx2() ? write_short
					  : tempfile__text_write_plain;
}
