/* SPDX-License-Identifier: MIT */
/*
 * What is so on Windows alone: how files are shared, who may open them, names
 * and paths as it has them, and the end of a process by TerminateProcess.
 */
#define WIN32_LEAN_AND_MEAN
#include <windows.h>

#include <aclapi.h>
#include <fcntl.h>
#include <io.h>
#include <string.h>
#include <winioctl.h>

#include "support.h"

#define SHARE_ALL (FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE)

static HANDLE open_sharing(const char *path, DWORD share)
{
	HANDLE handle = CreateFileA(path, GENERIC_READ, share, NULL,
				    OPEN_EXISTING, 0, NULL);

	check(handle != INVALID_HANDLE_VALUE);
	return handle;
}

/* Let go of it in a moment, while this thread is already waiting. */
static DWORD WINAPI close_soon(void *handle)
{
	Sleep(150);
	return CloseHandle(handle) ? 0 : 1;
}

static void let_go_soon(HANDLE handle)
{
	HANDLE thread = CreateThread(NULL, 0, close_soon, handle, 0, NULL);

	check(thread != NULL);
	check(CloseHandle(thread));
}

/*
 * Sharing
 */

static void others_can_open_a_named_file_by_its_name(void)
{
	struct tempfile *file = tempfile_open_named(NULL);
	char text[8] = "";
	FILE *other;

	check(file != NULL);
	check_equal(tempfile_write(file, "shared", 6), 6);
	check_equal(tempfile_flush(file), 0);
	/* As most programs do: they do not share it for removal. */
	other = fopen(tempfile_name(file), "rb");
	check(other != NULL);
	check_equal(fread(text, 1, 8, other), 6);
	check_string(text, "shared");
	check_equal(fclose(other), 0);
	check_equal(tempfile_close(file), 0);
}

static void what_others_hold_for_a_moment_is_waited_for(void)
{
	struct tempdir *dir = tempdir_open(NULL);
	char *path = tempdir_path(dir, "held");

	make_file(path);
	let_go_soon(open_sharing(path, FILE_SHARE_READ));
	check_equal(tempdir_close(dir), 0);
	check(!exists(path));
	tempfile_free(path);
}

static void but_not_for_ever(void)
{
	char *tree = in(work, "tree");
	ULONGLONG before;
	HANDLE held;

	make_directory(tree, 0700);
	make_file(in(tree, "held"));
	make_file(in(tree, "other"));
	held = open_sharing(in(tree, "held"), FILE_SHARE_READ);
	before = GetTickCount64();
	check_refused(tempfile_remove_tree(tree, 0, NULL, NULL), EBUSY, "held");
	check(GetTickCount64() - before < 10000);
	check(!exists(in(tree, "other")));
	check(CloseHandle(held));
	check_equal(tempfile_remove_tree(tree, 0, NULL, NULL), 0);
}

static void persist_text(const char *text, const char *path)
{
	struct tempfile *file = tempfile_open(TEMPFILE_OPTIONS(.beside = path));

	check(file != NULL);
	check_equal(tempfile_printf(file, "%s", text), (long long)strlen(text));
	check_equal(tempfile_persist(file, path, 0), 0);
	check_equal(tempfile_close(file), 0);
}

static void check_content(const char *path, const char *text)
{
	char found[16] = "";
	FILE *file = fopen(path, "rb");

	check(file != NULL);
	check(fread(found, 1, sizeof found - 1, file) > 0);
	check_equal(fclose(file), 0);
	check_string(found, text);
}

/* By the system's own call, for files that are open. */
static void need_replacing(const char *path)
{
	char *other = in(work, "other");

	make_file(other);
	if (!MoveFileExA(other, path, MOVEFILE_REPLACE_EXISTING))
		skip_test("this system replaces no file that is open");
}

