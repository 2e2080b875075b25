/* SPDX-License-Identifier: MIT */
/*
 * Which directory.
 *
 * A candidate is proved by writing in it: into a file without a name, or, where
 * there is no such thing, into one inside a session, so that whatever kills us
 * leaves nothing that is not swept. The first that passes is remembered, one
 * for any directory and one for a directory on a disk. Locations are never
 * freed, since callers may hold their paths for ever.
 */
#include "location.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "create.h"
#include "error.h"
#include "path.h"
#include "session.h"

static struct location *_Atomic locations;
static const struct location *_Atomic chosen[2]; /* [on_disk] */

/*
 * Visit what could be the temporary directory, in order, until visit returns
 * other than 0, and return that.
 */
static int visit_sources(int (*visit)(const char *source, const char *path,
				      void *arg),
			 void *arg)
{
	static const char *const variables[] = {"TMPDIR", "TEMP", "TMP"};
	const char *path;
	int result = 0;

	for (size_t i = 0; i < 3 && result == 0; i++) {
		path = tempfile__os_environment(variables[i]);
		if (path)
			result = visit(variables[i], path, arg);
	}
	for (size_t i = 0; result == 0; i++) {
		path = tempfile__os_candidate(i);
		if (!path)
			break;
		result = visit("system", path, arg);
	}
	return result ? result : visit("current", ".", arg);
}

/* A descriptor without a name, born so or in a session. */
static int create_for_proof(struct directory *directory, unsigned *properties)
{
	struct directory *session;
	int fd = tempfile__os_create_anonymous(directory->fd, ".", 0600);

	if (fd >= 0)
		*properties |= TEMPFILE_ANONYMOUS;
	if (fd >= 0 || errno != ENOTSUP)
		return fd;
	session = tempfile__session_in(directory->path, false);
	return session ? tempfile__create_anonymous(session, 0600) : -1;
}

static int prove_writable(struct directory *directory, unsigned *properties)
{
	int fd = create_for_proof(directory, properties);
	bool written;
	int code;

	if (fd < 0)
		return tempfile__fail(errno, "create a file in",
				      directory->path);
	written = tempfile__os_write_at(fd, "proof", 5, 0) == 5;
	code = errno;
	(void)tempfile__os_close(fd);
	return written ? 0 : tempfile__fail(code, "write in", directory->path);
}

static void describe(const struct directory *directory,
		     struct tempfile_candidate *candidate)
{
	struct os_filesystem filesystem;

	if (tempfile__os_filesystem(directory->fd, &filesystem) < 0)
		return;
	candidate->filesystem = filesystem.name;
	candidate->space = filesystem.space;
	if (filesystem.memory_backed)
		candidate->properties |= TEMPFILE_MEMORY_BACKED;
	if (filesystem.local && (tempfile__os_lock_shared(directory->fd) == 0 ||
				 errno == EWOULDBLOCK))
		candidate->properties |= TEMPFILE_LEASES;
}

static struct directory *open_candidate(const char *path)
{
	struct directory *directory;
	char *absolute = tempfile__absolute_path(path);

	if (!absolute) {
		(void)tempfile__fail(errno, "find the directory", path);
		return NULL;
	}
	directory = tempfile__directory_open(absolute, false);
	free(absolute);
	return directory;
}

/* Try path; *candidate tells how it went and is valid while the directory is
 * held. NULL: it cannot be used. */
static struct directory *prove(const char *path,
			       struct tempfile_candidate *candidate)
{
	struct directory *directory = open_candidate(path);
	const struct tempfile_error *error = tempfile_last_error();

	candidate->path = directory ? directory->path : path;
	candidate->filesystem = "unknown";
	candidate->space = -1;
	if (directory) {
		describe(directory, candidate);
		if (prove_writable(directory, &candidate->properties) == 0)
			return directory;
	}
	candidate->path = path; /* the directory's goes with it */
	candidate->error = error->code;
	candidate->reason = error->reason ? error->reason
					  : tempfile__error_text(error->code);
	tempfile__directory_drop(directory);
	return NULL;
}

static struct location *find_location(const char *path)
{
	struct location *location = atomic_load(&locations);

	while (location && strcmp(location->path, path) != 0)
		location = location->next;
	return location;
}

static struct location *add_location(const struct tempfile_candidate *candidate)
{
	size_t size = strlen(candidate->path) + 1;
	struct location *location = malloc(sizeof *location + size);

	if (!location)
		return NULL;
	location->memory_backed =
		candidate->properties & TEMPFILE_MEMORY_BACKED;
	location->anonymous = candidate->properties & TEMPFILE_ANONYMOUS;
	memcpy(location->path, candidate->path, size);
	location->next = atomic_load(&locations);
	atomic_store(&locations, location);
	return location;
}

