// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Laying a preset below the keys of a scenario. Any policy may be set beside a preset - that is
 * what the design space is for - but nothing may be asked that the preset's kernel cannot do.
 */
#include "preset.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <sim/machine/feature.h>

#include "units.h"

/* ---- the file ---- */

static int check_file_keys(struct doc *d, const struct doc_node *root)
{
	static const char *const keys[] = { "description", "hypervisor", "lacks", NULL };
	char quoted[DIAG_QUOTE_MAX];

	for (uint32_t i = 0; i < root->count; i++) {
		struct diag_nearest n = { .word = root->entries[i].key };

		for (const char *const *k = keys; *k; k++)
			diag_offer(&n, *k);
		if (n.distance)
			return diag_error(d->diag, root->entries[i].at,
					  "unknown key '%s' in a preset; "
					  "nearest valid key '%s'",
					  diag_quote(quoted, n.word), n.best);
	}
	return 0;
}

/* A row's key is a path, which has a dot, or a feature. */
static bool is_path(const char *key)
{
	return strchr(key, '.') && !machine_feature_find(key);
}

static int check_row(struct doc *d, const struct doc_entry *row)
{
	struct diag_nearest n = { .word = row->key };
	const struct doc_node *v = row->value;
	char quoted[DIAG_QUOTE_MAX];

	if (!is_path(row->key)) {
		for (const struct machine_feature *f = machine_features; f->name; f++)
			diag_offer(&n, f->name);
		if (n.distance)
			return diag_error(d->diag, row->at,
					  "lacks: unknown feature '%s'; nearest valid feature '%s'",
					  diag_quote(quoted, row->key), n.best);
		if (v->kind != DOC_SCALAR)
			return diag_error(d->diag, v->at, "lacks: not a reason; valid: a text");
		return 0;
	}
	if (v->kind != DOC_MAP)
		return diag_error(d->diag, v->at, "lacks: not a mapping of values and reasons");
	for (uint32_t i = 0; i < v->count; i++)
		if (v->entries[i].value->kind != DOC_SCALAR)
			return diag_error(d->diag, v->entries[i].value->at,
					  "lacks: not a reason; valid: a text");
	return 0;
}

static int check_rows(struct doc *d, const struct doc_node *lacks)
{
	int err = 0;

	if (lacks && lacks->kind != DOC_MAP)
		return diag_error(d->diag, lacks->at, "lacks: not a mapping of keys and features");
	for (uint32_t i = 0; lacks && i < lacks->count && !err; i++)
		err = check_row(d, &lacks->entries[i]);
	return err;
}

static int lay_below(struct files *f, struct doc_node *root, struct doc_node *given,
		     struct preset *p)
{
	struct doc *d = f->doc;
	const char *path = files_find(f, p->name, "presets", p->at);
	struct doc_node *file = path ? files_load(f, path, p->at) : NULL, *policies;
	int err;

	if (!file)
		return d->diag->err;
	err = check_file_keys(d, file);
	if (err)
		return err;
	policies = doc_get(file, "hypervisor");
	if (!policies || policies->kind != DOC_MAP)
		return diag_error(d->diag, file->at,
				  "no preset: the mapping 'hypervisor' is "
				  "missing");
	p->lacks = doc_get(file, "lacks");
	err = check_rows(d, p->lacks);
	if (!err)
		err = doc_merge(d, policies, given);
	return err ? err : doc_put(d, root, "hypervisor", given->at, policies);
}

int preset_apply(struct files *f, struct doc_node *root, const char *standard,
		 struct preset *preset)
{
	struct doc_node *given = doc_get(root, "hypervisor"), *named;

	*preset = (struct preset){ .name = NULL };
	if (!given)
		given = doc_map(f->doc, root->at);
	if (!given)
		return -ENOMEM;
	if (given->kind != DOC_MAP)
		return 0; /* the schema says so */
	named = doc_get(given, "preset");
	if (named && named->kind != DOC_SCALAR)
		return 0;
	if (named && !strcmp(named->text, "none"))
		return 0;
	preset->name = named ? named->text : standard;
	preset->at = named ? named->at : given->at;
	return lay_below(f, root, given, preset);
}

/* ---- what a scenario asks for ---- */

struct checking {
	const struct preset *preset;
	struct doc *doc;
	const struct doc_node *root;
	int err;
};

static int refuse(struct checking *c, const char *path, const char *what, const char *reason)
{
	char quoted[DIAG_QUOTE_MAX], why[DIAG_QUOTE_MAX];
	struct diag_pos at;

	if (!doc_locate(c->root, path, &at))
		at = c->preset->at;
	return diag_error(c->doc->diag, at,
			  "%s: preset %s lacks '%s' (%s); valid: another value or another preset",
			  path, c->preset->name, diag_quote(quoted, what), diag_quote(why, reason));
}

