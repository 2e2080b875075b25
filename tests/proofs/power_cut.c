/* SPDX-License-Identifier: MIT */
/*
 * Power cuts: while a life publishes durably, the image of the file system that
 * it is on is copied after every system call. Each copy is then mounted, as
 * after a crash: the target must be whole, old or new; new if the call had
 * returned; and a sweep must leave nothing beside it.
 *
 *	power_cut IMAGE ROOT ELSEWHERE LIFE [LIBRARY]
 *
 * ROOT is in IMAGE, which is mounted. With LIBRARY, which makes fsync a lie, it
 * is the other way round: every cycle must be caught. Without PROOFS=all in the
 * environment only every third image is looked at.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kill_at.h"
#include "life.h"
#include "target.h"
#include "tempfile.h"

#define MOST 200

struct cycle {
	const char *name;
	enum before before;
};

static const struct cycle cycles[] = {
	{"durable-anonymous", OLD_FILE}, {"durable-anonymous@", OLD_FILE},
	{"durable-beside", OLD_FILE},    {"durable-named", OLD_FILE},
	{"durable-named@", OLD_FILE},    {"durable-named-beside", OLD_FILE},
	{"durable-memory", OLD_FILE},    {"new-beside", NOTHING},
	{"tree-plain", NOTHING},         {"tree-exchange-durable", OLD_TREE},
};

/* The copies of a cycle. */
struct copies {
	int count;
	int step;
	bool returned;
	struct copy {
		bool returned; /* the call had, when it was made */
		long call;
	} of[MOST];
};

static const char *image;
static char mounted[200]; /* where IMAGE is mounted */
static char place[220];
static char check[200];
static char elsewhere[200];
static char tmp[220];
static long points;
static long faults;

static void run(const char *command)
{
	int status = system(command);

	if (status == 0)
		return;
	printf("failed: %s\n", command);
	exit(WEXITSTATUS(status) == 77 ? 77 : 1);
}

static void name_copy(int number, char *path, size_t size)
{
	snprintf(path, size, "%s.%d", image, number);
}

