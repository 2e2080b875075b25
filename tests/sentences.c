/* SPDX-License-Identifier: MIT */
/*
 * Everything that the library can be brought to say from outside, one sentence
 * a line, for people to read; sentences.py compares it with sentences.txt. The
 * working directory is empty, TMPDIR is "tmp" in it.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tempfile.h"

/* After a call that has to fail. */
static void say(void)
{
	puts(tempfile_errmsg());
}

/* OPTIONS of a file that is only opened. */
#define REFUSED(...)                                          \
	do {                                                  \
		tempfile_open(TEMPFILE_OPTIONS(__VA_ARGS__)); \
		say();                                        \
	} while (0)

static void options(void)
{
	struct tempfile_options small = {.size = 8};
	struct {
		struct tempfile_options known;
		long newer[2];
	} large = {.known.size = sizeof large, .newer = {1}};

	tempfile_open(&small);
	say();
	tempfile_open(&large.known);
	say();
	REFUSED(.prefix = "../x");
	REFUSED(.suffix = "/x");
	REFUSED(.prefix = "nul.", .random_chars = 1);
	REFUSED(.mode = "w?");
	REFUSED(.mode = "+");
	REFUSED(.mode = "wbt");
	REFUSED(.mode = "w++");
	REFUSED(.dir = ".", .beside = "x");
	REFUSED(.dir = ".", .flags = TEMPFILE_ON_DISK);
	REFUSED(.flags = 0x8000);
	REFUSED(.flags = TEMPFILE_LEASED | TEMPFILE_UNLEASED);
	REFUSED(.flags = TEMPFILE_KEEP | TEMPFILE_LEASED);
	REFUSED(.flags = TEMPFILE_KEEP);
	REFUSED(.max_size = -1);
	REFUSED(.limit = -1);
	REFUSED(.buffering = -2);
	REFUSED(.permissions = 010000);
	REFUSED(.random_chars = 1000);
	REFUSED(.mode = "w", .buffering = TEMPFILE_UNBUFFERED);
	REFUSED(.encoding = "utf-8");
	REFUSED(.errors = "strict");
	REFUSED(.newline = "");
	REFUSED(.mode = "w", .encoding = "klingon");
	REFUSED(.mode = "w", .errors = "shrug");
	REFUSED(.mode = "w", .newline = "x");
	tempfile_mkstemp(TEMPFILE_OPTIONS(.flags = TEMPFILE_LEASED), NULL);
	say();
}

static void places(void)
{
	struct tempfile *spool;

	REFUSED(.dir = "missing");
	REFUSED(.dir = "file");
	REFUSED(.beside = "missing/x");
	REFUSED(.dir = "/proc");
	tempfile_mkdtemp(TEMPFILE_OPTIONS(.dir = "/proc"));
	say();
	spool = tempfile_open_spooled(TEMPFILE_OPTIONS(.dir = "missing"));
	tempfile_rollover(spool);
	say();
	tempfile_close(spool);
	mkdir("open", 0700);
	chmod("open", 0777);
	tempfile_open_named(TEMPFILE_OPTIONS(.dir = "open"));
	say();
	tempfile_settempdir("missing");
	say();
	tempfile_settempdir("file");
	say();
	tempfile_each_candidate(NULL, NULL);
	say();
}

static void contents(void)
{
	struct tempfile *small = tempfile_open(TEMPFILE_OPTIONS(.limit = 1));
	struct tempfile *read_only =
		tempfile_open(TEMPFILE_OPTIONS(.mode = "rb"));
	struct tempfile *text = tempfile_open(
		TEMPFILE_OPTIONS(.mode = "w+", .encoding = "ascii"));

	tempfile_write(small, "ab", 2);
	say();
	tempfile_write(read_only, "ab", 2);
	say();
	tempfile_write(text, "\xe2\x82\xac", 3);
	say();
	tempfile_close(small);
	tempfile_close(read_only);
	tempfile_close(text);
}

