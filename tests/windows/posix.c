/* SPDX-License-Identifier: MIT */
/* What posix.h promises. */
#define WIN32_LEAN_AND_MEAN
#include <windows.h>

#include "posix.h"

int posix_mkdir(const char *path, unsigned permissions)
{
	(void)permissions;
	return _mkdir(path);
}

int setenv(const char *name, const char *value, int over)
{
	if (!over && getenv(name))
		return 0;
	return _putenv_s(name, value) == 0 ? 0 : -1;
}

int unsetenv(const char *name)
{
	return _putenv_s(name, "") == 0 ? 0 : -1;
}

int dprintf(int fd, const char *format, ...)
{
	char text[4096];
	va_list arguments;
	int length;

	va_start(arguments, format);
	length = vsnprintf(text, sizeof text, format, arguments);
	va_end(arguments);
	return length < 0 ? -1 : write(fd, text, (unsigned)strlen(text));
}

int link(const char *old, const char *name)
{
	return CreateHardLinkA(name, old, NULL) ? 0 : -1;
}

ssize_t pread(int fd, void *buf, size_t n, int64_t offset)
{
	int64_t before = _lseeki64(fd, 0, SEEK_CUR);
	ssize_t got = _lseeki64(fd, offset, SEEK_SET) < 0
			      ? -1
			      : read(fd, buf, (unsigned)n);

	(void)_lseeki64(fd, before, SEEK_SET);
	return got;
}

ssize_t pwrite(int fd, const void *buf, size_t n, int64_t offset)
{
	int64_t before = _lseeki64(fd, 0, SEEK_CUR);
	ssize_t put = _lseeki64(fd, offset, SEEK_SET) < 0
			      ? -1
			      : write(fd, buf, (unsigned)n);

	(void)_lseeki64(fd, before, SEEK_SET);
	return put;
}

ssize_t getline(char **line, size_t *capacity, FILE *file)
{
	if (!*line) {
		*capacity = 65536;
		*line = malloc(*capacity);
	}
	if (!*line || !fgets(*line, (int)*capacity, file))
		return -1;
	return (ssize_t)strlen(*line);
}

char *strndup(const char *text, size_t n)
{
	size_t length = strnlen(text, n);
	char *copy = calloc(1, length + 1);

	return copy ? memcpy(copy, text, length) : NULL;
}

char *realpath(const char *path, char *place)
{
	return _fullpath(place, path, _MAX_PATH);
}

int posix_fcntl(int fd, int command, ...)
{
	DWORD flags = 0;
	HANDLE handle = (HANDLE)_get_osfhandle(fd);

	if (command != F_GETFD)
		skip_test("there is no fcntl on Windows");
	if (!GetHandleInformation(handle, &flags)) {
		errno = EBADF;
		return -1;
	}
	return flags & HANDLE_FLAG_INHERIT ? 0 : FD_CLOEXEC;
}
