/* SPDX-License-Identifier: MIT */
/*
 * trees PATH WIDTH FILES DEPTH: a tree at PATH of WIDTH directories of FILES
 * files each, and DEPTH empty directories one in the other.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static int make_directory(int at, const char *name)
{
	int fd;

	if (mkdirat(at, name, 0700) < 0) {
		perror(name);
		exit(1);
	}
	fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0) {
		perror(name);
		exit(1);
	}
	return fd;
}

static void make_files(int at, long count)
{
	char name[32];
	int fd;

	for (long i = 0; i < count; i++) {
		(void)snprintf(name, sizeof name, "file%ld", i);
		fd = openat(at, name, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC,
			    0600);
		if (fd < 0) {
			perror(name);
			exit(1);
		}
		close(fd);
	}
}

static void make_level(int *at)
{
	int deeper = make_directory(*at, "d");

	close(*at);
	*at = deeper;
}

int main(int argc, char **argv)
{
	char name[32];
	int root;

	if (argc != 5) {
		fputs("usage: trees PATH WIDTH FILES DEPTH\n", stderr);
		return 2;
	}
	root = make_directory(AT_FDCWD, argv[1]);
	for (long i = 0; i < atol(argv[2]); i++) {
		int fd;

		(void)snprintf(name, sizeof name, "directory%ld", i);
		fd = make_directory(root, name);
		make_files(fd, atol(argv[3]));
		close(fd);
	}
	for (long i = 0; i < atol(argv[4]); i++)
		make_level(&root);
	close(root);
	return 0;
}
