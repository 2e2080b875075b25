/* SPDX-License-Identifier: MIT */
/* Closer: closes a file and deletes its name, when it dies at the latest. */
#ifndef CTEMPFILE_CLOSER_H
#define CTEMPFILE_CLOSER_H

#include "guard.h"

/* The name is owed by this handle, too, which it takes over. */
void closer_take(PyObject *self, struct tempfile *handle);

#endif
