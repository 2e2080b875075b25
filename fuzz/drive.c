/* SPDX-License-Identifier: MIT */
/*
 * In the place of libFuzzer, for the tests: so many inputs drawn from a seed.
 *
 * usage: fuzz_... COUNT [SEED]
 */
#include <time.h>

#include "input.h"

static uint64_t draw(uint64_t *seed)
{
	uint64_t x = *seed += 0x9e3779b97f4a7c15u;

	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
	x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
	return x ^ (x >> 31);
}

int main(int count, char **arguments)
{
	static uint8_t bytes[512];
	unsigned long inputs =
		count > 1 ? strtoul(arguments[1], NULL, 10) : 1000;
	uint64_t seed = count > 2 ? strtoull(arguments[2], NULL, 10)
				  : (uint64_t)time(NULL);

	printf("seed %llu\n", (unsigned long long)seed);
	(void)fflush(stdout);
	for (unsigned long i = 0; i < inputs; i++) {
		size_t n = (size_t)(draw(&seed) % sizeof bytes);

		for (size_t j = 0; j < n; j++)
			bytes[j] = (uint8_t)draw(&seed);
		(void)LLVMFuzzerTestOneInput(bytes, n);
	}
	printf("%lu inputs\n", inputs);
	return 0;
}
