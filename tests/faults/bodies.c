/* SPDX-License-Identifier: MIT */
#include "bodies.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../support.h"
#include "faults.h"

static unsigned told;

unsigned failures_told(void)
{
	return told;
}

/*
 * Errors that a call may have instead of the fault's own.
 */
static bool is_translation(int from, int to)
{
	switch (to) {
	case ENOENT: /* no usable temporary directory: the message has why */
		return strcmp(tempfile_last_error()->step,
			      "find a temporary directory") == 0;
	case EEXIST: /* a lease that cannot be had: 128 names */
		return from == EWOULDBLOCK || from == ENOENT || from == EACCES;
	case ESTALE: /* what bears the name cannot be told to be the file */
		return true;
	case EBUSY: /* something is mounted there */
		return from == EXDEV;
	case ENOTSUP: /* no link can be made here */
		return from == EPERM || from == EMLINK;
	case ENOLCK: /* nothing can be leased here */
		return true;
	default:
		return false;
	}
}

/* The last call has failed: well? Then let nothing fail from now on. */
static void judge_failure(const char *file, int line, const char *call,
			  bool with_path)
{
	const struct strike *strike = fault_outcome();
	const struct tempfile_error *error = tempfile_last_error();
	int code = errno;

	fault_lift();
	errno = code;
	if (!strike->primitive)
		check_failed(file, line, call);
	if (code == 0 || error->code != code || !error->step)
		check_failed(file, line, "the error is told");
	/* Of many faults, some other one may be told. */
	if (strike->mode != ALL_AFTER && code != strike->code &&
	    !is_translation(strike->code, code))
		check_failed(file, line, "the error is the fault's");
	if (with_path && code != ENOMEM && !strchr(tempfile_errmsg(), '/'))
		check_failed(file, line, "the message has the path");
	told++;
}

/* The condition, which calls the library, holds, or does so once the fault is
 * lifted. NAMELESS: of what has no path. FINAL: what is not done twice. */
#define MUST_SO(condition, with_path)                                 \
	do {                                                          \
		errno = 0;                                            \
		if (!(condition)) {                                   \
			judge_failure(__FILE__, __LINE__, #condition, \
				      with_path);                     \
			check(condition);                             \
		}                                                     \
	} while (0)
#define MUST(condition)          MUST_SO(condition, true)
#define MUST_NAMELESS(condition) MUST_SO(condition, false)
#define MUST_FINAL(condition, with_path)                              \
	do {                                                          \
		errno = 0;                                            \
		if (!(condition))                                     \
			judge_failure(__FILE__, __LINE__, #condition, \
				      with_path);                     \
	} while (0)

/*
 * Content: each byte is told by its offset.
 */

#define LARGE 50000

static char byte_at(size_t offset)
{
	return (char)('a' + (offset * 7 + offset / 251) % 26);
}

static void fill(char *bytes, size_t from, size_t n)
{
	for (size_t i = 0; i < n; i++)
		bytes[i] = byte_at(from + i);
}

static void write_in_pieces(struct tempfile *file, size_t size, size_t piece)
{
	static char bytes[LARGE];

	for (size_t at = 0; at < size; at += piece) {
		size_t n = piece < size - at ? piece : size - at;

		fill(bytes, at, n);
		MUST_NAMELESS(tempfile_write(file, bytes, n) == (ssize_t)n);
		check_equal(tempfile_tell(file), at + n);
	}
}

static void read_back(struct tempfile *file, size_t size)
{
	static char bytes[LARGE + 1];
	static char wanted[LARGE];

	fill(wanted, 0, size);
	MUST_NAMELESS(tempfile_seek(file, 0, SEEK_SET) == 0);
	MUST_NAMELESS(tempfile_read(file, bytes, size + 1) == (ssize_t)size);
	check_equal(memcmp(bytes, wanted, size), 0);
}

/* What others find at path. */
static void look_at_path(const char *path, size_t size)
{
	static char bytes[LARGE + 1];
	static char wanted[LARGE];
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	check(fd >= 0);
	fill(wanted, 0, size);
	check_equal(read(fd, bytes, size + 1), size);
	check_equal(memcmp(bytes, wanted, size), 0);
	check_equal(close(fd), 0);
}

static void close_file(struct tempfile *file)
{
	MUST_FINAL(tempfile_close(file) == 0, false);
}

static const struct tempfile_options *in_work(void)
{
	static struct tempfile_options options;

	options =
		(struct tempfile_options){.size = sizeof options, .dir = work};
	return &options;
}

/*
 * The bodies
 */

