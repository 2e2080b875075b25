/* SPDX-License-Identifier: MIT */
/* What the subcommands ask of the system: system_posix.c and its like. */
#ifndef TEMPF_SYSTEM_H
#define TEMPF_SYSTEM_H

#include <stdbool.h>
#include <stddef.h>

/* Before anything else: streams fit for bytes, arguments in UTF-8. */
void begin_process(int *argc, char ***argv);

/* Writing to a pipe that nobody reads shall be an error like any other. */
void ignore_broken_pipes(void);

/* What is at path; a link is OTHER unless it is to be followed. NOTHING: errno
 * tells why. */
enum path_kind { NOTHING, REGULAR, DIRECTORY, OTHER };
enum path_kind kind_of_path(const char *path, bool follow);

bool is_root_directory(const char *path);
bool is_separator(char c);

/* The name of who owns it; NULL if that cannot be found out. */
const char *owner_name(const char *path);

/* An existing file, to write into; -1 and errno. */
int open_to_write(const char *path);

/* n random bytes; -1 and errno. */
int draw_bytes(void *bytes, size_t n);

/* A variable's value; NULL if unset or empty. */
const char *get_variable(const char *name);

/* Where mktemp(1) goes when nothing is said. */
const char *fallback_directory(void);

/* Columns of the terminal that standard error is; 0: that is not known. */
int terminal_width(void);

#endif
