/* SPDX-License-Identifier: MIT */
/*
 * The bytes of a File: read, write, seek, as io.BytesIO has them to the letter
 * of its messages, since what a SpooledTemporaryFile keeps in memory is one.
 *
 * All this happens under the interpreter's lock: a handle is for one thread at
 * a time. Only long calls (file_end.c) let others run, and keep them out.
 */
#include "file.h"

#include <errno.h>

struct tempfile *file_handle(struct file *file)
{
	if (file->handle && !file->busy)
		return file->handle;
	if (file->handle)
		PyErr_SetString(PyExc_RuntimeError,
				"the file is busy in another thread");
	else
		PyErr_SetString(PyExc_ValueError,
				"I/O operation on closed file.");
	return NULL;
}

PyObject *file_fail(struct file *file, const char *tried)
{
	if (errno == EBADF) {
		PyErr_SetString(file->state->unsupported, tried);
		return NULL;
	}
	return raise_failure();
}

int64_t file_end_of(struct file *file, PyObject *data)
{
	Py_buffer view;
	int64_t end = -1;

	if (PyObject_GetBuffer(data, &view, PyBUF_CONTIG_RO) < 0)
		return -1;
	if (file_handle(file))
		end = tempfile_tell(file->handle) + view.len;
	PyBuffer_Release(&view);
	return end;
}

Py_ssize_t file_write(struct file *file, PyObject *data)
{
	Py_buffer view;
	Py_ssize_t n = -1;

	/* Getting the buffer may run anything. */
	if (PyObject_GetBuffer(data, &view, PyBUF_CONTIG_RO) < 0)
		return -1;
	if (file_handle(file)) {
		n = tempfile_write(file->handle, view.buf, (size_t)view.len);
		if (n < 0)
			(void)file_fail(file, "write");
	}
	PyBuffer_Release(&view);
	return n;
}

/* Bytes between the position and the end; -1 and errno. */
static int64_t bytes_left(struct tempfile *handle)
{
	int64_t here = tempfile_tell(handle);
	int64_t end = here < 0 ? -1 : tempfile_seek(handle, 0, SEEK_END);

	if (end < 0 || tempfile_seek(handle, here, SEEK_SET) < 0)
		return -1;
	return end > here ? end - here : 0;
}

PyObject *file_read(struct file *file, Py_ssize_t n)
{
	struct tempfile *handle = file_handle(file);
	PyObject *bytes;
	int64_t left;
	ssize_t got;

	if (!handle)
		return NULL;
	left = file->readable ? bytes_left(handle) : 0;
	if (left < 0)
		return file_fail(file, "seek");
	if (n < 0 || n > left)
		n = (Py_ssize_t)left;
	bytes = PyBytes_FromStringAndSize(NULL, n);
	if (!bytes)
		return NULL;
	got = tempfile_read(handle, PyBytes_AS_STRING(bytes), (size_t)n);
	if (got < 0) {
		Py_DECREF(bytes);
		return file_fail(file, "read");
	}
	if (got < n)
		(void)_PyBytes_Resize(&bytes, got);
	return bytes;
}

PyObject *file_content(struct file *file)
{
	struct tempfile *handle = file_handle(file);
	int64_t here = handle ? tempfile_tell(handle) : -1;
	PyObject *bytes;

	if (!handle)
		return NULL;
	if (here < 0 || tempfile_seek(handle, 0, SEEK_SET) < 0)
		return file_fail(file, "seek");
	bytes = file_read(file, -1);
	(void)tempfile_seek(handle, here, SEEK_SET);
	return bytes;
}

/* None and missing mean all. */
static int read_size(PyObject *const *args, Py_ssize_t n, Py_ssize_t *size)
{
	*size = -1;
	if (n > 1) {
		PyErr_Format(PyExc_TypeError,
			     "expected at most 1 argument, got %zd", n);
		return -1;
	}
	if (n == 0 || args[0] == Py_None)
		return 0;
	*size = PyNumber_AsSsize_t(args[0], PyExc_OverflowError);
	return *size == -1 && PyErr_Occurred() ? -1 : 0;
}

static PyObject *read_bytes(PyObject *self, PyObject *const *args, Py_ssize_t n)
{
	Py_ssize_t size;

	return read_size(args, n, &size) < 0
		       ? NULL
		       : file_read((struct file *)self, size);
}

