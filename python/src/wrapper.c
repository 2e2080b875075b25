/* SPDX-License-Identifier: MIT */
/*
 * Wrapper: what is done with every named file. The class derived from it in
 * Python does the rest: _TemporaryFileWrapper.
 */
#include "closer.h"

struct wrapper {
	PyObject_HEAD PyObject *file;
	PyObject *name;
	PyObject *closer;
	PyObject *delete;
};

static int initialise(PyObject *self, PyObject *args, PyObject *keywords)
{
	static char *names[] = {"file", "name", "delete", "delete_on_close",
				NULL};
	struct wrapper *wrapper = (struct wrapper *)self;
	struct state *state = state_of_type(Py_TYPE(self));
	PyObject *file, *name, *closer;
	PyObject *delete = Py_True;
	PyObject *delete_on_close = Py_True;

	if (!state ||
	    !PyArg_ParseTupleAndKeywords(args, keywords, "OO|OO", names, &file,
					 &name, &delete, &delete_on_close))
		return -1;
	closer = closer_new(state, self, file, name, delete, delete_on_close);
	if (!closer)
		return -1;
	Py_XSETREF(wrapper->closer, closer);
	Py_INCREF(file);
	Py_XSETREF(wrapper->file, file);
	Py_INCREF(name);
	Py_XSETREF(wrapper->name, name);
	Py_INCREF(delete);
	Py_XSETREF(wrapper->delete, delete);
	return 0;
}

/* Call a method of the file or the closer. */
static PyObject *call(PyObject *self, PyObject *object, enum name name)
{
	const struct state *state = state_of_type(Py_TYPE(self));

	if (!state)
		return NULL;
	if (!object)
		return PyErr_Format(PyExc_ValueError, "it was not initialised");
	return PyObject_CallMethodNoArgs(object, state->names[name]);
}

static PyObject *close_file(PyObject *self, PyObject *Py_UNUSED(none))
{
	return call(self, ((struct wrapper *)self)->closer, NAME_CLOSE);
}

static PyObject *enter(PyObject *self, PyObject *Py_UNUSED(none))
{
	PyObject *result =
		call(self, ((struct wrapper *)self)->file, NAME_ENTER);

	if (!result)
		return NULL;
	Py_DECREF(result);
	Py_INCREF(self);
	return self;
}

static PyObject *leave(PyObject *self, PyObject *const *args, Py_ssize_t n)
{
	struct wrapper *wrapper = (struct wrapper *)self;
	const struct state *state = state_of_type(Py_TYPE(self));
	PyObject *stack[4] = {wrapper->file};
	PyObject *result, *cleaned;

	if (n != 3 || !wrapper->file || !state)
		return PyErr_Format(PyExc_TypeError, "3 arguments expected");
	for (int i = 0; i < 3; i++)
		stack[i + 1] = args[i];
	result = PyObject_VectorcallMethod(state->names[NAME_EXIT], stack, 4,
					   NULL);
	if (!result)
		return NULL;
#if PY_VERSION_HEX >= 0x030c0000
	cleaned = call(self, wrapper->closer, NAME_CLEANUP);
#else
	cleaned = PyObject_CallMethodNoArgs(self, state->names[NAME_CLOSE]);
#endif
	if (!cleaned)
		Py_CLEAR(result);
	Py_XDECREF(cleaned);
	return result;
}

static int traverse(PyObject *self, visitproc visit, void *arg)
{
	struct wrapper *wrapper = (struct wrapper *)self;

	Py_VISIT(wrapper->file);
	Py_VISIT(wrapper->name);
	Py_VISIT(wrapper->closer);
	Py_VISIT(wrapper->delete);
	Py_VISIT(Py_TYPE(self));
	return 0;
}

static int clear(PyObject *self)
{
	struct wrapper *wrapper = (struct wrapper *)self;

	Py_CLEAR(wrapper->file);
	Py_CLEAR(wrapper->name);
	Py_CLEAR(wrapper->closer);
	Py_CLEAR(wrapper->delete);
	return 0;
}

static void dealloc(PyObject *self)
{
	PyTypeObject *type = Py_TYPE(self);

	PyObject_GC_UnTrack(self);
	(void)clear(self);
	type->tp_free(self);
	Py_DECREF(type);
}

static PyMethodDef methods[] = {
	{"close", close_file, METH_NOARGS,
	 "Close the file, and delete it unless it was to be kept."},
	{"__enter__", enter, METH_NOARGS, NULL},
	{"__exit__", (PyCFunction)(void (*)(void))leave, METH_FASTCALL, NULL},
	{0},
};

static PyMemberDef members[] = {
	{"file", T_OBJECT_EX, offsetof(struct wrapper, file), 0, NULL},
	{"name", T_OBJECT_EX, offsetof(struct wrapper, name), 0, NULL},
	{"_closer", T_OBJECT_EX, offsetof(struct wrapper, closer), 0, NULL},
#if PY_VERSION_HEX < 0x030c0000
	{"delete", T_OBJECT_EX, offsetof(struct wrapper, delete), 0, NULL},
#endif
	{0},
};

static PyType_Slot slots[] = {
	{Py_tp_doc, "A file with a name that is to be deleted."},
	{Py_tp_new, PyType_GenericNew},
	{Py_tp_init, initialise},
	{Py_tp_dealloc, dealloc},
	{Py_tp_traverse, traverse},
	{Py_tp_clear, clear},
	{Py_tp_methods, methods},
	{Py_tp_members, members},
	{0, NULL},
};

static PyType_Spec spec = {
	.name = "ctempfile._ctempfile.Wrapper",
	.basicsize = sizeof(struct wrapper),
	.flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC,
	.slots = slots,
};

int wrapper_init(PyObject *module)
{
	return add_type(module, &spec, NULL);
}
