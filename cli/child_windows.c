/* SPDX-License-Identifier: MIT */
/*
 * A child in the foreground. It gets the standard streams and the lease, and no
 * other handle; the keys of the console are its, which has received them by
 * itself; and it ends with this process, if something ends that from outside.
 */
#include <windows.h>

#include <errno.h>
#include <io.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "child.h"
#include "cli.h"
#include "wide.h"

/* As env(1) has them. */
#define STATUS_CANNOT_RUN 126
#define STATUS_NOT_FOUND  127

/* The standard streams and the lease. */
#define INHERITED_MOST 4

static HANDLE child_process;
static DWORD exit_status; /* of the child that ended last */

static BOOL WINAPI leave_to_child(DWORD event)
{
	return event == CTRL_C_EVENT || event == CTRL_BREAK_EVENT;
}

void hold_signals(void)
{
	SetConsoleCtrlHandler(leave_to_child, TRUE);
}

/*
 * The command line, as programs take it apart: what has a space or nothing in
 * it between quotes, backslashes twice before a quote.
 */

struct line {
	WCHAR *text;
	size_t length;
	size_t capacity;
	bool failed;
};

static void put(struct line *line, WCHAR unit, size_t times)
{
	size_t need = line->length + times + 1;
	WCHAR *larger;

	if (need > line->capacity) {
		larger = realloc(line->text, 2 * need * sizeof *larger);
		if (!larger) {
			line->failed = true;
			return;
		}
		line->text = larger;
		line->capacity = 2 * need;
	}
	while (times-- > 0)
		line->text[line->length++] = unit;
	line->text[line->length] = L'\0';
}

static void put_argument(struct line *line, const WCHAR *argument)
{
	bool quoted = !*argument || wcspbrk(argument, L" \t\n\v\"");
	size_t backslashes = 0;

	if (line->length)
		put(line, L' ', 1);
	if (quoted)
		put(line, L'"', 1);
	for (; *argument; argument++) {
		if (*argument == L'\\') {
			backslashes++;
			continue;
		}
		put(line, L'\\',
		    *argument == L'"' ? 2 * backslashes + 1 : backslashes);
		backslashes = 0;
		put(line, *argument, 1);
	}
	put(line, L'\\', quoted ? 2 * backslashes : backslashes);
	if (quoted)
		put(line, L'"', 1);
}

/* For free(); NULL and errno. */
static WCHAR *join(char **argv)
{
	struct line line = {0};
	WCHAR *wide;

	for (; *argv && !line.failed; argv++) {
		wide = to_wide(*argv);
		if (wide)
			put_argument(&line, wide);
		else
			line.failed = true;
		free(wide);
	}
	if (!line.failed)
		return line.text;
	free(line.text);
	return NULL;
}

/*
 * A batch file is run by another program with rules of its own for a line, by
 * which an argument could become a command.
 */
static bool is_batch_file(const char *name)
{
	size_t length = strlen(name);

	return length > 4 && (_stricmp(name + length - 4, ".bat") == 0 ||
			      _stricmp(name + length - 4, ".cmd") == 0);
}

static int point_to(const char *tmpdir)
{
	static const WCHAR *const names[] = {L"TMPDIR", L"TEMP", L"TMP"};
	WCHAR *wide = tmpdir ? to_wide(tmpdir) : NULL;
	size_t i;
	int result = tmpdir && !wide ? -1 : 0;

	for (i = 0; wide && i < sizeof names / sizeof *names; i++)
		if (!SetEnvironmentVariableW(names[i], wide))
			result = -1;
	free(wide);
	return result;
}

/*
 * What it inherits
 */

struct start {
	STARTUPINFOEXW info;
	HANDLE handles[INHERITED_MOST];
	size_t count;
};

static HANDLE inherit(struct start *start, HANDLE handle)
{
	size_t i;

	if (!handle || handle == INVALID_HANDLE_VALUE)
		return NULL;
	for (i = 0; i < start->count; i++)
		if (start->handles[i] == handle)
			return handle;
	if (SetHandleInformation(handle, HANDLE_FLAG_INHERIT,
				 HANDLE_FLAG_INHERIT))
		start->handles[start->count++] = handle;
	return handle;
}

static HANDLE stream_of(int fd, DWORD standard)
{
	return fd == -1 ? GetStdHandle(standard) : (HANDLE)tempfile_handle(fd);
}

