/* SPDX-License-Identifier: MIT */
/* 4 KiB that replace an existing file at one stroke, and durably. */
#include "bench.hh"

#include <fcntl.h>
#include <unistd.h>

#include <tempfile.h>

static char page[4096];

static std::string target()
{
	return where() + "target" + std::to_string(getpid());
}

static void tempfile_replace(benchmark::State &state, unsigned flags)
{
	const std::string path = target();
	struct tempfile_options options = {};

	options.beside = path.c_str();
	for (auto _ : state) {
		struct tempfile *file = tempfile_open_named(&options);
		must(file);
		must(tempfile_write(file, page, sizeof page) == sizeof page);
		must(tempfile_persist(file, path.c_str(), flags) == 0);
		must(tempfile_close(file) == 0);
	}
	unlink(path.c_str());
}
BENCHMARK_CAPTURE(tempfile_replace, plain, 0u)->Name("libtempfile/replace");
BENCHMARK_CAPTURE(tempfile_replace, durable, TEMPFILE_DURABLE)
	->Name("libtempfile/durable")
	->UseRealTime();

/* The steps that everybody takes by hand. */
static void kernel_replace(benchmark::State &state, bool durable)
{
	const std::string path = target(), fresh = path + ".new";

	for (auto _ : state) {
		int fd =
			open(fresh.c_str(),
			     O_CREAT | O_EXCL | O_RDWR | O_NOFOLLOW | O_CLOEXEC,
			     0600);
		must(fd >= 0);
		must(write(fd, page, sizeof page) == sizeof page);
		must(!durable || fsync(fd) == 0);
		must(rename(fresh.c_str(), path.c_str()) == 0);
		close(fd);
		if (durable) {
			fd = open(where().c_str(),
				  O_RDONLY | O_DIRECTORY | O_CLOEXEC);
			must(fd >= 0 && fsync(fd) == 0);
			close(fd);
		}
	}
	unlink(path.c_str());
}
BENCHMARK_CAPTURE(kernel_replace, plain, false)->Name("kernel/replace");
BENCHMARK_CAPTURE(kernel_replace, durable, true)
	->Name("kernel/durable")
	->UseRealTime();