static void files(void)
{
	struct tempfile *file = tempfile_open(NULL);

	tempfile_seek(file, -1, SEEK_SET);
	say();
	tempfile_truncate(file, -1);
	say();
	tempfile_reserve(file, -1);
	say();
	tempfile_keep(file, true);
	say();
	tempfile_close_fd(file);
	say();
	tempfile_reopen(file, O_CREAT);
	say();
	tempfile_persist(file, "missing/x", 0);
	say();
	tempfile_persist(file, "file", TEMPFILE_NOREPLACE);
	say();
	tempfile_persist(file, "file", TEMPFILE_EXCHANGE);
	say();
	tempfile_persist(file, "tmp", 0);
	say();
	tempfile_persist(file, "/", 0);
	say();
	tempfile_close(file);
}

static void without_a_descriptor(void)
{
	struct tempfile *named = tempfile_open_named(NULL);
	char bytes[8];

	tempfile_close_fd(named);
	tempfile_read(named, bytes, sizeof bytes);
	say();
	tempfile_fileno(named);
	say();
	tempfile_stdio(named);
	say();
	tempfile_detach(named);
	say();
	tempfile_handle(0);
	say();
	tempfile_close(named);
}

static int make_fifo(int dirfd, const char *name, const char *path, void *arg)
{
	(void)path;
	(void)arg;
	return mkfifoat(dirfd, name, 0600) < 0
		       ? -1
		       : openat(dirfd, name, O_RDWR | O_CLOEXEC);
}

static void without_a_position(void)
{
	struct tempfile *fifo = tempfile_make(NULL, make_fifo, NULL);

	(void)tempfile_stdio(fifo);
	tempfile_tell(fifo);
	say();
	tempfile_close(fifo);
}

static void directories(void)
{
	struct tempdir *dir = tempdir_open(NULL);

	free(tempdir_path(dir, "a/../b"));
	tempdir_persist(dir, "file", 0);
	say();
	tempdir_persist(dir, "tmp", TEMPFILE_NOREPLACE);
	say();
	tempdir_persist(dir, "x", TEMPFILE_EXCHANGE | TEMPFILE_NOREPLACE);
	say();
	tempdir_persist(dir, "missing", TEMPFILE_EXCHANGE);
	say();
	tempfile_remove_tree("missing", 0, NULL, NULL);
	say();
	tempfile_remove_tree("tmp/..", 0, NULL, NULL);
	say();
	tempfile_remove_tree("open", 1, NULL, NULL);
	say();
	tempfile_sweep(NULL, 1, NULL, NULL);
	say();
	tempfile_sweep("missing", 0, NULL, NULL);
	say();
	tempdir_close(dir);
}

static void in_a_child(void)
{
	struct tempfile *named = tempfile_open_named(NULL);

	fflush(stdout);
	if (fork() == 0) {
		tempfile_keep(named, true);
		say();
		fflush(stdout);
		_exit(0);
	}
	wait(NULL);
	tempfile_close(named);
}

static int tell_candidate(const struct tempfile_candidate *candidate, void *arg)
{
	(void)arg;
	if (candidate->reason && strcmp(candidate->source, "TMPDIR") == 0)
		printf("%s: %s\n", candidate->path, candidate->reason);
	return 0;
}

static int tell_session(const struct tempfile_session *session, void *arg)
{
	(void)arg;
	printf("%s: %s\n", session->path, session->reason);
	return 0;
}

/* What candidates and sessions are told with. */
static void verdicts(void)
{
	static const char *const places[] = {"missing", "file", "open"};
	struct tempfile *named = tempfile_open_named(NULL);

	for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
		setenv("TMPDIR", places[i], 1);
		tempfile_each_candidate(tell_candidate, NULL);
	}
	mkdir("tmp/tempfile-aaaaaaaaaaaaaaaaaaaaaaaaaa", 0700);
	mkdir("tmp/tempfile-bbbbbbbbbbbbbbbbbbbbbbbbbb", 0755);
	close(open("tmp/tempfile-cccccccccccccccccccccccccc",
		   O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
	symlink("x", "tmp/tempfile-dddddddddddddddddddddddddd");
	link("tmp/tempfile-cccccccccccccccccccccccccc", "tmp/other");
	tempfile_sweep("tmp", TEMPFILE_DRY_RUN, tell_session, NULL);
	tempfile_close(named);
}

int main(void)
{
	say();
	close(open("file", O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
	options();
	places();
	contents();
	files();
	without_a_descriptor();
	without_a_position();
	directories();
	in_a_child();
	verdicts();
	return 0;
}
