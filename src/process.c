/* SPDX-License-Identifier: MIT */
/*
 * The public calls about the process: how its names end with it, or pass on.
 *
 * A clean-up is one at a time: whoever comes second, from another thread's
 * signal, waits until the first is done, for he is going to end the process.
 */
#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>

#include "create.h"
#include "error.h"
#include "fork_guard.h"
#include "location.h"
#include "path.h"
#include "registry.h"
#include "session.h"
#include "sweep.h"

#define PATIENCE_MILLISECONDS 2000

static _Atomic uint64_t cleaner; /* the process at it; 0: nobody */

/* A process that was forked in the middle of it is not at it. */
static void take_turn(void)
{
	uint64_t process = tempfile__process();
	uint64_t other = 0;

	for (int i = 0; i < PATIENCE_MILLISECONDS; i++) {
		if (atomic_compare_exchange_strong(&cleaner, &other, process))
			return;
		if (other == process) {
			tempfile__os_sleep(1);
			other = 0;
		}
	}
}

void tempfile_cleanup_all(void)
{
	int code = errno;

	take_turn();
	tempfile__registry_remove_all(true);
	tempfile__session_remove_all(true);
	atomic_store(&cleaner, 0);
	errno = code;
}

static _Atomic uint64_t ending; /* the process that is being ended; 0: none */

/*
 * A second signal, which another thread receives, has nothing to add. That
 * thread may be just creating what the first is waiting for: let it go on.
 */
static bool is_first(void)
{
	uint64_t process = tempfile__process();

	return atomic_exchange(&ending, process) != process;
}

static void end_by(int signal)
{
	if (!is_first())
		return;
	tempfile__create_stop();
	tempfile_cleanup_all();
	tempfile__os_die_by(signal);
}

int tempfile_cleanup_on_signals(void)
{
	/* The first call is not safe in a handler. */
	(void)tempfile__process();
	if (tempfile__os_catch_signals(end_by) < 0)
		return tempfile__fail(errno, "catch signals", NULL);
	return 0;
}

int tempfile_adopt(void)
{
	tempfile__adopt_all();
	return 0;
}

int tempfile_lease_fd(void)
{
	const struct location *location = tempfile__location(false);
	struct directory *session;
	int fd = -1;

	if (!location)
		return -1;
	session = tempfile__session_in(location->path, true);
	if (!session)
		return -1;
	if (tempfile__session_is_leased(session))
		fd = session->fd;
	else
		(void)tempfile__fail_because(
			ENOLCK, "lease names in", location->path,
			"its file system does not tell who holds a lock");
	return fd;
}

/* The directory to sweep, for free(); NULL, told. */
static char *choose_directory(const char *dir)
{
	char *path;

	if (!dir)
		dir = tempfile_gettempdir();
	path = dir ? tempfile__absolute_path(dir) : NULL;
	if (dir && !path)
		(void)tempfile__fail(errno, "sweep", dir);
	return path;
}

int tempfile_sweep(const char *dir, unsigned flags,
		   int (*visit)(const struct tempfile_session *session,
				void *arg),
		   void *arg)
{
	char *path;
	int removed;

	if (flags & ~(TEMPFILE_DRY_RUN | TEMPFILE_ASSUME_DEAD))
		return tempfile__fail_because(EINVAL, "sweep", dir,
					      "flags has unknown bits");
	path = choose_directory(dir);
	if (!path)
		return -1;
	removed = tempfile__sweep(path, flags, visit, arg, 0);
	if (removed < 0)
		(void)tempfile__fail(errno, "sweep", path);
	free(path);
	return removed;
}

#define TEXT_(number) #number
#define TEXT(number)  TEXT_(number)

const char *tempfile_version(void)
{
	return TEXT(TEMPFILE_VERSION_MAJOR) "." TEXT(
		TEMPFILE_VERSION_MINOR) "." TEXT(TEMPFILE_VERSION_PATCH);
}
