/* SPDX-License-Identifier: MIT */
/*
 * Opening and creating, relative to directories that are held.
 *
 * Everything is shared in every way, so that what we hold can be opened,
 * renamed and removed by others; and a handle has DELETE only as long as
 * something is being renamed or removed with it, because programs that do not
 * share that could not open the file meanwhile.
 */
#include "os_windows.h"

#include <errno.h>
#include <ntstatus.h>
#include <stdlib.h>
#include <string.h>

/* Names of devices and streams are none for us. */
#define DIRECTORY_ACCESS \
	(FILE_TRAVERSE | FILE_READ_ATTRIBUTES | READ_CONTROL | SYNCHRONIZE)

static NTSTATUS create(HANDLE root, UNICODE_STRING *name,
		       const struct nt_how *how, HANDLE *handle)
{
	OBJECT_ATTRIBUTES attributes = {
		.Length = sizeof attributes,
		.RootDirectory = root,
		.ObjectName = name,
		.Attributes = OBJ_CASE_INSENSITIVE,
		.SecurityDescriptor = how->security,
	};
	IO_STATUS_BLOCK block;

	return NtCreateFile(
		handle, how->access | SYNCHRONIZE, &attributes, &block, NULL,
		how->attributes ? how->attributes : FILE_ATTRIBUTE_NORMAL,
		how->share ? how->share : NT_SHARE_ALL,
		how->disposition ? how->disposition : FILE_OPEN,
		how->options | FILE_SYNCHRONOUS_IO_NONALERT, NULL, 0);
}

static NTSTATUS open_path(const char *path, const struct nt_how *how,
			  HANDLE *handle)
{
	UNICODE_STRING name;
	WCHAR *wide = tempfile__nt_wide(path);
	NTSTATUS status = STATUS_OBJECT_NAME_INVALID;

	if (!wide)
		return errno == ENOMEM ? STATUS_NO_MEMORY : status;
	if (RtlDosPathNameToNtPathName_U(wide, &name, NULL, NULL)) {
		status = create(NULL, &name, how, handle);
		RtlFreeUnicodeString(&name);
	}
	free(wide);
	return status;
}

NTSTATUS tempfile__nt_open(int at, const char *name, const struct nt_how *how,
			   HANDLE *handle)
{
	WCHAR wide[NT_NAME_UNITS];
	UNICODE_STRING string = {.Buffer = wide};
	HANDLE root;
	int units;

	if (at == OS_HERE)
		return open_path(name, how, handle);
	root = tempfile__nt_handle(at);
	if (!root)
		return STATUS_INVALID_HANDLE;
	units = tempfile__nt_put_wide(wide, NT_NAME_UNITS, name);
	if (units < 0)
		return errno == ENAMETOOLONG ? STATUS_NAME_TOO_LONG
					     : STATUS_OBJECT_NAME_INVALID;
	if (units > NT_NAME_MOST)
		return STATUS_NAME_TOO_LONG;
	/* What follows a colon is the name of a stream, not of a file. */
	if (units == 0 || strpbrk(name, "\\/:"))
		return STATUS_OBJECT_NAME_INVALID;
	if (strcmp(name, ".") == 0)
		units = 0;
	string.Length = string.MaximumLength =
		(USHORT)((size_t)units * sizeof *wide);
	return create(root, &string, how, handle);
}

NTSTATUS tempfile__nt_open_again(HANDLE handle, const struct nt_how *how,
				 HANDLE *again)
{
	UNICODE_STRING nothing = {0};

	return create(handle, &nothing, how, again);
}

void tempfile__nt_wait(int time)
{
	Sleep(1u << (time < 7 ? time : 7));
}

NTSTATUS tempfile__nt_open_patiently(int at, const char *name,
				     const struct nt_how *how, HANDLE *handle)
{
	NTSTATUS status = tempfile__nt_open(at, name, how, handle);

	for (int i = 0; i < NT_PATIENCE && status == STATUS_SHARING_VIOLATION;
	     i++) {
		tempfile__nt_wait(i);
		status = tempfile__nt_open(at, name, how, handle);
	}
	return status;
}

/*
 * Directories
 */

int tempfile__os_open_directory(int at, const char *path)
{
	struct nt_how how = {.access = DIRECTORY_ACCESS | FILE_LIST_DIRECTORY,
			     .options = FILE_DIRECTORY_FILE};
	NTSTATUS status;
	HANDLE handle;

	status = tempfile__nt_open(at, path, &how, &handle);
	if (status == STATUS_ACCESS_DENIED) {
		/* In C:\Windows\Temp everybody may create, and few may look. */
		how.access = DIRECTORY_ACCESS;
		status = tempfile__nt_open(at, path, &how, &handle);
	}
	return NT_SUCCESS(status) ? tempfile__nt_directory(handle)
				  : tempfile__nt_fail(status);
}

