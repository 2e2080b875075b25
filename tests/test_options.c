/* SPDX-License-Identifier: MIT */
/* Python's mode strings, each of them, and what each then allows. */
#include "support.h"

#include <string.h>

enum { READS = 1, WRITES = 2 };

static const struct {
	const char *mode;
	int allows;
} rows[] = {
	{"rb", READS},           {"br", READS},
	{"wb", WRITES},          {"bw", WRITES},
	{"ab", WRITES},          {"ba", WRITES},
	{"xb", WRITES},          {"bx", WRITES},
	{"r+b", READS | WRITES}, {"rb+", READS | WRITES},
	{"+rb", READS | WRITES}, {"b+r", READS | WRITES},
	{"br+", READS | WRITES}, {"+br", READS | WRITES},
	{"w+b", READS | WRITES}, {"wb+", READS | WRITES},
	{"+wb", READS | WRITES}, {"a+b", READS | WRITES},
	{"ab+", READS | WRITES}, {"x+b", READS | WRITES},
	{"xb+", READS | WRITES}, {"r", READS},
	{"rt", READS},           {"tr", READS},
	{"w", WRITES},           {"wt", WRITES},
	{"a", WRITES},           {"at", WRITES},
	{"x", WRITES},           {"xt", WRITES},
	{"r+", READS | WRITES},  {"w+", READS | WRITES},
	{"a+", READS | WRITES},  {"x+", READS | WRITES},
	{"+w", READS | WRITES},  {"r+t", READS | WRITES},
	{"w+t", READS | WRITES}, {"wt+", READS | WRITES},
	{"t+w", READS | WRITES}, {"at+", READS | WRITES},
	{"xt+", READS | WRITES},
};
#define ROWS (sizeof rows / sizeof *rows)

static struct tempfile *open_as(int kind, const char *mode)
{
	const struct tempfile_options *options = TEMPFILE_OPTIONS(.mode = mode);

	return kind == 0   ? tempfile_open(options)
	       : kind == 1 ? tempfile_open_named(options)
			   : tempfile_open_spooled(options);
}

static void check_reading(struct tempfile *file, bool allowed)
{
	char *line = NULL;
	size_t capacity = 0;
	char byte;

	if (allowed) {
		check_equal(tempfile_read(file, &byte, 1), 0);
		check_equal(tempfile_getline(file, &line, &capacity), -1);
		check_equal(errno, 0);
	} else {
		check_refused(tempfile_read(file, &byte, 1), EBADF, "read");
		check_refused(tempfile_getline(file, &line, &capacity), EBADF,
			      "read");
	}
	tempfile_free(line);
}

static void check_writing(struct tempfile *file, bool allowed)
{
	if (allowed) {
		check_equal(tempfile_write(file, "text", 4), 4);
		check_equal(tempfile_printf(file, "%d", 7), 1);
		check_equal(tempfile_reserve(file, 10), 0);
		check_equal(tempfile_truncate(file, 2), 0);
		check_equal(tempfile_seek(file, 0, SEEK_END), 2);
	} else {
		check_refused(tempfile_write(file, "text", 4), EBADF, "write");
		check_refused(tempfile_printf(file, "x"), EBADF, "write");
		check_refused(tempfile_reserve(file, 10), EBADF, "reserve");
		check_refused(tempfile_truncate(file, 2), EBADF, "truncate");
		check_equal(tempfile_seek(file, 0, SEEK_END), 0);
	}
}

static void each_mode_allows_what_it_says(void)
{
	for (size_t i = 0; i < 3 * ROWS; i++) {
		struct tempfile *file =
			open_as((int)(i / ROWS), rows[i % ROWS].mode);

		check(file != NULL);
		check_equal(tempfile_tell(file), 0);
		check_reading(file, rows[i % ROWS].allows & READS);
		check_writing(file, rows[i % ROWS].allows & WRITES);
		check_equal(tempfile_close(file), 0);
	}
}

/* a is where one begins, not where everything goes. */
static void what_is_appended_can_be_written_over(void)
{
	struct tempfile *file = open_as(0, "a+b");
	char text[8] = "";

	check_equal(tempfile_write(file, "abcd", 4), 4);
	check_equal(tempfile_seek(file, 0, SEEK_SET), 0);
	check_equal(tempfile_write(file, "xy", 2), 2);
	check_equal(tempfile_seek(file, 0, SEEK_SET), 0);
	check_equal(tempfile_read(file, text, 8), 4);
	check_string(text, "xycd");
	check_equal(tempfile_close(file), 0);
}

/* Others may write to a file that its handle only reads. */
static void the_descriptor_can_do_both_whatever_the_mode(void)
{
	struct tempfile *file = open_as(1, "rb");
	char text[8] = "";
	FILE *other = fopen(tempfile_name(file), "we");

	check(other != NULL);
	check(fputs("text", other) >= 0);
	check_equal(fclose(other), 0);
	check_equal(tempfile_read(file, text, 8), 4);
	check_string(text, "text");
	check_equal(tempfile_close(file), 0);
}

static void by_default_it_reads_and_writes_bytes(void)
{
	struct tempfile *files[] = {
		tempfile_open(NULL), open_as(0, NULL),
		tempfile_open(&(struct tempfile_options){.size = 0})};

	for (int i = 0; i < 3; i++) {
		check_reading(files[i], true);
		check_writing(files[i], true);
		check_equal(tempfile_close(files[i]), 0);
	}
}

static void nothing_of_the_options_has_to_outlive_the_call(void)
{
	char prefix[] = "prefix-";
	char dir[sizeof work];
	char mode[] = "w+b";
	struct tempfile_options options = {.prefix = prefix, .mode = mode};
	struct tempfile *spool;
	struct tempfile *file;

	(void)snprintf(dir, sizeof dir, "%s", work);
	options.dir = dir;
	file = tempfile_open_named(&options);
	spool = tempfile_open_spooled(&options);
	memset(prefix, 'x', sizeof prefix);
	memset(dir, 'x', sizeof dir);
	memset(mode, 'x', sizeof mode);
	memset(&options, 'x', sizeof options);
	check(strstr(tempfile_name(file), "prefix-") != NULL);
	check_equal(tempfile_write(spool, "text", 4), 4);
	check_equal(tempfile_rollover(spool), 0);
	check_equal(tempfile_close(file) + tempfile_close(spool), 0);
	check_equal(count_entries(work), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(each_mode_allows_what_it_says),
		TEST(what_is_appended_can_be_written_over),
		TEST(the_descriptor_can_do_both_whatever_the_mode),
		TEST(by_default_it_reads_and_writes_bytes),
		TEST(nothing_of_the_options_has_to_outlive_the_call),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
