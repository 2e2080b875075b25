/* SPDX-License-Identifier: MIT */
/* When bytes go to the system, and how long lines and files may be. */
#include "support.h"

#include <string.h>
#include <wchar.h>

static void what_was_just_written_is_read_without_a_flush(void)
{
	struct tempfile *file = tempfile_open(NULL);
	char text[8] = "";

	check(file != NULL);
	check_equal(tempfile_write(file, "abc", 3), 3);
	check_equal(tempfile_seek(file, 1, SEEK_SET), 1);
	check_equal(tempfile_read(file, text, 8), 2);
	check_string(text, "bc");
	check_equal(tempfile_close(file), 0);
}

static int written(struct tempfile *file)
{
	return (int)size_of(tempfile_name(file));
}

static struct tempfile *open_with(int buffering)
{
	struct tempfile *file =
		tempfile_open_named(TEMPFILE_OPTIONS(.buffering = buffering));

	check(file != NULL);
	return file;
}

/* When the bytes are on their way to the kernel. */
static void each_buffering_writes_when_it_should(void)
{
	struct tempfile *file = open_with(TEMPFILE_UNBUFFERED);

	check_equal(tempfile_write(file, "a", 1), 1);
	check_equal(written(file), 1);
	check_equal(tempfile_close(file), 0);

	file = open_with(TEMPFILE_LINE_BUFFERED);
	check_equal(tempfile_write(file, "ab", 2), 2);
	check_equal(written(file), 0);
	check_equal(tempfile_write(file, "c\nd", 3), 3);
	check_equal(written(file), 5);
	check_equal(tempfile_close(file), 0);

	file = open_with(4);
	check_equal(tempfile_write(file, "abc", 3), 3);
	check_equal(written(file), 0);
	check_equal(tempfile_write(file, "de", 2), 2);
	check(written(file) >= 3);
	check_equal(tempfile_close(file), 0);

	file = open_with(0);
	check_equal(tempfile_write(file, "abc\n", 4), 4);
	check_equal(written(file), 0);
	check_equal(tempfile_flush(file), 0);
	check_equal(written(file), 4);
	check_equal(tempfile_close(file), 0);
}

static void a_line_may_be_longer_than_any_buffer(void)
{
	struct tempfile *file = open_with(3);
	char *line = NULL;
	size_t capacity = 0;

	for (int i = 0; i < 100000; i++)
		check_equal(tempfile_write(file, "x", 1), 1);
	check_equal(tempfile_write(file, "\nrest", 5), 5);
	check_equal(tempfile_seek(file, 0, SEEK_SET), 0);
	check_equal(tempfile_getline(file, &line, &capacity), 100001);
	check_equal(tempfile_getline(file, &line, &capacity), 4);
	check_string(line, "rest");
	check_equal(tempfile_getline(file, &line, &capacity), -1);
	check_equal(errno, 0);
	tempfile_free(line);
	check_equal(tempfile_close(file), 0);
}

static void printf_takes_any_length(void)
{
	struct tempfile *file = tempfile_open(NULL);
	char bytes[8];

	check(file != NULL);
	check_equal(tempfile_printf(file, "%s", ""), 0);
	check_equal(tempfile_printf(file, "%*d|", 9999, 7), 10000);
	check_equal(tempfile_tell(file), 10000);
	check_equal(tempfile_seek(file, 9997, SEEK_SET), 9997);
	check_equal(tempfile_read(file, bytes, sizeof bytes), 3);
	check(memcmp(bytes, " 7|", 3) == 0);
	check_equal(tempfile_close(file), 0);
}

/* In the C locale there is no such character. */
static void printf_tells_what_it_cannot_spell(void)
{
	struct tempfile *file = tempfile_open(NULL);

	check(file != NULL);
	check_refused(tempfile_printf(file, "a%lc", (wint_t)0x20AC), EILSEQ,
		      "write");
	check_equal(tempfile_tell(file), 0);
	check_equal(tempfile_close(file), 0);
}

static void files_larger_than_four_gigabytes_have_their_end_in_reach(void)
{
	const int64_t far = (int64_t)5 << 30;
	struct tempfile *file = tempfile_open(NULL);
	char byte;

	check(file != NULL);
	check_equal(tempfile_seek(file, far, SEEK_SET), far);
	check_equal(tempfile_write(file, "x", 1), 1);
	if (tempfile_flush(file) < 0 && errno == EFBIG)
		skip_test("files cannot be that large here");
	check_equal(tempfile_seek(file, -1, SEEK_END), far);
	check_equal(tempfile_read(file, &byte, 1), 1);
	check_equal(byte, 'x');
	check_equal(tempfile_close(file), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_was_just_written_is_read_without_a_flush),
		TEST(each_buffering_writes_when_it_should),
		TEST(a_line_may_be_longer_than_any_buffer),
		TEST(printf_takes_any_length),
		TEST(printf_tells_what_it_cannot_spell),
		TEST(files_larger_than_four_gigabytes_have_their_end_in_reach),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
