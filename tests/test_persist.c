/* SPDX-License-Identifier: MIT */
/*
 * From temporary to permanent: every kind of file, onto every kind of target,
 * on file systems of every kind, and what its permissions are then.
 */
#include "publishing.h"

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/*
 * Each kind onto each target
 */

enum target { ABSENT, REPLACED, NEVER_REPLACED };

static const unsigned flag_sets[] = {0, TEMPFILE_DURABLE, TEMPFILE_PRIVATE};

static void persist_one(const struct kind *kind, const char *directory,
			enum target target, unsigned flags)
{
	const char *path = in(directory, "target");
	struct tempfile *file;
	bool kept = kind->open == open_kept;
	unsigned entries = count_entries(temporary);

	if (target == REPLACED)
		make_old(path, 0604);
	if (target == NEVER_REPLACED)
		flags |= TEMPFILE_NOREPLACE;
	file = kind->open(path);
	put(file, "new ");
	check_equal(tempfile_persist(file, path, flags), 0);
	check_string(tempfile_name(file), path);
	check_holds(path, "new ");
	put(file, "more");
	check_reads(file, "new more");
	check_equal(tempfile_close(file), 0);
	check_holds(path, "new more");
	check_alone(path, directory);
	check_equal(permissions_of(path), flags & TEMPFILE_PRIVATE ? 0600
					  : target == REPLACED     ? 0604
								   : 0644);
	/* A session at the most, which goes at exit. */
	if (!kept)
		check(count_entries(temporary) <= entries + 1);
	check_equal(unlink(path), 0);
}

static void persist_all(const char *directory)
{
	FOR_EACH(i, kinds)
		for (enum target t = ABSENT; t <= NEVER_REPLACED; t++)
			FOR_EACH(j, flag_sets)
				persist_one(&kinds[i], directory, t,
					    flag_sets[j]);
}

static const char *make_place(void)
{
	make_directory(in(work, "place"), 0700);
	return in(work, "place");
}

static void on_the_same_file_system(void)
{
	persist_all(make_place());
}

static void where_no_file_is_born_without_a_name(void)
{
	const char *place = make_place();

	deny_open(O_TMPFILE, EOPNOTSUPP);
	persist_all(place);
}

static void where_rename_takes_no_flags(void)
{
	const char *place = make_place();

	deny_call(SYS_renameat2, EINVAL);
	persist_all(place);
}

static void onto_another_file_system(void)
{
	mount_small(in(work, "place"), 1024);
	persist_all(in(work, "place"));
}

static void onto_another_without_copy_file_range(void)
{
	mount_small(in(work, "place"), 1024);
	deny_call(SYS_copy_file_range, EXDEV);
	persist_all(in(work, "place"));
}

static void onto_an_overlay(void)
{
	mount_small(in(work, "base"), 1024);
	make_directory(in(work, "base/upper"), 0755);
	make_directory(in(work, "base/lower"), 0755);
	make_directory(in(work, "base/aside"), 0755);
	make_directory(in(work, "place"), 0755);
	if (mount("overlay", in(work, "place"), "overlay", 0,
		  "lowerdir=base/lower,upperdir=base/upper,workdir=base/"
		  "aside") < 0)
		skip_test("there is no overlay file system here");
	persist_all(in(work, "place"));
}

static int mount_fuse(const char *from, const char *to)
{
	char command[256];

	need_mounts();
	make_directory(from, 0755);
	make_directory(to, 0755);
	(void)snprintf(
		command, sizeof command,
		"bindfs -o attr_timeout=0,entry_timeout=0 '%s' '%s' 2>&1", from,
		to);
	return system(command);
}

static void onto_fuse(void)
{
	if (mount_fuse(in(work, "below"), in(work, "place")) != 0)
		skip_test("there is no bindfs here");
	persist_all(in(work, "place"));
	check_equal(umount2(in(work, "place"), MNT_DETACH), 0);
}

