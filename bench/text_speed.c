/* SPDX-License-Identifier: MIT */
/*
 * Beside text_speed.py: one timing for each line of stdin,
 *
 *	CONTENDER OPERATION ENCODING NEWLINE FILE
 *
 * where the contender is ours, stdio, iconv or kernel, the newline "none" or
 * hex, and FILE holds the text as UTF-8. The answer is how many nanoseconds of
 * processor time that took, without opening, and without the first of several
 * passes (3, or as the argument says), in which memory is first touched.
 */
#include <err.h>
#include <errno.h>
#include <iconv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "tempfile.h"

#define CHUNK 65536
#define SMALL 16

static int passes = 3;
static char *text;
static size_t text_length;
static char chunk[4 * CHUNK];

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
	return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

static void load(const char *path)
{
	FILE *file = fopen(path, "rb");
	struct stat status;

	if (!file || fstat(fileno(file), &status) < 0)
		err(1, "%s", path);
	free(text);
	text_length = (size_t)status.st_size;
	text = malloc(text_length + 1);
	if (!text || fread(text, 1, text_length, file) != text_length)
		err(1, "%s", path);
	fclose(file);
}

/* How much of what is left one call is to write; 0: a line. */
static size_t portion(const char *operation)
{
	if (strcmp(operation, "write-small") == 0)
		return SMALL;
	return strcmp(operation, "write-lines") == 0 ? 0 : CHUNK;
}

static inline size_t next(size_t at, size_t n)
{
	size_t left = text_length - at;
	const char *from = text + at;

	if (n == 0)
		return (size_t)((char *)memchr(from, '\n', left) + 1 - from);
	return n < left ? n : left;
}

/* ours */

static void write_ours(struct tempfile *file, const char *operation)
{
	size_t each = portion(operation);

	for (size_t at = 0, n; at < text_length; at += n) {
		n = next(at, each);
		if (tempfile_write(file, text + at, n) < 0)
			errx(1, "%s", tempfile_errmsg());
	}
	if (tempfile_flush(file) < 0)
		errx(1, "%s", tempfile_errmsg());
}

static void read_ours(struct tempfile *file, const char *operation)
{
	static char *line;
	static size_t capacity;
	ssize_t n;

	if (strcmp(operation, "read-lines") == 0)
		while ((n = tempfile_getline(file, &line, &capacity)) > 0)
			;
	else
		while ((n = tempfile_read(file, chunk, CHUNK)) > 0)
			;
	if (n < 0 && errno)
		errx(1, "%s", tempfile_errmsg());
}

static double time_ours(const char *operation, const char *encoding,
			const char *newline)
{
	struct tempfile *file = tempfile_open(
		TEMPFILE_OPTIONS(.mode = "w+t", .encoding = encoding,
				 .newline = newline));
	double best = 0, start;

	if (!file)
		errx(1, "%s", tempfile_errmsg());
	write_ours(file, "write-chunks");
	for (int pass = 0; pass < passes; pass++) {
		tempfile_seek(file, 0, SEEK_SET);
		start = now();
		if (operation[0] == 'w')
			write_ours(file, operation);
		else
			read_ours(file, operation);
		start = now() - start;
		if (pass == 1 || (pass > 1 && start < best))
			best = start;
	}
	tempfile_close(file);
	return best;
}

/* stdio, which knows no encodings */

static void write_stdio(FILE *file, const char *operation)
{
	size_t each = portion(operation);

	for (size_t at = 0, n; at < text_length; at += n) {
		n = next(at, each);
		if (fwrite_unlocked(text + at, 1, n, file) != n)
			err(1, "fwrite");
	}
	fflush(file);
}

static void read_stdio(FILE *file, const char *operation)
{
	static char *line;
	static size_t capacity;

	if (strcmp(operation, "read-lines") == 0)
		while (getline(&line, &capacity, file) > 0)
			;
	else
		while (fread_unlocked(chunk, 1, CHUNK, file) > 0)
			;
}

