/* SPDX-License-Identifier: MIT */
/*
 * From temporary to permanent: every kind of file, onto every kind of target,
 * on file systems of every kind; and what is left when it cannot be.
 */
#include "support.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/*
 * Kinds of files, each open, and what was written into it so far unflushed
 */

static struct tempfile *open_anonymous(const char *target)
{
	(void)target;
	return tempfile_open(NULL);
}

static struct tempfile *open_beside(const char *target)
{
	return tempfile_open(TEMPFILE_OPTIONS(.beside = target));
}

static struct tempfile *open_named(const char *target)
{
	(void)target;
	return tempfile_open_named(NULL);
}

static struct tempfile *open_named_beside(const char *target)
{
	return tempfile_open_named(TEMPFILE_OPTIONS(.beside = target));
}

static struct tempfile *open_kept(const char *target)
{
	struct tempfile *file = open_named(target);

	check_equal(tempfile_keep(file, true), 0);
	return file;
}

static struct tempfile *open_in_memory(const char *target)
{
	(void)target;
	return tempfile_open_spooled(NULL);
}

static struct tempfile *open_rolled(const char *target)
{
	struct tempfile *file = open_in_memory(target);

	check_equal(tempfile_rollover(file), 0);
	return file;
}

static struct tempfile *open_as_stream(const char *target)
{
	struct tempfile *file = open_anonymous(target);

	check(tempfile_stdio(file) != NULL);
	return file;
}

static const struct kind {
	const char *name;
	struct tempfile *(*open)(const char *target);
} kinds[] = {
	{"anonymous", open_anonymous}, {"anonymous beside", open_beside},
	{"named", open_named},         {"named beside", open_named_beside},
	{"kept", open_kept},           {"in memory", open_in_memory},
	{"rolled over", open_rolled},  {"as a stream", open_as_stream},
};

/*
 * Contents
 */

static void put(struct tempfile *file, const char *text)
{
	check(file != NULL);
	check_equal(tempfile_write(file, text, strlen(text)), strlen(text));
}

static void check_reads(struct tempfile *file, const char *text)
{
	char found[64] = "";

	check_equal(tempfile_seek(file, 0, SEEK_SET), 0);
	check(tempfile_read(file, found, sizeof found - 1) >= 0);
	check_string(found, text);
}

static void make_old(const char *path, unsigned permissions)
{
	int fd = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);

	check(fd >= 0);
	check_equal(write(fd, "old", 3), 3);
	check_equal(fchmod(fd, permissions), 0);
	check_equal(close(fd), 0);
}

static void check_holds(const char *path, const char *text)
{
	char found[64] = "";
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);

	check(fd >= 0);
	check(read(fd, found, sizeof found - 1) >= 0);
	check_string(found, text);
	check_equal(close(fd), 0);
}

/*
 * Nothing is there but the target, and it has no other name. Over a network the
 * number of names may be what it was a second ago.
 */
static void check_alone(const char *path, const char *directory)
{
	struct stat status = {0};

	check_equal(count_entries(directory), 1);
	for (int i = 0; i < 30 && status.st_nlink != 1; i++) {
		check_equal(i > 0 ? usleep(100000) : 0, 0);
		check_equal(lstat(path, &status), 0);
	}
	check_equal(status.st_nlink, 1);
}

/*
 * Each kind onto each target
 */

enum target { ABSENT, REPLACED, NEVER_REPLACED };

static const unsigned flag_sets[] = {0, TEMPFILE_DURABLE, TEMPFILE_PRIVATE};

static void persist_one(const struct kind *kind, const char *directory,
			enum target target, unsigned flags)
{
	const char *path = in(directory, "target");
	struct tempfile *file;
	bool kept = kind->open == open_kept;
	unsigned entries = count_entries(temporary);

