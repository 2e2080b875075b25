/* SPDX-License-Identifier: MIT */
/*
 * Calls on handles that make no sense are refused, and change nothing; and
 * those that make sense change nothing but what they say.
 */
#include "support.h"

#include <fcntl.h>
#include <string.h>
#include <sys/syscall.h>

static void calls_that_make_no_sense(void)
{
	struct tempfile *file = tempfile_open(NULL);
	struct tempdir *dir = tempdir_open(NULL);

	check(file && dir);
	check_refused(tempfile_seek(file, 0, 77), EINVAL, "seek");
	check_refused(tempfile_seek(file, -1, SEEK_SET), EINVAL, "seek");
	check_refused(tempfile_seek(file, -1, SEEK_END), EINVAL, "seek");
	check_equal(tempfile_seek(file, 5, SEEK_SET), 5);
	check_refused(tempfile_seek(file, -6, SEEK_CUR), EINVAL, "seek");
	check_refused(tempfile_seek(file, INT64_MAX, SEEK_CUR), EOVERFLOW,
		      "seek");
	check_refused(tempfile_seek(file, INT64_MIN, SEEK_CUR), EINVAL, "seek");
	check_equal(tempfile_tell(file), 5);
	check_refused(tempfile_truncate(file, -1), EINVAL, "truncate");
	check_refused(tempfile_reserve(file, -1), EINVAL, "reserve");
	check_refused(tempfile_reopen(file, O_RDONLY | O_TRUNC), EINVAL,
		      "reopen");
	check_refused(tempfile_reopen(file, O_RDWR | O_CREAT), EINVAL,
		      "reopen");
	check_refused(tempfile_keep(file, true), EINVAL, "no name");
	check_refused(tempfile_close_fd(file), EINVAL, "without a name");
	check_refused(tempfile_persist(file, "x", 1u << 20), EINVAL, "flags");
	check_refused(tempdir_persist(dir, "x", 1u << 20), EINVAL, "flags");
	check_equal(tempdir_close(dir), 0);
	check_equal(tempfile_close(file), 0);
	check_equal(tempfile_close(NULL), 0);
	check_equal(tempdir_close(NULL), 0);
	tempfile_free(NULL);
}

static void what_was_never_written_past_the_end_of_numbers(void)
{
	struct tempfile *file = tempfile_open(NULL);
	struct tempfile *spool = tempfile_open_spooled(NULL);

	check(file && spool);
	check_equal(tempfile_seek(file, INT64_MAX, SEEK_SET), INT64_MAX);
	check_refused(tempfile_write(file, "x", 1), EFBIG, "write");
	check_equal(tempfile_seek(spool, INT64_MAX, SEEK_SET), INT64_MAX);
	check_refused(tempfile_write(spool, "x", 1), EFBIG, "write");
	check_equal(tempfile_seek(spool, 0, SEEK_END), 0);
	check_equal(tempfile_close(file), 0);
	check_equal(tempfile_close(spool), 0);
}

static void success_changes_neither_errno_nor_the_message(void)
{
	struct tempfile *file;

	check_null(tempfile_open(TEMPFILE_OPTIONS(.mode = "?")), EINVAL,
		   "mode");
	errno = 1234;
	check_equal(tempfile_close(tempfile_open(NULL)), 0);
	file = tempfile_open_named(NULL);
	check(file != NULL);
	check_equal(tempfile_write(file, "x", 1), 1);
	check_equal(tempfile_flush(file), 0);
	check_equal(tempfile_close(file), 0);
	check_equal(tempdir_close(tempdir_open(NULL)), 0);
	check_equal(errno, 1234);
	check_equal(tempfile_last_error()->code, EINVAL);
	check(strstr(tempfile_errmsg(), "mode") != NULL);
}

/* Nor where the first way of doing it is closed, and another taken. */
static void nor_when_a_detour_was_needed(void)
{
	check_equal(setenv("TMPDIR", "missing", 1), 0);
	check_equal(setenv("TEMP", temporary, 1), 0);
	errno = 1234;
	check(tempfile_gettempdir() != NULL);
	check_equal(errno, 1234);
	deny_open(O_TMPFILE, EOPNOTSUPP);
	deny_call(SYS_flock, ENOLCK);
	deny_call(437 /* openat2 */, ENOSYS);
	success_changes_neither_errno_nor_the_message();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(calls_that_make_no_sense),
		TEST(what_was_never_written_past_the_end_of_numbers),
		TEST(success_changes_neither_errno_nor_the_message),
		TEST(nor_when_a_detour_was_needed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
