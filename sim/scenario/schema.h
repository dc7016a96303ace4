/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The one schema of scenarios: the machine's tables of rows, and the workloads' as variants. What
 * it reads, shows, documents and exports all comes from these tables.
 */
#ifndef SCENARIO_SCHEMA_H
#define SCENARIO_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <sim/machine/param.h>

#include "doc.h"

#define SCHEMA_PATH_MAX 192

struct schema {
	const struct param_section *root;     /* its name is not looked at */
	const struct param_variant *variants; /* of lists with has_variants; ends with name NULL */
	const struct param *extra;	      /* further keys of the root, read by the caller */
};

/*
 * Fill the struct at `base` from a mapping: defaults for what it does not give; lists and variants
 * are allocated from d. 0, or an error recorded in d's diag.
 */
int schema_read(const struct schema *s, struct doc *d, const struct doc_node *map, void *base);
/* The same for one section on its own; `path` is what messages call it. */
int schema_read_section(const struct schema *s, struct doc *d, const struct param_section *section,
			const struct doc_node *map, void *base, const char *path);

/* Whether scenarios have such a key: a dotted path, `*` for an item of a list; not one of variants. */
bool schema_has(const struct schema *s, const char *path);
/* The variant of that name, or NULL. */
const struct param_variant *schema_variant(const struct schema *s, const char *name);
/* The name in the `type` row of a list item. */
const char *schema_item_type(const struct param_section *section, const void *item);
/* The address that a list item keeps its variant's block at. */
void *schema_item_block(const struct param_section *section, const void *item);

/* The text of a value as `show` prints it (strings quoted where YAML needs it). */
#define SCHEMA_TEXT_MAX (2 * PARAM_STRING_MAX + 128)
void schema_text(const struct param *p, const void *base, char text[SCHEMA_TEXT_MAX]);
/* A text as a YAML scalar that reads back to it. */
void schema_quote(const char *from, char *text, size_t size);

/* Tell every value of the struct at `base`, by its dotted path, in order of the tables. */
typedef void (*schema_value_fn)(void *arg, const char *path, const struct param *p,
				const void *base);
void schema_for_each(const struct schema *s, const void *base, schema_value_fn fn, void *arg);

/* The struct at `base` as YAML that reads back to the same. */
void schema_show(const struct schema *s, const void *base, FILE *out);

#endif