static void live_anonymous(void)
{
	struct tempfile *file;

	MUST((file = tempfile_open(NULL)));
	write_in_pieces(file, 100, 30);
	MUST_NAMELESS(tempfile_flush(file) == 0);
	read_back(file, 100);
	close_file(file);
}

static void live_anonymous_in_work(void)
{
	struct tempfile *file;

	MUST((file = tempfile_open(in_work())));
	write_in_pieces(file, 100, 100);
	read_back(file, 100);
	close_file(file);
}

static void live_past_the_buffer(void)
{
	struct tempfile *file;
	char middle[20000];

	MUST((file = tempfile_open(NULL)));
	write_in_pieces(file, LARGE, 7000);
	fill(middle, 9000, sizeof middle);
	MUST_NAMELESS(tempfile_seek(file, 9000, SEEK_SET) == 9000);
	MUST_NAMELESS(tempfile_write(file, middle, sizeof middle) ==
		      sizeof middle);
	read_back(file, LARGE);
	close_file(file);
}

static void live_unbuffered(void)
{
	struct tempfile *file;

	MUST((file = tempfile_open(
		      TEMPFILE_OPTIONS(.buffering = TEMPFILE_UNBUFFERED))));
	write_in_pieces(file, 300, 100);
	read_back(file, 300);
	close_file(file);
}

static void live_named_with(const struct tempfile_options *options)
{
	struct tempfile *file;

	MUST((file = tempfile_open_named(options)));
	write_in_pieces(file, 100, 100);
	MUST(tempfile_flush(file) == 0);
	look_at_path(tempfile_name(file), 100);
	read_back(file, 100);
	MUST_FINAL(tempfile_close(file) == 0, true);
}

static void live_named(void)
{
	live_named_with(NULL);
}

static void live_named_in_work(void)
{
	live_named_with(in_work());
}

static void live_named_leased_in_work(void)
{
	live_named_with(TEMPFILE_OPTIONS(.dir = work, .flags = TEMPFILE_LEASED,
					 .permissions = 0640));
}

static void live_named_beside(void)
{
	live_named_with(TEMPFILE_OPTIONS(.beside = "./relative"));
}

static void live_spooled_in_memory(void)
{
	struct tempfile *file;

	MUST_NAMELESS((file = tempfile_open_spooled(NULL)));
	write_in_pieces(file, 5000, 1000);
	read_back(file, 5000);
	check(!tempfile_rolled(file));
	close_file(file);
}

static void live_spooled_rolling(void)
{
	struct tempfile *file;

	MUST((file = tempfile_open_spooled(
		      TEMPFILE_OPTIONS(.max_size = 300, .dir = work))));
	write_in_pieces(file, 1000, 90);
	check(tempfile_rolled(file));
	read_back(file, 1000);
	close_file(file);
}

static void live_spooled_fileno(void)
{
	struct tempfile *file;
	char bytes[10];
	int fd;

	MUST((file = tempfile_open_spooled(NULL)));
	write_in_pieces(file, 20, 20);
	MUST_NAMELESS(tempfile_seek(file, 0, SEEK_SET) == 0);
	MUST_NAMELESS((fd = tempfile_fileno(file)) >= 3);
	check_equal(read(fd, bytes, 10), 10);
	check_equal(bytes[3], byte_at(3));
	MUST_NAMELESS(tempfile_truncate(file, 5) == 0);
	MUST_NAMELESS(tempfile_reserve(file, 9000) == 0 || errno == ENOTSUP);
	read_back(file, 5);
	close_file(file);
}

static bool is_too_big(void)
{
	return errno == EFBIG;
}

static void live_limited(void)
{
	struct tempfile *file;

	MUST((file = tempfile_open(TEMPFILE_OPTIONS(.limit = 100))));
	write_in_pieces(file, 90, 90);
	MUST_NAMELESS(tempfile_write(file, "12345678901", 11) == -1 &&
		      tempfile_last_error()->reason == NULL && is_too_big());
	read_back(file, 90);
	close_file(file);
}

static void live_text_with(const char *encoding, const char *newline)
{
	static const char text[] = "gr\xc3\xbc\xc3\x9f\nzwei\n";
	char *line = NULL;
	size_t capacity = 0;
	struct tempfile *file;

	MUST((file = tempfile_open(TEMPFILE_OPTIONS(.mode = "w+t",
						    .encoding = encoding,
						    .newline = newline))));
	MUST_NAMELESS(tempfile_write(file, text, sizeof text - 1) ==
		      sizeof text - 1);
	MUST_NAMELESS(tempfile_seek(file, 0, SEEK_SET) == 0);
	MUST_NAMELESS(tempfile_getline(file, &line, &capacity) > 0);
	check(strncmp(line, text, 6) == 0);
	MUST_NAMELESS(tempfile_getline(file, &line, &capacity) > 0);
	check(strncmp(line, "zwei", 4) == 0);
	tempfile_free(line);
	close_file(file);
}

