/* SPDX-License-Identifier: MIT */
/* A project outside, which knows only what has been installed. */
#include <tempfile.h>

int main(void)
{
	struct tempfile *file = tempfile_open(NULL);

	return file && tempfile_printf(file, "%s", tempfile_version()) > 0
		       ? tempfile_close(file)
		       : 1;
}
