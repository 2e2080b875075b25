/* SPDX-License-Identifier: MIT */
/*
 * receive_upload DIRECTORY [LIMIT]: store what comes on standard input.
 *
 * The first line is the name, the rest is the content. Small uploads, which
 * most are, stay in memory until they are complete; large ones go to a disk;
 * those over the limit are refused. A client that hangs up leaves nothing.
 */
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <tempfile.h>

#define IN_MEMORY (256 << 10)

static void soak_up(struct tempfile *upload)
{
	char part[16384];
	ssize_t got;

	while ((got = read(STDIN_FILENO, part, sizeof part)) > 0)
		if (tempfile_write(upload, part, (size_t)got) < 0)
			errx(1, "%s", tempfile_errmsg());
	if (got < 0)
		err(1, "standard input");
}

/* The first line, byte by byte: what is behind it is for others to read. */
static void read_name(char *name, size_t size)
{
	size_t length = 0;

	while (length < size - 1 && read(STDIN_FILENO, name + length, 1) == 1 &&
	       name[length] != '\n')
		length++;
	name[length] = '\0';
	if (length == 0 || *name == '.' || strchr(name, '/'))
		errx(1, "'%s' is no name", name);
}

int main(int argc, char **argv)
{
	char name[256], path[4096];

	if (argc < 2)
		errx(2, "usage: receive_upload DIRECTORY [LIMIT]");
	read_name(name, sizeof name);
	if (snprintf(path, sizeof path, "%s/%s", argv[1], name) >=
	    (int)sizeof path)
		errx(1, "%s: %s", argv[1], strerror(ENAMETOOLONG));

	TEMPFILE_AUTO upload = tempfile_open_spooled(
		TEMPFILE_OPTIONS(.beside = path, .max_size = IN_MEMORY,
				 .limit = argc > 2 ? strtoll(argv[2], NULL, 10)
						   : 0));

	if (!upload)
		errx(1, "%s", tempfile_errmsg());
	soak_up(upload);
	printf("%s: %lld bytes, %s\n", name, (long long)tempfile_tell(upload),
	       tempfile_rolled(upload) ? "on disk" : "in memory");
	if (tempfile_persist(upload, path, TEMPFILE_NOREPLACE) < 0)
		errx(1, "%s", tempfile_errmsg());
	return 0;
}
