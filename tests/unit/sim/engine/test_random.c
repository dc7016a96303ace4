// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Random streams and their variates. A bound on a sampled figure is six standard deviations of
 * its own distribution: with a right generator and the fixed seed it holds, and a wrong mean,
 * spread or shape of a few per cent does not pass. Floating point is used here only,
 * to check the integers.
 */
#include <math.h>

#include "sim/engine/random.h"

#include "tests/lib/check-main.h"

#define DRAWS 160000 /* the root is 400 */
#define ROOT  400.

static struct sim_stream stream;

static void setup(void)
{
	stream = sim_stream(check_seed(), "test", 0);
}

/* ---- streams ---- */

START_TEST(the_generator_is_philox_2x64_10)
{
	/* First word of the known answer of the generator's authors for key 0, counter 0. */
	struct sim_stream s = { 0, 0 };

	ck_assert_uint_eq(sim_random(&s), 0xca00a0459843d731ull);
	ck_assert_uint_eq(s.counter, 1);
}
END_TEST

START_TEST(a_stream_is_a_function_of_seed_name_and_index)
{
	struct sim_stream a = sim_stream(1, "nvme", 0), b = sim_stream(1, "nvme", 0);

	ck_assert_uint_eq(sim_random(&a), sim_random(&b));
	ck_assert_uint_ne(a.key, sim_stream(2, "nvme", 0).key);
	ck_assert_uint_ne(a.key, sim_stream(1, "nvmf", 0).key);
	ck_assert_uint_ne(a.key, sim_stream(1, "nvme", 1).key);
	ck_assert_uint_ne(sim_stream(1, "ab", 0).key, sim_stream(1, "ba", 0).key);
	ck_assert_uint_ne(sim_stream(1, "", 1).key, sim_stream(2, "", 0).key);
}
END_TEST

START_TEST(a_stream_can_be_continued_from_its_counter)
{
	struct sim_stream copy;
	uint64_t x;

	for (int i = 0; i < 10; i++)
		sim_random(&stream);
	copy = stream;
	x = sim_random(&stream);
	sim_random(&stream);
	ck_assert_uint_eq(sim_random(&copy), x);
}
END_TEST

