/* SPDX-License-Identifier: MIT */
/* tempf: temporary files and directories for shell scripts. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "child.h"
#include "cli.h"
#include "system.h"

static const struct command *const commands[] = {
	&file_command,  &dir_command,    &run_command, &write_command,
	&spool_command, &where_command,  &ls_command,  &sweep_command,
	&rm_command,    &mktemp_command,
};
#define COMMANDS (sizeof commands / sizeof *commands)

/* tempf itself, as far as messages and statuses go. */
static const struct command tempf = {.name = "", .failure = 1, .misuse = 2};

static int print_overview(void)
{
	size_t i;

	hold_output();
	puts("Usage: tempf COMMAND [OPTION]... [ARGUMENT]...\n"
	     "Temporary files and directories that are gone when done.\n");
	for (i = 0; i < COMMANDS; i++)
		printf("  %-7s %s\n", commands[i]->name, commands[i]->summary);
	puts("\nSee 'tempf COMMAND --help', 'tempf --version' and tempf(1).");
	return finish_output();
}

static int print_version(void)
{
	hold_output();
	printf("tempf (libtempfile) %s\n", tempfile_version());
	return finish_output();
}

static int refuse(const char *what, const char *name)
{
	fprintf(stderr, "tempf: %s%s%s%s\n", what, name ? " '" : "",
		name ? name : "", name ? "'" : "");
	fputs("Try 'tempf --help' for more information.\n", stderr);
	return tempf.misuse;
}

/* Before anything is printed or arranged for the exit. */
static void prepare(const struct command *command)
{
	if (command->is_short)
		return;
	hold_output();
	atexit(die_if_signalled);
}

static int run_command_of(int argc, char **argv)
{
	static char title[32] = "tempf "; /* for what getopt prints */
	size_t i;

	for (i = 0; i < COMMANDS; i++) {
		if (strcmp(commands[i]->name, argv[0]) != 0)
			continue;
		memcpy(title + strlen(title), argv[0], strlen(argv[0]) + 1);
		argv[0] = title;
		choose_command(commands[i]);
		prepare(commands[i]);
		return commands[i]->run(argc, argv);
	}
	return refuse(*argv[0] == '-' ? "unrecognized option"
				      : "unknown command",
		      argv[0]);
}

int main(int argc, char **argv)
{
	begin_process(&argc, &argv);
	choose_command(&tempf);
	if (argc < 2)
		return refuse("which command?", NULL);
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
		return print_overview();
	if (strcmp(argv[1], "--version") == 0)
		return print_version();
	return run_command_of(argc - 1, argv + 1);
}
