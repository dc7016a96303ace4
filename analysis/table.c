// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Tables for people: texts are collected first, since the widest one makes the column.
 */
#include "table.h"

#include <stdlib.h>
#include <string.h>

void table_add(void *table, const char *text)
{
	struct table *t = table;

	if (t->nr == t->room) {
		size_t room = t->room ? 2 * t->room : 64;
		char **cells = reallocarray(t->cells, room, sizeof(*cells));

		if (!cells) {
			t->failed = true;
			return;
		}
		t->cells = cells;
		t->room = room;
	}
	t->cells[t->nr] = strdup(text);
	t->failed |= !t->cells[t->nr];
	t->nr += t->cells[t->nr] != NULL;
}

static int column_width(const struct table *t, uint32_t column)
{
	size_t width = 0;

	for (size_t i = column; i < t->nr; i += t->columns)
		width = strlen(t->cells[i]) > width ? strlen(t->cells[i]) : width;
	return (int)width;
}

void table_print(const struct table *t, uint32_t left, FILE *out)
{
	int *widths = calloc(t->columns, sizeof(*widths));

	for (uint32_t c = 0; widths && c < t->columns; c++)
		widths[c] = column_width(t, c);
	for (size_t i = 0; i < t->nr; i++) {
		uint32_t column = (uint32_t)(i % t->columns);
		int width = widths ? widths[column] : 0;

		fprintf(out, "%s%*s%s", column ? "  " : "", column < left ? -width : width,
			t->cells[i], column + 1 == t->columns ? "\n" : "");
	}
	free(widths);
}

void table_free(struct table *t)
{
	for (size_t i = 0; i < t->nr; i++)
		free(t->cells[i]);
	free(t->cells);
}
