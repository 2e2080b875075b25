/* SPDX-License-Identifier: MIT */
/*
 * The codecs against Python's (codec_rows.h), with the input cut at every point
 * and the output given in portions of every awkward size.
 */
#include <errno.h>
#include <iconv.h>
#include <langinfo.h>
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "codec_kind.h"
#include "tempfile.h"

#define HANDLERS 5

struct bytes {
	const char *at;
	size_t n;
};
#define BYTES(literal)                       \
	{                                    \
		literal, sizeof(literal) - 1 \
	}
#define FAILS           \
	{               \
		NULL, 0 \
	}

struct row {
	const char *encoding;
	struct bytes given;
	struct bytes results[HANDLERS];
};

#include "codec_rows.h"

static const char *const handlers[HANDLERS] = {
	"strict", "replace", "ignore", "backslashreplace", "surrogateescape"};

static const size_t rooms[] = {1, 2, 3, 5, 4096};

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* What is asserted of, for the message of an assertion that fails. */
static void describe(const struct row *row, int handler, size_t split,
		     size_t room)
{
	print_message("%s, %s, %zu bytes cut at %zu, room for %zu\n",
		      row->encoding, handlers[handler], row->given.n, split,
		      room);
}

/* Decode given, cut at split, room bytes at a time; the length, or -1. */
static ssize_t decode_in_parts(struct codec *codec, struct bytes given,
			       size_t split, size_t room, unsigned char *out)
{
	const unsigned char *bytes = (const unsigned char *)given.at;
	size_t at = 0, known = split, length = 0, extra = 0;

	for (;;) {
		struct codec_span span = {
			.in = bytes + at,
			.in_end = bytes + known,
			.out = out + length,
			.out_end = out + length + room + extra,
			.at_start = at == 0,
			.final = known == given.n,
		};
		enum codec_result result = tempfile__codec_decode(codec, &span);
		bool moved = span.in > bytes + at || span.out > out + length;

		at = (size_t)(span.in - bytes);
		length = (size_t)(span.out - out);
		if (result == CODEC_BAD)
			return -1;
		if (result == CODEC_FULL) {
			extra = moved ? 0 : extra + 1;
			assert_true(extra <= CODEC_LONGEST);
			continue;
		}
		extra = 0;
		if (known < given.n)
			known = given.n;
		else if (!moved)
			return (ssize_t)length;
	}
}

static void check_decoded(const struct row *row, int handler, size_t split,
			  size_t room)
{
	struct bytes expected = row->results[handler];
	unsigned char out[8192];
	struct codec codec;
	ssize_t n;

	assert_int_equal(0, tempfile__codec_open(&codec, row->encoding,
						 handlers[handler]));
	errno = 0;
	n = decode_in_parts(&codec, row->given, split, room, out);
	tempfile__codec_close(&codec);
	if (n != (expected.at ? (ssize_t)expected.n : -1) ||
	    (n > 0 && memcmp(out, expected.at, (size_t)n) != 0)) {
		describe(row, handler, split, room);
		fail();
	}
	if (n < 0)
		assert_int_equal(EILSEQ, errno);
}

static void test_decode_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(decode_rows); i++)
		for (int h = 0; h < HANDLERS; h++)
			for (size_t j = 0; j < COUNT(rooms); j++)
				for (size_t split = 0;
				     split <= decode_rows[i].given.n; split++)
					check_decoded(&decode_rows[i], h, split,
						      rooms[j]);
}

/* Where an encoding is in the machine's order, the rows are of one that is
 * little-endian. */
static struct bytes in_our_order(const char *encoding, struct bytes bytes)
{
	static char swapped[256];
	size_t unit = strcmp(encoding, "utf-16") == 0   ? 2
		      : strcmp(encoding, "utf-32") == 0 ? 4
							: 1;

	if (!bytes.at || is_little_endian() || unit == 1)
		return bytes;
	assert_true(bytes.n <= sizeof swapped);
	for (size_t i = 0; i < bytes.n; i++)
		swapped[i] = bytes.at[i / unit * unit + unit - 1 - i % unit];
	return (struct bytes){swapped, bytes.n};
}

