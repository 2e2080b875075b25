/* SPDX-License-Identifier: MIT */
/* What libFuzzer would do with each file given: the seeds, as a test. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int main(int count, char **paths)
{
	static uint8_t data[65536];

	for (int i = 1; i < count; i++) {
		FILE *seed = fopen(paths[i], "rb");
		size_t n;

		if (!seed) {
			perror(paths[i]);
			return EXIT_FAILURE;
		}
		n = fread(data, 1, sizeof data, seed);
		fclose(seed);
		LLVMFuzzerTestOneInput(data, n);
	}
	printf("%d seeds\n", count - 1);
	return count > 1 ? EXIT_SUCCESS : EXIT_FAILURE;
}
