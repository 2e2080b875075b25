/* SPDX-License-Identifier: MIT */
/* A FILE * on every kind of file, and the handle's own calls beside it. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "tempfile.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

typedef struct tempfile *opener(const struct tempfile_options *);

static const struct {
	opener *open;
	const char *mode, *encoding;
} kinds[] = {
	{tempfile_open, "w+b", NULL},
	{tempfile_open_named, "w+b", NULL},
	{tempfile_open_spooled, "w+b", NULL},
	{tempfile_open, "w+t", NULL},
	{tempfile_open_spooled, "w+t", NULL},
	{tempfile_open_spooled, "w+t", "utf-16"},
	{tempfile_open_named, "w+t", "utf-16"},
	{tempfile_open_spooled, "w+t", "utf-8-sig"},
};

static struct tempfile *open_kind(size_t i)
{
	struct tempfile *file =
		kinds[i].open(TEMPFILE_OPTIONS(.mode = kinds[i].mode,
					       .encoding = kinds[i].encoding,
					       .max_size = 100));

	if (!file)
		fail_msg("%s", tempfile_errmsg());
	return file;
}

static FILE *stdio_of(struct tempfile *file)
{
	FILE *stdio = tempfile_stdio(file);

	if (!stdio)
		fail_msg("%s", tempfile_errmsg());
	assert_ptr_equal(stdio, tempfile_stdio(file));
	return stdio;
}

/* What programs do with a FILE *; where the second line begins. */
static long write_as_programs_do(FILE *stdio)
{
	long told;

	assert_int_equal(12, fprintf(stdio, "%s %d\n", "bottles:", 99));
	told = ftell(stdio);
	assert_true(fputs("gr\xC3\xBC\xC3\x9F\n", stdio) >= 0);
	for (const char *s = "\xE2\x82\xAC!\n"; *s; s++)
		assert_int_equal((unsigned char)*s, putc(*s, stdio));
	for (int k = 0; k < 40; k++)
		assert_int_equal(6, fwrite("filler", 1, 6, stdio));
	assert_int_equal(0, fflush(stdio));
	return told;
}

static void read_as_programs_do(FILE *stdio, long told)
{
	char *line = NULL;
	size_t capacity = 0;
	char buf[64];

	rewind(stdio);
	assert_int_equal(0, ftell(stdio));
	assert_non_null(fgets(buf, sizeof buf, stdio));
	assert_string_equal("bottles: 99\n", buf);
	assert_int_equal(told, ftell(stdio));
	assert_int_equal(7, getline(&line, &capacity, stdio));
	assert_string_equal("gr\xC3\xBC\xC3\x9F\n", line);
	assert_int_equal(0xE2, getc(stdio));
	assert_int_equal(0x82, getc(stdio));
	assert_int_equal(0xAC, getc(stdio));
	assert_int_equal('!', getc(stdio));
	assert_int_equal(0, fseek(stdio, told, SEEK_SET));
	assert_int_equal(2, fread(buf, 1, 2, stdio));
	assert_memory_equal("gr", buf, 2);
	assert_int_equal(0, fseek(stdio, 0, SEEK_END));
	assert_int_equal(EOF, getc(stdio));
	assert_true(feof(stdio));
	assert_int_equal(0, fseek(stdio, 0, SEEK_SET));
	assert_int_equal(2, fscanf(stdio, "%9s %d", buf, &(int){0}));
	free(line);
}

static void programs_work_unchanged(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(kinds); i++) {
		struct tempfile *file = open_kind(i);
		FILE *stdio = stdio_of(file);
		long told = write_as_programs_do(stdio);

		read_as_programs_do(stdio, told);
		assert_int_equal(0, tempfile_close(file));
	}
}

