// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The metrics of a run: scalars by row of the table, and instances of the rows whose names have
 * placeholders. Names are composed when an instance is made, values are printed when the run is
 * over: counting is an addition.
 */
#include "record/metrics.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "record/result.h"

const struct rec_metric_row rec_metric_rows[REC_METRIC_NR] = {
#define REC_METRIC_ROW(id, name, kind, unit, meaning, formula, identity) \
	[REC_M_##id] = { name, REC_##kind, unit, meaning, formula, identity },
	REC_METRICS(REC_METRIC_ROW)
#undef REC_METRIC_ROW
};

const char *const rec_times_suffixes[] = {
	"mean", "p50", "p99", "p999", "max", "min", "count", NULL
};

/* An array of counters with their full names, or one histogram with its name. */
struct rec_instance {
	struct rec_instance *next;
	enum rec_metric id;
	enum rec_kind kind;
	char *unit;
	unsigned nr;
	char **names;
	uint64_t *v; /* NULL: a histogram */
	struct rec_hist hist;
};

void rec_metrics_init(struct rec_metrics *m)
{
	memset(m, 0, sizeof(*m));
}

static void instance_free(struct rec_instance *i)
{
	if (i->names)
		for (unsigned n = 0; n < i->nr; n++)
			free(i->names[n]);
	free(i->names);
	free(i->unit);
	free(i->v);
	rec_hist_fini(&i->hist);
	free(i);
}

void rec_metrics_fini(struct rec_metrics *m)
{
	struct rec_instance *i, *next;

	for (i = m->instances; i; i = next) {
		next = i->next;
		instance_free(i);
	}
	m->instances = NULL;
}

void rec_metrics_reset(struct rec_metrics *m)
{
	memset(m->v, 0, sizeof(m->v));
	for (struct rec_instance *i = m->instances; i; i = i->next) {
		if (i->v)
			memset(i->v, 0, i->nr * sizeof(*i->v));
		rec_hist_reset(&i->hist);
	}
}

/* The row's name with `last` in its last placeholder and `first` in the one before. */
static char *compose(const char *pattern, const char *first, const char *last)
{
	size_t room = strlen(pattern) + (first ? strlen(first) : 0) + (last ? strlen(last) : 0) + 1;
	char *name = malloc(room), *p = name;
	const char *fill = first ? first : last;

	if (!name)
		return NULL;
	while (*pattern) {
		if (*pattern != '<') {
			*p++ = *pattern++;
			continue;
		}
		pattern = strchr(pattern, '>') + 1;
		p = stpcpy(p, fill ? fill : "");
		fill = last;
	}
	*p = '\0';
	return name;
}

static struct rec_instance *instance_new(enum rec_metric id, enum rec_kind kind, const char *unit,
					 unsigned nr)
{
	struct rec_instance *i = calloc(1, sizeof(*i));

	if (!i)
		return NULL;
	i->id = id;
	i->kind = kind;
	i->nr = nr;
	i->unit = strdup(unit);
	i->names = calloc(nr, sizeof(*i->names));
	rec_hist_init(&i->hist, false);
	if (kind != REC_TIMES)
		i->v = calloc(nr, sizeof(*i->v));
	if (i->unit && i->names && (kind == REC_TIMES || i->v))
		return i;
	instance_free(i);
	return NULL;
}

static void instance_add(struct rec_metrics *m, struct rec_instance *i)
{
	i->next = m->instances;
	m->instances = i;
}

uint64_t *rec_family(struct rec_metrics *m, enum rec_metric id, const char *first,
		     const char *const *names, unsigned nr)
{
	const struct rec_metric_row *row = &rec_metric_rows[id];
	struct rec_instance *i = instance_new(id, row->kind, row->unit, nr);

	if (!i) {
		m->failed = true;
		return NULL;
	}
	for (unsigned n = 0; n < nr; n++) {
		i->names[n] = compose(row->name, first, names[n]);
		if (!i->names[n]) {
			m->failed = true;
			instance_free(i);
			return NULL;
		}
	}
	instance_add(m, i);
	return i->v;
}

/* Takes `name` over. The instance with this name, made when there is none. */
static struct rec_instance *single(struct rec_metrics *m, enum rec_metric id, enum rec_kind kind,
				   const char *unit, char *name)
{
	struct rec_instance *i;

	if (!name) {
		m->failed = true;
		return NULL;
	}
	for (i = m->instances; i; i = i->next) {
		if (i->id == id && i->nr == 1 && i->kind == kind && !strcmp(i->names[0], name)) {
			free(name);
			return i;
		}
	}
	i = instance_new(id, kind, unit, 1);
	if (!i) {
		m->failed = true;
		free(name);
		return NULL;
	}
	i->names[0] = name;
	instance_add(m, i);
	return i;
}

struct rec_hist *rec_times(struct rec_metrics *m, enum rec_metric id, const char *first,
			   const char *name, bool parts)
{
	const struct rec_metric_row *row = &rec_metric_rows[id];
	struct rec_instance *i =
		single(m, id, REC_TIMES, row->unit, compose(row->name, first, name));

	if (!i)
		return NULL;
	if (!i->hist.count)
		i->hist.parts |= parts;
	return &i->hist;
}

uint64_t *rec_declare(struct rec_metrics *m, const char *vm, const char *name, enum rec_kind kind,
		      const char *unit)
{
	struct rec_instance *i = single(m, REC_M_WORKLOAD, kind, unit,
					compose(rec_metric_rows[REC_M_WORKLOAD].name, vm, name));

	return i ? i->v : NULL;
}

struct rec_hist *rec_declare_times(struct rec_metrics *m, const char *vm, const char *name)
{
	struct rec_instance *i = single(m, REC_M_WORKLOAD, REC_TIMES, "ns",
					compose(rec_metric_rows[REC_M_WORKLOAD].name, vm, name));

	return i ? &i->hist : NULL;
}

/* ---- two hosts ---- */

static bool is_maximum(enum rec_metric id)
{
	return id == REC_M_LOCK_MAX_WAIT || id == REC_M_ITS_QUEUE_MAX;
}

static struct rec_instance *same(struct rec_metrics *m, const struct rec_instance *as)
{
	for (struct rec_instance *i = m->instances; i; i = i->next)
		if (i->id == as->id && i->kind == as->kind && i->nr == as->nr &&
		    !strcmp(i->names[0], as->names[0]))
			return i;
	return NULL;
}

static void instance_merge(struct rec_instance *to, const struct rec_instance *from)
{
	if (!to->v) {
		if (rec_hist_merge(&to->hist, &from->hist))
			to->hist.failed = true;
		return;
	}
	for (unsigned n = 0; n < to->nr; n++) {
		if (!is_maximum(to->id))
			to->v[n] += from->v[n];
		else if (to->v[n] < from->v[n])
			to->v[n] = from->v[n];
	}
}

void rec_metrics_merge(struct rec_metrics *to, struct rec_metrics *from)
{
	struct rec_instance **at = &from->instances, *i, *there;

	for (unsigned id = 0; id < REC_METRIC_NR; id++)
		if (rec_metric_rows[id].kind == REC_COUNT || rec_metric_rows[id].kind == REC_TIME)
			to->v[id] += from->v[id];
	while ((i = *at)) {
		there = same(to, i);
		if (there) {
			instance_merge(there, i);
			at = &i->next;
		} else {
			*at = i->next;
			instance_add(to, i);
		}
	}
	to->failed |= from->failed;
}

static unsigned decimals(enum rec_kind kind)
{
	return kind == REC_COUNT ? 0 : 3;
}

static void emit_times(struct rec_result *r, const char *name, const char *unit,
		       const struct rec_hist *h)
{
	const uint64_t value[] = {
		rec_hist_mean(h),
		rec_hist_quantile(h, 500000),
		rec_hist_quantile(h, 990000),
		rec_hist_quantile(h, 999000),
		h->max,
		h->min,
		h->count,
	};
	char full[256];

	for (unsigned i = 0; rec_times_suffixes[i]; i++) {
		bool count = !rec_times_suffixes[i + 1];

		snprintf(full, sizeof(full), "%s.%s", name, rec_times_suffixes[i]);
		if (count)
			rec_result_metric(r, full, "samples", value[i], 0);
		else if (h->count)
			rec_result_metric(r, full, unit, value[i], decimals(REC_TIMES));
		else
			rec_result_no_metric(r, full, unit);
	}
}

/* The distribution of what is no member of a family: those are many, and parts of others. */
static void emit_dist(struct rec_result *r, const struct rec_instance *i)
{
	struct rec_result_dist d = { .name = i->names[0],
				     .unit = (char *)i->unit,
				     .count = i->hist.count };

	for (unsigned k = 0; k < REC_NR_LEVELS; k++)
		d.ps[k] = k ? rec_hist_quantile(&i->hist, rec_levels_ppm[k]) : i->hist.min;
	rec_result_dist(r, &d);
}

static void emit_instance(struct rec_result *r, const struct rec_instance *i)
{
	bool family = strchr(rec_metric_rows[i->id].name, '<') && i->id != REC_M_WORKLOAD;

	if (i->kind == REC_TIMES) {
		if (i->hist.count || !family)
			emit_times(r, i->names[0], i->unit, &i->hist);
		if (i->hist.count && !family)
			emit_dist(r, i);
		r->failed |= rec_hist_failed(&i->hist);
		return;
	}
	for (unsigned n = 0; n < i->nr; n++)
		rec_result_metric(r, i->names[n], i->unit, i->v[n], decimals(i->kind));
}

int rec_metrics_emit(const struct rec_metrics *m, struct rec_result *r)
{
	for (unsigned id = 0; id < REC_METRIC_NR; id++) {
		const struct rec_metric_row *row = &rec_metric_rows[id];

		if (row->kind != REC_TIMES && !strchr(row->name, '<'))
			rec_result_metric(r, row->name, row->unit, m->v[id], decimals(row->kind));
	}
	for (const struct rec_instance *i = m->instances; i; i = i->next)
		emit_instance(r, i);
	r->failed |= m->failed;
	return r->failed ? -ENOMEM : 0;
}

void rec_metrics_print(FILE *out)
{
	for (unsigned id = 0; id < REC_METRIC_NR; id++) {
		const struct rec_metric_row *row = &rec_metric_rows[id];

		fprintf(out, "%s", row->name);
		if (row->kind == REC_TIMES) {
			fprintf(out, ".{");
			for (unsigned i = 0; rec_times_suffixes[i]; i++)
				fprintf(out, "%s%s", i ? "," : "", rec_times_suffixes[i]);
			fprintf(out, "}");
		}
		fprintf(out, "\n    unit      %s\n    meaning   %s\n    formula   %s\n", row->unit,
			row->meaning, row->formula);
		if (row->identity[0])
			fprintf(out, "    identity  %s\n", row->identity);
	}
}
