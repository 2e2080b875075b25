/* SPDX-License-Identifier: MIT */
/* Numbers as people write and read them. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

struct unit {
	char letter;
	int64_t factor;
};

static const struct unit size_units[] = {
	{'K', 1LL << 10}, {'M', 1LL << 20}, {'G', 1LL << 30},
	{'T', 1LL << 40}, {0, 1},
};

static const struct unit age_units[] = {
	{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}, {'w', 604800}, {0, 1},
};

static int parse_number(const char *text, const struct unit *unit,
			int64_t *result)
{
	char *end;
	long long number;

	if (!isdigit((unsigned char)*text))
		return -1;
	errno = 0;
	number = strtoll(text, &end, 10);
	while (unit->letter && unit->letter != *end)
		unit++;
	if (unit->letter)
		end++;
	if (errno || *end || number > INT64_MAX / unit->factor)
		return -1;
	*result = number * unit->factor;
	return 0;
}

int parse_size(const char *text, int64_t *bytes)
{
	return parse_number(text, size_units, bytes);
}

int parse_age(const char *text, int64_t *seconds)
{
	return parse_number(text, age_units, seconds);
}

int parse_permissions(const char *text, unsigned *permissions)
{
	size_t length = strlen(text);

	if (!length || length > 5 || strspn(text, "01234567") != length)
		return -1;
	*permissions = (unsigned)strtoul(text, NULL, 8);
	/* The library takes none at all for the default. */
	return *permissions && *permissions <= 07777 ? 0 : -1;
}

const char *human_size(int64_t bytes, char place[HUMAN_BYTES])
{
	static const char *const names[] = {"B",   "KiB", "MiB", "GiB",
					    "TiB", "PiB", "EiB"};
	double size = (double)bytes;
	int i = 0;

	while (size >= 1000 && i < 6) {
		size /= 1024;
		i++;
	}
	snprintf(place, HUMAN_BYTES, i && size < 100 ? "%.1f %s" : "%.0f %s",
		 size, names[i]);
	return place;
}

const char *human_age(int64_t seconds, char place[HUMAN_BYTES])
{
	const struct unit *unit = age_units + 3; /* days */

	while (unit > age_units && seconds < 2 * unit->factor)
		unit--;
	snprintf(place, HUMAN_BYTES, "%lld%c",
		 (long long)(seconds / unit->factor), unit->letter);
	return place;
}
