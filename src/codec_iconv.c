/* SPDX-License-Identifier: MIT */
/*
 * Every encoding that the system's iconv knows.
 *
 * iconv tells how far it came only in bytes, so where reading has to stop after
 * a certain character its input is cut there, if the encoding is one whose line
 * ends can be seen in its bytes, and else given room for one character a time.
 *
 * Every write ends in the initial state, so that what follows may begin there
 * and a write that fails needs no state to be brought back.
 */
#include "codec_iconv.h"
#include "codec_kind.h"

#include <errno.h>
#include <langinfo.h>
#include <stdlib.h>

/* What iconv says of the input up to end. */
static enum codec_result convert_span(struct codec_iconv *self,
				      struct codec_span *span,
				      const unsigned char *end, size_t room)
{
	size_t n = (size_t)(end - span->in);
	size_t result =
		convert(self->decoder, &span->in, &n, &span->out, &room);

	if (result == 0)
		return CODEC_MORE;
	if (result == REFUSED && errno == E2BIG)
		return CODEC_FULL;
	if (result == REFUSED && errno == EINVAL &&
	    (end < span->in_end || !span->final))
		return CODEC_MORE;
	span->bad = errno == EINVAL ? n : 1;
	/* It made something up, and nobody can say where. */
	if (result != REFUSED)
		span->bad = 0;
	return CODEC_BAD;
}

/* One character, or what changes the state and is none. */
static enum codec_result convert_one(struct codec_iconv *self,
				     struct codec_span *span)
{
	const unsigned char *in = span->in, *out = span->out;
	size_t room = (size_t)(span->out_end - span->out);
	enum codec_result result = CODEC_FULL;

	for (size_t n = 1; n <= room && result == CODEC_FULL; n++) {
		result = convert_span(self, span, span->in_end, n);
		if (span->in != in || span->out != out)
			break;
	}
	if (span->out > out && is_stop(span->out[-1], span->stops))
		return CODEC_STOPPED;
	return result == CODEC_FULL && span->in != in ? CODEC_MORE : result;
}

static enum codec_result decode_stepping(struct codec_iconv *self,
					 struct codec_span *span)
{
	enum codec_result result = CODEC_MORE;
	const unsigned char *in = NULL;

	while (result == CODEC_MORE && span->in < span->in_end &&
	       span->in != in) {
		in = span->in;
		result = convert_one(self, span);
	}
	return result;
}

/* What iconv holds back until it knows what follows: nothing does. */
static enum codec_result decode_rest(struct codec *codec,
				     struct codec_span *span)
{
	iconv_t decoder = codec->iconv->decoder;
	size_t room = (size_t)(span->out_end - span->out);

	if (convert(decoder, NULL, NULL, &span->out, &room) == REFUSED)
		return CODEC_FULL;
	codec->moved = false;
	return CODEC_MORE;
}

static enum codec_result decode_span(struct codec *codec,
				     struct codec_span *span)
{
	struct codec_iconv *self = codec->iconv;
	enum codec_result result = CODEC_MORE;

	if (span->in == span->in_end)
		return span->final ? decode_rest(codec, span) : CODEC_MORE;
	if (span->stops && !self->plain_newlines)
		return decode_stepping(self, span);
	while (result == CODEC_MORE && span->in < span->in_end) {
		const unsigned char *end = tempfile__codec_cut(span,
							       span->in_end),
				    *in = span->in;
		const unsigned char *out = span->out;

		result = convert_span(self, span, end,
				      (size_t)(span->out_end - span->out));
		if (span->in == end && span->out > out &&
		    is_stop(span->out[-1], span->stops))
			return CODEC_STOPPED;
		if (span->in == in && result == CODEC_MORE)
			return end < span->in_end ? decode_stepping(self, span)
						  : CODEC_MORE;
	}
	return result;
}

/* What stopped iconv is nothing that has failed, as yet. */
static enum codec_result decode(struct codec *codec, struct codec_span *span)
{
	int error = errno;
	enum codec_result result = decode_span(codec, span);

	errno = error;
	return result;
}

/* U+E0000 to U+E007F, which glibc drops where it cannot encode them. */
static bool has_tags(const unsigned char *text, size_t n)
{
	const unsigned char *end = text + n;

	while ((text = memchr(text, 0xF3, (size_t)(end - text))) != NULL)
		if (end - ++text >= 2 && text[0] == 0xA0)
			return true;
	return false;
}

/* Up to what cannot be encoded, in text or result; -1: ENOMEM. */
static ssize_t encode_run(struct codec_iconv *self, const unsigned char *text,
			  size_t n, struct scratch *out, size_t *result)
{
	const unsigned char *in = text;
	size_t left = n;

	do {
		unsigned char *to = tempfile__scratch_room(out, left + 16);
		size_t room;

		if (!to)
			return -1;
		room = out->capacity - out->length;
		*result = convert(self->encoder, &in, &left, &to, &room);
		out->length = (size_t)(to - out->bytes);
	} while (*result == REFUSED && errno == E2BIG);
	return in - text;
}

