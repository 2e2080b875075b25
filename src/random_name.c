/* SPDX-License-Identifier: MIT */
/*
 * Unpredictable names.
 *
 * Each thread draws from a pool of the kernel's random bytes, so that one
 * system call serves many names. A pool belongs to the process that filled it:
 * a forked child fills its own. Bytes are forgotten as they are used.
 */
#include "random_name.h"

#include <stdint.h>
#include <string.h>

#include "fork_guard.h"
#include "os.h"

const struct name_pattern tempfile__leased_pattern = {
	LEASED_PREFIX, sizeof LEASED_PREFIX - 1, "", 0, LEASED_RANDOM_CHARS};

static const char alphabet[] = "abcdefghijklmnopqrstuvwxyz0123456789_";
#define LETTERS 37u
_Static_assert(sizeof alphabet == LETTERS + 1, "their number");

/* Each word makes five letters. */
#define WORD_LETTERS 5
#define WORD_SPELLS  (LETTERS * LETTERS * LETTERS * LETTERS * LETTERS)

#define POOL_WORDS 128

static _Thread_local struct pool {
	uint64_t process;
	size_t left;
	uint32_t words[POOL_WORDS];
} thread_pool;

/* Found once for a name: that takes its time. */
static struct pool *get_pool(void)
{
	struct pool *pool = &thread_pool;
	uint64_t process = tempfile__process();

	if (pool->process != process) {
		pool->process = process;
		pool->left = 0;
	}
	return pool;
}

static int fill_pool(struct pool *pool)
{
	if (tempfile__os_random(pool->words, sizeof pool->words) < 0)
		return -1;
	pool->left = POOL_WORDS;
	return 0;
}

static int draw_word(struct pool *pool, uint32_t *word)
{
	if (pool->left == 0 && fill_pool(pool) < 0)
		return -1;
	*word = pool->words[--pool->left];
	pool->words[pool->left] = 0;
	return 0;
}

/*
 * A word is taken for a fraction: multiplied by bound its whole part is a
 * number below bound, and what is left a fraction for the next number. Without
 * bias, as some words are refused: bound does not go evenly into all of them.
 */
static bool is_refused(uint32_t fraction, uint32_t bound)
{
	return fraction < (0 - bound) % bound;
}

static uint32_t take_number(uint32_t *fraction, uint32_t bound)
{
	uint64_t product = (uint64_t)*fraction * bound;

	*fraction = (uint32_t)product;
	return (uint32_t)(product >> 32);
}

int tempfile__random_below(unsigned bound)
{
	struct pool *pool = get_pool();
	uint32_t fraction;
	uint32_t number;

	do {
		if (draw_word(pool, &fraction) < 0)
			return -1;
		number = take_number(&fraction, bound);
	} while (is_refused(fraction, bound));
	return (int)number;
}

static int spell_word(struct pool *pool, char letters[WORD_LETTERS])
{
	uint32_t fraction;

	do {
		if (draw_word(pool, &fraction) < 0)
			return -1;
		for (int i = 0; i < WORD_LETTERS; i++)
			letters[i] = alphabet[take_number(&fraction, LETTERS)];
	} while (is_refused(fraction, WORD_SPELLS));
	return 0;
}

static int spell(char *place, size_t n)
{
	struct pool *pool = get_pool();
	char letters[WORD_LETTERS];

	for (; n >= WORD_LETTERS; n -= WORD_LETTERS, place += WORD_LETTERS)
		if (spell_word(pool, place) < 0)
			return -1;
	if (n > 0 && spell_word(pool, letters) < 0)
		return -1;
	memcpy(place, letters, n);
	return 0;
}

int tempfile__name_draw(const struct name_pattern *pattern, char *place)
{
	size_t n = pattern->random_chars;

	memcpy(place, pattern->prefix, pattern->prefix_length);
	place += pattern->prefix_length;
	if (spell(place, n) < 0)
		return -1;
	memcpy(place + n, pattern->suffix, pattern->suffix_length + 1);
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

/* Whatever the locale says of it. */
static char capital(char c)
{
	return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

/* Does text begin with word, in either case? */
static bool begins_with(const char *text, const char *word)
{
	for (; *word; word++, text++)
		if (capital(*text) != *word)
			return false;
	return true;
}

/* The devices that Windows finds in every directory, by the letters of their
 * names; the last two have numbers. */
#define LETTERS_OF_DEVICE 3
static const char devices[][LETTERS_OF_DEVICE + 1] = {"CON", "PRN", "AUX",
						      "NUL", "COM", "LPT"};
#define DEVICES  (sizeof devices / sizeof *devices)
#define NUMBERED (DEVICES - 2)

/* A prefix alone becomes one only if its end is followed by nothing or by a
 * '.'. */
static bool begins_with_device(const char *prefix)
{
	const char *rest = prefix;

	for (size_t i = 0; i < DEVICES; i++) {
		if (!begins_with(prefix, devices[i]))
			continue;
		rest = prefix + LETTERS_OF_DEVICE;
		if (i >= NUMBERED && (*rest < '1' || *rest++ > '9'))
			return false;
		return *rest == '.' || *rest == ' ';
	}
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
