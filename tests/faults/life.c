/* SPDX-License-Identifier: MIT */
#include "life.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tempfile.h"

#define LARGE 40000

static struct life *life;
static int wrong;

static void blame(const char *what, int line)
{
	fprintf(stderr, "life.c:%d: %s (errno %s; message: %s)\n", line, what,
		strerror(errno), tempfile_errmsg());
	wrong = -1;
}

/* A call has failed: is the error told? */
static void note(const char *call, int line)
{
	int code = errno;

	if (code == 0 || tempfile_last_error()->code != code ||
	    strncmp(tempfile_errmsg(), "cannot ", 7) != 0)
		blame("a failure without an error", line);
	life->code = code;
	life->step = call;
}

#define TRY(call)                                    \
	(errno = 0,                                  \
	 (call) ? true                               \
		: (note(#call, __LINE__), errno = 0, \
		   (call) ? (life->once++, true)     \
			  : (note(#call, __LINE__), life->twice++, false)))
/* What is made only once, whatever comes out. */
#define END(call)   \
	(errno = 0, \
	 (call) ? (void)0 : (note(#call, __LINE__), life->once++, (void)0))
#define CHECK(condition) ((condition) ? (void)0 : blame(#condition, __LINE__))

static char bytes[LARGE];
static char back[LARGE + 1];

static void fill(void)
{
	for (size_t i = 0; i < sizeof bytes; i++)
		bytes[i] = (char)('a' + (i * 7 + i / 251) % 26);
}

static bool write_all(struct tempfile *file, size_t n, size_t piece)
{
	for (size_t at = 0; at < n; at += piece)
		if (!TRY(tempfile_write(file, bytes + at, piece) ==
			 (ssize_t)piece))
			return false;
	return true;
}

static void read_all(struct tempfile *file, size_t n)
{
	if (!TRY(tempfile_seek(file, 0, SEEK_SET) == 0) ||
	    !TRY(tempfile_read(file, back, n + 1) == (ssize_t)n))
		return;
	CHECK(memcmp(bytes, back, n) == 0);
}

static void check_published(const char *path, size_t n)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	/* It may be our own call that the fault has struck. */
	if (fd < 0 && errno != ENOENT)
		return;
	CHECK(fd >= 0 && read(fd, back, n + 1) == (ssize_t)n &&
	      memcmp(bytes, back, n) == 0);
	(void)close(fd);
}

/* That this fails is not our subject: some machines have no call for it but
 * the one that the library makes, too, which the fault may strike. */
static void unlink_for_sure(const char *path)
{
	if (unlink(path) < 0)
		(void)unlink(path);
}

static void delete_ourselves(const struct tempfile_options *options)
{
	struct stat status;
	char *path = NULL;
	int fd;

	if (TRY((fd = tempfile_mkstemp(options, &path)) >= 0)) {
		CHECK(fd >= 3 && (fstat(fd, &status) < 0 ||
				  (status.st_mode & 07777) == 0600));
		unlink_for_sure(path);
		tempfile_free(path);
		(void)close(fd);
	}
	if (TRY((path = tempfile_mkdtemp(options)))) {
		CHECK(stat(path, &status) < 0 ||
		      (status.st_mode & 0777) == 0700);
		(void)rmdir(path);
		tempfile_free(path);
	}
}

static void live_unnamed(const struct tempfile_options *options)
{
	struct tempfile *file;

	if (!TRY((file = tempfile_open(options))))
		return;
	if (write_all(file, LARGE, 8000) && TRY(tempfile_flush(file) == 0))
		read_all(file, LARGE);
	END(tempfile_close(file) == 0);
}

static void live_named(const struct tempfile_options *options)
{
	struct tempfile *file;

	if (!TRY((file = tempfile_open_named(options))))
		return;
	if (write_all(file, 1000, 1000) && TRY(tempfile_flush(file) == 0))
		check_published(tempfile_name(file), 1000);
	END(tempfile_close(file) == 0);
}

static void live_spooled(const struct tempfile_options *options)
{
	struct tempfile_options spool = *options;
	struct tempfile *file;

	spool.max_size = 700;
	if (!TRY((file = tempfile_open_spooled(&spool))))
		return;
	if (write_all(file, 2000, 100))
		read_all(file, 2000);
	END(tempfile_close(file) == 0);
}

static void live_directory(const struct tempfile_options *options)
{
	struct tempdir *dir;

	if (!TRY((dir = tempdir_open(options))))
		return;
	if (mkdirat(tempdir_fd(dir), "sub", 0700) == 0)
		(void)symlinkat("/", tempdir_fd(dir), "sub/link");
	END(tempdir_close(dir) == 0);
}

static void publish(const struct tempfile_options *options, unsigned flags)
{
	struct tempfile *file;
	char path[512];
	bool there;

	(void)snprintf(path, sizeof path, "%s/target", options->dir);
	if (!TRY((file = tempfile_open(options))))
		return;
	there = write_all(file, 1000, 1000) &&
		TRY(tempfile_persist(file, path, flags) == 0);
	END(tempfile_close(file) == 0);
	if (there)
		check_published(path, 1000);
	unlink_for_sure(path);
}

int live(struct life *given)
{
	struct tempfile_options options = {.size = sizeof options,
					   .dir = given->dir};

	life = given;
	wrong = 0;
	fill();
	delete_ourselves(&options);
	live_unnamed(&options);
	live_unnamed(NULL);
	live_named(&options);
	live_named(NULL);
	live_spooled(&options);
	live_directory(&options);
	live_directory(NULL);
	publish(&options, 0);
	publish(&options, TEMPFILE_DURABLE);
	publish(&options, TEMPFILE_NOREPLACE);
	END(tempfile_sweep(life->dir, 0, NULL, NULL) >= 0);
	return wrong;
}
