/* SPDX-License-Identifier: MIT */
/* Calls about the process and the places: sweep, signals, candidates, trees. */
#include <errno.h>

#include "location.h"
#include "owed.h"
#include "request.h"

/* remove_tree(path, or_file): nothing there is fine. */
static PyObject *remove_tree(PyObject *Py_UNUSED(module), PyObject *args)
{
	PyObject *path;
	int any = 0;
	int result;

	if (!PyArg_ParseTuple(args, "O&|p", PyUnicode_FSConverter, &path, &any))
		return NULL;
	Py_BEGIN_ALLOW_THREADS
	if (any)
		result = tempfile_remove_tree(PyBytes_AS_STRING(path), 0, NULL,
					      NULL);
	else
		result = remove_directory(PyBytes_AS_STRING(path));
	Py_END_ALLOW_THREADS
	if (result < 0 && !any && (errno == ENOTDIR || errno == ELOOP))
		(void)raise_errno(path);
	else if (result < 0)
		(void)raise_failure();
	Py_DECREF(path);
	if (result < 0)
		return NULL;
	Py_RETURN_NONE;
}

static PyObject *cleanup_on_signals(PyObject *module, PyObject *Py_UNUSED(none))
{
	if (tempfile_cleanup_on_signals() < 0)
		return raise_failure();
	state_of_module(module)->on_signals = true;
	Py_RETURN_NONE;
}

static PyObject *cleanup_all(PyObject *Py_UNUSED(module),
			     PyObject *Py_UNUSED(none))
{
	Py_BEGIN_ALLOW_THREADS
	tempfile_cleanup_all();
	Py_END_ALLOW_THREADS
	Py_RETURN_NONE;
}

static PyObject *adopt(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(none))
{
	if (tempfile_adopt() < 0)
		return raise_failure();
	owed_adopt();
	Py_RETURN_NONE;
}

static PyObject *lease_fd(PyObject *Py_UNUSED(module),
			  PyObject *Py_UNUSED(none))
{
	int fd = tempfile_lease_fd();

	return fd < 0 ? raise_failure() : PyLong_FromLong(fd);
}

/* Append to the list what was built; -1 stops, with an exception. */
static int append(PyObject *list, PyObject *item)
{
	int result = item ? PyList_Append(list, item) : -1;

	Py_XDECREF(item);
	return result;
}

static const char *verdict_of(const struct tempfile_session *session)
{
	switch (session->verdict) {
	case TEMPFILE_ALIVE:
		return "alive";
	case TEMPFILE_DEAD:
		return "dead";
	case TEMPFILE_KEPT:
		return "kept";
	default:
		return "unknown";
	}
}

static int tell_session(const struct tempfile_session *session, void *list)
{
	PyObject *path = PyUnicode_DecodeFSDefault(session->path);

	return append(list,
		      path ? Py_BuildValue("(NssLi)", path, verdict_of(session),
					   session->reason,
					   (long long)session->age,
					   session->error)
			   : NULL);
}

/* sweep(dir, flags) -> (count, [(path, verdict, reason, age, errno)]) */
static PyObject *sweep(PyObject *Py_UNUSED(module), PyObject *args)
{
	PyObject *dir = NULL;
	PyObject *list;
	unsigned flags;
	int count;

	if (!PyArg_ParseTuple(args, "O&I", PyUnicode_FSConverter, &dir, &flags))
		return NULL;
	list = PyList_New(0);
	count = list ? tempfile_sweep(PyBytes_AS_STRING(dir), flags,
				      tell_session, list)
		     : -1;
	Py_DECREF(dir);
	if (count >= 0)
		return Py_BuildValue("(iN)", count, list);
	Py_XDECREF(list);
	return PyErr_Occurred() ? NULL : raise_failure();
}

static int tell_candidate(const struct tempfile_candidate *candidate, void *arg)
{
	PyObject *path = PyUnicode_DecodeFSDefault(candidate->path);

	return append(
		arg,
		path ? Py_BuildValue("(NsszLiI)", path, candidate->source,
				     candidate->filesystem, candidate->reason,
				     (long long)candidate->space,
				     candidate->error, candidate->properties)
		     : NULL);
}

static PyObject *candidates(PyObject *Py_UNUSED(module),
			    PyObject *Py_UNUSED(none))
{
	PyObject *list = PyList_New(0);

	if (list && tempfile_each_candidate(tell_candidate, list) < 0) {
		Py_DECREF(list);
		return PyErr_Occurred() ? NULL : raise_failure();
	}
	return list;
}

static PyObject *version(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(none))
{
	return PyUnicode_FromString(tempfile_version());
}

static PyMethodDef functions[] = {
	{"remove_tree", remove_tree, METH_VARARGS, "(path, any=False)"},
	{"cleanup_on_signals", cleanup_on_signals, METH_NOARGS, NULL},
	{"cleanup_all", cleanup_all, METH_NOARGS, NULL},
	{"adopt", adopt, METH_NOARGS, NULL},
	{"lease_fd", lease_fd, METH_NOARGS, NULL},
	{"sweep", sweep, METH_VARARGS, "(dir, flags)"},
	{"candidates", candidates, METH_NOARGS, NULL},
	{"version", version, METH_NOARGS, NULL},
	{0},
};

int process_init(PyObject *module)
{
	static const struct {
		const char *name;
		unsigned value;
	} flags[] = {
		{"CHOSEN", TEMPFILE_CHOSEN},
		{"MEMORY_BACKED", TEMPFILE_MEMORY_BACKED},
		{"ANONYMOUS", TEMPFILE_ANONYMOUS},
		{"LEASES", TEMPFILE_LEASES},
		{"DRY_RUN", TEMPFILE_DRY_RUN},
		{"ASSUME_DEAD", TEMPFILE_ASSUME_DEAD},
		{"KEEP", TEMPFILE_KEEP},
		{"LEASED", TEMPFILE_LEASED},
		{"UNLEASED", TEMPFILE_UNLEASED},
		{"ON_DISK", TEMPFILE_ON_DISK},
		{"UNSAFE_DIR", TEMPFILE_UNSAFE_DIR},
	};

	for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
		if (PyModule_AddIntConstant(module, flags[i].name,
					    (long)flags[i].value) < 0)
			return -1;
	return PyModule_AddFunctions(module, functions);
}
