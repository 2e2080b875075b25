/* SPDX-License-Identifier: MIT */
/*
 * A life in places that are too small, closed, or strange. What can be done is
 * done; what cannot is told, with the error that the place has; nothing stays
 * behind; and when the trouble is over all can be done.
 */
#include "../support.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "life.h"

#define ALL_WELL 0

/* code: why what cannot be done cannot; ALL_WELL: everything can. */
static void live_in(const char *dir, int code)
{
	struct life life = {.dir = dir};
	unsigned before = count_entries(dir);

	check_equal(live(&life), 0);
	if (life.twice > 0)
		check_equal(life.code, code);
	else
		check_equal(ALL_WELL, code);
	check_equal(count_entries(dir), before);
}

static int run(const char *command)
{
	return system(command);
}

/*
 * Too small
 */

static const char *mount_tiny(const char *options)
{
	const char *place = in(work, "tiny");

	need_mounts();
	make_directory(place, 0755);
	if (mount("tmpfs", place, "tmpfs", 0, options) < 0)
		skip_test("mounting is not allowed here");
	return place;
}

static void without_bytes(void)
{
	const char *place = mount_tiny("size=16k,mode=755");

	live_in(place, ENOSPC);
}

static void without_inodes(void)
{
	const char *place = mount_tiny("size=1m,nr_inodes=3,mode=755");

	make_file(in(place, "one"));
	make_file(in(place, "two"));
	live_in(place, ENOSPC);
	check_equal(unlink(in(place, "one")) + unlink(in(place, "two")), 0);
}

static void with_two_inodes(void)
{
	/* One for a file, one for what it replaces; a tree needs more. */
	live_in(mount_tiny("size=1m,nr_inodes=8,mode=755"), ALL_WELL);
}

static void where_files_must_stay_short(void)
{
	limit_file_size(10000);
	live_in(work, EFBIG);
	lift_file_size();
	live_in(work, ALL_WELL);
}

static void with_few_descriptors(void)
{
	struct rlimit limit;
	struct life life;

	check_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
	for (rlim_t few = 3; few < 20; few++) {
		life = (struct life){.dir = work};
		check_equal(setrlimit(RLIMIT_NOFILE,
				      &(struct rlimit){few, limit.rlim_max}),
			    0);
		check_equal(live(&life), 0);
		check(life.twice == 0 || life.code == EMFILE ||
		      life.code == ENOENT);
		check_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
		/* To remove a tree takes one more; that it stays is told. */
		check(count_entries(work) <= life.once);
		check_equal(run("rm -rf ./*"), 0);
	}
	check_equal(life.twice, 0);
	live_in(work, ALL_WELL);
}

/*
 * A disk that promises more than it has, and is in truth a file in memory. What
 * could not be written when it was synced the system forgets, and calls the
 * next attempt a success: the library must not.
 */

#define MEBIBYTE (1024L * 1024)

static void mount_thin(void)
{
	mount_small("memory", 12 * 1024);
	make_directory("thin", 0755);
	if (run("truncate -s 100M memory/image && "
		"mkfs.ext4 -q -F -O ^has_journal memory/image && "
		"mount -o loop memory/image thin") != 0)
		skip_test("there is no ext4 here");
}

static void write_much(struct tempfile *file)
{
	char *bytes = calloc(1, MEBIBYTE);

	check(file && bytes);
	for (int i = 0; i < 30; i++) {
		/* Zeros would need no room. */
		memset(bytes, 'a' + i, MEBIBYTE);
		check_equal(tempfile_write(file, bytes, MEBIBYTE), MEBIBYTE);
	}
	free(bytes);
}

