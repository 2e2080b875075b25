/* SPDX-License-Identifier: MIT */
/*
 * What the library asks of an operating system; one os_*.c answers.
 *
 * Throughout: a descriptor or 0 on success, -1 and errno on failure; nothing
 * is retried but EINTR; errno is left alone on success. Every descriptor that
 * is returned is at least 3 and closed on exec. `at` is a directory's
 * descriptor, or OS_HERE for a path as the process sees it; `name` is one
 * component unless it says path. Nothing follows a symbolic link in the last
 * component unless it says so.
 */
#ifndef TEMPFILE_OS_H
#define TEMPFILE_OS_H

#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "tempfile.h" /* ESTALE, where the system has none */

/* Where there is no such flag, what is opened is never inherited. */
#ifndef O_CLOEXEC
#define O_CLOEXEC 0
#endif

#define OS_HERE (-100)

/*
 * Tells one file or directory from every other. The number of an inode is used
 * again when it is gone; the time of its birth is not.
 */
struct os_identity {
	uint64_t device;
	uint64_t inode;
	int64_t born; /* nanoseconds since the epoch; 0: unknown */
};

static inline bool tempfile__os_same(struct os_identity a, struct os_identity b)
{
	return a.device == b.device && a.inode == b.inode && a.born == b.born;
}

enum os_kind { OS_FILE, OS_DIRECTORY, OS_OTHER, OS_KIND_UNKNOWN };

struct os_status {
	struct os_identity identity;
	enum os_kind kind;
	unsigned permissions; /* 07777 */
	unsigned owner;       /* user */
	unsigned links;
	int64_t size; /* bytes */
	/* Seconds since the epoch; the inode, not the data. Only of a name. */
	int64_t changed;
};

struct os_filesystem {
	const char *name; /* "ext4"; "unknown" */
	bool memory_backed;
	bool local;    /* no other host uses it, so its locks tell all */
	int64_t space; /* bytes that are free for this user */
};

/*
 * Directories and what is in them
 */

/* An existing directory, following links: what a user named. */
int tempfile__os_open_directory(int at, const char *path);

/*
 * A directory inside a tree, never through a link, and EXDEV if another file
 * system, or another part of this one, is mounted on it. ENOTDIR if it is not
 * a directory, links among them, whatever the system likes to call that.
 */
int tempfile__os_open_subdirectory(int at, const char *name);

/* The directory that contains the one behind fd. */
int tempfile__os_open_parent(int fd);

int tempfile__os_create_directory(int at, const char *name,
				  unsigned permissions);
int tempfile__os_remove_directory(int at, const char *name);

/* Exclusive, for reading and writing. */
int tempfile__os_create_file(int at, const char *name, unsigned permissions);

/*
 * A file without a name in the directory at path. ENOTSUP where that
 * directory's file system, or the system, has no such thing.
 */
int tempfile__os_create_anonymous(int at, const char *path,
				  unsigned permissions);

/* Removes any name but a directory's (EISDIR or EPERM). */
int tempfile__os_remove_file(int at, const char *name);

int tempfile__os_status(int fd, struct os_status *status);
/* With OS_HERE, of a path. */
int tempfile__os_status_at(int at, const char *name, struct os_status *status);
int tempfile__os_filesystem(int fd, struct os_filesystem *filesystem);

/* chmod, by descriptor only. */
int tempfile__os_set_permissions(int fd, unsigned permissions);

/*
 * The same, from what they are now, for what is about to become name in the
 * directory at. Where there is more to it than bits, the rest will be as of
 * what bears the name, or else as of what is made there.
 */
int tempfile__os_adopt_permissions(int fd, unsigned now, unsigned permissions,
				   int at, const char *name);

/*
 * Give the owner of a directory inside a tree all rights to it: not by path,
 * not through a link or into a mount, and only if it is a directory and this
 * user's own (EPERM). EACCES: he has them already.
 */
int tempfile__os_unlock_subdirectory(int at, const char *name);

/*
 * Reading a directory. The listing is the caller's memory, initialised by
 * start; next returns 1 and an entry, 0 at the end, -1. Async-signal-safe where
 * there are signals. What is removed while reading may make other systems skip
 * entries: start again until a pass finds nothing.
 */
#define OS_LISTING_BYTES 32768
struct os_listing {
	void *stream; /* of systems that need one */
	int fd;
	size_t length;
	size_t next;
	_Alignas(16) char bytes[OS_LISTING_BYTES];
};
struct os_entry {
	const char *name; /* until the next call; never "." or ".." */
	enum os_kind kind;
	uint64_t inode;
};
int tempfile__os_list_start(struct os_listing *listing, int fd);
int tempfile__os_list_next(struct os_listing *listing, struct os_entry *entry);
void tempfile__os_list_end(struct os_listing *listing);

/*
 * Leases: advisory locks on a directory, never waited for. EWOULDBLOCK: held by
 * another. ENOLCK: this file system cannot say.
 */
