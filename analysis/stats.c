// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The statistics of analysis/stats.h. Student's distribution comes from the regularised incomplete
 * beta function by its continued fraction (Abramowitz and Stegun 26.5.8), inverted by bisection: 60
 * steps give all the digits a double has, and nobody waits for them. The order-statistics interval
 * follows the binomial distribution of how many samples lie below the quantile (David and Nagaraja,
 * Order Statistics, 7.1).
 */
#include "stats.h"

#include <math.h>
#include <stdio.h>

#define FRACTION_STEPS 400
#define FRACTION_TINY  1e-300
#define BISECTIONS     200
#define MSER_BATCH     5
#define ROUNDING       1e-12 /* of a mean: a half-width of less is what doubles leave over */

/* ---- Student's t ---- */

/* Lentz's method on the continued fraction of I_x(a, b). */
static double beta_fraction(double x, double a, double b)
{
	double c = 1, d = 1 - (a + b) * x / (a + 1), f;

	d = 1 / (fabs(d) < FRACTION_TINY ? FRACTION_TINY : d);
	f = d;
	for (int m = 1; m <= FRACTION_STEPS; m++) {
		for (int odd = 0; odd < 2; odd++) {
			double k = a + 2 * m;
			double term = odd ? -(a + m) * (a + b + m) * x / (k * (k + 1))
					  : m * (b - m) * x / ((k - 1) * k);

			d = 1 + term * d;
			c = 1 + term / c;
			d = 1 / (fabs(d) < FRACTION_TINY ? FRACTION_TINY : d);
			c = fabs(c) < FRACTION_TINY ? FRACTION_TINY : c;
			f *= d * c;
		}
		if (fabs(d * c - 1) < 1e-15)
			break;
	}
	return f;
}

static double incomplete_beta(double x, double a, double b)
{
	double front;

	if (x <= 0)
		return 0;
	if (x >= 1)
		return 1;
	if (x > (a + 1) / (a + b + 2))
		return 1 - incomplete_beta(1 - x, b, a);
	front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x));
	return front * beta_fraction(x, a, b) / a;
}

/* P(T > t), t >= 0. */
static double t_upper_tail(double t, double df)
{
	return incomplete_beta(df / (df + t * t), df / 2, 0.5) / 2;
}

double stats_t_quantile(double p, double df)
{
	double low = 0, high = 1, middle;

	if (p < 0.5)
		return -stats_t_quantile(1 - p, df);
	while (t_upper_tail(high, df) > 1 - p)
		high *= 2;
	for (int i = 0; i < BISECTIONS && low < high; i++) {
		middle = low + (high - low) / 2;
		if (middle <= low || middle >= high)
			break;
		if (t_upper_tail(middle, df) > 1 - p)
			low = middle;
		else
			high = middle;
	}
	return low + (high - low) / 2;
}

/* ---- means ---- */

static void add(struct stats_moments *m, double x)
{
	double away = x - m->mean;

	m->n++;
	m->mean += away / (double)m->n;
	m->variance += away * (x - m->mean);
}

static struct stats_moments finish(struct stats_moments m)
{
	m.mean = m.n ? m.mean : NAN;
	m.variance = m.n > 1 ? m.variance / (double)(m.n - 1) : NAN;
	return m;
}

static struct stats_interval interval(struct stats_moments m, double level)
{
	struct stats_interval i = { .n = m.n, .mean = m.mean, .half = NAN };

	if (m.n > 1)
		i.half = stats_t_quantile((1 + level) / 2, (double)(m.n - 1)) *
			 sqrt(m.variance / (double)m.n);
	return i;
}

struct stats_moments stats_moments(const double *x, size_t n)
{
	struct stats_moments m = { 0 };

	for (size_t i = 0; i < n; i++)
		add(&m, x[i]);
	return finish(m);
}

struct stats_interval stats_mean(const double *x, size_t n, double level)
{
	return interval(stats_moments(x, n), level);
}

struct stats_interval stats_paired(const double *a, const double *b, size_t n, double level)
{
	struct stats_moments m = { 0 };

	for (size_t i = 0; i < n; i++)
		add(&m, b[i] - a[i]);
	return interval(finish(m), level);
}

struct stats_interval stats_batch_means(const double *x, size_t n, size_t batches, double level)
{
	size_t length = batches ? n / batches : 0;
	struct stats_moments m = { 0 };

	if (length)
		x += n - length * batches;
	for (size_t b = 0; length && b < batches; b++)
		add(&m, stats_moments(x + b * length, length).mean);
	return interval(finish(m), level);
}

void stats_text(char text[STATS_TEXT_MAX], struct stats_interval i)
{
	int digits;

	if (!i.n) {
		snprintf(text, STATS_TEXT_MAX, "-");
	} else if (i.n < 2) {
		snprintf(text, STATS_TEXT_MAX, "%.10g (no interval)", i.mean);
	} else if (!(i.half > fabs(i.mean) * ROUNDING)) {
		snprintf(text, STATS_TEXT_MAX, "%.10g +- 0", i.mean);
	} else {
		digits = 1 - (int)floor(log10(i.half));
		digits = digits < 0 ? 0 : digits > 9 ? 9 : digits;
		snprintf(text, STATS_TEXT_MAX, "%.*f +- %.*f", digits, i.mean, digits, i.half);
	}
}

/* ---- quantiles ---- */

/* P(exactly k of n samples lie below the quantile). */
static double binomial(size_t n, size_t k, double q)
{
	double a = (double)n, b = (double)k;

	return exp(lgamma(a + 1) - lgamma(b + 1) - lgamma(a - b + 1) + b * log(q) +
		   (a - b) * log1p(-q));
}

/*
 * The quantile lies between the samples of index low and high when more than low and at most high
 * samples are below it. From the most likely count outwards, the more likely neighbour first: the
 * pair with the fewest samples in between.
 */
bool stats_quantile(const double *sorted, size_t n, double q, double level,
		    struct stats_order_interval *out)
{
	size_t first, last;
	double sum, below, above;

	*out = (struct stats_order_interval){ .n = n, .estimate = NAN, .low = NAN, .high = NAN };
	if (!n || !(q > 0 && q < 1))
		return false;
	out->estimate = sorted[(size_t)ceil(q * (double)n) - 1];
	if (n < 2)
		return false;
	first = (size_t)((double)(n + 1) * q);
	first = last = first < 1 ? 1 : first > n - 1 ? n - 1 : first;
	sum = binomial(n, first, q);
	while (sum < level && (first > 1 || last < n - 1)) {
		below = first > 1 ? binomial(n, first - 1, q) : -1;
		above = last < n - 1 ? binomial(n, last + 1, q) : -1;
		if (below > above)
			first--;
		else
			last++;
		sum += below > above ? below : above;
	}
	if (sum < level)
		return false;
	out->low = sorted[first - 1];
	out->high = sorted[last];
	out->level = sum;
	return true;
}

/* ---- warm-up ---- */

/* From the back, so that one pass gives the moments of every possible rest. */
size_t stats_mser5(const double *x, size_t n)
{
	size_t batches = n / MSER_BATCH, best = 0;
	struct stats_moments rest = { 0 };
	double least = INFINITY, error;

	for (size_t cut = batches; cut-- > 0;) {
		add(&rest, stats_moments(x + cut * MSER_BATCH, MSER_BATCH).mean);
		if (cut > batches / 2)
			continue;
		error = rest.variance / ((double)rest.n * (double)rest.n);
		if (error <= least) {
			least = error;
			best = cut;
		}
	}
	return best * MSER_BATCH;
}
