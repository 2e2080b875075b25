/* SPDX-License-Identifier: MIT */
/*
 * What cannot be published, and can be all the same in the end: whoever is
 * refused keeps everything, and may ask again.
 */
#include "publishing.h"

#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

static void fail_onto(const char *path, const char *culprit, unsigned flags,
		      int code, const char *second)
{
	FOR_EACH(i, kinds) {
		struct tempfile *file = kinds[i].open(in(work, "second"));
		bool has_name;

		put(file, "pre");
		has_name = tempfile_name(file) != NULL;
		check_refused(tempfile_persist(file, path, flags), code,
			      culprit);
		check_equal(tempfile_name(file) != NULL, has_name);
		check_reads(file, "pre");
		put(file, "cious");
		check_reads(file, "precious");
		check_refused(tempfile_persist(file, path, flags), code,
			      culprit);
		check_equal(tempfile_persist(file, second, 0), 0);
		check_holds(second, "precious");
		check_equal(tempfile_close(file), 0);
		check_holds(second, "precious");
	}
}

static void onto_a_directory(void)
{
	make_directory(in(work, "a"), 0755);
	make_file(in(work, "a/b"));
	fail_onto(in(work, "a"), "a\'", 0, EISDIR, in(work, "second"));
	check_equal(count_entries(work), 2);
	check_equal(count_entries(in(work, "a")), 1);
}

static void onto_nowhere(void)
{
	fail_onto(in(work, "no/where"), "no'", 0, ENOENT, in(work, "second"));
	check_equal(count_entries(work), 1);
}

static void onto_what_is_there_already(void)
{
	make_old(in(work, "a"), 0644);
	fail_onto(in(work, "a"), "a\'", TEMPFILE_NOREPLACE, EEXIST,
		  in(work, "second"));
	check_holds(in(work, "a"), "old");
	check_equal(count_entries(work), 2);
}

static void onto_what_is_there_already_elsewhere(void)
{
	mount_small(in(work, "place"), 1024);
	make_old(in(work, "place/a"), 0644);
	fail_onto(in(work, "place/a"), "a\'", TEMPFILE_NOREPLACE, EEXIST,
		  in(work, "second"));
	check_holds(in(work, "place/a"), "old");
	check_equal(count_entries(in(work, "place")), 1);
}

static void into_a_read_only_file_system(void)
{
	mount_small(in(work, "place"), 1024);
	make_old(in(work, "place/a"), 0644);
	check_equal(mount(NULL, in(work, "place"), NULL, MS_REMOUNT | MS_RDONLY,
			  NULL),
		    0);
	fail_onto(in(work, "place/a"), "a\'", 0, EROFS, in(work, "second"));
	check_holds(in(work, "place/a"), "old");
}

static void without_permission(void)
{
	make_directory(in(work, "place"), 0755);
	make_old(in(work, "place/a"), 0644);
	check_equal(chmod(in(work, "place"), 0555), 0);
	fail_onto(in(work, "place/a"), "a\'", 0, EACCES, in(work, "second"));
	check_holds(in(work, "place/a"), "old");
	check_equal(count_entries(in(work, "place")), 1);
}

static void another_users_in_a_sticky_directory(void)
{
	need_root();
	make_directory(in(work, "place"), 01777);
	make_old(in(work, "place/a"), 0644);
	check_equal(chown(work, NOBODY, NOBODY), 0);
	check_equal(chown(temporary, NOBODY, NOBODY), 0);
	check_equal(setegid(NOBODY), 0);
	check_equal(seteuid(NOBODY), 0);
	fail_onto(in(work, "place/a"), "a\'", 0, EPERM, in(work, "second"));
	check_holds(in(work, "place/a"), "old");
	check_equal(count_entries(in(work, "place")), 1);
}

#define MUCH 300000

static void check_much(struct tempfile *file, const char *content)
{
	char *found = malloc(MUCH);

	check(found != NULL);
	check_equal(tempfile_seek(file, 0, SEEK_SET), 0);
	check_equal(tempfile_read(file, found, MUCH), MUCH);
	check(memcmp(found, content, MUCH) == 0);
	free(found);
}

static void where_there_is_no_room(void)
{
	const char *path = in(work, "place/a");
	char *content = malloc(MUCH);
	uint64_t seed = 1;
	int filler;

	for (size_t i = 0; i < MUCH; i++)
		content[i] = (char)draw(&seed);
	mount_small(in(work, "place"), 400);
	make_old(path, 0640);
	FOR_EACH(i, kinds) {
		struct tempfile *file = kinds[i].open(in(work, "second"));

		filler = fill_disk(in(work, "place"));
		check_equal(ftruncate(filler, 100000), 0);
		check_equal(fill_disk(in(work, "place")) < 0, 0);
		check_equal(unlink(in(work, "place/filler")), 0);
		check_equal(tempfile_write(file, content, MUCH), MUCH);
		check_refused(tempfile_persist(file, path, 0), ENOSPC, path);
		check_holds(path, "old");
		check_equal(count_entries(in(work, "place")), 1);
		check_much(file, content);
		check_equal(ftruncate(filler, 0), 0);
		check_equal(tempfile_persist(file, path, 0), 0);
		check_much(file, content);
		check_equal(tempfile_close(file), 0);
		check_equal(size_of(path), MUCH);
		check_equal(permissions_of(path), 0640);
		check_equal(unlink(path), 0);
		make_old(path, 0640);
		check_equal(close(filler), 0);
	}
	free(content);
}

/* Whoever may not write there is told that first. */
static void onto_a_directory_of_roots(void)
{
	struct tempfile *file = tempfile_open(TEMPFILE_OPTIONS(.dir = work));

	put(file, "whole");
	check_refused(tempfile_persist(file, "/usr", 0),
		      is_root() ? EISDIR : EACCES, "/usr'");
	check_equal(tempfile_persist(file, in(work, "a"), 0), 0);
	check_equal(tempfile_close(file), 0);
	check_holds(in(work, "a"), "whole");
	check_alone(in(work, "a"), work);
}

static void a_link_that_was_lost_is_no_end(void)
{
	/* The first attempt links the file and takes the name away again: the
	 * kernel never links it a second time. */
	struct tempfile *file = tempfile_open(TEMPFILE_OPTIONS(.dir = work));

	put(file, "whole");
	make_directory(in(work, "a"), 0755);
	check_refused(tempfile_persist(file, in(work, "a"), 0), EISDIR, "a'");
	check_equal(rmdir(in(work, "a")), 0);
	check_equal(tempfile_persist(file, in(work, "a"), TEMPFILE_DURABLE), 0);
	check_holds(in(work, "a"), "whole");
	put(file, " again");
	check_equal(tempfile_flush(file), 0);
	check_holds(in(work, "a"), "whole again");
	check_equal(tempfile_close(file), 0);
	check_alone(in(work, "a"), work);
}

static const struct CMUnitTest tests[] = {
	TEST(onto_a_directory),
	TEST(onto_nowhere),
	TEST(onto_what_is_there_already),
	TEST(onto_what_is_there_already_elsewhere),
	TEST(into_a_read_only_file_system),
	TEST_SO(without_permission, AS_NOBODY),
	TEST_SO(another_users_in_a_sticky_directory, LITTERING | FORGETTING),
	TEST(where_there_is_no_room),
	TEST(onto_a_directory_of_roots),
	TEST(a_link_that_was_lost_is_no_end),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
