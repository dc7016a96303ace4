// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reading a tree by the tables of rows: every key must be known, every value valid, every row
 * without a default given. Defaults are texts and take the same way as what users write.
 */
#include "schema.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "dist.h"
#include "units.h"

struct reading {
	const struct schema *schema;
	struct doc *doc;
	char path[SCHEMA_PATH_MAX]; /* of the mapping being read; empty: the root */
};

/* ---- the path in messages ---- */

static size_t enter(struct reading *r, const char *name)
{
	size_t length = strlen(r->path);

	snprintf(r->path + length, sizeof(r->path) - length, "%s%s", length ? "." : "", name);
	return length;
}

static void leave(struct reading *r, size_t length)
{
	r->path[length] = '\0';
}

static struct diag *diag_of(struct reading *r)
{
	return r->doc->diag;
}

/* ---- keys ---- */

const struct param_variant *schema_variant(const struct schema *s, const char *name)
{
	const struct param_variant *v;

	for (v = s->variants; v && v->name; v++)
		if (!strcmp(v->name, name))
			return v;
	return NULL;
}

static bool section_has(const struct param_section *section, const char *path)
{
	size_t length = strcspn(path, ".");

	for (const struct param *p = section->params; p && p->name; p++)
		if (!strcmp(p->name, path))
			return true;
	for (const struct param_section *s = section->sections; s && s->name; s++) {
		const char *rest = path + length + 1;

		if (!path[length] || strlen(s->name) != length || strncmp(s->name, path, length))
			continue;
		if (s->item_size && strncmp(rest, "*.", 2))
			return false;
		return section_has(s, s->item_size ? rest + 2 : rest);
	}
	return false;
}

bool schema_has(const struct schema *s, const char *path)
{
	return section_has(s->root, path);
}

static bool offer_params(struct diag_nearest *n, const struct param *p)
{
	for (; p && p->name; p++) {
		if (!strcmp(p->name, n->word))
			return true;
		diag_offer(n, p->name);
	}
	return false;
}

static bool offer_sections(struct diag_nearest *n, const struct param_section *s)
{
	for (; s && s->name; s++) {
		if (!strcmp(s->name, n->word))
			return true;
		diag_offer(n, s->name);
	}
	return false;
}

static int check_keys(struct reading *r, const struct param_section *section,
		      const struct param_variant *variant, const struct doc_node *map)
{
	const struct param *extra = r->path[0] ? NULL : r->schema->extra;
	char quoted[DIAG_QUOTE_MAX];

	for (uint32_t i = 0; i < map->count; i++) {
		const struct doc_entry *e = &map->entries[i];
		struct diag_nearest n = { .word = e->key };

		if (offer_params(&n, section->params) || offer_sections(&n, section->sections) ||
		    offer_params(&n, extra) || (variant && offer_params(&n, variant->params)))
			continue;
		return diag_error(diag_of(r), e->at,
				  "unknown key '%s' in %s; nearest valid key "
				  "'%s'",
				  diag_quote(quoted, e->key), r->path[0] ? r->path : "the scenario",
				  n.best);
	}
	return 0;
}

/* ---- values ---- */

static int read_string(struct reading *r, const struct param *p, const struct doc_node *node,
		       void *base)
{
	char quoted[DIAG_QUOTE_MAX];
	size_t length = strlen(node->text);

	if (length >= PARAM_STRING_MAX)
		return diag_error(diag_of(r), node->at, "%s: '%s' is too long; range 0 to %d bytes",
				  r->path, diag_quote(quoted, node->text), PARAM_STRING_MAX - 1);
	for (size_t i = 0; i < length; i++)
		if ((unsigned char)node->text[i] < ' ')
			return diag_error(diag_of(r), node->at,
					  "%s: '%s' has a line break or tab; "
					  "valid: one line of text",
					  r->path, diag_quote(quoted, node->text));
	memcpy((char *)base + p->offset, node->text, length + 1);
	return 0;
}

static int read_value(struct reading *r, const struct param *p, const struct doc_node *node,
		      void *base)
{
	char why[UNITS_WHY_MAX];
	uint64_t value = 0;

	if (p->type == PARAM_DIST)
		return dist_read(r->doc, node, p, r->path,
				 (struct sim_dist *)(void *)((char *)base + p->offset));
	if (node->kind != DOC_SCALAR)
		return diag_error(diag_of(r), node->at,
				  "%s: a %s stands where a plain value is "
				  "expected",
				  r->path, node->kind == DOC_MAP ? "mapping" : "list");
	if (p->type == PARAM_STRING)
		return read_string(r, p, node, base);
	if (units_parse(p, node->text, &value, why))
		return diag_error(diag_of(r), node->at, "%s: %s", r->path, why);
	units_store(p, base, value);
	return 0;
}

static int missing(struct reading *r, const struct param *p, struct diag_pos at)
{
	char range[UNITS_TEXT_MAX];

	if (p->type == PARAM_STRING || p->type == PARAM_ENUM || p->type == PARAM_BOOL)
		return diag_error(diag_of(r), at, "%s is missing; it is %s", r->path, p->doc);
	units_range(p, range);
	return diag_error(diag_of(r), at, "%s is missing; it is %s, range %s", r->path, p->doc,
			  range);
}

static int read_default(struct reading *r, const struct param *p, struct diag_pos at, void *base)
{
	struct diag_pos here = { .file = "default", .line = 1, .column = 1 };
	struct doc_node *node;

	if (!p->def)
		return missing(r, p, at);
	if (p->type == PARAM_DIST)
		node = doc_parse(r->doc, here, p->def, strlen(p->def));
	else
		node = doc_scalar(r->doc, here, p->def);
	return node ? read_value(r, p, node, base) : diag_of(r)->err;
}

