/* SPDX-License-Identifier: MIT */
/* One table of options a command: the parser and the help both read it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

/* More options than any command has, --help and the last row among them. */
#define OPTIONS_MOST 16

static void print_option(const struct option_row *row)
{
	char left[40];
	const char *argument = row->argument ? row->argument : "";
	bool optional = *argument == '[';
	char letter[4] = "   ";

	if (row->letter < LONG_ONLY)
		snprintf(letter, sizeof letter, "-%c%c", row->letter,
			 row->name ? ',' : ' ');
	if (row->name)
		snprintf(left, sizeof left, "%s --%s%s%s", letter, row->name,
			 row->argument && !optional ? "=" : "", argument);
	else
		snprintf(left, sizeof left, "%s%s", letter, argument);
	printf("  %-26s %s\n", left, row->help);
}

void print_help(void)
{
	const struct command *current = chosen_command();
	const struct option_row *row;

	printf("Usage: tempf %s %s\n", current->name, current->synopsis);
	printf("%s\n\n", current->summary);
	for (row = current->options; row->letter; row++)
		print_option(row);
	printf("  %-26s %s\n", "    --help", "show this help");
	if (current->details)
		printf("\n%s", current->details);
}

static int argument_kind(const struct option_row *row)
{
	if (!row->argument)
		return no_argument;
	return *row->argument == '[' ? optional_argument : required_argument;
}

/* The table as getopt_long wants it. */
static void translate(const struct option_row *row, char *letters,
		      struct option *names)
{
	for (; row->letter; row++) {
		int kind = argument_kind(row);

		if (row->name)
			*names++ = (struct option){row->name, kind, NULL,
						   row->letter};
		if (row->letter >= LONG_ONLY)
			continue;
		*letters++ = (char)row->letter;
		if (kind == required_argument)
			*letters++ = ':';
	}
	*letters = '\0';
	*names++ = (struct option){"help", no_argument, NULL, LONG_ONLY - 1};
	*names = (struct option){0};
}

int next_option(int argc, char **argv)
{
	static char letters[1 + 2 * OPTIONS_MOST] = "+";
	static struct option names[OPTIONS_MOST];
	const struct command *command = chosen_command();
	bool in_order;
	int letter;

	if (!names[0].name)
		translate(command->options, letters + 1, names);
	/* Not every C library asks the variable itself. */
	in_order = command->runs_rest || getenv("POSIXLY_CORRECT");
	letter = getopt_long(argc, argv, letters + !in_order, names, NULL);
	if (letter == LONG_ONLY - 1) {
		if (command->is_short)
			hold_output();
		print_help();
		exit(finish_output());
	}
	return letter;
}

char **split_command(int *argc, char **argv)
{
	int i;

	for (i = 1; i < *argc; i++) {
		if (strcmp(argv[i], "--") != 0)
			continue;
		argv[i] = NULL;
		*argc = i;
		return argv + i + 1;
	}
	return NULL;
}
