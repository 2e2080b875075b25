/* SPDX-License-Identifier: MIT */
/*
 * For libFuzzer: any bytes, as the content of a text file and as text to be
 * written to one.
 *
 * What must hold of content: read in portions, by lines, or at once, it is the
 * same text, or fails alike; the text is UTF-8 but for the form of escaped
 * bytes; and what an exact encoding gave comes back as the same bytes. Of text:
 * written in pieces it makes the same bytes as at once, with a roll-over in the
 * middle; and what strict accepted is read back as it was.
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "text.h"

#define MUST(condition)                                                    \
	do {                                                               \
		if (!(condition)) {                                        \
			fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, \
				#condition);                               \
			abort();                                           \
		}                                                          \
	} while (0)

static const struct {
	const char *name;
	bool exact; /* every text has one form, every form one text */
} encodings[] = {
	{"utf-8", true},     {"utf-8-sig", false},   {"ascii", true},
	{"latin-1", true},   {"utf-16", false},      {"utf-16-le", true},
	{"utf-16-be", true}, {"utf-32", false},      {"utf-32-le", true},
	{"utf-32-be", true}, {"cp1252", false},      {"shift_jis", false},
	{"gb18030", false},  {"iso-2022-jp", false}, {"utf-7", false},
	{"cp037", false},
};
static const char *const handlers[] = {"strict", "replace", "ignore",
				       "backslashreplace", "surrogateescape"};
static const char *const newlines[] = {NULL, "", "\n", "\r", "\r\n"};
static const size_t windows[] = {1, 2, 3, 5, 64, 4096};

#define PICK(array, byte) ((array)[(byte) % (sizeof(array) / sizeof *(array))])

struct plan {
	size_t encoding;
	struct tempfile_options options;
	size_t window;
	unsigned portion;
};

struct file {
	struct buffer buffer;
	struct text *text;
};

static int create(void *arg)
{
	(void)arg;
	return memfd_create("fuzz", MFD_CLOEXEC);
}

static void open_file(struct file *file, const struct plan *plan)
{
	memset(file, 0, sizeof *file);
	file->buffer.storage.in_memory = true;
	file->buffer.storage.fd = -1;
	file->buffer.storage.create = create;
	tempfile__buffer_open(&file->buffer, 0);
	file->buffer.wanted = plan->window;
	file->text = tempfile__text_open(&plan->options);
	MUST(file->text);
}

static void close_file(struct file *file)
{
	(void)tempfile__text_close(file->text, &file->buffer);
	MUST(tempfile__buffer_close(&file->buffer) == 0);
}

static void open_with(struct file *file, const struct plan *plan,
		      const uint8_t *bytes, size_t n)
{
	open_file(file, plan);
	MUST(tempfile__buffer_write(&file->buffer, bytes, n) == (ssize_t)n);
	MUST(tempfile__text_seek(file->text, &file->buffer, 0, SEEK_SET) == 0);
}

/* All of it, portion bytes a time; the length, -1. */
static ssize_t read_all(struct file *file, size_t portion, char *to)
{
	size_t length = 0;
	ssize_t n;

	do {
		int64_t before = tempfile__buffer_tell(&file->buffer);

		n = tempfile__text_read(file->text, &file->buffer, to + length,
					portion);
		MUST(n <= (ssize_t)portion);
		MUST(n >= 0 ||
		     (errno == EILSEQ &&
		      before == tempfile__buffer_tell(&file->buffer)));
		length += n > 0 ? (size_t)n : 0;
	} while (n > 0);
	return n < 0 ? -1 : (ssize_t)length;
}

static ssize_t read_lines(struct file *file, char *to)
{
	char *line = NULL;
	size_t capacity = 0, length = 0;
	ssize_t n;

	while ((n = tempfile__text_getline(file->text, &file->buffer, &line,
					   &capacity)) > 0) {
		memcpy(to + length, line, (size_t)n);
		length += (size_t)n;
	}
	free(line);
	return n < 0 ? -1 : (ssize_t)length;
}

static void check_utf8(const char *text, size_t n)
{
	struct codec codec;
	struct scratch scratch;
	const unsigned char *bytes;
	size_t length;

	MUST(tempfile__codec_open(&codec, "utf-8", "surrogateescape") == 0);
	tempfile__scratch_open(&scratch);
	MUST(tempfile__codec_encode(&codec, (const unsigned char *)text, n,
				    false, &scratch, &bytes, &length) == 0);
	tempfile__scratch_close(&scratch);
}

static bool is_stateful(const struct plan *plan)
{
	return strcmp(plan->options.encoding, "iso-2022-jp") == 0 ||
	       strcmp(plan->options.encoding, "utf-7") == 0;
}

