/* SPDX-License-Identifier: MIT */
/*
 * 9, for long: while trees are removed, somebody exchanges their directories
 * for links to a canary's, as fast as he can. The naive removal kills the
 * canary within seconds; ours goes on until so many entries are removed, or
 * for so many seconds if the number is small.
 *
 * usage: test_attack_race DELETIONS | SECONDS
 */
#include "../support.h"

#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "os.h"

#define WIDTH 20

static long goal = 3;
static atomic_bool over;
static atomic_uint exchanges;

static void pause_for(long nanoseconds)
{
	const struct timespec span = {.tv_nsec = nanoseconds};

	if (nanoseconds > 0)
		(void)nanosleep(&span, NULL);
}

static void *exchange(void *arg)
{
	char path[32];

	for (unsigned n = 0; !atomic_load(&over); n++) {
		(void)snprintf(path, sizeof path, "tree/%u", n / 2 % WIDTH);
		if (tempfile__os_exchange(AT_FDCWD, path, AT_FDCWD, "bait") ==
		    0)
			atomic_fetch_add(&exchanges, 1);
		/* A link that was put in place stays for a moment. */
		pause_for(n % 2 ? 0 : 5000L * (long)(n / 2 % 100));
	}
	return arg;
}

/* A tree of WIDTH directories with as many files each; what an exchange has
 * left in the way is removed first. */
static void plant(void)
{
	char path[48];
	struct stat status;

	(void)mkdir("tree", 0700);
	for (unsigned i = 0; i < WIDTH; i++) {
		(void)snprintf(path, sizeof path, "tree/%u", i);
		(void)mkdir(path, 0700);
		for (unsigned j = 0; j < WIDTH; j++) {
			int fd;

			(void)snprintf(path, sizeof path, "tree/%u/mine%u", i,
				       j);
			fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
			if (fd >= 0)
				(void)close(fd);
		}
	}
	/* The link has been removed, and a directory is left in its place. */
	if (symlink("../outside", "bait") < 0 && lstat("bait", &status) == 0 &&
	    S_ISDIR(status.st_mode))
		(void)rename("bait", "tree/left");
}

static void plant_canary(void)
{
	(void)mkdir("outside", 0755);
	if (!exists("outside/canary"))
		make_file("outside/canary");
}

/* Looks at all that is there, and then acts on each path once more. */
static void naive_remove(const char *path)
{
	DIR *stream = opendir(path);
	bool directories[64] = {false};
	char children[64][64];
	struct dirent *entry;
	struct stat status;
	size_t count = 0;

	while (stream && count < 64 && (entry = readdir(stream))) {
		if (entry->d_name[0] == '.')
			continue;
		(void)snprintf(children[count], sizeof children[count],
			       "%s/%.40s", path, entry->d_name);
		if (lstat(children[count], &status) == 0)
			directories[count] = S_ISDIR(status.st_mode);
		count++;
	}
	if (stream)
		(void)closedir(stream);
	for (size_t i = 0; i < count; i++)
		if (directories[i])
			naive_remove(children[i]);
		else
			(void)unlink(children[i]);
	(void)rmdir(path);
}

static int64_t deletions;

static int count(const struct tempfile_removal *removal, void *arg)
{
	*(int64_t *)arg = removal->removed;
	return 0;
}

static void remove_ours(const char *path)
{
	int64_t removed = 0;

	(void)tempfile_remove_tree(path, 0, count, &removed);
	deletions += removed;
}

/* Until the canary is dead, so many are deleted, or the time is up. */
static void race(void (*remover)(const char *path), int64_t most,
		 time_t seconds)
{
	time_t end = time(NULL) + seconds;
	pthread_t attacker;

	plant_canary();
	atomic_store(&over, false);
	check_equal(pthread_create(&attacker, NULL, exchange, NULL), 0);
	while (exists("outside/canary") && deletions < most &&
	       time(NULL) < end) {
		plant();
		remover("tree");
	}
	atomic_store(&over, true);
	check_equal(pthread_join(attacker, NULL), 0);
	/* files called mine in it were put there, through the link, by plant */
}

static void the_canary_survives(void)
{
	bool for_long = goal >= 1000;

	race(naive_remove, 1, 60);
	check(!exists("outside/canary"));
	exchanges = 0;
	race(remove_ours, for_long ? goal : INT64_MAX, for_long ? 1500 : goal);
	check(exists("outside/canary"));
	check_equal(permissions_of("outside"), 0755);
	print_message("%lld deletions, %u exchanges\n", (long long)deletions,
		      exchanges);
	check(deletions > 1000 && exchanges > 100);
	check(!for_long || deletions >= goal);
}

int main(int arguments, char **argument)
{
	const struct CMUnitTest tests[] = {TEST(the_canary_survives)};

	if (arguments > 1)
		goal = strtol(argument[1], NULL, 10);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
