// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * gicsim list: what there is to choose from and to measure. Each topic prints the table of its
 * owner; nothing is said twice.
 */
#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sim/machine/feature.h>
#include <sim/machine/workload.h>
#include <sim/record/life.h>
#include <sim/record/metrics.h>
#include <sim/scenario/costs.h>
#include <sim/scenario/diag.h>
#include <sim/scenario/files.h>
#include <sim/scenario/preset.h>
#include <sim/scenario/scenario.h>
#include <sim/scenario/units.h>

#include "cli.h"

/* ---- rows of parameters ---- */

static void print_words(const struct param *p)
{
	for (unsigned i = 0; p->names[i]; i++)
		printf("    %-24s %s\n", p->names[i], p->docs ? p->docs[i] : "");
}

static void print_param(const char *prefix, const struct param *p)
{
	char range[UNITS_TEXT_MAX] = "";

	if (p->type != PARAM_ENUM && p->type != PARAM_BOOL && p->type != PARAM_STRING &&
	    p->type != PARAM_DIST)
		units_range(p, range);
	printf("%s%s: %s%s%s\n", prefix, p->name, p->doc, *range ? "; " : "", range);
}

/* ---- topics: 0 or -errno with a line on standard error ---- */

static int list_workloads(void)
{
	for (unsigned i = 0; workloads[i]; i++) {
		printf("%s: %s\n", workloads[i]->name, workloads[i]->doc);
		for (const struct param *p = workloads[i]->params; p && p->name; p++) {
			print_param("  ", p);
			if (p->type == PARAM_ENUM)
				print_words(p);
			if (p->def)
				printf("    default %s\n", *p->def ? p->def : "empty");
			else
				puts("    must be given");
		}
	}
	return 0;
}

static void print_section(const struct param_section *section, const char *prefix)
{
	char path[128];

	snprintf(path, sizeof(path), "%s%s.", prefix, section->name);
	for (const struct param *p = section->params; p && p->name; p++) {
		print_param(path, p);
		if (p->type == PARAM_ENUM)
			print_words(p);
	}
}

static int list_policies(void)
{
	for (const struct param_section *s = machine_sections; s->name; s++) {
		if (!strcmp(s->name, "hypervisor"))
			print_section(s, "");
		for (const struct param_section *sub = s->sections; sub && sub->name; sub++)
			if (!strcmp(s->name, "host") && !strcmp(sub->name, "gic"))
				print_section(sub, "host.");
	}
	return 0;
}

static void print_file(void *arg, const char *name, const char *path, const char *description)
{
	(void)path;
	++*(unsigned *)arg;
	printf("%-24s %s\n", name, description);
}

static void print_lack(void *arg, const char *what, const char *value, const char *reason)
{
	(void)arg;
	printf("    lacks %s%s%s: %s\n", what, value ? " " : "", value ? value : "", reason);
}

static void print_preset(void *arg, const char *name, const char *path, const char *description)
{
	print_file(arg, name, path, description);
	preset_for_each_lack(path, print_lack, NULL);
}

static int list_folder(const char *folder, void (*print)(void *arg, const char *name,
							 const char *path, const char *description))
{
	unsigned found = 0;

	scenario_list(folder, print, &found);
	if (found)
		return 0;
	fprintf(stderr,
		"gicsim list: there is no folder configs/%s here; set GICSIM_CONFIGS to "
		"the folder configs\n",
		folder);
	return -ENOENT;
}

static int list_presets(void)
{
	int err = list_folder("presets", print_preset);

	if (err)
		return err;
	puts("\nA scenario may set any policy beside a preset, but nothing that its kernel lacks. Features:");
	for (const struct machine_feature *f = machine_features; f->name; f++)
		printf("    %-24s %s\n", f->name, f->doc);
	return 0;
}

static int list_scenarios(void)
{
	return list_folder("scenarios", print_file);
}

static int list_metrics(void)
{
	rec_metrics_print(stdout);
	puts("\n<hop> is one of");
	for (unsigned i = 0; i < REC_STAGE_NR; i++)
		printf("    %-12s %-5s %s\n", rec_stage_rows[i].name,
		       rec_stage_rows[i].kind == REC_STAGE_KIND_WAIT ? "wait" : "work",
		       rec_stage_rows[i].doc);
	return 0;
}

