/* SPDX-License-Identifier: MIT */
/*
 * The walk that removes a tree.
 *
 * A pass reads the present directory from beginning to end: what can be
 * removed is, and the directories with something in them are noted. Then they
 * are entered, the last noted first, each going through the same, and removed
 * on the way back up.
 *
 * A directory gets another pass if there was no room to note all of it, or if
 * it should be empty and is not: because another process adds to it, or the
 * system skips entries when others are removed while it is read. Each further
 * pass needs the one before it to have got on, so the walk ends.
 */
#include "remove_tree.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "remove_entry.h"
#include "remove_levels.h"
#include "remove_notes.h"

/* For a directory that others keep filling. */
#define PASSES_LIMIT 100

/* A sign of life from a wide directory. */
#define PROGRESS_ENTRIES 4096

struct walk {
	struct removal *removal;
	int error;   /* the first failure's; 0 */
	int stopped; /* ETIMEDOUT, ECANCELED; 0 */
	struct levels levels;
	struct notes notes;
	struct os_listing listing;
};

static struct level *top_of(const struct walk *walk)
{
	return tempfile__levels_top(&walk->levels);
}

/*
 * What is told of it
 */

static void inform(struct walk *walk, const char *path, int error)
{
	const struct removal *removal = walk->removal;
	struct tempfile_removal told = {
		.path = path, .error = error, .removed = removal->removed};

	if (removal->progress && !walk->stopped &&
	    removal->progress(&told, removal->arg) != 0)
		walk->stopped = ECANCELED;
}

static void fail(struct walk *walk, const char *path, int error)
{
	top_of(walk)->failed = true;
	if (walk->error == 0) {
		walk->error = error;
		if (strcmp(path, ".") != 0)
			walk->removal->first_failure = strdup(path);
	}
	inform(walk, path, error);
}

static void fail_here(struct walk *walk, int error)
{
	fail(walk, tempfile__levels_path(&walk->levels), error);
}

static void fail_leaf(struct walk *walk, uint64_t inode, int error)
{
	tempfile__notes_leave(&walk->notes, inode);
	fail(walk, tempfile__levels_leaf_path(&walk->levels), error);
}

static void tell_leaf_gone(struct walk *walk)
{
	inform(walk, tempfile__levels_leaf_path(&walk->levels), 0);
}

static bool is_over(struct walk *walk)
{
	int64_t deadline = walk->removal->deadline;

	if (!walk->stopped && deadline != 0 &&
	    tempfile__os_milliseconds() > deadline)
		walk->stopped = ETIMEDOUT;
	return walk->stopped != 0;
}

/*
 * One name in the present directory
 */

/* Give ourselves all rights to the present directory, if it is our own. */
static bool unlock_here(struct walk *walk)
{
	int fd = tempfile__levels_fd(&walk->levels);
	struct os_status status;

	if (top_of(walk)->unlocked)
		return false;
	top_of(walk)->unlocked = true;
	return tempfile__os_status(fd, &status) == 0 &&
	       status.owner == tempfile__os_effective_user() &&
	       tempfile__os_set_permissions(fd, status.permissions | 0700) == 0;
}

/* tempfile__remove_entry; what has gone without us is fine too. */
static int remove_name(struct walk *walk, const char *name, enum os_kind *kind)
{
	int fd = tempfile__levels_fd(&walk->levels);
	int error = tempfile__remove_entry(fd, name, kind);

	if (error == EACCES && unlock_here(walk))
		error = tempfile__remove_entry(fd, name, kind);
	if (error == 0 && ++walk->removal->removed % PROGRESS_ENTRIES == 0)
		inform(walk, ".", 0);
	return error == ENOENT ? 0 : error;
}

/* No room for an entry's name: another pass, or nothing helps. */
static void put_off(struct walk *walk, const struct os_entry *entry)
{
	struct level *top = top_of(walk);

	top->cut_short = true;
	if (walk->notes.names_length > top->names)
		return;
	tempfile__levels_set_leaf(&walk->levels, entry->name);
	fail_leaf(walk, entry->inode, ENOMEM);
}

static void treat_entry(struct walk *walk, const struct os_entry *entry)
{
	enum os_kind kind = entry->kind;
	int error = remove_name(walk, entry->name, &kind);

	if (error == 0 && (kind != OS_DIRECTORY || !walk->removal->progress))
		return;
	if (error == ENOTEMPTY || error == EISDIR) {
		if (!tempfile__notes_push(&walk->notes, top_of(walk)->names,
					  entry))
			put_off(walk, entry);
		return;
	}
	tempfile__levels_set_leaf(&walk->levels, entry->name);
	if (error == 0)
		tell_leaf_gone(walk);
	else
		fail_leaf(walk, entry->inode, error);
}

/*
 * One directory
 */

static bool is_passed_over(const struct walk *walk,
			   const struct os_entry *entry)
{
	const struct removal *removal = walk->removal;
	const struct level *top = top_of(walk);

	if (walk->levels.depth == 0 && removal->keep &&
	    removal->keep(entry->name, removal->keep_arg))
		return true;
	return top->passes > 1 &&
	       tempfile__notes_is_left(&walk->notes, top->left, entry->inode);
}