/* Take back what was read past the limit; the line, now a Python object. */
static PyObject *cut_line(struct file *file, const char *line, ssize_t length,
			  Py_ssize_t limit)
{
	if (limit >= 0 && length > limit) {
		if (tempfile_seek(file->handle, limit - length, SEEK_CUR) < 0)
			return file_fail(file, "seek");
		length = limit;
	}
	return PyBytes_FromStringAndSize(line, length);
}

static PyObject *next_line(struct file *file, Py_ssize_t limit)
{
	struct tempfile *handle = file_handle(file);
	char *line = NULL;
	size_t capacity = 0;
	ssize_t length;
	PyObject *result;

	if (!handle)
		return NULL;
	errno = 0;
	length = limit == 0 ? 0 : tempfile_getline(handle, &line, &capacity);
	if (length < 0 && errno != 0)
		result = file_fail(file, "read");
	else
		result = cut_line(file, line, length < 0 ? 0 : length, limit);
	tempfile_free(line);
	return result;
}

static PyObject *read_line(PyObject *self, PyObject *const *args, Py_ssize_t n)
{
	Py_ssize_t size;

	return read_size(args, n, &size) < 0
		       ? NULL
		       : next_line((struct file *)self, size);
}

static PyObject *iterate(PyObject *self)
{
	PyObject *line = next_line((struct file *)self, -1);

	if (line && PyBytes_GET_SIZE(line) == 0)
		Py_CLEAR(line);
	return line;
}

static PyObject *start_iteration(PyObject *self)
{
	if (!file_handle((struct file *)self))
		return NULL;
	Py_INCREF(self);
	return self;
}

static PyObject *read_lines(PyObject *self, PyObject *const *args, Py_ssize_t n)
{
	PyObject *list;
	PyObject *line;
	Py_ssize_t size;
	Py_ssize_t total = 0;

	if (read_size(args, n, &size) < 0)
		return NULL;
	list = PyList_New(0);
	while (list && (line = iterate(self)) != NULL) {
		total += PyBytes_GET_SIZE(line);
		if (PyList_Append(list, line) < 0)
			Py_CLEAR(list);
		Py_DECREF(line);
		if (size > 0 && total >= size)
			break;
	}
	if (PyErr_Occurred())
		Py_CLEAR(list);
	return list;
}

static PyObject *read_into(PyObject *self, PyObject *buffer)
{
	struct file *file = (struct file *)self;
	PyObject *result = NULL;
	Py_buffer view;
	ssize_t n;

	if (!file_handle(file) || !PyArg_Parse(buffer, "w*:readinto", &view))
		return NULL;
	if (file_handle(file)) {
		n = tempfile_read(file->handle, view.buf, (size_t)view.len);
		result =
			n < 0 ? file_fail(file, "read") : PyLong_FromSsize_t(n);
	}
	PyBuffer_Release(&view);
	return result;
}

static PyObject *write_bytes(PyObject *self, PyObject *data)
{
	Py_ssize_t n = file_write((struct file *)self, data);

	return n < 0 ? NULL : PyLong_FromSsize_t(n);
}

static PyObject *write_lines(PyObject *self, PyObject *lines)
{
	PyObject *iterator;
	PyObject *line;

	if (!file_handle((struct file *)self))
		return NULL;
	iterator = PyObject_GetIter(lines);
	while (iterator && (line = PyIter_Next(iterator)) != NULL) {
		if (file_write((struct file *)self, line) < 0)
			Py_CLEAR(iterator);
		Py_DECREF(line);
	}
	Py_XDECREF(iterator);
	if (PyErr_Occurred())
		return NULL;
	Py_RETURN_NONE;
}

/* Where a seek from the position or the end leads to: never before 0. */
static int64_t resolve(struct file *file, Py_ssize_t offset, int whence)
{
	int64_t base = tempfile_tell(file->handle);

	if (whence == 2 && base >= 0)
		base = tempfile_seek(file->handle, 0, SEEK_END);
	if (base < 0)
		return -1;
	if (offset > PY_SSIZE_T_MAX - base) {
		PyErr_SetString(PyExc_OverflowError, "new position too large");
		return -1;
	}
	return base + offset > 0 ? base + offset : 0;
}

