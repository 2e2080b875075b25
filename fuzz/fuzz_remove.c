/* SPDX-License-Identifier: MIT */
/*
 * A tree of everything that a tree can be made of, with links to what is not in
 * it. It goes; what is not in it stays, with its permissions.
 */
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "input.h"

static int open_directory(int at, const char *name)
{
	return openat(at, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

/* Go there; where that is not possible, stay. */
static int go(int at, const char *name)
{
	int there = openat(at, name,
			   O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (there < 0)
		return at;
	(void)close(at);
	return there;
}

static int do_step(struct input *input, int at, unsigned *depth)
{
	static const unsigned modes[] = {0, 0100, 0500, 0700, 0300, 01777};
	char name[3] = {(char)('a' + take(input) % 8), 0, 0};

	switch (take(input) % 9) {
	case 0:
	case 1:
		(void)mkdirat(at, name, 0700);
		++*depth;
		return go(at, name);
	case 2:
		if (*depth == 0)
			return at;
		--*depth;
		return go(at, "..");
	case 3:
		(void)close(openat(at, name,
				   O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC,
				   0600));
		return at;
	case 4:
		(void)symlinkat("../../../outside", at, name);
		return at;
	case 5:
		(void)symlinkat(name, at, name);
		return at;
	case 6:
		(void)linkat(AT_FDCWD, "outside/canary", at, name, 0);
		return at;
	case 7:
		(void)mkfifoat(at, name, 0600);
		return at;
	default:
		(void)fchmod(at, modes[take(input) % 6]);
		return at;
	}
}

static void plant(struct input *input)
{
	unsigned depth = 0;
	int at;

	MUST(mkdir("tree", 0700) == 0);
	at = open_directory(AT_FDCWD, "tree");
	MUST(at >= 0);
	while (input->left > 0) {
		unsigned before = depth;
		struct stat old, new;

		MUST(fstat(at, &old) == 0);
		at = do_step(input, at, &depth);
		MUST(fstat(at, &new) == 0);
		/* Where it could not be entered, we are no deeper. */
		if (old.st_ino == new.st_ino)
			depth = before;
	}
	(void)close(at);
}

static void check_canary(void)
{
	struct stat status;

	MUST(stat("outside/canary", &status) == 0);
	MUST((status.st_mode & 07777) == 0644 && status.st_nlink == 1);
	MUST(stat("outside", &status) == 0);
	MUST((status.st_mode & 07777) == 0755);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct input input = {data, n};

	enter_scratch();
	if (mkdir("outside", 0755) == 0)
		(void)close(open("outside/canary",
				 O_CREAT | O_WRONLY | O_CLOEXEC, 0644));
	plant(&input);
	MUST(tempfile_remove_tree("tree", 0, NULL, NULL) == 0);
	check_canary();
	MUST(count_scratch() == 1);
	return 0;
}
