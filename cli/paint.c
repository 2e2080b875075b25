/* SPDX-License-Identifier: MIT */
/* Whether there is somebody to see colours is found out once. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "paint.h"

static bool is_wanted(void)
{
	const char *terminal = getenv("TERM");
	const char *refusal = getenv("NO_COLOR");

	return isatty(1) && terminal && strcmp(terminal, "dumb") != 0 &&
	       !(refusal && *refusal);
}

void paint(enum paint paint)
{
	static const char *const codes[] = {
		[PLAIN] = "\033[m",
		[BOLD] = "\033[1m",
		[FAINT] = "\033[2m",
		[RED] = "\033[31m",
	};
	static int wanted = -1; /* not known yet */

	if (wanted == -1)
		wanted = is_wanted();
	if (wanted)
		fputs(codes[paint], stdout);
}