static void who_reads_what_is_replaced_goes_on_reading(void)
{
	const char *path = in(work, "target");
	char text[8] = "";
	DWORD got = 0;
	HANDLE reader;

	persist_text("old", path);
	reader = open_sharing(path, SHARE_ALL);
	need_replacing(path);
	check(CloseHandle(reader));
	persist_text("old", path);
	reader = open_sharing(path, SHARE_ALL);
	persist_text("new", path);
	check_content(path, "new");
	check(ReadFile(reader, text, 7, &got, NULL));
	check_string(text, "old");
	check(CloseHandle(reader));
}

static void who_does_not_share_it_is_waited_for(void)
{
	const char *path = in(work, "target");

	persist_text("old", path);
	let_go_soon(open_sharing(path, FILE_SHARE_READ));
	persist_text("new", path);
	check_content(path, "new");
}

static void a_published_file_is_anybodys_while_it_is_open(void)
{
	const char *path = in(work, "target");
	struct tempfile *file = tempfile_open(TEMPFILE_OPTIONS(.beside = path));

	check(file != NULL);
	check_equal(tempfile_printf(file, "out"), 3);
	check_equal(tempfile_persist(file, path, 0), 0);
	check_content(path, "out");
	check_equal(tempfile_printf(file, "more"), 4);
	check_equal(tempfile_close(file), 0);
	check_content(path, "outmore");
	check_equal(count_entries(work), 1);
}

/*
 * Access
 */

static bool is_wine(void)
{
	return GetProcAddress(GetModuleHandleA("ntdll.dll"),
			      "wine_get_version") != NULL;
}

static void check_entry(const ACCESS_ALLOWED_ACE *entry)
{
	static const WELL_KNOWN_SID_TYPE others[] = {
		WinWorldSid,        WinAuthenticatedUserSid,
		WinBuiltinUsersSid, WinBuiltinGuestsSid,
		WinAnonymousSid,    WinInteractiveSid};
	PSID sid = (PSID)(uintptr_t)&entry->SidStart;

	check_equal(entry->Header.AceType, ACCESS_ALLOWED_ACE_TYPE);
	FOR_EACH(i, others)
		check(!IsWellKnownSid(sid, others[i]) || entry->Mask == 0);
}

static void check_private(const char *path)
{
	PSECURITY_DESCRIPTOR descriptor;
	SECURITY_DESCRIPTOR_CONTROL control;
	DWORD revision;
	PACL list;
	void *entry;

	check_equal(GetNamedSecurityInfoA(path, SE_FILE_OBJECT,
					  DACL_SECURITY_INFORMATION, NULL, NULL,
					  &list, NULL, &descriptor),
		    ERROR_SUCCESS);
	check(list != NULL);
	check(list->AceCount > 0);
	for (DWORD i = 0; i < list->AceCount; i++) {
		check(GetAce(list, i, &entry));
		check_entry(entry);
	}
	/* Wine remembers no more than three bits for each of three. */
	check(GetSecurityDescriptorControl(descriptor, &control, &revision));
	check(is_wine() || (control & SE_DACL_PROTECTED));
	(void)LocalFree(descriptor);
}

static void nobody_else_may_open_what_is_made(void)
{
	struct tempfile *named = tempfile_open_named(NULL);
	struct tempdir *dir = tempdir_open(NULL);
	char *path;
	int fd = tempfile_mkstemp(TEMPFILE_OPTIONS(.dir = work), &path);

	check(named && dir && fd >= 0);
	check_private(tempfile_name(named));
	check_private(tempdir_name(dir));
	check_private(path);
	tempfile_free(path);
	path = tempdir_path(dir, "inside");
	make_file(path);
	if (!is_wine())
		check_private(path);
	tempfile_free(path);
	check_equal(close(fd), 0);
	check_equal(tempdir_close(dir), 0);
	check_equal(tempfile_close(named), 0);
}

static void nothing_is_inherited_unless_it_is_asked_for(void)
{
	struct tempfile *file = tempfile_open_named(NULL);
	int fds[] = {tempfile_fileno(file), tempfile_reopen(file, O_RDONLY),
		     tempfile_lease_fd()};
	DWORD flags;

	FOR_EACH(i, fds) {
		check(fds[i] > 2);
		check(GetHandleInformation(tempfile_handle(fds[i]), &flags));
		check(!(flags & HANDLE_FLAG_INHERIT));
	}
	check_null(tempfile_handle(12345), EBADF, "handle");
	check_equal(close(fds[1]), 0);
	check_equal(tempfile_close(file), 0);
}

