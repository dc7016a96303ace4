// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The tree that scenario text becomes, and how several texts compose: `include` merges trees,
 * `--set` changes one place. Nodes come from one arena, so nothing is freed piecemeal.
 */
#include "doc.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK_SIZE 65536

struct doc_chunk {
	struct doc_chunk *next;
	size_t used, size;
	max_align_t memory[];
};

void doc_init(struct doc *d, struct diag *diag)
{
	memset(d, 0, sizeof(*d));
	d->diag = diag;
}

void doc_free(struct doc *d)
{
	struct doc_chunk *c, *next;

	for (c = d->chunks; c; c = next) {
		next = c->next;
		free(c);
	}
	d->chunks = NULL;
}

void *doc_alloc(struct doc *d, size_t size)
{
	struct doc_chunk *c = d->chunks;
	size_t room;
	void *p;

	size = (size + sizeof(max_align_t) - 1) / sizeof(max_align_t) * sizeof(max_align_t);
	if (!c || c->size - c->used < size) {
		room = size > CHUNK_SIZE ? size : CHUNK_SIZE;
		c = calloc(1, sizeof(*c) + room);
		if (!c) {
			diag_memory(d->diag);
			return NULL;
		}
		c->size = room;
		c->next = d->chunks;
		d->chunks = c;
	}
	p = (char *)c->memory + c->used;
	c->used += size;
	return p;
}

const char *doc_strdup(struct doc *d, const char *text, size_t length)
{
	char *copy = doc_alloc(d, length + 1);

	if (copy)
		memcpy(copy, text, length);
	return copy;
}

static struct doc_node *new_node(struct doc *d, enum doc_kind kind, struct diag_pos at)
{
	struct doc_node *n = doc_alloc(d, sizeof(*n));

	if (n) {
		n->kind = kind;
		n->at = at;
	}
	return n;
}

struct doc_node *doc_scalar(struct doc *d, struct diag_pos at, const char *text)
{
	struct doc_node *n = new_node(d, DOC_SCALAR, at);

	if (n)
		n->text = text;
	return n;
}

struct doc_node *doc_map(struct doc *d, struct diag_pos at)
{
	return new_node(d, DOC_MAP, at);
}

struct doc_entry *doc_find(const struct doc_node *map, const char *key)
{
	if (!map || map->kind != DOC_MAP)
		return NULL;
	for (uint32_t i = 0; i < map->count; i++)
		if (!strcmp(map->entries[i].key, key))
			return &map->entries[i];
	return NULL;
}

struct doc_node *doc_get(const struct doc_node *map, const char *key)
{
	struct doc_entry *e = doc_find(map, key);

	return e ? e->value : NULL;
}

bool doc_locate(const struct doc_node *root, const char *path, struct diag_pos *at)
{
	const struct doc_node *node = root;
	char step[DIAG_QUOTE_MAX];

	*at = root->at;
	while (*path) {
		size_t length = strcspn(path, ".");
		const struct doc_node *next = NULL;

		snprintf(step, sizeof(step), "%.*s", (int)length, path);
		if (node->kind == DOC_MAP)
			next = doc_get(node, step);
		else if (node->kind == DOC_LIST && (uint32_t)atoi(step) < node->count)
			next = node->items[atoi(step)];
		if (!next)
			return false;
		path += length + (path[length] == '.');
		node = next;
		*at = node->at;
	}
	return true;
}

struct doc_node *doc_remove(struct doc_node *map, const char *key)
{
	struct doc_entry *e = doc_find(map, key);
	struct doc_node *value;

	if (!e)
		return NULL;
	value = e->value;
	map->count--;
	memmove(e, e + 1, (size_t)(map->entries + map->count - e) * sizeof(*e));
	return value;
}

static int append(struct doc *d, struct doc_node *map, const char *key, struct diag_pos at,
		  struct doc_node *value)
{
	struct doc_entry *entries;
	uint32_t room;

	if (map->count >= DOC_KEYS_MAX)
		return diag_error(d->diag, at, "more than %u keys in one mapping", DOC_KEYS_MAX);
	if (map->count == map->room) {
		room = map->room ? 2 * map->room : 4;
		entries = doc_alloc(d, room * sizeof(*entries));
		if (!entries)
			return -ENOMEM;
		if (map->count)
			memcpy(entries, map->entries, map->count * sizeof(*entries));
		map->entries = entries;
		map->room = room;
	}
	map->entries[map->count++] = (struct doc_entry){ .key = key, .at = at, .value = value };
	return 0;
}

int doc_put(struct doc *d, struct doc_node *map, const char *key, struct diag_pos at,
	    struct doc_node *value)
{
	struct doc_entry *e = doc_find(map, key);

	if (!e)
		return append(d, map, key, at, value);
	e->at = at;
	e->value = value;
	return 0;
}

int doc_expand(struct doc *d, struct doc_node *map, const char *key, const char *inner)
{
	struct doc_entry *e = doc_find(map, key);
	struct doc_node *outer;

	if (!e || e->value->kind != DOC_SCALAR)
		return 0;
	outer = doc_map(d, e->value->at);
	if (!outer || doc_put(d, outer, inner, e->value->at, e->value))
		return d->diag->err;
	e->value = outer;
	return 0;
}

int doc_merge(struct doc *d, struct doc_node *base, const struct doc_node *over)
{
	const struct doc_entry *o;
	struct doc_entry *b;
	int err = 0;

	for (uint32_t i = 0; i < over->count && !err; i++) {
		o = &over->entries[i];
		b = doc_find(base, o->key);
		if (b && b->value->kind == DOC_MAP && o->value->kind == DOC_MAP) {
			b->at = o->at;
			b->value->at = o->value->at;
			err = doc_merge(d, b->value, o->value);
		} else {
			err = doc_put(d, base, o->key, o->at, o->value);
		}
	}
	return err;
}