static void live_text_utf16(void)
{
	live_text_with("utf-16", "\r\n");
}

static void live_text_cp1252(void)
{
	live_text_with("cp1252", NULL);
}

/* More than the buffer holds, so that calls fail in the middle of lines. */
#define LINES 40

static void write_lines(struct tempfile *file, const char *line)
{
	size_t length = strlen(line);

	for (int i = 0; i < LINES; i++)
		MUST_NAMELESS(tempfile_write(file, line, length) ==
			      (ssize_t)length);
	MUST_NAMELESS(tempfile_seek(file, 0, SEEK_SET) == 0);
}

static void read_lines(struct tempfile *file, const char *wanted)
{
	char *line = NULL;
	size_t capacity = 0;

	for (int i = 0; i < LINES; i++) {
		MUST_NAMELESS(tempfile_getline(file, &line, &capacity) > 0);
		check_string(line, wanted);
	}
	tempfile_free(line);
	MUST_NAMELESS(tempfile_seek(file, 0, SEEK_SET) == 0);
}

static void read_in_pieces(struct tempfile *file, size_t size)
{
	char bytes[50];
	ssize_t got;

	do {
		MUST_NAMELESS(
			(got = tempfile_read(file, bytes, sizeof bytes)) >= 0);
		size -= (size_t)got;
	} while (got > 0);
	check_equal(size, 0);
}

static void live_text_long(const char *encoding, const char *letter)
{
	struct tempfile *file;
	char *line = NULL;

	MUST((file = tempfile_open(TEMPFILE_OPTIONS(.mode = "w+t",
						    .encoding = encoding,
						    .buffering = 100))));
	check(asprintf(&line, "one %s two\r\n", letter) > 0);
	write_lines(file, line);
	(void)strcpy(strchr(line, '\r'), "\n");
	read_lines(file, line);
	read_in_pieces(file, LINES * strlen(line));
	free(line);
	close_file(file);
}

static void live_text_long_utf8(void)
{
	live_text_long("utf-8", "\xc3\xbc");
}

static void live_text_long_latin1(void)
{
	live_text_long("latin-1", "\xc3\xbc");
}

static void live_text_long_utf32(void)
{
	live_text_long("utf-32", "\xc3\xbc");
}

/* With shift states, by iconv. */
static void live_text_long_japanese(void)
{
	live_text_long("iso2022_jp", "\xe3\x81\x82\xe3\x81\x84");
}

/* One write of more than can be encoded without asking for memory. */
static void live_text_large_as(const char *encoding, const char *newline,
			       const char *letter, const char *back)
{
	enum { TIMES = 800 };
	static char text[8 * TIMES];
	size_t size = TIMES * strlen(back);
	struct tempfile *file;

	text[0] = '\0';
	for (int i = 0; i < TIMES; i++)
		(void)strcpy(text + (size_t)i * strlen(letter), letter);
	MUST((file = tempfile_open(
		      TEMPFILE_OPTIONS(.mode = "w+t", .encoding = encoding,
				       .newline = newline,
				       .errors = "backslashreplace"))));
	MUST_NAMELESS(tempfile_write(file, text, strlen(text)) ==
		      (ssize_t)strlen(text));
	MUST_NAMELESS(tempfile_flush(file) == 0);
	MUST_NAMELESS(tempfile_seek(file, 0, SEEK_END) > 0);
	MUST_NAMELESS(tempfile_seek(file, 0, SEEK_SET) == 0);
	MUST_NAMELESS(tempfile_read(file, text, sizeof text) == (ssize_t)size);
	for (size_t i = 0; i < size; i++)
		check_equal(text[i], back[i % strlen(back)]);
	close_file(file);
}

static void live_text_large(void)
{
	static const char letter[] = "\xc3\xbc\xc3\x9f\n";
	static const char ended[] = "\xc3\xbc\xc3\x9f\r\n";

	live_text_large_as("utf-8", "\r\n", letter, ended);
	live_text_large_as("utf-8-sig", "\n", letter, letter);
	live_text_large_as("latin-1", "\r\n", letter, ended);
	live_text_large_as("utf-16-le", "\n", letter, letter);
	live_text_large_as("utf-32-le", "\n", letter, letter);
	live_text_large_as("cp1252", "\n", letter, letter);
	live_text_large_as("ascii", "\n", "\xc3\xbc", "\\xfc");
}

