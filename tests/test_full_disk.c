/* SPDX-License-Identifier: MIT */
/*
 * Disks that are full: a call that cannot be carried out says so, and loses
 * nothing; when there is space again, it can be.
 *
 * A tmpfs of 64 KiB is filled where mounting is allowed; elsewhere no file may
 * become longer than some KiB, which is EFBIG instead of ENOSPC.
 */
#include "support.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SMALL 65536

static char *disk; /* NULL: files cannot grow, instead */
static int filler;

static void need_small_disk(void)
{
	disk = in(work, "disk");
	mount_small(disk, SMALL / 1024);
	check_equal(tempfile_settempdir(disk), 0);
}

/* All of it, or all but some bytes. */
static int fill_up(void)
{
	check(tempfile_gettempdir() != NULL); /* proved while it can be */
	if (disk) {
		filler = fill_disk(disk);
		return ENOSPC;
	}
	limit_file_size(0);
	return EFBIG;
}

static void make_space(void)
{
	if (disk)
		check_equal(ftruncate(filler, 0) + close(filler), 0);
	else
		lift_file_size();
}

static const char text[] = "It was a bright cold day in April";
#define LENGTH ((int64_t)sizeof text - 1)

static void check_content(struct tempfile *file)
{
	char found[sizeof text + 1] = "";
	int64_t position = tempfile_tell(file);

	check_equal(tempfile_seek(file, 0, SEEK_SET), 0);
	check_equal(tempfile_read(file, found, sizeof found), LENGTH);
	check_string(found, text);
	check_equal(tempfile_seek(file, position, SEEK_SET), position);
}

/* What was accepted stays readable, and goes out when it can. */
static void a_flush_that_fails_can_be_repeated(void)
{
	struct tempfile *file = tempfile_open_named(NULL);
	int code;

	check(file != NULL);
	code = fill_up();
	check_equal(tempfile_write(file, text, (size_t)LENGTH), LENGTH);
	for (int i = 0; i < 3; i++) {
		check_refused(tempfile_flush(file), code, tempfile_name(file));
		check_equal(tempfile_tell(file), LENGTH);
		check_content(file);
	}
	make_space();
	check_equal(tempfile_flush(file), 0);
	check_equal(size_of(tempfile_name(file)), LENGTH);
	check_content(file);
	check_equal(tempfile_close(file), 0);
}

static void on_a_disk_that_is_full_too(void)
{
	need_small_disk();
	a_flush_that_fails_can_be_repeated();
}

static char bytes[3 * SMALL];

/* Larger than any buffer: the write itself fails, and has done nothing. */
static void a_write_that_fails_has_written_nothing(void)
{
	struct tempfile *file = tempfile_open_named(NULL);

	check(file != NULL);
	check_equal(tempfile_write(file, text, (size_t)LENGTH), LENGTH);
	check_equal(tempfile_flush(file), 0);
	if (!disk)
		limit_file_size(SMALL);
	check_equal(tempfile_write(file, bytes, sizeof bytes), -1);
	check_error(disk ? ENOSPC : EFBIG, "write");
	check_equal(tempfile_tell(file), LENGTH);
	check_equal(size_of(tempfile_name(file)), LENGTH);
	check_content(file);
	/* What the attempt took has been given back. */
	check_equal(tempfile_write(file, bytes, SMALL / 2), SMALL / 2);
	check_equal(tempfile_flush(file), 0);
	check_equal(tempfile_close(file), 0);
}

static void to_a_full_disk_neither(void)
{
	need_small_disk();
	a_write_that_fails_has_written_nothing();
}

static void what_was_there_before_is_not_overwritten_either(void)
{
	struct tempfile *file = tempfile_open(NULL);

	check(file != NULL);
	check_equal(tempfile_write(file, text, (size_t)LENGTH), LENGTH);
	check_equal(tempfile_flush(file), 0);
	limit_file_size(SMALL);
	check_equal(tempfile_seek(file, 3, SEEK_SET), 3);
	check_refused(tempfile_write(file, bytes, sizeof bytes), EFBIG,
		      "write");
	check_equal(tempfile_tell(file), 3);
	check_content(file);
	check_equal(tempfile_close(file), 0);
}

/* Memory is left only when all of it has arrived. */
static void a_rollover_that_fails_leaves_all_in_memory(void)
{
	struct tempfile *file =
		tempfile_open_spooled(TEMPFILE_OPTIONS(.max_size = 100));
	int code;

	check(file != NULL);
	code = fill_up();
	check_equal(tempfile_write(file, text, (size_t)LENGTH), LENGTH);
	check_equal(tempfile_seek(file, 7, SEEK_SET), 7);
	check_refused(tempfile_rollover(file), code,
		      "move from memory to a file");
	check_equal(tempfile_fileno(file), -1);
	check_equal(tempfile_reopen(file, O_RDONLY), -1);
	check_equal(tempfile_write(file, bytes, 100), -1);
	check_equal(tempfile_truncate(file, 101), -1);
	check_equal(tempfile_reserve(file, 101), -1);
	check(!tempfile_rolled(file));
	check_equal(tempfile_tell(file), 7);
	check_content(file);
	make_space();
	check_equal(tempfile_rollover(file), 0);
	check(tempfile_rolled(file));
	check_equal(tempfile_tell(file), 7);
	check_equal(lseek(tempfile_fileno(file), 0, SEEK_CUR), 7);
	check_content(file);
	check_equal(tempfile_close(file), 0);
}

