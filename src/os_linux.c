/* SPDX-License-Identifier: MIT */
/*
 * What only Linux has, or has in its own way. Each feature is tried where it is
 * wanted, because it depends on the mount, not on the kernel alone.
 */
#include "os.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "os_linux.h"
#include "os_linux_statx.h"
#include "os_posix.h"

#ifdef __GLIBC__
const int tempfile__os_cookie_failure = 0;
#else
const int tempfile__os_cookie_failure = -1;
#endif

#ifndef MADV_WIPEONFORK
#define MADV_WIPEONFORK 18
#endif
#ifndef SYS_fchmodat2
#define SYS_fchmodat2 452
#endif
#ifndef STATX_ATTR_MOUNT_ROOT
#define STATX_ATTR_MOUNT_ROOT 0x2000
#endif
#ifndef SYS_openat2
#define SYS_openat2 437
#endif

const char *tempfile__os_candidate(size_t number)
{
	static const char *const paths[] = {"/tmp", "/var/tmp", "/usr/tmp"};

	return number < sizeof paths / sizeof *paths ? paths[number] : NULL;
}

/* Not snprintf: this is for signal handlers too. */
void tempfile__descriptor_path(int fd, char path[DESCRIPTOR_PATH_BYTES])
{
	static const char directory[] = "/proc/self/fd/";
	char digits[12];
	size_t n = 0;

	do
		digits[n++] = (char)('0' + fd % 10);
	while (fd /= 10);
	memcpy(path, directory, sizeof directory - 1);
	path += sizeof directory - 1;
	while (n > 0)
		*path++ = digits[--n];
	*path = '\0';
}

int tempfile__os_create_anonymous(int at, const char *path,
				  unsigned permissions)
{
	int fd = tempfile__os_open(at, path, O_RDWR | O_TMPFILE, permissions);

	/* Kernels and file systems that do not know the flag say many things,
	 * ENOENT and ENOTDIR also when that is the plain truth. */
	if (fd < 0 && (errno == EISDIR || errno == EINVAL || errno == ENOSYS ||
		       errno == EOPNOTSUPP))
		errno = ENOTSUP;
	return fd;
}

int tempfile__os_reopen(int fd, int flags)
{
	char path[DESCRIPTOR_PATH_BYTES];
	int copy;

	tempfile__descriptor_path(fd, path);
	copy = tempfile__os_open(AT_FDCWD, path, flags, 0);
	if (copy < 0 && errno == ENOENT)
		errno = ENOTSUP; /* no /proc */
	return copy;
}

/* Of a tree that is moved about at every moment somebody has to tell. */
#define RENAMES_BORNE 1000

/*
 * openat that goes through no link and into no mount; ENOSYS where the kernel
 * is too old or a sandbox refuses (with EPERM) what it does not know.
 */
static int open_beneath(int at, const char *name, int flags)
{
	struct open_how how = {
		.flags = (unsigned)(flags | O_CLOEXEC),
		.resolve =
			RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_XDEV,
	};
	int patience = RENAMES_BORNE;
	long fd;

	do
		fd = syscall(SYS_openat2, at, name, &how, sizeof how);
	while (fd < 0 &&
	       (errno == EINTR || (errno == EAGAIN && patience-- > 0)));
	if (fd < 0 && errno == EPERM)
		errno = ENOSYS;
	return tempfile__os_above_standard((int)fd);
}

/* Is something mounted on the directory behind fd, be it part of the same file
 * system? Linux tells since 5.8. */
static bool is_mount_root(int fd)
{
	struct statx found;

	return statx(fd, "", AT_EMPTY_PATH, 0, &found) == 0 &&
	       (found.stx_attributes & STATX_ATTR_MOUNT_ROOT);
}

