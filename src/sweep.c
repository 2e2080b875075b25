/* SPDX-License-Identifier: MIT */
/*
 * The sweep.
 *
 * Everything is judged on a descriptor that was opened without following a link
 * or entering a mount, and nothing counts but who owns it and who holds the
 * lock. What is judged dead is removed under the exclusive lock, and only after
 * a look that the name still is what was judged: so of two sweeps one removes,
 * and a process that is just opening a session notices.
 */
#include "sweep.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "directory.h"
#include "path.h"
#include "remove_tree.h"

#define CHANCE              32
#define BUDGET_MILLISECONDS 5

struct sweep {
	const char *path;
	unsigned flags;
	int (*visit)(const struct tempfile_session *session, void *arg);
	void *arg;
	int64_t deadline;
	int at; /* the directory */
	struct os_status above;
	bool local; /* its locks tell all */
	int removed;
	char (*names)[LEASED_NAME_BYTES]; /* to be looked at */
	size_t count;
	size_t capacity;
};

/* One leased name under judgement. */
struct suspect {
	const char *name;
	int fd; /* -1: it could not be opened */
	struct os_status status;
};

int tempfile__lease(int fd, int at, const char *name)
{
	struct os_status here;
	struct os_status there;

	if (tempfile__os_lock_shared(fd) < 0 && errno != ENOLCK) {
		errno = EEXIST;
		return -1;
	}
	if (tempfile__os_status(fd, &here) < 0)
		return -1;
	if (tempfile__os_status_at(at, name, &there) < 0) {
		if (errno != ENOENT)
			return -1;
	} else if (tempfile__os_same(here.identity, there.identity)) {
		return 0;
	}
	errno = EEXIST;
	return -1;
}

static bool is_leased_name(const char *name)
{
	return strncmp(name, LEASED_PREFIX, sizeof LEASED_PREFIX - 1) == 0 &&
	       strlen(name) == LEASED_NAME_BYTES - 1 &&
	       tempfile__is_drawn(name + sizeof LEASED_PREFIX - 1);
}

/* It has the permissions that it is to be published with. */
static int open_file(int at, const char *name)
{
	int fd = tempfile__os_open_file(at, name, O_RDONLY);

	return fd < 0 && errno == EACCES
		       ? tempfile__os_open_file(at, name, O_WRONLY)
		       : fd;
}

/* -1: nothing that bears a lease, or gone meanwhile. */
static int open_suspect(const struct sweep *sweep, struct suspect *suspect)
{
	struct os_status *status = &suspect->status;
	struct os_status opened;

	suspect->fd = -1;
	if (tempfile__os_status_at(sweep->at, suspect->name, status) < 0 ||
	    (status->kind != OS_DIRECTORY && status->kind != OS_FILE))
		return -1;
	suspect->fd =
		status->kind == OS_DIRECTORY
			/* Killed under a strange umask, a process may
			 * leave one that it could not open. */
			? tempfile__directory_enter(sweep->at, suspect->name)
			: open_file(sweep->at, suspect->name);
	if (suspect->fd < 0)
		return errno == ENOENT ? -1 : 0;
	/* What was opened counts, if it is what was there before. */
	if (tempfile__os_status(suspect->fd, &opened) == 0 &&
	    tempfile__os_same(opened.identity, status->identity)) {
		opened.changed = status->changed;
		*status = opened;
		return 0;
	}
	(void)tempfile__os_close(suspect->fd);
	return -1;
}

static bool is_empty(int fd)
{
	struct os_listing *listing = malloc(sizeof *listing);
	struct os_entry entry;
	bool empty;

	if (!listing)
		return false;
	empty = tempfile__os_list_start(listing, fd) == 0 &&
		tempfile__os_list_next(listing, &entry) == 0;
	tempfile__os_list_end(listing);
	free(listing);
	return empty;
}

