/* SPDX-License-Identifier: MIT */
/*
 * DirectoryGuard: a guard that makes its directory itself. The class derived
 * from it in Python decides when it is removed; those that nobody finalised
 * are asked for at exit.
 */
#include "guard.h"
#include "owed.h"
#include "request.h"

static int create(struct guard *guard, const struct request *request,
		  PyObject *delete)
{
	struct created created;
	int due = PyObject_IsTrue(delete);
	int result;

	if (due < 0 || request_create(request, A_DIRECTORY, due, &created) < 0)
		return -1;
	result = guard_begin(guard, created.path, delete, true);
	Py_DECREF(created.path);
	if (result < 0)
		(void)tempdir_close(created.directory);
	else
		guard->owed->directory = created.directory;
	return result;
}

/* make_directory(suffix, prefix, dir, delete): a new guard of a new one. */
static PyObject *make_directory(PyObject *type, PyObject *args)
{
	PyObject *suffix, *prefix, *dir, *delete;
	struct request request;
	struct guard *guard;

	if (!PyArg_ParseTuple(args, "OOOO", &suffix, &prefix, &dir, &delete))
		return NULL;
	guard = guard_new((PyTypeObject *)type);
	if (!guard)
		return NULL;
	if (request_read(guard->state, &request, suffix, prefix, dir, false) <
	    0) {
		Py_DECREF(guard);
		return NULL;
	}
	if (create(guard, &request, delete) < 0)
		Py_CLEAR(guard);
	request_clear(&request);
	return (PyObject *)guard;
}

static PyObject *may_remove(PyObject *self, PyObject *Py_UNUSED(none))
{
	const struct guard *guard = (struct guard *)self;

	return PyBool_FromLong(!guard->owed || owed_may_remove(guard->owed));
}

static PyObject *forget(PyObject *self, PyObject *Py_UNUSED(none))
{
	guard_forget((struct guard *)self);
	Py_RETURN_NONE;
}

static void dealloc(PyObject *self)
{
	PyTypeObject *type = Py_TYPE(self);

	guard_clear((struct guard *)self);
	type->tp_free(self);
	Py_DECREF(type);
}

struct collection {
	PyObject *guards[64];
	int count;
};

static void collect(struct owed *owed, void *arg)
{
	struct collection *collection = arg;

	if (collection->count == 64 || !Py_REFCNT((PyObject *)owed->owner))
		return;
	Py_INCREF((PyObject *)owed->owner);
	collection->guards[collection->count++] = owed->owner;
}

/* Up to 64 guards of directories that are still to be deleted. */
static PyObject *due_directories(PyObject *module, PyObject *Py_UNUSED(none))
{
	struct collection collection = {.count = 0};
	PyObject *list;

	owed_each(state_of_module(module), collect, &collection);
	list = PyList_New(collection.count);
	for (int i = 0; i < collection.count; i++)
		if (list)
			PyList_SET_ITEM(list, i, collection.guards[i]);
		else
			Py_DECREF(collection.guards[i]);
	return list;
}

static PyMethodDef methods[] = {
	{"make_directory", make_directory, METH_VARARGS | METH_CLASS,
	 "(suffix, prefix, dir, delete) -> a guard of a new directory"},
	{"may_remove", may_remove, METH_NOARGS,
	 "False for what a child inherited, and while everything is kept."},
	{"forget", forget, METH_NOARGS,
	 "Let go of it; whether the name is gone or not."},
	{0},
};

static PyType_Slot slots[] = {
	{Py_tp_doc, "A directory that is to be deleted."},
	{Py_tp_dealloc, dealloc},
	{Py_tp_methods, methods},
	{Py_tp_getset, guard_properties},
	{0, NULL},
};

static PyType_Spec spec = {
	.name = "ctempfile._ctempfile.DirectoryGuard",
	.basicsize = sizeof(struct guard),
	.flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
	.slots = slots,
};

static PyMethodDef functions[] = {
	{"due_directories", due_directories, METH_NOARGS,
	 "Guards of directories that are still to be deleted; not all."},
	{0},
};

int directory_guard_init(PyObject *module)
{
	return add_type(module, &spec, NULL) < 0
		       ? -1
		       : PyModule_AddFunctions(module, functions);
}
