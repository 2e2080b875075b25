/* SPDX-License-Identifier: MIT */
/*
 * The end of the process: what was left open goes, what is kept stays. That
 * `temporary` is empty in the end is tested after every test.
 */
#include "support.h"

#include <fcntl.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

static void leave_all_kinds_open(void)
{
	const struct tempfile_options *options[] = {
		NULL,
		TEMPFILE_OPTIONS(.dir = work),
		TEMPFILE_OPTIONS(.flags = TEMPFILE_UNLEASED),
		TEMPFILE_OPTIONS(.dir = work, .flags = TEMPFILE_LEASED),
	};

	for (int i = 0; i < 4; i++) {
		struct tempdir *dir = tempdir_open(options[i]);
		struct tempfile *file = tempfile_open_named(options[i]);

		check(dir && file);
		make_file(in(tempdir_name(dir), "content"));
		make_directory(in(tempdir_name(dir), "below"), 0700);
		make_file(in(in(tempdir_name(dir), "below"), "content"));
		check(tempfile_open_named(TEMPFILE_OPTIONS(.in = dir)));
	}
	check(tempfile_open(NULL) && tempfile_open_spooled(NULL));
}

static void what_is_left_open_goes_at_exit(void)
{
	in_child(leave_all_kinds_open, BY_EXIT);
	check_equal(count_entries(work), 0);
	check_equal(count_entries(temporary), 0);
}

static void and_when_main_returns(void)
{
	check_equal(run_role("leave"), 0);
	check_equal(count_entries(work), 0);
	check_equal(count_entries(temporary), 0);
}

/* More than one slab of the registry. */
static void leave_many(void)
{
	for (int i = 0; i < 200; i++)
		check(tempfile_open_named(TEMPFILE_OPTIONS(.dir = work)));
}

static void however_many_there_are(void)
{
	in_child(leave_many, BY_EXIT);
	check_equal(count_entries(work), 0);
}

static void leave_and_move(void)
{
	leave_all_kinds_open();
	check_equal(chdir("/"), 0);
}

static void wherever_the_process_has_gone(void)
{
	in_child(leave_and_move, BY_EXIT);
	check_equal(count_entries(work), 0);
	check_equal(count_entries(temporary), 0);
}

/* Somebody else's now. */
static void leave_and_replace(void)
{
	struct tempfile *file =
		tempfile_open_named(TEMPFILE_OPTIONS(.dir = work));
	struct tempdir *dir = tempdir_open(TEMPFILE_OPTIONS(.dir = work));

	check(file && dir);
	check_equal(rename(tempfile_name(file), "file"), 0);
	make_file(tempfile_name(file));
	check_equal(rename(tempdir_name(dir), "directory"), 0);
	make_directory(tempdir_name(dir), 0700);
	make_file(in(tempdir_name(dir), "content"));
}

static void what_was_put_in_their_place_stays(void)
{
	in_child(leave_and_replace, BY_EXIT);
	check_equal(count_entries(work), 4);
}

/*
 * What is to stay
 */

static void keep_all_kinds(void)
{
	const struct tempfile_options *options = TEMPFILE_OPTIONS(.dir = work);
	struct tempfile *file = tempfile_open_named(options);
	struct tempdir *dir = tempdir_open(options);

	check(file && dir);
	check_equal(tempfile_keep(file, true), 0);
	check_equal(tempdir_keep(dir, true), 0);
	check(tempfile_open_named(
		TEMPFILE_OPTIONS(.dir = work, .flags = TEMPFILE_KEEP)));
	check(tempdir_open(
		TEMPFILE_OPTIONS(.dir = work, .flags = TEMPFILE_KEEP)));
	check(tempfile_mkdtemp(options) != NULL);
	leave_all_kinds_open();
}

static void what_is_kept_stays(void)
{
	in_child(keep_all_kinds, BY_EXIT);
	check_equal(count_entries(work), 5);
	check_equal(count_entries(temporary), 0);
}

static void open_and_close(void)
{
	check_equal(setenv("TEMPFILE_KEEP", "1", 1), 0);
	check_equal(tempfile_close(tempfile_open_named(NULL)), 0);
	check_equal(tempdir_close(tempdir_open(NULL)), 0);
	check(tempfile_open_named(NULL) && tempdir_open(NULL));
	check(tempfile_open_named(TEMPFILE_OPTIONS(.dir = work)));
}

static void the_environment_can_have_all_kept(void)
{
	in_child(open_and_close, BY_EXIT);
	check_equal(count_entries(work), 1);
	check_equal(count_entries(temporary), 4);
}

static void open_and_close_without(void)
{
	check_equal(setenv("TEMPFILE_KEEP", "0", 1), 0);
	check(tempfile_open_named(TEMPFILE_OPTIONS(.dir = work)));
}

static void or_not(void)
{
	in_child(open_and_close_without, BY_EXIT);
	check_equal(count_entries(work), 0);
}

/*
 * Hosts that close what they do not know
 */

