/* SPDX-License-Identifier: MIT */
/*
 * Creation under a fresh name, and its undoing.
 *
 * What the caller deletes, or a guard, is one system call by its path, with a
 * name from the kernel. What libtempfile is to delete, because a signal may end
 * the process or the name is leased, it makes itself and owes by a handle.
 * Either way each attempt is announced first, as the standard module does.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "location.h"
#include "request.h"

#define FILE_FLAGS (O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC)

#define LETTERS  "abcdefghijklmnopqrstuvwxyz0123456789_"
#define LENGTH   8
#define POSSIBLE 3512479453921ULL /* 37 to the 8th */

struct attempt {
	const struct request *request;
	enum kind kind;
	PyObject *path;
	int fd; /* of a file */
	/* In libtempfile's hands: */
	PyThreadState *thread;
	size_t suffix_size;
};

/* Without bias: numbers from the incomplete last round are refused. */
static int draw_name(char name[LENGTH + 1])
{
	uint64_t number;

	do {
		if (getrandom(&number, sizeof number, 0) != sizeof number) {
			PyErr_SetFromErrno(PyExc_OSError);
			return -1;
		}
	} while (number >= UINT64_MAX - UINT64_MAX % POSSIBLE);
	for (int i = 0; i < LENGTH; i++) {
		name[i] = LETTERS[number % (sizeof LETTERS - 1)];
		number /= sizeof LETTERS - 1;
	}
	name[LENGTH] = '\0';
	return 0;
}

/* Before Python 3.12 a directory's path is as relative as dir was. */
static PyObject *spelled_directory(const struct attempt *attempt)
{
	return attempt->kind == A_DIRECTORY ? attempt->request->given
					    : attempt->request->absolute;
}

/* As os.path.join(dir, prefix + name + suffix). */
static PyObject *join(const struct attempt *attempt, const char *name)
{
	const struct request *request = attempt->request;
	PyObject *dir = decode_path(spelled_directory(attempt));
	Py_ssize_t length = dir ? PyUnicode_GET_LENGTH(dir) : 0;
	bool bare = length == 0 || PyUnicode_READ_CHAR(dir, length - 1) == '/';
	PyObject *path = dir ? PyUnicode_FromFormat(
				       "%U%s%U%s%U", dir, bare ? "" : "/",
				       request->before, name, request->after)
			     : NULL;

	Py_XDECREF(dir);
	if (path && request->in_bytes)
		Py_SETREF(path, encode_path(path));
	return path;
}

static int announce(const struct attempt *attempt)
{
	PyObject *path = attempt->path;

	if (attempt->kind == A_DIRECTORY)
		return PySys_Audit("tempfile.mkdtemp", "O", path) < 0 ||
				       PySys_Audit("os.mkdir", "Oii", path,
						   0700, -1) < 0
			       ? -1
			       : 0;
	return PySys_Audit("tempfile.mkstemp", "O", path) < 0 ||
			       PySys_Audit("open", "OOi", path, Py_None,
					   FILE_FLAGS) < 0
		       ? -1
		       : 0;
}

/* Without the interpreter's lock. -1 and errno. */
static int make(struct attempt *attempt, int dirfd, const char *path)
{
	int higher;

	if (attempt->kind == A_DIRECTORY)
		return mkdirat(dirfd, path, 0700);
	attempt->fd = openat(dirfd, path, FILE_FLAGS, 0600);
	if (attempt->fd >= 0 && attempt->fd <= 2) {
		higher = fcntl(attempt->fd, F_DUPFD_CLOEXEC, 3);
		(void)close(attempt->fd);
		attempt->fd = higher;
	}
	return attempt->fd < 0 ? -1 : 0;
}

/* Zeros in a path are the system's functions' to refuse, in their words. */
static int refuse_path(const struct attempt *attempt)
{
	PyObject *posix = PyImport_ImportModule("posix");
	PyObject *result = NULL;

	if (posix && attempt->kind == A_DIRECTORY)
		result =
			PyObject_CallMethod(posix, "mkdir", "O", attempt->path);
	else if (posix)
		result = PyObject_CallMethod(posix, "open", "Oi", attempt->path,
					     FILE_FLAGS);
	Py_XDECREF(posix);
	Py_XDECREF(result);
	return -1;
}

/* One name by its path: 0, -1 with an exception, 1 if it is taken. */
static int try_name(struct attempt *attempt)
{
	char name[LENGTH + 1];
	PyObject *bytes;
	int result;

	if (draw_name(name) < 0)
		return -1;
	Py_XSETREF(attempt->path, join(attempt, name));
	bytes = attempt->path ? encode_path(attempt->path) : NULL;
	if (!bytes || announce(attempt) < 0) {
		Py_XDECREF(bytes);
		return -1;
	}
	if (strlen(PyBytes_AS_STRING(bytes)) !=
	    (size_t)PyBytes_GET_SIZE(bytes)) {
		Py_DECREF(bytes);
		return refuse_path(attempt);
	}
	Py_BEGIN_ALLOW_THREADS
	result = make(attempt, AT_FDCWD, PyBytes_AS_STRING(bytes));
	Py_END_ALLOW_THREADS
	Py_DECREF(bytes);
	if (result == 0 || errno == EEXIST)
		return result == 0 ? 0 : 1;
	if (errno == EINTR)
		return PyErr_CheckSignals() < 0 ? -1 : 1;
	(void)raise_errno(attempt->path);
	return -1;
}

