/* SPDX-License-Identifier: MIT */
/*
 * The frame of a test, on Windows: this program is run again, and before main
 * it does what the environment says, the test whose place in it is named there.
 */
#define WIN32_LEAN_AND_MEAN
#include <windows.h>

#include <dirent.h>

#include "posix.h"
#include "support.h"

#define TEST_FAILED 1
#define SKIPPED     77

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

/* Short, because the names of the tests' files are. */
static void make_scratch(void)
{
	char base[64] = "";
	DWORD length = GetTempPathA(sizeof base, base);

	if (length == 0 || length > 20)
		(void)snprintf(base, sizeof base, "C:\\");
	for (unsigned i = 0; i < 1000; i++) {
		(void)snprintf(scratch, sizeof scratch, "%stest-%lu-%u", base,
			       GetCurrentProcessId(), i);
		if (CreateDirectoryA(scratch, NULL))
			break;
	}
	(void)snprintf(temporary, sizeof temporary, "%s\\temporary", scratch);
	(void)snprintf(work, sizeof work, "%s\\work", scratch);
	must(CreateDirectoryA(temporary, NULL) && CreateDirectoryA(work, NULL),
	     work);
}

/* By the system's own means, not the library's. */
static void remove_all(const char *path)
{
	char command[128];

	(void)snprintf(command, sizeof command, "rmdir /s /q \"%s\"", path);
	(void)system(command);
}

/* What the test says to its frame: why it was skipped. */
static const char *reason_path(void)
{
	static char path[64];

	(void)snprintf(path, sizeof path, "%s\\reason", scratch);
	return path;
}

_Noreturn void skip_test(const char *reason)
{
	FILE *file = fopen(reason_path(), "wb");

	if (file) {
		(void)fputs(reason, file);
		(void)fclose(file);
	}
	_exit(SKIPPED);
}

static void read_reason(char *reason, size_t size)
{
	FILE *file = fopen(reason_path(), "rb");
	size_t length = file ? fread(reason, 1, size - 1, file) : 0;

	reason[length] = '\0';
	if (file)
		(void)fclose(file);
}

static int run_again(const char *arguments, const char *directory)
{
	STARTUPINFOA info = {.cb = sizeof info};
	PROCESS_INFORMATION process;
	char line[1024];
	DWORD status = TEST_FAILED;
	int length;

	length = snprintf(line, sizeof line, "\"%s\" %s", _pgmptr, arguments);
	must(length > 0 && (size_t)length < sizeof line, "command line");
	must(CreateProcessA(NULL, line, NULL, NULL, TRUE, 0, NULL, directory,
			    &info, &process),
	     "CreateProcess");
	(void)WaitForSingleObject(process.hProcess, INFINITE);
	(void)GetExitCodeProcess(process.hProcess, &status);
	(void)CloseHandle(process.hProcess);
	(void)CloseHandle(process.hThread);
	return (int)status;
}

/* Functions are as far from each other in the program that is run again. */
static int run_body(const struct test *test)
{
	char place[96];
	int status;

	(void)snprintf(
		place, sizeof place, "%lld %u %s",
		(long long)((intptr_t)test->body - (intptr_t)&run_isolated),
		test->how, scratch);
	must(setenv("TEST_BODY", place, 1) == 0, "setenv");
	status = run_again("", work);
	(void)unsetenv("TEST_BODY");
	return status;
}

static void prepare(void)
{
	static const char *const others[] = {"TEMP", "TMP", "TEMPFILE_KEEP",
					     "TEST_BODY"};

	FOR_EACH(i, others)
		(void)unsetenv(others[i]);
	must(setenv("TMPDIR", temporary, 1) == 0, "setenv");
	/* By chance, one run in many would find something else. */
	must(setenv("TEMPFILE_SWEEP", "never", 1) == 0, "setenv");
}

__attribute__((constructor)) static void begin(void)
{
	const char *place = getenv("TEST_BODY");
	long long distance;
	unsigned how;

	_fmode = _O_BINARY;
	if (!place)
		return;
	must(sscanf(place, "%lld %u %47s", &distance, &how, scratch) == 3,
	     "TEST_BODY");
	(void)snprintf(temporary, sizeof temporary, "%s\\temporary", scratch);
	(void)snprintf(work, sizeof work, "%s\\work", scratch);
	prepare();
	if (how & AS_NOBODY)
		skip_test("there is no nobody on Windows");
	((void (*)(void))((intptr_t)&run_isolated + (intptr_t)distance))();
	exit(0);
}

/*
 * Tests of what is otherwise on Windows, or in Wine. That this list is right
 * can be seen by emptying it.
 */

#define NO_RENAMING "what is open, or was opened inside, cannot be moved here"
#define NO_ROOT     "paths are written for POSIX"
#define NO_BITS     "directories made by mkdir are not private here"
#define IN_WINE     "a name goes only when the last handle is closed, in Wine"