static void whatever_the_disk_says(void)
{
	need_small_disk();
	a_rollover_that_fails_leaves_all_in_memory();
	check_equal(count_entries(disk), 1);
}

/* The directory may be bad, too: only the rollover notices. */
static void a_spool_whose_directory_is_missing_goes_on(void)
{
	struct tempfile *file =
		tempfile_open_spooled(TEMPFILE_OPTIONS(.dir = "missing"));

	check(file != NULL);
	check_equal(tempfile_write(file, text, (size_t)LENGTH), LENGTH);
	check_refused(tempfile_rollover(file), ENOENT, "missing");
	check_content(file);
	make_directory("missing", 0700);
	check_equal(tempfile_rollover(file), 0);
	check_content(file);
	check_equal(tempfile_close(file), 0);
}

static void space_is_claimed_at_once_or_not_at_all(void)
{
	struct tempfile *file;

	need_small_disk();
	file = tempfile_open_named(NULL);
	check(file != NULL);
	check_refused(tempfile_reserve(file, 2 * SMALL), ENOSPC, "reserve");
	check_equal(tempfile_reserve(file, SMALL / 2), 0);
	check_equal(size_of(tempfile_name(file)), 0);
	check_equal(tempfile_tell(file), 0);
	(void)fill_up();
	/* What was claimed is there, however full the disk. */
	check_equal(tempfile_write(file, bytes, SMALL / 2), SMALL / 2);
	check_equal(tempfile_flush(file), 0);
	check_equal(tempfile_close(file), 0);
}

/* The error of the data is not lost, nor is the handle kept, by closing. */
static void close_tells_what_could_not_be_written(void)
{
	struct tempfile *file = tempfile_open_named(NULL);
	unsigned descriptors = count_descriptors();
	int code;

	check(file != NULL);
	code = fill_up();
	check_equal(tempfile_write(file, text, (size_t)LENGTH), LENGTH);
	check_refused(tempfile_close(file), code, "write");
	check_equal(count_descriptors(), descriptors - 1);
	make_space();
}

/* Nothing is given away before it is complete. */
static void a_descriptor_is_not_given_without_the_data(void)
{
	struct tempfile *file = tempfile_open_named(NULL);
	int code;
	int fd;

	check(file != NULL);
	code = fill_up();
	check_equal(tempfile_write(file, text, (size_t)LENGTH), LENGTH);
	check_refused(tempfile_fileno(file), code, "descriptor");
	check_refused(tempfile_detach(file), code, "detach");
	check_refused(tempfile_reopen(file, O_RDONLY), code, "reopen");
	check_refused(tempfile_close_fd(file), code, "write");
	check_content(file);
	make_space();
	fd = tempfile_detach(file);
	check(fd > 2);
	check_equal(lseek(fd, 0, SEEK_CUR), LENGTH);
	check_equal(close(fd), 0);
	check_equal(size_of(tempfile_name(file)), LENGTH);
	check_equal(tempfile_close(file), 0);
}

static void nothing_is_created_where_nothing_fits(void)
{
	const struct tempfile_options *there;
	struct tempfile *file;

	need_small_disk();
	there = TEMPFILE_OPTIONS(.dir = disk, .flags = TEMPFILE_KEEP);
	while ((file = tempfile_open_named(there)))
		check_equal(tempfile_close(file), 0);
	check_error(ENOSPC, disk);
	check_null(tempdir_open(there), ENOSPC, disk);
	check_null(tempfile_mkdtemp(there), ENOSPC, disk);
}

/* The limit a host has set itself. */
static void past_the_limit_nothing_is_taken(void)
{
	const struct tempfile_options *options = TEMPFILE_OPTIONS(.limit = 40);
	struct tempfile *files[] = {tempfile_open(options),
				    tempfile_open_named(options),
				    tempfile_open_spooled(options)};

	for (int i = 0; i < 3; i++) {
		check_equal(tempfile_write(files[i], text, (size_t)LENGTH),
			    LENGTH);
		check_refused(tempfile_write(files[i], bytes, 8), EFBIG,
			      "write");
		check_refused(tempfile_printf(files[i], "%9d", 1), EFBIG,
			      "write");
		check_refused(tempfile_truncate(files[i], 41), EFBIG,
			      "truncate");
		check_refused(tempfile_reserve(files[i], 41), EFBIG, "reserve");
		check_equal(tempfile_tell(files[i]), LENGTH);
		check_content(files[i]);
		check_equal(tempfile_write(files[i], bytes, 7), 7);
		check_equal(tempfile_close(files[i]), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_flush_that_fails_can_be_repeated),
		TEST(on_a_disk_that_is_full_too),
		TEST(a_write_that_fails_has_written_nothing),
		TEST(to_a_full_disk_neither),
		TEST(what_was_there_before_is_not_overwritten_either),
		TEST(a_rollover_that_fails_leaves_all_in_memory),
		TEST(whatever_the_disk_says),
		TEST(a_spool_whose_directory_is_missing_goes_on),
		TEST(space_is_claimed_at_once_or_not_at_all),
		TEST(close_tells_what_could_not_be_written),
		TEST(a_descriptor_is_not_given_without_the_data),
		TEST(nothing_is_created_where_nothing_fits),
		TEST(past_the_limit_nothing_is_taken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
