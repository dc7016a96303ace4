// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Comparing two studies point by point. Runs are paired by seed: what both got from the random
 * numbers cancels, and the interval is that of the differences. A difference is called one when
 * its interval does not hold 0.
 */
#include "compare.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "summary.h"
#include "table.h"

#define COLUMNS 7

/* The settings of each point as one text. */
static int read_points(struct store *st, struct table *names)
{
	struct table axes = { 0 }, values;
	struct store_counts c;
	int err = store_count(st, &c);

	if (!err)
		err = store_axes(st, table_add, &axes);
	for (uint32_t p = 0; p < c.points && !err; p++) {
		char *text = NULL;
		size_t size;
		FILE *f = open_memstream(&text, &size);

		values = (struct table){ 0 };
		err = f ? store_settings(st, p, table_add, &values) : -ENOMEM;
		for (size_t i = 0; f && i < values.nr && i < axes.nr; i++)
			fprintf(f, "%s%s=%s", i ? " " : "", axes.cells[i], values.cells[i]);
		if (f && !fclose(f))
			table_add(names, *text ? text : "all");
		table_free(&values);
		free(text);
	}
	table_free(&axes);
	return err;
}

/* Keep the values whose seed both have, in the same order. Both are sorted by seed. */
static size_t pair(struct store_samples *a, struct store_samples *b)
{
	size_t i = 0, k = 0, n = 0;

	while (i < a->n && k < b->n) {
		if (a->seed[i] == b->seed[k]) {
			a->value[n] = a->value[i++];
			b->value[n++] = b->value[k++];
		} else if (a->seed[i] < b->seed[k]) {
			i++;
		} else {
			k++;
		}
	}
	return n;
}

static const char *verdict(struct stats_interval d)
{
	if (d.n < 2)
		return "too few pairs";
	if (fabs(d.mean) <= d.half)
		return d.half > 0 ? "no difference shown" : "same";
	return d.mean > 0 ? "more" : "less";
}

static void add_row(struct table *rows, const char *point, const char *metric,
		    struct store_samples *a, struct store_samples *b)
{
	size_t n = pair(a, b);
	struct stats_interval d = stats_paired(a->value, b->value, n, STATS_LEVEL);
	char text[SUMMARY_NUMBER_MAX], name[256];

	snprintf(name, sizeof(name), *a->unit ? "%s (%s)" : "%s", metric, a->unit);
	table_add(rows, point);
	table_add(rows, name);
	table_add(rows, verdict(d));
	snprintf(text, sizeof(text), "%zu", n);
	table_add(rows, text);
	summary_number(text, stats_mean(a->value, n, STATS_LEVEL));
	table_add(rows, text);
	summary_number(text, stats_mean(b->value, n, STATS_LEVEL));
	table_add(rows, text);
	summary_number(text, d);
	table_add(rows, text);
}

static int add_point(struct store *a, struct store *b, uint32_t in_a, uint32_t in_b,
		     const char *point, const struct table *metrics, struct table *rows)
{
	int err = 0;

	for (size_t m = 0; m < metrics->nr && !err; m++) {
		struct store_samples of_a, of_b = { 0 };

		err = store_samples(a, in_a, metrics->cells[m], &of_a);
		if (!err)
			err = store_samples(b, in_b, metrics->cells[m], &of_b);
		if (!err)
			add_row(rows, point, metrics->cells[m], &of_a, &of_b);
		store_samples_free(&of_a);
		store_samples_free(&of_b);
	}
	return err;
}

static int fill(struct store *a, struct store *b, const struct table *of_a,
		const struct table *of_b, const struct table *metrics, struct table *rows)
{
	static const char *const heading[COLUMNS] = { "point", "metric", "B is", "n",
						      "A",     "B",	 "B - A" };
	int err = 0;

	rows->columns = COLUMNS;
	for (unsigned i = 0; i < COLUMNS; i++)
		table_add(rows, heading[i]);
	for (size_t i = 0; i < of_a->nr; i++)
		for (size_t k = 0; k < of_b->nr && !err; k++)
			if (!strcmp(of_a->cells[i], of_b->cells[k]))
				err = add_point(a, b, (uint32_t)i, (uint32_t)k, of_a->cells[i],
						metrics, rows);
	return err;
}

int compare_print(struct store *a, struct store *b, FILE *out)
{
	struct table of_a = { 0 }, of_b = { 0 }, metrics = { 0 }, rows = { 0 };
	int err = read_points(a, &of_a);

	if (!err)
		err = read_points(b, &of_b);
	if (!err)
		err = store_chosen(a, table_add, &metrics);
	if (!err)
		err = fill(a, b, &of_a, &of_b, &metrics, &rows);
	if (!err && (of_a.failed || of_b.failed || metrics.failed || rows.failed)) {
		err = -ENOMEM;
		snprintf(a->error, sizeof(a->error), "out of memory");
	}
	if (!err && rows.nr == COLUMNS) {
		err = -ENOENT;
		snprintf(a->error, sizeof(a->error),
			 "%s and %s have no point in common, or no metrics were chosen", a->path,
			 b->path);
	}
	if (!err) {
		table_print(&rows, 3, out);
		fputs("mean +- half-width of the 95 % interval (Student's t) over n seeds that "
		      "both ran; B - A is paired by seed\n",
		      out);
	}
	table_free(&of_a);
	table_free(&of_b);
	table_free(&metrics);
	table_free(&rows);
	return err;
}
