/* SPDX-License-Identifier: MIT */
/* How much of some text is in order, with AVX2 where it is there. */
#include <cpuid.h>
#include <stdatomic.h>

#include "codec_avx2.h"

#define RUN 64

/* What may be wrong with two bytes. */
#define CUT       0x01 /* a lead, and no rest */
#define SURPLUS   0x02 /* ASCII, and a rest */
#define LONG_TWO  0x04 /* C0 or C1 */
#define LONG_3    0x08 /* E0, and 80 to 9F */
#define HALF_PAIR 0x10 /* ED, and A0 to BF: half of a surrogate pair */
#define LONG_4    0x20 /* F0, or what is no lead, and 80 to 8F */
#define LARGE     0x40 /* F4, or what is no lead, and 90 to BF */
#define RESTS     0x80 /* two rests: right where a character is that long */

#define FOUR(value)   value, value, value, value
#define OF_ANY_LEAD   (CUT | SURPLUS | RESTS)
#define OF_NO_LEAD    (OF_ANY_LEAD | LONG_4 | LARGE)
#define OF_ANY_REST   (SURPLUS | RESTS | LONG_TWO)
#define OF_LATER_REST (OF_ANY_REST | HALF_PAIR | LARGE)

#define ALL(value)                                                         \
	{                                                                  \
		{                                                          \
			FOUR(value), FOUR(value), FOUR(value), FOUR(value) \
		}                                                          \
	}
/* A value for the last three bytes of a block each, and one for all before. */
#define LAST_THREE(all, three, two, one)                                      \
	{                                                                     \
		{                                                             \
			FOUR(all), FOUR(all), FOUR(all), all, three, two, one \
		}                                                             \
	}

const struct codec_avx2 tempfile__codec_avx2 = {
	.by_first = {{FOUR(SURPLUS), FOUR(SURPLUS), FOUR(RESTS), CUT | LONG_TWO,
		      CUT, CUT | LONG_3 | HALF_PAIR, CUT | LONG_4 | LARGE}},
	.by_first_low = {{OF_ANY_LEAD | LONG_TWO | LONG_3 | LONG_4,
			  OF_ANY_LEAD | LONG_TWO, OF_ANY_LEAD, OF_ANY_LEAD,
			  OF_ANY_LEAD | LARGE, OF_NO_LEAD, OF_NO_LEAD,
			  OF_NO_LEAD, FOUR(OF_NO_LEAD), OF_NO_LEAD,
			  OF_NO_LEAD | HALF_PAIR, OF_NO_LEAD, OF_NO_LEAD}},
	.by_second = {{FOUR(CUT), FOUR(CUT), OF_ANY_REST | LONG_3 | LONG_4,
		       OF_ANY_REST | LONG_3 | LARGE, OF_LATER_REST,
		       OF_LATER_REST, FOUR(CUT)}},
	.low = ALL(0x0F),
	.below_e0 = ALL(0xE0 - 0x80),
	.below_f0 = ALL(0xF0 - 0x80),
	.due = ALL(RESTS),
	.least_leads = LAST_THREE(0xFF, 0xF0, 0xE0, 0xC0),
	.most = LAST_THREE(0xFF, 0xFF, 0xFF, 0xF4),
	.long_two = LAST_THREE(1, 1, 1, 0xC0),
	.even = ALL(0xFE),
};

/* To move a block down by some bytes, and zeros after it. */
static const unsigned char moving[2 * BLOCK] = {
	0,  1,  2,  3,  4,  5,  6,          7,          8,          9,
	10, 11, 12, 13, 14, 15, FOUR(0x80), FOUR(0x80), FOUR(0x80), FOUR(0x80)};

INLINE __m256i look_up_two(const struct block *faults, __m256i halves)
{
	return _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(load(faults)),
				   halves);
}

INLINE __m256i find_two(const unsigned char *at)
{
	const __m256i low = _mm256_set1_epi8(0x0F);
	__m256i byte = load_two(at), one = load_two(at - 1);
	__m256i upper = _mm256_and_si256(_mm256_srli_epi16(byte, 4), low);
	__m256i first = _mm256_and_si256(_mm256_srli_epi16(one, 4), low);
	__m256i faults = _mm256_and_si256(
		_mm256_and_si256(
			look_up_two(&tempfile__codec_avx2.by_first, first),
			look_up_two(&tempfile__codec_avx2.by_first_low,
				    _mm256_and_si256(one, low))),
		look_up_two(&tempfile__codec_avx2.by_second, upper));
	__m256i third = _mm256_subs_epu8(load_two(at - 2),
					 _mm256_set1_epi8(0xE0 - 0x80));
	__m256i fourth = _mm256_subs_epu8(load_two(at - 3),
					  _mm256_set1_epi8(0xF0 - 0x80));
	__m256i due = _mm256_and_si256(_mm256_or_si256(third, fourth),
				       _mm256_set1_epi8((char)RESTS));

	return _mm256_xor_si256(faults, due);
}