/* The handle's calls see what the FILE * did, and the other way round. */
static void both_faces_are_one_file(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(kinds); i++) {
		struct tempfile *file = open_kind(i);
		char *line = NULL;
		size_t capacity = 0;
		char buf[64];
		FILE *stdio;

		assert_int_equal(4, tempfile_write(file, "one\n", 4));
		stdio = stdio_of(file);
		assert_int_equal(tempfile_tell(file), ftell(stdio));
		assert_true(fputs("two\n", stdio) >= 0);
		assert_int_equal(tempfile_tell(file), ftell(stdio));
		assert_int_equal(6, tempfile_printf(file, "three\n"));
		assert_int_equal(0, tempfile_rollover(file));
		assert_int_equal(0, tempfile_seek(file, 0, SEEK_SET));
		assert_non_null(fgets(buf, sizeof buf, stdio));
		assert_string_equal("one\n", buf);
		assert_int_equal(4, tempfile_getline(file, &line, &capacity));
		assert_string_equal("two\n", line);
		assert_non_null(fgets(buf, sizeof buf, stdio));
		assert_string_equal("three\n", buf);
		assert_int_equal(0, tempfile_read(file, buf, sizeof buf));
		assert_int_equal(-1, tempfile_getline(file, &line, &capacity));
		assert_int_equal(0, errno);
		assert_true(fputs("four", stdio) >= 0);
		assert_int_equal(0, tempfile_truncate(file, 0));
		assert_int_equal(0, tempfile_seek(file, 0, SEEK_SET));
		assert_int_equal(EOF, getc(stdio));
		assert_int_equal(3, tempfile_write(file, "end", 3));
		rewind(stdio);
		assert_int_equal(3, tempfile_read(file, buf, sizeof buf));
		assert_memory_equal("end", buf, 3);
		tempfile_free(line);
		assert_int_equal(0, tempfile_close(file));
	}
}

/* What fflush, or tempfile_flush, was happy with, others can read. */
/* Of WASI's descriptors there is no second one, nor on some network file
 * systems of what has no name. */
static void skip_if_unsupported(int fd, struct tempfile *file)
{
	if (fd >= 0 || (errno != ENOTSUP && errno != ESTALE))
		return;
	print_message("skipped: %s\n", tempfile_errmsg());
	assert_int_equal(0, tempfile_close(file));
	skip();
}

static void what_is_flushed_is_the_kernels(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(kinds); i++) {
		struct tempfile *file = open_kind(i);
		FILE *stdio;
		char buf[64];
		int fd;

		assert_int_equal(0, tempfile_rollover(file));
		stdio = stdio_of(file);
		assert_true(fputs("abc", stdio) >= 0);
		assert_int_equal(0, fflush(stdio));
		fd = tempfile_reopen(file, O_RDONLY);
		skip_if_unsupported(fd, file);
		if (fd < 0)
			fail_msg("%s", tempfile_errmsg());
		assert_int_equal(tempfile_tell(file),
				 read(fd, buf, sizeof buf));
		assert_int_equal(0, close(fd));
		assert_true(fputs("def", stdio) >= 0);
		fd = tempfile_fileno(file);
		assert_int_equal(tempfile_tell(file), lseek(fd, 0, SEEK_CUR));
		assert_int_equal(tempfile_tell(file), lseek(fd, 0, SEEK_END));
		assert_int_equal(0, tempfile_close(file));
	}
}

static void a_descriptor_has_its_own_number_in_the_stream(void **state)
{
	struct tempfile *file = tempfile_open(NULL);
	int fd = tempfile_fileno(file);
	struct stat status;

	(void)state;
	assert_int_equal(fd, fileno(stdio_of(file)));
	assert_int_equal(0, tempfile_close(file));
	assert_int_equal(-1, fstat(fd, &status));
}

static void a_detached_descriptor_outlives_the_stream(void **state)
{
	struct tempfile *file = tempfile_open(NULL);
	FILE *stdio = stdio_of(file);
	char buf[8];
	int fd;

	(void)state;
	assert_true(fputs("kept", stdio) >= 0);
	fd = tempfile_detach(file);
	skip_if_unsupported(fd, file);
	assert_true(fd >= 3);
	assert_int_equal(0, tempfile_close(file));
	assert_int_equal(4, pread(fd, buf, sizeof buf, 0));
	assert_int_equal(4, lseek(fd, 0, SEEK_CUR));
	assert_int_equal(0, close(fd));
}

