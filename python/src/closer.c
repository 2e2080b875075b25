/* SPDX-License-Identifier: MIT */
/*
 * _TemporaryFileCloser. What it is told to delete may change at any time; it
 * acts once: on cleanup, on close if that is to delete, or when it dies.
 */
#include "closer.h"

#include <errno.h>

#include "owed.h"

struct closer {
	struct guard guard;
	PyObject *file;
	PyObject *delete_on_close;
	PyObject *warning; /* str; or the class of which to warn; or NULL */
	char close_called;
	char cleanup_called;
};

static PyObject *new (PyTypeObject *type, PyObject *Py_UNUSED(args),
		      PyObject *Py_UNUSED(keywords))
{
	return (PyObject *)guard_new(type);
}

static int begin(struct closer *closer, PyObject *file, PyObject *name,
		 PyObject *delete, PyObject *delete_on_close)
{
	PyObject *path = PyOS_FSPath(name);
	int result =
		path ? guard_begin(&closer->guard, path, delete, false) : -1;

	Py_XDECREF(path);
	Py_INCREF(file);
	Py_XSETREF(closer->file, file);
	Py_INCREF(delete_on_close);
	Py_XSETREF(closer->delete_on_close, delete_on_close);
	closer->close_called = closer->cleanup_called = result < 0;
	return result;
}

void closer_take(PyObject *self, struct tempfile *handle)
{
	((struct guard *)self)->owed->handle = handle;
}

static int initialise(PyObject *self, PyObject *args, PyObject *keywords)
{
	static char *names[] = {"file",         "name",
				"delete",       "delete_on_close",
				"warn_message", NULL};
	struct closer *closer = (struct closer *)self;
	PyObject *file, *name;
	PyObject *delete = Py_True;
	PyObject *delete_on_close = Py_True;
	PyObject *warning = NULL;

	if (!PyArg_ParseTupleAndKeywords(args, keywords, "OO|OOO", names, &file,
					 &name, &delete, &delete_on_close,
					 &warning))
		return -1;
	Py_XINCREF(warning);
	Py_XSETREF(closer->warning, warning);
	return begin(closer, file, name, delete, delete_on_close);
}

static int close_file(struct closer *closer)
{
	PyObject *result;

	closer->close_called = true;
	result = PyObject_CallMethodNoArgs(
		closer->file, closer->guard.state->names[NAME_CLOSE]);
	Py_XDECREF(result);
	return result ? 0 : -1;
}

static int delete_name(struct guard *guard)
{
	if (guard->owed && guard->owed->is_due &&
	    owed_may_remove(guard->owed) &&
	    PySys_Audit("os.remove", "Oi", guard->path, -1) < 0)
		return -1;
	if (guard_end(guard) == 0)
		return 0;
#if PY_VERSION_HEX >= 0x030c0000
	if (errno == ENOENT)
		return 0;
#endif
	(void)raise_errno(guard->path);
	return -1;
}

static int clean_up(struct closer *closer)
{
	PyObject *type, *value, *traceback;

	if (closer->cleanup_called)
		return 0;
	closer->cleanup_called = true;
	if (closer->close_called || close_file(closer) == 0)
		return delete_name(&closer->guard);
	/* The name goes all the same; it is the first error that is told. */
	PyErr_Fetch(&type, &value, &traceback);
	if (delete_name(&closer->guard) < 0)
		PyErr_Clear();
	PyErr_Restore(type, value, traceback);
	return -1;
}

static PyObject *call_cleanup(PyObject *self, PyObject *Py_UNUSED(none))
{
	if (clean_up((struct closer *)self) < 0)
		return NULL;
	Py_RETURN_NONE;
}

static PyObject *call_close(PyObject *self, PyObject *Py_UNUSED(none))
{
	struct closer *closer = (struct closer *)self;
	int deletes;

	if (closer->close_called)
		Py_RETURN_NONE;
	deletes = PyObject_IsTrue(closer->delete_on_close);
	if (deletes > 0)
		deletes = PyObject_IsTrue(closer->guard.delete);
	if (deletes < 0 ||
	    (deletes ? clean_up(closer) : close_file(closer)) < 0)
		return NULL;
	Py_RETURN_NONE;
}

