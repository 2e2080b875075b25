/* SPDX-License-Identifier: MIT */
/*
 * Numbers for handles.
 *
 * A directory's number tells its place in a table that grows by blocks, which
 * are never moved, so a place is read without a lock. Numbers are handed out
 * and taken back under one.
 */
#include "os_windows.h"

#include <errno.h>
#include <io.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/* More than any C runtime can have open. */
#define FIRST_DIRECTORY 0x100000
#define BLOCK_PLACES    256
#define BLOCKS          256

struct place {
	_Atomic(HANDLE) handle; /* NULL: free */
	atomic_int lease;
};

static struct place *_Atomic blocks[BLOCKS];
static SRWLOCK lock = SRWLOCK_INIT;

/* NULL: no number of ours. */
static struct place *place_of(int fd)
{
	size_t at = (size_t)fd - FIRST_DIRECTORY;
	struct place *block;

	if (fd < FIRST_DIRECTORY || at >= (size_t)BLOCK_PLACES * BLOCKS)
		return NULL;
	block = atomic_load(&blocks[at / BLOCK_PLACES]);
	return block ? &block[at % BLOCK_PLACES] : NULL;
}

bool tempfile__nt_is_directory(int fd)
{
	return fd >= FIRST_DIRECTORY;
}

/*
 * A runtime may call a number that it does not know a programmer's error and
 * end the process, unless told otherwise.
 */
#ifdef _UCRT
static void ignore(const wchar_t *what, const wchar_t *function,
		   const wchar_t *file, unsigned line, uintptr_t reserved)
{
	(void)what, (void)function, (void)file, (void)line, (void)reserved;
}

static intptr_t ask_runtime(int fd)
{
	_invalid_parameter_handler before =
		_set_thread_local_invalid_parameter_handler(ignore);
	intptr_t handle = _get_osfhandle(fd);

	(void)_set_thread_local_invalid_parameter_handler(before);
	return handle;
}
#else
static intptr_t ask_runtime(int fd)
{
	return _get_osfhandle(fd);
}
#endif

static HANDLE handle_of_file(int fd)
{
	intptr_t handle = fd < 0 ? -1 : ask_runtime(fd);

	/* -2: a standard stream that leads nowhere. */
	return handle == -1 || handle == -2 ? NULL : (HANDLE)handle;
}

HANDLE tempfile__nt_handle(int fd)
{
	int code = errno;
	struct place *place = place_of(fd);
	HANDLE handle = place ? atomic_load(&place->handle)
			: tempfile__nt_is_directory(fd) ? NULL
							: handle_of_file(fd);

	errno = handle ? code : EBADF;
	return handle;
}

void *tempfile__os_handle(int fd)
{
	return tempfile__nt_handle(fd);
}

/* Under the lock; -1: there is no memory, or no number left. */
static int find_free(void)
{
	struct place *block;

	for (int i = 0; i < BLOCKS; i++) {
		block = atomic_load(&blocks[i]);
		if (!block) {
			block = calloc(BLOCK_PLACES, sizeof *block);
			if (!block)
				return tempfile__nt_fail_with(ENOMEM);
			atomic_store(&blocks[i], block);
		}
		for (int j = 0; j < BLOCK_PLACES; j++)
			if (!atomic_load(&block[j].handle))
				return FIRST_DIRECTORY + i * BLOCK_PLACES + j;
	}
	return tempfile__nt_fail_with(EMFILE);
}

int tempfile__nt_directory(HANDLE directory)
{
	struct place *place;
	int fd;

	AcquireSRWLockExclusive(&lock);
	fd = find_free();
	place = place_of(fd);
	if (place) {
		atomic_store(&place->lease, NT_NO_LEASE);
		atomic_store(&place->handle, directory);
	}
	ReleaseSRWLockExclusive(&lock);
	if (fd < 0)
		(void)CloseHandle(directory);
	return fd;
}

void tempfile__nt_exchange(int fd, HANDLE directory)
{
	struct place *place = place_of(fd);

	(void)CloseHandle(atomic_exchange(&place->handle, directory));
}

enum nt_lease tempfile__nt_lease(int fd)
{
	struct place *place = place_of(fd);

	return place ? (enum nt_lease)atomic_load(&place->lease) : NT_NO_LEASE;
}

void tempfile__nt_note_lease(int fd, enum nt_lease lease)
{
	atomic_store(&place_of(fd)->lease, (int)lease);
}

/* NULL and errno. */
static HANDLE duplicate_handle(HANDLE handle)
{
	HANDLE process = GetCurrentProcess();
	HANDLE copy;

	if (DuplicateHandle(process, handle, process, &copy, 0, FALSE,
			    DUPLICATE_SAME_ACCESS))
		return copy;
	(void)tempfile__nt_fail_by(GetLastError());
	return NULL;
}

/* The lowest free number, whatever it is. */
static int open_lowest(HANDLE file)
{
	int fd = _open_osfhandle((intptr_t)file, O_BINARY | O_NOINHERIT);

	if (fd < 0) {
		(void)CloseHandle(file);
		errno = EMFILE;
	}
	return fd;
}

/*
 * The runtime hands out the lowest number; so those of standard streams that
 * are closed are taken for a moment.
 */
int tempfile__nt_file(HANDLE file)
{
	int low[3];
	int taken = 0;
	int code = errno;
	int fd = open_lowest(file);

	while (fd >= 0 && fd < 3) {
		low[taken++] = fd;
		file = duplicate_handle((HANDLE)_get_osfhandle(fd));
		fd = file ? open_lowest(file) : -1;
	}
	code = fd < 0 ? errno : code;
	while (taken > 0)
		(void)_close(low[--taken]);
	errno = code;
	return fd;
}

int tempfile__os_duplicate(int fd, int minimum)
{
	HANDLE handle = tempfile__nt_handle(fd);

	if (handle && minimum > 3 && !tempfile__nt_is_directory(fd))
		return tempfile__nt_fail_with(EINVAL);
	handle = handle ? duplicate_handle(handle) : NULL;
	if (!handle)
		return -1;
	if (!tempfile__nt_is_directory(fd))
		return tempfile__nt_file(handle);
	minimum = tempfile__nt_directory(handle);
	if (minimum >= 0)
		tempfile__nt_note_lease(minimum, tempfile__nt_lease(fd));
	return minimum;
}

int tempfile__os_close(int fd)
{
	struct place *place = place_of(fd);
	HANDLE handle;

	if (!tempfile__nt_handle(fd))
		return -1;
	if (!place)
		return _close(fd);
	handle = atomic_exchange(&place->handle, NULL);
	return handle && CloseHandle(handle) ? 0
					     : tempfile__nt_fail_with(EBADF);
}

int tempfile__os_replace(int fd, int fresh)
{
	HANDLE handle;

	if (_dup2(fresh, fd) < 0)
		return -1;
	/* The runtime lets programs that are run have what it duplicates. */
	handle = tempfile__nt_handle(fd);
	(void)SetHandleInformation(handle, HANDLE_FLAG_INHERIT, 0);
	(void)_close(fresh);
	return 0;
}