static void what_the_mode_forbids_the_stream_forbids(void **state)
{
	static const char *const readers[] = {"rb", "rt"};
	static const char *const writers[] = {"wb", "wt", "ab"};

	(void)state;
	for (size_t i = 0; i < COUNT(readers); i++) {
		struct tempfile *file = tempfile_open_spooled(
			TEMPFILE_OPTIONS(.mode = readers[i]));

		errno = EBADF; /* musl leaves it alone */
		assert_int_equal(EOF, fputc('a', stdio_of(file)));
		assert_int_equal(EBADF, errno);
		assert_int_equal(0, tempfile_close(file));
	}
	for (size_t i = 0; i < COUNT(writers); i++) {
		struct tempfile *file = tempfile_open_spooled(
			TEMPFILE_OPTIONS(.mode = writers[i]));

		errno = EBADF;
		assert_int_equal(EOF, fgetc(stdio_of(file)));
		assert_int_equal(EBADF, errno);
		assert_int_equal(0, tempfile_close(file));
	}
}

static void a_limit_holds_through_the_stream(void **state)
{
	static const char *const modes[] = {"w+b", "w+t"};

	(void)state;
	for (size_t i = 0; i < COUNT(modes); i++) {
		struct tempfile *file = tempfile_open(
			TEMPFILE_OPTIONS(.mode = modes[i], .limit = 6));
		FILE *stdio = stdio_of(file);
		bool failed;

		assert_true(fputs("abc", stdio) >= 0);
		assert_int_equal(0, fflush(stdio));
		failed = fputs("defghi", stdio) < 0;
		failed = fflush(stdio) != 0 || failed;
		assert_true(failed);
		assert_int_equal(EFBIG, errno);
		assert_true(ferror(stdio));
		assert_int_equal(-1, tempfile_close(file));
		assert_int_equal(EFBIG, errno);
	}
}

static struct tempfile *overfull(char *bytes, size_t n)
{
	struct tempfile *file = tempfile_open(TEMPFILE_OPTIONS(.limit = 6));

	memset(bytes, 'x', n);
	assert_int_equal(n, fwrite(bytes, 1, n, stdio_of(file)));
	return file;
}

/* What the FILE * still held is over the limit: whoever empties it is told. */
static void each_call_that_empties_the_stream_tells(void **state)
{
	char bytes[9];
	char large[20000] = "";
	struct tempfile *file = overfull(bytes, sizeof bytes);

	(void)state;
	assert_int_equal(-1, tempfile_flush(file));
	assert_int_equal(EFBIG, errno);
	assert_int_equal(-1, tempfile_close(file));
	file = overfull(bytes, sizeof bytes);
	assert_int_equal(-1, tempfile_truncate(file, 1));
	assert_int_equal(EFBIG, errno);
	assert_int_equal(-1, tempfile_close(file));
	file = overfull(bytes, sizeof bytes);
	assert_int_equal(-1, tempfile_close(file));
	assert_int_equal(EFBIG, errno);
	file = overfull(bytes, 0);
	assert_int_equal(-1, tempfile_write(file, large, sizeof large));
	assert_int_equal(EFBIG, errno);
	assert_int_equal(0, tempfile_tell(file));
	assert_int_equal(-1, tempfile_close(file));
}

static off_t size_behind(struct tempfile *file, const char *text)
{
	struct stat status;

	assert_true(fputs(text, stdio_of(file)) >= 0);
	assert_int_equal(0, fstat(fileno(stdio_of(file)), &status));
	return status.st_size;
}

static void the_stream_is_buffered_as_the_file_is(void **state)
{
	static const struct {
		int buffering;
		off_t begun, ended;
	} rows[] = {{0, 0, 0},
		    {TEMPFILE_LINE_BUFFERED, 0, 6},
		    {TEMPFILE_UNBUFFERED, 4, 6}};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct tempfile *file = tempfile_open(
			TEMPFILE_OPTIONS(.buffering = rows[i].buffering));

		assert_int_equal(rows[i].begun, size_behind(file, "word"));
		assert_int_equal(rows[i].ended, size_behind(file, "s\n"));
		assert_int_equal(0, tempfile_close(file));
	}
}