static bool has_no_line(struct tempfile *file)
{
	char *line = NULL;
	size_t capacity = 0;
	ssize_t length;

	errno = 0;
	length = tempfile_getline(file, &line, &capacity);
	tempfile_free(line);
	return length < 0 && errno == 0;
}

/* What looks at a character that is only begun has to write it first. */
static void live_text_begun(void)
{
	struct tempfile *file;
	char bytes[17];

	MUST((file = tempfile_open(
		      TEMPFILE_OPTIONS(.mode = "w+t",
				       .errors = "backslashreplace",
				       .buffering = 2))));
	MUST_NAMELESS(tempfile_write(file, "a\xc3", 2) == 2);
	MUST_NAMELESS(tempfile_truncate(file, 5) == 0);
	check_equal(tempfile_tell(file), 5);
	MUST_NAMELESS(tempfile_write(file, "\xc3", 1) == 1);
	MUST_NAMELESS(tempfile_read(file, bytes, 1) == 0);
	check_equal(tempfile_tell(file), 9);
	MUST_NAMELESS(tempfile_write(file, "\xc3", 1) == 1);
	MUST_NAMELESS(has_no_line(file));
	check_equal(tempfile_tell(file), 13);
	MUST_NAMELESS(tempfile_write(file, "\xc3", 1) == 1);
	MUST_NAMELESS(tempfile_flush(file) == 0);
	MUST_NAMELESS(tempfile_seek(file, 0, SEEK_SET) == 0);
	MUST_NAMELESS(tempfile_read(file, bytes, 17) == 17);
	check_equal(memcmp(bytes, "a\\xc3\\xc3\\xc3\\xc3", 17), 0);
	/* One more is ended by what is too much for the buffer. */
	MUST_NAMELESS(tempfile_write(file, "a\xc3", 2) == 2);
	MUST_NAMELESS(tempfile_write(file, "\xbctext", 5) == 5);
	MUST_NAMELESS(tempfile_seek(file, 17, SEEK_SET) == 17);
	MUST_NAMELESS(tempfile_read(file, bytes, 8) == 7);
	check_equal(memcmp(bytes, "a\xc3\xbctext", 7), 0);
	close_file(file);
}

static void live_stdio(void)
{
	struct tempfile *file;
	FILE *stream;
	char line[32];

	MUST((file = tempfile_open(NULL)));
	write_in_pieces(file, 4, 4);
	MUST_NAMELESS((stream = tempfile_stdio(file)));
	check(fprintf(stream, "line %d\n", 1) == 7);
	MUST_NAMELESS(tempfile_flush(file) == 0);
	MUST_NAMELESS(tempfile_seek(file, 4, SEEK_SET) == 4);
	MUST_NAMELESS(tempfile_read(file, line, 7) == 7);
	check_equal(memcmp(line, "line 1\n", 7), 0);
	close_file(file);
}

static void live_stdio_spooled(void)
{
	struct tempfile *file;
	FILE *stream;
	char line[32];

	MUST_NAMELESS((file = tempfile_open_spooled(NULL)));
	MUST_NAMELESS((stream = tempfile_stdio(file)));
	MUST_NAMELESS(tempfile_printf(file, "%s", "words") == 5);
	/* What a FILE * could not write it forgets, but the library tells. */
	if (tempfile_rollover(file) == 0) {
		MUST_NAMELESS(tempfile_seek(file, 0, SEEK_SET) == 0);
		MUST_NAMELESS(tempfile_read(file, line, 9) == 5);
	} else {
		judge_failure(__FILE__, __LINE__, "rollover", false);
	}
	close_file(file);
}

static void live_lines(void)
{
	static char large[3000];
	struct tempfile *file;
	char *line = NULL;
	size_t capacity = 0;

	memset(large, 'x', sizeof large - 1);
	MUST((file = tempfile_open(NULL)));
	MUST_NAMELESS(tempfile_printf(file, "%s\n", large) == sizeof large);
	MUST_NAMELESS(tempfile_seek(file, 0, SEEK_SET) == 0);
	MUST_NAMELESS(tempfile_getline(file, &line, &capacity) == sizeof large);
	check_equal(line[sizeof large - 1], '\n');
	tempfile_free(line);
	close_file(file);
}

