/* SPDX-License-Identifier: MIT */
/*
 * Reading a directory in WebAssembly, by the call behind readdir, into memory
 * that we have. It may cut the last entry short; what begins with that one is
 * then asked for once more.
 */
#include "os.h"

#include <errno.h>
#include <string.h>
#include <wasi/api.h>

/* Where to go on stands before the entries, which are never aligned. */
struct page {
	__wasi_dircookie_t place; /* of the entry at next */
	char entries[OS_LISTING_BYTES - sizeof(__wasi_dircookie_t)];
};

static struct page *page_of(struct os_listing *listing)
{
	return (void *)listing->bytes;
}

int tempfile__os_list_start(struct os_listing *listing, int fd)
{
	listing->fd = fd;
	listing->length = 0;
	listing->next = 0;
	page_of(listing)->place = __WASI_DIRCOOKIE_START;
	return 0;
}

static int fill_listing(struct os_listing *listing)
{
	struct page *page = page_of(listing);
	__wasi_size_t length;
	__wasi_errno_t error = __wasi_fd_readdir(
		(__wasi_fd_t)listing->fd, (uint8_t *)page->entries,
		sizeof page->entries, page->place, &length);

	if (error) {
		errno = error;
		return -1;
	}
	listing->length = length;
	listing->next = 0;
	return 0;
}

/* found is the entry at next, and name its name, which no zero ends; false:
 * there is no whole one. */
static bool take_entry(struct os_listing *listing, __wasi_dirent_t *found,
		       const char **name)
{
	const char *at = page_of(listing)->entries + listing->next;
	size_t left = listing->length - listing->next;

	if (left < sizeof *found)
		return false;
	memcpy(found, at, sizeof *found);
	if (left < sizeof *found + found->d_namlen)
		return false;
	*name = at + sizeof *found;
	listing->next += sizeof *found + found->d_namlen;
	page_of(listing)->place = found->d_next;
	return true;
}

static enum os_kind kind_of(__wasi_filetype_t type)
{
	switch (type) {
	case __WASI_FILETYPE_REGULAR_FILE:
		return OS_FILE;
	case __WASI_FILETYPE_DIRECTORY:
		return OS_DIRECTORY;
	case __WASI_FILETYPE_UNKNOWN:
		return OS_KIND_UNKNOWN;
	default:
		return OS_OTHER;
	}
}

static bool is_dot_or_dots(const char *name, size_t length)
{
	return (length == 1 && name[0] == '.') ||
	       (length == 2 && name[0] == '.' && name[1] == '.');
}

/* Over its head, which has been read, there is room for a zero behind it. */
static const char *end_name(const char *name, size_t length)
{
	char *earlier = (char *)(uintptr_t)name - 1;

	memmove(earlier, name, length);
	earlier[length] = '\0';
	return earlier;
}

/* 0 at the end. */
static int next_entry(struct os_listing *listing, __wasi_dirent_t *found,
		      const char **name)
{
	if (take_entry(listing, found, name))
		return 1;
	return fill_listing(listing) < 0 ? -1
					 : take_entry(listing, found, name);
}

int tempfile__os_list_next(struct os_listing *listing, struct os_entry *entry)
{
	__wasi_dirent_t found;
	const char *name;
	int more;

	do {
		more = next_entry(listing, &found, &name);
		if (more <= 0)
			return more;
	} while (is_dot_or_dots(name, found.d_namlen));
	entry->name = end_name(name, found.d_namlen);
	entry->kind = kind_of(found.d_type);
	entry->inode = found.d_ino;
	return 1;
}

void tempfile__os_list_end(struct os_listing *listing)
{
	listing->fd = -1;
}
