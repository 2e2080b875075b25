/* SPDX-License-Identifier: MIT */
/*
 * What there is to know about a file. NTFS counts in a file's number how often
 * it was used before, so nothing else is needed to tell files apart; of ReFS,
 * whose numbers are longer, both halves go into one.
 */
#include "os_windows.h"

#include <errno.h>
#include <ntstatus.h>
#include <string.h>
#include <winioctl.h>

/* 1601 to 1970, in the 100 nanoseconds of Windows. */
#define EPOCH_TICKS      INT64_C(116444736000000000)
#define TICKS_PER_SECOND 10000000

/* Not in every header. */
#ifndef FILE_REMOTE_DEVICE
#define FILE_REMOTE_DEVICE 0x10
#endif

ULONG tempfile__nt_attributes(HANDLE handle)
{
	FILE_BASIC_INFO basic;

	return GetFileInformationByHandleEx(handle, FileBasicInfo, &basic,
					    sizeof basic)
		       ? basic.FileAttributes
		       : 0;
}

static ULONG tag_of(HANDLE handle)
{
	FILE_ATTRIBUTE_TAG_INFO tag;

	return GetFileInformationByHandleEx(handle, FileAttributeTagInfo, &tag,
					    sizeof tag)
		       ? tag.ReparseTag
		       : 0;
}

/* Others, as of files in a cloud, are what they seem to be. A directory is not
 * entered with any. */
bool tempfile__nt_is_link(HANDLE handle, ULONG attributes)
{
	if (!(attributes & FILE_ATTRIBUTE_REPARSE_POINT))
		return false;
	return (attributes & FILE_ATTRIBUTE_DIRECTORY) ||
	       IsReparseTagNameSurrogate(tag_of(handle));
}

/* As far as it begins, the same for all. */
struct junction {
	ULONG tag;
	USHORT length;
	USHORT reserved;
	USHORT target_offset;
	USHORT target_length;
	USHORT shown_offset;
	USHORT shown_length;
	WCHAR path[MAXIMUM_REPARSE_DATA_BUFFER_SIZE / sizeof(WCHAR)];
};

bool tempfile__nt_is_mount(HANDLE handle)
{
	static const WCHAR volume[] = L"\\??\\Volume{";
	struct junction junction;
	DWORD size;

	if (tag_of(handle) != IO_REPARSE_TAG_MOUNT_POINT ||
	    !DeviceIoControl(handle, FSCTL_GET_REPARSE_POINT, NULL, 0,
			     &junction, MAXIMUM_REPARSE_DATA_BUFFER_SIZE, &size,
			     NULL))
		return false;
	return junction.target_length >= sizeof volume &&
	       memcmp(junction.path + junction.target_offset / sizeof(WCHAR),
		      volume, sizeof volume - sizeof *volume) == 0;
}

static enum os_kind kind_of(HANDLE handle, ULONG attributes)
{
	if (tempfile__nt_is_link(handle, attributes))
		return OS_OTHER;
	return attributes & FILE_ATTRIBUTE_DIRECTORY ? OS_DIRECTORY : OS_FILE;
}

static bool read_identity(HANDLE handle, struct os_identity *identity)
{
	BY_HANDLE_FILE_INFORMATION found;
	FILE_ID_INFO id;
	uint64_t halves[2];

	if (GetFileInformationByHandleEx(handle, FileIdInfo, &id, sizeof id)) {
		memcpy(halves, &id.FileId, sizeof halves);
		identity->device = id.VolumeSerialNumber;
		identity->inode = halves[0] ^ halves[1];
		return true;
	}
	if (!GetFileInformationByHandle(handle, &found))
		return false;
	identity->device = found.dwVolumeSerialNumber;
	identity->inode =
		(uint64_t)found.nFileIndexHigh << 32 | found.nFileIndexLow;
	return true;
}

int tempfile__nt_status(HANDLE handle, struct os_status *status)
{
	FILE_BASIC_INFO basic;
	FILE_STANDARD_INFO standard;
	struct os_status found = {0};

	if (!GetFileInformationByHandleEx(handle, FileBasicInfo, &basic,
					  sizeof basic) ||
	    !GetFileInformationByHandleEx(handle, FileStandardInfo, &standard,
					  sizeof standard) ||
	    !read_identity(handle, &found.identity))
		return tempfile__nt_fail_by(GetLastError());
	found.kind = kind_of(handle, basic.FileAttributes);
	found.links = standard.NumberOfLinks;
	found.size = standard.EndOfFile.QuadPart;
	found.changed =
		(basic.ChangeTime.QuadPart - EPOCH_TICKS) / TICKS_PER_SECOND;
	tempfile__nt_read_security(handle, &found);
	*status = found;
	return 0;
}

int tempfile__os_status(int fd, struct os_status *status)
{
	HANDLE handle = tempfile__nt_handle(fd);

	return handle ? tempfile__nt_status(handle, status) : -1;
}

int tempfile__os_status_at(int at, const char *name, struct os_status *status)
{
	struct nt_how how = {.access = FILE_READ_ATTRIBUTES | READ_CONTROL,
			     .options = FILE_OPEN_REPARSE_POINT};
	HANDLE handle;
	NTSTATUS opened = tempfile__nt_open(at, name, &how, &handle);
	int result;
	int code;

	if (opened == STATUS_ACCESS_DENIED) {
		how.access = FILE_READ_ATTRIBUTES;
		opened = tempfile__nt_open(at, name, &how, &handle);
	}
	if (!NT_SUCCESS(opened))
		return tempfile__nt_fail(opened);
	result = tempfile__nt_status(handle, status);
	code = errno;
	(void)CloseHandle(handle);
	errno = code;
	return result;
}

/*
 * File systems
 */

/* NTFS, ReFS and FAT are called as their drivers call them. */
static const char *name_of(HANDLE handle)
{
	static const char *const names[] = {"NTFS",  "ReFS", "FAT32",
					    "exFAT", "FAT",  "UDF"};
	WCHAR wide[64];
	char name[3 * 64 + 1];

	if (!GetVolumeInformationByHandleW(handle, NULL, 0, NULL, NULL, NULL,
					   wide, 64))
		return "unknown";
	(void)tempfile__nt_put_utf8(name, wide, wcslen(wide));
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(name, names[i]) == 0)
			return names[i];
	return "unknown";
}

int tempfile__os_filesystem(int fd, struct os_filesystem *filesystem)
{
	HANDLE handle = tempfile__nt_handle(fd);
	FILE_FS_SIZE_INFORMATION size;
	FILE_FS_DEVICE_INFORMATION device;
	IO_STATUS_BLOCK block;
	NTSTATUS status;

	if (!handle)
		return -1;
	status = NtQueryVolumeInformationFile(
		handle, &block, &size, sizeof size, FileFsSizeInformation);
	if (NT_SUCCESS(status))
		status = NtQueryVolumeInformationFile(handle, &block, &device,
						      sizeof device,
						      FileFsDeviceInformation);
	if (!NT_SUCCESS(status))
		return tempfile__nt_fail(status);
	*filesystem = (struct os_filesystem){
		.name = name_of(handle),
		.local = !(device.Characteristics & FILE_REMOTE_DEVICE),
		.space = size.AvailableAllocationUnits.QuadPart *
			 size.SectorsPerAllocationUnit * size.BytesPerSector,
	};
	return 0;
}