	if (target == REPLACED)
		make_old(path, 0604);
	if (target == NEVER_REPLACED)
		flags |= TEMPFILE_NOREPLACE;
	file = kind->open(path);
	put(file, "new ");
	check_equal(tempfile_persist(file, path, flags), 0);
	check_string(tempfile_name(file), path);
	check_holds(path, "new ");
	put(file, "more");
	check_reads(file, "new more");
	check_equal(tempfile_close(file), 0);
	check_holds(path, "new more");
	check_alone(path, directory);
	check_equal(permissions_of(path), flags & TEMPFILE_PRIVATE ? 0600
					  : target == REPLACED     ? 0604
								   : 0644);
	/* A session at the most, which goes at exit. */
	if (!kept)
		check(count_entries(temporary) <= entries + 1);
	check_equal(unlink(path), 0);
}

static void persist_all(const char *directory)
{
	FOR_EACH(i, kinds)
		for (enum target t = ABSENT; t <= NEVER_REPLACED; t++)
			FOR_EACH(j, flag_sets)
				persist_one(&kinds[i], directory, t,
					    flag_sets[j]);
}

static const char *make_place(void)
{
	make_directory(in(work, "place"), 0700);
	return in(work, "place");
}

static void on_the_same_file_system(void)
{
	persist_all(make_place());
}

static void where_no_file_is_born_without_a_name(void)
{
	const char *place = make_place();

	deny_open(O_TMPFILE, EOPNOTSUPP);
	persist_all(place);
}

static void where_rename_takes_no_flags(void)
{
	const char *place = make_place();

	deny_call(SYS_renameat2, EINVAL);
	persist_all(place);
}

static void onto_another_file_system(void)
{
	mount_small(in(work, "place"), 1024);
	persist_all(in(work, "place"));
}

static void onto_another_without_copy_file_range(void)
{
	mount_small(in(work, "place"), 1024);
	deny_call(SYS_copy_file_range, EXDEV);
	persist_all(in(work, "place"));
}

static void onto_an_overlay(void)
{
	mount_small(in(work, "base"), 1024);
	make_directory(in(work, "base/upper"), 0755);
	make_directory(in(work, "base/lower"), 0755);
	make_directory(in(work, "base/aside"), 0755);
	make_directory(in(work, "place"), 0755);
	if (mount("overlay", in(work, "place"), "overlay", 0,
		  "lowerdir=base/lower,upperdir=base/upper,workdir=base/"
		  "aside") < 0)
		skip_test("there is no overlay file system here");
	persist_all(in(work, "place"));
}

static int mount_fuse(const char *from, const char *to)
{
	char command[256];

	need_mounts();
	make_directory(from, 0755);
	make_directory(to, 0755);
	(void)snprintf(
		command, sizeof command,
		"bindfs -o attr_timeout=0,entry_timeout=0 '%s' '%s' 2>&1", from,
		to);
	return system(command);
}

static void onto_fuse(void)
{
	if (mount_fuse(in(work, "below"), in(work, "place")) != 0)
		skip_test("there is no bindfs here");
	persist_all(in(work, "place"));
	check_equal(umount2(in(work, "place"), MNT_DETACH), 0);
}

/*
 * Permissions
 */

static unsigned persist_under(mode_t mask, const char *path, unsigned flags)
{
	mode_t before = umask(mask);
	struct tempfile *file = tempfile_open(TEMPFILE_OPTIONS(.beside = path));
	unsigned permissions;

	put(file, "x");
	check_equal(tempfile_persist(file, path, flags), 0);
	check_equal(umask(before), mask);
	permissions = permissions_of(path);
	check_equal(tempfile_close(file), 0);
	check_equal(unlink(path), 0);
	return permissions;
}

static void a_new_file_has_what_the_umask_leaves(void)
{
	static const mode_t masks[] = {000, 022, 027, 077};

	FOR_EACH(i, masks)
		check_equal(persist_under(masks[i], in(work, "a"), 0),
			    0666u & ~masks[i]);
}

static void another_takes_over_what_was_there(void)
{
	static const unsigned modes[] = {0600, 0644, 0666, 0755, 0444, 04755};

	FOR_EACH(i, modes) {
		make_old(in(work, "a"), modes[i]);
		check_equal(persist_under(027, in(work, "a"), 0),
			    modes[i] & 0777u);
	}
}

