/* SPDX-License-Identifier: MIT */
/*
 * gate OPERATION COUNT: do it so often, for gates.py to count what that takes.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tempfile.h>

static char bytes[8192];

static void must(int well)
{
	if (well)
		return;
	fprintf(stderr, "gate: %s\n", tempfile_errmsg());
	exit(1);
}

static void write_all(struct tempfile *file, size_t total, size_t piece)
{
	for (size_t done = 0; done < total; done += piece)
		must(tempfile_write(file, bytes, piece) == (ssize_t)piece);
}

static void anonymous(void)
{
	must(tempfile_close(tempfile_open(NULL)) == 0);
}

static void anonymous_1k(void)
{
	struct tempfile *file = tempfile_open(NULL);

	must(file != NULL);
	write_all(file, 1024, 1024);
	must(tempfile_close(file) == 0);
}

static void named(void)
{
	must(tempfile_close(tempfile_open_named(NULL)) == 0);
}

static void directory(void)
{
	must(tempdir_close(tempdir_open(NULL)) == 0);
}

static void spooled_1k(void)
{
	struct tempfile *file =
		tempfile_open_spooled(TEMPFILE_OPTIONS(.max_size = 65536));

	must(file != NULL);
	write_all(file, 1024, 1024);
	must(tempfile_seek(file, 0, SEEK_SET) == 0);
	must(tempfile_read(file, bytes, sizeof bytes) == 1024);
	must(tempfile_close(file) == 0);
}

static void spooled_64k(void)
{
	struct tempfile *file = tempfile_open_spooled(NULL);

	must(file != NULL);
	write_all(file, 65536, 256);
	must(tempfile_close(file) == 0);
}

static void rolling(void)
{
	struct tempfile *file =
		tempfile_open_spooled(TEMPFILE_OPTIONS(.max_size = 65536));

	must(file != NULL);
	write_all(file, 131072, 8192);
	must(tempfile_close(file) == 0);
}

static void lines(void)
{
	struct tempfile *file = tempfile_open_spooled(NULL);
	char *line = NULL;
	size_t capacity = 0;

	must(file != NULL);
	for (int i = 0; i < 256; i++)
		must(tempfile_write(file, "0123456789abcde\n", 16) == 16);
	must(tempfile_seek(file, 0, SEEK_SET) == 0);
	for (int i = 0; i < 256; i++)
		must(tempfile_getline(file, &line, &capacity) == 16);
	free(line);
	must(tempfile_close(file) == 0);
}

static void text(void)
{
	static const char german[] = "Zw\xC3\xB6lf Boxk\xC3\xA4mpfer\n";
	struct tempfile *file = tempfile_open_spooled(
		TEMPFILE_OPTIONS(.mode = "w+", .newline = "\r\n"));
	char *line = NULL;
	size_t capacity = 0;

	must(file != NULL);
	for (int i = 0; i < 64; i++)
		must(tempfile_write(file, german, sizeof german - 1) > 0);
	must(tempfile_seek(file, 0, SEEK_SET) == 0);
	for (int i = 0; i < 64; i++)
		must(tempfile_getline(file, &line, &capacity) > 0);
	free(line);
	must(tempfile_close(file) == 0);
}

static const struct operation {
	const char *name;
	void (*once)(void);
} operations[] = {
	{"anonymous", anonymous},
	{"anonymous-1k", anonymous_1k},
	{"named", named},
	{"directory", directory},
	{"spooled-1k", spooled_1k},
	{"spooled-64k", spooled_64k},
	{"rolling-128k", rolling},
	{"lines", lines},
	{"text", text},
};

int main(int argc, char **argv)
{
	size_t i = 0;

	while (argc == 3 && i < sizeof operations / sizeof *operations &&
	       strcmp(operations[i].name, argv[1]) != 0)
		i++;
	if (argc != 3 || i == sizeof operations / sizeof *operations) {
		fputs("usage: gate OPERATION COUNT\n", stderr);
		return 2;
	}
	for (long count = atol(argv[2]); count > 0; count--)
		operations[i].once();
	return 0;
}
