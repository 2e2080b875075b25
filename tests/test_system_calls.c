/* SPDX-License-Identifier: MIT */
/*
 * How many system calls it takes, counted by tracing a child between two marks
 * (getppid, which the library has no use for).
 */
#include "support.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define LOOPS 1000

/* How often each was made in LOOPS rounds. */
static unsigned counts[512];

static void trace_me(void (*warm_up)(void), void (*round)(void))
{
	if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) < 0)
		skip_test("tracing is not allowed here");
	check_equal(raise(SIGSTOP), 0);
	warm_up();
	(void)getppid();
	for (int i = 0; i < LOOPS; i++)
		round();
	(void)getppid();
	exit(0);
}

/* Its number, at the entry; -1 at the return, or for anything else. */
static long entered(pid_t child)
{
	struct __ptrace_syscall_info info;

	if (ptrace(PTRACE_GET_SYSCALL_INFO, child, sizeof info, &info) < 0)
		skip_test("the kernel does not tell of system calls");
	return info.op == PTRACE_SYSCALL_INFO_ENTRY ? (long)info.entry.nr : -1;
}

static bool go_on(pid_t child, int *status)
{
	(void)ptrace(PTRACE_SYSCALL, child, NULL, NULL);
	check_equal(waitpid(child, status, 0), child);
	return WIFSTOPPED(*status);
}

static void count(void (*warm_up)(void), void (*round)(void))
{
	bool counting = false;
	int status = 0;
	pid_t child = fork();

	if (child == 0)
		trace_me(warm_up, round);
	check_equal(waitpid(child, &status, 0), child);
	if (WIFEXITED(status))
		_exit(WEXITSTATUS(status));
	check_equal(ptrace(PTRACE_SETOPTIONS, child, NULL,
			   (void *)PTRACE_O_TRACESYSGOOD),
		    0);
	memset(counts, 0, sizeof counts);
	while (go_on(child, &status)) {
		long number = entered(child);

		if (number == SYS_getppid)
			counting = !counting;
		else if (counting && number >= 0 && number < 512)
			counts[number]++;
	}
	check_equal(status, 0);
}

/* What malloc asked for is not counted. */
static void forget_memory(void)
{
	static const int calls[] = {
		SYS_brk,   SYS_munmap, SYS_mremap, SYS_madvise,
#ifdef SYS_mmap
		SYS_mmap,
#endif
#ifdef SYS_mmap2
		SYS_mmap2,
#endif
	};

	FOR_EACH(i, calls)
		counts[calls[i]] = 0;
}

static unsigned total(void)
{
	unsigned sum = 0;

	for (size_t i = 0; i < 512; i++)
		sum += counts[i];
	return sum;
}

/* One call of the kernel's random source gives letters for many names. */
static unsigned take_randomness(void)
{
	unsigned calls = counts[SYS_getrandom];

	check(calls <= LOOPS / 30);
	counts[SYS_getrandom] = 0;
	return calls;
}

static void tell(const char *what, unsigned random)
{
	print_message("%s: %.3f system calls, and %.3f for random letters\n",
		      what, total() / (double)LOOPS, random / (double)LOOPS);
}

static void open_and_close(void)
{
	check_equal(tempfile_close(tempfile_open(NULL)), 0);
}

static void an_anonymous_file_takes_two(void)
{
	count(open_and_close, open_and_close);
	tell("tempfile_open and tempfile_close", 0);
	check_equal(counts[SYS_openat], LOOPS);
	check_equal(counts[SYS_close], LOOPS);
	check_equal(total(), 2 * LOOPS);
}

static void open_named_and_close(void)
{
	check_equal(tempfile_close(tempfile_open_named(NULL)), 0);
}

static void a_named_file_takes_four(void)
{
	unsigned random;

	count(open_named_and_close, open_named_and_close);
	random = take_randomness();
	tell("tempfile_open_named and tempfile_close", random);
	check(total() <= 4 * LOOPS);
}

static void open_dir_and_close(void)
{
	check_equal(tempdir_close(tempdir_open(NULL)), 0);
}

static void an_empty_directory_takes_three(void)
{
	unsigned random;

	count(open_dir_and_close, open_dir_and_close);
	random = take_randomness();
	tell("tempdir_open and tempdir_close", random);
	check(total() <= 3 * LOOPS);
}

static void do_nothing(void)
{
}

/* All that a spooled file can do in memory. */
static void spool(void)
{
	struct tempfile *file =
		tempfile_open_spooled(TEMPFILE_OPTIONS(.max_size = 100000));
	static char bytes[5000];
	static char *line;
	static size_t capacity;

	check(file != NULL);
	for (int i = 0; i < 10; i++)
		check_equal(tempfile_write(file, bytes, 5000), 5000);
	check_equal(tempfile_printf(file, "%d\n", 7), 2);
	check_equal(tempfile_seek(file, 10, SEEK_SET), 10);
	check_equal(tempfile_read(file, bytes, 5000), 5000);
	check(tempfile_getline(file, &line, &capacity) > 0);
	check_equal(tempfile_flush(file), 0);
	check_equal(tempfile_truncate(file, 60000), 0);
	check_equal(tempfile_reserve(file, 80000), 0);
	check_equal(tempfile_close(file), 0);
}

/* Nothing but what malloc asks for; not even for the temporary directory. */
static void a_spooled_file_in_memory_takes_none(void)
{
	check_equal(setenv("TMPDIR", "/nonexistent", 1), 0);
	count(do_nothing, spool);
	forget_memory();
	tell("a spooled file that stays in memory", 0);
	check_equal(total(), 0);
}

static struct tempfile *file;

static void open_one(void)
{
	file = tempfile_open(NULL);
	check(file != NULL);
}

static void write_line(void)
{
	check_equal(tempfile_write(file, "0123456789abcde\n", 16), 16);
}

static void small_writes_are_gathered(void)
{
	count(open_one, write_line);
	tell("tempfile_write of 16 bytes", 0);
	check(total() <= LOOPS / 1000 * 2);
}

static void write_and_read_back(void)
{
	char byte;

	check_equal(tempfile_seek(file, 0, SEEK_SET), 0);
	check_equal(tempfile_write(file, "x", 1), 1);
	check_equal(tempfile_seek(file, 0, SEEK_SET), 0);
	check_equal(tempfile_read(file, &byte, 1), 1);
}

static void switching_between_them_takes_none(void)
{
	count(open_one, write_and_read_back);
	forget_memory();
	tell("a byte written and read back", 0);
	check_equal(total(), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_anonymous_file_takes_two),
		TEST(a_named_file_takes_four),
		TEST(an_empty_directory_takes_three),
		TEST(a_spooled_file_in_memory_takes_none),
		TEST(small_writes_are_gathered),
		TEST(switching_between_them_takes_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
