/* SPDX-License-Identifier: MIT */
/*
 * Judging UTF-8 with the AVX2 of x86-64.
 *
 * Whether two bytes may stand side by side is looked up: for the first one's
 * upper half, its lower half and the second one's upper half there is a set of
 * faults each, and a fault in all three is one. What that cannot see is whether
 * a third and a fourth byte are due; this is told by what stands two and three
 * bytes before. (The idea is Keiser's and Lemire's: Validating UTF-8 In Less
 * Than One Instruction Per Byte, 2021.)
 *
 * A fault is seen at the byte that cannot follow those before it. Only of the
 * last byte nothing is known but what stands before; it may be no lead at all.
 */
#ifndef TEMPFILE_CODEC_AVX2_H
#define TEMPFILE_CODEC_AVX2_H

#include <immintrin.h>

#include "codec_kind.h"

/* Does this processor have it, with BMI1, and this system? */
bool tempfile__codec_has_avx2(void);

#define FAST   __attribute__((target("avx2,bmi")))
#define INLINE FAST static inline __attribute__((always_inline))

#define BLOCK 16
#define PAIR  (2 * BLOCK)

struct block {
	_Alignas(BLOCK) unsigned char bytes[BLOCK];
};

/* From memory, because to make such constants takes more instructions. */
struct codec_avx2 {
	/* What may be wrong, by the first byte's upper half, its lower half,
	 * and the second byte's upper half. */
	struct block by_first, by_first_low, by_second;
	struct block low;                /* the lower half of each byte */
	struct block below_e0, below_f0; /* from there on: 80 and more */
	struct block due;                /* RESTS */
	/* For the last three bytes: the least that leads four, three, two. */
	struct block least_leads;
	/* For the last: what is more, or is this but for the lowest bit, leads
	 * nothing. */
	struct block most, long_two;
	struct block even; /* all but the lowest bit */
};
extern const struct codec_avx2 tempfile__codec_avx2;

INLINE __m128i load(const void *from)
{
	return _mm_loadu_si128(from);
}

INLINE __m256i load_two(const void *from)
{
	return _mm256_loadu_si256(from);
}

INLINE void store_two(void *to, __m256i pair)
{
	_mm256_storeu_si256(to, pair);
}

INLINE __m256i find_byte(__m256i pair, char byte)
{
	return _mm256_cmpeq_epi8(pair, _mm256_set1_epi8(byte));
}

/* Not zero for each byte of a block that is wrong after those before it. */
INLINE __m128i find(__m128i byte, __m128i before)
{
	const struct codec_avx2 *with = &tempfile__codec_avx2;
	__m128i low = load(&with->low);
	__m128i one = _mm_alignr_epi8(byte, before, BLOCK - 1);
	__m128i two = _mm_alignr_epi8(byte, before, BLOCK - 2);
	__m128i three = _mm_alignr_epi8(byte, before, BLOCK - 3);
	__m128i upper = _mm_and_si128(_mm_srli_epi16(byte, 4), low);
	__m128i first = _mm_and_si128(_mm_srli_epi16(one, 4), low);
	__m128i faults = _mm_and_si128(
		_mm_and_si128(_mm_shuffle_epi8(load(&with->by_first), first),
			      _mm_shuffle_epi8(load(&with->by_first_low),
					       _mm_and_si128(one, low))),
		_mm_shuffle_epi8(load(&with->by_second), upper));
	__m128i third = _mm_subs_epu8(two, load(&with->below_e0));
	__m128i fourth = _mm_subs_epu8(three, load(&with->below_f0));

	return _mm_xor_si128(faults, _mm_and_si128(_mm_or_si128(third, fourth),
						   load(&with->due)));
}

/* A bit for each. */
INLINE unsigned locate(__m128i faults)
{
	return 0xFFFFu ^ (unsigned)_mm_movemask_epi8(
				 _mm_cmpeq_epi8(faults, _mm_setzero_si128()));
}

#endif
