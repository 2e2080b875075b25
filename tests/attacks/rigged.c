/* SPDX-License-Identifier: MIT */
#include "rigged.h"

#include <string.h>

#include "../support.h"
#include "os.h"
#include "random_name.h"

static bool is_rigged;
void (*before_creation)(int at, const char *name);
void (*after_creation)(int at, const char *name);
void (*before_leasing)(int at, const char *name);
void (*before_entering)(int at, const char *name);
void (*before_unlock)(int at, const char *name);
unsigned created;
unsigned removed;

void rig(void)
{
	is_rigged = true;
	created = 0;
	removed = 0;
}

const char *know_name(void)
{
	static char name[256];
	struct tempfile *file;

	rig();
	file = tempfile_open_named(TEMPFILE_OPTIONS(.dir = work));
	check(file != NULL);
	(void)snprintf(name, sizeof name, "%s",
		       strrchr(tempfile_name(file), '/') + 1);
	check_equal(tempfile_close(file), 0);
	rig();
	return name;
}

int __real_tempfile__name_draw(const struct name_pattern *pattern, char *place);
int __wrap_tempfile__name_draw(const struct name_pattern *pattern, char *place);
int __wrap_tempfile__name_draw(const struct name_pattern *pattern, char *place)
{
	int result = __real_tempfile__name_draw(pattern, place);

	if (is_rigged)
		memset(place + strlen(pattern->prefix), 'k',
		       pattern->random_chars);
	is_rigged = false;
	return result;
}

static void tell(void (*whom)(int at, const char *name), int at,
		 const char *name)
{
	if (whom)
		whom(at, name);
}

/* What was created last. */
static int created_at;
static char created_name[256];

static void note_creation(int at, const char *name)
{
	created++;
	created_at = at;
	(void)snprintf(created_name, sizeof created_name, "%s", name);
	tell(after_creation, at, name);
}

int __real_tempfile__os_create_file(int at, const char *name, unsigned mode);
int __wrap_tempfile__os_create_file(int at, const char *name, unsigned mode);
int __wrap_tempfile__os_create_file(int at, const char *name, unsigned mode)
{
	int result;

	tell(before_creation, at, name);
	result = __real_tempfile__os_create_file(at, name, mode);
	if (result >= 0)
		note_creation(at, name);
	return result;
}

int __real_tempfile__os_create_directory(int at, const char *name, unsigned m);
int __wrap_tempfile__os_create_directory(int at, const char *name, unsigned m);
int __wrap_tempfile__os_create_directory(int at, const char *name, unsigned m)
{
	int result;

	tell(before_creation, at, name);
	result = __real_tempfile__os_create_directory(at, name, m);
	if (result >= 0)
		note_creation(at, name);
	return result;
}

int __real_tempfile__os_remove_file(int at, const char *name);
int __wrap_tempfile__os_remove_file(int at, const char *name);
int __wrap_tempfile__os_remove_file(int at, const char *name)
{
	removed++;
	return __real_tempfile__os_remove_file(at, name);
}

int __real_tempfile__os_lock_shared(int fd);
int __wrap_tempfile__os_lock_shared(int fd);
int __wrap_tempfile__os_lock_shared(int fd)
{
	tell(before_leasing, created_at, created_name);
	return __real_tempfile__os_lock_shared(fd);
}

int __real_tempfile__os_open_subdirectory(int at, const char *name);
int __wrap_tempfile__os_open_subdirectory(int at, const char *name);
int __wrap_tempfile__os_open_subdirectory(int at, const char *name)
{
	tell(before_entering, at, name);
	return __real_tempfile__os_open_subdirectory(at, name);
}

int __real_tempfile__os_unlock_subdirectory(int at, const char *name);
int __wrap_tempfile__os_unlock_subdirectory(int at, const char *name);
int __wrap_tempfile__os_unlock_subdirectory(int at, const char *name)
{
	tell(before_unlock, at, name);
	return __real_tempfile__os_unlock_subdirectory(at, name);
}
