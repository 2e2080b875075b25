/* SPDX-License-Identifier: MIT */
/*
 * Reading a directory on macOS, by a system call that fills memory that we
 * have; readdir would allocate.
 */
#include "os.h"

#include <stdint.h>
#include <string.h>
#include <sys/attr.h>
#include <unistd.h>

/* Of sys/vnode.h, which not everyone has: VNON, VREG, VDIR. */
enum { TYPE_NONE, TYPE_REGULAR, TYPE_DIRECTORY };

/* An entry as asked for below, in the order the system has for them. */
struct entry {
	uint32_t length;
	attribute_set_t returned;
	attrreference_t name;
	fsobj_type_t kind;
	uint64_t inode;
} __attribute__((packed, aligned(4)));

int tempfile__os_list_start(struct os_listing *listing, int fd)
{
	listing->fd = fd;
	listing->length = 0; /* entries left */
	listing->next = 0;
	return lseek(fd, 0, SEEK_SET) < 0 ? -1 : 0;
}

static int fill_listing(struct os_listing *listing)
{
	struct attrlist wanted = {
		.bitmapcount = ATTR_BIT_MAP_COUNT,
		.commonattr = ATTR_CMN_RETURNED_ATTRS | ATTR_CMN_NAME |
			      ATTR_CMN_OBJTYPE | ATTR_CMN_FILEID,
	};
	/* What is missing is there all the same, as zero. */
	int count =
		getattrlistbulk(listing->fd, &wanted, listing->bytes,
				sizeof listing->bytes, FSOPT_PACK_INVAL_ATTRS);

	if (count < 0)
		return -1;
	listing->length = (size_t)count;
	listing->next = 0;
	return count > 0;
}

static enum os_kind kind_of(fsobj_type_t type)
{
	switch (type) {
	case TYPE_REGULAR:
		return OS_FILE;
	case TYPE_DIRECTORY:
		return OS_DIRECTORY;
	case TYPE_NONE:
		return OS_KIND_UNKNOWN;
	default:
		return OS_OTHER;
	}
}

/* It leaves out "." and ".." itself. */
int tempfile__os_list_next(struct os_listing *listing, struct os_entry *entry)
{
	const char *at;
	struct entry found;
	int more;

	if (listing->length == 0) {
		more = fill_listing(listing);
		if (more <= 0)
			return more;
	}
	at = listing->bytes + listing->next;
	memcpy(&found, at, sizeof found);
	listing->length--;
	listing->next += found.length;
	entry->name =
		at + offsetof(struct entry, name) + found.name.attr_dataoffset;
	entry->kind = kind_of(found.kind);
	entry->inode = found.inode;
	return 1;
}

void tempfile__os_list_end(struct os_listing *listing)
{
	listing->fd = -1;
}