static int by_value(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

START_TEST(streams_of_many_names_and_indices_have_different_keys)
{
	static uint64_t key[100 * 1000];
	char name[16];

	for (unsigned i = 0; i < 100; i++) {
		snprintf(name, sizeof(name), "device%u", i);
		for (unsigned k = 0; k < 1000; k++)
			key[i * 1000 + k] = sim_stream(1, name, k).key;
	}
	qsort(key, 100000, sizeof(key[0]), by_value);
	for (unsigned i = 1; i < 100000; i++)
		ck_assert_uint_ne(key[i - 1], key[i]);
}
END_TEST

START_TEST(each_bit_is_set_half_of_the_time_and_neighbouring_streams_do_not_agree)
{
	struct sim_stream other = sim_stream(check_seed(), "test", 1);
	unsigned set[64] = { 0 }, same[64] = { 0 };
	const int n = 100000;

	for (int i = 0; i < n; i++) {
		uint64_t x = sim_random(&stream), y = sim_random(&other);

		for (int b = 0; b < 64; b++) {
			set[b] += x >> b & 1;
			same[b] += ~(x ^ y) >> b & 1;
		}
	}
	for (int b = 0; b < 64; b++) {
		ck_assert(fabs(set[b] - n / 2.) < 6 * sqrt(n / 4.));
		ck_assert(fabs(same[b] - n / 2.) < 6 * sqrt(n / 4.));
	}
}
END_TEST

START_TEST(uniform_numbers_are_in_range_and_equally_frequent)
{
	/* 3 2^62: without care the multiples of 3 would come twice as often as others. */
	const uint64_t n = 3ull << 62;
	unsigned cell[12] = { 0 };
	double chi2 = 0;

	for (int i = 0; i < DRAWS; i++) {
		uint64_t x = sim_uniform(&stream, n);

		ck_assert_uint_lt(x, n);
		cell[x % 12]++;
	}
	for (int i = 0; i < 12; i++)
		chi2 += pow(cell[i] - DRAWS / 12., 2) / (DRAWS / 12.);
	/* 11 degrees of freedom: mean 11, standard deviation sqrt(22). */
	ck_assert(chi2 < 11 + 6 * sqrt(22));
	ck_assert_uint_eq(sim_uniform(&stream, 1), 0);
}
END_TEST

/* ---- variates ---- */

struct sample {
	double mean, sd, worst;
};

/*
 * Draw; `worst` is the largest distance between the sample's and the distribution's cumulative
 * function (Kolmogorov-Smirnov), looked at in 1000 places.
 */
static struct sample sample(struct sim_dist d, double (*cdf)(const struct sim_dist *, double))
{
	static uint64_t x[DRAWS];
	double sum = 0, square = 0;
	struct sample s = { 0 };

	for (int i = 0; i < DRAWS; i++) {
		x[i] = sim_draw(&stream, &d);
		sum += (double)x[i];
	}
	s.mean = sum / DRAWS;
	for (int i = 0; i < DRAWS; i++)
		square += pow((double)x[i] - s.mean, 2);
	s.sd = sqrt(square / DRAWS);
	qsort(x, DRAWS, sizeof(x[0]), by_value);
	for (int i = 0; cdf && i < 1000; i++) {
		double f = cdf(&d, (double)x[i * (DRAWS / 1000)]);

		s.worst = fmax(s.worst, fabs(f - i / 1000.));
	}
	return s;
}

/* P(D > c / sqrt(n)) = 2 exp(-2 c^2): 1.5e-7 at c = 2.86, as six deviations of a mean are rare. */
#define KS_BOUND (2.86 / ROOT + 1e-5)

static void mean_is(struct sample s, double expected)
{
	ck_assert_msg(fabs(s.mean - expected) < 6 * s.sd / ROOT + 0.5,
		      "mean %g, expected %g, sd %g", s.mean, expected, s.sd);
}

static double exponential_cdf(const struct sim_dist *d, double x)
{
	return 1 - exp(-x / (double)d->a);
}

START_TEST(exponential_variates_have_their_mean_spread_and_shape)
{
	struct sample s =
		sample((struct sim_dist){ SIM_EXPONENTIAL, 10000000, 0 }, exponential_cdf);

	mean_is(s, 1e7);
	/* The variance of a sample's variance is 8 mean^4 / n. */
	ck_assert(fabs(s.sd / 1e7 - 1) < 6 * sqrt(8) / ROOT / 2);
	ck_assert(s.worst < KS_BOUND);
}
END_TEST

START_TEST(each_exponential_variate_is_the_logarithm_to_a_millionth)
{
	const struct sim_dist d = { SIM_EXPONENTIAL, 1ull << 58, 0 };

	for (int i = 0; i < 100000; i++) {
		struct sim_stream copy = stream;
		long double u = ldexpl((long double)sim_random(&copy) + 1, -64);
		long double exact = -logl(u) * ldexpl(1, 58);
		long double x = (long double)sim_draw(&stream, &d);

		if (exact < 1e-8L * ldexpl(1, 58))
			continue;
		ck_assert(fabsl(x / exact - 1) < 1e-6L);
	}
}
END_TEST

static double normal_cdf(const struct sim_dist *d, double x)
{
	return erfc(((double)d->a - x) / (double)d->b / sqrt(2)) / 2;
}

START_TEST(normal_variates_have_their_mean_spread_and_shape)
{
	struct sample s = sample((struct sim_dist){ SIM_NORMAL, 100000000, 10000000 }, normal_cdf);

	mean_is(s, 1e8);
	ck_assert(fabs(s.sd / 1e7 - 1) < 6 / sqrt(2. * DRAWS));
	ck_assert(s.worst < KS_BOUND);
}
END_TEST

START_TEST(normal_variates_below_zero_become_zero_and_the_mean_says_so)
{
	const struct sim_dist d = { SIM_NORMAL, 1000000, 1000000 };
	struct sample s = sample(d, NULL);
	/* phi(1) + Phi(1), in units of the standard deviation */
	double expected = 1e6 * (exp(-.5) / sqrt(2 * M_PI) + erfc(-1 / sqrt(2)) / 2);
	int zero = 0;

	mean_is(s, expected);
	ck_assert(fabs((double)sim_dist_mean(&d) - expected) < 1);
	for (int i = 0; i < 100000; i++)
		zero += !sim_draw(&stream, &d);
	ck_assert(fabs(zero - 1e5 * erfc(1 / sqrt(2)) / 2) < 6 * sqrt(1e5 * .16 * .84));
}
END_TEST

static double lognormal_cdf(const struct sim_dist *d, double x)
{
	return erfc(-log(x / (double)d->a) / ((double)d->b / 1000) / sqrt(2)) / 2;
}

START_TEST(lognormal_variates_have_their_mean_and_shape)
{
	const struct sim_dist d = { SIM_LOGNORMAL, 10000000, 500 };
	struct sample s = sample(d, lognormal_cdf);

	mean_is(s, 1e7 * exp(.125));
	ck_assert(s.worst < KS_BOUND);
	ck_assert(fabs((double)sim_dist_mean(&d) - 1e7 * exp(.125)) < 1);
}
END_TEST

static double pareto_cdf(const struct sim_dist *d, double x)
{
	return 1 - pow((double)d->a / x, (double)d->b / 1000);
}

START_TEST(pareto_variates_have_their_mean_and_shape)
{
	const struct sim_dist d = { SIM_PARETO, 10000000, 3500 };
	struct sample s = sample(d, pareto_cdf);

	mean_is(s, 1e7 * 3.5 / 2.5);
	ck_assert(s.worst < KS_BOUND);
	ck_assert_uint_eq(sim_dist_mean(&d), 14000000);
	ck_assert_uint_eq(sim_dist_mean(&(struct sim_dist){ SIM_PARETO, 1, 1000 }), SIM_NEVER);
}
END_TEST

START_TEST(uniform_variates_include_both_ends)
{
	const struct sim_dist d = { SIM_UNIFORM, 10, 13 };
	unsigned seen[4] = { 0 };

	for (int i = 0; i < 40000; i++) {
		uint64_t x = sim_draw(&stream, &d);

		ck_assert(x >= 10 && x <= 13);
		seen[x - 10]++;
	}
	for (int i = 0; i < 4; i++)
		ck_assert(fabs(seen[i] - 1e4) < 6 * sqrt(4e4 * .25 * .75));
	ck_assert_uint_eq(sim_dist_mean(&(struct sim_dist){ SIM_UNIFORM, 10, 20 }), 15);
	/* The whole range of 64 bits does not overflow. */
	sim_draw(&stream, &(struct sim_dist){ SIM_UNIFORM, 0, UINT64_MAX });
}
END_TEST

START_TEST(a_constant_draws_nothing_from_its_stream)
{
	const struct sim_dist d = { SIM_CONSTANT, 42, 0 };

	ck_assert_uint_eq(sim_draw(&stream, &d), 42);
	ck_assert_uint_eq(stream.counter, 0);
	ck_assert_uint_eq(sim_dist_mean(&d), 42);
}
END_TEST

START_TEST(variates_too_large_for_64_bits_saturate_and_nothing_draws_nothing)
{
	const struct sim_dist huge = { SIM_PARETO, 1ull << 62, 10 };
	const struct sim_dist wild = { SIM_LOGNORMAL, 1ull << 62, 1000000 };
	unsigned top = 0, bottom = 0;

	for (int i = 0; i < 1000; i++) {
		uint64_t x = sim_draw(&stream, &wild);

		ck_assert_uint_ge(sim_draw(&stream, &huge), huge.a);
		top += x == UINT64_MAX;
		bottom += x == 0;
	}
	/* Shape 1000: nearly every variate is out of range, one way or the other. */
	ck_assert_uint_gt(top, 400);
	ck_assert_uint_gt(bottom, 400);
	for (enum sim_dist_kind k = SIM_CONSTANT; k <= SIM_PARETO; k++)
		if (k != SIM_LOGNORMAL)
			ck_assert_uint_eq(sim_draw(&stream, &(struct sim_dist){ k, 0, 0 }), 0);
}
END_TEST

START_TEST(a_stream_gives_the_same_variates_on_every_machine)
{
	/* Taken from one run; integer arithmetic leaves no room for another result. */
	static const struct sim_dist d[] = {
		{ SIM_UNIFORM, 0, 999999 },	 { SIM_EXPONENTIAL, 1000000, 0 },
		{ SIM_NORMAL, 1000000, 100000 }, { SIM_LOGNORMAL, 1000000, 500 },
		{ SIM_PARETO, 1000000, 2000 },
	};
	static const uint64_t expected[] = { 75434, 4107492, 1048946, 599856, 1125861 };
	struct sim_stream s = sim_stream(1, "golden", 7);

	for (unsigned i = 0; i < 5; i++)
		ck_assert_uint_eq(sim_draw(&s, &d[i]), expected[i]);
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, the_generator_is_philox_2x64_10);
	tcase_add_test(tc, a_stream_is_a_function_of_seed_name_and_index);
	tcase_add_test(tc, a_stream_can_be_continued_from_its_counter);
	tcase_add_test(tc, streams_of_many_names_and_indices_have_different_keys);
	tcase_add_test(tc, each_bit_is_set_half_of_the_time_and_neighbouring_streams_do_not_agree);
	tcase_add_test(tc, uniform_numbers_are_in_range_and_equally_frequent);
	tcase_add_test(tc, exponential_variates_have_their_mean_spread_and_shape);
	tcase_add_test(tc, each_exponential_variate_is_the_logarithm_to_a_millionth);
	tcase_add_test(tc, normal_variates_have_their_mean_spread_and_shape);
	tcase_add_test(tc, normal_variates_below_zero_become_zero_and_the_mean_says_so);
	tcase_add_test(tc, lognormal_variates_have_their_mean_and_shape);
	tcase_add_test(tc, pareto_variates_have_their_mean_and_shape);
	tcase_add_test(tc, uniform_variates_include_both_ends);
	tcase_add_test(tc, a_constant_draws_nothing_from_its_stream);
	tcase_add_test(tc, variates_too_large_for_64_bits_saturate_and_nothing_draws_nothing);
	tcase_add_test(tc, a_stream_gives_the_same_variates_on_every_machine);
}

CHECK_MAIN("engine random", add, setup, NULL)
