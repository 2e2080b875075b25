/* SPDX-License-Identifier: MIT */
/* Copying up to a line end that is not found before, but on the way. */
#include "text_newline.h"

#include "codec_kind.h"

size_t tempfile__text_copy_until(unsigned char *to, const unsigned char *from,
				 size_t n, unsigned char stop)
{
	typedef unsigned char block
		__attribute__((vector_size(TEXT_COPY_BLOCK)));
	size_t i = 0;

	for (; n - i >= sizeof(block); i += sizeof(block)) {
		uint64_t words[2];
		block bytes;

		memcpy(&bytes, from + i, sizeof bytes);
		memcpy(to + i, &bytes, sizeof bytes);
		bytes = (block)(bytes == stop);
		memcpy(words, &bytes, sizeof words);
		if (words[0])
			return i + count_before(words[0]);
		if (words[1])
			return i + 8 + count_before(words[1]);
	}
	for (; i < n && from[i] != stop; i++)
		to[i] = from[i];
	return i;
}

size_t tempfile__text_shorten_ends_portable(unsigned char *to,
					    const unsigned char *from, size_t n)
{
	const unsigned char *start = to, *end = from + n;

	while (from < end) {
		size_t line = (size_t)(end - from);

		/* Of less than a block single bytes are copied. */
		if (from - to < TEXT_COPY_BLOCK && line >= TEXT_COPY_BLOCK)
			line = TEXT_COPY_BLOCK - 1;
		line = tempfile__text_copy_until(to, from, line, '\r');
		to += line;
		from += line;
		if (from == end || *from != '\r')
			continue;
		*to++ = '\n';
		from++;
		from += from < end && *from == '\n';
	}
	return (size_t)(to - start);
}

size_t tempfile__text_lengthen_ends_portable(unsigned char *to,
					     const unsigned char *from,
					     size_t n)
{
	const unsigned char *start = to, *end = from + n;

	while (from < end) {
		size_t line = tempfile__text_copy_until(
			to, from, (size_t)(end - from), '\n');

		to += line;
		from += line + 1;
		if (from > end)
			break;
		*to++ = '\r';
		*to++ = '\n';
	}
	return (size_t)(to - start);
}
