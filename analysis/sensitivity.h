/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What --sensitivity found: how far each assumption, moved alone over its range, moves the
 * difference between the two compared settings, and where it changes the answer.
 */
#ifndef ANALYSIS_SENSITIVITY_H
#define ANALYSIS_SENSITIVITY_H

#include "stats.h"
#include "store.h"
#include "table.h"

/* One cost at one value. */
struct sensitivity_value {
	char name[64], cost[32]; /* "lock", "5 ns" */
	double ns;
	struct stats_interval difference; /* second setting - first, paired by seed */
};

struct sensitivity {
	char metric[128], unit[STORE_UNIT_MAX];
	char first[128], second[128];	  /* `axis = value` of the two */
	struct stats_interval base;	  /* the difference as it is */
	struct stats_interval of_first;	  /* the metric itself */
	struct sensitivity_value *values; /* those of a cost side by side, ascending */
	size_t nr;
	char answer[1024];
	struct table flips; /* sentences: the answer flips if X > y; or that it never does */
};

/* 0 or -errno with st->error; -EINVAL: the database is not one of --sensitivity.
 * sensitivity_free() in any case. */
int sensitivity_read(struct sensitivity *s, struct store *st);
void sensitivity_free(struct sensitivity *s);

struct figure;
struct store_plot;
/* The tornado: the costs that move the difference most, widest first. As figure_read(). */
int sensitivity_figure(struct figure *f, struct store *st, const struct store_plot *plot);

#endif