int tempfile__os_open_subdirectory(int at, const char *name)
{
	const struct nt_how how = {
		.access = DIRECTORY_ACCESS | FILE_LIST_DIRECTORY,
		.options = FILE_DIRECTORY_FILE | FILE_OPEN_REPARSE_POINT};
	HANDLE handle;
	NTSTATUS status = tempfile__nt_open(at, name, &how, &handle);
	int code;

	if (!NT_SUCCESS(status))
		return tempfile__nt_fail(status);
	if (!tempfile__nt_is_link(handle, tempfile__nt_attributes(handle)))
		return tempfile__nt_directory(handle);
	code = tempfile__nt_is_mount(handle) ? EXDEV : ENOTDIR;
	(void)CloseHandle(handle);
	return tempfile__nt_fail_with(code);
}

/* The path by which the system knows handle, for free(); NULL and errno. */
static OBJECT_NAME_INFORMATION *query_name(HANDLE handle)
{
	ULONG size = 1024;
	OBJECT_NAME_INFORMATION *name = NULL;
	NTSTATUS status;

	do {
		free(name);
		name = malloc(size);
		if (!name) {
			errno = ENOMEM;
			return NULL;
		}
		status = NtQueryObject(handle, ObjectNameInformation, name,
				       size, &size);
	} while (status == STATUS_INFO_LENGTH_MISMATCH ||
		 status == STATUS_BUFFER_OVERFLOW);
	if (NT_SUCCESS(status))
		return name;
	free(name);
	(void)tempfile__nt_fail(status);
	return NULL;
}

/* Cut the last component, but not the separator of a root. */
static void cut_last(UNICODE_STRING *name)
{
	size_t units = name->Length / sizeof *name->Buffer;

	while (units > 0 && name->Buffer[units - 1] != L'\\')
		units--;
	name->Length = (USHORT)(units * sizeof *name->Buffer);
}

/*
 * By its path, for want of a better way: whoever asks looks whether it is the
 * directory that he thinks.
 */
int tempfile__os_open_parent(int fd)
{
	const struct nt_how how = {.access = DIRECTORY_ACCESS |
					     FILE_LIST_DIRECTORY,
				   .options = FILE_DIRECTORY_FILE};
	HANDLE handle = tempfile__nt_handle(fd);
	OBJECT_NAME_INFORMATION *name = handle ? query_name(handle) : NULL;
	NTSTATUS status;

	if (!name)
		return -1;
	cut_last(&name->Name);
	status = create(NULL, &name->Name, &how, &handle);
	free(name);
	return NT_SUCCESS(status) ? tempfile__nt_directory(handle)
				  : tempfile__nt_fail(status);
}

/*
 * What programs could not open by this name later on: they drop a dot or a
 * space at its end.
 */
static bool is_unreachable(const char *name)
{
	size_t length = strlen(name);

	return length > 0 &&
	       (name[length - 1] == '.' || name[length - 1] == ' ');
}

/* Another name, please, if this one is taken by what is just being removed. */
static int fail_to_create(NTSTATUS status)
{
	return status == STATUS_DELETE_PENDING ? tempfile__nt_fail_with(EEXIST)
					       : tempfile__nt_fail(status);
}

static int create_new(int at, const char *name, struct nt_how *how,
		      unsigned permissions, HANDLE *handle)
{
	bool directory = how->options & FILE_DIRECTORY_FILE;
	NTSTATUS status;

	if (is_unreachable(name))
		return tempfile__nt_fail_with(EINVAL);
	if (!tempfile__nt_is_shared(permissions)) {
		how->security = tempfile__nt_private(directory);
		if (!how->security)
			return -1;
	}
	how->disposition = FILE_CREATE;
	status = tempfile__nt_open(at, name, how, handle);
	return NT_SUCCESS(status) ? 0 : fail_to_create(status);
}

int tempfile__os_create_directory(int at, const char *name,
				  unsigned permissions)
{
	struct nt_how how = {.access = FILE_READ_ATTRIBUTES,
			     .options = FILE_DIRECTORY_FILE,
			     .attributes = FILE_ATTRIBUTE_DIRECTORY};
	HANDLE handle;

	if (create_new(at, name, &how, permissions, &handle) < 0)
		return -1;
	(void)CloseHandle(handle);
	return 0;
}

