/* SPDX-License-Identifier: MIT */
/*
 * What a File can become: published, kept, opened once more, a real file with
 * a descriptor. These calls may take long; meanwhile other threads run, and
 * the file is closed to them.
 */
#include <errno.h>
#include <fcntl.h>

#include "file.h"
#include "options.h"

static PyObject *persist(PyObject *self, PyObject *args, PyObject *keywords)
{
	struct file *file = (struct file *)self;
	struct tempfile *handle;
	PyObject *path;
	unsigned flags;
	int result;

	if (read_persist(args, keywords, &path, &flags) < 0)
		return NULL;
	handle = file_handle(file);
	if (!handle) {
		Py_DECREF(path);
		return NULL;
	}
	file->busy = true;
	Py_BEGIN_ALLOW_THREADS
	result = tempfile_persist(handle, PyBytes_AS_STRING(path), flags);
	Py_END_ALLOW_THREADS
	file->busy = false;
	Py_DECREF(path);
	if (result < 0)
		return raise_failure();
	Py_RETURN_NONE;
}

static PyObject *keep(PyObject *self, PyObject *args)
{
	struct file *file = (struct file *)self;
	struct tempfile *handle;
	int keeps = 1;

	if (!PyArg_ParseTuple(args, "|p:keep", &keeps))
		return NULL;
	handle = file_handle(file);
	if (!handle)
		return NULL;
	if (tempfile_keep(handle, keeps) < 0)
		return raise_option_failure();
	Py_RETURN_NONE;
}

static PyObject *reopen(PyObject *self, PyObject *args)
{
	struct file *file = (struct file *)self;
	struct tempfile *handle;
	int flags = O_RDONLY;
	int fd;

	if (!PyArg_ParseTuple(args, "|i:reopen", &flags))
		return NULL;
	handle = file_handle(file);
	if (!handle)
		return NULL;
	fd = tempfile_reopen(handle, flags);
	return fd < 0 ? raise_option_failure() : PyLong_FromLong(fd);
}

static PyObject *reserve(PyObject *self, PyObject *args)
{
	struct file *file = (struct file *)self;
	struct tempfile *handle;
	long long size;
	int result;

	if (!PyArg_ParseTuple(args, "L:reserve", &size))
		return NULL;
	handle = file_handle(file);
	if (!handle)
		return NULL;
	file->busy = true;
	Py_BEGIN_ALLOW_THREADS
	result = tempfile_reserve(handle, size);
	Py_END_ALLOW_THREADS
	file->busy = false;
	if (result < 0)
		return file_fail(file, "reserve");
	Py_RETURN_NONE;
}

static PyObject *roll_over(PyObject *self, PyObject *Py_UNUSED(none))
{
	struct file *file = (struct file *)self;
	struct tempfile *handle = file_handle(file);
	int result;

	if (!handle)
		return NULL;
	file->busy = true;
	Py_BEGIN_ALLOW_THREADS
	result = tempfile_rollover(handle);
	Py_END_ALLOW_THREADS
	file->busy = false;
	if (result < 0)
		return file_fail(file, "rollover");
	Py_RETURN_NONE;
}

static PyObject *rolled(PyObject *self, PyObject *Py_UNUSED(none))
{
	struct tempfile *handle = file_handle((struct file *)self);

	return handle ? PyBool_FromLong(tempfile_rolled(handle)) : NULL;
}

static PyObject *descriptor(PyObject *self, PyObject *Py_UNUSED(none))
{
	struct file *file = (struct file *)self;
	struct tempfile *handle = file_handle(file);
	int fd;

	if (!handle)
		return NULL;
	if (file->memory) {
		PyErr_SetString(file->state->unsupported, "fileno");
		return NULL;
	}
	fd = tempfile_fileno(handle);
	return fd < 0 ? file_fail(file, "fileno") : PyLong_FromLong(fd);
}

static PyObject *path(PyObject *self, PyObject *Py_UNUSED(none))
{
	struct tempfile *handle = file_handle((struct file *)self);
	const char *name = handle ? tempfile_name(handle) : NULL;

	if (!handle)
		return NULL;
	if (!name)
		Py_RETURN_NONE;
	return PyUnicode_DecodeFSDefault(name);
}

PyMethodDef file_end_methods[] = {
	{"persist", (PyCFunction)(void (*)(void))persist,
	 METH_VARARGS | METH_KEYWORDS,
	 "(path, *, replace=True, durable=False, private=False)"},
	{"keep", keep, METH_VARARGS, "(keep=True)"},
	{"reopen", reopen, METH_VARARGS, "(flags=O_RDONLY): a descriptor"},
	{"reserve", reserve, METH_VARARGS, "(size): claim the space now"},
	{"rollover", roll_over, METH_NOARGS, "Leave memory now."},
	{"rolled", rolled, METH_NOARGS, "Has it left memory?"},
	{"fileno", descriptor, METH_NOARGS, "The descriptor, flushed."},
	{"path", path, METH_NOARGS, "The path, or None."},
	{0},
};
