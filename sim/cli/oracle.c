// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * gicsim oracle: runs a script of the oracle language and prints its canonical log, to be compared
 * with what a real kernel did (docs/oracle.md).
 */
#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <sim/oracle/run.h>
#include <sim/scenario/scenario.h>

#include "cli.h"

struct args {
	const char *script;
	const char *gic;
};

enum { OPT_GIC = 0x200 };

static const struct argp_option options[] = {
	{ "gic", OPT_GIC, "3|4", 0, "Architecture of the host's GIC", 0 },
	{ 0 },
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct args *args = state->input;

	switch (key) {
	case OPT_GIC:
		if (strcmp(arg, "3") && strcmp(arg, "4"))
			argp_error(state, "--gic: there is no host with GIC '%s'; valid: 3, 4",
				   arg);
		args->gic = arg;
		return 0;
	case ARGP_KEY_ARG:
		if (args->script)
			argp_error(state, "one script at a time");
		args->script = arg;
		return 0;
	case ARGP_KEY_END:
		if (!args->script)
			argp_error(state, "say which script to run");
		if (!args->gic)
			argp_error(state, "say on which GIC: --gic 3 or --gic 4");
		return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
}

static int run(const struct scenario *machine, const struct oracle_script *script)
{
	char error[ORACLE_ERROR_MAX];
	int err = oracle_run(&machine->config, script, stdout, error);

	if (cli_printed("gicsim oracle"))
		return CLI_FAILED;
	if (!err)
		return CLI_OK;
	fprintf(stderr, "gicsim oracle: %s\n", error);
	return err == -EINVAL ? CLI_USAGE : CLI_FAILED;
}

int cli_oracle(int argc, char **argv)
{
	static const struct argp argp = {
		.options = options,
		.parser = parse,
		.args_doc = "SCRIPT --gic 3|4",
		.doc = "Run a script of the oracle language under preset linux-6.1 and print the "
		       "canonical log.\v"
		       "The machine is configs/oracle/gicv3.yaml or gicv4.yaml. Exit status 0: done; "
		       "1: a vCPU does not finish, or interrupts come in a storm; 2: the script is "
		       "wrong.\n\n"
		       "Example: gicsim oracle tests/oracle/scripts/vlpi-life.txt --gic 4",
	};
	struct oracle_script script;
	struct scenario machine;
	struct args args = { 0 };
	struct diag diag;
	int err, status;

	argp_parse(&argp, argc, argv, 0, NULL, &args);
	err = oracle_script_read(&script, args.script, &diag);
	if (!err) {
		err = scenario_load_shipped(&machine, "oracle",
					    args.gic[0] == '4' ? "gicv4" : "gicv3", &diag);
		status = err ? CLI_USAGE : run(&machine, &script);
		scenario_free(&machine);
	}
	if (err) {
		fprintf(stderr, "%s\n", diag.text);
		status = err == -ENOMEM ? CLI_FAILED : CLI_USAGE;
	}
	oracle_script_free(&script);
	return status;
}
