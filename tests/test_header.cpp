/* SPDX-License-Identifier: MIT */
/* The header, alone and first, in a C++ program. */
#include <tempfile.h>

#include <cstring>

static int see(const struct tempfile_removal *, void *)
{
	return 0;
}

int main()
{
	tempfile_options options = {};
	options.size = sizeof options;
	options.prefix = "header-";
	options.flags = TEMPFILE_UNLEASED;
	options.buffering = TEMPFILE_UNBUFFERED;

	TEMPFILE_AUTO file = tempfile_open_named(&options);
	TEMPDIR_AUTO dir = tempdir_open(nullptr);

	if (!file || !dir || !std::strstr(tempfile_name(file), "header-"))
		return 1;
	char *path = tempdir_path(dir, "missing");
	int removed = tempfile_remove_tree(path, 0, see, nullptr);
	tempfile_free(path);
	return !(removed == -1 && tempfile_last_error()->code != 0);
}
