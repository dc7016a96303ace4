// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reading what a run keeps beyond single numbers: distributions, and the hops of the latency.
 */
#include "store.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <sim/record/life.h>

#include "table.h"

/* ---- distributions ---- */

struct reading {
	struct store_quantiles *q;
	size_t room, column, nr; /* values so far */
	bool failed;
};

static void keep_value(struct reading *r, double value)
{
	if (r->nr == r->room) {
		size_t room = r->room ? 2 * r->room : 4 * REC_NR_LEVELS;
		double *more = realloc(r->q->value, room * sizeof(*more));

		if (!more) {
			r->failed = true;
			return;
		}
		r->q->value = more;
		r->room = room;
	}
	r->q->value[r->nr++] = value;
}

/* Three columns a row: unit, count, value. */
static void take(void *arg, const char *text)
{
	struct reading *r = arg;

	switch (r->column++ % 3) {
	case 0: snprintf(r->q->unit, sizeof(r->q->unit), "%s", text); return;
	case 1:
		if (!r->q->count)
			r->q->count = strtoull(text, NULL, 10);
		return;
	default: keep_value(r, strtod(text, NULL));
	}
}

int store_quantiles(struct store *st, uint32_t point, const char *metric,
		    struct store_quantiles *out)
{
	static const char sql[] =
		"SELECT d.unit, d.count, json_extract(j.value, '$[1]') FROM plan p "
		"JOIN runs r ON r.key = p.key JOIN distributions d ON d.run = r.id AND d.name = ?1, "
		"json_each(d.quantiles) j WHERE p.point = CAST(?2 AS INTEGER) "
		"ORDER BY p.seed, j.key";
	char number[16];
	const char *args[] = { metric, number };
	struct reading r = { .q = out };
	int err;

	*out = (struct store_quantiles){ 0 };
	snprintf(number, sizeof(number), "%u", point);
	err = store_query(st, sql, args, 2, take, &r);
	if (err)
		return err;
	out->runs = r.nr / REC_NR_LEVELS;
	if (!r.failed && r.nr % REC_NR_LEVELS == 0)
		return 0;
	snprintf(st->error, sizeof(st->error), "%s: %s", st->path,
		 r.failed ? "out of memory" : "distributions of another version");
	return r.failed ? -ENOMEM : -EINVAL;
}

void store_quantiles_free(struct store_quantiles *q)
{
	free(q->value);
}

/* ---- series ---- */

struct slices {
	struct store_series *s;
	size_t room, nr; /* texts so far */
	bool failed;
};

static bool grow(struct slices *r)
{
	size_t room = r->room ? 2 * r->room : REC_NR_SLICES;
	double *count = realloc(r->s->count, room * sizeof(*count));
	double *sum = realloc(r->s->sum, room * sizeof(*sum));

	r->s->count = count ? count : r->s->count;
	r->s->sum = sum ? sum : r->s->sum;
	r->room = count && sum ? room : r->room;
	return count && sum;
}

/* Three columns a row: length of a slice, number, sum. */
static void take_slice(void *arg, const char *text)
{
	struct slices *r = arg;
	size_t slice = r->nr / 3, column = r->nr % 3;
	double value = strtod(text, NULL);

	r->nr++;
	if (r->failed || (slice == r->room && !grow(r))) {
		r->failed = true;
		return;
	}
	if (column == 0)
		r->s->slice_ns = value;
	else
		(column == 1 ? r->s->count : r->s->sum)[slice] = value;
}

int store_series(struct store *st, uint32_t point, const char *metric, struct store_series *out)
{
	static const char sql[] =
		"SELECT s.slice_ns, json_extract(j.value, '$[0]'), json_extract(j.value, '$[1]') "
		"FROM plan p JOIN runs r ON r.key = p.key JOIN series s ON s.run = r.id AND "
		"s.name = ?1, json_each(s.slices) j WHERE p.point = CAST(?2 AS INTEGER) "
		"ORDER BY p.seed, j.key";
	char number[16];
	const char *args[] = { metric, number };
	struct slices r = { .s = out };
	int err;

	*out = (struct store_series){ 0 };
	snprintf(number, sizeof(number), "%u", point);
	err = store_query(st, sql, args, 2, take_slice, &r);
	if (err)
		return err;
	out->runs = r.nr / 3 / REC_NR_SLICES;
	if (!r.failed && r.nr / 3 % REC_NR_SLICES == 0)
		return 0;
	snprintf(st->error, sizeof(st->error), "%s: %s", st->path,
		 r.failed ? "out of memory" : "series of another version");
	return r.failed ? -ENOMEM : -EINVAL;
}

void store_series_free(struct store_series *s)
{
	free(s->count);
	free(s->sum);
}

/* ---- hops ---- */

static int compare_hops(const void *a, const void *b)
{
	const char *const *x = a, *const *y = b;
	unsigned i = 0, k = 0;

	while (i < REC_STAGE_NR && strcmp(rec_stage_rows[i].name, *x))
		i++;
	while (k < REC_STAGE_NR && strcmp(rec_stage_rows[k].name, *y))
		k++;
	return i != k ? (i > k) - (i < k) : strcmp(*x, *y);
}

int store_hops(struct store *st, const char *family, store_text_fn fn, void *arg)
{
	/* One run a point tells which hops there are. */
	static const char sql[] =
		"SELECT DISTINCT substr(m.name, length(?1) + 2, length(m.name) - length(?1) - 6) "
		"FROM plan p JOIN runs r ON r.key = p.key JOIN metrics m ON m.run = r.id "
		"WHERE m.name > ?1 || '.' AND m.name < ?1 || '/' AND m.name LIKE '%.mean' "
		"AND p.number IN (SELECT min(number) FROM plan JOIN runs USING(key) GROUP BY point) "
		"AND m.value > 0";
	struct table hops = { 0 };
	int err = store_query(st, sql, &family, 1, table_add, &hops);

	if (!err && hops.failed) {
		snprintf(st->error, sizeof(st->error), "%s: out of memory", st->path);
		err = -ENOMEM;
	}
	if (!err && hops.nr)
		qsort(hops.cells, hops.nr, sizeof(*hops.cells), compare_hops);
	for (size_t i = 0; i < hops.nr && !err; i++)
		fn(arg, hops.cells[i]);
	table_free(&hops);
	return err;
}
