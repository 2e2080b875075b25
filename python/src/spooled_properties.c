/* SPDX-License-Identifier: MIT */
/* What a SpooledTemporaryFile tells of itself: mostly, what its file does. */
#include "spooled.h"

/* The file's attribute. */
static PyObject *pass(PyObject *self, const char *name)
{
	PyObject *file = ((struct spooled *)self)->file;

	if (!file)
		return PyErr_Format(PyExc_AttributeError, "_file");
	return PyObject_GetAttrString(file, name);
}

/* closure is the attribute's name. */
static PyObject *get(PyObject *self, void *closure)
{
	return pass(self, closure);
}

/* The file's, or what stands in if it has none. */
static PyObject *get_or(PyObject *self, const char *name, PyObject *other)
{
	PyObject *value = pass(self, name);

	if (!value && PyErr_ExceptionMatches(PyExc_AttributeError)) {
		PyErr_Clear();
		Py_XINCREF(other);
		return other;
	}
	return value;
}

static PyObject *get_mode(PyObject *self, void *Py_UNUSED(closure))
{
	struct spooled *spooled = (struct spooled *)self;
	PyObject *mode = get_or(self, "mode", spooled->args[ARG_MODE]);

	if (mode || PyErr_Occurred())
		return mode;
	return PyUnicode_FromString("w+b");
}

static PyObject *get_name(PyObject *self, void *Py_UNUSED(closure))
{
	return get_or(self, "name", Py_None);
}

static PyObject *get_args(PyObject *self, void *Py_UNUSED(closure))
{
	struct spooled *spooled = (struct spooled *)self;

	if (!spooled->rolled)
		return spooled_args(spooled);
	PyErr_SetString(PyExc_AttributeError, "_TemporaryFileArgs");
	return NULL;
}

int spooled_is_closed(const struct spooled *spooled, PyObject *object)
{
	PyObject *closed =
		PyObject_GetAttr(object, spooled->state->names[NAME_CLOSED]);
	int answer = closed ? PyObject_IsTrue(closed) : -1;

	Py_XDECREF(closed);
	return answer;
}

PyGetSetDef spooled_properties[] = {
	{"closed", get, NULL, NULL, "closed"},
	{"encoding", get, NULL, NULL, "encoding"},
	{"errors", get, NULL, NULL, "errors"},
	{"newlines", get, NULL, NULL, "newlines"},
	{"mode", get_mode, NULL, NULL, NULL},
	{"name", get_name, NULL, NULL, NULL},
	{"_TemporaryFileArgs", get_args, NULL, NULL, NULL},
	{0},
};
