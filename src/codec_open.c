/* SPDX-License-Identifier: MIT */
/* Encodings and error handlers by their names. */
#include "codec_kind.h"

#include <errno.h>

#include "error.h"

static const struct codec_kind *native_utf16(void)
{
	return is_little_endian() ? &tempfile__codec_utf16le
				  : &tempfile__codec_utf16be;
}

static const struct codec_kind *native_utf32(void)
{
	return is_little_endian() ? &tempfile__codec_utf32le
				  : &tempfile__codec_utf32be;
}

/* Letters, in lower case, and digits; as many as fit, which is enough. */
static void plain_name(char *place, size_t size, const char *name)
{
	size_t length = 0;

	for (; *name && length < size - 1; name++) {
		unsigned char c = (unsigned char)*name;

		if (c >= 'A' && c <= 'Z')
			c = (unsigned char)(c - 'A' + 'a');
		if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
			place[length++] = (char)c;
	}
	place[length] = '\0';
}

struct known_name {
	const char *name;
	const struct codec_kind *kind;
	enum codec_mark mark;
};

/* One of our own by its plain name; kind NULL in the result if it is not. */
static struct known_name find_own(const char *plain)
{
	const struct known_name names[] = {
		{"utf8", &tempfile__codec_utf8, CODEC_UNMARKED},
		{"u8", &tempfile__codec_utf8, CODEC_UNMARKED},
		{"utf", &tempfile__codec_utf8, CODEC_UNMARKED},
		{"cp65001", &tempfile__codec_utf8, CODEC_UNMARKED},
		{"utf8sig", &tempfile__codec_utf8, CODEC_MARKED},
		{"ascii", &tempfile__codec_ascii, CODEC_UNMARKED},
		{"usascii", &tempfile__codec_ascii, CODEC_UNMARKED},
		{"us", &tempfile__codec_ascii, CODEC_UNMARKED},
		{"646", &tempfile__codec_ascii, CODEC_UNMARKED},
		{"iso646us", &tempfile__codec_ascii, CODEC_UNMARKED},
		{"ansix341968", &tempfile__codec_ascii, CODEC_UNMARKED},
		{"latin1", &tempfile__codec_latin1, CODEC_UNMARKED},
		{"latin", &tempfile__codec_latin1, CODEC_UNMARKED},
		{"l1", &tempfile__codec_latin1, CODEC_UNMARKED},
		{"iso88591", &tempfile__codec_latin1, CODEC_UNMARKED},
		{"88591", &tempfile__codec_latin1, CODEC_UNMARKED},
		{"cp819", &tempfile__codec_latin1, CODEC_UNMARKED},
		{"utf16", native_utf16(), CODEC_MARKED},
		{"u16", native_utf16(), CODEC_MARKED},
		{"utf16le", &tempfile__codec_utf16le, CODEC_UNMARKED},
		{"utf16be", &tempfile__codec_utf16be, CODEC_UNMARKED},
		{"utf32", native_utf32(), CODEC_MARKED},
		{"u32", native_utf32(), CODEC_MARKED},
		{"utf32le", &tempfile__codec_utf32le, CODEC_UNMARKED},
		{"utf32be", &tempfile__codec_utf32be, CODEC_UNMARKED},
	};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(plain, names[i].name) == 0)
			return names[i];
	return (struct known_name){NULL, NULL, CODEC_UNMARKED};
}

static int find_errors(const char *name)
{
	static const char *const names[] = {
		[CODEC_STRICT] = "strict",
		[CODEC_REPLACE] = "replace",
		[CODEC_IGNORE] = "ignore",
		[CODEC_BACKSLASH_REPLACE] = "backslashreplace",
		[CODEC_SURROGATE_ESCAPE] = "surrogateescape",
	};

	if (!name)
		return CODEC_STRICT;
	for (int i = 0; i < (int)(sizeof names / sizeof *names); i++)
		if (strcmp(name, names[i]) == 0)
			return i;
	return -1;
}

int tempfile__codec_open(struct codec *codec, const char *encoding,
			 const char *errors)
{
	int handler = find_errors(errors);
	struct known_name own;
	char plain[32];

	if (handler < 0)
		return tempfile__fail_because(EINVAL, "open text with errors",
					      errors, "no such error handler");
	*codec = (struct codec){.errors = (enum codec_errors)handler};
	if (!encoding)
		encoding = "utf-8";
	if (strcmp(encoding, "locale") == 0)
		encoding = tempfile__codec_locale();
	plain_name(plain, sizeof plain, encoding);
	own = find_own(plain);
	if (own.kind) {
		codec->reading = codec->writing = own.kind;
		codec->mark = own.mark;
		return 0;
	}
	if (tempfile__codec_iconv_open(codec, encoding) == 0)
		return 0;
	if (errno == EINVAL)
		return tempfile__fail_because(EINVAL, "open text encoded as",
					      encoding, "unknown encoding");
	return tempfile__fail(errno, "open text encoded as", encoding);
}

void tempfile__codec_close(struct codec *codec)
{
	if (codec->iconv)
		tempfile__codec_iconv_close(codec);
}

void tempfile__codec_reset(struct codec *codec)
{
	if (codec->iconv)
		tempfile__codec_iconv_reset(codec);
}

void tempfile__codec_lose(struct codec *codec)
{
	if (codec->stateful)
		tempfile__codec_iconv_lose(codec);
}
