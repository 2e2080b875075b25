/* SPDX-License-Identifier: MIT */
/* Lines of UTF-8 with AVX2: found while they are copied, 32 bytes at a time. */
#include "codec_avx2.h"
#include "text.h"

/* Copy a pair of blocks; a bit for each \n in it. */
INLINE unsigned copy_pair(unsigned char *to, const unsigned char *from)
{
	__m256i pair = load_two(from);

	store_two(to, pair);
	return (unsigned)_mm256_movemask_epi8(find_byte(pair, '\n'));
}

/* As text_newline.h has it, of at least a pair: copy up to \n, or n. */
INLINE size_t copy_line(unsigned char *to, const unsigned char *from, size_t n)
{
	size_t i = 0;
	unsigned ends;

	do {
		ends = copy_pair(to + i, from + i);
		if (ends)
			return i + (size_t)__builtin_ctz(ends);
		i += PAIR;
	} while (i + PAIR <= n);
	/* The last may overlap what has been seen. */
	ends = copy_pair(to + n - PAIR, from + n - PAIR);
	return ends ? n - PAIR + (size_t)__builtin_ctz(ends) : n;
}

FAST static ssize_t read_line(struct buffer *buffer, char **line,
			      size_t *capacity, struct text *text)
{
	unsigned char *to = (unsigned char *)*line;
	size_t limit = text->before_cr, length;
	const unsigned char *in;

	if (!to || limit > tempfile__buffer_at_hand(buffer))
		return tempfile__text_getline_any(buffer, line, capacity, text);
	if (limit >= *capacity)
		limit = *capacity - 1;
	if (limit < PAIR || *capacity == 0)
		return tempfile__text_getline_any(buffer, line, capacity, text);
	in = buffer->window + tempfile__buffer_cursor(buffer);
	length = copy_line(to, in, limit);
	if (length == limit)
		return tempfile__text_getline_any(buffer, line, capacity, text);
	tempfile__text_skip_line(text, buffer, length + 1);
	if (text->translates && length > 0 && in[length - 1] == '\r')
		to[--length] = '\n';
	to[length + 1] = '\0';
	return (ssize_t)length + 1;
}

text_line_reader *tempfile__text_choose_line_reader(void)
{
	return tempfile__codec_has_avx2() ? read_line
					  : tempfile__text_getline_plain;
}
