/* SPDX-License-Identifier: MIT */
/* A name that this process has put on the disk, and may owe it. */
#ifndef TEMPFILE_NAMED_H
#define TEMPFILE_NAMED_H

#include "create.h"
#include "options.h"
#include "place.h"

struct slot;

/* Enough for the path of most names. */
#define NAMED_ROOM 96

struct named {
	char *path;                  /* absolute; NULL: there is no name */
	const char *room;            /* where path is not malloc's; or NULL */
	const char *name;            /* the end of path */
	struct directory *directory; /* where; shared, but not if leased */
	struct os_identity identity; /* what bears the name */
	uint64_t process;            /* whose it is */
	struct slot *slot; /* in the registry; NULL: leased, or kept */
	bool is_directory;
	bool leased;
	bool keep;
};

/*
 * Create something under a fresh name where the options say; its result. named
 * is all zeros at first, and after a failure again. What
 * create is given is wanted, whose status it fills in. Its path is put into
 * room, if there is any: NAMED_ROOM bytes that live as long as named. -1, told.
 */
int tempfile__named_create(struct named *named, char *room,
			   const struct tempfile_options *options,
			   create_function *create, struct wanted *wanted);

/* Is what has a name to be removed by this process, when its time has come? */
bool tempfile__named_is_owed(const struct named *named);

/* -1, told. */
int tempfile__named_keep(struct named *named, bool keep);

/*
 * Remove the name, of a directory only if nothing is in it. That it is gone is
 * fine. -1 and errno; ESTALE: something else bears it.
 */
int tempfile__named_remove(const struct named *named);

struct target;

/*
 * It bears the target's name now, and is kept; the directory and path are taken
 * from target. is_new: the thing behind the name is not the one that was there.
 */
void tempfile__named_move(struct named *named, struct target *target,
			  bool is_new);

/* Another directory bears the name now. */
void tempfile__named_replace(struct named *named, struct os_identity identity);

/* Release everything but the name on the disk. */
void tempfile__named_forget(struct named *named);

#endif
