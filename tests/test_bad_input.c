/* SPDX-License-Identifier: MIT */
/*
 * What cannot be done is refused, with errno, a sentence that names the step
 * and the path, and nothing left: by every constructor alike.
 */
#include "support.h"

#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static int make_nothing(int dirfd, const char *name, const char *path,
			void *arg)
{
	(void)arg;
	(void)path;
	return mknodat(dirfd, name, S_IFIFO | 0600, 0);
}

/* All that take options, but for the spool, whose directory shows later. */
static void refused_with_a_name(const struct tempfile_options *options,
				int code, const char *part)
{
	char *path = NULL;

	check_null(tempfile_open_named(options), code, part);
	check_null(tempdir_open(options), code, part);
	check_null(tempfile_make(options, make_nothing, NULL), code, part);
	check_refused(tempfile_mkstemp(options, &path), code, part);
	check(path == NULL);
	check_null(tempfile_mkdtemp(options), code, part);
}

static void refused_by_all(const struct tempfile_options *options, int code,
			   const char *part)
{
	refused_with_a_name(options, code, part);
	check_null(tempfile_open(options), code, part);
	check_refused(tempfile_mkstemp(options, NULL), code, part);
}

/* That nothing is left of it is tested at the end, as for every test. */
static void refused_at_once(const struct tempfile_options *options, int code,
			    const char *part)
{
	refused_by_all(options, code, part);
	check_null(tempfile_open_spooled(options), code, part);
}

/* From here on, whoever asks the system for anything fails otherwise. */
static void deny_the_disk(void)
{
	deny_call(SYS_openat, EIO);
	deny_call(SYS_mkdirat, EIO);
	deny_call(SYS_getrandom, EIO);
}

static void an_affix_with_a_separator(void)
{
	static const char *const bad[] = {"/",     "../x", "a/b", "a/",
					  "/tmp/", "\\",   "a\\b"};

	deny_the_disk();
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		refused_at_once(TEMPFILE_OPTIONS(.prefix = bad[i]), EINVAL,
				"prefix");
		refused_at_once(TEMPFILE_OPTIONS(.suffix = bad[i]), EINVAL,
				"suffix");
	}
}

static void a_prefix_that_windows_reserves(void)
{
	static const char *const bad[] = {"nul.", "CON.", "com1.", "Lpt9.x",
					  "aux ."};
	static const char *const good[] = {"nul", "console.", "com0."};
	struct tempfile *file;

	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		file = tempfile_open_named(
			TEMPFILE_OPTIONS(.prefix = good[i], .dir = work));
		check(file != NULL);
		check_equal(tempfile_close(file), 0);
	}
	deny_the_disk();
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		refused_at_once(TEMPFILE_OPTIONS(.prefix = bad[i]), EINVAL,
				"Windows");
}

static void a_name_that_is_too_long(void)
{
	char affix[NAME_MAX + 1];

	memset(affix, 'x', NAME_MAX);
	affix[NAME_MAX] = '\0';
	refused_with_a_name(TEMPFILE_OPTIONS(.prefix = affix, .dir = work),
			    ENAMETOOLONG, work);
	refused_with_a_name(TEMPFILE_OPTIONS(.suffix = affix, .dir = work),
			    ENAMETOOLONG, work);
	refused_with_a_name(TEMPFILE_OPTIONS(.prefix = affix + 11, .dir = work),
			    ENAMETOOLONG, work);
	check_equal(count_entries(work), 0);
	refused_at_once(TEMPFILE_OPTIONS(.random_chars = 129), EINVAL,
			"random_chars");
}

static void the_longest_name_is_fine(void)
{
	char affix[NAME_MAX];
	struct tempfile *file;

	memset(affix, 'x', NAME_MAX - 12);
	affix[NAME_MAX - 12] = '\0';
	file = tempfile_open_named(TEMPFILE_OPTIONS(.prefix = affix));
	check(file != NULL);
	check(exists(tempfile_name(file)));
	check_equal(tempfile_close(file), 0);
}

static void a_directory_that_is_missing_or_none(void)
{
	make_file("file");
	refused_by_all(TEMPFILE_OPTIONS(.dir = "missing"), ENOENT,
		       in(work, "missing"));
	refused_by_all(TEMPFILE_OPTIONS(.dir = "file"), ENOTDIR,
		       in(work, "file"));
	refused_by_all(TEMPFILE_OPTIONS(.dir = ""), ENOENT, "''");
	refused_by_all(TEMPFILE_OPTIONS(.beside = "missing/x"), ENOENT,
		       in(work, "missing"));
	refused_by_all(TEMPFILE_OPTIONS(.beside = "file/x"), ENOTDIR,
		       in(work, "file"));
	refused_by_all(TEMPFILE_OPTIONS(.beside = ""), ENOENT, "''");
	check_equal(symlink("loop", "loop"), 0);
	refused_by_all(TEMPFILE_OPTIONS(.dir = "loop"), ELOOP,
		       in(work, "loop"));
	check_equal(count_entries(work), 2);
}

