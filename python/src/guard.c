/* SPDX-License-Identifier: MIT */
/*
 * Guard: the Python object that stands for a name to be deleted. Classes of
 * the package derive from it and decide when; it knows how, and for whom.
 */
#include <errno.h>

#include "location.h"
#include "owed.h"
#include "request.h"

struct guard {
	PyObject_HEAD struct state *state;
	struct owed *owed;
	PyObject *path;
	PyObject *delete;
};

/* Everything a guard has but handles; the path is taken over. */
static int fill(struct guard *guard, PyObject *path, PyObject *delete,
		bool is_directory)
{
	PyObject *bytes = encode_path(path);
	int due = PyObject_IsTrue(delete);

	Py_XSETREF(guard->path, path);
	Py_INCREF(delete);
	Py_XSETREF(guard->delete, delete);
	if (bytes && due >= 0)
		guard->owed =
			owed_new(PyBytes_AS_STRING(bytes), is_directory, due);
	Py_XDECREF(bytes);
	if (!guard->owed) {
		if (!PyErr_Occurred())
			PyErr_NoMemory();
		return -1;
	}
	guard->owed->owner = is_directory ? guard : NULL;
	guard->owed->group = guard->state;
	return 0;
}

static struct guard *allocate(PyTypeObject *type)
{
	struct state *state = state_of_type(type);
	struct guard *guard =
		state ? (struct guard *)type->tp_alloc(type, 0) : NULL;

	if (guard)
		guard->state = state;
	return guard;
}

static PyObject *new (PyTypeObject *type, PyObject *Py_UNUSED(args),
		      PyObject *Py_UNUSED(keywords))
{
	return (PyObject *)allocate(type);
}

/* guard(path, delete, handle=None): a file's name, whoever made it. */
static PyObject *guard_file(PyObject *self, PyObject *args)
{
	struct guard *guard = (struct guard *)self;
	struct tempfile *handle = NULL;
	PyObject *capsule = Py_None;
	PyObject *path;
	PyObject *delete;

	if (!PyArg_ParseTuple(args, "OO|O", &path, &delete, &capsule))
		return NULL;
	path = PyOS_FSPath(path);
	if (!path)
		return NULL;
	if (capsule != Py_None) {
		handle = PyCapsule_GetPointer(capsule, NULL);
		if (!handle || PyCapsule_SetDestructor(capsule, NULL) < 0) {
			Py_DECREF(path);
			return NULL;
		}
	}
	if (guard->owed) {
		owed_forget(guard->owed);
		guard->owed = NULL;
	}
	if (fill(guard, path, delete, false) < 0) {
		if (handle)
			(void)close_handle(handle);
		return NULL;
	}
	guard->owed->handle = handle;
	Py_RETURN_NONE;
}

/* make_directory(suffix, prefix, dir, delete): a new guard of a new one. */
static PyObject *make_directory(PyObject *type, PyObject *args)
{
	struct request request;
	struct created created;
	struct guard *guard;
	PyObject *suffix, *prefix, *dir, *delete;
	int result;

	if (!PyArg_ParseTuple(args, "OOOO", &suffix, &prefix, &dir, &delete))
		return NULL;
	guard = allocate((PyTypeObject *)type);
	if (!guard)
		return NULL;
	if (request_read(guard->state, &request, suffix, prefix, dir, false) <
	    0) {
		Py_DECREF(guard);
		return NULL;
	}
	result = request_create(&request, A_DIRECTORY,
				PyObject_IsTrue(delete) == 1, &created);
	request_clear(&request);
	if (result == 0)
		result = fill(guard, created.path, delete, true);
	if (result == 0)
		guard->owed->directory = created.directory;
	else
		Py_CLEAR(guard);
	return (PyObject *)guard;
}