static int choose_handles(struct start *start, const struct child *child,
			  int lease)
{
	STARTUPINFOW *info = &start->info.StartupInfo;
	SIZE_T size = 0;

	info->dwFlags = STARTF_USESTDHANDLES;
	info->hStdInput =
		inherit(start, stream_of(child->input, STD_INPUT_HANDLE));
	info->hStdOutput =
		inherit(start, stream_of(child->output, STD_OUTPUT_HANDLE));
	info->hStdError = inherit(start, GetStdHandle(STD_ERROR_HANDLE));
	if (lease != -1)
		inherit(start, tempfile_handle(lease));
	InitializeProcThreadAttributeList(NULL, 1, 0, &size);
	start->info.lpAttributeList = malloc(size);
	if (!start->info.lpAttributeList ||
	    !InitializeProcThreadAttributeList(start->info.lpAttributeList, 1,
					       0, &size) ||
	    !UpdateProcThreadAttribute(
		    start->info.lpAttributeList, 0,
		    PROC_THREAD_ATTRIBUTE_HANDLE_LIST, start->handles,
		    start->count * sizeof *start->handles, NULL, NULL))
		return -1;
	return 0;
}

/*
 * Its life
 */

/* What is in it ends when the last handle is closed, however that comes. */
static HANDLE make_job(void)
{
	JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits = {
		.BasicLimitInformation.LimitFlags =
			JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE};
	HANDLE job = CreateJobObjectW(NULL, NULL);

	if (job)
		SetInformationJobObject(job, JobObjectExtendedLimitInformation,
					&limits, sizeof limits);
	return job;
}

/* Those that it has left running may go on. */
static void release_job(HANDLE job)
{
	JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits = {0};

	SetInformationJobObject(job, JobObjectExtendedLimitInformation, &limits,
				sizeof limits);
	CloseHandle(job);
}

static int fail_to_run(const struct child *child, DWORD error)
{
	bool missing =
		error == ERROR_FILE_NOT_FOUND || error == ERROR_PATH_NOT_FOUND;

	exit_status = missing ? STATUS_NOT_FOUND : STATUS_CANNOT_RUN;
	fail("cannot run '%s': %s", child->argv[0],
	     missing ? strerror(ENOENT)
		     : "it is no program that can be run like this");
	return 1;
}

static DWORD create(const struct child *child, WCHAR *line, WCHAR *cwd,
		    struct start *start, PROCESS_INFORMATION *made)
{
	start->info.StartupInfo.cb = sizeof start->info;
	if (is_batch_file(child->argv[0]))
		return ERROR_BAD_EXE_FORMAT;
	return CreateProcessW(NULL, line, NULL, NULL, TRUE,
			      CREATE_SUSPENDED | EXTENDED_STARTUPINFO_PRESENT,
			      NULL, cwd, &start->info.StartupInfo, made)
		       ? ERROR_SUCCESS
		       : GetLastError();
}

bool child_has_ended(void)
{
	return WaitForSingleObject(child_process, 0) != WAIT_TIMEOUT;
}

/* 0 if it exited with that, else 1. */
static int await(const PROCESS_INFORMATION *made, void (*meanwhile)(void))
{
	HANDLE job = make_job();

	if (job)
		AssignProcessToJobObject(job, made->hProcess);
	child_process = made->hProcess;
	ResumeThread(made->hThread);
	CloseHandle(made->hThread);
	if (meanwhile)
		meanwhile();
	WaitForSingleObject(made->hProcess, INFINITE);
	GetExitCodeProcess(made->hProcess, &exit_status);
	CloseHandle(made->hProcess);
	if (job)
		release_job(job);
	return exit_status != 0;
}

int run_child(const struct child *child)
{
	int lease = child->tmpdir ? tempfile_lease_fd() : -1;
	PROCESS_INFORMATION made;
	struct start start = {0};
	WCHAR *line = join(child->argv);
	WCHAR *cwd = child->cwd ? to_wide(child->cwd) : NULL;
	DWORD error;
	int status = -1;

	fflush(NULL);
	if (!line || (child->cwd && !cwd) || point_to(child->tmpdir) ||
	    choose_handles(&start, child, lease)) {
		fail("out of memory");
	} else {
		error = create(child, line, cwd, &start, &made);
		status = error ? fail_to_run(child, error)
			       : await(&made, child->meanwhile);
	}
	free(start.info.lpAttributeList);
	free(cwd);
	free(line);
	return status;
}

bool child_succeeded(int status)
{
	return status == 0;
}

int pass_on(int status)
{
	return status ? (int)exit_status : 0;
}

void die_if_signalled(void)
{
}
