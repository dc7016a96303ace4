// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Laying a preset below the keys of a scenario. Any policy may be set beside a preset - that is
 * what the design space is for - but not a feature that the preset's kernel cannot drive.
 */
#include "preset.h"

#include <errno.h>
#include <string.h>

static int check_lacks(struct doc *d, const struct doc_node *lacks, const struct doc_node *given,
		       const char *name)
{
	if (lacks && lacks->kind != DOC_MAP)
		return diag_error(d->diag, lacks->at, "lacks: not a mapping of policies");
	for (uint32_t i = 0; lacks && i < lacks->count; i++) {
		const struct doc_entry *policy = &lacks->entries[i];
		const struct doc_node *value = doc_get(given, policy->key), *reason;
		char text[DIAG_QUOTE_MAX], why[DIAG_QUOTE_MAX];

		if (!value || value->kind != DOC_SCALAR)
			continue;
		reason = doc_get(policy->value, value->text);
		if (reason)
			return diag_error(d->diag, value->at,
					  "hypervisor.%s: preset %s lacks '%s' "
					  "(%s); valid: another value or another preset",
					  policy->key, name, diag_quote(text, value->text),
					  diag_quote(why, reason->kind == DOC_SCALAR ? reason->text
										     : "no code"));
	}
	return 0;
}

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

static int lay_below(struct files *f, struct doc_node *root, struct doc_node *given,
		     const char *name, struct diag_pos at)
{
	struct doc *d = f->doc;
	const char *path = files_find(f, name, "presets", at);
	struct doc_node *preset = path ? files_load(f, path, at) : NULL, *policies;
	int err;

	if (!preset)
		return d->diag->err;
	err = check_file_keys(d, preset);
	if (err)
		return err;
	policies = doc_get(preset, "hypervisor");
	if (!policies || policies->kind != DOC_MAP)
		return diag_error(d->diag, preset->at,
				  "no preset: the mapping 'hypervisor' is "
				  "missing");
	err = check_lacks(d, doc_get(preset, "lacks"), given, name);
	if (!err)
		err = doc_merge(d, policies, given);
	return err ? err : doc_put(d, root, "hypervisor", given->at, policies);
}

int preset_apply(struct files *f, struct doc_node *root, const char *standard)
{
	struct doc_node *given = doc_get(root, "hypervisor"), *named;
	struct diag_pos at;

	if (!given)
		given = doc_map(f->doc, root->at);
	if (!given)
		return -ENOMEM;
	if (given->kind != DOC_MAP)
		return 0; /* the schema says so */
	named = doc_get(given, "preset");
	if (named && named->kind != DOC_SCALAR)
		return 0;
	at = named ? named->at : given->at;
	if (named && !strcmp(named->text, "none"))
		return 0;
	return lay_below(f, root, given, named ? named->text : standard, at);
}
