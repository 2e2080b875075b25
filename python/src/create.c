/* SPDX-License-Identifier: MIT */
/*
 * Creation under a fresh name. libtempfile draws the names and tries again;
 * what it calls back announces each attempt, as the standard module does, and
 * makes the one system call.
 *
 * It runs without the interpreter's lock, but for the announcement. A directory
 * that needs no handle is made in the same call-back, which then says that it
 * has had enough. Where it
 * refuses what the standard module takes (a prefix like "con.", a directory
 * that can be written but not read) the path is opened as such (_private.py).
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "location.h"
#include "request.h"

#define FILE_FLAGS (O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW)

struct attempt {
	const struct request *request;
	enum kind kind;
	bool hold;             /* a handle is to owe the name */
	PyThreadState *thread; /* NULL while the lock is held */
	PyObject *path;
	int fd;
	bool made; /* a directory */
};

static PyObject *join_text(PyObject *dir, const char *name)
{
	Py_ssize_t length = PyUnicode_GET_LENGTH(dir);
	bool bare = length == 0 || PyUnicode_READ_CHAR(dir, length - 1) == '/';
	PyObject *last = PyUnicode_DecodeFSDefault(name);
	PyObject *path =
		last ? PyUnicode_FromFormat(bare ? "%U%U" : "%U/%U", dir, last)
		     : NULL;

	Py_XDECREF(last);
	return path;
}

static PyObject *join_bytes(PyObject *dir, const char *name)
{
	Py_ssize_t length = PyBytes_GET_SIZE(dir);
	bool bare = length == 0 || PyBytes_AS_STRING(dir)[length - 1] == '/';

	return PyBytes_FromFormat(bare ? "%s%s" : "%s/%s",
				  PyBytes_AS_STRING(dir), name);
}

/* Before Python 3.12 a directory's path is as relative as dir was. */
static PyObject *spelled_directory(const struct attempt *attempt)
{
	return attempt->kind == A_DIRECTORY ? attempt->request->given
					    : attempt->request->absolute;
}

static PyObject *path_of(const struct attempt *attempt, const char *name,
			 const char *whole)
{
	const struct request *request = attempt->request;
	PyObject *dir = spelled_directory(attempt);

	/* In a session it lies deeper than the directory itself. */
	if (request->state->leased && attempt->hold && request->location)
		return request->in_bytes ? PyBytes_FromString(whole)
					 : PyUnicode_DecodeFSDefault(whole);
	return request->in_bytes ? join_bytes(dir, name) : join_text(dir, name);
}

static int announce(struct attempt *attempt, const char *name,
		    const char *whole)
{
	PyObject *path = path_of(attempt, name, whole);

	if (!path)
		return -1;
	Py_XSETREF(attempt->path, path);
	if (attempt->kind == A_DIRECTORY)
		return PySys_Audit("tempfile.mkdtemp", "O", path) < 0 ||
				       PySys_Audit("os.mkdir", "Oii", path,
						   0700, -1) < 0
			       ? -1
			       : 0;
	return PySys_Audit("tempfile.mkstemp", "O", path) < 0 ||
			       PySys_Audit("open", "OOi", path, Py_None,
					   FILE_FLAGS | O_CLOEXEC) < 0
		       ? -1
		       : 0;
}

static int make_file(int dirfd, const char *name)
{
	int fd = openat(dirfd, name, FILE_FLAGS | O_CLOEXEC, 0600);
	int higher;

	if (fd < 0 || fd > 2)
		return fd;
	higher = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	(void)close(fd);
	return higher;
}

static int make(int dirfd, const char *name, const char *whole, void *arg)
{
	struct attempt *attempt = arg;
	int refused;

	PyEval_RestoreThread(attempt->thread);
	refused = announce(attempt, name, whole);
	attempt->thread = PyEval_SaveThread();
	if (refused) {
		errno = ECANCELED;
		return -1;
	}
	if (attempt->kind == A_DIRECTORY) {
		attempt->made = mkdirat(dirfd, name, 0700) == 0;
		if (attempt->made)
			errno = ECANCELED; /* a handle is not wanted */
		return -1;
	}
	attempt->fd = make_file(dirfd, name);
	return attempt->fd < 0 ? -1 : 0;
}

/* What is neither deleted by signal nor in a session needs no handle. */
static bool needs_handle(const struct request *request, bool owed)
{
	const struct state *state = request->state;

	return owed &&
	       (state->on_signals || (state->leased && request->location));
}

static void read_options(const struct attempt *attempt,
			 struct tempfile_options *options)
{
	const struct request *request = attempt->request;

	request_options(request, options);
	options->random_chars = 8;
	if (request->encoded_prefix)
		options->prefix = PyBytes_AS_STRING(request->encoded_prefix);
	if (request->encoded_suffix)
		options->suffix = PyBytes_AS_STRING(request->encoded_suffix);
	if (!attempt->hold)
		options->flags |= TEMPFILE_KEEP;
	else if (!request->state->leased)
		options->flags |= TEMPFILE_UNLEASED;
}

/* A file, or a directory without a handle: -1 and errno, or an exception. */
static int run(struct attempt *attempt, struct created *created)
{
	struct tempfile_options options;
	int code;

	read_options(attempt, &options);
	attempt->thread = PyEval_SaveThread();
	created->handle = tempfile_make(&options, make, attempt);
	code = errno;
	if (created->handle && !attempt->hold) {
		(void)tempfile_close(created->handle);
		created->handle = NULL;
	}
	PyEval_RestoreThread(attempt->thread);
	errno = code;
	return attempt->made || attempt->fd >= 0 ? 0 : -1;
}

