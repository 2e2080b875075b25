/* SPDX-License-Identifier: MIT */
/* What an encoding tells codec.c, and what the encodings share. */
#ifndef TEMPFILE_CODEC_KIND_H
#define TEMPFILE_CODEC_KIND_H

#include "codec.h"

#include <stdint.h>
#include <string.h>

struct codec_kind {
	/*
	 * As tempfile__codec_decode, but of CODEC_BAD span->bad bytes; 0: no
	 * handler may go on here.
	 */
	enum codec_result (*decode)(struct codec *codec,
				    struct codec_span *span);
	/*
	 * Encode well-formed UTF-8 up to the first character that the encoding
	 * does not have; how many bytes of text that were. -1: ENOMEM.
	 */
	ssize_t (*encode)(struct codec *codec, const unsigned char *text,
			  size_t n, struct scratch *out);
	unsigned char width; /* bytes of an ASCII character; 0: ask iconv */
	bool big_endian;
};

extern const struct codec_kind tempfile__codec_utf8;
extern const struct codec_kind tempfile__codec_ascii;
extern const struct codec_kind tempfile__codec_latin1;
extern const struct codec_kind tempfile__codec_utf16le;
extern const struct codec_kind tempfile__codec_utf16be;
extern const struct codec_kind tempfile__codec_utf32le;
extern const struct codec_kind tempfile__codec_utf32be;

/*
 * codec_errors.c: put what stands for span->bad bytes at in to out, and
 * CODEC_MORE; or CODEC_FULL, or CODEC_BAD.
 */
enum codec_result tempfile__codec_handle_bad(enum codec_errors errors,
					     struct codec_span *span);

/* Something in place of what at text cannot be encoded; how long that was. -1:
 * EILSEQ, ENOMEM. */
ssize_t tempfile__codec_handle_unencodable(struct codec *codec,
					   const unsigned char *text, size_t n,
					   struct scratch *out);

/* codec_prefix.c: the length of the ASCII, or of the well-formed UTF-8, in
 * front. */
size_t tempfile__codec_ascii_prefix(const unsigned char *text, size_t n);

/*
 * Of UTF-8 after a character that was begun: before has its bytes, the last of
 * them in bits 16 to 23; 0: there is none. *begun: as many at the end begin
 * another.
 */
size_t tempfile__codec_utf8_prefix_after(uint32_t before,
					 const unsigned char *text, size_t n,
					 size_t *begun);
static inline size_t tempfile__codec_utf8_prefix(const unsigned char *text,
						 size_t n)
{
	size_t begun;

	return tempfile__codec_utf8_prefix_after(0, text, n, &begun);
}

/* The name of the locale's encoding; codec_iconv.c and its like. */
const char *tempfile__codec_locale(void);

/* codec_iconv.c: -1 and EINVAL if iconv does not know it, or ENOMEM. */
int tempfile__codec_iconv_open(struct codec *codec, const char *encoding);
void tempfile__codec_iconv_close(struct codec *codec);
void tempfile__codec_iconv_reset(struct codec *codec);
void tempfile__codec_iconv_lose(struct codec *codec);
/* What brings the encoding back to its initial state. */
int tempfile__codec_iconv_finish(struct codec *codec, struct scratch *out);
size_t tempfile__codec_iconv_newline(const struct codec *codec,
				     unsigned char newline[4]);

#define EACH_BYTE(value) (UINT64_C(0x0101010101010101) * (value))

static inline bool is_little_endian(void)
{
	const uint16_t one = 1;
	unsigned char first;

	memcpy(&first, &one, 1);
	return first == 1;
}

static inline uint64_t load_word(const unsigned char *from)
{
	uint64_t word;

	memcpy(&word, from, sizeof word);
	return word;
}

/* As the bytes stand in memory, the first is the lowest. */
static inline uint64_t little_endian(uint64_t word)
{
	return is_little_endian() ? word : __builtin_bswap64(word);
}

/* How many bytes that are 0 stand before the first that is not. */
static inline size_t count_before(uint64_t word)
{
	return (size_t)__builtin_ctzll(little_endian(word)) / 8;
}

static inline bool is_stop(unsigned char byte, unsigned stops)
{
	return (byte == '\n' && stops & CODEC_STOP_LF) ||
	       (byte == '\r' && stops & CODEC_STOP_CR);
}

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

/* Where to cut input that ends at end: behind the first stop in it. */
static inline const unsigned char *
tempfile__codec_cut(const struct codec_span *span, const unsigned char *end)
{
	const unsigned char *stop;

	if (span->stops & CODEC_STOP_LF) {
		stop = memchr(span->in, '\n', (size_t)(end - span->in));
		end = stop ? stop + 1 : end;
	}
	if (span->stops & CODEC_STOP_CR) {
		stop = memchr(span->in, '\r', (size_t)(end - span->in));
		end = stop ? stop + 1 : end;
	}
	return end;
}

/* An encoding's name by which all its spellings are the same: letters, in lower
 * case, and digits; as many as fit, which is enough. */
void tempfile__codec_plain_name(char *place, size_t size, const char *name);

#endif
