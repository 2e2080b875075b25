/* SPDX-License-Identifier: MIT */
/*
 * The frame of a test, in WebAssembly: there are no processes, but what runs
 * this program (cross/wasi.py) runs it again when asked to, in the same world;
 * and before main it does what the environment says, the test whose function
 * is named there.
 */
#include <dirent.h>
#include <ftw.h>

#include "posix.h"
#include "support.h"

#define TEST_FAILED 1
#define SKIPPED     77

/* Lines: the arguments; the environment, as NAME=VALUE. The exit status. */
__attribute__((import_module("test"), import_name("run_again"))) int
run_again(const char *arguments, const char *environment);

char temporary[64];
char work[64];
static char scratch[48];
bool forgetting;

static void must(bool done, const char *what)
{
	if (done)
		return;
	perror(what);
	_exit(TEST_FAILED);
}

static void name_directories(void)
{
	(void)snprintf(temporary, sizeof temporary, "%s/temporary", scratch);
	(void)snprintf(work, sizeof work, "%s/work", scratch);
}

static void make_scratch(void)
{
	static unsigned number;

	(void)snprintf(scratch, sizeof scratch, "/tmp/test-%u", number++);
	must(mkdir(scratch, 0755) == 0, scratch);
	name_directories();
	must(mkdir(temporary, 0755) == 0 && mkdir(work, 0755) == 0, work);
}

static int remove_entry(const char *path, const struct stat *status, int type,
			struct FTW *place)
{
	(void)status;
	(void)type;
	(void)place;
	(void)remove(path);
	return 0;
}

/* What the test says to its frame: why it was skipped. */
static const char *reason_path(void)
{
	static char path[64];

	(void)snprintf(path, sizeof path, "%s/reason", scratch);
	return path;
}

_Noreturn void skip_test(const char *reason)
{
	FILE *file;

	if (!*scratch) { /* not in run_isolated */
		print_message("skipped: %s\n", reason);
		skip();
	}
	file = fopen(reason_path(), "w");
	if (file) {
		(void)fputs(reason, file);
		(void)fclose(file);
	}
	_exit(SKIPPED);
}

static void read_reason(char *reason, size_t size)
{
	FILE *file = fopen(reason_path(), "r");
	size_t length = file ? fread(reason, 1, size - 1, file) : 0;

	reason[length] = '\0';
	if (file)
		(void)fclose(file);
}

/* Functions have numbers, the same in each run of a program. */
static int run_body(const struct test *test)
{
	char environment[128];

	(void)snprintf(environment, sizeof environment, "TEST_BODY=%zu %u %s",
		       (size_t)test->body, test->how, scratch);
	return run_again("test", environment);
}

__attribute__((constructor)) static void begin(void)
{
	const char *place = getenv("TEST_BODY");
	size_t body;
	unsigned how;

	if (!place)
		return;
	must(sscanf(place, "%zu %u %47s", &body, &how, scratch) == 3,
	     "TEST_BODY");
	name_directories();
	(void)unsetenv("TEST_BODY");
	must(setenv("TMPDIR", temporary, 1) == 0, "setenv");
	/* By chance, one run in many would find something else. */
	must(setenv("TEMPFILE_SWEEP", "never", 1) == 0, "setenv");
	must(chdir(work) == 0, work);
	((void (*)(void))body)();
	exit(0);
}

/*
 * Tests of what is otherwise in WASI, or under wasmtime. That this list is
 * right can be seen with TEST_UNFIT_TOO in the environment.
 */

#define NO_PERMISSIONS "there is no permission in WASI"
#define NO_ANONYMOUS   "what is to have no name begins in a session"
#define NO_REOPENING   "no descriptor is opened again"
#define NO_STICKY      "what is leased cannot be kept"
#define NO_SPACE       "space cannot be claimed"
#define NO_SYNC        "a directory cannot be synced"
#define NO_LOCKS       "nobody can tell who holds a lock"

static const struct {
	const char *name;
	const char *reason;
} unfit[] = {
	{"a_directory_that_nobody_may_write_in", NO_PERMISSIONS},
	{"a_directory_where_anybody_may_rename", NO_PERMISSIONS},
	{"what_cannot_be_written_is_passed_over", NO_PERMISSIONS},
	{"onto_a_directory_of_roots", NO_PERMISSIONS},
	{"a_current_directory_that_is_gone",
	 "the current directory is only a path"},
	{"an_anonymous_file_is_in_that_file_system", "there is no /dev/shm"},
	{"unleased_means_directly_in_the_temporary_directory", NO_ANONYMOUS},
	{"the_file_without_a_name_has_none", NO_ANONYMOUS},
	{"what_has_no_name_needs_none", NO_ANONYMOUS},
	{"every_descriptor_is_closed_on_exec", NO_REOPENING},
	{"another_descriptor_is_the_same_file", NO_REOPENING},
	{"a_descriptor_may_have_many_digits", NO_REOPENING},
	{"its_offset_is_its_own_and_what_was_written_is_there", NO_REOPENING},
	{"a_descriptor_needs_a_file", NO_REOPENING},
	{"one_not_kept_after_all_goes", NO_STICKY},
	{"kept_by_second_thought", NO_STICKY},
	{"not_kept_after_all", NO_STICKY},
	{"onto_a_directory", NO_STICKY},
	{"onto_nowhere", NO_STICKY},
	{"nothing_kept_after_all_makes_it_an_ordinary_one", NO_STICKY},
	{"each_mode_allows_what_it_says", NO_SPACE},
	{"by_default_it_reads_and_writes_bytes", NO_SPACE},
	{"whatever_is_called_it_is_as_in_the_model", NO_REOPENING},
	{"a_link_that_was_lost_is_no_end", NO_SYNC},
	{"once_more_onto_the_same_and_on_to_another", NO_SYNC},
	{"a_file_that_others_have_filled", NO_SYNC},
	{"a_tree_into_an_empty_place", NO_SYNC},
	{"an_exchange_removes_what_was_there", "nothing is exchanged"},
	{"the_lease_is_that_descriptor", NO_LOCKS},
	{"every_disguise", NO_LOCKS},
	{"every_disguise_only_looked_at", NO_LOCKS},
	{"every_disguise_assumed_dead", NO_LOCKS},
	{"nobody_has_to_listen", NO_LOCKS},
	{"it_stops_when_its_time_is_up", NO_LOCKS},
	{"all_threads_get_the_same_pointer", "there is one thread"},
};

