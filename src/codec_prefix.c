/* SPDX-License-Identifier: MIT */
/*
 * How much of some text is in order, looked at a block at a time.
 *
 * What a byte of UTF-8 may be is decided by the three before it, so all bytes
 * of a block can be judged at once, however long the characters are, and no
 * branch depends on them. Invariant: everything before the block is in order,
 * but for a character that the block has to end.
 */
#include "codec_kind.h"

#define BLOCK 16

typedef unsigned char block __attribute__((vector_size(BLOCK)));

static inline block load_block(const unsigned char *from)
{
	block bytes;

	memcpy(&bytes, from, sizeof bytes);
	return bytes;
}

typedef signed char signed_block __attribute__((vector_size(BLOCK)));

static inline bool is_any(block bytes, unsigned char bits)
{
	uint64_t words[2];

	memcpy(words, &bytes, sizeof words);
	return ((words[0] | words[1]) & EACH_BYTE(bits)) != 0;
}

static inline bool is_ascii(const unsigned char *text)
{
	return !is_any(load_block(text), 0x80);
}

/* From some byte on, all of them at least 0x80. Processors compare with signs;
 * so the least has to become the least of those. */
static inline block find_from(block bytes, unsigned char from)
{
	return (block)((signed_block)(bytes ^ 0x80) >=
		       (signed char)(from ^ 0x80));
}

/* 0x80 to 0xBF, which signed is least of all. */
static inline block find_rest(block byte)
{
	return (block)((signed_block)byte < -64);
}

/* Leads of four bytes, none at all, or after which not every rest may come. */
static inline block find_special(block byte)
{
	return (block)((byte & 0xDE) == 0xC0) | (block)(byte == 0xED) |
	       find_from(byte, 0xF0);
}

/*
 * Not zero where a byte is one that may not follow those before it. What is no
 * rest of a character is bad after a lead anyway, so that the comparisons with
 * what follows a certain lead may say of it what they like.
 */
static inline block find_misplaced(block byte, block one, block two,
				   block three)
{
	block below_90 = (block)((signed_block)byte < -112);
	block below_a0 = (block)((signed_block)byte < -96);
	block must_go_on = find_from(one, 0xC0) | find_from(two, 0xE0) |
			   find_from(three, 0xF0);

	return (must_go_on ^ find_rest(byte)) | (block)((byte & 0xFE) == 0xC0) |
	       find_from(byte, 0xF5) | ((block)(one == 0xE0) & below_a0) |
	       ((block)(one == 0xED) & ~below_a0) |
	       ((block)(one == 0xF0) & below_90) |
	       ((block)(one == 0xF4) & ~below_90);
}

/* The same of text without special leads; these are found, too. */
static inline block find_unusual(block byte, block one, block two)
{
	block must_go_on = find_from(one, 0xC0) | find_from(two, 0xE0);

	return (must_go_on ^ find_rest(byte)) | find_special(byte);
}

static inline block find_bad(const unsigned char *at)
{
	return find_misplaced(load_block(at), load_block(at - 1),
			      load_block(at - 2), load_block(at - 3));
}

/* Of one block, with the three bytes before it. */
static inline bool is_in_order(const unsigned char *at)
{
	return !is_any(load_block(at - 3) | load_block(at), 0x80) ||
	       !is_any(find_bad(at), 0xFF);
}

/* Of four blocks at a time, with the three bytes before them. */
static inline bool is_run_ascii(const unsigned char *at)
{
	return !is_any(
		load_block(at - 3) | load_block(at) | load_block(at + BLOCK) |
			load_block(at + 2 * BLOCK) | load_block(at + 3 * BLOCK),
		0x80);
}

/* Most scripts have no special leads, and need fewer comparisons. */
static inline bool is_run_plain(const unsigned char *at)
{
	block bad = find_special(load_block(at - 3));

	for (int i = 0; i < 4 * BLOCK; i += BLOCK)
		bad |= find_unusual(load_block(at + i), load_block(at + i - 1),
				    load_block(at + i - 2));
	return !is_any(bad, 0xFF);
}

static inline bool is_run_in_order(const unsigned char *at)
{
	block bad = {0};

	if (is_run_ascii(at) || is_run_plain(at))
		return true;
	for (int i = 0; i < 4 * BLOCK; i += BLOCK)
		bad |= find_bad(at + i);
	return !is_any(bad, 0xFF);
}

/* Behind the blocks that are in order; at most the first is not looked at. */
static const unsigned char *skip_blocks(const unsigned char *at,
					const unsigned char *end)
{
	while (end - at >= 4 * BLOCK && is_run_in_order(at))
		at += 4 * BLOCK;
	for (; end - at >= BLOCK; at += BLOCK)
		if (!is_in_order(at))
			return at;
	/* The last may overlap what has been seen, and what it looks back on
	 * must be text too. */
	if (end - at >= 3 && is_in_order(end - BLOCK))
		at = end;
	return at;
}

