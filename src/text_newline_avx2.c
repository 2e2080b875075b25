/* SPDX-License-Identifier: MIT */
/*
 * Line ends with AVX2: a block at a time, without a branch that depends on
 * where in it a line ends, or whether one does. Only of several ends in a block
 * those behind the first are left for the next one.
 */
#include "codec_avx2.h"
#include "text_newline.h"

/* Where the first of some ends is; PAIR: there are none. */
INLINE size_t first_of(unsigned ends)
{
	return _tzcnt_u32(ends);
}

/* What of a block may be done at once: up to the second end. */
INLINE size_t up_to_second(unsigned ends)
{
	unsigned others = ends & (ends - 1);

	/* Told that this is rare, compilers branch, and where the next block
	 * begins need not wait for it. */
	if (__builtin_expect_with_probability(others != 0, 0, 0.99))
		return first_of(others);
	return PAIR;
}

/* Without the first \r\n's \r: what is behind that comes from a byte later. */
INLINE __m256i leave_out(__m256i pair, __m256i next, size_t at)
{
	const __m256i counted = _mm256_setr_epi8(
		1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18,
		19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32);

	pair = _mm256_blendv_epi8(
		pair, next,
		_mm256_cmpgt_epi8(counted, _mm256_set1_epi8((char)at)));
	return _mm256_xor_si256(
		pair, _mm256_and_si256(find_byte(pair, '\r'),
				       _mm256_set1_epi8('\r' ^ '\n')));
}

FAST static size_t shorten(unsigned char *to, const unsigned char *from,
			   size_t n)
{
	const unsigned char *start = to, *end = from + n;

	while (end - from > PAIR) {
		__m256i pair = load_two(from), next = load_two(from + 1);
		unsigned ends = (unsigned)_mm256_movemask_epi8(_mm256_and_si256(
			find_byte(pair, '\r'), find_byte(next, '\n')));
		size_t step = up_to_second(ends);

		/* What is stored may reach up to what is still to be read. */
		if (step < PAIR && from - to < PAIR) {
			to += tempfile__text_shorten_ends_portable(to, from,
								   step);
		} else {
			store_two(to, leave_out(pair, next, first_of(ends)));
			to += step - (ends != 0);
		}
		from += step;
	}
	return (size_t)(to - start) + tempfile__text_shorten_ends_portable(
					      to, from, (size_t)(end - from));
}

FAST static size_t lengthen(unsigned char *to, const unsigned char *from,
			    size_t n)
{
	const unsigned char *start = to, *end = from + n;

	while (end - from >= 2 * PAIR) {
		__m256i pair = load_two(from);
		unsigned ends =
			(unsigned)_mm256_movemask_epi8(find_byte(pair, '\n'));
		size_t step = up_to_second(ends), at = first_of(ends);

		store_two(to, pair);
		store_two(to + at + 1, load_two(from + at));
		to[at] = '\r';
		to += step + (ends != 0);
		from += step;
	}
	return (size_t)(to - start) + tempfile__text_lengthen_ends_portable(
					      to, from, (size_t)(end - from));
}

size_t tempfile__text_shorten_ends(unsigned char *to, const unsigned char *from,
				   size_t n)
{
	return tempfile__codec_has_avx2()
		       ? shorten(to, from, n)
		       : tempfile__text_shorten_ends_portable(to, from, n);
}

size_t tempfile__text_lengthen_ends(unsigned char *to,
				    const unsigned char *from, size_t n)
{
	return n >= 2 * PAIR && tempfile__codec_has_avx2()
		       ? lengthen(to, from, n)
		       : tempfile__text_lengthen_ends_portable(to, from, n);
}