static double time_stdio(const char *operation)
{
	FILE *file = tmpfile();
	double best = 0, start;

	if (!file)
		err(1, "tmpfile");
	write_stdio(file, "write-chunks");
	for (int pass = 0; pass < passes; pass++) {
		rewind(file);
		start = now();
		if (operation[0] == 'w')
			write_stdio(file, operation);
		else
			read_stdio(file, operation);
		start = now() - start;
		if (pass == 1 || (pass > 1 && start < best))
			best = start;
	}
	fclose(file);
	return best;
}

/* the kernel, which copies: less than that nobody can take */

static void write_kernel(int fd)
{
	for (size_t at = 0, n; at < text_length; at += n) {
		n = next(at, CHUNK);
		if (write(fd, text + at, n) != (ssize_t)n)
			err(1, "write");
	}
}

static double time_kernel(const char *operation)
{
	FILE *file = tmpfile();
	int fd = file ? fileno(file) : -1;
	double best = 0, start;

	if (fd < 0)
		err(1, "tmpfile");
	write_kernel(fd);
	for (int pass = 0; pass < passes; pass++) {
		if (lseek(fd, 0, SEEK_SET) < 0)
			err(1, "lseek");
		start = now();
		if (operation[0] == 'w')
			write_kernel(fd);
		else
			while (read(fd, chunk, CHUNK) > 0)
				;
		start = now() - start;
		if (pass == 1 || (pass > 1 && start < best))
			best = start;
	}
	fclose(file);
	return best;
}

/* iconv, which knows no files */

/* From text, chunk by chunk; the rest of a character goes into the next. */
static void convert(iconv_t with, char *from, size_t length)
{
	while (length > 0) {
		size_t left = length < CHUNK ? length : CHUNK, before = left;
		size_t room = sizeof chunk;
		char *to = chunk;

		if (iconv(with, &from, &left, &to, &room) == (size_t)-1 &&
		    errno != EINVAL)
			err(1, "iconv");
		length -= before - left;
	}
}

static double time_iconv(const char *operation, const char *encoding)
{
	bool writes = operation[0] == 'w';
	iconv_t with = writes ? iconv_open(encoding, "UTF-8")
			      : iconv_open("UTF-8", encoding);
	iconv_t encode = iconv_open(encoding, "UTF-8");
	size_t left = text_length, room = 4 * text_length + 16, length;
	char *encoded = malloc(room), *from = text, *to = encoded;
	double best = 0, start;

	if (iconv(encode, &from, &left, &to, &room) != 0)
		err(1, "iconv");
	length = (size_t)(to - encoded);
	for (int pass = 0; pass < passes; pass++) {
		start = now();
		convert(with, writes ? text : encoded,
			writes ? text_length : length);
		start = now() - start;
		if (pass == 1 || (pass > 1 && start < best))
			best = start;
	}
	iconv_close(encode);
	iconv_close(with);
	free(encoded);
	return best;
}

static const char *newline_named(const char *name)
{
	static const struct {
		const char *name, *newline;
	} newlines[] = {
		{"empty", ""}, {"0a", "\n"}, {"0d", "\r"}, {"0d0a", "\r\n"}};

	for (size_t i = 0; i < sizeof newlines / sizeof *newlines; i++)
		if (strcmp(name, newlines[i].name) == 0)
			return newlines[i].newline;
	return NULL;
}

int main(int count, char **arguments)
{
	char who[16], operation[16], encoding[32], newline[16], path[512];
	double nanoseconds;

	if (count > 1)
		passes = atoi(arguments[1]);
	while (scanf("%15s %15s %31s %15s %511s", who, operation, encoding,
		     newline, path) == 5) {
		load(path);
		if (strcmp(who, "stdio") == 0)
			nanoseconds = time_stdio(operation);
		else if (strcmp(who, "iconv") == 0)
			nanoseconds = time_iconv(operation, encoding);
		else if (strcmp(who, "kernel") == 0)
			nanoseconds = time_kernel(operation);
		else
			nanoseconds = time_ours(operation, encoding,
						newline_named(newline));
		printf("%.0f\n", nanoseconds);
		fflush(stdout);
	}
	return 0;
}
