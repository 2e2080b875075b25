/* SPDX-License-Identifier: MIT */
/*
 * What is otherwise in WASI than elsewhere: what it refuses, and how it says
 * so; and ways through the library that only WASI takes.
 */
#include "support.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "os.h"
#include "random_name.h"

#define FOREIGN "tempfile-abcdefghijklmnopqrstuvwxyz"
#define OURS    LEASED_PREFIX "abcdefghijklmnopqrstuvwxyz"

static void what_it_refuses_it_explains(void)
{
	struct tempfile *file = tempfile_open(NULL);
	struct tempfile *named = tempfile_open_named(NULL);
	struct tempdir *dir = tempdir_open(NULL);

	check(file && named && dir);
	check_refused(tempfile_reopen(file, O_RDONLY), ENOTSUP, "reopen");
	check_refused(tempfile_reserve(file, 10), ENOTSUP, "reserve");
	check_refused(tempfile_keep(named, true), ENOTSUP, "keep");
	check_refused(tempfile_cleanup_on_signals(), ENOTSUP, "catch signals");
	check_null(tempfile_handle(0), ENOTSUP, "handle");
	check_null(tempfile_open_named(TEMPFILE_OPTIONS(.permissions = 0640)),
		   ENOTSUP, "create");
	check_refused(tempfile_lease_fd(), ENOLCK, "who holds a lock");
	make_directory(in(work, "there"), 0700);
	check_refused(
		tempdir_persist(dir, in(work, "there"), TEMPFILE_EXCHANGE),
		ENOTSUP, "at one stroke");
	check_refused(tempdir_persist(dir, in(work, "x"), TEMPFILE_DURABLE),
		      ENOTSUP, "made durable");
	check(!exists(in(work, "x")));
	check_equal(tempfile_close(file) + tempfile_close(named), 0);
	check_equal(tempdir_close(dir), 0);
}

static void durable_is_said_of_nothing_that_is_not(void)
{
	struct tempfile *file =
		tempfile_open_named(TEMPFILE_OPTIONS(.beside = in(work, "a")));

	check_equal(tempfile_write(file, "text", 4), 4);
	check_refused(tempfile_persist(file, in(work, "a"), TEMPFILE_DURABLE),
		      ENOTSUP, "but it is published");
	check_equal(tempfile_close(file), 0);
	check_equal(size_of(in(work, "a")), 4);
}

static void no_number_is_a_standard_streams(void)
{
	struct tempfile *file;

	check_equal(close(0) + close(1), 0);
	file = tempfile_open_named(NULL);
	check(file && tempfile_fileno(file) > 2);
	check_equal(tempfile_write(file, "text", 4), 4);
	check_equal(tempfile_flush(file), 0);
	check_equal(size_of(tempfile_name(file)), 4);
	check_equal(tempfile_close(file), 0);
}

static int hear(const struct tempfile_session *session, void *arg)
{
	*(int *)arg = session->verdict;
	return 0;
}

static void what_others_call_leased_is_not_looked_at(void)
{
	int verdict = 0;

	make_directory(in(work, FOREIGN), 0700);
	check_equal(tempfile_sweep(work, TEMPFILE_ASSUME_DEAD, hear, &verdict),
		    0);
	check_equal(verdict, 0);
	check(exists(in(work, FOREIGN)));
}

static void ours_is_unknown_and_stays_unless_told(void)
{
	int verdict = 0;

	make_directory(in(work, OURS), 0700);
	make_file(in(in(work, OURS), "file"));
	check_equal(tempfile_sweep(work, 0, hear, &verdict), 0);
	check_equal(verdict, TEMPFILE_UNKNOWN);
	check(exists(in(work, OURS)));
	check_equal(tempfile_sweep(work, TEMPFILE_ASSUME_DEAD, hear, &verdict),
		    1);
	check(!exists(in(work, OURS)));
}

/* So deep that no descriptor above is held any more, and there is no way up. */
static void a_deep_tree_goes(void)
{
	struct tempdir *dir = tempdir_open(NULL);
	char path[1024];

	check(dir != NULL);
	(void)snprintf(path, sizeof path, "%s", tempdir_name(dir));
	for (int i = 0; i < 100; i++) {
		(void)strcat(path, "/d");
		make_directory(path, 0700);
		make_file(in(path, "f"));
	}
	check_equal(tempdir_close(dir), 0);
	check_equal(count_entries(temporary), 1);
}

/* More than one page of a listing, with an entry across each edge. */
static void a_wide_directory_is_listed_whole(void)
{
	static struct os_listing listing;
	static bool seen[1500];
	struct tempdir *dir = tempdir_open(NULL);
	struct os_entry entry;
	char name[64];

	check(dir != NULL);
	for (int i = 0; i < 1500; i++) {
		(void)snprintf(name, sizeof name, "%040d", i);
		make_file(in(tempdir_name(dir), name));
	}
	check_equal(tempfile__os_list_start(&listing, tempdir_fd(dir)), 0);
	for (int i = 0; i < 1500; i++) {
		int number;

		check_equal(tempfile__os_list_next(&listing, &entry), 1);
		check_equal(strlen(entry.name), 40);
		check_equal(entry.kind, OS_FILE);
		number = atoi(entry.name);
		check(number >= 0 && number < 1500 && !seen[number]);
		seen[number] = true;
	}
	check_equal(tempfile__os_list_next(&listing, &entry), 0);
	tempfile__os_list_end(&listing);
	check_equal(tempdir_close(dir), 0);
}

static void all_can_go_before_the_end(void)
{
	struct tempfile *file = tempfile_open_named(NULL);
	struct tempdir *dir = tempdir_open(NULL);

	check(file && dir);
	make_directory(in(tempdir_name(dir), "a"), 0700);
	make_file(in(tempdir_name(dir), "a/b"));
	tempfile_cleanup_all();
	check_equal(count_entries(temporary), 0);
	_exit(0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_it_refuses_it_explains),
		TEST(durable_is_said_of_nothing_that_is_not),
		TEST(no_number_is_a_standard_streams),
		TEST(what_others_call_leased_is_not_looked_at),
		TEST(ours_is_unknown_and_stays_unless_told),
		TEST(a_deep_tree_goes),
		TEST(a_wide_directory_is_listed_whole),
		TEST(all_can_go_before_the_end),
	};

	return cmocka_run_group_tests_name("test_wasi", tests, NULL, NULL);
}
