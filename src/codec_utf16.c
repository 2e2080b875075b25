/* SPDX-License-Identifier: MIT */
/*
 * UTF-16 in either byte order.
 *
 * Runs of what needs no surrogates are converted by blocks, without a branch
 * that depends on how long a character is: no processor could predict it in
 * most of the world's languages. What is bad is as long as Python says: a lone
 * surrogate its own unit, what the end cuts short all of what is left.
 */
#include "codec_wide.h"

#define BLOCK 16 /* bytes of UTF-8 */

typedef uint8_t byte_block __attribute__((vector_size(8)));
typedef uint16_t unit_block __attribute__((vector_size(16)));

static inline unit_block order(unit_block units, bool big)
{
	return big == is_little_endian() ? units << 8 | units >> 8 : units;
}

static inline unit_block load_units(const unsigned char *from, bool big)
{
	unit_block units;

	memcpy(&units, from, sizeof units);
	return order(units, big);
}

static inline bool are_ascii(unit_block units)
{
	uint64_t words[2];

	memcpy(words, &units, sizeof words);
	return !((words[0] | words[1]) & UINT64_C(0xFF80FF80FF80FF80));
}

static inline bool is_any(unit_block units)
{
	uint64_t words[2];

	memcpy(words, &units, sizeof words);
	return words[0] | words[1];
}

static inline bool has_line_end(unit_block units)
{
	return is_any((unit_block)(units == '\n') |
		      (unit_block)(units == '\r'));
}

static inline bool has_surrogates(unit_block units)
{
	return is_any((unit_block)((units & 0xF800) == 0xD800));
}

static inline void put_ascii(unsigned char *to, unit_block units)
{
	byte_block bytes = __builtin_convertvector(units, byte_block);

	memcpy(to, &bytes, sizeof bytes);
}

/* Eight characters, none of them half of a pair. There is room for 24. */
static inline unsigned char *put_units(unsigned char *to, unit_block units)
{
	unit_block is_one = (unit_block)(units < 0x80);
	unit_block is_three = (unit_block)(units >= 0x800);
	unit_block last = 0x80 | (units & 0x3F);
	unit_block two = 0xC0 | units >> 6 | last << 8;
	unit_block three =
		0xE0 | units >> 12 | (0x80 | (units >> 6 & 0x3F)) << 8;
	unit_block first = order((is_one & units) | (is_three & three) |
					 (~is_one & ~is_three & two),
				 false);
	unit_block size = 2 + is_one - is_three; /* true is minus one */
	uint16_t firsts[8], lasts[8], sizes[8];

	memcpy(firsts, &first, sizeof firsts);
	memcpy(lasts, &last, sizeof lasts);
	memcpy(sizes, &size, sizeof sizes);
	for (int i = 0; i < 8; i++) {
		memcpy(to, &firsts[i], 2);
		to[2] = (unsigned char)lasts[i];
		to += sizes[i];
	}
	return to;
}

