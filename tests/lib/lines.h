/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What differs between two texts, line by line, whatever the order of the lines.
 */
#ifndef TEST_LINES_H
#define TEST_LINES_H

#include <check.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static inline bool lines_has(const char *text, const char *line, size_t len)
{
	for (; *text; text += strcspn(text, "\n") + 1)
		if (strcspn(text, "\n") == len && !strncmp(text, line, len))
			return true;
	return false;
}

static inline void lines_only_in(const char *text, const char *other, char sign, FILE *f)
{
	for (size_t len; *text; text += len + 1) {
		len = strcspn(text, "\n");
		if (!lines_has(other, text, len))
			fprintf(f, "%c%.*s\n", sign, (int)len, text);
	}
}

/* "-line" for each that is gone, then "+line" for each that is new; "" when there is neither.
 * Both texts end with a newline. The caller frees it. */
static inline char *lines_diff(const char *before, const char *after)
{
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	if (strcmp(before, after)) {
		lines_only_in(before, after, '-', f);
		lines_only_in(after, before, '+', f);
	}
	fclose(f);
	return text;
}

/* A test fails where they differ: it tells the first differences. */
static inline void lines_assert_same(const char *what, const char *before, const char *after)
{
	char *diff = lines_diff(before, after);

	ck_assert_msg(!*diff, "%s changed\n%.1000s", what, diff);
	free(diff);
}

#endif
