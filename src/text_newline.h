/* SPDX-License-Identifier: MIT */
/* Line ends that become others on the way from one place to another. */
#ifndef TEMPFILE_TEXT_NEWLINE_H
#define TEMPFILE_TEXT_NEWLINE_H

#include <stddef.h>

/*
 * Copy bytes up to the first that is stop, or n; how many that were. What is
 * behind those may be overwritten, up to n. It goes by blocks, each read before
 * it is written, and then by bytes: to may also be below from, by a block at
 * least unless n is less.
 */
#define TEXT_COPY_BLOCK 16
size_t tempfile__text_copy_until(unsigned char *to, const unsigned char *from,
				 size_t n, unsigned char stop);

/*
 * Copy n bytes, with \n for each \r\n and each other \r; how many they become.
 * to may be from, or below it. text_newline_avx2.c or text_any.c; the portable
 * one, which those call, is in text_newline.c.
 */
size_t tempfile__text_shorten_ends(unsigned char *to, const unsigned char *from,
				   size_t n);
size_t tempfile__text_shorten_ends_portable(unsigned char *to,
					    const unsigned char *from,
					    size_t n);

/* The same with \r\n for each \n, to where there is room for 2 * n. */
size_t tempfile__text_lengthen_ends(unsigned char *to,
				    const unsigned char *from, size_t n);
size_t tempfile__text_lengthen_ends_portable(unsigned char *to,
					     const unsigned char *from,
					     size_t n);

#endif