static void close_every_descriptor(void)
{
	if (syscall(SYS_close_range, 3u, ~0u, 0u) < 0)
		for (int fd = 3; fd < 1024; fd++)
			(void)close(fd);
}

static void leave_and_close_every_descriptor(void)
{
	leave_all_kinds_open();
	close_every_descriptor();
}

static void names_go_though_the_descriptors_went_before(void)
{
	in_child(leave_and_close_every_descriptor, BY_EXIT);
	check_equal(count_entries(work), 0);
	check_equal(count_entries(temporary), 0);
}

/* Each number that was ours is somebody else's directory now. */
static void leave_and_reuse_every_descriptor(void)
{
	leave_and_close_every_descriptor();
	make_directory("bait", 0700);
	make_file("bait/content");
	for (int i = 0; i < 600; i++)
		(void)open("bait", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static void and_their_numbers_lead_elsewhere(void)
{
	in_child(leave_and_reuse_every_descriptor, BY_EXIT);
	check_equal(count_entries("bait"), 1);
	check_equal(count_entries(work), 1);
	check_equal(count_entries(temporary), 0);
}

static void create_after_closing_every_descriptor(void)
{
	struct tempfile *file;
	struct tempdir *dir;

	leave_and_close_every_descriptor();
	file = tempfile_open_named(NULL);
	dir = tempdir_open(NULL);
	check(file && dir);
	check_equal(tempfile_write(file, "text", 4), 4);
	check_equal(tempfile_flush(file), 0);
	check_equal(size_of(tempfile_name(file)), 4);
	make_file(in(tempdir_name(dir), "content"));
	check_equal(tempfile_close(file), 0);
	check_equal(tempdir_close(dir), 0);
	leave_all_kinds_open();
}

static void new_ones_can_be_created_afterwards(void)
{
	in_child(create_after_closing_every_descriptor, BY_EXIT);
	check_equal(count_entries(work), 0);
	check_equal(count_entries(temporary), 0);
}

/* Nor is anything to be found where it was. */
static void leave_and_move_all_away(void)
{
	check(tempfile_open_named(NULL));
	close_every_descriptor();
	check_equal(rename(temporary, "elsewhere"), 0);
}

static void what_is_out_of_reach_stays_for_a_sweep(void)
{
	in_child(leave_and_move_all_away, BY_EXIT);
	check_equal(count_entries("elsewhere"), 1);
	check_equal(rename("elsewhere", temporary), 0);
	/* On some file systems locks tell too little to be trusted. */
	check_equal(tempfile_sweep(NULL, TEMPFILE_ASSUME_DEAD, NULL, NULL), 1);
}

/* The same where numbers are few, so that ours are reused at once. */
static void create_where_descriptors_are_few(void)
{
	struct rlimit limit;
	struct tempfile *file;

	check_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
	limit.rlim_cur = 64;
	check_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
	leave_and_close_every_descriptor();
	for (int i = 0; i < 40; i++)
		(void)open(work, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	file = tempfile_open_named(NULL);
	check(file != NULL);
	check(exists(tempfile_name(file)));
	check_equal(tempfile_close(file), 0);
}

static void also_where_descriptors_are_few(void)
{
	in_child(create_where_descriptors_are_few, BY_EXIT);
	check_equal(count_entries(work), 0);
	check_equal(count_entries(temporary), 0);
}

static void closing_what_the_host_has_closed(void)
{
	struct tempfile *file = tempfile_open_named(NULL);
	struct tempfile *mine =
		tempfile_open_named(TEMPFILE_OPTIONS(.dir = work));
	struct tempdir *dir = tempdir_open(TEMPFILE_OPTIONS(.dir = work));

	check(file && mine && dir);
	close_every_descriptor();
	(void)tempfile_close(file);
	(void)tempfile_close(mine);
	(void)tempdir_close(dir);
	check_equal(count_entries(work), 0);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		TEST_SO(what_is_left_open_goes_at_exit, FORGETTING),
		TEST_SO(and_when_main_returns, FORGETTING),
		TEST_SO(however_many_there_are, FORGETTING),
		TEST_SO(wherever_the_process_has_gone, FORGETTING),
		TEST_SO(what_was_put_in_their_place_stays, FORGETTING),
		TEST_SO(what_is_kept_stays, FORGETTING),
		TEST_SO(the_environment_can_have_all_kept,
			LITTERING | FORGETTING),
		TEST_SO(or_not, FORGETTING),
		TEST_SO(names_go_though_the_descriptors_went_before,
			FORGETTING),
		TEST_SO(and_their_numbers_lead_elsewhere, FORGETTING),
		TEST_SO(what_is_out_of_reach_stays_for_a_sweep, FORGETTING),
		TEST_SO(new_ones_can_be_created_afterwards, FORGETTING),
		TEST_SO(also_where_descriptors_are_few, FORGETTING),
		TEST_SO(closing_what_the_host_has_closed, FORGETTING),
	};

	if (argc > 1 && strcmp(argv[1], "leave") == 0) {
		(void)snprintf(work, sizeof work, ".");
		forgetting = true;
		leave_all_kinds_open();
		return 0;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
