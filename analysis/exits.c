// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The exits of a study, as analysis/exits.h says. Counts and times are means over the replications,
 * but the shortest and the longest time, which are those of all of them.
 */
#include "exits.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "stats.h"

#define NAME 256
#define TEXT 96

struct reason {
	const char *name;
	size_t n;
	double samples, low, high;
	struct stats_interval time;
};

struct exits {
	struct store *st;
	struct table *rows;
	struct table axes, settings, reasons;
	struct reason *reason; /* of one point */
	double samples, time;  /* of all its reasons */
};

static int no_memory(struct store *st)
{
	snprintf(st->error, sizeof(st->error), "%s: out of memory", st->path);
	return -ENOMEM;
}

/* ---- one point ---- */

static int read(struct exits *x, uint32_t point, const char *reason, const char *what,
		struct store_samples *s)
{
	char name[NAME];

	snprintf(name, sizeof(name), "exit.time.%.100s.%s", reason, what);
	return store_samples(x->st, point, name, s);
}

static int read_edges(struct exits *x, uint32_t point, struct reason *r)
{
	struct store_samples low, high = { 0 };
	int err = read(x, point, r->name, "min", &low);

	if (!err)
		err = read(x, point, r->name, "max", &high);
	r->low = INFINITY;
	r->high = 0;
	for (size_t i = 0; i < low.n; i++)
		r->low = fmin(r->low, low.value[i]);
	for (size_t i = 0; i < high.n; i++)
		r->high = fmax(r->high, high.value[i]);
	store_samples_free(&low);
	store_samples_free(&high);
	return err;
}

static int read_reason(struct exits *x, uint32_t point, struct reason *r)
{
	struct store_samples count, mean = { 0 };
	int err = read(x, point, r->name, "count", &count);

	if (!err)
		err = read(x, point, r->name, "mean", &mean);
	r->n = count.n;
	r->samples = count.n ? stats_moments(count.value, count.n).mean : 0;
	r->time = stats_mean(mean.value, mean.n, STATS_LEVEL);
	store_samples_free(&count);
	store_samples_free(&mean);
	return err || !mean.n ? err : read_edges(x, point, r);
}

/* The most frequent first, those of a count by name. */
static int by_samples(const void *a, const void *b)
{
	const struct reason *x = a, *y = b;

	if (x->samples == y->samples)
		return strcmp(x->name, y->name);
	return x->samples < y->samples ? 1 : -1;
}

static void add(struct exits *x, const char *format, double value)
{
	char text[TEXT];

	snprintf(text, sizeof(text), format, value);
	table_add(x->rows, text);
}

static void add_row(struct exits *x, uint32_t point, const struct reason *r)
{
	char text[TEXT];

	for (size_t a = 0; a < x->axes.nr; a++)
		table_add(x->rows, x->settings.cells[point * x->axes.nr + a]);
	snprintf(text, sizeof(text), "%zu", r->n);
	table_add(x->rows, text);
	table_add(x->rows, r->name);
	add(x, "%.0f", r->samples);
	add(x, "%.2f%%", 100 * r->samples / x->samples);
	add(x, "%.2f%%", 100 * r->samples * r->time.mean / x->time);
	add(x, "%.2fus", r->low / 1e3);
	add(x, "%.2fus", r->high / 1e3);
	if (isnan(r->time.half))
		snprintf(text, sizeof(text), "%.2fus", r->time.mean / 1e3);
	else
		snprintf(text, sizeof(text), "%.2fus ( +- %.2f%% )", r->time.mean / 1e3,
			 100 * r->time.half / r->time.mean);
	table_add(x->rows, text);
}

static int add_point(struct exits *x, uint32_t point)
{
	size_t nr = 0;
	int err = 0;

	x->samples = x->time = 0;
	for (size_t i = 0; i < x->reasons.nr && !err; i++) {
		struct reason *r = &x->reason[nr];

		r->name = x->reasons.cells[i];
		err = read_reason(x, point, r);
		if (err || !(r->samples > 0))
			continue;
		x->samples += r->samples;
		x->time += r->samples * r->time.mean;
		nr++;
	}
	qsort(x->reason, nr, sizeof(*x->reason), by_samples);
	for (size_t i = 0; i < nr && !err; i++)
		add_row(x, point, &x->reason[i]);
	return err;
}

/* ---- all of them ---- */

static void add_heading(struct exits *x)
{
	static const char *const names[] = { "n",     "VM-EXIT",  "Samples",  "Samples%",
					     "Time%", "Min Time", "Max Time", "Avg time" };

	for (size_t a = 0; a < x->axes.nr; a++)
		table_add(x->rows, x->axes.cells[a]);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		table_add(x->rows, names[i]);
	x->rows->columns = (uint32_t)(x->axes.nr + sizeof(names) / sizeof(names[0]));
}

/* Every run has a line for every reason that there is. */
static int read_names(struct exits *x, uint32_t points)
{
	int err = store_axes(x->st, table_add, &x->axes);

	for (uint32_t p = 0; p < points && !err; p++)
		err = store_settings(x->st, p, table_add, &x->settings);
	if (!err)
		err = store_query(x->st,
				  "SELECT substr(name, 11, length(name) - 15) FROM metrics WHERE "
				  "run = (SELECT min(id) FROM runs) AND name LIKE "
				  "'exit.time.%.mean'",
				  NULL, 0, table_add, &x->reasons);
	if (!err)
		x->reason = calloc(x->reasons.nr + 1, sizeof(*x->reason));
	return err || x->reason ? err : no_memory(x->st);
}

int exits_rows(struct store *st, struct table *rows)
{
	struct exits x = { .st = st, .rows = rows };
	struct store_counts c;
	int err = store_count(st, &c);

	if (!err && c.points <= EXITS_POINTS_MAX)
		err = read_names(&x, c.points);
	if (!err && x.reason && x.settings.nr == c.points * x.axes.nr) {
		add_heading(&x);
		for (uint32_t p = 0; p < c.points && !err; p++)
			err = add_point(&x, p);
	}
	if (!err && (rows->failed || x.axes.failed || x.settings.failed || x.reasons.failed))
		err = no_memory(st);
	free(x.reason);
	table_free(&x.axes);
	table_free(&x.settings);
	table_free(&x.reasons);
	return err;
}
