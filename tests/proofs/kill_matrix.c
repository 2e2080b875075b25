/* SPDX-License-Identifier: MIT */
/*
 * The kill matrix: every life is ended by SIGKILL at the entry and the exit of
 * every system call that it makes. After one sweep there must be no name left
 * but the target's, the target must be whole, old or new, and a bystander must
 * have lost nothing.
 *
 *	kill_matrix ROOT ELSEWHERE LIFE TEMPF [CYCLE...]
 *
 * ROOT is a directory on the file system to prove it on, ELSEWHERE is one on
 * another. Without PROOFS=all in the environment only every tenth point or so
 * is tried, chosen by SEED, which is printed.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "kill_at.h"
#include "life.h"
#include "target.h"
#include "tempfile.h"

#define SAMPLE 10

static const char *life;
static const char *tempf;
static char tmp[200];       /* TMPDIR of most lives */
static char elsewhere[200]; /* of those that publish across file systems */
static char place[200];     /* what is published is published here */
static char target[256];
static char input[256];
static uint64_t seed;
static bool all;
static long points;
static long failures;

static uint64_t draw(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed;
}

/*
 * Cycles: what is run, and what stands at the target before
 */

struct cycle {
	const char *name;
	enum before before;
	const char *argv[10]; /* NULL: life with the cycle's name */
};

#define TEMPF "tempf"
static const struct cycle cycles[] = {
	{"gettempdir", NOTHING, {NULL}},
	{"gettempdir~", NOTHING, {NULL}},
	{"anonymous", NOTHING, {NULL}},
	{"anonymous~", NOTHING, {NULL}},
	{"beside~", NOTHING, {NULL}},
	{"named", NOTHING, {NULL}},
	{"named!", NOTHING, {NULL}},
	{"rolled", NOTHING, {NULL}},
	{"rolled~", NOTHING, {NULL}},
	{"tree", NOTHING, {NULL}},
	{"exit", NOTHING, {NULL}},
	{"exit~!", NOTHING, {NULL}},
	{"replace-anonymous", OLD_FILE, {NULL}},
	{"replace-anonymous~", OLD_FILE, {NULL}},
	{"replace-anonymous@", OLD_FILE, {NULL}},
	{"replace-anonymous~@", OLD_FILE, {NULL}},
	{"replace-anonymous!", OLD_FILE, {NULL}},
	{"replace-beside", OLD_FILE, {NULL}},
	{"replace-named", OLD_FILE, {NULL}},
	{"replace-named@", OLD_FILE, {NULL}},
	{"replace-named~@", OLD_FILE, {NULL}},
	{"replace-named-beside", OLD_FILE, {NULL}},
	{"replace-memory", OLD_FILE, {NULL}},
	{"replace-memory~", OLD_FILE, {NULL}},
	{"replace-rolled@", OLD_FILE, {NULL}},
	{"durable-anonymous", OLD_FILE, {NULL}},
	{"durable-anonymous@", OLD_FILE, {NULL}},
	{"durable-beside", OLD_FILE, {NULL}},
	{"durable-named", OLD_FILE, {NULL}},
	{"durable-named@", OLD_FILE, {NULL}},
	{"durable-named-beside", OLD_FILE, {NULL}},
	{"durable-memory", OLD_FILE, {NULL}},
	{"new-anonymous", NOTHING, {NULL}},
	{"new-anonymous@", NOTHING, {NULL}},
	{"new-anonymous~", NOTHING, {NULL}},
	{"new-beside", NOTHING, {NULL}},
	{"new-named", NOTHING, {NULL}},
	{"new-named@", NOTHING, {NULL}},
	{"new-named~@", NOTHING, {NULL}},
	{"new-named-beside", NOTHING, {NULL}},
	{"new-memory", NOTHING, {NULL}},
	{"tree-plain", NOTHING, {NULL}},
	{"tree-new", NOTHING, {NULL}},
	{"tree-exchange", OLD_TREE, {NULL}},
	{"tree-exchange-durable", OLD_TREE, {NULL}},
	{"run", NOTHING, {TEMPF, "run", "--", "LIFE", "exit", "PLACE"}},
	{"run!", NOTHING, {TEMPF, "run", "sh", "-c", "echo >$TMPDIR/x"}},
	{"write", OLD_FILE, {TEMPF, "write", "TARGET"}},
	{"write-new", NOTHING, {TEMPF, "write", "--no-replace", "TARGET"}},
	{"write-command",
	 OLD_FILE,
	 {TEMPF, "write", "--durable", "TARGET", "--", "cat", "INPUT"}},
	{"spool", OLD_FILE, {TEMPF, "spool", "-o", "TARGET"}},
	{"spool-rolled",
	 OLD_FILE,
	 {TEMPF, "spool", "--max-size", "100", "-o", "TARGET"}},
	{"spool-command",
	 NOTHING,
	 {TEMPF, "spool", "--max-size", "100", "--", "cmp", "-", "INPUT"}},
};

