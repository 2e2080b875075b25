/* SPDX-License-Identifier: MIT */
/* spill WORD...: external_sort.c in miniature, one run spilled and read back.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tempfile.h>

static int compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

int main(int argc, char **argv)
{
	char **words = argv + 1, *line = NULL;
	size_t count = (size_t)argc - 1, capacity = 0;

	qsort(words, count, sizeof(*words), compare);

	TEMPFILE_AUTO run = tempfile_open(NULL);
	for (size_t i = 0; i < count; i++)
		tempfile_printf(run, "%s\n", words[i]);
	tempfile_seek(run, 0, SEEK_SET);
	while (tempfile_getline(run, &line, &capacity) > 0)
		fputs(line, stdout);

	tempfile_free(line);
	return 0;
}
