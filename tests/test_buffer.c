/* SPDX-License-Identifier: MIT */
/*
 * Reading and writing with one position, against a model: an array and an
 * index. Random sequences of calls are made on both, for every kind of file and
 * every buffering, with disks that refuse to take more for a while. What is
 * accepted is in the file from then on; what is refused has changed nothing.
 *
 * A failure tells the seed of its sequence. TEST_SEED=n begins with that one;
 * TEST_SEQUENCES=n runs so many.
 */
#include "support.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define MOST       50000
#define OPERATIONS 60
#define SEQUENCES  6000
#define NO_LIMIT   MOST

struct model {
	struct tempfile *file;
	uint64_t seed;
	int64_t size;
	int64_t position;
	int64_t limit;
	int64_t scale; /* how far calls reach */
	bool refused;  /* the disk takes no more at the moment */
	unsigned char bytes[MOST];
};

static uint64_t first_seed; /* of the sequence under way */

static int64_t below(struct model *model, int64_t bound)
{
	return (int64_t)(draw(&model->seed) % (uint64_t)bound);
}

static void fill(struct model *model, unsigned char *bytes, int64_t n)
{
	for (int64_t i = 0; i < n; i++)
		bytes[i] = below(model, 8) ? (unsigned char)below(model, 256)
					   : '\n';
}

/* What the model's file must hold to take this. */
static void grow(struct model *model, int64_t size)
{
	if (size <= model->size)
		return;
	memset(model->bytes + model->size, 0, (size_t)(size - model->size));
	model->size = size;
}

/* The only failures that are in order: past the limit, or a refusing disk. */
static void expect_failure(const struct model *model, int64_t size)
{
	check_equal(errno, EFBIG);
	check(size > model->limit || model->refused);
}

static void do_write(struct model *model)
{
	static unsigned char bytes[MOST];
	int64_t n = below(model, model->scale);
	int64_t end = model->position + n;

	if (end > MOST)
		return;
	fill(model, bytes, n);
	if (tempfile_write(model->file, bytes, (size_t)n) != n) {
		expect_failure(model, end);
		return;
	}
	check(end <= model->limit || n == 0);
	if (n > 0)
		grow(model, end);
	memcpy(model->bytes + model->position, bytes, (size_t)n);
	model->position = end;
}

static int64_t left(const struct model *model)
{
	return model->position < model->size ? model->size - model->position
					     : 0;
}

static void do_read(struct model *model)
{
	static unsigned char bytes[MOST];
	int64_t n = below(model, model->scale * 2);
	int64_t expected = n < left(model) ? n : left(model);

	check_equal(tempfile_read(model->file, bytes, (size_t)n), expected);
	check(memcmp(bytes, model->bytes + model->position, (size_t)expected) ==
	      0);
	model->position += expected;
}

static void do_getline(struct model *model)
{
	static char *line; /* grows from one call to the next */
	static size_t capacity;
	const unsigned char *from = model->bytes + model->position;
	const unsigned char *end = memchr(from, '\n', (size_t)left(model));
	int64_t expected = end ? end + 1 - from : left(model);
	ssize_t length = tempfile_getline(model->file, &line, &capacity);

	if (expected == 0) {
		check_equal(length, -1);
		check_equal(errno, 0);
		return;
	}
	check_equal(length, expected);
	check(memcmp(line, from, (size_t)length) == 0);
	check_equal(line[length], 0);
	model->position += expected;
}

static void do_seek(struct model *model)
{
	int64_t to = below(model, model->size + model->scale);
	int whence = (int)below(model, 3);
	int64_t from = whence == SEEK_CUR   ? model->position
		       : whence == SEEK_END ? model->size
					    : 0;

	check_equal(tempfile_seek(model->file, to - from, whence), to);
	model->position = to;
}

static void do_truncate(struct model *model)
{
	int64_t size = below(model, model->size + model->scale);

	if (size > MOST)
		return;
	if (tempfile_truncate(model->file, size) < 0) {
		expect_failure(model, size);
		return;
	}
	check(size <= model->limit);
	grow(model, size);
	model->size = size;
}

static void do_printf(struct model *model)
{
	int64_t end = model->position + 6;

	if (end > MOST)
		return;
	if (tempfile_printf(model->file, "%05d\n", 42) != 6) {
		expect_failure(model, end);
		return;
	}
	grow(model, end);
	memcpy(model->bytes + model->position, "00042\n", 6);
	model->position = end;
}

static void do_flush(struct model *model)
{
	if (tempfile_flush(model->file) < 0)
		expect_failure(model, 0);
}

static void do_roll_over(struct model *model)
{
	if (below(model, 8))
		return;
	if (tempfile_rollover(model->file) < 0)
		expect_failure(model, 0);
	else
		check(tempfile_rolled(model->file));
}

