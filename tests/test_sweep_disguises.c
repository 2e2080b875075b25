/* SPDX-License-Identifier: MIT */
/*
 * What the sweep may remove, and everything that it may not, however it is
 * disguised, and whenever it is put there.
 */
#include "sweeping.h"

#include <ftw.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>

/*
 * What may stand under a session's name
 */

static void dead_directory(const char *path)
{
	make_directory(path, 0700);
}

static void locked_out(const char *path)
{
	make_directory(path, 0000);
}

static void dead_file(const char *path)
{
	make_file(path);
	check_equal(chmod(path, 0600), 0);
}

static void write_only(const char *path)
{
	make_file(path);
	check_equal(chmod(path, 0200), 0);
}

static void emptied(const char *path)
{
	make_directory(path, 01700);
}

static void kept(const char *path)
{
	make_directory(path, 01700);
	make_file(in(path, "kept"));
}

static void held_file(const char *path)
{
	dead_file(path);
	hold(path);
}

static void held_and_kept(const char *path)
{
	kept(path);
	hold(path);
}

static void two_names(const char *path)
{
	make_file(path);
	check_equal(link(path, in(work, "other-name")), 0);
}

static void group_readable(const char *path)
{
	dead_tree(path);
	check_equal(chmod(path, 0740), 0);
}

static void group_writable(const char *path)
{
	dead_tree(path);
	check_equal(chmod(path, 0730), 0);
}

static void world_searchable(const char *path)
{
	dead_tree(path);
	check_equal(chmod(path, 0701), 0);
}

static void link_to_directory(const char *path)
{
	dead_tree(in(work, "aim"));
	check_equal(symlink("aim", path), 0);
}

static void link_to_file(const char *path)
{
	dead_file(in(work, "aim"));
	check_equal(symlink(in(work, "aim"), path), 0);
}

static void dangling_link(const char *path)
{
	check_equal(symlink("nowhere", path), 0);
}

static void fifo(const char *path)
{
	check_equal(mkfifo(path, 0600), 0);
}

static void listening(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	/* Relative to the current directory: sun_path is short. */
	(void)snprintf(address.sun_path, sizeof address.sun_path, "%s",
		       strrchr(path, '/') + 1);
	check_equal(bind(fd, (const struct sockaddr *)&address, sizeof address),
		    0);
}

static const struct row {
	const char *what;
	void (*make)(const char *path);
	int verdict; /* 0: not even looked at */
	const char *reason;
} rows[] = {
	{"directory", dead_directory, TEMPFILE_DEAD, "nobody holds"},
	{"tree", dead_tree, TEMPFILE_DEAD, "nobody holds"},
	{"locked out", locked_out, TEMPFILE_DEAD, "nobody holds"},
	{"file", dead_file, TEMPFILE_DEAD, "nobody holds"},
	{"write only", write_only, TEMPFILE_DEAD, "nobody holds"},
	{"kept, now empty", emptied, TEMPFILE_DEAD, "nobody holds"},
	{"kept", kept, TEMPFILE_KEPT, "to be kept"},
	{"held directory", held_directory, TEMPFILE_ALIVE, "lease is held"},
	{"held file", held_file, TEMPFILE_ALIVE, "lease is held"},
	{"held, kept", held_and_kept, TEMPFILE_ALIVE, "lease is held"},
	{"two names", two_names, TEMPFILE_UNKNOWN, "another name"},
	{"group r", group_readable, TEMPFILE_UNKNOWN, "open to other"},
	{"group w", group_writable, TEMPFILE_UNKNOWN, "open to other"},
	{"world x", world_searchable, TEMPFILE_UNKNOWN, "open to other"},
	{"link to directory", link_to_directory, 0, ""},
	{"link to file", link_to_file, 0, ""},
	{"dangling link", dangling_link, 0, ""},
	{"fifo", fifo, 0, ""},
	{"socket", listening, 0, ""},
};

static int clear_entry(const char *path, const struct stat *status, int type,
		       struct FTW *position)
{
	(void)status;
	if (position->level == 0)
		return 0;
	return type == FTW_DP ? rmdir(path) : unlink(path);
}

static int unlock_entry(const char *path, const struct stat *status, int type,
			struct FTW *position)
{
	(void)status;
	(void)position;
	return type == FTW_D || type == FTW_DNR ? chmod(path, 0700) : 0;
}

/* Not by the library: it is on trial. */
static void clear(void)
{
	(void)nftw(work, unlock_entry, 8, FTW_PHYS);
	(void)nftw(work, unlock_entry, 8, FTW_PHYS);
	check_equal(nftw(work, clear_entry, 8, FTW_PHYS | FTW_DEPTH), 0);
	check_equal(count_entries(work), 0);
}

