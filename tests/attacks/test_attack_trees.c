/* SPDX-License-Identifier: MIT */
/*
 * Attacks on removal, each at the step where it hurts. In each the naive way
 * falls first. What races, without end and all over the tree, is in
 * test_attack_race.c and ../test_remove_attack.c.
 */
#include "../support.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "rigged.h"

/* rm -r as everybody writes it once. */
static int naive_remove(const char *path)
{
	DIR *stream = opendir(path);
	struct dirent *entry;
	struct stat status;
	int result = 0;

	if (!stream)
		return -1;
	while (result == 0 && (entry = readdir(stream))) {
		char child[4096];

		if (strcmp(entry->d_name, ".") == 0 ||
		    strcmp(entry->d_name, "..") == 0)
			continue;
		(void)snprintf(child, sizeof child, "%s/%s", path,
			       entry->d_name);
		if (stat(child, &status) == 0 && S_ISDIR(status.st_mode))
			result = naive_remove(child);
		else
			result = unlink(child);
	}
	(void)closedir(stream);
	return result < 0 ? result : rmdir(path);
}

static void make_canary(void)
{
	make_directory(in(work, "outside"), 0755);
	make_file(in(work, "outside/canary"));
}

static bool canary_lives(void)
{
	return exists(in(work, "outside/canary")) &&
	       size_of(in(work, "outside/canary")) == 7 &&
	       permissions_of(in(work, "outside/canary")) == 0644 &&
	       permissions_of(in(work, "outside")) == 0755;
}

/* 9: a link where a directory was. */
static void a_link_in_the_tree(void)
{
	make_canary();
	make_directory("tree", 0700);
	check_equal(symlink("../outside", "tree/link"), 0);
	(void)naive_remove("tree");
	check(!canary_lives());
	make_file(in(work, "outside/canary"));
	check_equal(tempfile_remove_tree("tree", 0, NULL, NULL), 0);
	check(canary_lives());
}

static void replace_by_link(int at, const char *name)
{
	check_equal(renameat(at, name, at, "was"), 0);
	check_equal(symlinkat("../outside", at, name), 0);
}

static unsigned replaced;

static void replace_sub_by_link(int at, const char *name)
{
	if (strcmp(name, "sub") == 0 && replaced++ == 0)
		replace_by_link(at, name);
}

/* 9: it was a directory when it was looked at. */
static void a_link_at_the_last_moment(void)
{
	make_canary();
	make_directory("tree", 0700);
	make_directory("tree/sub", 0700);
	make_file("tree/sub/f");
	before_entering = replace_sub_by_link;
	(void)tempfile_remove_tree("tree", 0, NULL, NULL);
	check(replaced > 0);
	check(canary_lives());
	check(!exists("tree") ||
	      tempfile_remove_tree("tree", 0, NULL, NULL) == 0);
	check(canary_lives());
}