/*
 * Files
 */

int tempfile__os_create_file(int at, const char *name, unsigned permissions)
{
	struct nt_how how = {.access = GENERIC_READ | GENERIC_WRITE | WRITE_DAC,
			     .options = FILE_NON_DIRECTORY_FILE};
	HANDLE handle;

	if (create_new(at, name, &how, permissions, &handle) < 0)
		return -1;
	return tempfile__nt_file(handle);
}

NTSTATUS tempfile__nt_create_passing(HANDLE directory,
				     PSECURITY_DESCRIPTOR security,
				     HANDLE *handle)
{
	/* 32 of them: five bits a character, without bias. */
	static const WCHAR letters[] = L"abcdefghijklmnopqrstuvwxyz012345";
	static const WCHAR prefix[] = L"tempfile-";
	const struct nt_how how = {
		.access = GENERIC_READ | GENERIC_WRITE | WRITE_DAC | DELETE,
		.disposition = FILE_CREATE,
		.options = FILE_NON_DIRECTORY_FILE | FILE_DELETE_ON_CLOSE,
		.attributes = FILE_ATTRIBUTE_TEMPORARY,
		.security = security};
	unsigned char bytes[26];
	WCHAR name[sizeof prefix / sizeof *prefix - 1 + sizeof bytes];
	WCHAR *end = name + sizeof prefix / sizeof *prefix - 1;
	UNICODE_STRING string = {sizeof name, sizeof name, name};

	if (tempfile__os_random(bytes, sizeof bytes) < 0)
		return STATUS_UNSUCCESSFUL;
	memcpy(name, prefix, sizeof prefix - sizeof *prefix);
	for (size_t i = 0; i < sizeof bytes; i++)
		end[i] = letters[bytes[i] & 31];
	return create(directory, &string, &how, handle);
}

/*
 * Its name is seen as long as it is open, and goes with it even if the process
 * is killed: the system does that.
 */
int tempfile__os_create_anonymous(int at, const char *path,
				  unsigned permissions)
{
	PSECURITY_DESCRIPTOR security = tempfile__nt_is_shared(permissions)
						? NULL
						: tempfile__nt_private(false);
	int directory =
		at == OS_HERE ? tempfile__os_open_directory(at, path) : at;
	HANDLE handle = directory < 0 ? NULL : tempfile__nt_handle(directory);
	NTSTATUS status = STATUS_SUCCESS;
	int code;

	if (!handle)
		return -1;
	status = tempfile__nt_create_passing(handle, security, &handle);
	code = NT_SUCCESS(status) ? errno : (tempfile__nt_fail(status), errno);
	if (directory != at)
		(void)tempfile__os_close(directory);
	errno = code;
	return NT_SUCCESS(status) ? tempfile__nt_file(handle) : -1;
}

/* To look at it needs a right of its own, which writing does not bring. */
static ACCESS_MASK access_of(int flags)
{
	ACCESS_MASK writing = FILE_GENERIC_WRITE | FILE_READ_ATTRIBUTES;

	if (flags & O_APPEND)
		writing &= ~(ACCESS_MASK)FILE_WRITE_DATA;
	switch (flags & O_ACCMODE) {
	case O_RDONLY:
		return FILE_GENERIC_READ;
	case O_WRONLY:
		return writing;
	default:
		return FILE_GENERIC_READ | writing;
	}
}

int tempfile__os_reopen(int fd, int flags)
{
	const struct nt_how how = {.access = access_of(flags),
				   .options = FILE_NON_DIRECTORY_FILE};
	HANDLE handle = tempfile__nt_handle(fd);
	NTSTATUS status;

	if (!handle)
		return -1;
	status = tempfile__nt_open_again(handle, &how, &handle);
	return NT_SUCCESS(status) ? tempfile__nt_file(handle)
				  : tempfile__nt_fail(status);
}

int tempfile__os_open_file(int at, const char *name, int flags)
{
	const struct nt_how how = {.access = access_of(flags),
				   .options = FILE_NON_DIRECTORY_FILE |
					      FILE_OPEN_REPARSE_POINT};
	HANDLE handle;
	NTSTATUS status = tempfile__nt_open_patiently(at, name, &how, &handle);

	if (!NT_SUCCESS(status))
		return tempfile__nt_fail(status);
	if (!tempfile__nt_is_link(handle, tempfile__nt_attributes(handle)))
		return tempfile__nt_file(handle);
	(void)CloseHandle(handle);
	return tempfile__nt_fail_with(ELOOP);
}
