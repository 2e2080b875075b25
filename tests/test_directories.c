/* SPDX-License-Identifier: MIT */
/* Directories: whole trees that go with their handle. */
#include "support.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SYS_openat2
#define SYS_openat2 437
#endif
#ifndef SYS_fchmodat2
#define SYS_fchmodat2 452
#endif

/* In a session, and in a directory of one's own. */
static struct tempdir *open_dir(int kind)
{
	struct tempdir *dir =
		tempdir_open(kind ? TEMPFILE_OPTIONS(.dir = work) : NULL);

	check(dir != NULL);
	return dir;
}

static char *path_in(const struct tempdir *dir, const char *name)
{
	return in(tempdir_name(dir), name);
}

static void fill(const struct tempdir *dir)
{
	make_file(path_in(dir, "file"));
	make_directory(path_in(dir, "a"), 0700);
	make_directory(path_in(dir, "a/b"), 0700);
	make_file(path_in(dir, "a/b/file"));
	make_directory(path_in(dir, "empty"), 0700);
}

static void the_tree_goes_with_its_handle(void)
{
	for (int kind = 0; kind < 2; kind++) {
		struct tempdir *dir = open_dir(kind);
		char *name = strdup(tempdir_name(dir));

		check(is_absolute(name));
		fill(dir);
		check_equal(tempdir_close(dir), 0);
		check(!exists(name));
		free(name);
	}
}

static void name_path_and_descriptor_are_the_same_place(void)
{
	struct tempdir *dir = open_dir(0);
	char *path = tempdir_path(dir, "file");
	struct stat status;

	check_string(path, path_in(dir, "file"));
	make_file(path);
	check_equal(fstatat(tempdir_fd(dir), "file", &status, 0), 0);
	tempfile_free(path);
	check_equal(tempdir_close(dir), 0);
}

static void links_are_removed_and_not_followed(void)
{
	for (int kind = 0; kind < 2; kind++) {
		struct tempdir *dir = open_dir(kind);

		make_directory("outside", 0700);
		make_file("outside/file");
		check_equal(symlink(in(work, "outside"), path_in(dir, "link")),
			    0);
		check_equal(symlink("..", path_in(dir, "up")), 0);
		check_equal(link("outside/file", path_in(dir, "hard")), 0);
		check_equal(tempdir_close(dir), 0);
		check_equal(size_of("outside/file"), 7);
		check_equal(unlink("outside/file") + rmdir("outside"), 0);
	}
}

static void directories_that_lock_us_out_go_too(void)
{
	for (int kind = 0; kind < 2; kind++) {
		struct tempdir *dir = open_dir(kind);

		fill(dir);
		check_equal(chmod(path_in(dir, "a/b"), 0500), 0);
		check_equal(chmod(path_in(dir, "a"), 0000), 0);
		check_equal(chmod(path_in(dir, "empty"), 0000), 0);
		check_equal(tempdir_close(dir), 0);
	}
	check_equal(count_entries(work), 0);
}

/* Nor on kernels, or in sandboxes, that know less. */
static void nor_without_openat2(void)
{
	deny_call(SYS_openat2, EPERM);
	directories_that_lock_us_out_go_too();
	links_are_removed_and_not_followed();
}

static void nor_without_chmod_of_what_cannot_be_opened(void)
{
	deny_call(SYS_fchmodat2, ENOSYS);
	directories_that_lock_us_out_go_too();
}

static void even_if_it_is_the_directory_itself(void)
{
	static const unsigned modes[] = {0000, 0500, 0300, 0100};

	for (int i = 0; i < 8; i++) {
		struct tempdir *dir = open_dir(i % 2);

		fill(dir);
		check_equal(chmod(tempdir_name(dir), modes[i / 2]), 0);
		check_equal(tempdir_close(dir), 0);
	}
	check_equal(count_entries(work), 0);
}

static void what_others_removed_is_no_error(void)
{
	for (int kind = 0; kind < 2; kind++) {
		struct tempdir *dir = open_dir(kind);

		check_equal(rmdir(tempdir_name(dir)), 0);
		check_equal(tempdir_close(dir), 0);
	}
}

/* And so does what was moved away: whoever did that wants to have it. */
static void what_others_put_in_its_place_stays(void)
{
	for (int kind = 0; kind < 4; kind++) {
		struct tempdir *dir = open_dir(kind % 2);
		char *name = strdup(tempdir_name(dir));

		fill(dir);
		if (kind > 1)
			check(tempdir_fd(dir) >= 0);
		check_equal(rename(name, "aside"), 0);
		make_directory(name, 0700);
		make_file(in(name, "file"));
		check_equal(tempdir_close(dir), 0);
		check(exists(in(name, "file")));
		check(exists("aside/a/b/file"));
		check_equal(tempfile_remove_tree("aside", 0, NULL, NULL), 0);
		free(name);
	}
}

