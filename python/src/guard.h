/* SPDX-License-Identifier: MIT */
/* Guard: a name on the disk that a Python object is to delete. */
#ifndef CTEMPFILE_GUARD_H
#define CTEMPFILE_GUARD_H

#include "module.h"

struct owed;

struct guard {
	PyObject_HEAD struct state *state;
	struct owed *owed; /* NULL: nothing */
	PyObject *path;
	PyObject *delete; /* as it was assigned */
};

/* A new one, of this type or a class derived from it; it guards nothing. */
struct guard *guard_new(PyTypeObject *type);

/* From now on path, if delete says so. -1 with an exception. */
int guard_begin(struct guard *guard, PyObject *path, PyObject *delete,
		bool is_directory);

/*
 * Remove the name if that is due, and never again. 0, or -1 and errno; what a
 * child inherited stays, and is no error.
 */
int guard_end(struct guard *guard);

/* Nobody removes it any more. */
void guard_forget(struct guard *guard);

void guard_clear(struct guard *guard);

/* The attributes of all guards. */
extern PyGetSetDef guard_properties[];

#endif