PyObject *file_seek(struct file *file, Py_ssize_t offset, int whence)
{
	int64_t position = offset;

	if (!file_handle(file))
		return NULL;
	if (offset < 0 && whence == 0)
		return PyErr_Format(PyExc_ValueError, "negative seek value %zd",
				    offset);
	if (whence < 0 || whence > 2)
		return PyErr_Format(PyExc_ValueError,
				    "invalid whence (%i, should be 0, 1 or 2)",
				    whence);
	if (whence != 0)
		position = resolve(file, offset, whence);
	if (position >= 0)
		position = tempfile_seek(file->handle, position, SEEK_SET);
	if (position >= 0)
		return PyLong_FromLongLong(position);
	return PyErr_Occurred() ? NULL : file_fail(file, "seek");
}

static PyObject *seek(PyObject *self, PyObject *args)
{
	Py_ssize_t offset;
	int whence = 0;

	if (!PyArg_ParseTuple(args, "n|i:seek", &offset, &whence))
		return NULL;
	return file_seek((struct file *)self, offset, whence);
}

static PyObject *tell(PyObject *self, PyObject *Py_UNUSED(none))
{
	struct file *file = (struct file *)self;
	struct tempfile *handle = file_handle(file);
	int64_t position = handle ? tempfile_tell(handle) : -1;

	if (position < 0)
		return handle ? file_fail(file, "tell") : NULL;
	return PyLong_FromLongLong(position);
}

/* In memory it does not grow by this, as io.BytesIO does not. */
static bool would_grow(struct file *file, Py_ssize_t size)
{
	int64_t here = tempfile_tell(file->handle);
	int64_t end = tempfile_seek(file->handle, 0, SEEK_END);

	(void)tempfile_seek(file->handle, here, SEEK_SET);
	return size >= end;
}

PyObject *file_truncate(struct file *file, PyObject *value)
{
	Py_ssize_t size;

	if (!file_handle(file))
		return NULL;
	if (!value || value == Py_None)
		size = (Py_ssize_t)tempfile_tell(file->handle);
	else
		size = PyNumber_AsSsize_t(value, PyExc_OverflowError);
	if ((size == -1 && PyErr_Occurred()) || !file_handle(file))
		return NULL;
	if (size < 0)
		return PyErr_Format(PyExc_ValueError, "negative size value %zd",
				    size);
	if (!(file->memory && would_grow(file, size)) &&
	    tempfile_truncate(file->handle, size) < 0)
		return file_fail(file, "truncate");
	return PyLong_FromSsize_t(size);
}

static PyObject *truncate_file(PyObject *self, PyObject *args)
{
	PyObject *size = NULL;

	if (!PyArg_ParseTuple(args, "|O:truncate", &size))
		return NULL;
	return file_truncate((struct file *)self, size);
}

static PyObject *get_value(PyObject *self, PyObject *Py_UNUSED(none))
{
	return file_content((struct file *)self);
}

PyMethodDef file_methods[] = {
	{"read", (PyCFunction)(void (*)(void))read_bytes, METH_FASTCALL,
	 "At most size bytes; all that are left without it."},
	{"read1", (PyCFunction)(void (*)(void))read_bytes, METH_FASTCALL,
	 "As read."},
	{"readline", (PyCFunction)(void (*)(void))read_line, METH_FASTCALL,
	 "The next line, or its first size bytes."},
	{"readlines", (PyCFunction)(void (*)(void))read_lines, METH_FASTCALL,
	 "A list of lines, until hint bytes have been read."},
	{"readinto", read_into, METH_O, "Fill a buffer; the bytes read."},
	{"readinto1", read_into, METH_O, "As readinto."},
	{"write", write_bytes, METH_O, "Write them all; how many."},
	{"writelines", write_lines, METH_O, "Write each."},
	{"seek", seek, METH_VARARGS, "(offset, whence=0): the new position."},
	{"tell", tell, METH_NOARGS, "The position."},
	{"truncate", truncate_file, METH_VARARGS, "Cut at size, or here."},
	{"getvalue", get_value, METH_NOARGS, "All bytes, wherever it stands."},
	{0},
};

PyType_Slot file_stream_slots[] = {
	{Py_tp_iter, start_iteration},
	{Py_tp_iternext, iterate},
	{0, NULL},
};
