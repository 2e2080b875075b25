/* SPDX-License-Identifier: MIT */
/*
 * What the benchmarks of the C side share. Each is named CONTENDER/OPERATION,
 * and works in the directory that TMPDIR names, as every contender does.
 */
#ifndef BENCH_HH
#define BENCH_HH

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include <benchmark/benchmark.h>

/* The directory to work in, with a '/' at its end. */
inline const std::string &where()
{
	static const std::string directory = [] {
		const char *given = std::getenv("TMPDIR");
		return std::string(given ? given : "/tmp") + "/";
	}();
	return directory;
}

/* A benchmark that measures failures is worth nothing. */
inline void must(bool well)
{
	if (well)
		return;
	std::perror("benchmark");
	std::abort();
}

#define MEASURE(function, name) BENCHMARK(function)->Name(name)

#endif
