/* SPDX-License-Identifier: MIT */
/*
 * Characters in parts: begun by one write and ended by the next, or by none;
 * and read where there is no room for all of one.
 */
#include "text_support.h"

#include <errno.h>
#include <string.h>

/* A character that a write begins may be ended by the next. */
static void a_character_may_come_in_several_writes(void **state)
{
	static const char text[] = "a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80z";
	static const char *const encodings[] = {"utf-8", "utf-16", "utf-8-sig",
						"gb18030"};

	(void)state;
	for (size_t i = 0; i < COUNT(encodings); i++)
		for (size_t step = 1; is_known(encodings[i]) && step < 5;
		     step++) {
			struct tempfile *file =
				open_text(encodings[i], NULL, NULL, 3);
			size_t n = sizeof text - 1, part;

			for (size_t at = 0; at < n; at += part) {
				part = step < n - at ? step : n - at;
				assert_int_equal(
					part,
					tempfile_write(file, text + at, part));
			}
			assert_int_equal(0, tempfile_seek(file, 0, SEEK_SET));
			check_text(file, text, 3);
			assert_int_equal(0, tempfile_close(file));
		}
}

/* The next may be too large for the buffer, or for the file. */
static void a_large_write_may_end_a_character(void **state)
{
	char text[200], *large = text + 3;

	(void)state;
	memset(text, 'b', sizeof text);
	memcpy(text, "a\xE4\xB8\xAD", 4);
	memcpy(text + 151, "\xF0\x9F\x98\x80", 4);
	for (size_t i = 0; i < COUNT(bufferings); i++) {
		struct tempfile *file = tempfile_open(
			TEMPFILE_OPTIONS(.mode = "w+t",
					 .buffering = bufferings[i],
					 .limit = 156));

		put(file, "a\xE4\xB8");
		assert_int_equal(-1, tempfile_write(file, large, 154));
		assert_int_equal(EFBIG, errno);
		assert_int_equal(1, tempfile_tell(file));
		assert_int_equal(150, tempfile_write(file, large, 150));
		assert_int_equal(151, tempfile_tell(file));
		put(file, "\x98\x80z");
		assert_int_equal(156, tempfile_tell(file));
		text[155] = 'z';
		check_bytes(file, text, 156);
		text[155] = 'b';
		assert_int_equal(0, tempfile_close(file));
	}
}

/* Nor is there room where offsets end, or in a buffer of two bytes. */
static void a_character_may_end_where_nothing_fits(void **state)
{
	struct tempfile *file =
		tempfile_open(TEMPFILE_OPTIONS(.mode = "w+t", .buffering = 2));
	char large[20000];

	(void)state;
	memset(large, 'b', sizeof large);
	large[0] = '\x80';
	put(file, "\xF0\x9F\x98");
	assert_int_equal(5, tempfile_write(file, large, 5));
	check_bytes(file,
		    "\xF0\x9F\x98\x80"
		    "bbbb",
		    8);
	assert_int_equal(0, tempfile_close(file));
	file = tempfile_open(TEMPFILE_OPTIONS(.mode = "w+t"));
	for (int64_t left = 1; left < 1000; left *= 10) {
		int64_t end = INT64_MAX - left;

		assert_int_equal(end, tempfile_seek(file, end, SEEK_SET));
		put(file, "\xF0\x9F\x98");
		assert_int_equal(-1, tempfile_write(file, large, sizeof large));
		assert_int_equal(EFBIG, errno);
		assert_int_equal(end, tempfile_tell(file));
		assert_int_equal(-1, tempfile_flush(file));
		assert_int_equal(EILSEQ, errno);
	}
	assert_int_equal(0, tempfile_close(file));
}