/* The same without, as well as it can be done. */
static int open_on_device(int at, const char *name, int flags)
{
	struct os_status above;
	struct os_status below;
	int fd = tempfile__os_open(at, name, flags | O_NOFOLLOW, 0);
	int error;

	if (fd < 0)
		return -1;
	if (tempfile__os_status(at, &above) < 0 ||
	    tempfile__os_status(fd, &below) < 0)
		error = errno;
	else if (above.identity.device != below.identity.device ||
		 is_mount_root(fd))
		error = EXDEV;
	else
		return fd;
	(void)tempfile__os_close(fd);
	errno = error;
	return -1;
}

static int open_inside(int at, const char *name, int flags)
{
	int code = errno;
	int fd = open_beneath(at, name, flags);

	if (fd < 0 && errno == ENOSYS)
		fd = open_on_device(at, name, flags);
	if (fd >= 0)
		errno = code;
	else if (errno == ELOOP)
		errno = ENOTDIR;
	return fd;
}

int tempfile__os_open_subdirectory(int at, const char *name)
{
	/* O_NONBLOCK: a fifo in its place must not hold us. */
	return open_inside(at, name, O_RDONLY | O_DIRECTORY | O_NONBLOCK);
}

/* chmod of a descriptor that was opened with O_PATH. */
static int set_permissions_of_path(int fd, mode_t mode)
{
	char path[DESCRIPTOR_PATH_BYTES];

	if (syscall(SYS_fchmodat2, fd, "", mode, AT_EMPTY_PATH) == 0)
		return 0;
	tempfile__descriptor_path(fd, path);
	return chmod(path, mode);
}

int tempfile__os_unlock_subdirectory(int at, const char *name)
{
	struct os_status status;
	int result = -1;
	int fd = open_inside(at, name, O_PATH | O_DIRECTORY);

	if (fd < 0)
		return -1;
	if (tempfile__os_status(fd, &status) < 0)
		goto out;
	errno = EPERM;
	if (status.owner != tempfile__os_effective_user())
		goto out;
	errno = EACCES;
	if ((status.permissions & S_IRWXU) == S_IRWXU)
		goto out;
	result = set_permissions_of_path(fd, S_IRWXU);
out:
	(void)tempfile__os_close(fd);
	return result;
}

int tempfile__os_reserve(int fd, int64_t size)
{
	int result;

	do
		result = fallocate(fd, FALLOC_FL_KEEP_SIZE, 0, (off_t)size);
	while (result < 0 && errno == EINTR);
	if (result < 0 && (errno == EOPNOTSUPP || errno == ENOSYS))
		errno = ENOTSUP;
	return result;
}

/* Where a sandbox or an old kernel has no getrandom. */
static int read_random_device(void *bytes, size_t n)
{
	int fd = tempfile__os_open(AT_FDCWD, "/dev/urandom",
				   O_RDONLY | O_NOFOLLOW, 0);
	ssize_t got;
	size_t done = 0;

	if (fd < 0)
		return -1;
	do {
		got = read(fd, (char *)bytes + done, n - done);
		if (got > 0)
			done += (size_t)got;
	} while (done < n && (got > 0 || (got < 0 && errno == EINTR)));
	(void)tempfile__os_close(fd);
	if (done == n)
		return 0;
	if (got == 0)
		errno = EIO;
	return -1;
}

int tempfile__os_random(void *bytes, size_t n)
{
	size_t done = 0;
	ssize_t got;

	while (done < n) {
		got = getrandom((char *)bytes + done, n - done, 0);
		if (got > 0)
			done += (size_t)got;
		else if (errno == ENOSYS || errno == EPERM)
			return read_random_device(bytes, n);
		else if (errno != EINTR)
			return -1;
	}
	return 0;
}

const char *tempfile__os_environment(const char *name)
{
	const char *value = secure_getenv(name);

	return value && *value ? value : NULL;
}

void *tempfile__os_page_wiped_on_fork(void)
{
	const size_t size = 1; /* rounded up to a page */
	void *page = mmap(NULL, size, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (page == MAP_FAILED)
		return NULL;
	/* An emulator that accepts nonsense does not do what it says. */
	if (madvise(page, size, -1) < 0 &&
	    madvise(page, size, MADV_WIPEONFORK) == 0)
		return page;
	(void)munmap(page, size);
	return NULL;
}
