/* SPDX-License-Identifier: MIT */
/* The public calls about the process. */
#include <errno.h>

#include "error.h"
#include "fork_guard.h"
#include "location.h"
#include "registry.h"
#include "session.h"

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
	session = tempfile__session_in(location->path);
	if (!session)
		return -1;
	if (tempfile__session_is_leased(session))
		fd = session->fd;
	else
		(void)tempfile__fail_because(
			ENOLCK, "lease names in", location->path,
			"its file system does not tell who holds a lock");
	/* The session itself goes on holding it. */
	tempfile__directory_drop(session);
	return fd;
}

static int not_yet(const char *step)
{
	return tempfile__fail_because(ENOSYS, step, NULL,
				      "this version cannot yet");
}

int tempfile_cleanup_on_signals(void)
{
	return not_yet("clean up on signals");
}

void tempfile_cleanup_all(void)
{
	tempfile__registry_remove_all(true);
}

int tempfile_sweep(const char *dir, unsigned flags,
		   int (*visit)(const struct tempfile_session *session,
				void *arg),
		   void *arg)
{
	(void)dir;
	(void)flags;
	(void)visit;
	(void)arg;
	return not_yet("sweep");
}

#define TEXT_(number) #number
#define TEXT(number)  TEXT_(number)

const char *tempfile_version(void)
{
	return TEXT(TEMPFILE_VERSION_MAJOR) "." TEXT(
		TEMPFILE_VERSION_MINOR) "." TEXT(TEMPFILE_VERSION_PATCH);
}
