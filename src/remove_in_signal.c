/* SPDX-License-Identifier: MIT */
/*
 * The removal for a process on its way out, which may be in the middle of
 * anything: no malloc, no lock, few descriptors, a place that is there already.
 *
 * The walk goes down into the first directory that cannot be removed as it is,
 * empties it, and comes back up through "..". Reading the directory above once
 * more then removes it, now that it is empty. If it is still there it had to be
 * left, and the search goes on behind it: each level remembers the last one
 * left.
 *
 * REMEMBERED levels are, as a ring. Where the walk does not know the level
 * above, because the tree is deeper than that or somebody moved a part of it,
 * it starts again at the root, provided that something has gone since it was
 * there last. So it ends, and never works in a directory that it did not enter
 * from above.
 */
#include "remove_tree.h"

#include <errno.h>
#include <stdatomic.h>

#include "fork_guard.h"
#include "remove_entry.h"

/* As deep as a path is long; most of it is never touched. */
#define REMEMBERED 2048

/* A directory between the root and the present one. */
struct step {
	struct os_identity identity;
	uint64_t last_left; /* inode, as listed; 0: none */
};

/* Its owner is the process that uses it; 0: nobody. */
static struct {
	_Atomic uint64_t owner;
	struct os_listing listing;
	struct step steps[REMEMBERED];
} place;

struct descent {
	int root;
	int fd; /* the present directory */
	size_t depth;
	size_t known;                /* steps above the present one */
	struct os_identity returned; /* the directory come back from */
	bool progress;               /* since the walk was at the root */
	int error;                   /* the first; 0 */
};

static struct step *step_at(size_t depth)
{
	return &place.steps[depth % REMEMBERED];
}

static void move_to(struct descent *descent, int fd, size_t depth)
{
	if (descent->fd != descent->root)
		(void)tempfile__os_close(descent->fd);
	descent->fd = fd;
	descent->depth = depth;
}

static void note_error(struct descent *descent, int error)
{
	if (descent->error == 0)
		descent->error = error;
}

/*
 * Open the directory that an entry names, its identity in *identity; -1 if it
 * cannot be entered, or has just been left.
 */
static int open_entry(struct descent *descent, const struct os_entry *entry,
		      struct os_identity *identity)
{
	int fd = tempfile__os_open_subdirectory(descent->fd, entry->name);
	struct os_status status;

	if (fd < 0) {
		note_error(descent, errno == EXDEV ? EBUSY : errno);
		return -1;
	}
	if (tempfile__os_status(fd, &status) == 0 &&
	    !tempfile__os_same(status.identity, descent->returned)) {
		*identity = status.identity;
		return fd;
	}
	step_at(descent->depth)->last_left = entry->inode;
	(void)tempfile__os_close(fd);
	return -1;
}

/* A descriptor if the entry is a directory to go down into, else -1. */
static int treat_entry(struct descent *descent, const struct os_entry *entry,
		       struct os_identity *identity)
{
	enum os_kind kind = entry->kind;
	int error = tempfile__remove_entry(descent->fd, entry->name, &kind);

	if (error == ENOTEMPTY || error == EISDIR)
		return open_entry(descent, entry, identity);
	if (error == 0)
		descent->progress = true;
	else if (error != ENOENT)
		note_error(descent, error);
	return -1;
}

/* The first directory to go down into, all before it gone or left; or -1. */
static int find_way_down(struct descent *descent, struct os_identity *identity)
{
	uint64_t last_left = step_at(descent->depth)->last_left;
	bool behind = last_left == 0;
	struct os_entry entry;
	int more;
	int fd = -1;

	more = tempfile__os_list_start(&place.listing, descent->fd);
	while (more >= 0 && fd < 0 &&
	       (more = tempfile__os_list_next(&place.listing, &entry)) > 0) {
		if (behind)
			fd = treat_entry(descent, &entry, identity);
		else
			behind = entry.inode == last_left;
	}
	if (fd < 0 && more < 0)
		note_error(descent, errno);
	tempfile__os_list_end(&place.listing);
	return fd;
}

static bool go_down(struct descent *descent)
{
	struct os_identity identity;
	int fd = find_way_down(descent, &identity);

	if (fd < 0)
		return false;
	move_to(descent, fd, descent->depth + 1);
	*step_at(descent->depth) = (struct step){.identity = identity};
	if (descent->known < REMEMBERED - 1)
		descent->known++;
	return true;
}

/* The directory above, if it is the one we came from; else -1. */
static int open_known_parent(const struct descent *descent)
{
	struct os_status status;
	int fd;

	if (descent->known == 0)
		return -1;
	if (descent->depth == 1)
		return descent->root;
	fd = tempfile__os_open_parent(descent->fd);
	if (fd < 0)
		return -1;
	if (tempfile__os_status(fd, &status) == 0 &&
	    tempfile__os_same(status.identity,
			      step_at(descent->depth - 1)->identity))
		return fd;
	(void)tempfile__os_close(fd);
	return -1;
}

static bool go_up(struct descent *descent)
{
	int fd = open_known_parent(descent);

	if (fd < 0)
		return false;
	descent->returned = step_at(descent->depth)->identity;
	descent->known--;
	move_to(descent, fd, descent->depth - 1);
	return true;
}

static void start_at_root(struct descent *descent)
{
	move_to(descent, descent->root, 0);
	descent->known = 0;
	descent->returned = (struct os_identity){0};
	descent->progress = false;
	*step_at(0) = (struct step){.last_left = 0};
}

static void empty_root(struct descent *descent)
{
	start_at_root(descent);
	for (;;) {
		if (go_down(descent))
			continue;
		if (descent->depth == 0)
			return;
		if (go_up(descent))
			continue;
		if (!descent->progress)
			break;
		start_at_root(descent);
	}
	note_error(descent, ESTALE);
	move_to(descent, descent->root, 0);
}

/*
 * One walk at a time. What a thread of the parent held when it forked is free
 * for the child, which does not have that thread.
 */
static bool take_place(uint64_t process)
{
	uint64_t owner = 0;

	if (atomic_compare_exchange_strong(&place.owner, &owner, process))
		return true;
	return owner != process &&
	       atomic_compare_exchange_strong(&place.owner, &owner, process);
}

int tempfile__remove_tree_in_signal(int at, const char *name, int fd)
{
	struct descent descent = {.root = fd, .fd = fd};
	int error;

	if (!take_place(tempfile__process())) {
		errno = EBUSY;
		return -1;
	}
	empty_root(&descent);
	atomic_store(&place.owner, 0);
	error = tempfile__remove_anchor(at, name, fd);
	if (error == 0)
		return 0;
	errno = error == ENOTEMPTY && descent.error ? descent.error : error;
	return -1;
}

#define PATIENCE_MILLISECONDS 100

void tempfile__remove_tree_at_last(int at, const char *name, int fd)
{
	for (int i = 0; i < PATIENCE_MILLISECONDS; i++) {
		if (tempfile__remove_tree_in_signal(at, name, fd) == 0)
			return;
		tempfile__os_sleep(1);
	}
}