static const char *fill_in(const char *word)
{
	if (strcmp(word, TEMPF) == 0)
		return tempf;
	if (strcmp(word, "LIFE") == 0)
		return life;
	if (strcmp(word, "PLACE") == 0)
		return place;
	if (strcmp(word, "TARGET") == 0)
		return target;
	return strcmp(word, "INPUT") == 0 ? input : word;
}

static void make_argv(const struct cycle *cycle, char **argv)
{
	static char name[64];
	size_t n = 0;

	if (!cycle->argv[0]) {
		snprintf(name, sizeof name, "%.*s%s",
			 (int)strcspn(cycle->name, "~@!"), cycle->name,
			 strchr(cycle->name, '~') ? "~" : "");
		argv[n++] = (char *)(uintptr_t)life;
		argv[n++] = name;
		argv[n++] = place;
	} else {
		for (; cycle->argv[n]; n++)
			argv[n] = (char *)(uintptr_t)fill_in(cycle->argv[n]);
	}
	argv[n] = NULL;
}

/*
 * The bystander: alive, with a name or two in every directory
 */

static struct bystander {
	char paths[4][300];
	struct stat status[4];
	pid_t process;
} bystander;

static void open_names(char paths[4][300])
{
	const char *const directories[] = {tmp, elsewhere, place};
	static const char sibling[] = "tempfile-0123456789abcdefghijklmnop";
	struct tempfile *file;
	int fd;

	for (int i = 0; i < 3; i++) {
		file = tempfile_open_named(
			TEMPFILE_OPTIONS(.dir = directories[i],
					 .flags = TEMPFILE_LEASED));
		must(file && tempfile_write(file, "alive", 5) == 5 &&
			     tempfile_flush(file) == 0,
		     directories[i]);
		snprintf(paths[i], 300, "%s", tempfile_name(file));
	}
	snprintf(paths[3], 300, "%s/%s", place, sibling);
	fd = open(paths[3], O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
	must(fd >= 0 && flock(fd, LOCK_SH) == 0, sibling);
}

static void start_bystander(void)
{
	int ends[2];

	must(pipe(ends) == 0, "pipe");
	bystander.process = fork();
	must(bystander.process >= 0, "fork");
	if (bystander.process == 0) {
		open_names(bystander.paths);
		must(write(ends[1], bystander.paths, sizeof bystander.paths) ==
			     sizeof bystander.paths,
		     "write");
		close(ends[0]);
		close(ends[1]);
		for (;;)
			pause();
	}
	close(ends[1]);
	must(read(ends[0], bystander.paths, sizeof bystander.paths) ==
		     sizeof bystander.paths,
	     "bystander");
	close(ends[0]);
	for (int i = 0; i < 4; i++)
		must(lstat(bystander.paths[i], &bystander.status[i]) == 0,
		     bystander.paths[i]);
}

static bool bystander_is_well(void)
{
	struct stat now;

	for (int i = 0; i < 4; i++)
		if (lstat(bystander.paths[i], &now) < 0 ||
		    now.st_ino != bystander.status[i].st_ino ||
		    now.st_size != bystander.status[i].st_size)
			return false;
	return true;
}

/*
 * One point
 */

static void sweep_all(void)
{
	must(tempfile_sweep(tmp, 0, NULL, NULL) >= 0, tempfile_errmsg());
	must(tempfile_sweep(place, 0, NULL, NULL) >= 0, tempfile_errmsg());
	must(tempfile_sweep(elsewhere, 0, NULL, NULL) >= 0, tempfile_errmsg());
}

static const char *fault_of_rest(void)
{
	struct stat status;

	if (count_entries(tmp) != 1 || count_entries(elsewhere) != 1 ||
	    count_entries(place) != 2 + (lstat(target, &status) == 0))
		return "something was left behind";
	return bystander_is_well() ? NULL : "the bystander has lost something";
}

static void list_left(const char *path)
{
	DIR *stream = opendir(path);
	const struct dirent *entry;

	while (stream && (entry = readdir(stream)))
		if (entry->d_name[0] != '.')
			printf("\t%s/%s\n", path, entry->d_name);
	if (stream)
		closedir(stream);
}

static void clear_left(void)
{
	char command[800];

	/* So that the next point is judged by itself. */
	snprintf(command, sizeof command,
		 "for d in '%s' '%s' '%s'; do find $d -mindepth 1 -maxdepth 1 "
		 "! -name tempfile-* -exec rm -rf {} +; done",
		 tmp, elsewhere, place);
	(void)!system(command);
}

static void report(const struct cycle *cycle, int n, const struct stop *stop,
		   const char *fault)
{
	failures++;
	printf("not so: %s, stop %d, %s of system call %ld: %s\n", cycle->name,
	       n, stop->entry ? "entry" : "exit", stop->call, fault);
	list_left(tmp);
	list_left(elsewhere);
	list_left(place);
	clear_left();
}

static void set_environment(const struct cycle *cycle)
{
	must(setenv("TMPDIR", strchr(cycle->name, '@') ? elsewhere : tmp, 1) ==
			     0 &&
		     setenv("TEMPFILE_SWEEP",
			    strchr(cycle->name, '!') ? "always" : "never",
			    1) == 0,
	     "setenv");
}

/* false: it had ended by itself. */
static bool try_point(const struct cycle *cycle, int n)
{
	struct stop stop = {0};
	char *argv[12];
	const char *fault;
	bool killed;

	make_argv(cycle, argv);
	prepare_target(target, cycle->before);
	must(lseek(0, 0, SEEK_SET) == 0, "lseek");
	killed = kill_at(argv, cycle->argv[0] ? -1 : LIFE_MARKER, n, &stop);
	fault = fault_of_target(target, cycle->before);
	sweep_all();
	if (!fault)
		fault = fault_of_target(target, cycle->before);
	if (!fault)
		fault = fault_of_rest();
	if (!fault && !killed && stop.status != 0)
		fault = "it failed, though nobody hindered it";
	if (fault)
		report(cycle, n, &stop, fault);
	return killed;
}

static void try_cycle(const struct cycle *cycle)
{
	long before = points;
	long failed = failures;
	int n = 1;

	set_environment(cycle);
	while (try_point(cycle, n)) {
		points++;
		n += all ? 1 : 1 + (int)(draw() % (2 * SAMPLE - 1));
	}
	printf("%-24s %5ld points of %d%s\n", cycle->name, points - before,
	       n - 1, failures > failed ? ", FAILED" : "");
	fflush(stdout);
}

static void make_places(const char *root, const char *other)
{
	snprintf(tmp, sizeof tmp, "%s/tmp", root);
	snprintf(place, sizeof place, "%s/place", root);
	snprintf(target, sizeof target, "%s/target", place);
	snprintf(input, sizeof input, "%s/input", root);
	snprintf(elsewhere, sizeof elsewhere, "%s/elsewhere", other);
	must(mkdir(tmp, 0700) == 0 && mkdir(place, 0755) == 0 &&
		     mkdir(elsewhere, 0700) == 0,
	     root);
	write_file(input, LIFE_NEW);
	must(close(0) == 0 && open(input, O_RDONLY) == 0, input);
}

static void choose_seed(void)
{
	const char *given = getenv("SEED");
	const char *wish = getenv("PROOFS");

	all = wish && strcmp(wish, "all") == 0;
	seed = given ? strtoull(given, NULL, 10)
		     : (uint64_t)time(NULL) * 65536 + (uint64_t)getpid();
	if (!all)
		printf("SEED=%llu\n", (unsigned long long)seed);
	if (seed == 0)
		seed = 1;
}

static bool is_wanted(const char *name, int argc, char **argv)
{
	for (int i = 5; i < argc; i++)
		if (strcmp(argv[i], name) == 0)
			return true;
	return argc <= 5;
}

int main(int argc, char **argv)
{
	if (argc < 5)
		return 2;
	choose_seed();
	life = argv[3];
	tempf = argv[4];
	make_places(argv[1], argv[2]);
	start_bystander();
	for (size_t i = 0; i < sizeof cycles / sizeof *cycles; i++)
		if (is_wanted(cycles[i].name, argc, argv))
			try_cycle(&cycles[i]);
	printf("%ld points, %ld failures\n", points, failures);
	kill(bystander.process, SIGKILL);
	waitpid(bystander.process, NULL, 0);
	sweep_all();
	remove_target(target);
	return failures > 0;
}
