/* SPDX-License-Identifier: MIT */
/*
 * A list of names, in plain C so that what Python objects have not removed when
 * the interpreter is gone is removed when the process exits.
 *
 * Each belongs to the process that made it, which is told by a count of forks:
 * a forked child removes nothing of its parent's, however it ends.
 */
#include "owed.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static struct owed *first;
static unsigned long forks;

static void lock(void)
{
	(void)pthread_mutex_lock(&mutex);
}

static void unlock(void)
{
	(void)pthread_mutex_unlock(&mutex);
}

static void in_child(void)
{
	forks++;
	unlock();
}

static void at_exit(void)
{
	for (struct owed *owed = first; owed; owed = owed->next)
		if (owed->is_due)
			(void)owed_remove(owed);
}

static void start(void)
{
	(void)pthread_atfork(lock, unlock, in_child);
	(void)atexit(at_exit);
}

/* For whoever wants to look at what a program leaves. */
static bool keeps_all(void)
{
	const char *value = getenv("TEMPFILE_KEEP");

	return value && *value && strcmp(value, "0") != 0;
}

struct owed *owed_new(const char *path, bool is_directory, bool is_due)
{
	struct owed *owed = malloc(sizeof *owed);

	(void)pthread_once(&once, start);
	if (owed)
		*owed = (struct owed){.path = strdup(path)};
	if (!owed || !owed->path) {
		free(owed);
		errno = ENOMEM;
		return NULL;
	}
	owed->process = forks;
	owed->is_directory = is_directory;
	owed->is_due = is_due;
	lock();
	owed->next = first;
	if (first)
		first->previous = owed;
	first = owed;
	unlock();
	return owed;
}

bool owed_may_remove(const struct owed *owed)
{
	return owed->process == forks && !keeps_all();
}

/* Most are empty when their time has come: one call. */
int remove_directory(const char *path)
{
	if (rmdir(path) == 0 || errno == ENOENT)
		return 0;
	if (errno == ENOTDIR || errno == ELOOP)
		return -1;
	if (tempfile_remove_tree(path, 0, NULL, NULL) == 0 || errno == ENOENT)
		return 0;
	return -1;
}

int owed_remove(const struct owed *owed)
{
	if (!owed_may_remove(owed))
		return 0;
	return owed->is_directory ? remove_directory(owed->path)
				  : unlink(owed->path);
}

void owed_forget(struct owed *owed)
{
	lock();
	if (owed->previous)
		owed->previous->next = owed->next;
	else
		first = owed->next;
	if (owed->next)
		owed->next->previous = owed->previous;
	unlock();
	if (owed->handle && !owed->is_due)
		(void)tempfile_keep(owed->handle, true);
	(void)tempfile_close(owed->handle);
	if (owed->directory && !owed->is_due)
		(void)tempdir_keep(owed->directory, true);
	(void)tempdir_close(owed->directory);
	free(owed->path);
	free(owed);
}

void owed_each(const void *group, void (*visit)(struct owed *, void *),
	       void *arg)
{
	lock();
	for (struct owed *owed = first; owed; owed = owed->next)
		if (owed->is_due && owed->owner && owed->group == group)
			visit(owed, arg);
	unlock();
}

void owed_adopt(void)
{
	lock();
	for (struct owed *owed = first; owed; owed = owed->next)
		owed->process = forks;
	unlock();
}
