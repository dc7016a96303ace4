/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Statistics of simulation output. Doubles are fine here: nothing of it goes back into a run.
 */
#ifndef ANALYSIS_STATS_H
#define ANALYSIS_STATS_H

#include <stdbool.h>
#include <stddef.h>

#define STATS_LEVEL 0.95 /* confidence when nobody asks for another */

/* Mean and sample variance (divisor n - 1; NAN below two samples). Stable for large offsets. */
struct stats_moments {
	size_t n;
	double mean, variance;
};
struct stats_moments stats_moments(const double *x, size_t n);

/* mean +- half covers the expectation with the confidence asked for; half is NAN below two samples,
 * where nothing can be said. */
struct stats_interval {
	size_t n;
	double mean, half;
};

/* `mean +- half`, with as many digits as the half-width makes worth printing. */
#define STATS_TEXT_MAX 96
void stats_text(char text[STATS_TEXT_MAX], struct stats_interval i);

/* The x that a variable of Student's t distribution with df degrees of freedom is below with
 * probability p; 0 < p < 1, df >= 1. */
double stats_t_quantile(double p, double df);

/* Independent samples: Student's t interval. */
struct stats_interval stats_mean(const double *x, size_t n, double level);

/* Of b[i] - a[i], where a[i] and b[i] come from runs with the same random numbers: what they share
 * cancels, so the interval is narrower than that of two independent samples. */
struct stats_interval stats_paired(const double *a, const double *b, size_t n, double level);

/* Of one long run whose samples depend on each other: means of `batches` parts of equal length are
 * treated as independent; samples that fill no batch are dropped from the front, where a warm-up
 * would be. n of the result is the number of batches; 0 (mean NAN) when there are fewer samples. */
struct stats_interval stats_batch_means(const double *x, size_t n, size_t batches, double level);

/*
 * Of the quantile q of the distribution that n independent samples come from, without any
 * assumption on it: two order statistics, low = sorted[low_index] and so on, that enclose it with
 * at least `level`. `estimate` is the sample quantile. False: too few samples for such a pair (the
 * median needs 6 at 95 %, p99 needs 299).
 */
struct stats_order_interval {
	size_t n;
	double estimate, low, high;
	double level; /* what the pair reaches */
};
bool stats_quantile(const double *sorted, size_t n, double q, double level,
		    struct stats_order_interval *out);

/*
 * MSER-5 (White 1997): how many samples at the front are best dropped as warm-up. Means of five are
 * taken, and the cut is where the estimated variance of the mean of the rest is least; never more
 * than the first half. A multiple of 5.
 */
size_t stats_mser5(const double *x, size_t n);

#endif
