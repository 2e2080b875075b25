/* SPDX-License-Identifier: MIT */
/*
 * Which directory: the value of `tempdir` in the package, which anybody may
 * assign at any time. libtempfile is told of it when it is seen to change, so
 * that it can work there by a location of its own, without looking again.
 */
#include "location.h"

#include <string.h>

PyObject *encode_path(PyObject *path)
{
	PyObject *bytes = NULL;

	if (!PyUnicode_Check(path)) {
		Py_INCREF(path);
		return path;
	}
	bytes = PyUnicode_EncodeFSDefault(path);
	return bytes;
}

PyObject *decode_path(PyObject *path)
{
	if (!PyBytes_Check(path)) {
		Py_INCREF(path);
		return path;
	}
	return PyUnicode_DecodeFSDefaultAndSize(PyBytes_AS_STRING(path),
						PyBytes_GET_SIZE(path));
}

/* Would abspath return it as it is? May say no to what is. */
static bool is_plainly_absolute(const char *path, Py_ssize_t length)
{
	if (length < 2 || path[0] != '/' || path[length - 1] == '/')
		return false;
	for (const char *c = path; *c; c++)
		if (c[0] == '/' && (c[1] == '/' || c[1] == '.'))
			return false;
	return strlen(path) == (size_t)length;
}

static bool is_plain(PyObject *path)
{
	Py_ssize_t length;
	const char *text;

	if (PyBytes_CheckExact(path))
		return is_plainly_absolute(PyBytes_AS_STRING(path),
					   PyBytes_GET_SIZE(path));
	if (!PyUnicode_CheckExact(path) || !PyUnicode_IS_ASCII(path))
		return false;
	text = PyUnicode_AsUTF8AndSize(path, &length);
	return text && is_plainly_absolute(text, length);
}

PyObject *absolute_path(PyObject *path)
{
	PyObject *module;
	PyObject *result;

	if (is_plain(path)) {
		Py_INCREF(path);
		return path;
	}
	module = PyImport_ImportModule("os.path");
	if (!module)
		return NULL;
	result = PyObject_CallMethod(module, "abspath", "O", path);
	Py_DECREF(module);
	return result;
}

PyObject *location_value(struct state *state)
{
	PyObject *value =
		state->globals
			? PyDict_GetItemWithError(state->globals,
						  state->names[NAME_TEMPDIR])
			: NULL;
	PyObject *chooser;

	if (value && value != Py_None) {
		Py_INCREF(value);
		return value;
	}
	chooser = PyImport_ImportModule("ctempfile._private");
	if (!chooser)
		return NULL;
	value = PyObject_CallMethod(chooser, "choose_tempdir", NULL);
	Py_DECREF(chooser);
	return value;
}

/* A directory that it would rather not use is given with each request. */
static const char *tell_library(const char *path)
{
	const char *location;

	if (*path != '/' || tempfile_settempdir(path) < 0)
		return NULL;
	location = tempfile_gettempdir();
	return location && strcmp(location, path) == 0 ? location : NULL;
}

static int see(struct state *state, PyObject *value)
{
	struct seen_directory *seen = &state->seen;
	PyObject *absolute = absolute_path(value);
	PyObject *encoded = absolute ? encode_path(absolute) : NULL;

	if (!encoded || !PyBytes_Check(encoded)) {
		if (encoded)
			PyErr_Format(PyExc_TypeError,
				     "tempdir must be str or bytes, not %s",
				     Py_TYPE(value)->tp_name);
		Py_XDECREF(absolute);
		Py_XDECREF(encoded);
		return -1;
	}
	Py_INCREF(value);
	Py_XSETREF(seen->value, value);
	Py_XSETREF(seen->absolute, absolute);
	Py_XSETREF(seen->encoded, encoded);
	seen->location = tell_library(PyBytes_AS_STRING(encoded));
	return 0;
}

const struct seen_directory *location_read(struct state *state)
{
	PyObject *value = location_value(state);
	bool known = value && value == state->seen.value && is_plain(value);

	if (!value)
		return NULL;
	if (!known && see(state, value) < 0) {
		Py_DECREF(value);
		return NULL;
	}
	Py_DECREF(value);
	/* Another interpreter may have chosen otherwise meanwhile. */
	if (state->seen.location &&
	    state->seen.location != tempfile_gettempdir())
		state->seen.location = NULL;
	return &state->seen;
}

static PyObject *get(PyObject *module, PyObject *Py_UNUSED(none))
{
	return location_value(state_of_module(module));
}

/* Can a file be made and written in this directory? Leaves nothing. */
static PyObject *is_usable(PyObject *Py_UNUSED(module), PyObject *path)
{
	struct tempfile_options options = {.size = sizeof options,
					   .flags = TEMPFILE_UNSAFE_DIR};
	PyObject *bytes = encode_path(path);
	struct tempfile *file;
	bool usable;

	if (!bytes)
		return NULL;
	options.dir = PyBytes_AsString(bytes);
	if (!options.dir) {
		Py_DECREF(bytes);
		return NULL;
	}
	Py_BEGIN_ALLOW_THREADS
	file = tempfile_open(&options);
	usable = file && tempfile_write(file, "blat", 4) == 4;
	usable = tempfile_close(file) == 0 && usable;
	Py_END_ALLOW_THREADS
	Py_DECREF(bytes);
	return PyBool_FromLong(usable);
}

static PyObject *convert(PyObject *path, PyObject *(*function)(PyObject *))
{
	PyObject *result = PyOS_FSPath(path);

	if (result)
		Py_SETREF(result, function(result));
	return result;
}

static PyObject *fs_decode(PyObject *Py_UNUSED(module), PyObject *path)
{
	return convert(path, decode_path);
}

static PyObject *fs_encode(PyObject *Py_UNUSED(module), PyObject *path)
{
	return convert(path, encode_path);
}

static PyMethodDef functions[] = {
	{"fsdecode", fs_decode, METH_O, "As os.fsdecode."},
	{"fsencode", fs_encode, METH_O, "As os.fsencode."},
	{"get_tempdir", get, METH_NOARGS, "tempdir, chosen now if need be."},
	{"is_usable", is_usable, METH_O, "Can one write in this directory?"},
	{0},
};

int location_init(PyObject *module)
{
	return PyModule_AddFunctions(module, functions);
}
