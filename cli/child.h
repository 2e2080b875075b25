/* SPDX-License-Identifier: MIT */
/* Running another program in the foreground, as if it stood here itself. */
#ifndef TEMPF_CHILD_H
#define TEMPF_CHILD_H

#include <stdbool.h>

struct child {
	char **argv;
	int input;          /* its standard input; -1: this process's */
	int output;         /* its standard output; -1: this process's */
	const char *tmpdir; /* for its environment; NULL: as this process's */
	const char *cwd;    /* where it starts; NULL: here */
	void (*meanwhile)(void); /* done while it runs; NULL: nothing */
};

/*
 * Hold back the signals that will be the child's, so that none ends this
 * process while it owes something. Before anything is made.
 */
void hold_signals(void);

/* Run it to its end: its status as waitpid tells, or -1, told. */
int run_child(const struct child *child);

/* For meanwhile: is it time to stop? */
bool child_has_ended(void);

/* Did it exit with 0? */
bool child_succeeded(int status);

/*
 * What main is to return when the child ended so: its exit status. If a signal
 * ended it, the same one then ends this process.
 */
int pass_on(int status);

/* To be called at exit after everything else: arranged before anything else. */
void die_if_signalled(void);

#endif
