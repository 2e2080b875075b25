/* SPDX-License-Identifier: MIT */
/* The same with GLib. */
#include "bench.hh"

#include <unistd.h>

#include <glib.h>
#include <glib/gstdio.h>

static char page[4096];

static void glib_named(benchmark::State &state)
{
	for (auto _ : state) {
		gchar *path = nullptr;
		int fd = g_file_open_tmp("tmpXXXXXX", &path, nullptr);
		must(fd >= 0);
		close(fd);
		must(g_unlink(path) == 0);
		g_free(path);
	}
}
MEASURE(glib_named, "GLib/named");

static void glib_directory(benchmark::State &state)
{
	for (auto _ : state) {
		gchar *path = g_dir_make_tmp("tmpXXXXXX", nullptr);
		must(path);
		must(g_rmdir(path) == 0);
		g_free(path);
	}
}
MEASURE(glib_directory, "GLib/directory");

static void glib_replace(benchmark::State &state, GFileSetContentsFlags flags)
{
	const std::string path = where() + "target" + std::to_string(getpid());

	for (auto _ : state)
		must(g_file_set_contents_full(path.c_str(), page, sizeof page,
					      flags, 0666, nullptr));
	g_unlink(path.c_str());
}
BENCHMARK_CAPTURE(glib_replace, plain, G_FILE_SET_CONTENTS_CONSISTENT)
	->Name("GLib/replace");
BENCHMARK_CAPTURE(
	glib_replace, durable,
	static_cast<GFileSetContentsFlags>(G_FILE_SET_CONTENTS_CONSISTENT |
					   G_FILE_SET_CONTENTS_DURABLE))
	->Name("GLib/durable")
	->UseRealTime();
