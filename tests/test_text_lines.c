/* SPDX-License-Identifier: MIT */
/*
 * Lines are checked far ahead, 4096 bytes, and a window of 16384; what is read
 * is what is there now, whole, and no other than in any other portions.
 */
#include "text_support.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void check_next_line(struct tempfile *file, const char *expected)
{
	char *line = NULL;
	size_t capacity = 0;
	ssize_t n = tempfile_getline(file, &line, &capacity);

	assert_int_equal((ssize_t)strlen(expected), n);
	assert_string_equal(expected, line);
	tempfile_free(line);
}

static void lines_are_those_of_now_whatever_was_done_between(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(bufferings); i++) {
		struct tempfile *file =
			open_text(NULL, NULL, NULL, bufferings[i]);
		char two[3] = "";

		put(file, "a\nb\nc\nd\r\ne\n");
		assert_int_equal(0, tempfile_seek(file, 0, SEEK_SET));
		check_next_line(file, "a\n");
		put(file, "X\n");
		check_next_line(file, "c\n");
		assert_int_equal(0, tempfile_seek(file, 0, SEEK_SET));
		check_next_line(file, "a\n");
		assert_int_equal(2, tempfile_read(file, two, 2));
		assert_string_equal("X\n", two);
		check_next_line(file, "c\n");
		assert_int_equal(0, tempfile_rollover(file));
		check_next_line(file, "d\n");
		assert_int_equal(1, pwrite(tempfile_fileno(file), "E", 1, 9));
		check_next_line(file, "E\n");
		assert_int_equal(2, tempfile_seek(file, 2, SEEK_SET));
		check_next_line(file, "X\n");
		assert_int_equal(0, tempfile_truncate(file, 5));
		check_next_line(file, "c");
		assert_int_equal(0, tempfile_close(file));
	}
}

static void write_some(struct tempfile *file)
{
	put(file, "b\nb\nb\nb\n");
}

static void read_some(struct tempfile *file)
{
	char bytes[8];

	assert_int_equal(8, tempfile_read(file, bytes, 8));
}

static void seek_some(struct tempfile *file)
{
	assert_int_equal(10, tempfile_seek(file, 10, SEEK_SET));
}

static void change_from_outside(struct tempfile *file)
{
	assert_int_equal(1, pwrite(tempfile_fileno(file), "\xFF", 1, 1000));
}

static void what_was_not_checked_is_found_bad(void **state)
{
	void (*const between[])(struct tempfile * file) = {
		write_some, read_some, seek_some, change_from_outside};
	char bytes[4200], *line = NULL;
	size_t capacity = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(between); i++) {
		struct tempfile *file = open_text(NULL, NULL, NULL, 0);

		for (size_t at = 0; at < sizeof bytes; at++)
			bytes[at] = at % 2 ? '\n' : 'a';
		if (between[i] != change_from_outside)
			bytes[4098] = '\xFF';
		set_bytes(file, bytes, sizeof bytes);
		check_next_line(file, "a\n");
		check_next_line(file, "a\n");
		between[i](file);
		while (tempfile_getline(file, &line, &capacity) > 0)
			;
		assert_int_equal(EILSEQ, errno);
		assert_int_equal(between[i] == change_from_outside ? 1000
								   : 4098,
				 tempfile_tell(file));
		assert_int_equal(0, tempfile_close(file));
	}
	tempfile_free(line);
}

/* A long line of good, then what ends it, then bytes that are bad or not. */
static void check_long_line(const char *good, size_t times, const char *ending,
			    const char *after)
{
	static char text[40000], expected[40000], *line;
	static size_t capacity;
	struct tempfile *file = open_text(NULL, NULL, NULL, 0);
	size_t each = strlen(good), n = times * each;

	for (size_t i = 0; i < n; i++)
		text[i] = expected[i] = good[i % each];
	strcpy(expected + n, "\n");
	strcpy(text + n, ending);
	strcat(text + n, after);
	set_bytes(file, text, strlen(text));
	assert_int_equal(n + 1, tempfile_getline(file, &line, &capacity));
	assert_memory_equal(expected, line, n + 2);
	assert_int_equal(n + strlen(ending), tempfile_tell(file));
	if (after[0] == '\xFF') {
		assert_int_equal(-1, tempfile_getline(file, &line, &capacity));
		assert_int_equal(EILSEQ, errno);
		assert_int_equal(n + strlen(ending), tempfile_tell(file));
	} else {
		check_next_line(file, after);
	}
	assert_int_equal(0, tempfile_close(file));
}

static void lines_end_anywhere_in_what_is_checked(void **state)
{
	static const char *const endings[] = {"\n", "\r", "\r\n"};
	static const size_t borders[] = {4096, 8192, 16384};

	(void)state;
	for (size_t i = 0; i < COUNT(endings) * COUNT(borders); i++) {
		size_t border = borders[i / 3];

		for (size_t n = border - 4; n < border + 4; n++) {
			check_long_line("a", n, endings[i % 3], "b\n");
			check_long_line("a", n, endings[i % 3], "\xFFz\n");
		}
		for (size_t n = border / 3 - 2; n < border / 3 + 2; n++)
			check_long_line("\xE4\xB8\xAD", n, endings[i % 3],
					"\xC3\xA9\n");
	}
}

/* Lines and characters of all lengths in disorder, never twice the same. */
static size_t make_disorder(char *to, size_t n)
{
	static const char *const pieces[] = {"\r\n",
					     "\r\n",
					     "\n",
					     "\r",
					     "\xC3\xA9",
					     "\xE4\xB8\xAD",
					     "\xF0\x9F\x98\x80",
					     "a line of some length, "};
	unsigned dice = 1;
	size_t at = 0;

	while (at < n) {
		dice = dice * 1103515245u + 12345u;
		strcpy(to + at, pieces[dice >> 16 & 7]);
		at += strlen(to + at);
	}
	return at;
}

