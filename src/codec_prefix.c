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

/* 0x80 to 0xBF, which signed is least of all. */
static inline block find_rest(block byte)
{
	return (block)((signed_block)byte < -64);
}

/*
 * Not zero where a byte is one that may not follow those before it, which may
 * begin characters of up to longest bytes; three: none from U+D000 on. What is
 * no rest of a character is bad after a lead anyway, so that the comparisons
 * with what follows a certain lead may say of it what they like.
 */
static inline block find_misplaced(const unsigned char *at, int longest)
{
	block byte = load_block(at), one = load_block(at - 1);
	block must_go_on = (block)(one >= 0xC0);
	block bad = (block)((byte & 0xFE) == 0xC0);
	block below_a0 = (block)((signed_block)byte < -96);

	if (longest >= 3) {
		must_go_on |= (block)(load_block(at - 2) >= 0xE0);
		bad |= (block)(one == 0xE0) & below_a0;
	}
	if (longest == 4) {
		block below_90 = (block)((signed_block)byte < -112);

		must_go_on |= (block)(load_block(at - 3) >= 0xF0);
		bad |= (block)(byte >= 0xF5) |
		       ((block)(one == 0xED) & ~below_a0) |
		       ((block)(one == 0xF0) & below_90) |
		       ((block)(one == 0xF4) & ~below_90);
	}
	return bad | (must_go_on ^ find_rest(byte));
}

/* Of one block, with the three bytes before it. */
static inline bool is_in_order(const unsigned char *at)
{
	return !is_any(load_block(at - 3) | load_block(at), 0x80) ||
	       !is_any(find_misplaced(at, 4), 0xFF);
}

/* How many bytes of a character, so far in order, stand before at. */
static inline size_t count_begun(const unsigned char *at)
{
	return at[-1] >= 0xC0 ? 1 : at[-2] >= 0xE0 ? 2 : at[-3] >= 0xF0 ? 3 : 0;
}

/* The first block, with nothing before it. */
static bool is_first_in_order(const unsigned char *text)
{
	unsigned char padded[4 + BLOCK] = {0};

	if (is_ascii(text))
		return true;
	memcpy(padded + 4, text, BLOCK);
	return is_in_order(padded + 4);
}

/* Of four blocks at a time, with the three bytes before them. */
static inline bool is_run_ascii(const unsigned char *at)
{
	return !is_any(
		load_block(at - 3) | load_block(at) | load_block(at + BLOCK) |
			load_block(at + 2 * BLOCK) | load_block(at + 3 * BLOCK),
		0x80);
}

static inline bool is_run_below(const unsigned char *at, unsigned char limit)
{
	block beyond = (block)(load_block(at - 3) >= limit);

	for (int i = 0; i < 4 * BLOCK; i += BLOCK)
		beyond |= (block)(load_block(at + i) >= limit);
	return !is_any(beyond, 0xFF);
}

static inline bool check_run(const unsigned char *at, int longest)
{
	block bad = {0};

	for (int i = 0; i < 4 * BLOCK; i += BLOCK)
		bad |= find_misplaced(at + i, longest);
	return !is_any(bad, 0xFF);
}

/* Most scripts need only some of the comparisons. */
static inline bool is_run_in_order(const unsigned char *at)
{
	if (is_run_ascii(at))
		return true;
	if (is_run_below(at, 0xE0))
		return check_run(at, 2);
	if (is_run_below(at, 0xED))
		return check_run(at, 3);
	return check_run(at, 4);
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

static size_t measure_any(const unsigned char *text, size_t n)
{
	const unsigned char *at = text, *end = text + n;

	if (n >= BLOCK && is_first_in_order(text)) {
		at = skip_blocks(text + BLOCK, end);
		at -= count_begun(at);
	}
	return (size_t)(skip_characters(at, end) - text);
}

size_t tempfile__codec_utf8_prefix(const unsigned char *text, size_t n)
{
	/* Much of what is written is short, and ASCII. */
	if (n >= BLOCK && n <= 2 * BLOCK && is_ascii(text) &&
	    is_ascii(text + n - BLOCK))
		return n;
	return measure_any(text, n);
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
