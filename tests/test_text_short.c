/* SPDX-License-Identifier: MIT */
/*
 * Text in short writes, which have ways of their own, against the same in a
 * file whose lines are flushed, where nothing is done in a hurry: whatever is
 * written, in whatever order, with reading and seeking in between, every result
 * is the same and so are the bytes.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tempfile.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define STEPS        300

struct twins {
	struct tempfile *quick, *slow;
	int64_t told[8]; /* where either may be sought */
	unsigned seed, first_seed;
};

static unsigned throw_dice(struct twins *twins, unsigned sides)
{
	twins->seed ^= twins->seed << 13;
	twins->seed ^= twins->seed >> 17;
	twins->seed ^= twins->seed << 5;
	return twins->seed % sides;
}

static struct tempfile *open_one(const char *errors, int buffering, int64_t max)
{
	struct tempfile *file = tempfile_open_spooled(
		TEMPFILE_OPTIONS(.mode = "w+t", .errors = errors, .newline = "",
				 .buffering = buffering, .max_size = max));

	assert_non_null(file);
	return file;
}

static void expect(struct twins *twins, const char *what, int64_t quick,
		   int quick_error, int64_t slow, int slow_error)
{
	if (quick == slow && (quick >= 0 || quick_error == slow_error))
		return;
	fail_msg("seed %u: %s gave %lld (%s), should be %lld (%s)",
		 twins->first_seed, what, (long long)quick,
		 strerror(quick_error), (long long)slow, strerror(slow_error));
}

#define BOTH(twins, what, call)                                     \
	do {                                                        \
		struct tempfile *file = (twins)->quick;             \
		int64_t result = (call);                            \
		int code = errno;                                   \
		int64_t expected;                                   \
                                                                    \
		file = (twins)->slow;                               \
		expected = (call);                                  \
		expect(twins, what, result, code, expected, errno); \
	} while (0)

/* Characters of one to four bytes, so many bytes of them, cut anywhere. */
static void make_text(struct twins *twins, char *text, size_t n)
{
	static const char *const characters[][4] = {
		{"a", "b", "\n", "z"},
		{"\xC3\xA4", "\xD0\xB6", "x", "\xDF\xBF"},
		{"\xE4\xB8\xAD", "\xE0\xA0\x80", "\xED\x9F\xBF",
		 "\xEF\xBF\xBF"},
		{"\xF0\x9F\x98\x80", "\xF4\x8F\xBF\xBF", "\xE4\xB8\xAD", "a"}};
	unsigned kind = throw_dice(twins, 4);

	for (size_t at = 0; at < n;) {
		unsigned from = throw_dice(twins, 8) ? kind : 0;
		const char *next = characters[from][throw_dice(twins, 4)];

		at += (size_t)snprintf(text + at, 5, "%s", next);
	}
}

/* In pieces, mostly of 16 bytes; now and then one byte of it is another. */
static void write_pieces(struct twins *twins)
{
	static const char bytes[] = "a\x80\xBF\xC0\xC3\xE4\xED\xA0\xF0\xF5\xFF";
	char text[260];
	size_t n = 16 + throw_dice(twins, 240), piece;

	make_text(twins, text, n);
	if (throw_dice(twins, 4) == 0)
		text[throw_dice(twins, (unsigned)n)] =
			bytes[throw_dice(twins, sizeof bytes - 1)];
	for (size_t at = 0; at < n; at += piece) {
		piece = throw_dice(twins, 4) ? 16 : throw_dice(twins, 40);
		if (piece > n - at)
			piece = n - at;
		BOTH(twins, "write", tempfile_write(file, text + at, piece));
		if (piece == 0)
			break;
	}
}

/* n bytes of each, or fewer. */
static void compare_text(struct twins *twins, size_t n)
{
	static char texts[2][40000];

	memset(texts, 0, sizeof texts);
	BOTH(twins, "read", tempfile_read(file, texts[file == twins->slow], n));
	if (memcmp(texts[0], texts[1], sizeof texts[0]) != 0)
		fail_msg("seed %u: the bytes differ", twins->first_seed);
}

/* All of it, and back to where it was. */
static void compare_bytes(struct twins *twins)
{
	int64_t place;

	BOTH(twins, "flush", tempfile_flush(file));
	place = tempfile_tell(twins->quick);
	BOTH(twins, "seek", tempfile_seek(file, 0, SEEK_SET));
	compare_text(twins, 40000);
	BOTH(twins, "seek", tempfile_seek(file, place, SEEK_SET));
}

static void do_something(struct twins *twins)
{
	int64_t *told = &twins->told[throw_dice(twins, COUNT(twins->told))];

	switch (throw_dice(twins, 10)) {
	case 0:
		BOTH(twins, "seek", tempfile_seek(file, *told, SEEK_SET));
		break;
	case 1:
		BOTH(twins, "seek", tempfile_seek(file, 0, SEEK_END));
		break;
	case 2:
		compare_text(twins, 1 + throw_dice(twins, 60));
		break;
	case 3:
		compare_bytes(twins);
		break;
	case 4:
		BOTH(twins, "tell", tempfile_tell(file));
		*told = tempfile_tell(twins->slow);
		break;
	case 5:
		BOTH(twins, "truncate", tempfile_truncate(file, *told));
		break;
	default:
		write_pieces(twins);
	}
}

static void test_pieces(void **state)
{
	static const char *const errors[] = {"strict", "replace", "ignore",
					     "backslashreplace",
					     "surrogateescape"};
	static const int bufferings[] = {0, 64, 4096};

	(void)state;
	for (unsigned seed = 1; seed <= 600; seed++) {
		struct twins twins = {.seed = seed * 2654435761u,
				      .first_seed = seed};
		int64_t max = seed % 2 ? 0 : 1000;
		const char *handler = errors[seed % COUNT(errors)];

		twins.quick = open_one(
			handler, bufferings[seed % COUNT(bufferings)], max);
		twins.slow = open_one(handler, TEMPFILE_LINE_BUFFERED, max);
		for (int step = 0; step < STEPS; step++)
			do_something(&twins);
		compare_bytes(&twins);
		BOTH(&twins, "close", tempfile_close(file));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_pieces)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
