/* SPDX-License-Identifier: MIT */
/*
 * Text as a user sees it: one test for every row of the tables of modes, line
 * ends, marks and errors, over every kind of file and size of buffer.
 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "tempfile.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const int bufferings[] = {TEMPFILE_LINE_BUFFERED, 2, 3, 5, 4096, 0};
static const size_t portions[] = {1, 2, 3, 5, 4096};

static struct tempfile *open_text(const char *encoding, const char *errors,
				  const char *newline, int buffering)
{
	struct tempfile *file = tempfile_open_spooled(
		TEMPFILE_OPTIONS(.mode = "w+t", .encoding = encoding,
				 .errors = errors, .newline = newline,
				 .buffering = buffering));

	if (!file && strstr(tempfile_errmsg(), "unknown encoding")) {
		print_message("skipped: %s\n", tempfile_errmsg());
		skip();
	}
	if (!file)
		fail_msg("%s", tempfile_errmsg());
	return file;
}

/* Encodings beside our own are the system's, and not everywhere the same. */
static bool is_known(const char *encoding)
{
	struct tempfile *file = tempfile_open_spooled(
		TEMPFILE_OPTIONS(.mode = "w+t", .encoding = encoding));
	int code = errno;

	if (file)
		assert_int_equal(0, tempfile_close(file));
	else
		assert_int_equal(EINVAL, code);
	return file != NULL;
}

/* The file's bytes become these, behind the handle's back. */
static void set_bytes(struct tempfile *file, const char *bytes, size_t n)
{
	int fd = tempfile_fileno(file);

	assert_true(fd >= 3);
	assert_int_equal(n, pwrite(fd, bytes, n, 0));
	assert_int_equal(0, ftruncate(fd, (off_t)n));
	assert_int_equal(0, tempfile_seek(file, 0, SEEK_SET));
}

static void check_bytes(struct tempfile *file, const char *bytes, size_t n)
{
	char got[256];
	int fd = tempfile_fileno(file);

	assert_true(fd >= 3);
	assert_int_equal(n, pread(fd, got, sizeof got, 0));
	assert_memory_equal(bytes, got, n);
}

static void put(struct tempfile *file, const char *text)
{
	size_t n = strlen(text);

	if (tempfile_write(file, text, n) != (ssize_t)n)
		fail_msg("%s", tempfile_errmsg());
}

/* All there is, portion bytes a time. */
static void check_text(struct tempfile *file, const char *text, size_t portion)
{
	char got[256];
	size_t length = 0;
	ssize_t n;

	while ((n = tempfile_read(file, got + length,
				  portion < 200 ? portion : 200)) > 0)
		length += (size_t)n;
	assert_int_equal(0, n);
	got[length] = '\0';
	assert_string_equal(text, got);
}

/* The lines there are, each followed by "|". */
static void check_lines(struct tempfile *file, const char *lines)
{
	char got[256] = "";
	char *line = NULL;
	size_t capacity = 0;

	while (tempfile_getline(file, &line, &capacity) > 0) {
		strcat(got, line);
		strcat(got, "|");
	}
	assert_int_equal(0, errno);
	tempfile_free(line);
	assert_string_equal(lines, got);
}

/*
 * Line ends
 */

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

/*
 * Marks
 */

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

/*
 * Errors
 */

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

/*
 * Lines are checked far ahead: 4096 bytes, and a window of 16384
 */

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

/*
 * Characters in parts
 */

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

