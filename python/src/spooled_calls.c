/* SPDX-License-Identifier: MIT */
/*
 * The methods of a SpooledTemporaryFile: passed on to the file it has at the
 * time, with a look at max_size after what can make it grow. A binary write
 * looks before, so that one whose rollover fails has written nothing.
 */
#include "spooled.h"

static PyObject *pass(PyObject *self, enum name name, PyObject *const *args,
		      Py_ssize_t n)
{
	struct spooled *spooled = (struct spooled *)self;
	PyObject *stack[5];
	PyObject *result;

	if (n > 4)
		return PyErr_Format(PyExc_TypeError, "too many arguments");
	if (!spooled->file)
		return PyErr_Format(PyExc_ValueError, "it was not initialised");
	/* Whatever the call does, the file must live so long. */
	stack[0] = spooled->file;
	Py_INCREF(stack[0]);
	for (Py_ssize_t i = 0; i < n; i++)
		stack[i + 1] = args[i];
	result = PyObject_VectorcallMethod(spooled->state->names[name], stack,
					   (size_t)n + 1, NULL);
	Py_DECREF(stack[0]);
	return result;
}

#define PASS(function, name)                                             \
	static PyObject *function(PyObject *self, PyObject *const *args, \
				  Py_ssize_t n)                          \
	{                                                                \
		return pass(self, name, args, n);                        \
	}

PASS(read_some, NAME_READ)
PASS(read1, NAME_READ1)
PASS(read_into, NAME_READINTO)
PASS(read_into1, NAME_READINTO1)
PASS(read_line, NAME_READLINE)
PASS(read_lines, NAME_READLINES)
PASS(seek, NAME_SEEK)
PASS(tell, NAME_TELL)
PASS(flush, NAME_FLUSH)
PASS(close_file, NAME_CLOSE)
PASS(is_terminal, NAME_ISATTY)
PASS(readable, NAME_READABLE)
PASS(writable, NAME_WRITABLE)
PASS(seekable, NAME_SEEKABLE)
PASS(detach, NAME_DETACH)

/* self.rollover(), which a derived class may have its own of. */
static int call_rollover(struct spooled *spooled)
{
	PyObject *result = PyObject_CallMethodNoArgs(
		(PyObject *)spooled, spooled->state->names[NAME_ROLLOVER]);

	Py_XDECREF(result);
	return result ? 0 : -1;
}

static bool is_binary_memory(const struct spooled *spooled)
{
	return !spooled->rolled && !spooled->text && spooled->file &&
	       Py_TYPE(spooled->file) ==
		       (PyTypeObject *)spooled->state->file_type;
}

static int check_text(struct spooled *spooled)
{
	PyObject *position;
	long long here;
	int beyond = 0;

	if (spooled->rolled || spooled->max_size == 0)
		return 0;
	position = pass((PyObject *)spooled, NAME_TELL, NULL, 0);
	if (!position)
		return -1;
	here = PyLong_AsLongLongAndOverflow(position, &beyond);
	Py_DECREF(position);
	if (here == -1 && PyErr_Occurred())
		return -1;
	return beyond > 0 || here > spooled->max_size ? call_rollover(spooled)
						      : 0;
}

/* What made it roll over is in the file afterwards, as all before it. */
static PyObject *write_through(struct spooled *spooled, PyObject *data)
{
	PyObject *result;
	PyObject *flushed;

	if (call_rollover(spooled) < 0)
		return NULL;
	result = pass((PyObject *)spooled, NAME_WRITE, &data, 1);
	if (!result)
		return NULL;
	flushed = pass((PyObject *)spooled, NAME_FLUSH, NULL, 0);
	if (!flushed)
		Py_CLEAR(result);
	Py_XDECREF(flushed);
	return result;
}

static PyObject *write_bytes(struct spooled *spooled, PyObject *data)
{
	struct file *file = (struct file *)spooled->file;
	Py_ssize_t n;
	int64_t end;

	if (spooled->max_size != 0) {
		end = file_end_of(file, data);
		if (end < 0)
			return NULL;
		if (end > spooled->max_size)
			return write_through(spooled, data);
	}
	n = file_write(file, data);
	return n < 0 ? NULL : PyLong_FromSsize_t(n);
}

static PyObject *write_data(PyObject *self, PyObject *data)
{
	struct spooled *spooled = (struct spooled *)self;
	PyObject *result;

	if (is_binary_memory(spooled))
		return write_bytes(spooled, data);
	result = pass(self, NAME_WRITE, &data, 1);
	if (result && check_text(spooled) < 0)
		Py_CLEAR(result);
	return result;
}

PASS(write_all, NAME_WRITELINES)

