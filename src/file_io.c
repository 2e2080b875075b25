/* SPDX-License-Identifier: MIT */
/* The public calls that move bytes: the stream's, and errors told. */
#include <errno.h>
#include <stdlib.h>

#include "handle.h"

ssize_t tempfile_read(struct tempfile *file, void *buf, size_t n)
{
	ssize_t got = tempfile__stream_read(&file->stream, buf, n);

	return got < 0 ? tempfile__handle_fail(file, "read") : got;
}

ssize_t tempfile_write(struct tempfile *file, const void *buf, size_t n)
{
	ssize_t put = tempfile__stream_write(&file->stream, buf, n);

	return put < 0 ? tempfile__handle_fail(file, "write") : put;
}

ssize_t tempfile_getline(struct tempfile *file, char **line, size_t *capacity)
{
	ssize_t length =
		tempfile__stream_getline(&file->stream, line, capacity);

	if (length > 0)
		return length;
	if (length < 0)
		return tempfile__handle_fail(file, "read");
	errno = 0;
	return -1;
}

int tempfile_vprintf(struct tempfile *file, const char *format,
		     va_list arguments)
{
	char small[512];
	char *text = small;
	va_list again;
	ssize_t put = -1;
	int length;

	va_copy(again, arguments);
	length = vsnprintf(small, sizeof small, format, arguments);
	if (length >= (int)sizeof small) {
		text = malloc((size_t)length + 1);
		if (text)
			(void)vsnprintf(text, (size_t)length + 1, format,
					again);
		else
			errno = ENOMEM;
	}
	va_end(again);
	if (length >= 0 && text)
		put = tempfile__stream_write(&file->stream, text,
					     (size_t)length);
	if (text != small)
		free(text);
	return put < 0 ? tempfile__handle_fail(file, "write") : length;
}

int tempfile_printf(struct tempfile *file, const char *format, ...)
{
	va_list arguments;
	int length;

	va_start(arguments, format);
	length = tempfile_vprintf(file, format, arguments);
	va_end(arguments);
	return length;
}

int64_t tempfile_seek(struct tempfile *file, int64_t offset, int whence)
{
	int64_t position = tempfile__stream_seek(&file->stream, offset, whence);

	return position < 0 ? tempfile__handle_fail(file, "seek in") : position;
}

int64_t tempfile_tell(struct tempfile *file)
{
	int64_t position = tempfile__stream_tell(&file->stream);

	return position < 0
		       ? tempfile__handle_fail(file, "tell the position in")
		       : position;
}

int tempfile_truncate(struct tempfile *file, int64_t size)
{
	if (tempfile__stream_truncate(&file->stream, size) < 0)
		return tempfile__handle_fail(file, "truncate");
	return 0;
}

int tempfile_flush(struct tempfile *file)
{
	if (tempfile__stream_flush(&file->stream) < 0)
		return tempfile__handle_fail(file, "write");
	return 0;
}

int tempfile_reserve(struct tempfile *file, int64_t size)
{
	if (size < 0)
		errno = EINVAL;
	else if (!file->stream.writable)
		errno = EBADF;
	else if (tempfile__buffer_reserve(&file->stream.buffer, size) == 0)
		return 0;
	return tempfile__handle_fail(file, "reserve space for");
}
