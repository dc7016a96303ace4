// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The runs of a sweep. Each takes place in a child of its own, forked before SimGrid has started
 * anything, and hands its result to this process, which alone writes to the database. What came in
 * while the last transaction was written goes into the next; a run whose transaction has ended is
 * finished, so a sweep that was stopped in whatever way loses what was under way and goes on where
 * it was.
 */
#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <analysis/stats.h>
#include <sim/cluster/cluster.h>

#include "cli.h"
#include "describe.h"
#include "pool.h"
#include "study-db.h"
#include "sweep.h"

#define WHO	       SWEEP_WHO
#define CHILD_SEND     3 /* a child's exit status: the result could not be handed over */
#define FAILURES_SHOWN 10
#define KEPT_MAX       256 /* scenarios */

/* ---- one run ---- */

/* In a child the run is the last thing that happens. */
static int simulate(struct scenario *scenario, bool child, struct rec_result *r)
{
	const struct run_options opt = { .quiet = child, .last = child, .dump_at = SIM_NEVER };
	char error[REC_ERROR_MAX] = "";
	int err;

	cli_describe(scenario, "calendar", r);
	err = cluster_run(&scenario->config, &opt, r, error);
	if (err)
		fprintf(stderr, "%s\n", error);
	return err;
}

int sweep_simulate(const struct study *s, const struct study_run *run, bool child,
		   struct rec_result *r)
{
	struct scenario scenario;
	struct diag diag;
	int err = study_scenario(s, run, &scenario, &diag);

	if (err)
		fprintf(stderr, "%s\n", diag.text);
	else
		err = simulate(&scenario, child, r);
	scenario_free(&scenario);
	return err;
}

/* In the child, whose copy of a scenario that was kept is its own: only the seed differs. */
static int simulate_kept(struct sweep *w, const struct study_run *run, struct rec_result *r)
{
	struct scenario *scenario = &w->scenarios[run->point];

	scenario->config.run.seed = run->seed;
	return simulate(scenario, true, r);
}

/* Into the transaction that is open; store_flush() ends it. */
static int add_result(struct sweep *w, const struct study_run *run, struct rec_result *r)
{
	char *key = NULL;
	int err = study_key(&w->study, run, &key);

	if (!err)
		err = store_add(&w->store, r, key);
	free(key);
	return err;
}

static int work(void *arg, uint32_t number, int out)
{
	struct sweep *w = arg;
	const struct study_run run = study_run_of(&w->study, number);
	struct rec_result r;
	int status = CLI_OK, err;

	rec_result_init(&r);
	err = w->scenarios ? simulate_kept(w, &run, &r) : sweep_simulate(&w->study, &run, true, &r);
	if (err) {
		status = CLI_FAILED;
	} else {
		rec_result_sort(&r);
		err = rec_result_send(&r, out);
		if (err) {
			fprintf(stderr, "cannot hand over the result: %s\n", strerror(-err));
			status = CHILD_SEND;
		}
	}
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
		w->nr_total, ended / spent, (w->nr_total - ended) * spent / ended, w->failed);
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

/* What was flushed before is there; what was under way is lost. */
static bool give_up(struct sweep *w)
{
	wipe(w);
	fprintf(stderr, WHO ": cannot write results to %s\n",
		*w->store.error ? w->store.error : "the database: out of memory");
	w->status = CLI_FAILED;
	return false;
}

/* False: it could not be written down. */
static bool record_failure(struct sweep *w, uint32_t number, const char *what)
{
	const struct study_run run = study_run_of(&w->study, number);
	char *key = NULL, *command = NULL;
	size_t size;
	FILE *f = open_memstream(&command, &size);
	int err = f ? study_key(&w->study, &run, &key) : -ENOMEM;

	if (f) {
		sweep_print_replay(w, number, f);
		fclose(f);
	}
	if (!err)
		err = store_flush(&w->store);
	if (!err)
		err = store_failure(&w->store, key, what, command);
	wipe(w);
	if (!err && w->failed <= FAILURES_SHOWN)
		fprintf(stderr, WHO ": run %u (%s) failed: %s; again with: %s\n", number, key, what,
			command);
	free(key);
	free(command);
	return err ? give_up(w) : true;
}

static bool take_result(struct sweep *w, const struct pool_end *end)
{
	const struct study_run run = study_run_of(&w->study, end->number);
	struct rec_result r;
	int err = rec_result_receive(&r, end->bytes, end->size);

	if (!err)
		err = add_result(w, &run, &r);
	rec_result_fini(&r);
	if (err)
		return give_up(w);
	w->done[end->number - 1] = true;
	w->finished++;
	return true;
}

static bool ended(void *arg, const struct pool_end *end)
{
	char what[REC_ERROR_MAX];
	struct sweep *w = arg;

	if (WIFEXITED(end->status) && WEXITSTATUS(end->status) == CLI_OK)
		return take_result(w, end);
	tell_cause(what, sizeof(what), end->status, end->text);
	w->status = CLI_FAILED;
	w->failed++;
	return record_failure(w, end->number, what);
}

static bool flush(void *arg)
{
	struct sweep *w = arg;

	return store_flush(&w->store) ? give_up(w) : true;
}

/* ---- which runs ---- */

static int find_done(struct sweep *w)
{
	uint32_t nr = study_nr_runs(&w->study);

	w->done = calloc(nr, sizeof(*w->done));
	w->pending = calloc(nr, sizeof(*w->pending));
	if (w->done && w->pending)
		return store_done(&w->store, w->done, nr);
	snprintf(w->store.error, sizeof(w->store.error), "out of memory");
	return -ENOMEM;
}

