/* SPDX-License-Identifier: MIT */
/*
 * What comes out when something is created: permissions, whatever stands
 * against them; descriptors; where it lies.
 */
#include "support.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static const unsigned masks[] = {000, 022, 077, 0777};
static const unsigned wanted[] = {0, 0600, 0644, 0666, 0640, 0400, 0777};

static unsigned or_default(unsigned permissions, unsigned instead)
{
	return permissions ? permissions : instead;
}

static void check_named(unsigned permissions)
{
	struct tempfile *file = tempfile_open_named(
		TEMPFILE_OPTIONS(.permissions = permissions));

	check(file != NULL);
	check_equal(permissions_of(tempfile_name(file)),
		    or_default(permissions, 0600));
	check_equal(tempfile_close(file), 0);
}

/* Seen by nobody before, an anonymous file is put right when reopened. */
static void check_reopened(struct tempfile *file, unsigned permissions)
{
	int fd;

	check(file != NULL);
	fd = tempfile_reopen(file, O_RDONLY);
	check(fd > 2);
	check_equal(permissions_of_fd(fd), or_default(permissions, 0600));
	check_equal(close(fd), 0);
	check_equal(tempfile_close(file), 0);
}

static void check_directory(unsigned permissions)
{
	struct tempdir *dir =
		tempdir_open(TEMPFILE_OPTIONS(.permissions = permissions));

	check(dir != NULL);
	check_equal(permissions_of(tempdir_name(dir)),
		    or_default(permissions, 0700));
	check_equal(tempdir_close(dir), 0);
}

static void check_mk(unsigned permissions)
{
	const struct tempfile_options *options =
		TEMPFILE_OPTIONS(.permissions = permissions, .dir = work);
	char *path = NULL;
	int fd = tempfile_mkstemp(options, &path);

	check(fd > 2);
	check_equal(permissions_of(path), or_default(permissions, 0600));
	check_equal(close(fd), 0);
	check_equal(unlink(path), 0);
	tempfile_free(path);
	path = tempfile_mkdtemp(options);
	check(path != NULL);
	check_equal(permissions_of(path), or_default(permissions, 0700));
	check_equal(rmdir(path), 0);
	tempfile_free(path);
}

static void check_all(unsigned permissions)
{
	const struct tempfile_options *options =
		TEMPFILE_OPTIONS(.permissions = permissions);

	check_named(permissions);
	check_reopened(tempfile_open_named(options), permissions);
	check_directory(permissions);
	check_mk(permissions);
	/* As nobody, what nobody may read cannot be reopened either. */
	if (permissions != 0 && !(permissions & 0400))
		return;
	check_reopened(tempfile_open(options), permissions);
	check_reopened(tempfile_open_spooled(options), permissions);
}

static void permissions_are_exact_whatever_the_umask(void)
{
	FOR_EACH(mask, masks) {
		(void)umask(masks[mask]);
		FOR_EACH(i, wanted)
			check_all(wanted[i]);
		check_equal(umask(masks[mask]), masks[mask]);
	}
}

/* Sessions too: made first under an umask that takes everything. */
static void even_the_first_call_bears_any_umask(void)
{
	(void)umask(0777);
	check_all(0);
}

static void and_where_files_cannot_be_born_without_a_name(void)
{
	(void)umask(0777);
	deny_open(O_TMPFILE, EOPNOTSUPP);
	check_all(0644);
}

/* What a host changed by purpose is left alone. */
static void changed_permissions_stay_changed(void)
{
	struct tempfile *file = tempfile_open_named(NULL);
	int fd;

	check(file != NULL);
	check_equal(fchmod(tempfile_fileno(file), 0640), 0);
	fd = tempfile_reopen(file, O_RDONLY);
	check(fd > 2);
	check_equal(permissions_of_fd(fd), 0640);
	check_equal(close(fd), 0);
	check_equal(tempfile_close(file), 0);
}

/* What has no name, too: they are repaired where rights are missing only. */
static void added_permissions_stay_added(void)
{
	struct tempfile *file = tempfile_open(NULL);
	int fd;

	check(file != NULL);
	check_equal(fchmod(tempfile_fileno(file), 0640), 0);
	fd = tempfile_reopen(file, O_RDONLY);
	check(fd > 2);
	check_equal(permissions_of_fd(fd), 0640);
	check_equal(close(fd), 0);
	fd = tempfile_detach(file);
	check_refused(tempfile_reopen(file, O_RDONLY), EBADF, "reopen");
	/* With EBADF, or what a file without a name meets on its way. */
	check(tempfile_persist(file, "gone", 0) < 0);
	check(!exists("gone"));
	check_equal(close(fd), 0);
	check_equal(tempfile_close(file), 0);
}