static void check_encoded(const struct row *row, int handler)
{
	struct bytes expected =
		in_our_order(row->encoding, row->results[handler]);
	const unsigned char *bytes = NULL;
	struct scratch scratch;
	struct codec codec;
	size_t n = 0;
	int result;

	assert_int_equal(0, tempfile__codec_open(&codec, row->encoding,
						 handlers[handler]));
	tempfile__scratch_open(&scratch);
	errno = 0;
	result = tempfile__codec_encode(
		&codec, (const unsigned char *)row->given.at, row->given.n,
		true, &scratch, &bytes, &n);
	if (result != (expected.at ? 0 : -1) ||
	    (result == 0 &&
	     (n != expected.n || memcmp(bytes, expected.at, n) != 0))) {
		describe(row, handler, 0, 0);
		fail();
	}
	if (result < 0)
		assert_int_equal(EILSEQ, errno);
	tempfile__scratch_close(&scratch);
	tempfile__codec_close(&codec);
}

static void test_encode_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(encode_rows); i++)
		for (int h = 0; h < HANDLERS; h++)
			check_encoded(&encode_rows[i], h);
}

/* What C can write and Python cannot even say: bytes that are no UTF-8. */
static const struct row invalid_utf8[] = {
	{"utf-8",
	 BYTES("a\xFFz"),
	 {FAILS, BYTES("a?z"), BYTES("az"), BYTES("a\\xffz"), FAILS}},
	{"utf-8",
	 BYTES("\xE2\x82z"),
	 {FAILS, BYTES("?z"), BYTES("z"), BYTES("\\xe2\\x82z"), FAILS}},
	{"cp1252",
	 BYTES("\xF3\x80\x80\x80z"),
	 {FAILS, BYTES("?z"), BYTES("z"), BYTES("\\U000c0000z"), FAILS}},
	{"latin-1",
	 BYTES("0123456789abcdef\xC3\xBC\xFF"),
	 {FAILS, BYTES("0123456789abcdef\xFC?"), BYTES("0123456789abcdef\xFC"),
	  BYTES("0123456789abcdef\xFC\\xff"), FAILS}},
	/* Not quite half a surrogate pair. */
	{"utf-8",
	 BYTES("\xEDz\x80"),
	 {FAILS, BYTES("?z?"), BYTES("z"), BYTES("\\xedz\\x80"), FAILS}},
	{"utf-8",
	 BYTES("\xED\x80z"),
	 {FAILS, BYTES("?z"), BYTES("z"), BYTES("\\xed\\x80z"), FAILS}},
	{"utf-8",
	 BYTES("\xED\xA0z"),
	 {FAILS, BYTES("??z"), BYTES("z"), BYTES("\\xed\\xa0z"), FAILS}},
	{"utf-8",
	 BYTES("\xED\xC0\x80"),
	 {FAILS, BYTES("???"), BYTES(""), BYTES("\\xed\\xc0\\x80"), FAILS}},
	{"utf-8",
	 BYTES("\xED\xA0\xC0"),
	 {FAILS, BYTES("???"), BYTES(""), BYTES("\\xed\\xa0\\xc0"), FAILS}},
	{"utf-16-le",
	 BYTES("\xC0z"),
	 {FAILS, BYTES("?\0z\0"), BYTES("z\0"),
	  BYTES("\\\0x\0c\0"
		"0\0z\0"),
	  FAILS}},
	{"cp1252",
	 BYTES("\xE2\x82\xAC\x80"),
	 {FAILS, BYTES("\x80?"), BYTES("\x80"), BYTES("\x80\\x80"), FAILS}},
};

static void test_encode_invalid_utf8(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(invalid_utf8); i++)
		for (int h = 0; h < HANDLERS; h++)
			check_encoded(&invalid_utf8[i], h);
}

/* A byte order mark belongs to position 0 and nowhere else. */
static void test_no_mark_elsewhere(void **state)
{
	static const char *const marked[] = {"utf-8-sig", "utf-16", "utf-32"};
	const unsigned char *bytes;
	struct scratch scratch;
	struct codec codec;
	size_t n;

	(void)state;
	for (size_t i = 0; i < COUNT(marked); i++) {
		assert_int_equal(0,
				 tempfile__codec_open(&codec, marked[i], NULL));
		tempfile__scratch_open(&scratch);
		assert_int_equal(0, tempfile__codec_encode(
					    &codec, (const unsigned char *)"a",
					    1, false, &scratch, &bytes, &n));
		assert_int_equal((size_t)1 << i, n);
		tempfile__scratch_close(&scratch);
	}
}

