/* SPDX-License-Identifier: MIT */
/*
 * The module: its state, and what all its types need. Nothing is shared
 * between interpreters but what libtempfile shares between threads, and the
 * list of what is owed to the disk (owed.c), which has a lock.
 */
#include "module.h"

#include <errno.h>

static struct PyModuleDef definition;

struct state *state_of_module(PyObject *module)
{
	return PyModule_GetState(module);
}

struct state *state_of_type(PyTypeObject *type)
{
	PyObject *module;

	for (; type; type = type->tp_base) {
		if (!(type->tp_flags & Py_TPFLAGS_HEAPTYPE))
			continue;
		module = ((PyHeapTypeObject *)type)->ht_module;
		if (module && PyModule_GetDef(module) == &definition)
			return PyModule_GetState(module);
	}
	PyErr_SetString(PyExc_TypeError, "not a type of ctempfile");
	return NULL;
}

int add_type(PyObject *module, PyType_Spec *spec, PyObject **place)
{
	PyObject *type = PyType_FromModuleAndSpec(module, spec, NULL);
	int result = type ? PyModule_AddType(module, (PyTypeObject *)type) : -1;

	if (result == 0 && place)
		*place = type;
	else
		Py_XDECREF(type);
	return result;
}

PyObject *raise_errno(PyObject *path)
{
	if (errno == ENOMEM)
		return PyErr_NoMemory();
	return path ? PyErr_SetFromErrnoWithFilenameObject(PyExc_OSError, path)
		    : PyErr_SetFromErrno(PyExc_OSError);
}

PyObject *raise_failure(void)
{
	const struct tempfile_error *error = tempfile_last_error();
	PyObject *path = NULL;

	if (error->path && error->code == errno) {
		path = PyUnicode_DecodeFSDefault(error->path);
		if (!path)
			return NULL;
	}
	(void)raise_errno(path);
	Py_XDECREF(path);
	return NULL;
}

int close_handle(struct tempfile *file)
{
	int result;

	Py_BEGIN_ALLOW_THREADS
	result = tempfile_close(file);
	Py_END_ALLOW_THREADS
	return result;
}

static int import_io(struct state *state)
{
	PyObject *io = PyImport_ImportModule("_io");
	PyObject *size = NULL;

	if (!io)
		return -1;
	state->open = PyObject_GetAttrString(io, "open");
	state->file_io = PyObject_GetAttrString(io, "FileIO");
	state->buffered_random = PyObject_GetAttrString(io, "BufferedRandom");
	state->text_io_wrapper = PyObject_GetAttrString(io, "TextIOWrapper");
	state->unsupported = PyObject_GetAttrString(io, "UnsupportedOperation");
#if PY_VERSION_HEX >= 0x030e0000
	size = PyObject_GetAttrString(io, "DEFAULT_BUFFER_SIZE");
	state->least_buffer = size ? PyLong_AsSsize_t(size) : -1;
#endif
	Py_XDECREF(size);
	Py_DECREF(io);
	return PyErr_Occurred() ? -1 : 0;
}

static PyObject *bind(PyObject *module, PyObject *globals)
{
	struct state *state = state_of_module(module);

	Py_INCREF(globals);
	Py_XSETREF(state->globals, globals);
	Py_RETURN_NONE;
}

static PyObject *set_switch(PyObject *module, PyObject *args)
{
	struct state *state = state_of_module(module);
	const char *name;
	int on;

	if (!PyArg_ParseTuple(args, "sp", &name, &on))
		return NULL;
	if (strcmp(name, "leased") == 0)
		state->leased = on;
	else if (strcmp(name, "loose") == 0)
		state->loose = on;
	else
		return PyErr_Format(PyExc_ValueError, "no switch '%s'", name);
	Py_RETURN_NONE;
}

static PyMethodDef functions[] = {
	{"bind", bind, METH_O, "Tell the dictionary where tempdir is."},
	{"set_switch", set_switch, METH_VARARGS, "leased, loose"},
	{0},
};