static void skip_unfit(const struct test *test)
{
	if (getenv("TEST_UNFIT_TOO"))
		return;
	FOR_EACH(i, unfit)
		if (strcmp(test->name, unfit[i].name) == 0) {
			print_message("skipped: %s\n", unfit[i].reason);
			skip();
		}
}

void run_isolated(void **state)
{
	const struct test *test = *state;
	char reason[256];
	bool littered;
	int status;

	skip_unfit(test);
	make_scratch();
	status = run_body(test);
	littered = count_entries(temporary) > 0 && !(test->how & LITTERING);
	if (littered && status == 0)
		tell_entries(temporary);
	read_reason(reason, sizeof reason);
	(void)nftw(scratch, remove_entry, 16, FTW_PHYS | FTW_DEPTH);
	if (status == SKIPPED) {
		print_message("skipped: %s\n", reason);
		skip();
	}
	assert_int_equal(status, 0);
	assert_false(littered);
}

bool is_root(void)
{
	return false;
}

void need_root(void)
{
	skip_test("there is no root in WASI");
}

void need_mounts(void)
{
	skip_test("there is no mount in WASI");
}

void wait_for(int child)
{
	(void)child;
	skip_test("there is no fork in WASI");
}

void in_child(void (*body)(void), enum ending ending)
{
	(void)body;
	(void)ending;
	skip_test("there is no fork in WASI");
}

/* With an environment of its own, as the role finds everything by its name. */
int run_role(const char *role)
{
	char arguments[64];
	char environment[256];
	const char *sweep = getenv("TEMPFILE_SWEEP");

	(void)snprintf(arguments, sizeof arguments, "role\n%s", role);
	(void)snprintf(environment, sizeof environment,
		       "TMPDIR=%s\nPWD=%s\nTEMPFILE_SWEEP=%s", temporary, work,
		       sweep ? sweep : "");
	return run_again(arguments, environment);
}

/*
 * Looking around
 */

static unsigned count_and_close(DIR *stream)
{
	const struct dirent *entry;
	unsigned count = 0;

	check(stream != NULL);
	while ((entry = readdir(stream)))
		if (strcmp(entry->d_name, ".") != 0 &&
		    strcmp(entry->d_name, "..") != 0)
			count++;
	(void)closedir(stream);
	return count;
}

unsigned count_entries(const char *path)
{
	return count_and_close(opendir(path));
}

unsigned count_entries_of(int fd)
{
	return count_and_close(
		fdopendir(openat(fd, ".", O_RDONLY | O_DIRECTORY)));
}

unsigned count_descriptors(void)
{
	struct stat status;
	unsigned count = 0;

	for (int fd = 0; fd < 4096; fd++)
		count += fstat(fd, &status) == 0;
	return count;
}

static struct stat status_of(const char *path)
{
	struct stat status;

	check_equal(lstat(path, &status), 0);
	return status;
}

long long size_of(const char *path)
{
	return status_of(path).st_size;
}

unsigned permissions_of(const char *path)
{
	(void)path;
	skip_test("there is no permission in WASI");
}

unsigned permissions_of_fd(int fd)
{
	(void)fd;
	skip_test("there is no permission in WASI");
}

bool exists(const char *path)
{
	struct stat status;

	return lstat(path, &status) == 0;
}

bool is_anonymous(int fd)
{
	struct stat status;

	check_equal(fstat(fd, &status), 0);
	return status.st_nlink == 0;
}

const char separator = '/';

bool is_absolute(const char *path)
{
	return path[0] == '/';
}

void make_directory(const char *path, unsigned permissions)
{
	check_equal(mkdir(path, permissions), 0);
}

/*
 * Trouble
 */

void deny_open(unsigned flags, int code)
{
	(void)flags;
	(void)code;
	skip_test("there is no filter of system calls in WASI");
}

void deny_call(long number, int code)
{
	(void)number;
	deny_open(0, code);
}

void mount_small(const char *path, unsigned kibibytes)
{
	(void)path;
	(void)kibibytes;
	need_mounts();
}

int fill_disk(const char *path)
{
	(void)path;
	need_mounts();
	return -1;
}

void limit_file_size(long long bytes)
{
	(void)bytes;
	skip_test("there is no limit of a file's size in WASI");
}

void lift_file_size(void)
{
}

/*
 * What posix.h promises
 */

/* The way from name's directory to the root, and on from there. */
int posix_symlink(const char *target, const char *name)
{
	char path[512] = "";
	size_t length;

	if (target[0] == '/') {
		if (name[0] == '/')
			(void)snprintf(path, sizeof path, "%s", name);
		else
			(void)snprintf(path, sizeof path, "%s/%s", work, name);
		length = 0;
		for (const char *at = path + 1; *at; at++)
			length += *at == '/';
		path[0] = '\0';
		for (size_t i = 0; i < length; i++)
			(void)strcat(path, "../");
		(void)strncat(path, target + 1, sizeof path - 1 - 3 * length);
	}
	return (symlink)(*path ? path : target, name);
}
