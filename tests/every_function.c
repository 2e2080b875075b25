/* SPDX-License-Identifier: MIT */
/*
 * Calls every function of the library at least once, mostly in ways that reach
 * the system, for test_trace to look at. Whether they succeed is not the point,
 * but those below must() do.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tempfile.h"

static void must(bool done, const char *what)
{
	if (done)
		return;
	(void)fprintf(stderr, "%s: %s\n", what, tempfile_errmsg());
	exit(1);
}

/* Unlike the library, which never says unlink, rmdir or mkdir. */
static bool remove_name(const char *path, int flags)
{
	return unlinkat(AT_FDCWD, path, flags) == 0;
}

static int see_candidate(const struct tempfile_candidate *candidate, void *arg)
{
	(void)candidate;
	(void)arg;
	return 0;
}

static void look_around(void)
{
	must(tempfile_each_candidate(see_candidate, NULL) == 0, "candidates");
	must(tempfile_gettempdir() != NULL, "gettempdir");
	must(tempfile_settempdir(NULL) == 0, "settempdir");
	must(tempfile_gettempprefix() != NULL, "gettempprefix");
	must(tempfile_version() != NULL, "version");
	must(tempfile_last_error() != NULL, "last_error");
}

TEMPFILE_FORMAT(2, 3)
static int print(struct tempfile *file, const char *format, ...)
{
	va_list arguments;
	int length;

	va_start(arguments, format);
	length = tempfile_vprintf(file, format, arguments);
	va_end(arguments);
	return length;
}

static void use(struct tempfile *file)
{
	char *line = NULL;
	size_t capacity = 0;
	char bytes[16];

	must(file != NULL, "open");
	must(tempfile_write(file, "text\n", 5) == 5, "write");
	must(tempfile_printf(file, "%d\n", 1) == 2, "printf");
	must(print(file, "%d\n", 2) == 2, "vprintf");
	must(tempfile_seek(file, 0, SEEK_SET) == 0, "seek");
	must(tempfile_getline(file, &line, &capacity) == 5, "getline");
	must(tempfile_read(file, bytes, 2) == 2, "read");
	must(tempfile_tell(file) == 7, "tell");
	must(tempfile_flush(file) == 0, "flush");
	must(tempfile_truncate(file, 3) == 0, "truncate");
	must(tempfile_reserve(file, 100) == 0, "reserve");
	(void)tempfile_rolled(file);
	(void)tempfile_name(file);
	tempfile_free(line);
}

static void see_from_elsewhere(struct tempfile *file)
{
	int fd;

	must(tempfile_rollover(file) == 0, "rollover");
	must(tempfile_fileno(file) > 2, "fileno");
	fd = tempfile_reopen(file, O_RDWR);
	must(fd > 2, "reopen");
	/* What it says depends on the system. */
	(void)tempfile_handle(fd);
	must(close(fd) == 0, "close");
}

static void use_files(const struct tempfile_options *options)
{
	struct tempfile *files[] = {tempfile_open(options),
				    tempfile_open_named(options),
				    tempfile_open_spooled(options)};
	FILE *stdio;

	for (int i = 0; i < 3; i++) {
		use(files[i]);
		see_from_elsewhere(files[i]);
	}
	must(tempfile_keep(files[1], true) == 0, "keep");
	must(tempfile_keep(files[1], false) == 0, "keep");
	must(tempfile_close_fd(files[1]) == 0, "close_fd");
	must(close(tempfile_detach(files[2])) == 0, "detach");
	stdio = tempfile_stdio(files[0]);
	if (stdio)
		(void)fprintf(stdio, "text");
	for (int i = 0; i < 3; i++)
		must(tempfile_close(files[i]) == 0, "close");
}

static int make_fifo(int dirfd, const char *name, const char *path, void *arg)
{
	(void)path;
	(void)arg;
	return mkfifoat(dirfd, name, 0600);
}

static int see_removal(const struct tempfile_removal *removal, void *arg)
{
	(void)removal;
	(void)arg;
	return 0;
}

static void make_what_the_caller_deletes(const struct tempfile_options *options)
{
	char *path = NULL;
	int fd = tempfile_mkstemp(options, &path);

	must(fd > 2 && close(fd) == 0 && remove_name(path, 0), "mkstemp");
	tempfile_free(path);
	fd = tempfile_mkstemp(options, NULL);
	must(fd > 2 && close(fd) == 0, "mkstemp");
	path = tempfile_mkdtemp(options);
	must(path && mkdirat(AT_FDCWD, path, 0) < 0, "mkdtemp");
	must(tempfile_remove_tree(path, 0, see_removal, NULL) == 0, "remove");
	tempfile_free(path);
}

static void fill(const struct tempdir *dir)
{
	char *path = tempdir_path(dir, "below");

	must(path && mkdirat(AT_FDCWD, path, 0) == 0, "path");
	must(mkdirat(tempdir_fd(dir), "other", 0700) == 0, "fd");
	tempfile_free(path);
}

static void use_directories(const struct tempfile_options *options)
{
	struct tempdir *dir = tempdir_open(options);

	must(dir && tempdir_name(dir), "tempdir");
	fill(dir);
	use_files(&(struct tempfile_options){.in = dir});
	must(tempdir_keep(dir, true) == 0, "keep");
	must(tempdir_keep(dir, false) == 0, "keep");
	must(tempdir_close(dir) == 0, "close");
}

static void publish(void)
{
	struct tempfile *file =
		tempfile_open(TEMPFILE_OPTIONS(.beside = "published"));
	struct tempdir *dir = tempdir_open(TEMPFILE_OPTIONS(.dir = "."));

	use(file);
	must(tempfile_persist(file, "published", TEMPFILE_DURABLE) == 0 &&
		     remove_name("published", 0),
	     "persist");
	must(tempdir_persist(dir, "tree", 0) == 0 &&
		     remove_name("tree", AT_REMOVEDIR),
	     "persist");
	must(tempfile_close(file) == 0 && tempdir_close(dir) == 0, "close");
}

static void let_scopes_end(void)
{
	struct tempfile *file = tempfile_open(NULL);
	struct tempdir *dir = tempdir_open(NULL);

	tempfile_auto_close(&file);
	tempdir_auto_close(&dir);
}

static void adopt(void)
{
	pid_t child = fork();

	if (child == 0) {
		(void)tempfile_adopt();
		use_files(NULL);
		_exit(0);
	}
	must(waitpid(child, NULL, 0) == child, "wait");
}

static void care_for_the_process(void)
{
	(void)tempfile_cleanup_on_signals();
	must(tempfile_lease_fd() > 2, "lease_fd");
	must(tempfile_sweep(NULL, 0, NULL, NULL) >= 0, "sweep");
	adopt();
	must(tempfile_open_named(NULL) && tempdir_open(NULL), "open");
	tempfile_cleanup_all();
}

int main(void)
{
	const struct tempfile_options *here = TEMPFILE_OPTIONS(.dir = ".");

	(void)umask(077); /* so that permissions have to be repaired */
	(void)puts("the library's from here on");
	(void)fflush(stdout);
	look_around();
	use_files(NULL);
	use_files(here);
	use_files(TEMPFILE_OPTIONS(.permissions = 0666));
	make_what_the_caller_deletes(NULL);
	make_what_the_caller_deletes(here);
	use_directories(NULL);
	use_directories(here);
	must(tempfile_close(tempfile_make(NULL, make_fifo, NULL)) == 0, "make");
	publish();
	let_scopes_end();
	care_for_the_process();
	return 0;
}
