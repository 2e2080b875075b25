/* SPDX-License-Identifier: MIT */
/*
 * Encodings with shifts, where bytes mean what those before them say: what can
 * be sought all the same, and how to go on after bad bytes and failures.
 */
#include "text_support.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void stateful_encodings_seek_0_and_the_end(void **state)
{
	struct tempfile *file = open_text("iso-2022-jp", NULL, NULL, 0);
	char buf[8];

	(void)state;
	put(file, "a\xE3\x81\x82\nb");
	put(file, "\xE3\x81\x84");
	assert_int_equal(-1, tempfile_seek(file, 1, SEEK_SET));
	assert_int_equal(ENOTSUP, errno);
	assert_int_equal(0, tempfile_seek(file, 0, SEEK_SET));
	check_lines(file, "a\xE3\x81\x82\n|b\xE3\x81\x84|");
	assert_int_equal(0, tempfile_seek(file, 0, SEEK_SET));
	/* In the middle of a shift, staying is allowed and changes nothing. */
	assert_int_equal(4, tempfile_read(file, buf, 4));
	assert_int_equal(tempfile_tell(file), tempfile_seek(file, 0, SEEK_CUR));
	assert_int_equal(tempfile_tell(file),
			 tempfile_seek(file, tempfile_tell(file), SEEK_SET));
	check_text(file, "\nb\xE3\x81\x84", 3);
	assert_true(tempfile_seek(file, 0, SEEK_END) > 0);
	put(file, "\xE3\x81\x86");
	assert_int_equal(0, tempfile_seek(file, 0, SEEK_SET));
	check_text(file, "a\xE3\x81\x82\nb\xE3\x81\x84\xE3\x81\x86", 4096);
	assert_int_equal(0, tempfile_close(file));
}

/* Bad bytes behind a shift: until a seek nobody knows what bytes mean. */
static void stateful_encodings_recover_from_bad_bytes(void **state)
{
	struct tempfile *file = open_text("iso-2022-jp", NULL, NULL, 0);
	char buf[8];
	int64_t told;

	(void)state;
	set_bytes(file, "ab\x1B$B$\"\xFF", 8);
	assert_int_equal(2, tempfile_read(file, buf, 2));
	told = tempfile_tell(file); /* before the shift or after it */
	for (int i = 0; i < 2; i++) {
		assert_int_equal(-1, tempfile_read(file, buf, 8));
		assert_int_equal(EILSEQ, errno);
		assert_int_equal(told, tempfile_tell(file));
	}
	assert_int_equal(3, tempfile_read(file, buf, 3));
	assert_memory_equal("\xE3\x81\x82", buf, 3);
	assert_int_equal(-1, tempfile_read(file, buf, 8));
	assert_int_equal(0, tempfile_seek(file, 0, SEEK_SET));
	assert_int_equal(5, tempfile_read(file, buf, 5));
	assert_memory_equal("ab\xE3\x81\x82", buf, 5);
	assert_int_equal(0, tempfile_close(file));
}

static void stateful_encodings_recover_far_from_the_start(void **state)
{
	struct tempfile *file = open_text("iso-2022-jp", NULL, NULL, 0);
	char bytes[1000], buf[1000];

	(void)state;
	memset(bytes, 'a', 900);
	memcpy(bytes + 900, "\x1B$B$\"\xFF", 6);
	set_bytes(file, bytes, 906);
	assert_int_equal(900, tempfile_read(file, buf, 900));
	for (int i = 0; i < 2; i++) {
		assert_int_equal(-1, tempfile_read(file, buf, 8));
		assert_int_equal(EILSEQ, errno);
	}
	assert_int_equal(3, tempfile_read(file, buf, 3));
	assert_memory_equal("\xE3\x81\x82", buf, 3);
	assert_int_equal(0, tempfile_close(file));
}

#define HIRAGANA 40 /* of three bytes each */

/* What reads from fd fails, or no longer: there is a directory in its place. */
static void break_descriptor(int fd, bool broken)
{
	static int saved;
	int directory;

	if (!broken) {
		assert_int_equal(fd, dup2(saved, fd));
		assert_int_equal(0, close(saved));
		return;
	}
	saved = dup(fd);
	directory = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(saved >= 0 && directory >= 0);
	assert_int_equal(fd, dup2(directory, fd));
	assert_int_equal(0, close(directory));
}

/* After some bytes, in the middle of a character too, nothing can be read for a
 * while; then all is there. */
static void check_failure_after(struct tempfile *file, int fd, const char *text,
				size_t some, bool by_line)
{
	char buf[3 * HIRAGANA + 8], *line = NULL;
	size_t capacity = 0, length = strlen(text);
	int64_t told;

	assert_int_equal(0, tempfile_flush(file));
	assert_int_equal(0, tempfile_seek(file, 0, SEEK_SET));
	assert_int_equal(some - some % 3,
			 tempfile_read(file, buf, some - some % 3));
	assert_int_equal(some % 3,
			 tempfile_read(file, buf + some - some % 3, some % 3));
	told = tempfile_tell(file);
	break_descriptor(fd, true);
	for (int i = 0; i < 3; i++) {
		ssize_t got = by_line ? tempfile_getline(file, &line, &capacity)
				      : tempfile_read(file, buf + some,
						      sizeof buf - some);

		assert_int_equal(-1, got);
		assert_int_equal(EISDIR, errno);
		assert_int_equal(told, tempfile_tell(file));
	}
	break_descriptor(fd, false);
	if (by_line) {
		assert_int_equal(length - some,
				 tempfile_getline(file, &line, &capacity));
		memcpy(buf + some, line, length - some);
	} else {
		assert_int_equal(
			length - some,
			tempfile_read(file, buf + some, sizeof buf - some));
	}
	assert_memory_equal(text, buf, length);
	tempfile_free(line);
}

static void stateful_encodings_recover_from_failures(void **state)
{
	struct tempfile *file = open_text("iso-2022-jp", NULL, NULL, 20);
	char text[3 * HIRAGANA + 2] = "";
	int fd = tempfile_fileno(file);

	(void)state;
	for (int i = 0; i < HIRAGANA; i++)
		(void)snprintf(text + 3 * i, 4, "\xE3\x81%c", 0x82 + i % 20);
	strcat(text, "\n");
	put(file, text);
	for (size_t some = 0; some < sizeof text - 60; some++)
		for (int by_line = 0; by_line < 2; by_line++)
			check_failure_after(file, fd, text, some, by_line);
	assert_int_equal(0, tempfile_close(file));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stateful_encodings_seek_0_and_the_end),
		cmocka_unit_test(stateful_encodings_recover_from_bad_bytes),
		cmocka_unit_test(stateful_encodings_recover_far_from_the_start),
		cmocka_unit_test(stateful_encodings_recover_from_failures),
	};

	return cmocka_run_group_tests_name("text_stateful", tests, NULL, NULL);
}