/* 10: it is opened up, and has become a link: AS_NOBODY. */
static void a_link_where_rights_are_given(void)
{
	int tree;

	make_canary();
	make_directory("tree", 0700);
	make_directory("tree/locked", 0700);
	make_file("tree/locked/f");
	check_equal(chmod("tree/locked", 0), 0);
	if (opendir("tree/locked"))
		skip_test("nothing is locked to this user");
	tree = open("tree", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	replace_by_link(tree, "locked");
	check_equal(close(tree), 0);
	check_equal(chmod("tree/locked", 0700), 0); /* by path */
	check(!canary_lives());
	check_equal(chmod("outside", 0755), 0);
	check_equal(unlink("tree/locked") + rename("tree/was", "tree/locked"),
		    0);
	check_equal(chmod("outside", 0555), 0); /* so that it can be seen */
	before_unlock = replace_by_link;
	check(tempfile_remove_tree("tree", 0, NULL, NULL) < 0);
	before_unlock = NULL;
	check_equal(permissions_of("outside"), 0555);
	check_equal(chmod("outside", 0755), 0);
	check(canary_lives());
	check_equal(tempfile_remove_tree("tree", 0, NULL, NULL), 0);
	check(canary_lives());
}

/* 11: the directory above is exchanged for a link to another with such a file
 * in it. */
static void the_parent_is_exchanged(void)
{
	struct tempfile *file;
	const char *name;
	char victim[256];

	make_directory("parent", 0700);
	make_directory("outside", 0755);
	check((file = tempfile_open_named(TEMPFILE_OPTIONS(.dir = "parent"))));
	name = strrchr(tempfile_name(file), '/') + 1;
	(void)snprintf(victim, sizeof victim, "outside/%s", name);
	make_file(victim);
	check_equal(rename("parent", "moved"), 0);
	check_equal(symlink("outside", "parent"), 0);
	check_equal(access(tempfile_name(file), F_OK), 0);
	check_equal(unlink(tempfile_name(file)), 0); /* naive: the victim's */
	check(!exists(victim));
	make_file(victim);
	check_equal(tempfile_close(file), 0);
	check(exists(victim));
	check_equal(count_entries("moved"), 0);
}

/* 12: a hard link in the tree; naive removal "shreds" or opens up first. */
static void a_hard_link(void)
{
	make_canary();
	make_directory("tree", 0700);
	check_equal(link("outside/canary", "tree/link"), 0);
	check_equal(truncate("tree/link", 0) + chmod("tree/link", 0600), 0);
	check(!canary_lives());
	check_equal(unlink("outside/canary"), 0);
	check_equal(unlink("tree/link"), 0);
	make_file("outside/canary");
	check_equal(link("outside/canary", "tree/link"), 0);
	check_equal(tempfile_remove_tree("tree", 0, NULL, NULL), 0);
	check(canary_lives());
}

/* 13: deeper than descriptors, and paths, reach. */
static void a_deep_tree(void)
{
	struct rlimit few = {48, 48};
	int at;

	make_directory("tree", 0700);
	at = open("tree", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	for (int i = 0; i < 5000; i++) {
		int below;

		check_equal(mkdirat(at, "d", 0700), 0);
		below = openat(at, "d", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		check(below >= 0);
		(void)close(at);
		at = below;
	}
	(void)close(at);
	check_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
	check(naive_remove("tree") < 0);
	check_equal(tempfile_remove_tree("tree", 0, NULL, NULL), 0);
	check(!exists("tree"));
}

/* 14: something is mounted in the tree. */
static void a_mount_in_the_tree(void)
{
	need_mounts();
	make_canary();
	make_directory("tree", 0700);
	make_directory("tree/mnt", 0700);
	if (mount("outside", "tree/mnt", NULL, MS_BIND, NULL) < 0)
		skip_test("mounting is not allowed here");
	(void)naive_remove("tree");
	check(!canary_lives());
	make_file("outside/canary");
	check_refused(tempfile_remove_tree("tree", 0, NULL, NULL), EBUSY,
		      "tree/mnt");
	check(canary_lives());
	check_equal(umount("tree/mnt"), 0);
	check_equal(tempfile_remove_tree("tree", 0, NULL, NULL), 0);
}

static void mount_on_sub(int at, const char *name)
{
	(void)at;
	if (strcmp(name, "sub") == 0 && replaced++ == 0 &&
	    mount("outside", "tree/sub", NULL, MS_BIND, NULL) < 0)
		skip_test("mounting is not allowed here");
}

/* 14: nothing was mounted there when it was looked at. */
static void a_mount_at_the_last_moment(void)
{
	need_mounts();
	make_canary();
	make_directory("tree", 0700);
	make_directory("tree/sub", 0700);
	make_file("tree/sub/f");
	before_entering = mount_on_sub;
	check_refused(tempfile_remove_tree("tree", 0, NULL, NULL), EBUSY,
		      "tree/sub");
	check(replaced > 0);
	check(canary_lives());
	check_equal(umount("tree/sub"), 0);
	check_equal(tempfile_remove_tree("tree", 0, NULL, NULL), 0);
}

static void a_mount_on_an_old_kernel(void)
{
	need_mounts();
	deny_call(SYS_openat2, ENOSYS);
	a_mount_at_the_last_moment();
}

/* 15: a cleaner has removed our directory, and somebody has made one of that
 * name. */
static void a_path_used_again(void)
{
	struct tempdir *dir = tempdir_open(TEMPFILE_OPTIONS(.dir = work));
	struct tempfile *file;
	const char *name;
	const char *theirs;

	check(dir != NULL);
	check((file = tempfile_open_named(TEMPFILE_OPTIONS(.in = dir))));
	name = strrchr(tempfile_name(file), '/') + 1;
	check_equal(naive_remove(tempdir_name(dir)), 0);
	check_equal(mkdir(tempdir_name(dir), 0777), 0);
	theirs = in(tempdir_name(dir), name);
	make_file(theirs);
	check_equal(access(tempfile_name(file), F_OK), 0); /* naive: ours! */
	check_null(tempfile_open_named(TEMPFILE_OPTIONS(.in = dir)), ENOENT,
		   tempdir_name(dir));
	(void)tempfile_close(file);
	check(exists(theirs));
	(void)tempdir_close(dir);
	check(exists(theirs));
}

/* The real one, over what is not locked and what is. */
static void the_real_cleaner(void)
{
	struct tempfile *file;
	char line[256];
	FILE *config = fopen("config", "w");

	need_root();
	if (system("command -v systemd-tmpfiles >/dev/null") != 0)
		skip_test("systemd-tmpfiles is not here");
	make_directory(in(temporary, "naive"), 0700);
	make_file(in(temporary, "naive/content"));
	check((file = tempfile_open_named(NULL)));
	check(config != NULL);
	(void)fprintf(config, "d %s 0755 root root 0\n", temporary);
	check_equal(fclose(config), 0);
	(void)snprintf(line, sizeof line,
		       "systemd-tmpfiles --clean --prefix=%s %s/config "
		       ">cleaned 2>&1",
		       temporary, work);
	if (system(line) != 0)
		skip_test("systemd-tmpfiles does not work here");
	check(!exists(in(temporary, "naive/content")));
	check(exists(tempfile_name(file)));
	check_equal(tempfile_close(file), 0);
}

/* 19: a relative path, and the process goes elsewhere. */
static void going_elsewhere(void)
{
	struct tempfile *file;
	char canary[256];

	make_directory("sub", 0700);
	make_directory("elsewhere", 0700);
	make_directory("elsewhere/sub", 0700);
	check((file = tempfile_open_named(TEMPFILE_OPTIONS(.dir = "sub"))));
	(void)snprintf(canary, sizeof canary, "sub/%s",
		       strrchr(tempfile_name(file), '/') + 1);
	check_equal(chdir("elsewhere"), 0);
	make_file(canary);
	check_equal(unlink(canary), 0); /* as a relative path would */
	make_file(canary);
	check_equal(tempfile_close(file), 0);
	check(exists(canary));
	check_equal(count_entries("../sub"), 0);
}

/* Something that looks like a session of ours, but is a trap. */
static void a_forged_session(void)
{
	const char *forged = "tempfile-abcdefghijklmnopqrstuvwxyz";

	make_canary();
	check_equal(symlink("outside", forged), 0);
	(void)naive_remove(forged); /* find -name 'tempfile-*' | xargs rm -r */
	check(!canary_lives());
	make_file("outside/canary");
	check_equal(tempfile_sweep(work, 0, NULL, NULL), 0);
	check(canary_lives());
	check_equal(unlink(forged), 0);
	make_directory(forged, 0777);
	check_equal(symlink("../outside", in(forged, "link")), 0);
	check_equal(tempfile_sweep(work, 0, NULL, NULL), 0);
	check(exists(forged));
	check_equal(chmod(forged, 0700), 0);
	check_equal(tempfile_sweep(work, 0, NULL, NULL), 1);
	check(canary_lives());
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_link_in_the_tree),
		TEST(a_link_at_the_last_moment),
		TEST_SO(a_link_where_rights_are_given, AS_NOBODY),
		TEST(the_parent_is_exchanged),
		TEST(a_hard_link),
		TEST(a_deep_tree),
		TEST(a_mount_in_the_tree),
		TEST(a_mount_at_the_last_moment),
		TEST(a_mount_on_an_old_kernel),
		TEST(a_path_used_again),
		TEST(the_real_cleaner),
		TEST(going_elsewhere),
		TEST(a_forged_session),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
