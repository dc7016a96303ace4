/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whole runs for tests of theory: a scenario given as text, a cost profile in which everything is
 * free but for what the test names. One run a test: SimGrid starts once a process, and Check gives
 * every test a process of its own.
 */
#ifndef THEORY_BENCH_H
#define THEORY_BENCH_H

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sim/machine/run.h>
#include <sim/record/result.h>
#include <sim/scenario/scenario.h>

struct price {
	const char *name, *cost; /* as written in a profile */
};

static void write_scenario(FILE *f, const char *text, const struct price *prices, unsigned nr)
{
	fprintf(f, "%s\ncosts:\n  profile: none\n", text);
	for (uint32_t i = 0; cost_name(i); i++) {
		const char *cost = "0 s";

		for (unsigned p = 0; p < nr; p++)
			if (!strcmp(prices[p].name, cost_name(i)))
				cost = prices[p].cost;
		fprintf(f, "  %s: {cost: %s, confidence: measured, source: \"a test\"}\n",
			cost_name(i), cost);
	}
}

/* Run a scenario given as text, without its costs, with these prices. */
static void run_scenario(const char *text, const struct price *prices, unsigned nr,
			 struct rec_result *result)
{
	char path[] = "/tmp/gicsim-theory-XXXXXX.yaml", error[REC_ERROR_MAX];
	struct run_options opt = { .quiet = true, .dump_at = SIM_NEVER };
	struct diag diag = { 0 };
	struct scenario s;
	FILE *f = fdopen(mkstemps(path, 5), "w");
	int ret;

	ck_assert_ptr_nonnull(f);
	write_scenario(f, text, prices, nr);
	ck_assert_int_eq(fclose(f), 0);
	ret = scenario_load(&s, path, NULL, 0, &diag);
	unlink(path);
	ck_assert_msg(!ret, "%s", diag.text);
	rec_result_init(result);
	ret = machine_run(&s.config, &opt, result, error);
	ck_assert_msg(!ret, "%s", error);
	scenario_free(&s);
}

/* A metric as a plain number, in its unit. */
static double metric(const struct rec_result *r, const char *name)
{
	const struct rec_result_metric *m = rec_result_find(r, name);
	double v;

	ck_assert_msg(m != NULL, "no metric %s", name);
	v = (double)m->value;
	for (unsigned i = 0; i < m->decimals; i++)
		v /= 10;
	return v;
}

#endif
