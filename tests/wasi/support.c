/* SPDX-License-Identifier: MIT */
/*
 * The frame of a test, in WebAssembly: there are no processes, but what runs
 * this program (cross/wasi.py) runs it again when asked to, in the same world.
 */
#include "posix.h"
#include "support_frame.h"

/* Lines: the arguments; the environment, as NAME=VALUE. The exit status. */
__attribute__((import_module("test"), import_name("run_again"))) int
run_again(const char *arguments, const char *environment);

void make_scratch(void)
{
	static unsigned number;

	(void)snprintf(scratch, sizeof scratch, "/tmp/test-%u", number++);
	must(mkdir(scratch, 0755) == 0, scratch);
}

void remove_scratch(void)
{
	remove_tree(scratch);
}

/* There are no users, and no rights. */
void become_nobody(void)
{
}

int run_again_with(const char *test_body)
{
	char environment[128];

	(void)snprintf(environment, sizeof environment, "TEST_BODY=%s",
		       test_body);
	return run_again("test", environment);
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

unsigned count_descriptors(void)
{
	struct stat status;
	unsigned count = 0;

	for (int fd = 0; fd < 4096; fd++)
		count += fstat(fd, &status) == 0;
	return count;
}

/*
 * Tests of what is otherwise in WASI, or under wasmtime
 */

#define NO_PERMISSIONS "there is no permission in WASI"
#define NO_ANONYMOUS   "what is to have no name begins in a session"
#define NO_REOPENING   "no descriptor is opened again"
#define NO_STICKY      "what is leased cannot be kept"
#define NO_SPACE       "space cannot be claimed"
#define NO_SYNC        "a directory cannot be synced"
#define NO_LOCKS       "nobody can tell who holds a lock"

const struct unfit unfit[] = {
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
	{NULL, NULL},
};
