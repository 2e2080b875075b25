/* SPDX-License-Identifier: MIT */
/*
 * tempf mktemp: GNU mktemp(1) option for option, message for message. The names
 * are the library's: from the kernel's random source, in one letter case.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "system.h"

#define ENOUGH_XS  3
#define DRAW_TRIES 128

enum { OPTION_SUFFIX = LONG_ONLY, OPTION_TMPDIR };

static const struct option_row mktemp_options[] = {
	{'d', "directory", NULL, "make a directory, not a file"},
	{'q', "quiet", NULL, "do not tell why it could not be made"},
	{'u', "dry-run", NULL, "make nothing, only print a name (unsafe)"},
	{OPTION_SUFFIX, "suffix", "SUFF", "append SUFF, which has no slash"},
	{'p', NULL, "DIR", "as --tmpdir=DIR"},
	{OPTION_TMPDIR, "tmpdir", "[=DIR]",
	 "TEMPLATE is relative to DIR, or to $TMPDIR"},
	{'t', NULL, NULL, "TEMPLATE is one name in $TMPDIR, or in -p's DIR"},
	{'V', "version", NULL, "print the version"},
	{0},
};

struct request {
	bool directory;
	bool dry_run;
	bool quiet;
	bool in_tmpdir;   /* -p, --tmpdir, -t, or no template */
	bool single_name; /* -t */
	bool version;
	const char *dir;    /* NULL or "": none was given */
	const char *suffix; /* NULL: none was given */
	const char *template;
};

/* The template as it will be printed, and its parts. */
struct target {
	char *path;
	size_t name; /* offsets in path: where its last component begins, */
	size_t xs;   /* ... where its Xs begin, */
	size_t rest; /* ... and what follows them */
};

/* 0, or the status to exit with. */
static int read_options(int argc, char **argv, struct request *request)
{
	int letter;

	while ((letter = next_option(argc, argv)) != -1) {
		request->directory |= letter == 'd';
		request->dry_run |= letter == 'u';
		request->quiet |= letter == 'q';
		request->single_name |= letter == 't';
		request->version |= letter == 'V';
		if (letter == OPTION_SUFFIX)
			request->suffix = optarg;
		if (letter == 'p' || letter == OPTION_TMPDIR)
			request->dir = optarg;
		if (letter == 'p' || letter == OPTION_TMPDIR || letter == 't')
			request->in_tmpdir = true;
		if (letter == '?')
			return misuse_status();
	}
	if (argc - optind > 1)
		return misuse("too many templates");
	request->template = argv[optind];
	if (!request->template) {
		request->template = "tmp.XXXXXXXXXX";
		request->in_tmpdir = true;
	}
	return 0;
}

/* Behind the last separator; path itself if there is none. */
static const char *last_component(const char *path)
{
	const char *last = path;

	for (; *path; path++)
		if (is_separator(*path))
			last = path + 1;
	return last;
}

static const char *choose_dir(const struct request *request)
{
	const char *variable = get_variable("TMPDIR");
	bool has_dir = request->dir && *request->dir;

	if (has_dir && !(variable && request->single_name))
		return request->dir;
	return variable ? variable : fallback_directory();
}

static const char *last_of(const char *text, char wanted)
{
	const char *last = NULL;

	for (; *text; text++)
		if (*text == wanted)
			last = text;
	return last;
}

/* Where the template's Xs end; NULL after a complaint. */
static const char *find_rest(const struct request *request)
{
	const char *template = request->template;
	const char *last = last_of(template, 'X');
	const char *suffix = request->suffix;

	if (suffix && (!last || last[1])) {
		fail("with --suffix, template '%s' must end in X", template);
		return NULL;
	}
	if (!suffix)
		suffix = last ? last + 1 : "";
	if (last_component(suffix) != suffix) {
		fail("invalid suffix '%s', contains directory separator",
		     suffix);
		return NULL;
	}
	return last ? last + 1 : template + strlen(template);
}

/* Does the template fit the directory it is for? */
static bool fits(const struct request *request)
{
	const char *template = request->template;

	if (request->single_name && last_component(template) != template) {
		fail("invalid template, '%s', contains directory separator",
		     template);
		return false;
	}
	if (request->in_tmpdir && is_separator(*template)) {
		fail("invalid template, '%s'; with --tmpdir, "
		     "it may not be absolute",
		     template);
		return false;
	}
	return true;
}

static char *append(char *end, const char *text, size_t length)
{
	memcpy(end, text, length);
	return end + length;
}

/* The directory, the template and the suffix, for free(); NULL. */
static char *join(const struct request *request)
{
	const char *dir = request->in_tmpdir ? choose_dir(request) : "";
	const char *suffix = request->suffix ? request->suffix : "";
	size_t length = strlen(dir);
	char *path = malloc(length + 1 + strlen(request->template) +
			    strlen(suffix) + 1);
	char *end = path;

	if (!path)
		return NULL;
	while (length && is_separator(dir[length - 1]))
		length--;
	end = append(end, dir, length);
	if (*dir)
		*end++ = '/';
	end = append(end, request->template, strlen(request->template));
	append(end, suffix, strlen(suffix) + 1);
	return path;
}

