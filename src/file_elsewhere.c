/* SPDX-License-Identifier: MIT */
/*
 * The public calls by which a file is seen from elsewhere: its name, its
 * descriptor, another one; and by which the handle lets go of it.
 */
#include <errno.h>
#include <fcntl.h>

#include "error.h"
#include "handle.h"

const char *tempfile_name(const struct tempfile *file)
{
	return file->named.path;
}

int tempfile_rollover(struct tempfile *file)
{
	if (tempfile__stream_roll_over(&file->stream) < 0)
		return tempfile__handle_fail(file,
					     "move from memory to a file");
	return 0;
}

bool tempfile_rolled(const struct tempfile *file)
{
	return !file->stream.buffer.storage.in_memory;
}

int tempfile_fileno(struct tempfile *file)
{
	int fd = tempfile__stream_fileno(&file->stream);

	return fd < 0 ? tempfile__handle_fail(file, "give the descriptor of")
		      : fd;
}

FILE *tempfile_stdio(struct tempfile *file)
{
	FILE *stdio = tempfile__stream_stdio(&file->stream);

	if (!stdio)
		(void)tempfile__handle_fail(file, "open a stream on");
	return stdio;
}

/*
 * An umask may have taken permissions from a file born without a name. Nobody
 * can have noticed before it is opened again. What the host itself has changed
 * meanwhile stays, as far as that can be told.
 */
static int repair_permissions(const struct tempfile *file, int fd)
{
	struct os_status status;

	if (file->named.path)
		return 0;
	if (tempfile__os_status(fd, &status) < 0)
		return -1;
	if ((status.permissions & ~file->permissions & 0777u) ||
	    (status.permissions & 0777u) == file->permissions)
		return 0;
	return tempfile__os_set_permissions(fd, file->permissions);
}

/* Is what bears the name now what was created under it? */
static bool is_at_its_name(const struct named *named)
{
	struct os_status status;

	return tempfile__os_status_at(named->directory->fd, named->name,
				      &status) == 0 &&
	       tempfile__os_same(status.identity, named->identity);
}

static int reopen_by_name(const struct tempfile *file, int flags)
{
	const struct named *named = &file->named;
	struct os_status status;
	int fd = tempfile__os_open_file(named->directory->fd, named->name,
					flags);
	int code = errno;

	if (fd >= 0 && tempfile__os_status(fd, &status) == 0 &&
	    tempfile__os_same(status.identity, named->identity))
		return fd;
	if (fd >= 0 || !is_at_its_name(named))
		code = ESTALE;
	if (fd >= 0)
		(void)tempfile__os_close(fd);
	errno = code;
	return -1;
}

static int reopen(struct tempfile *file, int flags)
{
	int fd = file->stream.buffer.storage.fd;
	int copy;

	errno = EINVAL;
	if (flags & ~(O_ACCMODE | O_APPEND | O_CLOEXEC))
		return -1;
	errno = EBADF;
	if (fd < 0)
		return file->named.path ? reopen_by_name(file, flags) : -1;
	if (tempfile__stream_flush(&file->stream) < 0 ||
	    repair_permissions(file, fd) < 0)
		return -1;
	copy = tempfile__os_reopen(fd, flags);
	if (copy < 0 && errno == ENOTSUP && file->named.path)
		copy = reopen_by_name(file, flags);
	return copy;
}

int tempfile_reopen(struct tempfile *file, int flags)
{
	int fd;

	if (tempfile_rollover(file) < 0)
		return -1;
	fd = reopen(file, flags);
	return fd < 0 ? tempfile__handle_fail(file, "reopen") : fd;
}

void *tempfile_handle(int fd)
{
	void *handle = tempfile__os_handle(fd);

	if (!handle)
		(void)tempfile__fail(errno, "give the handle of a descriptor",
				     NULL);
	return handle;
}

int tempfile_keep(struct tempfile *file, bool keep)
{
	return tempfile__named_keep(&file->named, keep);
}

int tempfile_close_fd(struct tempfile *file)
{
	if (!file->named.path)
		return tempfile__fail_because(EINVAL, "close the descriptor of",
					      NULL,
					      "the file would be gone with it");
	if (tempfile__stream_flush(&file->stream) < 0 ||
	    tempfile__stream_close(&file->stream) < 0)
		return tempfile__handle_fail(file, "write");
	return 0;
}

int tempfile_detach(struct tempfile *file)
{
	int fd = tempfile__stream_detach(&file->stream);

	return fd < 0 ? tempfile__handle_fail(file, "detach the descriptor of")
		      : fd;
}
