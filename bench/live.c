/* SPDX-License-Identifier: MIT */
/*
 * live WHO WHAT COUNT: have COUNT things at once, and print three numbers: what
 * one more took to be made and removed, what the end of the process took for
 * each (nanoseconds of the processor), and the bytes of memory for each.
 *
 * libtempfile names, directories, spools; kernel names: created by path, and
 * unlinked one by one at the end.
 */
#include <fcntl.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <tempfile.h>

#define MORE    4000
#define BATCHES 9

static struct report {
	double create;  /* nanoseconds */
	double before;  /* nanoseconds spent when the end began */
	double balance; /* bytes */
} * report;

static double spent(void)
{
	struct timespec time;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
	return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

static void must(int well)
{
	if (well)
		return;
	perror("live");
	exit(1);
}

static void *name_open(void)
{
	struct tempfile *file = tempfile_open_named(NULL);

	must(file && tempfile_close_fd(file) == 0);
	return file;
}

static void file_close(void *file)
{
	must(tempfile_close(file) == 0);
}

static void *spool_open(void)
{
	static const char kibibyte[1024];
	struct tempfile *file = tempfile_open_spooled(NULL);

	must(file && tempfile_write(file, kibibyte, sizeof kibibyte) ==
			     sizeof kibibyte);
	return file;
}

static void *path_open(void)
{
	static long last;
	const char *parent = getenv("TMPDIR");
	char path[256];
	int fd;

	(void)snprintf(path, sizeof path, "%s/floor-%ld-%ld",
		       parent ? parent : "/tmp", (long)getpid(), last++);
	fd = open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
	must(fd >= 0);
	close(fd);
	return strdup(path);
}

static void path_close(void *path)
{
	must(unlink(path) == 0);
	free(path);
}

static const struct kind {
	const char *who, *what;
	void *(*open)(void);
	void (*close)(void *);
	int by_hand; /* the end of the process removes nothing */
} kinds[] = {
	{"libtempfile", "names", name_open, file_close, 0},
	{"libtempfile", "spools", spool_open, file_close, 0},
	{"kernel", "names", path_open, path_close, 1},
};

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* The median of several batches: other processes want the machine too. */
static double time_more(const struct kind *kind)
{
	double took[BATCHES];

	for (int batch = 0; batch < BATCHES; batch++) {
		double start = spent();

		for (int i = 0; i < MORE; i++)
			kind->close(kind->open());
		took[batch] = (spent() - start) / MORE;
	}
	qsort(took, BATCHES, sizeof *took, by_size);
	return took[BATCHES / 2];
}

static void live(const struct kind *kind, size_t count)
{
	void **things = malloc(count * sizeof *things);
	struct mallinfo2 before, after;

	must(things != NULL);
	kind->close(kind->open());
	before = mallinfo2();
	for (size_t i = 0; i < count; i++)
		things[i] = kind->open();
	after = mallinfo2();
	report->balance = (double)(after.uordblks + after.hblkhd) -
			  (double)(before.uordblks + before.hblkhd);
	report->create = time_more(kind);
	report->before = spent();
	if (kind->by_hand)
		for (size_t i = 0; i < count; i++)
			kind->close(things[i]);
	exit(0);
}

static const struct kind *find(const char *who, const char *what)
{
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (strcmp(kinds[i].who, who) == 0 &&
		    strcmp(kinds[i].what, what) == 0)
			return &kinds[i];
	return NULL;
}

int main(int argc, char **argv)
{
	const struct kind *kind = argc == 4 ? find(argv[1], argv[2]) : NULL;
	double count = kind ? atof(argv[3]) : 0;
	struct rusage usage;
	double total;
	pid_t child;
	int status;

	if (count < 1)
		return 3;
	report = mmap(NULL, sizeof *report, PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	must(report != MAP_FAILED);
	child = fork();
	if (child == 0)
		live(kind, (size_t)count);
	must(wait4(child, &status, 0, &usage) == child);
	must(status == 0);
	total = (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e9 +
		(double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e3;
	printf("%.1f %.1f %.1f\n", report->create,
	       (total - report->before) / count, report->balance / count);
	return 0;
}
