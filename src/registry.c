/* SPDX-License-Identifier: MIT */
/*
 * The registry: slots in slabs that are never freed.
 *
 * A slot is FREE; CLAIMED by a thread about to create, or to change it; LIVE,
 * and its fields are valid; DELETING, won by whoever removes the name; or GONE,
 * removed. Threads claim and release under the process's lock, which keeps the
 * list of free slots; the way out takes no lock and wins a slot by changing
 * LIVE to DELETING, so it may run at any instant, in a signal handler too.
 */
#include "registry.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "fork_guard.h"
#include "remove_tree.h"

enum state { FREE, CLAIMED, LIVE, DELETING, GONE };

struct slot {
	atomic_int state;
	struct slot *next_free; /* under the lock, while FREE */
	struct directory *directory;
	const char *name;
	struct os_identity identity;
	uint64_t process;
	bool is_directory;
};

/* Enough for a thread that waits for its turn on a busy machine. */
#define PATIENCE_MILLISECONDS 100

#define SLAB_SLOTS 64
struct slab {
	struct slab *next;
	struct slot slots[SLAB_SLOTS];
};

static struct slab *_Atomic slabs;
static struct slot *free_slots; /* under the lock */

static void remove_all_at_exit(void)
{
	tempfile__registry_remove_all(false);
}

static void arrange_removal_at_exit(void)
{
	static bool arranged;

	if (!arranged)
		arranged = atexit(remove_all_at_exit) == 0;
}

static bool add_slab(void)
{
	struct slab *slab = calloc(1, sizeof *slab);

	if (!slab)
		return false;
	for (size_t i = 0; i < SLAB_SLOTS; i++) {
		atomic_init(&slab->slots[i].state, FREE);
		slab->slots[i].next_free = free_slots;
		free_slots = &slab->slots[i];
	}
	slab->next = atomic_load(&slabs);
	atomic_store(&slabs, slab);
	arrange_removal_at_exit();
	return true;
}

struct slot *tempfile__registry_claim(void)
{
	struct slot *slot = NULL;

	tempfile__os_lock();
	if (free_slots || add_slab()) {
		slot = free_slots;
		free_slots = slot->next_free;
		atomic_store(&slot->state, CLAIMED);
	}
	tempfile__os_unlock();
	if (!slot)
		errno = ENOMEM;
	return slot;
}

void tempfile__registry_enter(struct slot *slot, struct directory *directory,
			      const char *name, struct os_identity identity,
			      bool is_directory)
{
	slot->directory = tempfile__directory_share(directory);
	slot->name = name;
	slot->identity = identity;
	slot->process = tempfile__process();
	slot->is_directory = is_directory;
	atomic_store(&slot->state, LIVE);
}

void tempfile__registry_replace(struct slot *slot, struct os_identity identity)
{
	int live = LIVE;

	if (!slot ||
	    !atomic_compare_exchange_strong(&slot->state, &live, CLAIMED))
		return;
	slot->identity = identity;
	atomic_store(&slot->state, LIVE);
}

/* Win the slot back; was anything entered? A removal under way, by another
 * thread, needs what the slot points to until it is done. */
static bool take_back(struct slot *slot)
{
	int state = LIVE;

	while (!atomic_compare_exchange_strong(&slot->state, &state, CLAIMED) &&
	       state != CLAIMED && state != GONE) {
		tempfile__os_sleep(1);
		state = LIVE;
	}
	return state != CLAIMED;
}

void tempfile__registry_release(struct slot *slot)
{
	struct directory *directory = take_back(slot) ? slot->directory : NULL;

	tempfile__os_lock();
	slot->next_free = free_slots;
	free_slots = slot;
	atomic_store(&slot->state, FREE);
	tempfile__os_unlock();
	tempfile__directory_drop(directory);
}

static void remove_directory(const struct slot *slot, int at, bool in_signal)
{
	int fd =
		tempfile__directory_enter_known(at, slot->name, slot->identity);
	struct removal removal = {0};

	if (fd < 0)
		return;
	if (in_signal)
		tempfile__remove_tree_at_last(at, slot->name, fd);
	else
		(void)tempfile__remove_tree(at, slot->name, fd, &removal);
	free(removal.first_failure);
	(void)tempfile__os_close(fd);
}

static void remove_file(const struct slot *slot, int at)
{
	struct os_status status;

	if (tempfile__os_status_at(at, slot->name, &status) == 0 &&
	    tempfile__os_same(status.identity, slot->identity))
		(void)tempfile__os_remove_file(at, slot->name);
}

/* Remove what the slot stands for, if it is still the same thing. */
static void remove_entry(const struct slot *slot, bool in_signal)
{
	bool opened;
	int at = tempfile__directory_reach(slot->directory, &opened);

	if (at < 0)
		return;
	if (slot->is_directory)
		remove_directory(slot, at, in_signal);
	else
		remove_file(slot, at);
	if (opened)
		(void)tempfile__os_close(at);
}

/* Another thread may be just creating what the slot is for; this one too, or
 * one that is not going to, and then waiting is in vain. */
static void wait_for_creation(struct slot *slot, int *patience)
{
	while (*patience > 0 && atomic_load(&slot->state) == CLAIMED) {
		tempfile__os_sleep(1);
		(*patience)--;
	}
}

static void remove_slot(struct slot *slot, bool in_signal, int *patience)
{
	int live = LIVE;

	if (in_signal)
		wait_for_creation(slot, patience);
	if (!atomic_compare_exchange_strong(&slot->state, &live, DELETING))
		return;
	if (tempfile__is_mine(slot->process)) {
		remove_entry(slot, in_signal);
		atomic_store(&slot->state, GONE);
	} else {
		atomic_store(&slot->state, LIVE);
	}
}

void tempfile__registry_remove_all(bool in_signal)
{
	struct slab *slab = atomic_load(&slabs);
	int patience = PATIENCE_MILLISECONDS;

	for (; slab; slab = slab->next)
		for (size_t i = 0; i < SLAB_SLOTS; i++)
			remove_slot(&slab->slots[i], in_signal, &patience);
}
