/* SPDX-License-Identifier: MIT */
/* Removal racing with somebody who moves and exchanges what it works on. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "tree.h"

#define MILLISECONDS 2000
#define ENOUGH       100
#define CANARIES     20

struct attack {
	void (*once)(const struct tree *tree);
	bool in_signal;
	bool locked; /* is what the attacker moves */
	struct tree tree;
	atomic_bool over;
	atomic_uint hits;
};

static void *attack_until_over(void *arg)
{
	struct attack *attack = arg;

	for (unsigned n = 0; !atomic_load(&attack->over); n++) {
		/* Now faster, now slower, and never so that it alone runs. */
		for (unsigned i = 0; i <= n % 64; i++)
			(void)sched_yield();
		errno = 0;
		attack->once(&attack->tree);
		if (errno == 0)
			atomic_fetch_add(&attack->hits, 1);
	}
	return NULL;
}

/* Directories 0, 1, ... each with a file, as in the tree. */
static void make_canaries(const struct tree *tree)
{
	char name[32];

	make_dir(tree->at, "outside");
	for (unsigned i = 0; i < CANARIES; i++) {
		(void)snprintf(name, sizeof name, "outside/%u", i);
		make_dir(tree->at, name);
		(void)strcat(name, "/canary");
		make_file(tree->at, name);
	}
	must(fchmodat(tree->at, "outside", 0500, 0));
}

static bool canaries_live(const struct tree *tree)
{
	struct stat status;
	char name[32];

	must(fstatat(tree->at, "outside", &status, 0));
	if ((status.st_mode & 07777) != 0500)
		return false;
	for (unsigned i = 0; i < CANARIES; i++) {
		(void)snprintf(name, sizeof name, "outside/%u/canary", i);
		if (!exists(tree->at, name))
			return false;
	}
	return true;
}

/* One is deeper than descriptors are held. */
static void fill(int fd)
{
	char name[32];

	make_path(fd, "1/d/d/d/d/d/d/d/d/d/d/d/d");
	for (unsigned i = 0; i < CANARIES; i++) {
		(void)snprintf(name, sizeof name, "%u", i);
		make_path(fd, name);
		(void)strcat(name, "/f");
		make_file(fd, name);
	}
}

/* Where an earlier round left parts of the tree, they are the bait. */
static void bait(const struct attack *attack)
{
	int at = attack->tree.at;
	int fd;

	(void)mkdirat(at, "tree", 0700);
	(void)symlinkat("../outside", at, "tree/link");
	if (mkdirat(at, "bait", 0700) == 0) {
		fd = must(openat(at, "bait", O_RDONLY));
		fill(fd);
		must(close(fd));
	}
	fd = must(openat(at, "bait", O_RDONLY));
	if (renameat(at, "bait", at, "tree/sub") == 0 && attack->locked)
		must(fchmod(fd, 0));
	must(close(fd));
}

/* Not before the attacker is at it. */
static void wait_for_hit(struct attack *attack)
{
	unsigned before = atomic_load(&attack->hits);

	for (unsigned i = 0; i < 1000 && before == attack->hits; i++)
		(void)sched_yield();
}

static void remove_once(const struct attack *attack)
{
	int at = attack->tree.at;
	struct removal removal = {0};
	int root = openat(at, "tree", O_RDONLY | O_DIRECTORY);

	if (root < 0)
		return;
	if (attack->in_signal)
		(void)tempfile__remove_tree_in_signal(at, "tree", root);
	else
		(void)tempfile__remove_tree(at, "tree", root, &removal);
	free(removal.first_failure);
	must(close(root));
}

/* On a busy machine it takes longer until there were hits. */
static bool has_been_enough(const struct attack *attack, unsigned rounds,
			    int64_t start)
{
	int64_t passed = tempfile__os_milliseconds() - start;

	return passed > 30 * MILLISECONDS ||
	       (passed > MILLISECONDS && rounds > ENOUGH &&
		attack->hits > ENOUGH);
}

static int survive(struct attack *attack)
{
	int64_t start = tempfile__os_milliseconds();
	unsigned rounds = 0;
	pthread_t attacker;

	make_tree(&attack->tree);
	make_canaries(&attack->tree);
	must(-pthread_create(&attacker, NULL, attack_until_over, attack));
	while (!has_been_enough(attack, rounds, start)) {
		bait(attack);
		wait_for_hit(attack);
		remove_once(attack);
		rounds++;
	}
	atomic_store(&attack->over, true);
	must(-pthread_join(attacker, NULL));
	CHECK(canaries_live(&attack->tree));
	print_message("%u removals, %u hits\n", rounds, attack->hits);
	CHECK(rounds > ENOUGH && attack->hits > ENOUGH);
	must(fchmodat(attack->tree.at, "outside", 0700, 0));
	drop_tree(&attack->tree);
	return 0;
}

static void exchange_with_link(const struct tree *tree)
{
	(void)tempfile__os_exchange(tree->at, "tree/sub", tree->at,
				    "tree/link");
}

/* Into the directory whose entries have the names the walk looks for. */
static void move_out_and_in(const struct tree *tree)
{
	(void)renameat(tree->at, "tree/sub/1", tree->at, "outside-moved");
	(void)renameat(tree->at, "outside-moved", tree->at, "tree/sub/1");
}

static int survive_exchanges(void)
{
	return survive(&(struct attack){.once = exchange_with_link});
}

static int survive_exchanges_unlocking(void)
{
	return survive(
		&(struct attack){.once = exchange_with_link, .locked = true});
}

static int survive_exchanges_in_signal(void)
{
	return survive(&(struct attack){.once = exchange_with_link,
					.in_signal = true});
}

static int survive_moves(void)
{
	return survive(&(struct attack){.once = move_out_and_in});
}

static int survive_moves_in_signal(void)
{
	return survive(
		&(struct attack){.once = move_out_and_in, .in_signal = true});
}

static void links_in_place_of_directories_lead_nowhere(void **state)
{
	(void)state;
	assert_true(as_nobody(survive_exchanges));
	assert_true(as_nobody(survive_exchanges_unlocking));
	assert_true(as_nobody(survive_exchanges_in_signal));
}

static void directories_moved_about_lead_nowhere(void **state)
{
	(void)state;
	assert_true(as_nobody(survive_moves));
	assert_true(as_nobody(survive_moves_in_signal));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(links_in_place_of_directories_lead_nowhere),
		cmocka_unit_test(directories_moved_about_lead_nowhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
