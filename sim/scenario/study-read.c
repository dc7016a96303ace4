// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reading a study's YAML into its axes, exceptions and metrics. Values of scenario keys are kept
 * as they were written and meet the scenario's own schema later, with the place in the study.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "files.h"
#include "study-read.h"

#define AXES_MAX STUDY_AXES_MAX

static void *array(struct study *s, uint32_t nr, size_t size)
{
	return doc_alloc(&s->doc, (nr ? nr : 1) * size);
}

/* ---- what any part may be ---- */

/* A list, or one item that stands for a list of one. */
static uint32_t item_count(const struct doc_node *node)
{
	return node->kind == DOC_LIST ? node->count : 1;
}

static struct doc_node *item(struct doc_node *node, uint32_t i)
{
	return node->kind == DOC_LIST ? node->items[i] : node;
}

static struct doc_change change_of(const char *path, struct diag_pos at,
				   const struct doc_node *value)
{
	return (struct doc_change){ .path = path, .value = value, .at = at };
}

/* {path: value, ...} as changes. */
static int read_changes(struct study *s, const struct doc_node *map, const char *where,
			struct doc_change **changes, uint32_t *nr)
{
	if (map->kind != DOC_MAP)
		return diag_error(&s->diag, map->at, "%s: not a mapping of scenario keys to values",
				  where);
	*changes = array(s, map->count, sizeof(**changes));
	if (!*changes)
		return -ENOMEM;
	for (uint32_t i = 0; i < map->count; i++)
		(*changes)[i] =
			change_of(map->entries[i].key, map->entries[i].at, map->entries[i].value);
	*nr = map->count;
	return 0;
}

/* ---- axes ---- */

/* quick: a list of labels; absent: all stay. */
static int read_quick_values(struct study *s, struct doc_node *quick, struct study_axis *axis)
{
	uint32_t found = 0;
	int err = 0;

	for (uint32_t i = 0; i < axis->nr_values; i++)
		axis->values[i].quick = !quick;
	for (uint32_t i = 0; quick && !err && i < item_count(quick); i++) {
		err = study_read_label(s, axis, item(quick, i), &found);
		if (!err)
			axis->values[found].quick = true;
	}
	return err;
}

static int check_twice(struct study *s, const struct study_axis *axis, uint32_t last,
		       struct diag_pos at)
{
	char quoted[DIAG_QUOTE_MAX];

	for (uint32_t i = 0; i < last; i++)
		if (!strcmp(axis->values[i].label, axis->values[last].label))
			return diag_error(&s->diag, at, "%s: the value '%s' stands there twice",
					  axis->name, diag_quote(quoted, axis->values[i].label));
	return 0;
}

/* One value goes to every path of `set`. */
static int read_value(struct study *s, struct doc_node *set, const struct doc_node *node,
		      struct study_value *value)
{
	int err = study_read_word(s, node, "a value of an axis", &value->label);

	if (err)
		return err;
	value->nr_changes = item_count(set);
	value->changes = array(s, value->nr_changes, sizeof(*value->changes));
	if (!value->changes)
		return -ENOMEM;
	for (uint32_t i = 0; i < value->nr_changes; i++)
		value->changes[i] = change_of(item(set, i)->text, item(set, i)->at, node);
	return 0;
}

static int read_values(struct study *s, struct doc_node *set, const struct doc_node *values,
		       struct study_axis *axis)
{
	int err = 0;

	for (uint32_t i = 0; i < item_count(set); i++)
		if (item(set, i)->kind != DOC_SCALAR)
			return diag_error(&s->diag, item(set, i)->at, "set: not a scenario key");
	axis->values = array(s, values->count, sizeof(*axis->values));
	if (!axis->values)
		return -ENOMEM;
	for (uint32_t i = 0; i < values->count && !err; i++) {
		axis->nr_values = i + 1;
		err = read_value(s, set, values->items[i], &axis->values[i]);
		if (!err)
			err = check_twice(s, axis, i, values->items[i]->at);
	}
	return err;
}

static int read_cases(struct study *s, const struct doc_node *cases, struct study_axis *axis)
{
	int err = 0;

	axis->values = array(s, cases->count, sizeof(*axis->values));
	if (!axis->values)
		return -ENOMEM;
	axis->nr_values = cases->count;
	for (uint32_t i = 0; i < cases->count && !err; i++) {
		struct study_value *v = &axis->values[i];
		struct doc_node label = { .kind = DOC_SCALAR,
					  .at = cases->entries[i].at,
					  .text = cases->entries[i].key };

		err = study_read_word(s, &label, "a case of an axis", &v->label);
		if (!err)
			err = read_changes(s, cases->entries[i].value, v->label, &v->changes,
					   &v->nr_changes);
	}
	return err;
}

