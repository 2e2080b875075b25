/* SPDX-License-Identifier: MIT */
/* What a caller asked for by suffix, prefix and dir. */
#ifndef CTEMPFILE_REQUEST_H
#define CTEMPFILE_REQUEST_H

#include "module.h"

struct request {
	struct state *state;
	PyObject *before;     /* the random characters: str */
	PyObject *after;      /* ... */
	PyObject *given;      /* the directory, as dir or tempdir spells it */
	PyObject *absolute;   /* the same, absolute; str or bytes */
	PyObject *directory;  /* the same as bytes */
	const char *location; /* libtempfile's name for it; or NULL */
	bool in_bytes;        /* paths are bytes */
};

enum kind { A_FILE, A_DIRECTORY };

/* What came out. */
struct created {
	PyObject *path;
	int fd;                    /* of a file */
	struct tempfile *handle;   /* owes the name; NULL: none needed */
	struct tempdir *directory; /* the same, of a directory */
};

/* For a nameless file suffix and prefix are only to agree with dir. */
int request_read(struct state *state, struct request *request, PyObject *suffix,
		 PyObject *prefix, PyObject *dir, bool nameless);
void request_clear(struct request *request);

/* For a file without a name: where. */
void request_options(const struct request *request,
		     struct tempfile_options *options);

/*
 * Create it under a fresh name. A name that is owed may get a handle, which
 * removes it if a signal ends the process. -1 with an exception.
 */
int request_create(const struct request *request, enum kind kind, bool owed,
		   struct created *created);

/* As os.remove. -1 with an exception. */
int remove_file(PyObject *path);

#endif
