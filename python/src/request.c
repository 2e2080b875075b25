/* SPDX-License-Identifier: MIT */
/*
 * suffix, prefix and dir: which of str and bytes they agree on, what stands in
 * for those that are missing, and the form in which libtempfile takes them.
 */
#include "request.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>

#include "location.h"

/* One of them has its say; *type is NULL, or the type that the others have. */
static int infer(PyObject *value, PyTypeObject **type)
{
	PyTypeObject *own = &PyUnicode_Type;
	PyObject *path = NULL;

	if (value == Py_None)
		return 0;
	if (PyBytes_Check(value)) {
		own = &PyBytes_Type;
	} else if (!PyUnicode_Check(value)) {
		path = PyOS_FSPath(value);
		if (!path)
			PyErr_Clear();
		else if (PyBytes_Check(path))
			own = &PyBytes_Type;
		Py_XDECREF(path);
	}
	if (*type && *type != own) {
		PyErr_SetString(PyExc_TypeError,
				"Can't mix bytes and non-bytes in path "
				"components.");
		return -1;
	}
	*type = own;
	return 0;
}

/* Raise what adding the affix to a name raises; or else that it is wrong. */
static PyObject *refuse_affix(const struct request *request, PyObject *affix)
{
	PyObject *empty = request->in_bytes ? PyBytes_FromString("")
					    : PyUnicode_FromString("");
	PyObject *sum = NULL;

	if (empty && affix == request->prefix)
		sum = PyNumber_Add(affix, empty);
	else if (empty)
		sum = PyNumber_Add(empty, affix);
	Py_XDECREF(empty);
	if (sum)
		PyErr_Format(PyExc_TypeError,
			     "prefix and suffix must be str or bytes, not %s",
			     Py_TYPE(affix)->tp_name);
	Py_XDECREF(sum);
	return NULL;
}

static PyObject *encode_affix(const struct request *request, PyObject *affix)
{
	if (request->in_bytes ? !PyBytes_Check(affix) : !PyUnicode_Check(affix))
		return refuse_affix(request, affix);
	return encode_path(affix);
}

static int read_affixes(struct request *request)
{
	const struct state *state = request->state;
	PyObject *template = PyDict_GetItemWithError(
		state->globals, state->names[NAME_TEMPLATE]);

	if (request->suffix != Py_None) {
		request->encoded_suffix =
			encode_affix(request, request->suffix);
		if (!request->encoded_suffix)
			return -1;
	}
	if (request->prefix == Py_None && template != state->prefix)
		request->encoded_prefix =
			template ? encode_path(template) : NULL;
	else if (request->prefix != Py_None)
		request->encoded_prefix =
			encode_affix(request, request->prefix);
	return PyErr_Occurred() ? -1 : 0;
}

static int read_default_directory(struct request *request, bool type_is_given)
{
	const struct seen_directory *seen = location_read(request->state);

	if (!seen)
		return -1;
	if (!type_is_given)
		request->in_bytes = !PyUnicode_Check(seen->value);
	request->location = seen->location;
	request->given = request->in_bytes ? encode_path(seen->value)
					   : decode_path(seen->value);
	if (request->in_bytes == (bool)PyBytes_Check(seen->absolute)) {
		request->absolute = seen->absolute;
		Py_INCREF(request->absolute);
	} else {
		request->absolute = request->in_bytes
					    ? encode_path(seen->absolute)
					    : decode_path(seen->absolute);
	}
	request->directory = seen->encoded;
	Py_INCREF(request->directory);
	return request->given && request->absolute ? 0 : -1;
}

static int read_directory(struct request *request, PyObject *dir)
{
	request->given = PyOS_FSPath(dir);
	if (!request->given)
		return -1;
	request->absolute = absolute_path(request->given);
	request->directory =
		request->absolute ? encode_path(request->absolute) : NULL;
	return request->directory ? 0 : -1;
}

