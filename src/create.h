/* SPDX-License-Identifier: MIT */
/* The one loop that tries names until one is free. */
#ifndef TEMPFILE_CREATE_H
#define TEMPFILE_CREATE_H

#include <errno.h>

#include "directory.h"
#include "random_name.h"

#define CREATE_TRIES 128

/*
 * What makes the thing in directory under name: >= 0, or -1 and errno. EEXIST
 * and EADDRINUSE mean: another name, please.
 */
typedef int create_function(struct directory *directory, const char *name,
			    void *arg);

/* From now on every thread that would create something sleeps instead: this
 * process is about to be ended by a signal. Async-signal-safe. */
void tempfile__create_stop(void);
extern atomic_bool tempfile__create_stopped;
void tempfile__create_sleep(void); /* does not return */

/*
 * Draw names into place (tempfile__name_size bytes) until create is content;
 * its result. -1 and errno, not told; EEXIST after CREATE_TRIES. Part of its
 * callers: after a system call, which has been everywhere, each return from a
 * function goes where the processor did not expect.
 */
static inline int tempfile__create(struct directory *directory,
				   const struct name_pattern *pattern,
				   char *place, create_function *create,
				   void *arg)
{
	int code = errno;
	int result;

	for (int i = 0; i < CREATE_TRIES; i++) {
		if (tempfile__name_draw(pattern, place) < 0)
			return -1;
		if (atomic_load(&tempfile__create_stopped))
			tempfile__create_sleep();
		errno = code;
		result = create(directory, place, arg);
		if (result >= 0 || (errno != EEXIST && errno != EADDRINUSE))
			return result;
	}
	errno = EEXIST;
	return -1;
}

/* The functions for a file and a directory; arg is a struct wanted. */
struct wanted {
	unsigned permissions;
	struct os_status status; /* filled in: the thing as it came out */
};
create_function tempfile__create_file;      /* a descriptor */
create_function tempfile__create_directory; /* 0 */

/* The file just created will not do: -1, and errno as it was. */
int tempfile__create_undo(struct directory *directory, const char *name,
			  int fd);

/* A descriptor without a name, by whichever way this directory offers. */
int tempfile__create_anonymous(struct directory *directory,
			       unsigned permissions);

#endif
