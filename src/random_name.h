/* SPDX-License-Identifier: MIT */
/*
 * Unpredictable names: a prefix, random characters of a-z 0-9 _ (one case only,
 * so that systems which fold it lose nothing), a suffix.
 */
#ifndef TEMPFILE_RANDOM_NAME_H
#define TEMPFILE_RANDOM_NAME_H

#include <stdbool.h>
#include <stddef.h>

#define DEFAULT_PREFIX       "tmp"
#define RANDOM_CHARS_DEFAULT 12 /* 62 bits */
#define RANDOM_CHARS_MOST    128

struct name_pattern {
	const char *prefix;
	size_t prefix_length;
	const char *suffix;
	size_t suffix_length;
	unsigned random_chars;
};

/*
 * A leased name is what a sweep looks at: nobody holds a lock on what bears
 * it, and it goes.
 */
#ifndef LEASED_PREFIX /* another one where leases are not known to others */
#define LEASED_PREFIX "tempfile-"
#endif
#define LEASED_RANDOM_CHARS 26
#define LEASED_NAME_BYTES   (sizeof LEASED_PREFIX + LEASED_RANDOM_CHARS)
extern const struct name_pattern tempfile__leased_pattern;

/* Bytes a name of this pattern takes, its NUL included. */
static inline size_t tempfile__name_size(const struct name_pattern *pattern)
{
	return pattern->prefix_length + pattern->random_chars +
	       pattern->suffix_length + 1;
}

/* Write a fresh name to place, which has tempfile__name_size bytes. */
int tempfile__name_draw(const struct name_pattern *pattern, char *place);

/* Could text have been drawn: is it of those characters alone? */
bool tempfile__is_drawn(const char *text);

/* NULL, or why this cannot stand in a file name anywhere. */
const char *tempfile__prefix_fault(const char *prefix);
const char *tempfile__suffix_fault(const char *suffix);

/* A number below bound, from the same source. -1 and errno. */
int tempfile__random_below(unsigned bound);

#endif
