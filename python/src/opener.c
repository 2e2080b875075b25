/* SPDX-License-Identifier: MIT */
/*
 * TemporaryFile and NamedTemporaryFile. Files are those of io.open, which gets
 * the descriptor from an Opener, so that a file comes into being after its mode
 * and the like have been found good. For the most common mode there is a way
 * round io.open, which saves half of the time.
 */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "closer.h"
#include "request.h"

/* What is being opened, on the stack of who opens it. */
struct opening {
	const struct request *request;
	bool named;
	bool owed;
	struct created created;
};

struct opener {
	PyObject_HEAD struct opening *opening; /* NULL: it is over */
};

/* How io.open was asked for it. */
struct wish {
	PyObject *mode;
	PyObject *buffering;
	PyObject *encoding;
	PyObject *newline;
	PyObject *errors;
};

static int open_anonymous(struct opening *opening)
{
	const struct request *request = opening->request;
	struct tempfile_options options;
	int flags = O_RDWR | O_TMPFILE | O_NOFOLLOW | O_CLOEXEC;
	int fd;

#if PY_VERSION_HEX < 0x030f0000
	flags |= O_EXCL;
#endif
	if (PySys_Audit("open", "OOi", request->given, Py_None, flags) < 0)
		return -1;
	request_options(request, &options);
	Py_BEGIN_ALLOW_THREADS
	fd = tempfile_mkstemp(&options, NULL);
	Py_END_ALLOW_THREADS
	opening->created.fd = fd;
	return fd < 0 ? -1 : 0;
}

/* As a name that is lost at once: it tells the error, or finds a way. */
static int open_by_name(struct opening *opening)
{
	struct created *created = &opening->created;

	if (request_create(opening->request, A_FILE, opening->owed, created) <
	    0)
		return -1;
	if (opening->named)
		return 0;
	if (remove_file(created->path) < 0) {
		(void)close(created->fd);
		return -1;
	}
	Py_CLEAR(created->path);
	return 0;
}

static int make_descriptor(struct opening *opening)
{
	if (!opening->named && open_anonymous(opening) == 0)
		return 0;
	return PyErr_Occurred() ? -1 : open_by_name(opening);
}

static PyObject *call(PyObject *self, PyObject *Py_UNUSED(args),
		      PyObject *Py_UNUSED(keywords))
{
	struct opening *opening = ((struct opener *)self)->opening;

	if (!opening)
		return PyErr_Format(PyExc_RuntimeError, "it has been opened");
	return make_descriptor(opening) < 0
		       ? NULL
		       : PyLong_FromLong(opening->created.fd);
}

static void dealloc(PyObject *self)
{
	PyTypeObject *type = Py_TYPE(self);

	type->tp_free(self);
	Py_DECREF(type);
}

/* io.open(dir, ..., opener) announces dir before anything is created. */
static PyObject *open_any(struct opening *opening, const struct wish *wish)
{
	const struct state *state = opening->request->state;
	PyTypeObject *type = (PyTypeObject *)state->opener_type;
	struct opener *opener = (struct opener *)type->tp_alloc(type, 0);
	PyObject *args = PyTuple_Pack(2, opening->request->given, wish->mode);
	PyObject *keywords =
		opener ? Py_BuildValue("{sOsOsOsOsO}", "buffering",
				       wish->buffering, "encoding",
				       wish->encoding, "newline", wish->newline,
				       "errors", wish->errors, "opener", opener)
		       : NULL;
	PyObject *file = NULL;

	if (args && keywords) {
		opener->opening = opening;
		file = PyObject_Call(state->open, args, keywords);
		opener->opening = NULL;
	}
	Py_XDECREF(args);
	Py_XDECREF(keywords);
	Py_XDECREF(opener);
	return file;
}

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
	PyObject *size = PyObject_GetAttr(raw, state->names[NAME_BLKSIZE]);
	Py_ssize_t n = size ? PyLong_AsSsize_t(size) : -1;

	if (state->least_buffer == 0 || n < 0)
		return size;
	Py_DECREF(size);
	if (n > 8192 * 1024)
		n = 8192 * 1024;
	return PyLong_FromSsize_t(
		n > state->least_buffer ? n : state->least_buffer);
}

