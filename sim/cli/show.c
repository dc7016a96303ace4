// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * gicsim show: the effective configuration of a scenario, as YAML that can be run again; or the
 * schema that every scenario follows.
 */
#include <argp.h>
#include <stdio.h>

#include "cli.h"
#include "load.h"

enum { OPT_SCHEMA = 0x200, OPT_REFERENCE };

static const struct argp_option options[] = {
	{ "schema", OPT_SCHEMA, NULL, 0, "Print the JSON schema of scenarios instead", 2 },
	{ "reference", OPT_REFERENCE, NULL, 0, "Print the reference of all keys instead", 2 },
	{ 0 },
};

struct args {
	struct cli_scenario scenario;
	int (*print)(FILE *out); /* NULL: the scenario */
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct args *args = state->input;

	(void)arg;
	switch (key) {
	case ARGP_KEY_INIT: state->child_inputs[0] = &args->scenario; return 0;
	case OPT_SCHEMA: args->print = scenario_print_json_schema; return 0;
	case OPT_REFERENCE: args->print = scenario_print_reference; return 0;
	case ARGP_KEY_END:
		if (!args->print == !args->scenario.file)
			argp_error(state, "give one of FILE, --schema and --reference");
		return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
}

static int show_scenario(const struct cli_scenario *args)
{
	struct scenario s;
	int status = cli_load(args, &s);

	if (status == CLI_OK)
		scenario_show(&s, stdout);
	scenario_free(&s);
	return status;
}

static int print_tables(int (*print)(FILE *out))
{
	if (!print(stdout))
		return CLI_OK;
	fprintf(stderr, "gicsim show: out of memory\n");
	return CLI_FAILED;
}

int cli_show(int argc, char **argv)
{
	static const struct argp argp = {
		.options = options,
		.parser = parse,
		.args_doc = "FILE\n--schema\n--reference",
		.doc = "Print the effective configuration: includes, presets, cost profile, defaults and "
		       "changes put together, as YAML that reads back to the same.\v"
		       "Example: gicsim show configs/scenarios/01-one-msi.yaml --set vms.0.vcpus=2",
		.children = cli_scenario_children,
	};
	struct args args = { 0 };
	int status;

	argp_parse(&argp, argc, argv, 0, NULL, &args);
	status = args.print ? print_tables(args.print) : show_scenario(&args.scenario);
	return status == CLI_OK ? cli_printed("gicsim show") : status;
}
