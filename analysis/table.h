/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A table of texts in columns, as wide as what stands in them.
 */
#ifndef ANALYSIS_TABLE_H
#define ANALYSIS_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct table {
	uint32_t columns;
	char **cells; /* row by row */
	size_t nr, room;
	bool failed; /* no memory for a cell */
};

/* Add the next cell to a struct table. */
void table_add(void *table, const char *text);
/* The first `left` columns are aligned to the left, the others to the right. */
void table_print(const struct table *t, uint32_t left, FILE *out);
void table_free(struct table *t);

#endif
