/* SPDX-License-Identifier: MIT */
/*
 * The names outside any session that this process still owes the disk: what a
 * user put into a directory of his own. Exit and signals remove them.
 */
#ifndef TEMPFILE_REGISTRY_H
#define TEMPFILE_REGISTRY_H

#include "directory.h"

struct slot;

/* Take a slot before the create call; NULL: no memory. */
struct slot *tempfile__registry_claim(void);

/*
 * The thing exists: name, with this identity, in directory, which is shared.
 * name must outlive the slot.
 */
void tempfile__registry_enter(struct slot *slot, struct directory *directory,
			      const char *name, struct os_identity identity,
			      bool is_directory);

/* Another directory bears the slot's name now. NULL is fine. */
void tempfile__registry_replace(struct slot *slot, struct os_identity identity);

/* Nothing is owed (any more). */
void tempfile__registry_release(struct slot *slot);

/*
 * Remove what this process still owes. in_signal: without malloc, and safe
 * wherever a signal may have struck.
 */
void tempfile__registry_remove_all(bool in_signal);

#endif
