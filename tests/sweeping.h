/* SPDX-License-Identifier: MIT */
/*
 * What the tests of the sweep share: a sweep whose verdict is heard, one that
 * is dead, and one that is not.
 */
#ifndef TEST_SWEEPING_H
#define TEST_SWEEPING_H

#include "support.h"

#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "random_name.h"

#define NAME       LEASED_PREFIX "abcdefghijklmnopqrstuvwxyz"
#define OTHER_NAME LEASED_PREFIX "zyxwvutsrqponmlkjihgfedcba"

struct heard {
	int visits;
	int verdict; /* of the last; 0: none */
	int error;
	char reason[80];
	char path[96];
	int64_t age;
	int answer; /* what to say */
};

static int hear(const struct tempfile_session *session, void *arg)
{
	struct heard *heard = arg;

	check(session->path && session->reason);
	heard->visits++;
	heard->verdict = session->verdict;
	heard->error = session->error;
	heard->age = session->age;
	(void)snprintf(heard->reason, sizeof heard->reason, "%s",
		       session->reason);
	(void)snprintf(heard->path, sizeof heard->path, "%s", session->path);
	return heard->answer;
}

/* Sweep work; the one verdict, and how many were removed. */
static struct heard sweep(unsigned flags, int removed)
{
	struct heard heard = {0};

	(void)alarm(10); /* nothing may hold it */
	check_equal(tempfile_sweep(work, flags, hear, &heard), removed);
	(void)alarm(0);
	return heard;
}

static void dead_tree(const char *path)
{
	make_directory(path, 0700);
	make_file(in(path, "file"));
	make_directory(in(path, "sub"), 0500);
	check_equal(symlink("/", in(path, "link")), 0);
}

static void hold(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	check(fd >= 0);
	check_equal(flock(fd, LOCK_SH | LOCK_NB), 0);
}

static void held_directory(const char *path)
{
	dead_tree(path);
	hold(path);
}

#endif