/* Only where there is data; all else reads as zeros. */
static void copy_image(const char *to)
{
	static char bytes[1 << 16];
	int in = open(image, O_RDONLY | O_CLOEXEC);
	int out = open(to, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
	off_t end = lseek(in, 0, SEEK_END);
	off_t hole = 0;
	off_t at;
	ssize_t got;

	must(in >= 0 && out >= 0 && ftruncate(out, end) == 0, to);
	while ((at = lseek(in, hole, SEEK_DATA)) >= 0) {
		hole = lseek(in, at, SEEK_HOLE);
		for (; at < hole; at += got) {
			got = pread(in, bytes, sizeof bytes, at);
			must(got > 0 &&
				     pwrite(out, bytes, (size_t)got, at) == got,
			     to);
		}
	}
	(void)close(in);
	(void)close(out);
}

static void cut(int n, const struct stop *stop, void *arg)
{
	struct copies *copies = arg;
	char path[256];

	if (stop->call == LIFE_DURABLE_MARKER)
		copies->returned = true;
	/* What an entry would show is what the exit before it has shown. */
	if (stop->entry || copies->count >= MOST)
		return;
	if (n % copies->step != 0 && stop->call != LIFE_DURABLE_MARKER)
		return;
	name_copy(copies->count, path, sizeof path);
	copy_image(path);
	copies->of[copies->count++] =
		(struct copy){copies->returned, stop->call};
}

/*
 * After the crash
 */

/* Where ROOT/name is when a copy is mounted instead. */
static const char *checked(const char *path)
{
	static char result[2][420];
	static int turn;

	turn = !turn;
	snprintf(result[turn], sizeof result[turn], "%s%s", check,
		 path + strlen(mounted));
	return result[turn];
}

static const char *fault_of_copy(const struct cycle *cycle,
				 const struct copy *copy)
{
	char target[400];
	const char *fault;

	snprintf(target, sizeof target, "%s/target", checked(place));
	fault = fault_of_target(target, cycle->before);
	if (fault)
		return fault;
	if (copy->returned && !target_is_new(target))
		return "what was durable is not there";
	if (tempfile_sweep(checked(place), 0, NULL, NULL) < 0 ||
	    tempfile_sweep(checked(tmp), 0, NULL, NULL) < 0)
		return tempfile_errmsg();
	if (count_entries(checked(place)) != (access(target, F_OK) == 0) ||
	    count_entries(checked(tmp)) != 0)
		return "something was left behind";
	return fault_of_target(target, cycle->before);
}

static void look_at(const struct cycle *cycle, const struct copies *copies,
		    int number, bool quiet)
{
	const struct copy *copy = &copies->of[number];
	char command[1200];
	char path[256];
	const char *fault;

	name_copy(number, path, sizeof path);
	snprintf(command, sizeof command,
		 "mount -o loop,nouuid '%s' '%s' 2>/dev/null || "
		 "mount -o loop '%s' '%s'",
		 path, check, path, check);
	run(command);
	points++;
	fault = fault_of_copy(cycle, copy);
	if (fault) {
		faults++;
		if (!quiet)
			printf("not so: %s, cut %d, after system call %ld: "
			       "%s\n",
			       cycle->name, number, copy->call, fault);
	}
	snprintf(command, sizeof command, "umount '%s'", check);
	run(command);
	(void)unlink(path);
}

static void live(const struct cycle *cycle, const char *life,
		 const char *library, struct copies *copies)
{
	char name[64];
	char *argv[] = {(char *)(uintptr_t)life, name, place, NULL};
	struct stop stop = {0};

	snprintf(name, sizeof name, "%.*s", (int)strcspn(cycle->name, "@"),
		 cycle->name);
	must(setenv("TMPDIR", strchr(cycle->name, '@') ? elsewhere : tmp, 1) ==
		     0,
	     "setenv");
	if (library)
		must(setenv("LD_PRELOAD", library, 1) == 0, "setenv");
	visit_stops(argv, LIFE_MARKER, cut, copies, &stop);
	(void)unsetenv("LD_PRELOAD");
	if (stop.status != 0 || !copies->returned) {
		printf("not so: %s failed by itself\n", cycle->name);
		exit(1);
	}
}

/* No other file system: another proof may be at work there. */
static void sync_mounted(void)
{
	int fd = open(mounted, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	must(fd >= 0 && syncfs(fd) == 0 && close(fd) == 0, mounted);
}

static void try_cycle(const struct cycle *cycle, const char *life,
		      const char *library)
{
	static struct copies copies;
	const char *wish = getenv("PROOFS");
	char target[256];
	char command[1200];

	copies = (struct copies){.step = wish && strcmp(wish, "all") == 0 ? 1
									  : 3};
	snprintf(command, sizeof command, "mount -o loop '%s' '%s'", image,
		 mounted);
	run(command);
	snprintf(target, sizeof target, "%s/target", place);
	prepare_target(target, cycle->before);
	sync_mounted();
	live(cycle, life, library, &copies);
	/* Two file systems of one name cannot be mounted at the same time. */
	snprintf(command, sizeof command, "umount '%s'", mounted);
	run(command);
	for (int i = 0; i < copies.count; i++)
		look_at(cycle, &copies, i, library != NULL);
}

static void make_places(char **argv)
{
	snprintf(mounted, sizeof mounted, "%.*s",
		 (int)(strrchr(argv[2], '/') - argv[2]), argv[2]);
	snprintf(place, sizeof place, "%s/place", argv[2]);
	snprintf(tmp, sizeof tmp, "%s/tmp", argv[2]);
	snprintf(elsewhere, sizeof elsewhere, "%s", argv[3]);
	snprintf(check, sizeof check, "%s/check", argv[3]);
	must(mkdir(place, 0755) == 0 && mkdir(tmp, 0700) == 0 &&
		     mkdir(check, 0700) == 0,
	     argv[2]);
	must(umount(mounted) == 0, mounted);
}

/* Is it missed that nothing was synced? The system may have done so by itself,
 * but hardly three times. */
static int try_and_judge(const struct cycle *cycle, const char *life,
			 const char *library)
{
	long before = faults;

	try_cycle(cycle, life, library);
	for (int i = 0; i < 2 && library && faults == before; i++)
		try_cycle(cycle, life, library);
	if (!library || faults > before)
		return 0;
	printf("not caught without syncing: %s\n", cycle->name);
	return 1;
}

int main(int argc, char **argv)
{
	const char *library = argc > 5 ? argv[5] : NULL;
	int missed = 0;

	if (argc < 5)
		return 2;
	image = argv[1];
	make_places(argv);
	must(setenv("TEMPFILE_SWEEP", "never", 1) == 0, "setenv");
	for (size_t i = 0; i < sizeof cycles / sizeof *cycles; i++)
		missed += try_and_judge(&cycles[i], argv[4], library);
	printf("%ld power cuts, %ld faults%s\n", points, faults,
	       library ? ", as there should be without syncing" : "");
	return library ? missed > 0 : faults > 0;
}