static void what_cannot_be_sought_is_told(void **state)
{
	struct tempfile *file = tempfile_open(NULL);
	struct tempfile *text = tempfile_open(TEMPFILE_OPTIONS(.mode = "w+t"));

	(void)state;
	assert_true(fputs("words", stdio_of(file)) >= 0);
	assert_int_equal(-1, tempfile_seek(file, -1, SEEK_SET));
	assert_int_equal(EINVAL, errno);
	assert_int_equal(5, tempfile_tell(file));
	assert_true(fputs("words", stdio_of(text)) >= 0);
	assert_int_equal(-1, fseek(stdio_of(text), 1, SEEK_END));
	assert_int_equal(ENOTSUP, errno);
	assert_int_equal(0, tempfile_close(file));
	assert_int_equal(0, tempfile_close(text));
}

/* The kernel refuses: told by fflush, and by closing again. */
static void a_failed_write_is_told_twice(void **state)
{
	const struct rlimit small = {4096, RLIM_INFINITY};
	struct rlimit before;

	(void)state;
	assert_int_equal(0, getrlimit(RLIMIT_FSIZE, &before));
	(void)signal(SIGXFSZ, SIG_IGN);
	for (size_t i = 0; i < COUNT(kinds); i++) {
		struct tempfile *file = open_kind(i);
		char large[6000];
		FILE *stdio;
		bool failed;

		memset(large, 'x', sizeof large);
		assert_int_equal(0, tempfile_rollover(file));
		stdio = stdio_of(file);
		assert_int_equal(0, setrlimit(RLIMIT_FSIZE, &small));
		failed = fwrite(large, 1, sizeof large, stdio) < sizeof large;
		failed = fflush(stdio) != 0 || failed;
		assert_int_equal(-1, tempfile_close(file));
		assert_int_equal(0, setrlimit(RLIMIT_FSIZE, &before));
		assert_true(failed);
	}
	(void)signal(SIGXFSZ, SIG_DFL);
}

/* Reachable, so that nobody takes it for a leak. */
static struct tempfile *left_behind;

/* Never closed: exit flushes streams after the library has cleaned up. */
static void a_stream_that_is_never_closed_does_no_harm(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(kinds); i++) {
		int status;
		pid_t child = fork();

		assert_true(child >= 0);
		if (child == 0) {
			left_behind = open_kind(i);
			(void)fputs("left behind", stdio_of(left_behind));
			exit(7);
		}
		assert_int_equal(child, waitpid(child, &status, 0));
		assert_true(WIFEXITED(status));
		assert_int_equal(7, WEXITSTATUS(status));
	}
}

/* What a parent's stream holds, a child that closes does not write. */
static void a_child_that_closes_writes_nothing(void **state)
{
	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct tempfile *file = open_kind(i);
		FILE *stdio;
		char buf[16];
		int status;
		pid_t child;

		assert_int_equal(0, tempfile_rollover(file));
		stdio = stdio_of(file);
		assert_true(fputs("once", stdio) >= 0);
		child = fork();
		assert_true(child >= 0);
		if (child == 0)
			_exit(tempfile_close(file) == 0 ? 0 : 1);
		assert_int_equal(child, waitpid(child, &status, 0));
		assert_int_equal(0, status);
		rewind(stdio);
		assert_int_equal(4, fread(buf, 1, sizeof buf, stdio));
		assert_int_equal(0, tempfile_close(file));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(programs_work_unchanged),
		cmocka_unit_test(both_faces_are_one_file),
		cmocka_unit_test(what_is_flushed_is_the_kernels),
		cmocka_unit_test(a_descriptor_has_its_own_number_in_the_stream),
		cmocka_unit_test(a_detached_descriptor_outlives_the_stream),
		cmocka_unit_test(what_the_mode_forbids_the_stream_forbids),
		cmocka_unit_test(a_limit_holds_through_the_stream),
		cmocka_unit_test(each_call_that_empties_the_stream_tells),
		cmocka_unit_test(the_stream_is_buffered_as_the_file_is),
		cmocka_unit_test(what_cannot_be_sought_is_told),
		cmocka_unit_test(a_failed_write_is_told_twice),
		cmocka_unit_test(a_stream_that_is_never_closed_does_no_harm),
		cmocka_unit_test(a_child_that_closes_writes_nothing),
	};

	return cmocka_run_group_tests_name("stdio", tests, NULL, NULL);
}
