/* SPDX-License-Identifier: MIT */
/*
 * The thread's last failure.
 *
 * An error must not need memory, so each thread has a fixed place for one; a
 * path too long for it loses its beginning, which says less than its end. The
 * sentence is only made when somebody asks for it.
 */
#include "error.h"

#include <errno.h>
#include <string.h>

static _Thread_local struct {
	struct tempfile_error last;
	char path[1024];
	char reason[2048];
	char sentence[3328];
} thread;

/* The end of text, as much as fits; "..." in front if that is not all. */
static const char *keep_end(char *place, size_t size, const char *text)
{
	size_t length = strlen(text);

	if (length < size)
		return memcpy(place, text, length + 1);
	memcpy(place, "...", 3);
	memcpy(place + 3, text + length - (size - 4), size - 3);
	return place;
}

int tempfile__fail_because(int code, const char *step, const char *path,
			   const char *reason)
{
	struct tempfile_error *last = &thread.last;

	last->code = code;
	last->step = step;
	last->path =
		path ? keep_end(thread.path, sizeof thread.path, path) : NULL;
	last->reason =
		reason ? keep_end(thread.reason, sizeof thread.reason, reason)
		       : NULL;
	errno = code;
	return -1;
}

int tempfile__fail(int code, const char *step, const char *path)
{
	return tempfile__fail_because(code, step, path, NULL);
}

const struct tempfile_error *tempfile_last_error(void)
{
	return &thread.last;
}

/* What a step is done to that has no path: "seek in" needs an object. */
static const char *nameless(const char *step)
{
	const char *last = strrchr(step, ' ');
	bool is_preposition = last && strlen(last) <= strlen(" for");

	return is_preposition ? " a file without a name" : "";
}

const char *tempfile_errmsg(void)
{
	const struct tempfile_error *last = &thread.last;
	const char *reason =
		last->reason ? last->reason : tempfile__error_text(last->code);

	if (last->code == 0)
		return "no error";
	if (last->path)
		(void)snprintf(thread.sentence, sizeof thread.sentence,
			       "cannot %s '%s': %s", last->step, last->path,
			       reason);
	else
		(void)snprintf(thread.sentence, sizeof thread.sentence,
			       "cannot %s%s: %s", last->step,
			       nameless(last->step), reason);
	return thread.sentence;
}