/* Remove the name now. What a child inherited stays, and is no error. */
static PyObject *remove_now(PyObject *self, PyObject *Py_UNUSED(none))
{
	struct guard *guard = (struct guard *)self;
	int result = 0;

	if (guard->owed) {
		Py_BEGIN_ALLOW_THREADS result = owed_remove(guard->owed);
		Py_END_ALLOW_THREADS
	}
	if (result < 0)
		return guard->owed->is_directory ? raise_failure()
						 : raise_errno(guard->path);
	Py_RETURN_NONE;
}

/* Not what a child inherited; nothing while somebody wants to look at it. */
static PyObject *may_remove(PyObject *self, PyObject *Py_UNUSED(none))
{
	const struct guard *guard = (struct guard *)self;

	return PyBool_FromLong(!guard->owed || owed_may_remove(guard->owed));
}

/* Nobody removes it any more; the name itself may be gone or not. */
static PyObject *forget(PyObject *self, PyObject *Py_UNUSED(none))
{
	struct guard *guard = (struct guard *)self;

	if (guard->owed) {
		owed_forget(guard->owed);
		guard->owed = NULL;
	}
	Py_RETURN_NONE;
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
	value = value ? value : Py_False;
	Py_INCREF(value);
	Py_XSETREF(guard->delete, value);
	if (guard->owed)
		guard->owed->is_due = due;
	return 0;
}

static void dealloc(PyObject *self)
{
	PyTypeObject *type = Py_TYPE(self);
	struct guard *guard = (struct guard *)self;

	if (guard->owed)
		owed_forget(guard->owed);
	Py_CLEAR(guard->path);
	Py_CLEAR(guard->delete);
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

/* remove() if it is to be deleted, and forget(). */
static PyObject *finish(PyObject *self, PyObject *none)
{
	struct guard *guard = (struct guard *)self;
	PyObject *result = Py_None;

	if (guard->owed && guard->owed->is_due)
		result = remove_now(self, none);
	else
		Py_INCREF(result);
	if (guard->owed) {
		owed_forget(guard->owed);
		guard->owed = NULL;
	}
	return result;
}

static PyMethodDef methods[] = {
	{"guard", guard_file, METH_VARARGS, "(path, delete, handle=None)"},
	{"make_directory", make_directory, METH_VARARGS | METH_CLASS,
	 "(suffix, prefix, dir, delete) -> a guard of a new directory"},
	{"remove", remove_now, METH_NOARGS, "Remove it from the disk now."},
	{"finish", finish, METH_NOARGS,
	 "Remove it if it is due, and forget it."},
	{"may_remove", may_remove, METH_NOARGS,
	 "Is it this process's to remove?"},
	{"forget", forget, METH_NOARGS, "Leave it to somebody else."},
	{0},
};

static PyGetSetDef properties[] = {
	{"delete", get_delete, set_delete, "Is it to be deleted?", NULL},
	{0},
};

static PyMemberDef members[] = {
	{"path", T_OBJECT_EX, offsetof(struct guard, path), READONLY, NULL},
	{"name", T_OBJECT_EX, offsetof(struct guard, path), READONLY, NULL},
	{0},
};

static PyType_Slot slots[] = {
	{Py_tp_doc, "A name on the disk that is to be deleted."},
	{Py_tp_new, new},
	{Py_tp_dealloc, dealloc},
	{Py_tp_methods, methods},
	{Py_tp_getset, properties},
	{Py_tp_members, members},
	{0, NULL},
};

static PyType_Spec spec = {
	.name = "ctempfile._ctempfile.Guard",
	.basicsize = sizeof(struct guard),
	.flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
	.slots = slots,
};

static PyMethodDef functions[] = {
	{"due_directories", due_directories, METH_NOARGS,
	 "Guards of directories that are still to be deleted; not all."},
	{0},
};

int guard_init(PyObject *module)
{
	struct state *state = state_of_module(module);

	return add_type(module, &spec, &state->guard_type) < 0
		       ? -1
		       : PyModule_AddFunctions(module, functions);
}