static void check_row(const struct row *row, unsigned flags)
{
	bool dead = row->verdict == TEMPFILE_DEAD;
	unsigned entries;
	struct heard heard;

	row->make(in(work, NAME));
	entries = count_entries(work);
	heard = sweep(flags, dead);
	check_equal(heard.verdict, row->verdict);
	check_equal(heard.visits, row->verdict != 0);
	check(strstr(heard.reason, row->reason) != NULL);
	if (heard.visits) {
		check_string(heard.path, in(work, NAME));
		check(heard.age >= 0 && heard.age < 60);
	}
	if (flags & TEMPFILE_DRY_RUN)
		dead = false;
	check_equal(exists(in(work, NAME)), !dead);
	check_equal(count_entries(work), entries - dead);
	if (exists(in(work, "aim")) && row->make == link_to_directory)
		check_equal(count_entries(in(work, "aim")), 3);
}

static void check_rows(unsigned flags)
{
	FOR_EACH(i, rows) {
		errno = 0;
		(void)fprintf(stderr, "# %s\n", rows[i].what);
		check_row(&rows[i], flags);
		clear();
	}
}

static void every_disguise(void)
{
	check_rows(0);
}

static void every_disguise_only_looked_at(void)
{
	check_rows(TEMPFILE_DRY_RUN);
}

/* What is assumed is only what locks would have told. */
static void every_disguise_assumed_dead(void)
{
	check_rows(TEMPFILE_ASSUME_DEAD);
}

static void names_that_almost_match(void)
{
	static const char *const names[] = {
		LEASED_PREFIX "abcdefghijklmnopqrstuvwxy",
		LEASED_PREFIX "abcdefghijklmnopqrstuvwxyz0",
		LEASED_PREFIX "abcdefghijklmnopqrstuvwxyZ",
		LEASED_PREFIX "abcdefghijklmnopqrstuvwxy.",
		LEASED_PREFIX "abcdefghijklmnopqrstuvwxy-",
		"Tempfile-abcdefghijklmnopqrstuvwxyz",
		"tempfile_abcdefghijklmnopqrstuvwxyz",
		"xtempfile-abcdefghijklmnopqrstuvwxyz",
		".tempfile-abcdefghijklmnopqrstuvwxyz",
		LEASED_PREFIX,
		LEASED_PREFIX "\303\244bcdefghijklmnopqrstuvwx",
		"tmpabcdefghijkl",
	};

	FOR_EACH(i, names)
		make_directory(in(work, names[i]), 0700);
	check_equal(sweep(0, 0).visits, 0);
	check_equal(sweep(TEMPFILE_ASSUME_DEAD, 0).visits, 0);
	check_equal(count_entries(work), sizeof names / sizeof *names);
}

static void another_owners(void)
{
	need_root();
	dead_tree(in(work, NAME));
	dead_file(in(work, OTHER_NAME));
	check_equal(chown(in(work, NAME), NOBODY, NOBODY), 0);
	check_equal(chown(in(work, OTHER_NAME), NOBODY, NOBODY), 0);
	check_string(sweep(TEMPFILE_ASSUME_DEAD, 0).reason,
		     "it belongs to another user");
	check_equal(count_entries(in(work, NAME)), 3);
	check(exists(in(work, OTHER_NAME)));
}

/* Root's, looked at by somebody else who even could remove it. */
static void roots(void)
{
	need_root();
	check_equal(chmod(work, 0777), 0);
	dead_directory(in(work, NAME));
	check_equal(seteuid(NOBODY), 0);
	check_string(sweep(TEMPFILE_ASSUME_DEAD, 0).reason,
		     "it belongs to another user");
	check_equal(seteuid(0), 0);
	check(exists(in(work, NAME)));
}

static void a_mount_point(void)
{
	mount_small(in(work, NAME), 64);
	check_equal(chmod(in(work, NAME), 0700), 0);
	make_file(in(work, NAME "/file"));
	check_equal(sweep(TEMPFILE_ASSUME_DEAD, 0).verdict, TEMPFILE_UNKNOWN);
	check(exists(in(work, NAME "/file")));
}

static void a_bind_mount_of_the_same_file_system(void)
{
	need_mounts();
	dead_directory(in(work, NAME));
	dead_tree(in(work, "canary"));
	check_equal(
		mount(in(work, "canary"), in(work, NAME), NULL, MS_BIND, NULL),
		0);
	check_equal(sweep(TEMPFILE_ASSUME_DEAD, 0).verdict, TEMPFILE_UNKNOWN);
	check_equal(count_entries(in(work, "canary")), 3);
}

