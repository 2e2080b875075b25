/* SPDX-License-Identifier: MIT */
/*
 * Attacks on the creation of names. In each the naive way of doing it falls
 * first, so the attack is real; then ours is tried in its place.
 */
#include "../support.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "rigged.h"

/* What must not change. */
static const char *canary(void)
{
	const char *path = in(work, "canary");

	if (!exists(path))
		make_file(path);
	return path;
}

static bool canary_lives(void)
{
	return exists(in(work, "canary")) && size_of(in(work, "canary")) == 7 &&
	       permissions_of(in(work, "canary")) == 0644;
}

static const struct tempfile_options *in_work(void)
{
	static struct tempfile_options options;

	options =
		(struct tempfile_options){.size = sizeof options, .dir = work};
	return &options;
}

/* The file that ours makes where name was foreseen is another. */
static void open_elsewhere(const char *name)
{
	struct tempfile *file = tempfile_open_named(in_work());

	check(file != NULL);
	check(strcmp(strrchr(tempfile_name(file), '/') + 1, name) != 0);
	check_equal(tempfile_write(file, "secret", 6), 6);
	check_equal(tempfile_flush(file), 0);
	check_equal(tempfile_close(file), 0);
}

static void naive_create(const char *path)
{
	FILE *file = fopen(path, "w");

	if (file) {
		(void)fputs("secret", file);
		(void)fclose(file);
	}
}

/* 1: the name is known, and a file that others can read waits there. */
static void a_file_that_waits(void)
{
	const char *name = know_name();
	const char *path = in(work, name);

	make_file(path);
	check_equal(chmod(path, 0666), 0);
	naive_create(path);
	check_equal(size_of(path), 6); /* the secret, for all to read */
	check_equal(truncate(path, 0), 0);
	open_elsewhere(name);
	check_equal(size_of(path), 0);
}

/* 2: a symbolic link waits there, to something or to nothing. */
static void a_link_that_waits(void)
{
	const char *name = know_name();
	const char *path = in(work, name);

	check_equal(symlink(canary(), path), 0);
	naive_create(path);
	check(!canary_lives());
	check_equal(unlink(in(work, "canary")), 0);
	(void)canary();
	open_elsewhere(name);
	check(canary_lives());

	check_equal(unlink(path), 0);
	check_equal(symlink("nothing-yet", path), 0);
	rig();
	open_elsewhere(name);
	check(!exists(in(work, "nothing-yet")));
	naive_create(path);
	check(exists(in(work, "nothing-yet")));
}

/* Does it take for ever? */
static bool hangs(void (*body)(void))
{
	pid_t child = fork();
	int status;

	check(child >= 0);
	if (child == 0) {
		(void)signal(SIGALRM, SIG_DFL);
		(void)alarm(1);
		body();
		_exit(0);
	}
	check_equal(waitpid(child, &status, 0), child);
	return WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM;
}

static const char *fifo;

static void naive_open_fifo(void)
{
	naive_create(fifo);
}

static void naive_look(void)
{
	(void)open(fifo, O_RDONLY | O_CLOEXEC);
}

static void our_open(void)
{
	rig();
	open_elsewhere(strrchr(fifo, '/') + 1);
}

static void our_sweep(void)
{
	check(tempfile_sweep(work, 0, NULL, NULL) >= 0);
}

/* 3: a fifo waits, for whoever creates and for whoever sweeps. */
static void a_fifo_that_waits(void)
{
	fifo = in(work, know_name());
	check_equal(mkfifo(fifo, 0666), 0);
	check(hangs(naive_open_fifo));
	check(!hangs(our_open));
	fifo = in(work, "tempfile-abcdefghijklmnopqrstuvwxyz");
	check_equal(mkfifo(fifo, 0666), 0);
	check(hangs(naive_look));
	check(!hangs(our_sweep));
	check(exists(fifo));
}

/* The parent directory of the session that a default file would be in. */
static void learn_session(char *path, size_t size)
{
	int ends[2];
	pid_t child;
	ssize_t n;

	check_equal(pipe(ends), 0);
	child = fork();
	check(child >= 0);
	if (child == 0) {
		struct tempfile *file;

		check(tempfile_gettempdir() != NULL);
		rig();
		file = tempfile_open_named(NULL);
		check(file != NULL);
		n = (ssize_t)strlen(tempfile_name(file));
		check_equal(write(ends[1], tempfile_name(file), (size_t)n), n);
		exit(0);
	}
	wait_for(child);
	n = read(ends[0], path, size - 1);
	check(n > 0);
	path[n] = '\0';
	*strrchr(path, '/') = '\0';
	(void)close(ends[0]);
	(void)close(ends[1]);
}