/* What Python's default makes of it. */
static size_t translate_slowly(char *to, const char *from)
{
	size_t n = 0;

	for (; *from; from++) {
		if (from[0] == '\r' && from[1] == '\n')
			continue;
		to[n++] = *from == '\r' ? '\n' : *from;
	}
	to[n] = '\0';
	return n;
}

static void reading_in_any_portions_gives_the_same(void **state)
{
	static const size_t sizes[] = {4, 5, 7, 16, 33, 64, 100, 1000, 20000};
	static char text[9000], expected[9000], got[30000];
	size_t length = make_disorder(text, 8800), n;

	(void)state;
	n = translate_slowly(expected, text);
	for (size_t i = 0; i < COUNT(bufferings) * COUNT(sizes); i++) {
		struct tempfile *file =
			open_text(NULL, NULL, NULL, bufferings[i % 6]);
		size_t at = 0, portion = sizes[i / 6];
		ssize_t part;

		set_bytes(file, text, length);
		while ((part = tempfile_read(file, got + at, portion)) > 0) {
			at += (size_t)part;
			if (at < n)
				assert_in_range(part, portion - 3, portion);
		}
		assert_int_equal(0, part);
		assert_int_equal(n, at);
		assert_memory_equal(expected, got, n);
		assert_int_equal(0, tempfile_close(file));
	}
}

static size_t measure_line(const char *text)
{
	size_t n = strcspn(text, "\r\n");

	return n + (strncmp(text + n, "\r\n", 2) == 0 ? 2 : text[n] != '\0');
}

static void lines_in_any_mode_are_the_text(void **state)
{
	static char text[9000], expected[9000], *line;
	static size_t capacity;
	size_t length = make_disorder(text, 8800);

	(void)state;
	for (size_t i = 0; i < 2 * COUNT(bufferings); i++) {
		bool translates = i % 2;
		struct tempfile *file = open_text(
			NULL, NULL, translates ? NULL : "", bufferings[i / 2]);
		size_t at = 0;
		ssize_t n;

		strcpy(expected, text);
		if (translates)
			(void)translate_slowly(expected, text);
		set_bytes(file, text, length);
		while ((n = tempfile_getline(file, &line, &capacity)) > 0) {
			assert_int_equal(measure_line(expected + at), n);
			assert_memory_equal(expected + at, line, (size_t)n);
			assert_int_equal(0, line[n]);
			at += (size_t)n;
		}
		assert_int_equal(strlen(expected), at);
		assert_int_equal(0, tempfile_close(file));
	}
	tempfile_free(line);
	line = NULL;
}

static void check_line_into(struct tempfile *file, char *line, size_t capacity,
			    const char *expected)
{
	assert_int_equal(strlen(expected),
			 tempfile_getline(file, &line, &capacity));
	assert_string_equal(expected, line);
	assert_true(capacity > strlen(expected));
	tempfile_free(line);
}

/* Room that is not there, and half a character that was read before. */
static void a_line_is_read_into_whatever_there_is(void **state)
{
	static const char *const encodings[] = {"utf-8", "latin-1", NULL};
	static const char line[] = "0123456789abcdefghijklmnopqrstuvwxyz\n";

	(void)state;
	for (size_t i = 0; i < COUNT(encodings); i++) {
		struct tempfile *file = tempfile_open(
			TEMPFILE_OPTIONS(.mode = encodings[i] ? "w+t" : "w+b",
					 .encoding = encodings[i]));
		char byte;

		for (int j = 0; j < 3; j++)
			put(file, line);
		put(file, "\xC3\xBCx\n");
		assert_int_equal(0, tempfile_seek(file, 0, SEEK_SET));
		check_line_into(file, NULL, 0, line);
		check_line_into(file, malloc(1), 0, line);
		check_line_into(file, NULL, 500, line);
		assert_int_equal(1, tempfile_read(file, &byte, 1));
		assert_int_equal('\xC3', byte);
		check_line_into(file, malloc(100), 100, "\xBCx\n");
		assert_int_equal(0, tempfile_close(file));
	}
}

/* Looking for one is the end of what was begun to be written. */
static void no_line_is_read_into_an_unfinished_character(void **state)
{
	struct tempfile *file = open_text("latin-1", NULL, NULL, 0);
	size_t capacity = 100;
	char *line = malloc(capacity);

	(void)state;
	put(file, "abc\n");
	assert_int_equal(1, tempfile_seek(file, 1, SEEK_SET));
	put(file, "\xC3");
	assert_int_equal(-1, tempfile_getline(file, &line, &capacity));
	assert_int_equal(EILSEQ, errno);
	assert_int_equal(1, tempfile_tell(file));
	tempfile_free(line);
	assert_int_equal(0, tempfile_close(file));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			lines_are_those_of_now_whatever_was_done_between),
		cmocka_unit_test(what_was_not_checked_is_found_bad),
		cmocka_unit_test(lines_end_anywhere_in_what_is_checked),
		cmocka_unit_test(reading_in_any_portions_gives_the_same),
		cmocka_unit_test(lines_in_any_mode_are_the_text),
		cmocka_unit_test(a_line_is_read_into_whatever_there_is),
		cmocka_unit_test(no_line_is_read_into_an_unfinished_character),
	};

	return cmocka_run_group_tests_name("text_lines", tests, NULL, NULL);
}
