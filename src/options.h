/* SPDX-License-Identifier: MIT */
/* Checking what the user gave. */
#ifndef TEMPFILE_OPTIONS_H
#define TEMPFILE_OPTIONS_H

#include "random_name.h"
#include "tempfile.h"

/* What permissions 0 stands for. */
#define FILE_PERMISSIONS      0600u
#define DIRECTORY_PERMISSIONS 0700u

struct mode {
	bool readable;
	bool writable;
	bool text;
};

/*
 * What is given (NULL: nothing), with defaults filled in for prefix, suffix and
 * random_chars, in place if need be; and the mode read. NULL, told; no system
 * call is made.
 */
const struct tempfile_options *
tempfile__options_read(const struct tempfile_options *given,
		       struct tempfile_options *place, struct mode *mode);

struct name_pattern
tempfile__options_pattern(const struct tempfile_options *options);

/* Does the environment say to keep everything? */
bool tempfile__options_keep_all(void);

#endif