static int intern_names(struct state *state)
{
	static const char *const names[NAME_COUNT] = {
		"read",     "read1",
		"readinto", "readinto1",
		"readline", "readlines",
		"write",    "writelines",
		"seek",     "tell",
		"truncate", "flush",
		"close",    "closed",
		"fileno",   "isatty",
		"readable", "writable",
		"seekable", "detach",
		"buffer",   "raw",
		"name",     "_blksize",
		"_closer",  "_TemporaryFileWrapper",
		"tempdir",  "template",
		"TMP_MAX",  "rollover",
		"w+"};

	for (int i = 0; i < NAME_COUNT; i++) {
		state->names[i] = PyUnicode_InternFromString(names[i]);
		if (!state->names[i])
			return -1;
	}
	return 0;
}

static int start(PyObject *module)
{
	struct state *state = state_of_module(module);

	if (intern_names(state) < 0)
		return -1;
	state->prefix = PyUnicode_InternFromString("tmp");
	if (!state->prefix || import_io(state) < 0 ||
	    location_init(module) < 0 || request_init(module) < 0 ||
	    create_init(module) < 0 || opener_init(module) < 0 ||
	    closer_init(module) < 0 || directory_guard_init(module) < 0 ||
	    file_init(module) < 0 || spooled_init(module) < 0 ||
	    directory_init(module) < 0 || process_init(module) < 0)
		return -1;
	return 0;
}

static int traverse(PyObject *module, visitproc visit, void *arg)
{
	struct state *state = state_of_module(module);

	Py_VISIT(state->globals);
	Py_VISIT(state->open);
	Py_VISIT(state->file_io);
	Py_VISIT(state->buffered_random);
	Py_VISIT(state->text_io_wrapper);
	Py_VISIT(state->unsupported);
	Py_VISIT(state->opener_type);
	Py_VISIT(state->closer_type);
	Py_VISIT(state->file_type);
	Py_VISIT(state->spooled_type);
	return 0;
}

static int clear(PyObject *module)
{
	struct state *state = state_of_module(module);

	Py_CLEAR(state->globals);
	Py_CLEAR(state->open);
	Py_CLEAR(state->file_io);
	Py_CLEAR(state->buffered_random);
	Py_CLEAR(state->text_io_wrapper);
	Py_CLEAR(state->unsupported);
	Py_CLEAR(state->opener_type);
	Py_CLEAR(state->closer_type);
	Py_CLEAR(state->file_type);
	Py_CLEAR(state->spooled_type);
	return 0;
}

/* What finalizers may still ask for is no part of any cycle. */
static void release(void *module)
{
	struct state *state = state_of_module(module);

	(void)clear(module);
	Py_CLEAR(state->prefix);
	for (int i = 0; i < NAME_COUNT; i++)
		Py_CLEAR(state->names[i]);
	Py_CLEAR(state->seen.value);
	Py_CLEAR(state->seen.absolute);
	Py_CLEAR(state->seen.encoded);
}

static PyModuleDef_Slot slots[] = {
	{Py_mod_exec, start},
#if PY_VERSION_HEX >= 0x030c0000
	{Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED},
#endif
#if PY_VERSION_HEX >= 0x030d0000
	/* Objects have no locks of their own. */
	{Py_mod_gil, Py_MOD_GIL_USED},
#endif
	{0, NULL},
};

static struct PyModuleDef definition = {
	PyModuleDef_HEAD_INIT,
	.m_name = "ctempfile._ctempfile",
	.m_doc = "The part of ctempfile that is written in C.",
	.m_size = sizeof(struct state),
	.m_methods = functions,
	.m_slots = slots,
	.m_traverse = traverse,
	.m_clear = clear,
	.m_free = release,
};

PyMODINIT_FUNC PyInit__ctempfile(void);

PyMODINIT_FUNC PyInit__ctempfile(void)
{
	return PyModuleDef_Init(&definition);
}
