/* SPDX-License-Identifier: MIT */
/* Where there is nothing faster than what all processors can do. */
#include "text.h"

text_writer *tempfile__text_choose_writer(void)
{
	return tempfile__text_write_plain;
}

text_line_reader *tempfile__text_choose_line_reader(void)
{
	return tempfile__text_getline_plain;
}
