/* SPDX-License-Identifier: MIT */
/*
 * What every POSIX system has and WebAssembly has not: a way up, users,
 * permissions, locks, processes and signals.
 *
 * Owns the process's one lock. fork takes it first and gives it back on both
 * sides, so that no child inherits it from a thread it does not have.
 */
#include "os.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "os_posix.h"

int tempfile__os_open_parent(int fd)
{
	return tempfile__os_open(fd, "..", O_RDONLY | O_DIRECTORY, 0);
}

int tempfile__os_set_permissions(int fd, unsigned permissions)
{
	return fchmod(fd, (mode_t)permissions);
}

int tempfile__os_adopt_permissions(int fd, unsigned now, unsigned permissions,
				   int at, const char *name)
{
	(void)at;
	(void)name;
	return permissions == now
		       ? 0
		       : tempfile__os_set_permissions(fd, permissions);
}

static int lock_without_waiting(int fd, int how)
{
	int result;

	do
		result = flock(fd, how | LOCK_NB);
	while (result < 0 && errno == EINTR);
	/* NFS refuses a lock on what it cannot write with EBADF. */
	if (result < 0 && errno != EWOULDBLOCK)
		errno = ENOLCK;
	return result;
}

int tempfile__os_lock_shared(int fd)
{
	return lock_without_waiting(fd, LOCK_SH);
}

int tempfile__os_lock_exclusive(int fd)
{
	return lock_without_waiting(fd, LOCK_EX);
}

void tempfile__os_unlock_lease(int fd)
{
	(void)flock(fd, LOCK_UN);
}

int tempfile__os_duplicate(int fd, int minimum)
{
	return fcntl(fd, F_DUPFD_CLOEXEC, minimum);
}

/* Where the standard streams are closed, the system hands out their numbers. */
int tempfile__os_above_standard(int fd)
{
	int higher;

	if (fd < 0 || fd > STDERR_FILENO)
		return fd;
	higher = tempfile__os_duplicate(fd, STDERR_FILENO + 1);
	(void)tempfile__os_close(fd);
	return higher;
}

#ifdef __APPLE__
/* A thread that forks in between lets its child inherit the descriptor. */
static int duplicate_as(int fresh, int fd)
{
	int result = dup2(fresh, fd);

	if (result >= 0)
		(void)fcntl(fd, F_SETFD, FD_CLOEXEC);
	return result;
}
#else
static int duplicate_as(int fresh, int fd)
{
	return dup3(fresh, fd, O_CLOEXEC);
}
#endif

int tempfile__os_replace(int fd, int fresh)
{
	int result;

	do
		result = duplicate_as(fresh, fd);
	while (result < 0 && errno == EINTR);
	if (result >= 0)
		(void)tempfile__os_close(fresh);
	return result < 0 ? -1 : 0;
}

void *tempfile__os_handle(int fd)
{
	(void)fd;
	errno = ENOTSUP;
	return NULL;
}

unsigned tempfile__os_effective_user(void)
{
	return (unsigned)geteuid();
}

uint64_t tempfile__os_process_id(void)
{
	return (uint64_t)getpid();
}

int tempfile__os_after_fork(void (*call)(void))
{
	int code = pthread_atfork(NULL, NULL, call);

	if (code)
		errno = code;
	return code ? -1 : 0;
}

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

void tempfile__os_lock(void)
{
	(void)pthread_mutex_lock(&lock);
}

void tempfile__os_unlock(void)
{
	(void)pthread_mutex_unlock(&lock);
}

/*
 * Before there are threads. Were it done by the first who locks, a fork in the
 * middle of that would leave a child that does it again, or in musl waits for
 * ever for somebody to be done with it.
 */
__attribute__((constructor)) static void keep_lock_through_forks(void)
{
	/* Without memory for this, only a fork at the wrong instant suffers. */
	(void)pthread_atfork(tempfile__os_lock, tempfile__os_unlock,
			     tempfile__os_unlock);
}

static const int deadly[] = {SIGHUP, SIGINT, SIGQUIT, SIGPIPE, SIGTERM};
#define DEADLY (sizeof deadly / sizeof *deadly)

static atomic_bool caught; /* has anybody asked for them? */

static sigset_t deadly_set(void)
{
	sigset_t set;

	(void)sigemptyset(&set);
	for (size_t i = 0; i < DEADLY; i++)
		(void)sigaddset(&set, deadly[i]);
	return set;
}

int tempfile__os_catch_signals(void (*call)(int signal))
{
	/* None of them may interrupt the call for another. */
	struct sigaction ours = {.sa_handler = call,
				 .sa_flags = SA_RESTART,
				 .sa_mask = deadly_set()};
	struct sigaction theirs;

	atomic_store(&caught, true);
	for (size_t i = 0; i < DEADLY; i++)
		if (sigaction(deadly[i], NULL, &theirs) < 0 ||
		    (!(theirs.sa_flags & SA_SIGINFO) &&
		     theirs.sa_handler == SIG_DFL &&
		     sigaction(deadly[i], &ours, NULL) < 0))
			return -1;
	return 0;
}

_Static_assert(sizeof(sigset_t) <= sizeof(((struct os_signals *)0)->before),
	       "a set of signals has no room");

void tempfile__os_hold_signals(struct os_signals *signals)
{
	sigset_t set;

	signals->held = atomic_load(&caught);
	if (!signals->held)
		return;
	set = deadly_set();
	(void)pthread_sigmask(SIG_BLOCK, &set,
			      (sigset_t *)(void *)signals->before);
}

void tempfile__os_release_signals(const struct os_signals *signals)
{
	if (signals->held)
		(void)pthread_sigmask(
			SIG_SETMASK,
			(const sigset_t *)(const void *)signals->before, NULL);
}

void tempfile__os_die_by(int signal)
{
	struct sigaction fatal = {.sa_handler = SIG_DFL};
	sigset_t set;

	(void)sigaction(signal, &fatal, NULL);
	(void)sigemptyset(&set);
	(void)sigaddset(&set, signal);
	(void)pthread_sigmask(SIG_UNBLOCK, &set, NULL);
	(void)raise(signal);
	/* The first process of a pid namespace does not die of it. */
	_exit(128 + signal);
}
