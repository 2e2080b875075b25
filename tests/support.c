/* SPDX-License-Identifier: MIT */
#include "support.h"

#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <grp.h>
#include <sched.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define FAILED  1
#define SKIPPED 77

char temporary[64];
char work[64];
static char scratch[48];
static int reason_fd = -1; /* of a pipe that tells why a test was skipped */

/*
 * The frame of a test
 */

bool forgetting;

/* LeakSanitizer asks this at the end of a process. */
int __lsan_is_turned_off(void);
int __lsan_is_turned_off(void)
{
	return forgetting;
}

static void must(bool done, const char *what)
{
	if (done)
		return;
	perror(what);
	_exit(FAILED);
}

static void make_scratch(const struct test *test)
{
	const char *base = getenv("TMPDIR");
	bool give = (test->how & AS_NOBODY) && is_root();

	if (!base || strlen(base) > 24)
		base = "/tmp";
	(void)snprintf(scratch, sizeof scratch, "%s/test-tempfile.XXXXXX",
		       base);
	must(mkdtemp(scratch) && chmod(scratch, 0755) == 0, scratch);
	(void)snprintf(temporary, sizeof temporary, "%s/temporary", scratch);
	(void)snprintf(work, sizeof work, "%s/work", scratch);
	must(mkdir(temporary, 0755) == 0 && mkdir(work, 0755) == 0, work);
	if (give)
		must(chown(temporary, NOBODY, NOBODY) == 0 &&
			     chown(work, NOBODY, NOBODY) == 0,
		     "chown");
}

static void prepare(const struct test *test)
{
	static const char *const others[] = {"TEMP", "TMP", "TEMPFILE_KEEP"};

	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		(void)unsetenv(others[i]);
	must(setenv("TMPDIR", temporary, 1) == 0, "setenv");
	/* By chance, one run in many would find something else. */
	must(setenv("TEMPFILE_SWEEP", "never", 1) == 0, "setenv");
	(void)umask(022);
	forgetting = test->how & FORGETTING;
	if ((test->how & AS_NOBODY) && is_root())
		must(setgroups(0, NULL) == 0 && setgid(NOBODY) == 0 &&
			     setuid(NOBODY) == 0,
		     "setuid");
	must(chdir(work) == 0, work);
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

static int remove_entry(const char *path, const struct stat *status, int type,
			struct FTW *place)
{
	(void)status;
	(void)type;
	(void)place;
	(void)remove(path);
	return 0;
}

static void remove_scratch(void)
{
	(void)nftw(scratch, unlock_entry, 16, FTW_PHYS | FTW_MOUNT);
	(void)nftw(scratch, remove_entry, 16, FTW_PHYS | FTW_MOUNT | FTW_DEPTH);
}

/* How the test's process ended; why it was skipped, if so. */
static int run_body(const struct test *test, char *reason, size_t size)
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
		prepare(test);
		test->body();
		exit(0);
	}
	(void)close(ends[1]);
	must(waitpid(child, &status, 0) == child, "waitpid");
	length = read(ends[0], reason, size - 1);
	reason[length > 0 ? length : 0] = '\0';
	(void)close(ends[0]);
	return status;
}

static void skip_if_told_to(const char *name)
{
	const char *line = getenv("TEST_SKIPS");
	size_t n = strlen(name);

	for (; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strncmp(line, name, n) != 0 || line[n] != '|')
			continue;
		print_message("skipped: %.*s\n",
			      (int)strcspn(line + n, "\n") - 1, line + n + 1);
		skip();
	}
}

void run_isolated(void **state)
{
	const struct test *test = *state;
	char reason[256];
	bool littered;
	int status;

	skip_if_told_to(test->name);
	make_scratch(test);
	status = run_body(test, reason, sizeof reason);
	littered = count_entries(temporary) > 0 && !(test->how & LITTERING);
	if (littered && status == 0)
		tell_entries(temporary);
	remove_scratch();
	if (WIFEXITED(status) && WEXITSTATUS(status) == SKIPPED) {
		print_message("skipped: %s\n", reason);
		skip();
	}
	if (WIFSIGNALED(status))
		print_error("killed by signal %d\n", WTERMSIG(status));
	assert_int_equal(status, 0);
	assert_false(littered);
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

/* FUSE hides a file that was removed behind such a name until it is closed. */
static bool is_hidden(const char *name)
{
	return strcmp(name, ".") == 0 || strcmp(name, "..") == 0 ||
	       strncmp(name, ".fuse_hidden", 12) == 0;
}

static unsigned count_and_close(DIR *stream)
{
	const struct dirent *entry;
	unsigned count = 0;

	check(stream != NULL);
	while ((entry = readdir(stream)))
		count += !is_hidden(entry->d_name);
	(void)closedir(stream);
	return count;
}

unsigned count_entries(const char *path)
{
	return count_and_close(opendir(path));
}

unsigned count_entries_of(int fd)
{
	return count_and_close(
		fdopendir(openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)));
}

unsigned count_descriptors(void)
{
	return count_entries("/proc/self/fd") - 1;
}

static struct stat status_of(const char *path)
{
	struct stat status;

	check_equal(lstat(path, &status), 0);
	return status;
}

long long size_of(const char *path)
{
	return status_of(path).st_size;
}

unsigned permissions_of(const char *path)
{
	return status_of(path).st_mode & 07777u;
}

unsigned permissions_of_fd(int fd)
{
	struct stat status;

	check_equal(fstat(fd, &status), 0);
	return status.st_mode & 07777u;
}

bool exists(const char *path)
{
	struct stat status;

	return lstat(path, &status) == 0;
}

bool is_anonymous(int fd)
{
	struct stat status;

	check_equal(fstat(fd, &status), 0);
	return status.st_nlink == 0;
}

const char separator = '/';

bool is_absolute(const char *path)
{
	return path[0] == '/';
}

void make_directory(const char *path, unsigned permissions)
{
	check_equal(mkdir(path, 0700), 0);
	check_equal(chmod(path, permissions), 0);
}