/* Is it one of iconv's, here? Python's spelling may be a little different. */
static bool is_in_iconv(const char *name)
{
	char spelled[32];
	iconv_t decoder, encoder;

	for (size_t i = 0; i <= strlen(name); i++)
		spelled[i] = (char)(name[i] == '_' ? '-' : name[i]);
	decoder = iconv_open("UTF-8", spelled);
	encoder = iconv_open(spelled, "UTF-8");
	if (decoder != (iconv_t)-1)
		(void)iconv_close(decoder);
	if (encoder != (iconv_t)-1)
		(void)iconv_close(encoder);
	return decoder != (iconv_t)-1 && encoder != (iconv_t)-1;
}

static void test_every_spelling(void **state)
{
	static const char *const own[] = {
		"utf-8",      "UTF8",      "utf_8",    "U8",        "utf-8-sig",
		"UTF_8_SIG",  "ascii",     "US-ASCII", "646",       "latin-1",
		"ISO-8859-1", "iso8859_1", "L1",       "utf-16",    "UTF16",
		"utf_16_le",  "UTF-16BE",  "utf-32",   "utf_32_be", "UTF-32LE",
		"locale"};
	static const char *const others[] = {
		"cp1252", "iso8859_2",    "ISO-8859-15", "koi8_r", "shift_jis",
		"euc_jp", "gbk",          "big5",        "euc_kr", "utf-7",
		"cp037",  "windows-1251", "iso2022_jp"};
	struct codec codec;
	size_t found = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(own); i++) {
		if (tempfile__codec_open(&codec, own[i], NULL) < 0)
			fail_msg("%s: %s", own[i], tempfile_errmsg());
		tempfile__codec_close(&codec);
	}
	for (size_t i = 0; i < COUNT(others); i++) {
		if (tempfile__codec_open(&codec, others[i], NULL) == 0) {
			tempfile__codec_close(&codec);
			found++;
		} else if (is_in_iconv(others[i])) {
			fail_msg("%s: %s", others[i], tempfile_errmsg());
		}
	}
	assert_true(found >= 8);
}

static void test_unknown_names(void **state)
{
	static const char *const names[] = {
		"",
		"klingon",
		"utf-8//TRANSLIT",
		"latin1//IGNORE",
		"hex",
		"../etc",
		"utf-9",
		"unicode", /* glibc's begins with a mark that nobody asked for
			    */
		"a-name-that-is-longer-than-any-encoding-has-ever-been-called"};
	struct codec codec;

	(void)state;
	for (size_t i = 0; i < COUNT(names); i++) {
		errno = 0;
		if (tempfile__codec_open(&codec, names[i], NULL) == 0)
			fail_msg("%s is an encoding", names[i]);
		assert_int_equal(EINVAL, errno);
		assert_non_null(strstr(tempfile_errmsg(), "unknown encoding"));
	}
	assert_int_equal(-1, tempfile__codec_open(&codec, "utf-8", "STRICT"));
	assert_int_equal(EINVAL, errno);
	assert_non_null(strstr(tempfile_errmsg(), "no such error handler"));
}

/* The locale the program has set, not one that we set. */
static void test_locale(void **state)
{
	char *before;
	struct codec codec;
	struct codec ascii, utf8;

	(void)state;
	assert_string_equal("C", setlocale(LC_ALL, NULL));
	assert_int_equal(0, tempfile__codec_open(&ascii, "ascii", NULL));
	assert_int_equal(0, tempfile__codec_open(&utf8, "utf-8", NULL));
	assert_int_equal(0, tempfile__codec_open(&codec, "locale", NULL));
	assert_ptr_equal(ascii.reading, codec.reading);
	if (!setlocale(LC_ALL, "C.UTF-8"))
		skip();
	before = strdup(setlocale(LC_ALL, NULL));
	assert_int_equal(0, tempfile__codec_open(&codec, "locale", NULL));
	assert_ptr_equal(utf8.reading, codec.reading);
	assert_string_equal(before, setlocale(LC_ALL, NULL));
	free(before);
	(void)setlocale(LC_ALL, "C");
}

static void test_stateful_encodings_are_found(void **state)
{
	static const struct {
		const char *name;
		bool stateful;
	} rows[] = {
		{"utf-7", true},       {"iso-2022-jp", true},
		{"iso-2022-kr", true}, {"iso-2022-cn", true},
		{"ibm930", true},
#ifdef __GLIBC__ /* which holds back what the next character may change */
		{"cp1255", true},      {"cp1258", true},
		{"tscii", true},       {"big5-hkscs", true},
#endif
		{"utf-8", false},      {"utf-16", false},
		{"cp1252", false},     {"shift_jis", false},
		{"euc-jp", false},     {"gb18030", false},
		{"big5", false},       {"koi8-r", false},
		{"cp037", false},
	};
	struct codec codec;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		if (tempfile__codec_open(&codec, rows[i].name, NULL) < 0)
			continue; /* not every system has them all */
		if (codec.stateful != rows[i].stateful)
			fail_msg("%s: wrong", rows[i].name);
		tempfile__codec_close(&codec);
	}
}