static void private_stays_private(void)
{
	check_equal(persist_under(0, in(work, "a"), TEMPFILE_PRIVATE), 0600);
	make_old(in(work, "a"), 0666);
	check_equal(persist_under(0, in(work, "a"), TEMPFILE_PRIVATE), 0600);
}

static void a_failure_gives_no_permissions_away(void)
{
	struct tempfile *file = tempfile_open_named(NULL);

	(void)umask(0);
	make_old(in(work, "a"), 0666);
	check_refused(tempfile_persist(file, in(work, "a"), TEMPFILE_NOREPLACE),
		      EEXIST, "publish as");
	check_equal(permissions_of(tempfile_name(file)), 0600);
	check_equal(tempfile_close(file), 0);
}

static void a_tree_gets_them_too(void)
{
	struct tempdir *dir = tempdir_open(NULL);

	(void)umask(027);
	check_equal(tempdir_persist(dir, in(work, "a"), 0), 0);
	check_equal(permissions_of(in(work, "a")), 0750);
	check_equal(tempdir_close(dir), 0);
	dir = tempdir_open(NULL);
	check_equal(tempdir_persist(dir, in(work, "b"), TEMPFILE_PRIVATE), 0);
	check_equal(permissions_of(in(work, "b")), 0700);
	check_equal(tempdir_close(dir), 0);
}

/*
 * What cannot be done, and done again
 */

static void fail_onto(const char *path, const char *culprit, unsigned flags,
		      int code, const char *second)
{
	FOR_EACH(i, kinds) {
		struct tempfile *file = kinds[i].open(in(work, "second"));
		bool has_name;

		put(file, "pre");
		has_name = tempfile_name(file) != NULL;
		check_refused(tempfile_persist(file, path, flags), code,
			      culprit);
		check_equal(tempfile_name(file) != NULL, has_name);
		check_reads(file, "pre");
		put(file, "cious");
		check_reads(file, "precious");
		check_refused(tempfile_persist(file, path, flags), code,
			      culprit);
		check_equal(tempfile_persist(file, second, 0), 0);
		check_holds(second, "precious");
		check_equal(tempfile_close(file), 0);
		check_holds(second, "precious");
	}
}

static void onto_a_directory(void)
{
	make_directory(in(work, "a"), 0755);
	make_file(in(work, "a/b"));
	fail_onto(in(work, "a"), "a\'", 0, EISDIR, in(work, "second"));
	check_equal(count_entries(work), 2);
	check_equal(count_entries(in(work, "a")), 1);
}

static void onto_nowhere(void)
{
	fail_onto(in(work, "no/where"), "no'", 0, ENOENT, in(work, "second"));
	check_equal(count_entries(work), 1);
}

static void onto_what_is_there_already(void)
{
	make_old(in(work, "a"), 0644);
	fail_onto(in(work, "a"), "a\'", TEMPFILE_NOREPLACE, EEXIST,
		  in(work, "second"));
	check_holds(in(work, "a"), "old");
	check_equal(count_entries(work), 2);
}

static void onto_what_is_there_already_elsewhere(void)
{
	mount_small(in(work, "place"), 1024);
	make_old(in(work, "place/a"), 0644);
	fail_onto(in(work, "place/a"), "a\'", TEMPFILE_NOREPLACE, EEXIST,
		  in(work, "second"));
	check_holds(in(work, "place/a"), "old");
	check_equal(count_entries(in(work, "place")), 1);
}

static void into_a_read_only_file_system(void)
{
	mount_small(in(work, "place"), 1024);
	make_old(in(work, "place/a"), 0644);
	check_equal(mount(NULL, in(work, "place"), NULL, MS_REMOUNT | MS_RDONLY,
			  NULL),
		    0);
	fail_onto(in(work, "place/a"), "a\'", 0, EROFS, in(work, "second"));
	check_holds(in(work, "place/a"), "old");
}

