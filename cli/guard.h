/* SPDX-License-Identifier: MIT */
/* A directory that lives as long as a shell. */
#ifndef TEMPF_GUARD_H
#define TEMPF_GUARD_H

#include <tempfile.h>

/* Print code that ties a new directory to the shell that runs it. */
int print_guarded(struct tempfile_options *options, const char *variable);

#endif