/* What once could not be synced is never durable again. */
static bool is_never_durable(void)
{
	return errno == EIO && strstr(tempfile_errmsg(), "write it to a new");
}

static void publish_file(struct tempfile *file, const char *path,
			 unsigned flags)
{
	errno = 0;
	if (tempfile_persist(file, path, flags) == 0)
		return;
	judge_failure(__FILE__, __LINE__, "tempfile_persist", true);
	if (tempfile_persist(file, path, flags) == 0)
		return;
	check(is_never_durable());
	check_equal(tempfile_persist(file, path, flags & ~TEMPFILE_DURABLE), 0);
}

/* As path: with what was there before, if anything. */
static void persist_as(struct tempfile *file, const char *path, unsigned flags)
{
	write_in_pieces(file, 1000, 1000);
	publish_file(file, path, flags);
	look_at_path(path, 1000);
	check_string(tempfile_name(file), path);
	read_back(file, 1000);
	close_file(file);
	look_at_path(path, 1000);
	check_equal(unlink(path), 0);
}

static void live_persist_replacing(void)
{
	struct tempfile *file;
	const char *path = in(work, "target");

	make_file(path);
	check_equal(chmod(path, 0604), 0);
	MUST((file = tempfile_open(TEMPFILE_OPTIONS(.beside = path))));
	persist_as(file, path, TEMPFILE_DURABLE);
}

static void live_persist_new(void)
{
	struct tempfile *file;
	const char *path = in(work, "target");

	MUST((file = tempfile_open(TEMPFILE_OPTIONS(.dir = work))));
	persist_as(file, path, TEMPFILE_NOREPLACE);
}

static void live_persist_named(void)
{
	struct tempfile *file;
	const char *path = in(work, "target");

	MUST((file = tempfile_open_named(NULL)));
	persist_as(file, path, TEMPFILE_PRIVATE | TEMPFILE_DURABLE);
}

static void live_persist_named_new(void)
{
	struct tempfile *file;
	const char *path = in(work, "target");

	MUST((file = tempfile_open_named(in_work())));
	write_in_pieces(file, 1000, 1000);
	errno = 0;
	if (tempfile_persist(file, path, TEMPFILE_NOREPLACE) < 0) {
		judge_failure(__FILE__, __LINE__, "tempfile_persist", true);
		/* It could be linked there, but then removed nowhere. */
		if (fault_outcome()->mode != ONCE)
			(void)unlink(path);
		check_equal(tempfile_persist(file, path, TEMPFILE_NOREPLACE),
			    0);
	}
	look_at_path(path, 1000);
	MUST_FINAL(tempfile_close(file) == 0, true);
	check_equal(unlink(path), 0);
}

static void live_persist_spooled(void)
{
	struct tempfile *file;
	const char *path = in(work, "target");

	make_file(path);
	MUST_NAMELESS((file = tempfile_open_spooled(NULL)));
	persist_as(file, path, 0);
}

/* Where rename says EXDEV there is a copy; see the machine in the table. */
static void live_persist_far(void)
{
	struct tempfile *file;
	const char *path = in(work, "target");

	make_file(path);
	MUST((file = tempfile_open(NULL)));
	persist_as(file, path, TEMPFILE_DURABLE);
}

static void live_persist_closed(void)
{
	struct tempfile *file;
	const char *path = in(work, "target");

	MUST((file = tempfile_open_named(NULL)));
	write_in_pieces(file, 1000, 1000);
	/* Where close fails, it has closed. */
	MUST_FINAL(tempfile_close_fd(file) == 0, true);
	MUST(tempfile_persist(file, path, 0) == 0);
	MUST_FINAL(tempfile_close(file) == 0, true);
	if (!failures_told())
		look_at_path(path, 1000);
	check_equal(unlink(path), 0);
}

static void plant(int at)
{
	check_equal(mkdirat(at, "a", 0700), 0);
	check_equal(mkdirat(at, "a/b", 0700), 0);
	check_equal(mkdirat(at, "a/b/c", 0700), 0);
	check_equal(close(openat(at, "a/b/f", O_CREAT | O_WRONLY, 0600)), 0);
	check_equal(close(openat(at, "f", O_CREAT | O_WRONLY, 0600)), 0);
	check_equal(close(openat(at, "g", O_CREAT | O_WRONLY, 0600)), 0);
	check_equal(symlinkat("/etc", at, "a/link"), 0);
}