/* What others see: all of it, and the kernel's position is ours. */
static void do_compare(struct model *model)
{
	static unsigned char bytes[MOST + 1];
	int fd;

	if (below(model, 8))
		return;
	fd = tempfile_reopen(model->file, O_RDONLY);
	if (fd < 0) {
		expect_failure(model, 0);
		return;
	}
	check_equal(pread(fd, bytes, sizeof bytes, 0), model->size);
	check(memcmp(bytes, model->bytes, (size_t)model->size) == 0);
	check_equal(close(fd), 0);
	fd = tempfile_fileno(model->file);
	check_equal(lseek(fd, 0, SEEK_CUR), model->position);
}

static void do_reserve(struct model *model)
{
	if (model->size > model->limit || model->refused)
		return;
	check(tempfile_reserve(model->file, model->size) == 0 ||
	      errno == ENOTSUP);
}

/* No file grows by more than a little, until it may again. */
static void do_refuse(struct model *model)
{
	model->refused = !model->refused && below(model, 2);
	if (model->refused)
		limit_file_size(model->size + below(model, 20));
	else
		lift_file_size();
}

static void do_something(struct model *model)
{
	static void (*const calls[])(struct model *) = {
		do_write,   do_write,     do_write,   do_read,    do_read,
		do_getline, do_seek,      do_seek,    do_flush,   do_truncate,
		do_printf,  do_roll_over, do_compare, do_reserve, do_refuse,
	};

	calls[below(model, sizeof calls / sizeof *calls)](model);
	check_equal(tempfile_tell(model->file), model->position);
}

static void read_all(struct model *model)
{
	static unsigned char bytes[MOST + 1];

	check_equal(tempfile_seek(model->file, 0, SEEK_END), model->size);
	check_equal(tempfile_seek(model->file, 0, SEEK_SET), 0);
	check_equal(tempfile_read(model->file, bytes, sizeof bytes),
		    model->size);
	check(memcmp(bytes, model->bytes, (size_t)model->size) == 0);
}

/* unbuffered, default, line, 1 to 16 bytes, and around a page */
static int draw_buffering(struct model *model)
{
	int64_t choice = below(model, 8);

	switch (choice) {
	case 0:
		return TEMPFILE_UNBUFFERED;
	case 1:
	case 2:
		return 0;
	case 3:
		return TEMPFILE_LINE_BUFFERED;
	case 4:
		return 4095 + (int)below(model, 3);
	default:
		return 1 + (int)below(model, 16);
	}
}

static struct tempfile *open_one(struct model *model)
{
	struct tempfile_options options = {
		.buffering = draw_buffering(model),
		.limit = below(model, 3) ? 0 : below(model, model->scale * 4),
	};

	model->limit = options.limit ? options.limit : NO_LIMIT;
	switch (below(model, 4)) {
	case 0:
		return tempfile_open(&options);
	case 1:
		return tempfile_open_named(&options);
	case 2:
		options.max_size = 1 + below(model, model->scale * 2);
		return tempfile_open_spooled(&options);
	default:
		return tempfile_open_spooled(&options);
	}
}

static void run_sequence(struct model *model)
{
	static const int64_t scales[] = {8, 40, 300, 6000};

	first_seed = model->seed;
	model->size = model->position = 0;
	model->refused = false;
	model->scale = scales[below(model, 4)];
	model->file = open_one(model);
	check(model->file != NULL);
	for (int i = 0; i < OPERATIONS; i++)
		do_something(model);
	read_all(model);
	lift_file_size();
	check_equal(tempfile_flush(model->file), 0);
	read_all(model);
	check_equal(tempfile_close(model->file), 0);
}

static void tell_seed(void)
{
	(void)fprintf(stderr, "TEST_SEED=%llu\n",
		      (unsigned long long)first_seed);
}

static uint64_t number_from(const char *variable, uint64_t otherwise)
{
	const char *value = getenv(variable);

	return value ? strtoull(value, NULL, 10) : otherwise;
}

static void run_sequences(uint64_t seed, uint64_t count)
{
	static struct model model;

	model.seed = seed;
	for (uint64_t i = 0; i < count; i++)
		run_sequence(&model);
}

/* Most of them in memory, where there is such a place: that is faster. */
static void whatever_is_called_it_is_as_in_the_model(void)
{
	uint64_t seed = number_from("TEST_SEED", (uint64_t)time(NULL));
	uint64_t count = number_from("TEST_SEQUENCES", SEQUENCES);

	on_failed_check = tell_seed;
	run_sequences(seed, count / 20);
	(void)tempfile_settempdir("/dev/shm");
	run_sequences(seed, count);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(whatever_is_called_it_is_as_in_the_model),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
