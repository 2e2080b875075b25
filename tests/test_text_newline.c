/* SPDX-License-Identifier: MIT */
/*
 * Line ends on their way, by whatever this processor has and by what all have,
 * against a look at one byte after the other.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "text_newline.h"

#define MOST 300

typedef size_t newline_function(unsigned char *to, const unsigned char *from,
				size_t n);

static size_t shorten_each(unsigned char *to, const unsigned char *from,
			   size_t n)
{
	size_t length = 0;

	for (size_t i = 0; i < n; i++) {
		to[length++] = from[i] == '\r' ? '\n' : from[i];
		i += from[i] == '\r' && i + 1 < n && from[i + 1] == '\n';
	}
	return length;
}

static size_t lengthen_each(unsigned char *to, const unsigned char *from,
			    size_t n)
{
	size_t length = 0;

	for (size_t i = 0; i < n; i++) {
		if (from[i] == '\n')
			to[length++] = '\r';
		to[length++] = from[i];
	}
	return length;
}

static void expect(const unsigned char *expected, size_t expected_length,
		   const unsigned char *got, size_t length)
{
	assert_int_equal(expected_length, length);
	assert_memory_equal(expected, got, length);
}

/* From behind the place where it goes to, at it, or from somewhere else: in
 * memory that is no larger, so that sanitizers see a byte too far. */
static void check_shortening(newline_function *shorten,
			     const unsigned char *text, size_t n)
{
	const size_t below[] = {0, 1, 15, 16, 31, 32, 33, MOST};
	unsigned char expected[MOST];
	size_t length = shorten_each(expected, text, n);

	for (size_t i = 0; i < sizeof below / sizeof *below; i++) {
		unsigned char *place = malloc(below[i] + n + 1);
		unsigned char *from = place + 1 + below[i];

		assert_non_null(place);
		memcpy(from, text, n);
		expect(expected, length, place + 1,
		       shorten(place + 1, from, n));
		free(place);
	}
}

static void check_lengthening(newline_function *lengthen,
			      const unsigned char *text, size_t n)
{
	unsigned char expected[2 * MOST];
	size_t length = lengthen_each(expected, text, n);
	unsigned char *from = malloc(n + 1), *to = malloc(2 * n + 1);

	assert_non_null(from);
	assert_non_null(to);
	memcpy(from + 1, text, n);
	expect(expected, length, to + 1, lengthen(to + 1, from + 1, n));
	free(from);
	free(to);
}

static void check(const unsigned char *text, size_t n)
{
	check_shortening(tempfile__text_shorten_ends, text, n);
	check_shortening(tempfile__text_shorten_ends_portable, text, n);
	check_lengthening(tempfile__text_lengthen_ends, text, n);
	check_lengthening(tempfile__text_lengthen_ends_portable, text, n);
}

/* One end of each kind at every place, and another behind it. */
static void ends_are_found_everywhere(void **state)
{
	static const char *const ends[] = {"\n", "\r", "\r\n", "\n\r",
					   "\r\r\n"};
	unsigned char text[100];

	(void)state;
	for (size_t n = 3; n <= sizeof text; n += n < 30 ? 1 : 7)
		for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
			for (size_t at = 0; at + strlen(ends[i]) <= n; at++) {
				memset(text, 'x', n);
				memcpy(text + at, ends[i], strlen(ends[i]));
				check(text, n);
				memcpy(text + (at + 17) % (n - 2), ends[i],
				       strlen(ends[i]));
				check(text, n);
			}
}

static unsigned throw_dice(unsigned sides)
{
	static unsigned seed = 1;

	seed ^= seed << 13;
	seed ^= seed >> 17;
	seed ^= seed << 5;
	return seed % sides;
}

/* From hardly any ends to nothing else. */
static void all_sorts_of_text(void **state)
{
	unsigned char text[MOST];

	(void)state;
	for (int round = 0; round < 20000; round++) {
		size_t n = throw_dice(MOST + 1);
		unsigned rarity = 2 + throw_dice(60);

		for (size_t i = 0; i < n; i++) {
			unsigned side = throw_dice(rarity);

			text[i] = side == 0   ? '\n'
				  : side == 1 ? '\r'
					      : (unsigned char)('a' + side);
			if (side == 1 && i + 1 < n && throw_dice(4))
				text[++i] = '\n';
		}
		check(text, n);
	}
}

/* What is there up to the first end, or all. */
static void copying_stops_at_the_first(void **state)
{
	unsigned char text[100], to[100];

	(void)state;
	for (size_t n = 0; n <= sizeof text; n++)
		for (size_t at = 0; at <= n; at++) {
			memset(text, 'x', sizeof text);
			if (at < n)
				text[at] = '\n';
			memset(to, 0, sizeof to);
			assert_int_equal(at, tempfile__text_copy_until(
						     to, text, n, '\n'));
			assert_memory_equal(text, to, at);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ends_are_found_everywhere),
		cmocka_unit_test(all_sorts_of_text),
		cmocka_unit_test(copying_stops_at_the_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
