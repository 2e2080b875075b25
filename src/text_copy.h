/* SPDX-License-Identifier: MIT */
/* Copying up to a line end that is not found before, but on the way. */
#ifndef TEMPFILE_TEXT_COPY_H
#define TEMPFILE_TEXT_COPY_H

#include "codec_kind.h"

#define COPY_BLOCK 32

/*
 * Copy bytes up to the first that is stop, or n; how many that were. What is
 * behind those may be overwritten, up to n. Each block is read before it is
 * written, so to may also be COPY_BLOCK bytes, or more, below from.
 */
static inline size_t copy_until(unsigned char *to, const unsigned char *from,
				size_t n, unsigned char stop)
{
	typedef unsigned char block __attribute__((vector_size(16)));
	size_t i = 0;

	for (; n - i >= COPY_BLOCK; i += COPY_BLOCK) {
		block low, high, any;
		uint64_t words[4];

		memcpy(&low, from + i, sizeof low);
		memcpy(&high, from + i + 16, sizeof high);
		memcpy(to + i, &low, sizeof low);
		memcpy(to + i + 16, &high, sizeof high);
		low = (block)(low == stop);
		high = (block)(high == stop);
		any = low | high;
		memcpy(words, &any, sizeof any);
		if (!(words[0] | words[1]))
			continue;
		memcpy(words, &low, sizeof low);
		memcpy(words + 2, &high, sizeof high);
		for (int k = 0; k < 3; k++) {
			if (words[k])
				return i + count_before(words[k]);
			i += 8;
		}
		return i + count_before(words[3]);
	}
	for (; i < n && from[i] != stop; i++)
		to[i] = from[i];
	return i;
}

#endif
