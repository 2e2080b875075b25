/* SPDX-License-Identifier: MIT */
/* What a life publishes, and what stood there before: whole, or it is a fault.
 */
#ifndef TARGET_H
#define TARGET_H

#include <stdbool.h>

enum before { NOTHING, OLD_FILE, OLD_TREE };

/* Have it as a life is to find it; what is there goes. */
void prepare_target(const char *target, enum before before);
void remove_target(const char *target);

bool target_is_new(const char *target);

/* Why it is neither old nor new, each whole; NULL. */
const char *fault_of_target(const char *target, enum before before);

/* A file of LIFE_SIZE bytes, all the same letter. */
void write_file(const char *path, char letter);

/* -1: it is not a directory. */
int count_entries(const char *path);

/* What does not hold ends the program. */
void must(bool done, const char *what);

#endif
