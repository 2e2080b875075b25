/* SPDX-License-Identifier: MIT */
/*
 * libtempfile: files and directories that exist only while they are needed.
 *
 * PURPOSE
 *
 * Python's tempfile, for C: files without a name, files with one, files that
 * stay in memory until they grow, and whole directories; each is gone when
 * you are done with it, however you are done with it.
 *
 *	struct tempfile *file = tempfile_open(NULL);
 *
 *	tempfile_printf(file, "%d bottles\n", 99);
 *	tempfile_seek(file, 0, SEEK_SET);
 *	tempfile_getline(file, &line, &capacity);
 *	tempfile_close(file);
 *
 * WHICH ONE DO I NEED
 *
 *	somewhere to put bytes                tempfile_open
 *	... usually few of them               tempfile_open_spooled
 *	a path to hand to another program     tempfile_open_named
 *	a place for many files                tempdir_open
 *	a socket, a fifo, a link              tempfile_make
 *	a file that replaces another at once  tempfile_open with .beside, then
 *	                                      tempfile_persist
 *	to delete it myself                   tempfile_mkstemp, tempfile_mkdtemp
 *
 * CALLING SEQUENCE
 *
 * Open, use, close. Every constructor takes a struct tempfile_options; NULL
 * means the defaults, and so does every field that is zero:
 *
 *	struct tempfile *page = tempfile_open_named(TEMPFILE_OPTIONS(
 *		.prefix = "page-", .suffix = ".html"));
 *
 *	if (!page)
 *		errx(1, "%s", tempfile_errmsg());
 *	render(tempfile_name(page));
 *	tempfile_close(page);
 *
 * tempfile_close deletes. A handle that was never closed is deleted when the
 * process returns from main or calls exit. A process killed outright leaves
 * no anonymous file; the names it leaves are removed by the next process of
 * the same user that uses this library in that directory, or by tempf sweep.
 *
 * WHERE
 *
 * In the first usable of $TMPDIR, $TEMP, $TMP, /tmp, /var/tmp, /usr/tmp and
 * the current directory; programs that are set-uid ignore the variables.
 * Named files and directories live there inside one private directory of this
 * process, called tempfile- and 26 random characters, unless .dir, .beside or
 * .in says where.
 *
 * PROMISES
 *
 * Names are drawn from the kernel's random source, created exclusively, never
 * through a symbolic link, never inherited by a program you execute, and open
 * to you alone. Removal never follows a symbolic link, never enters another
 * mounted file system, and never touches what somebody put in the place of a
 * thing of yours. A call that fails loses nothing, and may be made again.
 *
 * LIMITS
 *
 *	- Files are for one host's processes: on a network file system whose
 *	  locks stay on one machine nothing is swept unless you say so.
 *	- One handle, one thread at a time. Distinct handles need no lock.
 *	- A handle keeps its own position: what another process does through an
 *	  inherited descriptor does not move it. Seek to follow.
 *	- A program that closes descriptors which it did not open gives up its
 *	  lease: its names may then be swept. They are still removed at exit.
 *	- In WebAssembly there are no permissions, locks and signals:
 *	  docs/wasi.md.
 *	- Space on disk is not claimed before you write, nor memory before you
 *	  spool; see tempfile_reserve.
 *
 * ERRORS
 *
 * As POSIX has them: NULL or -1, and errno says why. tempfile_errmsg() makes a
 * sentence of this thread's last failure, which names the step and the path.
 * Success leaves errno alone, and the sentence means something only after a
 * failure. Nothing is printed, and nothing aborts or exits.
 *
 * THREADS, FORKS AND SIGNALS
 *
 * Any thread may call any function at any time on handles of its own. After
 * fork the child may read and write what it inherited, and closing a handle
 * there only releases memory and descriptors: what the parent made, the parent
 * removes, unless the child takes over by tempfile_adopt. What the child makes
 * itself is its own. After vfork call nothing here.
 * In a signal handler only tempfile_cleanup_all may be called. No signal
 * disposition is touched unless you call tempfile_cleanup_on_signals.
 *
 * The library never changes umask, the working directory, the locale or the
 * standard streams, and never returns a descriptor below 3; every descriptor
 * it opens is closed on exec.
 *
 * ENVIRONMENT
 *
 *	TMPDIR, TEMP, TMP   where to put temporary files, as above
 *	TEMPFILE_KEEP=1     delete nothing, so that you can look at it
 *	TEMPFILE_SWEEP      "always" or "never": whether a process that opens
 *	                    its private directory looks for abandoned ones;
 *	                    else one in 32 does, for at most 5 milliseconds
 */
