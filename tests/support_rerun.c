/* SPDX-License-Identifier: MIT */
/*
 * The frame of a test where there is no fork: this program is run again, and
 * before main it does what the environment says, the test whose place in it is
 * named there. What else there is not, a test finds out when it asks for it.
 */
#include "posix.h"
#include "support_frame.h"

const char *why_unfit(const char *name)
{
	if (getenv("TEST_UNFIT_TOO"))
		return NULL;
	for (const struct unfit *at = unfit; at->name; at++)
		if (strcmp(name, at->name) == 0)
			return at->reason;
	return NULL;
}

/* What the test says to its frame: why it was skipped. */
static FILE *open_reason(const char *mode)
{
	return fopen(in(scratch, "reason"), mode);
}

_Noreturn void skip_test(const char *reason)
{
	FILE *file;

	if (!*scratch) /* not in run_isolated */
		skip_because(reason);
	file = open_reason("wb");
	if (file) {
		(void)fputs(reason, file);
		(void)fclose(file);
	}
	_exit(SKIPPED);
}

/* Functions are as far from each other in the program that is run again; in
 * WebAssembly, their numbers are. */
int run_body(const struct test *test, char *reason, size_t size)
{
	char place[96];
	int status;
	FILE *file;
	size_t length;

	(void)snprintf(
		place, sizeof place, "%lld %u %s",
		(long long)((intptr_t)test->body - (intptr_t)&run_isolated),
		test->how, scratch);
	status = run_again_with(place);
	file = open_reason("rb");
	length = file ? fread(reason, 1, size - 1, file) : 0;
	reason[length] = '\0';
	if (file)
		(void)fclose(file);
	return status;
}

__attribute__((constructor)) static void begin(void)
{
	const char *place = getenv("TEST_BODY");
	struct test test = {0};
	long long distance;

	if (!place)
		return;
	must(sscanf(place, "%lld %u %47s", &distance, &test.how, scratch) == 3,
	     "TEST_BODY");
	test.body =
		(void (*)(void))((intptr_t)&run_isolated + (intptr_t)distance);
	name_directories();
	(void)unsetenv("TEST_BODY");
	run_here(&test);
}

bool is_root(void)
{
	return false;
}

void make_directory(const char *path, unsigned permissions)
{
	check_equal(mkdir(path, permissions), 0);
}

/*
 * What there is not
 */

void need_root(void)
{
	(void)NOT_HERE("root");
}

void need_mounts(void)
{
	(void)NOT_HERE("mount");
}

void mount_small(const char *path, unsigned kibibytes)
{
	(void)NOT_HERE("mount");
}

int fill_disk(const char *path)
{
	return NOT_HERE("mount");
}

void in_child(void (*body)(void), enum ending ending)
{
	(void)NOT_HERE("fork");
}

void wait_for(int child)
{
	(void)NOT_HERE("fork");
}

void kill_child(int child)
{
	(void)NOT_HERE("fork");
}

unsigned permissions_of(const char *path)
{
	return (unsigned)NOT_HERE("permission bit");
}

unsigned permissions_of_fd(int fd)
{
	return (unsigned)NOT_HERE("permission bit");
}

void deny_open(unsigned flags, int code)
{
	(void)NOT_HERE("filter of system calls");
}

void deny_call(long number, int code)
{
	(void)NOT_HERE("filter of system calls");
}

void limit_file_size(long long bytes)
{
	(void)NOT_HERE("limit of a file's size");
}

void lift_file_size(void)
{
}