/* What it could not remove is named, and can be removed now. */
static void close_directory(struct tempdir *dir)
{
	const char *path = in(tempdir_name(dir), ".");
	struct stat status;

	errno = 0;
	if (tempdir_close(dir) == 0) {
		check(lstat(path, &status) < 0);
		return;
	}
	judge_failure(__FILE__, __LINE__, "tempdir_close", true);
	if (lstat(path, &status) == 0) {
		char *bare = in(path, "");

		bare[strlen(bare) - 3] = '\0'; /* without "/./" */
		check_equal(tempfile_remove_tree(bare, 0, NULL, NULL), 0);
	}
}

static void live_directory_with(const struct tempfile_options *options)
{
	struct tempdir *dir;
	int at;

	MUST((dir = tempdir_open(options)));
	MUST((at = tempdir_fd(dir)) >= 0);
	plant(at);
	close_directory(dir);
}

static void live_directory(void)
{
	live_directory_with(NULL);
}

static void live_directory_in_work(void)
{
	live_directory_with(in_work());
}

static void live_directory_empty(void)
{
	struct tempdir *dir;

	MUST((dir = tempdir_open(NULL)));
	close_directory(dir);
}

static void live_inside(void)
{
	struct tempdir *dir;
	struct tempfile *file;
	char *path;

	MUST((dir = tempdir_open(NULL)));
	MUST((file = tempfile_open_named(TEMPFILE_OPTIONS(.in = dir))));
	MUST_NAMELESS((path = tempdir_path(dir, "x")));
	tempfile_free(path);
	write_in_pieces(file, 10, 10);
	MUST_FINAL(tempfile_close(file) == 0, true);
	close_directory(dir);
}

/* What an umask takes is given back. */
static void live_under_an_umask(void)
{
	struct tempfile *file;
	struct tempdir *dir;
	mode_t before = umask(0777);

	MUST((file = tempfile_open_named(in_work())));
	check_equal(permissions_of(tempfile_name(file)), 0600);
	MUST_FINAL(tempfile_close(file) == 0, true);
	MUST((dir = tempdir_open(in_work())));
	check_equal(permissions_of(tempdir_name(dir)), 0700);
	close_directory(dir);
	(void)umask(before);
}

/* Only what says that it has published is not to be repeated. */
static void publish_directory(struct tempdir *dir, const char *path,
			      unsigned flags)
{
	errno = 0;
	if (tempdir_persist(dir, path, flags) == 0)
		return;
	judge_failure(__FILE__, __LINE__, "tempdir_persist", true);
	if (strstr(tempfile_errmsg(), "but it is published") ||
	    exists(in(path, "a/b/f")))
		return;
	if (tempdir_persist(dir, path, flags) < 0) {
		check(is_never_durable());
		check_equal(
			tempdir_persist(dir, path, flags & ~TEMPFILE_DURABLE),
			0);
	}
}

static void persist_directory(unsigned flags, bool exchange)
{
	const char *path = in(work, "tree");
	struct tempdir *dir;
	int at;

	if (exchange) {
		check_equal(mkdir(path, 0750), 0);
		make_file(in(path, "old"));
	}
	MUST((dir = tempdir_open(TEMPFILE_OPTIONS(.beside = path))));
	MUST((at = tempdir_fd(dir)) >= 0);
	plant(at);
	publish_directory(dir, path, flags);
	check(exists(in(path, "a/b/f")));
	check(!exists(in(path, "old")));
	if (exchange)
		close_directory(dir);
	else
		MUST_FINAL(tempdir_close(dir) == 0, true);
	check(exists(in(path, "a/b/f")));
	MUST(tempfile_remove_tree(path, 0, NULL, NULL) == 0 || !exists(path));
}

static void live_directory_persist(void)
{
	persist_directory(TEMPFILE_DURABLE, false);
}