int request_read(struct state *state, struct request *request, PyObject *suffix,
		 PyObject *prefix, PyObject *dir, bool nameless)
{
	PyTypeObject *type = NULL;
	int result;

	*request = (struct request){
		.state = state, .suffix = suffix, .prefix = prefix};
	if (infer(prefix, &type) < 0 || infer(suffix, &type) < 0 ||
	    infer(dir, &type) < 0)
		return -1;
	request->in_bytes = type == &PyBytes_Type;
	if (dir == Py_None)
		result = read_default_directory(request, type != NULL);
	else
		result = read_directory(request, dir);
	if (result == 0 && !nameless)
		result = read_affixes(request);
	if (result < 0)
		request_clear(request);
	return result;
}

void request_clear(struct request *request)
{
	Py_CLEAR(request->given);
	Py_CLEAR(request->absolute);
	Py_CLEAR(request->directory);
	Py_CLEAR(request->encoded_prefix);
	Py_CLEAR(request->encoded_suffix);
}

void request_options(const struct request *request,
		     struct tempfile_options *options)
{
	*options = (struct tempfile_options){.size = sizeof *options};
	if (request->location)
		return;
	options->dir = PyBytes_AS_STRING(request->directory);
	options->flags = TEMPFILE_UNSAFE_DIR;
}

#define LETTERS  "abcdefghijklmnopqrstuvwxyz0123456789_"
#define LENGTH   8
#define POSSIBLE UINT64_C(3512479453921) /* 37 to the 8th */

PyObject *draw_name(void)
{
	char name[LENGTH + 1] = {0};
	uint64_t number;

	do {
		if (getrandom(&number, sizeof number, 0) != sizeof number)
			return PyErr_SetFromErrno(PyExc_OSError);
	} while (number >= UINT64_MAX - UINT64_MAX % POSSIBLE);
	for (int i = 0; i < LENGTH; i++) {
		name[i] = LETTERS[number % (sizeof LETTERS - 1)];
		number /= sizeof LETTERS - 1;
	}
	return PyUnicode_FromString(name);
}

static PyObject *random_name(PyObject *Py_UNUSED(module),
			     PyObject *Py_UNUSED(none))
{
	return draw_name();
}

static PyObject *as_arguments(PyObject *const *args, Py_ssize_t n)
{
	if (n == 3)
		return args[0];
	PyErr_SetString(PyExc_TypeError, "suffix, prefix and dir are expected");
	return NULL;
}

static PyObject *make_file(PyObject *module, PyObject *const *args,
			   Py_ssize_t n)
{
	struct request request;
	struct created created;
	int result;

	if (!as_arguments(args, n) ||
	    request_read(state_of_module(module), &request, args[0], args[1],
			 args[2], false) < 0)
		return NULL;
	result = request_create(&request, A_FILE, false, &created);
	request_clear(&request);
	return result < 0 ? NULL
			  : Py_BuildValue("(iN)", created.fd, created.path);
}

static PyObject *make_directory(PyObject *module, PyObject *const *args,
				Py_ssize_t n)
{
	struct request request;
	struct created created;
	int result;

	if (!as_arguments(args, n) ||
	    request_read(state_of_module(module), &request, args[0], args[1],
			 args[2], false) < 0)
		return NULL;
	result = request_create(&request, A_DIRECTORY, false, &created);
	request_clear(&request);
	return result < 0 ? NULL : created.path;
}

static PyMethodDef functions[] = {
	{"mkstemp", (PyCFunction)(void (*)(void))make_file, METH_FASTCALL,
	 "(suffix, prefix, dir) -> (descriptor, path)"},
	{"mkdtemp", (PyCFunction)(void (*)(void))make_directory, METH_FASTCALL,
	 "(suffix, prefix, dir) -> path"},
	{"random_name", random_name, METH_NOARGS, "Eight random characters."},
	{0},
};

int request_init(PyObject *module)
{
	return PyModule_AddFunctions(module, functions);
}