/* Has the point been replicated often enough? */
static bool is_settled(struct sweep *w, uint32_t point)
{
	const struct study_stop *stop = &w->study.stop;
	struct store_samples s;
	struct stats_interval i;

	if (store_samples(&w->store, point, stop->metric, &s))
		return false;
	i = stats_mean(s.value, s.n, STATS_LEVEL);
	store_samples_free(&s);
	return i.n > 1 && i.half <= fabs(i.mean) * (stop->within / 100000.0);
}

/* Of the replications from `first` to `last`. */
static void find_pending(struct sweep *w, uint32_t first, uint32_t last)
{
	uint32_t points = w->study.nr_points;

	w->nr_pending = 0;
	for (uint32_t n = (first - 1) * points + 1; n <= last * points; n++)
		if (!w->done[n - 1] && sweep_in_shard(w, n) &&
		    (first <= w->study.at_least || !is_settled(w, (n - 1) % points)))
			w->pending[w->nr_pending++] = n;
	w->nr_total += w->nr_pending;
}

static int check_guard(const struct sweep *w)
{
	uint32_t nr = 0;

	for (uint32_t n = 1; n <= study_nr_runs(&w->study); n++)
		nr += sweep_in_shard(w, n);
	if (nr <= w->args->max_runs)
		return CLI_OK;
	fprintf(stderr,
		WHO ": %u runs are more than --max-runs %llu allows; see them with --list, or "
		    "allow them with --max-runs %u\n",
		nr, (unsigned long long)w->args->max_runs, nr);
	return CLI_USAGE;
}

unsigned sweep_jobs(const struct sweep *w)
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);

	if (w->args->jobs)
		return (unsigned)w->args->jobs;
	return cpus > 0 ? (unsigned)cpus : 1;
}

static int run_pending(struct sweep *w)
{
	struct pool pool = { .jobs = sweep_jobs(w),
			     .numbers = w->pending,
			     .nr = w->nr_pending,
			     .work = work,
			     .ended = ended,
			     .idle = flush,
			     .tick = tick,
			     .arg = w };
	uint32_t before = w->finished + w->failed;
	int err = w->nr_pending ? pool_run(&pool) : 0;

	if (!err)
		return w->finished + w->failed == before + w->nr_pending ? 0 : -EIO;
	wipe(w);
	fprintf(stderr, WHO ": cannot start a process: %s\n", strerror(-err));
	w->status = CLI_FAILED;
	return err;
}

/* Replications that the stop rule may save come one at a time: each is decided on when all before
 * it are known, so that the runs of a study do not depend on how many go at a time. */
static void run_rounds(struct sweep *w)
{
	uint32_t first = 1, last = w->study.at_least;
	int err = 0;

	/* A file that may not grow any more is an error to report, not a reason to die. */
	signal(SIGXFSZ, SIG_IGN);
	w->terminal = isatty(STDERR_FILENO);
	clock_gettime(CLOCK_MONOTONIC, &w->started);
	store_fast(&w->store);
	for (; !err && first <= w->study.replications; first = last + 1, last = first) {
		find_pending(w, first, last);
		err = run_pending(w);
	}
	wipe(w);
	if (w->failed > FAILURES_SHOWN)
		fprintf(stderr, WHO ": %u runs failed; all are in the table failures of %s\n",
			w->failed, w->db);
	store_settle(&w->store);
	store_lasting(&w->store);
	store_close(&w->store);
}

int sweep_open_db(struct sweep *w)
{
	int status = cli_open_study(WHO, &w->study, w->db, &w->store);

	if (status != CLI_OK || !find_done(w))
		return status;
	fprintf(stderr, WHO ": %s\n", w->store.error);
	return CLI_FAILED;
}

/* Each point is a scenario that can run. Those of a small study are kept: loading one takes longer
 * than many a run. */
static int check_study(struct sweep *w)
{
	const struct study *s = &w->study;
	struct diag diag = { 0 };
	int err = 0;

	if (s->nr_points > KEPT_MAX) {
		err = study_check(s, &diag);
	} else {
		w->scenarios = calloc(s->nr_points, sizeof(*w->scenarios));
		if (!w->scenarios)
			err = diag_memory(&diag);
	}
	for (uint32_t p = 0; p < s->nr_points && w->scenarios && !err; p++) {
		const struct study_run run = study_run_of(s, p + 1);

		w->nr_scenarios = p + 1;
		err = study_scenario(s, &run, &w->scenarios[p], &diag);
	}
	if (err)
		fprintf(stderr, "%s\n", diag.text);
	return !err ? CLI_OK : err == -ENOMEM ? CLI_FAILED : CLI_USAGE;
}

int sweep_check(struct sweep *w)
{
	int status = check_guard(w);

	return status == CLI_OK ? check_study(w) : status;
}

int sweep_run_all(struct sweep *w)
{
	int status = sweep_check(w);

	if (status == CLI_OK)
		status = sweep_name_db(w);
	if (status == CLI_OK)
		status = sweep_open_db(w);
	if (status != CLI_OK)
		return status;
	run_rounds(w);
	return sweep_conclude(w);
}

int sweep_run_one(struct sweep *w)
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
		status = sweep_name_db(w);
		status = status == CLI_OK ? sweep_open_db(w) : status;
	}
	if (status != CLI_OK)
		return status;
	rec_result_init(&r);
	if (sweep_simulate(&w->study, &run, false, &r)) {
		status = CLI_FAILED;
	} else {
		rec_result_sort(&r);
		rec_result_print(&r, stdout);
		if (w->args->db && (add_result(w, &run, &r) || !flush(w)))
			status = CLI_FAILED;
	}
	rec_result_fini(&r);
	return status;
}
