/* SPDX-License-Identifier: MIT */
/*
 * A name on the disk.
 *
 * It is leased (it lies in a session of this process, which is removed as a
 * whole), or registered (it has a slot), or kept (nobody removes it). The slot
 * is claimed before the thing is created, so that nothing can go wrong after.
 */
#include "named.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "fork_guard.h"
#include "path.h"
#include "publish.h"
#include "registry.h"
#include "session.h"

static bool is_owed(const struct tempfile_options *options)
{
	return !(options->flags & TEMPFILE_KEEP) &&
	       !tempfile__options_keep_all();
}

/* A place for the path of any name of the pattern in the directory; the
 * name's place in it. */
static char *prepare_path(struct named *named,
			  const struct name_pattern *pattern, char *room)
{
	const struct directory *directory = named->directory;
	size_t size = directory->length + 1 + tempfile__name_size(pattern);
	char *name;

	if (size > NAMED_ROOM)
		room = NULL;
	named->room = room;
	named->path = room ? room : malloc(size);
	if (!named->path)
		return NULL;
	name = tempfile__enter_path(named->path, directory->path,
				    directory->length);
	named->name = name;
	return name;
}

static int prepare(struct named *named, const struct tempfile_options *options,
		   bool owed)
{
	struct place place;

	named->process = tempfile__process();
	named->keep = !owed;
	if (tempfile__place_open(options, owed, &place) < 0)
		return -1;
	named->directory = place.directory;
	named->leased = place.leased;
	if (!owed || place.leased)
		return 0;
	named->slot = tempfile__registry_claim();
	return named->slot ? 0
			   : tempfile__fail(ENOMEM, "create in",
					    named->directory->path);
}

static void enter(const struct named *named)
{
	tempfile__registry_enter(named->slot, named->directory, named->name,
				 named->identity, named->is_directory);
}

/* Create it, and enter it as soon as it is there. */
static int create_and_enter(struct named *named, char *room,
			    const struct name_pattern *pattern,
			    create_function *create, struct wanted *wanted)
{
	char *place = prepare_path(named, pattern, room);
	int result;

	if (!place) {
		errno = ENOMEM;
		return -1;
	}
	result = tempfile__create(named->directory, pattern, place, create,
				  wanted);
	if (result < 0)
		return -1;
	named->identity = wanted->status.identity;
	named->is_directory = wanted->status.kind == OS_DIRECTORY;
	if (named->slot)
		enter(named);
	return result;
}

/*
 * May a signal wait until it is created and entered? A user's own function may
 * itself be waiting for something.
 */
static bool may_hold_signals(const struct named *named, create_function *create)
{
	return named->slot && (create == tempfile__create_file ||
			       create == tempfile__create_directory);
}

static int create_name(struct named *named, char *room,
		       const struct name_pattern *pattern,
		       create_function *create, struct wanted *wanted)
{
	struct os_signals signals;
	bool hold = may_hold_signals(named, create);
	int result;

	if (hold)
		tempfile__os_hold_signals(&signals);
	result = create_and_enter(named, room, pattern, create, wanted);
	if (result < 0)
		(void)tempfile__fail(errno, "create in",
				     named->directory->path);
	if (hold)
		tempfile__os_release_signals(&signals);
	return result;
}

static int remove_from(int at, const struct named *named)
{
	return named->is_directory
		       ? tempfile__os_remove_directory(at, named->name)
		       : tempfile__os_remove_file(at, named->name);
}

/*
 * Was the session to blame, because its descriptor leads elsewhere or it
 * belongs to the user this process no longer is? Then what came out is taken
 * away, and another attempt will find a new session.
 */
static bool blame_session(struct named *named, int result,
			  const struct wanted *wanted)
{
	const struct directory *directory = named->directory;

	if (!named->leased ||
	    (result >= 0 &&
	     wanted->status.identity.device == directory->identity.device &&
	     wanted->status.owner == directory->owner) ||
	    !tempfile__session_is_spent(directory))
		return false;
	if (result >= 0)
		(void)remove_from(directory->fd, named);
	if (result > 0)
		(void)tempfile__os_close(result);
	return true;
}

