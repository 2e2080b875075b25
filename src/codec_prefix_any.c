/* SPDX-License-Identifier: MIT */
/* Where there is nothing faster than what all processors can do. */
#include "codec_kind.h"

size_t tempfile__codec_utf8_prefix_after(uint32_t before,
					 const unsigned char *text, size_t n,
					 size_t *begun)
{
	return tempfile__codec_utf8_prefix_portable(before, text, n, begun);
}