/* 0, or the status to exit with. */
static int read_template(const struct request *request, struct target *target)
{
	const char *rest = find_rest(request);
	const char *xs = rest;

	if (!rest)
		return mktemp_command.failure;
	while (xs > request->template && xs[-1] == 'X')
		xs--;
	if (rest - xs < ENOUGH_XS)
		return fail("too few X's in template '%s%s'", request->template,
			    request->suffix ? request->suffix : "");
	if (!fits(request))
		return mktemp_command.failure;
	target->path = join(request);
	if (!target->path)
		return fail("memory exhausted");
	target->name = (size_t)(last_component(target->path) - target->path);
	target->rest = strlen(target->path) - strlen(rest) -
		       strlen(request->suffix ? request->suffix : "");
	target->xs = target->rest - (size_t)(rest - xs);
	return 0;
}

/* Fill the Xs in; -1 and errno. */
static int draw(char *place, size_t length)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789_";
	unsigned char byte;
	size_t i = 0;

	while (i < length) {
		if (draw_bytes(&byte, 1))
			return -1;
		/* Bytes past the last whole multiple would favour some. */
		if (byte < 256 / (sizeof letters - 1) * (sizeof letters - 1))
			place[i++] = letters[byte % (sizeof letters - 1)];
	}
	return 0;
}

/* A name that nothing has now. */
static int imagine(struct target *target)
{
	char *xs = target->path + target->xs;
	size_t length = target->rest - target->xs;
	int tries;

	for (tries = 0; tries < DRAW_TRIES; tries++) {
		if (draw(xs, length))
			break;
		if (kind_of_path(target->path, false) != NOTHING)
			errno = EEXIST;
		else if (errno == ENOENT)
			return 0;
		else
			break;
	}
	memset(xs, 'X', length); /* for the message */
	return -1;
}

/* The first length characters, for free(); NULL. */
static char *copy_part(const char *text, size_t length)
{
	char *copy = malloc(length + 1);

	if (copy) {
		memcpy(copy, text, length);
		copy[length] = '\0';
	}
	return copy;
}

/* Make it as the library does, and put the name it chose in target->path. */
static int make(const struct request *request, struct target *target)
{
	char *dir = copy_part(target->path, target->name);
	char *prefix = copy_part(target->path + target->name,
				 target->xs - target->name);
	struct tempfile_options options = {
		.size = sizeof options,
		.prefix = prefix,
		.suffix = target->path + target->rest,
		.dir = target->name ? dir : ".",
		.random_chars = (unsigned)(target->rest - target->xs),
		.flags = TEMPFILE_UNSAFE_DIR,
	};
	char *made = NULL;
	int fd = -1;

	if (dir && prefix && request->directory)
		made = tempfile_mkdtemp(&options);
	else if (dir && prefix)
		fd = tempfile_mkstemp(&options, &made);
	if (fd != -1)
		close(fd);
	if (made) /* a name as long as the template's */
		memcpy(target->path + target->xs,
		       last_component(made) + target->xs - target->name,
		       target->rest - target->xs);
	free(prefix);
	free(dir);
	tempfile_free(made);
	return made ? 0 : -1;
}

/* Without stdio: to look for its functions takes longer than to call them, and
 * a process this short pays for each. -1 and errno; path is as it was. */
static int write_line(char *path)
{
	size_t length = strlen(path) + 1;
	size_t done = 0;
	ssize_t n = 0;

	path[length - 1] = '\n';
	while (done < length && n != -1) {
		n = write(STDOUT_FILENO, path + done,
			  (unsigned)(length - done));
		if (n != -1)
			done += (size_t)n;
		else if (errno == EINTR)
			n = 0;
	}
	path[length - 1] = '\0';
	return n == -1 ? -1 : 0;
}

static int print_made(const struct request *request, char *path)
{
	int status;

	ignore_broken_pipes();
	if (!write_line(path))
		return 0;
	status = request->quiet ? mktemp_command.failure
				: fail("write error: %s", strerror(errno));
	if (!request->dry_run)
		tempfile_remove_tree(path, 0, NULL, NULL);
	return status;
}

static int run_mktemp(int argc, char **argv)
{
	struct request request = {0};
	struct target target = {0};
	int status = read_options(argc, argv, &request);

	if (!status && request.version) {
		hold_output();
		printf("tempf mktemp (libtempfile) %s\n", tempfile_version());
		return finish_output();
	}
	if (!status)
		status = read_template(&request, &target);
	if (status)
		return status;
	if (request.dry_run ? imagine(&target) : make(&request, &target))
		status = request.quiet ? mktemp_command.failure
				       : fail("failed to create %s via template"
					      " '%s': %s",
					      request.directory ? "directory"
								: "file",
					      target.path, strerror(errno));
	else
		status = print_made(&request, target.path);
	free(target.path);
	return status;
}

const struct command mktemp_command = {
	.name = "mktemp",
	.synopsis = "[OPTION]... [TEMPLATE]",
	.summary = "Be GNU mktemp(1), with names from the kernel's source.",
	.details = "TEMPLATE is tmp.XXXXXXXXXX in the temporary directory if "
		   "none is given;\nat least three Xs in a row in its last "
		   "component become letters, digits\nand underscores.\n",
	.options = mktemp_options,
	.run = run_mktemp,
	.failure = 1,
	.misuse = 1,
	.names_itself = true,
	.is_short = true,
};
