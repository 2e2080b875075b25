/* SPDX-License-Identifier: MIT */
/*
 * compiler_driver [-k] SOURCE.c OBJECT.o: one file from each pass to the next.
 *
 * Each pass gets the path of a file that is made, empty and with the suffix
 * that it expects, before the pass runs. -k keeps them, to look at.
 */
#include <err.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <tempfile.h>

/* Files of the passes, for others to fill. */
static struct tempfile *open_pass(const char *suffix, bool keep)
{
	struct tempfile *file = tempfile_open_named(
		TEMPFILE_OPTIONS(.prefix = "pass-", .suffix = suffix,
				 .flags = keep ? TEMPFILE_KEEP : 0));

	if (!file || tempfile_close_fd(file) < 0)
		errx(1, "%s", tempfile_errmsg());
	if (keep)
		printf("%s\n", tempfile_name(file));
	return file;
}

static bool run(const char *option, const char *output, const char *input)
{
	pid_t child = fork();
	int status;

	if (child == 0) {
		execlp("cc", "cc", option, "-o", output, input, (char *)NULL);
		_exit(127);
	}
	return waitpid(child, &status, 0) == child && status == 0;
}

int main(int argc, char **argv)
{
	bool keep = argc == 4 && strcmp(argv[1], "-k") == 0;

	if (argc != 3 + keep)
		errx(2, "usage: compiler_driver [-k] SOURCE.c OBJECT.o");
	tempfile_cleanup_on_signals();

	TEMPFILE_AUTO preprocessed = open_pass(".i", keep);
	TEMPFILE_AUTO assembly = open_pass(".s", keep);

	return run("-E", tempfile_name(preprocessed), argv[1 + keep]) &&
			       run("-S", tempfile_name(assembly),
				   tempfile_name(preprocessed)) &&
			       run("-c", argv[2 + keep],
				   tempfile_name(assembly))
		       ? 0
		       : 1;
}
