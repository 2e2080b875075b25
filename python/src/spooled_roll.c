/* SPDX-License-Identifier: MIT */
/*
 * From memory to a real file. The new file is made, filled and positioned
 * before it takes the old one's place; whatever fails on the way, the old one
 * still has everything, and it can be tried again.
 */
#include "spooled.h"

#define CHUNK (1 << 20)

PyObject *spooled_args(const struct spooled *spooled)
{
	static const char *const names[ARG_COUNT] = {
		"mode",   "buffering", "encoding", "newline",
		"suffix", "prefix",    "dir",      "errors"};
	PyObject *args = PyDict_New();

	for (int i = 0; args && i < ARG_COUNT; i++) {
		PyObject *value = spooled->args[i];

		if (value)
			Py_INCREF(value);
		else if (i == ARG_MODE)
			value = PyUnicode_FromString("w+b");
		else if (i == ARG_BUFFERING)
			value = PyLong_FromLong(-1);
		else
			Py_INCREF(value = Py_None);
		if (!value || PyDict_SetItemString(args, names[i], value) < 0)
			Py_CLEAR(args);
		Py_XDECREF(value);
	}
	return args;
}

/* TemporaryFile of the package, which somebody may have replaced. */
static PyObject *open_real(const struct spooled *spooled)
{
	PyObject *open =
		PyDict_GetItemString(spooled->state->globals, "TemporaryFile");
	PyObject *keywords = spooled_args(spooled);
	PyObject *args = PyTuple_New(0);
	PyObject *file = NULL;

	if (!open)
		PyErr_SetString(PyExc_RuntimeError, "no TemporaryFile");
	else if (args && keywords)
		file = PyObject_Call(open, args, keywords);
	Py_XDECREF(args);
	Py_XDECREF(keywords);
	return file;
}

struct file *spooled_memory(const struct spooled *spooled)
{
	PyObject *file = spooled->file;
	PyObject *type = spooled->state->file_type;

	if (!file || spooled->rolled)
		return NULL;
	if (!spooled->text)
		Py_INCREF(file);
	else
		file = PyObject_GetAttr(file,
					spooled->state->names[NAME_BUFFER]);
	if (file && Py_TYPE(file) != (PyTypeObject *)type)
		Py_CLEAR(file);
	return (struct file *)file;
}

static PyObject *call(const struct spooled *spooled, PyObject *object,
		      enum name name, PyObject *arg)
{
	return PyObject_CallMethodObjArgs(object, spooled->state->names[name],
					  arg, NULL);
}

/* As call, for its effect. */
static int run(const struct spooled *spooled, PyObject *object, enum name name,
	       PyObject *arg)
{
	PyObject *result = call(spooled, object, name, arg);

	Py_XDECREF(result);
	return result ? 0 : -1;
}

static int copy(const struct spooled *spooled, struct file *from, PyObject *to)
{
	PyObject *start = file_seek(from, 0, 0);
	PyObject *chunk;
	Py_ssize_t n = 1;

	if (!start)
		return -1;
	Py_DECREF(start);
	while (n > 0) {
		chunk = file_read(from, CHUNK);
		n = chunk ? PyBytes_GET_SIZE(chunk) : -1;
		if (n > 0 && run(spooled, to, NAME_WRITE, chunk) < 0)
			n = -1;
		Py_XDECREF(chunk);
	}
	return (int)n;
}

/* Bytes go below the text. */
static int fill(const struct spooled *spooled, struct file *from, PyObject *to)
{
	PyObject *bytes = to;
	int result;

	if (spooled->text)
		bytes = PyObject_GetAttr(to,
					 spooled->state->names[NAME_BUFFER]);
	else
		Py_INCREF(bytes);
	result = bytes ? copy(spooled, from, bytes) : -1;
	Py_XDECREF(bytes);
	return result;
}

/* Everything that was written is in memory; the position, as tell has it. */
static PyObject *settle(const struct spooled *spooled)
{
	if (spooled->text && run(spooled, spooled->file, NAME_FLUSH, NULL) < 0)
		return NULL;
	return call(spooled, spooled->file, NAME_TELL, NULL);
}

/* The exception on its way survives. */
static void discard(const struct spooled *spooled, struct file *memory,
		    int64_t here, PyObject *file)
{
	PyObject *type, *value, *traceback;

	PyErr_Fetch(&type, &value, &traceback);
	if (memory && memory->handle)
		(void)tempfile_seek(memory->handle, here, SEEK_SET);
	if (file && run(spooled, file, NAME_CLOSE, NULL) < 0)
		PyErr_Clear();
	PyErr_Restore(type, value, traceback);
}

static int move_to(struct spooled *spooled, struct file *memory,
		   PyObject *position)
{
	struct tempfile *handle = file_handle(memory);
	int64_t here = handle ? tempfile_tell(handle) : 0;
	PyObject *real = handle ? open_real(spooled) : NULL;

	if (!real || fill(spooled, memory, real) < 0 ||
	    run(spooled, real, NAME_SEEK, position) < 0) {
		discard(spooled, memory, here, real);
		Py_XDECREF(real);
		return -1;
	}
	spooled->rolled = true;
	Py_SETREF(spooled->file, real);
	for (int i = 0; i < ARG_COUNT; i++)
		Py_CLEAR(spooled->args[i]);
	return 0;
}

int spooled_roll_over(struct spooled *spooled)
{
	PyObject *position;
	struct file *memory;
	int result = -1;

	if (spooled->rolled)
		return 0;
	position = settle(spooled);
	memory = position ? spooled_memory(spooled) : NULL;
	if (memory)
		result = move_to(spooled, memory, position);
	else if (!PyErr_Occurred())
		PyErr_SetString(PyExc_ValueError,
				"I/O operation on closed file.");
	Py_XDECREF((PyObject *)memory);
	Py_XDECREF(position);
	return result;
}
