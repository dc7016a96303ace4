// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * gicsim: finds the subcommand. One row and one file a subcommand.
 */
#include <argp.h>
#include <stdio.h>
#include <string.h>

#include <sim/scenario/diag.h>

#include "cli.h"

static const struct command {
	const char *name, *doc;
	int (*run)(int argc, char **argv);
} commands[] = {
	{ "run", "run a scenario and report what came out", cli_run },
	{ "check", "check scenarios without running them", cli_check },
	{ "show", "print the effective configuration of a scenario", cli_show },
	{ "explain", "tell the life of one interrupt, hop by hop", cli_explain },
	{ "list", "print what there is to choose from and to measure", cli_list },
	{ "sweep", "run a study: a scenario at many settings, with intervals", cli_sweep },
	{ "merge", "make one database of a study's shards", cli_merge },
	{ "plot", "draw the pictures of a study", cli_plot },
	{ "report", "make a page of a study or of a result", cli_report },
	{ "compare", "tell what differs between two databases of studies", cli_compare },
	{ "validate", "compare published figures with the simulation", cli_validate },
	{ "oracle", "run an oracle script and print its canonical log", cli_oracle },
};

#define NR_COMMANDS (sizeof(commands) / sizeof(commands[0]))

static void usage(FILE *out)
{
	fputs("Usage: gicsim COMMAND [OPTION...] [ARGUMENT...]\n"
	      "Simulate interrupt routing on Arm: the GIC and a KVM-like virtual GIC.\n\nCommands:\n",
	      out);
	for (size_t i = 0; i < NR_COMMANDS; i++)
		fprintf(out, "  %-10s %s\n", commands[i].name, commands[i].doc);
	fputs("\n  gicsim COMMAND --help tells more; gicsim --version tells the version.\n\n"
	      "Example: gicsim run configs/scenarios/nvme-passthrough.yaml --seed 1\n",
	      out);
}

static int unknown_command(const char *name)
{
	struct diag_nearest nearest = { .word = name };
	char quoted[DIAG_QUOTE_MAX];

	for (size_t i = 0; i < NR_COMMANDS; i++)
		diag_offer(&nearest, commands[i].name);
	fprintf(stderr, "gicsim: unknown command '%s'; nearest valid command '%s'\n",
		diag_quote(quoted, name), nearest.best);
	return CLI_USAGE;
}

static int run_command(const struct command *command, int argc, char **argv)
{
	char name[64];

	snprintf(name, sizeof(name), "gicsim %s", command->name);
	argv[0] = name;
	argp_err_exit_status = CLI_USAGE;
	return command->run(argc, argv);
}

int main(int argc, char **argv)
{
	if (argc < 2) {
		usage(stderr);
		return CLI_USAGE;
	}
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-?") || !strcmp(argv[1], "help")) {
		usage(stdout);
		return CLI_OK;
	}
	if (!strcmp(argv[1], "--version") || !strcmp(argv[1], "-V")) {
		puts("gicsim " GICSIM_VERSION);
		return CLI_OK;
	}
	for (size_t i = 0; i < NR_COMMANDS; i++)
		if (!strcmp(argv[1], commands[i].name))
			return run_command(&commands[i], argc - 1, argv + 1);
	return unknown_command(argv[1]);
}
