// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * gicsim run: one scenario, one run, one result. Everything that can be wrong with the input is
 * found before the run, and no output file is touched until the run has ended well.
 */
#include <argp.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sim/cluster/cluster.h>
#include <sim/record/result.h>
#include <sim/scenario/units.h>

#include "cli.h"
#include "describe.h"
#include "load.h"

enum {
	OPT_JSON = 0x200,
	OPT_DB,
	OPT_TRACE,
	OPT_DUMP,
	OPT_ENGINE,
	OPT_SHUFFLE,
	OPT_QUIET,
};

static const struct argp_option options[] = {
	{ "json", OPT_JSON, "FILE", 0, "Write the result as JSON; - is standard output", 2 },
	{ "db", OPT_DB, "FILE", 0, "Add the result to an SQLite file", 2 },
	{ "trace", OPT_TRACE, "FILE.pftrace", 0, "Write a trace for the Perfetto viewer", 2 },
	{ "dump-vgic", OPT_DUMP, "TIME", 0,
	  "Print the state of every guest interrupt TIME after warm-up", 2 },
	{ "engine", OPT_ENGINE, "calendar|simgrid", 0,
	  "Drive processes by the own calendar (default) or as SimGrid actors", 3 },
	{ "shuffle-ties", OPT_SHUFFLE, "SEED", 0, "Permute events of equal time", 3 },
	{ "quiet", OPT_QUIET, NULL, 0, "Print no table and no progress", 2 },
	{ 0 },
};

struct args {
	struct cli_scenario scenario;
	struct run_options run;
	const char *json, *db, *engine;
};

/* ---- options ---- */

static uint64_t parse_value(struct argp_state *state, const char *option, enum param_type type,
			    const char *text)
{
	struct param row = { .type = type };
	char why[UNITS_WHY_MAX];
	uint64_t value = 0;

	if (units_parse(&row, text, &value, why))
		argp_error(state, "%s: %s", option, why);
	return value;
}

static enum sim_driver parse_engine(struct argp_state *state, const char *text)
{
	static const char *const names[] = { "calendar", "simgrid", NULL };
	static const struct param row = { .type = PARAM_ENUM, .names = names };
	char why[UNITS_WHY_MAX];
	uint64_t value = 0;

	if (units_parse(&row, text, &value, why))
		argp_error(state, "--engine: %s", why);
	return value ? SIM_SIMGRID : SIM_CALENDAR;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct args *args = state->input;

	switch (key) {
	case ARGP_KEY_INIT: state->child_inputs[0] = &args->scenario; return 0;
	case OPT_JSON: args->json = arg; return 0;
	case OPT_DB: args->db = arg; return 0;
	case OPT_TRACE: args->run.trace = arg; return 0;
	case OPT_DUMP:
		args->run.dump_at = parse_value(state, "--dump-vgic", PARAM_TIME, arg);
		return 0;
	case OPT_ENGINE:
		args->run.driver = parse_engine(state, arg);
		args->engine = arg;
		return 0;
	case OPT_SHUFFLE:
		args->run.shuffle_ties = true;
		args->run.shuffle_seed = parse_value(state, "--shuffle-ties", PARAM_U64, arg);
		return 0;
	case OPT_QUIET: args->run.quiet = true; return 0;
	case ARGP_KEY_END:
		if (!args->scenario.file)
			argp_error(state, "say which scenario to run");
		return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
}

/* A file that could not be written after a long run is better found before it. */
static int check_output(const char *option, const char *path)
{
	char folder[PATH_MAX] = ".";
	const char *slash;

	if (!path || !strcmp(path, "-"))
		return CLI_OK;
	slash = strrchr(path, '/');
	if (slash)
		snprintf(folder, sizeof(folder), "%.*s", (int)(slash - path + 1), path);
	if (!access(folder, W_OK))
		return CLI_OK;
	fprintf(stderr, "gicsim run: %s: cannot write '%s': %s\n", option, path, strerror(errno));
	return CLI_USAGE;
}

static int check_outputs(const struct args *args)
{
	int status = check_output("--json", args->json);

	if (status == CLI_OK)
		status = check_output("--db", args->db);
	return status == CLI_OK ? check_output("--trace", args->run.trace) : status;
}

/* ---- the run ---- */

static int write_outputs(const struct args *args, struct rec_result *r)
{
	char error[REC_ERROR_MAX];
	int err = 0;

	if (args->db)
		err = rec_result_sqlite(r, args->db, NULL, error);
	if (!err && args->json)
		err = rec_result_json(r, args->json, error);
	if (err) {
		fprintf(stderr, "gicsim run: %s\n", error);
		return CLI_FAILED;
	}
	if (!args->run.quiet && (!args->json || strcmp(args->json, "-")))
		rec_result_print(r, stdout);
	return cli_printed("gicsim run");
}

static int run_scenario(struct args *args, const struct scenario *s, struct rec_result *r)
{
	char error[REC_ERROR_MAX] = "";
	int err;

	/* Standard output is for JSON alone when it goes there. */
	args->run.dump = args->json && !strcmp(args->json, "-") ? stderr : stdout;
	cli_describe(s, args->engine, r);
	err = cluster_run(&s->config, &args->run, r, error);
	if (!err && r->failed) {
		err = -ENOMEM;
		snprintf(error, sizeof(error), "out of memory while collecting the result");
	}
	if (err)
		fprintf(stderr, "gicsim run: %s: %s\n", s->path, error);
	return err;
}

int cli_run(int argc, char **argv)
{
	static const struct argp argp = {
		.options = options,
		.parser = parse,
		.args_doc = "FILE",
		.doc = "Run a scenario and print what came out.\v"
		       "FILE is a YAML file, or the name of one in configs/scenarios. Exit status 0: "
		       "done; 1: the run failed or violated an identity; 2: wrong input.\n\n"
		       "Example: gicsim run configs/scenarios/nvme-passthrough.yaml --seed 1 "
		       "--set vms.0.vcpus=8 --json result.json",
		.children = cli_scenario_children,
	};
	struct args args = { .engine = "calendar", .run.dump_at = SIM_NEVER };
	struct rec_result result;
	struct scenario s;
	int status, err;

	argp_parse(&argp, argc, argv, 0, NULL, &args);
	status = cli_load(&args.scenario, &s);
	if (status == CLI_OK)
		status = check_outputs(&args);
	if (status == CLI_OK) {
		rec_result_init(&result);
		err = run_scenario(&args, &s, &result);
		if (!err) {
			status = write_outputs(&args, &result);
		} else {
			status = err == -ERANGE || err == -EOPNOTSUPP ? CLI_USAGE : CLI_FAILED;
			fputs("gicsim run: again with: ", stderr);
			cli_print_command(argc, argv, stderr);
		}
		rec_result_fini(&result);
	}
	scenario_free(&s);
	return status;
}
