/* SPDX-License-Identifier: MIT */
/*
 * Between the UTF-8 of our interface and the UTF-16 of Windows.
 *
 * File names there are any 16-bit numbers. A surrogate without its other half
 * is written as UTF-8 would if it were a character, so that a tree with such a
 * name in it can be removed.
 */
#include "os_windows.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "utf8.h"

static bool is_high(uint32_t unit)
{
	return unit >= 0xD800 && unit <= 0xDBFF;
}

static bool is_low(uint32_t unit)
{
	return unit >= 0xDC00 && unit <= 0xDFFF;
}

/* The character at *text, which moves behind it; -1: there is none. */
static int32_t take_character(const unsigned char **text)
{
	static const int32_t least[] = {0, 0x80, 0x800, 0x10000};
	unsigned char lead = *(*text)++;
	int more = lead < 0x80   ? 0
		   : lead < 0xC0 ? -1
		   : lead < 0xE0 ? 1
		   : lead < 0xF0 ? 2
		   : lead < 0xF5 ? 3
				 : -1;
	int32_t character = more > 0 ? lead & (0x3F >> more) : lead;

	if (more < 0)
		return -1;
	for (int i = 0; i < more; i++) {
		if ((**text & 0xC0) != 0x80)
			return -1;
		character = character << 6 | (*(*text)++ & 0x3F);
	}
	return character < least[more] || character > 0x10FFFF ? -1 : character;
}

int tempfile__nt_put_wide(WCHAR *place, size_t capacity, const char *text)
{
	const unsigned char *from = (const unsigned char *)text;
	size_t units = 0;
	int32_t character;

	while (*from) {
		character = take_character(&from);
		if (character < 0)
			return tempfile__nt_fail_with(EILSEQ);
		if (units + 2 > capacity)
			return tempfile__nt_fail_with(ENAMETOOLONG);
		if (character >= 0x10000) {
			character -= 0x10000;
			place[units++] = (WCHAR)(0xD800 | character >> 10);
			character = 0xDC00 | (character & 0x3FF);
		}
		place[units++] = (WCHAR)character;
	}
	return (int)units;
}

size_t tempfile__nt_put_utf8(char *place, const WCHAR *wide, size_t units)
{
	unsigned char *to = (unsigned char *)place;

	for (size_t i = 0; i < units; i++) {
		uint32_t character = wide[i];

		if (is_high(character) && i + 1 < units && is_low(wide[i + 1]))
			character = 0x10000 + ((character & 0x3FF) << 10 |
					       (wide[++i] & 0x3FFu));
		to += utf8_put(to, character);
	}
	*to = '\0';
	return (size_t)((char *)to - place);
}

WCHAR *tempfile__nt_wide(const char *text)
{
	size_t capacity = strlen(text) + 2;
	WCHAR *wide = malloc(capacity * sizeof *wide);
	int units;

	if (!wide) {
		errno = ENOMEM;
		return NULL;
	}
	units = tempfile__nt_put_wide(wide, capacity - 1, text);
	if (units < 0) {
		free(wide);
		return NULL;
	}
	wide[units] = L'\0';
	return wide;
}

char *tempfile__nt_utf8(const WCHAR *wide, size_t units)
{
	char *text = malloc(3 * units + 1);

	if (text)
		(void)tempfile__nt_put_utf8(text, wide, units);
	else
		errno = ENOMEM;
	return text;
}
