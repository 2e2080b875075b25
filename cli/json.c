/* SPDX-License-Identifier: MIT */
/* Writes JSON; keys are literals that need no escaping. */
#include <inttypes.h>
#include <stdio.h>

#include "json.h"

static bool is_first; /* no member of this object has been printed */

void json_begin(void)
{
	putchar('{');
	is_first = true;
}

void json_end(void)
{
	puts("}");
}

static void print_key(const char *key)
{
	printf(is_first ? "\"%s\": " : ", \"%s\": ", key);
	is_first = false;
}

static bool is_within(unsigned char byte, unsigned low, unsigned high)
{
	return low <= byte && byte <= high;
}

/*
 * Bytes of the UTF-8 character at s, 0 if there is none: the table of
 * well-formed sequences in chapter 3 of the Unicode standard.
 */
static int character_length(const unsigned char *s)
{
	unsigned low = *s == 0xe0 ? 0xa0 : *s == 0xf0 ? 0x90 : 0x80;
	unsigned high = *s == 0xed ? 0x9f : *s == 0xf4 ? 0x8f : 0xbf;
	int length = is_within(*s, 0xc2, 0xdf)   ? 2
		     : is_within(*s, 0xe0, 0xef) ? 3
		     : is_within(*s, 0xf0, 0xf4) ? 4
						 : 0;
	int i;

	if (*s < 0x80)
		return 1;
	if (!length || !is_within(s[1], low, high))
		return 0;
	for (i = 2; i < length; i++)
		if (!is_within(s[i], 0x80, 0xbf))
			return 0;
	return length;
}

void json_string(const char *key, const char *bytes)
{
	const unsigned char *s = (const unsigned char *)bytes;
	int length;

	if (!bytes) {
		json_null(key);
		return;
	}
	print_key(key);
	putchar('"');
	for (; *s; s += length ? length : 1) {
		length = character_length(s);
		if (!length)
			printf("\\udc%02x", *s);
		else if (*s < 0x20 || *s == 0x7f)
			printf("\\u%04x", *s);
		else if (*s == '"' || *s == '\\')
			printf("\\%c", *s);
		else
			fwrite(s, 1, (size_t)length, stdout);
	}
	putchar('"');
}

void json_number(const char *key, int64_t number)
{
	print_key(key);
	printf("%" PRId64, number);
}

void json_bool(const char *key, bool value)
{
	print_key(key);
	fputs(value ? "true" : "false", stdout);
}

void json_null(const char *key)
{
	print_key(key);
	fputs("null", stdout);
}
