/* SPDX-License-Identifier: MIT */
/*
 * How much of some text is in order, by whatever this processor has and by what
 * all have, against a look at one character after the other. The tables are
 * those of Unicode's well-formed sequences, by what a byte may be to others.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "codec_kind.h"

#define WINDOW 160

typedef size_t prefix_function(uint32_t before, const unsigned char *text,
			       size_t n, size_t *begun);

/* One after the other, from what was begun on. */
static size_t look_at_each(uint32_t before, const unsigned char *text, size_t n,
			   size_t *begun)
{
	unsigned char whole[3 + WINDOW];
	size_t first = 0, at = 0;

	for (int bits = 0; bits < 24; bits += 8)
		if (before >> bits & 0xFF)
			whole[first++] = (unsigned char)(before >> bits);
	memcpy(whole + first, text, n);
	*begun = 0;
	while (at < first + n) {
		int length = utf8_scan(whole + at, whole + first + n);

		if (length <= 0)
			break;
		at += (size_t)length;
	}
	if (first > 0 && at == 0)
		return 0;
	*begun = tempfile__codec_unfinished(whole + at, first + n - at);
	return at - first;
}

static void show(const char *who, uint32_t before, const unsigned char *text,
		 size_t n, size_t good, size_t begun)
{
	print_message("%s: %zu and %zu begun, before %06x, of %zu:", who, good,
		      begun, (unsigned)before, n);
	for (size_t i = 0; i < n; i++)
		print_message(" %02X", text[i]);
	print_message("\n");
}

static void check_one(const char *who, prefix_function *measure,
		      uint32_t before, const unsigned char *text, size_t n)
{
	size_t begun = 99, expected_begun;
	size_t expected = look_at_each(before, text, n, &expected_begun);
	size_t good = measure(before, text, n, &begun);

	if (good == expected && begun == expected_begun)
		return;
	show("expected", before, text, n, expected, expected_begun);
	show(who, before, text, n, good, begun);
	fail();
}

/* At the end of memory of its own, so that sanitizers see a byte too far. */
static void check(uint32_t before, const unsigned char *text, size_t n)
{
	unsigned char *own = malloc(n + 1);

	assert_non_null(own);
	memcpy(own + 1, text, n);
	check_one("here", tempfile__codec_utf8_prefix_after, before, own + 1,
		  n);
	check_one("everywhere", tempfile__codec_utf8_prefix_portable, before,
		  own + 1, n);
	free(own);
}

/* Bytes at which what is allowed begins or ends to be. */
static const unsigned char edges[] = {0x00, 0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F,
				      0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0,
				      0xE1, 0xEC, 0xED, 0xEE, 0xEF, 0xF0, 0xF1,
				      0xF3, 0xF4, 0xF5, 0xF7, 0xF8, 0xFF};
#define EDGES (sizeof edges)

/* What the surroundings of a sequence are made of: n bytes. */
static void fill(unsigned char *text, size_t n, const char *with)
{
	size_t length = strlen(with);

	for (size_t i = 0; i < n; i++)
		text[i] = i < n - n % length ? (unsigned char)with[i % length]
					     : 'x';
}

static const char *const surroundings[] = {"a", "\xC3\xA4", "\xE4\xB8\xAD",
					   "\xF0\x9F\x98\x80"};

/* A sequence at some place of a window, with characters before and after. */
static void place(unsigned char window[WINDOW], const char *with, size_t at,
		  const unsigned char *sequence, size_t length)
{
	fill(window, at, with);
	memcpy(window + at, sequence, length);
	fill(window + at + length, WINDOW - at - length, with);
}

static void test_pairs_everywhere(void **state)
{
	unsigned char window[WINDOW];

	(void)state;
	for (size_t at = 0; at <= 66; at++) {
		/* What matters is where blocks meet. */
		if (at % 16 >= 3 && at % 16 <= 11)
			continue;
		for (unsigned pair = 0; pair < 0x10000; pair++) {
			unsigned char bytes[] = {(unsigned char)(pair >> 8),
						 (unsigned char)pair};
			const char *with = surroundings[(pair + at) % 4];

			place(window, with, at, bytes, 2);
			check(0, window, at + 2);
			check(0, window, at + 2 + (pair * 7 + at) % 64);
		}
	}
}

static void test_four_edges(void **state)
{
	unsigned char window[WINDOW];
	const size_t all = EDGES * EDGES * EDGES * EDGES;

	(void)state;
	for (size_t i = 0; i < all; i++) {
		unsigned char bytes[] = {edges[i % EDGES],
					 edges[i / EDGES % EDGES],
					 edges[i / EDGES / EDGES % EDGES],
					 edges[i / EDGES / EDGES / EDGES]};
		size_t at = i * 31 % 67;

		place(window, surroundings[i % 3], at, bytes, 4);
		check(0, window, at + 4);
		check(0, window, at + 4 + i % 35);
	}
}

/* The same after a character that was begun. */
static void test_begun_before(void **state)
{
	static const uint32_t befores[] = {
		0xC20000, 0xDF0000, 0xE00000, 0xE10000, 0xED0000, 0xEF0000,
		0xF00000, 0xF10000, 0xF40000, 0xA0E000, 0x80E100, 0x9FED00,
		0x90F000, 0xBFF100, 0x8FF400, 0x8090F0, 0xBF8FF4};
	unsigned char window[WINDOW];
	const size_t all = EDGES * EDGES * EDGES;

	(void)state;
	for (size_t k = 0; k < sizeof befores / sizeof *befores; k++) {
		for (size_t i = 0; i < all; i++) {
			unsigned char bytes[] = {edges[i % EDGES],
						 edges[i / EDGES % EDGES],
						 edges[i / EDGES / EDGES]};

			place(window, surroundings[i % 4], 0, bytes, 3);
			check(befores[k], window, 3 + (i + k) % 50);
			check(befores[k], window, 16);
		}
	}
}

static uint32_t throw_dice(void)
{
	static uint32_t seed = 20261126;

	seed ^= seed << 13;
	seed ^= seed >> 17;
	seed ^= seed << 5;
	return seed;
}

/* Characters of all lengths, cut anywhere, and some bytes of it changed. */
static void test_changed_text(void **state)
{
	unsigned char text[WINDOW + 4];

	(void)state;
	for (int round = 0; round < 200000; round++) {
		size_t n = 1 + throw_dice() % WINDOW, at = 0;
		uint32_t kinds = throw_dice();

		while (at < n) {
			uint32_t character = throw_dice() % 0x110000;

			character >>= kinds >> throw_dice() % 8 * 4 & 15;
			if (character - 0xD800 < 0x800)
				character = '\n';
			at += (size_t)utf8_put(text + at, character);
		}
		check(0, text, n);
		for (uint32_t i = throw_dice() % 3; i > 0; i--)
			text[throw_dice() % n] = edges[throw_dice() % EDGES];
		check(0, text, n);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pairs_everywhere),
		cmocka_unit_test(test_four_edges),
		cmocka_unit_test(test_begun_before),
		cmocka_unit_test(test_changed_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
