/* SPDX-License-Identifier: MIT */
/* Names: where they come from, what is in them, when they run out. */
#include "support.h"

#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "random_name.h"

#define LETTERS "abcdefghijklmnopqrstuvwxyz0123456789_"
#define COUNT   1000000
#define LENGTH  12

static char names[COUNT][LENGTH + 1];

static void draw_names(void)
{
	const struct name_pattern pattern = {"", 0, "", 0, LENGTH};

	for (size_t i = 0; i < COUNT; i++)
		check_equal(tempfile__name_draw(&pattern, names[i]), 0);
}

static double chi_square_at(size_t position)
{
	double expected = COUNT / 37.0;
	unsigned counts[256] = {0};
	double sum = 0;

	for (size_t i = 0; i < COUNT; i++)
		counts[(unsigned char)names[i][position]]++;
	for (const char *letter = LETTERS; *letter; letter++) {
		double off = counts[(unsigned char)*letter] - expected;

		sum += off * off / expected;
	}
	return sum;
}

/* With 36 degrees of freedom one in 10^9 exceeds 109. */
static void every_letter_is_as_likely_as_any_other(void)
{
	draw_names();
	for (size_t position = 0; position < LENGTH; position++)
		check(chi_square_at(position) < 109);
}

/* Of numbers below 3/8 of all words, without refusing words every third would
 * come 750 times of 3 000; the standard deviation is 26. */
static void every_number_is_as_likely_as_any_other(void)
{
	unsigned counts[3] = {0};

	for (int i = 0; i < 3000; i++)
		counts[tempfile__random_below(3u << 29) % 3]++;
	for (int i = 0; i < 3; i++)
		check(counts[i] > 850 && counts[i] < 1150);
}

static int compare(const void *a, const void *b)
{
	return memcmp(a, b, LENGTH);
}

/* Of a million names of 62 bits, one in 10^7 runs has two alike. */
static void no_name_comes_twice(void)
{
	draw_names();
	qsort(names, COUNT, sizeof *names, compare);
	for (size_t i = 1; i < COUNT; i++)
		check(memcmp(names[i - 1], names[i], LENGTH) != 0);
}

static void nothing_but_the_letters_comes(void)
{
	draw_names();
	for (size_t i = 0; i < COUNT; i++)
		check(strspn(names[i], LETTERS) == LENGTH);
}

static const char *draw_one(void)
{
	static char name[LENGTH + 1];
	const struct name_pattern pattern = {"", 0, "", 0, LENGTH};

	check_equal(tempfile__name_draw(&pattern, name), 0);
	return name;
}

/* Parent and child had the same bytes in store when they parted. */
static void a_child_draws_names_of_its_own(void)
{
	char theirs[LENGTH + 1] = "";
	int ends[2];
	int child;

	(void)draw_one();
	check_equal(pipe(ends), 0);
	child = fork();
	if (child == 0)
		_exit(write(ends[1], draw_one(), LENGTH) != LENGTH);
	wait_for(child);
	check_equal(read(ends[0], theirs, LENGTH), LENGTH);
	check(strcmp(theirs, draw_one()) != 0);
}

static void without_the_system_call_the_device_serves(void)
{
	deny_call(SYS_getrandom, ENOSYS);
	check_equal(strspn(draw_one(), LETTERS), LENGTH);
}

/* No weaker source steps in. */
static void without_either_nothing_is_created(void)
{
	deny_call(SYS_getrandom, EIO);
	check_null(tempfile_open_named(TEMPFILE_OPTIONS(.dir = work)), EIO,
		   work);
	check_equal(count_entries(work), 0);
}

/*
 * The whole name
 */

static const char *base(const char *path)
{
	return strrchr(path, separator) + 1;
}

static void prefix_and_suffix_enclose_them(void)
{
	struct tempfile *file = tempfile_open_named(
		TEMPFILE_OPTIONS(.prefix = "ab-", .suffix = ".txt"));
	const char *name;

	check(file != NULL);
	name = base(tempfile_name(file));
	check_equal(strlen(name), 3 + 12 + 4);
	check(strncmp(name, "ab-", 3) == 0);
	check_equal(strspn(name + 3, LETTERS), 12);
	check_string(name + 15, ".txt");
	check_equal(tempfile_close(file), 0);
}