/* Every encoding of iconv's gives back what it could write. */
/* Decoded in two parts, into too little room. */
static void comes_back(struct codec *codec, const struct row *row,
		       struct bytes coded)
{
	unsigned char out[256];

	for (size_t split = 0; split <= coded.n; split++)
		for (size_t j = 0; j < COUNT(rooms) - 1; j++) {
			ssize_t got;

			tempfile__codec_reset(codec);
			memset(out, 0, sizeof out);
			got = decode_in_parts(codec, coded, split, rooms[j],
					      out);
			if (got != (ssize_t)row->given.n ||
			    memcmp(out, row->given.at, row->given.n) != 0) {
				describe(row, 0, split, rooms[j]);
				fail();
			}
		}
}

/* Encoded as a whole, and decoded again, if there is such an encoding. */
static void check_round_trip(const struct row *row)
{
	const unsigned char *bytes;
	struct scratch scratch;
	struct codec codec;
	size_t n;

	if (tempfile__codec_open(&codec, row->encoding, NULL) < 0)
		return;
	tempfile__scratch_open(&scratch);
	assert_int_equal(0,
			 tempfile__codec_encode(
				 &codec, (const unsigned char *)row->given.at,
				 row->given.n, true, &scratch, &bytes, &n));
	comes_back(&codec, row, (struct bytes){(const char *)bytes, n});
	tempfile__scratch_close(&scratch);
	tempfile__codec_close(&codec);
}

