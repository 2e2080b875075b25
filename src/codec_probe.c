/* SPDX-License-Identifier: MIT */
/*
 * What kind of encoding is behind an iconv name.
 *
 * Names say little and systems differ, so what matters is tried out: whether
 * line ends are ASCII's, whether bytes change their meaning with what came
 * before, whether iconv writes something of its own for characters that it
 * cannot encode, whether a decoder can be reset. An encoding that writes a mark
 * of the byte order is refused: only with the order in its name is it one. So
 * is one that writes something else and does not say so.
 */
#include "codec_iconv.h"

/* Convert a short text whole; its length, -1. *ending: of the way back to the
 * initial state. */
static ssize_t convert_short(iconv_t with, const char *text, size_t n,
			     unsigned char out[32], size_t *ending)
{
	const unsigned char *in = (const unsigned char *)text;
	unsigned char *to = out;
	size_t room = 32, before;

	rewind_state(with);
	if (convert(with, &in, &n, &to, &room) != 0) {
		rewind_state(with);
		return -1;
	}
	before = room;
	if (convert(with, NULL, NULL, &to, &room) == REFUSED)
		return -1;
	*ending = before - room;
	return to - out;
}

#define ESCAPE 0x1B

/* Characters, some of which every stateful encoding shifts for or holds back:
 * a, e with circumflex, alef, Tamil ka, hiragana a, han, hangul. */
static const char *const probes[] = {"a",
				     "\xC3\xAA",
				     "\xD7\x90",
				     "\xE0\xAE\x95",
				     "\xE3\x81\x82",
				     "\xE4\xB8\xAD",
				     "\xED\x95\x9C"};

static bool is_stateful(iconv_t decoder, iconv_t encoder)
{
	unsigned char bytes[32], back[32];
	size_t ending = 0;

	for (size_t i = 0; i < sizeof probes / sizeof *probes; i++) {
		ssize_t n = convert_short(encoder, probes[i], strlen(probes[i]),
					  bytes, &ending);

		if (n <= 0)
			continue;
		/* musl leads back after each character. */
		if (ending > 0 || bytes[0] == ESCAPE)
			return true;
		n = convert_short(decoder, (const char *)bytes, (size_t)n, back,
				  &ending);
		if (n > 0 && ending > 0)
			return true;
	}
	return false;
}

static bool has_plain_newlines(iconv_t decoder)
{
	unsigned char out[32];
	size_t ending;

	return convert_short(decoder, "\n", 1, out, &ending) == 1 &&
	       out[0] == '\n' &&
	       convert_short(decoder, "\r", 1, out, &ending) == 1 &&
	       out[0] == '\r';
}

/* No encoding but Unicode's has this one, for private use. */
static const char last_character[] = "\xF4\x8F\xBF\xBD";

static bool substitutes(iconv_t encoder)
{
	const unsigned char *in = (const unsigned char *)last_character;
	unsigned char bytes[32], *out = bytes;
	size_t n = 4, room = sizeof bytes;
	size_t result;

	rewind_state(encoder);
	result = convert(encoder, &in, &n, &out, &room);
	rewind_state(encoder);
	return result != 0 && result != REFUSED;
}

/* Does it say that it wrote this character, when it wrote another? */
static bool is_deceptive(iconv_t decoder, iconv_t encoder)
{
	unsigned char bytes[32], back[32];
	size_t ending;
	ssize_t n = convert_short(encoder, last_character, 4, bytes, &ending);

	return n > 0 && (convert_short(decoder, (const char *)bytes, (size_t)n,
				       back, &ending) != 4 ||
			 memcmp(back, last_character, 4) != 0);
}

static bool reads_letter(iconv_t decoder)
{
	unsigned char out[32];
	size_t ending;

	return convert_short(decoder, "a", 1, out, &ending) == 1 &&
	       out[0] == 'a';
}

/* Does what an escape sequence began outlive a reset? */
static bool is_deaf(iconv_t decoder)
{
	unsigned char out[32];
	size_t ending;

	if (!reads_letter(decoder))
		return false;
	(void)convert_short(decoder, "\033$B", 3, out, &ending);
	return !reads_letter(decoder);
}

/* Does it begin with U+FEFF, in whatever form, though nobody asked? */
static bool is_marked(const unsigned char *bytes, ssize_t n)
{
	return n >= 2 && ((bytes[0] == 0xFF && bytes[1] == 0xFE) ||
			  (bytes[0] == 0xFE && bytes[1] == 0xFF) ||
			  (n >= 4 && memcmp(bytes, "\0\0\xFE\xFF", 4) == 0));
}

bool tempfile__codec_probe(struct codec_iconv *self)
{
	unsigned char bytes[32] = "\n";
	size_t ending;
	ssize_t n = convert_short(self->encoder, "\n", 1, bytes, &ending);

	if (n < 1 || is_marked(bytes, n) ||
	    is_deceptive(self->decoder, self->encoder))
		return false;
	self->plain_newlines = has_plain_newlines(self->decoder);
	if (self->plain_newlines) {
		/* ISO-2022-KR begins what it writes with an escape. */
		bytes[0] = '\n';
		n = 1;
	}
	if ((size_t)n > sizeof self->newline)
		return false;
	memcpy(self->newline, bytes, (size_t)n);
	self->newline_length = (size_t)n;
	self->substitutes = substitutes(self->encoder);
	self->stateful = is_stateful(self->decoder, self->encoder);
	self->deaf = self->stateful && is_deaf(self->decoder);
	rewind_decoder(self);
	rewind_state(self->encoder);
	return !self->deaf || reads_letter(self->decoder);
}
