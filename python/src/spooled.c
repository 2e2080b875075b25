/* SPDX-License-Identifier: MIT */
/*
 * SpooledTemporaryFile, the type.
 *
 * States: in memory (file is a File without a descriptor, or a TextIOWrapper on
 * one), rolled (file is what TemporaryFile returned), closed in either. What
 * TemporaryFile will need is kept as it was given and checked only then, as the
 * standard class does.
 */
#include "spooled.h"

#include <math.h>

static PyObject *new (PyTypeObject *type, PyObject *Py_UNUSED(args),
		      PyObject *Py_UNUSED(keywords))
{
	struct state *state = state_of_type(type);
	struct spooled *spooled =
		state ? (struct spooled *)type->tp_alloc(type, 0) : NULL;

	if (spooled)
		spooled->state = state;
	return (PyObject *)spooled;
}

/* Any number that a position can be compared with. */
static int read_max_size(PyObject *value, int64_t *max_size)
{
	int beyond = 0;
	double number;

	*max_size = 0;
	if (!value || value == Py_None)
		return 0;
	if (PyFloat_Check(value)) {
		number = floor(PyFloat_AS_DOUBLE(value));
		*max_size = number >= 9e18    ? INT64_MAX
			    : number <= -9e18 ? INT64_MIN
					      : (int64_t)number;
		return 0;
	}
	*max_size = PyLong_AsLongLongAndOverflow(value, &beyond);
	if (beyond)
		*max_size = beyond > 0 ? INT64_MAX : INT64_MIN;
	return *max_size == -1 && !beyond && PyErr_Occurred() ? -1 : 0;
}

/* Since Python 3.10 a warning can ask for encoding to be given. */
static int settle_encoding(struct spooled *spooled)
{
#if PY_VERSION_HEX >= 0x030a0000
	PyObject *io = PyImport_ImportModule("_io");
	PyObject *given = spooled->args[ARG_ENCODING];
	PyObject *encoding =
		io ? PyObject_CallMethod(io, "text_encoding", "Oi",
					 given ? given : Py_None, 1)
		   : NULL;

	Py_XDECREF(io);
	if (!encoding)
		return -1;
	Py_XSETREF(spooled->args[ARG_ENCODING], encoding);
#endif
	(void)spooled;
	return 0;
}

static PyObject *or_none(PyObject *value)
{
	return value ? value : Py_None;
}

static PyObject *open_text(struct spooled *spooled, PyObject *memory)
{
	if (settle_encoding(spooled) < 0)
		return NULL;
	return PyObject_CallFunctionObjArgs(
		spooled->state->text_io_wrapper, memory,
		or_none(spooled->args[ARG_ENCODING]),
		or_none(spooled->args[ARG_ERRORS]),
		or_none(spooled->args[ARG_NEWLINE]), NULL);
}

static int is_text(PyObject *mode)
{
	PyObject *b;
	int binary;

	if (!mode)
		return 0;
	b = PyUnicode_FromString("b");
	binary = b ? PySequence_Contains(mode, b) : -1;
	Py_XDECREF(b);
	return binary < 0 ? -1 : !binary;
}

static int open_memory(struct spooled *spooled)
{
	int text = is_text(spooled->args[ARG_MODE]);
	PyObject *memory =
		text < 0 ? NULL : (PyObject *)file_in_memory(spooled->state);
	PyObject *file = memory;

	if (memory && text) {
		file = open_text(spooled, memory);
		Py_DECREF(memory);
	}
	if (!file)
		return -1;
	spooled->text = text;
	spooled->rolled = false;
	Py_XSETREF(spooled->file, file);
	return 0;
}

static int parse(struct spooled *spooled, PyObject *args, PyObject *keywords)
{
	static char *names[] = {"max_size", "mode",   "buffering", "encoding",
				"newline",  "suffix", "prefix",    "dir",
				"errors",   NULL};
	PyObject *values[ARG_COUNT] = {NULL};
	PyObject *max_size = NULL;

	if (!PyArg_ParseTupleAndKeywords(
		    args, keywords, "|OOOOOOOO$O:SpooledTemporaryFile", names,
		    &max_size, &values[ARG_MODE], &values[ARG_BUFFERING],
		    &values[ARG_ENCODING], &values[ARG_NEWLINE],
		    &values[ARG_SUFFIX], &values[ARG_PREFIX], &values[ARG_DIR],
		    &values[ARG_ERRORS]) ||
	    read_max_size(max_size, &spooled->max_size) < 0)
		return -1;
	for (int i = 0; i < ARG_COUNT; i++) {
		Py_XINCREF(values[i]);
		Py_XSETREF(spooled->args[i], values[i]);
	}
	return 0;
}

