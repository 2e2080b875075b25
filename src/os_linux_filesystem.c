/* SPDX-License-Identifier: MIT */
/*
 * The file systems Linux knows by number, and what we know of each: whether it
 * lives in memory, and whether this host alone uses it, so that flock tells
 * all. What is not listed is not trusted with leases.
 */
#include "os.h"

#include <sys/vfs.h>

/* Without pointers, so that a process which starts has none to fill in. */
struct known {
	unsigned magic;
	char name[10];
	bool memory_backed;
	bool local;
};

static const struct known known[] = {
	{0xef53, "ext4", false, true},
	{0x01021994, "tmpfs", true, true},
	{0x858458f6, "ramfs", true, true},
	{0x958458f6, "hugetlbfs", true, true},
	{0x58465342, "xfs", false, true},
	{0x9123683e, "btrfs", false, true},
	{0x794c7630, "overlay", false, true},
	{0xf2f52010, "f2fs", false, true},
	{0x2fc12fc1, "zfs", false, true},
	{0xca451a4e, "bcachefs", false, true},
	{0x3153464a, "jfs", false, true},
	{0x52654973, "reiserfs", false, true},
	{0x24051905, "ubifs", false, true},
	{0x4d44, "vfat", false, true},
	{0x2011bab0, "exfat", false, true},
	{0x5346544e, "ntfs", false, true},
	{0x7366746e, "ntfs3", false, true},
	{0x65735546, "fuse", false, false},
	{0x6969, "nfs", false, false},
	{0xff534d42, "cifs", false, false},
	{0xfe534d42, "smb", false, false},
	{0x01021997, "9p", false, false},
	{0x00c36400, "ceph", false, false},
	{0x0bd00bd0, "lustre", false, false},
	{0x47504653, "gpfs", false, false},
	{0x01161970, "gfs2", false, false},
	{0x7461636f, "ocfs2", false, false},
	{0x5346414f, "afs", false, false},
};

int tempfile__os_filesystem(int fd, struct os_filesystem *filesystem)
{
	struct statfs found;

	if (fstatfs(fd, &found) < 0)
		return -1;
	*filesystem = (struct os_filesystem){
		.name = "unknown",
		.space = (int64_t)found.f_bavail * (int64_t)found.f_bsize,
	};
	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		/* f_type is signed and short on some machines. */
		if (known[i].magic !=
		    ((unsigned long)found.f_type & 0xffffffff))
			continue;
		filesystem->name = known[i].name;
		filesystem->memory_backed = known[i].memory_backed;
		filesystem->local = known[i].local;
	}
	return 0;
}
