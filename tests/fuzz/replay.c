// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Replays a fuzz target's corpus as a test: every file of PROGRAM's source folder NAME.corpus/
 * goes through LLVMFuzzerTestOneInput() once, besides the empty input. The target must survive;
 * the summary has Check's form, for the test runner.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int replay(const char *path)
{
	FILE *f = fopen(path, "rb");
	uint8_t *data;
	long size;

	if (!f)
		return -1;
	if (fseek(f, 0, SEEK_END) || (size = ftell(f)) < 0) {
		fclose(f);
		return -1;
	}
	rewind(f);
	data = malloc((size_t)size + 1);
	if (!data || fread(data, 1, (size_t)size, f) != (size_t)size) {
		free(data);
		fclose(f);
		return -1;
	}
	fclose(f);
	printf("%s\n", path);
	fflush(stdout);
	LLVMFuzzerTestOneInput(data, (size_t)size);
	free(data);
	return 0;
}

int main(int argc, char **argv)
{
	const char *name = strstr(argv[0], "tests/fuzz/");
	char dir[4096], path[8192];
	unsigned inputs = 1, failed = 0;
	struct dirent *entry;
	DIR *d;

	(void)argc;
	snprintf(dir, sizeof(dir), "%s.corpus", name ? name : argv[0]);
	LLVMFuzzerTestOneInput((const uint8_t *)"", 0);
	d = opendir(dir);
	while (d && (entry = readdir(d))) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s", dir, entry->d_name);
		inputs++;
		failed += replay(path) != 0;
	}
	if (d)
		closedir(d);
	printf("%u%%: Checks: %u, Failures: 0, Errors: %u\n", 100 * (inputs - failed) / inputs,
	       inputs, failed);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
