/* SPDX-License-Identifier: MIT */
/*
 * What cannot be decoded or encoded: one test for every row of the table of
 * errors, over every size of buffer.
 */
#include "text_support.h"

#include <errno.h>
#include <string.h>

struct error_row {
	const char *errors;
	const char *read;    /* of a FF E2 82 z, in UTF-8; NULL: EILSEQ */
	const char *written; /* of a U+20AC z, in Latin-1 */
	const char *escaped; /* of U+DC80, in Latin-1 */
};

static void check_errors(const struct error_row *row)
{
	for (size_t i = 0; i < COUNT(bufferings); i++)
		for (size_t j = 0; j < COUNT(portions); j++) {
			struct tempfile *file = open_text("utf-8", row->errors,
							  NULL, bufferings[i]);

			set_bytes(file,
				  "a\xFF\xE2\x82"
				  "z",
				  5);
			check_text(file, row->read, portions[j]);
			assert_int_equal(0, tempfile_close(file));
		}
}

static void check_write_errors(const struct error_row *row)
{
	static const char *const given[] = {"a\xE2\x82\xACz", "\xED\xB2\x80"};
	const char *const expected[] = {row->written, row->escaped};

	for (size_t i = 0; i < COUNT(given); i++) {
		struct tempfile *file =
			open_text("latin-1", row->errors, NULL, 0);
		size_t n = strlen(given[i]);

		put(file, "before");
		errno = 0;
		if (expected[i]) {
			char whole[64] = "before";

			put(file, given[i]);
			strcat(whole, expected[i]);
			check_bytes(file, whole, strlen(whole));
		} else {
			assert_int_equal(-1, tempfile_write(file, given[i], n));
			assert_int_equal(EILSEQ, errno);
			assert_int_equal(6, tempfile_tell(file));
			check_bytes(file, "before", 6);
		}
		assert_int_equal(0, tempfile_close(file));
	}
}

static void errors_strict_fails_and_moves_nothing(void **state)
{
	(void)state;
	check_write_errors(&(struct error_row){.errors = "strict"});
	for (size_t i = 0; i < COUNT(bufferings); i++) {
		struct tempfile *file =
			open_text(NULL, "strict", NULL, bufferings[i]);
		char *line = NULL;
		size_t capacity = 0;
		char buf[16];

		set_bytes(file, "ok\nab\xFFz\n", 8);
		assert_int_equal(3, tempfile_getline(file, &line, &capacity));
		assert_int_equal(3, tempfile_tell(file));
		assert_int_equal(-1, tempfile_read(file, buf, sizeof buf));
		assert_int_equal(EILSEQ, errno);
		assert_int_equal(-1, tempfile_getline(file, &line, &capacity));
		assert_int_equal(EILSEQ, errno);
		assert_int_equal(3, tempfile_tell(file));
		assert_int_equal(2, tempfile_read(file, buf, 2));
		assert_memory_equal("ab", buf, 2);
		assert_int_equal(-1, tempfile_read(file, buf, 1));
		assert_int_equal(5, tempfile_tell(file));
		assert_int_equal(6, tempfile_seek(file, 6, SEEK_SET));
		check_text(file, "z\n", 3);
		tempfile_free(line);
		assert_int_equal(0, tempfile_close(file));
	}
}

static void errors_replace_puts_marks(void **state)
{
	const struct error_row row = {"replace", "a\xEF\xBF\xBD\xEF\xBF\xBDz",
				      "a?z", "?"};

	(void)state;
	check_errors(&row);
	check_write_errors(&row);
}

/* The system's encodings may have more before they say so. */
static void what_is_cut_off_at_the_end_is_bad(void **state)
{
	static const struct {
		const char *encoding, *bytes;
	} rows[] = {{"shift_jis", "a\x82"},
		    {"euc-jp", "a\xA4"},
		    {"gb18030", "a\x81\x30\x81"},
		    {"iso2022_jp", "a\x1B$B$"}};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const char *encoding = rows[i].encoding;
		struct tempfile *file;
		char byte[8];

		if (!is_known(encoding))
			continue;
		file = open_text(encoding, NULL, NULL, 0);
		set_bytes(file, rows[i].bytes, strlen(rows[i].bytes));
		assert_int_equal(-1, tempfile_read(file, byte, sizeof byte));
		assert_int_equal(EILSEQ, errno);
		assert_int_equal(0, tempfile_close(file));
		file = open_text(encoding, "replace", NULL, 0);
		set_bytes(file, rows[i].bytes, strlen(rows[i].bytes));
		check_text(file, "a\xEF\xBF\xBD", 4096);
		assert_int_equal(0, tempfile_close(file));
	}
}