static void without_permission(void)
{
	make_directory(in(work, "place"), 0755);
	make_old(in(work, "place/a"), 0644);
	check_equal(chmod(in(work, "place"), 0555), 0);
	fail_onto(in(work, "place/a"), "a\'", 0, EACCES, in(work, "second"));
	check_holds(in(work, "place/a"), "old");
	check_equal(count_entries(in(work, "place")), 1);
}

static void another_users_in_a_sticky_directory(void)
{
	need_root();
	make_directory(in(work, "place"), 01777);
	make_old(in(work, "place/a"), 0644);
	check_equal(chown(work, NOBODY, NOBODY), 0);
	check_equal(chown(temporary, NOBODY, NOBODY), 0);
	check_equal(setegid(NOBODY), 0);
	check_equal(seteuid(NOBODY), 0);
	fail_onto(in(work, "place/a"), "a\'", 0, EPERM, in(work, "second"));
	check_holds(in(work, "place/a"), "old");
	check_equal(count_entries(in(work, "place")), 1);
}

#define MUCH 300000

static void check_much(struct tempfile *file, const char *content)
{
	char *found = malloc(MUCH);

	check(found != NULL);
	check_equal(tempfile_seek(file, 0, SEEK_SET), 0);
	check_equal(tempfile_read(file, found, MUCH), MUCH);
	check(memcmp(found, content, MUCH) == 0);
	free(found);
}

static void where_there_is_no_room(void)
{
	const char *path = in(work, "place/a");
	char *content = malloc(MUCH);
	uint64_t seed = 1;
	int filler;

	for (size_t i = 0; i < MUCH; i++)
		content[i] = (char)draw(&seed);
	mount_small(in(work, "place"), 400);
	make_old(path, 0640);
	FOR_EACH(i, kinds) {
		struct tempfile *file = kinds[i].open(in(work, "second"));

		filler = fill_disk(in(work, "place"));
		check_equal(ftruncate(filler, 100000), 0);
		check_equal(fill_disk(in(work, "place")) < 0, 0);
		check_equal(unlink(in(work, "place/filler")), 0);
		check_equal(tempfile_write(file, content, MUCH), MUCH);
		check_refused(tempfile_persist(file, path, 0), ENOSPC, path);
		check_holds(path, "old");
		check_equal(count_entries(in(work, "place")), 1);
		check_much(file, content);
		check_equal(ftruncate(filler, 0), 0);
		check_equal(tempfile_persist(file, path, 0), 0);
		check_much(file, content);
		check_equal(tempfile_close(file), 0);
		check_equal(size_of(path), MUCH);
		check_equal(permissions_of(path), 0640);
		check_equal(unlink(path), 0);
		make_old(path, 0640);
		check_equal(close(filler), 0);
	}
	free(content);
}

/* Whoever may not write there is told that first. */
static void onto_a_directory_of_roots(void)
{
	struct tempfile *file = tempfile_open(TEMPFILE_OPTIONS(.dir = work));

	put(file, "whole");
	check_refused(tempfile_persist(file, "/usr", 0),
		      is_root() ? EISDIR : EACCES, "/usr'");
	check_equal(tempfile_persist(file, in(work, "a"), 0), 0);
	check_equal(tempfile_close(file), 0);
	check_holds(in(work, "a"), "whole");
	check_alone(in(work, "a"), work);
}

static void a_link_that_was_lost_is_no_end(void)
{
	/* The first attempt links the file and takes the name away again: the
	 * kernel never links it a second time. */
	struct tempfile *file = tempfile_open(TEMPFILE_OPTIONS(.dir = work));

	put(file, "whole");
	make_directory(in(work, "a"), 0755);
	check_refused(tempfile_persist(file, in(work, "a"), 0), EISDIR, "a'");
	check_equal(rmdir(in(work, "a")), 0);
	check_equal(tempfile_persist(file, in(work, "a"), TEMPFILE_DURABLE), 0);
	check_holds(in(work, "a"), "whole");
	put(file, " again");
	check_equal(tempfile_flush(file), 0);
	check_holds(in(work, "a"), "whole again");
	check_equal(tempfile_close(file), 0);
	check_alone(in(work, "a"), work);
}

/*
 * Names that are not what they seem
 */