static void open_beside_squatter(void)
{
	struct tempfile *file;

	check(tempfile_gettempdir() != NULL);
	rig();
	file = tempfile_open_named(NULL);
	check(file != NULL);
	check_equal(tempfile_close(file), 0);
}

/* 4, 6: a directory of the attacker's, or a link to one, where ours would go;
 * mkdir -p takes it. */
static void a_squatted_directory(void)
{
	char session[256];
	const char *theirs = in(work, "theirs");

	learn_session(session, sizeof session);
	check_equal(mkdir(theirs, 0777), 0);
	check_equal(chmod(theirs, 0777), 0);
	check_equal(symlink(theirs, session), 0);
	check(mkdir(session, 0700) < 0 && errno == EEXIST); /* well, then */
	naive_create(in(session, "naive"));
	check_equal(count_entries(theirs), 1);
	in_child(open_beside_squatter, BY_EXIT);
	check_equal(count_entries(theirs), 1);
	check_equal(unlink(session), 0);
	check_equal(rename(theirs, session), 0);
	in_child(open_beside_squatter, BY_EXIT);
	check_equal(count_entries(session), 1);
	check_equal(unlink(in(session, "naive")), 0);
	check_equal(rmdir(session), 0);
}

static unsigned taken;

static void take_before_lease(int at, const char *name)
{
	if (!*name || taken++ > 0) /* nothing created yet */
		return;
	check_equal(unlinkat(at, name, AT_REMOVEDIR), 0);
	check_equal(mkdirat(at, name, 0700), 0);
}

/* 4: a cleaner takes the directory between mkdir and the lease, and somebody
 * else makes one of that name. To hold a lock is not enough. */
