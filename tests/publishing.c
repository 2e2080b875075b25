/* SPDX-License-Identifier: MIT */
/* See publishing.h. */
#include "publishing.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct tempfile *open_anonymous(const char *target)
{
	(void)target;
	return tempfile_open(NULL);
}

static struct tempfile *open_beside(const char *target)
{
	return tempfile_open(TEMPFILE_OPTIONS(.beside = target));
}

static struct tempfile *open_named(const char *target)
{
	(void)target;
	return tempfile_open_named(NULL);
}

static struct tempfile *open_named_beside(const char *target)
{
	return tempfile_open_named(TEMPFILE_OPTIONS(.beside = target));
}

struct tempfile *open_kept(const char *target)
{
	struct tempfile *file = open_named(target);

	check_equal(tempfile_keep(file, true), 0);
	return file;
}

static struct tempfile *open_in_memory(const char *target)
{
	(void)target;
	return tempfile_open_spooled(NULL);
}

static struct tempfile *open_rolled(const char *target)
{
	struct tempfile *file = open_in_memory(target);

	check_equal(tempfile_rollover(file), 0);
	return file;
}

static struct tempfile *open_as_stream(const char *target)
{
	struct tempfile *file = open_anonymous(target);

	check(tempfile_stdio(file) != NULL);
	return file;
}

const struct kind kinds[] = {
	{"anonymous", open_anonymous}, {"anonymous beside", open_beside},
	{"named", open_named},         {"named beside", open_named_beside},
	{"kept", open_kept},           {"in memory", open_in_memory},
	{"rolled over", open_rolled},  {"as a stream", open_as_stream},
};

void put(struct tempfile *file, const char *text)
{
	check(file != NULL);
	check_equal(tempfile_write(file, text, strlen(text)), strlen(text));
}

void check_reads(struct tempfile *file, const char *text)
{
	char found[64] = "";

	check_equal(tempfile_seek(file, 0, SEEK_SET), 0);
	check(tempfile_read(file, found, sizeof found - 1) >= 0);
	check_string(found, text);
}

void make_old(const char *path, unsigned permissions)
{
	int fd = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);

	check(fd >= 0);
	check_equal(write(fd, "old", 3), 3);
	check_equal(fchmod(fd, permissions), 0);
	check_equal(close(fd), 0);
}

void check_holds(const char *path, const char *text)
{
	char found[64] = "";
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);

	check(fd >= 0);
	check(read(fd, found, sizeof found - 1) >= 0);
	check_string(found, text);
	check_equal(close(fd), 0);
}

void check_alone(const char *path, const char *directory)
{
	struct stat status = {0};

	check_equal(count_entries(directory), 1);
	for (int i = 0; i < 30 && status.st_nlink != 1; i++) {
		check_equal(i > 0 ? usleep(100000) : 0, 0);
		check_equal(lstat(path, &status), 0);
	}
	check_equal(status.st_nlink, 1);
}
