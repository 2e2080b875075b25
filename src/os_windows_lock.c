/* SPDX-License-Identifier: MIT */
/*
 * Leases.
 *
 * Windows locks bytes of files, not directories, and a byte is let go with the
 * process, though a child may have inherited its handle. But how a directory is
 * shared does all that a lease needs. A holder has the right to add to it, and
 * shares that right; who wants it alone does not share. Whoever comes second
 * and does not fit is refused; the system forgets it all when the last handle
 * is closed, however that comes, in whatever process it is; and a file server
 * does the same for all its clients. Nothing needs to lie in the directory.
 *
 * A file is on its way to another name, and its holder has no heirs: there a
 * byte is locked, far behind any data.
 */
#include "os_windows.h"

#include <errno.h>
#include <ntstatus.h>

/* What a holder shares or does not, without ever using it. */
#define LEASE_RIGHT FILE_ADD_SUBDIRECTORY

static const OVERLAPPED lease_byte = {.Offset = 0xFFFFFFFE,
				      .OffsetHigh = 0x7FFFFFFF};

/* Who may not look into it can hold it all the same. */
static NTSTATUS open_holding(HANDLE handle, enum nt_lease lease, HANDLE *held)
{
	struct nt_how how = {
		.access = FILE_LIST_DIRECTORY | FILE_TRAVERSE |
			  FILE_READ_ATTRIBUTES | READ_CONTROL | LEASE_RIGHT,
		.share = lease == NT_EXCLUSIVE
				 ? FILE_SHARE_READ | FILE_SHARE_DELETE
				 : NT_SHARE_ALL,
		.options = FILE_DIRECTORY_FILE};
	NTSTATUS status = tempfile__nt_open_again(handle, &how, held);

	if (status != STATUS_ACCESS_DENIED)
		return status;
	how.access &= ~(ACCESS_MASK)FILE_LIST_DIRECTORY;
	return tempfile__nt_open_again(handle, &how, held);
}

static int lock_directory(int fd, HANDLE handle, enum nt_lease lease)
{
	NTSTATUS status;

	if (tempfile__nt_lease(fd) == lease)
		return 0;
	status = open_holding(handle, lease, &handle);
	if (status == STATUS_SHARING_VIOLATION)
		return tempfile__nt_fail_with(EWOULDBLOCK);
	if (!NT_SUCCESS(status))
		return tempfile__nt_fail_with(ENOLCK);
	tempfile__nt_exchange(fd, handle);
	tempfile__nt_note_lease(fd, lease);
	return 0;
}

static int lock_file(HANDLE handle, DWORD how)
{
	OVERLAPPED place = lease_byte;

	if (LockFileEx(handle, how | LOCKFILE_FAIL_IMMEDIATELY, 0, 1, 0,
		       &place))
		return 0;
	if (GetLastError() == ERROR_LOCK_VIOLATION ||
	    GetLastError() == ERROR_IO_PENDING)
		return tempfile__nt_fail_with(EWOULDBLOCK);
	return tempfile__nt_fail_with(ENOLCK);
}

static int lock(int fd, enum nt_lease lease)
{
	HANDLE handle = tempfile__nt_handle(fd);

	if (!handle)
		return -1;
	if (tempfile__nt_is_directory(fd))
		return lock_directory(fd, handle, lease);
	return lock_file(handle,
			 lease == NT_EXCLUSIVE ? LOCKFILE_EXCLUSIVE_LOCK : 0);
}

int tempfile__os_lock_shared(int fd)
{
	return lock(fd, NT_SHARED);
}

int tempfile__os_lock_exclusive(int fd)
{
	return lock(fd, NT_EXCLUSIVE);
}

/* Only files are let go of before they are closed. */
void tempfile__os_unlock_lease(int fd)
{
	HANDLE handle = tempfile__nt_handle(fd);
	OVERLAPPED place = lease_byte;

	if (handle && !tempfile__nt_is_directory(fd))
		(void)UnlockFileEx(handle, 0, 1, 0, &place);
}
