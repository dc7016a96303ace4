// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reading and showing cost profiles. The profile's file lies below the scenario's own entries and
 * merges with them key by key, so a scenario can change a cost and keep its source and range.
 */
#include "costs.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "dist.h"
#include "schema.h"
#include "units.h"

const char *const costs_confidences[] = { "measured", "published", "assumption", NULL };

const struct param costs_row = {
	.name = "cost",
	.type = PARAM_DIST,
	.max = SIM_S,
	.doc = "what one use takes",
};

static const char *const entry_keys[] = { "cost", "confidence", "range", "source", NULL };

struct entry_reading {
	struct doc *doc;
	const char *name; /* of the cost */
	const struct doc_node *node;
	char what[64]; /* costs.NAME, for messages */
};

static int check_entry_keys(struct entry_reading *r)
{
	char quoted[DIAG_QUOTE_MAX];

	if (r->node->kind != DOC_MAP)
		return diag_error(r->doc->diag, r->node->at,
				  "%s: not a mapping; valid: {cost: "
				  "TIME, confidence: WORD, range: [LOW, HIGH], source: TEXT}",
				  r->what);
	for (uint32_t i = 0; i < r->node->count; i++) {
		struct diag_nearest n = { .word = r->node->entries[i].key };

		for (const char *const *k = entry_keys; *k; k++)
			diag_offer(&n, *k);
		if (n.distance)
			return diag_error(r->doc->diag, r->node->entries[i].at,
					  "unknown key '%s' in "
					  "%s; nearest valid key '%s'",
					  diag_quote(quoted, n.word), r->what, n.best);
	}
	return 0;
}

static int entry_key(struct entry_reading *r, const char *key, const struct doc_node **node)
{
	*node = doc_get(r->node, key);
	if (!*node)
		return diag_error(r->doc->diag, r->node->at,
				  "%s.%s is missing; valid: {cost: TIME, "
				  "confidence: WORD, range: [LOW, HIGH], source: TEXT}",
				  r->what, key);
	return 0;
}

static int read_confidence(struct entry_reading *r, enum cost_confidence *confidence)
{
	static const struct param row = { .type = PARAM_ENUM, .names = costs_confidences };
	const struct doc_node *node;
	char why[UNITS_WHY_MAX];
	uint64_t value;
	int err = entry_key(r, "confidence", &node);

	if (err)
		return err;
	if (node->kind != DOC_SCALAR)
		return diag_error(r->doc->diag, node->at,
				  "%s.confidence: not a word; valid: "
				  "measured, published, assumption",
				  r->what);
	if (units_parse(&row, node->text, &value, why))
		return diag_error(r->doc->diag, node->at, "%s.confidence: %s", r->what, why);
	*confidence = (enum cost_confidence)value;
	return 0;
}

/* Required of an assumption; others may tell the spread of what was measured. */
static int read_range(struct entry_reading *r, struct cost_entry *e)
{
	const struct doc_node *node = doc_get(r->node, "range");
	uint64_t *ends[] = { &e->low, &e->high };
	char why[UNITS_WHY_MAX];

	if (!node && e->confidence != COST_ASSUMPTION)
		return 0;
	if (!node)
		return entry_key(r, "range", &node);
	if (node->kind != DOC_LIST || node->count != 2 || node->items[0]->kind != DOC_SCALAR ||
	    node->items[1]->kind != DOC_SCALAR)
		return diag_error(r->doc->diag, node->at,
				  "%s.range: not two times; valid: [LOW, "
				  "HIGH]",
				  r->what);
	for (unsigned i = 0; i < 2; i++)
		if (units_parse(&costs_row, node->items[i]->text, ends[i], why))
			return diag_error(r->doc->diag, node->items[i]->at, "%s.range: %s", r->what,
					  why);
	if (e->low > e->high)
		return diag_error(r->doc->diag, node->at,
				  "%s.range: the first time is larger than "
				  "the second; valid: [LOW, HIGH]",
				  r->what);
	return 0;
}

static int read_source(struct entry_reading *r, struct cost_entry *e)
{
	const struct doc_node *node;
	int err = entry_key(r, "source", &node);

	if (err)
		return err;
	if (node->kind != DOC_SCALAR || !*node->text || strlen(node->text) >= sizeof(e->source) ||
	    strpbrk(node->text, "\n\r\t"))
		return diag_error(r->doc->diag, node->at,
				  "%s.source: valid: one line of 1 to %zu "
				  "bytes that says where the cost is from",
				  r->what, sizeof(e->source) - 1);
	strcpy(e->source, node->text);
	return 0;
}

static int read_entry(struct doc *d, const char *name, const struct doc_node *node,
		      struct cost_entry *e)
{
	struct entry_reading r = { .doc = d, .name = name, .node = node };
	const struct doc_node *cost;
	char what[80];
	int err;

	snprintf(r.what, sizeof(r.what), "costs.%s", name);
	snprintf(what, sizeof(what), "%s.cost", r.what);
	err = check_entry_keys(&r);
	if (!err)
		err = entry_key(&r, "cost", &cost);
	if (!err)
		err = dist_read(d, cost, &costs_row, what, &e->cost);
	if (!err)
		err = read_confidence(&r, &e->confidence);
	if (!err)
		err = read_range(&r, e);
	if (!err)
		err = read_source(&r, e);
	e->given = !err;
	return err;
}

