/* SPDX-License-Identifier: MIT */
/*
 * What all encodings share: the mark of the byte order, and the way from what
 * is well-formed to what is not and on.
 *
 * A kind (codec_kind.h) converts what is well-formed and stops where it is not.
 * Then the handler for errors (codec_errors.c) puts something in its place, and
 * the kind goes on.
 */
#include "codec_kind.h"

#include <errno.h>

/* U+FEFF as kind has it; its length. */
static size_t mark_of(const struct codec_kind *kind, unsigned char mark[4])
{
	if (kind->width == 1) {
		memcpy(mark, "\xEF\xBB\xBF", 3);
		return 3;
	}
	memset(mark, 0, 4);
	if (kind->big_endian)
		memcpy(mark + kind->width - 2, "\xFE\xFF", 2);
	else
		memcpy(mark, "\xFF\xFE", 2);
	return kind->width;
}

/* The kind of the same width whose mark stands at in; NULL: none does. */
static const struct codec_kind *find_mark(const struct codec *codec,
					  const unsigned char *in, size_t n)
{
	const struct codec_kind *kinds[] = {
		&tempfile__codec_utf8, &tempfile__codec_utf16le,
		&tempfile__codec_utf16be, &tempfile__codec_utf32le,
		&tempfile__codec_utf32be};
	unsigned char mark[4];

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		size_t length = mark_of(kinds[i], mark);

		if (kinds[i]->width == codec->reading->width && n >= length &&
		    memcmp(in, mark, length) == 0)
			return kinds[i];
	}
	return NULL;
}

/*
 * Skip the mark. UTF-8 does without; UTF-16 and UTF-32 do not, and no handler
 * helps, because nothing says what the bytes mean.
 */
static enum codec_result skip_mark(struct codec *codec, struct codec_span *span)
{
	size_t left = (size_t)(span->in_end - span->in);
	bool is_utf8 = codec->reading->width == 1;
	size_t length = is_utf8 ? 3 : codec->reading->width;
	const struct codec_kind *kind;

	if (left == 0)
		return CODEC_MORE;
	if (left < length) {
		if (is_utf8 && memcmp(span->in, "\xEF\xBB", left) != 0)
			return CODEC_FULL;
		return span->final ? CODEC_FULL : CODEC_MORE;
	}
	kind = find_mark(codec, span->in, left);
	if (kind) {
		codec->reading = kind;
		span->in += length;
	}
	return kind || is_utf8 ? CODEC_FULL : CODEC_BAD;
}

enum codec_result tempfile__codec_decode(struct codec *codec,
					 struct codec_span *span)
{
	enum codec_result result = CODEC_FULL;

	if (span->at_start && codec->mark == CODEC_MARKED)
		result = skip_mark(codec, span);
	if (result == CODEC_FULL) {
		do {
			result = codec->reading->decode(codec, span);
		} while (result == CODEC_BAD &&
			 (result = tempfile__codec_handle_bad(
				  codec->errors, span)) == CODEC_MORE);
	}
	/* It is not this call's until there is room for more. */
	if (result == CODEC_BAD && span->out == span->out_end)
		return CODEC_FULL;
	if (result == CODEC_BAD)
		errno = EILSEQ;
	return result;
}

size_t tempfile__codec_newline(const struct codec *codec,
			       unsigned char newline[4])
{
	const struct codec_kind *kind = codec->reading;

	if (codec->iconv)
		return tempfile__codec_iconv_newline(codec, newline);
	memset(newline, 0, 4);
	newline[kind->big_endian ? kind->width - 1 : 0] = '\n';
	return kind->width;
}

size_t tempfile__codec_unfinished(const unsigned char *text, size_t n)
{
	for (size_t length = 1; length <= 3 && length <= n; length++) {
		const unsigned char *at = text + n - length;

		if ((*at & 0xC0) == 0x80)
			continue;
		if (*at >= 0xC0 && utf8_scan(at, text + n) == 0)
			return length;
		return length == 2 && *at == 0xED ? 2 : 0;
	}
	return 0;
}

static int add_mark(const struct codec *codec, struct scratch *out)
{
	unsigned char mark[4];

	return tempfile__scratch_add(out, mark, mark_of(codec->writing, mark));
}

int tempfile__codec_encode(struct codec *codec, const unsigned char *text,
			   size_t n, bool at_start, struct scratch *scratch,
			   const unsigned char **bytes, size_t *length)
{
	bool marked = at_start && codec->mark == CODEC_MARKED && n > 0;
	size_t good = tempfile__codec_utf8_prefix(text, n);

	*length = 0;
	if (good == n && !marked && codec->writing == &tempfile__codec_utf8) {
		*bytes = text;
		*length = n;
		return 0;
	}
	if (marked && add_mark(codec, scratch) < 0)
		return -1;
	for (size_t at = 0; at < n; *length = at) {
		ssize_t done = codec->writing->encode(codec, text + at,
						      good - at, scratch);

		if (done < 0)
			return -1;
		at += (size_t)done;
		if (at == n)
			break;
		*length = at;
		done = tempfile__codec_handle_unencodable(codec, text + at,
							  n - at, scratch);
		if (done < 0)
			return -1;
		at += (size_t)done;
		if (at >= good)
			good = at +
			       tempfile__codec_utf8_prefix(text + at, n - at);
	}
	if (codec->iconv && tempfile__codec_iconv_finish(codec, scratch) < 0)
		return -1;
	*bytes = scratch->bytes;
	*length = scratch->length;
	return 0;
}