static void where_syncing_fails(void)
{
	struct tempfile *file;
	int code;

	mount_thin();
	make_file("thin/target");
	file = tempfile_open(TEMPFILE_OPTIONS(.dir = "thin"));
	write_much(file);
	errno = 0;
	check_equal(tempfile_persist(file, "thin/target", TEMPFILE_DURABLE),
		    -1);
	code = errno;
	check(code == ENOSPC || code == EIO);
	check_error(code, "thin/target");
	/* Now there is room; but who would know that it is to be used? */
	check_equal(mount(NULL, "memory", NULL, MS_REMOUNT, "size=200m"), 0);
	for (int i = 0; i < 4; i++)
		check_refused(
			tempfile_persist(file, "thin/target", TEMPFILE_DURABLE),
			EIO, "write it to a new file");
	check_equal(size_of("thin/target"), 7);
	(void)tempfile_close(file);
	check_equal(umount("thin"), 0);
}

/*
 * Closed
 */

static void where_nothing_can_be_written(void)
{
	const char *place = mount_tiny("size=1m,mode=755");

	check_equal(mount(NULL, place, NULL, MS_REMOUNT | MS_RDONLY, NULL), 0);
	live_in(place, EROFS);
	check_equal(mount(NULL, place, NULL, MS_REMOUNT, NULL), 0);
	live_in(place, ALL_WELL);
}

static void set_immutable(const char *path, bool immutable)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int flags = immutable ? FS_IMMUTABLE_FL : 0;

	check(fd >= 0);
	if (ioctl(fd, FS_IOC_SETFLAGS, &flags) < 0)
		skip_test("this file system has nothing immutable");
	check_equal(close(fd), 0);
}

static void where_nothing_may_change(void)
{
	const char *place = in(work, "place");

	need_root();
	make_directory(place, 0755);
	set_immutable(place, true);
	live_in(place, EPERM);
	set_immutable(place, false);
	live_in(place, ALL_WELL);
}

static void where_the_user_has_no_rights(void)
{
	const char *place = in(work, "place");

	make_directory(place, 0555);
	live_in(place, EACCES);
	check_equal(chmod(place, 0700), 0);
	live_in(place, ALL_WELL);
}

static void where_a_quota_is_used_up(void)
{
	need_mounts();
	make_directory(in(work, "btrfs"), 0755);
	if (run("truncate -s 200M image && mkfs.btrfs -q image && "
		"mount -o loop image btrfs && btrfs quota enable btrfs && "
		"btrfs -q subvolume create btrfs/sub >/dev/null && "
		"btrfs qgroup limit 100K btrfs/sub && sync -f btrfs && "
		"{ head -c 200000 /dev/urandom >btrfs/sub/filler; "
		"sync -f btrfs; } 2>/dev/null") != 0)
		skip_test("there are no quotas here");
	live_in(in(work, "btrfs/sub"), EDQUOT);
	check_equal(unlink(in(work, "btrfs/sub/filler")), 0);
	check_equal(run("btrfs qgroup limit none btrfs/sub && umount btrfs"),
		    0);
}

static void where_nothing_can_be_removed_or_moved(void)
{
	struct life life = {.dir = "there"};

	need_root();
	make_directory(in(work, "here"), 0755);
	make_directory(in(work, "there"), 0755);
	if (run("bindfs --delete-deny --rename-deny here there "
		"2>/dev/null") != 0)
		skip_test("there is no bindfs here");
	check_equal(live(&life), 0);
	check(life.twice > 0);
	check_equal(life.code, EPERM);
	check_equal(run("fusermount3 -u there || umount there"), 0);
}

/*
 * Strange
 */

static void without_standard_streams(void)
{
	struct life life = {.dir = work};
	int result;

	for (int fd = 0; fd < 3; fd++)
		(void)close(fd);
	result = live(&life); /* checks that all descriptors are above 2 */
	if (result < 0 || life.twice > 0)
		_exit(1);
	for (int fd = 0; fd < 3; fd++)
		if (fcntl(fd, F_GETFD) >= 0)
			_exit(2);
}

static void without_proc(void)
{
	need_mounts();
	if (umount2("/proc", MNT_DETACH) < 0)
		skip_test("/proc cannot be taken away here");
	live_in(work, ALL_WELL);
}

