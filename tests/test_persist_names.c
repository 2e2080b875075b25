/* SPDX-License-Identifier: MIT */
/*
 * Names that are not what they seem: links, other names of the same file, its
 * own; and what others have made of them meanwhile.
 */
#include "publishing.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static void a_symbolic_link_is_replaced_itself(void)
{
	struct tempfile *file = tempfile_open(TEMPFILE_OPTIONS(.dir = work));

	make_old(in(work, "aim"), 0644);
	check_equal(symlink("aim", in(work, "link")), 0);
	put(file, "new");
	check_refused(
		tempfile_persist(file, in(work, "link"), TEMPFILE_NOREPLACE),
		EEXIST, "link");
	check_equal(tempfile_persist(file, in(work, "link"), 0), 0);
	check_equal(tempfile_close(file), 0);
	check_holds(in(work, "link"), "new");
	check_holds(in(work, "aim"), "old");
}

/* Between two names of one file, rename succeeds and does nothing. */
static void another_name_of_the_same_file(void)
{
	struct tempfile *file =
		tempfile_open_named(TEMPFILE_OPTIONS(.dir = work));

	put(file, "text");
	check_equal(link(tempfile_name(file), in(work, "a")), 0);
	check_equal(tempfile_persist(file, in(work, "a"), 0), 0);
	check_equal(tempfile_close(file), 0);
	check_holds(in(work, "a"), "text");
	check_alone(in(work, "a"), work);
}

/* That the names are equal does not make it the same place. */
static void the_same_name_of_the_same_file_elsewhere(void)
{
	struct tempfile *file =
		tempfile_open_named(TEMPFILE_OPTIONS(.dir = work));
	char *path = strdup(tempfile_name(file));
	const char *there;

	make_directory("other", 0700);
	there = in(in(work, "other"), strrchr(path, separator) + 1);
	put(file, "text");
	check_equal(link(path, there), 0);
	check_equal(tempfile_persist(file, there, 0), 0);
	check_equal(tempfile_close(file), 0);
	check_holds(there, "text");
	check(!exists(path));
	free(path);
}

static void its_own_name(void)
{
	struct tempfile *file =
		tempfile_open_named(TEMPFILE_OPTIONS(.dir = work));
	char *path = strdup(tempfile_name(file));

	put(file, "text");
	check_equal(tempfile_persist(file, path, 0), 0);
	check_holds(path, "text");
	check_equal(tempfile_close(file), 0);
	check_holds(path, "text");
	check_alone(path, work);
	free(path);
}

static void its_own_name_by_another_path(void)
{
	struct tempfile *file =
		tempfile_open_named(TEMPFILE_OPTIONS(.dir = work));
	char *path = strdup(tempfile_name(file));

	put(file, "text");
	check_equal(symlink(".", in(work, "here")), 0);
	check_equal(
		tempfile_persist(
			file, in(in(work, "here"), strrchr(path, '/') + 1), 0),
		0);
	check_equal(tempfile_close(file), 0);
	check_holds(path, "text");
	free(path);
}

/* The path counts as it is when the file is published. */
static void where_the_path_leads_by_now(void)
{
	const char *place = in(work, "place");
	const char *path = in(place, "file");
	struct tempfile *file;

	make_directory(place, 0700);
	file = tempfile_open_named(TEMPFILE_OPTIONS(.beside = path));
	check(file != NULL);
	put(file, "text");
	check_equal(rename(place, in(work, "before")), 0);
	make_directory(place, 0700);
	check_equal(tempfile_persist(file, path, 0), 0);
	check_equal(tempfile_close(file), 0);
	check_holds(path, "text");
	check_equal(count_entries(in(work, "before")), 0);
}

static void a_file_that_others_have_filled(void)
{
	struct tempfile *file = tempfile_open_named(NULL);
	int fd;

	check_equal(tempfile_close_fd(file), 0);
	fd = open(tempfile_name(file), O_WRONLY | O_CLOEXEC);
	check_equal(write(fd, "theirs", 6), 6);
	check_equal(close(fd), 0);
	check_equal(tempfile_persist(file, in(work, "a"), TEMPFILE_DURABLE), 0);
	check_equal(tempfile_close(file), 0);
	check_holds(in(work, "a"), "theirs");
}

static void not_what_somebody_put_there(void)
{
	struct tempfile *file =
		tempfile_open_named(TEMPFILE_OPTIONS(.dir = temporary));
	const char *name = tempfile_name(file);

	check_equal(tempfile_close_fd(file), 0);
	make_file(in(work, "theirs"));
	check_equal(rename(in(work, "theirs"), name), 0);
	check_refused(tempfile_persist(file, in(work, "a"), 0), ESTALE, "a'");
	check(!exists(in(work, "a")));
	check(exists(name));
	check_equal(unlink(name), 0);
	check_equal(tempfile_close(file), 0);
}

static const struct CMUnitTest tests[] = {
	TEST(a_symbolic_link_is_replaced_itself),
	TEST(another_name_of_the_same_file),
	TEST(the_same_name_of_the_same_file_elsewhere),
	TEST(its_own_name),
	TEST(its_own_name_by_another_path),
	TEST(where_the_path_leads_by_now),
	TEST(a_file_that_others_have_filled),
	TEST(not_what_somebody_put_there),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
