/* SPDX-License-Identifier: MIT */
/*
 * Checking what the user gave: everything that can be refused without asking
 * the system is refused here, with the reason in words.
 */
#include "options.h"

#include <errno.h>
#include <stdatomic.h>
#include <string.h>

#include "error.h"
#include "os.h"

/* The layout has no holes, so that its bytes can be compared and copied. */
_Static_assert(sizeof(struct tempfile_options) ==
		       sizeof(size_t) + 9 * sizeof(char *) +
			       2 * sizeof(int64_t) + sizeof(int) +
			       3 * sizeof(unsigned),
	       "padding in struct tempfile_options");

#define FIRST_LAYOUT sizeof(struct tempfile_options)
#define ALL_FLAGS                                              \
	(TEMPFILE_KEEP | TEMPFILE_LEASED | TEMPFILE_UNLEASED | \
	 TEMPFILE_ON_DISK | TEMPFILE_UNSAFE_DIR)

static const char default_prefix[] = DEFAULT_PREFIX;

static int refuse(int code, const char *reason)
{
	return tempfile__fail_because(code, "use these options", NULL, reason);
}

static bool is_zero(const unsigned char *bytes, size_t n)
{
	while (n > 0 && *bytes == 0) {
		bytes++;
		n--;
	}
	return n == 0;
}

/* Fields that the caller's header had and ours has not must be unused. */
static int copy(const struct tempfile_options *given,
		struct tempfile_options *options)
{
	size_t size = given->size ? given->size : FIRST_LAYOUT;

	if (size < FIRST_LAYOUT)
		return refuse(EINVAL, "size is less than that of any version");
	if (!is_zero((const unsigned char *)given + sizeof *options,
		     size - sizeof *options))
		return refuse(E2BIG, "they have fields that this version does "
				     "not know");
	*options = *given;
	return 0;
}

/* How often each kind of character was seen in a mode string. */
struct seen {
	int access; /* r w a x */
	int both;   /* + */
	int text;   /* t */
	int bytes;  /* b */
};

static bool see(char c, struct seen *seen)
{
	switch (c) {
	case 'r':
	case 'w':
	case 'a':
	case 'x':
		seen->access++;
		return true;
	case '+':
		seen->both++;
		return true;
	case 't':
		seen->text++;
		return true;
	case 'b':
		seen->bytes++;
		return true;
	default:
		return false;
	}
}

static const char *read_mode(const char *text, struct mode *mode)
{
	struct seen seen = {0};

	for (const char *c = text; *c; c++)
		if (!see(*c, &seen))
			return "the mode has characters other than "
			       "r w a x + b t";
	if (seen.access != 1)
		return "the mode must have exactly one of r w a x";
	if (seen.text && seen.bytes)
		return "the mode cannot be both text and binary";
	if (seen.both > 1 || seen.text > 1 || seen.bytes > 1)
		return "the mode has a character twice";
	mode->readable = seen.both || strchr(text, 'r');
	mode->writable = seen.both || !strchr(text, 'r');
	mode->text = !seen.bytes;
	return NULL;
}

static const char *check_place(const struct tempfile_options *options)
{
	int places = !!options->dir + !!options->beside + !!options->in;

	if (places > 1)
		return "only one of dir, beside and in can be given";
	if (places > 0 && (options->flags & TEMPFILE_ON_DISK))
		return "TEMPFILE_ON_DISK is for choosing the directory, which "
		       "was given";
	return NULL;
}

static const char *check_flags(unsigned flags)
{
	if (flags & ~ALL_FLAGS)
		return "flags has unknown bits";
	if ((flags & TEMPFILE_LEASED) && (flags & TEMPFILE_UNLEASED))
		return "it cannot be both leased and unleased";
	if ((flags & TEMPFILE_LEASED) && (flags & TEMPFILE_KEEP))
		return "what is kept cannot be leased";
	return NULL;
}

static const char *check_numbers(const struct tempfile_options *options)
{
	if (options->max_size < 0)
		return "max_size is negative";
	if (options->limit < 0)
		return "limit is negative";
	if (options->buffering < TEMPFILE_UNBUFFERED)
		return "buffering is less than TEMPFILE_UNBUFFERED";
	if (options->permissions & ~0777u)
		return "permissions has bits other than 0777";
	if (options->random_chars > RANDOM_CHARS_MOST)
		return "random_chars is more than any file name can take";
	return NULL;
}

static const char *check_text(const struct tempfile_options *options,
			      const struct mode *mode)
{
	if (mode->text)
		return options->buffering == TEMPFILE_UNBUFFERED
			       ? "text cannot be unbuffered"
			       : NULL;
	if (options->encoding)
		return "a binary mode takes no encoding";
	if (options->errors)
		return "a binary mode takes no errors";
	if (options->newline)
		return "a binary mode takes no newline";
	return NULL;
}

/* What was not given needs no check: that is the common case. */
static const char *check(const struct tempfile_options *options,
			 struct mode *mode)
{
	const char *fault = NULL;

	if (options->mode)
		fault = read_mode(options->mode, mode);
	if (!fault)
		fault = check_place(options);
	if (!fault)
		fault = check_flags(options->flags);
	if (!fault)
		fault = check_numbers(options);
	if (!fault)
		fault = check_text(options, mode);
	if (!fault && options->prefix)
		fault = tempfile__prefix_fault(options->prefix);
	if (!fault && options->suffix)
		fault = tempfile__suffix_fault(options->suffix);
	return fault;
}

static void fill_in(struct tempfile_options *options)
{
	if (!options->prefix)
		options->prefix = default_prefix;
	if (!options->suffix)
		options->suffix = "";
	if (options->random_chars == 0)
		options->random_chars = RANDOM_CHARS_DEFAULT;
}

const struct tempfile_options *
tempfile__options_read(const struct tempfile_options *given,
		       struct tempfile_options *place, struct mode *mode)
{
	static const struct tempfile_options defaults = {
		.prefix = default_prefix,
		.suffix = "",
		.random_chars = RANDOM_CHARS_DEFAULT,
	};
	const char *fault;

	*mode = (struct mode){.readable = true, .writable = true};
	if (!given)
		return &defaults;
	if (copy(given, place) < 0)
		return NULL;
	fault = check(place, mode);
	if (fault) {
		(void)refuse(EINVAL, fault);
		return NULL;
	}
	fill_in(place);
	return place;
}

struct name_pattern
tempfile__options_pattern(const struct tempfile_options *options)
{
	const char *prefix = options->prefix;
	const char *suffix = options->suffix;

	return (struct name_pattern){
		.prefix = prefix,
		.prefix_length = prefix == default_prefix
					 ? sizeof default_prefix - 1
					 : strlen(prefix),
		.suffix = suffix,
		.suffix_length = *suffix ? strlen(suffix) : 0,
		.random_chars = options->random_chars,
	};
}

bool tempfile__options_keep_all(void)
{
	static atomic_int answer; /* 0: not asked yet; 1: no; 2: yes */
	int known = atomic_load(&answer);
	const char *value;

	if (known == 0) {
		value = tempfile__os_environment("TEMPFILE_KEEP");
		known = value && strcmp(value, "0") != 0 ? 2 : 1;
		atomic_store(&answer, known);
	}
	return known == 2;
}
