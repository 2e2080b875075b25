/* SPDX-License-Identifier: MIT */
/*
 * Every life with every call in it failing: each call to a primitive of os.h or
 * for memory, in each way and with each error it can have.
 *
 * usage: test_faults [all | SEED [BODY]]. Without "all", a sample; the seed is
 * printed, and repeats it.
 */
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../support.h"
#include "bodies.h"
#include "faults.h"

/* Points left out, of as many: all, or most. */
static unsigned sparseness = 8;
static uint64_t seed;

/* What one process found out; shared with the one that started it. */
struct finding {
	struct strike strike;
	size_t codes;
	unsigned told;
	unsigned descriptors;
	size_t blocks;
	bool failed;
};
static struct finding *finding;

static const struct body *body;
static struct fault fault;

static void tell_point(void)
{
	static const char *const modes[] = {"once", "from then on",
					    "all after"};
	const struct strike *strike = fault_outcome();

	print_error("\tin %s: call %u, %s, %s, %s\n", body->name, fault.at,
		    strike->primitive ? strike->primitive->name : "(none)",
		    strerror(strike->code), modes[fault.mode]);
}

/* Twice: with the fault, and, in the same process, without. */
static _Noreturn void live_twice(void)
{
	const struct strike *strike = fault_outcome();

	on_failed_check = tell_point;
	fault_missing = body->missing;
	(void)alarm(20);
	fault_arm(&fault);
	body->run();
	fault_lift();
	finding->strike = *strike;
	finding->codes = strike->primitive ? strike->primitive->count : 0;
	finding->told = failures_told();
	body->run();
	settle();
	finding->blocks = fault_blocks();
	finding->descriptors = count_descriptors();
	exit(0);
}

/* -1: it failed, and has said why. */
static int run_point(unsigned at, size_t code, enum fault_mode mode)
{
	int status = -1;
	pid_t child;

	fault = (struct fault){at, code, mode};
	*finding = (struct finding){0};
	(void)fflush(NULL);
	child = fork();
	check(child >= 0);
	if (child == 0)
		live_twice();
	check_equal(waitpid(child, &status, 0), child);
	if (WIFSIGNALED(status))
		print_error("\tkilled by signal %d: call %u, code %zu\n",
			    WTERMSIG(status), at, code);
	return status == 0 ? 0 : -1;
}

/* A name may stay only where it was removing that failed, and that is told. */
static bool may_leave_names(void)
{
	const struct primitive *primitive = finding->strike.primitive;

	return finding->told > 0 &&
	       (fault.mode == ALL_AFTER ||
		strcmp(primitive->name, "status_at") == 0 ||
		strncmp(primitive->name, "remove", 6) == 0);
}

static bool compare(const struct finding *clean)
{
	const char *what = NULL;

	if (finding->blocks > clean->blocks)
		what = "memory";
	else if (finding->descriptors > clean->descriptors)
		what = "a descriptor";
	else if (count_entries(temporary) + count_entries(work) > 0 &&
		 !may_leave_names())
		what = "a name";
	if (!what)
		return true;
	print_error("\tleft behind: %s (%zu blocks of %zu, %u descriptors of "
		    "%u)\n\tin %s: call %u, %s, %s, mode %d\n",
		    what, finding->blocks, clean->blocks, finding->descriptors,
		    clean->descriptors, body->name, fault.at,
		    finding->strike.primitive ? finding->strike.primitive->name
					      : "(none)",
		    strerror(finding->strike.code), (int)fault.mode);
	return false;
}

static void clear(void)
{
	if (count_entries(work) + count_entries(temporary) > 0)
		check_equal(system("rm -rf \"$TMPDIR\"/* ./*"), 0);
}

static bool is_sampled(void)
{
	return draw(&seed) % sparseness == 0;
}

/* All errors and modes of one call; false when there is no such call. */
static bool run_call(unsigned at, const struct finding *clean, unsigned *points,
		     unsigned *failures)
{
	size_t codes = 1;

	for (size_t code = 0; code < codes; code++)
		for (int mode = ONCE; mode <= ALL_AFTER; mode++) {
			if ((code > 0 || mode != ONCE) && !is_sampled())
				continue;
			++*points;
			if (run_point(at, code, (enum fault_mode)mode) < 0 ||
			    !compare(clean))
				++*failures;
			clear();
			if (code == 0 && mode == ONCE) {
				if (!finding->strike.primitive)
					return false;
				codes = finding->codes;
			}
		}
	return true;
}

static void survive(void)
{
	struct finding clean;
	unsigned points = 0;
	unsigned failures = 0;

	check_equal(run_point(0, 0, ONCE), 0);
	clean = *finding;
	for (unsigned at = 1; run_call(at, &clean, &points, &failures); at++)
		;
	/* Candidates are tried outside `temporary`, too, and removing fails. */
	(void)tempfile_sweep("/tmp", 0, NULL, NULL);
	(void)tempfile_sweep("/var/tmp", 0, NULL, NULL);
	print_message("%s: %u points, %u failed\n", body->name, points,
		      failures);
	check_equal(failures, 0);
	check(points > 3);
}

static void survive_body(void **state)
{
	struct test test = {.body = survive};
	void *isolated = &test;

	body = *state;
	test.name = body->name;
	run_isolated(&isolated);
}

int main(int count, char **arguments)
{
	struct CMUnitTest tests[128];
	const char *seed_text = count > 1 ? arguments[1] : "";
	size_t n = 0;

	if (strcmp(seed_text, "all") == 0)
		sparseness = 1;
	seed = *seed_text >= '0' && *seed_text <= '9'
		       ? strtoull(seed_text, NULL, 10)
		       : (uint64_t)time(NULL);
	print_message("seed %llu\n", (unsigned long long)seed);
	finding = mmap(NULL, sizeof *finding, PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (finding == MAP_FAILED)
		return EXIT_FAILURE;
	for (unsigned i = 0; i < body_count; i++)
		if (count < 3 || strcmp(arguments[2], bodies[i].name) == 0)
			tests[n++] = (struct CMUnitTest){
				bodies[i].name, survive_body, NULL, NULL,
				(void *)(uintptr_t)&bodies[i]};
	return _cmocka_run_group_tests("faults", tests, n, NULL, NULL);
}
