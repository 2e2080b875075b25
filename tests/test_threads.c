/* SPDX-License-Identifier: MIT */
/*
 * Eight threads that create and close, each its own: no descriptor, no name and
 * no slot is lost. TEST_COUNT=100000 is the full measure for each.
 */
#include "support.h"

#include <fcntl.h>
#include <malloc.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define THREADS 8

static unsigned long count = 2500;

static int make_fifo(int dirfd, const char *name, const char *path, void *arg)
{
	(void)path;
	(void)arg;
	return mkfifoat(dirfd, name, 0600);
}

static void make_file_of_kind(unsigned long kind)
{
	const struct tempfile_options *here = TEMPFILE_OPTIONS(.dir = work);
	struct tempfile *file = NULL;

	switch (kind % 6) {
	case 0:
		file = tempfile_open(NULL);
		break;
	case 1:
		file = tempfile_open_named(NULL);
		break;
	case 2:
		file = tempfile_open_named(here);
		break;
	case 3:
		file = tempfile_open_spooled(TEMPFILE_OPTIONS(.max_size = 1));
		break;
	case 4:
		file = tempfile_make(here, make_fifo, NULL);
		break;
	default:
		file = tempfile_open_named(
			TEMPFILE_OPTIONS(.flags = TEMPFILE_UNLEASED));
	}
	check(file != NULL);
	check(kind % 6 == 4 || tempfile_write(file, "text", 4) == 4);
	if (kind % 60 == 1)
		check_equal(tempfile_keep(file, true) +
				    tempfile_keep(file, false),
			    0);
	check_equal(tempfile_close(file), 0);
}

static void make_directory_of_kind(unsigned long kind)
{
	struct tempdir *dir =
		tempdir_open(kind % 2 ? TEMPFILE_OPTIONS(.dir = work) : NULL);

	check(dir != NULL);
	check_equal(tempfile_close(
			    tempfile_open_named(TEMPFILE_OPTIONS(.in = dir))),
		    0);
	check_equal(tempdir_close(dir), 0);
}

static void *make_many(void *seed)
{
	for (unsigned long i = 0; i < count; i++)
		if (i % 10 == 9)
			make_directory_of_kind(i / 10);
		else
			make_file_of_kind(i + (unsigned long)(uintptr_t)seed);
	return NULL;
}

static void run_threads(void *(*run)(void *))
{
	pthread_t threads[THREADS];

	for (uintptr_t i = 0; i < THREADS; i++)
		check_equal(pthread_create(&threads[i], NULL, run, (void *)i),
			    0);
	for (int i = 0; i < THREADS; i++)
		check_equal(pthread_join(threads[i], NULL), 0);
}

static void use_each_once(void)
{
	for (unsigned long kind = 0; kind < 6; kind++)
		make_file_of_kind(kind);
	make_directory_of_kind(0);
}

static void nothing_is_lost(void)
{
	const char *value = getenv("TEST_COUNT");
	unsigned descriptors;

	if (value)
		count = strtoul(value, NULL, 10);
	use_each_once();
	descriptors = count_descriptors();
	run_threads(make_many);
	check_equal(count_descriptors(), descriptors);
	check_equal(count_entries(work), 0);
	check_equal(count_entries(temporary), 1); /* the session */
}

static size_t allocated_bytes(void)
{
#ifdef __GLIBC__
	return mallinfo2().uordblks;
#else
	skip_test("this malloc does not say how much it gave");
#endif
}

/* A slot that were lost would be memory: of so many, much. */
static void nor_is_memory(void)
{
	size_t before;

	use_each_once();
	before = allocated_bytes();
	for (int i = 0; i < 2000; i++)
		make_file_of_kind(2);
	check(allocated_bytes() - before < 1000);
	for (unsigned long i = 0; i < 300; i++) {
		make_file_of_kind(i % 6 + 6);
		make_directory_of_kind(i);
	}
	check(allocated_bytes() - before < 1000);
}

/* All of them find one session and one temporary directory, none two. */
static void *open_first(void *unused)
{
	(void)unused;
	return tempfile_open_named(NULL);
}

