/* SPDX-License-Identifier: MIT */
/* Error numbers in words, by a C library that knows them all. */
#include <string.h>

#include "error.h"

const char *tempfile__error_text(int code)
{
	/* Known codes have constant strings in every libc we know. */
	return strerror(code);
}
