/* SPDX-License-Identifier: MIT */
/*
 * For a build that counts which lines are reached: processes that end by _exit,
 * or by a signal that they raise, as those that clean up in a signal handler
 * do, write their counters, too. Linked with --wrap=_exit --wrap=raise.
 */
#include <gcov.h>
#include <stdnoreturn.h>

noreturn void __real__exit(int status);
noreturn void __wrap__exit(int status);
int __real_raise(int signal);
int __wrap_raise(int signal);

/* From here on they count anew, lest anything be counted twice. */
static void write_counters(void)
{
	__gcov_dump();
	__gcov_reset();
}

noreturn void __wrap__exit(int status)
{
	write_counters();
	__real__exit(status);
}

int __wrap_raise(int signal)
{
	write_counters();
	return __real_raise(signal);
}
