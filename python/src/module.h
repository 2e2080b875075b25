/* SPDX-License-Identifier: MIT */
/* What the files of the extension share. It knows of libtempfile only what
 * <tempfile.h> says. */
#ifndef CTEMPFILE_MODULE_H
#define CTEMPFILE_MODULE_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stdbool.h>
#include <structmember.h>
#include <tempfile.h>

/* The value of `tempdir` as it was last seen, in the forms that are needed. */
struct seen_directory {
	PyObject *value;      /* what the module's dictionary has */
	PyObject *absolute;   /* str or bytes, as value */
	PyObject *encoded;    /* bytes */
	const char *location; /* libtempfile's name for it; NULL: it has none */
};

/* Strings that are used often, most of them names of attributes. */
enum name {
	NAME_READ,
	NAME_READ1,
	NAME_READINTO,
	NAME_READINTO1,
	NAME_READLINE,
	NAME_READLINES,
	NAME_WRITE,
	NAME_WRITELINES,
	NAME_SEEK,
	NAME_TELL,
	NAME_TRUNCATE,
	NAME_FLUSH,
	NAME_CLOSE,
	NAME_CLOSED,
	NAME_FILENO,
	NAME_ISATTY,
	NAME_READABLE,
	NAME_WRITABLE,
	NAME_SEEKABLE,
	NAME_DETACH,
	NAME_BUFFER,
	NAME_RAW,
	NAME_NAME,
	NAME_BLKSIZE,
	NAME_CLOSER,
	NAME_WRAPPER,
	NAME_TEMPDIR,
	NAME_TEMPLATE,
	NAME_TMP_MAX,
	NAME_ROLLOVER,
	NAME_RAW_MODE,
	NAME_COUNT
};

/* One for each interpreter that imports the module. */
struct state {
	PyObject *globals; /* of the package, where `tempdir` is assigned */
	PyObject *prefix;  /* "tmp" */
	struct seen_directory seen;
	PyObject *open; /* io.open, ... */
	PyObject *file_io;
	PyObject *buffered_random;
	PyObject *text_io_wrapper;
	PyObject *unsupported;
	PyObject *opener_type;
	PyObject *closer_type;
	PyObject *file_type;
	PyObject *spooled_type;
	PyObject *names[NAME_COUNT];
	Py_ssize_t least_buffer; /* since Python 3.14 */
	bool leased; /* deleted names go into this process's session */
	bool loose;  /* prefixes and suffixes may lead elsewhere */
	bool on_signals;
};

struct state *state_of_module(PyObject *module);
/* Of one of our types, or a class derived from it. */
struct state *state_of_type(PyTypeObject *type);

/* A new type of the module, stored in *place if given. -1 with an exception. */
int add_type(PyObject *module, PyType_Spec *spec, PyObject **place);

/* Raise what errno says, about path (which may be NULL); NULL. */
PyObject *raise_errno(PyObject *path);
/* Raise the library's last failure, with the path that it names; NULL. */
PyObject *raise_failure(void);

/* Free a struct tempfile or struct tempdir without holding others up. */
int close_handle(struct tempfile *file);

int location_init(PyObject *module);
int request_init(PyObject *module);
int create_init(PyObject *module);
int opener_init(PyObject *module);
int closer_init(PyObject *module);
int directory_guard_init(PyObject *module);
int file_init(PyObject *module);
int spooled_init(PyObject *module);
int directory_init(PyObject *module);
int process_init(PyObject *module);

#endif
