// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The end of a sweep: the table, from the database alone, and a look at the metrics that the study
 * chose.
 */
#include <stdio.h>
#include <string.h>

#include <analysis/answer.h>
#include <analysis/sensitivity.h>
#include <analysis/summary.h>

#include "cli.h"
#include "sweep.h"

#define WHO SWEEP_WHO

/* The nearest name is copied: it does not outlive the call that offers it. */
struct search {
	struct diag_nearest nearest;
	char name[128];
};

static void offer(void *arg, const char *name)
{
	struct search *s = arg;
	const char *before = s->nearest.best;

	diag_offer(&s->nearest, name);
	if (s->nearest.best == before)
		return;
	snprintf(s->name, sizeof(s->name), "%s", name);
	s->nearest.best = s->name;
}

/* The name is there, or the one it may have been meant as is told. */
static int check_name(const struct study_metric *metric, const char *name, struct store *st)
{
	struct search s = { .nearest = { .word = name } };
	char quoted[DIAG_QUOTE_MAX];
	bool found;

	if (store_has_metric(st, name, &found))
		return CLI_FAILED;
	if (found)
		return CLI_OK;
	if (store_metrics(st, offer, &s))
		return CLI_FAILED;
	if (!s.nearest.best)
		return CLI_OK;
	fprintf(stderr, "%s:%u:%u: no run has the metric '%s'; nearest metric '%s'\n",
		metric->at.file, metric->at.line, metric->at.column, diag_quote(quoted, name),
		s.name);
	return CLI_USAGE;
}

/* Metrics that no run has are likely misspelt; their names depend on the scenario, so only results
 * can tell. */
static int check_metrics(const struct sweep *w, struct store *st)
{
	int status = CLI_OK;

	for (uint32_t m = 0; m < w->study.nr_metrics && status != CLI_FAILED; m++) {
		const struct study_metric *metric = &w->study.metrics[m];
		const char *slash = strstr(metric->name, STORE_RATIO);
		char first[256];
		int one;

		snprintf(first, sizeof(first), "%.*s",
			 slash ? (int)(slash - metric->name) : (int)strlen(metric->name),
			 metric->name);
		one = check_name(metric, first, st);
		if (one == CLI_OK && slash)
			one = check_name(metric, slash + strlen(STORE_RATIO), st);
		status = one == CLI_OK ? status : one;
	}
	return status;
}

/* What --sensitivity found. */
static int print_answer(struct store *st)
{
	struct sensitivity s;
	int err = sensitivity_read(&s, st);

	if (!err) {
		puts(s.answer);
		for (size_t i = 0; i < s.flips.nr; i++)
			puts(s.flips.cells[i]);
	}
	sensitivity_free(&s);
	return err;
}

int sweep_conclude(struct sweep *w)
{
	struct store st;
	int err = store_open(&st, w->db), status = CLI_OK;

	if (!err)
		err = store_settle(&st);
	if (!err) {
		status = check_metrics(w, &st);
		err = summary_print(&st, stdout);
		if (!err)
			err = w->args->sensitivity ? print_answer(&st) : answer_print(&st, stdout);
	}
	if (err)
		fprintf(stderr, WHO ": %s\n", st.error);
	else
		printf("database %s\n", w->db);
	store_close(&st);
	return cli_printed(WHO) || err ? CLI_FAILED : w->status ? w->status : status;
}
