/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A number with the interval that can be given for it, by what there is:
 *
 *	several replications	Student's t over them
 *	one, a mean of times	batch means: the window in 20 parts, t over their means
 *	one, a quantile		order statistics of the run's distribution; values are taken as
 *				independent, which neighbours in time are not quite
 *	one, anything else	none
 */
#ifndef ANALYSIS_ESTIMATE_H
#define ANALYSIS_ESTIMATE_H

#include "store.h"

enum estimate_kind { ESTIMATE_MISSING, ESTIMATE_ALONE, ESTIMATE_T, ESTIMATE_BATCH, ESTIMATE_ORDER };

struct estimate {
	enum estimate_kind kind;
	double value, low, high; /* low and high are NAN where there is no interval */
	size_t n;		 /* replications */
	char unit[STORE_UNIT_MAX];
};

/* Of a metric at a point. 0 or -errno with st->error. */
int estimate(struct store *st, uint32_t point, const char *metric, struct estimate *out);

/* Move the values whose seed both have to the front of each, in the same order; how many. The seeds
 * are not moved: once only. */
size_t estimate_pair(struct store_samples *a, struct store_samples *b);

/* `mean +- half`, or `value [low, high]`, with as many digits as the interval makes worth it. */
#define ESTIMATE_TEXT_MAX 128
void estimate_text(char text[ESTIMATE_TEXT_MAX], const struct estimate *e);

/* Where MSER-5 would begin to measure, in ns after the window's start, on the course of irq.latency
 * averaged over all points in units of their means. *slice_ns: what it is exact to; 0: no run says. */
int estimate_warmup(struct store *st, double *ns, double *slice_ns);

#endif