static void a_directory_that_nobody_may_write_in(void)
{
	make_directory("locked", 0500);
	refused_by_all(TEMPFILE_OPTIONS(.dir = "locked"), EACCES,
		       in(work, "locked"));
	refused_by_all(TEMPFILE_OPTIONS(.beside = "locked/x"), EACCES,
		       in(work, "locked"));
	make_directory("closed", 0000);
	refused_by_all(TEMPFILE_OPTIONS(.dir = "closed"), EACCES,
		       in(work, "closed"));
	check_equal(count_entries("locked"), 0);
	check_equal(permissions_of("locked"), 0500);
	check_equal(permissions_of("closed"), 0000);
}

/* A relative path to it, while it can no longer be told where that is. */
static void a_current_directory_that_is_gone(void)
{
	make_directory("gone", 0700);
	check_equal(chdir("gone"), 0);
	check_equal(rmdir(in(work, "gone")), 0);
	refused_by_all(TEMPFILE_OPTIONS(.dir = "."), ENOENT, ".");
	check_null(tempfile_open_spooled(TEMPFILE_OPTIONS(.dir = ".")), ENOENT,
		   ".");
}

static void a_directory_where_anybody_may_rename(void)
{
	struct tempfile *file;

	make_directory("unsafe", 0777);
	refused_by_all(TEMPFILE_OPTIONS(.dir = "unsafe"), EPERM, "sticky");
	refused_by_all(TEMPFILE_OPTIONS(.beside = "unsafe/x"), EPERM,
		       in(work, "unsafe"));
	check_equal(count_entries("unsafe"), 0);
	file = tempfile_open_named(
		TEMPFILE_OPTIONS(.dir = "unsafe",
				 .flags = TEMPFILE_UNSAFE_DIR));
	check(file != NULL);
	check_equal(tempfile_close(file), 0);
	check_equal(chmod("unsafe", 01777), 0);
	file = tempfile_open_named(TEMPFILE_OPTIONS(.dir = "unsafe"));
	check(file != NULL);
	check_equal(tempfile_close(file), 0);
}

static void any_two_of_dir_beside_and_in(void)
{
	struct tempdir *dir = tempdir_open(TEMPFILE_OPTIONS(.dir = work));

	check(dir != NULL);
	refused_at_once(TEMPFILE_OPTIONS(.dir = work, .beside = "x"), EINVAL,
			"dir, beside and in");
	refused_at_once(TEMPFILE_OPTIONS(.dir = work, .in = dir), EINVAL,
			"dir, beside and in");
	refused_at_once(TEMPFILE_OPTIONS(.beside = "x", .in = dir), EINVAL,
			"dir, beside and in");
	refused_at_once(TEMPFILE_OPTIONS(.dir = work, .beside = "x", .in = dir),
			EINVAL, "dir, beside and in");
	check_equal(count_entries(work), 1);
	check_equal(tempdir_close(dir), 0);
}

static void numbers_and_flags_without_sense(void)
{
	deny_the_disk();
	refused_at_once(TEMPFILE_OPTIONS(.flags = 0x80000000u), EINVAL,
			"flags");
	refused_at_once(TEMPFILE_OPTIONS(.flags = TEMPFILE_DURABLE), EINVAL,
			"flags");
	refused_at_once(
		TEMPFILE_OPTIONS(.flags = TEMPFILE_LEASED | TEMPFILE_UNLEASED),
		EINVAL, "leased");
	refused_at_once(
		TEMPFILE_OPTIONS(.flags = TEMPFILE_LEASED | TEMPFILE_KEEP),
		EINVAL, "leased");
	refused_at_once(TEMPFILE_OPTIONS(.dir = "x", .flags = TEMPFILE_ON_DISK),
			EINVAL, "ON_DISK");
	refused_at_once(TEMPFILE_OPTIONS(.permissions = 04600), EINVAL,
			"permissions");
	refused_at_once(TEMPFILE_OPTIONS(.buffering = -2), EINVAL, "buffering");
	refused_at_once(TEMPFILE_OPTIONS(.max_size = -1), EINVAL, "max_size");
	refused_at_once(TEMPFILE_OPTIONS(.limit = -1), EINVAL, "limit");
}

static void flags_that_need_a_name(void)
{
	const struct tempfile_options *kept =
		TEMPFILE_OPTIONS(.flags = TEMPFILE_KEEP);
	const struct tempfile_options *leased =
		TEMPFILE_OPTIONS(.flags = TEMPFILE_LEASED);

	check_null(tempfile_open(kept), EINVAL, "without a name");
	check_null(tempfile_open_spooled(kept), EINVAL, "without a name");
	check_null(tempfile_open(leased), EINVAL, "without a name");
	check_null(tempfile_mkdtemp(leased), EINVAL, "leased");
}

