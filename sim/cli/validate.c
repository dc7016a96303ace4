// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * gicsim validate: every published figure (analysis/published/) against a run of the simulation, in
 * child processes; or, with --measured, the user's own figures in their place. All input is read
 * and checked before the first run.
 */
#include <argp.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <analysis/validate.h>
#include <sim/cluster/cluster.h>
#include <sim/scenario/published.h>
#include <sim/scenario/scenario.h>

#include "cli.h"
#include "describe.h"
#include "pool.h"

enum { OPT_MEASURED = 0x300, OPT_ONLY, OPT_JOBS };

static const struct argp_option options[] = {
	{ "measured", OPT_MEASURED, "FILE", 0,
	  "Own measurements, lines of `figure,value,unit`, in place of published ones", 0 },
	{ "only", OPT_ONLY, "PREFIX", 0, "Only the figures whose names begin so", 0 },
	{ "jobs", OPT_JOBS, "N", 0, "Runs at a time (default: one a processor)", 0 },
	{ 0 },
};

struct args {
	const char *measured, *only;
	unsigned jobs;
};

struct validation {
	const struct args *args;
	struct diag diag;
	struct doc doc;
	struct files files;
	struct published published;
	struct validate_row *rows;  /* as published.rows, of which --only leaves the first nr */
	struct scenario *scenarios; /* by row */
	unsigned nr, failed;
};

static int complain(const struct validation *v)
{
	fprintf(stderr, "%s\n", v->diag.text);
	return v->diag.err == -ENOMEM ? CLI_FAILED : CLI_USAGE;
}

/* ---- rows ---- */

static void make_row(struct validate_row *row, const struct published_row *p)
{
	*row = (struct validate_row){
		.name = p->name,
		.what = p->what,
		.unit = p->unit,
		.title = p->title,
		.source = p->source,
		.confidence = p->confidence,
		.series = p->series,
		.fit = p->fit,
		.incomparable = p->incomparable,
		.profile = "-",
		.published = p->value,
		.low = p->low,
		.high = p->high,
	};
}

static int read_rows(struct validation *v)
{
	const char *only = v->args->only ? v->args->only : "";

	doc_init(&v->doc, &v->diag);
	if (files_init(&v->files, &v->doc) || published_read(&v->files, &v->doc, &v->published))
		return complain(v);
	v->rows = calloc(v->published.nr_rows, sizeof(*v->rows));
	v->scenarios = calloc(v->published.nr_rows, sizeof(*v->scenarios));
	if (!v->rows || !v->scenarios) {
		diag_memory(&v->diag);
		return complain(v);
	}
	for (unsigned i = 0; i < v->published.nr_rows; i++) {
		const struct published_row *p = &v->published.rows[i];

		if (strncmp(p->name, only, strlen(only)))
			continue;
		make_row(&v->rows[v->nr], p);
		v->published.rows[v->nr++] = *p;
	}
	if (v->nr)
		return CLI_OK;
	fprintf(stderr, "gicsim validate: --only: no figure's name begins with '%s'\n", only);
	return CLI_USAGE;
}

/* Rows keep their scenario until the child that runs it was forked. */
static int load_scenario(struct validation *v, unsigned i)
{
	const struct published_row *p = &v->published.rows[i];

	if (!p->scenario)
		return CLI_OK;
	if (scenario_load(&v->scenarios[i], p->scenario, p->set, p->nr_sets, &v->diag))
		return complain(v);
	v->rows[i].profile = v->scenarios[i].costs.name;
	return CLI_OK;
}

/* ---- the user's own measurements: figure,value,unit ---- */

static int measured_error(const char *file, unsigned line, const char *what)
{
	fprintf(stderr, "%s:%u:1: %s\n", file, line, what);
	return CLI_USAGE;
}

static int take_measured(struct validation *v, char *text, unsigned line)
{
	const char *file = v->args->measured, *name, *number, *unit;
	struct diag_nearest nearest = { 0 };
	char *end, *save, why[256];
	double value;

	name = strtok_r(text, ", \t\r\n", &save);
	if (!name || name[0] == '#' || (line == 1 && !strcmp(name, "figure")))
		return CLI_OK;
	number = strtok_r(NULL, ", \t\r\n", &save);
	unit = strtok_r(NULL, ", \t\r\n", &save);
	if (!number || !unit)
		return measured_error(file, line, "expected figure,value,unit");
	value = strtod(number, &end);
	if (*end || !isfinite(value) || value <= 0)
		return measured_error(file, line, "the value must be a number above 0");
	nearest.word = name;
	for (unsigned i = 0; i < v->nr; i++) {
		struct validate_row *r = &v->rows[i];

		diag_offer(&nearest, r->name);
		if (strcmp(r->name, name))
			continue;
		if (strcmp(r->unit, unit)) {
			snprintf(why, sizeof(why), "%s is in %s", name, r->unit);
			return measured_error(file, line, why);
		}
		if (r->measured)
			return measured_error(file, line, "a second value of the same figure");
		r->published = value;
		r->low = r->high = 0;
		r->measured = true;
		return CLI_OK;
	}
	snprintf(why, sizeof(why), "unknown figure '%s'; nearest valid figure '%s'", name,
		 nearest.best);
	return measured_error(file, line, why);
}

static int read_measured(struct validation *v)
{
	char text[256];
	int status = CLI_OK;
	FILE *f;

	if (!v->args->measured)
		return CLI_OK;
	f = fopen(v->args->measured, "r");
	if (!f) {
		fprintf(stderr, "gicsim validate: cannot read '%s': %s\n", v->args->measured,
			strerror(errno));
		return CLI_USAGE;
	}
	for (unsigned line = 1; status == CLI_OK && fgets(text, sizeof(text), f); line++)
		status = take_measured(v, text, line);
	if (status == CLI_OK && ferror(f))
		status = measured_error(v->args->measured, 1, "cannot be read");
	fclose(f);
	return status;
}

