// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * gicsim sweep --sensitivity: from the study to the one that moves its assumptions. Costs that no
 * run of the two compared settings uses cannot change the answer; the first replication of both
 * tells which are used, and only those are moved.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "cli.h"
#include "pool.h"
#include "sweep.h"

#define WHO SWEEP_WHO

struct probe {
	const struct study *study;
	bool used[COST_NR];
	int status;
};

static int probe_work(void *arg, uint32_t number, int out)
{
	const struct probe *p = arg;
	const struct study_run run = study_run_of(p->study, number);
	struct rec_result r;
	int err;

	rec_result_init(&r);
	err = sweep_simulate(p->study, &run, true, &r);
	if (!err)
		err = rec_result_send(&r, out);
	rec_result_fini(&r);
	return err ? CLI_FAILED : CLI_OK;
}

static void mark_used(struct probe *p, const struct rec_result *r)
{
	for (uint32_t a = 0; a < r->nr_assumptions; a++)
		for (uint32_t i = 0; i < COST_NR; i++)
			if (!strcmp(r->assumptions[a].name, cost_name(i)))
				p->used[i] = true;
}

static bool probe_ended(void *arg, const struct pool_end *end)
{
	struct probe *p = arg;
	struct rec_result r;

	if (!WIFEXITED(end->status) || WEXITSTATUS(end->status) != CLI_OK) {
		fprintf(stderr, WHO ": %s\n", *end->text ? end->text : "a run was killed");
		p->status = CLI_FAILED;
		return false;
	}
	if (rec_result_receive(&r, end->bytes, end->size)) {
		fputs(WHO ": out of memory\n", stderr);
		p->status = CLI_FAILED;
	} else {
		mark_used(p, &r);
	}
	rec_result_fini(&r);
	return p->status == CLI_OK;
}

static void no_tick(void *arg)
{
	(void)arg;
}

/* The point with the held values and this one on the compared axis; nr_points: there is none. */
static uint32_t find_point(const struct study *s, uint32_t value)
{
	const struct study_sensitivity *t = &s->sensitivity;

	for (uint32_t p = 0; p < s->nr_points; p++) {
		bool same = true;

		for (uint32_t a = 0; a < s->nr_axes; a++)
			same &= study_value(s, p, a) ==
				&s->axes[a].values[a == t->axis ? value : t->value[a]];
		if (same)
			return p;
	}
	return s->nr_points;
}

static int probe(struct sweep *w, struct probe *p, uint32_t first, uint32_t second)
{
	const uint32_t numbers[2] = { first + 1, second + 1 };
	const struct pool pool = { .jobs = 2,
				   .numbers = numbers,
				   .nr = 2,
				   .work = probe_work,
				   .ended = probe_ended,
				   .tick = no_tick,
				   .arg = p };
	int err;

	p->study = &w->study;
	err = pool_run(&pool);
	if (!err)
		return p->status;
	fprintf(stderr, WHO ": cannot start a process: %s\n", strerror(-err));
	return CLI_FAILED;
}

static int vary(struct sweep *w, const struct probe *p, uint32_t point)
{
	const struct study_run run = study_run_of(&w->study, point + 1);
	struct scenario scenario;
	struct diag diag = { 0 };
	int err = study_scenario(&w->study, &run, &scenario, &diag);

	if (err) {
		fprintf(stderr, "%s\n", diag.text);
	} else {
		err = study_vary(&w->study, &scenario.costs, p->used);
		if (err)
			fprintf(stderr, "%s\n", w->study.diag.text);
	}
	scenario_free(&scenario);
	return !err ? CLI_OK : err == -ENOMEM ? CLI_FAILED : CLI_USAGE;
}

int sweep_vary(struct sweep *w)
{
	const struct study_sensitivity *t = &w->study.sensitivity;
	struct probe p = { .status = CLI_OK };
	uint32_t first, second;
	int status;

	if (!t->metric) {
		fprintf(stderr,
			WHO
			": --sensitivity: the study %s has no key 'sensitivity' that says which "
			"answer to look at\n",
			w->args->file);
		return CLI_USAGE;
	}
	first = find_point(&w->study, t->value[t->axis]);
	second = find_point(&w->study, t->other);
	if (first == w->study.nr_points || second == w->study.nr_points) {
		fprintf(stderr, "%s:%u:%u: sensitivity: not a point of the study\n", t->at.file,
			t->at.line, t->at.column);
		return CLI_USAGE;
	}
	status = probe(w, &p, first, second);
	return status == CLI_OK ? vary(w, &p, first) : status;
}
