/* SPDX-License-Identifier: MIT */
/*
 * What ends a process from outside: the keys of its console, which the C
 * runtime makes signals of, and the end of the console, of the session, of the
 * machine. All are told in threads made for it, so nothing is ever interrupted.
 */
#include "os_windows.h"

#include <signal.h>
#include <stdlib.h>

/* How the system ends what does not care about Ctrl-C. */
#define ENDED_BY_CONSOLE 0xC000013Au /* STATUS_CONTROL_C_EXIT */

static void (*on_signal)(int signal);

/* The window was closed, or worse: there is no signal of that name here. */
static BOOL WINAPI on_end(DWORD event)
{
	if (event == CTRL_CLOSE_EVENT || event == CTRL_LOGOFF_EVENT ||
	    event == CTRL_SHUTDOWN_EVENT)
		on_signal(SIGTERM);
	return FALSE;
}

/* Only what nobody else has asked for. */
static int catch (int number, void (*call)(int signal))
{
	void (*before)(int) = signal(number, call);

	if (before == SIG_ERR)
		return -1;
	if (before != SIG_DFL)
		(void)signal(number, before);
	return 0;
}

/* A handler must not outlive its code. */
static void stay_in_memory(void)
{
	HMODULE module;

	(void)GetModuleHandleExW(GET_MODULE_HANDLE_EX_FLAG_PIN |
					 GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS,
				 (const WCHAR *)(const void *)&on_signal,
				 &module);
}

int tempfile__os_catch_signals(void (*call)(int signal))
{
	static const int deadly[] = {SIGINT, SIGTERM, SIGBREAK};
	bool first = !on_signal;

	on_signal = call;
	stay_in_memory();
	for (size_t i = 0; i < sizeof deadly / sizeof *deadly; i++)
		if (catch (deadly[i], call) < 0)
			return -1;
	if (first && !SetConsoleCtrlHandler(on_end, TRUE))
		return tempfile__nt_fail_by(GetLastError());
	return 0;
}

void tempfile__os_hold_signals(struct os_signals *signals)
{
	signals->held = false;
}

void tempfile__os_release_signals(const struct os_signals *signals)
{
	(void)signals;
}

void tempfile__os_die_by(int number)
{
	/* As the runtime ends what raises it. */
	UINT status = number == SIGTERM ? 3 : ENDED_BY_CONSOLE;

	(void)TerminateProcess(GetCurrentProcess(), status);
	_Exit((int)status);
}
