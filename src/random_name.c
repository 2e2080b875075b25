/* SPDX-License-Identifier: MIT */
/*
 * Unpredictable names.
 *
 * Each thread draws from a pool of the kernel's random bytes, so that one
 * system call serves many names. A pool belongs to the process that filled it:
 * a forked child fills its own. What has been used is forgotten.
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

/* Each word makes four letters: a fifth would make many be refused. */
#define WORD_LETTERS 4
#define WORD_SPELLS  (LETTERS * LETTERS * LETTERS * LETTERS)

#define POOL_WORDS 512

/* Most processes want no more than a session and a name in it. */
#define FIRST_WORDS 10

static _Thread_local struct pool {
	uint64_t process;
	bool was_used;
	size_t left; /* the first so many words */
	uint32_t words[POOL_WORDS];
} thread_pool;

static struct pool *get_pool(void)
{
	struct pool *pool = &thread_pool;
	uint64_t process = tempfile__process();

	if (pool->process != process) {
		pool->process = process;
		pool->was_used = false;
		pool->left = 0;
	}
	return pool;
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
	uint32_t fraction;
	uint32_t number;

	do {
		if (tempfile__os_random(&fraction, sizeof fraction) < 0)
			return -1;
		number = take_number(&fraction, bound);
	} while (is_refused(fraction, bound));
	return (int)number;
}

static int fill_pool(struct pool *pool)
{
	size_t count = pool->was_used ? POOL_WORDS : FIRST_WORDS;

	if (tempfile__os_random(pool->words, count * sizeof *pool->words) < 0)
		return -1;
	pool->was_used = true;
	pool->left = count;
	return 0;
}

/* false: the word will not do. */
static bool spell_word(uint32_t fraction, char letters[WORD_LETTERS])
{
	letters[0] = alphabet[take_number(&fraction, LETTERS)];
	letters[1] = alphabet[take_number(&fraction, LETTERS)];
	letters[2] = alphabet[take_number(&fraction, LETTERS)];
	letters[3] = alphabet[take_number(&fraction, LETTERS)];
	return !is_refused(fraction, WORD_SPELLS);
}

/* The letters of the next word that will do. */
static int draw(struct pool *pool, char letters[WORD_LETTERS])
{
	uint32_t word;

	do {
		if (pool->left == 0 && fill_pool(pool) < 0)
			return -1;
		pool->left--;
		word = pool->words[pool->left];
		/* Nobody shall find it here any more. */
		pool->words[pool->left] = 0;
	} while (!spell_word(word, letters));
	return 0;
}

/* Not part of its caller, so that the pool is looked for once. */
static __attribute__((noinline)) int spell(struct pool *pool, char *place,
					   size_t n)
{
	char letters[WORD_LETTERS];

	while (n > 0) {
		if (draw(pool, letters) < 0)
			return -1;
		if (n < WORD_LETTERS) {
			while (n-- > 0)
				place[n] = letters[n];
			break;
		}
		memcpy(place, letters, WORD_LETTERS);
		place += WORD_LETTERS;
		n -= WORD_LETTERS;
	}
	return 0;
}

/* Most are so short that memcpy would take longer; where text ends. */
static char *put(char *place, const char *text)
{
	while (*text)
		*place++ = *text++;
	return place;
}

int tempfile__name_draw(const struct name_pattern *pattern, char *place)
{
	size_t n = pattern->random_chars;

	place = put(place, pattern->prefix);
	if (spell(get_pool(), place, n) < 0)
		return -1;
	*put(place + n, pattern->suffix) = '\0';
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