static void errors_ignore_drops(void **state)
{
	const struct error_row row = {"ignore", "az", "az", ""};

	(void)state;
	check_errors(&row);
	check_write_errors(&row);
}

static void errors_ignore_sees_a_newline_behind_bad_bytes(void **state)
{
	static const struct {
		const char *encoding, *bytes;
	} rows[] = {{"utf-8", "a\r\x80\n"}, {"cp1252", "a\r\x81\n"}};

	(void)state;
	for (size_t i = 0; i < COUNT(rows) * COUNT(bufferings); i++) {
		struct tempfile *file =
			open_text(rows[i % 2].encoding, "ignore", NULL,
				  bufferings[i / 2]);

		set_bytes(file, rows[i % 2].bytes, 4);
		check_lines(file, "a\n|");
		for (size_t j = 0; j < COUNT(portions); j++) {
			assert_int_equal(0, tempfile_seek(file, 0, SEEK_SET));
			check_text(file, "a\n", portions[j]);
		}
		assert_int_equal(0, tempfile_close(file));
	}
}

static void errors_backslashreplace_spells(void **state)
{
	const struct error_row row = {"backslashreplace", "a\\xff\\xe2\\x82z",
				      "a\\u20acz", "\\udc80"};

	(void)state;
	check_errors(&row);
	check_write_errors(&row);
}

/* In the German ASCII a letter has the place of the backslash. */
static void errors_backslashreplace_needs_a_backslash(void **state)
{
	struct tempfile *file =
		open_text("din_66003", "backslashreplace", NULL, 0);

	(void)state;
	assert_int_equal(-1, tempfile_write(file, "a\xE2\x82\xAC", 4));
	assert_int_equal(EILSEQ, errno);
	put(file, "\xC3\x96");
	check_bytes(file, "\\", 1);
	assert_int_equal(0, tempfile_close(file));
}

static void errors_surrogateescape_keeps_the_bytes(void **state)
{
	const struct error_row row = {"surrogateescape",
				      "a\xED\xB3\xBF\xED\xB3\xA2\xED\xB2\x82z",
				      NULL, "\x80"};

	(void)state;
	check_errors(&row);
	check_write_errors(&row);
}

static void surrogateescape_round_trips_any_bytes(void **state)
{
	struct tempfile *file = open_text(NULL, "surrogateescape", "\n", 0);
	char bytes[255], text[1024];
	ssize_t n;

	(void)state;
	for (int i = 0; i < 255; i++)
		bytes[i] = (char)(255 - i);
	set_bytes(file, bytes, sizeof bytes);
	n = tempfile_read(file, text, sizeof text);
	assert_int_equal(127 + 128 * 3, n);
	assert_int_equal(0, tempfile_truncate(file, 0));
	assert_int_equal(0, tempfile_seek(file, 0, SEEK_SET));
	assert_int_equal(n, tempfile_write(file, text, (size_t)n));
	check_bytes(file, bytes, sizeof bytes);
	assert_int_equal(0, tempfile_close(file));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(errors_strict_fails_and_moves_nothing),
		cmocka_unit_test(errors_replace_puts_marks),
		cmocka_unit_test(what_is_cut_off_at_the_end_is_bad),
		cmocka_unit_test(errors_ignore_drops),
		cmocka_unit_test(errors_ignore_sees_a_newline_behind_bad_bytes),
		cmocka_unit_test(errors_backslashreplace_spells),
		cmocka_unit_test(errors_backslashreplace_needs_a_backslash),
		cmocka_unit_test(errors_surrogateescape_keeps_the_bytes),
		cmocka_unit_test(surrogateescape_round_trips_any_bytes),
	};

	return cmocka_run_group_tests_name("text_errors", tests, NULL, NULL);
}
