/* SPDX-License-Identifier: MIT */
/* Where the options say a new thing goes. */
#ifndef TEMPFILE_PLACE_H
#define TEMPFILE_PLACE_H

#include "directory.h"
#include "options.h"

/* The place for a name. */
struct place {
	/* Shared, to be dropped; a session, which is leased, is not. */
	struct directory *directory;
	bool leased; /* in a session of this process: nothing to register */
};

/*
 * The place for a new name, of a thing that this process is to remove if owed.
 * -1, told.
 */
int tempfile__place_open(const struct tempfile_options *options, bool owed,
			 struct place *place);

/*
 * The place for a file without a name, which may be needed much later: it is
 * the same after a chdir, and when the tempdir it is in has been closed.
 */
struct backing {
	struct directory *directory; /* shared; or NULL, and then */
	char *path;                  /* of the directory; or NULL: default */
	bool on_disk;
	bool unsafe_too;
};

/* No file-system call but getcwd for a relative path. -1, told. */
int tempfile__backing_remember(const struct tempfile_options *options,
			       struct backing *backing);

/* A new descriptor without a name there. -1, told. */
int tempfile__backing_create(const struct backing *backing,
			     unsigned permissions);

/* The same for a place that is needed only now. */
int tempfile__backing_create_once(const struct tempfile_options *options,
				  unsigned permissions);

void tempfile__backing_release(struct backing *backing);

static inline void tempfile__backing_forget(struct backing *backing)
{
	if (backing->directory || backing->path)
		tempfile__backing_release(backing);
}

#endif
