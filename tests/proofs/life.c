/* SPDX-License-Identifier: MIT */
/*
 * One life of a temporary thing, from its creation to its end, for others to
 * cut short.
 *
 *	life CYCLE DIRECTORY
 *
 * TMPDIR is where it is born; what is published becomes DIRECTORY/target, and
 * its content is SIZE times the letter n. Files of a tree are like that, too.
 * Names of cycles that end in "~" are lived without O_TMPFILE.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "life.h"
#include "tempfile.h"

static char content[LIFE_SIZE];
static char target[256];

static void must(bool done)
{
	if (done)
		return;
	fprintf(stderr, "life: %s (errno: %s)\n", tempfile_errmsg(),
		strerror(errno));
	exit(1);
}

static void fill(struct tempfile *file)
{
	must(file != NULL);
	must(tempfile_write(file, content, sizeof content) == LIFE_SIZE);
}

static void fill_tree(struct tempdir *dir)
{
	static const char *const names[] = {"a", "b", "sub/a", "sub/sub/b"};
	int fd;

	must(dir != NULL);
	must(mkdirat(tempdir_fd(dir), "sub", 0755) == 0);
	must(mkdirat(tempdir_fd(dir), "sub/sub", 0700) == 0);
	for (size_t i = 0; i < 4; i++) {
		fd = openat(tempdir_fd(dir), names[i],
			    O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0644);
		must(fd >= 0 &&
		     write(fd, content, sizeof content) == LIFE_SIZE &&
		     close(fd) == 0);
	}
}

/*
 * What is born
 */

static struct tempfile *anonymous(void)
{
	return tempfile_open(NULL);
}

static struct tempfile *beside(void)
{
	return tempfile_open(TEMPFILE_OPTIONS(.beside = target));
}

static struct tempfile *named(void)
{
	return tempfile_open_named(NULL);
}

static struct tempfile *named_beside(void)
{
	return tempfile_open_named(
		TEMPFILE_OPTIONS(.beside = target, .flags = TEMPFILE_LEASED));
}

static struct tempfile *in_memory(void)
{
	return tempfile_open_spooled(NULL);
}

static struct tempfile *rolled(void)
{
	return tempfile_open_spooled(TEMPFILE_OPTIONS(.max_size = 100));
}

/*
 * How it ends
 */

static void close_it(struct tempfile *(*open)(void), unsigned flags)
{
	struct tempfile *file = open();

	(void)flags;
	fill(file);
	must(tempfile_close(file) == 0);
}

/* For those who watch: from now on it must survive a power cut. */
static void tell_durable(void)
{
	(void)syscall(LIFE_DURABLE_MARKER, 0);
}

static void persist_it(struct tempfile *(*open)(void), unsigned flags)
{
	struct tempfile *file = open();

	fill(file);
	must(tempfile_persist(file, target, flags) == 0);
	if (flags & TEMPFILE_DURABLE)
		tell_durable();
	must(tempfile_close(file) == 0);
}

static void persist_tree(struct tempfile *(*open)(void), unsigned flags)
{
	struct tempdir *dir = tempdir_open(
		TEMPFILE_OPTIONS(.beside = target, .flags = TEMPFILE_LEASED));

	(void)open;
	fill_tree(dir);
	must(tempdir_persist(dir, target, flags) == 0);
	if (flags & TEMPFILE_DURABLE)
		tell_durable();
	must(tempdir_close(dir) == 0);
}

static void close_tree(struct tempfile *(*open)(void), unsigned flags)
{
	struct tempdir *dir = tempdir_open(NULL);

	(void)open;
	(void)flags;
	fill_tree(dir);
	must(tempdir_close(dir) == 0);
}

/* All of them, one in the other, and closed by nobody. */
static void leave_it_to_exit(struct tempfile *(*open)(void), unsigned flags)
{
	struct tempdir *dir = tempdir_open(NULL);

	(void)open;
	(void)flags;
	fill_tree(dir);
	must(tempfile_open_named(TEMPFILE_OPTIONS(.in = dir)) != NULL);
	fill(named());
	fill(named_beside());
	fill(anonymous());
}

static void get_directory(struct tempfile *(*open)(void), unsigned flags)
{
	(void)open;
	(void)flags;
	must(tempfile_gettempdir() != NULL);
}

#define NEW     TEMPFILE_NOREPLACE
#define DURABLE TEMPFILE_DURABLE
#define SWAP    TEMPFILE_EXCHANGE

static const struct cycle {
	const char *name;
	void (*live)(struct tempfile *(*open)(void), unsigned flags);
	struct tempfile *(*open)(void);
	unsigned flags;
} cycles[] = {
	{"gettempdir", get_directory, NULL, 0},
	{"anonymous", close_it, anonymous, 0},
	{"beside", close_it, beside, 0},
	{"named", close_it, named, 0},
	{"rolled", close_it, rolled, 0},
	{"tree", close_tree, NULL, 0},
	{"exit", leave_it_to_exit, NULL, 0},
	{"replace-anonymous", persist_it, anonymous, 0},
	{"replace-beside", persist_it, beside, 0},
	{"replace-named", persist_it, named, 0},
	{"replace-named-beside", persist_it, named_beside, 0},
	{"replace-memory", persist_it, in_memory, 0},
	{"replace-rolled", persist_it, rolled, 0},
	{"durable-anonymous", persist_it, anonymous, DURABLE},
	{"durable-beside", persist_it, beside, DURABLE},
	{"durable-named", persist_it, named, DURABLE},
	{"durable-named-beside", persist_it, named_beside, DURABLE},
	{"durable-memory", persist_it, in_memory, DURABLE},
	{"new-anonymous", persist_it, anonymous, NEW},
	{"new-beside", persist_it, beside, NEW | DURABLE},
	{"new-named", persist_it, named, NEW},
	{"new-named-beside", persist_it, named_beside, NEW},
	{"new-memory", persist_it, in_memory, NEW},
	{"tree-plain", persist_tree, NULL, DURABLE},
	{"tree-new", persist_tree, NULL, NEW},
	{"tree-exchange", persist_tree, NULL, SWAP},
	{"tree-exchange-durable", persist_tree, NULL, SWAP | DURABLE},
};

static void do_without_anonymous_files(void)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat, 0, 4),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, args[2])),
		BPF_STMT(BPF_ALU | BPF_AND | BPF_K, O_TMPFILE),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, O_TMPFILE, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EOPNOTSUPP),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = {sizeof code / sizeof *code, code};

	must(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
	     prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0);
}

static int list(void)
{
	for (size_t i = 0; i < sizeof cycles / sizeof *cycles; i++)
		puts(cycles[i].name);
	return 0;
}

int main(int argc, char **argv)
{
	size_t length;

	if (argc == 1)
		return list();
	length = strcspn(argv[1], "~");
	memset(content, LIFE_NEW, sizeof content);
	snprintf(target, sizeof target, "%s/target", argv[2]);
	if (argv[1][length] == '~')
		do_without_anonymous_files();
	/* From here on it counts. */
	(void)syscall(LIFE_MARKER);
	for (size_t i = 0; i < sizeof cycles / sizeof *cycles; i++)
		if (strlen(cycles[i].name) == length &&
		    memcmp(cycles[i].name, argv[1], length) == 0) {
			cycles[i].live(cycles[i].open, cycles[i].flags);
			return 0;
		}
	fprintf(stderr, "life: no cycle '%s'\n", argv[1]);
	return 2;
}
