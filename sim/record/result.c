// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a run gives, in memory: filled by whoever ran it, sorted by name, then written.
 */
#include "record/result.h"

#include <stdlib.h>
#include <string.h>

/* Steps of 5 %, finer towards both ends: an interval of a quantile needs levels around it. */
const uint32_t rec_levels_ppm[REC_NR_LEVELS] = {
	0,	1000,	5000,	10000,	20000,	50000,	100000, 150000,	 200000, 250000,
	300000, 350000, 400000, 450000, 480000, 500000, 520000, 550000,	 600000, 650000,
	700000, 750000, 800000, 850000, 900000, 925000, 950000, 960000,	 970000, 975000,
	980000, 985000, 987500, 990000, 992500, 995000, 996500, 998000,	 998500, 999000,
	999250, 999500, 999700, 999800, 999900, 999950, 999990, 1000000,
};

void rec_result_init(struct rec_result *r)
{
	memset(r, 0, sizeof(*r));
}

void rec_result_fini(struct rec_result *r)
{
	for (uint32_t i = 0; i < r->nr_params; i++) {
		free(r->params[i].key);
		free(r->params[i].value);
	}
	for (uint32_t i = 0; i < r->nr_assumptions; i++) {
		free(r->assumptions[i].name);
		free(r->assumptions[i].source);
		free(r->assumptions[i].confidence);
		free(r->assumptions[i].range);
	}
	for (uint32_t i = 0; i < r->nr_metrics; i++) {
		free(r->metrics[i].name);
		free(r->metrics[i].unit);
	}
	for (uint32_t i = 0; i < r->nr_dists; i++) {
		free(r->dists[i].name);
		free(r->dists[i].unit);
	}
	for (uint32_t i = 0; i < r->nr_series; i++) {
		free(r->series[i].name);
		free(r->series[i].unit);
	}
	free(r->dists);
	free(r->series);
	free(r->params);
	free(r->assumptions);
	free(r->metrics);
	free(r->scenario);
	free(r->engine);
	free(r->version);
	free(r->preset);
	free(r->host);
	memset(r, 0, sizeof(*r));
}

static char *copy(struct rec_result *r, const char *s)
{
	char *c = strdup(s ? s : "");

	r->failed |= !c;
	return c;
}

void rec_result_set(struct rec_result *r, char **field, const char *value)
{
	free(*field);
	*field = copy(r, value);
}

/* The next free entry, zeroed, of an array that doubles at each power of two. */
static void *append(struct rec_result *r, void *array, uint32_t *nr, size_t size)
{
	void **list = array, *more;
	char *entry;

	if (!(*nr & (*nr - 1))) {
		more = realloc(*list, (*nr ? 2 * (size_t)*nr : 1) * size);
		if (!more) {
			r->failed = true;
			return NULL;
		}
		*list = more;
	}
	entry = (char *)*list + (*nr)++ * size;
	memset(entry, 0, size);
	return entry;
}

void rec_result_param(struct rec_result *r, const char *key, const char *value)
{
	struct rec_result_param *p = append(r, &r->params, &r->nr_params, sizeof(*p));

	if (!p)
		return;
	p->key = copy(r, key);
	p->value = copy(r, value);
}

void rec_result_assumption(struct rec_result *r, const struct rec_result_assumption *a)
{
	struct rec_result_assumption *n =
		append(r, &r->assumptions, &r->nr_assumptions, sizeof(*n));

	if (!n)
		return;
	*n = *a;
	n->name = copy(r, a->name);
	n->source = copy(r, a->source);
	n->confidence = copy(r, a->confidence);
	n->range = copy(r, a->range);
}

static struct rec_result_metric *metric(struct rec_result *r, const char *name, const char *unit)
{
	struct rec_result_metric *m = append(r, &r->metrics, &r->nr_metrics, sizeof(*m));

	if (!m)
		return NULL;
	m->name = copy(r, name);
	m->unit = copy(r, unit);
	return m;
}

void rec_result_metric(struct rec_result *r, const char *name, const char *unit, rec_u128 value,
		       unsigned decimals)
{
	struct rec_result_metric *m = metric(r, name, unit);

	if (!m)
		return;
	m->value = value;
	m->decimals = (uint8_t)decimals;
}

void rec_result_no_metric(struct rec_result *r, const char *name, const char *unit)
{
	struct rec_result_metric *m = metric(r, name, unit);

	if (m)
		m->none = true;
}

void rec_result_dist(struct rec_result *r, const struct rec_result_dist *d)
{
	struct rec_result_dist *n = append(r, &r->dists, &r->nr_dists, sizeof(*n));

	if (!n)
		return;
	*n = *d;
	n->name = copy(r, d->name);
	n->unit = copy(r, d->unit);
}

void rec_result_series(struct rec_result *r, const struct rec_result_series *s)
{
	struct rec_result_series *n = append(r, &r->series, &r->nr_series, sizeof(*n));

	if (!n)
		return;
	*n = *s;
	n->name = copy(r, s->name);
	n->unit = copy(r, s->unit);
}

/* Each kind of entry begins with its name, a char *. */
static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

_Static_assert(offsetof(struct rec_result_param, key) == 0, "by_name");
_Static_assert(offsetof(struct rec_result_assumption, name) == 0, "by_name");
_Static_assert(offsetof(struct rec_result_metric, name) == 0, "by_name");
_Static_assert(offsetof(struct rec_result_dist, name) == 0, "by_name");
_Static_assert(offsetof(struct rec_result_series, name) == 0, "by_name");

/* What comes from another process is sorted already. */
static void sort(void *items, size_t nr, size_t size)
{
	const char *item = items;

	for (size_t i = 1; i < nr; i++)
		if (by_name(item + (i - 1) * size, item + i * size) > 0) {
			qsort(items, nr, size, by_name);
			return;
		}
}

void rec_result_sort(struct rec_result *r)
{
	if (r->failed)
		return;
	sort(r->params, r->nr_params, sizeof(*r->params));
	sort(r->assumptions, r->nr_assumptions, sizeof(*r->assumptions));
	sort(r->metrics, r->nr_metrics, sizeof(*r->metrics));
	sort(r->dists, r->nr_dists, sizeof(*r->dists));
	sort(r->series, r->nr_series, sizeof(*r->series));
}

const struct rec_result_metric *rec_result_find(const struct rec_result *r, const char *name)
{
	for (uint32_t i = 0; i < r->nr_metrics; i++)
		if (!strcmp(r->metrics[i].name, name))
			return &r->metrics[i];
	return NULL;
}