/* The location of a proven candidate; NULL, told. */
static const struct location *intern(const struct tempfile_candidate *candidate)
{
	struct location *location;

	tempfile__os_lock();
	location = find_location(candidate->path);
	if (!location)
		location = add_location(candidate);
	tempfile__os_unlock();
	if (!location)
		(void)tempfile__fail(ENOMEM, "use the directory",
				     candidate->path);
	return location;
}

/* A choice under way: what was found, and why the others were not taken. */
#define REPORT_PATH_MOST 200
struct choice {
	bool on_disk;
	const struct location *location;
	char report[2048];
};

static void report(struct choice *choice, const char *source, const char *path,
		   const char *reason)
{
	size_t length = strlen(choice->report);
	size_t size = strlen(path);
	bool named = strcmp(source, "system") != 0;
	bool whole = size <= REPORT_PATH_MOST;

	/* Of a long path its end, so that there is room for the others. */
	(void)snprintf(
		choice->report + length, sizeof choice->report - length,
		"%s%s%s'%s%s' (%s)", length ? ", " : "no usable one among ",
		named ? source : "", named ? " " : "", whole ? "" : "...",
		whole ? path : path + size - REPORT_PATH_MOST, reason);
}

static int consider(const char *source, const char *path, void *arg)
{
	struct choice *choice = arg;
	struct tempfile_candidate candidate = {0};
	struct directory *directory = prove(path, &candidate);
	bool in_memory = candidate.properties & TEMPFILE_MEMORY_BACKED;

	if (!directory)
		report(choice, source, path, candidate.reason);
	else if (choice->on_disk && in_memory)
		report(choice, source, path, "it is memory, not a disk");
	else
		choice->location = intern(&candidate);
	tempfile__directory_drop(directory);
	return choice->location != NULL;
}

static const struct location *choose(bool on_disk)
{
	const struct location *faster = NULL;
	struct choice choice = {.on_disk = on_disk};

	(void)visit_sources(consider, &choice);
	if (!choice.location) {
		(void)tempfile__fail_because(ENOENT,
					     "find a temporary directory", NULL,
					     choice.report);
		return NULL;
	}
	/* Where another thread was faster, its choice is everyone's. */
	return atomic_compare_exchange_strong(&chosen[on_disk], &faster,
					      choice.location)
		       ? choice.location
		       : faster;
}

const struct location *tempfile__location(bool on_disk)
{
	const struct location *location = atomic_load(&chosen[on_disk]);
	int code;

	if (location)
		return location;
	code = errno;
	location = choose(on_disk);
	if (location)
		errno = code;
	return location;
}

const char *tempfile_gettempdir(void)
{
	const struct location *location = tempfile__location(false);

	return location ? location->path : NULL;
}

const char *tempfile_gettempprefix(void)
{
	return DEFAULT_PREFIX;
}

int tempfile_settempdir(const char *dir)
{
	struct tempfile_candidate candidate = {0};
	struct directory *directory;
	const struct location *location = NULL;

	if (dir) {
		directory = prove(dir, &candidate);
		if (!directory)
			return -1;
		location = intern(&candidate);
		tempfile__directory_drop(directory);
		if (!location)
			return -1;
	}
	atomic_store(&chosen[false], location);
	atomic_store(&chosen[true],
		     location && location->memory_backed ? NULL : location);
	return 0;
}

struct visitor {
	int (*visit)(const struct tempfile_candidate *candidate, void *arg);
	void *arg;
	const char *in_use;
};

static int show(const char *source, const char *path, void *arg)
{
	struct visitor *visitor = arg;
	struct tempfile_candidate candidate = {.source = source};
	char *absolute = tempfile__absolute_path(path);
	struct directory *directory =
		prove(absolute ? absolute : path, &candidate);
	char reason[256];
	int result;

	/* visit may call us, and fail, and still look at it. */
	if (candidate.reason) {
		(void)snprintf(reason, sizeof reason, "%s", candidate.reason);
		candidate.reason = reason;
	}
	/* The first of that path: the current directory may be it as well. */
	if (visitor->in_use && strcmp(candidate.path, visitor->in_use) == 0) {
		candidate.properties |= TEMPFILE_CHOSEN;
		visitor->in_use = NULL;
	}
	result = visitor->visit(&candidate, visitor->arg);
	tempfile__directory_drop(directory);
	free(absolute);
	return result;
}

int tempfile_each_candidate(
	int (*visit)(const struct tempfile_candidate *candidate, void *arg),
	void *arg)
{
	struct visitor visitor = {visit, arg, tempfile_gettempdir()};

	if (!visit)
		return tempfile__fail_because(EINVAL, "try the candidates",
					      NULL, "no function to tell");
	return visit_sources(show, &visitor);
}
