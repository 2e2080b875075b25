/* SPDX-License-Identifier: MIT */
/*
 * external_sort: sort lines by their bytes, as LC_ALL=C sort does, in less
 * memory than the text takes.
 *
 * Lines are collected in one block of memory: their text grows from its front,
 * the table of where they are from its back. When the two meet, the lines are
 * sorted and spilled into a temporary file, a run. Whenever fan_in runs of one
 * level have come together they are merged into one of the next, so that a few
 * descriptors are enough for any amount of text.
 *
 * The runs have no names. However this program ends, kill -9 included, they
 * leave nothing behind; that is why it may simply exit where it fails.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <tempfile.h>

struct line {
	const char *text; /* a '\n' follows */
	size_t length;
};
/* One in the table, and the room that qsort takes for it. */
#define LINE_COST (2 * sizeof(struct line))

struct run {
	struct line head; /* while merging: its first line still to come, */
	char *text;       /* and the memory that it is in */
	size_t capacity;
	struct tempfile *file;
	unsigned level;
};

struct sorter {
	char *block;
	size_t size;      /* of the block; a multiple of sizeof(struct line) */
	size_t used;      /* bytes of text at its front */
	size_t start;     /* of the line that is not complete yet */
	size_t count;     /* lines in the table at its back */
	struct run *runs; /* their levels never rise */
	size_t run_count;
	size_t fan_in;
	size_t spilled; /* runs written, and bytes in them */
	size_t spilled_bytes;
};

static _Noreturn void fail(const char *step, const char *path)
{
	fprintf(stderr, "external_sort: cannot %s '%s': %s\n", step, path,
		strerror(errno));
	exit(2);
}

/* What the library returned, if it is not -1. */
static int64_t check(int64_t result)
{
	if (result >= 0)
		return result;
	fprintf(stderr, "external_sort: %s\n", tempfile_errmsg());
	exit(2);
}

static void *resize(void *memory, size_t size)
{
	memory = realloc(memory, size);
	if (!memory)
		fail("grow", "memory");
	return memory;
}

static struct tempfile *open_file(const struct tempfile_options *options)
{
	struct tempfile *file = tempfile_open(options);

	check(file ? 0 : -1);
	return file;
}

/* file NULL: standard output. */
static void put_line(struct tempfile *file, const struct line *line)
{
	size_t n = line->length + 1;

	if (file)
		check(tempfile_write(file, line->text, n));
	else if (fwrite(line->text, 1, n, stdout) < n)
		fail("write to", "standard output");
}

static int compare_lines(const void *one, const void *other)
{
	const struct line *a = one, *b = other;
	size_t common = a->length < b->length ? a->length : b->length;
	int order = memcmp(a->text, b->text, common);

	return order ? order
		     : (a->length > b->length) - (a->length < b->length);
}

/*
 * Merging runs
 */

/* On to the run's next line; false at its end, where the run is gone. */
static bool advance(struct run *run)
{
	ssize_t n = tempfile_getline(run->file, &run->text, &run->capacity);

	if (n < 0) {
		check(errno == 0 ? 0 : -1);
		tempfile_close(run->file);
		tempfile_free(run->text);
		return false;
	}
	run->head = (struct line){run->text, (size_t)n - 1};
	return true;
}

/* The runs are a heap but for the one at i, which goes down to its place. */
static void sift_down(struct run *runs, size_t n, size_t i)
{
	for (size_t child; (child = 2 * i + 1) < n; i = child) {
		if (child + 1 < n &&
		    compare_lines(&runs[child + 1].head, &runs[child].head) < 0)
			child++;
		if (compare_lines(&runs[i].head, &runs[child].head) <= 0)
			return;
		struct run swap = runs[i];
		runs[i] = runs[child];
		runs[child] = swap;
	}
}

