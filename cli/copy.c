/* SPDX-License-Identifier: MIT */
/* Copies in large blocks, through one block of static memory. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "copy.h"

static char block[128 * 1024];

int soak_up(struct tempfile *file)
{
	ssize_t n;

	for (;;) {
		n = read(0, block, sizeof block);
		if (n == 0)
			return 0;
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return fail("cannot read standard input: %s",
				    strerror(errno));
		if (tempfile_write(file, block, (size_t)n) == -1)
			return fail_by_library();
	}
}

static int write_all(int fd, size_t n)
{
	size_t done = 0;
	ssize_t written;

	while (done < n) {
		written = write(fd, block + done, (unsigned)(n - done));
		if (written == -1 && errno != EINTR)
			return -1;
		if (written > 0)
			done += (size_t)written;
	}
	return 0;
}

int pour_out(struct tempfile *file, int fd, const char *name)
{
	ssize_t n;

	if (tempfile_seek(file, 0, SEEK_SET) == -1)
		return fail_by_library();
	while ((n = tempfile_read(file, block, sizeof block)) > 0)
		if (write_all(fd, (size_t)n))
			return fail("cannot write to '%s': %s", name,
				    strerror(errno));
	return n == -1 ? fail_by_library() : 0;
}
