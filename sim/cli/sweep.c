// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * gicsim sweep: all runs of a study. Each run takes place in a child of its own, forked before
 * SimGrid has started anything, and commits its result to the database itself; what is there is
 * finished, so a sweep that was stopped in whatever way goes on where it was.
 */
#include <argp.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <analysis/summary.h>
#include <sim/machine/run.h>
#include <sim/record/result.h>
#include <sim/scenario/units.h>

#include "cli.h"
#include "describe.h"
#include "pool.h"
#include "study-db.h"

#define WHO	       "gicsim sweep"
#define MAX_RUNS       10000
#define CHILD_STORE    3 /* a child's exit status: the result could not be written */
#define FAILURES_SHOWN 10
#define DEFAULT_FOLDER "out"

enum { OPT_QUICK = 0x300, OPT_DB, OPT_JOBS, OPT_LIST, OPT_RUN, OPT_SHARD, OPT_MAX_RUNS };

static const struct argp_option options[] = {
	{ "quick", OPT_QUICK, NULL, 0, "The small form of the study", 1 },
	{ "list", OPT_LIST, NULL, 0, "Print the runs and stop", 1 },
	{ "run", OPT_RUN, "N", 0, "Run number N alone, here, and print its result", 1 },
	{ "db", OPT_DB, "FILE", 0, "Database (default out/STUDY.db; -quick and -IofN are added)",
	  2 },
	{ "jobs", OPT_JOBS, "N", 0, "Runs at a time (default: one a processor)", 2 },
	{ "shard", OPT_SHARD, "I/N", 0, "Only the Ith of N parts, I from 1", 2 },
	{ "max-runs", OPT_MAX_RUNS, "N", 0, "Refuse to start more runs than this (default 10000)",
	  2 },
	{ 0 },
};

struct args {
	const char *file, *db;
	bool quick, list;
	uint64_t jobs, run, shard, shards, max_runs;
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

static void parse_shard(struct argp_state *state, struct args *args, char *text)
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
	struct args *args = state->input;

	switch (key) {
	case OPT_QUICK: args->quick = true; return 0;
	case OPT_LIST: args->list = true; return 0;
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
		return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
}

/* ---- what a sweep is ---- */

struct sweep {
	const struct args *args;
	struct study study;
	char *db;
	uint32_t *pending; /* numbers of runs to start */
	uint32_t nr_pending;
	/* while it goes on */
	uint32_t finished, failed;
	struct timespec started;
	bool terminal, drawn;
	int status;
};

static bool in_shard(const struct args *args, uint32_t number)
{
	return (number - 1) % args->shards == args->shard - 1;
}

static int default_db(struct sweep *w)
{
	const struct args *a = w->args;
	char part[48] = "";

	if (a->shards > 1)
		snprintf(part, sizeof(part), "-%lluof%llu", (unsigned long long)a->shard,
			 (unsigned long long)a->shards);
	if (a->db)
		w->db = strdup(a->db);
	else if (asprintf(&w->db, DEFAULT_FOLDER "/%s%s%s.db", w->study.name,
			  a->quick ? "-quick" : "", part) < 0)
		w->db = NULL;
	if (!a->db)
		mkdir(DEFAULT_FOLDER, 0777);
	if (w->db)
		return CLI_OK;
	fputs(WHO ": out of memory\n", stderr);
	return CLI_FAILED;
}

static int print_list(const struct sweep *w)
{
	const struct study *s = &w->study;

	for (uint32_t n = 1; n <= study_nr_runs(s); n++) {
		const struct study_run run = study_run_of(s, n);
		char *key = NULL;

		if (!in_shard(w->args, n))
			continue;
		if (study_key(s, &run, &key)) {
			fputs(WHO ": out of memory\n", stderr);
			return CLI_FAILED;
		}
		printf("%u %s\n", n, key);
		free(key);
	}
	if (!fflush(stdout) && !ferror(stdout))
		return CLI_OK;
	fprintf(stderr, WHO ": cannot write to standard output: %s\n", strerror(errno));
	return CLI_FAILED;
}

/* ---- one run ---- */

static void print_replay(const struct sweep *w, uint32_t number, FILE *out)
{
	fputs(WHO " ", out);
	cli_print_quoted(w->args->file, out);
	fprintf(out, "%s --run %u", w->args->quick ? " --quick" : "", number);
}

/* Fill a result; 0 or -errno with a line on standard error. */
static int simulate(const struct study *s, const struct study_run *run, bool quiet,
		    struct rec_result *r)
{
	const struct run_options opt = { .quiet = quiet, .dump_at = SIM_NEVER };
	char error[REC_ERROR_MAX] = "";
	struct scenario scenario;
	struct diag diag;
	int err = study_scenario(s, run, &scenario, &diag);

