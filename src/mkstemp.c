/* SPDX-License-Identifier: MIT */
/* Files and directories whose caller deletes them: nothing stays behind here
 * but the path he is given. */
#include <errno.h>
#include <stdlib.h>

#include "error.h"
#include "named.h"

/* The options of something that is kept by its nature. */
static int read_options(const struct tempfile_options *given,
			struct tempfile_options *options)
{
	const struct tempfile_options *read;
	struct mode mode;

	read = tempfile__options_read(given, options, &mode);
	if (!read)
		return -1;
	*options = *read;
	if (options->flags & TEMPFILE_LEASED)
		return tempfile__fail_because(
			EINVAL, "use these options", NULL,
			"what the caller deletes cannot be leased");
	options->flags |= TEMPFILE_KEEP;
	return 0;
}

/* Give the path away, and release the rest. */
static char *take_path(struct named *named)
{
	char *path = named->path;

	named->path = NULL;
	tempfile__named_forget(named);
	return path;
}

int tempfile_mkstemp(const struct tempfile_options *given, char **path)
{
	struct tempfile_options options;
	struct wanted wanted;
	struct named named = {0};
	int fd;

	if (read_options(given, &options) < 0)
		return -1;
	wanted.permissions =
		options.permissions ? options.permissions : FILE_PERMISSIONS;
	if (!path)
		return tempfile__backing_create_once(&options,
						     wanted.permissions);
	fd = tempfile__named_create(&named, NULL, &options,
				    tempfile__create_file, &wanted);
	if (fd >= 0)
		*path = take_path(&named);
	return fd;
}

char *tempfile_mkdtemp(const struct tempfile_options *given)
{
	struct tempfile_options options;
	struct wanted wanted;
	struct named named = {0};

	if (read_options(given, &options) < 0)
		return NULL;
	wanted.permissions = options.permissions ? options.permissions
						 : DIRECTORY_PERMISSIONS;
	if (tempfile__named_create(&named, NULL, &options,
				   tempfile__create_directory, &wanted) < 0)
		return NULL;
	return take_path(&named);
}

void tempfile_free(void *memory)
{
	free(memory);
}