static void persist_twice(const struct kind *kind, unsigned flags)
{
	struct tempfile *file = kind->open(in(work, "a"));

	put(file, "one");
	check_equal(tempfile_persist(file, in(work, "a"), flags), 0);
	put(file, ", two");
	check_equal(tempfile_persist(file, in(work, "a"), flags), 0);
	check_holds(in(work, "a"), "one, two");
	put(file, ", three");
	check_equal(tempfile_persist(file, in(work, "b"), flags), 0);
	put(file, "!");
	check_equal(tempfile_close(file), 0);
	check_holds(in(work, "b"), "one, two, three!");
	check_alone(in(work, "b"), work);
	check_equal(unlink(in(work, "b")), 0);
}

static void once_more_onto_the_same_and_on_to_another(void)
{
	FOR_EACH(i, kinds)
		FOR_EACH(j, flag_sets)
			persist_twice(&kinds[i], flag_sets[j]);
}

/*
 * Permissions
 */

static unsigned persist_under(mode_t mask, const char *path, unsigned flags)
{
	mode_t before = umask(mask);
	struct tempfile *file = tempfile_open(TEMPFILE_OPTIONS(.beside = path));
	unsigned permissions;

	put(file, "x");
	check_equal(tempfile_persist(file, path, flags), 0);
	check_equal(umask(before), mask);
	permissions = permissions_of(path);
	check_equal(tempfile_close(file), 0);
	check_equal(unlink(path), 0);
	return permissions;
}

static void a_new_file_has_what_the_umask_leaves(void)
{
	static const mode_t masks[] = {000, 022, 027, 077};

	FOR_EACH(i, masks)
		check_equal(persist_under(masks[i], in(work, "a"), 0),
			    0666u & ~masks[i]);
}

static void another_takes_over_what_was_there(void)
{
	static const unsigned modes[] = {0600, 0644, 0666, 0755, 0444, 04755};

	FOR_EACH(i, modes) {
		make_old(in(work, "a"), modes[i]);
		check_equal(persist_under(027, in(work, "a"), 0),
			    modes[i] & 0777u);
	}
}

static void private_stays_private(void)
{
	check_equal(persist_under(0, in(work, "a"), TEMPFILE_PRIVATE), 0600);
	make_old(in(work, "a"), 0666);
	check_equal(persist_under(0, in(work, "a"), TEMPFILE_PRIVATE), 0600);
}

static void a_failure_gives_no_permissions_away(void)
{
	struct tempfile *file = tempfile_open_named(NULL);

	(void)umask(0);
	make_old(in(work, "a"), 0666);
	check_refused(tempfile_persist(file, in(work, "a"), TEMPFILE_NOREPLACE),
		      EEXIST, "publish as");
	check_equal(permissions_of(tempfile_name(file)), 0600);
	check_equal(tempfile_close(file), 0);
}

static void a_tree_gets_them_too(void)
{
	struct tempdir *dir = tempdir_open(NULL);

	(void)umask(027);
	check_equal(tempdir_persist(dir, in(work, "a"), 0), 0);
	check_equal(permissions_of(in(work, "a")), 0750);
	check_equal(tempdir_close(dir), 0);
	dir = tempdir_open(NULL);
	check_equal(tempdir_persist(dir, in(work, "b"), TEMPFILE_PRIVATE), 0);
	check_equal(permissions_of(in(work, "b")), 0700);
	check_equal(tempdir_close(dir), 0);
}

static const struct CMUnitTest tests[] = {
	TEST(on_the_same_file_system),
	TEST_SO(where_no_file_is_born_without_a_name, AS_NOBODY),
	TEST_SO(where_rename_takes_no_flags, AS_NOBODY),
	TEST(onto_another_file_system),
	TEST(onto_another_without_copy_file_range),
	TEST(onto_an_overlay),
	TEST(onto_fuse),
	TEST(once_more_onto_the_same_and_on_to_another),
	TEST(a_new_file_has_what_the_umask_leaves),
	TEST(another_takes_over_what_was_there),
	TEST(private_stays_private),
	TEST(a_failure_gives_no_permissions_away),
	TEST(a_tree_gets_them_too),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