static void a_symbolic_link_is_replaced_itself(void)
{
	struct tempfile *file = tempfile_open(TEMPFILE_OPTIONS(.dir = work));

	make_old(in(work, "aim"), 0644);
	check_equal(symlink("aim", in(work, "link")), 0);
	put(file, "new");
	check_refused(
		tempfile_persist(file, in(work, "link"), TEMPFILE_NOREPLACE),
		EEXIST, "link");
	check_equal(tempfile_persist(file, in(work, "link"), 0), 0);
	check_equal(tempfile_close(file), 0);
	check_holds(in(work, "link"), "new");
	check_holds(in(work, "aim"), "old");
}

/* Between two names of one file, rename succeeds and does nothing. */
static void another_name_of_the_same_file(void)
{
	struct tempfile *file =
		tempfile_open_named(TEMPFILE_OPTIONS(.dir = work));

	put(file, "text");
	check_equal(link(tempfile_name(file), in(work, "a")), 0);
	check_equal(tempfile_persist(file, in(work, "a"), 0), 0);
	check_equal(tempfile_close(file), 0);
	check_holds(in(work, "a"), "text");
	check_alone(in(work, "a"), work);
}

/* That the names are equal does not make it the same place. */
static void the_same_name_of_the_same_file_elsewhere(void)
{
	struct tempfile *file =
		tempfile_open_named(TEMPFILE_OPTIONS(.dir = work));
	char *path = strdup(tempfile_name(file));
	const char *there;

	make_directory("other", 0700);
	there = in(in(work, "other"), strrchr(path, separator) + 1);
	put(file, "text");
	check_equal(link(path, there), 0);
	check_equal(tempfile_persist(file, there, 0), 0);
	check_equal(tempfile_close(file), 0);
	check_holds(there, "text");
	check(!exists(path));
	free(path);
}

static void its_own_name(void)
{
	struct tempfile *file =
		tempfile_open_named(TEMPFILE_OPTIONS(.dir = work));
	char *path = strdup(tempfile_name(file));

	put(file, "text");
	check_equal(tempfile_persist(file, path, 0), 0);
	check_holds(path, "text");
	check_equal(tempfile_close(file), 0);
	check_holds(path, "text");
	check_alone(path, work);
	free(path);
}

static void its_own_name_by_another_path(void)
{
	struct tempfile *file =
		tempfile_open_named(TEMPFILE_OPTIONS(.dir = work));
	char *path = strdup(tempfile_name(file));

	put(file, "text");
	check_equal(symlink(".", in(work, "here")), 0);
	check_equal(
		tempfile_persist(
			file, in(in(work, "here"), strrchr(path, '/') + 1), 0),
		0);
	check_equal(tempfile_close(file), 0);
	check_holds(path, "text");
	free(path);
}

/* The path counts as it is when the file is published. */
static void where_the_path_leads_by_now(void)
{
	const char *place = in(work, "place");
	const char *path = in(place, "file");
	struct tempfile *file;

	make_directory(place, 0700);
	file = tempfile_open_named(TEMPFILE_OPTIONS(.beside = path));
	check(file != NULL);
	put(file, "text");
	check_equal(rename(place, in(work, "before")), 0);
	make_directory(place, 0700);
	check_equal(tempfile_persist(file, path, 0), 0);
	check_equal(tempfile_close(file), 0);
	check_holds(path, "text");
	check_equal(count_entries(in(work, "before")), 0);
}

static void persist_twice(const struct kind *kind, unsigned flags)
{
	struct tempfile *file = kind->open(in(work, "a"));

	put(file, "one");
	check_equal(tempfile_persist(file, in(work, "a"), flags), 0);
	put(file, ", two");
	check_equal(tempfile_persist(file, in(work, "a"), flags), 0);
	check_holds(in(work, "a"), "one, two");
	put(file, ", three");
	check_equal(tempfile_persist(file, in(work, "b"), flags), 0);
	put(file, "!");
	check_equal(tempfile_close(file), 0);
	check_holds(in(work, "b"), "one, two, three!");
	check_alone(in(work, "b"), work);
	check_equal(unlink(in(work, "b")), 0);
}

