/* SPDX-License-Identifier: MIT */
/* What all systems share of support.h. */
#include "support_frame.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

void (*on_failed_check)(void);

_Noreturn void check_failed(const char *file, int line, const char *what)
{
	int code = errno;

	(void)dprintf(STDERR_FILENO,
		      "%s:%d: not so: %s\n\t(errno: %s; message: %s)\n", file,
		      line, what, strerror(code), tempfile_errmsg());
	if (on_failed_check)
		on_failed_check();
	_exit(TEST_FAILED);
}

void check_equal_at(const char *file, int line, const char *what, long long a,
		    long long b)
{
	char text[512];

	if (a == b)
		return;
	(void)snprintf(text, sizeof text, "%s: %lld, %lld", what, a, b);
	check_failed(file, line, text);
}

void check_string_at(const char *file, int line, const char *what,
		     const char *a, const char *b)
{
	char text[512];

	if (a && b && strcmp(a, b) == 0)
		return;
	(void)snprintf(text, sizeof text, "%s: \"%s\", \"%s\"", what,
		       a ? a : "(null)", b ? b : "(null)");
	check_failed(file, line, text);
}

void check_error_at(const char *file, int line, int code, const char *part)
{
	char text[512];
	int found = errno;

	(void)snprintf(text, sizeof text, "fails with %s, telling of \"%s\"",
		       strerror(code), part);
	if (found != code || tempfile_last_error()->code != code ||
	    !tempfile_last_error()->step || !strstr(tempfile_errmsg(), part))
		check_failed(file, line, text);
}

/* FUSE hides a file that was removed behind such a name until it is closed. */
static bool is_hidden(const char *name)
{
	return strcmp(name, ".") == 0 || strcmp(name, "..") == 0 ||
	       strncmp(name, ".fuse_hidden", 12) == 0;
}

unsigned count_and_close(DIR *stream)
{
	const struct dirent *entry;
	unsigned count = 0;

	check(stream != NULL);
	while ((entry = readdir(stream)))
		count += !is_hidden(entry->d_name);
	(void)closedir(stream);
	return count;
}

unsigned count_entries(const char *path)
{
	return count_and_close(opendir(path));
}

void tell_entries(const char *path)
{
	DIR *stream = opendir(path);
	const struct dirent *entry;

	while (stream && (entry = readdir(stream)))
		if (!is_hidden(entry->d_name))
			print_error("left behind: %s\n", entry->d_name);
	if (stream)
		(void)closedir(stream);
}

char *in(const char *directory, const char *name)
{
	/* Reachable for ever, so that nobody calls it a leak. */
	static char *paths[1024];
	static size_t used;
	char **path = &paths[used++ % 1024];

	check(asprintf(path, "%s%c%s", directory, separator, name) > 0);
	return *path;
}

void make_file(const char *path)
{
	int fd = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0644);

	check(fd >= 0);
	check_equal(write(fd, "planted", 7), 7);
	check_equal(close(fd), 0);
}

/* SplitMix64. */
uint64_t draw(uint64_t *seed)
{
	uint64_t x = *seed + 0x9e3779b97f4a7c15u;

	*seed = x;
	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
	x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
	return x ^ (x >> 31);
}
