/* SPDX-License-Identifier: MIT */
/* Files with a name: what the name promises, and how the handle lets go. */
#include "support.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct tempfile *open_in_work(void)
{
	struct tempfile *file =
		tempfile_open_named(TEMPFILE_OPTIONS(.dir = work));

	check(file != NULL);
	return file;
}

/* Which has "text" in it; a name that outlives the handle. */
static char *write_text(struct tempfile *file)
{
	check_equal(tempfile_write(file, "text", 4), 4);
	return strdup(tempfile_name(file));
}

static void close_and_expect(struct tempfile *file, char *name, bool stays)
{
	check_equal(tempfile_close(file), 0);
	check_equal(exists(name), stays);
	if (stays)
		check_equal(unlink(name), 0);
	free(name);
}

static void the_name_leads_to_the_file_until_it_is_closed(void)
{
	struct tempfile *file = tempfile_open_named(NULL);
	char *name;
	struct stat by_name;
	struct stat by_fd;

	check(file != NULL);
	name = write_text(file);
	check(is_absolute(name));
	check_equal(stat(name, &by_name), 0);
	check_equal(fstat(tempfile_fileno(file), &by_fd), 0);
	check_equal(by_name.st_ino, by_fd.st_ino);
	check_equal(size_of(name), 4);
	close_and_expect(file, name, false);
}

static void what_others_removed_is_no_error(void)
{
	struct tempfile *file = tempfile_open_named(NULL);
	struct tempfile *mine = open_in_work();

	check(file != NULL);
	check_equal(unlink(tempfile_name(file)), 0);
	check_equal(unlink(tempfile_name(mine)), 0);
	check_equal(tempfile_close(file), 0);
	check_equal(tempfile_close(mine), 0);
}

/* Whatever took its place is somebody else's. */
static void what_others_put_in_its_place_stays(void)
{
	struct tempfile *file = open_in_work();
	char *name = write_text(file);

	check_equal(unlink(name), 0);
	make_file(name);
	close_and_expect(file, name, true);
}

static void a_directory_moved_away_takes_the_name_along(void)
{
	struct tempfile *file;

	make_directory("here", 0700);
	file = tempfile_open_named(TEMPFILE_OPTIONS(.dir = "here"));
	check(file != NULL);
	check_equal(rename("here", "there"), 0);
	make_directory("here", 0700);
	check_equal(tempfile_close(file), 0);
	check_equal(count_entries("there"), 0);
}

/*
 * Keeping
 */

static void kept_by_option(void)
{
	struct tempfile *file = tempfile_open_named(
		TEMPFILE_OPTIONS(.dir = work, .flags = TEMPFILE_KEEP));

	check(file != NULL);
	close_and_expect(file, write_text(file), true);
}

static void kept_by_second_thought(void)
{
	struct tempfile *files[] = {open_in_work(), tempfile_open_named(NULL)};

	/* The session of the second stays too: test_session. */
	for (int i = 0; i < 2; i++) {
		char *name = write_text(files[i]);

		check_equal(tempfile_keep(files[i], true), 0);
		check_equal(tempfile_keep(files[i], true), 0);
		check_string(tempfile_name(files[i]), name);
		close_and_expect(files[i], name, true);
	}
}

static void not_kept_after_all(void)
{
	struct tempfile *files[] = {
		open_in_work(), tempfile_open_named(NULL),
		tempfile_open_named(TEMPFILE_OPTIONS(.flags = TEMPFILE_KEEP))};

	for (int i = 0; i < 3; i++) {
		char *name = write_text(files[i]);

		check_equal(tempfile_keep(files[i], true), 0);
		check_equal(tempfile_keep(files[i], false), 0);
		close_and_expect(files[i], name, false);
	}
}

/*
 * Without the descriptor
 */

static void the_name_can_outlive_the_descriptor(void)
{
	struct tempfile *file = open_in_work();
	char *name = write_text(file);
	unsigned before = count_descriptors();

	check_equal(tempfile_close_fd(file), 0);
	check_equal(count_descriptors(), before - 1);
	check_equal(size_of(name), 4);
	check_string(tempfile_name(file), name);
	close_and_expect(file, name, false);
}

static void without_a_descriptor_nothing_is_read_or_written(void)
{
	struct tempfile *file = open_in_work();
	char *line = NULL;
	size_t capacity = 0;
	char byte;

	check_equal(tempfile_close_fd(file), 0);
	check_refused(tempfile_read(file, &byte, 1), EBADF, "read");
	check_refused(tempfile_write(file, "x", 1), EBADF, "write");
	check_refused(tempfile_printf(file, "x"), EBADF, "write");
	check_refused(tempfile_getline(file, &line, &capacity), EBADF, "read");
	check_refused(tempfile_truncate(file, 0), EBADF, "truncate");
	check_refused(tempfile_reserve(file, 1), EBADF, "reserve");
	check_refused(tempfile_fileno(file), EBADF, "descriptor");
	check_refused(tempfile_detach(file), EBADF, "detach");
	check_equal(tempfile_close_fd(file), 0);
	check_equal(tempfile_close(file), 0);
}

static void a_detached_descriptor_is_yours(void)
{
	struct tempfile *file = open_in_work();
	char *name = write_text(file);
	int fd = tempfile_detach(file);
	char byte;

	check(fd > 2);
	check_equal(lseek(fd, 0, SEEK_CUR), 4);
	check_equal(pread(fd, &byte, 1, 2), 1);
	check_equal(byte, 'x');
	close_and_expect(file, name, false);
	check_equal(write(fd, "more", 4), 4);
	check_equal(close(fd), 0);
}

