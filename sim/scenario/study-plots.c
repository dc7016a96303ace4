// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a study says of its results: pictures, when a point has been replicated often enough, and
 * which answer --sensitivity is to shake. Names of axes and of their values are checked here;
 * metrics can only be checked against results.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "study-read.h"
#include "units.h"

#define STOP_MOST 100 /* replications when a stop rule does not say */

static const char *const types[] = { "line", "cdf", "heat", "stack", NULL };
static const char *const logs[] = { "x", "y", "xy", NULL };

/* ---- plots ---- */

static int read_choice(struct study *s, const struct doc_node *node, const char *key,
		       const char *const *choices, const char **choice)
{
	const struct param row = { .type = PARAM_ENUM, .names = choices };
	char why[UNITS_WHY_MAX];
	uint64_t value = 0;

	if (node->kind != DOC_SCALAR)
		return diag_error(&s->diag, node->at, "%s: not a word", key);
	if (units_parse(&row, node->text, &value, why))
		return diag_error(&s->diag, node->at, "%s: %s", key, why);
	*choice = choices[value];
	return 0;
}

/* The axis that a key names becomes used; an axis can stand for one thing only. */
static int read_axis(struct study *s, const struct doc_node *map, const char *key, bool *used,
		     const char **name)
{
	struct doc_node *node = doc_get(map, key);
	uint32_t axis = 0;
	int err;

	*name = "";
	if (!node)
		return 0;
	err = study_read_word(s, node, key, name);
	if (!err)
		err = study_read_axis(s, key, *name, node->at, &axis);
	if (!err && used[axis])
		err = diag_error(&s->diag, node->at, "%s: the axis '%s' stands there already", key,
				 *name);
	if (!err)
		used[axis] = true;
	return err;
}

/* Can a point with this value be in the study? */
static int check_left(struct study *s, const struct study_axis *axis, uint32_t value,
		      struct diag_pos at)
{
	if (!s->quick || axis->values[value].quick)
		return 0;
	return diag_error(&s->diag, at, "%s: the value '%s' is left out by --quick", axis->name,
			  axis->values[value].label);
}

static int read_held(struct study *s, const struct doc_entry *e, bool *used, char *text,
		     size_t size)
{
	size_t length = strlen(text);
	uint32_t axis = 0, value = 0;
	int err = study_read_axis(s, "where", e->key, e->at, &axis);

	if (!err && used[axis])
		err = diag_error(&s->diag, e->at, "where: the axis '%s' stands there already",
				 e->key);
	if (!err)
		err = study_read_label(s, &s->axes[axis], e->value, &value);
	if (!err)
		err = check_left(s, &s->axes[axis], value, e->value->at);
	if (err)
		return err;
	used[axis] = true;
	snprintf(text + length, size - length, "%s%s=%s", length ? "\t" : "", e->key,
		 s->axes[axis].values[value].label);
	return 0;
}

static int read_where(struct study *s, const struct doc_node *where, bool *used, const char **text)
{
	char held[1024] = "";
	int err = 0;

	if (where && where->kind != DOC_MAP)
		return diag_error(&s->diag, where->at, "where: not a mapping of axes to values");
	for (uint32_t i = 0; where && i < where->count && !err; i++)
		err = read_held(s, &where->entries[i], used, held, sizeof(held));
	if (err)
		return err;
	*text = doc_strdup(&s->doc, held, strlen(held));
	return *text ? 0 : -ENOMEM;
}

/* An axis of which several values are left belongs somewhere. */
static int check_axes(struct study *s, const bool *used, struct diag_pos at)
{
	for (uint32_t a = 0; a < s->nr_axes; a++) {
		uint32_t left = 0;

		for (uint32_t v = 0; v < s->axes[a].nr_values; v++)
			left += !s->quick || s->axes[a].values[v].quick;
		if (!used[a] && left > 1)
			return diag_error(
				&s->diag, at,
				"plots: the axis '%s' is neither x, by nor panel; hold it "
				"with where: {%s: VALUE}",
				s->axes[a].name, s->axes[a].name);
	}
	return 0;
}

static int read_name(struct study *s, const struct doc_node *node, uint32_t index,
		     struct study_plot *plot)
{
	char name[32];
	int err;

