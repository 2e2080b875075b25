/* SPDX-License-Identifier: MIT */
/*
 * test_fixture [fail]: each test has a directory of its own, which is removed
 * if the test passes and kept, and named, if it fails.
 */
#include <err.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <tempfile.h>

typedef bool test_function(struct tempdir *dir);

static bool put(struct tempdir *dir, const char *name, const char *text)
{
	int fd = openat(tempdir_fd(dir), name, O_WRONLY | O_CREAT | O_CLOEXEC,
			0600);
	ssize_t put = fd < 0 ? -1 : write(fd, text, strlen(text));

	if (fd >= 0)
		close(fd);
	return put == (ssize_t)strlen(text);
}

static bool test_writes(struct tempdir *dir)
{
	return put(dir, "greeting", "hello\n") &&
	       faccessat(tempdir_fd(dir), "greeting", R_OK, 0) == 0;
}

static bool test_fails(struct tempdir *dir)
{
	return put(dir, "evidence", "this went wrong\n") && false;
}

static bool run(const char *name, test_function *test)
{
	/* UNLEASED: what is kept lies where people look for it. */
	struct tempdir *dir =
		tempdir_open(TEMPFILE_OPTIONS(.prefix = "test-",
					      .flags = TEMPFILE_UNLEASED));
	bool passed;

	if (!dir)
		errx(1, "%s", tempfile_errmsg());
	passed = test(dir);
	printf("%s: %s\n", name, passed ? "ok" : "FAILED");
	if (!passed && tempdir_keep(dir, true) == 0)
		printf("see %s\n", tempdir_name(dir));
	if (tempdir_close(dir) < 0)
		warnx("%s", tempfile_errmsg());
	return passed;
}

int main(int argc, char **argv)
{
	bool passed = run("writes", test_writes);

	if (argc > 1 && strcmp(argv[1], "fail") == 0)
		passed &= run("fails", test_fails);
	return passed ? 0 : 1;
}
