// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Comparing two studies point by point. Runs are paired by seed: what both got from the random
 * numbers cancels, and the interval is that of the differences. Of two single runs it is made from
 * the intervals that each gives by itself. A difference is called one when its interval does not
 * hold 0.
 */
#include "compare.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "estimate.h"
#include "stats.h"
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

static const char *verdict(struct stats_interval d)
{
	if (d.n < 2)
		return "too few pairs";
	if (fabs(d.mean) <= d.half)
		return d.half > 0 ? "no difference shown" : "same";
	return d.mean > 0 ? "more" : "less";
}

static void add_words(struct table *rows, const char *point, const char *metric, const char *unit,
		      const char *is, size_t n)
{
	char text[256];

	table_add(rows, point);
	snprintf(text, sizeof(text), *unit ? "%s (%s)" : "%s", metric, unit);
	table_add(rows, text);
	table_add(rows, is);
	snprintf(text, sizeof(text), "%zu", n);
	table_add(rows, text);
}

/* Several seeds that both ran. */
static void add_paired(struct table *rows, const char *point, const char *metric,
		       const struct store_samples *a, const struct store_samples *b, size_t n)
{
	struct stats_interval d = stats_paired(a->value, b->value, n, STATS_LEVEL);
	char text[STATS_TEXT_MAX];

	add_words(rows, point, metric, a->unit, verdict(d), n);
	stats_text(text, stats_mean(a->value, n, STATS_LEVEL));
	table_add(rows, text);
	stats_text(text, stats_mean(b->value, n, STATS_LEVEL));
	table_add(rows, text);
	stats_text(text, d);
	table_add(rows, text);
}

/* The interval of the difference of two estimates that share nothing: each side's distances to its
 * bounds add up as squares. */
static struct estimate difference(const struct estimate *a, const struct estimate *b)
{
	struct estimate d = { .kind = a->kind == b->kind ? a->kind : ESTIMATE_ALONE,
			      .value = b->value - a->value,
			      .n = 1 };

	d.low = d.value - hypot(b->value - b->low, a->high - a->value);
	d.high = d.value + hypot(b->high - b->value, a->value - a->low);
	return d;
}

/* One run each: the interval is what the two runs themselves give. */
static void add_alone(struct table *rows, const char *point, const char *metric,
		      const struct estimate *a, const struct estimate *b)
{
	const struct estimate d = difference(a, b);
	bool known = d.kind == ESTIMATE_BATCH || d.kind == ESTIMATE_ORDER;
	char text[ESTIMATE_TEXT_MAX];
	const char *is = d.value > 0 ? "more" : "less";

	if (fabs(d.value) <= 0)
		is = "same";
	else if (known && d.low <= 0 && d.high >= 0)
		is = "no difference shown";
	else if (!known)
		is = d.value > 0 ? "more (one run)" : "less (one run)";
	add_words(rows, point, metric, a->unit, is, 1);
	estimate_text(text, a);
	table_add(rows, text);
	estimate_text(text, b);
	table_add(rows, text);
	estimate_text(text, &d);
	table_add(rows, text);
}

/* Runs of results that are no studies need not have the same seed. */
static int add_metric(struct store *a, struct store *b, uint32_t in_a, uint32_t in_b,
		      const char *point, const char *metric, struct table *rows)
{
	struct store_samples of_a, of_b = { 0 };
	struct estimate one, other;
	size_t n = 0, n_a, n_b = 0;
	int err = store_samples(a, in_a, metric, &of_a);

	if (!err)
		err = store_samples(b, in_b, metric, &of_b);
	n_a = of_a.n;
	n_b = of_b.n;
	if (!err)
		n = estimate_pair(&of_a, &of_b);
	if (!err && n_a == 1 && n_b == 1) {
		err = estimate(a, in_a, metric, &one);
		if (!err)
			err = estimate(b, in_b, metric, &other);
		if (!err)
			add_alone(rows, point, metric, &one, &other);
	} else if (!err && (n_a || n_b)) {
		add_paired(rows, point, metric, &of_a, &of_b, n);
	}
	store_samples_free(&of_a);
	store_samples_free(&of_b);
	return err;
}

static int add_point(struct store *a, struct store *b, uint32_t in_a, uint32_t in_b,
		     const char *point, const struct table *metrics, struct table *rows)
{
	int err = 0;

	for (size_t m = 0; m < metrics->nr && !err; m++)
		err = add_metric(a, b, in_a, in_b, point, metrics->cells[m], rows);
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
		      "both ran; B - A is paired by seed. One run each: means by batches, "
		      "quantiles [low, high] by order statistics\n",
		      out);
	}
	table_free(&of_a);
	table_free(&of_b);
	table_free(&metrics);
	table_free(&rows);
	return err;
}
