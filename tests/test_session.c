/* SPDX-License-Identifier: MIT */
/* The private directory in which the names of a process live. */
#include "support.h"

#include <dirent.h>
#include <fcntl.h>
#include <libgen.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "random_name.h"

/* The directory part of the name. */
static char *session_of(const struct tempfile *file)
{
	const char *name = tempfile_name(file);

	return dirname(in("", name + 1));
}

static struct tempfile *open_file(const struct tempfile_options *options)
{
	struct tempfile *file = tempfile_open_named(options);

	check(file != NULL);
	return file;
}

static void it_is_private_and_has_a_name_that_tells(void)
{
	struct tempfile *file = open_file(NULL);
	char *session = session_of(file);
	const char *name = strrchr(session, separator) + 1;

	check(strncmp(session, temporary, strlen(temporary)) == 0);
	check_equal(strlen(name), LEASED_NAME_BYTES - 1);
	check(strncmp(name, LEASED_PREFIX, sizeof LEASED_PREFIX - 1) == 0);
	check_equal(permissions_of(session), 0700);
	check_equal(tempfile_close(file), 0);
}

static void all_names_share_it(void)
{
	struct tempfile *file = open_file(NULL);
	struct tempfile *other = open_file(NULL);
	struct tempdir *dir = tempdir_open(NULL);
	char *session = session_of(file);

	check(dir != NULL);
	check_equal(count_entries(temporary), 1);
	check_equal(count_entries(session), 3);
	check_equal(tempfile_close(file) + tempfile_close(other), 0);
	check_equal(tempdir_close(dir), 0);
	check_equal(count_entries(session), 0);
}

static void what_has_no_name_needs_none(void)
{
	check_equal(tempfile_close(tempfile_open(NULL)), 0);
	check_equal(tempfile_close(tempfile_open_spooled(NULL)), 0);
	check_equal(count_entries(temporary), 0);
}

static void what_is_in_ones_own_directory_neither(void)
{
	struct tempfile *file = open_file(TEMPFILE_OPTIONS(.dir = work));

	check_equal(count_entries(work), 1);
	check_equal(count_entries(temporary), 0);
	check_equal(tempfile_close(file), 0);
}

static void unless_it_asks_for_one(void)
{
	struct tempfile *file = open_file(
		TEMPFILE_OPTIONS(.dir = work, .flags = TEMPFILE_LEASED));
	char *session = session_of(file);

	check(strncmp(session, in(work, LEASED_PREFIX),
		      strlen(work) + sizeof LEASED_PREFIX) == 0);
	check_equal(permissions_of(session), 0700);
	check_equal(tempfile_close(file), 0);
}

/*
 * The lease
 */

static bool is_held(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool held = flock(fd, LOCK_EX | LOCK_NB) < 0;

	check(!held || errno == EWOULDBLOCK);
	check_equal(close(fd), 0);
	return held;
}

static void as_long_as_the_process_lives_it_is_held(void)
{
	struct tempfile *file = open_file(NULL);
	char *session = session_of(file);

	check(is_held(session));
	check_equal(tempfile_close(file), 0);
	check(is_held(session));
}

static void leave_by_force(void)
{
	check(tempfile_open_named(NULL) != NULL);
	_exit(0);
}

static char *only_entry(const char *path)
{
	DIR *stream = opendir(path);
	struct dirent *entry;
	char *name = NULL;

	while ((entry = readdir(stream)))
		if (entry->d_name[0] != '.')
			name = in(path, entry->d_name);
	check_equal(closedir(stream), 0);
	return name;
}

static void when_it_dies_it_is_not(void)
{
	in_child(leave_by_force, BY__EXIT);
	check_equal(count_entries(temporary), 1);
	check(!is_held(only_entry(temporary)));
}

static void the_lease_is_that_descriptor(void)
{
	struct tempfile *file = open_file(NULL);
	char *session = session_of(file);
	struct stat lease;
	struct stat status;

	check_equal(fstat(tempfile_lease_fd(), &lease), 0);
	check_equal(stat(session, &status), 0);
	check_equal(lease.st_ino, status.st_ino);
	check_equal(tempfile_close(file), 0);
}

static void hand_the_lease_on(void)
{
	int fd;

	check(tempfile_open_named(NULL) != NULL);
	fd = tempfile_lease_fd();
	check_equal(fcntl(fd, F_SETFD, 0), 0);
	if (fork() == 0) {
		(void)execlp("sleep", "sleep", "0.3", (char *)NULL);
		_exit(127);
	}
	_exit(0);
}

static void who_inherits_it_keeps_the_names(void)
{
	char *session;

	in_child(hand_the_lease_on, BY__EXIT);
	session = only_entry(temporary);
	check(is_held(session));
	for (int i = 0; is_held(session) && i < 50; i++)
		check_equal(usleep(100000), 0);
	check(!is_held(session));
}

/*
 * Keeping
 */

static void keep_one_of_three(void)
{
	struct tempfile *file = open_file(NULL);

	check(tempfile_open_named(NULL) && tempdir_open(NULL));
	check_equal(tempfile_keep(file, true), 0);
	check_equal(permissions_of(session_of(file)), 01700);
}

static void a_kept_name_stays_and_the_rest_goes(void)
{
	char *session;

	in_child(keep_one_of_three, BY_EXIT);
	session = only_entry(temporary);
	check_equal(permissions_of(session), 01700);
	check_equal(count_entries(session), 1);
}