static void that_of_an_anonymous_file_too(void)
{
	struct tempfile *files[] = {tempfile_open(NULL),
				    tempfile_open_spooled(NULL)};

	for (int i = 0; i < 2; i++) {
		int fd;

		check_equal(tempfile_write(files[i], "text", 4), 4);
		fd = tempfile_detach(files[i]);
		check(fd > 2);
		check_equal(tempfile_close(files[i]), 0);
		check_equal(lseek(fd, 0, SEEK_END), 4);
		check_equal(close(fd), 0);
	}
}

/*
 * Opening again
 */

static void another_descriptor_is_the_same_file(void)
{
	static const int flags[] = {O_RDONLY, O_WRONLY, O_RDWR,
				    O_WRONLY | O_APPEND};
	struct tempfile *files[] = {tempfile_open(NULL), open_in_work(),
				    tempfile_open_spooled(NULL)};

	for (int i = 0; i < 12; i++) {
		struct stat ours;
		struct stat theirs;
		int fd = tempfile_reopen(files[i % 3], flags[i / 3]);

		check(fd > 2);
		check_equal(fcntl(fd, F_GETFL) & (O_ACCMODE | O_APPEND),
			    flags[i / 3]);
		check_equal(fstat(fd, &theirs), 0);
		check_equal(fstat(tempfile_fileno(files[i % 3]), &ours), 0);
		check_equal(ours.st_ino, theirs.st_ino);
		check_equal(close(fd), 0);
	}
	for (int i = 0; i < 3; i++)
		check_equal(tempfile_close(files[i]), 0);
}

static void its_offset_is_its_own_and_what_was_written_is_there(void)
{
	struct tempfile *file = tempfile_open(NULL);
	char byte;
	int fd;

	check_equal(tempfile_write(file, "text", 4), 4);
	fd = tempfile_reopen(file, O_RDONLY);
	check_equal(read(fd, &byte, 1), 1);
	check_equal(byte, 't');
	check_equal(tempfile_tell(file), 4);
	check_equal(close(fd), 0);
	check_equal(tempfile_close(file), 0);
}

static void after_close_fd_the_name_leads_there(void)
{
	struct tempfile *file = open_in_work();
	int fd;

	free(write_text(file));
	check_equal(tempfile_close_fd(file), 0);
	fd = tempfile_reopen(file, O_RDONLY);
	check(fd > 2);
	check_equal(lseek(fd, 0, SEEK_END), 4);
	check_equal(close(fd), 0);
	check_equal(tempfile_close(file), 0);
}

static void put_nothing(const char *name)
{
	(void)name;
}

static void put_file(const char *name)
{
	make_file(name);
}

static void put_link(const char *name)
{
	check_equal(symlink("/etc/passwd", name), 0);
}

static void put_directory(const char *name)
{
	make_directory(name, 0700);
}

static void put_fifo(const char *name)
{
	check_equal(mkfifo(name, 0600), 0);
}

static void put_locked_file(const char *name)
{
	make_file(name);
	check_equal(chmod(name, 0), 0);
}

/* Only its own descriptor could have told: so the name is compared. */
static void but_never_to_what_somebody_put_in_its_place(void)
{
	static void (*const put[])(const char *) = {
		put_nothing,   put_file, put_link,
		put_directory, put_fifo, put_locked_file};
	static const int flags[] = {O_RDONLY, O_WRONLY, O_RDWR};

	for (size_t i = 0; i < 3 * sizeof put / sizeof *put; i++) {
		struct tempfile *file = open_in_work();
		unsigned descriptors;

		check_equal(tempfile_close_fd(file), 0);
		descriptors = count_descriptors();
		check_equal(rename(tempfile_name(file), "aside"), 0);
		put[i / 3](tempfile_name(file));
		check_refused(tempfile_reopen(file, flags[i % 3]), ESTALE,
			      tempfile_name(file));
		check_equal(count_descriptors(), descriptors);
		check_equal(tempfile_close(file), 0);
	}
}

/*
 * Scopes
 */

static void the_end_of_the_scope_closes(void)
{
	unsigned descriptors;

	check_equal(tempdir_close(tempdir_open(NULL)), 0);
	descriptors = count_descriptors();
	{
		TEMPFILE_AUTO file = tempfile_open(NULL);
		TEMPFILE_AUTO named = open_in_work();
		TEMPDIR_AUTO dir = tempdir_open(TEMPFILE_OPTIONS(.dir = work));
		TEMPFILE_AUTO none = NULL;

		check(file && named && dir && !none);
		check_equal(count_entries(work), 2);
		errno = 4711;
	}
	check_equal(errno, 4711);
	check_equal(count_descriptors(), descriptors);
	check_equal(count_entries(work), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_name_leads_to_the_file_until_it_is_closed),
		TEST(what_others_removed_is_no_error),
		TEST(what_others_put_in_its_place_stays),
		TEST(a_directory_moved_away_takes_the_name_along),
		TEST(kept_by_option),
		TEST_SO(kept_by_second_thought, LITTERING),
		TEST(not_kept_after_all),
		TEST(the_name_can_outlive_the_descriptor),
		TEST(without_a_descriptor_nothing_is_read_or_written),
		TEST(a_detached_descriptor_is_yours),
		TEST(that_of_an_anonymous_file_too),
		TEST(another_descriptor_is_the_same_file),
		TEST(its_offset_is_its_own_and_what_was_written_is_there),
		TEST(after_close_fd_the_name_leads_there),
		TEST_SO(but_never_to_what_somebody_put_in_its_place, AS_NOBODY),
		TEST(the_end_of_the_scope_closes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
