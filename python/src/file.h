/* SPDX-License-Identifier: MIT */
/* File: a binary stream on a struct tempfile. */
#ifndef CTEMPFILE_FILE_H
#define CTEMPFILE_FILE_H

#include "module.h"

struct file {
	PyObject_HEAD struct state *state;
	struct tempfile *handle; /* NULL: closed */
	PyObject *dict;
	PyObject *weak;
	bool readable;
	bool writable;
	bool memory; /* exactly as io.BytesIO: it has no descriptor */
	bool busy;   /* a long call is on its way in another thread */
};

/* A file in memory, as io.BytesIO(); NULL with an exception. */
struct file *file_in_memory(struct state *state);

/* The handle, or NULL with an exception if it cannot be used now. */
struct tempfile *file_handle(struct file *file);

/* Write it all at the position: bytes written, or -1 with an exception. */
Py_ssize_t file_write(struct file *file, PyObject *data);

/* Everything from the position, or at most n; a new bytes object. */
PyObject *file_read(struct file *file, Py_ssize_t n);

/* The whole content; the position stays. */
PyObject *file_content(struct file *file);

/* The position after data would have been written; -1 with an exception. */
int64_t file_end_of(struct file *file, PyObject *data);

PyObject *file_seek(struct file *file, Py_ssize_t offset, int whence);
PyObject *file_truncate(struct file *file, PyObject *value);
int file_close(struct file *file);

/* Raise errno for what was tried; NULL. */
PyObject *file_fail(struct file *file, const char *tried);

/* What the type is made of: bytes (file.c) and ends (file_end.c). */
extern PyMethodDef file_methods[];
extern PyType_Slot file_stream_slots[];
extern PyMethodDef file_end_methods[];

#endif