static void a_mount_inside_is_left_and_told(void)
{
	struct heard heard;

	dead_tree(in(work, NAME));
	mount_small(in(work, NAME "/mounted"), 64);
	make_file(in(work, NAME "/mounted/file"));
	heard = sweep(0, 0);
	check_equal(heard.visits, 2);
	check_equal(heard.error, EBUSY);
	check(exists(in(work, NAME "/mounted/file")));
	check_equal(umount2(in(work, NAME "/mounted"), 0), 0);
	check_equal(sweep(0, 1).visits, 1);
}

/*
 * Replaced between any two steps
 *
 * The sweep is stopped at the n-th of its system calls, on the way in or out,
 * and what it is looking at changes places with what it must not touch.
 */

/* a has the name that is looked at, unless that has gone already. */
static void swap(const char *a, const char *b)
{
	if (exists(a))
		check_equal(syscall(SYS_renameat2, AT_FDCWD, a, AT_FDCWD, b, 2),
			    0);
	else
		check_equal(rename(b, a), 0);
}

static _Noreturn void be_traced(void)
{
	check_equal(ptrace(PTRACE_TRACEME, 0, NULL, NULL), 0);
	check_equal(raise(SIGSTOP), 0);
	_exit(tempfile_sweep(work, TEMPFILE_ASSUME_DEAD, NULL, NULL) < 0);
}

/* false: it had ended before. */
static bool sweep_and_swap_at(int n, const char *a, const char *b)
{
	pid_t child = fork();
	int status = 0;

	check(child >= 0);
	if (child == 0)
		be_traced();
	check_equal(waitpid(child, &status, 0), child);
	for (int i = 0; i < n; i++) {
		check_equal(ptrace(PTRACE_SYSCALL, child, NULL, NULL), 0);
		check_equal(waitpid(child, &status, 0), child);
		if (WIFEXITED(status))
			return false;
	}
	swap(a, b);
	check_equal(ptrace(PTRACE_DETACH, child, NULL, NULL), 0);
	check_equal(waitpid(child, &status, 0), child);
	check(WIFEXITED(status));
	return true;
}

/* Each has something in it that must still be there. */
static void precious_link(const char *path)
{
	dead_tree(in(work, "canary"));
	check_equal(symlink(in(work, "canary"), path), 0);
}

static const struct precious {
	void (*make)(const char *path);
	const char *canary; /* NULL: the thing itself */
} preciouses[] = {
	{precious_link, "canary"},
	{held_directory, NULL},
	{group_readable, NULL},
	{kept, NULL},
};

/* At first it is a dead one, or the other way round. */
static int swap_everywhere(const struct precious *precious,
			   void (*dead)(const char *), bool dead_first)
{
	const char *name = in(work, NAME);
	const char *aside = in(work, "aside");
	struct stat before;
	struct stat after;
	bool more = true;
	int n;

	for (n = 1; more; n++) {
		const char *canary;

		dead(dead_first ? name : aside);
		precious->make(dead_first ? aside : name);
		canary = precious->canary ? in(work, precious->canary)
			 : dead_first     ? aside
					  : name;
		check_equal(lstat(canary, &before), 0);
		more = sweep_and_swap_at(n, name, aside);
		if (more && !precious->canary)
			canary = dead_first ? name : aside;
		check_equal(lstat(canary, &after), 0);
		check_equal(after.st_ino, before.st_ino);
		check_equal(after.st_mode, before.st_mode);
		check(count_entries(canary) == 3 || precious->make == kept);
		check(count_entries(canary) > 0);
		clear();
	}
	return n;
}

static void replaced_between_any_two_steps(void)
{
	int points = 0;

	FOR_EACH(i, preciouses) {
		points += swap_everywhere(&preciouses[i], dead_tree, true);
		points += swap_everywhere(&preciouses[i], dead_tree, false);
	}
	check(points > 100);
	(void)fprintf(stderr, "# %d points\n", points);
}

/*
 * A file has no contents to be locked out of, and no system call removes a name
 * only if it is a certain file's. So there is one moment, between the last look
 * and the removal: the end of the one call and the beginning of the other.
 */
static void a_file_is_looked_at_until_the_last_moment(void)
{
	const char *name = in(work, NAME);
	const char *aside = in(work, "aside");
	bool more = true;
	int lost = 0;

	for (int n = 1; more; n++) {
		dead_file(name);
		held_file(aside);
		more = sweep_and_swap_at(n, name, aside);
		lost += more && !exists(name);
		clear();
	}
	check_equal(lost, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_disguise),
		TEST_SO(every_disguise, AS_NOBODY),
		TEST(every_disguise_only_looked_at),
		TEST(every_disguise_assumed_dead),
		TEST(names_that_almost_match),
		TEST(another_owners),
		TEST(roots),
		TEST(a_mount_point),
		TEST(a_bind_mount_of_the_same_file_system),
		TEST(a_mount_inside_is_left_and_told),
		TEST(replaced_between_any_two_steps),
		TEST(a_file_is_looked_at_until_the_last_moment),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
