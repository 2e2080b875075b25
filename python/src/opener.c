/* SPDX-License-Identifier: MIT */
/*
 * Opener: what io.open calls to get the descriptor, so that a file comes into
 * being after its mode and the like have been found good; and the way round
 * io.open for the most common case, which saves half of the time.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "request.h"

struct opener {
	PyObject_HEAD const struct request
		*request; /* on the stack of who opens */
	bool named;
	bool owed;
	struct created created;
};

static int open_anonymous(struct opener *opener)
{
	const struct request *request = opener->request;
	struct tempfile_options options;
	int fd;

	if (PySys_Audit("open", "OOi", request->given, Py_None,
			O_RDWR | O_TMPFILE | O_EXCL | O_NOFOLLOW | O_CLOEXEC) <
	    0)
		return -1;
	request_options(request, &options);
	Py_BEGIN_ALLOW_THREADS fd = tempfile_mkstemp(&options, NULL);
	Py_END_ALLOW_THREADS opener->created.fd = fd;
	return fd;
}

/* As a name that is lost at once: it tells the error, or finds a way. */
static int open_by_name(struct opener *opener)
{
	struct created *created = &opener->created;
	int failed;

	if (request_create(opener->request, A_FILE, opener->owed, created) < 0)
		return -1;
	if (opener->named)
		return 0;
	failed = created->fd;
	{
		PyObject *os = PyImport_ImportModule("os");
		PyObject *done = os ? PyObject_CallMethod(os, "unlink", "O",
							  created->path)
				    : NULL;

		Py_XDECREF(os);
		Py_CLEAR(created->path);
		if (!done) {
			(void)close(failed);
			return -1;
		}
		Py_DECREF(done);
	}
	return 0;
}

static int make_descriptor(struct opener *opener)
{
	if (!opener->named && open_anonymous(opener) >= 0)
		return 0;
	return PyErr_Occurred() ? -1 : open_by_name(opener);
}

static PyObject *call(PyObject *self, PyObject *Py_UNUSED(args),
		      PyObject *Py_UNUSED(keywords))
{
	struct opener *opener = (struct opener *)self;

	if (!opener->request) {
		PyErr_SetString(PyExc_RuntimeError, "it has been opened");
		return NULL;
	}
	return make_descriptor(opener) < 0
		       ? NULL
		       : PyLong_FromLong(opener->created.fd);
}

static void dealloc(PyObject *self)
{
	PyTypeObject *type = Py_TYPE(self);
	struct opener *opener = (struct opener *)self;

	Py_XDECREF(opener->created.path);
	if (opener->created.handle)
		(void)close_handle(opener->created.handle);
	type->tp_free(self);
	Py_DECREF(type);
}

/* What open was asked for. */
struct wish {
	PyObject *mode;
	PyObject *buffering;
	PyObject *encoding;
	PyObject *newline;
	PyObject *errors;
};

/* "w+b", the default, with default buffering. */
static bool is_common(const struct wish *wish)
{
	return PyUnicode_CheckExact(wish->mode) &&
	       PyUnicode_CompareWithASCIIString(wish->mode, "w+b") == 0 &&
	       PyLong_CheckExact(wish->buffering) &&
	       PyLong_AsLong(wish->buffering) == -1 &&
	       wish->encoding == Py_None && wish->newline == Py_None &&
	       wish->errors == Py_None;
}

/* As io.open has it: the file system's block, at least ... */
static PyObject *buffer_size(const struct state *state, PyObject *raw)
{
	PyObject *size = PyObject_GetAttrString(raw, "_blksize");
	Py_ssize_t n = size ? PyLong_AsSsize_t(size) : -1;

	if (state->least_buffer == 0 || n < 0)
		return size;
	Py_DECREF(size);
	if (n > 8192 * 1024)
		n = 8192 * 1024;
	return PyLong_FromSsize_t(
		n > state->least_buffer ? n : state->least_buffer);
}

/* Round io.open: from a descriptor, which the file takes over. */
static PyObject *open_common(const struct state *state, int fd)
{
	PyObject *raw = PyObject_CallFunction(state->file_io, "is", fd, "w+");
	PyObject *size = raw ? buffer_size(state, raw) : NULL;
	PyObject *file = size ? PyObject_CallFunctionObjArgs(
					state->buffered_random, raw, size, NULL)
			      : NULL;

	if (!raw)
		(void)close(fd);
	Py_XDECREF(raw);
	Py_XDECREF(size);
	return file;
}

static PyObject *open_any(const struct state *state, PyObject *dir,
			  PyObject *opener, const struct wish *wish)
{
	PyObject *args = PyTuple_Pack(2, dir, wish->mode);
	PyObject *keywords = Py_BuildValue(
		"{sOsOsOsOsO}", "buffering", wish->buffering, "encoding",
		wish->encoding, "newline", wish->newline, "errors",
		wish->errors, "opener", opener);
	PyObject *file = args && keywords
				 ? PyObject_Call(state->open, args, keywords)
				 : NULL;

	Py_XDECREF(args);
	Py_XDECREF(keywords);
	return file;
}

/* raw.name = name, however deep the raw file is. */
static int rename_raw(PyObject *file, PyObject *name)
{
	PyObject *raw = file;
	PyObject *next;
	static const char *const steps[] = {"buffer", "raw"};

	Py_INCREF(raw);
	for (int i = 0; i < 2; i++) {
		next = PyObject_GetAttrString(raw, steps[i]);
		if (next)
			Py_SETREF(raw, next);
		else if (PyErr_ExceptionMatches(PyExc_AttributeError))
			PyErr_Clear();
		else
			break;
	}
	if (!PyErr_Occurred())
		(void)PyObject_SetAttrString(raw, "name", name);
	Py_DECREF(raw);
	return PyErr_Occurred() ? -1 : 0;
}