static int read_axis(struct study *s, const struct doc_node *node, struct study_axis *axis)
{
	static const char *const keys[] = { "name", "set", "values", "cases", "quick", NULL };
	int err = study_read_keys(s, node, keys, "an axis");
	struct doc_node *set, *values, *cases, *name;

	if (err)
		return err;
	axis->at = node->at;
	name = doc_get(node, "name");
	set = doc_get(node, "set");
	values = doc_get(node, "values");
	cases = doc_get(node, "cases");
	if (cases ? set || values || !name : !set || !values)
		return diag_error(&s->diag, node->at,
				  "an axis is {set: KEY, values: [...]} or {name: NAME, cases: "
				  "{LABEL: {KEY: VALUE}}}");
	if ((cases && (cases->kind != DOC_MAP || !cases->count)) ||
	    (values && (values->kind != DOC_LIST || !values->count)) ||
	    (set && set->kind == DOC_LIST && !set->count))
		return diag_error(&s->diag, node->at, "an axis without values");
	err = study_read_word(s, name ? name : item(set, 0), "the name of an axis", &axis->name);
	if (!err)
		err = cases ? read_cases(s, cases, axis) : read_values(s, set, values, axis);
	return err ? err : read_quick_values(s, doc_get(node, "quick"), axis);
}

static int read_axes(struct study *s, const struct doc_node *axes)
{
	int err = 0;

	if (!axes)
		return 0;
	if (axes->kind != DOC_LIST || axes->count > AXES_MAX)
		return diag_error(&s->diag, axes->at, "axes: not a list of up to %d axes",
				  AXES_MAX);
	s->axes = array(s, axes->count, sizeof(*s->axes));
	if (!s->axes)
		return -ENOMEM;
	for (uint32_t i = 0; i < axes->count && !err; i++) {
		s->nr_axes = i + 1;
		err = read_axis(s, axes->items[i], &s->axes[i]);
		for (uint32_t k = 0; k < i && !err; k++)
			if (!strcmp(s->axes[k].name, s->axes[i].name))
				err = diag_error(&s->diag, axes->items[i]->at,
						 "a second axis '%s'; give one of them a name",
						 s->axes[i].name);
	}
	return err;
}

/* ---- exceptions ---- */

static int read_named(struct study *s, const struct doc_entry *e, struct study_except *except)
{
	uint32_t axis = 0, value = 0;
	int err = study_read_axis(s, "except", e->key, e->at, &axis);

	if (err)
		return err;
	except->named[axis] = array(s, s->axes[axis].nr_values, sizeof(bool));
	if (!except->named[axis])
		return -ENOMEM;
	for (uint32_t i = 0; i < item_count(e->value) && !err; i++) {
		err = study_read_label(s, &s->axes[axis], item(e->value, i), &value);
		if (!err)
			except->named[axis][value] = true;
	}
	return err;
}

static int read_excepts(struct study *s, struct doc_node *node)
{
	int err = 0;

	if (!node)
		return 0;
	s->nr_excepts = item_count(node);
	s->excepts = array(s, s->nr_excepts, sizeof(*s->excepts));
	if (!s->excepts)
		return -ENOMEM;
	for (uint32_t i = 0; i < s->nr_excepts && !err; i++) {
		const struct doc_node *map = item(node, i);

		if (map->kind != DOC_MAP || !map->count)
			return diag_error(&s->diag, map->at,
					  "except: not a mapping of axes to values");
		s->excepts[i].named = array(s, s->nr_axes, sizeof(bool *));
		if (!s->excepts[i].named)
			return -ENOMEM;
		for (uint32_t k = 0; k < map->count && !err; k++)
			err = read_named(s, &map->entries[k], &s->excepts[i]);
	}
	return err;
}

/* ---- the rest ---- */

static int read_metrics(struct study *s, struct doc_node *node)
{
	int err = 0;

	if (!node)
		return 0;
	s->nr_metrics = item_count(node);
	s->metrics = array(s, s->nr_metrics, sizeof(*s->metrics));
	if (!s->metrics)
		return -ENOMEM;
	for (uint32_t i = 0; i < s->nr_metrics && !err; i++) {
		s->metrics[i].at = item(node, i)->at;
		err = study_read_word(s, item(node, i), "metrics", &s->metrics[i].name);
	}
	return err;
}

static int read_labels(struct study *s, const struct doc_node *map)
{
	if (!map)
		return 0;
	if (map->kind != DOC_MAP)
		return diag_error(&s->diag, map->at, "labels: not a mapping of names to texts");
	s->labels = array(s, map->count, sizeof(*s->labels));
	if (!s->labels)
		return -ENOMEM;
	for (uint32_t i = 0; i < map->count; i++) {
		const struct doc_entry *e = &map->entries[i];

		if (e->value->kind != DOC_SCALAR)
			return diag_error(&s->diag, e->at, "labels: not a text");
		s->labels[s->nr_labels++] = (struct study_label){ e->key, e->value->text };
	}
	return 0;
}

