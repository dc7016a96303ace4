// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reading analysis/published/ (published.h): one table of keys, wrong ones refused with the place.
 */
#include "published.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define FOLDER "../analysis/published"

static const char *const file_keys[] = { "title", "source", "scenario",	    "metric", "clock",
					 "set",	  "rows",   "incomparable", NULL };
static const char *const row_keys[] = { "name",	     "what",   "value",	   "unit",  "confidence",
					"metric",    "set",    "series",   "fit",   "incomparable",
					"divide_by", "divide", "scenario", "clock", "low",
					"high",	     "add",    NULL };
static const char *const confidences[] = { "V", "DER", "RH", "RL", NULL };

struct reader {
	struct files *f;
	struct doc *d;
	struct published *p;
	unsigned room;
	const struct doc_node *file; /* being read */
};

static bool among(const char *word, const char *const *words, struct diag_nearest *nearest)
{
	for (; *words; words++) {
		diag_offer(nearest, *words);
		if (!strcmp(word, *words))
			return true;
	}
	return false;
}

static int check_keys(struct doc *d, const struct doc_node *map, const char *const *keys)
{
	char quoted[DIAG_QUOTE_MAX];

	if (map->kind != DOC_MAP)
		return diag_error(d->diag, map->at, "expected a mapping");
	for (uint32_t i = 0; i < map->count; i++) {
		const struct doc_entry *e = &map->entries[i];
		struct diag_nearest nearest = { .word = e->key };

		if (!among(e->key, keys, &nearest))
			return diag_error(d->diag, e->at,
					  "unknown key '%s'; nearest valid key '%s'",
					  diag_quote(quoted, e->key), nearest.best);
	}
	return 0;
}

/* The text of a key; NULL when it is not given, or is no text (recorded). */
static const char *text(struct doc *d, const struct doc_node *map, const char *key)
{
	const struct doc_node *n = doc_get(map, key);

	if (!n)
		return NULL;
	if (n->kind == DOC_SCALAR && *n->text)
		return n->text;
	diag_error(d->diag, n->at, "%s: expected a text", key);
	return NULL;
}

/* That of the row, else that of its file. */
static const char *inherited(struct reader *r, const struct doc_node *row, const char *key)
{
	return doc_get(row, key) ? text(r->d, row, key) : text(r->d, r->file, key);
}

static const char *required(struct reader *r, const struct doc_node *map, const char *key)
{
	const char *t = text(r->d, map, key);

	if (!t && !r->d->diag->err)
		diag_error(r->d->diag, map->at, "missing key '%s'", key);
	return t;
}

static double number(struct reader *r, const struct doc_node *at, const char *key, const char *t)
{
	char *end;
	double v = strtod(t, &end);

	if (*end || !isfinite(v) || v <= 0)
		diag_error(r->d->diag, at->at, "%s: expected a number above 0", key);
	return v;
}

static int add_sets(struct reader *r, struct published_row *row, const struct doc_node *map)
{
	const struct doc_node *set = doc_get(map, "set");

	if (!set)
		return 0;
	if (set->kind != DOC_MAP)
		return diag_error(r->d->diag, set->at, "set: expected a mapping of keys to values");
	for (uint32_t i = 0; i < set->count; i++) {
		const struct doc_entry *e = &set->entries[i];

		if (row->nr_sets == PUBLISHED_SETS_MAX)
			return diag_error(r->d->diag, e->at, "more than %d values set",
					  PUBLISHED_SETS_MAX);
		row->set[row->nr_sets++] =
			(struct doc_change){ .path = e->key, .value = e->value, .at = e->at };
	}
	return 0;
}

static void find_scenario(struct reader *r, struct published_row *row, const struct doc_node *map)
{
	const char *name = row->incomparable ? text(r->d, map, "scenario")
					     : inherited(r, map, "scenario");

	if (name)
		row->scenario = files_find(r->f, name, NULL, row->at);
	else if (!row->incomparable && !r->d->diag->err)
		diag_error(r->d->diag, row->at,
			   "a row without scenario must say why: incomparable");
}

