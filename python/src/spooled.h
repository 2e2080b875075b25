/* SPDX-License-Identifier: MIT */
/* SpooledTemporaryFile. */
#ifndef CTEMPFILE_SPOOLED_H
#define CTEMPFILE_SPOOLED_H

#include "file.h"

/* The arguments of TemporaryFile, kept until they are needed. */
enum {
	ARG_MODE,
	ARG_BUFFERING,
	ARG_ENCODING,
	ARG_NEWLINE,
	ARG_SUFFIX,
	ARG_PREFIX,
	ARG_DIR,
	ARG_ERRORS,
	ARG_COUNT
};

struct spooled {
	PyObject_HEAD struct state *state;
	PyObject *file; /* a File, a TextIOWrapper on one; rolled: a real one */
	PyObject *dict;
	PyObject *weak;
	PyObject *args[ARG_COUNT]; /* NULL: the default */
	int64_t max_size;
	char rolled;
	bool text;
};

/* A new dictionary for TemporaryFile(**it). */
PyObject *spooled_args(const struct spooled *spooled);

/* To a real file, if it is not there yet; -1 with an exception, and the file
 * in memory as it was. */
int spooled_roll_over(struct spooled *spooled);

/* A file of our own type in memory, behind a TextIOWrapper or not. */
struct file *spooled_memory(const struct spooled *spooled);

/* Its own attribute, which a derived class may have of its own, or its file's;
 * -1 with an exception. */
int spooled_is_closed(const struct spooled *spooled, PyObject *object);

extern PyMethodDef spooled_methods[];
extern PyGetSetDef spooled_properties[];

#endif
