/* SPDX-License-Identifier: MIT */
/* Error numbers in words. The C runtime knows those of forty years ago. */
#include <errno.h>
#include <string.h>

#include "error.h"

struct meaning {
	int code;
	const char *text;
};

const char *tempfile__error_text(int code)
{
	static const struct meaning meanings[] = {
		{ENOTSUP, "Operation not supported"},
		{EOPNOTSUPP, "Operation not supported"},
		{ESTALE, "Another file has taken its place"},
		{EWOULDBLOCK, "Somebody else holds it"},
		{EADDRINUSE, "Address already in use"},
		{ELOOP, "It is a link"},
		{ETIME, "Out of time"},
		{ECANCELED, "Operation canceled"},
		{EOVERFLOW, "Value too large"},
		{EBUSY, "Another program has it open"},
		{EILSEQ, "Invalid or incomplete character"},
	};

	for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++)
		if (meanings[i].code == code)
			return meanings[i].text;
	return strerror(code);
}
