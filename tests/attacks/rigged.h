/* SPDX-License-Identifier: MIT */
/*
 * What an attacker would give much for: here the next name that the library
 * draws is known, and what happens between its steps is up to us.
 */
#ifndef TEST_RIGGED_H
#define TEST_RIGGED_H

#include <stdbool.h>

/* The next name drawn is all k. */
void rig(void);

/* The name that the next file, or directory, in `work` will get. */
const char *know_name(void);

/*
 * Called before a file or directory is created, after it, before the last one
 * created is leased, before a directory is entered, and before one is unlocked;
 * NULL: nothing.
 */
extern void (*before_creation)(int at, const char *name);
extern void (*after_creation)(int at, const char *name);
extern void (*before_leasing)(int at, const char *name);
extern void (*before_entering)(int at, const char *name);
extern void (*before_unlock)(int at, const char *name);

/* How often the library has created, and removed, since the last rig(). */
extern unsigned created;
extern unsigned removed;

#endif
