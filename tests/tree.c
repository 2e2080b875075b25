/* SPDX-License-Identifier: MIT */
/* See tree.h. */
#include "tree.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

int must(int result)
{
	if (result >= 0)
		return result;
	perror("cannot prepare the test");
	abort();
}

void check_failed(const char *file, int line, const char *condition)
{
	(void)fprintf(stderr, "%s:%d: not so: %s (errno %d)\n", file, line,
		      condition, errno);
}

void make_tree(struct tree *tree)
{
	const char *base = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";

	(void)snprintf(tree->place, sizeof tree->place, "%s/test-tree-XXXXXX",
		       base);
	if (!mkdtemp(tree->place))
		must(-1);
	tree->at = must(open(tree->place, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
	make_dir(tree->at, "tree");
	tree->root = must(
		openat(tree->at, "tree", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
}

void drop_tree(struct tree *tree)
{
	extern char **environ;
	char *arguments[] = {"rm", "-rf", tree->place, NULL};
	pid_t pid;

	(void)close(tree->root);
	(void)close(tree->at);
	if (rmdir(tree->place) == 0)
		return;
	if (posix_spawnp(&pid, "rm", NULL, NULL, arguments, environ) == 0)
		(void)waitpid(pid, NULL, 0);
}

void make_dir(int at, const char *path)
{
	must(mkdirat(at, path, 0755));
}

void make_path(int at, const char *path)
{
	char part[256];

	for (size_t i = 1; i <= strlen(path); i++) {
		if (path[i] != '/' && path[i] != '\0')
			continue;
		(void)snprintf(part, sizeof part, "%.*s", (int)i, path);
		if (mkdirat(at, part, 0755) < 0 && errno != EEXIST)
			must(-1);
	}
}

void make_file(int at, const char *path)
{
	must(close(must(openat(
		at, path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644))));
}

bool exists(int at, const char *path)
{
	struct stat status;

	return fstatat(at, path, &status, AT_SYMLINK_NOFOLLOW) == 0;
}

void make_deep(const struct tree *tree, unsigned levels)
{
	int fd = must(dup(tree->root));
	int next;

	for (unsigned i = 0; i < levels; i++) {
		make_dir(fd, "d");
		next = must(openat(fd, "d", O_RDONLY | O_DIRECTORY));
		must(close(fd));
		fd = next;
	}
	make_file(fd, "bottom");
	must(close(fd));
}

void wide_name(char *name, unsigned number, size_t length)
{
	(void)memset(name, 'x', length);
	(void)snprintf(name + length - 8, 9, "%08u", number % 100000000);
}

void make_wide(int at, unsigned count, size_t length, bool dirs)
{
	char name[256 + sizeof "/f"];

	for (unsigned i = 0; i < count; i++) {
		wide_name(name, i, length);
		if (!dirs) {
			make_file(at, name);
			continue;
		}
		make_dir(at, name);
		(void)strcat(name, "/f");
		make_file(at, name);
	}
}

static int count(const struct tempfile_removal *removal, void *arg)
{
	struct counters *counters = arg;

	if (removal->error) {
		counters->failed++;
		counters->error = removal->error;
	} else {
		counters->gone++;
	}
	(void)snprintf(counters->last, sizeof counters->last, "%s",
		       removal->path);
	return counters->stop_after != 0 &&
	       counters->gone + counters->failed >= counters->stop_after;
}

int remove_tree(const struct tree *tree, struct counters *counters)
{
	struct removal removal = {.progress = counters ? count : NULL,
				  .arg = counters};
	int result =
		tempfile__remove_tree(tree->at, "tree", tree->root, &removal);
	int error = result == 0 ? 0 : errno;

	if (counters) {
		counters->removed = removal.removed;
		(void)snprintf(counters->first, sizeof counters->first, "%s",
			       removal.first_failure ? removal.first_failure
						     : "");
	}
	free(removal.first_failure);
	return error;
}

int set_up(void **state)
{
	struct tree *tree = calloc(1, sizeof *tree);

	if (!tree)
		return -1;
	make_tree(tree);
	*state = tree;
	return 0;
}

int tear_down(void **state)
{
	drop_tree(*state);
	free(*state);
	return 0;
}

static bool in_child_as(int (*body)(void), unsigned user)
{
	int status;
	pid_t pid = must(fork());

	if (pid == 0) {
		if (user != geteuid() && (setgid(user) < 0 || setuid(user) < 0))
			_exit(2);
		_exit(body());
	}
	must(waitpid(pid, &status, 0));
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

bool in_child(int (*body)(void))
{
	return in_child_as(body, geteuid());
}

bool as_nobody(int (*body)(void))
{
	return in_child_as(body, geteuid() == 0 ? NOBODY : geteuid());
}

void reset_peak_memory(void)
{
	int fd = must(open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC));

	must((int)write(fd, "5", 1));
	must(close(fd));
}

long peak_memory(void)
{
	FILE *file = fopen("/proc/self/status", "re");
	char line[256];
	long size = -1;

	if (!file)
		must(-1);
	while (fgets(line, sizeof line, file))
		if (strncmp(line, "VmHWM:", 6) == 0)
			size = strtol(line + 6, NULL, 10);
	(void)fclose(file);
	return size;
}