/*
 * Modes
 */

static void modes_that_are_none(void)
{
	static const char *const bad[] = {
		"",   "b",   "+",    "t",   "b+",   "U",           "rU",
		"wr", "wbt", "rbt+", "w++", "wbb+", "wtt",         "w+b ",
		"W",  "wx",  "rw+b", "aa",  "r+b+", "w,ccs=utf-8", "wbe",
		"m",  "bt",  "+b+w", "raw"};

	deny_the_disk();
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		refused_at_once(TEMPFILE_OPTIONS(.mode = bad[i]), EINVAL,
				"mode");
}

static void text_options_of_binary_modes(void)
{
	deny_the_disk();
	refused_at_once(TEMPFILE_OPTIONS(.encoding = "utf-8"), EINVAL,
			"encoding");
	refused_at_once(TEMPFILE_OPTIONS(.errors = "strict"), EINVAL, "errors");
	refused_at_once(TEMPFILE_OPTIONS(.newline = ""), EINVAL, "newline");
	refused_at_once(
		TEMPFILE_OPTIONS(.mode = "w", .buffering = TEMPFILE_UNBUFFERED),
		EINVAL, "unbuffered");
}

/*
 * Sizes of the options
 */

struct larger {
	struct tempfile_options options;
	char tail[16];
};

static void options_of_another_version(void)
{
	struct larger larger = {.options = {.size = sizeof larger}};
	struct tempfile *file = tempfile_open(&larger.options);

	check(file != NULL);
	check_equal(tempfile_close(file), 0);
	larger.tail[15] = 1;
	refused_at_once(&larger.options, E2BIG, "does not know");
	larger.tail[15] = 0;
	larger.tail[0] = 1;
	refused_at_once(&larger.options, E2BIG, "does not know");
	larger.options.size = sizeof larger.options;
	file = tempfile_open(&larger.options);
	check(file != NULL);
	check_equal(tempfile_close(file), 0);
	larger.options.size = sizeof larger.options - 1;
	refused_at_once(&larger.options, EINVAL, "size");
	larger.options.size = 0;
	file = tempfile_open(&larger.options);
	check(file != NULL);
	check_equal(tempfile_close(file), 0);
}

/*
 * Trouble of the system
 */

static void allow_descriptors(rlim_t count)
{
	struct rlimit limit;

	check_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
	limit.rlim_cur = count;
	check_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
}

static void no_descriptor_left(void)
{
	const struct tempfile_options *options = TEMPFILE_OPTIONS(.dir = work);
	struct tempfile *file = tempfile_open_named(NULL);
	struct tempdir *dir;
	int next = dup(0);

	check(file && next > 2);
	check_equal(close(next), 0);
	allow_descriptors((rlim_t)next);
	refused_by_all(options, EMFILE, work);
	check_null(tempfile_open_named(NULL), EMFILE, temporary);
	/* A directory needs none until somebody works in it. */
	dir = tempdir_open(NULL);
	check(dir != NULL);
	check_refused(tempdir_fd(dir), EMFILE, tempdir_name(dir));
	check_null(tempfile_open_named(TEMPFILE_OPTIONS(.in = dir)), EMFILE,
		   tempdir_name(dir));
	check_equal(tempdir_close(dir), 0);
	check_refused(tempfile_reopen(file, O_RDONLY), EMFILE, "reopen");
	/* One more: then it is the file itself that has none. */
	allow_descriptors((rlim_t)next + 1);
	check_null(tempfile_open(options), EMFILE, work);
	check_null(tempfile_open_named(options), EMFILE, work);
	allow_descriptors(1024);
	check_equal(count_entries(work), 0);
	check_equal(tempfile_close(file), 0);
}

static void a_file_system_that_is_read_only(void)
{
	need_mounts();
	make_directory("read-only", 0700);
	if (mount("tmpfs", "read-only", "tmpfs", MS_RDONLY, "mode=700") < 0)
		skip_test("mounting is not allowed here");
	refused_by_all(TEMPFILE_OPTIONS(.dir = "read-only"), EROFS,
		       in(work, "read-only"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_affix_with_a_separator),
		TEST(a_prefix_that_windows_reserves),
		TEST(a_name_that_is_too_long),
		TEST(the_longest_name_is_fine),
		TEST(a_directory_that_is_missing_or_none),
		TEST_SO(a_directory_that_nobody_may_write_in, AS_NOBODY),
		TEST(a_current_directory_that_is_gone),
		TEST(a_directory_where_anybody_may_rename),
		TEST(any_two_of_dir_beside_and_in),
		TEST(numbers_and_flags_without_sense),
		TEST(flags_that_need_a_name),
		TEST(modes_that_are_none),
		TEST(text_options_of_binary_modes),
		TEST(options_of_another_version),
		TEST(no_descriptor_left),
		TEST(a_file_system_that_is_read_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