/* Nobody has asked for its descriptor. */
static void live_directory_persist_unopened(void)
{
	const char *path = in(work, "tree");
	struct tempdir *dir;
	int at;

	MUST((dir = tempdir_open(TEMPFILE_OPTIONS(.beside = path))));
	at = open(tempdir_name(dir), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	plant(at);
	check_equal(close(at), 0);
	publish_directory(dir, path, 0);
	check(exists(in(path, "a/b/f")));
	MUST_FINAL(tempdir_close(dir) == 0, true);
	MUST(tempfile_remove_tree(path, 0, NULL, NULL) == 0 || !exists(path));
}

static void live_directory_persist_new(void)
{
	persist_directory(TEMPFILE_NOREPLACE | TEMPFILE_PRIVATE, false);
}

static void live_directory_exchange(void)
{
	persist_directory(TEMPFILE_EXCHANGE | TEMPFILE_DURABLE, true);
}

static void live_remove_tree(void)
{
	const char *path = in(work, "tree");
	char deep[7 * 200 + 1] = "";
	int fd;

	check_equal(mkdir(path, 0700), 0);
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	plant(fd);
	/* So far down that the path needs more memory. */
	while (strlen(deep) + 200 < sizeof deep) {
		memset(deep + strlen(deep), 'x', 199);
		check_equal(mkdirat(fd, deep, 0700), 0);
		deep[strlen(deep)] = '/';
	}
	check_equal(close(fd), 0);
	MUST(tempfile_remove_tree(path, 0, NULL, NULL) == 0 || !exists(path));
	check(!exists(path));
}

static int note(const struct tempfile_session *session, void *arg)
{
	if (session->verdict == TEMPFILE_DEAD && !session->error)
		++*(int *)arg;
	return 0;
}

static void live_sweep(void)
{
	const char *dead = in(work, "tempfile-abcdefghijklmnopqrstuvwxyz");
	const char *emptied = in(work, "tempfile-bcdefghijklmnopqrstuvwxyza");
	const char *kept = in(work, "tempfile-cdefghijklmnopqrstuvwxyzab");
	int seen = 0;

	check_equal(mkdir(dead, 0700), 0);
	make_file(in(dead, "f"));
	check_equal(mkdir(emptied, 01700), 0);
	check_equal(mkdir(kept, 01700), 0);
	make_file(in(kept, "f"));
	/* What a sweep cannot judge or remove, it leaves to the next one. */
	MUST_FINAL(tempfile_sweep(work, 0, note, &seen) >= 0, true);
	fault_lift();
	check(tempfile_sweep(work, 0, note, &seen) >= 0);
	check(!exists(dead));
	check(!exists(emptied));
	check_equal(unlink(in(kept, "f")), 0);
	check_equal(rmdir(kept), 0);
}

static void live_location(void)
{
	MUST(tempfile_sweep(NULL, 0, NULL, NULL) >= 0);
	MUST(tempfile_gettempdir() != NULL);
	MUST(tempfile_settempdir(work) == 0);
	check_string(tempfile_gettempdir(), work);
	MUST(tempfile_settempdir(NULL) == 0);
	MUST(tempfile_gettempdir() != NULL);
}

static int count_candidate(const struct tempfile_candidate *candidate,
			   void *arg)
{
	check(candidate->path && candidate->source && candidate->filesystem);
	check(!candidate->reason == !candidate->error);
	++*(int *)arg;
	if (candidate->error)
		told++;
	return 0;
}

static void live_candidates(void)
{
	int seen = 0;

	MUST(tempfile_each_candidate(count_candidate, &seen) == 0);
	check(seen >= 4);
}

static void live_mkstemp(void)
{
	char *path = NULL;
	int fd;

	MUST((fd = tempfile_mkstemp(in_work(), &path)) >= 0);
	check_equal(permissions_of(path), 0600);
	check_equal(unlink(path), 0);
	tempfile_free(path);
	check_equal(close(fd), 0);
	MUST((fd = tempfile_mkstemp(NULL, NULL)) >= 0);
	check_equal(close(fd), 0);
	MUST((path = tempfile_mkdtemp(NULL)));
	check_equal(permissions_of(path), 0700);
	check_equal(rmdir(path), 0);
	tempfile_free(path);
}

static int make_fifo(int dirfd, const char *name, const char *path, void *arg)
{
	(void)path;
	(void)arg;
	return mkfifoat(dirfd, name, 0600);
}

/* Where the lowest number that is free is 1. */
static int make_file_at(int dirfd, const char *name, const char *path,
			void *arg)
{
	(void)path;
	(void)arg;
	return openat(dirfd, name, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
}

static void live_make_low(void)
{
	struct tempfile *file;
	int output = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);

	check_equal(close(STDOUT_FILENO), 0);
	MUST((file = tempfile_make(in_work(), make_file_at, NULL)));
	MUST_FINAL(tempfile_close(file) == 0, true);
	check_equal(dup2(output, STDOUT_FILENO), STDOUT_FILENO);
	check_equal(close(output), 0);
}

static void live_make(void)
{
	struct tempfile *file;

	MUST((file = tempfile_make(NULL, make_fifo, NULL)));
	check(exists(tempfile_name(file)));
	MUST_FINAL(tempfile_close(file) == 0, true);
	MUST((file = tempfile_make(in_work(), make_fifo, NULL)));
	check(exists(tempfile_name(file)));
	MUST_FINAL(tempfile_close(file) == 0, true);
}

static void live_kept(void)
{
	struct tempfile *file;
	struct tempdir *dir;

	MUST((file = tempfile_open_named(NULL)));
	MUST(tempfile_keep(file, true) == 0);
	MUST(tempfile_keep(file, false) == 0);
	MUST_FINAL(tempfile_close(file) == 0, true);
	MUST((dir = tempdir_open(in_work())));
	MUST(tempdir_keep(dir, true) == 0);
	MUST(tempdir_keep(dir, false) == 0);
	close_directory(dir);
}

static void live_seen_from_elsewhere(void)
{
	struct tempfile *file;
	int fd;

	MUST((file = tempfile_open_named(in_work())));
	write_in_pieces(file, 50, 50);
	MUST((fd = tempfile_reopen(file, O_RDONLY)) >= 3);
	check_equal(close(fd), 0);
	MUST((fd = tempfile_detach(file)) >= 3);
	check_equal(close(fd), 0);
	MUST((fd = tempfile_reopen(file, O_RDWR)) >= 3);
	check_equal(close(fd), 0);
	look_at_path(tempfile_name(file), 50);
	MUST_FINAL(tempfile_close(file) == 0, true);
}

static void live_process(void)
{
	int fd = -1;

	/* Whether there are locks is asked once, for each session. */
	MUST_FINAL((fd = tempfile_lease_fd()) >= 3, true);
	MUST_NAMELESS(tempfile_cleanup_on_signals() == 0);
	MUST_NAMELESS(tempfile_adopt() == 0);
	check(fd >= 3 || failures_told());
}

/*
 * What a process keeps to its end, so that it is there whether or not a fault
 * was the occasion: the directories it has tried, and sessions in them.
 */
void settle(void)
{
	const char *const directories[] = {temporary, work, "/tmp", "/var/tmp"};

	for (size_t i = 0; i < sizeof directories / sizeof *directories; i++) {
		(void)tempfile_settempdir(directories[i]);
		check_equal(tempfile_close(tempfile_open_named(NULL)), 0);
	}
	check_equal(tempfile_close(tempfile_open_named(in_work())), 0);
}

#define BODY(name)                       \
	{                                \
#name, live_##name, NULL \
	}
#define WITHOUT(thing, name)                                  \
	{                                                     \
#name " without " #thing, live_##name, #thing \
	}

const struct body bodies[] = {
	BODY(anonymous),
	BODY(anonymous_in_work),
	WITHOUT(create_anonymous, anonymous),
	WITHOUT(create_anonymous, anonymous_in_work),
	BODY(past_the_buffer),
	BODY(unbuffered),
	BODY(named),
	BODY(named_in_work),
	BODY(named_leased_in_work),
	WITHOUT(lock_shared, named_leased_in_work),
	BODY(named_beside),
	BODY(spooled_in_memory),
	BODY(spooled_rolling),
	WITHOUT(create_anonymous, spooled_rolling),
	BODY(spooled_fileno),
	BODY(limited),
	BODY(text_utf16),
	BODY(text_cp1252),
	BODY(text_long_utf8),
	BODY(text_long_latin1),
	BODY(text_long_utf32),
	BODY(text_long_japanese),
	BODY(text_large),
	BODY(text_begun),
	BODY(stdio),
	BODY(stdio_spooled),
	BODY(lines),
	BODY(persist_replacing),
	WITHOUT(create_anonymous, persist_replacing),
	WITHOUT(link_anonymous, persist_replacing),
	BODY(persist_new),
	BODY(persist_named),
	BODY(persist_named_new),
	WITHOUT(rename_new, persist_named_new),
	BODY(persist_spooled),
	WITHOUT(create_anonymous, persist_spooled),
	WITHOUT(link_anonymous, persist_far),
	BODY(persist_closed),
	BODY(directory),
	BODY(directory_in_work),
	BODY(directory_empty),
	BODY(inside),
	BODY(directory_persist),
	BODY(directory_persist_new),
	BODY(directory_persist_unopened),
	BODY(directory_exchange),
	BODY(under_an_umask),
	BODY(remove_tree),
	BODY(sweep),
	BODY(location),
	BODY(candidates),
	WITHOUT(create_anonymous, candidates),
	BODY(mkstemp),
	WITHOUT(create_anonymous, mkstemp),
	BODY(make),
	BODY(make_low),
	BODY(kept),
	BODY(seen_from_elsewhere),
	WITHOUT(reopen, seen_from_elsewhere),
	BODY(process),
};
const unsigned body_count = sizeof bodies / sizeof *bodies;