/* A directory with a handle, which can only be announced afterwards. */
static int run_directory(struct attempt *attempt, struct created *created)
{
	struct tempfile_options options;
	const char *path;

	read_options(attempt, &options);
	Py_BEGIN_ALLOW_THREADS
	created->directory = tempdir_open(&options);
	Py_END_ALLOW_THREADS
	if (!created->directory)
		return -1;
	path = tempdir_name(created->directory);
	if (announce(attempt, strrchr(path, '/') + 1, path) == 0)
		return 0;
	(void)tempdir_close(created->directory);
	created->directory = NULL;
	return -1;
}

static PyObject *call_private(const char *name, const struct attempt *attempt)
{
	const struct request *request = attempt->request;
	PyObject *module = PyImport_ImportModule("ctempfile._private");
	PyObject *result =
		module ? PyObject_CallMethod(module, name, "OOO",
					     spelled_directory(attempt),
					     request->prefix, request->suffix)
		       : NULL;

	Py_XDECREF(module);
	return result;
}

static int create_by_path(struct attempt *attempt)
{
	bool is_directory = attempt->kind == A_DIRECTORY;
	PyObject *made = call_private(
		is_directory ? "make_directory" : "make_file", attempt);

	if (!made)
		return -1;
	if (is_directory) {
		attempt->path = made;
		return 0;
	}
	if (!PyArg_ParseTuple(made, "iO", &attempt->fd, &attempt->path)) {
		Py_DECREF(made);
		return -1;
	}
	Py_INCREF(attempt->path);
	Py_DECREF(made);
	return 0;
}

static bool leads_elsewhere(PyObject *affix)
{
	return affix && memchr(PyBytes_AS_STRING(affix), '/',
			       (size_t)PyBytes_GET_SIZE(affix)) != NULL;
}

static bool has_zero(PyObject *bytes)
{
	return bytes && strlen(PyBytes_AS_STRING(bytes)) !=
				(size_t)PyBytes_GET_SIZE(bytes);
}

/* What libtempfile would not even try; 1: to be created by its path. */
static int check(const struct request *request)
{
	PyObject *prefix = request->encoded_prefix;
	PyObject *suffix = request->encoded_suffix;

	if (leads_elsewhere(prefix) || leads_elsewhere(suffix)) {
		if (request->state->loose)
			return 1;
		PyErr_Format(PyExc_ValueError,
			     "%s must not contain a path separator: %R",
			     leads_elsewhere(prefix) ? "prefix" : "suffix",
			     leads_elsewhere(prefix) ? request->prefix
						     : request->suffix);
		return -1;
	}
	return has_zero(prefix) || has_zero(suffix) ||
	       has_zero(request->directory);
}

static int fail(struct attempt *attempt)
{
	int code = errno;

	if (PyErr_Occurred())
		return -1;
	if (!attempt->path && (code == EINVAL || code == EACCES))
		return create_by_path(attempt);
	if (code == EEXIST) {
		PyObject *values = Py_BuildValue(
			"(is)", EEXIST,
			attempt->kind == A_DIRECTORY
				? "No usable temporary directory name found"
				: "No usable temporary file name found");

		if (values)
			PyErr_SetObject(PyExc_FileExistsError, values);
		Py_XDECREF(values);
		return -1;
	}
	if (!attempt->path)
		attempt->path = call_private("invent_path", attempt);
	errno = code;
	if (attempt->path)
		(void)raise_errno(attempt->path);
	return -1;
}

int remove_file(PyObject *path)
{
	PyObject *bytes;
	int result;

	if (PySys_Audit("os.remove", "Oi", path, -1) < 0)
		return -1;
	bytes = encode_path(path);
	if (!bytes)
		return -1;
	Py_BEGIN_ALLOW_THREADS
	result = unlink(PyBytes_AS_STRING(bytes));
	Py_END_ALLOW_THREADS
	if (result < 0)
		(void)raise_errno(path);
	Py_DECREF(bytes);
	return result;
}

/* Since Python 3.12 it is absolute, whatever dir was. */
static int finish_path(struct attempt *attempt)
{
#if PY_VERSION_HEX >= 0x030c0000
	if (attempt->kind == A_DIRECTORY)
		Py_XSETREF(attempt->path, absolute_path(attempt->path));
#endif
	return attempt->path ? 0 : -1;
}

int request_create(const struct request *request, enum kind kind, bool owed,
		   struct created *created)
{
	struct attempt attempt = {
		.request = request,
		.kind = kind,
		.hold = needs_handle(request, owed),
		.fd = -1,
	};
	int by_path = check(request);
	int result = by_path < 0 ? -1 : 0;

	*created = (struct created){.fd = -1};
	if (by_path > 0) {
		result = create_by_path(&attempt);
	} else if (by_path == 0) {
		result = attempt.hold && kind == A_DIRECTORY
				 ? run_directory(&attempt, created)
				 : run(&attempt, created);
		if (result < 0)
			result = fail(&attempt);
	}
	if (result == 0)
		result = finish_path(&attempt);
	if (result < 0) {
		Py_CLEAR(attempt.path);
		return -1;
	}
	created->path = attempt.path;
	created->fd = attempt.fd;
	return 0;
}