/* A locked one is not opened up, either. */
static void what_others_put_in_its_place_stays_as_it_is(void)
{
	for (int kind = 0; kind < 2; kind++) {
		struct tempdir *dir = open_dir(kind);
		char *name = strdup(tempdir_name(dir));

		check_equal(rename(name, "aside"), 0);
		make_directory(name, 0700);
		make_file(in(name, "file"));
		check_equal(chmod(name, 0000), 0);
		check(tempdir_fd(dir) < 0);
		check_equal(tempdir_close(dir), 0);
		check_equal(permissions_of(name), 0000);
		check_equal(rmdir("aside"), 0);
		free(name);
	}
}

static void what_is_mounted_on_it_is_left_and_told(void)
{
	need_mounts();
	make_directory("outside", 0700);
	make_file("outside/file");
	for (int kind = 0; kind < 2; kind++) {
		struct tempdir *dir = open_dir(kind);
		char *name = strdup(tempdir_name(dir));

		if (mount("outside", name, NULL, MS_BIND, NULL) < 0)
			skip_test("mounting is not allowed here");
		check_refused(tempdir_close(dir), EBUSY, name);
		check(exists("outside/file"));
		check_equal(umount(name), 0);
		check_equal(rmdir(name), 0);
		free(name);
	}
}

/* They take none until somebody works in them. */
static void there_may_be_more_than_descriptors(void)
{
	static struct tempdir *dirs[1000];
	struct rlimit few;

	check_equal(getrlimit(RLIMIT_NOFILE, &few), 0);
	few.rlim_cur = 64;
	check_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
	for (int i = 0; i < 1000; i++) {
		dirs[i] = tempdir_open(i % 2 ? TEMPFILE_OPTIONS(.in = dirs[0])
					     : NULL);
		check(dirs[i] != NULL);
	}
	for (int i = 999; i >= 0; i--) {
		if (i % 10 == 0)
			make_file(path_in(dirs[i], "file"));
		check_equal(tempdir_close(dirs[i]), 0);
	}
	check_equal(count_entries(temporary), 1); /* the session */
}

/* The rest goes all the same, and the error tells what could not. */
static void what_is_mounted_inside_is_left_and_told(void)
{
	struct tempdir *dir;
	char *mounted;

	need_mounts();
	dir = open_dir(1);
	fill(dir);
	mounted = path_in(dir, "a/b");
	make_directory("outside", 0700);
	make_file("outside/file");
	if (mount("outside", mounted, NULL, MS_BIND, NULL) < 0)
		skip_test("mounting is not allowed here");
	check(!exists(path_in(dir, "nothing")));
	check_refused(tempdir_close(dir), EBUSY, mounted);
	check(exists("outside/file"));
	check_equal(count_entries(in(mounted, "..")), 1);
	check(!exists(in(mounted, "../../file")));
	check_equal(umount(mounted), 0);
}

/* A parent that we may not write in any more. */
static void what_cannot_be_removed_is_told_with_its_path(void)
{
	struct tempdir *dir;
	char *name;

	make_directory("locked", 0700);
	dir = tempdir_open(TEMPFILE_OPTIONS(.dir = "locked"));
	check(dir != NULL);
	fill(dir);
	name = strdup(tempdir_name(dir));
	check_equal(chmod("locked", 0500), 0);
	check_refused(tempdir_close(dir), EACCES, name);
	check_equal(count_entries(name), 0);
	free(name);
}

/*
 * Things inside
 */

static void handles_inside_may_be_closed_before_or_after(void)
{
	check_equal(tempdir_close(open_dir(0)), 0); /* the session stays */
	for (int kind = 0; kind < 4; kind++) {
		unsigned descriptors = count_descriptors();
		struct tempdir *dir = open_dir(kind / 2);
		struct tempfile *file;
		struct tempdir *below;

		file = tempfile_open_named(TEMPFILE_OPTIONS(.in = dir));
		below = tempdir_open(TEMPFILE_OPTIONS(.in = dir));
		check(file && below);
		check_equal(count_entries(tempdir_name(dir)), 2);
		make_file(path_in(below, "file"));
		if (kind % 2)
			check_equal(tempdir_close(dir), 0);
		check_equal(tempfile_write(file, "text", 4), 4);
		check_equal(tempfile_close(file), 0);
		check_equal(tempdir_close(below), 0);
		if (kind % 2 == 0) {
			check_equal(count_entries(tempdir_name(dir)), 0);
			check_equal(tempdir_close(dir), 0);
		}
		check_equal(count_descriptors(), descriptors);
	}
	check_equal(count_entries(work), 0);
}

static void a_spool_inside_may_outlive_it_in_memory(void)
{
	struct tempdir *dir = open_dir(0);
	struct tempfile *spool =
		tempfile_open_spooled(TEMPFILE_OPTIONS(.in = dir));
	char bytes[8];

	check_equal(tempfile_write(spool, "text", 4), 4);
	check_equal(tempdir_close(dir), 0);
	/* tmpfs has files without a name even where a directory was. */
	check(tempfile_rollover(spool) < 0 ||
	      is_anonymous(tempfile_fileno(spool)));
	check_equal(tempfile_seek(spool, 0, SEEK_SET), 0);
	check_equal(tempfile_read(spool, bytes, 8), 4);
	check_equal(tempfile_close(spool), 0);
}

