/* SPDX-License-Identifier: MIT */
/* Bytes that stay in memory while they are few. */
#include "bench.hh"

#include <fcntl.h>
#include <unistd.h>

#include <tempfile.h>

static const size_t MIB = 1024 * 1024;
static char bytes[8192], back[8192];

/* Open with room in memory, write total in pieces, read some back, close. */
static void spool(size_t room, size_t total, size_t piece, bool read_back)
{
	struct tempfile_options options = {};
	struct tempfile *file;

	options.max_size = static_cast<decltype(options.max_size)>(room);
	file = tempfile_open_spooled(&options);
	must(file);
	for (size_t done = 0; done < total; done += piece)
		must(tempfile_write(file, bytes, piece) ==
		     static_cast<ssize_t>(piece));
	if (read_back) {
		must(tempfile_seek(file, 0, SEEK_SET) == 0);
		must(tempfile_read(file, back, sizeof back) ==
		     static_cast<ssize_t>(total));
		benchmark::DoNotOptimize(back);
	}
	must(tempfile_close(file) == 0);
}

static void tempfile_spooled_1k(benchmark::State &state)
{
	for (auto _ : state)
		spool(65536, 1024, 1024, true);
}
MEASURE(tempfile_spooled_1k, "libtempfile/spooled-1k");

static void tempfile_spooled_64k(benchmark::State &state)
{
	for (auto _ : state)
		spool(MIB, 65536, 256, false);
}
MEASURE(tempfile_spooled_64k, "libtempfile/spooled-64k");

static void tempfile_rolling(benchmark::State &state)
{
	for (auto _ : state)
		spool(MIB, 16 * MIB, 8192, false);
}
MEASURE(tempfile_rolling, "libtempfile/rolling-16m");

/* What cannot be avoided in memory: to get it, to fill it, to read it. */

static void malloc_spooled_1k(benchmark::State &state)
{
	for (auto _ : state) {
		char *memory = static_cast<char *>(malloc(1024));
		must(memory);
		memcpy(memory, bytes, 1024);
		benchmark::DoNotOptimize(memory);
		memcpy(back, memory, 1024);
		benchmark::DoNotOptimize(back);
		free(memory);
	}
}
MEASURE(malloc_spooled_1k, "malloc/spooled-1k");

static void kernel_rolling(benchmark::State &state)
{
	for (auto _ : state) {
		int fd = open(where().c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC,
			      0600);
		must(fd >= 0);
		for (size_t done = 0; done < 16 * MIB; done += sizeof bytes)
			must(write(fd, bytes, sizeof bytes) == sizeof bytes);
		close(fd);
	}
}
MEASURE(kernel_rolling, "kernel/rolling-16m");

/* glibc: in memory, but for ever */

static void write_memstream(size_t total, size_t piece, bool read_back)
{
	char *memory = nullptr;
	size_t size = 0;
	FILE *file = open_memstream(&memory, &size);

	must(file);
	for (size_t done = 0; done < total; done += piece)
		must(fwrite(bytes, 1, piece, file) == piece);
	must(fclose(file) == 0);
	if (read_back) {
		memcpy(back, memory, size);
		benchmark::DoNotOptimize(back);
	}
	free(memory);
}

static void memstream_1k(benchmark::State &state)
{
	for (auto _ : state)
		write_memstream(1024, 1024, true);
}
MEASURE(memstream_1k, "glibc/spooled-1k");

static void memstream_64k(benchmark::State &state)
{
	for (auto _ : state)
		write_memstream(65536, 256, false);
}
MEASURE(memstream_64k, "glibc/spooled-64k");