static void check_content(const struct plan *plan, const uint8_t *bytes,
			  size_t n)
{
	char *at_once = malloc(16 * n + 64), *other = malloc(16 * n + 64);
	const char *newline = plan->options.newline;
	struct file file;
	ssize_t length, again;

	MUST(at_once && other);
	open_with(&file, plan, bytes, n);
	length = read_all(&file, 16 * n + 64, at_once);
	MUST(tempfile__buffer_roll_over(&file.buffer) == 0);
	MUST(tempfile__text_seek(file.text, &file.buffer, 0, SEEK_SET) == 0);
	again = read_all(&file, plan->portion, other);
	MUST(again == length);
	MUST(length < 0 || memcmp(at_once, other, (size_t)length) == 0);
	MUST(tempfile__text_seek(file.text, &file.buffer, 0, SEEK_SET) == 0);
	again = read_lines(&file, other);
	MUST(again == length);
	MUST(length < 0 || memcmp(at_once, other, (size_t)length) == 0);
	close_file(&file);
	if (length >= 0)
		check_utf8(at_once, (size_t)length);
	if (length > 0 && encodings[plan->encoding].exact && newline &&
	    newline[0] != '\r' && strcmp(plan->options.errors, "strict") == 0) {
		open_file(&file, plan);
		MUST(tempfile__text_write(file.text, &file.buffer, at_once,
					  (size_t)length) == length);
		MUST(file.buffer.length == n);
		MUST(memcmp(file.buffer.window, bytes, n) == 0);
		close_file(&file);
	}
	free(at_once);
	free(other);
}

/* Write in pieces, rolled over after the first; the bytes, or -1. */
static ssize_t write_pieces(const struct plan *plan, const uint8_t *text,
			    size_t n, size_t piece, uint8_t **bytes)
{
	struct file file;
	ssize_t result = 0;
	int64_t size;

	open_file(&file, plan);
	for (size_t at = 0; at < n && result >= 0; at += piece) {
		size_t part = piece < n - at ? piece : n - at;

		result = tempfile__text_write(file.text, &file.buffer,
					      text + at, part);
		MUST(tempfile__buffer_roll_over(&file.buffer) == 0);
	}
	if (result >= 0)
		result = tempfile__text_flush(file.text, &file.buffer);
	size = tempfile__buffer_size(&file.buffer);
	*bytes = malloc((size_t)size + 1);
	MUST(*bytes);
	MUST(tempfile__buffer_seek(&file.buffer, 0, SEEK_SET) == 0);
	MUST(tempfile__buffer_read(&file.buffer, *bytes, (size_t)size) == size);
	close_file(&file);
	return result < 0 ? -1 : (ssize_t)size;
}

static void check_text(const struct plan *plan, const uint8_t *text, size_t n)
{
	bool stateful = is_stateful(plan);
	bool strict = strcmp(plan->options.errors, "strict") == 0;
	const char *newline = plan->options.newline;
	uint8_t *at_once, *in_pieces;
	ssize_t size = write_pieces(plan, text, n, n, &at_once);
	ssize_t again = write_pieces(plan, text, n, plan->portion, &in_pieces);

	MUST((size < 0) == (again < 0));
	MUST(size < 0 || stateful ||
	     (size == again && memcmp(at_once, in_pieces, (size_t)size) == 0));
	/* glibc reads Shift_JIS's backslash as a yen sign; an escape in the
	 * text is one to ISO-2022-JP as well. */
	if (size > 0 && strict && newline && newline[0] != '\r' &&
	    strcmp(plan->options.encoding, "shift_jis") != 0 &&
	    !(stateful && memchr(text, 0x1B, n))) {
		char *back = malloc(16 * n + 64);
		struct file file;

		MUST(back);
		open_with(&file, plan, in_pieces, (size_t)again);
		MUST(read_all(&file, 16 * n + 64, back) == (ssize_t)n);
		MUST(memcmp(back, text, n) == 0);
		close_file(&file);
		free(back);
	}
	free(at_once);
	free(in_pieces);
}

/* Those that are not our own the system may not have. */
static bool is_known(const char *encoding)
{
	struct codec codec;

	if (tempfile__codec_open(&codec, encoding, NULL) < 0)
		return false;
	tempfile__codec_close(&codec);
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct plan plan = {.options.size = sizeof plan.options};

	if (n < 6 || n > 5000)
		return 0;
	plan.encoding = data[0] % (sizeof encodings / sizeof *encodings);
	plan.options.encoding = encodings[plan.encoding].name;
	if (!is_known(plan.options.encoding))
		return 0;
	plan.options.errors = PICK(handlers, data[1]);
	plan.options.newline = PICK(newlines, data[2]);
	plan.window = PICK(windows, data[3]);
	plan.portion = data[4] % 70 + 1u;
	/* In which state bad bytes leave iconv depends on the room it had. */
	if (!is_stateful(&plan) || strcmp(plan.options.errors, "strict") == 0)
		check_content(&plan, data + 5, n - 5);
	check_text(&plan, data + 5, n - 5);
	return 0;
}