/* Why this cannot be one of ours; NULL if it can. */
static const char *find_stranger(const struct sweep *sweep,
				 const struct suspect *suspect)
{
	const struct os_status *status = &suspect->status;

	if (status->owner != tempfile__os_effective_user())
		return "it belongs to another user";
	if (suspect->fd < 0)
		return "it cannot be opened";
	if (status->identity.device != sweep->above.identity.device)
		return "it is on another file system";
	if (status->kind == OS_OTHER)
		return "it is neither a directory nor a file";
	if (status->kind == OS_DIRECTORY && (status->permissions & 0077u))
		return "it is open to other users";
	if (status->kind == OS_FILE && status->links != 1)
		return "the file has another name as well";
	return NULL;
}

static int verdict(struct tempfile_session *session, int verdict,
		   const char *reason)
{
	session->verdict = verdict;
	session->reason = reason;
	return verdict;
}

static int judge_lock(const struct sweep *sweep, const struct suspect *suspect,
		      struct tempfile_session *session)
{
	bool locked = tempfile__os_lock_exclusive(suspect->fd) == 0;
	bool kept = suspect->status.kind == OS_DIRECTORY &&
		    (suspect->status.permissions & 01000u);

	if (!locked && errno == EWOULDBLOCK)
		return verdict(session, TEMPFILE_ALIVE, "its lease is held");
	if (kept && !is_empty(suspect->fd))
		return verdict(session, TEMPFILE_KEPT,
			       "something in it was to be kept");
	if (!locked || !sweep->local)
		return verdict(session, TEMPFILE_UNKNOWN,
			       "locks do not tell on this file system");
	return verdict(session, TEMPFILE_DEAD, "nobody holds its lease");
}

/* The verdict; may the suspect then be removed at all? */
static bool judge(const struct sweep *sweep, const struct suspect *suspect,
		  struct tempfile_session *session)
{
	const char *reason = find_stranger(sweep, suspect);

	if (reason) {
		(void)verdict(session, TEMPFILE_UNKNOWN, reason);
		return false;
	}
	switch (judge_lock(sweep, suspect, session)) {
	case TEMPFILE_DEAD:
		return true;
	case TEMPFILE_UNKNOWN:
		return sweep->flags & TEMPFILE_ASSUME_DEAD;
	default:
		return false;
	}
}

static bool is_still_there(const struct sweep *sweep,
			   const struct suspect *suspect)
{
	struct os_status now;

	return tempfile__os_status_at(sweep->at, suspect->name, &now) == 0 &&
	       tempfile__os_same(now.identity, suspect->status.identity);
}

static int remove_suspect(const struct sweep *sweep,
			  const struct suspect *suspect)
{
	struct removal removal = {.deadline = sweep->deadline};
	int result;

	if (suspect->status.kind == OS_FILE)
		return tempfile__os_remove_file(sweep->at, suspect->name);
	result = tempfile__remove_tree(sweep->at, suspect->name, suspect->fd,
				       &removal);
	free(removal.first_failure);
	return result;
}

static int inform(const struct sweep *sweep,
		  const struct tempfile_session *session)
{
	return sweep->visit ? sweep->visit(session, sweep->arg) : 0;
}

/* What visit says: 0 or 1 to go on, -1 to stop. */
static int treat(struct sweep *sweep, const struct suspect *suspect,
		 struct tempfile_session *session)
{
	bool removable = judge(sweep, suspect, session);
	int answer;

	if (suspect->fd >= 0 && !is_still_there(sweep, suspect))
		return 0;
	answer = inform(sweep, session);
	if (answer != 0 || !removable)
		return answer;
	if (!(sweep->flags & TEMPFILE_DRY_RUN) &&
	    remove_suspect(sweep, suspect) < 0) {
		session->error = errno;
		return errno == ETIMEDOUT ? -1 : inform(sweep, session);
	}
	sweep->removed++;
	return 0;
}

/* The clock of files may be finer, and clocks are put back. */
static int64_t age_of(const struct os_status *status)
{
	int64_t age = tempfile__os_seconds() - status->changed;

	return age < 0 ? 0 : age;
}