/* By an entry that denies the right to add to it. */
static void forbid_adding(const char *path)
{
	EXPLICIT_ACCESSA access = {
		.grfAccessPermissions = FILE_ADD_FILE | FILE_ADD_SUBDIRECTORY,
		.grfAccessMode = DENY_ACCESS};
	char everybody[] = "EVERYONE";
	char name[256];
	PACL list;

	BuildTrusteeWithNameA(&access.Trustee, everybody);
	(void)snprintf(name, sizeof name, "%s", path);
	if (SetEntriesInAclA(1, &access, NULL, &list) != ERROR_SUCCESS ||
	    SetNamedSecurityInfoA(name, SE_FILE_OBJECT,
				  DACL_SECURITY_INFORMATION, NULL, NULL, list,
				  NULL) != ERROR_SUCCESS)
		skip_test("access lists cannot be set here");
	(void)LocalFree(list);
}

static void where_nothing_may_be_made_it_fails_at_once(void)
{
	char *place = in(work, "closed");
	ULONGLONG before;
	HANDLE file;
	char *path;

	make_directory(place, 0700);
	forbid_adding(place);
	file = CreateFileA(in(place, "try"), GENERIC_WRITE, 0, NULL, CREATE_NEW,
			   0, NULL);
	if (file != INVALID_HANDLE_VALUE)
		skip_test("this system lets everybody make files everywhere");
	before = GetTickCount64();
	check_refused(tempfile_mkstemp(TEMPFILE_OPTIONS(.dir = place), &path),
		      EACCES, "closed");
	check(GetTickCount64() - before < 1000);
}

/*
 * Names
 */

static void names_are_utf_8(void)
{
	/* "ä日😀-" */
	struct tempfile *file = tempfile_open_named(TEMPFILE_OPTIONS(
			.dir = work,
			.prefix = "\xC3\xA4\xE6\x97\xA5\xF0\x9F\x98\x80-"));
	WCHAR pattern[80];
	WIN32_FIND_DATAW found;
	HANDLE search;

	check(file != NULL);
	check(MultiByteToWideChar(CP_ACP, 0, work, -1, pattern, 64) > 0);
	(void)wcscat(pattern, L"\\\x00E4\x65E5\xD83D\xDE00-*");
	search = FindFirstFileW(pattern, &found);
	check(search != INVALID_HANDLE_VALUE);
	check(FindClose(search));
	check(strstr(tempfile_name(file), "\xF0\x9F\x98\x80-") != NULL);
	check_equal(tempfile_close(file), 0);
	check_equal(count_entries(work), 0);
}

static void half_a_character_in_a_name_can_be_removed(void)
{
	struct tempdir *dir = tempdir_open(NULL);
	WCHAR path[128];
	HANDLE file;

	check(MultiByteToWideChar(CP_ACP, 0, tempdir_name(dir), -1, path, 100) >
	      0);
	(void)wcscat(path, L"\\x\xD800y");
	file = CreateFileW(path, GENERIC_WRITE, SHARE_ALL, NULL, CREATE_NEW, 0,
			   NULL);
	if (file == INVALID_HANDLE_VALUE)
		skip_test("this system has no such names");
	check(CloseHandle(file));
	check_equal(tempdir_close(dir), 0);
}

static void names_that_windows_could_not_open_are_refused(void)
{
	static const char *const suffixes[] = {".", " ", ":stream", "a?", "a*"};
	char *path;

	FOR_EACH(i, suffixes) {
		check_refused(tempfile_mkstemp(
				      TEMPFILE_OPTIONS(.dir = work,
						       .suffix = suffixes[i]),
				      &path),
			      EINVAL, "work");
	}
	check_equal(count_entries(work), 0);
}

