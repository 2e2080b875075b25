/* SPDX-License-Identifier: MIT */
/*
 * One JSON object a line, on standard output.
 *
 *	json_begin();
 *	json_string("path", path);
 *	json_end();
 */
#ifndef TEMPF_JSON_H
#define TEMPF_JSON_H

#include <stdbool.h>
#include <stdint.h>

void json_begin(void);
void json_end(void);

/*
 * Bytes that are not UTF-8 become \udc80 to \udcff, as Python's
 * surrogateescape has them. NULL is null.
 */
void json_string(const char *key, const char *bytes);
void json_number(const char *key, int64_t number);
void json_bool(const char *key, bool value);
void json_null(const char *key);

#endif
