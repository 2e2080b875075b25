/* SPDX-License-Identifier: MIT */
/* Checking what the user gave. */
#ifndef TEMPFILE_OPTIONS_H
#define TEMPFILE_OPTIONS_H

#include "random_name.h"
#include "tempfile.h"

struct mode {
	bool readable;
	bool writable;
	bool at_end; /* begin there */
	bool text;
};

/*
 * Copy given (NULL: the defaults) to options with every default filled in but
 * permissions, and mode read. -1, told; no system call is made.
 */
int tempfile__options_read(const struct tempfile_options *given,
			   struct tempfile_options *options, struct mode *mode);

struct name_pattern tempfile__options_pattern(const struct tempfile_options *);

#endif
