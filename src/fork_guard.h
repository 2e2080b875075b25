/* SPDX-License-Identifier: MIT */
/* Am I the process that made this? */
#ifndef TEMPFILE_FORK_GUARD_H
#define TEMPFILE_FORK_GUARD_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct process_identity {
	_Atomic uint64_t number; /* 0: not taken yet */
	atomic_bool adopted;     /* all that the ancestors made */
};

/* NULL where there is no page that the kernel wipes, or none yet. */
extern struct process_identity *_Atomic tempfile__process_page;
uint64_t tempfile__process_number(void);
bool tempfile__process_has_adopted(void);

/*
 * A number that names this process: the same on every call, another in every
 * child of fork or clone, in nested pid namespaces too. Never 0.
 * Async-signal-safe after its first call, and so is all of the following.
 */
static inline uint64_t tempfile__process(void)
{
	struct process_identity *page = atomic_load(&tempfile__process_page);
	uint64_t number = page ? atomic_load(&page->number) : 0;

	return number ? number : tempfile__process_number();
}

/* Did this process make what is marked with that number, or adopt it? */
static inline bool tempfile__is_mine(uint64_t process)
{
	return process == tempfile__process() ||
	       tempfile__process_has_adopted();
}

/* From now on everything is mine that was made by those I was forked from. */
void tempfile__adopt_all(void);

#endif
