/* SPDX-License-Identifier: MIT */
/*
 * The File type: how one comes into being and goes, and what it tells of
 * itself. The bytes are file.c's, the ends a file can take file_end.c's.
 */
#include <errno.h>
#include <string.h>

#include "file.h"
#include "location.h"
#include "options.h"

static struct file *allocate(struct state *state, PyTypeObject *type)
{
	struct file *file = (struct file *)type->tp_alloc(type, 0);

	if (file) {
		file->state = state;
		file->readable = true;
		file->writable = true;
	}
	return file;
}

struct file *file_in_memory(struct state *state)
{
	struct file *file = allocate(state, (PyTypeObject *)state->file_type);

	if (!file)
		return NULL;
	file->memory = true;
	file->handle = tempfile_open_spooled(NULL);
	if (!file->handle) {
		(void)raise_failure();
		Py_CLEAR(file);
	}
	return file;
}

/* open(kind, **options): kind is "anonymous", "named" or "spooled". */
static PyObject *open_kind(PyObject *type, PyObject *args, PyObject *keywords)
{
	struct state *state = state_of_type((PyTypeObject *)type);
	struct tempfile *(*open)(const struct tempfile_options *);
	struct given_options given = {0};
	struct file *file;
	const char *kind;
	const char *mode;

	if (!state || !PyArg_ParseTuple(args, "s", &kind) ||
	    read_options(state, keywords, &given) < 0)
		return NULL;
	open = strcmp(kind, "named") == 0     ? tempfile_open_named
	       : strcmp(kind, "spooled") == 0 ? tempfile_open_spooled
					      : tempfile_open;
	file = allocate(state, (PyTypeObject *)type);
	if (file) {
		mode = given.options.mode ? given.options.mode : "w+b";
		file->readable = strpbrk(mode, "r+") != NULL;
		file->writable = strpbrk(mode, "wax+") != NULL;
		Py_BEGIN_ALLOW_THREADS
		file->handle = open(&given.options);
		Py_END_ALLOW_THREADS
	}
	if (file && !file->handle) {
		(void)raise_option_failure();
		Py_CLEAR(file);
	}
	release_options(&given);
	return (PyObject *)file;
}

int file_close(struct file *file)
{
	struct tempfile *handle = file->handle;
	int result;

	if (!handle)
		return 0;
	if (!file_handle(file))
		return -1;
	file->handle = NULL;
	result = file->memory ? tempfile_close(handle) : close_handle(handle);
	if (result < 0)
		(void)raise_failure();
	return result;
}

static PyObject *close_file(PyObject *self, PyObject *Py_UNUSED(none))
{
	if (file_close((struct file *)self) < 0)
		return NULL;
	Py_RETURN_NONE;
}

static PyObject *enter(PyObject *self, PyObject *Py_UNUSED(none))
{
	if (!file_handle((struct file *)self))
		return NULL;
	Py_INCREF(self);
	return self;
}

/* close(), which a derived class may have its own of. */
static PyObject *leave(PyObject *self, PyObject *Py_UNUSED(args))
{
	return PyObject_CallMethod(self, "close", NULL);
}

static PyObject *flush(PyObject *self, PyObject *Py_UNUSED(none))
{
	struct file *file = (struct file *)self;

	if (!file_handle(file))
		return NULL;
	if (!file->memory && tempfile_flush(file->handle) < 0)
		return file_fail(file, "flush");
	Py_RETURN_NONE;
}

static PyObject *answer(PyObject *self, bool yes)
{
	return file_handle((struct file *)self) ? PyBool_FromLong(yes) : NULL;
}

static PyObject *readable(PyObject *self, PyObject *Py_UNUSED(none))
{
	return answer(self, ((struct file *)self)->readable);
}

static PyObject *writable(PyObject *self, PyObject *Py_UNUSED(none))
{
	return answer(self, ((struct file *)self)->writable);
}

static PyObject *seekable(PyObject *self, PyObject *Py_UNUSED(none))
{
	return answer(self, true);
}