static void a_session_taken_before_its_lease(void)
{
	struct tempfile *file;
	struct stat status;
	int fd;

	check_equal(mkdir("naive", 0700), 0);
	fd = open("naive", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	check_equal(rmdir("naive") + mkdir("naive", 0777), 0);
	check_equal(flock(fd, LOCK_SH | LOCK_NB), 0); /* of what is gone */
	check(openat(fd, "f", O_CREAT | O_WRONLY | O_CLOEXEC, 0600) < 0);
	check_equal(close(fd), 0);

	before_leasing = take_before_lease;
	fd = tempfile_lease_fd();
	check(fd >= 0 && taken > 0);
	check_equal(fstat(fd, &status), 0);
	check(status.st_nlink > 0); /* of what is there */
	file = tempfile_open_named(NULL);
	check(file != NULL);
	check(exists(tempfile_name(file)));
	check_equal(tempfile_close(file), 0);
	check(tempfile_sweep(temporary, 0, NULL, NULL) >= 0);
}

static unsigned planted;

static void plant_directory(int at, const char *name)
{
	if (planted++ == 0) {
		check_equal(mkdirat(at, name, 0777), 0);
		check_equal(fchmodat(at, name, 0777, 0), 0);
	}
}

/* 5: mkstemp, unlink, mkdir: between the last two there is time. */
static void create_delete_mkdir(void)
{
	char path[] = "naive-XXXXXX";
	int fd = mkstemp(path);
	char *made;

	check(fd >= 0);
	check_equal(close(fd) + unlink(path), 0);
	check_equal(mkdir(path, 0777) + chmod(path, 0777), 0); /* attacker */
	check(mkdir(path, 0700) == 0 || errno == EEXIST);
	check_equal(permissions_of(path), 0777);

	before_creation = plant_directory;
	rig();
	made = tempfile_mkdtemp(in_work());
	check(made != NULL);
	check_equal(permissions_of(made), 0700);
	check_equal(created, 1);
	check_equal(removed, 0);
	tempfile_free(made);
}

static bool was_open_to_others;

static void look_at_mode(int at, const char *name)
{
	struct stat status;

	check_equal(fstatat(at, name, &status, 0), 0);
	was_open_to_others = status.st_mode & 0077;
}

/* A default access list that gives everybody everything. */
static bool set_default_list(const char *path)
{
	static const unsigned char list[] = {
		2,    0, 0, 0,                          /* version */
		1,    0, 7, 0, 0xff, 0xff, 0xff, 0xff,  /* owner rwx */
		4,    0, 7, 0, 0xff, 0xff, 0xff, 0xff,  /* group rwx */
		0x20, 0, 7, 0, 0xff, 0xff, 0xff, 0xff}; /* others rwx */

	return setxattr(path, "system.posix_acl_default", list, sizeof list,
			0) == 0;
}

/* 7: a moment in which others may open it, before chmod. */
static void permissions_from_the_first_moment(void)
{
	struct tempfile *file;
	struct tempdir *dir;

	(void)umask(0);
	(void)set_default_list(work);
	naive_create("naive");
	check(permissions_of("naive") & 0077);
	after_creation = look_at_mode;
	check((file = tempfile_open_named(in_work())));
	check(!was_open_to_others);
	check_equal(permissions_of(tempfile_name(file)), 0600);
	check((dir = tempdir_open(in_work())));
	check(!was_open_to_others);
	check_equal(permissions_of(tempdir_name(dir)), 0700);
	check_equal(tempfile_close(file) + tempdir_close(dir), 0);
}

/* 8: reopening by name finds what somebody has put there. */
static void reopening_finds_the_same(void)
{
	struct tempfile *file = tempfile_open_named(in_work());
	char byte;
	int fd;

	check(file != NULL);
	check_equal(tempfile_write(file, "secret", 6), 6);
	check_equal(unlink(tempfile_name(file)), 0);
	make_file(tempfile_name(file)); /* "planted" */
	fd = open(tempfile_name(file), O_RDONLY | O_CLOEXEC);
	check(read(fd, &byte, 1) == 1 && byte == 'p');
	(void)close(fd);
	fd = tempfile_reopen(file, O_RDONLY);
	check(fd >= 0);
	check(read(fd, &byte, 1) == 1 && byte == 's');
	(void)close(fd);
	check_equal(tempfile_close(file), 0);
	check_equal(count_entries(work), 1); /* theirs is left alone */
}

static void replace_victims_file(const char *path)
{
	pid_t child = fork();

	check(child >= 0);
	if (child == 0) {
		if (is_root() && setuid(NOBODY) < 0)
			_exit(1);
		_exit(unlink(path) == 0 ? 0 : 2);
	}
	wait_for(child);
}

/* 16: a directory in which anybody may replace anything. */
static void a_directory_without_the_sticky_bit(void)
{
	const char *shared = in(work, "shared");
	char path[128];
	int fd;

	make_directory(shared, 0777);
	(void)snprintf(path, sizeof path, "%s/naive-XXXXXX", shared);
	fd = mkstemp(path);
	check(fd >= 0);
	replace_victims_file(path);
	check(!exists(path));
	(void)close(fd);
	check_null(tempfile_open_named(TEMPFILE_OPTIONS(.dir = shared)), EPERM,
		   shared);
	check_equal(setenv("TMPDIR", shared, 1), 0);
	check(strcmp(tempfile_gettempdir(), shared) != 0);
	check_equal(count_entries(shared), 0);
}

/* 18: TMPDIR is empty, or relative. */
static void a_strange_tmpdir(void)
{
	const char *naive;

	check_equal(setenv("TMPDIR", "", 1), 0);
	naive = getenv("TMPDIR");
	naive_create(in(*naive ? naive : ".", "naive"));
	check(exists(in(work, "naive")));
	check_equal(tempfile_gettempdir()[0], '/');
	check(strcmp(tempfile_gettempdir(), work) != 0);
	check_equal(setenv("TMPDIR", ".", 1), 0);
	check_equal(tempfile_settempdir(NULL), 0);
	check_string(tempfile_gettempdir(), work);
	check_equal(chdir("/"), 0);
	check_string(tempfile_gettempdir(), work);
}

/* 20: a prefix that leads elsewhere. */
static void traversal(void)
{
	static const char *const bad[] = {"../x", "a/b",  "/etc/x", "..",
					  "a\\b", "C:\\", "con",    "a:b"};
	char path[256];

	make_directory(in(work, "jail"), 0700);
	(void)snprintf(path, sizeof path, "%s/jail/%s-XXXXXX", work, "../out");
	check(close(mkstemp(path)) == 0);
	check_equal(count_entries(in(work, "jail")), 0);
	check_equal(unlink(path), 0);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		if (strchr(bad[i], '/') || strchr(bad[i], '\\'))
			check_null(tempfile_open_named(
					   TEMPFILE_OPTIONS(.prefix = bad[i],
							    .dir = work)),
				   EINVAL, "");
		check_null(
			tempfile_open_named(TEMPFILE_OPTIONS(.suffix = "/x",
							     .prefix = bad[i],
							     .dir = work)),
			EINVAL, "");
	}
	check_equal(count_entries(work), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_file_that_waits),
		TEST(a_link_that_waits),
		TEST(a_fifo_that_waits),
		TEST(a_squatted_directory),
		TEST(a_session_taken_before_its_lease),
		TEST(create_delete_mkdir),
		TEST(permissions_from_the_first_moment),
		TEST(reopening_finds_the_same),
		TEST(a_directory_without_the_sticky_bit),
		TEST(a_strange_tmpdir),
		TEST(traversal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
