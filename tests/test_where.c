/* SPDX-License-Identifier: MIT */
/* Which directory: the candidates, their order, their proof, the memory. */
#include "support.h"

#include <fcntl.h>
#include <grp.h>
#include <pthread.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* A directory in `work`, as the value of a variable. */
static char *use(const char *variable, const char *name)
{
	char *path = in(work, name);

	make_directory(path, 0700);
	check_equal(setenv(variable, path, 1), 0);
	return path;
}

static void expect(const char *path)
{
	check_equal(tempfile_settempdir(NULL), 0);
	check_string(tempfile_gettempdir(), path);
}

static void variables_come_in_pythons_order(void)
{
	char *first = use("TMPDIR", "first");
	char *second = use("TEMP", "second");
	char *third = use("TMP", "third");

	expect(first);
	check_equal(unsetenv("TMPDIR"), 0);
	expect(second);
	check_equal(unsetenv("TEMP"), 0);
	expect(third);
	check_equal(unsetenv("TMP"), 0);
	expect("/tmp");
}

static void an_empty_variable_counts_as_unset(void)
{
	char *path = use("TMP", "third");

	check_equal(setenv("TMPDIR", "", 1), 0);
	check_equal(setenv("TEMP", "", 1), 0);
	expect(path);
}

static void what_cannot_be_used_is_passed_over(void)
{
	char *good = use("TMP", "good");

	check_equal(setenv("TMPDIR", in(work, "missing"), 1), 0);
	check_equal(setenv("TEMP", in(work, "file"), 1), 0);
	make_file(in(work, "file"));
	expect(good);
	check_equal(chmod(use("TEMP", "unsafe"), 0777), 0);
	expect(good);
}

static void what_cannot_be_written_is_passed_over(void)
{
	char *good = use("TEMP", "good");

	make_directory(in(work, "locked"), 0500);
	check_equal(setenv("TMPDIR", in(work, "locked"), 1), 0);
	expect(good);
}

static void the_result_is_absolute_and_tidy(void)
{
	make_directory(in(work, "here"), 0700);
	check_equal(setenv("TMPDIR", ".//here/./", 1), 0);
	expect(in(work, "here"));
	check_equal(setenv("TMPDIR", "..", 1), 0);
	check_equal(tempfile_settempdir(NULL), 0);
	check(strncmp(tempfile_gettempdir(), work, strlen(work)) == 0);
}

static void the_first_answer_stays(void)
{
	const char *first = tempfile_gettempdir();

	check_string(first, temporary);
	(void)use("TMPDIR", "other");
	check(tempfile_gettempdir() == first);
	check_equal(chdir("/"), 0);
	check(tempfile_gettempdir() == first);
}

static void *ask(void *unused)
{
	(void)unused;
	return (void *)(uintptr_t)tempfile_gettempdir();
}

static void all_threads_get_the_same_pointer(void)
{
	pthread_t threads[8];
	void *answer;

	for (int i = 0; i < 8; i++)
		check_equal(pthread_create(&threads[i], NULL, ask, NULL), 0);
	for (int i = 0; i < 8; i++) {
		check_equal(pthread_join(threads[i], &answer), 0);
		check(answer == (const void *)tempfile_gettempdir());
	}
	check_string(tempfile_gettempdir(), temporary);
}

static void it_can_be_set(void)
{
	const char *before = tempfile_gettempdir();

	make_directory(in(work, "mine"), 0700);
	check_equal(tempfile_settempdir("mine"), 0);
	check_string(tempfile_gettempdir(), in(work, "mine"));
	check_refused(tempfile_settempdir("missing"), ENOENT, "missing");
	check_string(tempfile_gettempdir(), in(work, "mine"));
	check_equal(tempfile_settempdir(NULL), 0);
	check(tempfile_gettempdir() == before);
}

static void files_go_where_it_was_set(void)
{
	struct tempfile *file;

	make_directory(in(work, "mine"), 0700);
	check_equal(tempfile_settempdir("mine"), 0);
	file = tempfile_open_named(NULL);
	check(file != NULL);
	check(strncmp(tempfile_name(file), in(work, "mine/"),
		      strlen(in(work, "mine/"))) == 0);
	check_equal(tempfile_close(file), 0);
}

