/* SPDX-License-Identifier: MIT */
/* What is behind a struct tempdir, for those that create in it. */
#ifndef TEMPFILE_TEMPDIR_H
#define TEMPFILE_TEMPDIR_H

#include "directory.h"
#include "named.h"

struct tempdir {
	struct named named;          /* its own name in its parent */
	struct directory *directory; /* itself, opened when needed */
	bool sync_failed; /* what the disk has of it nobody knows any more */
	bool cannot_sync; /* nor could this system tell */
	char room[];      /* of named: its path may be here */
};

#endif
