/* SPDX-License-Identifier: MIT */
/*
 * The encodings that Windows has as code pages, in the place of iconv.
 *
 * A character at a time: only so does one know to the byte where the next one
 * begins. Of pages with a byte a character a table is made once; of the others
 * the system is asked. What has shift states (ISO-2022, HZ, UTF-7) is refused,
 * because Windows does not tell what is wrong in it.
 */
#define WIN32_LEAN_AND_MEAN
#include <windows.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "codec_kind.h"

#define NO_CHARACTER 0xFFFF

struct codec_iconv {
	UINT page;
	unsigned longest;        /* bytes of a character */
	uint16_t character[256]; /* of a byte alone; NO_CHARACTER: of none */
};

/*
 * Names
 */

static UINT page_of_number(const char *digits, UINT base)
{
	char *end;
	unsigned long number = strtoul(digits, &end, 10);

	return *digits && !*end && number < 66000 ? base + (UINT)number : 0;
}

/* 0: Windows has none of that name. */
static UINT page_of_name(const char *plain)
{
	static const struct {
		const char *prefix;
		UINT base;
	} families[] = {
		{"iso8859", 28590}, {"8859", 28590}, {"cp", 0}, {"windows", 0},
		{"ibm", 0},         {"ms", 0},       {"", 0},
	};
	static const struct {
		const char *name;
		UINT page;
	} names[] = {
		{"latin2", 28592}, {"latin3", 28593},   {"latin4", 28594},
		{"latin5", 28599}, {"latin9", 28605},   {"cyrillic", 28595},
		{"arabic", 28596}, {"greek", 28597},    {"hebrew", 28598},
		{"koi8r", 20866},  {"koi8u", 21866},    {"shiftjis", 932},
		{"sjis", 932},     {"mskanji", 932},    {"eucjp", 51932},
		{"gbk", 936},      {"gb2312", 936},     {"gb18030", 54936},
		{"big5", 950},     {"euckr", 949},      {"uhc", 949},
		{"johab", 1361},   {"macroman", 10000}, {"macintosh", 10000},
		{"mbcs", CP_ACP},  {"ansi", CP_ACP},    {"oem", CP_OEMCP},
		{"tis620", 874},   {"hkscs", 951},
	};
	UINT page = 0;

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(plain, names[i].name) == 0)
			return names[i].page == CP_ACP ? GetACP()
						       : names[i].page;
	for (size_t i = 0; page == 0 && i < sizeof families / sizeof *families;
	     i++) {
		size_t length = strlen(families[i].prefix);

		if (strncmp(plain, families[i].prefix, length) == 0)
			page = page_of_number(plain + length, families[i].base);
	}
	return page;
}

static bool has_shift_states(UINT page)
{
	return (page >= 50220 && page <= 50229) || page == 52936 ||
	       page == CP_UTF7;
}

const char *tempfile__codec_locale(void)
{
	static _Thread_local char name[16];

	(void)snprintf(name, sizeof name, "cp%u", GetACP());
	return name;
}

/*
 * Decoding
 */

/* The character of n bytes; -1: none. */
static int32_t decode_bytes(const struct codec_iconv *self,
			    const unsigned char *in, size_t n)
{
	WCHAR wide[2];
	int units = MultiByteToWideChar(self->page, MB_ERR_INVALID_CHARS,
					(const char *)in, (int)n, wide, 2);

	if (units == 1)
		return wide[0] >= 0xD800 && wide[0] < 0xE000 ? -1 : wide[0];
	if (units != 2 || !IS_SURROGATE_PAIR(wide[0], wide[1]))
		return -1;
	return 0x10000 + ((wide[0] & 0x3FF) << 10 | (wide[1] & 0x3FF));
}

/* Bytes of the character at in, as its first ones tell; 0: they do not yet. */
static size_t length_at(const struct codec_iconv *self, const unsigned char *in,
			size_t left)
{
	if (self->character[*in] != NO_CHARACTER || self->longest == 1 ||
	    (self->longest == 2 && !IsDBCSLeadByteEx(self->page, *in)))
		return 1;
	if (self->longest == 2)
		return 2;
	if (left < 2)
		return 0;
	return in[1] >= '0' && in[1] <= '9' ? 4 : 2;
}

static enum codec_result decode_one(const struct codec_iconv *self,
				    struct codec_span *span)
{
	size_t left = (size_t)(span->in_end - span->in);
	size_t length = length_at(self, span->in, left);
	int32_t character;