/* The same a character at a time, looking at what becomes of each. */
static ssize_t encode_careful(struct codec_iconv *self,
			      const unsigned char *text, size_t n,
			      struct scratch *out)
{
	size_t at = 0, result;

	while (at < n) {
		size_t length = (size_t)utf8_length(text[at]);
		size_t before = out->length;
		bool is_tag = has_tags(text + at, length);

		if (encode_run(self, text + at, length, out, &result) < 0)
			return -1;
		if (result != 0 || (is_tag && out->length == before)) {
			out->length = before;
			break;
		}
		at += length;
	}
	return (ssize_t)at;
}

static ssize_t encode_span(struct codec *codec, const unsigned char *text,
			   size_t n, struct scratch *out)
{
	struct codec_iconv *self = codec->iconv;
	size_t result;
	ssize_t done;

	if (n == 0)
		return 0;
	if (self->substitutes || has_tags(text, n))
		return encode_careful(self, text, n, out);
	done = encode_run(self, text, n, out, &result);
	if (done >= 0 && result != 0 && result != REFUSED) {
		errno = EILSEQ;
		return -1;
	}
	return done;
}

static ssize_t encode(struct codec *codec, const unsigned char *text, size_t n,
		      struct scratch *out)
{
	int error = errno;
	ssize_t done = encode_span(codec, text, n, out);

	if (done >= 0)
		errno = error;
	return done;
}

int tempfile__codec_iconv_finish(struct codec *codec, struct scratch *out)
{
	unsigned char *to = tempfile__scratch_room(out, 32);
	size_t room = 32;

	if (!to)
		return -1;
	if (convert(codec->iconv->encoder, NULL, NULL, &to, &room) == REFUSED)
		return -1;
	out->length = (size_t)(to - out->bytes);
	return 0;
}

static bool is_safe_name(const char *name)
{
	size_t length = strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "abcdefghijklmnopqrstuvwxyz"
				     "0123456789-_.:()+");

	return length > 0 && length < 60 && name[length] == '\0';
}

/* Python's spellings of names: as given, with - for _, without either. */
static void spell_name(char place[64], const char *name, int spelling)
{
	size_t length = 0;

	for (; *name; name++) {
		bool is_separator = *name == '_' || *name == '-';

		if (spelling == 2 && is_separator)
			continue;
		place[length++] =
			(char)(spelling == 1 && is_separator ? '-' : *name);
	}
	place[length] = '\0';
}

static int open_both(struct codec_iconv *self, const char *name)
{
	self->decoder = iconv_open("UTF-8", name);
	self->encoder = iconv_open(name, "UTF-8");
	if (self->decoder == NO_ICONV || self->encoder == NO_ICONV)
		return -1;
	if (tempfile__codec_probe(self))
		return 0;
	errno = EINVAL;
	return -1;
}

static void close_both(struct codec_iconv *self)
{
	int error = errno;

	if (self->decoder != NO_ICONV)
		(void)iconv_close(self->decoder);
	if (self->encoder != NO_ICONV)
		(void)iconv_close(self->encoder);
	self->decoder = self->encoder = NO_ICONV;
	errno = error;
}

static int open_any_spelling(struct codec_iconv *self, const char *encoding)
{
	char name[64];

	for (int spelling = 0; spelling < 3; spelling++) {
		spell_name(name, encoding, spelling);
		if (open_both(self, name) == 0)
			return 0;
		close_both(self);
		if (errno != EINVAL)
			break;
	}
	return -1;
}

static const struct codec_kind iconv_kind = {decode, encode, 0, false};

int tempfile__codec_iconv_open(struct codec *codec, const char *encoding)
{
	struct codec_iconv *self;

	if (!is_safe_name(encoding)) {
		errno = EINVAL;
		return -1;
	}
	self = calloc(1, sizeof *self);
	if (!self)
		return -1;
	if (open_any_spelling(self, encoding) < 0) {
		free(self);
		return -1;
	}
	codec->iconv = self;
	codec->stateful = self->stateful;
	codec->reading = codec->writing = &iconv_kind;
	return 0;
}

void tempfile__codec_iconv_close(struct codec *codec)
{
	close_both(codec->iconv);
	free(codec->iconv);
	codec->iconv = NULL;
}

void tempfile__codec_iconv_reset(struct codec *codec)
{
	rewind_decoder(codec->iconv);
	rewind_state(codec->iconv->encoder);
}

size_t tempfile__codec_iconv_newline(const struct codec *codec,
				     unsigned char newline[4])
{
	memcpy(newline, codec->iconv->newline, sizeof codec->iconv->newline);
	return codec->iconv->newline_length;
}

const char *tempfile__codec_locale(void)
{
	return nl_langinfo(CODESET);
}
