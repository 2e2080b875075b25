/* SPDX-License-Identifier: MIT */
/*
 * Between a file's encoding and UTF-8, a piece at a time.
 *
 * Decoding goes from bytes that are at hand to the reader's memory and never
 * takes a byte that it has not finished with, so whoever calls knows to the
 * byte where the next character begins. Encoding takes all of a write.
 */
#ifndef TEMPFILE_CODEC_H
#define TEMPFILE_CODEC_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* What is rare, so that what is not need not save registers for it. */
#define NOT_INLINED __attribute__((noinline))

struct codec_kind;

/* What to do with what cannot be converted. */
enum codec_errors {
	CODEC_STRICT,
	CODEC_REPLACE,
	CODEC_IGNORE,
	CODEC_BACKSLASH_REPLACE,
	CODEC_SURROGATE_ESCAPE
};

/* Who writes a mark of the byte order at position 0, and skips it there. */
enum codec_mark { CODEC_UNMARKED, CODEC_MARKED };

struct codec {
	const struct codec_kind *reading;
	const struct codec_kind *writing;
	enum codec_errors errors;
	enum codec_mark mark;
	bool stateful; /* what a byte means depends on all before it */
	bool moved;    /* since its initial state bytes were decoded */
	bool lost;     /* a failure took the state with it, until a reset */
	struct codec_iconv *iconv; /* NULL: one of our own */
};

/* Memory for one write's bytes, on the stack as long as they are few. */
struct scratch {
	unsigned char *bytes;
	size_t length;
	size_t capacity;
	unsigned char local[2048];
};

void tempfile__scratch_open(struct scratch *scratch);
void tempfile__scratch_close(struct scratch *scratch);

/* Room for n more bytes after the length; NULL and ENOMEM. */
unsigned char *tempfile__scratch_room(struct scratch *scratch, size_t n);

/* -1 and ENOMEM. */
int tempfile__scratch_add(struct scratch *scratch, const void *bytes, size_t n);

/*
 * -1, told: EINVAL for an encoding or errors nobody knows, and nothing is
 * allocated. NULL: "utf-8" and "strict".
 */
int tempfile__codec_open(struct codec *codec, const char *encoding,
			 const char *errors);
void tempfile__codec_close(struct codec *codec);

#define CODEC_STOP_LF 1u
#define CODEC_STOP_CR 2u

/* What is to be decoded, and where to; in and out move as it is done. */
struct codec_span {
	const unsigned char *in, *in_end;
	unsigned char *out, *out_end;
	unsigned stops; /* CODEC_STOP_*: after which characters to stop */
	bool at_start;  /* in is the beginning of the file */
	bool final;     /* nothing follows in_end */
	size_t bad;     /* between a kind and codec.c */
};

enum codec_result {
	CODEC_MORE,    /* in is used up, or what is left goes on behind it */
	CODEC_FULL,    /* the next character does not fit */
	CODEC_STOPPED, /* the last character is one to stop after */
	CODEC_BAD      /* EILSEQ: what in begins with cannot be decoded */
};

/* The longest thing that comes in one piece: \xhh for each of four bytes. */
#define CODEC_LONGEST 16

enum codec_result tempfile__codec_decode(struct codec *codec,
					 struct codec_span *span);

/* "\n" as reading would find it; its length, at most 4. */
size_t tempfile__codec_newline(const struct codec *codec,
			       unsigned char newline[4]);

/*
 * Encode n bytes, characters cut short at the end taken for bad ones. *bytes
 * and *length are the result: text itself, if nothing is to be changed, or in
 * scratch. at_start: they are to be the beginning of the file. -1: EILSEQ, with
 * *length the bytes of text before the bad ones; ENOMEM.
 */
int tempfile__codec_encode(struct codec *codec, const unsigned char *text,
			   size_t n, bool at_start, struct scratch *scratch,
			   const unsigned char **bytes, size_t *length);

/* Forget what was read: another position, or other bytes there. */
void tempfile__codec_reset(struct codec *codec);

/* A failure: the position is no longer where what was decoded ended. What was
 * decoded before has to be decoded anew if the encoding is stateful. */
void tempfile__codec_lose(struct codec *codec);

/* How many bytes at the end of text begin a character that they do not end. */
size_t tempfile__codec_unfinished(const unsigned char *text, size_t n);

#endif
