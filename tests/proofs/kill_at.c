/* SPDX-License-Identifier: MIT */
/*
 * A small tracer. strace counts calls by name and stops only on the way in; the
 * proofs want every stop of every process, both ways.
 */
#include "kill_at.h"

#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/ptrace.h>

#define MOST 256
#define OPTIONS                                                           \
	(PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL | PTRACE_O_TRACEFORK | \
	 PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC)
#define SYSCALL_STOP (SIGTRAP | 0x80)

struct tracing {
	pid_t tracees[MOST]; /* threads among them */
	int count;
	pid_t first;
	long marker;
	bool counting;
	int stops;
	struct stop *stop;
};

static void must(bool done, const char *what)
{
	if (done)
		return;
	perror(what);
	exit(1);
}

static void add(struct tracing *tracing, pid_t tracee)
{
	for (int i = 0; i < tracing->count; i++)
		if (tracing->tracees[i] == tracee)
			return;
	must(tracing->count < MOST, "too many processes");
	tracing->tracees[tracing->count++] = tracee;
}

static bool forget(struct tracing *tracing, pid_t tracee)
{
	for (int i = 0; i < tracing->count; i++)
		if (tracing->tracees[i] == tracee) {
			tracing->tracees[i] =
				tracing->tracees[--tracing->count];
			return true;
		}
	return false;
}

static void start(struct tracing *tracing, char *const argv[])
{
	int status;
	pid_t child = fork();

	must(child >= 0, "fork");
	if (child == 0) {
		(void)ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		(void)raise(SIGSTOP);
		(void)execv(argv[0], argv);
		perror(argv[0]);
		_exit(127);
	}
	must(waitpid(child, &status, 0) == child && WIFSTOPPED(status),
	     "waitpid");
	must(ptrace(PTRACE_SETOPTIONS, child, NULL, OPTIONS) == 0, "ptrace");
	must(ptrace(PTRACE_SYSCALL, child, NULL, 0L) == 0, "ptrace");
	tracing->first = child;
	add(tracing, child);
}

static void look(struct tracing *tracing, pid_t tracee)
{
	struct ptrace_syscall_info info;

	if (ptrace(PTRACE_GET_SYSCALL_INFO, tracee, sizeof info, &info) <= 0)
		return;
	tracing->stop->entry = info.op == PTRACE_SYSCALL_INFO_ENTRY;
	if (tracing->stop->entry)
		tracing->stop->call = (long)info.entry.nr;
}

/* Is this a stop that counts? */
static bool is_counted(struct tracing *tracing, pid_t tracee)
{
	look(tracing, tracee);
	if (!tracing->counting) {
		tracing->counting = tracing->stop->call == tracing->marker;
		return false;
	}
	tracing->stops++;
	return true;
}

/* What to deliver to a tracee that stopped for another reason. */
static long treat_stop(struct tracing *tracing, pid_t tracee, int status)
{
	unsigned long child;
	int event = status >> 16;
	int signal = WSTOPSIG(status);

	if (event == PTRACE_EVENT_FORK || event == PTRACE_EVENT_VFORK ||
	    event == PTRACE_EVENT_CLONE) {
		if (ptrace(PTRACE_GETEVENTMSG, tracee, NULL, &child) == 0)
			add(tracing, (pid_t)child);
		return 0;
	}
	/* How a new one begins. */
	return event || signal == SIGSTOP ? 0 : signal;
}

/* The tracee that has come to a counted stop; 0: all have ended. */
static pid_t run_to_next(struct tracing *tracing)
{
	long deliver;
	int status;
	pid_t tracee;

	while (tracing->count > 0) {
		tracee = waitpid(-1, &status, __WALL);
		must(tracee > 0, "waitpid");
		if (!WIFSTOPPED(status)) {
			if (tracee == tracing->first)
				tracing->stop->status = status;
			(void)forget(tracing, tracee);
			continue;
		}
		add(tracing, tracee);
		deliver = 0;
		if (WSTOPSIG(status) != SYSCALL_STOP)
			deliver = treat_stop(tracing, tracee, status);
		else if (is_counted(tracing, tracee))
			return tracee;
		(void)ptrace(PTRACE_SYSCALL, tracee, NULL, deliver);
	}
	return 0;
}

static void kill_all(struct tracing *tracing)
{
	int status;
	pid_t tracee;

	for (int i = 0; i < tracing->count; i++)
		(void)kill(tracing->tracees[i], SIGKILL);
	while (tracing->count > 0) {
		tracee = waitpid(-1, &status, __WALL);
		must(tracee > 0, "waitpid");
		if (WIFSTOPPED(status)) {
			add(tracing, tracee);
			(void)kill(tracee, SIGKILL);
		} else {
			(void)forget(tracing, tracee);
		}
	}
}

bool kill_at(char *const argv[], long marker, int n, struct stop *stop)
{
	struct tracing tracing = {
		.marker = marker, .counting = marker < 0, .stop = stop};
	pid_t tracee;

	start(&tracing, argv);
	for (;;) {
		tracee = run_to_next(&tracing);
		if (tracee == 0)
			return false;
		if (tracing.stops == n)
			break;
		(void)ptrace(PTRACE_SYSCALL, tracee, NULL, 0L);
	}
	kill_all(&tracing);
	return true;
}

void visit_stops(char *const argv[], long marker,
		 void (*visit)(int n, const struct stop *stop, void *arg),
		 void *arg, struct stop *stop)
{
	struct tracing tracing = {
		.marker = marker, .counting = marker < 0, .stop = stop};
	pid_t tracee;

	start(&tracing, argv);
	while ((tracee = run_to_next(&tracing)) != 0) {
		visit(tracing.stops, stop, arg);
		(void)ptrace(PTRACE_SYSCALL, tracee, NULL, 0L);
	}
}
