/* SPDX-License-Identifier: MIT */
/*
 * What the os_windows_*.c lend each other.
 *
 * Files have the descriptors of the C runtime, so that a program can read and
 * write them and make a FILE * of them. Directories have numbers from a table
 * of our own, which begin far above those: the runtime has no use for them, and
 * what is behind a number can be exchanged, which a lease needs.
 *
 * Everything is opened by the native calls, because only they can open a name
 * relative to a directory that is held, as openat does.
 */
#ifndef TEMPFILE_OS_WINDOWS_H
#define TEMPFILE_OS_WINDOWS_H

#define WIN32_LEAN_AND_MEAN
#include <windows.h>
#include <winternl.h>

#include "os.h"

#define NT_SHARE_ALL (FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE)

/* The longest name of any file system, in UTF-16, and room for more. */
#define NT_NAME_MOST  255
#define NT_NAME_UNITS 300

/*
 * os_windows_text.c: between UTF-8 and UTF-16. A half of a surrogate pair,
 * which a name may hold, is three bytes, so that every name can be told from
 * others.
 */

/* Units written, without a zero; -1: EILSEQ, or ENAMETOOLONG. */
int tempfile__nt_put_wide(WCHAR *place, size_t capacity, const char *text);

/* Bytes written, of at most 3 a unit and a zero. */
size_t tempfile__nt_put_utf8(char *place, const WCHAR *wide, size_t units);

/* In memory of their own, for free(); NULL and errno. */
WCHAR *tempfile__nt_wide(const char *text);
char *tempfile__nt_utf8(const WCHAR *wide, size_t units);

/*
 * os_windows_error.c: the error number that says the same. All set it and
 * return -1.
 */
int tempfile__nt_fail(NTSTATUS status);
int tempfile__nt_fail_by(DWORD error);
int tempfile__nt_fail_with(int code);

/* Does it say that this system, or file system, has no such call? */
bool tempfile__nt_is_unknown(NTSTATUS status);

/*
 * os_windows_descriptor.c
 */

/* What fd stands for; NULL and EBADF. */
HANDLE tempfile__nt_handle(int fd);

/* A number for a handle, which is the number's from now on. -1: it is closed.
 */
int tempfile__nt_file(HANDLE file);
int tempfile__nt_directory(HANDLE directory);
bool tempfile__nt_is_directory(int fd);

/* What is behind a directory's number changes; the old handle is closed. */
void tempfile__nt_exchange(int fd, HANDLE directory);

/* The lease that is held through the number. */
enum nt_lease { NT_NO_LEASE, NT_SHARED, NT_EXCLUSIVE };
enum nt_lease tempfile__nt_lease(int fd);
void tempfile__nt_note_lease(int fd, enum nt_lease lease);

/*
 * os_windows_open.c
 */

/* How to open; what is zero is not wanted. Waiting for the end of each call,
 * and not following a link in the last component, are added. */
struct nt_how {
	ACCESS_MASK access;
	ULONG share;       /* 0: all */
	ULONG disposition; /* FILE_OPEN, FILE_CREATE */
	ULONG options;
	ULONG attributes;
	PSECURITY_DESCRIPTOR security;
};

/* name in the directory behind at, or a path with OS_HERE. */
NTSTATUS tempfile__nt_open(int at, const char *name, const struct nt_how *how,
			   HANDLE *handle);

/* What is behind handle, once more. */
NTSTATUS tempfile__nt_open_again(HANDLE handle, const struct nt_how *how,
				 HANDLE *again);

/*
 * For what others may hold for a moment without sharing it, as indexers and
 * scanners do: tried again for about a second.
 */
NTSTATUS tempfile__nt_open_patiently(int at, const char *name,
				     const struct nt_how *how, HANDLE *handle);

#define NT_PATIENCE \
	14 /* times to wait: 1, 2, 4, ... at most 128 milliseconds */
void tempfile__nt_wait(int time);

/* A file in the directory that goes when its handle does, of any name. */
NTSTATUS tempfile__nt_create_passing(HANDLE directory,
				     PSECURITY_DESCRIPTOR security,
				     HANDLE *handle);

/*
 * os_windows_security.c
 */

/* For you alone, nothing inherited; what is made inside a directory likewise.
 * NULL and errno: Windows would not tell who you are. */
PSECURITY_DESCRIPTOR tempfile__nt_private(bool directory);

/* Are these permissions more than the private ones? */
static inline bool tempfile__nt_is_shared(unsigned permissions)
{
	return permissions & 0077u;
}

/* The rights in os_status, from the handle's access list. */
void tempfile__nt_read_security(HANDLE handle, struct os_status *status);

/*
 * os_windows_status.c
 */

int tempfile__nt_status(HANDLE handle, struct os_status *status);
ULONG tempfile__nt_attributes(HANDLE handle); /* 0: they cannot be read */

/* What stands for something elsewhere: a junction, a link. */
bool tempfile__nt_is_link(HANDLE handle, ULONG attributes);

/* A junction to a whole file system. */
bool tempfile__nt_is_mount(HANDLE handle);

/*
 * os_windows_remove.c
 */

/* Remove the name by which handle, which has DELETE, was opened. */
NTSTATUS tempfile__nt_remove(HANDLE handle);

/*
 * os_windows_process.c
 */

/* A function that not every Windows has; NULL. */
typedef void nt_function(void);
nt_function *tempfile__nt_find(const WCHAR *library, const char *name);

#endif
