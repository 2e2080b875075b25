/* SPDX-License-Identifier: MIT */
/*
 * A text file is a file like any other: modes, options, buffers, limits, and
 * leaving memory for a descriptor, in whatever encoding.
 */
#include "text_support.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void every_mode(void **state)
{
	static const struct {
		const char *mode;
		bool reads, writes;
	} rows[] = {
		{"w", false, true},  {"wt", false, true}, {"w+", true, true},
		{"w+t", true, true}, {"r", true, false},  {"rt", true, false},
		{"r+t", true, true}, {"a", false, true},  {"a+t", true, true},
		{"x", false, true},  {"tx+", true, true},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct tempfile *file =
			tempfile_open(TEMPFILE_OPTIONS(.mode = rows[i].mode));
		char *line = NULL;
		size_t capacity = 0;
		char buf[4];

		assert_non_null(file);
		errno = 0;
		assert_int_equal(rows[i].writes ? 1 : -1,
				 tempfile_write(file, "a", 1));
		assert_int_equal(rows[i].writes ? 0 : EBADF, errno);
		assert_int_equal(rows[i].writes ? 0 : -1,
				 tempfile_truncate(file, 0));
		errno = 0;
		assert_int_equal(rows[i].reads ? 0 : -1,
				 tempfile_read(file, buf, sizeof buf));
		assert_int_equal(rows[i].reads ? 0 : EBADF, errno);
		assert_int_equal(-1, tempfile_getline(file, &line, &capacity));
		assert_int_equal(rows[i].reads ? 0 : EBADF, errno);
		tempfile_free(line);
		assert_int_equal(0, tempfile_close(file));
	}
}

