/* SPDX-License-Identifier: MIT */
/*
 * tempf dir --shell. A guard, forked off here, makes the directory and owns it.
 * The code that is printed sets the variable and runs
 *
 *	kill -USR1 GUARD
 *
 * kill is built into shells, so the signal tells the guard the process id of
 * the very shell that ran the code. The guard waits for that process to end,
 * by whatever way, and removes the directory. It needs no trap, no descriptor
 * and no job of the shell. If the guard itself is killed, its lease is gone and
 * the next sweep removes the directory.
 *
 * Nobody is told when the shell never runs the code: then the guard gives up
 * after CLAIM_SECONDS.
 */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "cli.h"
#include "guard.h"
#include "guard_wait.h"
#include "system.h"

#define CLAIM_SECONDS 60

static bool is_name(const char *text)
{
	if (isdigit((unsigned char)*text) || !*text)
		return false;
	while (isalnum((unsigned char)*text) || *text == '_')
		text++;
	return !*text;
}

static void print_quoted(const char *text)
{
	putchar('\'');
	for (; *text; text++)
		if (*text == '\'')
			fputs("'\\''", stdout);
		else
			putchar(*text);
	putchar('\'');
}

static int print_code(const char *variable, const char *path, pid_t guard)
{
	printf("%s=", variable);
	print_quoted(path);
	printf("; export %s; kill -USR1 %ld\n", variable, (long)guard);
	return finish_output();
}

/*
 * The guard outlives whoever waits for the end of a pipe or the release of a
 * lock, so every descriptor that tempf was born with is let go.
 */
static void close_inherited(void)
{
	DIR *descriptors = opendir("/dev/fd");
	struct dirent *entry;

	while (descriptors && (entry = readdir(descriptors)) != NULL) {
		int fd = (int)strtol(entry->d_name, NULL, 10);

		if (fd > 2 && fd != dirfd(descriptors))
			close(fd);
	}
	if (descriptors)
		closedir(descriptors);
}

static volatile sig_atomic_t claimant;  /* the shell; 0: none yet */
static volatile sig_atomic_t dismissed; /* asked to go before its end */

static void note_signal(int signal, siginfo_t *info, void *context)
{
	(void)context;
	if (signal == SIGTERM)
		dismissed = 1;
	else if (!claimant)
		claimant = info->si_pid;
}

/*
 * What ends a shell's neighbours does not end its guard; TERM does. It and the
 * claim are let through by mask alone.
 */
static void prepare_signals(sigset_t *mask)
{
	struct sigaction action = {.sa_flags = SA_SIGINFO};
	sigset_t ours;

	action.sa_sigaction = note_signal;
	sigemptyset(&ours);
	sigaddset(&ours, SIGUSR1);
	sigaddset(&ours, SIGTERM);
	sigprocmask(SIG_BLOCK, &ours, mask);
	sigdelset(mask, SIGUSR1);
	sigdelset(mask, SIGTERM);
	sigaction(SIGUSR1, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	signal(SIGHUP, SIG_IGN);
	signal(SIGINT, SIG_IGN);
	signal(SIGQUIT, SIG_IGN);
}

/* Until a signal; 0 if there was none for so many seconds. */
static int doze(time_t seconds, const sigset_t *mask)
{
	struct timespec timeout = {.tv_sec = seconds};

	return pselect(0, NULL, NULL, NULL, &timeout, mask);
}

static void await_end(pid_t process, const sigset_t *mask)
{
	while (!dismissed) {
		if (!wait_for_end(process, mask) || errno == ESRCH)
			return;
		if (errno != EINTR && !doze(1, mask) && kill(process, 0))
			return;
	}
}

static void leave_terminal(void)
{
	int null = open("/dev/null", O_RDWR);
	int fd;

	setsid();
	if (chdir("/") == -1 || null == -1)
		return;
	for (fd = 0; fd <= 2; fd++)
		dup2(null, fd);
	close(null);
}

/* The guard's life; report is where its path goes. */
static int guard(const struct tempfile_options *options, int report,
		 const sigset_t *mask)
{
	struct tempdir *dir;
	const char *path;

	dir = tempdir_open(options);
	if (!dir)
		return fail_by_library();
	path = tempdir_name(dir);
	if (write(report, path, strlen(path) + 1) == -1)
		return fail("cannot report: %s", strerror(errno));
	close(report);
	leave_terminal();
	while (!claimant && !dismissed && doze(CLAIM_SECONDS, mask))
		;
	if (claimant)
		await_end((pid_t)claimant, mask);
	return tempdir_close(dir) ? 1 : 0;
}

/* What the guard reports, for free(); NULL if it failed, which it has told. */
static char *read_report(int fd)
{
	FILE *report = fdopen(fd, "r");
	char *path = NULL;
	size_t capacity = 0;

	if (report && getdelim(&path, &capacity, '\0', report) <= 0) {
		free(path);
		path = NULL;
	}
	if (report)
		fclose(report);
	return path;
}

/* As fork; in both processes the right end of a pipe between them. */
static pid_t fork_reporting(int *end)
{
	int ends[2];
	pid_t child;

	if (pipe(ends))
		return -1;
	child = fork();
	*end = ends[child == 0];
	close(ends[child != 0]);
	return child;
}

int print_guarded(struct tempfile_options *options, const char *variable)
{
	sigset_t mask;
	pid_t child;
	char *path;
	int end, status;

	if (!is_name(variable))
		return misuse("'%s' cannot name a variable", variable);
	if (options->dir)
		options->flags |= TEMPFILE_LEASED;
	close_inherited();
	prepare_signals(&mask);
	child = fork_reporting(&end);
	if (child == -1)
		return fail("cannot fork: %s", strerror(errno));
	if (child == 0)
		exit(guard(options, end, &mask));
	path = read_report(end);
	if (!path)
		return chosen_command()->failure;
	ignore_broken_pipes();
	status = print_code(variable, path, child);
	if (status) {
		kill(child, SIGTERM);
		waitpid(child, NULL, 0);
	}
	free(path);
	return status;
}
