// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * gicsim explain: run a scenario and tell the life of one interrupt, hop by hop.
 */
#include <argp.h>
#include <errno.h>
#include <stdio.h>

#include <sim/cluster/cluster.h>
#include <sim/record/life.h>
#include <sim/record/result.h>
#include <sim/scenario/units.h>

#include "cli.h"
#include "load.h"

enum { OPT_IRQ = 0x200, OPT_WORST, OPT_VM };

static const struct argp_option options[] = {
	{ "worst", OPT_WORST, NULL, 0, "The interrupt with the highest latency of all", 2 },
	{ "irq", OPT_IRQ, "INTID", 0, "The one with the highest latency among those of INTID", 2 },
	{ "vm", OPT_VM, "N", 0, "With --irq: only of VM number N, counted from 0", 2 },
	{ 0 },
};

struct args {
	struct cli_scenario scenario;
	struct run_options run;
	bool worst, found;
};

static uint32_t parse_number(struct argp_state *state, const char *option, const char *text)
{
	struct param row = { .type = PARAM_U32, .max = UINT32_MAX - 1 };
	char why[UNITS_WHY_MAX];
	uint64_t value = 0;

	if (units_parse(&row, text, &value, why))
		argp_error(state, "%s: %s", option, why);
	return (uint32_t)value;
}

static void check_choice(struct argp_state *state, const struct args *args)
{
	bool irq = args->run.explain_intid != REC_NOBODY;

	if (!args->scenario.file)
		argp_error(state, "say which scenario to run");
	if (irq == args->worst)
		argp_error(state, "give one of --worst and --irq INTID");
	if (!irq && args->run.explain_vm != REC_NOBODY)
		argp_error(state, "--vm goes with --irq INTID");
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct args *args = state->input;

	switch (key) {
	case ARGP_KEY_INIT: state->child_inputs[0] = &args->scenario; return 0;
	case OPT_WORST: args->worst = true; return 0;
	case OPT_IRQ: args->run.explain_intid = parse_number(state, "--irq", arg); return 0;
	case OPT_VM: args->run.explain_vm = parse_number(state, "--vm", arg); return 0;
	case ARGP_KEY_END: check_choice(state, args); return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
}

static void tell(struct machine *m, void *arg)
{
	struct args *args = arg;

	args->found = machine_explain(m, stdout);
}

static int explain(struct args *args, const struct scenario *s)
{
	char error[REC_ERROR_MAX] = "";
	struct rec_result result;
	int err;

	args->run.after = tell;
	args->run.after_arg = args;
	rec_result_init(&result);
	err = cluster_run(&s->config, &args->run, &result, error);
	rec_result_fini(&result);
	if (err) {
		fprintf(stderr, "gicsim explain: %s: %s\n", s->path, error);
		return err == -ERANGE || err == -EOPNOTSUPP ? CLI_USAGE : CLI_FAILED;
	}
	if (!args->found) {
		fprintf(stderr,
			"gicsim explain: %s: no such interrupt was delivered in the window\n",
			s->path);
		return CLI_FAILED;
	}
	return cli_printed("gicsim explain");
}

int cli_explain(int argc, char **argv)
{
	static const struct argp argp = {
		.options = options,
		.parser = parse,
		.args_doc = "FILE --worst\nFILE --irq INTID",
		.doc = "Run a scenario and tell one interrupt's life hop by hop: time, work and waiting, "
		       "state before and after, the rule that applied.\v"
		       "Example: gicsim explain configs/scenarios/01-one-msi.yaml --worst",
		.children = cli_scenario_children,
	};
	struct args args = { .run = { .dump_at = SIM_NEVER,
				      .explain = true,
				      .explain_vm = REC_NOBODY,
				      .explain_intid = REC_NOBODY } };
	struct scenario s;
	int status;

	argp_parse(&argp, argc, argv, 0, NULL, &args);
	status = cli_load(&args.scenario, &s);
	if (status == CLI_OK)
		status = explain(&args, &s);
	scenario_free(&s);
	return status;
}
