// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A filled configuration back to text: as YAML that reads back to the same (`gicsim show`), and as
 * a list of dotted paths with their values (the parameters of a result).
 */
#include <ctype.h>
#include <string.h>

#include "schema.h"
#include "units.h"

void schema_quote(const char *from, char *text, size_t size)
{
	bool plain = isalpha((unsigned char)from[0]);
	size_t n = 0;

	for (const char *c = from; *c && plain; c++)
		plain = isalnum((unsigned char)*c) || strchr("_-./", *c);
	if (plain) {
		snprintf(text, size, "%s", from);
		return;
	}
	text[n++] = '"';
	for (; *from && n + 4 < size; from++) {
		if (*from == '"' || *from == '\\')
			text[n++] = '\\';
		if (*from == '\n') {
			text[n++] = '\\';
			text[n++] = 'n';
		} else {
			text[n++] = *from;
		}
	}
	text[n++] = '"';
	text[n] = '\0';
}

void schema_text(const struct param *p, const void *base, char text[SCHEMA_TEXT_MAX])
{
	const char *at = (const char *)base + p->offset;

	if (p->type == PARAM_STRING)
		schema_quote(at, text, SCHEMA_TEXT_MAX);
	else if (p->type == PARAM_DIST)
		units_print_dist(p, (const struct sim_dist *)(const void *)at, text);
	else
		units_print(p, units_load(p, base), text);
}

/* ---- paths and values ---- */

struct walk {
	const struct schema *schema;
	schema_value_fn fn;
	void *arg;
};

static void walk_params(const struct walk *w, const struct param *params, const void *base,
			const char *path)
{
	char here[SCHEMA_PATH_MAX];

	for (const struct param *p = params; p && p->name; p++) {
		snprintf(here, sizeof(here), "%s%s%s", path, *path ? "." : "", p->name);
		w->fn(w->arg, here, p, base);
	}
}

static void walk_section(const struct walk *w, const struct param_section *section,
			 const void *base, const char *path);

static void walk_list(const struct walk *w, const struct param_section *section,
		      const struct param_list *list, const char *path)
{
	char here[SCHEMA_PATH_MAX];

	for (uint32_t i = 0; i < list->nr; i++) {
		const char *item = (const char *)list->items + (size_t)i * section->item_size;
		const struct param_variant *v;

		snprintf(here, sizeof(here), "%.176s.%u", path, i);
		walk_section(w, section, item, here);
		if (!section->has_variants)
			continue;
		v = schema_variant(w->schema, schema_item_type(section, item));
		walk_params(w, v->params, schema_item_block(section, item), here);
	}
}

static void walk_section(const struct walk *w, const struct param_section *section,
			 const void *base, const char *path)
{
	const struct param_section *s;
	char here[SCHEMA_PATH_MAX];

	walk_params(w, section->params, base, path);
	for (s = section->sections; s && s->name; s++) {
		const char *at = (const char *)base + s->offset;

		snprintf(here, sizeof(here), "%s%s%s", path, *path ? "." : "", s->name);
		if (s->item_size)
			walk_list(w, s, (const struct param_list *)(const void *)at, here);
		else
			walk_section(w, s, at, here);
	}
}

void schema_for_each(const struct schema *s, const void *base, schema_value_fn fn, void *arg)
{
	struct walk w = { .schema = s, .fn = fn, .arg = arg };

	walk_section(&w, s->root, base, "");
}

/* ---- YAML ---- */

struct show {
	const struct schema *schema;
	FILE *out;
};

/* `lead` is what the first line begins with instead of blanks: the dash of a list item. */
static void show_params(const struct show *s, const struct param *params, const void *base,
			int indent, const char **lead)
{
	char text[SCHEMA_TEXT_MAX];

	for (const struct param *p = params; p && p->name; p++) {
		schema_text(p, base, text);
		if (*lead)
			fprintf(s->out, "%s%s: %s\n", *lead, p->name, text);
		else
			fprintf(s->out, "%*s%s: %s\n", indent, "", p->name, text);
		*lead = NULL;
	}
}

static void show_section(const struct show *s, const struct param_section *section,
			 const void *base, int indent, const char **lead);

static void show_list(const struct show *s, const struct param_section *section,
		      const struct param_list *list, int indent)
{
	char dash[64];

	snprintf(dash, sizeof(dash), "%*s- ", indent, "");
	for (uint32_t i = 0; i < list->nr; i++) {
		const char *item = (const char *)list->items + (size_t)i * section->item_size;
		const struct param_variant *v;
		const char *lead = dash;

		show_section(s, section, item, indent + 2, &lead);
		if (!section->has_variants)
			continue;
		v = schema_variant(s->schema, schema_item_type(section, item));
		show_params(s, v->params, schema_item_block(section, item), indent + 2, &lead);
	}
}

static void show_section(const struct show *s, const struct param_section *section,
			 const void *base, int indent, const char **lead)
{
	const struct param_section *sub;
	const char *none = NULL;

	show_params(s, section->params, base, indent, lead);
	for (sub = section->sections; sub && sub->name; sub++) {
		const char *at = (const char *)base + sub->offset;
		const struct param_list *list = (const struct param_list *)(const void *)at;
		bool empty = sub->item_size && !list->nr;

		fprintf(s->out, "%*s%s:%s\n", indent, "", sub->name, empty ? " []" : "");
		if (sub->item_size)
			show_list(s, sub, list, indent + 2);
		else
			show_section(s, sub, at, indent + 2, &none);
	}
}

void schema_show(const struct schema *s, const void *base, FILE *out)
{
	struct show show = { .schema = s, .out = out };
	const char *none = NULL;

	show_section(&show, s->root, base, 0, &none);
}
