/* SPDX-License-Identifier: MIT */
/* Keyword arguments as struct tempfile_options: what ctempfile.extra takes. */
#ifndef CTEMPFILE_OPTIONS_H
#define CTEMPFILE_OPTIONS_H

#include "module.h"

struct given_options {
	struct tempfile_options options;
	PyObject *strings[4]; /* bytes that options points to */
};

/* keywords may be NULL. -1 with an exception, and nothing to release. */
int read_options(struct state *state, PyObject *keywords,
		 struct given_options *given);
void release_options(struct given_options *given);

/* Raise the library's last failure; ValueError if it is about the options. */
PyObject *raise_option_failure(void);

/* persist(path, *, replace, durable, private, exchange): a new bytes. */
int read_persist(PyObject *args, PyObject *keywords, PyObject **path,
		 unsigned *flags);

#endif
