/* SPDX-License-Identifier: MIT */
/*
 * Reading a directory. The system fills most of the listing's memory; the rest
 * is for the present name as UTF-8.
 */
#include "os_windows.h"

#include <errno.h>
#include <ntstatus.h>
#include <string.h>

#define NAME_BYTES  (3 * NT_NAME_UNITS + 1)
#define ENTRY_BYTES (OS_LISTING_BYTES - 1024)

_Static_assert(NAME_BYTES <= OS_LISTING_BYTES - ENTRY_BYTES,
	       "a name has no room");

NTSTATUS NTAPI NtQueryDirectoryFile(HANDLE directory, HANDLE event, void *call,
				    void *context, PIO_STATUS_BLOCK block,
				    void *place, ULONG size,
				    FILE_INFORMATION_CLASS class, BOOLEAN one,
				    PUNICODE_STRING pattern, BOOLEAN restart);

int tempfile__os_list_start(struct os_listing *listing, int fd)
{
	listing->stream = NULL; /* not read from yet */
	listing->fd = fd;
	listing->length = 0;
	listing->next = 0;
	return tempfile__nt_handle(fd) ? 0 : -1;
}

void tempfile__os_list_end(struct os_listing *listing)
{
	listing->fd = -1;
}

/* 1, or 0 at the end. */
static int fill_listing(struct os_listing *listing)
{
	HANDLE handle = tempfile__nt_handle(listing->fd);
	IO_STATUS_BLOCK block;
	NTSTATUS status;

	if (!handle)
		return -1;
	status = NtQueryDirectoryFile(handle, NULL, NULL, NULL, &block,
				      listing->bytes, ENTRY_BYTES,
				      FileIdFullDirectoryInformation, FALSE,
				      NULL, listing->stream == NULL);
	listing->stream = listing;
	listing->next = 0;
	listing->length = 0;
	if (status == STATUS_NO_MORE_FILES || status == STATUS_NO_SUCH_FILE)
		return 0;
	if (!NT_SUCCESS(status))
		return tempfile__nt_fail(status);
	listing->length = block.Information;
	return 1;
}

static bool is_dot_or_dots(const FILE_ID_FULL_DIR_INFORMATION *found)
{
	const WCHAR *name = found->FileName;
	size_t units = found->FileNameLength / sizeof *name;

	return name[0] == L'.' &&
	       (units == 1 || (units == 2 && name[1] == L'.'));
}

/* Whatever stands for something elsewhere is not to be entered. */
static enum os_kind kind_of(ULONG attributes)
{
	if (attributes & FILE_ATTRIBUTE_REPARSE_POINT)
		return OS_OTHER;
	return attributes & FILE_ATTRIBUTE_DIRECTORY ? OS_DIRECTORY : OS_FILE;
}

static const FILE_ID_FULL_DIR_INFORMATION *take(struct os_listing *listing)
{
	const FILE_ID_FULL_DIR_INFORMATION *found =
		(const void *)(listing->bytes + listing->next);

	if (found->NextEntryOffset == 0)
		listing->next = listing->length;
	else
		listing->next += found->NextEntryOffset;
	return found;
}

int tempfile__os_list_next(struct os_listing *listing, struct os_entry *entry)
{
	const FILE_ID_FULL_DIR_INFORMATION *found;
	char *name = listing->bytes + ENTRY_BYTES;
	int more;

	do {
		if (listing->next == listing->length) {
			more = fill_listing(listing);
			if (more <= 0)
				return more;
		}
		found = take(listing);
	} while (is_dot_or_dots(found) ||
		 found->FileNameLength > NT_NAME_UNITS * sizeof(WCHAR));
	(void)tempfile__nt_put_utf8(name, found->FileName,
				    found->FileNameLength / sizeof(WCHAR));
	entry->name = name;
	entry->kind = kind_of(found->FileAttributes);
	entry->inode = (uint64_t)found->FileId.QuadPart;
	return 1;
}
