/* SPDX-License-Identifier: MIT */
/*
 * Removing names.
 *
 * Since Windows 10 a name can go at once, as POSIX has it, though somebody has
 * the file open. Older systems, and some file systems, keep it until the last
 * handle is closed; then nobody can open it any more, and a directory with such
 * names in it is waited for a little.
 */
#include "os_windows.h"

#include <errno.h>
#include <ntstatus.h>
#include <stdlib.h>

/* Not in every header. */
#define DISPOSITION_EX 64 /* FileDispositionInformationEx */
#define DELETE_NAME    0x1u
#define AT_ONCE        0x2u
#define READ_ONLY_TOO  0x10u

static NTSTATUS remove_at_once(HANDLE handle)
{
	ULONG flags = DELETE_NAME | AT_ONCE | READ_ONLY_TOO;
	IO_STATUS_BLOCK block;

	return NtSetInformationFile(handle, &block, &flags, sizeof flags,
				    (FILE_INFORMATION_CLASS)DISPOSITION_EX);
}

static NTSTATUS remove_when_closed(HANDLE handle)
{
	FILE_DISPOSITION_INFO disposition = {TRUE};
	IO_STATUS_BLOCK block;

	return NtSetInformationFile(
		handle, &block, &disposition, sizeof disposition,
		(FILE_INFORMATION_CLASS)13 /* FileDispositionInformation */);
}

/* What may not be written may not be removed either, but by its owner. */
static bool make_writable(HANDLE handle)
{
	const struct nt_how how = {.access = FILE_READ_ATTRIBUTES |
					     FILE_WRITE_ATTRIBUTES,
				   .options = FILE_OPEN_REPARSE_POINT};
	FILE_BASIC_INFO basic = {.FileAttributes = FILE_ATTRIBUTE_NORMAL};
	HANDLE again;
	bool done;

	if (!NT_SUCCESS(tempfile__nt_open_again(handle, &how, &again)))
		return false;
	done = SetFileInformationByHandle(again, FileBasicInfo, &basic,
					  sizeof basic);
	(void)CloseHandle(again);
	return done;
}

NTSTATUS tempfile__nt_remove(HANDLE handle)
{
	NTSTATUS status = remove_at_once(handle);

	if (!tempfile__nt_is_unknown(status))
		return status;
	status = remove_when_closed(handle);
	if (status == STATUS_CANNOT_DELETE && make_writable(handle))
		status = remove_when_closed(handle);
	return status;
}

/* Open to be removed: whatever it is, and nothing that it leads to. */
static NTSTATUS open_to_remove(int at, const char *name, HANDLE *handle)
{
	const struct nt_how how = {.access = DELETE | FILE_READ_ATTRIBUTES,
				   .options = FILE_OPEN_REPARSE_POINT |
					      FILE_OPEN_FOR_BACKUP_INTENT};

	return tempfile__nt_open_patiently(at, name, &how, handle);
}

static int finish(HANDLE handle)
{
	NTSTATUS status = tempfile__nt_remove(handle);

	/* The name goes now, if it has to wait for a handle to be closed. */
	(void)CloseHandle(handle);
	return NT_SUCCESS(status) ? 0 : tempfile__nt_fail(status);
}

static int refuse(HANDLE handle, int code)
{
	(void)CloseHandle(handle);
	return tempfile__nt_fail_with(code);
}

int tempfile__os_remove_file(int at, const char *name)
{
	HANDLE handle;
	NTSTATUS status = open_to_remove(at, name, &handle);
	ULONG attributes;

	if (!NT_SUCCESS(status))
		return tempfile__nt_fail(status);
	attributes = tempfile__nt_attributes(handle);
	if ((attributes & FILE_ATTRIBUTE_DIRECTORY) &&
	    !tempfile__nt_is_link(handle, attributes))
		return refuse(handle, EISDIR);
	if (tempfile__nt_is_mount(handle))
		return refuse(handle, EBUSY);
	return finish(handle);
}

/* Is all that is left in the directory name on its way out? */
static bool is_being_emptied(int at, const char *name)
{
	struct os_listing *listing = malloc(sizeof *listing);
	struct os_status status;
	struct os_entry entry;
	int fd = listing ? tempfile__os_open_subdirectory(at, name) : -1;
	bool leaving = fd >= 0;

	if (leaving && tempfile__os_list_start(listing, fd) == 0)
		while (leaving && tempfile__os_list_next(listing, &entry) > 0)
			leaving = tempfile__os_status_at(fd, entry.name,
							 &status) < 0 &&
				  errno == ENOENT;
	if (fd >= 0)
		(void)tempfile__os_close(fd);
	free(listing);
	return leaving;
}

static int remove_directory_once(int at, const char *name)
{
	HANDLE handle;
	NTSTATUS status = open_to_remove(at, name, &handle);
	ULONG attributes;

	if (!NT_SUCCESS(status))
		return tempfile__nt_fail(status);
	attributes = tempfile__nt_attributes(handle);
	if (!(attributes & FILE_ATTRIBUTE_DIRECTORY) ||
	    tempfile__nt_is_link(handle, attributes))
		return refuse(handle, ENOTDIR);
	return finish(handle);
}

int tempfile__os_remove_directory(int at, const char *name)
{
	int code = errno;
	int result = remove_directory_once(at, name);

	for (int i = 0; i < NT_PATIENCE && result < 0 && errno == ENOTEMPTY &&
			is_being_emptied(at, name);
	     i++) {
		tempfile__nt_wait(i);
		result = remove_directory_once(at, name);
	}
	if (result == 0)
		errno = code;
	return result;
}
