/* SPDX-License-Identifier: MIT */
/* Random bytes by getentropy, on macOS, the BSDs and WebAssembly. */
#include "os.h"

#include <unistd.h>

#ifdef __APPLE__
#include <sys/random.h>
#endif

/* It gives at most 256 bytes at a time. */
int tempfile__os_random(void *bytes, size_t n)
{
	unsigned char *to = bytes;
	size_t piece;

	for (; n > 0; n -= piece, to += piece) {
		piece = n < 256 ? n : 256;
		if (getentropy(to, piece) < 0)
			return -1;
	}
	return 0;
}
