/* SPDX-License-Identifier: MIT */
/*
 * Command lines drawn at random, for the subcommands that start no other
 * program. The command ends by itself with one of its statuses.
 */
#include <fcntl.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "input.h"

#define WORDS 8

int tempf_main(int count, char **arguments);

static const char *const subcommands[] = {
	"file", "dir", "where", "ls", "sweep", "mktemp", "mktemp", "mktemp"};
static const char *const words[] = {
	"-u",       "-d",        "-q",        "-p",    "--tmpdir", "--tmpdir=.",
	"--suffix", "--suffix=", "-t",        "XXX",   "aXXXX.b",  "-n",
	"--json",   "-s",        "-m",        "600",   "--",       "-",
	".",        "--help",    "--version", "-XXXX", "--mode",   "XX"};

static void take_word(struct input *input, char place[32])
{
	unsigned kind = take(input);

	if (kind < 200) {
		(void)snprintf(place, 32, "%s",
			       words[kind % (sizeof words / sizeof *words)]);
		return;
	}
	for (kind = take(input) % 31; kind > 0; kind--) {
		*place = (char)take(input);
		if (*place == '/')
			*place = 'X';
		place++;
	}
	*place = '\0';
}

static _Noreturn void run(struct input *input)
{
	char name[] = "tempf";
	char text[WORDS][32];
	char *arguments[WORDS + 2] = {name};
	int count = 1 + (int)(take(input) % WORDS);
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	for (int fd = 0; fd < 3; fd++)
		(void)dup2(null, fd);
	(void)alarm(10);
	(void)snprintf(text[0], sizeof text[0], "%s",
		       subcommands[take(input) % 8]);
	arguments[1] = text[0];
	for (int i = 1; i < count; i++) {
		take_word(input, text[i]);
		arguments[i + 1] = text[i];
	}
	_exit(tempf_main(count + 1, arguments));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct input input = {data, n};
	int status = -1;
	pid_t child;

	enter_scratch();
	child = fork();
	MUST(child >= 0);
	if (child == 0)
		run(&input);
	MUST(waitpid(child, &status, 0) == child);
	MUST(WIFEXITED(status) && WEXITSTATUS(status) <= 2);
	return 0;
}