static void once_more_onto_the_same_and_on_to_another(void)
{
	FOR_EACH(i, kinds)
		FOR_EACH(j, flag_sets)
			persist_twice(&kinds[i], flag_sets[j]);
}

static void a_file_that_others_have_filled(void)
{
	struct tempfile *file = tempfile_open_named(NULL);
	int fd;

	check_equal(tempfile_close_fd(file), 0);
	fd = open(tempfile_name(file), O_WRONLY | O_CLOEXEC);
	check_equal(write(fd, "theirs", 6), 6);
	check_equal(close(fd), 0);
	check_equal(tempfile_persist(file, in(work, "a"), TEMPFILE_DURABLE), 0);
	check_equal(tempfile_close(file), 0);
	check_holds(in(work, "a"), "theirs");
}

static void not_what_somebody_put_there(void)
{
	struct tempfile *file =
		tempfile_open_named(TEMPFILE_OPTIONS(.dir = temporary));
	const char *name = tempfile_name(file);

	check_equal(tempfile_close_fd(file), 0);
	make_file(in(work, "theirs"));
	check_equal(rename(in(work, "theirs"), name), 0);
	check_refused(tempfile_persist(file, in(work, "a"), 0), ESTALE, "a'");
	check(!exists(in(work, "a")));
	check(exists(name));
	check_equal(unlink(name), 0);
	check_equal(tempfile_close(file), 0);
}

/*
 * Trees
 */

static struct tempdir *make_tree(const char *name)
{
	struct tempdir *dir = tempdir_open(NULL);

	check(dir != NULL);
	make_file(in(tempdir_name(dir), name));
	make_directory(in(tempdir_name(dir), "sub"), 0755);
	make_file(in(in(tempdir_name(dir), "sub"), name));
	return dir;
}

static void a_tree_into_an_empty_place(void)
{
	struct tempdir *dir = make_tree("new");

	make_directory(in(work, "a"), 0755);
	check_equal(tempdir_persist(dir, in(work, "a"), TEMPFILE_DURABLE), 0);
	check_string(tempdir_name(dir), in(work, "a"));
	check_equal(tempdir_close(dir), 0);
	check(exists(in(work, "a/sub/new")));
}

static void a_tree_never_over_another(void)
{
	static const unsigned flags[] = {0, TEMPFILE_NOREPLACE};
	static const int codes[] = {ENOTEMPTY, EEXIST};
	struct tempdir *dir = make_tree("new");

	make_directory(in(work, "a"), 0750);
	make_file(in(work, "a/old"));
	FOR_EACH(i, flags) {
		errno = 0;
		check_equal(tempdir_persist(dir, in(work, "a"), flags[i]), -1);
		check(errno == codes[i] || errno == EEXIST);
		check_equal(permissions_of(tempdir_name(dir)), 0700);
		check_equal(count_entries(in(work, "a")), 1);
	}
	check_equal(tempdir_persist(dir, in(work, "b"), TEMPFILE_NOREPLACE), 0);
	check_equal(tempdir_close(dir), 0);
	check(exists(in(work, "b/sub/new")));
	check(exists(in(work, "a/old")));
}

static void a_tree_stays_on_its_file_system(void)
{
	struct tempdir *dir = make_tree("new");

	mount_small(in(work, "place"), 1024);
	check_refused(tempdir_persist(dir, in(work, "place/a"), 0), EXDEV,
		      "open the directory beside it");
	check_equal(count_entries(in(work, "place")), 0);
	check(exists(in(tempdir_name(dir), "sub/new")));
	check_equal(tempdir_close(dir), 0);
}

static void an_exchange_removes_what_was_there(void)
{
	struct tempdir *dir = make_tree("new");
	char *name = strdup(tempdir_name(dir));

	make_directory(in(work, "a"), 0751);
	make_file(in(work, "a/old"));
	check_equal(tempdir_persist(dir, in(work, "a"), TEMPFILE_EXCHANGE), 0);
	check(exists(in(work, "a/sub/new")));
	check_equal(permissions_of(in(work, "a")), 0751);
	check_string(tempdir_name(dir), name);
	check(exists(in(name, "old")));
	check_equal(tempdir_close(dir), 0);
	check(!exists(name));
	check_equal(count_entries(work), 1);
	check_equal(count_entries(in(work, "a")), 2);
	free(name);
}

