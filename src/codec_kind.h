/* SPDX-License-Identifier: MIT */
/* What an encoding tells codec.c, and what the encodings share. */
#ifndef TEMPFILE_CODEC_KIND_H
#define TEMPFILE_CODEC_KIND_H

#include "codec.h"

#include <stdint.h>
#include <string.h>

#include "utf8.h"

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

/* codec_prefix.c: the length of the ASCII in front. */
size_t tempfile__codec_ascii_prefix(const unsigned char *text, size_t n);

/*
 * The length of the well-formed UTF-8 in front, after a character that was
 * begun: before has its bytes, the last of them in bits 16 to 23; 0: there is
 * none. *begun: as many at the end begin another. codec_prefix_avx2.c and its
 * like; the portable one, which those may call, is in codec_prefix.c.
 */
size_t tempfile__codec_utf8_prefix_after(uint32_t before,
					 const unsigned char *text, size_t n,
					 size_t *begun);
size_t tempfile__codec_utf8_prefix_portable(uint32_t before,
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
