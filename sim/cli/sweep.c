// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * gicsim sweep: its options, and what is done with them: list the runs, do one, all of a shard, all
 * through Slurm, or those that shake the answer (sweep-run.c, sweep-slurm.c, sweep-vary.c).
 */
#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sim/scenario/units.h>

#include "cli.h"
#include "sweep.h"

#define WHO	 SWEEP_WHO
#define MAX_RUNS 10000

enum {
	OPT_QUICK = 0x300,
	OPT_DB,
	OPT_JOBS,
	OPT_LIST,
	OPT_RUN,
	OPT_SHARD,
	OPT_MAX_RUNS,
	OPT_SLURM,
	OPT_TASKS,
	OPT_SENSITIVITY,
};

static const struct argp_option options[] = {
	{ "quick", OPT_QUICK, NULL, 0, "The small form of the study", 1 },
	{ "list", OPT_LIST, NULL, 0, "Print the runs and stop", 1 },
	{ "run", OPT_RUN, "N", 0, "Run number N alone, here, and print its result", 1 },
	{ "db", OPT_DB, "FILE", 0, "Database (default out/STUDY.db; -quick and -IofN are added)",
	  2 },
	{ "jobs", OPT_JOBS, "N", 0, "Runs at a time (default: one a processor)", 2 },
	{ "shard", OPT_SHARD, "I/N", 0, "Only the Ith of N parts, I from 1", 2 },
	{ "slurm", OPT_SLURM, NULL, 0,
	  "Submit a job array with sbatch, wait for it and merge what its tasks ran", 3 },
	{ "tasks", OPT_TASKS, "N", 0, "Tasks of the job array (default: one for 50 runs)", 3 },
	{ "sensitivity", OPT_SENSITIVITY, NULL, 0,
	  "Move each assumed cost over its range: does the study's answer hold?", 1 },
	{ "max-runs", OPT_MAX_RUNS, "N", 0, "Refuse to start more runs than this (default 10000)",
	  2 },
	{ 0 },
};

/* ---- options ---- */

static uint64_t parse_number(struct argp_state *state, const char *option, const char *text,
			     uint64_t max)
{
	struct param row = { .type = PARAM_U64, .min = 1, .max = max };
	char why[UNITS_WHY_MAX];
	uint64_t value = 1;

	if (units_parse(&row, text, &value, why))
		argp_error(state, "%s: %s", option, why);
	return value;
}

static void parse_shard(struct argp_state *state, struct sweep_args *args, char *text)
{
	char *slash = strchr(text, '/');

	if (!slash) {
		argp_error(state, "--shard: '%s' is not I/N", text);
		return;
	}
	*slash = '\0';
	args->shards = parse_number(state, "--shard", slash + 1, UINT32_MAX);
	args->shard = parse_number(state, "--shard", text, args->shards);
	*slash = '/';
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct sweep_args *args = state->input;

	switch (key) {
	case OPT_QUICK: args->quick = true; return 0;
	case OPT_LIST: args->list = true; return 0;
	case OPT_SLURM: args->slurm = true; return 0;
	case OPT_SENSITIVITY: args->sensitivity = true; return 0;
	case OPT_TASKS: args->tasks = parse_number(state, "--tasks", arg, 100000); return 0;
	case OPT_RUN: args->run = parse_number(state, "--run", arg, UINT32_MAX); return 0;
	case OPT_DB: args->db = arg; return 0;
	case OPT_JOBS: args->jobs = parse_number(state, "--jobs", arg, 4096); return 0;
	case OPT_SHARD: parse_shard(state, args, arg); return 0;
	case OPT_MAX_RUNS:
		args->max_runs = parse_number(state, "--max-runs", arg, UINT32_MAX);
		return 0;
	case ARGP_KEY_ARG:
		if (args->file)
			argp_error(state, "one study at a time");
		args->file = arg;
		return 0;
	case ARGP_KEY_END:
		if (!args->file)
			argp_error(state, "say which study to run");
		if (args->slurm && (args->shards > 1 || args->run || args->list))
			argp_error(state, "--slurm goes with neither --shard, --run nor --list");
		return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
}

/* ---- the sweep as a whole ---- */

static int print_list(const struct sweep *w)
{
	const struct study *s = &w->study;

	for (uint32_t n = 1; n <= study_nr_runs(s); n++) {
		const struct study_run run = study_run_of(s, n);
		char *key = NULL;

		if (!sweep_in_shard(w, n))
			continue;
		if (study_key(s, &run, &key)) {
			fputs(WHO ": out of memory\n", stderr);
			return CLI_FAILED;
		}
		printf("%u %s\n", n, key);
		free(key);
	}
	return cli_printed(WHO);
}

int sweep_load(struct sweep *w)
{
	int err = study_load(&w->study, w->args->file, w->args->quick);

	if (!err)
		return CLI_OK;
	fprintf(stderr, "%s\n", w->study.diag.text);
	return err == -ENOMEM ? CLI_FAILED : CLI_USAGE;
}

static int dispatch(struct sweep *w)
{
	if (w->args->list)
		return print_list(w);
	if (w->args->run)
		return sweep_run_one(w);
	return w->args->slurm ? sweep_slurm(w) : sweep_run_all(w);
}

int cli_sweep(int argc, char **argv)
{
	static const struct argp argp = {
		.options = options,
		.parser = parse,
		.args_doc = "FILE",
		.doc = "Run a study: a scenario at many settings, several times each. The same "
		       "command goes on where a sweep was stopped.\v"
		       "FILE is a YAML file (docs/sweeps.md), or the name of one in "
		       "configs/sweeps. Exit status 0: done; 1: a run failed; 2: wrong input.\n\n"
		       "Example: gicsim sweep configs/sweeps/ap-lists-small.yaml --jobs 2",
	};
	struct sweep_args args = { .max_runs = MAX_RUNS, .shard = 1, .shards = 1 };
	struct sweep w = { .args = &args };
	int status;

	argp_parse(&argp, argc, argv, 0, NULL, &args);
	status = sweep_load(&w);
	if (status == CLI_OK && args.sensitivity)
		status = sweep_vary(&w);
	if (status == CLI_OK)
		status = dispatch(&w);
	store_close(&w.store);
	for (uint32_t p = 0; p < w.nr_scenarios; p++)
		scenario_free(&w.scenarios[p]);
	free(w.scenarios);
	free(w.db);
	free(w.done);
	free(w.pending);
	study_free(&w.study);
	return status;
}