	snprintf(name, sizeof(name), "plot-%u", index + 1);
	if (!node) {
		plot->name = doc_strdup(&s->doc, name, strlen(name));
		return plot->name ? 0 : -ENOMEM;
	}
	err = study_read_word(s, node, "the name of a plot", &plot->name);
	if (!err && (strspn(plot->name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
					"0123456789-_.") != strlen(plot->name) ||
		     *plot->name == '.'))
		err = diag_error(&s->diag, node->at,
				 "the name of a plot is that of its files; valid: letters, digits, "
				 "- and _");
	for (uint32_t i = 0; i < index && !err; i++)
		if (!strcmp(s->plots[i].name, plot->name))
			err = diag_error(&s->diag, node->at, "a second plot '%s'", plot->name);
	return err;
}

static int read_texts(struct study *s, const struct doc_node *map, struct study_plot *plot)
{
	const struct doc_node *title = doc_get(map, "title"), *y = doc_get(map, "y");
	const struct doc_node *type = doc_get(map, "type"), *log = doc_get(map, "log");
	int err = 0;

	plot->title = title && title->kind == DOC_SCALAR ? title->text : "";
	plot->log = "";
	plot->type = types[0];
	if (type)
		err = read_choice(s, type, "type", types, &plot->type);
	if (!err && log)
		err = read_choice(s, log, "log", logs, &plot->log);
	plot->y = !strcmp(plot->type, "stack") ? "irq.stage" : "";
	if (!err && y)
		err = study_read_word(s, y, "y", &plot->y);
	if (!err && !*plot->y)
		err = diag_error(&s->diag, map->at,
				 "a plot without y; valid: the name of a metric");
	return err;
}

static int read_plot(struct study *s, const struct doc_node *map, uint32_t index)
{
	static const char *const keys[] = { "name", "type",  "title", "x",   "y",
					    "by",   "panel", "where", "log", NULL };
	struct study_plot *plot = &s->plots[index];
	bool used[STUDY_AXES_MAX] = { false };
	int err = study_read_keys(s, map, keys, "a plot");

	plot->at = map->at;
	if (!err)
		err = read_name(s, doc_get(map, "name"), index, plot);
	if (!err)
		err = read_texts(s, map, plot);
	if (!err)
		err = read_axis(s, map, "x", used, &plot->x);
	if (!err && *plot->x == '\0' && strcmp(plot->type, "cdf"))
		err = diag_error(&s->diag, map->at, "a plot without x; valid: the name of an axis");
	if (!err && *plot->x && !strcmp(plot->type, "cdf"))
		err = diag_error(&s->diag, map->at, "a cdf has the metric along x: leave x out");
	if (!err)
		err = read_axis(s, map, "by", used, &plot->by);
	if (!err && *plot->by && !strcmp(plot->type, "stack"))
		err = diag_error(&s->diag, map->at,
				 "a stack has hops in its bars: leave by out, or make it panel");
	if (!err && !*plot->by && !strcmp(plot->type, "heat"))
		err = diag_error(&s->diag, map->at, "a heat map without by; valid: an axis");
	if (!err)
		err = read_axis(s, map, "panel", used, &plot->panel);
	if (!err)
		err = read_where(s, doc_get(map, "where"), used, &plot->where);
	return err ? err : check_axes(s, used, map->at);
}

int study_read_plots(struct study *s, const struct doc_node *plots)
{
	int err = 0;

	if (!plots)
		return 0;
	if (plots->kind != DOC_LIST)
		return diag_error(&s->diag, plots->at, "plots: not a list");
	s->plots = doc_alloc(&s->doc, (plots->count + 1) * sizeof(*s->plots));
	if (!s->plots)
		return -ENOMEM;
	for (uint32_t i = 0; i < plots->count && !err; i++) {
		err = read_plot(s, plots->items[i], i);
		s->nr_plots = i + 1;
	}
	return err;
}

/* ---- the stop rule ---- */