/* No /proc, no rights: what has no name can never have one. */
static void without_proc_and_rights(void)
{
	need_mounts();
	if (umount2("/proc", MNT_DETACH) < 0)
		skip_test("/proc cannot be taken away here");
	check_equal(chown(work, NOBODY, NOBODY), 0);
	check_equal(chown(temporary, NOBODY, NOBODY), 0);
	check_equal(setgid(NOBODY) + setuid(NOBODY), 0);
	live_in(work, ALL_WELL);
}

static void without_getrandom(void)
{
	deny_call(SYS_getrandom, ENOSYS);
	live_in(work, ALL_WELL);
}

static void where_getrandom_is_forbidden(void)
{
	deny_call(SYS_getrandom, EPERM);
	live_in(work, ALL_WELL);
}

static void without_openat2(void)
{
	deny_call(SYS_openat2, ENOSYS);
	live_in(work, ALL_WELL);
}

static void where_openat2_is_forbidden(void)
{
	deny_call(SYS_openat2, EPERM);
	live_in(work, ALL_WELL);
}

static void without_renameat2(void)
{
	deny_call(SYS_renameat2, ENOSYS);
	live_in(work, ALL_WELL);
}

static void without_copy_file_range(void)
{
	deny_call(SYS_copy_file_range, ENOSYS);
	live_in(work, ALL_WELL);
}

static void without_nameless_files(void)
{
	deny_open(O_TMPFILE, EOPNOTSUPP);
	live_in(work, ALL_WELL);
}

static void on_an_old_kernel(void)
{
	deny_open(O_TMPFILE, EISDIR);
	deny_call(SYS_openat2, ENOSYS);
	deny_call(SYS_renameat2, ENOSYS);
	deny_call(SYS_getrandom, ENOSYS);
	deny_call(SYS_statx, ENOSYS);
	live_in(work, ALL_WELL);
}

static void without_locks(void)
{
	deny_call(SYS_flock, ENOLCK);
	live_in(work, ALL_WELL);
}

static void under_umask(mode_t mask)
{
	(void)umask(mask);
	live_in(work, ALL_WELL);
	check_equal(umask(0), mask);
}

static void under_an_open_umask(void)
{
	under_umask(0);
}

static void under_a_closed_umask(void)
{
	under_umask(0777);
}

static void where_lists_give_access(void)
{
	if (run("setfacl -d -m u::rwx,g::rwx,o::rwx,u:65534:rwx . "
		"2>/dev/null") != 0)
		skip_test("there are no access lists here");
	live_in(work, ALL_WELL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(without_bytes),
		TEST(without_inodes),
		TEST(with_two_inodes),
		TEST(where_files_must_stay_short),
		TEST(with_few_descriptors),
		TEST(where_syncing_fails),
		TEST(where_nothing_can_be_written),
		TEST(where_nothing_may_change),
		TEST_SO(where_the_user_has_no_rights, AS_NOBODY),
		TEST(where_a_quota_is_used_up),
		TEST_SO(where_nothing_can_be_removed_or_moved, LITTERING),
		TEST(without_standard_streams),
		TEST(without_proc),
		TEST(without_proc_and_rights),
		TEST(without_getrandom),
		TEST(where_getrandom_is_forbidden),
		TEST(without_openat2),
		TEST(where_openat2_is_forbidden),
		TEST(without_renameat2),
		TEST(without_copy_file_range),
		TEST(without_nameless_files),
		TEST_SO(without_nameless_files, AS_NOBODY),
		TEST(on_an_old_kernel),
		TEST_SO(on_an_old_kernel, AS_NOBODY),
		TEST(without_locks),
		TEST(under_an_open_umask),
		TEST(under_a_closed_umask),
		TEST_SO(under_a_closed_umask, AS_NOBODY),
		TEST(where_lists_give_access),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
