/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the subcommands that take a scenario share: FILE, --set, --seed, --costs.
 */
#ifndef CLI_LOAD_H
#define CLI_LOAD_H

#include <argp.h>

#include <sim/scenario/scenario.h>

#define CLI_CHANGES_MAX 256

struct cli_scenario {
	const char *file;
	struct doc_change changes[CLI_CHANGES_MAX];
	unsigned nr_changes;
};

/* As the children of a command's argp; the input of the first is a struct cli_scenario, set in
 * ARGP_KEY_INIT by the parent (state->child_inputs). */
extern const struct argp_child cli_scenario_children[];

/*
 * Load it; the message of an error goes to standard error. CLI_OK, CLI_USAGE or CLI_FAILED (out of
 * memory). scenario_free() in any case.
 */
int cli_load(const struct cli_scenario *args, struct scenario *s);

#endif
