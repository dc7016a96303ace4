// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The table of a study. All of it comes from the database, so it can be printed without the files
 * that the study was made from. n is that of the point's finished runs; a metric that fewer of them
 * have says so.
 */
#include "summary.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "estimate.h"
#include "table.h"

/* Of the point: the most replications that any chosen metric has, and all the numbers. */
static int add_point(struct store *st, const struct table *metrics, uint32_t point,
		     struct table *rows)
{
	struct estimate *e = calloc(metrics->nr ? metrics->nr : 1, sizeof(*e));
	char text[ESTIMATE_TEXT_MAX], more[ESTIMATE_TEXT_MAX + 32];
	int err = e ? store_settings(st, point, table_add, rows) : -ENOMEM;
	size_t n = 0;

	for (size_t m = 0; m < metrics->nr && !err; m++) {
		err = estimate(st, point, metrics->cells[m], &e[m]);
		n = e[m].n > n ? e[m].n : n;
	}
	snprintf(text, sizeof(text), "%zu", n);
	if (!err)
		table_add(rows, text);
	for (size_t m = 0; m < metrics->nr && !err; m++) {
		estimate_text(text, &e[m]);
		snprintf(more, sizeof(more), e[m].n && e[m].n < n ? "%s (n = %zu)" : "%s", text,
			 e[m].n);
		table_add(rows, more);
	}
	free(e);
	return err;
}

/* The unit is that of the first point that has the metric. */
static int add_heading(struct store *st, uint32_t points, const char *metric, struct table *rows)
{
	char unit[STORE_UNIT_MAX] = "", text[256];
	struct store_samples s;
	int err = 0;

	for (uint32_t p = 0; p < points && !*unit && !err; p++) {
		err = store_samples(st, p, metric, &s);
		memcpy(unit, s.unit, sizeof(unit));
		store_samples_free(&s);
	}
	snprintf(text, sizeof(text), *unit ? "%s (%s)" : "%s", metric, unit);
	table_add(rows, text);
	return err;
}

static int fill(struct store *st, const struct store_counts *c, const struct table *metrics,
		struct table *rows)
{
	int err = store_axes(st, table_add, rows);

	table_add(rows, "n");
	for (size_t m = 0; m < metrics->nr && !err; m++)
		err = add_heading(st, c->points, metrics->cells[m], rows);
	for (uint32_t p = 0; p < c->points && !err; p++)
		err = add_point(st, metrics, p, rows);
	rows->columns = c->axes + 1 + (uint32_t)metrics->nr;
	return err;
}

int summary_rows(struct store *st, const struct store_counts *c, struct table *rows)
{
	struct table metrics = { 0 };
	int err = store_chosen(st, table_add, &metrics);

	if (!err)
		err = fill(st, c, &metrics, rows);
	if (!err && (metrics.failed || rows->failed)) {
		err = -ENOMEM;
		snprintf(st->error, sizeof(st->error), "%s: out of memory", st->path);
	}
	table_free(&metrics);
	return err;
}

int summary_print(struct store *st, FILE *out)
{
	struct table rows = { 0 };
	struct store_counts c;
	int err = store_count(st, &c);

	if (!err)
		err = summary_rows(st, &c, &rows);
	if (!err && rows.columns > c.axes + 1) {
		table_print(&rows, c.axes, out);
		fputs(SUMMARY_HOW "\n", out);
	}
	if (!err)
		fprintf(out, "%u of %u runs finished, %u failed\n", c.finished, c.planned,
			c.failed);
	table_free(&rows);
	return err;
}