static int read_params(struct reading *r, const struct param *params, const struct doc_node *map,
		       struct diag_pos at, void *base)
{
	for (const struct param *p = params; p && p->name; p++) {
		const struct doc_node *node = doc_get(map, p->name);
		size_t length = enter(r, p->name);
		int err = node ? read_value(r, p, node, base) : read_default(r, p, at, base);

		leave(r, length);
		if (err)
			return err;
	}
	return 0;
}

/* ---- mappings and lists ---- */

static int read_map(struct reading *r, const struct param_section *section,
		    const struct param_variant *variant, const struct doc_node *map,
		    struct diag_pos at, void *base);

static const struct param *type_row(const struct param_section *section)
{
	const struct param *p = section->params;

	while (strcmp(p->name, "type"))
		p++;
	return p;
}

const char *schema_item_type(const struct param_section *section, const void *item)
{
	return (const char *)item + type_row(section)->offset;
}

void *schema_item_block(const struct param_section *section, const void *item)
{
	return *(void *const *)(const void *)((const char *)item + section->variant_offset);
}

static int choose_variant(struct reading *r, const struct doc_node *map,
			  const struct param_variant **variant)
{
	const struct doc_node *type = doc_get(map, "type");
	struct diag_nearest n = { 0 };
	char quoted[DIAG_QUOTE_MAX];
	const struct param_variant *v;

	*variant = NULL;
	if (!type || type->kind != DOC_SCALAR)
		return 0; /* reported with the row */
	*variant = schema_variant(r->schema, type->text);
	if (*variant)
		return 0;
	n.word = type->text;
	for (v = r->schema->variants; v && v->name; v++)
		diag_offer(&n, v->name);
	return diag_error(diag_of(r), type->at,
			  "%s.type: unknown value '%s'; nearest valid value "
			  "'%s'",
			  r->path, diag_quote(quoted, type->text), n.best ? n.best : "");
}

static int read_item(struct reading *r, const struct param_section *section,
		     const struct doc_node *node, void *item)
{
	const struct param_variant *variant = NULL;
	void *block;
	int err;

	if (node->kind != DOC_MAP)
		return diag_error(diag_of(r), node->at, "%s: not a mapping; it is one of %s",
				  r->path, section->doc);
	if (section->has_variants) {
		err = choose_variant(r, node, &variant);
		if (err)
			return err;
	}
	err = read_map(r, section, variant, node, node->at, item);
	if (err || !variant)
		return err;
	block = doc_alloc(r->doc, variant->size ? variant->size : 1);
	if (!block)
		return -ENOMEM;
	*(void **)(void *)((char *)item + section->variant_offset) = block;
	return read_params(r, variant->params, node, node->at, block);
}

static int read_list(struct reading *r, const struct param_section *section,
		     const struct doc_node *node, struct param_list *list)
{
	char index[16];
	int err = 0;

	*list = (struct param_list){ 0 };
	if (!node)
		return 0;
	if (node->kind != DOC_LIST)
		return diag_error(diag_of(r), node->at,
				  "%s: not a list; it is %s, each item begins "
				  "with '- '",
				  r->path, section->doc);
	if (node->count > section->max_items)
		return diag_error(diag_of(r), node->at, "%s: %u items; range 0 to %u", r->path,
				  node->count, section->max_items);
	list->items = doc_alloc(r->doc, (size_t)section->item_size * (node->count + 1));
	if (!list->items)
		return -ENOMEM;
	list->nr = node->count;
	for (uint32_t i = 0; i < node->count && !err; i++) {
		size_t length;

		snprintf(index, sizeof(index), "%u", i);
		length = enter(r, index);
		err = read_item(r, section, node->items[i],
				(char *)list->items + (size_t)i * section->item_size);
		leave(r, length);
	}
	return err;
}

static int read_section(struct reading *r, const struct param_section *section,
			const struct doc_node *node, struct diag_pos at, void *base)
{
	void *here = (char *)base + section->offset;
	size_t length = enter(r, section->name);
	int err;

	if (section->item_size)
		err = read_list(r, section, node, here);
	else if (node && node->kind != DOC_MAP)
		err = diag_error(diag_of(r), node->at, "%s: not a mapping; it is %s", r->path,
				 section->doc);
	else
		err = read_map(r, section, NULL, node, node ? node->at : at, here);
	leave(r, length);
	return err;
}

/* `at` is where the mapping stands, or its parent when it is not given (map NULL). */
static int read_map(struct reading *r, const struct param_section *section,
		    const struct param_variant *variant, const struct doc_node *map,
		    struct diag_pos at, void *base)
{
	int err = map ? check_keys(r, section, variant, map) : 0;

	if (!err)
		err = read_params(r, section->params, map, at, base);
	for (const struct param_section *s = section->sections; s && s->name && !err; s++)
		err = read_section(r, s, doc_get(map, s->name), at, base);
	return err;
}

int schema_read_section(const struct schema *s, struct doc *d, const struct param_section *section,
			const struct doc_node *map, void *base, const char *path)
{
	struct reading r = { .schema = s, .doc = d };

	snprintf(r.path, sizeof(r.path), "%s", path);
	if (map->kind != DOC_MAP)
		return diag_error(d->diag, map->at, "%s: not a mapping of keys and values",
				  path[0] ? path : "the scenario");
	return read_map(&r, section, NULL, map, map->at, base);
}

int schema_read(const struct schema *s, struct doc *d, const struct doc_node *map, void *base)
{
	return schema_read_section(s, d, s->root, map, base, "");
}
