/* SPDX-License-Identifier: MIT */
/*
 * Seen by others: who reads sees the old or the new, and of several who publish
 * what must not replace anything, one does.
 */
#include "publishing.h"

#include <fcntl.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define BLOCK 20000

/* A file of one letter throughout, or it was torn. */
static bool is_whole(int fd)
{
	char found[BLOCK + 1];
	ssize_t length = read(fd, found, sizeof found);

	for (ssize_t i = 1; i < length; i++)
		if (found[i] != found[0])
			return false;
	return length == BLOCK;
}

static _Noreturn void keep_reading(const char *path, pid_t test)
{
	int fd;

	while (getppid() == test) {
		errno = 0;
		fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd < 0 || !is_whole(fd)) {
			(void)dprintf(STDERR_FILENO, "the reader %s: %s\n",
				      fd < 0 ? "cannot open" : "sees neither",
				      strerror(errno));
			_exit(1);
		}
		(void)close(fd);
	}
	_exit(0);
}

static void replace_with(const struct kind *kind, const char *path, char letter)
{
	char content[BLOCK];
	struct tempfile *file = kind->open(path);

	memset(content, letter, sizeof content);
	check_equal(tempfile_write(file, content, sizeof content), BLOCK);
	check_equal(tempfile_persist(file, path, 0), 0);
	check_equal(tempfile_close(file), 0);
}

static void a_reader_sees_the_old_or_the_new(void)
{
	const char *path = in(work, "a");
	pid_t test = getpid();
	pid_t reader;
	int status;

	replace_with(&kinds[0], path, 'z');
	reader = fork();
	check(reader >= 0);
	if (reader == 0)
		keep_reading(path, test);
	for (int i = 0; i < 1000; i++)
		replace_with(&kinds[(size_t)i % 8], path, (char)('a' + i % 26));
	check_equal(waitpid(reader, &status, WNOHANG), 0);
	kill_child(reader);
	check_alone(path, work);
}

/* Told by the exit status: 0 for the winner. */
static int compete(int start, const struct kind *kind)
{
	struct tempfile *file = kind->open(in(work, "a"));
	char byte;
	int result;

	put(file, "mine");
	if (read(start, &byte, 1) != 0)
		return 2;
	result = tempfile_persist(file, in(work, "a"), TEMPFILE_NOREPLACE);
	if (result < 0 && errno != EEXIST)
		return 3;
	if (result < 0)
		(void)tempfile_keep(file, false);
	return tempfile_close(file) < 0 ? 4 : result < 0;
}

static int count_winners(const struct kind *kind)
{
	pid_t children[8];
	int winners = 0;
	int gate[2];
	int status;

	check_equal(pipe2(gate, O_CLOEXEC), 0);
	FOR_EACH(i, children) {
		children[i] = fork();
		check(children[i] >= 0);
		if (children[i] == 0) {
			(void)close(gate[1]);
			exit(compete(gate[0], kind));
		}
	}
	(void)close(gate[0]);
	(void)close(gate[1]);
	FOR_EACH(i, children) {
		check_equal(waitpid(children[i], &status, 0), children[i]);
		check(WIFEXITED(status) && WEXITSTATUS(status) <= 1);
		winners += WEXITSTATUS(status) == 0;
	}
	return winners;
}

static void of_eight_one_wins(void)
{
	for (int round = 0; round < 10; round++)
		FOR_EACH(i, kinds) {
			check_equal(count_winners(&kinds[i]), 1);
			check_holds(in(work, "a"), "mine");
			check_alone(in(work, "a"), work);
			check_equal(unlink(in(work, "a")), 0);
		}
}

static const struct CMUnitTest tests[] = {
	TEST(a_reader_sees_the_old_or_the_new),
	TEST(of_eight_one_wins),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
