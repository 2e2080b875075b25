/* SPDX-License-Identifier: MIT */
/* See text_support.h. */
#include "text_support.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

const int bufferings[] = {TEMPFILE_LINE_BUFFERED, 2, 3, 5, 4096, 0};
const size_t portions[] = {1, 2, 3, 5, 4096};

struct tempfile *open_text(const char *encoding, const char *errors,
			   const char *newline, int buffering)
{
	struct tempfile *file = tempfile_open_spooled(
		TEMPFILE_OPTIONS(.mode = "w+t", .encoding = encoding,
				 .errors = errors, .newline = newline,
				 .buffering = buffering));

	if (!file && strstr(tempfile_errmsg(), "unknown encoding")) {
		print_message("skipped: %s\n", tempfile_errmsg());
		skip();
	}
	if (!file)
		fail_msg("%s", tempfile_errmsg());
	return file;
}

bool is_known(const char *encoding)
{
	struct tempfile *file = tempfile_open_spooled(
		TEMPFILE_OPTIONS(.mode = "w+t", .encoding = encoding));
	int code = errno;

	if (file)
		assert_int_equal(0, tempfile_close(file));
	else
		assert_int_equal(EINVAL, code);
	return file != NULL;
}

void set_bytes(struct tempfile *file, const char *bytes, size_t n)
{
	int fd = tempfile_fileno(file);

	assert_true(fd >= 3);
	assert_int_equal(n, pwrite(fd, bytes, n, 0));
	assert_int_equal(0, ftruncate(fd, (off_t)n));
	assert_int_equal(0, tempfile_seek(file, 0, SEEK_SET));
}

void check_bytes(struct tempfile *file, const char *bytes, size_t n)
{
	char got[256];
	int fd = tempfile_fileno(file);

	assert_true(fd >= 3);
	assert_int_equal(n, pread(fd, got, sizeof got, 0));
	assert_memory_equal(bytes, got, n);
}

void put(struct tempfile *file, const char *text)
{
	size_t n = strlen(text);

	if (tempfile_write(file, text, n) != (ssize_t)n)
		fail_msg("%s", tempfile_errmsg());
}

void check_text(struct tempfile *file, const char *text, size_t portion)
{
	char got[256];
	size_t length = 0;
	ssize_t n;

	while ((n = tempfile_read(file, got + length,
				  portion < 200 ? portion : 200)) > 0)
		length += (size_t)n;
	assert_int_equal(0, n);
	got[length] = '\0';
	assert_string_equal(text, got);
}

void check_lines(struct tempfile *file, const char *lines)
{
	char got[256] = "";
	char *line = NULL;
	size_t capacity = 0;

	while (tempfile_getline(file, &line, &capacity) > 0) {
		strcat(got, line);
		strcat(got, "|");
	}
	assert_int_equal(0, errno);
	tempfile_free(line);
	assert_string_equal(lines, got);
}
