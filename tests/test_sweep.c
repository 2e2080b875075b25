/* SPDX-License-Identifier: MIT */
/*
 * The sweep: what it may remove, and everything that it may not, however it is
 * disguised, and whenever it is put there.
 */
#include "support.h"

#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "os.h"
#include "random_name.h"
#include "sweep.h"

#define NAME       LEASED_PREFIX "abcdefghijklmnopqrstuvwxyz"
#define OTHER_NAME LEASED_PREFIX "zyxwvutsrqponmlkjihgfedcba"

/*
 * What was heard
 */

struct heard {
	int visits;
	int verdict; /* of the last; 0: none */
	int error;
	char reason[80];
	char path[96];
	int64_t age;
	int answer; /* what to say */
};

static int hear(const struct tempfile_session *session, void *arg)
{
	struct heard *heard = arg;

	check(session->path && session->reason);
	heard->visits++;
	heard->verdict = session->verdict;
	heard->error = session->error;
	heard->age = session->age;
	(void)snprintf(heard->reason, sizeof heard->reason, "%s",
		       session->reason);
	(void)snprintf(heard->path, sizeof heard->path, "%s", session->path);
	return heard->answer;
}

/* Sweep work; the one verdict, and how many were removed. */
static struct heard sweep(unsigned flags, int removed)
{
	struct heard heard = {0};

	(void)alarm(10); /* nothing may hold it */
	check_equal(tempfile_sweep(work, flags, hear, &heard), removed);
	(void)alarm(0);
	return heard;
}

/*
 * What may stand under a session's name
 */

static void dead_directory(const char *path)
{
	make_directory(path, 0700);
}

