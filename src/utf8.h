/* SPDX-License-Identifier: MIT */
/* One character of UTF-8: is it well formed, which one is it, how is it put. */
#ifndef TEMPFILE_UTF8_H
#define TEMPFILE_UTF8_H

#include <stdint.h>

/*
 * The length of the character at text; 0 if it goes on behind end; minus the
 * length of what is bad: as long as it could have become a character.
 */
static inline int utf8_scan(const unsigned char *text, const unsigned char *end)
{
	unsigned char lead = *text, low = 0x80, high = 0xBF;
	int length = 2;

	if (lead < 0x80)
		return 1;
	if (lead < 0xC2 || lead > 0xF4)
		return -1;
	if (lead >= 0xF0) {
		length = 4;
		low = lead == 0xF0 ? 0x90 : low;
		high = lead == 0xF4 ? 0x8F : high;
	} else if (lead >= 0xE0) {
		length = 3;
		low = lead == 0xE0 ? 0xA0 : low;
		high = lead == 0xED ? 0x9F : high;
	}
	for (int i = 1; i < length; i++, low = 0x80, high = 0xBF) {
		if (text + i == end)
			return 0;
		if (text[i] < low || text[i] > high)
			return -i;
	}
	return length;
}

/* The same with at least four bytes at text: most are told by one look. */
static inline int utf8_scan_four(const unsigned char *text,
				 const unsigned char *end)
{
	uint32_t four = (uint32_t)text[0] | (uint32_t)text[1] << 8 |
			(uint32_t)text[2] << 16 | (uint32_t)text[3] << 24;
	uint32_t high = four & 0x200F; /* of three bytes, the upper bits */

	if ((four & 0xC0E0) == 0x80C0 && (four & 0x1E))
		return 2;
	if ((four & 0xC0C0F0) == 0x8080E0 && high != 0 && high != 0x200D)
		return 3;
	return utf8_scan(text, end);
}

/* The character of a well-formed sequence of length bytes. */
static inline uint32_t utf8_character(const unsigned char *text, int length)
{
	if (length == 1)
		return text[0];
	if (length == 2)
		return (text[0] & 0x1Fu) << 6 | (text[1] & 0x3Fu);
	if (length == 3)
		return (text[0] & 0x0Fu) << 12 | (text[1] & 0x3Fu) << 6 |
		       (text[2] & 0x3Fu);
	return (text[0] & 0x07u) << 18 | (text[1] & 0x3Fu) << 12 |
	       (text[2] & 0x3Fu) << 6 | (text[3] & 0x3Fu);
}

/* The length that the lead byte of a well-formed sequence tells. */
static inline int utf8_length(unsigned char lead)
{
	return lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
}

/* Puts as many bytes as utf8_size tells, and tells how many. */
static inline int utf8_put(unsigned char *to, uint32_t character)
{
	if (character < 0x80) {
		to[0] = (unsigned char)character;
		return 1;
	}
	if (character < 0x800) {
		to[0] = (unsigned char)(0xC0 | character >> 6);
		to[1] = (unsigned char)(0x80 | (character & 0x3F));
		return 2;
	}
	if (character < 0x10000) {
		to[0] = (unsigned char)(0xE0 | character >> 12);
		to[1] = (unsigned char)(0x80 | (character >> 6 & 0x3F));
		to[2] = (unsigned char)(0x80 | (character & 0x3F));
		return 3;
	}
	to[0] = (unsigned char)(0xF0 | character >> 18);
	to[1] = (unsigned char)(0x80 | (character >> 12 & 0x3F));
	to[2] = (unsigned char)(0x80 | (character >> 6 & 0x3F));
	to[3] = (unsigned char)(0x80 | (character & 0x3F));
	return 4;
}

static inline int utf8_size(uint32_t character)
{
	return character < 0x80      ? 1
	       : character < 0x800   ? 2
	       : character < 0x10000 ? 3
				     : 4;
}

#endif