/* Up to near a surrogate, or a stop, or the end of in or out. */
static inline void decode_run(struct codec_span *span, bool big)
{
	const unsigned char *in = span->in;
	unsigned char *out = span->out;
	const unsigned char *in_end = span->in_end, *out_end = span->out_end;
	bool stops = span->stops != 0;

	while (in_end - in >= 16 && out_end - out >= 24) {
		unit_block units = load_units(in, big);

		if (stops && has_line_end(units))
			break;
		if (are_ascii(units)) {
			put_ascii(out, units);
			out += 8;
		} else {
			if (has_surrogates(units))
				break;
			out = put_units(out, units);
		}
		in += 16;
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
	for (unsigned count = 0;; count++) {
		uint32_t character;
		int width = 2;

		if (count % 8 == 0)
			decode_run(span, big);
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

static inline unit_block load_bytes(const unsigned char *from)
{
	byte_block bytes;

	memcpy(&bytes, from, sizeof bytes);
	return __builtin_convertvector(bytes, unit_block);
}

/* What would be the unit of a character beginning at each of eight bytes. */
static inline unit_block find_units(const unsigned char *text)
{
	unit_block lead = load_bytes(text);
	unit_block second = load_bytes(text + 1) & 0x3F;
	unit_block third = load_bytes(text + 2) & 0x3F;
	unit_block is_long = (unit_block)(lead >= 0xE0);
	unit_block is_short = (unit_block)(lead < 0x80);
	unit_block of_two = (lead & 0x1F) << 6 | second;
	unit_block of_three = (lead & 0x0F) << 12 | second << 6 | third;

	return (is_short & lead) | (is_long & of_three) |
	       (~is_short & ~is_long & of_two);
}

/* Eight bytes: all units are stored, and those kept where one begins. */
static inline unsigned char *encode_eight(unsigned char *to,
					  const unsigned char *text, bool big)
{
	unit_block units = order(find_units(text), big);
	uint16_t each[8];

	memcpy(each, &units, sizeof each);
	for (int i = 0; i < 8; i++) {
		memcpy(to, &each[i], 2);
		to += (text[i] & 0xC0) == 0x80 ? 0 : 2;
	}
	return to;
}

/* No byte of a block begins a pair. */
static inline bool has_no_pairs(const unsigned char *text)
{
	uint64_t one = load_word(text), two = load_word(text + 8);
	uint64_t high = (one & one << 1 & one << 2 & one << 3) |
			(two & two << 1 & two << 2 & two << 3);

	return !(high & EACH_BYTE(0x80));
}

static inline bool is_ascii_block(const unsigned char *text)
{
	return !((load_word(text) | load_word(text + 8)) & EACH_BYTE(0x80));
}

/* Sixteen bytes and the rest of the character that they cut; how many. */
static inline size_t encode_block(unsigned char **to, const unsigned char *text,
				  bool big)
{
	bool one_more = (text[BLOCK] & 0xC0) == 0x80;
	bool two_more = one_more & ((text[BLOCK + 1] & 0xC0) == 0x80);

	*to = encode_eight(*to, text, big);
	*to = encode_eight(*to, text + BLOCK / 2, big);
	return BLOCK + (size_t)one_more + (size_t)two_more;
}

static inline size_t encode_ascii(unsigned char **to, const unsigned char *text,
				  bool big)
{
	unit_block low = order(load_bytes(text), big);
	unit_block high = order(load_bytes(text + BLOCK / 2), big);

	memcpy(*to, &low, sizeof low);
	memcpy(*to + BLOCK, &high, sizeof high);
	*to += 2 * BLOCK;
	return BLOCK;
}

/* Characters of three bytes, of which there are often many. */
static inline size_t
encode_threes(unsigned char **to, const unsigned char *text, size_t n, bool big)
{
	unsigned char *out = *to;
	size_t i = 0;

	for (; n - i >= 3 && (text[i] & 0xF0) == 0xE0; i += 3, out += 2)
		store_unit(out, utf8_character(text + i, 3), big);
	*to = out;
	return i;
}

/* Up to where a pair begins, or the end is near; how many bytes. */
static inline size_t encode_run(unsigned char **to, const unsigned char *text,
				size_t n, bool big)
{
	size_t i = 0;

	while (n - i >= BLOCK + 2 && has_no_pairs(text + i)) {
		if (is_ascii_block(text + i))
			i += encode_ascii(to, text + i, big);
		else if (text[i] >= 0xE0)
			i += encode_threes(to, text + i, n - i, big);
		else
			i += encode_block(to, text + i, big);
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

static inline ssize_t encode_utf16(const unsigned char *text, size_t n,
				   struct scratch *out, bool big)
{
	/* A unit is stored before it is known whether to keep it. */
	unsigned char *to = tempfile__scratch_room(out, 2 * n + 2);
	size_t i = 0;

	if (!to)
		return -1;
	while (i < n) {
		int length;

		i += encode_run(&to, text + i, n - i, big);
		for (int k = 0; k < BLOCK && i < n; k++) {
			to += encode_character(to, text + i, &length, big);
			i += (size_t)length;
		}
	}
	out->length = (size_t)(to - out->bytes);
	return (ssize_t)n;
}

WIDE(utf16le, 16, false);
WIDE(utf16be, 16, true);
