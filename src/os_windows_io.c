/* SPDX-License-Identifier: MIT */
/*
 * Bytes. Reading or writing at an offset moves the handle's own position, on
 * which somebody may rely who has the descriptor; so it is put back.
 */
#include "os_windows.h"

#include <errno.h>
#include <io.h>
#include <ntstatus.h>

#define MOST_AT_ONCE (1u << 30)

static NTSTATUS get_position(HANDLE handle, FILE_POSITION_INFORMATION *position)
{
	IO_STATUS_BLOCK block;

	return NtQueryInformationFile(handle, &block, position,
				      sizeof *position,
				      FilePositionInformation);
}

static void set_position(HANDLE handle, FILE_POSITION_INFORMATION *position)
{
	IO_STATUS_BLOCK block;

	(void)NtSetInformationFile(handle, &block, position, sizeof *position,
				   FilePositionInformation);
}

static OVERLAPPED at(int64_t offset)
{
	OVERLAPPED place = {.Offset = (DWORD)((uint64_t)offset & 0xFFFFFFFF),
			    .OffsetHigh = (DWORD)((uint64_t)offset >> 32)};

	return place;
}

static DWORD at_once(size_t n)
{
	return n < MOST_AT_ONCE ? (DWORD)n : MOST_AT_ONCE;
}

/* 1, 0 at the end of the file, -1 and errno. */
static int read_some(HANDLE handle, char *buf, size_t n, int64_t offset,
		     DWORD *got)
{
	OVERLAPPED place = at(offset);

	if (ReadFile(handle, buf, at_once(n), got, &place))
		return *got > 0;
	return GetLastError() == ERROR_HANDLE_EOF
		       ? 0
		       : tempfile__nt_fail_by(GetLastError());
}

ssize_t tempfile__os_read_at(int fd, void *buf, size_t n, int64_t offset)
{
	HANDLE handle = tempfile__nt_handle(fd);
	FILE_POSITION_INFORMATION before;
	size_t done = 0;
	DWORD got;
	int more = 1;

	if (!handle || !NT_SUCCESS(get_position(handle, &before)))
		return tempfile__nt_fail_with(EBADF);
	while (done < n && more > 0) {
		more = read_some(handle, (char *)buf + done, n - done,
				 offset + (int64_t)done, &got);
		done += more > 0 ? got : 0;
	}
	set_position(handle, &before);
	return more < 0 ? -1 : (ssize_t)done;
}

ssize_t tempfile__os_write_at(int fd, const void *buf, size_t n, int64_t offset)
{
	HANDLE handle = tempfile__nt_handle(fd);
	FILE_POSITION_INFORMATION before;
	OVERLAPPED place;
	size_t done = 0;
	DWORD put;

	if (!handle || !NT_SUCCESS(get_position(handle, &before))) {
		(void)tempfile__nt_fail_with(EBADF);
		return 0;
	}
	while (done < n) {
		place = at(offset + (int64_t)done);
		if (!WriteFile(handle, (const char *)buf + done,
			       at_once(n - done), &put, &place)) {
			(void)tempfile__nt_fail_by(GetLastError());
			break;
		}
		done += put;
	}
	set_position(handle, &before);
	return (ssize_t)done;
}

int tempfile__os_seek(int fd, int64_t offset)
{
	if (!tempfile__nt_handle(fd))
		return -1;
	return _lseeki64(fd, offset, SEEK_SET) < 0 ? -1 : 0;
}

int64_t tempfile__os_tell(int fd)
{
	return tempfile__nt_handle(fd) ? _lseeki64(fd, 0, SEEK_CUR) : -1;
}

static int set_information(int fd, FILE_INFO_BY_HANDLE_CLASS class,
			   void *wanted, DWORD size)
{
	HANDLE handle = tempfile__nt_handle(fd);

	if (!handle)
		return -1;
	if (SetFileInformationByHandle(handle, class, wanted, size))
		return 0;
	return tempfile__nt_fail_by(GetLastError());
}

int tempfile__os_truncate(int fd, int64_t size)
{
	FILE_END_OF_FILE_INFO end = {.EndOfFile.QuadPart = size};

	return set_information(fd, FileEndOfFileInfo, &end, sizeof end);
}

/* Less than is in the file would cut it. */
int tempfile__os_reserve(int fd, int64_t size)
{
	FILE_ALLOCATION_INFO allocation = {.AllocationSize.QuadPart = size};
	struct os_status status;

	if (tempfile__os_status(fd, &status) < 0)
		return -1;
	if (status.size >= size)
		return 0;
	if (set_information(fd, FileAllocationInfo, &allocation,
			    sizeof allocation) == 0)
		return 0;
	return errno == EINVAL || errno == EIO ? tempfile__nt_fail_with(ENOTSUP)
					       : -1;
}