static void pass_over_level(struct walk *walk)
{
	struct os_listing *listing = &walk->listing;
	struct level *top = top_of(walk);
	struct os_entry entry;
	int more;

	top->due = false;
	top->cut_short = false;
	top->passes++;
	top->removed_before = walk->removal->removed;
	top->left_before = walk->notes.left_length;
	more = tempfile__os_list_start(listing,
				       tempfile__levels_fd(&walk->levels));
	if (more == 0) {
		while (!is_over(walk) &&
		       (more = tempfile__os_list_next(listing, &entry)) > 0)
			if (!is_passed_over(walk, &entry))
				treat_entry(walk, &entry);
		tempfile__os_list_end(listing);
	}
	/* Somebody was faster: a directory that has gone lists nothing. */
	if (more < 0 && errno != ENOENT)
		fail_here(walk, errno);
}

/* Nothing explains why it is not empty, and trying has helped before. */
static bool deserves_another_pass(const struct walk *walk,
				  const struct level *level)
{
	return !level->failed && level->passes < PASSES_LIMIT &&
	       walk->removal->removed > level->removed_before;
}

/* Not all of it was noted. What had to be left will not be noted again. */
static bool needs_another_pass(const struct walk *walk,
			       const struct level *level)
{
	return level->cut_short &&
	       (walk->removal->removed > level->removed_before ||
		walk->notes.left_length > level->left_before);
}

/*
 * From one directory to another
 */

static void enter_leaf(struct walk *walk, uint64_t inode, unsigned passes)
{
	int error = tempfile__levels_enter(&walk->levels);
	enum os_kind kind = OS_OTHER;
	struct level *top;

	if (error == 0) {
		top = top_of(walk);
		top->inode = inode;
		top->names = walk->notes.names_length;
		top->left = walk->notes.left_length;
		top->passes = passes;
		top->due = true;
		return;
	}
	if (error == ENOTDIR)
		error = remove_name(walk, tempfile__levels_leaf(&walk->levels),
				    &kind);
	if (error == EXDEV)
		error = EBUSY;
	if (error != 0 && error != ENOENT)
		fail_leaf(walk, inode, error);
}

static void enter_next(struct walk *walk)
{
	uint64_t inode;

	tempfile__levels_set_leaf(&walk->levels,
				  tempfile__notes_pop(&walk->notes, &inode));
	enter_leaf(walk, inode, 0);
}

/* The level just left is the leaf: it can go, or tells why not. */
static void remove_left_level(struct walk *walk, const struct level *left)
{
	enum os_kind kind = OS_DIRECTORY;
	int error =
		remove_name(walk, tempfile__levels_leaf(&walk->levels), &kind);

	if (error == 0) {
		tell_leaf_gone(walk);
	} else if (error == ENOTEMPTY && left->failed) {
		/* Said already, of what is in it. */
		top_of(walk)->failed = true;
		tempfile__notes_leave(&walk->notes, left->inode);
	} else if (error == ENOTEMPTY && deserves_another_pass(walk, left)) {
		enter_leaf(walk, left->inode, left->passes);
	} else {
		fail_leaf(walk, left->inode, error);
	}
}

static void leave_level(struct walk *walk)
{
	int error = tempfile__levels_leave(&walk->levels);
	struct level left = walk->levels.stack[walk->levels.depth + 1];

	walk->notes.names_length = left.names;
	walk->notes.left_length = left.left;
	if (error == 0)
		remove_left_level(walk, &left);
	else
		fail_leaf(walk, left.inode, error);
}

static void empty_root(struct walk *walk)
{
	struct level *top;

	while (!is_over(walk)) {
		top = top_of(walk);
		if (top->due)
			pass_over_level(walk);
		else if (walk->notes.names_length > top->names)
			enter_next(walk);
		else if (needs_another_pass(walk, top))
			top->due = true;
		else if (walk->levels.depth > 0)
			leave_level(walk);
		else
			return;
	}
}

/* All that the root led to is done; false: do it again. */
static bool finish_root(struct walk *walk, int at, const char *name, int fd)
{
	struct level *root = top_of(walk);
	bool stays = walk->removal->contents_only;
	int error = stays ? ENOTEMPTY : tempfile__remove_anchor(at, name, fd);

	if (error == ENOTEMPTY && deserves_another_pass(walk, root)) {
		root->due = true;
		return false;
	}
	if (error == 0) {
		walk->removal->removed++;
		inform(walk, tempfile__levels_path(&walk->levels), 0);
	} else if (!stays && (error != ENOTEMPTY || !root->failed)) {
		fail_here(walk, error);
	}
	return true;
}

static int walk_from(struct walk *walk, int at, const char *name, int fd)
{
	int error = tempfile__levels_start(&walk->levels, fd);

	if (error != 0)
		return error;
	top_of(walk)->due = true;
	do {
		empty_root(walk);
		if (walk->stopped) {
			/* It would be taken for the reason. */
			free(walk->removal->first_failure);
			walk->removal->first_failure = NULL;
			return walk->stopped;
		}
	} while (!finish_root(walk, at, name, fd));
	return walk->error;
}

int tempfile__remove_tree(int at, const char *name, int fd,
			  struct removal *removal)
{
	struct walk *walk = malloc(sizeof *walk);
	int error = ENOMEM;

	removal->removed = 0;
	removal->first_failure = NULL;
	if (walk) {
		walk->removal = removal;
		walk->error = 0;
		walk->stopped = 0;
		tempfile__notes_start(&walk->notes);
		error = walk_from(walk, at, name, fd);
		tempfile__notes_end(&walk->notes);
		tempfile__levels_end(&walk->levels);
		free(walk);
	}
	if (error == 0)
		return 0;
	errno = error;
	return -1;
}