static void an_exchange_with_nothing(void)
{
	struct tempdir *dir = make_tree("new");

	check_refused(tempdir_persist(dir, in(work, "a"), TEMPFILE_EXCHANGE),
		      ENOENT, "a'");
	make_file(in(work, "a"));
	check_refused(tempdir_persist(dir, in(work, "a"), TEMPFILE_EXCHANGE),
		      ENOTDIR, "a'");
	check(exists(in(tempdir_name(dir), "sub/new")));
	check_equal(tempdir_close(dir), 0);
	check_equal(count_entries(work), 1);
}

/*
 * Somebody goes on exchanging the target with another tree, as long as the test
 * lives. Of the two, one is displaced; the other is not ours, and stays as it
 * is.
 */
static pid_t start_exchanging(const char *a, const char *b)
{
	pid_t test = getpid();
	pid_t child = fork();

	check(child >= 0);
	if (child > 0)
		return child;
	while (getppid() == test)
		(void)syscall(SYS_renameat2, AT_FDCWD, a, AT_FDCWD, b, 2);
	_exit(0);
}

static void stop(pid_t child)
{
	check_equal(kill(child, SIGKILL), 0);
	check_equal(waitpid(child, NULL, 0), child);
}

static void only_the_displaced_tree_goes(void)
{
	for (int i = 0; i < 300; i++) {
		struct tempdir *dir = make_tree("new");
		pid_t racer;
		int left;

		make_directory(in(work, "a"), 0755);
		make_file(in(work, "a/old"));
		make_directory(in(work, "b"), 0755);
		make_file(in(work, "b/old"));
		racer = start_exchanging(in(work, "a"), in(work, "b"));
		check_equal(
			tempdir_persist(dir, in(work, "a"), TEMPFILE_EXCHANGE),
			0);
		stop(racer);
		check_equal(tempdir_close(dir), 0);
		left = exists(in(work, "a/old")) + exists(in(work, "b/old"));
		check_equal(left, 1);
		left = exists(in(work, "a/new")) + exists(in(work, "b/new"));
		check_equal(left, 1);
		check_equal(tempfile_remove_tree(in(work, "a"), 0, NULL, NULL),
			    0);
		check_equal(tempfile_remove_tree(in(work, "b"), 0, NULL, NULL),
			    0);
	}
}

/*
 * Seen from outside
 */

#define BLOCK 20000

/* A file of one letter throughout, or it was torn. */
static bool is_whole(int fd)
{
	char found[BLOCK + 1];
	ssize_t length = read(fd, found, sizeof found);

	for (ssize_t i = 1; i < length; i++)
		if (found[i] != found[0])
			return false;
	return length == BLOCK;
}

static _Noreturn void keep_reading(const char *path, pid_t test)
{
	int fd;

	while (getppid() == test) {
		errno = 0;
		fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd < 0 || !is_whole(fd)) {
			(void)dprintf(STDERR_FILENO, "the reader %s: %s\n",
				      fd < 0 ? "cannot open" : "sees neither",
				      strerror(errno));
			_exit(1);
		}
		(void)close(fd);
	}
	_exit(0);
}

static void replace_with(const struct kind *kind, const char *path, char letter)
{
	char content[BLOCK];
	struct tempfile *file = kind->open(path);

	memset(content, letter, sizeof content);
	check_equal(tempfile_write(file, content, sizeof content), BLOCK);
	check_equal(tempfile_persist(file, path, 0), 0);
	check_equal(tempfile_close(file), 0);
}

