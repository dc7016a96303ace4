// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What more than one part of a study consists of: keys, numbers, words, and the names of an axis and
 * of its values. An error tells the nearest that is valid.
 */
#include <string.h>

#include "study-read.h"
#include "units.h"

#define LABEL_SIGNS "=\t\n\"'"

int study_read_keys(struct study *s, const struct doc_node *map, const char *const *keys,
		    const char *where)
{
	char quoted[DIAG_QUOTE_MAX];

	if (map->kind != DOC_MAP)
		return diag_error(&s->diag, map->at, "%s: not a mapping", where);
	for (uint32_t i = 0; i < map->count; i++) {
		struct diag_nearest n = { .word = map->entries[i].key };

		for (const char *const *k = keys; *k; k++)
			diag_offer(&n, *k);
		if (n.distance)
			return diag_error(&s->diag, map->entries[i].at,
					  "unknown key '%s' in %s; nearest valid key '%s'",
					  diag_quote(quoted, n.word), where, n.best);
	}
	return 0;
}

int study_read_number(struct study *s, const struct doc_node *node, const char *name, uint64_t min,
		      uint64_t max, uint64_t *value)
{
	const struct param row = { .type = PARAM_U64, .min = min, .max = max };
	char why[UNITS_WHY_MAX];

	if (!node)
		return 0;
	if (node->kind != DOC_SCALAR)
		return diag_error(&s->diag, node->at, "%s: not a number", name);
	if (units_parse(&row, node->text, value, why))
		return diag_error(&s->diag, node->at, "%s: %s", name, why);
	return 0;
}

int study_read_word(struct study *s, const struct doc_node *node, const char *what,
		    const char **word)
{
	char quoted[DIAG_QUOTE_MAX];

	if (node->kind != DOC_SCALAR || !*node->text)
		return diag_error(&s->diag, node->at, "%s: not a word", what);
	if (strpbrk(node->text, LABEL_SIGNS))
		return diag_error(&s->diag, node->at,
				  "%s: '%s' has a character that names cannot have; valid: "
				  "anything but = and quotes",
				  what, diag_quote(quoted, node->text));
	*word = node->text;
	return 0;
}

int study_read_axis(struct study *s, const char *where, const char *name, struct diag_pos at,
		    uint32_t *found)
{
	struct diag_nearest n = { .word = name };
	char quoted[DIAG_QUOTE_MAX];

	for (uint32_t i = 0; i < s->nr_axes; i++) {
		diag_offer(&n, s->axes[i].name);
		if (!strcmp(s->axes[i].name, name)) {
			*found = i;
			return 0;
		}
	}
	return diag_error(&s->diag, at, "%s: there is no axis '%s'; nearest valid axis '%s'", where,
			  diag_quote(quoted, name), n.best ? n.best : "none");
}

int study_read_label(struct study *s, const struct study_axis *axis, const struct doc_node *node,
		     uint32_t *found)
{
	struct diag_nearest n = { 0 };
	char quoted[DIAG_QUOTE_MAX];

	if (node->kind != DOC_SCALAR)
		return diag_error(&s->diag, node->at, "%s: not a value of the axis", axis->name);
	n.word = node->text;
	for (uint32_t i = 0; i < axis->nr_values; i++) {
		diag_offer(&n, axis->values[i].label);
		if (!strcmp(axis->values[i].label, node->text)) {
			*found = i;
			return 0;
		}
	}
	return diag_error(&s->diag, node->at,
			  "%s: the axis has no value '%s'; nearest valid value '%s'", axis->name,
			  diag_quote(quoted, node->text), n.best);
}
