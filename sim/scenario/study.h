/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A study: one scenario run at every point of a grid of settings, several times with other seeds.
 * docs/sweeps.md tells how one is written.
 *
 * Runs are numbered from 1, the first replication of all points before the second of any, so that
 * a study that is stopped half-way has seen every point. Replication r has seed + r - 1 at every
 * point: the same random numbers meet every policy, which paired comparisons rely on.
 */
#ifndef SCENARIO_STUDY_H
#define SCENARIO_STUDY_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "doc.h"
#include "scenario.h"

#define STUDY_REPLICATIONS	 10 /* when the study does not say */
#define STUDY_QUICK_REPLICATIONS 3
#define STUDY_AXES_MAX		 16
#define STUDY_GRID_MAX		 1000000 /* points before exceptions are taken out */

/* What one value of an axis changes in the scenario. */
struct study_value {
	const char *label;
	struct doc_change *changes;
	uint32_t nr_changes;
	bool quick; /* stays with --quick */
};

struct study_axis {
	const char *name;
	struct diag_pos at;
	struct study_value *values;
	uint32_t nr_values;
};

struct study_metric {
	const char *name;
	struct diag_pos at;
};

/* A combination that is left out: points that have, on every axis named, one of the values named. */
struct study_except {
	bool **named; /* of each axis, by value; NULL: the axis is not named */
};

/* A picture, as analysis/figure.h draws it; axes and values by name, "" where there is none. */
/* What pictures call a metric or an axis. */
struct study_label {
	const char *name, *text;
};

struct study_plot {
	const char *name, *type, *title, *x, *y, *by, *panel, *log;
	const char *where; /* of the axes that are held: `axis=value axis=value` */
	struct diag_pos at;
};

/* Replicate a point further, up to `most` times, until the half-width of the metric's 95 %
 * interval is at most `within` of its mean. */
struct study_stop {
	const char *metric; /* NULL: there is no such rule */
	uint32_t within;    /* 0.001 % */
	uint32_t most;
};

/* What --sensitivity asks: does the order of two values of an axis, by a metric, at one value of
 * all other axes, hold over the range of every assumption? */
struct study_sensitivity {
	const char *metric; /* NULL: the study asks nothing */
	struct diag_pos at;
	uint32_t axis;
	uint32_t *value; /* by axis: that which is held; of `axis` the first of the two */
	uint32_t other;	 /* the second */
	uint32_t replications;
};

struct study {
	struct diag diag;
	struct doc doc; /* owns all that follows */
	const char *path, *name, *description;
	const char *base;	   /* path of the base scenario */
	struct doc_change *common; /* of every run */
	uint32_t nr_common;
	struct study_axis *axes;
	uint32_t nr_axes;
	struct study_except *excepts;
	uint32_t nr_excepts;
	struct study_metric *metrics;
	uint32_t nr_metrics;
	struct study_plot *plots;
	uint32_t nr_plots;
	struct study_label *labels;
	uint32_t nr_labels;
	struct study_stop stop;
	struct study_sensitivity sensitivity;
	uint32_t replications; /* at most; without a stop rule all */
	uint32_t at_least;     /* replications before the stop rule is asked */
	uint64_t seed;
	bool quick;	  /* values of axes whose `quick` is false are left out */
	uint32_t *points; /* place in the full grid, first axis slowest */
	uint32_t nr_points;
};

/* One run of it. */
struct study_run {
	uint32_t number;      /* from 1 */
	uint32_t point;	      /* from 0 */
	uint32_t replication; /* from 1 */
	uint64_t seed;
};

/*
 * Read a study (a file, or the name of one in configs/sweeps). 0, or -EINVAL or -ENOMEM with the
 * message in s->diag. The scenarios are not read. In any case study_free() must be called.
 */
int study_load(struct study *s, const char *file, bool quick);
void study_free(struct study *s);

uint32_t study_nr_runs(const struct study *s);
struct study_run study_run_of(const struct study *s, uint32_t number);
/* The value that an axis has at a point. */
const struct study_value *study_value(const struct study *s, uint32_t point, uint32_t axis);
/* What names the run in a database: `axis=value axis=value seed=N`. 0 or -ENOMEM; free *key. */
int study_key(const struct study *s, const struct study_run *run, char **key);

/* The scenario of a run, as scenario_load() does it. */
int study_scenario(const struct study *s, const struct study_run *run, struct scenario *scenario,
		   struct diag *diag);
/* The first replication of every point is a scenario that can run; messages as above. */
int study_check(const struct study *s, struct diag *diag);

/*
 * Make of a study the one that --sensitivity runs: the two values to be compared, at the values
 * held, on an axis `cost` more: `as-is`, and for each cost entry i with used[i] that is an
 * assumption the ends of its range and, where an end is far, a value between. Its name ends in
 * -sensitivity. 0, or an error in s->diag.
 */
struct cost_profile;
int study_vary(struct study *s, const struct cost_profile *costs, const bool *used);
#define STUDY_COST_AXIS "cost"
#define STUDY_AS_IS	"as-is"

/*
 * The study as text, a line for each thing that decides what its runs measure: parameters of the
 * base scenario, axes, seeds. Two studies with the same text have the same runs. Description and
 * choice of metrics are not part of it. 0, or an error in diag; free *text.
 */
int study_text(const struct study *s, const char *version, char **text, struct diag *diag);

#endif
