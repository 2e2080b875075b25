/* SPDX-License-Identifier: MIT */
/*
 * Lives of files and directories, each from the first call to the last.
 *
 * A body goes on when a call fails: it looks whether the failure is told as the
 * manual says, lifts the fault and makes the same call again, which must now
 * succeed; and in the end everything must be as if nothing had happened. Where
 * a call is not to be repeated, because the handle has gone, it goes on.
 */
#ifndef TEST_BODIES_H
#define TEST_BODIES_H

struct body {
	const char *name;
	void (*run)(void);
	const char *missing; /* a primitive that this machine has not got */
};

extern const struct body bodies[];
extern const unsigned body_count;

void settle(void);

/* How often this process has had a failure told. */
unsigned failures_told(void);

#endif