/* n runs, none of them empty, become one text. */
static void merge(struct run *runs, size_t n, struct tempfile *output)
{
	for (size_t i = 0; i < n; i++) {
		check(tempfile_seek(runs[i].file, 0, SEEK_SET));
		advance(&runs[i]);
	}
	for (size_t i = n / 2; i-- > 0;)
		sift_down(runs, n, i);
	while (n > 0) {
		put_line(output, &runs[0].head);
		if (!advance(&runs[0]))
			runs[0] = runs[--n];
		sift_down(runs, n, 0);
	}
}

static struct tempfile *open_run(struct sorter *sorter, unsigned level)
{
	size_t size = (sorter->run_count + 1) * sizeof(struct run);

	sorter->runs = resize(sorter->runs, size);
	sorter->runs[sorter->run_count] = (struct run){
		.file = open_file(TEMPFILE_OPTIONS(.flags = TEMPFILE_ON_DISK)),
		.level = level,
	};
	return sorter->runs[sorter->run_count++].file;
}

/* As long as the newest fan_in runs are of one level, make them one run. */
static void merge_levels(struct sorter *sorter)
{
	while (sorter->run_count >= sorter->fan_in) {
		size_t last = sorter->run_count - 1;
		size_t first = sorter->run_count - sorter->fan_in;
		unsigned level = sorter->runs[first].level;

		if (sorter->runs[last].level != level)
			return;
		struct tempfile *merged = open_run(sorter, level + 1);
		merge(sorter->runs + first, sorter->fan_in, merged);
		sorter->runs[first] = sorter->runs[last + 1];
		sorter->run_count = first + 1;
	}
}

/*
 * Lines in memory
 */

static struct line *line_table(const struct sorter *sorter)
{
	void *end = sorter->block + sorter->size;

	return (struct line *)end - sorter->count;
}

static void write_lines(struct sorter *sorter, struct tempfile *output)
{
	struct line *lines = line_table(sorter);

	qsort(lines, sorter->count, sizeof(*lines), compare_lines);
	for (size_t i = 0; i < sorter->count; i++)
		put_line(output, &lines[i]);
}

static void spill(struct sorter *sorter)
{
	write_lines(sorter, open_run(sorter, 0));
	sorter->spilled++;
	sorter->spilled_bytes += sorter->start;
	merge_levels(sorter);

	sorter->used -= sorter->start;
	memmove(sorter->block, sorter->block + sorter->start, sorter->used);
	sorter->start = 0;
	sorter->count = 0;
}

static size_t room_left(const struct sorter *sorter)
{
	return sorter->size - sorter->used - sorter->count * LINE_COST;
}

/* Only a line that is longer than the block makes it grow. */
static void make_room(struct sorter *sorter, size_t n)
{
	if (room_left(sorter) < n && sorter->count > 0)
		spill(sorter);
	while (room_left(sorter) < n) {
		sorter->size *= 2;
		sorter->block = resize(sorter->block, sorter->size);
	}
}

/* The last `fresh` bytes of the text are new: enter the lines they complete. */
static void enter_lines(struct sorter *sorter, size_t fresh)
{
	const char *end;

	while ((end = memchr(sorter->block + sorter->used - fresh, '\n',
			     fresh))) {
		fresh = (size_t)(sorter->block + sorter->used - end) - 1;
		make_room(sorter, LINE_COST);
		const char *text = sorter->block + sorter->start;
		size_t next = sorter->used - fresh;
		sorter->count++;
		*line_table(sorter) =
			(struct line){text, next - 1 - sorter->start};
		sorter->start = next;
	}
}

static void read_lines(struct sorter *sorter, const char *path)
{
	int fd = strcmp(path, "-") ? open(path, O_RDONLY | O_CLOEXEC) : 0;
	const size_t portion = sorter->size / 64;
	ssize_t n;

	if (fd < 0)
		fail("open", path);
	do {
		make_room(sorter, portion);
		n = read(fd, sorter->block + sorter->used, portion);
		if (n < 0)
			fail("read", path);
		sorter->used += (size_t)n;
		enter_lines(sorter, (size_t)n);
	} while (n > 0);
	if (fd > 0)
		close(fd);
	if (sorter->start < sorter->used) {
		sorter->block[sorter->used++] = '\n';
		enter_lines(sorter, 1);
	}
}