static void test_iconv_round_trips(void **state)
{
	static const struct row rows[] = {
		{"cp1252", BYTES("a\xC3\xA9\nb\xE2\x82\xAC\r\nc"), {FAILS}},
		{"shift_jis",
		 BYTES("\xE3\x81\x82\nz\xE3\x81\x84\r\n"),
		 {FAILS}},
		{"iso-2022-jp",
		 BYTES("a\xE3\x81\x82\n\xE3\x81\x84\r\nz\xE3\x81\x86"),
		 {FAILS}},
		{"iso-2022-kr", BYTES("\xED\x95\x9C\nz\xED\x95\x9C"), {FAILS}},
		{"utf-7", BYTES("a+b\xC3\xA9\n\xE2\x82\xAC"), {FAILS}},
		{"ibm930", BYTES("a\xE3\x81\x82\n\xE3\x81\x84z"), {FAILS}},
		{"cp037", BYTES("hello\nworld\r\n"), {FAILS}},
		{"cp1255", BYTES("\xD7\x90\xD7\xB2\n\xD7\x90"), {FAILS}},
		{"cp1258", BYTES("abc\nxyz"), {FAILS}},
		{"gb18030", BYTES("\xE4\xB8\xAD\n\xF0\x9F\x98\x80"), {FAILS}},
		/* Tags, which glibc drops where it does not have them. */
		{"gb18030",
		 BYTES("a\xF3\xA0\x81\x81z\xF3\xA0\x81\xBF"),
		 {FAILS}},
		{"utf-7", BYTES("a\xF3\xA0\x81\x81z\xF3\xA0\x81\xBF"), {FAILS}},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		check_round_trip(&rows[i]);
}

/* Some write something else, and a few of them do not even say so. */
static void test_nothing_is_written_for_something_else(void **state)
{
	static const char *const encodings[] = {
		"ucs2",   "ucs-2le", "cp1252", "koi8-r",     "shift_jis",
		"euc-jp", "gb18030", "cp037",  "iso-2022-jp"};
	static const char grin[] = "\xF0\x9F\x98\x80";

	(void)state;
	for (size_t i = 0; i < COUNT(encodings); i++) {
		const unsigned char *bytes;
		unsigned char out[32];
		struct scratch scratch;
		struct codec codec;
		size_t n;

		if (tempfile__codec_open(&codec, encodings[i], NULL) < 0)
			continue;
		tempfile__scratch_open(&scratch);
		if (tempfile__codec_encode(&codec, (const unsigned char *)grin,
					   4, true, &scratch, &bytes, &n) < 0) {
			assert_int_equal(EILSEQ, errno);
		} else {
			struct bytes coded = {(const char *)bytes, n};

			assert_int_equal(4, decode_in_parts(&codec, coded, n,
							    4096, out));
			assert_memory_equal(grin, out, 4);
		}
		tempfile__scratch_close(&scratch);
		tempfile__codec_close(&codec);
	}
}

/* Decoding coded, which says text, comes to a halt behind each end of a line.
 */
static void stops_in(struct codec *codec, struct bytes coded, struct bytes text)
{
	unsigned char out[64];
	struct codec_span span = {.in = (const unsigned char *)coded.at,
				  .in_end = (const unsigned char *)coded.at +
					    coded.n,
				  .out = out,
				  .out_end = out + sizeof out,
				  .stops = CODEC_STOP_LF | CODEC_STOP_CR,
				  .at_start = true,
				  .final = true};

	for (const char *stop = text.at; (stop = strpbrk(stop, "\r\n"));) {
		stop++;
		assert_int_equal(CODEC_STOPPED,
				 tempfile__codec_decode(codec, &span));
		span.at_start = false;
		assert_int_equal(stop - text.at, span.out - out);
		assert_memory_equal(text.at, out, (size_t)(stop - text.at));
	}
	assert_int_equal(CODEC_MORE, tempfile__codec_decode(codec, &span));
	assert_int_equal(text.n, span.out - out);
}

/* Stops are found wherever they are, and nothing behind them is taken. */
static void test_stops(void **state)
{
	static const char *const encodings[] = {
		"utf-8",  "latin-1",     "ascii",     "utf-16-le", "utf-16-be",
		"utf-32", "iso-2022-jp", "shift_jis", "cp037",     "utf-7"};
	static const struct bytes text =
		BYTES("abcdefghijklmnopq\nrstu\rv\r\nwxyz");

	(void)state;
	for (size_t i = 0; i < COUNT(encodings); i++) {
		struct codec codec;
		struct scratch scratch;
		const unsigned char *bytes;
		size_t n;

		if (tempfile__codec_open(&codec, encodings[i], NULL) < 0) {
			assert_false(is_in_iconv(encodings[i]));
			continue;
		}
		tempfile__scratch_open(&scratch);
		assert_int_equal(0,
				 tempfile__codec_encode(
					 &codec, (const unsigned char *)text.at,
					 text.n, true, &scratch, &bytes, &n));
		stops_in(&codec, (struct bytes){(const char *)bytes, n}, text);
		tempfile__scratch_close(&scratch);
		tempfile__codec_close(&codec);
	}
}

static size_t fill(unsigned char *to, const char *with, size_t times)
{
	size_t length = strlen(with);

	for (size_t i = 0; i < times * length; i++)
		to[i] = (unsigned char)with[i % length];
	return times * length;
}

/* Good characters, then bad bytes, then more: only the good ones are. */
static void check_prefix(const char *good, size_t times, const char *bad)
{
	unsigned char text[700];
	size_t at = fill(text, good, times);
	size_t n = at + fill(text + at, bad, 1);
	size_t end = n + fill(text + n, "z", 40);

	for (; n <= end; n++)
		assert_int_equal(tempfile__codec_utf8_prefix(text, n), at);
	end = at + fill(text + at, good, 40);
	assert_int_equal(tempfile__codec_utf8_prefix(text, end), end);
}

static void test_bad_bytes_anywhere_in_a_block(void **state)
{
	static const char *const good[] = {
		"a",
		"\xC3\xA9",
		"\xE4\xB8\xAD",
		"\xED\x9F\xBF",
		"\xF0\x9F\x98\x80",
	};
	static const char *const bad[] = {
		"\x80",
		"\xC0\x80",
		"\xC1\xBF",
		"\xC3",
		"\xE0\x9F\xBF",
		"\xED\xA0\x80",
		"\xE4\xB8",
		"\xF5",
		"\xF0\x8F\xBF\xBF",
		"\xF4\x90\x80\x80",
		"\xFF",
		"\xF0\x9F\x98",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(good); i++)
		for (size_t k = 0; k < COUNT(bad); k++)
			for (size_t times = 0; times < 100; times++)
				check_prefix(good[i], times, bad[k]);
}

/* What tempfile__codec_utf8_prefix_after has to say, a character at a time. */
static size_t prefix_slowly(const unsigned char *whole, size_t before, size_t n)
{
	size_t at = 0;
	int length = 1;

	while (at < before + n && length > 0) {
		length = utf8_scan(whole + at, whole + before + n);
		if (length > 0)
			at += (size_t)length;
	}
	return at < before ? 0 : at - before;
}

/* Mostly characters, now and then a byte of any kind. */
static size_t throw_text(unsigned char *to, size_t n)
{
	static const char *const pieces[] = {
		"abcdefghijklmnopqr", "\xC3\xA9",         "\xD0\xB6",
		"\xE4\xB8\xAD",       "\xE0\xA4\x85",     "\xED\x9F\xBF",
		"\xEF\xBC\x8C",       "\xF0\x9F\x98\x80", "\xF4\x8F\xBF\xBF"};
	static const unsigned char bytes[] = {
		0x00, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1,
		0xC2, 0xDF, 0xE0, 0xE1, 0xED, 0xEF, 0xF0, 0xF4, 0xF5, 0xFF};
	bool is_rough = rand() % 2;
	size_t at = 0;

	while (at < n) {
		const char *piece = pieces[rand() % (int)COUNT(pieces)];
		size_t length = strlen(piece);

		if (is_rough && rand() % 32 == 0) {
			to[at++] = bytes[rand() % (int)COUNT(bytes)];
			continue;
		}
		memcpy(to + at, piece, length);
		at += length;
	}
	return n;
}

static void test_text_after_a_begun_character(void **state)
{
	static const char *const begun[] = {
		"",         "\xC3",         "\xE0",     "\xE0\xA4", "\xE4",
		"\xE4\xB8", "\xED",         "\xED\x9F", "\xEF\xBC", "\xF0",
		"\xF0\x9F", "\xF0\x9F\x98", "\xF1\x80", "\xF4\x8F", "\xF4"};
	static unsigned char whole[400];

	(void)state;
	srand(1);
	for (int i = 0; i < 300000; i++) {
		const char *first = begun[rand() % (int)COUNT(begun)];
		size_t length = strlen(first), n, good, rest;
		uint32_t before = 0;

		for (size_t k = 0; k < length; k++)
			before = before >> 8 | (uint32_t)(unsigned char)first[k]
						       << 16;
		memcpy(whole, first, length);
		n = throw_text(whole + length, (size_t)(rand() % 200));
		good = tempfile__codec_utf8_prefix_after(before, whole + length,
							 n, &rest);
		assert_int_equal(prefix_slowly(whole, length, n), good);
		if (good > 0 || length == 0)
			assert_int_equal(
				tempfile__codec_unfinished(
					whole + length + good, n - good),
				rest);
	}
}

static void test_unfinished(void **state)
{
	static const struct {
		const char *text;
		size_t unfinished;
	} rows[] = {
		{"", 0},
		{"a", 0},
		{"a\xC3", 1},
		{"a\xC3\xA9", 0},
		{"\xE2", 1},
		{"\xE2\x82", 2},
		{"\xE2\x82\xAC", 0},
		{"\xF0\x9F\x98", 3},
		{"\xF0\x9F", 2},
		{"\xF0\x9F\x98\x80", 0},
		{"\x80\x80", 0},
		{"\xC0", 0},
		{"\xE0\x80", 0},
		{"\xED", 1},
		{"\xED\xB2", 2},
		{"\xED\xB2\x80", 0},
		{"\xF5", 0},
		{"\xFF", 0},
		{"\x80\x80\x80\x80", 0},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_int_equal(rows[i].unfinished,
				 tempfile__codec_unfinished(
					 (const unsigned char *)rows[i].text,
					 strlen(rows[i].text)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_decode_rows),
		cmocka_unit_test(test_encode_rows),
		cmocka_unit_test(test_encode_invalid_utf8),
		cmocka_unit_test(test_no_mark_elsewhere),
		cmocka_unit_test(test_every_spelling),
		cmocka_unit_test(test_unknown_names),
		cmocka_unit_test(test_locale),
		cmocka_unit_test(test_stateful_encodings_are_found),
		cmocka_unit_test(test_iconv_round_trips),
		cmocka_unit_test(test_nothing_is_written_for_something_else),
		cmocka_unit_test(test_stops),
		cmocka_unit_test(test_bad_bytes_anywhere_in_a_block),
		cmocka_unit_test(test_text_after_a_begun_character),
		cmocka_unit_test(test_unfinished),
	};

	return cmocka_run_group_tests_name("codec", tests, NULL, NULL);
}