/* A FileIO, which takes over the descriptor. */
static PyObject *open_raw(const struct state *state, int fd)
{
	PyObject *args[] = {PyLong_FromLong(fd), state->names[NAME_RAW_MODE]};
	PyObject *raw =
		args[0] ? PyObject_Vectorcall(state->file_io, args, 2, NULL)
			: NULL;

	if (!raw)
		(void)close(fd);
	Py_XDECREF(args[0]);
	return raw;
}

/* What io.open(dir, "w+b") does, but for the opener. */
static PyObject *open_common(struct opening *opening)
{
	const struct state *state = opening->request->state;
	PyObject *args[2] = {NULL, NULL};
	PyObject *file = NULL;

	if (PySys_Audit("open", "OOi", opening->request->given,
			state->names[NAME_RAW_MODE],
			O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC) < 0 ||
	    make_descriptor(opening) < 0)
		return NULL;
	args[0] = open_raw(state, opening->created.fd);
	args[1] = args[0] ? buffer_size(state, args[0]) : NULL;
	if (args[1])
		file = PyObject_Vectorcall(state->buffered_random, args, 2,
					   NULL);
	Py_XDECREF(args[0]);
	Py_XDECREF(args[1]);
	return file;
}

/* The file below buffers and text; a new reference. */
static PyObject *find_raw(const struct state *state, PyObject *file)
{
	static const enum name steps[] = {NAME_BUFFER, NAME_RAW};
	PyObject *next;

	Py_INCREF(file);
	for (int i = 0; i < 2; i++) {
		next = PyObject_GetAttr(file, state->names[steps[i]]);
		if (next) {
			Py_SETREF(file, next);
		} else if (PyErr_ExceptionMatches(PyExc_AttributeError)) {
			PyErr_Clear();
		} else {
			Py_DECREF(file);
			return NULL;
		}
	}
	return file;
}

/* raw.name: the path, or the descriptor, which FileIO has by itself. */
static int name_raw(PyObject *file, const struct opening *opening, bool common)
{
	const struct state *state = opening->request->state;
	PyObject *name = opening->created.path;
	PyObject *raw;
	int result = -1;

	if (common && !opening->named)
		return 0;
	if (opening->named)
		Py_XINCREF(name);
	else
		name = PyLong_FromLong(opening->created.fd);
	raw = common ? PyObject_GetAttr(file, state->names[NAME_RAW])
		     : find_raw(state, file);
	if (name && raw)
		result = PyObject_SetAttr(raw, state->names[NAME_NAME], name);
	Py_XDECREF(name);
	Py_XDECREF(raw);
	return result;
}

/* Close the file, whatever exception is on its way. */
static void discard(const struct state *state, PyObject *file)
{
	PyObject *type, *value, *traceback;
	PyObject *closed;

	PyErr_Fetch(&type, &value, &traceback);
	closed = PyObject_CallMethodNoArgs(file, state->names[NAME_CLOSE]);
	Py_XDECREF(closed);
	Py_DECREF(file);
	PyErr_Restore(type, value, traceback);
}

static PyObject *open_file(struct opening *opening, const struct wish *wish)
{
	bool common = is_common(wish);
	PyObject *file =
		common ? open_common(opening) : open_any(opening, wish);

	if (file && name_raw(file, opening, common) < 0) {
		discard(opening->request->state, file);
		return NULL;
	}
	return file;
}

/* Remove the name, whatever exception is on its way. */
static void undo(struct created *created)
{
	PyObject *type, *value, *traceback;

	PyErr_Fetch(&type, &value, &traceback);
	if (created->handle)
		(void)close_handle(created->handle);
	else if (created->path && remove_file(created->path) < 0)
		PyErr_Clear();
	PyErr_Restore(type, value, traceback);
}

