/* SPDX-License-Identifier: MIT */
/* What is behind a struct tempfile. */
#ifndef TEMPFILE_HANDLE_H
#define TEMPFILE_HANDLE_H

#include "named.h"
#include "stream.h"

struct tempfile {
	struct stream stream;
	struct named named;     /* without a path: the file has no name */
	struct backing backing; /* of a spooled file */
	uint64_t process;       /* whose unwritten bytes it holds */
	unsigned permissions;
	bool backing_failed; /* it could not be made, and why has been told */
	bool sync_failed;    /* what the disk has of it nobody knows any more */
	char room[];         /* of named: its path may be here */
};

/* Tell that errno stopped step on this file; -1. */
int tempfile__handle_fail(struct tempfile *file, const char *step);

#endif