static void whatever_is_inside_can_be_leased(void)
{
	struct tempdir *dir = open_dir(1);
	struct tempfile *file = tempfile_open_named(
		TEMPFILE_OPTIONS(.in = dir, .flags = TEMPFILE_LEASED));

	check(file != NULL);
	check(exists(tempfile_name(file)));
	check_equal(tempdir_close(dir), 0);
	check_equal(tempfile_close(file), 0);
	check_equal(count_entries(work), 0);
}

/*
 * Keeping
 */

static void a_kept_one_stays(void)
{
	struct tempdir *dirs[] = {
		open_dir(1),
		tempdir_open(
			TEMPFILE_OPTIONS(.dir = work, .flags = TEMPFILE_KEEP))};

	check_equal(tempdir_keep(dirs[0], true), 0);
	for (int i = 0; i < 2; i++) {
		fill(dirs[i]);
		check_equal(tempdir_close(dirs[i]), 0);
	}
	check_equal(count_entries(work), 2);
}

static void one_not_kept_after_all_goes(void)
{
	for (int kind = 0; kind < 2; kind++) {
		struct tempdir *dir = open_dir(kind);

		fill(dir);
		check_equal(tempdir_keep(dir, true), 0);
		check_equal(tempdir_keep(dir, false), 0);
		check_equal(tempdir_close(dir), 0);
	}
	check_equal(count_entries(work), 0);
}

static void one_made_for_the_caller_stays(void)
{
	char *path =
		tempfile_mkdtemp(TEMPFILE_OPTIONS(.dir = work, .suffix = ".d"));
	unsigned descriptors = count_descriptors();

	check(path != NULL);
	check(is_absolute(path));
	check_string(path + strlen(path) - 2, ".d");
	check_equal(permissions_of(path), 0700);
	check_equal(rmdir(path), 0);
	tempfile_free(path);
	path = tempfile_mkdtemp(NULL);
	check(strncmp(path, temporary, strlen(temporary)) == 0);
	check(strchr(path + strlen(temporary) + 1, separator) == NULL);
	check_equal(rmdir(path), 0);
	tempfile_free(path);
	check_equal(count_descriptors(), descriptors);
}

/*
 * Any tree
 */

static void any_tree_can_be_removed(void)
{
	struct tempdir *dir = open_dir(1);

	fill(dir);
	check_equal(tempfile_remove_tree(path_in(dir, "a/"), 0, NULL, NULL), 0);
	check_equal(tempfile_remove_tree(path_in(dir, "file"), 0, NULL, NULL),
		    0);
	check_equal(count_entries(tempdir_name(dir)), 1);
	check_equal(tempdir_close(dir), 0);
}

static void but_not_what_has_no_name(void)
{
	static const char *const bad[] = {"",   ".",   "..",  "/",
					  "//", "a/.", "a/.."};

	make_directory("a", 0700);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		check_refused(tempfile_remove_tree(bad[i], 0, NULL, NULL),
			      EINVAL, "remove");
	check_refused(tempfile_remove_tree("a", 1, NULL, NULL), EINVAL,
		      "flags");
	check_refused(tempfile_remove_tree("b", 0, NULL, NULL), ENOENT, "b");
	check_refused(tempfile_remove_tree("b/c", 0, NULL, NULL), ENOENT,
		      "b/c");
	check(exists("a"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_tree_goes_with_its_handle),
		TEST(name_path_and_descriptor_are_the_same_place),
		TEST(links_are_removed_and_not_followed),
		TEST_SO(directories_that_lock_us_out_go_too, AS_NOBODY),
		TEST_SO(nor_without_openat2, AS_NOBODY),
		TEST_SO(nor_without_chmod_of_what_cannot_be_opened, AS_NOBODY),
		TEST_SO(even_if_it_is_the_directory_itself, AS_NOBODY),
		TEST(what_others_removed_is_no_error),
		TEST(what_others_put_in_its_place_stays),
		TEST_SO(what_others_put_in_its_place_stays_as_it_is, AS_NOBODY),
		TEST(what_is_mounted_on_it_is_left_and_told),
		TEST(there_may_be_more_than_descriptors),
		TEST(what_is_mounted_inside_is_left_and_told),
		TEST_SO(what_cannot_be_removed_is_told_with_its_path,
			AS_NOBODY),
		TEST(handles_inside_may_be_closed_before_or_after),
		TEST(a_spool_inside_may_outlive_it_in_memory),
		TEST(whatever_is_inside_can_be_leased),
		TEST(a_kept_one_stays),
		TEST(one_not_kept_after_all_goes),
		TEST(one_made_for_the_caller_stays),
		TEST(any_tree_can_be_removed),
		TEST(but_not_what_has_no_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
