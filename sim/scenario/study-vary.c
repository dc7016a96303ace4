// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The study that --sensitivity runs: one point of a study under two values of one axis, with each
 * assumed cost moved alone over its range. Costs are moved to the ends of the range and, where an
 * end is more than three times away, to the geometric mean in between as well, since an answer that
 * flips is looked for between neighbouring values.
 */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "costs.h"
#include "study-read.h"
#include "units.h"

#define FAR	   3
#define VALUES_MAX 4 /* of one cost */
#define LABEL_MAX  192
#define SUFFIX	   "-sensitivity"

/* The label is what results and messages show: `lock 5 ns`. */
static int add_case(struct study *s, struct study_axis *axis, const char *entry, uint64_t ps)
{
	struct study_value *v = &axis->values[axis->nr_values];
	struct doc_node *value;
	char cost[UNITS_TEXT_MAX], text[LABEL_MAX];
	const char *path;

	units_print(&costs_row, ps, cost);
	snprintf(text, sizeof(text), "%s %s", entry, cost);
	v->label = doc_strdup(&s->doc, text, strlen(text));
	snprintf(text, sizeof(text), "costs.%s.cost", entry);
	path = doc_strdup(&s->doc, text, strlen(text));
	v->changes = doc_alloc(&s->doc, sizeof(*v->changes));
	value = doc_scalar(&s->doc, s->sensitivity.at, NULL);
	if (!v->label || !path || !v->changes || !value)
		return -ENOMEM;
	value->text = doc_strdup(&s->doc, cost, strlen(cost));
	if (!value->text)
		return -ENOMEM;
	v->changes[0] = (struct doc_change){ .path = path, .value = value, .at = value->at };
	v->nr_changes = 1;
	v->quick = true;
	axis->nr_values++;
	return 0;
}

/* A round value near the geometric mean: two digits. */
static uint64_t between(uint64_t a, uint64_t b)
{
	double mean = sqrt((double)(a ? a : 1) * (double)b), unit;

	if (!a)
		mean = (double)b / 2;
	unit = pow(10, floor(log10(mean)) - 1);
	return (uint64_t)(rint(mean / unit) * unit);
}

static int add_entry(struct study *s, struct study_axis *axis, const char *name,
		     const struct cost_entry *e)
{
	uint64_t now = sim_dist_mean(&e->cost), value[VALUES_MAX];
	unsigned nr = 0;
	int err = 0;

	if (e->low < now)
		value[nr++] = e->low;
	if (e->low < now && e->low * FAR < now)
		value[nr++] = between(e->low, now);
	if (e->high > now && e->high > now * FAR)
		value[nr++] = between(now, e->high);
	if (e->high > now)
		value[nr++] = e->high;
	for (unsigned i = 0; i < nr && !err; i++)
		err = add_case(s, axis, name, value[i]);
	return err;
}

static int add_costs(struct study *s, const struct cost_profile *costs, const bool *used,
		     struct study_axis *axis)
{
	int err = 0;

	axis->name = STUDY_COST_AXIS;
	axis->at = s->sensitivity.at;
	axis->values = doc_alloc(&s->doc, (1 + VALUES_MAX * COST_NR) * sizeof(*axis->values));
	if (!axis->values)
		return -ENOMEM;
	axis->values[0] = (struct study_value){ .label = STUDY_AS_IS, .quick = true };
	axis->nr_values = 1;
	for (uint32_t i = 0; i < COST_NR && !err; i++) {
		const struct cost_entry *e = &costs->entry[i];

		if (used[i] && e->confidence == COST_ASSUMPTION && e->low < e->high)
			err = add_entry(s, axis, cost_name(i), e);
	}
	return err;
}

/* Of each axis the value held, of the compared one both. */
static void keep_values(struct study *s)
{
	const struct study_sensitivity *t = &s->sensitivity;

	for (uint32_t a = 0; a < s->nr_axes; a++)
		for (uint32_t v = 0; v < s->axes[a].nr_values; v++)
			s->axes[a].values[v].quick = v == t->value[a] ||
						     (a == t->axis && v == t->other);
}

/* The table shows the metric; the picture is a tornado. */
static int set_wishes(struct study *s, const char *name)
{
	const struct study_sensitivity *t = &s->sensitivity;

	s->metrics = doc_alloc(&s->doc, sizeof(*s->metrics));
	s->plots = doc_alloc(&s->doc, sizeof(*s->plots));
	if (!s->metrics || !s->plots)
		return -ENOMEM;
	s->metrics[0] = (struct study_metric){ .name = t->metric, .at = t->at };
	s->nr_metrics = 1;
	s->plots[0] = (struct study_plot){ .name = name,
					   .type = "tornado",
					   .title = "",
					   .x = STUDY_COST_AXIS,
					   .y = t->metric,
					   .by = s->axes[t->axis].name,
					   .panel = "",
					   .log = "",
					   .where = "",
					   .at = t->at };
	s->nr_plots = 1;
	return 0;
}

int study_vary(struct study *s, const struct cost_profile *costs, const bool *used)
{
	struct study_axis *axes = doc_alloc(&s->doc, (s->nr_axes + 1) * sizeof(*axes));
	char name[256];
	int err;

	if (!axes)
		return -ENOMEM;
	for (uint32_t a = 0; a < s->nr_axes; a++)
		if (!strcmp(s->axes[a].name, STUDY_COST_AXIS))
			return diag_error(&s->diag, s->axes[a].at,
					  "--sensitivity has an axis '" STUDY_COST_AXIS
					  "' of its own; give this one another name");
	snprintf(name, sizeof(name), "%s" SUFFIX, s->name);
	s->name = doc_strdup(&s->doc, name, strlen(name));
	if (!s->name)
		return -ENOMEM;
	memcpy(axes, s->axes, s->nr_axes * sizeof(*axes));
	keep_values(s);
	err = add_costs(s, costs, used, &axes[s->nr_axes]);
	if (err)
		return err;
	s->axes = axes;
	s->nr_axes++;
	s->quick = true;
	s->nr_excepts = 0;
	s->stop.metric = NULL;
	s->replications = s->at_least = s->sensitivity.replications;
	err = set_wishes(s, s->name);
	return err ? err : study_points(s);
}
