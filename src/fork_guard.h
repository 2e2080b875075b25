/* SPDX-License-Identifier: MIT */
/* Am I the process that made this? */
#ifndef TEMPFILE_FORK_GUARD_H
#define TEMPFILE_FORK_GUARD_H

#include <stdbool.h>
#include <stdint.h>

/*
 * A number that names this process: the same on every call, another in every
 * child of fork or clone, in nested pid namespaces too. Never 0.
 * Async-signal-safe after its first call.
 */
uint64_t tempfile__process(void);

#endif