	if (err) {
		fprintf(stderr, "%s\n", diag.text);
	} else {
		cli_describe(&scenario, "calendar", r);
		err = machine_run(&scenario.config, &opt, r, error);
		if (err)
			fprintf(stderr, "%s\n", error);
	}
	scenario_free(&scenario);
	return err;
}

static int store_result(const struct sweep *w, const struct study_run *run, struct rec_result *r)
{
	char error[REC_ERROR_MAX] = "out of memory", *key = NULL;
	int err = study_key(&w->study, run, &key);

	if (!err)
		err = rec_result_sqlite(r, w->db, key, error);
	if (err)
		fprintf(stderr, "%s\n", error);
	free(key);
	return err;
}

static int work(void *arg, uint32_t number)
{
	const struct sweep *w = arg;
	const struct study_run run = study_run_of(&w->study, number);
	struct rec_result r;
	int status = CLI_OK;

	rec_result_init(&r);
	if (simulate(&w->study, &run, true, &r))
		status = CLI_FAILED;
	else if (store_result(w, &run, &r))
		status = CHILD_STORE;
	rec_result_fini(&r);
	return status;
}

/* ---- the sweep ---- */

static double seconds_since(const struct timespec *then)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)(now.tv_sec - then->tv_sec) + 1e-9 * (double)(now.tv_nsec - then->tv_nsec);
}

static void tick(void *arg)
{
	struct sweep *w = arg;
	uint32_t ended = w->finished + w->failed;
	double spent = seconds_since(&w->started);

	if (!w->terminal || !ended)
		return;
	w->drawn = true;
	fprintf(stderr, "\r\033[K%u of %u runs, %.1f a second, %.0f s left, %u failed", ended,
		w->nr_pending, ended / spent, (w->nr_pending - ended) * spent / ended, w->failed);
	fflush(stderr);
}

static void wipe(struct sweep *w)
{
	if (w->drawn)
		fputs("\r\033[K", stderr);
	w->drawn = false;
}

/* The first line of what a child said, or how it died. */
static void tell_cause(char *what, size_t size, int status, const char *text)
{
	static const char program[] = "gicsim: ";
	int length;

	if (!strncmp(text, program, strlen(program)))
		text += strlen(program);
	length = (int)strcspn(text, "\n");
	if (length)
		snprintf(what, size, "%.*s", length, text);
	else if (WIFSIGNALED(status))
		snprintf(what, size, "killed by signal %d (%s)", WTERMSIG(status),
			 strsignal(WTERMSIG(status)));
	else
		snprintf(what, size, "exit status %d", WEXITSTATUS(status));
}

/* False: it could not be written down. */
static bool record_failure(struct sweep *w, uint32_t number, const char *what)
{
	const struct study_run run = study_run_of(&w->study, number);
	char *key = NULL, *command = NULL;
	struct store st = { .path = w->db };
	size_t size;
	FILE *f = open_memstream(&command, &size);
	int err = f ? study_key(&w->study, &run, &key) : -ENOMEM;

	if (f) {
		print_replay(w, number, f);
		fclose(f);
	}
	if (!err)
		err = store_open(&st, w->db);
	if (!err)
		err = store_failure(&st, key, what, command);
	wipe(w);
	if (err)
		fprintf(stderr, WHO ": %s\n", *st.error ? st.error : "out of memory");
	else if (w->failed <= FAILURES_SHOWN)
		fprintf(stderr, WHO ": run %u (%s) failed: %s; again with: %s\n", number, key, what,
			command);
	store_close(&st);
	free(key);
	free(command);
	return !err;
}

