// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reading distributions. One row a shape: its key, the keys of its two numbers, and what they are.
 */
#include "dist.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "units.h"

enum second { NOTHING, TIME, SHAPE };

static const struct shape {
	const char *name;
	enum sim_dist_kind kind;
	const char *keys[2]; /* of its mapping; both NULL: a time, or a list of two */
	enum second second;
	const char *form;
} shapes[] = {
	{ "exponential", SIM_EXPONENTIAL, { NULL, NULL }, NOTHING, "exponential: MEAN" },
	{ "uniform", SIM_UNIFORM, { NULL, NULL }, TIME, "uniform: [LOW, HIGH]" },
	{ "normal", SIM_NORMAL, { "mean", "sd" }, TIME, "normal: {mean: TIME, sd: TIME}" },
	{ "lognormal",
	  SIM_LOGNORMAL,
	  { "median", "shape" },
	  SHAPE,
	  "lognormal: {median: TIME, shape: NUMBER}" },
	{ "pareto", SIM_PARETO, { "min", "shape" }, SHAPE, "pareto: {min: TIME, shape: NUMBER}" },
};
#define SHAPES (sizeof(shapes) / sizeof(shapes[0]))

static int read_time(struct doc *d, const struct doc_node *node, const struct param *p,
		     const char *what, uint64_t *value)
{
	char why[UNITS_WHY_MAX];

	if (node->kind != DOC_SCALAR)
		return diag_error(d->diag, node->at,
				  "%s: a list or mapping stands where a time is "
				  "expected",
				  what);
	if (units_parse(p, node->text, value, why))
		return diag_error(d->diag, node->at, "%s: %s", what, why);
	return 0;
}

static int read_shape(struct doc *d, const struct doc_node *node, const char *what,
		      uint64_t *thousandths)
{
	char why[UNITS_WHY_MAX];

	if (node->kind != DOC_SCALAR)
		return diag_error(d->diag, node->at,
				  "%s: a list or mapping stands where a number "
				  "is expected",
				  what);
	if (units_parse_shape(node->text, thousandths, why))
		return diag_error(d->diag, node->at, "%s: %s", what, why);
	return 0;
}

static int wrong_form(struct doc *d, const struct doc_node *node, const char *what,
		      const struct shape *s)
{
	return diag_error(d->diag, node->at, "%s: not a distribution of this form; valid: {%s}",
			  what, s->form);
}

static int read_second(struct doc *d, const struct doc_node *node, const struct param *p,
		       const char *what, const struct shape *s, uint64_t *value)
{
	/* A spread may be smaller than the least time itself. */
	struct param free = *p;

	free.min = 0;
	free.max = units_max(p);
	return s->second == SHAPE ? read_shape(d, node, what, value)
				  : read_time(d, node, &free, what, value);
}

static int read_pair(struct doc *d, const struct doc_node *node, const struct param *p,
		     const char *what, const struct shape *s, struct sim_dist *dist)
{
	const struct doc_node *first, *second;
	int err;

	if (s->keys[0]) {
		first = doc_get(node, s->keys[0]);
		second = doc_get(node, s->keys[1]);
		if (!first || !second || node->count != 2)
			return wrong_form(d, node, what, s);
	} else {
		if (node->kind != DOC_LIST || node->count != 2)
			return wrong_form(d, node, what, s);
		first = node->items[0];
		second = node->items[1];
	}
	err = read_time(d, first, p, what, &dist->a);
	if (!err)
		err = read_second(d, second, p, what, s, &dist->b);
	if (!err && dist->kind == SIM_UNIFORM && dist->a > dist->b)
		return diag_error(d->diag, node->at,
				  "%s: the first time is larger than the second; "
				  "valid: {%s}",
				  what, s->form);
	return err;
}

int dist_read(struct doc *d, const struct doc_node *node, const struct param *p, const char *what,
	      struct sim_dist *dist)
{
	struct diag_nearest nearest = { 0 };
	const struct shape *s = NULL;
	char quoted[DIAG_QUOTE_MAX];

	*dist = (struct sim_dist){ .kind = SIM_CONSTANT };
	if (node->kind == DOC_SCALAR)
		return read_time(d, node, p, what, &dist->a);
	if (node->kind != DOC_MAP || node->count != 1)
		return diag_error(d->diag, node->at,
				  "%s: not a time or one distribution; valid: "
				  "5 us, or {exponential: 5 us}",
				  what);
	nearest.word = node->entries[0].key;
	for (size_t i = 0; i < SHAPES; i++) {
		diag_offer(&nearest, shapes[i].name);
		if (!strcmp(shapes[i].name, nearest.word))
			s = &shapes[i];
	}
	if (!s)
		return diag_error(d->diag, node->entries[0].at,
				  "%s: unknown distribution '%s'; "
				  "nearest valid key '%s'",
				  what, diag_quote(quoted, nearest.word), nearest.best);
	dist->kind = s->kind;
	if (s->second == NOTHING)
		return read_time(d, node->entries[0].value, p, what, &dist->a);
	return read_pair(d, node->entries[0].value, p, what, s, dist);
}