/* TMP_MAX of the package. */
static long most_tries(const struct state *state)
{
	PyObject *value = PyDict_GetItemWithError(state->globals,
						  state->names[NAME_TMP_MAX]);

	return value ? PyLong_AsLong(value) : 0;
}

static int run(struct attempt *attempt)
{
	PyObject *values;
	long tries = 0;
	int result;

	do
		result = try_name(attempt);
	while (result > 0 && ++tries < most_tries(attempt->request->state));
	if (result <= 0 || PyErr_Occurred())
		return result == 0 ? 0 : -1;
	values = Py_BuildValue("(is)", EEXIST,
			       attempt->kind == A_DIRECTORY
				       ? "No usable temporary directory name "
					 "found"
				       : "No usable temporary file name found");
	if (values)
		PyErr_SetObject(PyExc_FileExistsError, values);
	Py_XDECREF(values);
	return -1;
}

static bool is_leased(const struct request *request)
{
	return request->state->leased && request->location;
}

/* In a session it lies deeper than the directory that was asked for. */
static PyObject *spell(const struct attempt *attempt, const char *whole)
{
	const struct request *request = attempt->request;
	char name[LENGTH + 1] = "";

	if (is_leased(request))
		return request->in_bytes ? PyBytes_FromString(whole)
					 : PyUnicode_DecodeFSDefault(whole);
	memcpy(name, whole + strlen(whole) - attempt->suffix_size - LENGTH,
	       LENGTH);
	return join(attempt, name);
}

static int announce_handle(struct attempt *attempt, const char *whole)
{
	PyObject *path = spell(attempt, whole);

	if (!path)
		return -1;
	Py_XSETREF(attempt->path, path);
	return announce(attempt);
}

static int make_for_handle(int dirfd, const char *name, const char *whole,
			   void *arg)
{
	struct attempt *attempt = arg;
	int refused;

	PyEval_RestoreThread(attempt->thread);
	refused = announce_handle(attempt, whole);
	attempt->thread = PyEval_SaveThread();
	if (refused) {
		errno = ECANCELED;
		return -1;
	}
	return make(attempt, dirfd, name);
}

static int run_file(struct attempt *attempt,
		    const struct tempfile_options *options,
		    struct created *created)
{
	attempt->thread = PyEval_SaveThread();
	created->handle = tempfile_make(options, make_for_handle, attempt);
	PyEval_RestoreThread(attempt->thread);
	return created->handle ? 0 : -1;
}

/* One with a handle can only be announced afterwards. */
static int run_directory(struct attempt *attempt,
			 const struct tempfile_options *options,
			 struct created *created)
{
	Py_BEGIN_ALLOW_THREADS
	created->directory = tempdir_open(options);
	Py_END_ALLOW_THREADS
	if (!created->directory)
		return -1;
	if (announce_handle(attempt, tempdir_name(created->directory)) == 0)
		return 0;
	(void)tempdir_close(created->directory);
	created->directory = NULL;
	return -1;
}

/* -1 without an exception: libtempfile would rather not, or cannot. */
static int run_with_handle(struct attempt *attempt, struct created *created)
{
	const struct request *request = attempt->request;
	PyObject *before = encode_path(request->before);
	PyObject *after = encode_path(request->after);
	struct tempfile_options options;
	int result = -1;

	if (before && after) {
		request_options(request, &options);
		options.random_chars = LENGTH;
		options.prefix = PyBytes_AS_STRING(before);
		options.suffix = PyBytes_AS_STRING(after);
		attempt->suffix_size = (size_t)PyBytes_GET_SIZE(after);
		if (!is_leased(request))
			options.flags |= TEMPFILE_UNLEASED;
		result = attempt->kind == A_FILE
				 ? run_file(attempt, &options, created)
				 : run_directory(attempt, &options, created);
	}
	Py_XDECREF(before);
	Py_XDECREF(after);
	return result;
}

/* What is neither deleted by signal nor in a session needs no handle. */
static bool needs_handle(const struct request *request, bool owed)
{
	return owed && (request->state->on_signals || is_leased(request));
}

static int check_affix(const struct request *request, PyObject *affix,
		       const char *what)
{
	Py_ssize_t place =
		request->state->loose
			? -1
			: PyUnicode_FindChar(affix, '/', 0,
					     PyUnicode_GET_LENGTH(affix), 1);

	if (place >= 0)
		PyErr_Format(PyExc_ValueError,
			     "%s must not contain a path separator: %R", what,
			     affix);
	return place == -1 ? 0 : -1;
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
	struct attempt attempt = {.request = request, .kind = kind, .fd = -1};
	int result = -1;

	*created = (struct created){.fd = -1};
	if (check_affix(request, request->before, "prefix") < 0 ||
	    check_affix(request, request->after, "suffix") < 0)
		return -1;
	if (needs_handle(request, owed))
		result = run_with_handle(&attempt, created);
	if (result < 0 && !PyErr_Occurred())
		result = run(&attempt);
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

static PyObject *random_name(PyObject *Py_UNUSED(module),
			     PyObject *Py_UNUSED(none))
{
	char name[LENGTH + 1];

	return draw_name(name) < 0 ? NULL : PyUnicode_FromString(name);
}

static PyMethodDef functions[] = {
	{"random_name", random_name, METH_NOARGS, "Eight random characters."},
	{0},
};

int create_init(PyObject *module)
{
	return PyModule_AddFunctions(module, functions);
}
