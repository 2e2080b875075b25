/* SPDX-License-Identifier: MIT */
/* The frame of a test on Linux: a child, with the rights that are asked for. */
#include "support_frame.h"

#include <fcntl.h>
#include <ftw.h>
#include <grp.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static int reason_fd = -1; /* of a pipe that tells why a test was skipped */

/*
 * The frame of a test
 */

/* LeakSanitizer asks this at the end of a process. */
int __lsan_is_turned_off(void);
int __lsan_is_turned_off(void)
{
	return forgetting;
}

void make_scratch(void)
{
	const char *base = getenv("TMPDIR");

	if (!base || strlen(base) > 24)
		base = "/tmp";
	(void)snprintf(scratch, sizeof scratch, "%s/test-tempfile.XXXXXX",
		       base);
	must(mkdtemp(scratch) && chmod(scratch, 0755) == 0, scratch);
}

static int unlock_entry(const char *path, const struct stat *status, int type,
			struct FTW *place)
{
	(void)status;
	(void)place;
	if (type == FTW_D || type == FTW_DNR)
		(void)chmod(path, 0700);
	return 0;
}

void remove_scratch(void)
{
	(void)nftw(scratch, unlock_entry, 16, FTW_PHYS | FTW_MOUNT);
	remove_tree(scratch);
}

void become_nobody(void)
{
	if (!is_root())
		return;
	must(chown(temporary, NOBODY, NOBODY) == 0 &&
		     chown(work, NOBODY, NOBODY) == 0,
	     "chown");
	must(setgroups(0, NULL) == 0 && setgid(NOBODY) == 0 &&
		     setuid(NOBODY) == 0,
	     "setuid");
}

static int tell_ending(int status)
{
	if (WIFEXITED(status))
		return WEXITSTATUS(status);
	print_error("killed by signal %d\n", WTERMSIG(status));
	return TEST_FAILED;
}

int run_body(const struct test *test, char *reason, size_t size)
{
	int status = 0;
	int ends[2];
	ssize_t length;
	pid_t child;

	/* What a failed test leaves running may hold the other end. */
	must(pipe2(ends, O_CLOEXEC | O_NONBLOCK) == 0, "pipe");
	(void)fflush(NULL);
	child = fork();
	must(child >= 0, "fork");
	if (child == 0) {
		(void)close(ends[0]);
		reason_fd = fcntl(ends[1], F_DUPFD_CLOEXEC, 900);
		(void)close(ends[1]);
		(void)umask(022);
		run_here(test);
	}
	(void)close(ends[1]);
	must(waitpid(child, &status, 0) == child, "waitpid");
	length = read(ends[0], reason, size - 1);
	reason[length > 0 ? length : 0] = '\0';
	(void)close(ends[0]);
	return tell_ending(status);
}

const char *why_unfit(const char *name)
{
	const char *line = getenv("TEST_SKIPS");
	size_t n = strlen(name);

	for (; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strncmp(line, name, n) == 0 && line[n] == '|')
			return line + n + 1;
	}
	return NULL;
}

_Noreturn void skip_test(const char *reason)
{
	(void)dprintf(reason_fd, "%s", reason);
	_exit(SKIPPED);
}

bool is_root(void)
{
	return geteuid() == 0;
}

void need_root(void)
{
	if (!is_root())
		skip_test("only root can set this up");
}

void need_mounts(void)
{
	need_root();
	if (unshare(CLONE_NEWNS) < 0 ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		skip_test("mounting is not allowed here");
}

/*
 * Children
 */

void wait_for(int child)
{
	int status = 0;

	check_equal(waitpid(child, &status, 0), child);
	if (WIFEXITED(status) && WEXITSTATUS(status) == SKIPPED)
		_exit(SKIPPED);
	check_equal(status, 0);
}

void kill_child(int child)
{
	check_equal(kill(child, SIGKILL), 0);
	check_equal(waitpid(child, NULL, 0), child);
}

void in_child(void (*body)(void), enum ending ending)
{
	pid_t child;

	(void)fflush(NULL);
	child = fork();
	check(child >= 0);
	if (child == 0) {
		body();
		if (ending == BY__EXIT)
			_exit(0);
		exit(0);
	}
	wait_for(child);
}

int run_role(const char *role)
{
	pid_t child = fork();
	int status = -1;

	check(child >= 0);
	if (child == 0) {
		(void)execl("/proc/self/exe", "role", role, (char *)NULL);
		_exit(127);
	}
	check_equal(waitpid(child, &status, 0), child);
	return status;
}

/*
 * Looking around
 */

unsigned count_descriptors(void)
{
	return count_entries("/proc/self/fd") - 1;
}

unsigned permissions_of(const char *path)
{
	struct stat status;

	check_equal(lstat(path, &status), 0);
	return status.st_mode & 07777u;
}

unsigned permissions_of_fd(int fd)
{
	struct stat status;

	check_equal(fstat(fd, &status), 0);
	return status.st_mode & 07777u;
}

void make_directory(const char *path, unsigned permissions)
{
	check_equal(mkdir(path, 0700), 0);
	check_equal(chmod(path, permissions), 0);
}