#ifndef TEMPFILE_H
#define TEMPFILE_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

/* Windows has no ESTALE; tempfile.h defines it there. */
#if defined _WIN32
#include <errno.h>
#ifndef ESTALE
#define ESTALE 10070 /* WSAESTALE */
#endif
#endif

#if defined _WIN32
#define TEMPFILE_API
#elif defined __GNUC__
#define TEMPFILE_API __attribute__((visibility("default")))
#else
#define TEMPFILE_API
#endif

#ifdef __GNUC__
#define TEMPFILE_FORMAT(string, first) \
	__attribute__((__format__(__printf__, string, first)))
#else
#define TEMPFILE_FORMAT(string, first)
#endif

#define TEMPFILE_VERSION_MAJOR 0
#define TEMPFILE_VERSION_MINOR 1
#define TEMPFILE_VERSION_PATCH 0

#ifdef __cplusplus
extern "C" {
#endif

struct tempfile;
struct tempdir;

/*
 * Options
 *
 * A zeroed structure is valid: size 0 means the first published layout. Later
 * versions add fields at the end; a program built against a newer header runs
 * with an older library as long as it leaves the new fields zero (E2BIG).
 *
 * The strings are copied where they are needed; nothing has to outlive the
 * call.
 */
struct tempfile_options {
	/* sizeof(struct tempfile_options), as TEMPFILE_OPTIONS sets it. */
	size_t size;

	/*
	 * What stands before and after the random characters of the name; by
	 * default "tmp" and "". A separator, or a name that Windows reserves,
	 * is EINVAL on every system.
	 */
	const char *prefix;
	const char *suffix;

	/*
	 * Where; at most one of the three, else EINVAL.
	 * dir:    exactly in this directory.
	 * beside: in the directory of this path, which need not exist itself:
	 *         the place from which tempfile_persist is atomic.
	 * in:     inside this directory, by its descriptor; the new handle may
	 *         outlive it.
	 */
	const char *dir;
	const char *beside;
	struct tempdir *in;

	/*
	 * Python's mode strings: one of r w a x, at most one +, at most one of
	 * b t, in any order; by default "w+b". As every file here begins empty,
	 * r, w and x differ only in what is then allowed, and a starts at the
	 * end.
	 */
	const char *mode;

	/*
	 * Text modes only (EINVAL in binary ones). Your side is always UTF-8.
	 * encoding: the file's: "utf-8", "utf-8-sig", "utf-16", "latin-1",
	 *           "locale", or any name iconv knows.
	 * errors:   "strict", "replace", "ignore", "backslashreplace" or
	 *           "surrogateescape".
	 * newline:  NULL (every line end is read as \n), "" (left alone, lines
	 *           end at any), "\n", "\r" or "\r\n" (lines end there, and \n
	 *           is written so).
	 */
	const char *encoding;
	const char *errors;
	const char *newline;

	/* Spooled files: bytes kept in memory; 0: no limit. */
	int64_t max_size;

	/*
	 * Bytes to which the file may grow; 0: no limit. What would go past it
	 * fails with EFBIG and changes nothing.
	 */
	int64_t limit;

	/*
	 * 0 for the default, TEMPFILE_UNBUFFERED, TEMPFILE_LINE_BUFFERED, or a
	 * size in bytes. Text cannot be unbuffered (EINVAL).
	 */
	int buffering;

	/* TEMPFILE_KEEP, ... below. */
	unsigned flags;

	/*
	 * By default 0600 for a file, 0700 for a directory. Exact, whatever the
	 * umask: it is neither applied nor touched.
	 */
	unsigned permissions;

	/* How many random characters; by default 12. */
	unsigned random_chars;
};

/* tempfile_open(TEMPFILE_OPTIONS(.suffix = ".c")): C only. */
#define TEMPFILE_OPTIONS(...)                                                \
	(&(struct tempfile_options){.size = sizeof(struct tempfile_options), \
				    __VA_ARGS__})

/* buffering */
#define TEMPFILE_UNBUFFERED    (-1)
#define TEMPFILE_LINE_BUFFERED 1

/* flags of the options */
#define TEMPFILE_KEEP       0x0001u /* never deleted (Python: delete=False) */
#define TEMPFILE_LEASED     0x0002u /* in a private directory there, too */
#define TEMPFILE_UNLEASED   0x0004u /* directly in the temporary directory */
#define TEMPFILE_ON_DISK    0x0008u /* not in a memory-backed directory */
#define TEMPFILE_UNSAFE_DIR 0x0010u /* even where anybody may rename it */

/* flags of tempfile_persist and tempdir_persist */
#define TEMPFILE_NOREPLACE 0x0100u /* EEXIST if the path exists */
#define TEMPFILE_DURABLE   0x0200u /* on the disk when the call returns */
#define TEMPFILE_PRIVATE   0x0400u /* permissions stay as they are */
#define TEMPFILE_EXCHANGE  0x0800u /* swap with the directory at the path */

/* flags of tempfile_sweep */
#define TEMPFILE_DRY_RUN     0x010000u /* remove nothing */
#define TEMPFILE_ASSUME_DEAD 0x020000u /* remove the unknown as well */

/*
 * Files that are deleted for you
 *
 * Each constructor returns a handle, or NULL with errno set and nothing left
 * on disk. Besides what the system says: EINVAL (options that make no sense),
 * E2BIG (options this version does not know), EEXIST (128 names were taken),
 * ENOENT (no usable temporary directory; the message lists every candidate
 * and why not), EPERM (the directory is open to the world without the sticky
 * bit, and TEMPFILE_UNSAFE_DIR was not given), ENOMEM.
 */

/*
 * A file without a name: Python's TemporaryFile. Nothing can leave it behind,
 * not even kill -9. Two system calls from open to close where the directory
 * supports O_TMPFILE; elsewhere the file loses its name at once.
 */
TEMPFILE_API struct tempfile *
tempfile_open(const struct tempfile_options *options);

/* A file with a name for others to open: Python's NamedTemporaryFile. */
TEMPFILE_API struct tempfile *
tempfile_open_named(const struct tempfile_options *options);

/*
 * A file in memory, until a write would make it longer than max_size, or it
 * needs a descriptor: from then on it is one from tempfile_open, with the same
 * content and position. Python's SpooledTemporaryFile. While it stays in
 * memory no file-system call is made, so a bad directory shows only when it
 * leaves; that failure loses nothing and may be tried again.
 */
TEMPFILE_API struct tempfile *
tempfile_open_spooled(const struct tempfile_options *options);

/*
 * Something else with a name: a socket, a fifo, a link, a device. The library
 * picks the name, create makes it: relative to the directory descriptor dirfd,
 * or by the whole path. It returns 0, or a descriptor for the handle to own,
 * or -1 and errno; after EEXIST and EADDRINUSE it is called with another name.
 * The handle removes the name; directories are for tempdir_open.
 */
TEMPFILE_API struct tempfile *tempfile_make(
	const struct tempfile_options *options,
	int (*create)(int dirfd, const char *name, const char *path, void *arg),
	void *arg);

/*
 * Flush, close, delete, free. The handle is gone even when -1 is returned: the
 * first error of the three steps, earlier writes that only now failed among
 * them. NULL is fine. In a forked child of the maker the name stays, and what
 * has not been flushed is the parent's to write; flush there what you wrote.
 */
TEMPFILE_API int tempfile_close(struct tempfile *file);

/*
 * Bytes, or UTF-8 text in text modes
 *
 * There is one position, for reading and writing, which may be mixed freely.
 * What the mode does not allow is EBADF.
 */

/*
 * Bytes read, fewer than n only at the end of the file; 0 there. In text modes
 * only a character longer than n is split, so before the end, too, there may be
 * a few bytes less. EILSEQ: the encoding is violated, and errors says to be
 * strict; the position is as before.
 */
TEMPFILE_API ssize_t tempfile_read(struct tempfile *file, void *buf, size_t n);

/*
 * n; or -1, and position and size are as before, so that the same call may be
 * made again (of what it overwrites, the disk may have taken a part). Past the
 * end, the gap reads as zeros. ENOSPC and its like can come from a later
 * call, when the buffer is written; the data stays in the buffer and readable
 * until a flush succeeds. Text may be written in pieces that part a character;
 * one never finished is EILSEQ when strict, from the next call that is not a
 * write.
 */
TEMPFILE_API ssize_t tempfile_write(struct tempfile *file, const void *buf,
				    size_t n);

/*
 * The next line with its line end, in *line, which is grown by realloc and
 * released by tempfile_free or free; both start as NULL and 0. Returns its
 * length, or -1: with errno 0 at the end of the file.
 */
TEMPFILE_API ssize_t tempfile_getline(struct tempfile *file, char **line,
				      size_t *capacity);

/* As printf: the bytes written, or -1 with nothing written. */
TEMPFILE_API int tempfile_printf(struct tempfile *file, const char *format, ...)
	TEMPFILE_FORMAT(2, 3);
TEMPFILE_API int tempfile_vprintf(struct tempfile *file, const char *format,
				  va_list arguments) TEMPFILE_FORMAT(2, 0);

/*
 * The new position; whence is SEEK_SET, SEEK_CUR or SEEK_END. Going past the
 * end is allowed and does not grow the file. In text modes the offset must
 * come from tempfile_tell or be 0 (ENOTSUP, EINVAL), and in an encoding with
 * shift states (ISO-2022-JP, UTF-7) only 0 and the end can be sought.
 */
TEMPFILE_API int64_t tempfile_seek(struct tempfile *file, int64_t offset,
				   int whence);
TEMPFILE_API int64_t tempfile_tell(struct tempfile *file);

/* Cut or grow (with zeros) to size bytes; the position stays. */
TEMPFILE_API int tempfile_truncate(struct tempfile *file, int64_t size);

/*
 * Everything written so far is the kernel's, so that other processes can read
 * it; and what they have written is what you read from now on.
 */
TEMPFILE_API int tempfile_flush(struct tempfile *file);

/*
 * Claim the space for size bytes now, so that ENOSPC (or ENOMEM) comes now and
 * not in the middle. The size stays as it is. ENOTSUP where the file system
 * cannot.
 */
TEMPFILE_API int tempfile_reserve(struct tempfile *file, int64_t size);

/*
 * Seen from elsewhere; the handle goes on owning what these return
 */

/* The absolute path; NULL (and no error) for a file that has none. */
TEMPFILE_API const char *tempfile_name(const struct tempfile *file);

/*
 * The descriptor, flushed, its offset at the handle's position. A file in
 * memory leaves it first. Do not close it: the number may be another file's
 * before the handle closes it again.
 */
TEMPFILE_API int tempfile_fileno(struct tempfile *file);

/*
 * A FILE * on the same file; from now on the handle's own calls go through it.
 * Closed by tempfile_close, never by fclose. Of text it is unbuffered, so that
 * positions are right.
 */
TEMPFILE_API FILE *tempfile_stdio(struct tempfile *file);

/*
 * A second descriptor, yours, with an offset of its own; flags is O_RDONLY,
 * O_WRONLY or O_RDWR, with O_APPEND if you like. It is the same file, or the
 * error is ESTALE: somebody put another in its place.
 */
TEMPFILE_API int tempfile_reopen(struct tempfile *file, int flags);

/*
 * Windows: the HANDLE behind a descriptor that this library has given, owned as
 * that is. It is what a program needs that has another C runtime, and all there
 * is to a directory's descriptor. Elsewhere NULL and ENOTSUP.
 */
TEMPFILE_API void *tempfile_handle(int fd);

/* Leave memory now; nothing to do for what is not spooled. */
TEMPFILE_API int tempfile_rollover(struct tempfile *file);
TEMPFILE_API bool tempfile_rolled(const struct tempfile *file);

/*
 * From temporary to permanent, and other ends
 */

/*
 * Show the file to the world as path, whole: who opens path sees the old file
 * or the new one, nothing between, and with TEMPFILE_DURABLE so does a machine
 * that loses power. The handle stays open on the published file, tempfile_name
 * is its path, and nothing deletes it any more.
 *
 * Permissions: those of the file it replaces, else 0666 less the umask;
 * TEMPFILE_PRIVATE: as they are. A symbolic link at path is itself replaced.
 * Across file systems the file is copied beside path first; to save that, open
 * it with .beside. On failure the old file is whole, the handle is as before,
 * and the call may be made again; only a TEMPFILE_DURABLE that could not sync
 * the directory has published, and says so. Content that once could not be
 * synced is EIO with TEMPFILE_DURABLE from then on: the system has forgotten
 * what of it is on the disk, so write it to a new file.
 */
TEMPFILE_API int tempfile_persist(struct tempfile *file, const char *path,
				  unsigned flags);

/*
 * Change your mind about deletion; the path stays. EINVAL for a file without a
 * name: that is what tempfile_persist is for. What is only buffered when the
 * process ends is lost, here as everywhere: flush or close.
 */
TEMPFILE_API int tempfile_keep(struct tempfile *file, bool keep);

/*
 * Flush and give the descriptor back to the system, but keep the name until
 * tempfile_close: for files that others fill (Python: delete_on_close=False).
 * EINVAL for a file without a name, which would be gone.
 */
TEMPFILE_API int tempfile_close_fd(struct tempfile *file);

/*
 * Flush and hand the descriptor over: it is yours to close, offset at the
 * handle's position. The handle goes on guarding the name.
 */
TEMPFILE_API int tempfile_detach(struct tempfile *file);

/*
 * Directories
 */

/* A directory for you alone: Python's TemporaryDirectory. */
TEMPFILE_API struct tempdir *
tempdir_open(const struct tempfile_options *options);

/* The absolute path; the path of something in it, for tempfile_free. */
TEMPFILE_API const char *tempdir_name(const struct tempdir *dir);
TEMPFILE_API char *tempdir_path(const struct tempdir *dir, const char *name);

/*
 * A descriptor for openat and its like, opened when first asked for; the handle
 * goes on owning it.
 */
TEMPFILE_API int tempdir_fd(const struct tempdir *dir);

/* Change your mind about deletion; the path stays. */
TEMPFILE_API int tempdir_keep(struct tempdir *dir, bool keep);

/*
 * The whole tree becomes path, which must not exist or be an empty directory
 * (TEMPFILE_NOREPLACE: must not exist); nothing deletes it any more. With
 * TEMPFILE_EXCHANGE it changes places with the directory at path at one stroke,
 * and the old tree is what the handle has, and removes. Permissions: those of
 * the directory it replaces, else 0777 less the umask; TEMPFILE_PRIVATE: as
 * they are. EXDEV across file systems: open it with .beside. ENOTSUP where the
 * file system cannot do it at one stroke.
 */
TEMPFILE_API int tempdir_persist(struct tempdir *dir, const char *path,
				 unsigned flags);

/*
 * Remove the tree, free. The handle is gone even when -1 is returned: the first
 * error; what could be removed has been removed all the same. Directories that
 * lock you out (mode 000, 0500) are opened up if they are your own; file
 * systems mounted inside are left alone and reported (EBUSY).
 */
TEMPFILE_API int tempdir_close(struct tempdir *dir);

/* What tempfile_remove_tree tells while it works. */
struct tempfile_removal {
	const char *path; /* relative to the tree; "." is the tree itself */
	int error;        /* 0, or why path could not be removed */
	int64_t removed;  /* entries removed so far */
};

/*
 * The same removal for any tree, or any single file. progress, if given, hears
 * of every failure and of every directory that has gone, and in a wide one of
 * "." now and then; what it returns other than 0 stops the removal with
 * ECANCELED. flags must be 0.
 */
TEMPFILE_API int tempfile_remove_tree(
	const char *path, unsigned flags,
	int (*progress)(const struct tempfile_removal *removal, void *arg),
	void *arg);

/*
 * Where
 */

/*
 * The temporary directory, absolute. The first call tries the candidates by
 * writing in them and later ones remember; the string lives for ever. NULL and
 * ENOENT if none will do: the message lists them all, and why not.
 */
TEMPFILE_API const char *tempfile_gettempdir(void);

/* Use this one from now on, if it can be written in; NULL: choose again. */
TEMPFILE_API int tempfile_settempdir(const char *dir);

/* "tmp" */
TEMPFILE_API const char *tempfile_gettempprefix(void);

/* What tempfile_each_candidate tells of a directory. */
struct tempfile_candidate {
	const char *path;       /* absolute */
	const char *source;     /* "TMPDIR", ..., "system", "current" */
	const char *filesystem; /* "ext4", "tmpfs", ...; "unknown" */
	const char *reason;     /* why it cannot be used; NULL if it can */
	int64_t space;          /* bytes that are free for you; -1: unknown */
	int error;              /* errno that belongs to reason; 0 */
	unsigned properties;    /* TEMPFILE_CHOSEN, ... below */
};
#define TEMPFILE_CHOSEN        0x01u /* what tempfile_gettempdir returns */
#define TEMPFILE_MEMORY_BACKED 0x02u /* tmpfs and its like */
#define TEMPFILE_ANONYMOUS     0x04u /* files can be made without a name */
#define TEMPFILE_LEASES        0x08u /* the names of the dead can be told */

/*
 * Try every candidate, in order, and tell. Stops when visit returns other than
 * 0, and returns that; -1 for an error of its own.
 */
TEMPFILE_API int tempfile_each_candidate(
	int (*visit)(const struct tempfile_candidate *candidate, void *arg),
	void *arg);

/*
 * Files and directories that you delete yourself
 *
 * Directly in the temporary directory, or where the options say. The path is
 * absolute and yours, for tempfile_free; with path NULL the file has no name.
 */
TEMPFILE_API int tempfile_mkstemp(const struct tempfile_options *options,
				  char **path);
TEMPFILE_API char *tempfile_mkdtemp(const struct tempfile_options *options);
TEMPFILE_API void tempfile_free(void *memory);

/*
 * The process
 */

/*
 * From now on SIGHUP, SIGINT, SIGQUIT, SIGPIPE and SIGTERM first remove what
 * this process owes the disk and then end it as before; each only if it is
 * still at SIG_DFL.
 */
TEMPFILE_API int tempfile_cleanup_on_signals(void);

/* The same removal, for handlers of your own. Async-signal-safe. */
TEMPFILE_API void tempfile_cleanup_all(void);

/*
 * In a forked child: what the parent owed is now this process's to remove, and
 * no longer the parent's if it leaves by _exit. For daemons.
 */
TEMPFILE_API int tempfile_adopt(void);

/*
 * The descriptor whose lock keeps this process's names alive; the private
 * directory is made if there is none yet. A program that inherits it (clear
 * FD_CLOEXEC) keeps them from being swept while it runs.
 */
TEMPFILE_API int tempfile_lease_fd(void);

/*
 * What tempfile_sweep tells of a session: some process's private directory, or
 * a file that it was about to publish.
 */
struct tempfile_session {
	const char *path;   /* absolute */
	const char *reason; /* one sentence behind the verdict */
	int64_t age;        /* seconds since it was last changed */
	int error;          /* why a dead one could not be removed; 0 */
	int verdict;        /* one of the following */
};
#define TEMPFILE_ALIVE   1 /* its owner, or an heir of the lease, lives */
#define TEMPFILE_DEAD    2 /* nobody holds it */
#define TEMPFILE_KEPT    3 /* tempfile_keep was asked for something in it */
#define TEMPFILE_UNKNOWN 4 /* not ours to judge, or locks cannot be asked */

/*
 * Visit every session in dir (NULL: the temporary directory), then remove it
 * if it is dead; TEMPFILE_ASSUME_DEAD: also if locks cannot tell. visit may be
 * NULL; it returns 0 to go on, 1 to leave this one alone, -1 to stop, and hears
 * again, with error set, of one that could not be removed. Returns how many
 * were removed, or with TEMPFILE_DRY_RUN would have been.
 */
TEMPFILE_API int
tempfile_sweep(const char *dir, unsigned flags,
	       int (*visit)(const struct tempfile_session *session, void *arg),
	       void *arg);

/*
 * Errors
 */

struct tempfile_error {
	int code;           /* as errno was; 0: nothing has failed yet */
	const char *step;   /* "create a file in" */
	const char *path;   /* what it was done to; or NULL */
	const char *reason; /* more than strerror(code) would say; or NULL */
};

/*
 * This thread's last failure, and the same as one sentence: "cannot create a
 * file in '/x': No space left on device". Valid until this thread's next call.
 */
TEMPFILE_API const struct tempfile_error *tempfile_last_error(void);
TEMPFILE_API const char *tempfile_errmsg(void);

/* "0.1.0" */
TEMPFILE_API const char *tempfile_version(void);

/*
 * Closed at the end of the scope, errno untouched; GNU C and Clang:
 *
 *	TEMPFILE_AUTO file = tempfile_open(NULL);
 *	TEMPDIR_AUTO dir = tempdir_open(NULL);
 */
TEMPFILE_API void tempfile_auto_close(struct tempfile **file);
TEMPFILE_API void tempdir_auto_close(struct tempdir **dir);
#ifdef __GNUC__
#define TEMPFILE_AUTO \
	__attribute__((cleanup(tempfile_auto_close))) struct tempfile *
#define TEMPDIR_AUTO \
	__attribute__((cleanup(tempdir_auto_close))) struct tempdir *
#endif

#ifdef __cplusplus
}
#endif

#endif
