/* SPDX-License-Identifier: MIT */
/*
 * Raw bytes by offset.
 *
 * A storage is in memory (size bytes of capacity are the file's, and the rest
 * is never read), or on a descriptor, or closed (fd -1). It goes from memory to
 * descriptor once, after everything has been copied: a failure on the way
 * leaves it in memory, whole.
 */
#include "storage.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "os.h"

#define FIRST_CAPACITY 1024

static bool is_past_limit(const struct storage *storage, int64_t end)
{
	return storage->limit > 0 && end > storage->limit;
}

/* Memory stops at max_size, and where size_t does. */
static bool fits_memory(const struct storage *storage, int64_t end)
{
	return (storage->max_size == 0 || end <= storage->max_size) &&
	       (uint64_t)end <= SIZE_MAX / 2;
}

static int grow_memory(struct storage *storage, size_t wanted)
{
	size_t capacity =
		storage->capacity ? storage->capacity * 2 : FIRST_CAPACITY;
	unsigned char *memory;

	if (wanted <= storage->capacity)
		return 0;
	if (capacity < wanted)
		capacity = wanted;
	if (storage->max_size > 0 && capacity > (uint64_t)storage->max_size)
		capacity = (size_t)storage->max_size;
	if (storage->limit > 0 && capacity > (uint64_t)storage->limit)
		capacity = (size_t)storage->limit;
	memory = realloc(storage->memory, capacity);
	if (!memory) {
		errno = ENOMEM;
		return -1;
	}
	storage->memory = memory;
	storage->capacity = capacity;
	return 0;
}

int tempfile__storage_make_room(struct storage *storage, int64_t end)
{
	if (is_past_limit(storage, end)) {
		errno = EFBIG;
		return -1;
	}
	if (!storage->in_memory)
		return 0;
	if (!fits_memory(storage, end))
		return tempfile__storage_roll_over(storage);
	return grow_memory(storage, (size_t)end);
}

int tempfile__storage_roll_over(struct storage *storage)
{
	ssize_t written;
	int code;
	int fd = storage->create(storage->arg);

	if (fd < 0)
		return -1;
	written = tempfile__os_write_at(fd, storage->memory,
					(size_t)storage->size, 0);
	if (written != storage->size) {
		code = errno;
		(void)tempfile__os_close(fd);
		errno = code;
		return -1;
	}
	free(storage->memory);
	storage->memory = NULL;
	storage->capacity = 0;
	storage->in_memory = false;
	storage->fd = fd;
	return 0;
}

ssize_t tempfile__storage_read(const struct storage *storage, void *buf,
			       size_t n, int64_t offset)
{
	return tempfile__os_read_at(storage->fd, buf, n, offset);
}

/* Zeros between the end and where something is about to be written. */
static void fill_gap(struct storage *storage, int64_t offset)
{
	if (offset > storage->size)
		memset(storage->memory + storage->size, 0,
		       (size_t)(offset - storage->size));
}

/* A failed write has made the file end there: no more. errno stays. */
static void take_back(const struct storage *storage, int64_t end)
{
	struct os_status status;
	int code = errno;

	if (end > storage->size &&
	    tempfile__os_status(storage->fd, &status) == 0 &&
	    status.size == end)
		(void)tempfile__os_truncate(storage->fd, storage->size);
	errno = code;
}

/* All n bytes, or -1 and the end is taken back. */
static int write_part(const struct storage *storage, const void *buf, size_t n,
		      int64_t offset, int64_t end)
{
	ssize_t written = tempfile__os_write_at(storage->fd, buf, n, offset);

	if ((size_t)written == n)
		return 0;
	take_back(storage, end > offset + written ? end : offset + written);
	return -1;
}

/*
 * What goes past the end is written first: if there is no room for it, the
 * bytes that were there already have not been touched.
 */
static int write_file(const struct storage *storage, const void *buf, size_t n,
		      int64_t offset)
{
	int64_t inside = storage->size - offset;
	int64_t end = offset + (int64_t)n;

	if (inside <= 0 || inside >= (int64_t)n)
		return write_part(storage, buf, n, offset, 0);
	if (write_part(storage, (const char *)buf + inside, n - (size_t)inside,
		       storage->size, 0) < 0)
		return -1;
	return write_part(storage, buf, (size_t)inside, offset, end);
}

static int write_bytes(struct storage *storage, const void *buf, size_t n,
		       int64_t offset)
{
	if (!storage->in_memory)
		return write_file(storage, buf, n, offset);
	fill_gap(storage, offset);
	memcpy(storage->memory + offset, buf, n);
	return 0;
}

int tempfile__storage_write(struct storage *storage, const void *buf, size_t n,
			    int64_t offset)
{
	int64_t end;

	if (n > (uint64_t)(INT64_MAX - offset)) {
		errno = EFBIG;
		return -1;
	}
	end = offset + (int64_t)n;
	if (tempfile__storage_make_room(storage, end) < 0 ||
	    write_bytes(storage, buf, n, offset) < 0)
		return -1;
	if (end > storage->size)
		storage->size = end;
	return 0;
}

int64_t tempfile__storage_size(const struct storage *storage)
{
	struct os_status status;

	return tempfile__os_status(storage->fd, &status) < 0 ? -1 : status.size;
}

int tempfile__storage_truncate(struct storage *storage, int64_t size)
{
	if (tempfile__storage_make_room(storage, size) < 0)
		return -1;
	if (storage->in_memory)
		fill_gap(storage, size);
	else if (tempfile__os_truncate(storage->fd, size) < 0)
		return -1;
	storage->size = size;
	return 0;
}

int tempfile__storage_reserve(struct storage *storage, int64_t size)
{
	if (tempfile__storage_make_room(storage, size) < 0)
		return -1;
	if (storage->in_memory || size == 0)
		return 0;
	return tempfile__os_reserve(storage->fd, size);
}

int tempfile__storage_close(struct storage *storage)
{
	int fd = storage->fd;

	if (storage->memory)
		free(storage->memory);
	storage->memory = NULL;
	storage->size = 0;
	storage->capacity = 0;
	storage->in_memory = false;
	storage->fd = -1;
	return fd < 0 ? 0 : tempfile__os_close(fd);
}
