// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The options by which every subcommand takes a scenario. --seed and --costs are short for --set
 * of run.seed and costs.profile; the order on the command line decides.
 */
#include "load.h"

#include <errno.h>
#include <stdio.h>

#include "cli.h"

enum { OPT_SET = 0x100, OPT_SEED, OPT_COSTS };

static const struct argp_option options[] = {
	{ "set", OPT_SET, "KEY=VALUE", 0,
	  "Change one value: a.b.c=VALUE; in a list by index, by name, or * for all", 1 },
	{ "seed", OPT_SEED, "N", 0, "Seed of every random stream", 1 },
	{ "costs", OPT_COSTS, "FILE", 0, "Cost profile: a file, or a name in configs/costs", 1 },
	{ 0 },
};

static void change(struct argp_state *state, const char *option, const char *path, const char *text)
{
	struct cli_scenario *args = state->input;

	if (args->nr_changes == CLI_CHANGES_MAX)
		argp_error(state, "more than %d changes", CLI_CHANGES_MAX);
	args->changes[args->nr_changes++] =
		(struct doc_change){ .option = option, .path = path, .text = text };
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct cli_scenario *args = state->input;

	switch (key) {
	case OPT_SET: change(state, "--set", NULL, arg); return 0;
	case OPT_SEED: change(state, "--seed", "run.seed", arg); return 0;
	case OPT_COSTS: change(state, "--costs", "costs.profile", arg); return 0;
	case ARGP_KEY_ARG:
		if (args->file)
			argp_error(state, "one scenario at a time");
		args->file = arg;
		return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp scenario_argp = { .options = options, .parser = parse };

const struct argp_child cli_scenario_children[] = {
	{ &scenario_argp, 0, NULL, 0 },
	{ 0 },
};

int cli_load(const struct cli_scenario *args, struct scenario *s)
{
	struct diag diag;
	int err = scenario_load(s, args->file, args->changes, args->nr_changes, &diag);

	if (!err)
		return CLI_OK;
	fprintf(stderr, "%s\n", diag.text);
	return err == -ENOMEM ? CLI_FAILED : CLI_USAGE;
}
