/* SPDX-License-Identifier: MIT */
/* Files and directories, created and removed; also in several threads. */
#include "bench.hh"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <tempfile.h>

static char kibibyte[1024];

/* libtempfile */

static void tempfile_anonymous(benchmark::State &state)
{
	for (auto _ : state)
		must(tempfile_close(tempfile_open(nullptr)) == 0);
}
MEASURE(tempfile_anonymous, "libtempfile/anonymous");

static void tempfile_anonymous_1k(benchmark::State &state)
{
	for (auto _ : state) {
		struct tempfile *file = tempfile_open(nullptr);
		must(tempfile_write(file, kibibyte, sizeof kibibyte) ==
		     sizeof kibibyte);
		must(tempfile_close(file) == 0);
	}
}
MEASURE(tempfile_anonymous_1k, "libtempfile/anonymous-1k");

static void tempfile_named(benchmark::State &state)
{
	for (auto _ : state)
		must(tempfile_close(tempfile_open_named(nullptr)) == 0);
}
MEASURE(tempfile_named, "libtempfile/named");
BENCHMARK(tempfile_named)
	->Name("libtempfile/threads")
	->ThreadRange(1, 8)
	->UseRealTime();

static void tempfile_directory(benchmark::State &state)
{
	for (auto _ : state)
		must(tempdir_close(tempdir_open(nullptr)) == 0);
}
MEASURE(tempfile_directory, "libtempfile/directory");

/* Bare system calls: the least there can be. */

static int open_anonymous()
{
	int fd = open(where().c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

	must(fd >= 0);
	return fd;
}

static void kernel_anonymous(benchmark::State &state)
{
	for (auto _ : state)
		close(open_anonymous());
}
MEASURE(kernel_anonymous, "kernel/anonymous");

static void kernel_anonymous_1k(benchmark::State &state)
{
	for (auto _ : state) {
		int fd = open_anonymous();
		must(write(fd, kibibyte, sizeof kibibyte) == sizeof kibibyte);
		close(fd);
	}
}
MEASURE(kernel_anonymous_1k, "kernel/anonymous-1k");

static void memfd_anonymous(benchmark::State &state)
{
	for (auto _ : state) {
		int fd = memfd_create("bench", MFD_CLOEXEC);
		must(fd >= 0);
		close(fd);
	}
}
MEASURE(memfd_anonymous, "memfd_create/anonymous");

/*
 * Names are by path, as long as the library's and as fresh, in a directory that
 * is as deep as the one it leases, and like that one nobody else's.
 */
class PrivateDirectory
{
      public:
	PrivateDirectory()
	    : path(where() + std::string(LEASED_LENGTH - 6, 'f') + "XXXXXX")
	{
		must(mkdtemp(&path[0]));
	}
	~PrivateDirectory()
	{
		rmdir(path.c_str());
	}
	std::string path;

      private:
	static const size_t LEASED_LENGTH = 35;
};

/* Nobody has to be kept from guessing: letters as cheap as they come. */
class FreshPath
{
      public:
	explicit FreshPath(int thread) : seed(88172645463325252u + thread)
	{
		static const PrivateDirectory directory;

		path = directory.path + "/tmp" + std::string(LETTERS, 'a');
	}

	const char *next()
	{
		seed ^= seed << 13;
		seed ^= seed >> 7;
		seed ^= seed << 17;
		for (size_t i = 0; i < LETTERS; i++)
			path[path.size() - LETTERS + i] =
				"abcdefghijklmnopqrstuvwxyz012345"
					[seed >> 5 * i & 31];
		return path.c_str();
	}
	const char *last() const
	{
		return path.c_str();
	}

      private:
	static const size_t LETTERS = 12;
	std::string path;
	uint64_t seed;
};

static void kernel_named(benchmark::State &state)
{
	FreshPath path(state.thread_index());

	for (auto _ : state) {
		int fd =
			open(path.next(),
			     O_CREAT | O_EXCL | O_RDWR | O_NOFOLLOW | O_CLOEXEC,
			     0600);
		must(fd >= 0);
		close(fd);
		must(unlink(path.last()) == 0);
	}
}
MEASURE(kernel_named, "kernel/named");
BENCHMARK(kernel_named)
	->Name("kernel/threads")
	->ThreadRange(1, 8)
	->UseRealTime();

static void kernel_directory(benchmark::State &state)
{
	FreshPath path(state.thread_index());

	for (auto _ : state) {
		must(mkdir(path.next(), 0700) == 0);
		must(rmdir(path.last()) == 0);
	}
}
MEASURE(kernel_directory, "kernel/directory");

/* glibc */

/* It knows of no TMPDIR: this one is always in /tmp. */
static void glibc_anonymous(benchmark::State &state)
{
	for (auto _ : state) {
		FILE *file = tmpfile();
		must(file);
		must(fclose(file) == 0);
	}
}
MEASURE(glibc_anonymous, "glibc/anonymous");

static void glibc_anonymous_1k(benchmark::State &state)
{
	for (auto _ : state) {
		FILE *file = tmpfile();
		must(file);
		must(fwrite(kibibyte, sizeof kibibyte, 1, file) == 1);
		must(fclose(file) == 0);
	}
}
MEASURE(glibc_anonymous_1k, "glibc/anonymous-1k");

static void glibc_named(benchmark::State &state)
{
	const std::string pattern = where() + "tmpXXXXXX";

	for (auto _ : state) {
		std::string path = pattern;
		int fd = mkostemp(&path[0], O_CLOEXEC);
		must(fd >= 0);
		close(fd);
		must(unlink(path.c_str()) == 0);
	}
}
MEASURE(glibc_named, "glibc/named");

static void glibc_directory(benchmark::State &state)
{
	const std::string pattern = where() + "tmpXXXXXX";

	for (auto _ : state) {
		std::string path = pattern;
		must(mkdtemp(&path[0]));
		must(rmdir(path.c_str()) == 0);
	}
}
MEASURE(glibc_directory, "glibc/directory");