static void nothing_kept_after_all_makes_it_an_ordinary_one(void)
{
	struct tempfile *file = open_file(NULL);
	struct tempdir *dir = tempdir_open(NULL);
	char *session = session_of(file);

	check_equal(tempfile_keep(file, true) + tempdir_keep(dir, true), 0);
	check_equal(tempfile_keep(file, false), 0);
	check_equal(permissions_of(session), 01700);
	check_equal(tempdir_keep(dir, false), 0);
	check_equal(permissions_of(session), 0700);
	check_equal(tempfile_close(file) + tempdir_close(dir), 0);
}

static void keep_and_remove_it_oneself(void)
{
	struct tempfile *file = open_file(NULL);

	check_equal(tempfile_keep(file, true), 0);
	check_equal(unlink(tempfile_name(file)), 0);
}

/* Nothing is in it that anybody wanted. */
static void a_kept_name_that_is_gone_keeps_nothing(void)
{
	in_child(keep_and_remove_it_oneself, BY_EXIT);
	check_equal(count_entries(temporary), 0);
}

/*
 * Trouble
 */

/* By somebody who cleans the temporary directory by hand. */
static void when_it_is_taken_away_a_new_one_is_made(void)
{
	struct tempfile *file = open_file(NULL);
	char *session = session_of(file);
	struct tempdir *dir;

	check_equal(unlink(tempfile_name(file)), 0);
	check_equal(rmdir(session), 0);
	dir = tempdir_open(NULL);
	check(dir != NULL);
	check(exists(tempdir_name(dir)));
	check_equal(tempfile_close(file), 0);
	file = open_file(NULL);
	check_equal(tempfile_close(file) + tempdir_close(dir), 0);
}

/* Of whatever somebody has put in its place. */
static void put_instead(const char *session, int kind)
{
	if (kind == 0)
		make_directory(session, 0700);
	else if (kind == 1)
		make_file(session);
	else
		check_equal(symlink(session, session), 0);
}

static void whatever_stands_there_now_is_left_alone(void)
{
	for (int kind = 0; kind < 3; kind++) {
		struct tempfile *file = open_file(NULL), *other;
		char *session = strdup(session_of(file));

		check_equal(unlink(tempfile_name(file)), 0);
		check_equal(rmdir(session), 0);
		put_instead(session, kind);
		other = open_file(NULL);
		check(strncmp(tempfile_name(other), session, strlen(session)) !=
		      0);
		check_equal(tempfile_close(file) + tempfile_close(other), 0);
		check_equal(kind == 0 ? rmdir(session) : unlink(session), 0);
		free(session);
	}
}

static void also_for_what_is_never_named_for_long(void)
{
	struct tempfile *file;
	char *session;

	deny_open(O_TMPFILE, EOPNOTSUPP);
	file = open_file(NULL);
	session = session_of(file);
	check_equal(tempfile_close(file), 0);
	check_equal(rmdir(session), 0);
	file = tempfile_open(NULL);
	check(file != NULL);
	check_equal(tempfile_close(file), 0);
}

static unsigned owner_of(const char *path)
{
	struct stat status;

	check_equal(lstat(path, &status), 0);
	return status.st_uid;
}

/* What a process makes as another user is that user's, and nobody else's. */
static void another_user_gets_another_one(void)
{
	struct tempfile *file;
	struct tempdir *dir;

	need_root();
	check_equal(chmod(temporary, 01777), 0);
	file = open_file(NULL);
	check_equal(seteuid(NOBODY), 0);
	dir = tempdir_open(NULL);
	check(dir != NULL);
	check_equal(owner_of(tempdir_name(dir)), NOBODY);
	check_equal(tempdir_close(dir), 0);
	check_equal(seteuid(0), 0);
	check_equal(tempfile_close(file), 0);
	file = open_file(NULL);
	check_equal(owner_of(tempfile_name(file)), 0);
	check_equal(owner_of(session_of(file)), 0);
	check_equal(tempfile_close(file), 0);
}

static void without_locks_there_is_no_lease_but_all_works(void)
{
	struct tempfile *file;

	deny_call(SYS_flock, ENOLCK);
	file = open_file(NULL);
	check_refused(tempfile_lease_fd(), ENOLCK, "lock");
	check_equal(tempfile_close(file), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(it_is_private_and_has_a_name_that_tells),
		TEST(all_names_share_it),
		TEST(what_has_no_name_needs_none),
		TEST(what_is_in_ones_own_directory_neither),
		TEST(unless_it_asks_for_one),
		TEST(as_long_as_the_process_lives_it_is_held),
		TEST_SO(when_it_dies_it_is_not, LITTERING | FORGETTING),
		TEST(the_lease_is_that_descriptor),
		TEST_SO(who_inherits_it_keeps_the_names,
			LITTERING | FORGETTING),
		TEST_SO(a_kept_name_stays_and_the_rest_goes,
			LITTERING | FORGETTING),
		TEST(nothing_kept_after_all_makes_it_an_ordinary_one),
		TEST_SO(a_kept_name_that_is_gone_keeps_nothing, FORGETTING),
		TEST(when_it_is_taken_away_a_new_one_is_made),
		TEST(whatever_stands_there_now_is_left_alone),
		TEST(also_for_what_is_never_named_for_long),
		TEST(another_user_gets_another_one),
		TEST(without_locks_there_is_no_lease_but_all_works),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