/*
 * Positions
 */

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
		char buf[8];
		ssize_t got;

		put(file, text);
		assert_int_equal(0, tempfile_seek(file, 0, SEEK_SET));
		do {
			told[n] = tempfile_tell(file);
			at[n++] = length;
			for (size_t room = 1; room <= 4; room++) {
				assert_int_equal(told[n - 1],
						 tempfile_seek(file,
							       told[n - 1],
							       SEEK_SET));
				got = tempfile_read(file, buf, room);
				if (got == 0 ||
				    tempfile_tell(file) != told[n - 1])
					break;
			}
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

static void stateful_encodings_seek_0_and_the_end(void **state)
{
	struct tempfile *file = open_text("iso-2022-jp", NULL, NULL, 0);
	char buf[8];

	(void)state;
	put(file, "a\xE3\x81\x82\nb");
	put(file, "\xE3\x81\x84");
	assert_int_equal(-1, tempfile_seek(file, 1, SEEK_SET));
	assert_int_equal(ENOTSUP, errno);
	assert_int_equal(0, tempfile_seek(file, 0, SEEK_SET));
	check_lines(file, "a\xE3\x81\x82\n|b\xE3\x81\x84|");
	assert_int_equal(0, tempfile_seek(file, 0, SEEK_SET));
	/* In the middle of a shift, staying is allowed and changes nothing. */
	assert_int_equal(4, tempfile_read(file, buf, 4));
	assert_int_equal(tempfile_tell(file), tempfile_seek(file, 0, SEEK_CUR));
	assert_int_equal(tempfile_tell(file),
			 tempfile_seek(file, tempfile_tell(file), SEEK_SET));
	check_text(file, "\nb\xE3\x81\x84", 3);
	assert_true(tempfile_seek(file, 0, SEEK_END) > 0);
	put(file, "\xE3\x81\x86");
	assert_int_equal(0, tempfile_seek(file, 0, SEEK_SET));
	check_text(file, "a\xE3\x81\x82\nb\xE3\x81\x84\xE3\x81\x86", 4096);
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

/* Bad bytes behind a shift: until a seek nobody knows what bytes mean. */
static void stateful_encodings_recover_from_bad_bytes(void **state)
{
	struct tempfile *file = open_text("iso-2022-jp", NULL, NULL, 0);
	char buf[8];
	int64_t told;

	(void)state;
	set_bytes(file, "ab\x1B$B$\"\xFF", 8);
	assert_int_equal(2, tempfile_read(file, buf, 2));
	told = tempfile_tell(file); /* before the shift or after it */
	for (int i = 0; i < 2; i++) {
		assert_int_equal(-1, tempfile_read(file, buf, 8));
		assert_int_equal(EILSEQ, errno);
		assert_int_equal(told, tempfile_tell(file));
	}
	assert_int_equal(3, tempfile_read(file, buf, 3));
	assert_memory_equal("\xE3\x81\x82", buf, 3);
	assert_int_equal(-1, tempfile_read(file, buf, 8));
	assert_int_equal(0, tempfile_seek(file, 0, SEEK_SET));
	assert_int_equal(5, tempfile_read(file, buf, 5));
	assert_memory_equal("ab\xE3\x81\x82", buf, 5);
	assert_int_equal(0, tempfile_close(file));
}

#define HIRAGANA 40 /* of three bytes each */

/* What reads from fd fails, or no longer: there is a directory in its place. */
static void break_descriptor(int fd, bool broken)
{
	static int saved;
	int directory;

	if (!broken) {
		assert_int_equal(fd, dup2(saved, fd));
		assert_int_equal(0, close(saved));
		return;
	}
	saved = dup(fd);
	directory = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(saved >= 0 && directory >= 0);
	assert_int_equal(fd, dup2(directory, fd));
	assert_int_equal(0, close(directory));
}

/* After some bytes, in the middle of a character too, nothing can be read for a
 * while; then all is there. */
static void check_failure_after(struct tempfile *file, int fd, const char *text,
				size_t some, bool by_line)
{
	char buf[3 * HIRAGANA + 8], *line = NULL;
	size_t capacity = 0, length = strlen(text);
	int64_t told;

	assert_int_equal(0, tempfile_flush(file));
	assert_int_equal(0, tempfile_seek(file, 0, SEEK_SET));
	assert_int_equal(some - some % 3,
			 tempfile_read(file, buf, some - some % 3));
	assert_int_equal(some % 3,
			 tempfile_read(file, buf + some - some % 3, some % 3));
	told = tempfile_tell(file);
	break_descriptor(fd, true);
	for (int i = 0; i < 3; i++) {
		ssize_t got = by_line ? tempfile_getline(file, &line, &capacity)
				      : tempfile_read(file, buf + some,
						      sizeof buf - some);

		assert_int_equal(-1, got);
		assert_int_equal(EISDIR, errno);
		assert_int_equal(told, tempfile_tell(file));
	}
	break_descriptor(fd, false);
	if (by_line) {
		assert_int_equal(length - some,
				 tempfile_getline(file, &line, &capacity));
		memcpy(buf + some, line, length - some);
	} else {
		assert_int_equal(
			length - some,
			tempfile_read(file, buf + some, sizeof buf - some));
	}
	assert_memory_equal(text, buf, length);
	tempfile_free(line);
}

static void stateful_encodings_recover_far_from_the_start(void **state)
{
	struct tempfile *file = open_text("iso-2022-jp", NULL, NULL, 0);
	char bytes[1000], buf[1000];

	(void)state;
	memset(bytes, 'a', 900);
	memcpy(bytes + 900, "\x1B$B$\"\xFF", 6);
	set_bytes(file, bytes, 906);
	assert_int_equal(900, tempfile_read(file, buf, 900));
	for (int i = 0; i < 2; i++) {
		assert_int_equal(-1, tempfile_read(file, buf, 8));
		assert_int_equal(EILSEQ, errno);
	}
	assert_int_equal(3, tempfile_read(file, buf, 3));
	assert_memory_equal("\xE3\x81\x82", buf, 3);
	assert_int_equal(0, tempfile_close(file));
}

static void stateful_encodings_recover_from_failures(void **state)
{
	struct tempfile *file = open_text("iso-2022-jp", NULL, NULL, 20);
	char text[3 * HIRAGANA + 2] = "";
	int fd = tempfile_fileno(file);

	(void)state;
	for (int i = 0; i < HIRAGANA; i++)
		(void)snprintf(text + 3 * i, 4, "\xE3\x81%c", 0x82 + i % 20);
	strcat(text, "\n");
	put(file, text);
	for (size_t some = 0; some < sizeof text - 60; some++)
		for (int by_line = 0; by_line < 2; by_line++)
			check_failure_after(file, fd, text, some, by_line);
	assert_int_equal(0, tempfile_close(file));
}

/*
 * Modes, buffering, spooling
 */

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
		cmocka_unit_test(utf_8_sig_marks_position_0),
		cmocka_unit_test(utf_16_marks_position_0),
		cmocka_unit_test(utf_32_marks_position_0),
		cmocka_unit_test(a_mark_of_the_other_order_is_heeded),
		cmocka_unit_test(errors_strict_fails_and_moves_nothing),
		cmocka_unit_test(errors_replace_puts_marks),
		cmocka_unit_test(what_is_cut_off_at_the_end_is_bad),
		cmocka_unit_test(errors_ignore_drops),
		cmocka_unit_test(errors_ignore_sees_a_newline_behind_bad_bytes),
		cmocka_unit_test(
			lines_are_those_of_now_whatever_was_done_between),
		cmocka_unit_test(what_was_not_checked_is_found_bad),
		cmocka_unit_test(lines_end_anywhere_in_what_is_checked),
		cmocka_unit_test(reading_in_any_portions_gives_the_same),
		cmocka_unit_test(lines_in_any_mode_are_the_text),
		cmocka_unit_test(a_line_is_read_into_whatever_there_is),
		cmocka_unit_test(no_line_is_read_into_an_unfinished_character),
		cmocka_unit_test(errors_backslashreplace_spells),
		cmocka_unit_test(errors_backslashreplace_needs_a_backslash),
		cmocka_unit_test(errors_surrogateescape_keeps_the_bytes),
		cmocka_unit_test(surrogateescape_round_trips_any_bytes),
		cmocka_unit_test(a_character_may_come_in_several_writes),
		cmocka_unit_test(a_large_write_may_end_a_character),
		cmocka_unit_test(a_character_may_end_where_nothing_fits),
		cmocka_unit_test(surrogates_in_several_writes),
		cmocka_unit_test(what_stays_unfinished_is_an_error_once),
		cmocka_unit_test(what_stays_unfinished_is_replaced),
		cmocka_unit_test(a_read_splits_no_character_unless_it_must),
		cmocka_unit_test(every_character_can_be_told_and_sought),
		cmocka_unit_test(what_cannot_be_sought),
		cmocka_unit_test(stateful_encodings_seek_0_and_the_end),
		cmocka_unit_test(stateful_encodings_recover_from_bad_bytes),
		cmocka_unit_test(success_leaves_errno_alone),
		cmocka_unit_test(stateful_encodings_recover_far_from_the_start),
		cmocka_unit_test(stateful_encodings_recover_from_failures),
		cmocka_unit_test(every_mode),
		cmocka_unit_test(bad_options_are_refused),
		cmocka_unit_test(line_buffering_flushes_at_lf_and_cr),
		cmocka_unit_test(rolling_over_in_the_middle_of_anything),
		cmocka_unit_test(a_limit_stops_a_write_whole),
		cmocka_unit_test(reading_and_writing_share_the_position),
		cmocka_unit_test(large_text_goes_through_whole),
	};

	return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
