/* SPDX-License-Identifier: MIT */
/*
 * Messages and output: who is speaking, and the exit status that belongs to
 * what is said. There is one command a process, chosen once.
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"

static const struct command *current;

void choose_command(const struct command *command)
{
	current = command;
}

const struct command *chosen_command(void)
{
	return current;
}

int misuse_status(void)
{
	fprintf(stderr, "Try 'tempf %s --help' for more information.\n",
		current->name);
	return current->misuse;
}

char *tame(char *text)
{
	char *c;

	for (c = text; *c; c++)
		if (iscntrl((unsigned char)*c))
			*c = '?';
	return text;
}

/* The line's end is added. */
TEMPFILE_FORMAT(1, 0)
static void say(const char *format, va_list arguments)
{
	char *text;

	if (vasprintf(&text, format, arguments) == -1) {
		fputs("out of memory\n", stderr);
		return;
	}
	fprintf(stderr, "%s\n", isatty(2) ? tame(text) : text);
	free(text);
}

int fail(const char *format, ...)
{
	va_list arguments;

	fprintf(stderr, current->names_itself ? "tempf %s: " : "tempf: ",
		current->name);
	va_start(arguments, format);
	say(format, arguments);
	va_end(arguments);
	return current->failure;
}

int fail_by_library(void)
{
	return fail("%s", tempfile_errmsg());
}

int misuse(const char *format, ...)
{
	va_list arguments;

	fprintf(stderr, "tempf %s: ", current->name);
	va_start(arguments, format);
	say(format, arguments);
	va_end(arguments);
	return misuse_status();
}

void hold_output(void)
{
	static char buffer[BUFSIZ];

	(void)setvbuf(stdout, buffer, _IOFBF, sizeof buffer);
}

int flush_output(void)
{
	if (ferror(stdout)) {
		errno = EIO;
		return -1;
	}
	return fflush(stdout) ? -1 : 0;
}

int finish_output(void)
{
	return flush_output() ? fail("write error: %s", strerror(errno)) : 0;
}
