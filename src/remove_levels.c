/* SPDX-License-Identifier: MIT */
/*
 * Standing somewhere in a tree with few descriptors and no recursion.
 *
 * Of each level from the root to the present one we know the identity and the
 * name; the lowest LEVELS_HELD below the root are also held open, level n in
 * held[n % LEVELS_HELD]. Going up to one that was closed in the meantime leads
 * through "..", which somebody may have made another directory by moving ours;
 * then the way is sought from the root again.
 *
 * Invariant: the present level is open, and every descriptor in the ring was
 * seen to have the identity its level was entered with. Who works through
 * them never works anywhere else.
 */
#include "remove_levels.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Room behind the path for a leaf: more than any file system's names. */
#define LEAF_BYTES 1024

static int *slot_of(struct levels *levels, size_t depth)
{
	return &levels->held[depth % LEVELS_HELD];
}

static void close_slot(int *slot)
{
	if (*slot >= 0)
		(void)tempfile__os_close(*slot);
	*slot = -1;
}

static int reserve_level(struct levels *levels)
{
	size_t capacity = levels->capacity ? 2 * levels->capacity : 16;
	struct level *stack;

	if (levels->depth + 1 < levels->capacity)
		return 0;
	stack = realloc(levels->stack, capacity * sizeof *stack);
	if (!stack)
		return ENOMEM;
	levels->stack = stack;
	levels->capacity = capacity;
	return 0;
}

/* Whatever the path is, a leaf fits behind it. */
static int reserve_path(struct levels *levels, size_t length)
{
	size_t need = length + LEAF_BYTES + sizeof "/";
	char *path;

	if (need <= levels->path_capacity)
		return 0;
	need *= 2;
	path = realloc(levels->path, need);
	if (!path)
		return ENOMEM;
	levels->path = path;
	levels->path_capacity = need;
	return 0;
}

int tempfile__levels_start(struct levels *levels, int root)
{
	struct os_status status;

	*levels = (struct levels){.root = root};
	for (size_t i = 0; i < LEVELS_HELD; i++)
		levels->held[i] = -1;
	if (tempfile__os_status(root, &status) < 0)
		return errno;
	if (reserve_level(levels) != 0 || reserve_path(levels, 0) != 0)
		return ENOMEM;
	levels->stack[0] = (struct level){.identity = status.identity};
	levels->path[0] = '\0';
	return 0;
}

void tempfile__levels_end(struct levels *levels)
{
	for (size_t i = 0; i < LEVELS_HELD; i++)
		close_slot(&levels->held[i]);
	free(levels->stack);
	free(levels->path);
}

struct level *tempfile__levels_top(const struct levels *levels)
{
	return &levels->stack[levels->depth];
}

int tempfile__levels_fd(const struct levels *levels)
{
	return levels->depth == 0 ? levels->root
				  : levels->held[levels->depth % LEVELS_HELD];
}

/* Where the name of something inside the level at depth starts. */
static size_t leaf_start(const struct levels *levels, size_t depth)
{
	size_t length = levels->stack[depth].path_length;

	return length == 0 ? 0 : length + 1;
}

void tempfile__levels_set_leaf(struct levels *levels, const char *name)
{
	size_t start = leaf_start(levels, levels->depth);
	size_t length = strnlen(name, LEAF_BYTES - 1);

	if (start > 0)
		levels->path[start - 1] = '/';
	memcpy(levels->path + start, name, length);
	levels->path[start + length] = '\0';
}

const char *tempfile__levels_leaf(const struct levels *levels)
{
	return levels->path + leaf_start(levels, levels->depth);
}

const char *tempfile__levels_leaf_path(const struct levels *levels)
{
	return levels->path;
}

const char *tempfile__levels_path(struct levels *levels)
{
	levels->path[tempfile__levels_top(levels)->path_length] = '\0';
	return levels->depth == 0 ? "." : levels->path;
}

/* The highest but the one we work with: it is wanted last. */
static bool close_one(struct levels *levels, int but)
{
	int *slot;

	for (size_t i = 1; i <= LEVELS_HELD; i++) {
		slot = slot_of(levels, levels->depth + i);
		if (*slot >= 0 && *slot != but) {
			close_slot(slot);
			return true;
		}
	}
	return false;
}

/* A process that is short of descriptors is one that wants to clean up. */
static int open_child(struct levels *levels, int at, const char *name)
{
	int fd;

	do
		fd = tempfile__os_open_subdirectory(at, name);
	while (fd < 0 && (errno == EMFILE || errno == ENFILE) &&
	       close_one(levels, at));
	return fd;
}

static int open_leaf(struct levels *levels)
{
	int at = tempfile__levels_fd(levels);
	const char *name = tempfile__levels_leaf(levels);
	int fd = open_child(levels, at, name);

	if (fd >= 0 || errno != EACCES)
		return fd;
	if (tempfile__os_unlock_subdirectory(at, name) == 0)
		return open_child(levels, at, name);
	errno = EACCES;
	return -1;
}

int tempfile__levels_enter(struct levels *levels)
{
	size_t length = strlen(levels->path);
	struct os_status status;
	int error;
	int fd;

	if (reserve_level(levels) != 0 || reserve_path(levels, length) != 0)
		return ENOMEM;
	fd = open_leaf(levels);
	if (fd < 0)
		return errno;
	if (tempfile__os_status(fd, &status) < 0) {
		error = errno;
		(void)tempfile__os_close(fd);
		return error;
	}
	levels->depth++;
	*tempfile__levels_top(levels) = (struct level){
		.identity = status.identity, .path_length = length};
	close_slot(slot_of(levels, levels->depth));
	*slot_of(levels, levels->depth) = fd;
	return 0;
}

/* fd, if it is what the level at depth was entered as; else closed. */
static int verify(const struct levels *levels, size_t depth, int fd)
{
	struct os_status status;

	if (fd < 0)
		return -1;
	if (tempfile__os_status(fd, &status) == 0 &&
	    tempfile__os_same(status.identity, levels->stack[depth].identity))
		return fd;
	(void)tempfile__os_close(fd);
	return -1;
}

/* Open the level below the present one by the name it was entered by. */
static int open_again(struct levels *levels)
{
	size_t depth = levels->depth + 1;
	char *end = levels->path + levels->stack[depth].path_length;
	char next = *end;
	int fd;

	*end = '\0';
	fd = open_child(levels, tempfile__levels_fd(levels),
			tempfile__levels_leaf(levels));
	*end = next;
	return verify(levels, depth, fd);
}

/* From the root down to depth, or as far as the levels are where they were. */
static void walk_down(struct levels *levels, size_t depth)
{
	int fd;

	for (size_t i = 0; i < LEVELS_HELD; i++)
		close_slot(&levels->held[i]);
	levels->depth = 0;
	while (levels->depth < depth && (fd = open_again(levels)) >= 0) {
		levels->depth++;
		close_slot(slot_of(levels, levels->depth));
		*slot_of(levels, levels->depth) = fd;
	}
}

int tempfile__levels_leave(struct levels *levels)
{
	size_t above = levels->depth - 1;
	int *slot = slot_of(levels, above);

	if (above > 0 && *slot < 0)
		*slot = verify(
			levels, above,
			tempfile__os_open_parent(tempfile__levels_fd(levels)));
	if (above > 0 && *slot < 0) {
		walk_down(levels, above);
	} else {
		close_slot(slot_of(levels, levels->depth));
		levels->depth = above;
	}
	levels->path[levels->stack[levels->depth + 1].path_length] = '\0';
	return levels->depth == above ? 0 : ESTALE;
}
