/* SPDX-License-Identifier: MIT */
/*
 * What the library asks of the system, seen by strace while a program calls
 * every function of it: ways of asking that would be unsafe do not occur.
 */
#include "support.h"

#include <fcntl.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define TRACE "trace"

static const char *driver;
static const char *driver_source;
static const char *header;

/* Between the mark that the driver sets and its end. */
static char *lines;

static char *read_whole(const char *path)
{
	FILE *stream = fopen(path, "re");
	char *text = NULL;
	size_t size = 0;

	check(stream != NULL);
	check(getdelim(&text, &size, '\0', stream) > 0);
	check_equal(fclose(stream), 0);
	return text;
}

static bool runs(char *const *command)
{
	int status = -1;
	pid_t child = fork();

	if (child == 0) {
		(void)dup2(open("/dev/null", O_WRONLY), 1);
		(void)execvp(command[0], command);
		_exit(127);
	}
	check_equal(waitpid(child, &status, 0), child);
	return status == 0;
}

static void trace(void)
{
	char *probe[] = {"strace", "-qqo", "/dev/null", "true", NULL};
	char *command[] = {"strace", "-fqqo", TRACE, (char *)(uintptr_t)driver,
			   NULL};
	char *mark;

	if (!runs(probe))
		skip_test("strace is not there, or may not trace");
	check(runs(command));
	lines = read_whole(TRACE);
	mark = strstr(lines, "the library's from here on");
	check(mark != NULL);
	lines = strchr(mark, '\n') + 1;
}

static bool starts_call(const char *line, const char *name)
{
	/* "PID  name(" */
	line += strspn(line, "0123456789 ");
	return strncmp(line, name, strlen(name)) == 0 &&
	       line[strlen(name)] == '(';
}

static bool has(const char *line, const char *part)
{
	return strstr(line, part) != NULL;
}

static const char *culprit;

static void tell_line(void)
{
	(void)fprintf(stderr, "\t%s\n", culprit);
}

/* How many lines are a call of name. */
static unsigned for_each(const char *name, void (*see)(const char *line))
{
	char *copy = strdup(lines);
	char *rest = NULL;
	unsigned count = 0;

	on_failed_check = tell_line;
	for (char *line = strtok_r(copy, "\n", &rest); line;
	     line = strtok_r(NULL, "\n", &rest)) {
		culprit = line;
		if (!starts_call(line, name))
			continue;
		see(line);
		count++;
	}
	free(copy);
	return count;
}

static void check_open(const char *line)
{
	check(has(line, "O_CLOEXEC"));
	if (has(line, "O_CREAT")) {
		check(has(line, "O_EXCL"));
		check(has(line, "O_NOFOLLOW"));
	}
	if (has(line, "O_TMPFILE"))
		check(!has(line, "O_EXCL"));
	check(!has(line, "O_TRUNC"));
}

static void every_open_is_safe(void)
{
	trace();
	check(for_each("openat", check_open) > 20);
	(void)for_each("openat2", check_open);
	check(has(lines, "O_CREAT|O_EXCL"));
	check(has(lines, "O_TMPFILE"));
}

static void check_chmod(const char *line)
{
	check(has(line, "\"/proc/self/fd/"));
}

static void forbid(const char *line)
{
	check_string(line, "(never called)");
}

static void pass(const char *line)
{
	(void)line;
}

static void permissions_are_changed_by_descriptor(void)
{
	trace();
	(void)for_each("chmod", check_chmod);
	(void)for_each("fchmodat", check_chmod);
	check(for_each("fchmod", pass) > 0);
}

static void what_belongs_to_the_host_is_left_alone(void)
{
	static const char *const calls[] = {
		"umask", "chdir", "fchdir", "open",    "creat",
		"dup",   "dup2",  "unlink", "rename",  "link",
		"mkdir", "mknod", "rmdir",  "truncate"};

	trace();
	for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
		check_equal(for_each(calls[i], forbid), 0);
}

static void check_fcntl(const char *line)
{
	check(!has(line, "F_DUPFD,"));
	check(!has(line, "F_SETFD, 0"));
}

static void no_duplicate_is_inherited(void)
{
	trace();
	(void)for_each("fcntl", check_fcntl);
}

static void check_write(const char *line)
{
	check(!has(line, "write(1,"));
	check(!has(line, "write(2,"));
}

static void nothing_is_printed(void)
{
	trace();
	(void)for_each("write", check_write);
}

/* What the driver forgets would escape all this. */
static void the_driver_calls_every_function(void)
{
	char *source = read_whole(driver_source);
	char *rest = read_whole(header);
	unsigned count = 0;

	while ((rest = strstr(rest, "\nTEMPFILE_API "))) {
		char *end = strchr(rest, '(');
		char *name;

		rest = end;
		while (end[-1] == '_' || (end[-1] >= 'a' && end[-1] <= 'z'))
			end--;
		check(asprintf(&name, "%.*s(", (int)(rest - end), end) > 0);
		culprit = name;
		on_failed_check = tell_line;
		check(has(source, name));
		free(name);
		count++;
	}
	check(count >= 50);
	free(source);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		TEST(every_open_is_safe),
		TEST(permissions_are_changed_by_descriptor),
		TEST(what_belongs_to_the_host_is_left_alone),
		TEST(no_duplicate_is_inherited),
		TEST(nothing_is_printed),
		TEST(the_driver_calls_every_function),
	};

	if (argc != 4)
		return 2;
	/* Wherever each test goes. */
	driver = realpath(argv[1], NULL);
	driver_source = realpath(argv[2], NULL);
	header = realpath(argv[3], NULL);
	if (!driver || !driver_source || !header)
		return 2;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
