/* SPDX-License-Identifier: MIT */
/*
 * A life for outside.sh to make difficult.
 *
 * usage: outside DIR. Exit status 0: everything was done, perhaps the second
 * time; 3: something could not be done, and that was told; else a defect.
 */
#include <stdio.h>

#include "life.h"

int main(int count, char **arguments)
{
	struct life life = {.dir = count > 1 ? arguments[1] : "."};

	if (live(&life) < 0)
		return 1;
	if (life.twice > 0)
		printf("could not: %s\n", life.step);
	return life.twice > 0 ? 3 : 0;
}