static int look_at(struct sweep *sweep, const char *name)
{
	struct suspect suspect = {.name = name};
	struct tempfile_session session = {0};
	char *path;
	int answer = 0;

	if (open_suspect(sweep, &suspect) < 0)
		return 0;
	path = tempfile__join_path(sweep->path, name);
	if (path) {
		session.path = path;
		session.age = age_of(&suspect.status);
		answer = treat(sweep, &suspect, &session);
	}
	free(path);
	if (suspect.fd >= 0)
		(void)tempfile__os_close(suspect.fd);
	return answer;
}

static bool is_late(int64_t deadline)
{
	return deadline && tempfile__os_milliseconds() > deadline;
}

static int note_name(struct sweep *sweep, const char *name)
{
	size_t capacity = sweep->capacity ? 2 * sweep->capacity : 16;
	char(*names)[LEASED_NAME_BYTES];

	if (sweep->count == sweep->capacity) {
		names = realloc(sweep->names, capacity * sizeof *names);
		if (!names) {
			errno = ENOMEM;
			return -1;
		}
		sweep->names = names;
		sweep->capacity = capacity;
	}
	memcpy(sweep->names[sweep->count++], name, LEASED_NAME_BYTES);
	return 0;
}

/* All before the first is removed, for systems that would skip others. */
static int note_names(struct sweep *sweep, struct os_listing *listing)
{
	/* Half of the time; what has not been read will be another time. */
	int64_t deadline = (tempfile__os_milliseconds() + sweep->deadline) / 2;
	struct os_entry entry;
	int more;

	if (tempfile__os_list_start(listing, sweep->at) < 0)
		return -1;
	while ((more = tempfile__os_list_next(listing, &entry)) > 0) {
		if (is_leased_name(entry.name))
			more = note_name(sweep, entry.name);
		if (more < 0 || (sweep->deadline && is_late(deadline)))
			break;
	}
	tempfile__os_list_end(listing);
	return more < 0 ? -1 : 0;
}

static int look_at_all(struct sweep *sweep, struct os_listing *listing)
{
	int answer = note_names(sweep, listing);

	if (answer < 0)
		return -1;
	for (size_t i = 0; i < sweep->count && answer >= 0; i++) {
		if (is_late(sweep->deadline))
			break;
		answer = look_at(sweep, sweep->names[i]);
	}
	return sweep->removed;
}

static int sweep_directory(struct sweep *sweep)
{
	struct os_filesystem filesystem;
	struct os_listing *listing;
	int result = -1;

	if (tempfile__os_status(sweep->at, &sweep->above) < 0 ||
	    tempfile__os_filesystem(sweep->at, &filesystem) < 0)
		return -1;
	sweep->local = filesystem.local;
	listing = malloc(sizeof *listing);
	if (listing)
		result = look_at_all(sweep, listing);
	else
		errno = ENOMEM;
	free(listing);
	free(sweep->names);
	return result;
}

int tempfile__sweep(const char *path, unsigned flags,
		    int (*visit)(const struct tempfile_session *session,
				 void *arg),
		    void *arg, int64_t deadline)
{
	struct sweep sweep = {.path = path,
			      .flags = flags,
			      .visit = visit,
			      .arg = arg,
			      .deadline = deadline};
	int result;

	sweep.at = tempfile__os_open_directory(OS_HERE, path);
	if (sweep.at < 0)
		return -1;
	result = sweep_directory(&sweep);
	tempfile__close_quietly(sweep.at);
	return result;
}

void tempfile__sweep_by_chance(const char *path)
{
	const char *when = tempfile__os_environment("TEMPFILE_SWEEP");
	bool always = when && strcmp(when, "always") == 0;
	int code = errno;

	if (always)
		(void)tempfile__sweep(path, 0, NULL, NULL, 0);
	else if (!(when && strcmp(when, "never") == 0) &&
		 tempfile__random_below(CHANCE) == 0)
		(void)tempfile__sweep(path, 0, NULL, NULL,
				      tempfile__os_milliseconds() +
					      BUDGET_MILLISECONDS);
	errno = code;
}