static void print_cost(const struct cost_profile *profile, uint32_t id)
{
	const struct cost_entry *e = &profile->entry[id];
	char cost[UNITS_TEXT_MAX], low[UNITS_TEXT_MAX], high[UNITS_TEXT_MAX];

	units_print_dist(&costs_row, &e->cost, cost);
	printf("%s: %s\n    %s, %s", cost_name(id), cost_doc(id), cost,
	       costs_confidences[e->confidence]);
	if (e->confidence == COST_ASSUMPTION) {
		units_print(&costs_row, e->low, low);
		units_print(&costs_row, e->high, high);
		printf(" between %s and %s", low, high);
	}
	printf("; %s\n", e->source);
}

/* The entries as the default profile has them, and which profiles there are. */
static int list_costs(void)
{
	struct diag_pos at = { .file = "gicsim list costs", .line = 1, .column = 1 };
	struct cost_profile *profile = calloc(1, sizeof(*profile));
	struct diag diag = { 0 };
	struct files files;
	struct doc doc;
	int err;

	if (!profile) {
		fprintf(stderr, "gicsim list: out of memory\n");
		return -ENOMEM;
	}
	doc_init(&doc, &diag);
	err = files_init(&files, &doc);
	if (!err)
		err = costs_read(&files, NULL, at, profile);
	if (err)
		fprintf(stderr, "%s\n", diag.text);
	for (uint32_t id = 0; !err && cost_name(id); id++)
		print_cost(profile, id);
	if (!err)
		printf("\nThe values are those of profile %s. Profiles:\n", profile->name);
	files_fini(&files);
	doc_free(&doc);
	free(profile);
	return err ? err : list_folder("costs", print_file);
}

static const struct topic {
	const char *name, *doc;
	int (*print)(void);
} topics[] = {
	{ "workloads", "what guests and devices do, with their parameters", list_workloads },
	{ "policies", "the keys under hypervisor: and host.gic:, with their values",
	  list_policies },
	{ "presets", "kernels whose policies a scenario can take over, and what they lack",
	  list_presets },
	{ "metrics", "what a run measures: unit, meaning, formula, identity", list_metrics },
	{ "costs", "what takes time, how much, and how well that is known", list_costs },
	{ "scenarios", "the shipped scenarios", list_scenarios },
};

#define NR_TOPICS (sizeof(topics) / sizeof(topics[0]))

/* ---- the command ---- */

static error_t parse(int key, char *arg, struct argp_state *state)
{
	const struct topic **topic = state->input;
	struct diag_nearest nearest = { .word = arg };
	char quoted[DIAG_QUOTE_MAX];

	switch (key) {
	case ARGP_KEY_ARG:
		if (*topic)
			argp_error(state, "one topic at a time");
		for (unsigned i = 0; i < NR_TOPICS; i++) {
			diag_offer(&nearest, topics[i].name);
			if (!strcmp(arg, topics[i].name))
				*topic = &topics[i];
		}
		if (!*topic)
			argp_error(state, "unknown topic '%s'; nearest valid topic '%s'",
				   diag_quote(quoted, arg), nearest.best);
		return 0;
	case ARGP_KEY_END:
		if (!*topic)
			argp_error(state, "say which topic to list");
		return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
}

static char *filter(int key, const char *text, void *input)
{
	char *out = NULL;
	size_t size;
	FILE *f;

	(void)input;
	if (key != ARGP_KEY_HELP_POST_DOC)
		return (char *)text;
	f = open_memstream(&out, &size);
	if (!f)
		return NULL;
	fputs("Topics:\n", f);
	for (unsigned i = 0; i < NR_TOPICS; i++)
		fprintf(f, "  %-12s%s\n", topics[i].name, topics[i].doc);
	fputs("\nExample: gicsim list metrics\n\n", f);
	fclose(f);
	return out;
}

int cli_list(int argc, char **argv)
{
	static const struct argp argp = {
		.parser = parse,
		.args_doc = "TOPIC",
		.doc = "Print what there is to choose from and to measure.\v",
		.help_filter = filter,
	};
	const struct topic *topic = NULL;

	argp_err_exit_status = CLI_USAGE;
	argp_parse(&argp, argc, argv, 0, NULL, &topic);
	if (topic->print())
		return CLI_FAILED;
	return cli_printed("gicsim list");
}