int tempfile__os_lock_shared(int fd);
int tempfile__os_lock_exclusive(int fd);
void tempfile__os_unlock_lease(int fd);

/*
 * Descriptors
 */

/* A duplicate, the lowest free number from minimum (at least 3). */
int tempfile__os_duplicate(int fd, int minimum);

/*
 * The same file, opened again; flags is O_RDONLY, O_WRONLY or O_RDWR, with or
 * without O_APPEND. ENOTSUP where descriptors cannot be opened again.
 */
int tempfile__os_reopen(int fd, int flags);

/* An existing file, flags likewise. */
int tempfile__os_open_file(int at, const char *name, int flags);

/* Never retried: after EINTR the descriptor is closed. */
int tempfile__os_close(int fd);

/* All n bytes, fewer only at the end of the file. */
ssize_t tempfile__os_read_at(int fd, void *buf, size_t n, int64_t offset);

/* The bytes written; fewer than n only together with errno, why not more. */
ssize_t tempfile__os_write_at(int fd, const void *buf, size_t n,
			      int64_t offset);

int tempfile__os_seek(int fd, int64_t offset);
int64_t tempfile__os_tell(int fd);
int tempfile__os_truncate(int fd, int64_t size);

/* Space for size bytes, the file's size unchanged; ENOTSUP. */
int tempfile__os_reserve(int fd, int64_t size);

/*
 * Publishing
 */

/* Give a file without a name one. ENOENT, EPERM: this one cannot have any. */
int tempfile__os_link_anonymous(int fd, int at, const char *name);
int tempfile__os_link(int from, const char *old, int to, const char *name);

/* Replaces a file, or an empty directory by a directory, at one stroke. */
int tempfile__os_rename(int from, const char *old, int to, const char *name);

/* EEXIST rather than that. ENOTSUP where this cannot be had at one stroke. */
int tempfile__os_rename_new(int from, const char *old, int to,
			    const char *name);

/* Both names change what they stand for. ENOTSUP likewise. */
int tempfile__os_exchange(int from, const char *old, int to, const char *name);

/* What fd leads to is on the disk; a whole file system. */
int tempfile__os_sync(int fd);
int tempfile__os_sync_filesystem(int fd);

/* Copy bytes 0 to size from one file to another, sharing what can be shared. */
int tempfile__os_copy(int from, int to, int64_t size);

/* What the system itself calls fd, if that is something else; NULL and errno:
 * ENOTSUP, where it is not. */
void *tempfile__os_handle(int fd);

/* Make the number fd a descriptor of what fresh leads to; fresh is closed. */
int tempfile__os_replace(int fd, int fresh);

/*
 * The process
 */

/* From the kernel's source, all n bytes. */
int tempfile__os_random(void *bytes, size_t n);

/* NULL if unset, empty, or the program runs with more rights than its user. */
const char *tempfile__os_environment(const char *name);

unsigned tempfile__os_effective_user(void);
uint64_t tempfile__os_process_id(void);

/* The working directory, absolute, for free(); NULL and errno. */
char *tempfile__os_current_directory(void);

/*
 * A zeroed page that is zeroed again in every forked child, raw clone
 * included; NULL where the kernel cannot.
 */
void *tempfile__os_page_wiped_on_fork(void);

/* Have call made in every child of fork. */
int tempfile__os_after_fork(void (*call)(void));

/*
 * The process's one lock; a thread may not take it twice. It is held across
 * fork, so a child finds what it guards in order.
 */
void tempfile__os_lock(void);
void tempfile__os_unlock(void);

/* Milliseconds of a clock that never goes back. */
int64_t tempfile__os_milliseconds(void);

/* Seconds since the epoch. */
int64_t tempfile__os_seconds(void);

/* Is c a separator of path components? */
bool tempfile__os_is_separator(char c);

/* Sleep for so long, or until a signal. Async-signal-safe. */
void tempfile__os_sleep(int milliseconds);

/*
 * Have call(signal) made for each signal that ends a process from outside
 * (HUP INT QUIT PIPE TERM) and is still at its default.
 */
int tempfile__os_catch_signals(void (*call)(int signal));

/*
 * Keep those signals from this thread for a moment, if they are caught at all;
 * then let them in again.
 */
struct os_signals {
	bool held;
	_Alignas(8) unsigned char before[128];
};
void tempfile__os_hold_signals(struct os_signals *signals);
void tempfile__os_release_signals(const struct os_signals *signals);

/* End this process by the signal. Async-signal-safe; does not return. */
void tempfile__os_die_by(int signal);

/* What fopencookie wants to hear of a write that failed: libraries differ. */
extern const int tempfile__os_cookie_failure;

/*
 * The directories to try after the environment's, from number 0 on; NULL after
 * the last. The string lives for ever.
 */
const char *tempfile__os_candidate(size_t number);

#endif
