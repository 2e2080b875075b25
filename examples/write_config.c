/* SPDX-License-Identifier: MIT */
/*
 * write_config FILE NAME=VALUE...: set values in a configuration file.
 *
 * Who reads the file sees the old values or the new ones. If anything fails,
 * or the power does, the old file is there, whole.
 */
#include <err.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tempfile.h>

/* Does line set what one of the settings sets? */
static bool is_set(const char *line, char **settings)
{
	size_t length = strcspn(line, "=") + 1;

	for (; *settings; settings++)
		if (strncmp(line, *settings, length) == 0)
			return true;
	return false;
}

/* Copy what stays of the old file; there need not be one. */
static bool copy_rest(struct tempfile *file, const char *path, char **settings)
{
	FILE *old = fopen(path, "r");
	bool good = old || errno == ENOENT;
	char *line = NULL;
	size_t capacity = 0;

	while (old && good && getline(&line, &capacity, old) > 0) {
		line[strcspn(line, "\n")] = '\0'; /* the last may have none */
		good = is_set(line, settings) ||
		       tempfile_printf(file, "%s\n", line) > 0;
	}
	if (old) {
		good = good && !ferror(old);
		fclose(old);
	}
	free(line);
	return good;
}

int main(int argc, char **argv)
{
	if (argc < 3)
		errx(2, "usage: write_config FILE NAME=VALUE...");

	TEMPFILE_AUTO file = tempfile_open(TEMPFILE_OPTIONS(.beside = argv[1]));

	if (!file)
		errx(1, "%s", tempfile_errmsg());
	if (!copy_rest(file, argv[1], argv + 2))
		err(1, "%s", argv[1]);
	for (int i = 2; i < argc; i++)
		if (tempfile_printf(file, "%s\n", argv[i]) < 0)
			errx(1, "%s", tempfile_errmsg());
	if (tempfile_persist(file, argv[1], TEMPFILE_DURABLE) < 0)
		errx(1, "%s", tempfile_errmsg());
	return 0;
}