static int initialise(PyObject *self, PyObject *args, PyObject *keywords)
{
	struct spooled *spooled = (struct spooled *)self;
	bool bare = PyTuple_GET_SIZE(args) == 0 && !keywords;

	if (!bare && parse(spooled, args, keywords) < 0)
		return -1;
	return open_memory(spooled);
}

static PyObject *start_iteration(PyObject *self)
{
	struct spooled *spooled = (struct spooled *)self;
	PyObject *file = spooled->file ? PyObject_GetIter(spooled->file) : NULL;

	if (!file)
		return NULL;
	Py_DECREF(file);
	Py_INCREF(self);
	return self;
}

/* From the file it has now, so that a rollover on the way does no harm. */
static PyObject *iterate(PyObject *self)
{
	PyObject *file = ((struct spooled *)self)->file;
	PyObject *line;

	if (!file || !Py_TYPE(file)->tp_iternext)
		return PyErr_Format(PyExc_TypeError, "it is not an iterator");
	Py_INCREF(file);
	line = Py_TYPE(file)->tp_iternext(file);
	Py_DECREF(file);
	return line;
}

#if PY_VERSION_HEX >= 0x030b0000
static void finalize(PyObject *self)
{
	struct spooled *spooled = (struct spooled *)self;
	PyObject *type, *value, *traceback;
	PyObject *closed;

	PyErr_Fetch(&type, &value, &traceback);
	if (spooled->file && spooled_is_closed(spooled, spooled->file) == 0) {
		if (PyErr_ResourceWarning(self, 1, "Unclosed file %R", self) <
		    0)
			PyErr_WriteUnraisable(self);
		closed = PyObject_CallMethodObjArgs(
			self, spooled->state->names[NAME_CLOSE], NULL);
		if (!closed)
			PyErr_WriteUnraisable(self);
		Py_XDECREF(closed);
	}
	PyErr_Clear();
	PyErr_Restore(type, value, traceback);
}
#endif

static int traverse(PyObject *self, visitproc visit, void *arg)
{
	struct spooled *spooled = (struct spooled *)self;

	Py_VISIT(spooled->file);
	Py_VISIT(spooled->dict);
	for (int i = 0; i < ARG_COUNT; i++)
		Py_VISIT(spooled->args[i]);
	Py_VISIT(Py_TYPE(self));
	return 0;
}

static int clear(PyObject *self)
{
	struct spooled *spooled = (struct spooled *)self;

	Py_CLEAR(spooled->file);
	Py_CLEAR(spooled->dict);
	for (int i = 0; i < ARG_COUNT; i++)
		Py_CLEAR(spooled->args[i]);
	return 0;
}

static void dealloc(PyObject *self)
{
	PyTypeObject *type = Py_TYPE(self);

	if (PyObject_CallFinalizerFromDealloc(self) < 0)
		return;
	PyObject_GC_UnTrack(self);
	if (((struct spooled *)self)->weak)
		PyObject_ClearWeakRefs(self);
	(void)clear(self);
	type->tp_free(self);
	Py_DECREF(type);
}

static PyMemberDef members[] = {
	{"_file", T_OBJECT_EX, offsetof(struct spooled, file), 0, NULL},
	{"_rolled", T_BOOL, offsetof(struct spooled, rolled), 0, NULL},
	{"_max_size", T_LONGLONG, offsetof(struct spooled, max_size), 0, NULL},
	{"__dictoffset__", T_PYSSIZET, offsetof(struct spooled, dict), READONLY,
	 NULL},
	{"__weaklistoffset__", T_PYSSIZET, offsetof(struct spooled, weak),
	 READONLY, NULL},
	{0},
};

static PyType_Slot slots[] = {
	{Py_tp_doc,
	 "SpooledTemporaryFile(max_size=0, mode='w+b', buffering=-1, "
	 "encoding=None, newline=None, suffix=None, prefix=None, "
	 "dir=None, *, errors=None)\n--\n\n"
	 "A file that stays in memory until it is longer than "
	 "max_size, or\nneeds a descriptor. A rollover that fails "
	 "loses nothing."},
	{Py_tp_new, new},
	{Py_tp_init, initialise},
	{Py_tp_dealloc, dealloc},
	{Py_tp_traverse, traverse},
	{Py_tp_clear, clear},
#if PY_VERSION_HEX >= 0x030b0000
	{Py_tp_finalize, finalize},
#endif
	{Py_tp_iter, start_iteration},
	{Py_tp_iternext, iterate},
	{Py_tp_methods, spooled_methods},
	{Py_tp_getset, spooled_properties},
	{Py_tp_members, members},
	{0, NULL},
};

static PyType_Spec spec = {
	.name = "ctempfile.SpooledTemporaryFile",
	.basicsize = sizeof(struct spooled),
	.flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC,
	.slots = slots,
};

int spooled_init(PyObject *module)
{
	return add_type(module, &spec, &state_of_module(module)->spooled_type);
}
