/* SPDX-License-Identifier: MIT */
/* Run a command up to a certain system call, and kill it there. */
#ifndef KILL_AT_H
#define KILL_AT_H

#include <stdbool.h>

/* Where it was. */
struct stop {
	long call;
	bool entry;
	int status; /* of a command that ended by itself, as of waitpid */
};

/*
 * Run argv with all of its threads and descendants traced, and send SIGKILL to
 * all of them at the n-th stop at the entry or exit of a system call, all
 * processes counted together, after the first call of marker (-1: from the
 * beginning). None of them is left when this returns: true if they were killed,
 * false if they had all ended before.
 */
bool kill_at(char *const argv[], long marker, int n, struct stop *stop);

/* Let it run to the end, and call visit at every stop, n counting from 1. */
void visit_stops(char *const argv[], long marker,
		 void (*visit)(int n, const struct stop *stop, void *arg),
		 void *arg, struct stop *stop);

#endif
