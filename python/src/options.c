/* SPDX-License-Identifier: MIT */
/*
 * Keyword arguments as struct tempfile_options. Streams here are binary; text
 * is io.TextIOWrapper's, in Python.
 */
#include "options.h"

#include <errno.h>

#include "location.h"

enum { PREFIX, SUFFIX, DIRECTORY, BESIDE };

/* A path or None; what it points to stays in given. */
static int read_string(struct given_options *given, int which, PyObject *value,
		       const char **place)
{
	if (!value || value == Py_None)
		return 0;
	if (!PyUnicode_FSConverter(value, &given->strings[which]))
		return -1;
	*place = PyBytes_AS_STRING(given->strings[which]);
	return 0;
}

/* Without dir the temporary directory is the one that `tempdir` names. */
static int settle_directory(struct state *state, struct given_options *given)
{
	const struct tempfile_options *options = &given->options;
	PyObject *value;
	int result;

	if (options->dir || options->beside ||
	    (options->flags & TEMPFILE_ON_DISK))
		return 0;
	if (location_read(state) == NULL)
		return -1;
	if (state->seen.location)
		return 0;
	value = state->seen.encoded;
	result = read_string(given, DIRECTORY, value, &given->options.dir);
	given->options.flags |= TEMPFILE_UNSAFE_DIR;
	return result;
}

static int parse(PyObject *keywords, struct given_options *given,
		 PyObject **texts, unsigned *flags)
{
	static char *names[] = {"prefix",       "suffix",    "dir",
				"beside",       "mode",      "max_size",
				"limit",        "buffering", "permissions",
				"random_chars", "flags",     NULL};
	struct tempfile_options *options = &given->options;
	PyObject *none = PyTuple_New(0);
	long long max_size = 0;
	long long limit = 0;
	int parsed =
		none &&
		PyArg_ParseTupleAndKeywords(
			none, keywords, "|$OOOOzLLiIII", names, &texts[PREFIX],
			&texts[SUFFIX], &texts[DIRECTORY], &texts[BESIDE],
			&options->mode, &max_size, &limit, &options->buffering,
			&options->permissions, &options->random_chars, flags);

	options->max_size = max_size;
	options->limit = limit;
	Py_XDECREF(none);
	return parsed ? 0 : -1;
}

int read_options(struct state *state, PyObject *keywords,
		 struct given_options *given)
{
	struct tempfile_options *options = &given->options;
	PyObject *texts[4] = {NULL};

	*given = (struct given_options){.options.size = sizeof *options};
	if (parse(keywords, given, texts, &options->flags) < 0)
		return -1;
	if (read_string(given, PREFIX, texts[PREFIX], &options->prefix) < 0 ||
	    read_string(given, SUFFIX, texts[SUFFIX], &options->suffix) < 0 ||
	    read_string(given, DIRECTORY, texts[DIRECTORY], &options->dir) <
		    0 ||
	    read_string(given, BESIDE, texts[BESIDE], &options->beside) < 0 ||
	    settle_directory(state, given) < 0) {
		release_options(given);
		return -1;
	}
	return 0;
}

void release_options(struct given_options *given)
{
	for (int i = 0; i < 4; i++)
		Py_CLEAR(given->strings[i]);
}

PyObject *raise_option_failure(void)
{
	const struct tempfile_error *error = tempfile_last_error();

	if (errno != EINVAL || error->code != EINVAL || !error->reason)
		return raise_failure();
	PyErr_SetString(PyExc_ValueError, error->reason);
	return NULL;
}

int read_persist(PyObject *args, PyObject *keywords, PyObject **path,
		 unsigned *flags)
{
	static char *names[] = {"",        "replace",  "durable",
				"private", "exchange", NULL};
	int replace = 1;
	int durable = 0;
	int private = 0;
	int exchange = 0;

	if (!PyArg_ParseTupleAndKeywords(args, keywords, "O&|$pppp:persist",
					 names, PyUnicode_FSConverter, path,
					 &replace, &durable, &private,
					 &exchange))
		return -1;
	*flags = (replace ? 0 : TEMPFILE_NOREPLACE) |
		 (durable ? TEMPFILE_DURABLE : 0) |
		 (private ? TEMPFILE_PRIVATE : 0) |
		 (exchange ? TEMPFILE_EXCHANGE : 0);
	return 0;
}