static void the_first_calls_may_be_simultaneous(void)
{
	pthread_t threads[THREADS];
	void *files[THREADS];

	for (int i = 0; i < THREADS; i++)
		check_equal(pthread_create(&threads[i], NULL, open_first, NULL),
			    0);
	for (int i = 0; i < THREADS; i++)
		check_equal(pthread_join(threads[i], &files[i]), 0);
	check_equal(count_entries(temporary), 1);
	for (int i = 0; i < THREADS; i++)
		check_equal(tempfile_close(files[i]), 0);
}

/* An error is the thread's that met it. */
static void *fail_alone(void *number)
{
	char dir[32];

	for (int i = 0; i < 200; i++) {
		(void)snprintf(dir, sizeof dir, "missing-%d-%d",
			       (int)(intptr_t)number, i);
		check_null(tempfile_open_named(TEMPFILE_OPTIONS(.dir = dir)),
			   ENOENT, dir);
	}
	return NULL;
}

static void errors_are_each_threads_own(void)
{
	run_threads(fail_alone);
	check_equal(tempfile_last_error()->code, 0);
	check_string(tempfile_errmsg(), "no error");
}

/* Handles may wander from one thread to another. */
static void *close_one(void *file)
{
	return (void *)(intptr_t)tempfile_close(file);
}

static void who_closes_need_not_be_who_opened(void)
{
	pthread_t thread;
	void *result;
	struct tempfile *file =
		tempfile_open_named(TEMPFILE_OPTIONS(.dir = work));

	check_equal(pthread_create(&thread, NULL, close_one, file), 0);
	check_equal(pthread_join(thread, &result), 0);
	check(result == NULL);
	check_equal(count_entries(work), 0);
}

/* A child of a process of many threads finds no lock taken. */
static void *fork_often(void *unused)
{
	(void)unused;
	for (int i = 0; i < 20; i++) {
		pid_t child = fork();
		int status;

		if (child == 0) {
			make_file_of_kind(2);
			_exit(0);
		}
		check_equal(waitpid(child, &status, 0), child);
		check_equal(status, 0);
	}
	return NULL;
}

static void *make_or_fork(void *seed)
{
	return (uintptr_t)seed % 4 ? make_many(seed) : fork_often(seed);
}

static void need_forks_among_threads(void)
{
#ifdef SANITIZED
	skip_test("sanitizers do not bear a fork among threads");
#endif
}

static void a_fork_at_any_moment_is_fine(void)
{
	need_forks_among_threads();
	count = 1000;
	run_threads(make_or_fork);
	check_equal(count_entries(work), 0);
}

static void *wait_and_make(void *now)
{
	while (!atomic_load((atomic_bool *)now))
		;
	make_file_of_kind(2);
	return NULL;
}

/* The status of a child that is forked at about that time. */
static int fork_beside_the_first_use(uint64_t delay)
{
	atomic_bool now = false;
	pthread_t thread;
	pid_t child;
	int status;

	check_equal(pthread_create(&thread, NULL, wait_and_make, &now), 0);
	atomic_store(&now, true);
	for (volatile uint64_t i = 0; i < delay; i++)
		;
	child = fork();
	if (child == 0) {
		(void)alarm(20);
		make_file_of_kind(2);
		_exit(0);
	}
	check_equal(waitpid(child, &status, 0), child);
	check_equal(pthread_join(thread, NULL), 0);
	return status;
}

static void even_beside_the_first_use(void)
{
	uint64_t seed = 1;

	need_forks_among_threads();
	for (int i = 0; i < 300; i++) {
		uint64_t delay = draw(&seed) % 60000;
		pid_t child = fork();
		int status;

		if (child == 0)
			_exit(fork_beside_the_first_use(delay) != 0);
		check_equal(waitpid(child, &status, 0), child);
		check_equal(status, 0);
	}
	check_equal(count_entries(work), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(nothing_is_lost),
		TEST(nor_is_memory),
		TEST(the_first_calls_may_be_simultaneous),
		TEST(errors_are_each_threads_own),
		TEST(who_closes_need_not_be_who_opened),
		TEST(a_fork_at_any_moment_is_fine),
		TEST(even_beside_the_first_use),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
