/* SPDX-License-Identifier: MIT */
/* Reading text step by step: text_read.c says which steps. */
#ifndef TEMPFILE_TEXT_READING_H
#define TEMPFILE_TEXT_READING_H

#include "text.h"

enum step { STEP_MORE, STEP_FULL, STEP_STOPPED, STEP_END, STEP_FAILED };

/* Where a call began, for the failure that must not have moved anything. */
struct reading {
	struct text *text;
	struct buffer *buffer;
	int64_t start;
	size_t pending_from, pending_to;
	size_t insufficient; /* bytes at hand that begin a character */
};

/* -1: it has failed, and nothing has changed. */
int tempfile__reading_begin(struct reading *reading, struct text *text,
			    struct buffer *buffer);

/* The position as before; -1 and errno. */
int tempfile__reading_undo(const struct reading *reading);

/* Hand out what is left of a character that was begun. */
int tempfile__reading_take_pending(struct reading *reading, unsigned char **out,
				   size_t room);

/* Decode into span what is at hand. */
enum step tempfile__reading_step(struct reading *reading,
				 struct codec_span *span);

/* Is \n next? Then skip it: 1. */
int tempfile__reading_skip_newline(struct reading *reading);

/*
 * Decode the next character, which is longer than room, and begin it. Room is
 * given a byte at a time, so that no other follows it.
 */
enum step tempfile__reading_split_character(struct reading *reading,
					    unsigned char **out, size_t room);

#endif
