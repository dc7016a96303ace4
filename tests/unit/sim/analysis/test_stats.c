// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Statistics (analysis/stats.h) against closed forms, tables, and their own promise: a 95 %
 * interval covers the truth in 93 to 97 % of 2000 trials (the standard error of that share is
 * 0.5 %), on distributions whose truth is known.
 */
#include "analysis/stats.h"
#include "tests/lib/check-main.h"

#include <math.h>

#define TRIALS 2000

static uint64_t state;

static void setup(void)
{
	state = check_seed();
}

/* In (0, 1). */
static double uniform(void)
{
	return ((double)(check_random(&state) >> 11) + 0.5) / 9007199254740992.0;
}

static double exponential(void)
{
	return -log(uniform());
}

static double normal(void)
{
	return sqrt(2 * exponential()) * cos(2 * M_PI * uniform());
}

static void check_coverage(const char *what, unsigned hits)
{
	double share = (double)hits / TRIALS;

	ck_assert_msg(share >= 0.93 && share <= 0.97, "%s: covers in %.2f %% of trials", what,
		      100 * share);
}

static bool covers(struct stats_interval i, double truth)
{
	return fabs(i.mean - truth) <= i.half;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Closed forms: one degree of freedom is Cauchy, t = tan(pi (p - 1/2)); two: t = (2p - 1) sqrt(2 /
 * (4 p (1 - p))). The others stand in every table. */
START_TEST(t_quantiles_are_those_of_the_tables)
{
	ck_assert_double_eq_tol(stats_t_quantile(0.975, 1), tan(M_PI * 0.475), 1e-8);
	ck_assert_double_eq_tol(stats_t_quantile(0.9, 2), 0.8 * sqrt(2 / 0.36), 1e-10);
	ck_assert_double_eq_tol(stats_t_quantile(0.975, 9), 2.262157, 1e-6);
	ck_assert_double_eq_tol(stats_t_quantile(0.995, 30), 2.749996, 1e-6);
	ck_assert_double_eq_tol(stats_t_quantile(0.975, 1e6), 1.959966, 1e-6);
	ck_assert_double_eq_tol(stats_t_quantile(0.025, 9), -2.262157, 1e-6);
	ck_assert_double_eq_tol(stats_t_quantile(0.5, 5), 0, 1e-9);
}
END_TEST

/* 1..5: mean 3, variance 2.5, half-width t(0.975, 4) sqrt(2.5 / 5). */
START_TEST(an_interval_of_five_numbers_is_the_textbook_one)
{
	const double x[] = { 1, 2, 3, 4, 5 };
	struct stats_interval i = stats_mean(x, 5, 0.95);

	ck_assert_uint_eq(i.n, 5);
	ck_assert_double_eq_tol(i.mean, 3, 1e-12);
	ck_assert_double_eq_tol(stats_moments(x, 5).variance, 2.5, 1e-12);
	ck_assert_double_eq_tol(i.half, 2.776445 * sqrt(0.5), 1e-6);
}
END_TEST

START_TEST(a_single_sample_has_a_mean_but_no_interval)
{
	const double x[] = { 7 };

	ck_assert_double_eq(stats_mean(x, 1, 0.95).mean, 7);
	ck_assert(isnan(stats_mean(x, 1, 0.95).half));
	ck_assert(isnan(stats_mean(x, 0, 0.95).mean));
}
END_TEST

/* The variance of 1..3 is 1, wherever the three stand. */
START_TEST(a_large_offset_does_not_spoil_the_variance)
{
	const double x[] = { 1e9 + 1, 1e9 + 2, 1e9 + 3 };

	ck_assert_double_eq_tol(stats_moments(x, 3).variance, 1, 1e-6);
}
END_TEST

START_TEST(the_interval_of_a_mean_covers_it_as_often_as_it_says)
{
	unsigned of_normal = 0, of_uniform = 0;
	double x[10];

	for (unsigned t = 0; t < TRIALS; t++) {
		for (unsigned i = 0; i < 10; i++)
			x[i] = 5 + 3 * normal();
		of_normal += covers(stats_mean(x, 10, 0.95), 5);
		for (unsigned i = 0; i < 10; i++)
			x[i] = uniform();
		of_uniform += covers(stats_mean(x, 10, 0.95), 0.5);
	}
	check_coverage("normal", of_normal);
	check_coverage("uniform", of_uniform);
}
END_TEST

/* a = s + noise, b = s + 1 + noise with a shared s of ten times the noise: the paired interval
 * covers 1, and is far narrower than what the spread of a alone would allow. */
START_TEST(the_paired_interval_covers_the_difference_and_drops_what_runs_share)
{
	double a[10], b[10], paired = 0, alone = 0;
	unsigned hits = 0;

	for (unsigned t = 0; t < TRIALS; t++) {
		for (unsigned i = 0; i < 10; i++) {
			double shared = 10 * normal();

			a[i] = shared + normal();
			b[i] = shared + 1 + normal();
		}
		hits += covers(stats_paired(a, b, 10, 0.95), 1);
		paired += stats_paired(a, b, 10, 0.95).half;
		alone += stats_mean(a, 10, 0.95).half;
	}
	check_coverage("paired", hits);
	ck_assert_double_lt(paired, alone / 5);
}
END_TEST

/* x[i+1] = 0.8 x[i] + noise around 4: neighbours correlate, means of 100 hardly do. Taking the
 * samples themselves as independent must fail, or the test would prove nothing. */
START_TEST(batch_means_cover_the_mean_of_a_correlated_run)
{
	enum { SAMPLES = 2000 };
	static double x[SAMPLES];
	unsigned hits = 0, naive = 0;

	for (unsigned t = 0; t < TRIALS; t++) {
		double v = normal() / 0.6;

		for (unsigned i = 0; i < SAMPLES; i++) {
			v = 0.8 * v + normal();
			x[i] = 4 + v;
		}
		hits += covers(stats_batch_means(x, SAMPLES, 20, 0.95), 4);
		naive += covers(stats_mean(x, SAMPLES, 0.95), 4);
	}
	check_coverage("batch means", hits);
	ck_assert_uint_lt(naive, TRIALS * 8 / 10);
}
END_TEST

/* 10 samples in 3 batches: the first one is dropped, the batches' means are 3, 6, 9. */
START_TEST(batches_are_of_equal_length_and_end_with_the_run)
{
	const double x[] = { 100, 2, 3, 4, 5, 6, 7, 8, 9, 10 };
	struct stats_interval i = stats_batch_means(x, 10, 3, 0.95);

	ck_assert_uint_eq(i.n, 3);
	ck_assert_double_eq_tol(i.mean, 6, 1e-12);
	ck_assert_double_eq_tol(i.half, 4.302653 * 3 / sqrt(3), 1e-5);
	ck_assert_uint_eq(stats_batch_means(x, 10, 11, 0.95).n, 0);
}
END_TEST

/* The level reached is discrete: what is checked is coverage against it, and that it is enough. */
START_TEST(the_interval_of_a_quantile_covers_it_as_often_as_it_says)
{
	static const double quantiles[] = { 0.5, 0.9 };
	struct stats_order_interval i = { 0 };
	double x[200];

	for (unsigned k = 0; k < 2; k++) {
		unsigned hits = 0;

		for (unsigned t = 0; t < TRIALS; t++) {
			for (unsigned n = 0; n < 200; n++)
				x[n] = exponential();
			qsort(x, 200, sizeof(*x), compare);
			ck_assert(stats_quantile(x, 200, quantiles[k], 0.95, &i));
			hits += i.low <= -log(1 - quantiles[k]) && -log(1 - quantiles[k]) <= i.high;
		}
		ck_assert_double_ge(i.level, 0.95);
		ck_assert_double_le(i.level, 0.97);
		check_coverage("quantile", hits);
	}
}
END_TEST

/* The range of n samples holds the median with 1 - 2 / 2^n: 0.9375 for five, 0.96875 for six; and
 * the p99 with 1 - 0.99^n - 0.01^n: 0.9500 from 299 on. */
START_TEST(a_quantile_needs_enough_samples)
{
	struct stats_order_interval i;
	static double x[299];

	for (unsigned n = 0; n < 299; n++)
		x[n] = n;
	ck_assert(!stats_quantile(x, 5, 0.5, 0.95, &i));
	ck_assert_double_eq(i.estimate, 2);
	ck_assert(stats_quantile(x, 6, 0.5, 0.95, &i));
	ck_assert_double_eq(i.low, 0);
	ck_assert_double_eq(i.high, 5);
	ck_assert_double_eq_tol(i.level, 1 - 2 / 64.0, 1e-9);
	ck_assert(!stats_quantile(x, 298, 0.99, 0.95, &i));
	ck_assert(stats_quantile(x, 299, 0.99, 0.95, &i));
	ck_assert(!stats_quantile(x, 0, 0.5, 0.95, &i));
}
END_TEST

/* 50 samples that start 20 too high, then 250 around 0: the cut falls on the step. A run without a
 * warm-up loses little: at most half can go, and on average far less does. */
START_TEST(mser5_finds_where_the_warm_up_ends)
{
	static double x[300];
	size_t lost = 0;

	for (unsigned t = 0; t < 100; t++) {
		for (unsigned i = 0; i < 300; i++)
			x[i] = normal() + (i < 50 ? 20 : 0);
		ck_assert_uint_ge(stats_mser5(x, 300), 50);
		ck_assert_uint_eq(stats_mser5(x, 300) % 5, 0);
		for (unsigned i = 0; i < 50; i++)
			x[i] -= 20;
		ck_assert_uint_le(stats_mser5(x, 300), 150);
		lost += stats_mser5(x, 300);
	}
	ck_assert_uint_lt(lost / 100, 60);
	ck_assert_uint_eq(stats_mser5(x, 4), 0);
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, t_quantiles_are_those_of_the_tables);
	tcase_add_test(tc, an_interval_of_five_numbers_is_the_textbook_one);
	tcase_add_test(tc, a_single_sample_has_a_mean_but_no_interval);
	tcase_add_test(tc, a_large_offset_does_not_spoil_the_variance);
	tcase_add_test(tc, the_interval_of_a_mean_covers_it_as_often_as_it_says);
	tcase_add_test(tc, the_paired_interval_covers_the_difference_and_drops_what_runs_share);
	tcase_add_test(tc, batch_means_cover_the_mean_of_a_correlated_run);
	tcase_add_test(tc, batches_are_of_equal_length_and_end_with_the_run);
	tcase_add_test(tc, the_interval_of_a_quantile_covers_it_as_often_as_it_says);
	tcase_add_test(tc, a_quantile_needs_enough_samples);
	tcase_add_test(tc, mser5_finds_where_the_warm_up_ends);
}
CHECK_MAIN("statistics of results", add, setup, NULL)
