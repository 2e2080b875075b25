/* SPDX-License-Identifier: MIT */
/*
 * Line ends: one test for every row of the table of them, reading and writing,
 * and what ends a line in encodings where a character is not a byte.
 */
#include "text_support.h"

#include <string.h>

struct newline_row {
	const char *newline;
	const char *lines;   /* of a\nb\rc\r\nd */
	const char *text;    /* the same, read */
	const char *written; /* of x\ny\r\nz */
};

static void check_newline(const struct newline_row *row)
{
	static const char bytes[] = "a\nb\rc\r\nd";

	for (size_t i = 0; i < COUNT(bufferings); i++) {
		struct tempfile *file =
			open_text(NULL, NULL, row->newline, bufferings[i]);

		set_bytes(file, bytes, sizeof bytes - 1);
		check_lines(file, row->lines);
		for (size_t j = 0; j < COUNT(portions); j++) {
			assert_int_equal(0, tempfile_seek(file, 0, SEEK_SET));
			check_text(file, row->text, portions[j]);
		}
		assert_int_equal(0, tempfile_truncate(file, 0));
		assert_int_equal(0, tempfile_seek(file, 0, SEEK_SET));
		put(file, "x\ny\r\nz");
		check_bytes(file, row->written, strlen(row->written));
		assert_int_equal(0, tempfile_close(file));
	}
}

static void newline_null_makes_every_line_end_a_newline(void **state)
{
	(void)state;
	check_newline(&(struct newline_row){NULL, "a\n|b\n|c\n|d|",
					    "a\nb\nc\nd", "x\ny\r\nz"});
}

static void newline_empty_ends_lines_anywhere_and_changes_none(void **state)
{
	(void)state;
	check_newline(&(struct newline_row){"", "a\n|b\r|c\r\n|d|",
					    "a\nb\rc\r\nd", "x\ny\r\nz"});
}

static void newline_lf_ends_lines_there_only(void **state)
{
	(void)state;
	check_newline(&(struct newline_row){"\n", "a\n|b\rc\r\n|d|",
					    "a\nb\rc\r\nd", "x\ny\r\nz"});
}

static void newline_cr_ends_lines_there_and_is_written(void **state)
{
	(void)state;
	check_newline(&(struct newline_row){"\r", "a\nb\r|c\r|\nd|",
					    "a\nb\rc\r\nd", "x\ry\r\rz"});
}

static void newline_crlf_ends_lines_there_and_is_written(void **state)
{
	(void)state;
	check_newline(&(struct newline_row){"\r\n", "a\nb\rc\r\n|d|",
					    "a\nb\rc\r\nd", "x\r\ny\r\r\nz"});
	for (size_t i = 0; i < COUNT(bufferings); i++) {
		struct tempfile *file =
			open_text(NULL, NULL, "\r\n", bufferings[i]);

		set_bytes(file, "\na\r\nb", 5);
		check_lines(file, "\na\r\n|b|");
		assert_int_equal(0, tempfile_close(file));
	}
}

static void a_lone_final_cr_is_a_line_end(void **state)
{
	struct tempfile *file = open_text(NULL, NULL, NULL, 0);

	(void)state;
	set_bytes(file, "a\r", 2);
	check_lines(file, "a\n|");
	assert_int_equal(0, tempfile_seek(file, 0, SEEK_SET));
	check_text(file, "a\n", 4096);
	assert_int_equal(0, tempfile_close(file));
	file = open_text(NULL, NULL, "", 0);
	set_bytes(file, "a\r", 2);
	check_lines(file, "a\r|");
	assert_int_equal(0, tempfile_close(file));
}

/* In UTF-16 a line end is two bytes, and half of one is none. */
static void line_ends_are_found_in_wide_encodings(void **state)
{
	static const char *const encodings[] = {"utf-16", "utf-16-be",
						"utf-32-le", "utf-32", "cp037"};

	(void)state;
	for (size_t i = 0; i < COUNT(encodings); i++)
		for (size_t j = 0;
		     is_known(encodings[i]) && j < COUNT(bufferings); j++) {
			struct tempfile *file = open_text(encodings[i], NULL,
							  "", bufferings[j]);

			put(file, "a\nb\rc\r\nd\r");
			assert_int_equal(0, tempfile_seek(file, 0, SEEK_SET));
			check_lines(file, "a\n|b\r|c\r\n|d\r|");
			assert_int_equal(0, tempfile_close(file));
		}
	for (size_t j = 0; j < COUNT(bufferings); j++) {
		struct tempfile *file =
			open_text("utf-16-le", NULL, NULL, bufferings[j]);

		/* U+0A0D, U+0D0A: both bytes of \r\n, and no line end. */
		set_bytes(file, "\x0D\x0A\x0A\x0D\x0D\0\x0A\x0A", 8);
		check_lines(file, "\xE0\xA8\x8D\xE0\xB4\x8A\n|\xE0\xA8\x8A|");
		assert_int_equal(0, tempfile_close(file));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(newline_null_makes_every_line_end_a_newline),
		cmocka_unit_test(
			newline_empty_ends_lines_anywhere_and_changes_none),
		cmocka_unit_test(newline_lf_ends_lines_there_only),
		cmocka_unit_test(newline_cr_ends_lines_there_and_is_written),
		cmocka_unit_test(newline_crlf_ends_lines_there_and_is_written),
		cmocka_unit_test(a_lone_final_cr_is_a_line_end),
		cmocka_unit_test(line_ends_are_found_in_wide_encodings),
	};

	return cmocka_run_group_tests_name("text_line_ends", tests, NULL, NULL);
}