static void bad_options_are_refused(void **state)
{
	static const struct {
		const char *encoding, *errors, *newline, *says;
	} rows[] = {
		{"klingon", NULL, NULL, "unknown encoding"},
		{"utf-8//TRANSLIT", NULL, NULL, "unknown encoding"},
		{NULL, "loose", NULL, "no such error handler"},
		{NULL, NULL, "\n\r", "\\r\\n"},
		{NULL, NULL, "x", "\\r\\n"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct tempfile *file = tempfile_open_named(
			TEMPFILE_OPTIONS(.mode = "w+t",
					 .encoding = rows[i].encoding,
					 .errors = rows[i].errors,
					 .newline = rows[i].newline));

		assert_null(file);
		assert_int_equal(EINVAL, errno);
		assert_non_null(strstr(tempfile_errmsg(), rows[i].says));
	}
}

/* Does the kernel have this many bytes of the file? */
static void check_size(int fd, off_t size)
{
	assert_int_equal(size, lseek(fd, 0, SEEK_END));
}

static void line_buffering_flushes_at_lf_and_cr(void **state)
{
	struct tempfile *file =
		open_text("utf-16-le", NULL, "\n", TEMPFILE_LINE_BUFFERED);
	int fd = tempfile_fileno(file);

	(void)state;
	put(file, "abc");
	check_size(fd, 0);
	put(file, "d\nef");
	check_size(fd, 14);
	put(file, "g");
	check_size(fd, 14);
	put(file, "\r");
	check_size(fd, 18);
	/* Both bytes of U+0A0D look like line ends, and are none. */
	put(file, "\xE0\xA8\x8D");
	check_size(fd, 18);
	assert_int_equal(0, tempfile_close(file));
}

/* Rolling over changes no byte and no position, wherever it happens. */
static void rolling_over_in_the_middle_of_anything(void **state)
{
	static const char text[] = "a\r\nb\xF0\x9F\x98\x80"
				   "c\xE3\x81\x82\r\n";
	static const char *const encodings[] = {"utf-16", "utf-8-sig",
						"iso-2022-jp"};
	static const char *const emoji_or_not[] = {text, text,
						   "a\r\nb\xE3\x81\x84"
						   "c\xE3\x81\x82\r\n"};

	(void)state;
	for (size_t i = 0; i < COUNT(encodings); i++)
		for (size_t cut = 0; cut <= strlen(emoji_or_not[i]); cut++) {
			const char *whole = emoji_or_not[i];
			struct tempfile *file =
				open_text(encodings[i], NULL, "", 0);
			char got[64];
			size_t n = strlen(whole);

			assert_int_equal(cut, tempfile_write(file, whole, cut));
			assert_int_equal(0, tempfile_rollover(file));
			assert_true(tempfile_rolled(file));
			assert_int_equal(
				n - cut,
				tempfile_write(file, whole + cut, n - cut));
			assert_int_equal(0, tempfile_seek(file, 0, SEEK_SET));
			check_text(file, whole, 4096);
			assert_int_equal(0, tempfile_close(file));

			file = open_text(encodings[i], NULL, "", 0);
			put(file, whole);
			assert_int_equal(0, tempfile_seek(file, 0, SEEK_SET));
			for (size_t k = 0; k < cut; k++)
				assert_int_equal(
					1, tempfile_read(file, got + k, 1));
			assert_int_equal(0, tempfile_rollover(file));
			check_text(file, whole + cut, 1);
			assert_memory_equal(whole, got, cut);
			assert_int_equal(0, tempfile_close(file));
		}
}

static void a_limit_stops_a_write_whole(void **state)
{
	struct tempfile *file = tempfile_open_spooled(
		TEMPFILE_OPTIONS(.mode = "w+t", .encoding = "utf-16-le",
				 .limit = 7));

	(void)state;
	put(file, "abc");
	assert_int_equal(-1, tempfile_write(file, "d", 1));
	assert_int_equal(EFBIG, errno);
	assert_int_equal(6, tempfile_tell(file));
	assert_int_equal(0, tempfile_seek(file, 0, SEEK_SET));
	check_text(file, "abc", 4096);
	assert_int_equal(0, tempfile_close(file));
}

static void large_text_goes_through_whole(void **state)
{
	const size_t n = 300000;
	struct tempfile *file = open_text("utf-32", NULL, "\r\n", 0);
	char *text = malloc(n), *back = malloc(n);

	(void)state;
	for (size_t i = 0; i < n; i++)
		text[i] = i % 61 == 60 ? '\n' : (char)('a' + i % 23);
	assert_int_equal(n, tempfile_write(file, text, n));
	assert_int_equal(4 + 4 * (n + n / 61), tempfile_tell(file));
	assert_int_equal(0, tempfile_seek(file, 0, SEEK_SET));
	for (size_t i = 0; i < n;) {
		ssize_t got = tempfile_read(file, back, 1000);

		assert_true(got > 0);
		for (size_t k = 0; k < (size_t)got; k++) {
			if (back[k] == '\r')
				continue;
			if (back[k] != text[i++])
				fail_msg("differs at %zu", i);
		}
	}
	free(text);
	free(back);
	assert_int_equal(0, tempfile_close(file));
}

/* What converts stops at the end of its memory, or in a character, or at what
 * is then replaced; nothing of that has failed. */
static void success_leaves_errno_alone(void **state)
{
	static const struct {
		const char *encoding, *text;
	} rows[] = {{"utf-8", "a\xC3\xA9\n"},
		    {"cp1252", "a\xE2\x82\xAC\xCE\xB1\n"},
		    {"shift_jis", "a\xE3\x81\x82\xC3\xA9\n"},
		    {"iso-2022-jp", "a\xE3\x81\x82\xC3\xA9\n"}};
	char got[8], *line = NULL;
	size_t capacity = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(rows) * COUNT(bufferings); i++) {
		size_t row = i % COUNT(rows);
		struct tempfile *file =
			open_text(rows[row].encoding, "replace", NULL,
				  bufferings[i / COUNT(rows)]);

		errno = ERANGE;
		put(file, rows[row].text);
		assert_int_equal(ERANGE, errno);
		for (size_t n = 1; n <= sizeof got; n++) {
			assert_int_equal(0, tempfile_seek(file, 0, SEEK_SET));
			while (tempfile_read(file, got, n) > 0)
				assert_int_equal(ERANGE, errno);
		}
		assert_int_equal(0, tempfile_seek(file, 0, SEEK_SET));
		assert_true(tempfile_getline(file, &line, &capacity) > 0);
		assert_int_equal(0, tempfile_close(file));
		assert_int_equal(ERANGE, errno);
	}
	tempfile_free(line);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_mode),
		cmocka_unit_test(bad_options_are_refused),
		cmocka_unit_test(line_buffering_flushes_at_lf_and_cr),
		cmocka_unit_test(rolling_over_in_the_middle_of_anything),
		cmocka_unit_test(a_limit_stops_a_write_whole),
		cmocka_unit_test(large_text_goes_through_whole),
		cmocka_unit_test(success_leaves_errno_alone),
	};

	return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