static PyObject *is_terminal(PyObject *self, PyObject *Py_UNUSED(none))
{
	return answer(self, false);
}

static PyObject *detach(PyObject *self, PyObject *Py_UNUSED(none))
{
	PyErr_SetString(((struct file *)self)->state->unsupported, "detach");
	return NULL;
}

static PyObject *get_closed(PyObject *self, void *Py_UNUSED(closure))
{
	return PyBool_FromLong(!((struct file *)self)->handle);
}

static int traverse(PyObject *self, visitproc visit, void *arg)
{
	Py_VISIT(((struct file *)self)->dict);
	Py_VISIT(Py_TYPE(self));
	return 0;
}

static int clear(PyObject *self)
{
	Py_CLEAR(((struct file *)self)->dict);
	return 0;
}

static void dealloc(PyObject *self)
{
	PyTypeObject *type = Py_TYPE(self);
	struct file *file = (struct file *)self;

	PyObject_GC_UnTrack(self);
	if (file->weak)
		PyObject_ClearWeakRefs(self);
	Py_CLEAR(file->dict);
	if (file->handle)
		(void)(file->memory ? tempfile_close(file->handle)
				    : close_handle(file->handle));
	type->tp_free(self);
	Py_DECREF(type);
}

static PyMethodDef own_methods[] = {
	{"open", (PyCFunction)(void (*)(void))open_kind,
	 METH_VARARGS | METH_KEYWORDS | METH_CLASS, "(kind, **options)"},
	{"close", close_file, METH_NOARGS, "Close; what is owed is deleted."},
	{"__enter__", enter, METH_NOARGS, NULL},
	{"__exit__", leave, METH_VARARGS, NULL},
	{"flush", flush, METH_NOARGS, "Give it to the kernel."},
	{"readable", readable, METH_NOARGS, NULL},
	{"writable", writable, METH_NOARGS, NULL},
	{"seekable", seekable, METH_NOARGS, NULL},
	{"isatty", is_terminal, METH_NOARGS, NULL},
	{"detach", detach, METH_NOARGS, "Not supported."},
	{0},
};

static PyGetSetDef properties[] = {
	{"closed", get_closed, NULL, "Has it been closed?", NULL},
	{0},
};

static PyMemberDef members[] = {
	{"__dictoffset__", T_PYSSIZET, offsetof(struct file, dict), READONLY,
	 NULL},
	{"__weaklistoffset__", T_PYSSIZET, offsetof(struct file, weak),
	 READONLY, NULL},
	{0},
};

/* All methods of the type, from the three files that have them. */
static int add_methods(PyTypeObject *type, PyMethodDef *methods)
{
	for (; methods->ml_name; methods++) {
		PyObject *method = PyDescr_NewMethod(type, methods);
		int result = method ? PyObject_SetAttrString((PyObject *)type,
							     methods->ml_name,
							     method)
				    : -1;

		Py_XDECREF(method);
		if (result < 0)
			return -1;
	}
	return 0;
}

int file_init(PyObject *module)
{
	struct state *state = state_of_module(module);
	PyType_Slot slots[] = {
		{Py_tp_doc, "A binary stream that is gone when closed."},
		{Py_tp_dealloc, dealloc},
		{Py_tp_traverse, traverse},
		{Py_tp_clear, clear},
		{Py_tp_methods, own_methods},
		{Py_tp_getset, properties},
		{Py_tp_members, members},
		file_stream_slots[0],
		file_stream_slots[1],
		{0, NULL},
	};
	PyType_Spec spec = {
		.name = "ctempfile._ctempfile.File",
		.basicsize = sizeof(struct file),
		.flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE |
			 Py_TPFLAGS_HAVE_GC,
		.slots = slots,
	};

	if (add_type(module, &spec, &state->file_type) < 0)
		return -1;
	return add_methods((PyTypeObject *)state->file_type, file_methods) < 0
		       ? -1
		       : add_methods((PyTypeObject *)state->file_type,
				     file_end_methods);
}