/* Half a surrogate pair is no character, in however many parts it comes. */
static void surrogates_in_several_writes(void **state)
{
	static const char rest[] = "\x80 and more than a block";
	static const char *const newlines[] = {NULL, "\r\n"};

	(void)state;
	for (size_t i = 0; i < COUNT(newlines); i++) {
		struct tempfile *file =
			open_text(NULL, "strict", newlines[i], 0);

		put(file, "\xED\xA0");
		assert_int_equal(-1,
				 tempfile_write(file, rest, sizeof rest - 1));
		assert_int_equal(EILSEQ, errno);
		assert_int_equal(0, tempfile_close(file));
		file = open_text(NULL, "surrogateescape", newlines[i], 0);
		put(file, "\xED\xB2");
		put(file, rest);
		check_bytes(file, rest, sizeof rest - 1);
		assert_int_equal(0, tempfile_close(file));
	}
}

static void what_stays_unfinished_is_an_error_once(void **state)
{
	struct tempfile *file = open_text(NULL, NULL, NULL, 0);

	(void)state;
	put(file, "a\xE2\x82");
	assert_int_equal(1, tempfile_tell(file));
	assert_int_equal(-1, tempfile_flush(file));
	assert_int_equal(EILSEQ, errno);
	assert_int_equal(0, tempfile_flush(file));
	put(file, "\xE2");
	assert_int_equal(-1, tempfile_seek(file, 0, SEEK_SET));
	assert_int_equal(EILSEQ, errno);
	assert_int_equal(1, tempfile_tell(file));
	put(file, "\xE2");
	assert_int_equal(-1, tempfile_write(file, "z", 1));
	assert_int_equal(EILSEQ, errno);
	put(file, "z");
	check_bytes(file, "az", 2);
	put(file, "\xF0\x9F");
	assert_int_equal(-1, tempfile_close(file));
	assert_int_equal(EILSEQ, errno);
}

static void what_stays_unfinished_is_replaced(void **state)
{
	struct tempfile *file = open_text("utf-16-le", "replace", NULL, 0);

	(void)state;
	put(file, "a\xE2\x82");
	assert_int_equal(0, tempfile_flush(file));
	check_bytes(file, "a\0?\0", 4);
	put(file, "\xF0\x9F");
	assert_int_equal(0, tempfile_seek(file, 0, SEEK_SET));
	check_text(file, "a??", 10);
	assert_int_equal(0, tempfile_close(file));
}

/* A reader gets whole characters, unless it has no room for one. */
static void a_read_splits_no_character_unless_it_must(void **state)
{
	struct tempfile *file = open_text("utf-16", NULL, NULL, 0);
	char buf[8];

	(void)state;
	put(file, "a\xE2\x82\xAC\xF0\x9F\x98\x80z");
	assert_int_equal(0, tempfile_seek(file, 0, SEEK_SET));
	assert_int_equal(1, tempfile_read(file, buf, 3));
	assert_int_equal(3, tempfile_read(file, buf, 6));
	assert_memory_equal("\xE2\x82\xAC", buf, 3);
	assert_int_equal(6, tempfile_tell(file));
	assert_int_equal(1, tempfile_read(file, buf, 1));
	/* The position is that of the character as long as it is not whole. */
	assert_int_equal(6, tempfile_tell(file));
	assert_int_equal(2, tempfile_read(file, buf + 1, 2));
	assert_int_equal(6, tempfile_tell(file));
	assert_int_equal(2, tempfile_read(file, buf + 3, 4));
	assert_memory_equal("\xF0\x9F\x98\x80z", buf, 5);
	assert_int_equal(12, tempfile_tell(file));
	assert_int_equal(6, tempfile_seek(file, 6, SEEK_SET));
	assert_int_equal(1, tempfile_read(file, buf, 1));
	assert_int_equal(6, tempfile_seek(file, 0, SEEK_CUR));
	check_text(file, "\xF0\x9F\x98\x80z", 4);
	assert_int_equal(0, tempfile_close(file));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_character_may_come_in_several_writes),
		cmocka_unit_test(a_large_write_may_end_a_character),
		cmocka_unit_test(a_character_may_end_where_nothing_fits),
		cmocka_unit_test(surrogates_in_several_writes),
		cmocka_unit_test(what_stays_unfinished_is_an_error_once),
		cmocka_unit_test(what_stays_unfinished_is_replaced),
		cmocka_unit_test(a_read_splits_no_character_unless_it_must),
	};

	return cmocka_run_group_tests_name("text_parts", tests, NULL, NULL);
}