static const struct {
	const char *name;
	const char *reason;
} unfit[] = {
	{"a_current_directory_that_is_gone", "it cannot be removed here"},
	{"a_directory_where_anybody_may_rename", NO_BITS},
	{"the_longest_name_is_fine", "the path is too long for this test"},
	{"an_anonymous_file_is_in_that_file_system", NO_ROOT},
	{"in_means_in_that_directory_wherever_it_is", NO_RENAMING},
	{"handles_inside_may_be_closed_before_or_after", IN_WINE},
	{"whatever_is_inside_can_be_leased", IN_WINE},
	{"and_when_main_returns", IN_WINE},
	{"a_detached_descriptor_is_yours", "handles are counted otherwise"},
	{"a_directory_moved_away_takes_the_name_along", NO_RENAMING},
	{"the_name_can_outlive_the_descriptor",
	 "handles are counted otherwise"},
	{"what_others_put_in_its_place_stays", NO_RENAMING},
	{"printf_tells_what_it_cannot_spell",
	 "vsnprintf of mingw-w64 leaves it out, and tells nobody"},
	{"by_default_it_reads_and_writes_bytes", "Wine reserves no space"},
	{"each_mode_allows_what_it_says", "Wine reserves no space"},
	{"onto_a_directory_of_roots", NO_ROOT},
	{"a_tree_into_an_empty_place", "trees cannot be synced here"},
	{"an_exchange_removes_what_was_there", "nothing is exchanged here"},
	{"not_what_somebody_put_there", NO_RENAMING},
	{"where_the_path_leads_by_now", NO_RENAMING},
	{"all_names_share_it", NO_ROOT},
	{"it_is_private_and_has_a_name_that_tells", NO_ROOT},
	{"the_lease_is_that_descriptor", "fstat knows no directories here"},
	{"unless_it_asks_for_one", NO_ROOT},
	{"when_it_is_taken_away_a_new_one_is_made", NO_RENAMING},
	{"whatever_stands_there_now_is_left_alone", IN_WINE},
	{"a_descriptor_needs_a_file", "memory has no FILE * here"},
	{"every_disguise", NO_BITS},
	{"every_disguise_assumed_dead", NO_BITS},
	{"every_disguise_only_looked_at", NO_BITS},
	{"it_stops_when_its_time_is_up", NO_BITS},
	{"names_that_almost_match", "case makes no difference here"},
	{"a_file_on_disk_is_not_in_memory", NO_ROOT},
	{"each_candidate_is_told_with_its_verdict", NO_ROOT},
	{"files_go_where_it_was_set", NO_ROOT},
	{"memory_and_space_are_told", NO_ROOT},
	{"the_result_is_absolute_and_tidy", NO_ROOT},
	{"variables_come_in_pythons_order", NO_ROOT},
	{"what_cannot_be_used_is_passed_over", NO_BITS},
};

static void skip_unfit(const struct test *test)
{
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
	remove_all(scratch);
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
	skip_test("there is no root on Windows");
}

void need_mounts(void)
{
	skip_test("nothing is mounted on Windows");
}

void wait_for(int child)
{
	(void)child;
	skip_test("there is no fork on Windows");
}

void in_child(void (*body)(void), enum ending ending)
{
	(void)body;
	(void)ending;
	skip_test("there is no fork on Windows");
}

int run_role(const char *role)
{
	char arguments[64];

	(void)snprintf(arguments, sizeof arguments, "%s", role);
	return run_again(arguments, NULL);
}

/*
 * Looking around
 */

unsigned count_entries(const char *path)
{
	DIR *stream = opendir(path);
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

unsigned count_entries_of(int fd)
{
	char path[512];
	HANDLE handle = tempfile_handle(fd);

	check(handle != NULL);
	check(GetFinalPathNameByHandleA(handle, path, sizeof path, 0) > 0);
	return count_entries(path);
}

unsigned count_descriptors(void)
{
	DWORD count = 0;

	check(GetProcessHandleCount(GetCurrentProcess(), &count));
	return count;
}

static BY_HANDLE_FILE_INFORMATION status_of(HANDLE handle)
{
	BY_HANDLE_FILE_INFORMATION status;

	check(GetFileInformationByHandle(handle, &status));
	return status;
}

static HANDLE open_to_look(const char *path)
{
	return CreateFileA(
		path, FILE_READ_ATTRIBUTES,
		FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL,
		OPEN_EXISTING,
		FILE_FLAG_BACKUP_SEMANTICS | FILE_FLAG_OPEN_REPARSE_POINT,
		NULL);
}

long long size_of(const char *path)
{
	HANDLE handle = open_to_look(path);
	BY_HANDLE_FILE_INFORMATION status;

	check(handle != INVALID_HANDLE_VALUE);
	status = status_of(handle);
	(void)CloseHandle(handle);
	return (long long)status.nFileSizeHigh << 32 | status.nFileSizeLow;
}

unsigned permissions_of(const char *path)
{
	(void)path;
	skip_test("there are access lists, not permissions, on Windows");
}

unsigned permissions_of_fd(int fd)
{
	(void)fd;
	skip_test("there are access lists, not permissions, on Windows");
}

bool exists(const char *path)
{
	HANDLE handle = open_to_look(path);

	if (handle == INVALID_HANDLE_VALUE)
		return false;
	(void)CloseHandle(handle);
	return true;
}

bool is_anonymous(int fd)
{
	(void)fd;
	skip_test("files have names as long as they are open on Windows");
}

const char separator = '\\';

bool is_absolute(const char *path)
{
	return path[0] && path[1] == ':' && path[2] == separator;
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
	skip_test("system calls cannot be filtered on Windows");
}

void deny_call(long number, int code)
{
	(void)number;
	(void)code;
	skip_test("system calls cannot be filtered on Windows");
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
	skip_test("there is no limit of a file's size on Windows");
}

void lift_file_size(void)
{
}
