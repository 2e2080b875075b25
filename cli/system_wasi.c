/* SPDX-License-Identifier: MIT */
/* What system_unix.c has, as WASI has it: no users, no signals, no terminal's
 * size. */
#include "system.h"

/* NOLINTNEXTLINE(readability-non-const-parameter): others change them */
void begin_process(int *argc, char ***argv)
{
	(void)argc, (void)argv;
}

void ignore_broken_pipes(void)
{
}

const char *owner_name(const char *path)
{
	(void)path;
	return NULL;
}

int terminal_width(void)
{
	return 0;
}
