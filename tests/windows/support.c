/* SPDX-License-Identifier: MIT */
/* The frame of a test on Windows, and looking around there. */
#define WIN32_LEAN_AND_MEAN
#include <windows.h>

#include "posix.h"
#include "support_frame.h"

/* Before support_rerun.c begins. */
__attribute__((constructor(101))) static void translate_nothing(void)
{
	_fmode = _O_BINARY;
}

/* Short, because the names of the tests' files are. */
void make_scratch(void)
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
}

/* By the system's own means, not the library's. */
void remove_scratch(void)
{
	char command[128];

	(void)snprintf(command, sizeof command, "rmdir /s /q \"%s\"", scratch);
	(void)system(command);
}

void become_nobody(void)
{
	skip_test("there is no nobody on Windows");
}

static int run_again(const char *arguments)
{
	STARTUPINFOA info = {.cb = sizeof info};
	PROCESS_INFORMATION process;
	char line[1024];
	DWORD status = TEST_FAILED;
	int length;

	length = snprintf(line, sizeof line, "\"%s\" %s", _pgmptr, arguments);
	must(length > 0 && (size_t)length < sizeof line, "command line");
	must(CreateProcessA(NULL, line, NULL, NULL, TRUE, 0, NULL, NULL, &info,
			    &process),
	     "CreateProcess");
	(void)WaitForSingleObject(process.hProcess, INFINITE);
	(void)GetExitCodeProcess(process.hProcess, &status);
	(void)CloseHandle(process.hProcess);
	(void)CloseHandle(process.hThread);
	return (int)status;
}

int run_again_with(const char *test_body)
{
	int status;

	must(setenv("TEST_BODY", test_body, 1) == 0, "setenv");
	status = run_again("");
	(void)unsetenv("TEST_BODY");
	return status;
}

int run_role(const char *role)
{
	return run_again(role);
}

/*
 * Looking around
 */

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

/*
 * Tests of what is otherwise on Windows, or in Wine
 */

#define NO_RENAMING "what is open, or was opened inside, cannot be moved here"
#define NO_ROOT     "paths are written for POSIX"
#define NO_BITS     "directories made by mkdir are not private here"
#define IN_WINE     "a name goes only when the last handle is closed, in Wine"

const struct unfit unfit[] = {
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
	{NULL, NULL},
};
