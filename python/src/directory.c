/* SPDX-License-Identifier: MIT */
/* Directory: a struct tempdir, for ctempfile.extra. */
#include <errno.h>

#include "options.h"

struct directory {
	PyObject_HEAD struct state *state;
	struct tempdir *handle; /* NULL: closed */
};

static struct tempdir *handle_of(PyObject *self)
{
	struct tempdir *handle = ((struct directory *)self)->handle;

	if (!handle)
		PyErr_SetString(PyExc_ValueError, "the directory is closed");
	return handle;
}

static PyObject *open_directory(PyObject *type, PyObject *args,
				PyObject *keywords)
{
	struct state *state = state_of_type((PyTypeObject *)type);
	struct given_options given;
	struct directory *directory;

	if (!state || !PyArg_ParseTuple(args, "") ||
	    read_options(state, keywords, &given) < 0)
		return NULL;
	directory = (struct directory *)((PyTypeObject *)type)
			    ->tp_alloc((PyTypeObject *)type, 0);
	if (directory) {
		directory->state = state;
		Py_BEGIN_ALLOW_THREADS
		directory->handle = tempdir_open(&given.options);
		Py_END_ALLOW_THREADS
		if (!directory->handle) {
			(void)raise_option_failure();
			Py_CLEAR(directory);
		}
	}
	release_options(&given);
	return (PyObject *)directory;
}

static int close_tempdir(struct directory *directory)
{
	struct tempdir *handle = directory->handle;
	int result;

	directory->handle = NULL;
	Py_BEGIN_ALLOW_THREADS
	result = tempdir_close(handle);
	Py_END_ALLOW_THREADS
	return result;
}

static PyObject *close_directory(PyObject *self, PyObject *Py_UNUSED(none))
{
	if (close_tempdir((struct directory *)self) < 0)
		return raise_failure();
	Py_RETURN_NONE;
}

static PyObject *persist(PyObject *self, PyObject *args, PyObject *keywords)
{
	struct directory *directory = (struct directory *)self;
	struct tempdir *handle;
	PyObject *path;
	unsigned flags;
	int result;

	if (read_persist(args, keywords, &path, &flags) < 0)
		return NULL;
	handle = handle_of(self);
	if (!handle) {
		Py_DECREF(path);
		return NULL;
	}
	/* Meanwhile nobody else is to close it. */
	directory->handle = NULL;
	Py_BEGIN_ALLOW_THREADS
	result = tempdir_persist(handle, PyBytes_AS_STRING(path), flags);
	Py_END_ALLOW_THREADS
	directory->handle = handle;
	Py_DECREF(path);
	if (result < 0)
		return raise_failure();
	Py_RETURN_NONE;
}

static PyObject *keep(PyObject *self, PyObject *args)
{
	struct tempdir *handle;
	int keeps = 1;

	if (!PyArg_ParseTuple(args, "|p:keep", &keeps))
		return NULL;
	handle = handle_of(self);
	if (!handle)
		return NULL;
	if (tempdir_keep(handle, keeps) < 0)
		return raise_failure();
	Py_RETURN_NONE;
}

static PyObject *descriptor(PyObject *self, PyObject *Py_UNUSED(none))
{
	struct tempdir *handle = handle_of(self);
	int fd = handle ? tempdir_fd(handle) : -1;

	if (handle && fd < 0)
		return raise_failure();
	return handle ? PyLong_FromLong(fd) : NULL;
}

static PyObject *path(PyObject *self, PyObject *Py_UNUSED(none))
{
	struct tempdir *handle = handle_of(self);

	return handle ? PyUnicode_DecodeFSDefault(tempdir_name(handle)) : NULL;
}

static PyObject *get_closed(PyObject *self, void *Py_UNUSED(closure))
{
	return PyBool_FromLong(!((struct directory *)self)->handle);
}

static void dealloc(PyObject *self)
{
	PyTypeObject *type = Py_TYPE(self);
	struct directory *directory = (struct directory *)self;

	if (directory->handle)
		(void)close_tempdir(directory);
	type->tp_free(self);
	Py_DECREF(type);
}

static PyMethodDef methods[] = {
	{"open", (PyCFunction)(void (*)(void))open_directory,
	 METH_VARARGS | METH_KEYWORDS | METH_CLASS, "(**options)"},
	{"close", close_directory, METH_NOARGS, "Remove the tree."},
	{"persist", (PyCFunction)(void (*)(void))persist,
	 METH_VARARGS | METH_KEYWORDS,
	 "(path, *, replace=True, durable=False, private=False, "
	 "exchange=False)"},
	{"keep", keep, METH_VARARGS, "(keep=True)"},
	{"fileno", descriptor, METH_NOARGS, "A descriptor of it."},
	{"path", path, METH_NOARGS, "Its absolute path."},
	{0},
};

static PyGetSetDef properties[] = {
	{"closed", get_closed, NULL, "Has it been closed?", NULL},
	{0},
};

static PyType_Slot slots[] = {
	{Py_tp_doc, "A directory that is gone when closed."},
	{Py_tp_dealloc, dealloc},
	{Py_tp_methods, methods},
	{Py_tp_getset, properties},
	{0, NULL},
};

static PyType_Spec spec = {
	.name = "ctempfile._ctempfile.Directory",
	.basicsize = sizeof(struct directory),
	.flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
	.slots = slots,
};

int directory_init(PyObject *module)
{
	return add_type(module, &spec, NULL);
}