static int read_within(struct study *s, const struct doc_node *node, uint32_t *within)
{
	const struct param row = { .type = PARAM_PERCENT, .min = 1, .max = 100000 };
	char why[UNITS_WHY_MAX];
	uint64_t value = 0;

	if (!node || node->kind != DOC_SCALAR)
		return 0;
	if (units_parse(&row, node->text, &value, why))
		return diag_error(&s->diag, node->at, "within: %s", why);
	*within = (uint32_t)value;
	return 0;
}

int study_read_stop(struct study *s, const struct doc_node *stop, bool holds)
{
	static const char *const keys[] = { "metric", "within", "replications", NULL };
	uint64_t most = s->at_least > STOP_MOST ? s->at_least : STOP_MOST;
	struct study_stop rule = { 0 };
	const struct doc_node *metric;
	int err;

	if (!stop)
		return 0;
	err = study_read_keys(s, stop, keys, "stop");
	if (err)
		return err;
	metric = doc_get(stop, "metric");
	if (!metric || !doc_get(stop, "within"))
		return diag_error(&s->diag, stop->at,
				  "stop: a rule is {metric: METRIC, within: 5 %%}");
	err = study_read_word(s, metric, "metric", &rule.metric);
	if (!err)
		err = read_within(s, doc_get(stop, "within"), &rule.within);
	if (!err)
		err = study_read_number(s, doc_get(stop, "replications"), "stop.replications",
					s->at_least, UINT32_MAX, &most);
	rule.most = (uint32_t)most;
	if (holds && !err) {
		s->stop = rule;
		s->replications = rule.most;
	}
	return err;
}

/* ---- sensitivity ---- */

static int read_compared(struct study *s, const struct doc_node *node)
{
	struct study_sensitivity *t = &s->sensitivity;
	const struct doc_entry *e;
	int err;

	if (!node || node->kind != DOC_MAP || node->count != 1 ||
	    node->entries[0].value->kind != DOC_LIST || node->entries[0].value->count != 2)
		return diag_error(&s->diag, node ? node->at : t->at,
				  "sensitivity: say {compare: {AXIS: [VALUE, VALUE]}}");
	e = &node->entries[0];
	err = study_read_axis(s, "compare", e->key, e->at, &t->axis);
	if (!err)
		err = study_read_label(s, &s->axes[t->axis], e->value->items[0],
				       &t->value[t->axis]);
	return err ? err : study_read_label(s, &s->axes[t->axis], e->value->items[1], &t->other);
}

static int read_point(struct study *s, const struct doc_node *where)
{
	struct study_sensitivity *t = &s->sensitivity;
	int err = 0;

	for (uint32_t a = 0; a < s->nr_axes && !err; a++) {
		const struct doc_node *value = where ? doc_get(where, s->axes[a].name) : NULL;

		if (value)
			err = study_read_label(s, &s->axes[a], value, &t->value[a]);
		else if (a != t->axis && s->axes[a].nr_values > 1)
			err = diag_error(&s->diag, t->at,
					 "sensitivity: hold the axis '%s' with where: {%s: VALUE}",
					 s->axes[a].name, s->axes[a].name);
	}
	return err;
}

int study_read_sensitivity(struct study *s, const struct doc_node *node)
{
	static const char *const keys[] = { "metric", "compare", "where", "replications", NULL };
	struct study_sensitivity *t = &s->sensitivity;
	uint64_t replications = STUDY_QUICK_REPLICATIONS;
	const struct doc_node *metric;
	int err;

	if (!node)
		return 0;
	t->at = node->at;
	err = study_read_keys(s, node, keys, "sensitivity");
	if (err)
		return err;
	t->value = doc_alloc(&s->doc, (s->nr_axes + 1) * sizeof(*t->value));
	if (!t->value)
		return -ENOMEM;
	metric = doc_get(node, "metric");
	if (!metric)
		return diag_error(&s->diag, node->at, "sensitivity: say {metric: METRIC}");
	err = read_compared(s, doc_get(node, "compare"));
	if (!err)
		err = read_point(s, doc_get(node, "where"));
	if (!err)
		err = study_read_number(s, doc_get(node, "replications"),
					"sensitivity.replications", 2, UINT32_MAX, &replications);
	t->replications = (uint32_t)replications;
	return err ? err : study_read_word(s, metric, "metric", &t->metric);
}
