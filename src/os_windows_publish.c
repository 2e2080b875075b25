/* SPDX-License-Identifier: MIT */
/*
 * Giving a file its place. Since Windows 10 a file can be replaced though
 * others read it, who go on with the old one; before, those who do not share it
 * for removal are waited for a little.
 */
#include "os_windows.h"

#include <errno.h>
#include <ntstatus.h>
#include <stdlib.h>
#include <string.h>

#define RENAME_EX     65 /* FileRenameInformationEx */
#define REPLACE       0x1u
#define THOUGH_OPEN   0x2u
#define READ_ONLY_TOO 0x40u

/* FILE_RENAME_INFORMATION, FILE_LINK_INFORMATION and their like are the same.
 */
struct destination {
	union {
		BOOLEAN replace;
		ULONG flags;
	} how;
	HANDLE directory;
	ULONG name_bytes;
	WCHAR name[NT_NAME_UNITS];
};

_Static_assert(offsetof(struct destination, name) ==
			       offsetof(FILE_RENAME_INFORMATION, FileName) &&
		       offsetof(struct destination, directory) ==
			       offsetof(FILE_RENAME_INFORMATION, RootDirectory),
	       "not as the system has it");

static int set_destination(struct destination *to, int at, const char *name)
{
	int units;

	*to = (struct destination){.directory = tempfile__nt_handle(at)};
	if (!to->directory)
		return -1;
	units = tempfile__nt_put_wide(to->name, NT_NAME_UNITS, name);
	if (units < 0)
		return -1;
	if (strpbrk(name, "\\/:"))
		return tempfile__nt_fail_with(EINVAL);
	to->name_bytes = (ULONG)units * (ULONG)sizeof *to->name;
	return 0;
}

static NTSTATUS give_name(HANDLE handle, struct destination *to, int class)
{
	IO_STATUS_BLOCK block;

	return NtSetInformationFile(handle, &block, to, sizeof *to,
				    (FILE_INFORMATION_CLASS) class);
}

static NTSTATUS rename_once(HANDLE handle, struct destination *to, bool replace)
{
	NTSTATUS status;

	to->how.flags = THOUGH_OPEN;
	if (replace)
		to->how.flags |= REPLACE | READ_ONLY_TOO;
	status = give_name(handle, to, RENAME_EX);
	if (!tempfile__nt_is_unknown(status))
		return status;
	to->how.flags = 0;
	to->how.replace = replace;
	return give_name(handle, to, FileRenameInformation);
}

/* That access is denied is said, too, of a target that somebody has open. */
static bool may_pass(NTSTATUS status, bool over)
{
	return status == STATUS_SHARING_VIOLATION ||
	       status == STATUS_DELETE_PENDING ||
	       (over && status == STATUS_ACCESS_DENIED);
}

/* over: it is to replace something. */
static NTSTATUS rename_patiently(HANDLE handle, struct destination *to,
				 bool replace, bool over)
{
	NTSTATUS status = rename_once(handle, to, replace);

	for (int i = 0; i < NT_PATIENCE && may_pass(status, over); i++) {
		tempfile__nt_wait(i);
		status = rename_once(handle, to, replace);
	}
	return status;
}

static NTSTATUS open_to_rename(int at, const char *name, HANDLE *handle)
{
	const struct nt_how how = {.access = DELETE | FILE_READ_ATTRIBUTES,
				   .options = FILE_OPEN_REPARSE_POINT};

	return tempfile__nt_open_patiently(at, name, &how, handle);
}

static int move(int from, const char *old, int to, const char *name,
		bool replace)
{
	struct destination destination;
	struct os_status there;
	NTSTATUS status;
	HANDLE handle;
	bool over;

	if (set_destination(&destination, to, name) < 0)
		return -1;
	over = replace && tempfile__os_status_at(to, name, &there) == 0;
	status = open_to_rename(from, old, &handle);
	if (!NT_SUCCESS(status))
		return tempfile__nt_fail(status);
	status = rename_patiently(handle, &destination, replace, over);
	(void)CloseHandle(handle);
	return NT_SUCCESS(status) ? 0 : tempfile__nt_fail(status);
}

/*
 * A directory replaces no other, so an empty one goes before; if its place then
 * cannot be taken, nothing is lost that could not be made again.
 */
int tempfile__os_rename(int from, const char *old, int to, const char *name)
{
	struct os_status what, there;
	int code = errno;

	if (tempfile__os_status_at(from, old, &what) < 0)
		return -1;
	if (tempfile__os_status_at(to, name, &there) == 0) {
		/* Two names of one file stay so. */
		if (tempfile__os_same(what.identity, there.identity))
			return 0;
		if (there.kind == OS_DIRECTORY && what.kind != OS_DIRECTORY)
			return tempfile__nt_fail_with(EISDIR);
		if (there.kind == OS_DIRECTORY &&
		    tempfile__os_remove_directory(to, name) < 0)
			return -1;
	}
	errno = code;
	return move(from, old, to, name, true);
}