static void write_sorted(struct sorter *sorter, struct tempfile *output)
{
	if (sorter->run_count > 0 && sorter->count > 0)
		spill(sorter);
	if (sorter->run_count > 0)
		merge(sorter->runs, sorter->run_count, output);
	else
		write_lines(sorter, output);
	if (!output && fflush(stdout) != 0)
		fail("write to", "standard output");
}

/*
 * The program
 */

static int print_where(const struct tempfile_candidate *candidate, void *arg)
{
	(void)arg;
	if (candidate->reason || candidate->properties & TEMPFILE_MEMORY_BACKED)
		return 0;
	fprintf(stderr, "they lived in  %s (%s)\n", candidate->path,
		candidate->filesystem);
	return 1;
}

static void print_stats(const struct sorter *sorter)
{
	fprintf(stderr, "runs spilled   %zu\nbytes spilled  %zu\n",
		sorter->spilled, sorter->spilled_bytes);
	if (sorter->spilled > 0)
		tempfile_each_candidate(print_where, NULL);
}

/* "4M": a number with K, M, G or nothing behind it. */
static size_t parse_size(const char *text, size_t least)
{
	char *end;
	size_t n = strtoul(text, &end, 10);
	const char *unit = strchr("KMG", *end);
	size_t shift = unit && *unit ? 10 * (strcspn("KMG", end) + 1) : 0;

	errno = EINVAL;
	if (*text < '0' || *text > '9' || end[shift > 0] != '\0' ||
	    n > (SIZE_MAX / 4) >> shift || n << shift < least)
		fail("use as a size", text);
	return n << shift;
}

static int print_usage(FILE *stream, int status)
{
	fputs("usage: external_sort [-m MEMORY] [-f FAN_IN] [-o OUTPUT] "
	      "[--stats] [FILE]...\n"
	      "Sort lines by their bytes. MEMORY is like 4M or 1G, FAN_IN how "
	      "many runs are\nmerged at once; OUTPUT appears whole or not at "
	      "all.\n",
	      stream);
	return status;
}

static void sort(struct sorter *sorter, char **inputs, const char *path)
{
	struct tempfile *output = NULL;

	sorter->block = resize(NULL, sorter->size);
	if (path)
		output = open_file(TEMPFILE_OPTIONS(.beside = path));
	do
		read_lines(sorter, *inputs ? *inputs : "-");
	while (*inputs && *++inputs);
	write_sorted(sorter, output);
	if (output)
		check(tempfile_persist(output, path, 0));
	check(tempfile_close(output));
	free(sorter->runs);
	free(sorter->block);
}

int main(int argc, char **argv)
{
	static const struct option long_options[] = {
		{"help", no_argument, NULL, 'h'},
		{"stats", no_argument, NULL, 's'},
		{NULL, 0, NULL, 0},
	};
	struct sorter sorter = {.size = 64 << 20, .fan_in = 16};
	const char *output = NULL;
	bool stats = false;
	int c;

	while ((c = getopt_long(argc, argv, "f:hm:o:s", long_options, 0)) >= 0)
		if (c == 'f')
			sorter.fan_in = parse_size(optarg, 2);
		else if (c == 'm')
			sorter.size = parse_size(optarg, 4096) & ~(size_t)63;
		else if (c == 'o')
			output = optarg;
		else if (c == 's')
			stats = true;
		else
			return c == 'h' ? print_usage(stdout, 0)
					: print_usage(stderr, 2);

	sort(&sorter, argv + optind, output);
	if (stats)
		print_stats(&sorter);
	return 0;
}
