// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * `--set a.b.c=value`: change one place of a tree, or with `*` the same place of every item of a
 * list. Keys that are not there yet are made; whether they are valid is for the schema to say.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "doc.h"

/* One step of a path, and what follows it. */
struct step {
	const char *key;
	struct diag_pos at;
	const char *rest; /* NULL: this is the last step */
	struct diag_pos rest_at;
};

static int assign(struct doc *d, struct doc_node *node, const char *path, struct diag_pos at,
		  const struct doc_node *value);

/* Every place gets a value of its own: a later --set may change one place and not the others. */
static struct doc_node *copy_tree(struct doc *d, const struct doc_node *n)
{
	struct doc_node *copy = doc_alloc(d, sizeof(*copy));
	size_t each = n->kind == DOC_MAP ? sizeof(*n->entries) : sizeof(*n->items);

	if (!copy)
		return NULL;
	*copy = *n;
	copy->room = n->count;
	if (n->kind == DOC_SCALAR || !n->count)
		return copy;
	copy->items = doc_alloc(d, n->count * each);
	if (!copy->items)
		return NULL;
	for (uint32_t i = 0; i < n->count; i++) {
		struct doc_node *child = n->kind == DOC_MAP ? n->entries[i].value : n->items[i];

		child = copy_tree(d, child);
		if (!child)
			return NULL;
		if (n->kind == DOC_MAP) {
			copy->entries[i] = n->entries[i];
			copy->entries[i].value = child;
		} else {
			copy->items[i] = child;
		}
	}
	return copy;
}

static int assign_item(struct doc *d, struct doc_node *list, uint32_t i, const struct step *s,
		       const struct doc_node *value)
{
	if (s->rest)
		return assign(d, list->items[i], s->rest, s->rest_at, value);
	list->items[i] = copy_tree(d, value);
	return list->items[i] ? 0 : -ENOMEM;
}

/* An item without a name goes by its type. */
static bool is_named(const struct doc_node *item, const char *name)
{
	const struct doc_node *n = doc_get(item, "name");

	if (!n)
		n = doc_get(item, "type");

	return n && n->kind == DOC_SCALAR && !strcmp(n->text, name);
}

static int assign_in_list(struct doc *d, struct doc_node *list, const struct step *s,
			  const struct doc_node *value)
{
	char quoted[DIAG_QUOTE_MAX], *end;
	bool all = !strcmp(s->key, "*"), found = false;
	unsigned long index;
	int err = 0;

	diag_quote(quoted, s->key);
	if (!list->count)
		return diag_error(d->diag, s->at, "no item '%s': the list is empty", quoted);
	errno = 0;
	index = strtoul(s->key, &end, 10);
	if (!*end && s->key[0] >= '0' && s->key[0] <= '9') {
		if (errno || index >= list->count)
			return diag_error(d->diag, s->at, "no item %s; range 0 to %u", quoted,
					  list->count - 1);
		return assign_item(d, list, (uint32_t)index, s, value);
	}
	for (uint32_t i = 0; i < list->count && !err; i++) {
		if (!all && !is_named(list->items[i], s->key))
			continue;
		found = true;
		err = assign_item(d, list, i, s, value);
	}
	if (!found)
		return diag_error(d->diag, s->at,
				  "no item is named '%s'; valid: a name, an index "
				  "from 0 to %u, or * for all",
				  quoted, list->count - 1);
	return err;
}

static int assign_in_map(struct doc *d, struct doc_node *map, const struct step *s,
			 const struct doc_node *value)
{
	struct doc_node *next = doc_get(map, s->key);
	int err;

	if (next && s->rest)
		return assign(d, next, s->rest, s->rest_at, value);
	next = s->rest ? doc_map(d, s->at) : copy_tree(d, value);
	if (!next)
		return -ENOMEM;
	err = doc_put(d, map, s->key, s->at, next);
	if (err || !s->rest)
		return err;
	return assign(d, next, s->rest, s->rest_at, value);
}

static int assign(struct doc *d, struct doc_node *node, const char *path, struct diag_pos at,
		  const struct doc_node *value)
{
	const char *dot = strchr(path, '.');
	size_t length = dot ? (size_t)(dot - path) : strlen(path);
	struct step s = { .at = at, .rest = dot ? dot + 1 : NULL, .rest_at = at };
	char key[DIAG_QUOTE_MAX], held[DIAG_QUOTE_MAX];

	if (!length)
		return diag_error(d->diag, at, "a key is missing; write --set a.b.c=value");
	s.key = doc_strdup(d, path, length);
	if (!s.key)
		return -ENOMEM;
	s.rest_at.column += (uint32_t)length + 1;
	switch (node->kind) {
	case DOC_LIST: return assign_in_list(d, node, &s, value);
	case DOC_MAP: return assign_in_map(d, node, &s, value);
	default:
		return diag_error(d->diag, at,
				  "'%s' cannot be set within a plain value; the key "
				  "before it holds '%s'",
				  diag_quote(key, s.key), diag_quote(held, node->text));
	}
}

int doc_set(struct doc *d, struct doc_node *root, const struct doc_change *change, uint32_t ordinal)
{
	struct diag_pos at = { .file = change->option, .line = ordinal, .column = 1 };
	const char *path = change->path, *text = change->text, *equals;
	struct diag_pos value_at = at;
	struct doc_node *value;

	if (change->value)
		return assign(d, root, path, change->at, change->value);
	if (!path) {
		equals = strchr(text, '=');
		if (!equals)
			return diag_error(d->diag, at, "'=' is missing; write --set a.b.c=value");
		path = doc_strdup(d, text, (size_t)(equals - text));
		if (!path)
			return -ENOMEM;
		value_at.column += (uint32_t)(equals - text) + 1;
		text = equals + 1;
	}
	if (*text)
		value = doc_parse(d, value_at, text, strlen(text));
	else
		value = doc_scalar(d, value_at, "");
	if (!value)
		return d->diag->err;
	return assign(d, root, path, at, value);
}