static bool is_cost(const char *key)
{
	const char *name;

	for (uint32_t id = 0; (name = cost_name(id)); id++)
		if (!strcmp(name, key))
			return true;
	return false;
}

static int read_entries(struct doc *d, const struct doc_node *costs, struct cost_profile *profile)
{
	char quoted[DIAG_QUOTE_MAX];
	const char *name;
	int err = 0;

	for (uint32_t i = 0; i < costs->count; i++) {
		struct diag_nearest n = { .word = costs->entries[i].key };

		if (is_cost(n.word))
			continue;
		diag_offer(&n, "profile");
		diag_offer(&n, "name");
		for (uint32_t id = 0; (name = cost_name(id)); id++)
			diag_offer(&n, name);
		if (n.distance)
			return diag_error(d->diag, costs->entries[i].at,
					  "unknown key '%s' in costs; "
					  "nearest valid key '%s'",
					  diag_quote(quoted, n.word), n.best);
	}
	for (uint32_t id = 0; (name = cost_name(id)) && !err; id++) {
		const struct doc_node *node = doc_get(costs, name);

		if (!node)
			return diag_error(
				d->diag, costs->at,
				"costs.%s is missing: %s; valid: "
				"{cost: TIME, confidence: WORD, range: [LOW, HIGH], source: "
				"TEXT}",
				name, cost_doc(id));
		err = read_entry(d, name, node, &profile->entry[id]);
	}
	return err;
}

/* The costs mapping of a profile's file. */
static struct doc_node *load_profile(struct files *f, const char *reference, struct diag_pos at)
{
	const char *path = files_find(f, reference, "costs", at);
	struct doc_node *root = path ? files_load(f, path, at) : NULL, *costs;

	if (!root)
		return NULL;
	costs = doc_get(root, "costs");
	if (!costs || costs->kind != DOC_MAP) {
		diag_error(f->doc->diag, root->at,
			   "no cost profile: the mapping 'costs' is missing");
		return NULL;
	}
	return costs;
}

/* The scenario's own name for it, or the last part of the reference, without its suffix. */
static int name_profile(struct doc *d, const struct doc_node *given, const char *reference,
			struct cost_profile *profile)
{
	const char *slash = strrchr(reference, '/'), *name = slash ? slash + 1 : reference;
	size_t length = strcspn(name, ".");

	if (given) {
		if (given->kind != DOC_SCALAR || strlen(given->text) >= sizeof(profile->name) ||
		    strpbrk(given->text, "\n\r\t"))
			return diag_error(d->diag, given->at,
					  "costs.name: valid: one line of up to "
					  "%zu bytes",
					  sizeof(profile->name) - 1);
		name = given->text;
		length = strlen(name);
	}
	snprintf(profile->name, sizeof(profile->name), "%.*s", (int)length, name);
	return 0;
}

int costs_read(struct files *f, struct doc_node *own, struct diag_pos at,
	       struct cost_profile *profile)
{
	const char *reference = COSTS_DEFAULT_PROFILE;
	struct doc_node *named, *costs, *name;
	int err;

	memset(profile, 0, sizeof(*profile));
	if (own && own->kind != DOC_MAP)
		return diag_error(f->doc->diag, own->at,
				  "costs: not a profile; valid: a name, or "
				  "{profile: NAME, ENTRY: {cost: TIME}}");
	named = own ? doc_remove(own, "profile") : NULL;
	name = own ? doc_remove(own, "name") : NULL;
	if (named && named->kind != DOC_SCALAR)
		return diag_error(f->doc->diag, named->at,
				  "costs.profile: not a name; valid: a "
				  "name in configs/costs or a file");
	if (named) {
		reference = named->text;
		at = named->at;
	}
	err = name_profile(f->doc, name, reference, profile);
	if (err)
		return err;
	if (!strcmp(reference, "none")) {
		costs = own;
	} else {
		costs = load_profile(f, reference, at);
		if (!costs)
			return f->doc->diag->err;
		err = own ? doc_merge(f->doc, costs, own) : 0;
		if (err)
			return err;
	}
	return read_entries(f->doc, costs, profile);
}

void costs_show(const struct cost_profile *profile, FILE *out)
{
	char cost[UNITS_TEXT_MAX], low[UNITS_TEXT_MAX], high[UNITS_TEXT_MAX], text[400];

	schema_quote(profile->name, text, sizeof(text));
	fprintf(out, "costs:\n  profile: none # every entry is written out\n  name: %s\n", text);
	for (uint32_t id = 0; cost_name(id); id++) {
		const struct cost_entry *e = &profile->entry[id];

		units_print_dist(&costs_row, &e->cost, cost);
		units_print(&costs_row, e->low, low);
		units_print(&costs_row, e->high, high);
		schema_quote(e->source, text, sizeof(text));
		fprintf(out, "  %s:\n    cost: %s\n    confidence: %s\n", cost_name(id), cost,
			costs_confidences[e->confidence]);
		if (e->low || e->high)
			fprintf(out, "    range: [%s, %s]\n", low, high);
		fprintf(out, "    source: %s\n", text);
	}
}