	if (length == 0 || length > left) {
		span->bad = left;
		return span->final ? CODEC_BAD : CODEC_MORE;
	}
	character = length == 1 ? self->character[*span->in]
				: decode_bytes(self, span->in, length);
	if (character < 0 || character == NO_CHARACTER) {
		span->bad = 1;
		return CODEC_BAD;
	}
	if (span->out_end - span->out < utf8_size((uint32_t)character))
		return CODEC_FULL;
	span->out += utf8_put(span->out, (uint32_t)character);
	span->in += length;
	return character < 0x80 &&
			       is_stop((unsigned char)character, span->stops)
		       ? CODEC_STOPPED
		       : CODEC_MORE;
}

static enum codec_result decode(struct codec *codec, struct codec_span *span)
{
	enum codec_result result = CODEC_MORE;
	const unsigned char *before = NULL;

	while (result == CODEC_MORE && span->in < span->in_end &&
	       span->in != before) {
		before = span->in;
		result = decode_one(codec->iconv, span);
	}
	return result;
}

/*
 * Encoding
 */

static int put_wide(WCHAR wide[2], uint32_t character)
{
	if (character < 0x10000) {
		wide[0] = (WCHAR)character;
		return 1;
	}
	character -= 0x10000;
	wide[0] = (WCHAR)(0xD800 | character >> 10);
	wide[1] = (WCHAR)(0xDC00 | (character & 0x3FF));
	return 2;
}

/* Bytes of the character; 0: the page does not have it. */
static int encode_one(const struct codec_iconv *self, uint32_t character,
		      unsigned char bytes[8])
{
	WCHAR wide[2];
	int units = put_wide(wide, character);
	BOOL made_up = FALSE;
	/* What has all characters takes no such questions. */
	bool has_all = self->longest > 2;
	int length = WideCharToMultiByte(
		self->page, has_all ? 0 : WC_NO_BEST_FIT_CHARS, wide, units,
		(char *)bytes, 8, NULL, has_all ? NULL : &made_up);

	/* Some pages take what has no place in them for a control character. */
	if (made_up || (length == 1 && self->longest == 1 &&
			self->character[bytes[0]] == NO_CHARACTER))
		return 0;
	return length;
}

static ssize_t encode(struct codec *codec, const unsigned char *text, size_t n,
		      struct scratch *out)
{
	size_t at = 0;

	while (at < n) {
		int length = utf8_length(text[at]);
		uint32_t character = utf8_character(text + at, length);
		unsigned char bytes[8];
		int size = encode_one(codec->iconv, character, bytes);

		if (size <= 0)
			break;
		if (tempfile__scratch_add(out, bytes, (size_t)size) < 0)
			return -1;
		at += (size_t)length;
	}
	return (ssize_t)at;
}

/*
 * Opening, and what shift states would need
 */

static const struct codec_kind win32_kind = {decode, encode, 0, false};

/* Bytes without a character in a page of Windows come as controls, which the
 * page does not have. */
static bool is_gap(const struct codec_iconv *self, unsigned byte,
		   int32_t character)
{
	return self->page >= 1250 && self->page <= 1258 && byte >= 0x80 &&
	       byte < 0xA0 && character == (int32_t)byte;
}

static void fill_table(struct codec_iconv *self)
{
	for (unsigned i = 0; i < 256; i++) {
		unsigned char byte = (unsigned char)i;
		int32_t character = -1;

		if (self->longest == 1 ||
		    (self->longest == 2 &&
		     !IsDBCSLeadByteEx(self->page, byte)) ||
		    byte < 0x80)
			character = decode_bytes(self, &byte, 1);
		self->character[i] = character < 0 || is_gap(self, i, character)
					     ? NO_CHARACTER
					     : (uint16_t)character;
	}
}

int tempfile__codec_iconv_open(struct codec *codec, const char *encoding)
{
	struct codec_iconv *self;
	char plain[32];
	CPINFO info;
	UINT page;

	tempfile__codec_plain_name(plain, sizeof plain, encoding);
	page = page_of_name(plain);
	if (page == 0 || has_shift_states(page) || !GetCPInfo(page, &info) ||
	    info.MaxCharSize > 4) {
		errno = EINVAL;
		return -1;
	}
	self = malloc(sizeof *self);
	if (!self)
		return -1;
	self->page = page;
	self->longest = info.MaxCharSize;
	fill_table(self);
	codec->iconv = self;
	codec->reading = codec->writing = &win32_kind;
	return 0;
}

void tempfile__codec_iconv_close(struct codec *codec)
{
	free(codec->iconv);
	codec->iconv = NULL;
}

void tempfile__codec_iconv_reset(struct codec *codec)
{
	(void)codec;
}

int tempfile__codec_iconv_finish(struct codec *codec, struct scratch *out)
{
	(void)codec;
	(void)out;
	return 0;
}

size_t tempfile__codec_iconv_newline(const struct codec *codec,
				     unsigned char newline[4])
{
	unsigned char bytes[8] = {0};
	int length = encode_one(codec->iconv, '\n', bytes);

	memcpy(newline, bytes, 4);
	return (size_t)length;
}