int tempfile__os_rename_new(int from, const char *old, int to, const char *name)
{
	return move(from, old, to, name, false);
}

int tempfile__os_exchange(int from, const char *old, int to, const char *name)
{
	(void)from, (void)old, (void)to, (void)name;
	return tempfile__nt_fail_with(ENOTSUP);
}

static int link_handle(HANDLE handle, int at, const char *name)
{
	struct destination destination;
	NTSTATUS status;

	if (set_destination(&destination, at, name) < 0)
		return -1;
	status = give_name(handle, &destination, FileLinkInformation);
	if (tempfile__nt_is_unknown(status))
		return tempfile__nt_fail_with(EPERM);
	return NT_SUCCESS(status) ? 0 : tempfile__nt_fail(status);
}

int tempfile__os_link(int from, const char *old, int to, const char *name)
{
	const struct nt_how how = {.access = FILE_WRITE_ATTRIBUTES,
				   .options = FILE_OPEN_REPARSE_POINT};
	HANDLE handle;
	NTSTATUS status = tempfile__nt_open(from, old, &how, &handle);
	int result;
	int code;

	if (!NT_SUCCESS(status))
		return tempfile__nt_fail(status);
	result = link_handle(handle, to, name);
	code = errno;
	(void)CloseHandle(handle);
	errno = code;
	return result;
}

/*
 * fd is to stand for the name, by which it does not go when it is closed, and
 * which others can open though they do not share it for removal.
 */
static int lead_to_name(int fd, int at, const char *name)
{
	struct os_status held, named;
	int64_t offset = tempfile__os_tell(fd);
	int fresh = tempfile__os_open_file(at, name, O_RDWR);

	if (fresh < 0)
		return -1;
	if (offset >= 0 && tempfile__os_status(fd, &held) == 0 &&
	    tempfile__os_status(fresh, &named) == 0 &&
	    tempfile__os_same(held.identity, named.identity) &&
	    tempfile__os_seek(fresh, offset) == 0 &&
	    tempfile__os_replace(fd, fresh) == 0)
		return 0;
	(void)tempfile__os_close(fresh);
	return tempfile__nt_fail_with(ESTALE);
}

int tempfile__os_link_anonymous(int fd, int at, const char *name)
{
	HANDLE handle = tempfile__nt_handle(fd);
	struct os_status file, directory;
	int code;

	if (tempfile__os_status(fd, &file) < 0 ||
	    tempfile__os_status(at, &directory) < 0)
		return -1;
	/* Where two ways lead to one disk the system may not see it. */
	if (file.identity.device != directory.identity.device)
		return tempfile__nt_fail_with(EXDEV);
	if (link_handle(handle, at, name) < 0)
		return -1;
	if (lead_to_name(fd, at, name) == 0)
		return 0;
	code = errno;
	(void)tempfile__os_remove_file(at, name);
	errno = code;
	return -1;
}

/*
 * To the disk
 */

NTSTATUS NTAPI NtFlushBuffersFile(HANDLE file, PIO_STATUS_BLOCK block);

/* Only who may write may flush. */
int tempfile__os_sync(int fd)
{
	const struct nt_how how = {.access = FILE_WRITE_DATA};
	HANDLE handle = tempfile__nt_handle(fd);
	IO_STATUS_BLOCK block;
	NTSTATUS status;
	HANDLE again;

	if (!handle)
		return -1;
	status = NtFlushBuffersFile(handle, &block);
	if (status == STATUS_ACCESS_DENIED) {
		status = tempfile__nt_open_again(handle, &how, &again);
		if (NT_SUCCESS(status)) {
			status = NtFlushBuffersFile(again, &block);
			(void)CloseHandle(again);
		}
	}
	/* Some file systems have nothing to sync in a directory. */
	if (NT_SUCCESS(status) || (tempfile__nt_is_directory(fd) &&
				   (tempfile__nt_is_unknown(status) ||
				    status == STATUS_ACCESS_DENIED)))
		return 0;
	return tempfile__nt_fail(status);
}

/* An administrator could flush a volume; nobody a directory with all in it. */
int tempfile__os_sync_filesystem(int fd)
{
	(void)fd;
	return tempfile__nt_fail_with(ENOTSUP);
}

#define COPY_BYTES 131072

int tempfile__os_copy(int from, int to, int64_t size)
{
	void *bytes = malloc(COPY_BYTES);
	ssize_t got = bytes ? 1 : -1;
	int code;

	if (!bytes)
		errno = ENOMEM;
	for (int64_t at = 0; at < size && got > 0; at += got) {
		got = tempfile__os_read_at(from, bytes, COPY_BYTES, at);
		if (got > 0 &&
		    tempfile__os_write_at(to, bytes, (size_t)got, at) != got)
			got = -1;
	}
	code = errno;
	free(bytes);
	errno = code;
	return got < 0 ? -1 : 0;
}
