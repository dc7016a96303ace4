/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A study as a table for people: a line a point, its settings, n, and for each chosen metric mean
 * and half-width of the 95 % interval.
 */
#ifndef ANALYSIS_SUMMARY_H
#define ANALYSIS_SUMMARY_H

#include <stdio.h>

#include "store.h"

/* What the numbers of the table are. */
#define SUMMARY_HOW \
	"mean +- half-width of the 95 % interval (Student's t) over n replications; of one run: " \
	"means by batches, quantiles [low, high] by order statistics"

struct table;
/* The table: a heading and a row a point; axes, n, metrics. 0 or -errno with st->error. */
int summary_rows(struct store *st, const struct store_counts *c, struct table *rows);
/* 0 or -errno with st->error. */
int summary_print(struct store *st, FILE *out);

#endif
