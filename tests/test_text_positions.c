/* SPDX-License-Identifier: MIT */
/*
 * Positions: the mark that stands at 0 only, what can be told and sought, and
 * that reading and writing share one.
 */
#include "text_support.h"

#include <errno.h>
#include <string.h>

struct mark_row {
	const char *encoding;
	const char *bytes; /* of "a" at position 0 */
	size_t n;
};

/* Written at 0, every time; nowhere else; skipped when read. */
static void check_mark(const struct mark_row *row)
{
	struct tempfile *file = open_text(row->encoding, NULL, NULL, 0);
	struct tempfile *other;
	char twice[32];
	size_t width = row->n / 2;

	put(file, "a");
	assert_int_equal(row->n, tempfile_tell(file));
	check_bytes(file, row->bytes, row->n);
	assert_int_equal(0, tempfile_seek(file, 0, SEEK_SET));
	put(file, "a");
	check_bytes(file, row->bytes, row->n);
	put(file, "a");
	memcpy(twice, row->bytes, row->n);
	memcpy(twice + row->n, row->bytes + row->n - width, width);
	check_bytes(file, twice, row->n + width);
	assert_int_equal(0, tempfile_seek(file, 0, SEEK_SET));
	check_text(file, "aa", 1);
	assert_int_equal(0, tempfile_close(file));
	other = open_text(row->encoding, NULL, NULL, 0);
	set_bytes(other, "", 0);
	check_text(other, "", 10);
	assert_int_equal(0, tempfile_close(other));
}

static bool is_little_endian(void)
{
	const uint16_t one = 1;

	return *(const unsigned char *)&one == 1;
}

static void utf_8_sig_marks_position_0(void **state)
{
	(void)state;
	struct tempfile *file = open_text("utf-8-sig", NULL, NULL, 0);

	put(file, "a");
	put(file, "b");
	check_bytes(file,
		    "\xEF\xBB\xBF"
		    "ab",
		    5);
	assert_int_equal(0, tempfile_seek(file, 0, SEEK_SET));
	check_text(file, "ab", 1);
	assert_int_equal(0, tempfile_close(file));
}

static void utf_16_marks_position_0(void **state)
{
	(void)state;
	check_mark(is_little_endian()
			   ? &(struct mark_row){"utf-16",
						"\xFF\xFE"
						"a",
						4}
			   : &(struct mark_row){"utf-16", "\xFE\xFF\0a", 4});
}

static void utf_32_marks_position_0(void **state)
{
	(void)state;
	check_mark(
		is_little_endian()
			? &(struct mark_row){"utf-32", "\xFF\xFE\0\0a\0\0", 8}
			: &(struct mark_row){"utf-32", "\0\0\xFE\xFF\0\0\0a",
					     8});
}

static void a_mark_of_the_other_order_is_heeded(void **state)
{
	struct tempfile *file = open_text("utf-16", NULL, NULL, 2);

	(void)state;
	set_bytes(file, "\xFE\xFF\0a\0\n\0b", 8);
	check_lines(file, "a\n|b|");
	assert_int_equal(4, tempfile_seek(file, 4, SEEK_SET));
	check_text(file, "\nb", 4096);
	assert_int_equal(0, tempfile_close(file));
}

/* The character that was told, in as little room as it needs. */
static ssize_t read_character(struct tempfile *file, int64_t told)
{
	char buf[8];
	ssize_t got = 0;

	for (size_t room = 1; room <= 4; room++) {
		assert_int_equal(told, tempfile_seek(file, told, SEEK_SET));
		got = tempfile_read(file, buf, room);
		if (got == 0 || tempfile_tell(file) != told)
			break;
	}
	return got;
}

static void every_character_can_be_told_and_sought(void **state)
{
	static const char *const encodings[] = {"utf-8", "utf-8-sig", "utf-16",
						"utf-32-be", "gb18030"};
	static const char text[] =
		"a\nb\xC3\xA9\xE2\x82\xAC\n\xF0\x9F\x98\x80z";

	(void)state;
	for (size_t i = 0; i < COUNT(encodings) && is_known(encodings[i]);
	     i++) {
		struct tempfile *file = open_text(encodings[i], NULL, NULL, 5);
		int64_t told[sizeof text];
		size_t at[sizeof text];
		size_t n = 0, length = 0;
		ssize_t got;

		put(file, text);
		assert_int_equal(0, tempfile_seek(file, 0, SEEK_SET));
		do {
			told[n] = tempfile_tell(file);
			at[n] = length;
			got = read_character(file, told[n++]);
			length += (size_t)got;
		} while (got > 0);
		assert_int_equal(sizeof text - 1, length);
		while (n-- > 0) {
			assert_int_equal(told[n], tempfile_seek(file, told[n],
								SEEK_SET));
			check_text(file, text + at[n], 4096);
		}
		assert_int_equal(0, tempfile_close(file));
	}
}

static void what_cannot_be_sought(void **state)
{
	struct tempfile *file = open_text(NULL, NULL, NULL, 0);

	(void)state;
	put(file, "text");
	assert_int_equal(-1, tempfile_seek(file, -1, SEEK_SET));
	assert_int_equal(EINVAL, errno);
	assert_int_equal(-1, tempfile_seek(file, 0, 99));
	assert_int_equal(EINVAL, errno);
	assert_int_equal(-1, tempfile_seek(file, 1, SEEK_CUR));
	assert_int_equal(ENOTSUP, errno);
	assert_int_equal(-1, tempfile_seek(file, -1, SEEK_END));
	assert_int_equal(ENOTSUP, errno);
	assert_int_equal(4, tempfile_tell(file));
	assert_int_equal(4, tempfile_seek(file, 0, SEEK_CUR));
	assert_int_equal(0, tempfile_seek(file, 0, SEEK_SET));
	assert_int_equal(4, tempfile_seek(file, 0, SEEK_END));
	assert_int_equal(0, tempfile_close(file));
}

/* Reading and writing share one position, and need nothing in between. */
static void reading_and_writing_share_the_position(void **state)
{
	struct tempfile *file = open_text("utf-16-le", NULL, NULL, 0);
	char buf[4];

	(void)state;
	put(file, "abcdef");
	assert_int_equal(0, tempfile_seek(file, 0, SEEK_SET));
	assert_int_equal(1, tempfile_read(file, buf, 1));
	put(file, "X");
	assert_int_equal(1, tempfile_read(file, buf, 1));
	assert_memory_equal("c", buf, 1);
	assert_int_equal(0, tempfile_truncate(file, 8));
	check_text(file, "d", 10);
	assert_int_equal(0, tempfile_seek(file, 0, SEEK_SET));
	check_text(file, "aXcd", 10);
	assert_int_equal(0, tempfile_close(file));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(utf_8_sig_marks_position_0),
		cmocka_unit_test(utf_16_marks_position_0),
		cmocka_unit_test(utf_32_marks_position_0),
		cmocka_unit_test(a_mark_of_the_other_order_is_heeded),
		cmocka_unit_test(every_character_can_be_told_and_sought),
		cmocka_unit_test(what_cannot_be_sought),
		cmocka_unit_test(reading_and_writing_share_the_position),
	};

	return cmocka_run_group_tests_name("text_positions", tests, NULL, NULL);
}
