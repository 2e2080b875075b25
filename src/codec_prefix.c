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

static inline bool is_ascii_run(const unsigned char *text)
{
	return !is_any(load_block(text) | load_block(text + BLOCK) |
			       load_block(text + 2 * BLOCK) |
			       load_block(text + 3 * BLOCK),
		       0x80);
}

/* Not zero where a byte is one that may not follow the three before it. */
static inline block find_misplaced(const unsigned char *at)
{
	block byte = load_block(at), one = load_block(at - 1);
	block must_go_on = (block)(one >= 0xC0) |
			   (block)(load_block(at - 2) >= 0xE0) |
			   (block)(load_block(at - 3) >= 0xF0);
	block goes_on = (block)((byte & 0xC0) == 0x80);
	block never = (block)((byte & 0xFE) == 0xC0) | (block)(byte >= 0xF5);
	block overlong = ((block)(one == 0xE0) & (block)(byte < 0xA0)) |
			 ((block)(one == 0xF0) & (block)(byte < 0x90));
	block beyond = ((block)(one == 0xED) & (block)(byte >= 0xA0)) |
		       ((block)(one == 0xF4) & (block)(byte >= 0x90));

	return (must_go_on ^ goes_on) | never | overlong | beyond;
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
	return !is_any(find_misplaced(padded + 4), 0xFF);
}

/* Behind the blocks that are in order; at most the first is not looked at. */
static const unsigned char *skip_blocks(const unsigned char *at,
					const unsigned char *end)
{
	for (; end - at >= 4 * BLOCK; at += 4 * BLOCK) {
		if (is_ascii_run(at) && count_begun(at) == 0)
			continue;
		if (is_any(find_misplaced(at) | find_misplaced(at + BLOCK) |
				   find_misplaced(at + 2 * BLOCK) |
				   find_misplaced(at + 3 * BLOCK),
			   0xFF))
			break;
	}
	for (; end - at >= BLOCK; at += BLOCK) {
		if (is_ascii(at) && count_begun(at) == 0)
			continue;
		if (is_any(find_misplaced(at), 0xFF))
			return at;
	}
	/* The last may overlap what has been seen, and what it looks back on
	 * must be text too. */
	if (end - at >= 3 && !is_any(find_misplaced(end - BLOCK), 0xFF))
		at = end;
	return at;
}

size_t tempfile__codec_utf8_prefix(const unsigned char *text, size_t n)
{
	const unsigned char *at = text, *end = text + n;
	int length = 1;

	if (n >= BLOCK && is_first_in_order(text)) {
		at = skip_blocks(text + BLOCK, end);
		at -= count_begun(at);
	}
	while (end - at >= 4 && length > 0) {
		length = *at < 0x80 ? 1 : utf8_scan_four(at, end);
		at += length > 0 ? length : 0;
	}
	while (at < end && length > 0) {
		length = utf8_scan(at, end);
		at += length > 0 ? length : 0;
	}
	return (size_t)(at - text);
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