/* With no disk that takes a byte, the message tells of every candidate. */
static void the_error_names_them_all_and_why_not(void)
{
	make_file(in(work, "file"));
	check_equal(setenv("TMPDIR", in(work, "missing"), 1), 0);
	check_equal(setenv("TEMP", in(work, "file"), 1), 0);
	make_directory(in(work, "unsafe"), 0777);
	check_equal(setenv("TMP", in(work, "unsafe"), 1), 0);
	deny_call(SYS_pwrite64, ENOSPC);
	check_null(tempfile_gettempdir(), ENOENT, "TMPDIR");
	check_error(ENOENT, "missing' (No such file or directory)");
	check_error(ENOENT, "file' (Not a directory)");
	check_error(ENOENT, "unsafe' (anybody may rename");
	check_error(ENOENT, "'/tmp' (No space left on device)");
	check_error(ENOENT, "'/var/tmp' (");
	check_error(ENOENT, "'/usr/tmp' (");
	check_error(ENOENT, "current");
	check_null(tempfile_open(NULL), ENOENT, "/var/tmp");
	check_null(tempfile_open_named(NULL), ENOENT, "/var/tmp");
	check_null(tempdir_open(NULL), ENOENT, "/var/tmp");
}

static void even_a_long_variable_hides_no_candidate(void)
{
	char value[4000];

	memset(value, 'x', sizeof value - 1);
	value[sizeof value - 1] = '\0';
	value[0] = '/';
	check_equal(setenv("TMPDIR", value, 1), 0);
	deny_call(SYS_pwrite64, ENOSPC);
	check_null(tempfile_gettempdir(), ENOENT, "TMPDIR");
	check_error(ENOENT, "'/var/tmp' (");
	check_error(ENOENT, "current");
}

/* Where there is nothing else; the system's are out of reach under a mount. */
static void the_current_directory_is_the_last_resort(void)
{
	need_mounts();
	if (mount("tmpfs", "/mnt", "tmpfs", 0, "mode=700") < 0 ||
	    mount("tmpfs", "/var/tmp", "tmpfs", MS_RDONLY, NULL) < 0 ||
	    mount("tmpfs", "/tmp", "tmpfs", MS_RDONLY, NULL) < 0)
		skip_test("mounting is not allowed here");
	check_equal(chdir("/mnt"), 0);
	check_equal(unsetenv("TMPDIR"), 0);
	check_string(tempfile_gettempdir(), "/mnt");
}

/* No name is made to prove a directory: what is killed leaves nothing. */
static void the_proof_needs_no_name(void)
{
	deny_call(SYS_mkdirat, EPERM);
	deny_open(O_CREAT, EPERM);
	check_string(tempfile_gettempdir(), temporary);
}

static void nor_does_it_leave_one_where_it_does(void)
{
	deny_open(O_TMPFILE, EOPNOTSUPP);
	check_string(tempfile_gettempdir(), temporary);
}

static void a_file_on_disk_is_not_in_memory(void)
{
	struct tempfile *file;

	if (access("/dev/shm", W_OK) < 0)
		skip_test("there is no /dev/shm");
	check_equal(setenv("TMPDIR", "/dev/shm", 1), 0);
	check_equal(setenv("TEMP", work, 1), 0);
	check_string(tempfile_gettempdir(), "/dev/shm");
	file = tempfile_open_named(TEMPFILE_OPTIONS(.flags = TEMPFILE_ON_DISK));
	check(file != NULL);
	check(strncmp(tempfile_name(file), "/dev/shm", 8) != 0);
	check_equal(tempfile_close(file), 0);
}

/*
 * All candidates
 */

static char told[4096];

static int note(const struct tempfile_candidate *candidate, void *stop_at)
{
	size_t length = strlen(told);

	check(candidate->path && candidate->path[0] == '/');
	check((candidate->error == 0) == (candidate->reason == NULL));
	check(candidate->filesystem != NULL);
	(void)snprintf(told + length, sizeof told - length, "%s=%s%s%s\n",
		       candidate->source, candidate->path,
		       candidate->properties & TEMPFILE_CHOSEN ? "*" : "",
		       candidate->reason ? "!" : "");
	return stop_at && strcmp(candidate->source, stop_at) == 0 ? 5 : 0;
}

