/* SPDX-License-Identifier: MIT */
/* Which directory: the candidates, their proof, and the choice remembered. */
#ifndef TEMPFILE_LOCATION_H
#define TEMPFILE_LOCATION_H

#include "tempfile.h"

/* A directory that has proved itself; lives as long as the process. */
struct location {
	struct location *next;
	bool memory_backed;
	bool anonymous; /* O_TMPFILE worked when it was proved */
	char path[];
};

/* The one in use; NULL, told. */
const struct location *tempfile__location(bool on_disk);

#endif
