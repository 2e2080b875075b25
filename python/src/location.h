/* SPDX-License-Identifier: MIT */
/* The temporary directory, as `tempdir` has it. */
#ifndef CTEMPFILE_LOCATION_H
#define CTEMPFILE_LOCATION_H

#include "module.h"

/* The value of `tempdir`, chosen now if there is none yet: a new reference. */
PyObject *location_value(struct state *state);

/* All its forms, valid until the next call; NULL with an exception. */
const struct seen_directory *location_read(struct state *state);

/* os.path.abspath: a new reference. */
PyObject *absolute_path(PyObject *path);

/* str or bytes to the other; a new reference. */
PyObject *encode_path(PyObject *path);
PyObject *decode_path(PyObject *path);

#endif
