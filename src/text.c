/* SPDX-License-Identifier: MIT */
/*
 * Text: opening, closing, and moving about in it.
 *
 * Positions are byte offsets, and every one at which a character begins can be
 * sought. Only encodings whose bytes mean something else after others begin
 * anew at 0 alone, and at the end, where writing always left them.
 */
#include "text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "codec_kind.h"
#include "error.h"

/* Python's five modes; -1 for anything else. */
static int set_newline(struct text *text, const char *newline)
{
	const unsigned any = CODEC_STOP_LF | CODEC_STOP_CR;

	if (!newline) {
		text->line_stops = any;
		text->translates = true;
		return 0;
	}
	if (strcmp(newline, "") == 0) {
		text->line_stops = any;
		return 0;
	}
	if (strcmp(newline, "\n") == 0) {
		text->line_stops = CODEC_STOP_LF;
		return 0;
	}
	if (strcmp(newline, "\r") == 0) {
		text->line_stops = CODEC_STOP_CR;
		text->newline = "\r";
		return 0;
	}
	if (strcmp(newline, "\r\n") == 0) {
		text->line_stops = CODEC_STOP_LF;
		text->ends_in_crlf = true;
		text->newline = "\r\n";
		return 0;
	}
	return -1;
}

struct text *tempfile__text_open(const struct tempfile_options *options)
{
	struct text made = {0};
	struct text *text;

	made.flush_lines = options->buffering == TEMPFILE_LINE_BUFFERED;
	if (set_newline(&made, options->newline) < 0) {
		tempfile__fail_because(EINVAL, "open text with newline",
				       options->newline,
				       "not \"\", \\n, \\r or \\r\\n");
		return NULL;
	}
	if (tempfile__codec_open(&made.codec, options->encoding,
				 options->errors) < 0)
		return NULL;
	made.needs_no_encoding = made.codec.writing == &tempfile__codec_utf8 &&
				 made.codec.mark == CODEC_UNMARKED;
	made.usual_write = tempfile__text_write_any;
	if (made.needs_no_encoding && !made.newline && !made.flush_lines)
		made.usual_write = tempfile__text_choose_writer();
	made.write = made.usual_write;
	made.getline = tempfile__text_getline_any;
	if (made.codec.reading == &tempfile__codec_utf8 &&
	    made.line_stops & CODEC_STOP_LF && !made.ends_in_crlf)
		made.getline = tempfile__text_choose_line_reader();
	text = malloc(sizeof *text);
	if (!text) {
		tempfile__codec_close(&made.codec);
		tempfile__fail(ENOMEM, "open text", NULL);
		return NULL;
	}
	*text = made;
	return text;
}

int tempfile__text_close(struct text *text, struct buffer *buffer)
{
	int result = tempfile__text_settle(text, buffer);

	tempfile__codec_close(&text->codec);
	free(text);
	return result;
}

void tempfile__text_discard(struct text *text)
{
	text->begun = text->tail = 0;
	text->begun_length = 0;
	text->write = text->usual_write;
	text->checked = text->before_cr = 0;
}

static bool is_allowed(const struct text *text, const struct buffer *buffer,
		       int64_t offset, int whence)
{
	if (whence != SEEK_SET && whence != SEEK_CUR && whence != SEEK_END) {
		errno = EINVAL;
		return false;
	}
	if (whence == SEEK_SET && offset < 0) {
		errno = EINVAL;
		return false;
	}
	if (whence != SEEK_SET && offset != 0) {
		errno = ENOTSUP;
		return false;
	}
	if (text->codec.stateful && offset != 0 &&
	    offset != tempfile__buffer_tell(buffer)) {
		errno = ENOTSUP;
		return false;
	}
	return true;
}

int64_t tempfile__text_seek(struct text *text, struct buffer *buffer,
			    int64_t offset, int whence)
{
	int64_t before, after;

	if (!is_allowed(text, buffer, offset, whence) ||
	    tempfile__text_settle(text, buffer) < 0)
		return -1;
	text->checked = text->before_cr = 0;
	before = tempfile__buffer_tell(buffer);
	after = tempfile__buffer_seek(buffer, offset, whence);
	/* Staying in a stateful encoding means to stay in its state. */
	if (after < 0 ||
	    (after == before && after != 0 && text->codec.stateful))
		return after;
	text->pending_from = text->pending_to = 0;
	tempfile__codec_reset(&text->codec);
	return after;
}

int tempfile__text_truncate(struct text *text, struct buffer *buffer,
			    int64_t size)
{
	text->checked = text->before_cr = 0;
	if (tempfile__text_settle(text, buffer) < 0)
		return -1;
	return tempfile__buffer_truncate(buffer, size);
}

int tempfile__text_flush(struct text *text, struct buffer *buffer)
{
	int settled = tempfile__text_settle(text, buffer);
	int error = errno;

	text->checked = text->before_cr = 0;
	if (tempfile__buffer_flush(buffer) < 0 && settled == 0)
		return -1;
	errno = error;
	return settled;
}