static void a_path_may_be_longer_than_260(void)
{
	const char *prefix = "a-directory-with-a-rather-long-name-";
	char *top = tempfile_mkdtemp(TEMPFILE_OPTIONS(.dir = work));
	char *deep = top;
	struct tempfile *file;

	check(top != NULL);
	while (strlen(deep) < 600) {
		char *deeper = tempfile_mkdtemp(
			TEMPFILE_OPTIONS(.dir = deep, .prefix = prefix));

		check(deeper != NULL);
		if (deep != top)
			tempfile_free(deep);
		deep = deeper;
	}
	file = tempfile_open_named(TEMPFILE_OPTIONS(.dir = deep));
	check(file != NULL);
	check_equal(tempfile_printf(file, "deep"), 4);
	check_equal(tempfile_persist(file, in(deep, "kept"), 0), 0);
	check_equal(tempfile_close(file), 0);
	check_equal(tempfile_remove_tree(top, 0, NULL, NULL), 0);
	check_equal(count_entries(work), 0);
	tempfile_free(deep);
	tempfile_free(top);
}

/* A junction, which needs no rights. */
static void make_junction(const char *name, const char *target)
{
	struct {
		DWORD tag;
		WORD length, reserved;
		WORD target_offset, target_length, shown_offset, shown_length;
		WCHAR path[128];
	} data = {.tag = IO_REPARSE_TAG_MOUNT_POINT};
	char native[80];
	DWORD size;
	HANDLE handle;
	int units;

	make_directory(name, 0700);
	(void)snprintf(native, sizeof native, "\\??\\%s", target);
	units = MultiByteToWideChar(CP_ACP, 0, native, -1, data.path, 100) - 1;
	data.target_length = (WORD)(2 * units);
	data.shown_offset = (WORD)(2 * units + 2);
	data.length = (WORD)(8 + 2 * units + 4);
	handle = CreateFileA(
		name, GENERIC_WRITE, SHARE_ALL, NULL, OPEN_EXISTING,
		FILE_FLAG_BACKUP_SEMANTICS | FILE_FLAG_OPEN_REPARSE_POINT,
		NULL);
	check(handle != INVALID_HANDLE_VALUE);
	if (!DeviceIoControl(handle, FSCTL_SET_REPARSE_POINT, &data,
			     8u + data.length, NULL, 0, &size, NULL))
		skip_test("this system makes no junctions");
	check(CloseHandle(handle));
}

static void a_junction_goes_and_what_it_leads_to_stays(void)
{
	struct tempdir *dir = tempdir_open(NULL);
	char *outside = in(work, "outside");
	char *junction = tempdir_path(dir, "junction");

	make_directory(outside, 0700);
	make_file(in(outside, "precious"));
	make_junction(junction, outside);
	check(exists(in(junction, "precious")));
	check_equal(tempdir_close(dir), 0);
	check(!exists(junction));
	check(exists(in(outside, "precious")));
	tempfile_free(junction);
}

/*
 * The end of a process
 */

static PROCESS_INFORMATION start_role(const char *role, BOOL inherit)
{
	STARTUPINFOA info = {.cb = sizeof info};
	PROCESS_INFORMATION process;
	char line[512];

	(void)snprintf(line, sizeof line, "\"%s\" %s", _pgmptr, role);
	check(CreateProcessA(NULL, line, NULL, NULL, inherit, 0, NULL, NULL,
			     &info, &process));
	return process;
}

/* Until the role has made the file that says so. */
static void wait_until_ready(const char *ready)
{
	for (int i = 0; i < 600 && !exists(ready); i++)
		Sleep(50);
	check(exists(ready));
}

static void kill_process(PROCESS_INFORMATION *process)
{
	check(TerminateProcess(process->hProcess, 9));
	check_equal(WaitForSingleObject(process->hProcess, 10000),
		    WAIT_OBJECT_0);
	check(CloseHandle(process->hProcess));
	check(CloseHandle(process->hThread));
}

static int sweep_here(void)
{
	return tempfile_sweep(temporary, 0, NULL, NULL);
}

