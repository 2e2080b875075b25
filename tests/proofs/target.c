/* SPDX-License-Identifier: MIT */
/* The target: preparing it, and judging it by every byte. */
#include "target.h"

#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "life.h"

void must(bool done, const char *what)
{
	if (done)
		return;
	perror(what);
	exit(1);
}

static bool is_file_of(const char *path, char letter)
{
	static char bytes[LIFE_SIZE + 1];
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	ssize_t length = fd < 0 ? -1 : read(fd, bytes, sizeof bytes);

	if (fd >= 0)
		(void)close(fd);
	for (ssize_t i = 0; i < length; i++)
		if (bytes[i] != letter)
			return false;
	return length == LIFE_SIZE;
}

int count_entries(const char *path)
{
	DIR *stream = opendir(path);
	int count = -2;

	if (!stream)
		return -1;
	while (readdir(stream))
		count++;
	(void)closedir(stream);
	return count;
}

static const char *below(const char *target, const char *name)
{
	static char path[400];

	snprintf(path, sizeof path, "%s/%s", target, name);
	return path;
}

static bool is_new_tree(const char *target)
{
	return count_entries(target) == 3 &&
	       is_file_of(below(target, "a"), LIFE_NEW) &&
	       is_file_of(below(target, "b"), LIFE_NEW) &&
	       count_entries(below(target, "sub")) == 2 &&
	       is_file_of(below(target, "sub/a"), LIFE_NEW) &&
	       count_entries(below(target, "sub/sub")) == 1 &&
	       is_file_of(below(target, "sub/sub/b"), LIFE_NEW);
}

static bool is_old_tree(const char *target)
{
	return count_entries(target) == 1 &&
	       is_file_of(below(target, "old"), LIFE_OLD);
}

bool target_is_new(const char *target)
{
	return is_file_of(target, LIFE_NEW) || is_new_tree(target);
}

const char *fault_of_target(const char *target, enum before before)
{
	struct stat status;

	if (lstat(target, &status) < 0)
		return before == NOTHING ? NULL : "the target is gone";
	if (target_is_new(target) ||
	    (before == OLD_FILE && is_file_of(target, LIFE_OLD)) ||
	    (before == OLD_TREE && is_old_tree(target)))
		return NULL;
	return "the target is neither old nor new";
}

void write_file(const char *path, char letter)
{
	char bytes[LIFE_SIZE];
	int fd = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0644);

	memset(bytes, letter, sizeof bytes);
	must(fd >= 0 && write(fd, bytes, sizeof bytes) == LIFE_SIZE &&
		     close(fd) == 0,
	     path);
}

static int remove_entry(const char *path, const struct stat *status, int type,
			struct FTW *position)
{
	(void)status;
	(void)type;
	(void)position;
	return remove(path);
}

void remove_target(const char *target)
{
	(void)nftw(target, remove_entry, 8, FTW_PHYS | FTW_DEPTH);
}

void prepare_target(const char *target, enum before before)
{
	remove_target(target);
	if (before == OLD_FILE)
		write_file(target, LIFE_OLD);
	if (before == OLD_TREE) {
		must(mkdir(target, 0755) == 0, target);
		write_file(below(target, "old"), LIFE_OLD);
	}
}