static int append_common(struct study *s, const struct doc_node *map, const char *where)
{
	struct doc_change *more = NULL, *all;
	uint32_t nr = 0;
	int err;

	if (!map)
		return 0;
	err = read_changes(s, map, where, &more, &nr);
	if (err)
		return err;
	all = array(s, s->nr_common + nr, sizeof(*all));
	if (!all)
		return -ENOMEM;
	if (s->nr_common)
		memcpy(all, s->common, s->nr_common * sizeof(*all));
	if (nr)
		memcpy(all + s->nr_common, more, nr * sizeof(*all));
	s->common = all;
	s->nr_common += nr;
	return 0;
}

static int read_quick(struct study *s, const struct doc_node *quick, uint64_t *replications)
{
	static const char *const keys[] = { "replications", "set", "stop", NULL };
	uint64_t fewer = *replications < STUDY_QUICK_REPLICATIONS ? *replications
								  : STUDY_QUICK_REPLICATIONS;
	int err = quick ? study_read_keys(s, quick, keys, "quick") : 0;

	if (!err && quick)
		err = study_read_number(s, doc_get(quick, "replications"), "quick.replications", 1,
					UINT32_MAX, &fewer);
	if (err || !s->quick)
		return err;
	*replications = fewer;
	return quick ? append_common(s, doc_get(quick, "set"), "quick.set") : 0;
}

static int read_base(struct study *s, struct files *f, const struct doc_node *study)
{
	const struct doc_node *base = doc_get(study, "base");

	if (!base)
		return diag_error(&s->diag, study->at,
				  "study: the key 'base' is missing; valid: the name of a "
				  "scenario or its file");
	if (base->kind != DOC_SCALAR)
		return diag_error(&s->diag, base->at, "base: not the name of a scenario");
	s->base = files_find(f, base->text, "scenarios", base->at);
	return s->base ? 0 : s->diag.err;
}

static int read_study(struct study *s, struct files *f, const struct doc_node *study)
{
	static const char *const keys[] = {
		"base",	   "set",   "axes", "except",	   "replications", "seed", "quick",
		"metrics", "plots", "stop", "sensitivity", "labels",	   NULL
	};
	uint64_t replications = STUDY_REPLICATIONS;
	int err = study_read_keys(s, study, keys, "study");

	s->seed = 1;
	if (!err)
		err = read_base(s, f, study);
	if (!err)
		err = append_common(s, doc_get(study, "set"), "set");
	if (!err)
		err = study_read_number(s, doc_get(study, "replications"), "replications", 1,
					UINT32_MAX, &replications);
	if (!err)
		err = study_read_number(s, doc_get(study, "seed"), "seed", 0, UINT32_MAX, &s->seed);
	if (!err)
		err = read_quick(s, doc_get(study, "quick"), &replications);
	if (!err)
		err = read_axes(s, doc_get(study, "axes"));
	if (!err)
		err = read_excepts(s, doc_get(study, "except"));
	s->replications = s->at_least = (uint32_t)replications;
	if (!err)
		err = read_metrics(s, doc_get(study, "metrics"));
	if (!err)
		err = study_read_plots(s, doc_get(study, "plots"));
	if (!err)
		err = read_labels(s, doc_get(study, "labels"));
	if (!err)
		err = study_read_stop(s, doc_get(study, "stop"), !s->quick);
	if (!err && doc_get(study, "quick"))
		err = study_read_stop(s, doc_get(doc_get(study, "quick"), "stop"), s->quick);
	return err ? err : study_read_sensitivity(s, doc_get(study, "sensitivity"));
}

static int default_name(struct study *s)
{
	const char *slash = strrchr(s->path, '/'), *name = slash ? slash + 1 : s->path;

	s->name = doc_strdup(&s->doc, name, strcspn(name, "."));
	return s->name ? 0 : -ENOMEM;
}

int study_read(struct study *s, struct files *f, const char *file)
{
	static const char *const keys[] = { "description", "study", NULL };
	struct diag_pos at = { .file = file, .line = 1, .column = 1 };
	const struct doc_node *root, *text, *study;
	int err;

	s->path = file;
	if (!strchr(file, '/') && !strstr(file, ".yaml") && access(file, F_OK))
		s->path = files_find(f, file, "sweeps", at);
	root = s->path ? doc_read(&s->doc, s->path, at) : NULL;
	if (!root)
		return s->diag.err;
	err = study_read_keys(s, root, keys, "a study");
	if (err)
		return err;
	text = doc_get(root, "description");
	s->description = text && text->kind == DOC_SCALAR ? text->text : "";
	study = doc_get(root, "study");
	if (!study)
		return diag_error(&s->diag, root->at, "no study: the key 'study' is missing");
	err = default_name(s);
	return err ? err : read_study(s, f, study);
}