static void hold_names(void)
{
	check(tempfile_open_named(NULL) && tempdir_open(NULL));
	make_file("ready");
	Sleep(60000);
}

static void names_of_a_killed_process_are_swept_and_not_before(void)
{
	PROCESS_INFORMATION process = start_role("names", FALSE);

	wait_until_ready("ready");
	check_equal(count_entries(temporary), 1);
	check_equal(sweep_here(), 0);
	check_equal(count_entries(temporary), 1);
	kill_process(&process);
	check_equal(count_entries(temporary), 1);
	check_equal(sweep_here(), 1);
	check_equal(count_entries(temporary), 0);
}

static void hold_anonymous(void)
{
	struct tempfile *file = tempfile_open(NULL);

	check(file != NULL);
	check_equal(tempfile_printf(file, "secret"), 6);
	check_equal(tempfile_flush(file), 0);
	make_file("ready");
	Sleep(60000);
}

static void files_of_a_killed_process_are_gone_at_once(void)
{
	PROCESS_INFORMATION process = start_role("anonymous", FALSE);

	wait_until_ready("ready");
	kill_process(&process);
	/* The system may take a moment for it. */
	for (int i = 0; i < 100 && count_entries(temporary) > 0; i++)
		Sleep(20);
	check_equal(count_entries(temporary), 0);
}

/* Leave the lease to a child, and end as if killed. */
static void bequeath(void)
{
	HANDLE lease = tempfile_handle(tempfile_lease_fd());

	check(lease != NULL);
	check(tempfile_open_named(NULL) != NULL);
	check(SetHandleInformation(lease, HANDLE_FLAG_INHERIT,
				   HANDLE_FLAG_INHERIT));
	(void)start_role("heir", TRUE);
	wait_until_ready("ready");
	(void)TerminateProcess(GetCurrentProcess(), 0);
}

static void inherit(void)
{
	make_file("ready");
	for (int i = 0; i < 1500 && !exists("enough"); i++)
		Sleep(20);
}

static void an_heir_of_the_lease_keeps_the_names(void)
{
	PROCESS_INFORMATION process = start_role("bequeath", FALSE);

	check_equal(WaitForSingleObject(process.hProcess, 60000),
		    WAIT_OBJECT_0);
	check_equal(sweep_here(), 0);
	check_equal(count_entries(temporary), 1);
	make_file("enough");
	for (int i = 0; i < 500 && sweep_here() == 0; i++)
		Sleep(20);
	check_equal(count_entries(temporary), 0);
}

static int play(const char *role)
{
	static const struct {
		const char *name;
		void (*body)(void);
	} roles[] = {{"names", hold_names},
		     {"anonymous", hold_anonymous},
		     {"bequeath", bequeath},
		     {"heir", inherit}};

	FOR_EACH(i, roles)
		if (strcmp(role, roles[i].name) == 0)
			roles[i].body();
	return 0;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		TEST(others_can_open_a_named_file_by_its_name),
		TEST(what_others_hold_for_a_moment_is_waited_for),
		TEST(but_not_for_ever),
		TEST(who_reads_what_is_replaced_goes_on_reading),
		TEST(who_does_not_share_it_is_waited_for),
		TEST(a_published_file_is_anybodys_while_it_is_open),
		TEST(nobody_else_may_open_what_is_made),
		TEST(nothing_is_inherited_unless_it_is_asked_for),
		TEST(where_nothing_may_be_made_it_fails_at_once),
		TEST(names_are_utf_8),
		TEST(half_a_character_in_a_name_can_be_removed),
		TEST(names_that_windows_could_not_open_are_refused),
		TEST(a_path_may_be_longer_than_260),
		TEST(a_junction_goes_and_what_it_leads_to_stays),
		TEST(names_of_a_killed_process_are_swept_and_not_before),
		TEST(files_of_a_killed_process_are_gone_at_once),
		TEST(an_heir_of_the_lease_keeps_the_names),
	};

	if (argc == 2)
		return play(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