static void a_descriptor_may_have_many_digits(void)
{
	struct tempfile *file;
	int fd = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);

	while (fd < 110) {
		fd = fcntl(fd, F_DUPFD_CLOEXEC, 3);
		check(fd >= 0);
	}
	file = tempfile_open(NULL);
	check(file != NULL);
	check(tempfile_fileno(file) > 100);
	check_equal(tempfile_write(file, "x", 1), 1);
	fd = tempfile_reopen(file, O_RDONLY);
	check(fd > 100);
	check_equal(lseek(fd, 0, SEEK_END), 1);
	check_equal(tempfile_close(file), 0);
}

static void an_inherited_set_gid_bit_is_not_our_business(void)
{
	struct tempdir *dir;

	make_directory("group", 02700);
	dir = tempdir_open(TEMPFILE_OPTIONS(.dir = "group"));
	check(dir != NULL);
	check_equal(permissions_of(tempdir_name(dir)) & 0777u, 0700);
	check_equal(permissions_of(tempdir_name(dir)) & 07000u, 02000);
	check_equal(tempdir_close(dir), 0);
}

static bool set_default_acl(const char *path)
{
	char command[256];

	(void)snprintf(command, sizeof command,
		       "setfacl -d -m u:1:rwx,g::rwx,o::rwx,m::rwx '%s' "
		       "2>/dev/null",
		       path);
	return system(command) == 0;
}

static void nor_does_a_default_access_list_add_rights(void)
{
	struct tempfile *file;

	make_directory("listed", 0700);
	if (!set_default_acl(in(work, "listed")))
		skip_test("access lists cannot be set here");
	file = tempfile_open_named(TEMPFILE_OPTIONS(.dir = "listed"));
	check(file != NULL);
	/* The group bits are the list's mask: nobody named gets anything. */
	check_equal(permissions_of(tempfile_name(file)), 0600);
	check_equal(tempfile_close(file), 0);
}

static void the_listing_of_rights_cannot_take_any_either(void)
{
	struct tempfile *file;

	make_directory("listed", 0700);
	if (system("setfacl -d -m u::---,g::---,o::--- listed 2>/dev/null"))
		skip_test("access lists cannot be set here");
	file = tempfile_open_named(
		TEMPFILE_OPTIONS(.dir = "listed", .permissions = 0644));
	check(file != NULL);
	check_equal(permissions_of(tempfile_name(file)), 0644);
	check_equal(tempfile_close(file), 0);
}

/*
 * Where
 */

static bool is_in(const char *path, const char *directory)
{
	return strncmp(path, directory, strlen(directory)) == 0 &&
	       path[strlen(directory)] == separator &&
	       !strchr(path + strlen(directory) + 1, separator);
}

static void in_dir_means_exactly_there(void)
{
	struct tempfile *file;
	struct tempdir *dir;

	make_directory("mine", 0700);
	file = tempfile_open_named(TEMPFILE_OPTIONS(.dir = "mine"));
	dir = tempdir_open(TEMPFILE_OPTIONS(.dir = "mine"));
	check(file && dir);
	check(is_in(tempfile_name(file), in(work, "mine")));
	check(is_in(tempdir_name(dir), in(work, "mine")));
	check_equal(count_entries("mine"), 2);
	check_equal(count_entries(temporary), 0);
	check_equal(tempfile_close(file) + tempdir_close(dir), 0);
	check_equal(count_entries("mine"), 0);
}

static void beside_means_in_the_same_directory(void)
{
	struct tempfile *file;

	make_directory("mine", 0700);
	file = tempfile_open_named(TEMPFILE_OPTIONS(.beside = "mine/not-yet"));
	check(file != NULL);
	check(is_in(tempfile_name(file), in(work, "mine")));
	check_equal(tempfile_close(file), 0);
	file = tempfile_open_named(TEMPFILE_OPTIONS(.beside = "plain"));
	check(file != NULL);
	check(is_in(tempfile_name(file), work));
	check_equal(tempfile_close(file), 0);
}

/* By its descriptor, once that is open: it may be renamed meanwhile. */
static void in_means_in_that_directory_wherever_it_is(void)
{
	struct tempdir *dir = tempdir_open(TEMPFILE_OPTIONS(.dir = work));
	struct tempfile *file;

	check(dir != NULL);
	check(tempdir_fd(dir) >= 0);
	check_equal(rename(tempdir_name(dir), "elsewhere"), 0);
	file = tempfile_open_named(TEMPFILE_OPTIONS(.in = dir));
	check(file != NULL);
	check_equal(count_entries("elsewhere"), 1);
	check_equal(tempfile_close(file), 0);
	check_equal(count_entries("elsewhere"), 0);
	check_equal(rename("elsewhere", tempdir_name(dir)), 0);
	check_equal(tempdir_close(dir), 0);
}