static void each_candidate_is_told_with_its_verdict(void)
{
	char expected[512];
	char missing[] = "TMP";

	check_equal(setenv("TEMP", "missing", 1), 0);
	check_equal(setenv("TMP", work, 1), 0);
	check_equal(tempfile_each_candidate(note, missing), 5);
	(void)snprintf(expected, sizeof expected,
		       "TMPDIR=%s*\nTEMP=%s/missing!\nTMP=%s\n", temporary,
		       work, work);
	check_string(told, expected);
	told[0] = '\0';
	check_equal(tempfile_each_candidate(note, NULL), 0);
	check(strstr(told, "system=/tmp\n") != NULL);
	check(strstr(told, "system=/usr/tmp") != NULL);
	check(strstr(told, "current=") != NULL);
}

static int note_first(const struct tempfile_candidate *candidate, void *first)
{
	*(struct tempfile_candidate *)first = *candidate;
	return 1;
}

static void memory_and_space_are_told(void)
{
	struct tempfile_candidate first;

	if (access("/dev/shm", W_OK) < 0)
		skip_test("there is no /dev/shm");
	check_equal(setenv("TMPDIR", "/dev/shm", 1), 0);
	check_equal(tempfile_each_candidate(note_first, &first), 1);
	check_string(first.filesystem, "tmpfs");
	check(first.space > 0);
	check_equal(first.properties, TEMPFILE_CHOSEN | TEMPFILE_MEMORY_BACKED |
					      TEMPFILE_ANONYMOUS |
					      TEMPFILE_LEASES);
}

/*
 * Programs with more rights than their user
 */

static void copy_self(const char *path, unsigned permissions)
{
	char buf[65536];
	ssize_t n;
	int from = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	int to = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0700);

	while ((n = read(from, buf, sizeof buf)) > 0)
		check_equal(write(to, buf, (size_t)n), n);
	check_equal(fchmod(to, permissions), 0);
	check_equal(close(from) + close(to), 0);
}

static int run_as_nobody(const char *program)
{
	pid_t child = fork();
	int status = -1;

	if (child == 0) {
		check_equal(setgroups(0, NULL), 0);
		check_equal(setgid(NOBODY) + setuid(NOBODY), 0);
		(void)execl(program, program, "where", (char *)NULL);
		_exit(127);
	}
	check_equal(waitpid(child, &status, 0), child);
	return WEXITSTATUS(status);
}

/* 0: TMPDIR was heeded; 1: it was not; 2: nor are we set-uid. */
static int play_where(void)
{
	const char *path = tempfile_gettempdir();

	if (path && strcmp(path, getenv("HERE")) == 0)
		return 0;
	return geteuid() == getuid() ? 2 : 1;
}

static void a_set_uid_program_ignores_the_variables(void)
{
	need_root();
#ifdef SANITIZED
	skip_test("sanitizers do not run set-uid");
#endif
	/* libc itself takes TMPDIR away, but not these. */
	check_equal(setenv("TEMP", temporary, 1), 0);
	check_equal(setenv("TMP", temporary, 1), 0);
	check_equal(setenv("HERE", temporary, 1), 0);
	check_equal(chmod(temporary, 01777), 0);
	copy_self("plain", 0755);
	copy_self("setuid", 04755);
	check_equal(run_as_nobody("./plain"), 0);
	check_equal(run_as_nobody("./setuid"), 1);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		TEST(variables_come_in_pythons_order),
		TEST(an_empty_variable_counts_as_unset),
		TEST(what_cannot_be_used_is_passed_over),
		TEST_SO(what_cannot_be_written_is_passed_over, AS_NOBODY),
		TEST(the_result_is_absolute_and_tidy),
		TEST(the_first_answer_stays),
		TEST(all_threads_get_the_same_pointer),
		TEST(it_can_be_set),
		TEST(files_go_where_it_was_set),
		TEST(the_error_names_them_all_and_why_not),
		TEST(even_a_long_variable_hides_no_candidate),
		TEST(the_current_directory_is_the_last_resort),
		TEST(the_proof_needs_no_name),
		TEST(nor_does_it_leave_one_where_it_does),
		TEST(a_file_on_disk_is_not_in_memory),
		TEST(each_candidate_is_told_with_its_verdict),
		TEST(memory_and_space_are_told),
		TEST(a_set_uid_program_ignores_the_variables),
	};

	if (argc > 1 && strcmp(argv[1], "where") == 0)
		return play_where();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
