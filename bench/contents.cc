/* SPDX-License-Identifier: MIT */
/* Many small writes, lines, and text, in a file without a name. */
#include "bench.hh"

#include <fcntl.h>
#include <unistd.h>

#include <tempfile.h>

static const size_t SMALL_BYTES = 64 * 1024 * 1024;
static const size_t TEXT_LINES = 200000;
static const char small[] = "0123456789abcde\n"; /* a line of 16 */
/* What the peers write too: 48 bytes of UTF-8, some of them beyond ASCII. */
static const char line[] = "Zw\xC3\xB6lf Boxk\xC3\xA4mpfer jagen Viktor "
			   "\xC3\xBC"
			   "ber den Deich";

/* libtempfile */

static struct tempfile *open_file()
{
	struct tempfile *file = tempfile_open(nullptr);

	must(file);
	return file;
}

static void write_small(struct tempfile *file)
{
	for (size_t done = 0; done < SMALL_BYTES; done += 16)
		must(tempfile_write(file, small, 16) == 16);
}

static void tempfile_small_writes(benchmark::State &state)
{
	for (auto _ : state) {
		struct tempfile *file = open_file();
		write_small(file);
		must(tempfile_close(file) == 0);
	}
}
MEASURE(tempfile_small_writes, "libtempfile/write-16");

static size_t read_all(struct tempfile *file, char **memory, size_t *capacity)
{
	size_t count = 0;

	must(tempfile_seek(file, 0, SEEK_SET) == 0);
	while (tempfile_getline(file, memory, capacity) > 0)
		count++;
	return count;
}

static void tempfile_lines(benchmark::State &state)
{
	struct tempfile *file = open_file();
	char *memory = nullptr;
	size_t capacity = 0;

	write_small(file);
	for (auto _ : state)
		must(read_all(file, &memory, &capacity) == SMALL_BYTES / 16);
	free(memory);
	must(tempfile_close(file) == 0);
}
MEASURE(tempfile_lines, "libtempfile/lines");

static struct tempfile *open_text(const char *encoding, const char *newline)
{
	struct tempfile_options options = {};
	struct tempfile *file;

	options.mode = "w+";
	options.encoding = encoding;
	options.newline = newline;
	file = tempfile_open(&options);
	must(file);
	return file;
}

static void write_text(struct tempfile *file)
{
	for (size_t i = 0; i < TEXT_LINES; i++) {
		must(tempfile_write(file, line, sizeof line - 1) ==
		     sizeof line - 1);
		must(tempfile_write(file, "\n", 1) == 1);
	}
	must(tempfile_flush(file) == 0);
}

static void tempfile_text_write(benchmark::State &state, const char *encoding,
				const char *newline)
{
	for (auto _ : state) {
		struct tempfile *file = open_text(encoding, newline);
		write_text(file);
		must(tempfile_close(file) == 0);
	}
}

/* Of CRLF, "\n" is what the reader gets. */
static void tempfile_text_read(benchmark::State &state, const char *encoding,
			       const char *newline)
{
	struct tempfile *file = open_text(encoding, newline);
	char *memory = nullptr;
	size_t capacity = 0;

	write_text(file);
	for (auto _ : state)
		must(read_all(file, &memory, &capacity) == TEXT_LINES);
	free(memory);
	must(tempfile_close(file) == 0);
}

#define MEASURE_TEXT(name, encoding, newline)                           \
	BENCHMARK_CAPTURE(tempfile_text_write, name, encoding, newline) \
		->Name("libtempfile/write-" #name);                     \
	BENCHMARK_CAPTURE(tempfile_text_read, name, encoding, newline)  \
		->Name("libtempfile/read-" #name)
MEASURE_TEXT(utf8, "utf-8", "\n");
MEASURE_TEXT(crlf, "utf-8", "\r\n");
MEASURE_TEXT(utf16, "utf-16", "\n");

/* stdio, over the same kind of file */

static FILE *open_stdio()
{
	int fd = open(where().c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	FILE *file = fd < 0 ? nullptr : fdopen(fd, "w+");

	must(file);
	return file;
}

static void write_small_stdio(FILE *file)
{
	for (size_t done = 0; done < SMALL_BYTES; done += 16)
		must(fwrite(small, 1, 16, file) == 16);
}

static void stdio_small_writes(benchmark::State &state)
{
	for (auto _ : state) {
		FILE *file = open_stdio();
		write_small_stdio(file);
		must(fclose(file) == 0);
	}
}
MEASURE(stdio_small_writes, "glibc/write-16");

static size_t read_all_stdio(FILE *file, char **memory, size_t *capacity)
{
	size_t count = 0;

	rewind(file);
	while (getline(memory, capacity, file) > 0)
		count++;
	return count;
}

static void stdio_lines(benchmark::State &state)
{
	FILE *file = open_stdio();
	char *memory = nullptr;
	size_t capacity = 0;

	write_small_stdio(file);
	for (auto _ : state)
		must(read_all_stdio(file, &memory, &capacity) ==
		     SMALL_BYTES / 16);
	free(memory);
	must(fclose(file) == 0);
}
MEASURE(stdio_lines, "glibc/lines");

/* UTF-8 as it is: stdio looks at no byte of it. */
static void write_text_stdio(FILE *file)
{
	for (size_t i = 0; i < TEXT_LINES; i++) {
		must(fwrite(line, 1, sizeof line - 1, file) == sizeof line - 1);
		must(fwrite("\n", 1, 1, file) == 1);
	}
	must(fflush(file) == 0);
}

static void stdio_text_write(benchmark::State &state)
{
	for (auto _ : state) {
		FILE *file = open_stdio();
		write_text_stdio(file);
		must(fclose(file) == 0);
	}
}
MEASURE(stdio_text_write, "glibc/write-utf8");

static void stdio_text_read(benchmark::State &state)
{
	FILE *file = open_stdio();
	char *memory = nullptr;
	size_t capacity = 0;

	write_text_stdio(file);
	for (auto _ : state)
		must(read_all_stdio(file, &memory, &capacity) == TEXT_LINES);
	free(memory);
	must(fclose(file) == 0);
}
MEASURE(stdio_text_read, "glibc/read-utf8");