static void an_anonymous_file_is_in_that_file_system(void)
{
	struct tempfile *file;
	struct stat there;
	struct stat found;

	check_equal(stat("/dev/shm", &there), 0);
	if (access("/dev/shm", W_OK) < 0)
		skip_test("there is no /dev/shm");
	file = tempfile_open(TEMPFILE_OPTIONS(.dir = "/dev/shm"));
	check(file != NULL);
	check_equal(fstat(tempfile_fileno(file), &found), 0);
	check_equal(found.st_dev, there.st_dev);
	check_equal(tempfile_close(file), 0);
}

/* Outside a session, and still removed. */
static void unleased_means_directly_in_the_temporary_directory(void)
{
	struct tempfile *file = tempfile_open_named(
		TEMPFILE_OPTIONS(.flags = TEMPFILE_UNLEASED));

	check(file != NULL);
	check(is_in(tempfile_name(file), temporary));
	check_equal(tempfile_close(file), 0);
	check_equal(count_entries(temporary), 0);
}

/*
 * Descriptors
 */

static void check_descriptor(int fd)
{
	check(fd > 2);
	check_equal(fcntl(fd, F_GETFD), FD_CLOEXEC);
}

static void every_descriptor_is_closed_on_exec(void)
{
	struct tempfile *file = tempfile_open(NULL);
	struct tempdir *dir = tempdir_open(NULL);
	int fd = tempfile_mkstemp(NULL, NULL);

	check(file && dir);
	check_descriptor(tempfile_fileno(file));
	check_descriptor(tempdir_fd(dir));
	check_descriptor(fd);
	check_descriptor(tempfile_lease_fd());
	check_equal(close(fd), 0);
	fd = tempfile_reopen(file, O_RDONLY);
	check_descriptor(fd);
	check_equal(close(fd), 0);
	check_equal(tempfile_close(file) + tempdir_close(dir), 0);
}

/* As a program whose standard streams were closed. */
static int play_without_streams(void)
{
	struct tempfile *files[3] = {tempfile_open(NULL),
				     tempfile_open_named(NULL),
				     tempfile_open_spooled(NULL)};
	struct tempdir *dir = tempdir_open(NULL);
	int result = 0;

	forgetting = true;
	for (int i = 0; i < 3; i++)
		if (!files[i] || tempfile_fileno(files[i]) < 3 ||
		    tempfile_reopen(files[i], O_RDONLY) < 3)
			result = 2;
	if (!dir || tempdir_fd(dir) < 3 || tempfile_mkstemp(NULL, NULL) < 3)
		result = 3;
	for (int fd = 0; fd < 3; fd++)
		if (fcntl(fd, F_GETFD) >= 0)
			result = 4;
	return result;
}

static void the_standard_streams_are_never_ours(void)
{
	pid_t child = fork();
	int status;

	if (child == 0) {
		(void)close(0);
		(void)close(1);
		(void)close(2);
		(void)execl("/proc/self/exe", "role", "closed", (char *)NULL);
		_exit(127);
	}
	check_equal(waitpid(child, &status, 0), child);
	check_equal(status, 0);
}

static void the_file_without_a_name_has_none(void)
{
	struct tempfile *file = tempfile_open(NULL);

	check(file != NULL);
	check(is_anonymous(tempfile_fileno(file)));
	check(tempfile_name(file) == NULL);
	check_equal(count_entries(temporary), 0);
	check_equal(tempfile_close(file), 0);
}

static void nor_where_it_is_born_with_one(void)
{
	struct tempfile *file;

	deny_open(O_TMPFILE, EOPNOTSUPP);
	file = tempfile_open(NULL);
	check(file != NULL);
	check(is_anonymous(tempfile_fileno(file)));
	check_equal(tempfile_close(file), 0);
	file = tempfile_open(TEMPFILE_OPTIONS(.dir = work));
	check(file != NULL);
	check_equal(count_entries(work), 0);
	check_equal(tempfile_close(file), 0);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		TEST(permissions_are_exact_whatever_the_umask),
		TEST_SO(even_the_first_call_bears_any_umask, AS_NOBODY),
		TEST_SO(and_where_files_cannot_be_born_without_a_name,
			AS_NOBODY),
		TEST(changed_permissions_stay_changed),
		TEST(added_permissions_stay_added),
		TEST(a_descriptor_may_have_many_digits),
		TEST(an_inherited_set_gid_bit_is_not_our_business),
		TEST(nor_does_a_default_access_list_add_rights),
		TEST_SO(the_listing_of_rights_cannot_take_any_either,
			AS_NOBODY),
		TEST(in_dir_means_exactly_there),
		TEST(beside_means_in_the_same_directory),
		TEST(in_means_in_that_directory_wherever_it_is),
		TEST(an_anonymous_file_is_in_that_file_system),
		TEST(unleased_means_directly_in_the_temporary_directory),
		TEST(every_descriptor_is_closed_on_exec),
		TEST(the_standard_streams_are_never_ours),
		TEST(the_file_without_a_name_has_none),
		TEST(nor_where_it_is_born_with_one),
	};

	if (argc > 1 && strcmp(argv[1], "closed") == 0)
		return play_without_streams();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