/* Whether a path is one of those that a pattern means: `*` stands for one step. */
static bool matches(const char *pattern, const char *path)
{
	while (*pattern && *path) {
		size_t p = strcspn(pattern, "."), n = strcspn(path, ".");

		if (!(p == 1 && *pattern == '*') && (p != n || strncmp(pattern, path, n)))
			return false;
		pattern += p + (pattern[p] == '.');
		path += n + (path[n] == '.');
	}
	return !*pattern && !*path;
}

static bool is_number(const struct param *p)
{
	return p->type == PARAM_U32 || p->type == PARAM_U64;
}

/* `word N`. */
static bool is_bound(const char *value, const char *word, uint64_t *n)
{
	size_t length = strlen(word);
	char *end;

	if (strncmp(value, word, length) || !isdigit((unsigned char)value[length]))
		return false;
	*n = strtoull(value + length, &end, 10);
	return !*end;
}

/* `above N`, `below N`, or the value itself. */
static bool means(const char *value, const struct param *p, const void *base, const char *text)
{
	uint64_t n;

	if (is_number(p) && is_bound(value, "above ", &n))
		return units_load(p, base) > n;
	if (is_number(p) && is_bound(value, "below ", &n))
		return units_load(p, base) < n;
	return !strcmp(value, text);
}

static void check_value(void *arg, const char *path, const struct param *p, const void *base)
{
	struct checking *c = arg;
	const struct doc_node *lacks = c->preset->lacks;
	char text[SCHEMA_TEXT_MAX];

	for (uint32_t i = 0; i < lacks->count && !c->err; i++) {
		const struct doc_node *values = lacks->entries[i].value;

		if (!is_path(lacks->entries[i].key) || !matches(lacks->entries[i].key, path))
			continue;
		schema_text(p, base, text);
		for (uint32_t v = 0; v < values->count && !c->err; v++)
			if (means(values->entries[v].key, p, base, text))
				c->err = refuse(c, path, text, values->entries[v].value->text);
	}
}

static int check_paths(const struct checking *c, const struct schema *schema)
{
	const struct doc_node *lacks = c->preset->lacks;
	char quoted[DIAG_QUOTE_MAX];

	for (uint32_t i = 0; i < lacks->count; i++) {
		const struct doc_entry *row = &lacks->entries[i];

		if (is_path(row->key) && !schema_has(schema, row->key))
			return diag_error(
				c->doc->diag, row->at,
				"lacks: no key '%s'; valid: a key of scenarios, with * for "
				"every item of a list",
				diag_quote(quoted, row->key));
	}
	return 0;
}

static int check_features(struct checking *c, const struct machine_config *config)
{
	const struct doc_node *lacks = c->preset->lacks;
	char path[SCHEMA_PATH_MAX];

	for (uint32_t i = 0; i < lacks->count && !c->err; i++) {
		const struct doc_entry *row = &lacks->entries[i];
		const struct machine_feature *f = machine_feature_find(row->key);

		if (f && f->asked(config, path, sizeof(path)))
			c->err = refuse(c, path, f->name, row->value->text);
	}
	return c->err;
}

int preset_check(const struct preset *preset, const struct schema *schema, struct doc *d,
		 const struct doc_node *root, const struct machine_config *config)
{
	struct checking c = { .preset = preset, .doc = d, .root = root };

	if (!preset->lacks)
		return 0;
	c.err = check_paths(&c, schema);
	if (!c.err)
		schema_for_each(schema, config, check_value, &c);
	return c.err ? c.err : check_features(&c, config);
}

void preset_for_each_lack(const char *path,
			  void (*fn)(void *arg, const char *what, const char *value,
				     const char *reason),
			  void *arg)
{
	struct diag_pos at = { .file = path, .line = 1, .column = 1 };
	const struct doc_node *lacks;
	struct diag diag = { 0 };
	struct doc doc;

	doc_init(&doc, &diag);
	lacks = doc_get(doc_read(&doc, path, at), "lacks");
	if (!lacks || check_rows(&doc, lacks))
		goto out;
	for (uint32_t i = 0; i < lacks->count; i++) {
		const struct doc_entry *row = &lacks->entries[i];
		const struct doc_node *v = row->value;

		if (!is_path(row->key))
			fn(arg, row->key, NULL, v->text);
		for (uint32_t n = 0; v->kind == DOC_MAP && n < v->count; n++)
			fn(arg, row->key, v->entries[n].key, v->entries[n].value->text);
	}
out:
	doc_free(&doc);
}
