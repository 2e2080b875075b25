/* SPDX-License-Identifier: MIT */
/* The header, alone and first, in a C program of today. */
#include <tempfile.h>

#include <string.h>

/* People have variables of these names. */
static char *tempdir;
static int tempfile = 1;

int main(void)
{
	TEMPFILE_AUTO file = tempfile_open_named(
		TEMPFILE_OPTIONS(.prefix = "header-", .random_chars = 8));
	TEMPDIR_AUTO dir = tempdir_open(TEMPFILE_OPTIONS(.mode = "w+b"));
	struct tempfile_options options = {0};
	char version[32];

	(void)snprintf(version, sizeof version, "%d.%d.%d",
		       TEMPFILE_VERSION_MAJOR, TEMPFILE_VERSION_MINOR,
		       TEMPFILE_VERSION_PATCH);
	options.dir = tempdir;
	return !(tempfile && file && dir && options.size == 0 &&
		 tempfile_printf(file, "%s", version) > 0 &&
		 strcmp(tempfile_version(), version) == 0);
}
