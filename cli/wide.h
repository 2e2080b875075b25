/* SPDX-License-Identifier: MIT */
/* Windows: between our UTF-8 and its UTF-16; for free(), NULL and errno. */
#ifndef TEMPF_WIDE_H
#define TEMPF_WIDE_H

#include <wchar.h>

wchar_t *to_wide(const char *text);
char *to_utf8(const wchar_t *wide);

#endif
