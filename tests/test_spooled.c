/* SPDX-License-Identifier: MIT */
/* Spooled files: in memory for as long as that is possible. */
#include "support.h"

#include <fcntl.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static struct tempfile *spool(int64_t max_size)
{
	struct tempfile *file =
		tempfile_open_spooled(TEMPFILE_OPTIONS(.max_size = max_size));

	check(file != NULL);
	check(!tempfile_rolled(file));
	check(tempfile_name(file) == NULL);
	return file;
}

static char bytes[100000];

static void write_some(struct tempfile *file, size_t n)
{
	check_equal(tempfile_write(file, bytes, n), (ssize_t)n);
}

static void memory_is_left_when_it_would_exceed_max_size(void)
{
	struct tempfile *file = spool(100);

	write_some(file, 99);
	write_some(file, 1);
	check(!tempfile_rolled(file));
	write_some(file, 1);
	check(tempfile_rolled(file));
	check(is_anonymous(tempfile_fileno(file)));
	check_equal(tempfile_close(file), 0);
}

/* Not where the position is: only what there would be to keep. */
static void it_is_the_size_that_counts(void)
{
	struct tempfile *file = spool(100);

	check_equal(tempfile_seek(file, 1000, SEEK_SET), 1000);
	check_equal(tempfile_write(file, "", 0), 0);
	check(!tempfile_rolled(file));
	check_equal(tempfile_seek(file, 0, SEEK_SET), 0);
	write_some(file, 100);
	check_equal(tempfile_seek(file, 0, SEEK_SET), 0);
	write_some(file, 100);
	check(!tempfile_rolled(file));
	check_equal(tempfile_truncate(file, 10), 0);
	check_equal(tempfile_truncate(file, 100), 0);
	check(!tempfile_rolled(file));
	check_equal(tempfile_truncate(file, 101), 0);
	check(tempfile_rolled(file));
	check_equal(tempfile_close(file), 0);
}

static void without_max_size_it_stays(void)
{
	struct tempfile *file = spool(0);

	for (int i = 0; i < 50; i++)
		write_some(file, sizeof bytes);
	check_equal(tempfile_truncate(file, 10000000), 0);
	check(!tempfile_rolled(file));
	check_equal(tempfile_seek(file, 0, SEEK_END), 10000000);
	check_equal(tempfile_close(file), 0);
}

static void a_descriptor_needs_a_file(void)
{
	struct tempfile *files[] = {spool(0), spool(0), spool(0), spool(0)};
	int fd;

	for (int i = 0; i < 4; i++)
		check_equal(tempfile_write(files[i], "text", 4), 4);
	check_equal(lseek(tempfile_fileno(files[0]), 0, SEEK_CUR), 4);
	fd = tempfile_reopen(files[1], O_RDONLY);
	check_equal(read(fd, bytes, 10), 4);
	check_equal(close(fd), 0);
	check_equal(tempfile_rollover(files[2]), 0);
	check_equal(tempfile_rollover(files[2]), 0);
	check(tempfile_stdio(files[3]) != NULL);
	for (int i = 0; i < 4; i++) {
		if (i < 3)
			check(tempfile_rolled(files[i]));
		check_equal(tempfile_tell(files[i]), 4);
		check_equal(tempfile_close(files[i]), 0);
	}
}

static void it_goes_where_the_options_said(void)
{
	struct tempfile *file;

	make_directory("here", 0700);
	file = tempfile_open_spooled(TEMPFILE_OPTIONS(.dir = "here"));
	check_equal(chdir("/"), 0);
	check_equal(tempfile_rollover(file), 0);
	check_equal(tempfile_close(file), 0);
	check_equal(chdir(work), 0);
	file = tempfile_open_spooled(TEMPFILE_OPTIONS(.dir = "here"));
	check_equal(rmdir("here"), 0);
	check_refused(tempfile_rollover(file), ENOENT, in(work, "here"));
	check_equal(tempfile_close(file), 0);
}

static void even_out_of_descriptors_it_goes_on(void)
{
	struct rlimit limit;
	struct tempfile *file = spool(4);

	check(tempfile_gettempdir() != NULL);
	check_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
	check_equal(tempfile_write(file, "text", 4), 4);
	limit.rlim_cur = 3;
	check_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
	check_refused(tempfile_write(file, "more", 4), EMFILE, temporary);
	check_equal(tempfile_tell(file), 4);
	limit.rlim_cur = 100;
	check_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
	check_equal(tempfile_write(file, "more", 4), 4);
	check_equal(tempfile_seek(file, 0, SEEK_SET), 0);
	check_equal(tempfile_read(file, bytes, 20), 8);
	check(memcmp(bytes, "textmore", 8) == 0);
	check_equal(tempfile_close(file), 0);
}

/* Memory that cannot be had is an error like any other. */
static void even_out_of_memory_it_goes_on(void)
{
	struct tempfile *file = spool(0);
	struct rlimit limit;

#ifdef SANITIZED
	skip_test("sanitizers need the address space");
#endif
	check_equal(tempfile_write(file, "text", 4), 4);
	check_equal(getrlimit(RLIMIT_AS, &limit), 0);
	limit.rlim_cur = 256 << 20;
	check_equal(setrlimit(RLIMIT_AS, &limit), 0);
	check_refused(tempfile_truncate(file, (int64_t)1 << 30), ENOMEM,
		      "truncate");
	check_refused(tempfile_reserve(file, (int64_t)1 << 30), ENOMEM,
		      "reserve");
	check_equal(tempfile_seek(file, (int64_t)1 << 30, SEEK_SET),
		    (int64_t)1 << 30);
	check_refused(tempfile_write(file, "x", 1), ENOMEM, "write");
	check_equal(tempfile_seek(file, 0, SEEK_END), 4);
	check_equal(tempfile_close(file), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(memory_is_left_when_it_would_exceed_max_size),
		TEST(it_is_the_size_that_counts),
		TEST(without_max_size_it_stays),
		TEST(a_descriptor_needs_a_file),
		TEST(it_goes_where_the_options_said),
		TEST(even_out_of_descriptors_it_goes_on),
		TEST(even_out_of_memory_it_goes_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
