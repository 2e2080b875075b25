/* SPDX-License-Identifier: MIT */
/* Am I the process that made this? */
#ifndef TEMPFILE_FORK_GUARD_H
#define TEMPFILE_FORK_GUARD_H

#include <stdbool.h>
#include <stdint.h>

/*
 * A number that names this process: the same on every call, another in every
 * child of fork or clone, in nested pid namespaces too. Never 0.
 * Async-signal-safe after its first call, and so is all of the following.
 */
uint64_t tempfile__process(void);

/* Did this process make what is marked with that number, or adopt it? */
bool tempfile__is_mine(uint64_t process);

/* From now on everything is mine that was made by those I was forked from. */
void tempfile__adopt_all(void);

#endif
