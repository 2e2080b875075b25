/* SPDX-License-Identifier: MIT */
/*
 * Which process am I?
 *
 * Process ids will not do: parent and child are both 1 when each is the first
 * of its pid namespace. So each process has a number of its own in a page that
 * the kernel wipes in every child, which then takes the next number. Where
 * there is no such page it stands in ordinary memory, and is wiped by fork's
 * child handler, or when the process id is found to be another: only a raw
 * clone into a pid namespace escapes that.
 */
#include "fork_guard.h"

#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>

#include "os.h"

struct process_identity *_Atomic tempfile__process_page;
static struct process_identity *_Atomic place; /* NULL: not looked for yet */
static struct process_identity ordinary;
static _Atomic uint64_t ordinary_id; /* of the process that it is about */
static _Atomic uint64_t last;        /* number taken by me or an ancestor */

static void wipe(void)
{
	atomic_store(&ordinary.number, 0);
	atomic_store(&ordinary.adopted, false);
}

static struct process_identity *find_place(void)
{
	int code = errno;
	struct process_identity *found = tempfile__os_page_wiped_on_fork();

	if (!found) {
		found = &ordinary;
		atomic_store(&ordinary_id, tempfile__os_process_id());
		(void)tempfile__os_after_fork(wipe);
	}
	errno = code;
	return found;
}

static void wipe_if_cloned(void)
{
	uint64_t id = tempfile__os_process_id();

	if (atomic_exchange(&ordinary_id, id) != id)
		wipe();
}

static struct process_identity *get_place(void)
{
	struct process_identity *found = atomic_load(&place);
	struct process_identity *none = NULL;

	if (found == &ordinary)
		wipe_if_cloned();
	if (found)
		return found;
	found = find_place();
	/* A thread that comes second leaves a page unused, once. */
	if (!atomic_compare_exchange_strong(&place, &none, found))
		found = none;
	if (found != &ordinary)
		atomic_store(&tempfile__process_page, found);
	return found;
}

uint64_t tempfile__process_number(void)
{
	struct process_identity *mine = get_place();
	uint64_t number = atomic_load(&mine->number);
	uint64_t next;

	if (number != 0)
		return number;
	next = atomic_fetch_add(&last, 1) + 1;
	return atomic_compare_exchange_strong(&mine->number, &number, next)
		       ? next
		       : number;
}

bool tempfile__process_has_adopted(void)
{
	return atomic_load(&get_place()->adopted);
}

void tempfile__adopt_all(void)
{
	atomic_store(&get_place()->adopted, true);
}
