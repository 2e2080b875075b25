/* SPDX-License-Identifier: MIT */
/* Where there is nothing faster than what all processors can do. */
#include "text.h"
#include "text_newline.h"

text_writer *tempfile__text_choose_writer(void)
{
	return tempfile__text_write_plain;
}

text_line_reader *tempfile__text_choose_line_reader(void)
{
	return tempfile__text_getline_plain;
}

size_t tempfile__text_shorten_ends(unsigned char *to, const unsigned char *from,
				   size_t n)
{
	return tempfile__text_shorten_ends_portable(to, from, n);
}

size_t tempfile__text_lengthen_ends(unsigned char *to,
				    const unsigned char *from, size_t n)
{
	return tempfile__text_lengthen_ends_portable(to, from, n);
}
