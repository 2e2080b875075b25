/* SPDX-License-Identifier: MIT */
/*
 * What Windows says, as POSIX would. Native status codes tell more than the
 * error codes that are made of them, so those where it matters come first.
 */
#include "os_windows.h"

#include <errno.h>
#include <ntstatus.h>

struct meaning {
	DWORD from;
	int code;
};

static const struct meaning of_status[] = {
	/* Removed, and gone as soon as whoever has it open lets go of it. */
	{(DWORD)STATUS_DELETE_PENDING, ENOENT},
	{(DWORD)STATUS_FILE_DELETED, ENOENT},
	{(DWORD)STATUS_FILE_IS_A_DIRECTORY, EISDIR},
	{(DWORD)STATUS_NOT_A_DIRECTORY, ENOTDIR},
	{(DWORD)STATUS_OBJECT_TYPE_MISMATCH, ENOTDIR},
	{(DWORD)STATUS_CANNOT_DELETE, EACCES},
	{(DWORD)STATUS_OBJECT_NAME_INVALID, EINVAL},
	{(DWORD)STATUS_NAME_TOO_LONG, ENAMETOOLONG},
};

static const struct meaning of_error[] = {
	{ERROR_FILE_NOT_FOUND, ENOENT},
	{ERROR_PATH_NOT_FOUND, ENOENT},
	{ERROR_INVALID_DRIVE, ENOENT},
	{ERROR_BAD_NETPATH, ENOENT},
	{ERROR_BAD_NET_NAME, ENOENT},
	{ERROR_ENVVAR_NOT_FOUND, ENOENT},
	{ERROR_INVALID_NAME, EINVAL},
	{ERROR_BAD_PATHNAME, EINVAL},
	{ERROR_INVALID_PARAMETER, EINVAL},
	{ERROR_NEGATIVE_SEEK, EINVAL},
	{ERROR_DIRECTORY, ENOTDIR},
	{ERROR_FILENAME_EXCED_RANGE, ENAMETOOLONG},
	{ERROR_BUFFER_OVERFLOW, ENAMETOOLONG},
	{ERROR_ACCESS_DENIED, EACCES},
	{ERROR_NETWORK_ACCESS_DENIED, EACCES},
	{ERROR_PRIVILEGE_NOT_HELD, EPERM},
	{ERROR_INVALID_OWNER, EPERM},
	{ERROR_CANT_ACCESS_FILE, EACCES},
	{ERROR_WRITE_PROTECT, EROFS},
	{ERROR_SHARING_VIOLATION, EBUSY},
	{ERROR_LOCK_VIOLATION, EWOULDBLOCK},
	{ERROR_LOCK_FAILED, ENOLCK},
	{ERROR_BUSY, EBUSY},
	{ERROR_CURRENT_DIRECTORY, EBUSY},
	{ERROR_FILE_EXISTS, EEXIST},
	{ERROR_ALREADY_EXISTS, EEXIST},
	{ERROR_DIR_NOT_EMPTY, ENOTEMPTY},
	{ERROR_NOT_SAME_DEVICE, EXDEV},
	{ERROR_TOO_MANY_LINKS, EMLINK},
	{ERROR_DISK_FULL, ENOSPC},
	{ERROR_HANDLE_DISK_FULL, ENOSPC},
	{1295 /* ERROR_DISK_QUOTA_EXCEEDED */, ENOSPC},
	{ERROR_FILE_TOO_LARGE, EFBIG},
	{665 /* ERROR_FILE_SYSTEM_LIMITATION */, EFBIG},
	{ERROR_TOO_MANY_OPEN_FILES, EMFILE},
	{ERROR_NO_SYSTEM_RESOURCES, ENFILE},
	{ERROR_NOT_ENOUGH_MEMORY, ENOMEM},
	{ERROR_OUTOFMEMORY, ENOMEM},
	{ERROR_COMMITMENT_LIMIT, ENOMEM},
	{ERROR_INVALID_HANDLE, EBADF},
	{ERROR_NOT_SUPPORTED, ENOTSUP},
	{ERROR_INVALID_FUNCTION, ENOTSUP},
	{ERROR_CALL_NOT_IMPLEMENTED, ENOTSUP},
	{ERROR_PROC_NOT_FOUND, ENOTSUP},
	{ERROR_NO_UNICODE_TRANSLATION, EILSEQ},
};

static int find(const struct meaning *meanings, size_t n, DWORD from)
{
	for (size_t i = 0; i < n; i++)
		if (meanings[i].from == from)
			return meanings[i].code;
	return 0;
}

int tempfile__nt_fail_with(int code)
{
	errno = code;
	return -1;
}

int tempfile__nt_fail_by(DWORD error)
{
	int code = find(of_error, sizeof of_error / sizeof *of_error, error);

	return tempfile__nt_fail_with(code ? code : EIO);
}

int tempfile__nt_fail(NTSTATUS status)
{
	int code = find(of_status, sizeof of_status / sizeof *of_status,
			(DWORD)status);

	return code ? tempfile__nt_fail_with(code)
		    : tempfile__nt_fail_by(RtlNtStatusToDosError(status));
}

bool tempfile__nt_is_unknown(NTSTATUS status)
{
	return status == STATUS_INVALID_INFO_CLASS ||
	       status == STATUS_INVALID_PARAMETER ||
	       status == STATUS_NOT_SUPPORTED ||
	       status == STATUS_NOT_IMPLEMENTED ||
	       status == STATUS_INVALID_DEVICE_REQUEST;
}