int tempfile__named_create(struct named *named, char *room,
			   const struct tempfile_options *options,
			   create_function *create, struct wanted *wanted)
{
	struct name_pattern pattern = tempfile__options_pattern(options);
	bool owed = is_owed(options);
	int result = -1;

	for (int attempt = 0; attempt < 2; attempt++) {
		if (prepare(named, options, owed) < 0)
			break;
		result = create_name(named, room, &pattern, create, wanted);
		if (!blame_session(named, result, wanted))
			break;
		tempfile__named_forget(named);
		result = -1;
	}
	if (result < 0)
		tempfile__named_forget(named);
	return result;
}

bool tempfile__named_is_owed(const struct named *named)
{
	return !named->keep && tempfile__is_mine(named->process);
}

/* From registered to kept, or back. */
static int change_slot(struct named *named, bool keep)
{
	if (keep) {
		tempfile__registry_release(named->slot);
		named->slot = NULL;
		return 0;
	}
	named->slot = tempfile__registry_claim();
	if (!named->slot)
		return -1;
	enter(named);
	return 0;
}

int tempfile__named_keep(struct named *named, bool keep)
{
	const char *step = keep ? "keep" : "stop keeping";
	int result;

	if (!named->path)
		return tempfile__fail_because(EINVAL, step, NULL,
					      "it has no name");
	if (!tempfile__is_mine(named->process))
		return tempfile__fail_because(EPERM, step, named->path,
					      "another process made it");
	if (keep == named->keep)
		return 0;
	result = named->leased ? tempfile__session_keep(named->directory,
							named->name, keep)
			       : change_slot(named, keep);
	if (result < 0)
		return tempfile__fail(errno, step, named->path);
	named->keep = keep;
	return 0;
}

static int remove_in(int parent, const struct named *named)
{
	struct os_status status;

	if (!named->leased) {
		if (tempfile__os_status_at(parent, named->name, &status) < 0)
			return -1;
		if (!tempfile__os_same(status.identity, named->identity)) {
			errno = ESTALE;
			return -1;
		}
	}
	return remove_from(parent, named);
}

int tempfile__named_remove(const struct named *named)
{
	bool opened;
	int parent;
	int result;

	/* Nobody but this user can put anything into a session. */
	result = named->leased ? remove_from(named->directory->fd, named)
			       : remove_in(named->directory->fd, named);
	if (result == 0)
		return 0;
	if (errno != ENOENT && errno != EBADF && errno != ENOTDIR)
		return -1;
	parent = tempfile__directory_reach(named->directory, &opened);
	if (!opened)
		return 0;
	if (parent < 0)
		return tempfile__means_gone(errno) ? 0 : -1;
	result = remove_in(parent, named);
	tempfile__close_quietly(parent);
	return result < 0 && errno != ENOENT ? -1 : 0;
}

void tempfile__named_move(struct named *named, struct target *target,
			  bool is_new)
{
	struct os_status status = {.identity = named->identity};
	bool is_directory = named->is_directory;

	if (named->leased && named->keep)
		(void)tempfile__session_keep(named->directory, named->name,
					     false);
	if (is_new)
		(void)tempfile__os_status_at(target->directory->fd,
					     target->name, &status);
	tempfile__named_forget(named);
	*named = (struct named){.path = target->path,
				.name = target->name,
				.directory = target->directory,
				.identity = status.identity,
				.is_directory = is_directory,
				.process = tempfile__process(),
				.keep = true};
	target->path = NULL;
	target->directory = NULL;
}

void tempfile__named_replace(struct named *named, struct os_identity identity)
{
	named->identity = identity;
	tempfile__registry_replace(named->slot, identity);
}

void tempfile__named_forget(struct named *named)
{
	if (named->slot)
		tempfile__registry_release(named->slot);
	if (!named->leased)
		tempfile__directory_drop(named->directory);
	if (named->path != named->room)
		free(named->path);
	*named = (struct named){0};
}