static bool ended(void *arg, uint32_t number, int status, const char *text)
{
	char what[REC_ERROR_MAX];
	struct sweep *w = arg;

	if (WIFEXITED(status) && WEXITSTATUS(status) == CLI_OK) {
		w->finished++;
		return true;
	}
	tell_cause(what, sizeof(what), status, text);
	w->status = CLI_FAILED;
	if (WIFEXITED(status) && WEXITSTATUS(status) == CHILD_STORE) {
		wipe(w);
		fprintf(stderr, WHO ": %s\n", what);
		return false;
	}
	w->failed++;
	return record_failure(w, number, what);
}

/* Which runs are left to do. */
static int find_pending(struct sweep *w, struct store *st)
{
	uint32_t nr = study_nr_runs(&w->study);
	bool *done = calloc(nr, sizeof(*done));
	int err;

	w->pending = calloc(nr, sizeof(*w->pending));
	if (!done || !w->pending) {
		snprintf(st->error, sizeof(st->error), "out of memory");
		free(done);
		return -ENOMEM;
	}
	err = store_done(st, done, nr);
	for (uint32_t n = 1; n <= nr; n++)
		if (!done[n - 1] && in_shard(w->args, n))
			w->pending[w->nr_pending++] = n;
	free(done);
	return err;
}

static int check_guard(const struct sweep *w)
{
	uint32_t nr = 0;

	for (uint32_t n = 1; n <= study_nr_runs(&w->study); n++)
		nr += in_shard(w->args, n);
	if (nr <= w->args->max_runs)
		return CLI_OK;
	fprintf(stderr,
		WHO ": %u runs are more than --max-runs %llu allows; see them with --list, or "
		    "allow them with --max-runs %u\n",
		nr, (unsigned long long)w->args->max_runs, nr);
	return CLI_USAGE;
}

static unsigned default_jobs(const struct sweep *w)
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);

	if (w->args->jobs)
		return (unsigned)w->args->jobs;
	return cpus > 0 ? (unsigned)cpus : 1;
}

static int run_pending(struct sweep *w)
{
	struct pool pool = { .jobs = default_jobs(w),
			     .numbers = w->pending,
			     .nr = w->nr_pending,
			     .work = work,
			     .ended = ended,
			     .tick = tick,
			     .arg = w };
	int err;

	/* A file that may not grow any more is an error to report, not a reason to die. */
	signal(SIGXFSZ, SIG_IGN);
	w->terminal = isatty(STDERR_FILENO);
	clock_gettime(CLOCK_MONOTONIC, &w->started);
	err = pool_run(&pool);
	wipe(w);
	if (err) {
		fprintf(stderr, WHO ": cannot start a process: %s\n", strerror(-err));
		w->status = CLI_FAILED;
	}
	if (w->failed > FAILURES_SHOWN)
		fprintf(stderr, WHO ": %u runs failed; all are in the table failures of %s\n",
			w->failed, w->db);
	return w->status;
}

/* ---- the end ---- */

/* The nearest name is copied: it does not outlive the call that offers it. */
struct search {
	struct diag_nearest nearest;
	char name[128];
	bool found;
};

static void offer(void *arg, const char *name)
{
	struct search *s = arg;
	const char *before = s->nearest.best;

	diag_offer(&s->nearest, name);
	s->found |= !strcmp(name, s->nearest.word);
	if (s->nearest.best == before)
		return;
	snprintf(s->name, sizeof(s->name), "%s", name);
	s->nearest.best = s->name;
}

/* Metrics that no run has are likely misspelt; their names depend on the scenario, so only results
 * can tell. */
