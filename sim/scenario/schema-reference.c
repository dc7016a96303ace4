// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The reference of all keys, in Markdown, from the tables of rows.
 */
#include <string.h>

#include <sim/machine/config.h>

#include "schema-doc.h"
#include "units.h"

static const char preamble[] =
	"# Scenario reference\n\n"
	"Every key of a scenario, made from the tables that read it (`gicsim show --reference`).\n\n"
	"Values carry units: times `ps ns us ms s`, rates `/s k/s M/s`, sizes `B KiB MiB GiB`,\n"
	"percentages `%`. Decimals are exact: a value finer than 1 ps, 0.001 /s, 1 B or 0.001 % is\n"
	"an error. A distribution is a time or one of `{exponential: MEAN}`,\n"
	"`{uniform: [LOW, HIGH]}`, `{normal: {mean: T, sd: T}}`,\n"
	"`{lognormal: {median: T, shape: N}}`, `{pareto: {min: T, shape: N}}`.\n\n"
	"`--set` names a key by its path: `--set host.gic.its=2`, in lists by index, by the `name`\n"
	"of an item (its `type` when it has none), or `*` for all: `--set vms.0.vcpus=4`, `--set 'vms.*.vcpus=4'`.\n";

static const char *type_name(const struct param *p)
{
	static const char *const names[] = {
		[PARAM_BOOL] = "switch",	[PARAM_U32] = "number",
		[PARAM_U64] = "number",		[PARAM_TIME] = "time",
		[PARAM_RATE] = "rate",		[PARAM_SIZE] = "size",
		[PARAM_PERCENT] = "percentage", [PARAM_DIST] = "distribution",
		[PARAM_ENUM] = "word",		[PARAM_STRING] = "text",
	};

	return names[p->type];
}

static void print_valid(const struct param *p, FILE *out)
{
	char range[UNITS_TEXT_MAX];

	switch (p->type) {
	case PARAM_BOOL: fputs("true, false", out); break;
	case PARAM_ENUM:
		for (const char *const *n = p->names; *n; n++)
			fprintf(out, "%s%s", n == p->names ? "" : ", ", *n);
		break;
	case PARAM_STRING: fprintf(out, "up to %d bytes", PARAM_STRING_MAX - 1); break;
	default:
		units_range(p, range);
		fputs(range, out);
		break;
	}
}

static void print_rows(const struct param *params, FILE *out)
{
	if (!params || !params->name)
		return;
	fputs("\n| key | type | default | valid | meaning |\n|---|---|---|---|---|\n", out);
	for (const struct param *p = params; p->name; p++) {
		fprintf(out, "| `%s` | %s | ", p->name, type_name(p));
		if (!p->def)
			fputs("must be given", out);
		else if (*p->def)
			fprintf(out, "`%s`", p->def);
		fputs(" | ", out);
		print_valid(p, out);
		fprintf(out, " | %s |\n", p->doc);
	}
}

/* What each word means, for the rows that say so. */
static void print_words(const struct param *params, FILE *out)
{
	for (const struct param *p = params; p && p->name; p++) {
		if (p->type != PARAM_ENUM || !p->docs)
			continue;
		fprintf(out, "\n`%s`:\n", p->name);
		for (unsigned i = 0; p->names[i]; i++)
			fprintf(out, "* `%s`: %s\n", p->names[i], p->docs[i]);
	}
}

static void print_section(const struct schema *s, const struct param_section *section,
			  const char *path, FILE *out)
{
	const struct param_variant *v;
	char here[SCHEMA_PATH_MAX];

	snprintf(here, sizeof(here), "%s%s%s", path, *path ? "." : "", section->name);
	if (section->item_size)
		snprintf(here + strlen(here), sizeof(here) - strlen(here), "[]");
	fprintf(out, "\n## `%s`\n\n%s", here, section->doc);
	if (section->item_size)
		fprintf(out, ": a list of up to %u", section->max_items);
	fputc('\n', out);
	print_rows(section->params, out);
	print_words(section->params, out);
	for (v = section->has_variants ? s->variants : NULL; v && v->name; v++) {
		fprintf(out, "\n### `type: %s`\n\n%s\n", v->name, v->doc);
		print_rows(v->params, out);
		print_words(v->params, out);
	}
	for (const struct param_section *sub = section->sections; sub && sub->name; sub++)
		print_section(s, sub, here, out);
}

static void print_costs(FILE *out)
{
	fputs("\n## `costs`\n\nEntries of a cost profile: `{cost: DISTRIBUTION, confidence: "
	      "measured|published|assumption,\nrange: [LOW, HIGH], source: TEXT}`; an assumption "
	      "must give its range. `profile` names the profile below\nthe entries given here, "
	      "`none` begins with nothing.\n\n| entry | what takes the time |\n|---|---|\n",
	      out);
	for (uint32_t id = 0; cost_name(id); id++)
		fprintf(out, "| `%s` | %s |\n", cost_name(id), cost_doc(id));
}

void schema_print_reference(const struct schema *s, FILE *out)
{
	fputs(preamble, out);
	fputs("\n## Keys of a scenario\n", out);
	print_rows(s->extra, out);
	print_rows(s->root->params, out);
	for (const struct param_section *sub = s->root->sections; sub && sub->name; sub++)
		print_section(s, sub, "", out);
	print_costs(out);
}