static void a_reader_sees_the_old_or_the_new(void)
{
	const char *path = in(work, "a");
	pid_t test = getpid();
	pid_t reader;
	int status;

	replace_with(&kinds[0], path, 'z');
	reader = fork();
	check(reader >= 0);
	if (reader == 0)
		keep_reading(path, test);
	for (int i = 0; i < 1000; i++)
		replace_with(&kinds[(size_t)i % 8], path, (char)('a' + i % 26));
	check_equal(waitpid(reader, &status, WNOHANG), 0);
	stop(reader);
	check_alone(path, work);
}

/* Told by the exit status: 0 for the winner. */
static int compete(int start, const struct kind *kind)
{
	struct tempfile *file = kind->open(in(work, "a"));
	char byte;
	int result;

	put(file, "mine");
	if (read(start, &byte, 1) != 0)
		return 2;
	result = tempfile_persist(file, in(work, "a"), TEMPFILE_NOREPLACE);
	if (result < 0 && errno != EEXIST)
		return 3;
	if (result < 0)
		(void)tempfile_keep(file, false);
	return tempfile_close(file) < 0 ? 4 : result < 0;
}

static int count_winners(const struct kind *kind)
{
	pid_t children[8];
	int winners = 0;
	int gate[2];
	int status;

	check_equal(pipe2(gate, O_CLOEXEC), 0);
	FOR_EACH(i, children) {
		children[i] = fork();
		check(children[i] >= 0);
		if (children[i] == 0) {
			(void)close(gate[1]);
			exit(compete(gate[0], kind));
		}
	}
	(void)close(gate[0]);
	(void)close(gate[1]);
	FOR_EACH(i, children) {
		check_equal(waitpid(children[i], &status, 0), children[i]);
		check(WIFEXITED(status) && WEXITSTATUS(status) <= 1);
		winners += WEXITSTATUS(status) == 0;
	}
	return winners;
}

static void of_eight_one_wins(void)
{
	for (int round = 0; round < 10; round++)
		FOR_EACH(i, kinds) {
			check_equal(count_winners(&kinds[i]), 1);
			check_holds(in(work, "a"), "mine");
			check_alone(in(work, "a"), work);
			check_equal(unlink(in(work, "a")), 0);
		}
}

static const struct CMUnitTest tests[] = {
	TEST(on_the_same_file_system),
	TEST_SO(where_no_file_is_born_without_a_name, AS_NOBODY),
	TEST_SO(where_rename_takes_no_flags, AS_NOBODY),
	TEST(onto_another_file_system),
	TEST(onto_another_without_copy_file_range),
	TEST(onto_an_overlay),
	TEST(onto_fuse),
	TEST(a_new_file_has_what_the_umask_leaves),
	TEST(another_takes_over_what_was_there),
	TEST(private_stays_private),
	TEST(a_failure_gives_no_permissions_away),
	TEST(a_tree_gets_them_too),
	TEST(onto_a_directory),
	TEST(onto_nowhere),
	TEST(onto_what_is_there_already),
	TEST(onto_what_is_there_already_elsewhere),
	TEST(into_a_read_only_file_system),
	TEST_SO(without_permission, AS_NOBODY),
	TEST_SO(another_users_in_a_sticky_directory, LITTERING | FORGETTING),
	TEST(where_there_is_no_room),
	TEST(onto_a_directory_of_roots),
	TEST(a_link_that_was_lost_is_no_end),
	TEST(a_symbolic_link_is_replaced_itself),
	TEST(another_name_of_the_same_file),
	TEST(the_same_name_of_the_same_file_elsewhere),
	TEST(its_own_name),
	TEST(its_own_name_by_another_path),
	TEST(where_the_path_leads_by_now),
	TEST(once_more_onto_the_same_and_on_to_another),
	TEST(a_file_that_others_have_filled),
	TEST(not_what_somebody_put_there),
	TEST(a_tree_into_an_empty_place),
	TEST(a_tree_never_over_another),
	TEST(a_tree_stays_on_its_file_system),
	TEST(an_exchange_removes_what_was_there),
	TEST(an_exchange_with_nothing),
	TEST(only_the_displaced_tree_goes),
	TEST(a_reader_sees_the_old_or_the_new),
	TEST(of_eight_one_wins),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
