/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Scenario text as a tree: mappings, lists and scalars that know where they were written. Several
 * files merge into one tree; every node, file name and text lives as long as its struct doc.
 */
#ifndef SCENARIO_DOC_H
#define SCENARIO_DOC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "diag.h"

/* Bounds on all that one scenario reads, its includes counted in. */
#define DOC_DEPTH_MAX 32
#define DOC_NODES_MAX 1000000
#define DOC_BYTES_MAX (16u << 20)
#define DOC_FILES_MAX 256
#define DOC_KEYS_MAX  256 /* in one mapping */

enum doc_kind { DOC_SCALAR, DOC_LIST, DOC_MAP };

struct doc_node;

struct doc_entry {
	const char *key;
	struct diag_pos at;
	struct doc_node *value;
};

struct doc_node {
	enum doc_kind kind;
	uint32_t count, room; /* of items or entries */
	struct diag_pos at;
	union {
		const char *text;	   /* DOC_SCALAR, NUL-terminated */
		struct doc_node **items;   /* DOC_LIST */
		struct doc_entry *entries; /* DOC_MAP, in order of writing */
	};
};

struct doc_chunk;

struct doc {
	struct diag *diag;
	struct doc_chunk *chunks;
	uint32_t nodes, files;
	size_t bytes;
};

void doc_init(struct doc *d, struct diag *diag);
void doc_free(struct doc *d);

/* Zeroed memory that lives as long as d; NULL when memory ran out (recorded). */
void *doc_alloc(struct doc *d, size_t size);
const char *doc_strdup(struct doc *d, const char *text, size_t length);

/*
 * Parse one YAML document whose first character stands at `origin` (its file name must outlive
 * d). NULL on error: not UTF-8, not YAML, out of bounds, alias, anchor, tag, duplicate key, more
 * than one document.
 */
struct doc_node *doc_parse(struct doc *d, struct diag_pos origin, const char *text, size_t size);
/* The same from a file (the path must outlive d); one that cannot be read is reported at `from`. */
struct doc_node *doc_read(struct doc *d, const char *path, struct diag_pos from);

struct doc_node *doc_scalar(struct doc *d, struct diag_pos at, const char *text);
struct doc_node *doc_map(struct doc *d, struct diag_pos at);

/* The value of a key; NULL when the mapping has none. */
struct doc_node *doc_get(const struct doc_node *map, const char *key);
struct doc_entry *doc_find(const struct doc_node *map, const char *key);
/* Where the value of a dotted path stands, items of lists by their index; false: `at` is that of the
 * nearest one above it that there is. */
bool doc_locate(const struct doc_node *root, const char *path, struct diag_pos *at);
/* Add or replace; 0 or an error. */
int doc_put(struct doc *d, struct doc_node *map, const char *key, struct diag_pos at,
	    struct doc_node *value);
/* Take a key away; its value, or NULL. */
struct doc_node *doc_remove(struct doc_node *map, const char *key);

/* A shorthand: when the mapping has `key: scalar`, make it `key: {inner: scalar}`. */
int doc_expand(struct doc *d, struct doc_node *map, const char *key, const char *inner);

/*
 * Lay `over` on `base` in place: mappings merge key by key to any depth, whatever else `over`
 * has replaces what `base` had. Both must be mappings.
 */
int doc_merge(struct doc *d, struct doc_node *base, const struct doc_node *over);

/*
 * One place to change. A step of the path names a key of a mapping; in a list it is an index, the
 * `name` of an element (or its `type` when it has none), or `*` for all. The value is YAML.
 */
struct doc_change {
	const char *option; /* what gave it; messages say OPTION:n:column, n its ordinal */
	const char *path;   /* NULL: text is `path=value` */
	const char *text;   /* the value */
	/* Or a value that was read elsewhere, with the place where the path was written; then
	 * messages say that place, and option and text are not looked at. It must outlive the tree. */
	const struct doc_node *value;
	struct diag_pos at;
};
int doc_set(struct doc *d, struct doc_node *root, const struct doc_change *change,
	    uint32_t ordinal);

#endif
