/* SPDX-License-Identifier: MIT */
/*
 * Unpredictable names.
 *
 * Each thread draws from a pool of the kernel's random bytes, so that one
 * system call serves many names. A pool belongs to the process that filled it:
 * a forked child fills its own. Bytes are forgotten as they are used.
 */
#include "random_name.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>

#include "fork_guard.h"
#include "os.h"

const struct name_pattern tempfile__leased_pattern = {LEASED_PREFIX, "",
						      LEASED_RANDOM_CHARS};

static const char alphabet[] = "abcdefghijklmnopqrstuvwxyz0123456789_";
#define LETTERS (sizeof alphabet - 1)

#define POOL_BYTES 512

static _Thread_local struct {
	uint64_t process;
	size_t left;
	unsigned char bytes[POOL_BYTES];
} pool;

static int fill_pool(void)
{
	pool.left = 0;
	if (tempfile__os_random(pool.bytes, sizeof pool.bytes) < 0)
		return -1;
	pool.left = sizeof pool.bytes;
	pool.process = tempfile__process();
	return 0;
}

/* n random bytes, all at once: finding a thread's pool takes its time. */
static int draw_bytes(unsigned char *bytes, size_t n)
{
	if ((pool.left < n || pool.process != tempfile__process()) &&
	    fill_pool() < 0)
		return -1;
	pool.left -= n;
	memcpy(bytes, pool.bytes + pool.left, n);
	memset(pool.bytes + pool.left, 0, n);
	return 0;
}

/* Without bias: bytes from the incomplete last round of bound are refused. */
static bool is_refused(unsigned char byte, unsigned bound)
{
	return byte >= 256 - 256 % bound;
}

int tempfile__random_below(unsigned bound)
{
	unsigned char byte;

	do
		if (draw_bytes(&byte, 1) < 0)
			return -1;
	while (is_refused(byte, bound));
	return byte % (int)bound;
}

size_t tempfile__name_size(const struct name_pattern *pattern)
{
	return strlen(pattern->prefix) + pattern->random_chars +
	       strlen(pattern->suffix) + 1;
}

/* Letters in place of n bytes that were drawn; others for those refused. */
static int spell(char *place, unsigned char *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		while (is_refused(bytes[i], LETTERS))
			if (draw_bytes(&bytes[i], 1) < 0)
				return -1;
		place[i] = alphabet[bytes[i] % LETTERS];
	}
	return 0;
}

int tempfile__name_draw(const struct name_pattern *pattern, char *place)
{
	unsigned char bytes[RANDOM_CHARS_MOST];
	size_t length = strlen(pattern->prefix);
	size_t n = pattern->random_chars;

	if (draw_bytes(bytes, n) < 0 || spell(place + length, bytes, n) < 0)
		return -1;
	memcpy(place, pattern->prefix, length);
	memcpy(place + length + n, pattern->suffix,
	       strlen(pattern->suffix) + 1);
	return 0;
}

bool tempfile__is_drawn(const char *text)
{
	return text[strspn(text, alphabet)] == '\0';
}

/* What separates components anywhere must not in a name: it may travel. */
static bool has_separator(const char *text)
{
	for (; *text; text++)
		if (*text == '/' || *text == '\\' ||
		    tempfile__os_is_separator(*text))
			return true;
	return false;
}

/* Does text begin with word, in either case, and end or go on with a '.'? */
static bool is_word(const char *text, const char *word)
{
	for (; *word; word++, text++)
		if (toupper((unsigned char)*text) != *word)
			return false;
	return *text == '.' || *text == ' ' || *text == '\0';
}

/* The devices that Windows finds in every directory. A prefix alone becomes one
 * only if its end is followed by nothing or by a '.'. */
static bool begins_with_device(const char *prefix)
{
	static const char *const devices[] = {
		"CON",  "PRN",  "AUX",  "NUL",  "COM1", "COM2", "COM3", "COM4",
		"COM5", "COM6", "COM7", "COM8", "COM9", "LPT1", "LPT2", "LPT3",
		"LPT4", "LPT5", "LPT6", "LPT7", "LPT8", "LPT9"};

	for (size_t i = 0; i < sizeof devices / sizeof *devices; i++)
		if (is_word(prefix, devices[i]) &&
		    prefix[strlen(devices[i])] != '\0')
			return true;
	return false;
}

const char *tempfile__prefix_fault(const char *prefix)
{
	if (has_separator(prefix))
		return "the prefix has a path separator in it";
	if (begins_with_device(prefix))
		return "the prefix is a device on Windows";
	return NULL;
}

const char *tempfile__suffix_fault(const char *suffix)
{
	return has_separator(suffix) ? "the suffix has a path separator in it"
				     : NULL;
}