/* One by one, so that however many there are, memory is not all of them. */
static PyObject *write_each(PyObject *self, PyObject *lines)
{
	PyObject *iterator = PyObject_GetIter(lines);
	PyObject *line;
	PyObject *written;

	while (iterator && (line = PyIter_Next(iterator)) != NULL) {
		written = write_data(self, line);
		Py_DECREF(line);
		if (!written)
			Py_CLEAR(iterator);
		Py_XDECREF(written);
	}
	Py_XDECREF(iterator);
	if (PyErr_Occurred())
		return NULL;
	Py_RETURN_NONE;
}

static PyObject *write_lines(PyObject *self, PyObject *lines)
{
	const struct spooled *spooled = (struct spooled *)self;
	int whole = 1;

	if (spooled->max_size != 0 && !spooled->rolled)
		whole = spooled_is_closed(spooled, self);
	if (whole < 0)
		return NULL;
	return whole ? write_all(self, &lines, 1) : write_each(self, lines);
}

static PyObject *roll_over(PyObject *self, PyObject *Py_UNUSED(none))
{
	if (spooled_roll_over((struct spooled *)self) < 0)
		return NULL;
	Py_RETURN_NONE;
}

static PyObject *descriptor(PyObject *self, PyObject *Py_UNUSED(none))
{
	if (call_rollover((struct spooled *)self) < 0)
		return NULL;
	return pass(self, NAME_FILENO, NULL, 0);
}

static int is_beyond(const struct spooled *spooled, PyObject *size)
{
	PyObject *most = PyLong_FromLongLong(spooled->max_size);
	int beyond = most ? PyObject_RichCompareBool(size, most, Py_GT) : -1;

	Py_XDECREF(most);
	return beyond;
}

static PyObject *truncate_file(PyObject *self, PyObject *args,
			       PyObject *keywords)
{
	static char *names[] = {"size", NULL};
	struct spooled *spooled = (struct spooled *)self;
	PyObject *size = Py_None;
	PyObject *result;
	int beyond = 0;

	if (!PyArg_ParseTupleAndKeywords(args, keywords, "|O:truncate", names,
					 &size))
		return NULL;
	if (size != Py_None)
		beyond = is_beyond(spooled, size);
	if (beyond < 0 || (beyond && call_rollover(spooled) < 0))
		return NULL;
	result = pass(self, NAME_TRUNCATE, &size, size == Py_None ? 0 : 1);
#if PY_VERSION_HEX < 0x030b0000
	if (result) {
		Py_INCREF(Py_None);
		Py_SETREF(result, Py_None);
	}
#endif
	return result;
}

static PyObject *enter(PyObject *self, PyObject *Py_UNUSED(none))
{
	int closed = spooled_is_closed((struct spooled *)self, self);

	if (closed < 0)
		return NULL;
	if (closed)
		return PyErr_Format(PyExc_ValueError,
				    "Cannot enter context with closed file");
	Py_INCREF(self);
	return self;
}

static PyObject *leave(PyObject *self, PyObject *Py_UNUSED(args))
{
	PyObject *result = pass(self, NAME_CLOSE, NULL, 0);

	Py_XDECREF(result);
	if (!result)
		return NULL;
	Py_RETURN_NONE;
}

#define FAST (PyCFunction)(void (*)(void))
PyMethodDef spooled_methods[] = {
	{"read", FAST read_some, METH_FASTCALL, NULL},
	{"read1", FAST read1, METH_FASTCALL, NULL},
	{"readinto", FAST read_into, METH_FASTCALL, NULL},
	{"readinto1", FAST read_into1, METH_FASTCALL, NULL},
	{"readline", FAST read_line, METH_FASTCALL, NULL},
	{"readlines", FAST read_lines, METH_FASTCALL, NULL},
	{"seek", FAST seek, METH_FASTCALL, NULL},
	{"tell", FAST tell, METH_FASTCALL, NULL},
	{"flush", FAST flush, METH_FASTCALL, NULL},
	{"close", FAST close_file, METH_FASTCALL, NULL},
	{"isatty", FAST is_terminal, METH_FASTCALL, NULL},
	{"readable", FAST readable, METH_FASTCALL, NULL},
	{"writable", FAST writable, METH_FASTCALL, NULL},
	{"seekable", FAST seekable, METH_FASTCALL, NULL},
	{"detach", FAST detach, METH_FASTCALL, NULL},
	{"write", write_data, METH_O, NULL},
	{"writelines", write_lines, METH_O, NULL},
	{"rollover", roll_over, METH_NOARGS, "Go to a real file now."},
	{"fileno", descriptor, METH_NOARGS, "After rollover()."},
	{"truncate", FAST truncate_file, METH_VARARGS | METH_KEYWORDS, NULL},
	{"__class_getitem__", Py_GenericAlias, METH_O | METH_CLASS, NULL},
	{"__enter__", enter, METH_NOARGS, NULL},
	{"__exit__", leave, METH_VARARGS, NULL},
	{0},
};
