/* SPDX-License-Identifier: MIT */
/* tempf rm: the removal that follows no link and enters no other mount. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli.h"
#include "system.h"

static const struct option_row rm_options[] = {
	{'f', "force", NULL, "a TREE that does not exist is no failure"},
	{0},
};

struct progress {
	const char *tree;
	time_t next;  /* when to say something; 0: never */
	bool showing; /* the terminal's line is in use */
	bool failed;  /* and told why */
};

static void clear_line(struct progress *progress)
{
	if (progress->showing)
		fputs("\r\033[K", stderr);
	progress->showing = false;
}

static void show(struct progress *progress,
		 const struct tempfile_removal *removal)
{
	int columns = terminal_width();
	int width = columns > 64 ? columns - 24 : 40;
	time_t now = time(NULL);
	char *path;

	if (!progress->next || now < progress->next)
		return;
	progress->next = now + 1;
	progress->showing = true;
	path = strdup(removal->path);
	fprintf(stderr, "\r\033[K%12lld removed  %.*s",
		(long long)removal->removed, width, path ? tame(path) : "");
	free(path);
}

static int hear(const struct tempfile_removal *removal, void *arg)
{
	struct progress *progress = arg;
	bool is_root = strcmp(removal->path, ".") == 0;

	if (!removal->error) {
		show(progress, removal);
		return 0;
	}
	clear_line(progress);
	progress->failed = true;
	fail("cannot remove '%s%s%s': %s", progress->tree, is_root ? "" : "/",
	     is_root ? "" : removal->path, strerror(removal->error));
	return 0;
}

/* NULL, or why this must be a mistake. */
static const char *find_mistake(const char *tree)
{
	size_t end = strlen(tree);
	size_t begin;

	while (end && is_separator(tree[end - 1]))
		end--;
	for (begin = end; begin && !is_separator(tree[begin - 1]);)
		begin--;
	if ((end - begin == 1 && tree[begin] == '.') ||
	    (end - begin == 2 && strncmp(tree + begin, "..", 2) == 0))
		return "it is '.' or '..'";
	if (is_root_directory(tree))
		return "it is the root directory";
	return NULL;
}

static int remove_one(const char *tree, bool force, bool on_terminal)
{
	struct progress progress = {.tree = tree};
	const char *mistake = find_mistake(tree);
	int result;

	if (mistake)
		return fail("refusing to remove '%s': %s", tree, mistake);
	if (on_terminal)
		progress.next = time(NULL) + 2;
	result = tempfile_remove_tree(tree, 0, hear, &progress);
	clear_line(&progress);
	if (!result || (force && errno == ENOENT))
		return 0;
	return progress.failed ? rm_command.failure : fail_by_library();
}

static int run_rm(int argc, char **argv)
{
	bool on_terminal = isatty(2);
	bool force = false;
	int status = 0;
	int letter;

	while ((letter = next_option(argc, argv)) != -1) {
		if (letter != 'f')
			return misuse_status();
		force = true;
	}
	if (optind == argc && !force)
		return misuse("which tree?");
	for (; optind < argc; optind++)
		if (remove_one(argv[optind], force, on_terminal))
			status = rm_command.failure;
	return status;
}

const struct command rm_command = {
	.name = "rm",
	.synopsis = "[-f] TREE...",
	.summary = "Remove each TREE, or file, and nothing but that.",
	.details = "Symbolic links are removed, never followed; mounted file "
		   "systems are left\nalone and reported; /, . and .. are "
		   "refused.\n",
	.options = rm_options,
	.run = run_rm,
	.failure = 1,
	.misuse = 2,
};
