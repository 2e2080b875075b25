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

void tempfile__codec_plain_name(char *place, size_t size, const char *name)
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

/* Is it one of these, which single spaces part? */
static bool is_among(const char *name, const char *names)
{
	size_t length = strlen(name);
	size_t size;

	for (; *names; names += size + (names[size] == ' ')) {
		size = strcspn(names, " ");
		if (size == length && memcmp(name, names, size) == 0)
			return true;
	}
	return false;
}

/* One of our own by its plain name; NULL if it is not. */
static const struct codec_kind *find_own(const char *plain,
					 enum codec_mark *mark)
{
	const struct {
		const char *names;
		const struct codec_kind *kind;
		enum codec_mark mark;
	} own[] = {
		{"utf8 u8 utf cp65001", &tempfile__codec_utf8, CODEC_UNMARKED},
		{"utf8sig", &tempfile__codec_utf8, CODEC_MARKED},
		{"ascii usascii us 646 iso646us ansix341968",
		 &tempfile__codec_ascii, CODEC_UNMARKED},
		{"latin1 latin l1 iso88591 88591 cp819",
		 &tempfile__codec_latin1, CODEC_UNMARKED},
		{"utf16 u16", native_utf16(), CODEC_MARKED},
		{"utf16le", &tempfile__codec_utf16le, CODEC_UNMARKED},
		{"utf16be", &tempfile__codec_utf16be, CODEC_UNMARKED},
		{"utf32 u32", native_utf32(), CODEC_MARKED},
		{"utf32le", &tempfile__codec_utf32le, CODEC_UNMARKED},
		{"utf32be", &tempfile__codec_utf32be, CODEC_UNMARKED},
	};

	for (size_t i = 0; i < sizeof own / sizeof *own; i++) {
		if (!is_among(plain, own[i].names))
			continue;
		*mark = own[i].mark;
		return own[i].kind;
	}
	return NULL;
}

static int find_errors(const char *name)
{
	static const char names[][sizeof "backslashreplace"] = {
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
	const struct codec_kind *own;
	char plain[32];

	if (handler < 0)
		return tempfile__fail_because(EINVAL, "open text with errors",
					      errors, "no such error handler");
	*codec = (struct codec){.errors = (enum codec_errors)handler};
	if (!encoding)
		encoding = "utf-8";
	if (strcmp(encoding, "locale") == 0)
		encoding = tempfile__codec_locale();
	tempfile__codec_plain_name(plain, sizeof plain, encoding);
	own = find_own(plain, &codec->mark);
	if (own) {
		codec->reading = codec->writing = own;
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
	codec->moved = codec->lost = false;
	if (codec->iconv)
		tempfile__codec_iconv_reset(codec);
}

void tempfile__codec_lose(struct codec *codec)
{
	tempfile__codec_reset(codec);
	codec->lost = codec->stateful;
}