/* ---- runs ---- */

static bool metric(const struct rec_result *r, const char *name, double *value, const char **unit)
{
	const struct rec_result_metric *m = rec_result_find(r, name);

	if (!m || m->none)
		return false;
	*value = (double)m->value / pow(10, m->decimals);
	*unit = m->unit;
	return true;
}

static bool ours(const struct published_row *p, const struct rec_result *r, double *value)
{
	double divisor = p->divide, other;
	const char *unit, *unused;

	if (!metric(r, p->metric, value, &unit)) {
		fprintf(stderr, "no metric '%s' with a value", p->metric);
		return false;
	}
	if (p->add) {
		if (!metric(r, p->add, &other, &unused)) {
			fprintf(stderr, "no metric '%s' with a value", p->add);
			return false;
		}
		*value += other;
	}
	if (p->divide_by) {
		if (!metric(r, p->divide_by, &other, &unused) || other <= 0) {
			fprintf(stderr, "no metric '%s' with a value", p->divide_by);
			return false;
		}
		divisor *= other;
	}
	*value /= divisor;
	if (!strcmp(unit, "ns"))
		*value = validate_from_ns(*value, p->unit, p->clock);
	return true;
}

/* In the child. */
static int run_row(void *arg, uint32_t i, int out)
{
	struct validation *v = arg;
	struct run_options opt = { .quiet = true, .dump_at = SIM_NEVER };
	char error[REC_ERROR_MAX] = "";
	struct rec_result result;
	double value;

	rec_result_init(&result);
	if (cluster_run(&v->scenarios[i].config, &opt, &result, error) || result.failed) {
		fprintf(stderr, "%s", error[0] ? error : "out of memory");
		return CLI_FAILED;
	}
	if (!ours(&v->published.rows[i], &result, &value))
		return CLI_FAILED;
	return write(out, &value, sizeof(value)) == sizeof(value) ? CLI_OK : CLI_FAILED;
}

static bool row_ended(void *arg, const struct pool_end *end)
{
	struct validation *v = arg;
	struct validate_row *r = &v->rows[end->number];

	if (WIFEXITED(end->status) && WEXITSTATUS(end->status) == CLI_OK &&
	    end->size == sizeof(r->ours)) {
		memcpy(&r->ours, end->bytes, sizeof(r->ours));
		r->ran = true;
	} else {
		v->failed++;
		fprintf(stderr, "gicsim validate: %s: the run failed: %s\n", r->name, end->text);
	}
	return true;
}

static void no_tick(void *arg)
{
	(void)arg;
}

static int run_rows(struct validation *v)
{
	uint32_t *numbers = calloc(v->nr, sizeof(*numbers));
	struct pool pool = { .jobs = v->args->jobs,
			     .numbers = numbers,
			     .work = run_row,
			     .ended = row_ended,
			     .tick = no_tick,
			     .arg = v };
	int ret;

	if (!numbers)
		return diag_memory(&v->diag), complain(v);
	for (unsigned i = 0; i < v->nr; i++)
		if (v->published.rows[i].scenario)
			numbers[pool.nr++] = i;
	ret = pool.nr ? pool_run(&pool) : 0;
	free(numbers);
	if (!ret)
		return CLI_OK;
	fprintf(stderr, "gicsim validate: cannot start a process: %s\n", strerror(-ret));
	return CLI_FAILED;
}

/* ---- the command ---- */

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct args *args = state->input;
	char *end;

	switch (key) {
	case OPT_MEASURED: args->measured = arg; return 0;
	case OPT_ONLY: args->only = arg; return 0;
	case OPT_JOBS:
		args->jobs = (unsigned)strtoul(arg, &end, 10);
		if (*end || args->jobs < 1 || args->jobs > 1024)
			argp_error(state, "--jobs: a number from 1 to 1024");
		return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
}

static int print(struct validation *v)
{
	validate_judge(v->rows, v->nr);
	validate_print(v->rows, v->nr, stdout);
	return cli_printed("gicsim validate") || v->failed ? CLI_FAILED : CLI_OK;
}

int cli_validate(int argc, char **argv)
{
	static const struct argp argp = {
		.options = options,
		.parser = parse,
		.args_doc = "",
		.doc = "Run what corresponds to each published figure and print the figure, ours, the "
		       "error and a verdict.\v"
		       "A verdict other than `reproduces` is a finding, not a failure. Exit status 0: "
		       "done; 1: a run failed; 2: wrong input.\n\n"
		       "Example: gicsim validate --only altra",
	};
	struct args args = { .jobs = (unsigned)sysconf(_SC_NPROCESSORS_ONLN) };
	struct validation v = { .args = &args };
	int status;

	argp_parse(&argp, argc, argv, 0, NULL, &args);
	status = read_rows(&v);
	if (status == CLI_OK)
		status = read_measured(&v);
	for (unsigned i = 0; status == CLI_OK && i < v.nr; i++)
		status = load_scenario(&v, i);
	if (status == CLI_OK)
		status = run_rows(&v);
	if (status == CLI_OK)
		status = print(&v);
	for (unsigned i = 0; i < v.nr; i++)
		if (v.scenarios[i].path)
			scenario_free(&v.scenarios[i]);
	free(v.scenarios);
	free(v.rows);
	files_fini(&v.files);
	doc_free(&v.doc);
	return status;
}