/* To whom it belongs from now on that the handle is closed at the end. */
static void give_handle(const struct state *state, PyObject *wrapper,
			struct created *created)
{
	PyObject *closer;

	if (!created->handle)
		return;
	closer = PyObject_GetAttr(wrapper, state->names[NAME_CLOSER]);
	if (closer && Py_TYPE(closer) == (PyTypeObject *)state->closer_type)
		closer_take(closer, created->handle);
	else if (tempfile_keep(created->handle, true) == 0)
		(void)close_handle(created->handle);
	Py_XDECREF(closer);
	PyErr_Clear();
}

/* _TemporaryFileWrapper(...) of the package, which may have been replaced. */
static PyObject *wrap(const struct opening *opening, PyObject *file,
		      PyObject *const *how)
{
	const struct state *state = opening->request->state;
	PyObject *class = PyDict_GetItemWithError(state->globals,
						  state->names[NAME_WRAPPER]);
	PyObject *args[] = {file, opening->created.path, how[0], how[1]};
	size_t n = PY_VERSION_HEX >= 0x030c0000 ? 4 : 3;

	if (!class && !PyErr_Occurred())
		PyErr_SetString(PyExc_NameError, "_TemporaryFileWrapper");
	return class ? PyObject_Vectorcall(class, args, n, NULL) : NULL;
}

#define COMMON_ARGUMENTS 8
#define ARGUMENTS        "(mode, buffering, encoding, newline, suffix, prefix, dir, "

static PyObject *function_anonymous(PyObject *module, PyObject *const *args,
				    Py_ssize_t n)
{
	struct wish wish = {args[0], args[1], args[2], args[3], args[7]};
	struct opening opening = {.created.fd = -1};
	struct request request;
	PyObject *file;

	if (n != COMMON_ARGUMENTS)
		return PyErr_Format(PyExc_TypeError, "8 arguments expected");
	if (request_read(state_of_module(module), &request, args[4], args[5],
			 args[6], true) < 0)
		return NULL;
	opening.request = &request;
	file = open_file(&opening, &wish);
	request_clear(&request);
	return file;
}

static PyObject *open_named(struct opening *opening, const struct wish *wish,
			    PyObject *const *how)
{
	const struct state *state = opening->request->state;
	PyObject *file = open_file(opening, wish);
	PyObject *wrapper = file ? wrap(opening, file, how) : NULL;

	if (wrapper) {
		give_handle(state, wrapper, &opening->created);
		Py_DECREF(file);
	} else {
		if (file)
			discard(state, file);
		undo(&opening->created);
	}
	Py_XDECREF(opening->created.path);
	return wrapper;
}

static PyObject *function_named(PyObject *module, PyObject *const *args,
				Py_ssize_t n)
{
	struct wish wish = {args[0], args[1], args[2], args[3], args[7]};
	struct opening opening = {.named = true, .created.fd = -1};
	struct request request;
	PyObject *wrapper;
	int owed;

	if (n != COMMON_ARGUMENTS + 2)
		return PyErr_Format(PyExc_TypeError, "10 arguments expected");
	owed = PyObject_IsTrue(args[8]);
	if (owed < 0 || request_read(state_of_module(module), &request, args[4],
				     args[5], args[6], false) < 0)
		return NULL;
	opening.request = &request;
	opening.owed = owed;
	wrapper = open_named(&opening, &wish, args + COMMON_ARGUMENTS);
	request_clear(&request);
	return wrapper;
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

static PyMethodDef functions[] = {
	{"open_anonymous", (PyCFunction)(void (*)(void))function_anonymous,
	 METH_FASTCALL, ARGUMENTS "errors) -> file"},
	{"open_named", (PyCFunction)(void (*)(void))function_named,
	 METH_FASTCALL,
	 ARGUMENTS "errors, delete, delete_on_close) -> wrapper"},
	{0},
};

int opener_init(PyObject *module)
{
	struct state *state = state_of_module(module);

	return add_type(module, &spec, &state->opener_type) < 0
		       ? -1
		       : PyModule_AddFunctions(module, functions);
}
