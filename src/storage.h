/* SPDX-License-Identifier: MIT */
/*
 * Raw bytes by offset: in a descriptor, or in memory that can roll over to one.
 */
#ifndef TEMPFILE_STORAGE_H
#define TEMPFILE_STORAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct storage {
	/* Makes the file to roll over to: a descriptor, or -1 and errno. */
	int (*create)(void *arg);
	void *arg;
	int fd;                /* -1: in memory, or closed */
	bool in_memory;        /* then the bytes are: */
	unsigned char *memory; /* NULL while there are none */
	size_t capacity;
	int64_t size;     /* of a file: as long as this handle has made it */
	int64_t max_size; /* of the memory; 0: no limit */
	int64_t limit;    /* of the file; 0: none */
};

/* Bytes read from the descriptor, never from memory, which whoever asks has at
 * hand; fewer than n only at the end. */
ssize_t tempfile__storage_read(const struct storage *storage, void *buf,
			       size_t n, int64_t offset);

/*
 * All n bytes, more than none, or -1 and the size as before. Rolls over first
 * if memory may not grow so far. EFBIG past the limit.
 */
int tempfile__storage_write(struct storage *storage, const void *buf, size_t n,
			    int64_t offset);

/* Of the descriptor's file, too; -1 and errno. */
int64_t tempfile__storage_size(const struct storage *storage);

int tempfile__storage_truncate(struct storage *storage, int64_t size);
int tempfile__storage_reserve(struct storage *storage, int64_t size);

/* What is in memory becomes a file of the same bytes; nothing changes if that
 * fails. */
int tempfile__storage_roll_over(struct storage *storage);

/* Memory for a file that ends there, without counting it in; may roll over
 * instead. */
int tempfile__storage_make_room(struct storage *storage, int64_t end);

/* Release memory and descriptor. -1: the error of close. */
int tempfile__storage_close(struct storage *storage);

#endif
