/* SPDX-License-Identifier: MIT */
/*
 * A child in the foreground. Signals sent to this process are its, except those
 * from the terminal, which it has received by itself as a member of the same
 * process group. Signals that were ignored when this process began stay so.
 *
 * Held back from hold_signals on, the signals are let through only between fork
 * and the end of the child, so the handler always knows whom to pass them to.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "child.h"
#include "cli.h"

/* As env(1) has them. */
#define STATUS_CANNOT_RUN 126
#define STATUS_NOT_FOUND  127

/* Where the lease goes in the child: scripts use the low numbers. */
#define LEASE_FD 100

static const int passed_on[] = {SIGHUP,  SIGINT,  SIGQUIT, SIGPIPE,
				SIGTERM, SIGUSR1, SIGUSR2, SIGALRM};
#define PASSED_ON (sizeof passed_on / sizeof *passed_on)

static volatile sig_atomic_t child_process;
static sigset_t held;          /* the signals that are passed on */
static sigset_t original_mask; /* what this process was born with */
static bool ignores_children;  /* likewise SIGCHLD */
static int fatal_signal;       /* what to die by at exit; 0: nothing */

static void pass_signal(int signal, siginfo_t *info, void *context)
{
	int saved = errno;

	(void)context;
	if (info->si_code == SI_USER || info->si_code == SI_QUEUE)
		kill((pid_t)child_process, signal);
	errno = saved;
}

void die_if_signalled(void)
{
	/* The child has dumped core, if it wanted; another tells nothing. */
	struct rlimit no_core = {0, 0};
	sigset_t set;

	if (!fatal_signal)
		return;
	fflush(NULL);
	setrlimit(RLIMIT_CORE, &no_core);
	signal(fatal_signal, SIG_DFL);
	sigemptyset(&set);
	sigaddset(&set, fatal_signal);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	raise(fatal_signal);
}

void hold_signals(void)
{
	struct sigaction action = {.sa_flags = SA_SIGINFO | SA_RESTART};
	struct sigaction before;
	size_t i;

	action.sa_sigaction = pass_signal;
	sigemptyset(&held);
	for (i = 0; i < PASSED_ON; i++) {
		sigaction(passed_on[i], NULL, &before);
		if (before.sa_handler != SIG_IGN)
			sigaddset(&held, passed_on[i]);
	}
	action.sa_mask = held;
	sigprocmask(SIG_BLOCK, &held, &original_mask);
	for (i = 0; i < PASSED_ON; i++)
		if (sigismember(&held, passed_on[i]))
			sigaction(passed_on[i], &action, NULL);
	/* Ignored, the child's status would be lost. */
	ignores_children = signal(SIGCHLD, SIG_DFL) == SIG_IGN;
}

/* In the child: as this process found them. */
static void restore_signals(void)
{
	size_t i;

	/* By default first: the handler here would signal the whole group. */
	for (i = 0; i < PASSED_ON; i++)
		if (sigismember(&held, passed_on[i]))
			signal(passed_on[i], SIG_DFL);
	if (ignores_children)
		signal(SIGCHLD, SIG_IGN);
	sigprocmask(SIG_SETMASK, &original_mask, NULL);
}

/* Let what runs there, and all it starts, keep the names alive. */
static void inherit(int lease)
{
	int high;

	if (lease == -1)
		return;
	high = fcntl(lease, F_DUPFD, LEASE_FD);
	if (high == -1)
		fcntl(lease, F_SETFD, 0);
}

static int point_to(const char *tmpdir)
{
	static const char *const names[] = {"TMPDIR", "TEMP", "TMP"};
	size_t i;

	for (i = 0; tmpdir && i < sizeof names / sizeof *names; i++)
		if (setenv(names[i], tmpdir, 1))
			return -1;
	return 0;
}

/* In the child: become the other program. */
static _Noreturn void become(const struct child *child, int lease)
{
	int error;

	inherit(lease);
	if ((child->input == -1 || dup2(child->input, 0) != -1) &&
	    (child->output == -1 || dup2(child->output, 1) != -1) &&
	    !point_to(child->tmpdir) && (!child->cwd || !chdir(child->cwd))) {
		restore_signals();
		execvp(child->argv[0], child->argv);
	}
	error = errno;
	fail("cannot run '%s': %s", child->argv[0], strerror(error));
	_exit(error == ENOENT ? STATUS_NOT_FOUND : STATUS_CANNOT_RUN);
}

bool child_has_ended(void)
{
	siginfo_t info = {0};

	return waitid(P_PID, (id_t)child_process, &info,
		      WEXITED | WNOWAIT | WNOHANG) ||
	       info.si_pid;
}

/* Wait for the end of process with signals let through, then reap it. */
static int await(pid_t process, void (*meanwhile)(void))
{
	siginfo_t info;
	int status, result;

	sigprocmask(SIG_UNBLOCK, &held, NULL);
	if (meanwhile)
		meanwhile();
	do
		result = waitid(P_PID, (id_t)process, &info, WEXITED | WNOWAIT);
	while (result == -1 && errno == EINTR);
	sigprocmask(SIG_BLOCK, &held, NULL);
	return waitpid(process, &status, 0) == process ? status : -1;
}

int run_child(const struct child *child)
{
	int lease = child->tmpdir ? tempfile_lease_fd() : -1;
	pid_t process;
	int status;

	fflush(NULL);
	process = fork();
	if (process == 0)
		become(child, lease);
	if (process == -1) {
		fail("cannot fork: %s", strerror(errno));
		return -1;
	}
	child_process = process;
	status = await(process, child->meanwhile);
	if (status == -1)
		fail("cannot wait: %s", strerror(errno));
	return status;
}

bool child_succeeded(int status)
{
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

int pass_on(int status)
{
	if (WIFEXITED(status))
		return WEXITSTATUS(status);
	fatal_signal = WTERMSIG(status);
	return 128 + fatal_signal;
}
