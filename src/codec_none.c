/* SPDX-License-Identifier: MIT */
/* Where the C library has no iconv: the encodings of our own are all. */
#include "codec_kind.h"

#include <errno.h>
#include <langinfo.h>

const char *tempfile__codec_locale(void)
{
	return nl_langinfo(CODESET);
}

int tempfile__codec_iconv_open(struct codec *codec, const char *encoding)
{
	(void)codec;
	(void)encoding;
	errno = EINVAL;
	return -1;
}

/*
 * None was opened, so none of these is ever called.
 */

void tempfile__codec_iconv_close(struct codec *codec)
{
	(void)codec;
}

void tempfile__codec_iconv_reset(struct codec *codec)
{
	(void)codec;
}

int tempfile__codec_iconv_finish(struct codec *codec, struct scratch *out)
{
	(void)codec;
	(void)out;
	return 0;
}

size_t tempfile__codec_iconv_newline(
	const struct codec *codec,
	/* NOLINTNEXTLINE(readability-non-const-parameter): others write it */
	unsigned char newline[4])
{
	(void)codec;
	(void)newline;
	return 0;
}