static void dead_tree(const char *path)
{
	make_directory(path, 0700);
	make_file(in(path, "file"));
	make_directory(in(path, "sub"), 0500);
	check_equal(symlink("/", in(path, "link")), 0);
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

static void hold(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	check(fd >= 0);
	check_equal(flock(fd, LOCK_SH | LOCK_NB), 0);
}

static void held_directory(const char *path)
{
	dead_tree(path);
	hold(path);
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
 * Locks that do not tell
 */

static void locks_that_cannot_be_asked(void)
{
	dead_tree(in(work, NAME));
	deny_call(SYS_flock, EBADF);
	check_equal(sweep(0, 0).verdict, TEMPFILE_UNKNOWN);
	check(exists(in(work, NAME)));
	check_equal(sweep(TEMPFILE_ASSUME_DEAD | TEMPFILE_DRY_RUN, 1).verdict,
		    TEMPFILE_UNKNOWN);
	check(exists(in(work, NAME)));
	check_equal(sweep(TEMPFILE_ASSUME_DEAD, 1).verdict, TEMPFILE_UNKNOWN);
	check(!exists(in(work, NAME)));
}

static void without_a_lease_it_works_all_the_same(void)
{
	struct tempfile *file;

	deny_call(SYS_flock, EOPNOTSUPP);
	file = tempfile_open_named(NULL);
	check(file != NULL);
	check(exists(tempfile_name(file)));
	check_refused(tempfile_lease_fd(), ENOLCK, "does not tell");
	check_equal(tempfile_close(file), 0);
}

static void a_file_system_that_others_may_share(void)
{
	char command[256];

	need_mounts();
	make_directory(in(work, "below"), 0755);
	make_directory(in(work, "fuse"), 0755);
	(void)snprintf(command, sizeof command, "bindfs below fuse 2>&1");
	if (system(command) != 0)
		skip_test("there is no bindfs here");
	check_equal(chdir("fuse"), 0);
	(void)strcat(work, "/fuse");
	dead_tree(in(work, NAME));
	held_directory(in(work, OTHER_NAME));
	check_equal(sweep(0, 0).visits, 2);
	check(exists(in(work, NAME)));
	(void)sweep(TEMPFILE_ASSUME_DEAD, 1);
	check(!exists(in(work, NAME)));
	check(exists(in(work, OTHER_NAME)));
	check_equal(chdir("/"), 0);
	check_equal(umount2(work, MNT_DETACH), 0);
}

/*
 * The caller's word
 */

static void who_visits_may_leave_one_alone(void)
{
	struct heard heard = {.answer = 1};

	dead_tree(in(work, NAME));
	dead_tree(in(work, OTHER_NAME));
	check_equal(tempfile_sweep(work, 0, hear, &heard), 0);
	check_equal(heard.visits, 2);
	check_equal(count_entries(work), 2);
}

static void who_visits_may_stop(void)
{
	struct heard heard = {.answer = -1};

	dead_tree(in(work, NAME));
	dead_tree(in(work, OTHER_NAME));
	check_equal(tempfile_sweep(work, 0, hear, &heard), 0);
	check_equal(heard.visits, 1);
	check_equal(count_entries(work), 2);
}

static void nobody_has_to_listen(void)
{
	dead_tree(in(work, NAME));
	check_equal(tempfile_sweep(work, TEMPFILE_DRY_RUN, NULL, NULL), 1);
	check(exists(in(work, NAME)));
	check_equal(tempfile_sweep(work, 0, NULL, NULL), 1);
	check(!exists(in(work, NAME)));
	dead_tree(in(temporary, NAME));
	check_equal(tempfile_sweep(NULL, 0, NULL, NULL), 1);
	dead_tree(in(work, NAME));
	check_equal(tempfile_sweep(".", 0, NULL, NULL), 1);
}

static void what_cannot_be_swept(void)
{
	check_refused(tempfile_sweep(in(work, "no"), 0, NULL, NULL), ENOENT,
		      "no'");
	check_refused(tempfile_sweep("", 0, NULL, NULL), ENOENT, "");
	make_file(in(work, "file"));
	check_refused(tempfile_sweep(in(work, "file"), 0, NULL, NULL), ENOTDIR,
		      "file'");
	check_refused(tempfile_sweep(work, 1, NULL, NULL), EINVAL, "flags");
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

/*
 * Life and death of real ones
 */

/* Opens a named file, tells, and waits to be killed. */
static pid_t start_owner(void (*prepare)(struct tempfile *))
{
	char byte = 0;
	int ends[2];
	pid_t child;

	check_equal(pipe2(ends, O_CLOEXEC), 0);
	child = fork();
	check(child >= 0);
	if (child == 0) {
		struct tempfile *file = tempfile_open_named(
			TEMPFILE_OPTIONS(.dir = work,
					 .flags = TEMPFILE_LEASED));

		check(file != NULL);
		if (prepare)
			prepare(file);
		check_equal(write(ends[1], &byte, 1), 1);
		for (;;)
			(void)pause();
	}
	check_equal(read(ends[0], &byte, 1), 1);
	return child;
}

static void kill_owner(pid_t child)
{
	check_equal(kill(child, SIGKILL), 0);
	check_equal(waitpid(child, NULL, 0), child);
}

static void alive_as_long_as_its_owner(void)
{
	pid_t owner = start_owner(NULL);

	check_equal(sweep(0, 0).verdict, TEMPFILE_ALIVE);
	check_equal(sweep(TEMPFILE_ASSUME_DEAD, 0).verdict, TEMPFILE_ALIVE);
	kill_owner(owner);
	check_equal(sweep(0, 1).verdict, TEMPFILE_DEAD);
	check_equal(count_entries(work), 0);
}

static int heir_pipe[2];

static void leave_heir(struct tempfile *file)
{
	char byte;

	(void)file;
	if (fork() != 0)
		return;
	(void)close(heir_pipe[1]);
	(void)!read(heir_pipe[0], &byte, 1);
	_exit(0);
}

static void alive_as_long_as_an_heir(void)
{
	pid_t owner;

	check_equal(pipe2(heir_pipe, 0), 0);
	owner = start_owner(leave_heir);
	kill_owner(owner);
	check_equal(sweep(0, 0).verdict, TEMPFILE_ALIVE);
	check_equal(count_entries(work), 1);
	(void)close(heir_pipe[1]);
	for (int i = 0; i < 100 && count_entries(work) > 0; i++) {
		(void)usleep(10000);
		(void)tempfile_sweep(work, 0, NULL, NULL);
	}
	check_equal(count_entries(work), 0);
}

static void keep_it(struct tempfile *file)
{
	check(tempfile_open_named(TEMPFILE_OPTIONS(.dir = work,
						   .flags = TEMPFILE_LEASED)) !=
	      NULL);
	check_equal(tempfile_keep(file, true), 0);
}

static void change_its_mind(struct tempfile *file)
{
	keep_it(file);
	check_equal(tempfile_keep(file, false), 0);
}

static void kept_until_it_is_removed(void)
{
	struct heard heard;
	pid_t owner = start_owner(keep_it);

	check_equal(sweep(0, 0).verdict, TEMPFILE_ALIVE);
	kill_owner(owner);
	heard = sweep(0, 0);
	check_equal(heard.verdict, TEMPFILE_KEPT);
	check_equal(count_entries(heard.path), 2);
	check_equal(tempfile_remove_tree(heard.path, 0, NULL, NULL), 0);
	owner = start_owner(change_its_mind);
	kill_owner(owner);
	check_equal(sweep(0, 1).verdict, TEMPFILE_DEAD);
}

static _Noreturn void sweep_in_child(int ready)
{
	char byte;

	(void)!read(ready, &byte, 1);
	_exit(tempfile_sweep(work, 0, NULL, NULL));
}

static void of_two_sweeps_one_removes(void)
{
	pid_t children[2];
	int removed = 0;
	int gate[2];
	int status;

	for (int i = 0; i < 100; i++) {
		char name[] = LEASED_PREFIX "abcdefghijklmnopqrstuvwx00";

		name[sizeof name - 3] = (char)('0' + i / 10);
		name[sizeof name - 2] = (char)('0' + i % 10);
		dead_tree(in(work, name));
	}
	check_equal(pipe2(gate, O_CLOEXEC), 0);
	FOR_EACH(i, children) {
		children[i] = fork();
		check(children[i] >= 0);
		if (children[i] == 0) {
			(void)close(gate[1]);
			sweep_in_child(gate[0]);
		}
	}
	(void)close(gate[1]);
	FOR_EACH(i, children) {
		check_equal(waitpid(children[i], &status, 0), children[i]);
		check(WIFEXITED(status));
		removed += WEXITSTATUS(status);
	}
	check_equal(removed, 100);
	check_equal(count_entries(work), 0);
}

/*
 * By the way
 */

static void open_and_close(void)
{
	check_equal(tempfile_close(tempfile_open_named(NULL)), 0);
}

static void always(void)
{
	dead_tree(in(temporary, NAME));
	check_equal(setenv("TEMPFILE_SWEEP", "always", 1), 0);
	in_child(open_and_close, BY_EXIT);
	check(!exists(in(temporary, NAME)));
}

static void never(void)
{
	dead_tree(in(temporary, NAME));
	check_equal(setenv("TEMPFILE_SWEEP", "never", 1), 0);
	for (int i = 0; i < 300; i++)
		in_child(open_and_close, BY_EXIT);
	check(exists(in(temporary, NAME)));
	check_equal(tempfile_sweep(NULL, 0, NULL, NULL), 1);
}

/* Once in 32: that it takes more than 1 000 has a chance of 10^-14. */
static void now_and_then(void)
{
	int times = 0;

	check_equal(unsetenv("TEMPFILE_SWEEP"), 0);
	dead_tree(in(temporary, NAME));
	while (exists(in(temporary, NAME)) && times < 1000) {
		in_child(open_and_close, BY_EXIT);
		times++;
	}
	check(times < 1000);
}

static void it_stops_when_its_time_is_up(void)
{
	make_directory(in(work, NAME), 0700);
	for (int i = 0; i < 4000; i++) {
		char name[16];

		(void)snprintf(name, sizeof name, "%d", i);
		make_file(in(in(work, NAME), name));
	}
	check_equal(tempfile__sweep(work, 0, NULL, NULL,
				    tempfile__os_milliseconds() - 1),
		    0);
	check_equal(count_entries(in(work, NAME)), 4000);
	/* A busy machine may let a millisecond pass with nothing done. */
	for (int i = 0; i < 100 && count_entries(in(work, NAME)) == 4000; i++)
		check_equal(tempfile__sweep(work, 0, NULL, NULL,
					    tempfile__os_milliseconds() + 1),
			    0);
	check(count_entries(in(work, NAME)) > 0);
	check(count_entries(in(work, NAME)) < 4000);
	check_equal(sweep(0, 1).visits, 1);
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
		TEST_SO(locks_that_cannot_be_asked, AS_NOBODY),
		TEST_SO(without_a_lease_it_works_all_the_same, AS_NOBODY),
		TEST(a_file_system_that_others_may_share),
		TEST(who_visits_may_leave_one_alone),
		TEST(who_visits_may_stop),
		TEST(nobody_has_to_listen),
		TEST(what_cannot_be_swept),
		TEST(replaced_between_any_two_steps),
		TEST(a_file_is_looked_at_until_the_last_moment),
		TEST(alive_as_long_as_its_owner),
		TEST(alive_as_long_as_an_heir),
		TEST(kept_until_it_is_removed),
		TEST(of_two_sweeps_one_removes),
		TEST(always),
		TEST(never),
		TEST(now_and_then),
		TEST(it_stops_when_its_time_is_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
