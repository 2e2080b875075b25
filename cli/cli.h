/* SPDX-License-Identifier: MIT */
/* What the subcommands of tempf share: their options, help and messages. */
#ifndef TEMPF_CLI_H
#define TEMPF_CLI_H

#include <getopt.h>
#include <stdbool.h>
#include <stdint.h>
#include <tempfile.h>

/* An option, for the parser and the help alike; a row of zeros ends a table. */
struct option_row {
	int letter;           /* what next_option returns; the short option */
	const char *name;     /* the long option; or NULL */
	const char *argument; /* "X", "[=X]" if it may be missing; or NULL */
	const char *help;
};

/* Letters of options that have no short form. */
enum long_only { LONG_ONLY = 256 };

struct command {
	const char *name;
	const char *synopsis; /* what follows the name */
	const char *summary;  /* one sentence */
	const char *details; /* what the help says after the options; or NULL */
	const struct option_row *options;
	int (*run)(int argc, char **argv); /* the exit status */
	int failure;                       /* exit status: could not do it */
	int misuse;                        /* exit status: asked wrongly */
	bool names_itself; /* messages begin "tempf mktemp:", not "tempf:" */
	bool runs_rest;    /* the first operand ends the options */
	bool is_short;     /* it runs no child, and holds its output itself */
};

extern const struct command file_command, dir_command, run_command, rm_command,
	where_command, mktemp_command, write_command, spool_command, ls_command,
	sweep_command;

/* From now on messages and options are those of command. */
void choose_command(const struct command *command);
const struct command *chosen_command(void);

/*
 * The next option's letter, -1 after the last (optind is then the first
 * operand), or '?' for one that does not exist: told, return misuse_status().
 * --help prints the help and exits.
 */
int next_option(int argc, char **argv);
int misuse_status(void);

void print_help(void);

/* "tempf: ..." on standard error; the command's failure status. */
int fail(const char *format, ...) TEMPFILE_FORMAT(1, 2);
int fail_by_library(void); /* with tempfile_errmsg() */

/* "tempf NAME: ..." and where to look it up; the command's misuse status. */
int misuse(const char *format, ...) TEMPFILE_FORMAT(1, 2);

/* Control characters as question marks: no name commands a terminal. */
char *tame(char *text);

/* All output waits until it is flushed, which tells why it cannot be written;
 * some libraries would write the first line at once, and forget why not. */
void hold_output(void);

/* Hand what was printed to the system. -1 and errno if any of it was lost. */
int flush_output(void);

/* The same, told: 0 or the failure status. */
int finish_output(void);

/* Cut argv off before "--": what follows it, or NULL if nothing does. */
char **split_command(int *argc, char **argv);

/* Numbers that people write; -1 if text is not one. */
int parse_permissions(const char *text, unsigned *permissions);
int parse_size(const char *text, int64_t *bytes);  /* 64M */
int parse_age(const char *text, int64_t *seconds); /* 2d */

/* Numbers that people read, in place, which is returned. */
#define HUMAN_BYTES 32
const char *human_size(int64_t bytes, char place[HUMAN_BYTES]);
const char *human_age(int64_t seconds, char place[HUMAN_BYTES]);

#endif