static int name_any(PyObject *file, const struct opener *opener)
{
	PyObject *name = opener->created.path;
	int result;

	if (opener->named)
		return rename_raw(file, name);
	name = PyLong_FromLong(opener->created.fd);
	result = name ? rename_raw(file, name) : -1;
	Py_XDECREF(name);
	return result;
}

/* Its raw file has been named after the descriptor. */
static int name_common(PyObject *file, const struct opener *opener)
{
	PyObject *raw;
	int result;

	if (!opener->named)
		return 0;
	raw = PyObject_GetAttrString(file, "raw");
	result = raw ? PyObject_SetAttrString(raw, "name", opener->created.path)
		     : -1;
	Py_XDECREF(raw);
	return result;
}

/* io.open announces the directory before anything is created. */
static PyObject *open_file(struct opener *opener, const struct wish *wish)
{
	struct state *state = opener->request->state;
	PyObject *dir = opener->request->given;
	bool common = is_common(wish);
	PyObject *file = NULL;

	if (!common)
		file = open_any(state, dir, (PyObject *)opener, wish);
	else if (PySys_Audit("open", "Osi", dir, "w+",
			     O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC) == 0 &&
		 make_descriptor(opener) == 0)
		file = open_common(state, opener->created.fd);
	if (file &&
	    (common ? name_common(file, opener) : name_any(file, opener)) < 0)
		Py_CLEAR(file);
	return file;
}

/* Remove what was created, whatever exception is on its way. */
static void undo(struct opener *opener)
{
	PyObject *type, *value, *traceback;
	PyObject *os;
	PyObject *done;

	if (!opener->created.path)
		return;
	PyErr_Fetch(&type, &value, &traceback);
	os = PyImport_ImportModule("os");
	done = os ? PyObject_CallMethod(os, "unlink", "O", opener->created.path)
		  : NULL;
	Py_XDECREF(done);
	Py_XDECREF(os);
	PyErr_Clear();
	PyErr_Restore(type, value, traceback);
}

static void close_handle_of(PyObject *capsule)
{
	struct tempfile *handle = PyCapsule_GetPointer(capsule, NULL);

	(void)close_handle(handle);
}

/* (file, path, handle or None) */
static PyObject *result_of(struct opener *opener, PyObject *file)
{
	PyObject *handle = Py_None;
	PyObject *result;

	if (!opener->named)
		return file;
	if (opener->created.handle) {
		handle = PyCapsule_New(opener->created.handle, NULL,
				       close_handle_of);
		if (handle)
			opener->created.handle = NULL;
	} else {
		Py_INCREF(handle);
	}
	result = handle ? PyTuple_Pack(3, file, opener->created.path, handle)
			: NULL;
	Py_DECREF(file);
	Py_XDECREF(handle);
	return result;
}

static PyObject *open_request(const struct request *request,
			      const struct wish *wish, bool named, bool owed)
{
	PyTypeObject *type = (PyTypeObject *)request->state->opener_type;
	struct opener *opener = (struct opener *)type->tp_alloc(type, 0);
	PyObject *result;

	if (!opener)
		return NULL;
	opener->request = request;
	opener->named = named;
	opener->owed = owed;
	opener->created.fd = -1;
	result = open_file(opener, wish);
	if (result)
		result = result_of(opener, result);
	if (!result && named)
		undo(opener);
	opener->request = NULL;
	Py_DECREF(opener);
	return result;
}

/* (mode, buffering, encoding, newline, suffix, prefix, dir, errors, ...) */
static PyObject *open_args(PyObject *module, PyObject *const *args, bool named,
			   bool owed)
{
	struct wish wish = {args[0], args[1], args[2], args[3], args[7]};
	struct request request;
	PyObject *result;

	if (request_read(state_of_module(module), &request, args[4], args[5],
			 args[6], !named) < 0)
		return NULL;
	result = open_request(&request, &wish, named, owed);
	request_clear(&request);
	return result;
}

static PyObject *function_anonymous(PyObject *module, PyObject *const *args,
				    Py_ssize_t n)
{
	if (n != 8)
		return PyErr_Format(PyExc_TypeError, "8 arguments expected");
	return open_args(module, args, false, false);
}

static PyObject *function_named(PyObject *module, PyObject *const *args,
				Py_ssize_t n)
{
	int owed = n == 9 ? PyObject_IsTrue(args[8]) : 0;

	if (n != 9)
		return PyErr_Format(PyExc_TypeError, "9 arguments expected");
	return owed < 0 ? NULL : open_args(module, args, true, owed);
}

static PyType_Slot slots[] = {
	{Py_tp_doc, "Gives io.open the descriptor."},
	{Py_tp_call, call},
	{Py_tp_dealloc, dealloc},
	{0, NULL},
};

static PyType_Spec spec = {
	.name = "ctempfile._ctempfile.Opener",
	.basicsize = sizeof(struct opener),
	.flags = Py_TPFLAGS_DEFAULT,
	.slots = slots,
};

#define ARGUMENTS "(mode, buffering, encoding, newline, suffix, prefix, dir, "
static PyMethodDef functions[] = {
	{"open_anonymous", (PyCFunction)(void (*)(void))function_anonymous,
	 METH_FASTCALL, ARGUMENTS "errors) -> file"},
	{"open_named", (PyCFunction)(void (*)(void))function_named,
	 METH_FASTCALL, ARGUMENTS "errors, delete) -> file, path, handle"},
	{0},
};

int opener_init(PyObject *module)
{
	struct state *state = state_of_module(module);

	return add_type(module, &spec, &state->opener_type) < 0
		       ? -1
		       : PyModule_AddFunctions(module, functions);
}