/* The block that begins some bytes before text, of which before has three. */
static inline block look_back(const unsigned char *text, uint32_t before,
			      unsigned bytes)
{
	uint64_t words[] = {little_endian(load_word(text)),
			    little_endian(load_word(text + 8))};
	unsigned bits = 8 * bytes;
	block result;

	words[1] = little_endian(words[1] << bits | words[0] >> (64 - bits));
	words[0] = little_endian(words[0] << bits | before >> (24 - bits));
	memcpy(&result, words, sizeof result);
	return result;
}

/* Leads of four bytes, and those that not every rest may follow at once. */
static inline bool begins_special(uint32_t before)
{
	uint32_t of_four = before & before << 1 & before << 2 & before << 3;

	return (of_four & 0x808080) || before >> 16 == 0xE0 ||
	       before >> 16 == 0xED;
}

/* Of the first block, with what is before it. */
static inline bool is_first_plain(const unsigned char *text, uint32_t before)
{
	block byte = load_block(text);

	if (before == 0 && !is_any(byte, 0x80))
		return true;
	return !begins_special(before) &&
	       !is_any(find_unusual(byte, look_back(text, before, 1),
				    look_back(text, before, 2)),
		       0xFF);
}

static bool is_first_in_order(const unsigned char *text, uint32_t before)
{
	return !is_any(find_misplaced(load_block(text),
				      look_back(text, before, 1),
				      look_back(text, before, 2),
				      look_back(text, before, 3)),
		       0xFF);
}

/* How many bytes of a character, so far in order, stand before at. */
static inline size_t count_begun(const unsigned char *at)
{
	return at[-1] >= 0xC0 ? 1 : at[-2] >= 0xE0 ? 2 : at[-3] >= 0xF0 ? 3 : 0;
}

/* A character at a time. */
static const unsigned char *skip_characters(const unsigned char *at,
					    const unsigned char *end)
{
	int length = 1;

	while (end - at >= 4 && length > 0) {
		length = *at < 0x80 ? 1 : utf8_scan_four(at, end);
		at += length > 0 ? length : 0;
	}
	while (at < end && length > 0) {
		length = utf8_scan(at, end);
		at += length > 0 ? length : 0;
	}
	return at;
}

/* Behind the rest of the character that before begins; text: there is none. */
static const unsigned char *finish_character(uint32_t before,
					     const unsigned char *text,
					     const unsigned char *end)
{
	unsigned char whole[4 + 3];
	size_t length = 0, n = (size_t)(end - text);
	int scanned;

	for (int bits = 0; bits < 24; bits += 8)
		if (before >> bits & 0xFF)
			whole[length++] = (unsigned char)(before >> bits);
	if (n > 3)
		n = 3;
	memcpy(whole + length, text, n);
	scanned = utf8_scan(whole, whole + length + n);
	return scanned > 0 ? text + scanned - length : text;
}

/* Up to at it is in order, but for a character that was begun. */
static NOT_INLINED size_t measure_on(const unsigned char *text, size_t n,
				     const unsigned char *at, size_t *begun)
{
	const unsigned char *end = text + n;

	at = skip_blocks(at, end);
	*begun = count_begun(at);
	at -= *begun;
	if (at + *begun == end)
		return n - *begun;
	at = skip_characters(at, end);
	*begun = tempfile__codec_unfinished(at, (size_t)(end - at));
	return (size_t)(at - text);
}

static NOT_INLINED size_t measure_slowly(uint32_t before,
					 const unsigned char *text, size_t n,
					 size_t *begun)
{
	const unsigned char *at = text, *end = text + n;

	if (n >= BLOCK && is_first_in_order(text, before))
		return measure_on(text, n, text + BLOCK, begun);
	if (before) {
		at = finish_character(before, text, end);
		if (at == text)
			return *begun = 0;
	}
	at = skip_characters(at, end);
	*begun = tempfile__codec_unfinished(at, (size_t)(end - at));
	return (size_t)(at - text);
}

size_t tempfile__codec_utf8_prefix_portable(uint32_t before,
					    const unsigned char *text, size_t n,
					    size_t *begun)
{
	if (n < BLOCK || !is_first_plain(text, before))
		return measure_slowly(before, text, n, begun);
	if (n > BLOCK)
		return measure_on(text, n, text + BLOCK, begun);
	*begun = count_begun(text + BLOCK);
	return n - *begun;
}

static inline bool is_ascii_run(const unsigned char *text)
{
	return !is_any(load_block(text) | load_block(text + BLOCK) |
			       load_block(text + 2 * BLOCK) |
			       load_block(text + 3 * BLOCK),
		       0x80);
}

size_t tempfile__codec_ascii_prefix(const unsigned char *text, size_t n)
{
	size_t i = 0;

	while (n - i >= 4 * BLOCK && is_ascii_run(text + i))
		i += 4 * BLOCK;
	while (n - i >= BLOCK && is_ascii(text + i))
		i += BLOCK;
	/* The last may overlap what has been seen. */
	if (n - i < BLOCK && n >= BLOCK && is_ascii(text + n - BLOCK))
		return n;
	while (i < n && text[i] < 0x80)
		i++;
	return i;
}