static int check_metrics(const struct sweep *w, struct store *st)
{
	int status = CLI_OK;

	for (uint32_t m = 0; m < w->study.nr_metrics; m++) {
		const struct study_metric *metric = &w->study.metrics[m];
		struct search s = { .nearest = { .word = metric->name } };
		char quoted[DIAG_QUOTE_MAX];

		if (store_metrics(st, offer, &s))
			return CLI_FAILED;
		if (s.found || !s.nearest.best)
			continue;
		fprintf(stderr, "%s:%u:%u: no run has the metric '%s'; nearest metric '%s'\n",
			metric->at.file, metric->at.line, metric->at.column,
			diag_quote(quoted, metric->name), s.name);
		status = CLI_USAGE;
	}
	return status;
}

static int conclude(struct sweep *w)
{
	struct store st;
	int err = store_open(&st, w->db), status = CLI_OK;

	if (!err)
		err = store_settle(&st);
	if (!err) {
		status = check_metrics(w, &st);
		err = summary_print(&st, stdout);
	}
	if (err)
		fprintf(stderr, WHO ": %s\n", st.error);
	else
		printf("database %s\n", w->db);
	store_close(&st);
	if (fflush(stdout) || ferror(stdout)) {
		fprintf(stderr, WHO ": cannot write to standard output: %s\n", strerror(errno));
		err = -EIO;
	}
	return err ? CLI_FAILED : w->status ? w->status : status;
}

/* Prepare the database; CLI_OK and nothing is open any more. */
static int prepare(struct sweep *w)
{
	struct store st;
	int status = cli_open_study(WHO, &w->study, w->db, &st);

	if (status == CLI_OK && find_pending(w, &st)) {
		fprintf(stderr, WHO ": %s\n", st.error);
		status = CLI_FAILED;
	}
	store_close(&st);
	return status;
}

static int check_study(const struct sweep *w)
{
	struct diag diag = { 0 };
	int err = study_check(&w->study, &diag);

	if (err)
		fprintf(stderr, "%s\n", diag.text);
	return !err ? CLI_OK : err == -ENOMEM ? CLI_FAILED : CLI_USAGE;
}

static int run_all(struct sweep *w)
{
	int status = check_guard(w);

	if (status == CLI_OK)
		status = check_study(w);
	if (status == CLI_OK)
		status = default_db(w);
	if (status == CLI_OK)
		status = prepare(w);
	if (status != CLI_OK)
		return status;
	run_pending(w);
	return conclude(w);
}

/* --run: in the foreground, with the table of `gicsim run`; into the database when one is named. */
static int run_one(struct sweep *w)
{
	uint32_t number = (uint32_t)w->args->run;
	const struct study_run run = study_run_of(&w->study, number);
	int status = CLI_OK;
	struct rec_result r;

	if (w->args->run > study_nr_runs(&w->study)) {
		fprintf(stderr, WHO ": --run: there is no run %u; range 1 to %u\n", number,
			study_nr_runs(&w->study));
		return CLI_USAGE;
	}
	if (w->args->db) {
		status = default_db(w);
		status = status == CLI_OK ? prepare(w) : status;
	}
	if (status != CLI_OK)
		return status;
	rec_result_init(&r);
	if (simulate(&w->study, &run, false, &r)) {
		status = CLI_FAILED;
	} else {
		rec_result_print(&r, stdout);
		if (w->args->db && store_result(w, &run, &r))
			status = CLI_FAILED;
	}
	rec_result_fini(&r);
	return status;
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
	struct args args = { .max_runs = MAX_RUNS, .shard = 1, .shards = 1 };
	struct sweep w = { .args = &args };
	int err, status;

	argp_parse(&argp, argc, argv, 0, NULL, &args);
	err = study_load(&w.study, args.file, args.quick);
	if (err) {
		fprintf(stderr, "%s\n", w.study.diag.text);
		status = err == -ENOMEM ? CLI_FAILED : CLI_USAGE;
	} else if (args.list) {
		status = print_list(&w);
	} else {
		status = args.run ? run_one(&w) : run_all(&w);
	}
	free(w.db);
	free(w.pending);
	study_free(&w.study);
	return status;
}
