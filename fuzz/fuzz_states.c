/* SPDX-License-Identifier: MIT */
/*
 * Calls in any order on a file of any kind, next to a model of what it is, with
 * faults struck as the input has it. A call that fails has changed nothing; one
 * that succeeds has done what the model does.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "faults.h"
#include "input.h"

#define MOST 60000

static struct {
	char bytes[MOST];
	int64_t size;
	int64_t position;
} model;

static struct tempfile *open_any(struct input *input)
{
	static const int bufferings[] = {0, TEMPFILE_UNBUFFERED, 1, 100};
	struct tempfile_options options = {.size = sizeof options};

	options.buffering = bufferings[take(input) % 4];
	options.max_size = take(input) % 3 * 700;
	if (take(input) % 2)
		options.dir = ".";
	switch (take(input) % 3) {
	case 0:
		return tempfile_open(&options);
	case 1:
		return tempfile_open_named(&options);
	default:
		return tempfile_open_spooled(&options);
	}
}

/* Did it succeed? If not, it is told, and nothing fails from now on. */
static bool came_off(bool success)
{
	int code = errno;

	fault_lift();
	if (!success)
		MUST(code == tempfile_last_error()->code && code != 0);
	return success;
}

static void write_some(struct tempfile *file, struct input *input)
{
	static char bytes[20000];
	size_t n = take(input) * (1 + take(input) % 64);
	char letter = (char)('a' + take(input) % 26);

	if (model.position + (int64_t)n > MOST)
		return;
	memset(bytes, letter, n);
	/* The disk may have taken a part of it, over what was there: no more
	 * can be promised than that it may be written again. */
	if (!came_off(tempfile_write(file, bytes, n) == (ssize_t)n))
		MUST(tempfile_tell(file) == model.position &&
		     tempfile_write(file, bytes, n) == (ssize_t)n);
	if (n == 0)
		return;
	if (model.position > model.size)
		memset(model.bytes + model.size, 0,
		       (size_t)(model.position - model.size));
	memcpy(model.bytes + model.position, bytes, n);
	model.position += (int64_t)n;
	if (model.position > model.size)
		model.size = model.position;
}

static void read_some(struct tempfile *file, struct input *input)
{
	static char bytes[20000];
	size_t n = take(input) * (1 + take(input) % 64);
	int64_t left = model.size - model.position;
	ssize_t got = tempfile_read(file, bytes, n);

	if (!came_off(got >= 0))
		return;
	if (left < 0)
		left = 0;
	MUST(got == (left < (int64_t)n ? left : (int64_t)n));
	MUST(memcmp(bytes, model.bytes + model.position, (size_t)got) == 0);
	model.position += got;
}

static void seek_somewhere(struct tempfile *file, struct input *input)
{
	int64_t to = (int64_t)take(input) * (take(input) % 200);

	if (came_off(tempfile_seek(file, to, SEEK_SET) == to))
		model.position = to;
}

static void truncate_somewhere(struct tempfile *file, struct input *input)
{
	int64_t to = (int64_t)take(input) * (take(input) % 200);

	if (!came_off(tempfile_truncate(file, to) == 0))
		return;
	if (to > model.size)
		memset(model.bytes + model.size, 0, (size_t)(to - model.size));
	model.size = to;
}

static void check_descriptor(struct tempfile *file, int fd)
{
	static char bytes[MOST + 1];

	(void)file;
	if (!came_off(fd >= 3))
		return;
	MUST(pread(fd, bytes, sizeof bytes, 0) == model.size);
	MUST(memcmp(bytes, model.bytes, (size_t)model.size) == 0);
}

static void publish(struct tempfile *file, struct input *input)
{
	unsigned flags = take(input) % 2 ? TEMPFILE_DURABLE : 0;
	bool done = tempfile_persist(file, "target", flags) == 0;
	bool half = !done && strstr(tempfile_errmsg(), "but it is published");

	(void)came_off(done);
	if (done || half)
		MUST(strcmp(strrchr(tempfile_name(file), '/'), "/target") == 0);
}

static void do_step(struct tempfile *file, struct input *input)
{
	int fd;

	switch (take(input) % 12) {
	case 0:
	case 1:
	case 2:
		write_some(file, input);
		return;
	case 3:
	case 4:
		read_some(file, input);
		return;
	case 5:
	case 6:
		seek_somewhere(file, input);
		return;
	case 7:
		truncate_somewhere(file, input);
		return;
	case 8:
		(void)came_off(tempfile_flush(file) == 0);
		return;
	case 9:
		check_descriptor(file, tempfile_fileno(file));
		return;
	case 10:
		fd = tempfile_reopen(file, O_RDONLY);
		check_descriptor(file, fd);
		if (fd >= 0)
			(void)close(fd);
		return;
	default:
		publish(file, input);
	}
}

static void strike(struct input *input)
{
	unsigned which = take(input);

	if (which >= 64)
		return;
	fault_arm(&(struct fault){.at = which % 8 + 1,
				  .code = which,
				  .mode = which % 3 ? ONCE : FROM_THEN_ON});
}

/* In the end all of it is there. */
static void check_all(struct tempfile *file)
{
	static char bytes[MOST + 1];

	MUST(tempfile_tell(file) == model.position);
	MUST(tempfile_seek(file, 0, SEEK_SET) == 0);
	MUST(tempfile_read(file, bytes, sizeof bytes) == model.size);
	MUST(memcmp(bytes, model.bytes, (size_t)model.size) == 0);
	MUST(tempfile_flush(file) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct input input = {data, n};
	struct tempfile *file;

	enter_scratch();
	model.size = 0;
	model.position = 0;
	strike(&input);
	file = open_any(&input);
	if (!came_off(file != NULL))
		return 0;
	while (input.left > 0) {
		strike(&input);
		do_step(file, &input);
	}
	fault_lift();
	check_all(file);
	MUST(tempfile_close(file) == 0);
	(void)unlink("target");
	MUST(count_scratch() == 0);
	return 0;
}
