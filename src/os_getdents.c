/* SPDX-License-Identifier: MIT */
/*
 * Reading a directory on Linux, FreeBSD, NetBSD and OpenBSD. readdir would
 * allocate; the system call fills memory that we have.
 */
#include "os.h"

#include <dirent.h>
#include <string.h>
#include <unistd.h>

#ifdef __linux__
#include <sys/syscall.h>

static ssize_t get_entries(int fd, char *bytes, size_t n)
{
	return syscall(SYS_getdents64, fd, bytes, n);
}

#define LEAVES_HOLES false
#else
#define get_entries  getdents
#define LEAVES_HOLES true
#endif

/* Where there was an entry. */
static bool is_hole(const struct dirent *entry)
{
	return LEAVES_HOLES && entry->d_ino == 0;
}

int tempfile__os_list_start(struct os_listing *listing, int fd)
{
	listing->fd = fd;
	listing->length = 0;
	listing->next = 0;
	return lseek(fd, 0, SEEK_SET) < 0 ? -1 : 0;
}

static enum os_kind kind_of(unsigned char type)
{
	switch (type) {
	case DT_REG:
		return OS_FILE;
	case DT_DIR:
		return OS_DIRECTORY;
	case DT_UNKNOWN:
		return OS_KIND_UNKNOWN;
	default:
		return OS_OTHER;
	}
}

static bool is_dot_or_dots(const char *name)
{
	return name[0] == '.' &&
	       (name[1] == '\0' || (name[1] == '.' && name[2] == '\0'));
}

static int fill_listing(struct os_listing *listing)
{
	ssize_t length =
		get_entries(listing->fd, listing->bytes, sizeof listing->bytes);

	if (length < 0)
		return -1;
	listing->length = (size_t)length;
	listing->next = 0;
	return length > 0;
}

int tempfile__os_list_next(struct os_listing *listing, struct os_entry *entry)
{
	const struct dirent *found;
	int more;

	do {
		if (listing->next == listing->length) {
			more = fill_listing(listing);
			if (more <= 0)
				return more;
		}
		found = (const void *)(listing->bytes + listing->next);
		listing->next += found->d_reclen;
	} while (is_hole(found) || is_dot_or_dots(found->d_name));
	entry->name = found->d_name;
	entry->kind = kind_of(found->d_type);
	entry->inode = found->d_ino;
	return 1;
}

void tempfile__os_list_end(struct os_listing *listing)
{
	listing->fd = -1;
}
