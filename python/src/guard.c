/* SPDX-License-Identifier: MIT */
/*
 * Guard: what the objects have in common that stand for a name to be deleted,
 * a closer (closer.c) for a file and a directory guard. They decide when; here
 * is how, and for whom.
 */
#include "guard.h"

#include <errno.h>

#include "location.h"
#include "owed.h"

struct guard *guard_new(PyTypeObject *type)
{
	struct state *state = state_of_type(type);
	struct guard *guard =
		state ? (struct guard *)type->tp_alloc(type, 0) : NULL;

	if (guard)
		guard->state = state;
	return guard;
}

int guard_begin(struct guard *guard, PyObject *path, PyObject *delete,
		bool is_directory)
{
	PyObject *bytes = encode_path(path);
	int due = bytes ? PyObject_IsTrue(delete) : -1;

	guard_forget(guard);
	Py_INCREF(path);
	Py_XSETREF(guard->path, path);
	Py_INCREF(delete);
	Py_XSETREF(guard->delete, delete);
	if (due >= 0) {
		guard->owed =
			owed_new(PyBytes_AsString(bytes), is_directory, due);
		if (!guard->owed)
			PyErr_NoMemory();
	}
	Py_XDECREF(bytes);
	if (!guard->owed)
		return -1;
	guard->owed->owner = is_directory ? guard : NULL;
	guard->owed->group = guard->state;
	return 0;
}

int guard_end(struct guard *guard)
{
	int result = 0;
	int code;

	if (!guard->owed)
		return 0;
	if (guard->owed->is_due) {
		Py_BEGIN_ALLOW_THREADS
		result = owed_remove(guard->owed);
		Py_END_ALLOW_THREADS
	}
	code = errno;
	guard_forget(guard);
	errno = code;
	return result;
}

void guard_forget(struct guard *guard)
{
	struct owed *owed = guard->owed;

	guard->owed = NULL;
	if (owed)
		owed_forget(owed);
}

void guard_clear(struct guard *guard)
{
	guard_forget(guard);
	Py_CLEAR(guard->path);
	Py_CLEAR(guard->delete);
}

static PyObject *get_delete(PyObject *self, void *Py_UNUSED(closure))
{
	struct guard *guard = (struct guard *)self;
	PyObject *value = guard->delete ? guard->delete : Py_False;

	Py_INCREF(value);
	return value;
}

static int set_delete(PyObject *self, PyObject *value, void *Py_UNUSED(closure))
{
	struct guard *guard = (struct guard *)self;
	int due = value ? PyObject_IsTrue(value) : 0;

	if (due < 0)
		return -1;
	Py_XINCREF(value);
	Py_XSETREF(guard->delete, value);
	if (guard->owed)
		guard->owed->is_due = due;
	return 0;
}

static PyObject *get_path(PyObject *self, void *Py_UNUSED(closure))
{
	PyObject *path = ((struct guard *)self)->path;

	if (!path)
		return PyErr_Format(PyExc_AttributeError, "name");
	Py_INCREF(path);
	return path;
}

PyGetSetDef guard_properties[] = {
	{"delete", get_delete, set_delete, "Is it to be deleted?", NULL},
	{"name", get_path, NULL, "The path.", NULL},
	{0},
};
