/* SPDX-License-Identifier: MIT */
/* What the subcommands ask of the system, as Windows has it. */
#include <windows.h>

#include <aclapi.h>
#include <errno.h>
#include <fcntl.h>
#include <io.h>
#include <stdlib.h>
#include <string.h>
#include <tempfile.h>

#include <shellapi.h>

#include "system.h"
#include "wide.h"

WCHAR *to_wide(const char *text)
{
	int units = MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, text, -1,
					NULL, 0);
	WCHAR *wide = units ? malloc((size_t)units * sizeof *wide) : NULL;

	errno = units ? ENOMEM : EILSEQ;
	if (wide)
		(void)MultiByteToWideChar(CP_UTF8, 0, text, -1, wide, units);
	return wide;
}

char *to_utf8(const WCHAR *wide)
{
	int size =
		WideCharToMultiByte(CP_UTF8, 0, wide, -1, NULL, 0, NULL, NULL);
	char *text = size ? malloc((size_t)size) : NULL;

	if (text)
		(void)WideCharToMultiByte(CP_UTF8, 0, wide, -1, text, size,
					  NULL, NULL);
	return text;
}

static UINT code_page; /* of the console, before */

static void restore_console(void)
{
	(void)SetConsoleOutputCP(code_page);
}

static void read_arguments(int *argc, char ***argv)
{
	int count;
	WCHAR **wide = CommandLineToArgvW(GetCommandLineW(), &count);
	char **arguments =
		wide ? calloc((size_t)count + 1, sizeof *arguments) : NULL;

	for (int i = 0; arguments && i < count; i++) {
		arguments[i] = to_utf8(wide[i]);
		if (!arguments[i])
			return;
	}
	if (!arguments)
		return;
	*argc = count;
	*argv = arguments;
	(void)LocalFree(wide);
}

void begin_process(int *argc, char ***argv)
{
	for (int fd = 0; fd <= 2; fd++)
		(void)_setmode(fd, _O_BINARY);
	code_page = GetConsoleOutputCP();
	if (code_page && SetConsoleOutputCP(CP_UTF8))
		(void)atexit(restore_console);
	read_arguments(argc, argv);
}

void ignore_broken_pipes(void)
{
}

/* INVALID_FILE_ATTRIBUTES: nothing is there. */
static DWORD attributes_of(const char *path)
{
	WCHAR *wide = to_wide(path);
	DWORD attributes =
		wide ? GetFileAttributesW(wide) : INVALID_FILE_ATTRIBUTES;

	free(wide);
	return attributes;
}

enum path_kind kind_of_path(const char *path, bool follow)
{
	DWORD attributes = attributes_of(path);

	if (attributes == INVALID_FILE_ATTRIBUTES) {
		errno = GetLastError() == ERROR_ACCESS_DENIED ? EACCES : ENOENT;
		return NOTHING;
	}
	if (attributes & FILE_ATTRIBUTE_DEVICE)
		return OTHER;
	if ((attributes & FILE_ATTRIBUTE_REPARSE_POINT) && !follow)
		return OTHER;
	return attributes & FILE_ATTRIBUTE_DIRECTORY ? DIRECTORY : REGULAR;
}

bool is_separator(char c)
{
	return c == '/' || c == '\\';
}

bool is_root_directory(const char *path)
{
	WCHAR *wide = to_wide(path);
	WCHAR full[8];
	DWORD units = wide ? GetFullPathNameW(wide, 8, full, NULL) : 0;

	free(wide);
	return units == 3 && full[1] == L':';
}

const char *owner_name(const char *path)
{
	static char *name;
	WCHAR *wide = to_wide(path);
	WCHAR account[256], domain[256];
	DWORD size = 256, domain_size = 256;
	PSECURITY_DESCRIPTOR descriptor = NULL;
	SID_NAME_USE use;
	PSID owner;

	free(name);
	name = NULL;
	if (wide &&
	    GetNamedSecurityInfoW(wide, SE_FILE_OBJECT,
				  OWNER_SECURITY_INFORMATION, &owner, NULL,
				  NULL, NULL, &descriptor) == ERROR_SUCCESS &&
	    LookupAccountSidW(NULL, owner, account, &size, domain, &domain_size,
			      &use))
		name = to_utf8(account);
	(void)LocalFree(descriptor);
	free(wide);
	return name;
}

int open_to_write(const char *path)
{
	WCHAR *wide = to_wide(path);
	int fd = wide ? _wopen(wide, _O_WRONLY | _O_BINARY | _O_NOINHERIT) : -1;

	free(wide);
	return fd;
}

typedef BOOLEAN WINAPI rtl_random(void *bytes, ULONG n);

/* Every Windows has it, though it is in no import library. */
int draw_bytes(void *bytes, size_t n)
{
	rtl_random *generate = (rtl_random *)(void (*)(void))GetProcAddress(
		LoadLibraryW(L"advapi32.dll"), "SystemFunction036");

	if (generate && generate(bytes, (ULONG)n))
		return 0;
	errno = EIO;
	return -1;
}

const char *get_variable(const char *name)
{
	WCHAR *wide = to_wide(name);
	const WCHAR *value = wide ? _wgetenv(wide) : NULL;

	free(wide);
	/* Asked a few times in a process's life. */
	return value && *value ? to_utf8(value) : NULL;
}

const char *fallback_directory(void)
{
	const char *directory = tempfile_gettempdir();

	return directory ? directory : ".";
}

int terminal_width(void)
{
	CONSOLE_SCREEN_BUFFER_INFO info;

	return GetConsoleScreenBufferInfo(GetStdHandle(STD_ERROR_HANDLE), &info)
		       ? info.dwSize.X
		       : 0;
}