static void by_default_it_is_tmp_and_twelve(void)
{
	struct tempdir *dir = tempdir_open(NULL);
	const char *name;

	check(dir != NULL);
	name = base(tempdir_name(dir));
	check_equal(strlen(name), 3 + 12);
	check(strncmp(name, tempfile_gettempprefix(), 3) == 0);
	check_string(tempfile_gettempprefix(), "tmp");
	check_equal(tempdir_close(dir), 0);
}

static void an_empty_prefix_is_a_prefix(void)
{
	char *path = NULL;
	int fd = tempfile_mkstemp(TEMPFILE_OPTIONS(.prefix = "", .dir = work),
				  &path);

	check(fd > 2);
	check_equal(strlen(base(path)), 12);
	check_equal(close(fd), 0);
	tempfile_free(path);
}

static void the_number_of_letters_can_be_chosen(void)
{
	struct tempfile *file =
		tempfile_open_named(TEMPFILE_OPTIONS(.random_chars = 40));

	check(file != NULL);
	check_equal(strlen(base(tempfile_name(file))), 3 + 40);
	check_equal(tempfile_close(file), 0);
}

/*
 * Collisions
 */

/*
 * With one letter there are 37 names. How many are found before 128 tries do
 * not find the last is a matter of luck (a try misses the last one with 36/37,
 * 128 with 3 %), so whoever fails may try again.
 */
static void all_names_are_found_and_then_it_gives_up(void)
{
	const struct tempfile_options *options =
		TEMPFILE_OPTIONS(.dir = work, .random_chars = 1);
	unsigned found = 0;

	for (unsigned tries = 0; found < 37 && tries < 1000; tries++) {
		char *path = NULL;
		int fd = tempfile_mkstemp(options, &path);

		if (fd >= 0) {
			found++;
			check_equal(close(fd), 0);
		} else {
			check_error(EEXIST, work);
		}
		tempfile_free(path);
	}
	check_equal(found, 37);
	check_equal(count_entries(work), 37);
	check_null(tempfile_open_named(options), EEXIST, work);
	check_null(tempdir_open(options), EEXIST, work);
	check_null(tempfile_mkdtemp(options), EEXIST, work);
	check_equal(count_entries(work), 37);
}

static unsigned tries;

static int always_taken(int dirfd, const char *name, const char *path,
			void *code)
{
	(void)dirfd;
	(void)name;
	(void)path;
	tries++;
	errno = *(int *)code;
	return -1;
}

static void a_hundred_and_twenty_eight_names_are_tried(void)
{
	int codes[] = {EEXIST, EADDRINUSE};

	for (int i = 0; i < 2; i++) {
		tries = 0;
		check_null(tempfile_make(NULL, always_taken, &codes[i]), EEXIST,
			   temporary);
		check_equal(tries, 128);
	}
}

static void another_error_is_not_tried_again(void)
{
	int code = EACCES;

	check_null(tempfile_make(NULL, always_taken, &code), EACCES, temporary);
	check_equal(tries, 1);
}

/* Links and directories in the way are names taken, nothing more. */
static void whatever_is_in_the_way_stays_as_it_is(void)
{
	make_file("target");
	for (const char *letter = LETTERS; *letter; letter++) {
		char name[] = {'x', *letter, '\0'};

		if (*letter != 'q')
			check_equal(symlink("target", name), 0);
	}
	for (unsigned i = 0; i < 1000 && !exists("xq"); i++) {
		struct tempfile *file = tempfile_open_named(
			TEMPFILE_OPTIONS(.dir = ".", .prefix = "x",
					 .flags = TEMPFILE_KEEP,
					 .random_chars = 1));

		check(file || errno == EEXIST);
		check_equal(tempfile_close(file), 0);
	}
	check_equal(size_of("target"), 7);
	check_equal(size_of("xq"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_letter_is_as_likely_as_any_other),
		TEST(every_number_is_as_likely_as_any_other),
		TEST(no_name_comes_twice),
		TEST(nothing_but_the_letters_comes),
		TEST(a_child_draws_names_of_its_own),
		TEST(without_the_system_call_the_device_serves),
		TEST(without_either_nothing_is_created),
		TEST(prefix_and_suffix_enclose_them),
		TEST(by_default_it_is_tmp_and_twelve),
		TEST(an_empty_prefix_is_a_prefix),
		TEST(the_number_of_letters_can_be_chosen),
		TEST(all_names_are_found_and_then_it_gives_up),
		TEST(a_hundred_and_twenty_eight_names_are_tried),
		TEST(another_error_is_not_tried_again),
		TEST(whatever_is_in_the_way_stays_as_it_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
