/* SPDX-License-Identifier: MIT */
/* Between codec_iconv.c, which converts, and codec_probe.c, which finds out. */
#ifndef TEMPFILE_CODEC_ICONV_H
#define TEMPFILE_CODEC_ICONV_H

#include <iconv.h>

#include "codec_kind.h"

#define NO_ICONV ((iconv_t)-1)
#define REFUSED  ((size_t)-1)

struct codec_iconv {
	iconv_t decoder, encoder;
	unsigned char newline[4];
	size_t newline_length;
	bool plain_newlines; /* the bytes of \n and \r are never others' */
	bool substitutes;    /* writes "*" or "?" for what it does not have */
	bool stateful;
	bool deaf; /* its decoder does not listen to a reset */
};

/* Try the encoding out; false: it is none for us. */
bool tempfile__codec_probe(struct codec_iconv *self);

/* iconv, for bytes that are not signed; in NULL: to the initial state. */
static inline size_t convert(iconv_t with, const unsigned char **in, size_t *n,
			     unsigned char **out, size_t *room)
{
	char *from = in ? (char *)(uintptr_t)*in : NULL;
	char *to = (char *)*out;
	size_t result = iconv(with, in ? &from : NULL, n, &to, room);

	if (in)
		*in = (const unsigned char *)from;
	*out = (unsigned char *)to;
	return result;
}

static inline void rewind_state(iconv_t with)
{
	(void)iconv(with, NULL, NULL, NULL, NULL);
}

static inline void rewind_decoder(struct codec_iconv *self)
{
	/* ISO-2022-JP: a character, and the way back to the initial state. */
	const unsigned char *in = (const unsigned char *)"\033$B$\"\033(B";
	unsigned char ignored[4], *out = ignored;
	size_t n = 8, room = sizeof ignored;

	rewind_state(self->decoder);
	if (self->deaf)
		(void)convert(self->decoder, &in, &n, &out, &room);
}

#endif
