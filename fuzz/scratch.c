/* SPDX-License-Identifier: MIT */
#include <dirent.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "input.h"

static char scratch[64];
static pid_t owner;

static void leave(void)
{
	if (getpid() == owner && chdir("/") == 0)
		(void)tempfile_remove_tree(scratch, 0, NULL, NULL);
}

void enter_scratch(void)
{
	if (owner)
		return;
	(void)snprintf(scratch, sizeof scratch, "%s/fuzz-XXXXXX",
		       access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
	MUST(mkdtemp(scratch) && chdir(scratch) == 0);
	MUST(setenv("TMPDIR", scratch, 1) == 0);
	MUST(setenv("TEMPFILE_SWEEP", "never", 1) == 0);
	owner = getpid();
	MUST(atexit(leave) == 0);
}

unsigned count_scratch(void)
{
	DIR *stream = opendir(scratch);
	struct dirent *entry;
	unsigned count = 0;

	MUST(stream);
	while ((entry = readdir(stream)))
		count += entry->d_name[0] != '.' &&
			 strncmp(entry->d_name, "tempfile-", 9) != 0;
	(void)closedir(stream);
	return count;
}
