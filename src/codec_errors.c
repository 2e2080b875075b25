/* SPDX-License-Identifier: MIT */
/*
 * What becomes of what cannot be converted.
 *
 * Bad bytes come in the portions that Python makes of them, so that replace
 * writes as many marks. On the way out a portion is a character that the
 * encoding does not have, half a surrogate pair (not UTF-8, but the form in
 * which escaped bytes come), or bytes that are no UTF-8 at all.
 */
#include "codec_kind.h"

#include <errno.h>

static size_t put_hex(unsigned char *to, char letter, uint32_t value,
		      unsigned digits)
{
	to[0] = '\\';
	to[1] = (unsigned char)letter;
	for (unsigned i = 0; i < digits; i++)
		to[2 + i] = (unsigned char)"0123456789abcdef"
			[value >> 4 * (digits - 1 - i) & 15];
	return 2 + digits;
}

/* Bytes from 0x80 on as U+DC80 to U+DCFF, up to the first that is not one. */
static size_t escape_bytes(struct codec_span *span, unsigned char *to)
{
	size_t length = 0, limit = span->bad < 4 ? span->bad : 4;

	for (span->bad = 0; span->bad < limit; span->bad++) {
		unsigned char byte = span->in[span->bad];

		if (byte < 0x80)
			break;
		length += (size_t)utf8_put(to + length, 0xDC00u + byte);
	}
	return length;
}

enum codec_result tempfile__codec_handle_bad(enum codec_errors errors,
					     struct codec_span *span)
{
	unsigned char instead[CODEC_LONGEST];
	size_t length = 0;

	if (span->bad == 0)
		return CODEC_BAD;
	switch (errors) {
	case CODEC_REPLACE:
		length = (size_t)utf8_put(instead, 0xFFFD);
		break;
	case CODEC_IGNORE:
		break;
	case CODEC_BACKSLASH_REPLACE:
		if (span->bad > CODEC_LONGEST / 4)
			span->bad = CODEC_LONGEST / 4;
		for (size_t i = 0; i < span->bad; i++)
			length +=
				put_hex(instead + length, 'x', span->in[i], 2);
		break;
	case CODEC_SURROGATE_ESCAPE:
		length = escape_bytes(span, instead);
		if (length > 0)
			break;
		return CODEC_BAD;
	case CODEC_STRICT:
		return CODEC_BAD;
	}
	if ((size_t)(span->out_end - span->out) < length)
		return CODEC_FULL;
	memcpy(span->out, instead, length);
	span->out += length;
	span->in += span->bad;
	return CODEC_MORE;
}

/* U+D800 to U+DFFF, which is not UTF-8, but the escaped bytes come as it. */
static bool is_surrogate(const unsigned char *text, size_t n)
{
	return n >= 3 && text[0] == 0xED && text[1] >= 0xA0 &&
	       text[1] <= 0xBF && text[2] >= 0x80 && text[2] <= 0xBF;
}

/* What stands for the character at text, of length bytes: ASCII, in to. */
static size_t spell(const unsigned char *text, size_t length, bool is_character,
		    unsigned char *to)
{
	uint32_t character;
	size_t size = 0;

	if (!is_character) {
		for (size_t i = 0; i < length; i++)
			size += put_hex(to + size, 'x', text[i], 2);
		return size;
	}
	character = utf8_character(text, (int)length);
	if (character < 0x100)
		return put_hex(to, 'x', character, 2);
	if (character < 0x10000)
		return put_hex(to, 'u', character, 4);
	return put_hex(to, 'U', character, 8);
}

/* The raw byte that an escaped one was; only where bytes stand for text. */
static int unescape(struct codec *codec, const unsigned char *text,
		    size_t length, struct scratch *out)
{
	uint32_t character =
		length == 3 ? utf8_character(text, (int)length) : 0;
	unsigned char byte = (unsigned char)character;

	if (character < 0xDC80 || character > 0xDCFF ||
	    codec->writing->width > 1) {
		errno = EILSEQ;
		return -1;
	}
	return tempfile__scratch_add(out, &byte, 1);
}

ssize_t tempfile__codec_handle_unencodable(struct codec *codec,
					   const unsigned char *text, size_t n,
					   struct scratch *out)
{
	unsigned char instead[CODEC_LONGEST] = "?";
	int scanned = utf8_scan(text, text + n);
	size_t length = scanned > 0    ? (size_t)scanned
			: scanned == 0 ? n
				       : (size_t)-scanned;
	bool is_character = scanned > 0 || is_surrogate(text, n);
	size_t size = 1;
	ssize_t written = 0;

	if (is_character && scanned <= 0)
		length = 3;
	switch (codec->errors) {
	case CODEC_IGNORE:
		return (ssize_t)length;
	case CODEC_SURROGATE_ESCAPE:
		if (!is_character)
			break;
		if (unescape(codec, text, length, out) < 0)
			return -1;
		return (ssize_t)length;
	case CODEC_BACKSLASH_REPLACE:
		size = spell(text, length, is_character, instead);
		/* fall through */
	case CODEC_REPLACE:
		written = codec->writing->encode(codec, instead, size, out);
		if (written < 0)
			return -1;
		if ((size_t)written == size)
			return (ssize_t)length;
		break;
	case CODEC_STRICT:
		break;
	}
	errno = EILSEQ;
	return -1;
}
