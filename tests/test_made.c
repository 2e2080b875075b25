/* SPDX-License-Identifier: MIT */
/* tempfile_make: sockets, fifos, links, with a name of the library's choice. */
#include "support.h"

#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static int make_fifo(int dirfd, const char *name, const char *path, void *arg)
{
	(void)path;
	(void)arg;
	return mkfifoat(dirfd, name, 0600);
}

static int make_link(int dirfd, const char *name, const char *path, void *arg)
{
	(void)path;
	return symlinkat(arg, dirfd, name);
}

/* Here the path is needed, and the descriptor given to the handle. */
static int make_socket(int dirfd, const char *name, const char *path, void *arg)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int *times = arg;

	(void)dirfd;
	(void)name;
	check(strlen(path) < sizeof address.sun_path);
	(void)strncpy(address.sun_path, path, sizeof address.sun_path - 1);
	if ((*times)++ == 0) {
		check_equal(close(fd), 0);
		errno = EADDRINUSE;
		return -1;
	}
	check_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
	return fd;
}

static mode_t kind_of(const char *path)
{
	struct stat status;

	check_equal(lstat(path, &status), 0);
	return status.st_mode & S_IFMT;
}

static void check_made(struct tempfile *file, mode_t kind)
{
	char *name;

	check(file != NULL);
	name = strdup(tempfile_name(file));
	check_equal(kind_of(name), kind);
	check_equal(tempfile_close(file), 0);
	check(!exists(name));
	free(name);
}

static void a_fifo_or_a_link_is_made_and_goes(void)
{
	char target[] = "target";

	make_file(target);
	check_made(tempfile_make(NULL, make_fifo, NULL), S_IFIFO);
	check_made(tempfile_make(NULL, make_link, target), S_IFLNK);
	check_made(
		tempfile_make(TEMPFILE_OPTIONS(.dir = work), make_link, target),
		S_IFLNK);
	check_equal(size_of(target), 7);
}

static void a_socket_is_tried_again_where_its_address_is_in_use(void)
{
	unsigned descriptors = count_descriptors();
	int times = 0;
	struct tempfile *file = tempfile_make(TEMPFILE_OPTIONS(.dir = work),
					      make_socket, &times);

	check(file != NULL);
	check_equal(times, 2);
	check_equal(count_descriptors(), descriptors + 2);
	check_equal(listen(tempfile_fileno(file), 1), 0);
	check_made(file, S_IFSOCK);
	check_equal(count_descriptors(), descriptors);
}

static int make_full(int dirfd, const char *name, const char *path, void *arg)
{
	int fd = openat(dirfd, name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC,
			0600);

	(void)path;
	(void)arg;
	check_equal(write(fd, "full", 4), 4);
	return fd;
}

static void what_is_not_empty_can_be_added_to(void)
{
	char bytes[8] = "";
	struct tempfile *file =
		tempfile_make(TEMPFILE_OPTIONS(.mode = "a+b"), make_full, NULL);

	check(file != NULL);
	check_equal(tempfile_tell(file), 4);
	check_equal(tempfile_write(file, "er", 2), 2);
	check_equal(tempfile_seek(file, 0, SEEK_SET), 0);
	check_equal(tempfile_read(file, bytes, sizeof bytes), 6);
	check(memcmp(bytes, "fuller", 6) == 0);
	check_equal(tempfile_close(file), 0);
	file = tempfile_make(TEMPFILE_OPTIONS(.mode = "w+b"), make_full, NULL);
	check(file != NULL);
	check_equal(tempfile_tell(file), 0);
	check_equal(tempfile_close(file), 0);
}

static int refuse_once(int dirfd, const char *name, const char *path, void *arg)
{
	bool *refused = arg;

	if (!*refused) {
		*refused = true;
		errno = EEXIST;
		return -1;
	}
	return make_fifo(dirfd, name, path, NULL);
}

static void a_name_that_was_taken_leaves_no_trace(void)
{
	bool refused = false;
	struct tempfile *file;

	check(tempfile_gettempdir() != NULL);
	errno = 1234;
	file = tempfile_make(NULL, refuse_once, &refused);
	check(file && refused);
	check_equal(errno, 1234);
	check_equal(tempfile_close(file), 0);
}

static int make_nothing(int dirfd, const char *name, const char *path,
			void *arg)
{
	(void)dirfd;
	(void)name;
	(void)path;
	(void)arg;
	return open("/dev/null", O_RDWR | O_CLOEXEC);
}

static int make_subdirectory(int dirfd, const char *name, const char *path,
			     void *arg)
{
	(void)path;
	(void)arg;
	return mkdirat(dirfd, name, 0700);
}

/* A function that does not do what it says costs nothing but the error. */
static void what_was_not_made_or_is_a_directory_is_refused(void)
{
	const struct tempfile_options *options = TEMPFILE_OPTIONS(.dir = work);
	unsigned descriptors = count_descriptors();

	check_null(tempfile_make(options, make_nothing, NULL), ENOENT, work);
	check_equal(count_descriptors(), descriptors);
	check_null(tempfile_make(options, make_subdirectory, NULL), EISDIR,
		   work);
	check_equal(count_descriptors(), descriptors);
	check_equal(count_entries(work), 0);
}

/* What it makes may be refused a number above 2: then nothing stays. */
static int make_with_low_descriptor(int dirfd, const char *name,
				    const char *path, void *arg)
{
	int fd = openat(dirfd, name, O_CREAT | O_RDWR | O_CLOEXEC, 0600);

	(void)path;
	(void)arg;
	check_equal(dup2(fd, 2), 2);
	check_equal(close(fd), 0);
	return 2;
}

static void a_low_descriptor_is_moved_up(void)
{
	int errors = fcntl(2, F_DUPFD_CLOEXEC, 3);
	struct tempfile *file;

	file = tempfile_make(NULL, make_with_low_descriptor, NULL);
	check_equal(fcntl(2, F_GETFD), -1);
	check_equal(dup2(errors, 2), 2);
	check_equal(close(errors), 0);
	check(file != NULL);
	check(tempfile_fileno(file) > 2);
	check_equal(tempfile_close(file), 0);
}

static void what_is_no_file_is_published_as_it_is(void)
{
	static const unsigned flags[] = {0, TEMPFILE_PRIVATE, TEMPFILE_DURABLE,
					 TEMPFILE_NOREPLACE};

	for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) {
		struct tempfile *file = tempfile_make(
			TEMPFILE_OPTIONS(.dir = work), make_fifo, NULL);

		check(file != NULL);
		check_equal(tempfile_persist(file, "fifo", flags[i]), 0);
		check_equal(tempfile_close(file), 0);
		check_equal(kind_of("fifo"), S_IFIFO);
		check_equal(permissions_of("fifo"), 0600);
		check_equal(unlink("fifo"), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_fifo_or_a_link_is_made_and_goes),
		TEST(what_is_not_empty_can_be_added_to),
		TEST(a_socket_is_tried_again_where_its_address_is_in_use),
		TEST(a_name_that_was_taken_leaves_no_trace),
		TEST(what_was_not_made_or_is_a_directory_is_refused),
		TEST(a_low_descriptor_is_moved_up),
		TEST(what_is_no_file_is_published_as_it_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
