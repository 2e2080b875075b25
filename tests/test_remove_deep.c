/* SPDX-License-Identifier: MIT */
/*
 * Removal where a tree is larger than the process that removes it: deep with
 * little stack and few descriptors, wide with little memory. With the argument
 * "slow" wide means a million entries.
 */
#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

#include "tree.h"

#define LEVELS       100000
#define STACK_BYTES  65536
#define GROWTH_LIMIT 4096 /* KiB */

static unsigned entries = 100000;

static void set_descriptor_limit(rlim_t limit)
{
	struct rlimit now;

	must(getrlimit(RLIMIT_NOFILE, &now));
	now.rlim_cur = limit;
	must(setrlimit(RLIMIT_NOFILE, &now));
}

static void *remove_in_thread(void *arg)
{
	return remove_tree(arg, NULL) == 0 ? arg : NULL;
}

static int remove_deep_with(rlim_t descriptors)
{
	struct tree tree;
	pthread_attr_t attributes;
	pthread_t thread;
	void *removed = NULL;

	make_tree(&tree);
	make_deep(&tree, LEVELS);
	set_descriptor_limit(descriptors);
	must(-pthread_attr_init(&attributes));
	/* Some machines have none so small. */
	if (pthread_attr_setstacksize(&attributes, STACK_BYTES) != 0)
		must(-pthread_attr_setstacksize(
			&attributes, (size_t)sysconf(_SC_THREAD_STACK_MIN)));
	must(-pthread_create(&thread, &attributes, remove_in_thread, &tree));
	must(-pthread_join(thread, &removed));
	must(-pthread_attr_destroy(&attributes));
	CHECK(removed == &tree);
	CHECK(!exists(tree.at, "tree"));
	drop_tree(&tree);
	return 0;
}

static int remove_deep_with_24(void)
{
	return remove_deep_with(24);
}

static int remove_deep_with_16(void)
{
	return remove_deep_with(16);
}

static void depth_takes_neither_stack_nor_descriptors(void **state)
{
	(void)state;
	assert_true(in_child(remove_deep_with_24));
	assert_true(in_child(remove_deep_with_16));
}

static int remove_wide(unsigned count, bool dirs)
{
	struct tree tree;
	long before;
	long growth;

	make_tree(&tree);
	make_wide(tree.root, count, 12, dirs);
	reset_peak_memory();
	before = peak_memory();
	CHECK(remove_tree(&tree, NULL) == 0);
	growth = peak_memory() - before;
	print_message("%u %s: %ld KiB\n", count, dirs ? "directories" : "files",
		      growth);
	CHECK(growth < GROWTH_LIMIT);
	drop_tree(&tree);
	return 0;
}

static int remove_files(void)
{
	return remove_wide(entries, false);
}

static int remove_directories(void)
{
	return remove_wide(entries, true);
}

static void width_takes_no_memory(void **state)
{
	(void)state;
	assert_true(in_child(remove_files));
	assert_true(in_child(remove_directories));
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(depth_takes_neither_stack_nor_descriptors),
		cmocka_unit_test(width_takes_no_memory),
	};

	if (argc > 1 && strcmp(argv[1], "slow") == 0)
		entries = 1000000;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
