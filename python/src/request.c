/* SPDX-License-Identifier: MIT */
/*
 * suffix, prefix and dir: which of str and bytes they agree on, what stands in
 * for those that are missing, and the form in which libtempfile takes them.
 */
#include "request.h"

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
static void refuse_affix(const struct request *request, PyObject *affix,
			 bool is_prefix)
{
	PyObject *empty = request->in_bytes ? PyBytes_FromString("")
					    : PyUnicode_FromString("");
	PyObject *sum = NULL;

	if (empty)
		sum = is_prefix ? PyNumber_Add(affix, empty)
				: PyNumber_Add(empty, affix);
	Py_XDECREF(empty);
	if (sum)
		PyErr_Format(PyExc_TypeError,
			     "prefix and suffix must be str or bytes, not %s",
			     Py_TYPE(affix)->tp_name);
	Py_XDECREF(sum);
}

static PyObject *read_affix(const struct request *request, PyObject *affix,
			    bool is_prefix)
{
	if (request->in_bytes ? PyBytes_Check(affix) : PyUnicode_Check(affix))
		return decode_path(affix);
	refuse_affix(request, affix, is_prefix);
	return NULL;
}

static int read_affixes(struct request *request, PyObject *prefix,
			PyObject *suffix)
{
	const struct state *state = request->state;
	PyObject *template;

	if (prefix == Py_None) {
		template = PyDict_GetItemWithError(state->globals,
						   state->names[NAME_TEMPLATE]);
		if (!template)
			template = state->prefix;
		request->before = decode_path(template);
	} else {
		request->before = read_affix(request, prefix, true);
	}
	if (suffix == Py_None)
		request->after = PyUnicode_FromString("");
	else
		request->after = read_affix(request, suffix, false);
	return request->before && request->after ? 0 : -1;
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
	request->absolute = seen->absolute;
	Py_INCREF(request->absolute);
	request->directory = seen->encoded;
	Py_INCREF(request->directory);
	return request->given ? 0 : -1;
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

	*request = (struct request){.state = state};
	if (infer(prefix, &type) < 0 || infer(suffix, &type) < 0 ||
	    infer(dir, &type) < 0)
		return -1;
	request->in_bytes = type == &PyBytes_Type;
	if (dir == Py_None)
		result = read_default_directory(request, type != NULL);
	else
		result = read_directory(request, dir);
	if (result == 0)
		result = read_affixes(request, nameless ? Py_None : prefix,
				      nameless ? Py_None : suffix);
	if (result < 0)
		request_clear(request);
	return result;
}

void request_clear(struct request *request)
{
	Py_CLEAR(request->given);
	Py_CLEAR(request->absolute);
	Py_CLEAR(request->directory);
	Py_CLEAR(request->before);
	Py_CLEAR(request->after);
}

void request_options(const struct request *request,
		     struct tempfile_options *options)
{
	*options = (struct tempfile_options){.size = sizeof *options};
	/* It is another's if tempdir has been assigned since. */
	if (request->location && request->location == tempfile_gettempdir())
		return;
	options->dir = PyBytes_AS_STRING(request->directory);
	options->flags = TEMPFILE_UNSAFE_DIR;
}

static int create(PyObject *module, PyObject *const *args, Py_ssize_t n,
		  enum kind kind, struct created *created)
{
	struct request request;
	int result;

	if (n != 3) {
		PyErr_SetString(PyExc_TypeError, "3 arguments expected");
		return -1;
	}
	if (request_read(state_of_module(module), &request, args[0], args[1],
			 args[2], false) < 0)
		return -1;
	result = request_create(&request, kind, false, created);
	request_clear(&request);
	return result;
}

static PyObject *make_file(PyObject *module, PyObject *const *args,
			   Py_ssize_t n)
{
	struct created created;

	if (create(module, args, n, A_FILE, &created) < 0)
		return NULL;
	return Py_BuildValue("(iN)", created.fd, created.path);
}

static PyObject *make_directory(PyObject *module, PyObject *const *args,
				Py_ssize_t n)
{
	struct created created;

	return create(module, args, n, A_DIRECTORY, &created) < 0
		       ? NULL
		       : created.path;
}

static PyMethodDef functions[] = {
	{"mkstemp", (PyCFunction)(void (*)(void))make_file, METH_FASTCALL,
	 "(suffix, prefix, dir) -> (descriptor, path)"},
	{"mkdtemp", (PyCFunction)(void (*)(void))make_directory, METH_FASTCALL,
	 "(suffix, prefix, dir) -> path"},
	{0},
};

int request_init(PyObject *module)
{
	return PyModule_AddFunctions(module, functions);
}