/* Both ends or none, around the value. */
static void read_range(struct reader *r, const struct doc_node *map, struct published_row *row)
{
	const char *low = text(r->d, map, "low"), *high = text(r->d, map, "high");

	if (low)
		row->low = number(r, map, "low", low);
	if (high)
		row->high = number(r, map, "high", high);
	if ((low || high) && !r->d->diag->err &&
	    !(low && high && row->low <= row->value && row->value <= row->high))
		diag_error(r->d->diag, map->at, "low and high: expected both, value between them");
}

static int read_row(struct reader *r, const struct doc_node *map, struct published_row *row)
{
	struct diag_nearest nearest = { 0 };
	const char *t;

	if (check_keys(r->d, map, row_keys))
		return r->d->diag->err;
	row->at = map->at;
	row->name = required(r, map, "name");
	row->what = required(r, map, "what");
	row->title = required(r, r->file, "title");
	row->source = required(r, r->file, "source");
	row->unit = required(r, map, "unit");
	row->confidence = required(r, map, "confidence");
	t = required(r, map, "value");
	if (r->d->diag->err)
		return r->d->diag->err;
	row->value = number(r, map, "value", t);
	read_range(r, map, row);
	nearest.word = row->confidence;
	if (!among(row->confidence, confidences, &nearest))
		return diag_error(r->d->diag, map->at, "confidence: V, DER, RH or RL");
	t = inherited(r, map, "clock");
	row->clock = t ? number(r, map, "clock", t) : 0;
	if (!strcmp(row->unit, "cycles") && !t)
		return diag_error(r->d->diag, map->at, "cycles need a clock, in GHz");
	t = text(r->d, map, "divide");
	row->divide = t ? number(r, map, "divide", t) : 1;
	row->add = text(r->d, map, "add");
	row->divide_by = text(r->d, map, "divide_by");
	row->series = text(r->d, map, "series");
	row->fit = text(r->d, map, "fit");
	row->incomparable = inherited(r, map, "incomparable");
	row->metric = inherited(r, map, "metric");
	find_scenario(r, row, map);
	if (row->scenario && !row->metric && !r->d->diag->err)
		return diag_error(r->d->diag, map->at, "missing key 'metric'");
	if (add_sets(r, row, r->file) || add_sets(r, row, map))
		return r->d->diag->err;
	return r->d->diag->err;
}

static struct published_row *add_row(struct reader *r)
{
	struct published *p = r->p;

	if (p->nr_rows == r->room) {
		unsigned room = r->room ? 2 * r->room : 32;
		struct published_row *more = doc_alloc(r->d, room * sizeof(*more));

		if (!more)
			return NULL;
		if (p->nr_rows)
			memcpy(more, p->rows, p->nr_rows * sizeof(*more));
		p->rows = more;
		r->room = room;
	}
	return &p->rows[p->nr_rows];
}

static int check_name(struct reader *r, const struct published_row *row)
{
	for (unsigned i = 0; i < r->p->nr_rows; i++)
		if (!strcmp(r->p->rows[i].name, row->name))
			return diag_error(r->d->diag, row->at, "a second row '%s'", row->name);
	r->p->nr_rows++;
	return 0;
}

static void read_file(void *arg, const char *name, const char *path)
{
	struct reader *r = arg;
	struct diag_pos at = { .file = path, .line = 1, .column = 1 };
	const struct doc_node *rows;

	(void)name;
	if (r->d->diag->err)
		return;
	path = doc_strdup(r->d, path, strlen(path));
	at.file = path;
	r->file = path ? doc_read(r->d, path, at) : NULL;
	if (!r->file || check_keys(r->d, r->file, file_keys))
		return;
	rows = doc_get(r->file, "rows");
	if (!rows || rows->kind != DOC_LIST) {
		diag_error(r->d->diag, at, "expected a list 'rows'");
		return;
	}
	for (uint32_t i = 0; i < rows->count; i++) {
		struct published_row *row = add_row(r);

		if (!row || read_row(r, rows->items[i], row) || check_name(r, row))
			return;
	}
}

int published_read(struct files *f, struct doc *d, struct published *p)
{
	struct reader r = { .f = f, .d = d, .p = p };

	*p = (struct published){ 0 };
	files_list(f, FOLDER, read_file, &r);
	if (!d->diag->err && !p->nr_rows)
		return diag_error(
			d->diag,
			(struct diag_pos){ .file = "analysis/published", .line = 1, .column = 1 },
			"no published figures found; set GICSIM_CONFIGS to the folder configs");
	return d->diag->err;
}
