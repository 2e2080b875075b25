/* SPDX-License-Identifier: MIT */
/*
 * The process: random bytes, the environment, the clock, its end. There is no
 * fork, so nothing has to be guarded against one.
 */
#include "os_windows.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

nt_function *tempfile__nt_find(const WCHAR *library, const char *name)
{
	HMODULE module =
		LoadLibraryExW(library, NULL, LOAD_LIBRARY_SEARCH_SYSTEM32);

	/* Never freed: what is found stays in use. */
	return module ? (nt_function *)GetProcAddress(module, name) : NULL;
}

/*
 * Random bytes
 */

typedef BOOL WINAPI process_prng(unsigned char *bytes, size_t n);
typedef LONG WINAPI crypt_random(void *algorithm, unsigned char *bytes, ULONG n,
				 ULONG flags);
typedef BOOLEAN WINAPI rtl_random(void *bytes, ULONG n);

#define PREFERRED_SOURCE 2u /* BCRYPT_USE_SYSTEM_PREFERRED_RNG */

static struct {
	INIT_ONCE once;
	process_prng *process;
	crypt_random *crypt;
	rtl_random *rtl;
} sources = {.once = INIT_ONCE_STATIC_INIT};

/* From new to old; each system has one of them. */
static BOOL CALLBACK find_source(PINIT_ONCE once, void *arg, void **context)
{
	(void)once, (void)arg, (void)context;
	sources.process = (process_prng *)tempfile__nt_find(
		L"bcryptprimitives.dll", "ProcessPrng");
	if (!sources.process)
		sources.crypt = (crypt_random *)tempfile__nt_find(
			L"bcrypt.dll", "BCryptGenRandom");
	if (!sources.process && !sources.crypt)
		sources.rtl = (rtl_random *)tempfile__nt_find(
			L"advapi32.dll", "SystemFunction036");
	return TRUE;
}

int tempfile__os_random(void *bytes, size_t n)
{
	bool done = false;

	(void)InitOnceExecuteOnce(&sources.once, find_source, NULL, NULL);
	if (sources.process)
		done = sources.process(bytes, n);
	else if (sources.crypt)
		done = sources.crypt(NULL, bytes, (ULONG)n, PREFERRED_SOURCE) >=
		       0;
	else if (sources.rtl)
		done = sources.rtl(bytes, (ULONG)n);
	return done ? 0 : tempfile__nt_fail_with(EIO);
}

/*
 * Strings that live for ever, each once: what the environment said, however
 * often it is asked.
 */

struct text {
	struct text *next;
	char text[];
};

static struct text *texts;
static SRWLOCK texts_lock = SRWLOCK_INIT;

/* text is consumed; NULL stays NULL. */
static const char *keep(char *text)
{
	size_t size = text ? strlen(text) + 1 : 0;
	struct text *kept;

	if (!text)
		return NULL;
	AcquireSRWLockExclusive(&texts_lock);
	kept = texts;
	while (kept && strcmp(kept->text, text) != 0)
		kept = kept->next;
	if (!kept) {
		kept = malloc(sizeof *kept + size);
		if (kept) {
			memcpy(kept->text, text, size);
			kept->next = texts;
			texts = kept;
		}
	}
	ReleaseSRWLockExclusive(&texts_lock);
	free(text);
	return kept ? kept->text : NULL;
}

/* For free(); NULL if unset or empty. */
static char *get_variable(const WCHAR *name)
{
	DWORD size = GetEnvironmentVariableW(name, NULL, 0);
	WCHAR *value = size > 1 ? malloc(size * sizeof *value) : NULL;
	DWORD units = value ? GetEnvironmentVariableW(name, value, size) : 0;
	char *text = units > 0 && units < size ? tempfile__nt_utf8(value, units)
					       : NULL;

	free(value);
	return text;
}

const char *tempfile__os_environment(const char *name)
{
	int code = errno;
	WCHAR *wide = tempfile__nt_wide(name);
	const char *value = wide ? keep(get_variable(wide)) : NULL;

	free(wide);
	errno = code;
	return value;
}

/*
 * Where temporary files go: first what the system says, which for services of
 * the system itself is a directory of their own; then as Python has them.
 */

typedef DWORD WINAPI get_temp_path(DWORD size, WCHAR *path);

/* For free(); NULL. Where there is no such function it would only say again
 * what the environment says. */
static char *get_system_path(void)
{
	get_temp_path *get = (get_temp_path *)tempfile__nt_find(
		L"kernel32.dll", "GetTempPath2W");
	WCHAR path[MAX_PATH + 2];
	DWORD units = get ? get(MAX_PATH + 2, path) : 0;

	return units > 0 && units < MAX_PATH + 2
		       ? tempfile__nt_utf8(path, units)
		       : NULL;
}

/* The value of a variable, and what follows it; for free(), NULL. */
static char *get_below(const WCHAR *variable, const char *rest)
{
	char *root = get_variable(variable);
	size_t length = root ? strlen(root) : 0;
	char *path = root ? realloc(root, length + strlen(rest) + 1) : NULL;

	if (path)
		memcpy(path + length, rest, strlen(rest) + 1);
	else
		free(root);
	return path;
}

static char *get_candidate(size_t number)
{
	switch (number) {
	case 0:
		return get_system_path();
	case 1:
		return get_below(L"USERPROFILE", "\\AppData\\Local\\Temp");
	default:
		return get_below(L"SYSTEMROOT", "\\Temp");
	}
}

const char *tempfile__os_candidate(size_t number)
{
	static const char *const others[] = {"c:\\temp", "c:\\tmp", "\\temp",
					     "\\tmp"};
	int code = errno;
	const char *path;

	/* Those that cannot be told are left out. */
	for (size_t i = 0; i < 3; i++) {
		path = keep(get_candidate(i));
		if (path && number-- == 0) {
			errno = code;
			return path;
		}
	}
	errno = code;
	return number < sizeof others / sizeof *others ? others[number] : NULL;
}

/*
 * Itself
 */

uint64_t tempfile__os_process_id(void)
{
	return GetCurrentProcessId();
}

char *tempfile__os_current_directory(void)
{
	DWORD size = GetCurrentDirectoryW(0, NULL);
	WCHAR *path = malloc(size * sizeof *path);
	DWORD units = path ? GetCurrentDirectoryW(size, path) : 0;
	char *text = NULL;

	if (!path)
		errno = ENOMEM;
	else if (units == 0 || units >= size)
		(void)tempfile__nt_fail_by(GetLastError());
	else
		text = tempfile__nt_utf8(path, units);
	free(path);
	return text;
}

void *tempfile__os_page_wiped_on_fork(void)
{
	return NULL;
}

int tempfile__os_after_fork(void (*call)(void))
{
	(void)call;
	return 0;
}

static SRWLOCK lock = SRWLOCK_INIT;

void tempfile__os_lock(void)
{
	AcquireSRWLockExclusive(&lock);
}

void tempfile__os_unlock(void)
{
	ReleaseSRWLockExclusive(&lock);
}

int64_t tempfile__os_milliseconds(void)
{
	return (int64_t)GetTickCount64();
}

int64_t tempfile__os_seconds(void)
{
	return (int64_t)time(NULL);
}

void tempfile__os_sleep(int milliseconds)
{
	Sleep((DWORD)milliseconds);
}