/* Since Python 3.14 whoever does not close is told. */
static int warn(const struct closer *closer)
{
#if PY_VERSION_HEX >= 0x030e0000
	PyObject *name;
	int result;

	if (!closer->warning)
		return PyErr_WarnEx(PyExc_ResourceWarning,
				    "Implicitly cleaning up unknown file", 1);
	if (PyUnicode_Check(closer->warning))
		return PyErr_WarnFormat(PyExc_ResourceWarning, 1, "%U",
					closer->warning);
	name = PyType_GetName((PyTypeObject *)closer->warning);
	result = name ? PyErr_WarnFormat(PyExc_ResourceWarning, 1,
					 "Implicitly cleaning up <%U file=%R>",
					 name, closer->file)
		      : -1;
	Py_XDECREF(name);
	return result;
#else
	(void)closer;
	return 0;
#endif
}

static void finalize(PyObject *self)
{
	struct closer *closer = (struct closer *)self;
	bool implicit = !closer->close_called;
	PyObject *type, *value, *traceback;

	if (closer->cleanup_called || !closer->file)
		return;
	PyErr_Fetch(&type, &value, &traceback);
	if (clean_up(closer) < 0 || (implicit && warn(closer) < 0))
		PyErr_WriteUnraisable(self);
	PyErr_Restore(type, value, traceback);
}

static int traverse(PyObject *self, visitproc visit, void *arg)
{
	struct closer *closer = (struct closer *)self;

	Py_VISIT(closer->file);
	Py_VISIT(closer->delete_on_close);
	Py_VISIT(closer->warning);
	Py_VISIT(closer->guard.delete);
	Py_VISIT(Py_TYPE(self));
	return 0;
}

static int clear(PyObject *self)
{
	struct closer *closer = (struct closer *)self;

	Py_CLEAR(closer->file);
	Py_CLEAR(closer->delete_on_close);
	Py_CLEAR(closer->warning);
	guard_clear(&closer->guard);
	return 0;
}

static void dealloc(PyObject *self)
{
	PyTypeObject *type = Py_TYPE(self);

	if (PyObject_CallFinalizerFromDealloc(self) < 0)
		return;
	PyObject_GC_UnTrack(self);
	(void)clear(self);
	type->tp_free(self);
	Py_DECREF(type);
}

static PyMethodDef methods[] = {
	{"cleanup", call_cleanup, METH_NOARGS,
	 "Close the file and delete the name, if that is still to be done."},
	{"close", call_close, METH_NOARGS,
	 "Close the file; with delete_on_close, delete the name as well."},
	{0},
};

static PyMemberDef members[] = {
	{"file", T_OBJECT_EX, offsetof(struct closer, file), 0, NULL},
	{"delete_on_close", T_OBJECT_EX,
	 offsetof(struct closer, delete_on_close), 0, NULL},
	{"close_called", T_BOOL, offsetof(struct closer, close_called), 0,
	 NULL},
	{"cleanup_called", T_BOOL, offsetof(struct closer, cleanup_called), 0,
	 NULL},
	{0},
};

static PyType_Slot slots[] = {
	{Py_tp_doc, "Closes a file and deletes its name, when it dies at the "
		    "latest.\n\n`delete` may be assigned at any time."},
	{Py_tp_new, new},
	{Py_tp_init, initialise},
	{Py_tp_dealloc, dealloc},
	{Py_tp_finalize, finalize},
	{Py_tp_traverse, traverse},
	{Py_tp_clear, clear},
	{Py_tp_methods, methods},
	{Py_tp_getset, guard_properties},
	{Py_tp_members, members},
	{0, NULL},
};

static PyType_Spec spec = {
	.name = "ctempfile._TemporaryFileCloser",
	.basicsize = sizeof(struct closer),
	.flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC,
	.slots = slots,
};

int closer_init(PyObject *module)
{
	return add_type(module, &spec, &state_of_module(module)->closer_type);
}