/* Of 64 bytes, with the three before them. */
INLINE bool is_run_ascii(const unsigned char *at)
{
	__m256i any =
		_mm256_or_si256(_mm256_or_si256(load_two(at - 3), load_two(at)),
				load_two(at + RUN / 2));

	return _mm256_movemask_epi8(any) == 0;
}

INLINE bool is_run_in_order(const unsigned char *at)
{
	__m256i faults = _mm256_or_si256(find_two(at), find_two(at + RUN / 2));

	return _mm256_testz_si256(faults, faults);
}

/* How many bytes of a character, so far in order, stand before at. */
static inline size_t count_begun(const unsigned char *at)
{
	return (size_t)((at[-1] >= 0xC0) | (at[-2] >= 0xE0) << 1 |
			(at[-3] >= 0xF0) * 3);
}

INLINE bool are_ascii(__m128i block, __m128i other)
{
	return _mm_movemask_epi8(_mm_or_si128(block, other)) == 0;
}

/* Of a block, with the one before it. */
INLINE unsigned find_in_block(__m128i byte, __m128i before)
{
	return are_ascii(byte, before) ? 0 : locate(find(byte, before));
}

/* Of the last of text, less than a block, which has a block before it. */
INLINE unsigned find_in_last(const unsigned char *at, const unsigned char *end)
{
	size_t left = (size_t)(end - at);
	__m128i byte = _mm_shuffle_epi8(load(end - BLOCK),
					load(moving + BLOCK - left));

	return find_in_block(byte, load(at - BLOCK)) & ((1u << left) - 1);
}

/* Behind the runs that are in order. Where one is not ASCII, the next ones are
 * hardly either. */
INLINE const unsigned char *skip_runs(const unsigned char *at,
				      const unsigned char *end)
{
	size_t runs = (size_t)(end - at) / RUN, some;

	while (runs > 0) {
		if (is_run_ascii(at)) {
			at += RUN;
			runs--;
			continue;
		}
		some = runs < 8 ? runs : 8;
		runs -= some;
		for (; some > 0; some--, at += RUN)
			if (!is_run_in_order(at))
				return at;
	}
	return at;
}

/* The first byte that is wrong from at on; end: none is. There is a block
 * before at. */
FAST static const unsigned char *skip_blocks(const unsigned char *at,
					     const unsigned char *end)
{
	unsigned wrong = 0;

	at = skip_runs(at, end);
	for (; end - at >= BLOCK; at += BLOCK) {
		wrong = find_in_block(load(at), load(at - BLOCK));
		if (wrong)
			return at + __builtin_ctz(wrong);
	}
	if (at < end)
		wrong = find_in_last(at, end);
	return wrong ? at + __builtin_ctz(wrong) : end;
}

/* As the next, of at least a block. */
FAST static size_t measure(uint32_t before, const unsigned char *text, size_t n,
			   size_t *begun)
{
	const unsigned char *end = text + n, *at = end;
	__m128i tail = _mm_slli_si128(_mm_cvtsi32_si128((int)(before << 8)),
				      BLOCK - 4);

	if (find_in_block(load(text), tail))
		return tempfile__codec_utf8_prefix_portable(before, text, n,
							    begun);
	if (n > BLOCK)
		at = skip_blocks(text + BLOCK, end);
	*begun = count_begun(at);
	at -= *begun;
	if (at + *begun == end && (*begun != 1 || (*at >= 0xC2 && *at < 0xF5)))
		return n - *begun;
	*begun = tempfile__codec_unfinished(at, (size_t)(end - at));
	return (size_t)(at - text);
}

/* Is it there, and does the system save the registers? */
static NOT_INLINED bool look_for_avx2(void)
{
	unsigned a, b, c, d, saved, ignored;
	const unsigned both = bit_AVX | bit_OSXSAVE, halves = 6;
	const unsigned newer = bit_AVX2 | bit_BMI;

	if (!__get_cpuid(1, &a, &b, &c, &d) || (c & both) != both)
		return false;
	__asm__("xgetbv" : "=a"(saved), "=d"(ignored) : "c"(0));
	return (saved & halves) == halves &&
	       __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b & newer) == newer;
}

bool tempfile__codec_has_avx2(void)
{
	/* Whoever asks first finds out; several find the same. */
	static atomic_schar answer;
	signed char known = atomic_load_explicit(&answer, memory_order_relaxed);

	if (known == 0) {
		known = look_for_avx2() ? 1 : -1;
		atomic_store_explicit(&answer, known, memory_order_relaxed);
	}
	return known > 0;
}

size_t tempfile__codec_utf8_prefix_after(uint32_t before,
					 const unsigned char *text, size_t n,
					 size_t *begun)
{
	if (n >= BLOCK && tempfile__codec_has_avx2())
		return measure(before, text, n, begun);
	return tempfile__codec_utf8_prefix_portable(before, text, n, begun);
}
