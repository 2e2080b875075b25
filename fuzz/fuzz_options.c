/* SPDX-License-Identifier: MIT */
/*
 * Options drawn at random, for each constructor. What comes out is a name in
 * its directory, between prefix and suffix, or an error that is told; and
 * nothing stays.
 */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "input.h"

/* A string of up to 31 bytes, often NULL, sometimes of a few letters only. */
static const char *take_string(struct input *input, char place[32],
			       const char *letters)
{
	unsigned length = take(input) % 32;
	unsigned kind = take(input) % 4;

	if (kind == 0)
		return NULL;
	for (unsigned i = 0; i < length; i++)
		place[i] = kind == 1 ? (char)take(input)
				     : letters[take(input) % strlen(letters)];
	place[length] = '\0';
	return place;
}

struct strings {
	char prefix[32], suffix[32], mode[32], encoding[32], errors[32],
		newline[32];
};

static void take_options(struct input *input, struct tempfile_options *options,
			 struct strings *strings)
{
	static const size_t sizes[] = {0, sizeof *options, 8, 4000};
	static const char *const modes[] = {NULL, "w+",  "w+t", "a+b",
					    "x+", "r+t", "w",   "tw+"};
	static const char *const encodings[] = {NULL,     "utf-8",  "latin-1",
						"utf-16", "cp1252", "nonsense"};

	memset(options, 0, sizeof *options);
	options->size = sizes[take(input) % 8 < 6 ? 1 : take(input) % 3];
	if (take(input) % 2)
		options->prefix =
			take_string(input, strings->prefix, "ab./\\CON:");
	if (take(input) % 2)
		options->suffix =
			take_string(input, strings->suffix, ".txt/\\");
	options->mode = take(input) % 4
				? modes[take(input) % 8]
				: take_string(input, strings->mode, "rwax+bt");
	/* Most inputs are to get somewhere. */
	if (take(input) % 2)
		goto rest;
	options->encoding = take(input) % 2
				    ? encodings[take(input) % 6]
				    : take_string(input, strings->encoding,
						  "utf-81632lebcp");
	options->errors = take_string(input, strings->errors, "strict");
	options->newline = take_string(input, strings->newline, "\r\n");
rest:
	if (take(input) % 2)
		options->dir = ".";
	options->buffering = (int)take(input) - 2;
	options->flags = take(input) & 0x13;
	options->max_size = (int64_t)(take(input) % 16) - 1;
	options->random_chars = take(input) % 4 ? 0 : take(input) * 2;
	options->permissions = take(input) % 4 ? 0 : take(input) * 8;
}

static void check_name(const char *path, const struct tempfile_options *options)
{
	const char *name = strrchr(path, '/') + 1;
	const char *prefix = options->prefix ? options->prefix : "tmp";
	const char *suffix = options->suffix ? options->suffix : "";
	size_t length = strlen(name);

	MUST(path[0] == '/');
	MUST(strncmp(name, prefix, strlen(prefix)) == 0);
	MUST(length > strlen(prefix) + strlen(suffix));
	MUST(strcmp(name + length - strlen(suffix), suffix) == 0);
}

static void check_error(void)
{
	MUST(errno != 0 && errno == tempfile_last_error()->code);
	MUST(tempfile_last_error()->step != NULL);
	MUST(strncmp(tempfile_errmsg(), "cannot ", 7) == 0);
}

static void use(struct tempfile *file, const struct tempfile_options *options)
{
	static const char text[] = "one\ntwo\xc3\xa4\n";
	const char *path;
	char back[64];

	if (!file) {
		check_error();
		return;
	}
	path = tempfile_name(file);
	if (path)
		check_name(path, options);
	if (tempfile_write(file, text, sizeof text - 1) < 0)
		check_error();
	if (tempfile_seek(file, 0, SEEK_SET) < 0)
		check_error();
	if (tempfile_read(file, back, sizeof back) < 0)
		check_error();
	/* What mode 0 has made, nobody can look at; it is removed all the
	 * same. */
	if (path && (options->flags & TEMPFILE_KEEP))
		MUST(unlink(path) == 0);
	(void)tempfile_close(file);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct input input = {data, n};
	struct tempfile_options options;
	struct strings strings;
	struct tempdir *dir;

	enter_scratch();
	take_options(&input, &options, &strings);
	use(tempfile_open_named(&options), &options);
	use(tempfile_open_spooled(&options), &options);
	use(tempfile_open(&options), &options);
	dir = tempdir_open(&options);
	if (dir) {
		check_name(tempdir_name(dir), &options);
		if (options.flags & TEMPFILE_KEEP)
			MUST(rmdir(tempdir_name(dir)) == 0);
		MUST(tempdir_close(dir) == 0);
	} else {
		check_error();
	}
	MUST(count_scratch() == 0);
	return 0;
}
