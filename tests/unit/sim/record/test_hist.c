// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The histogram against the sorted values themselves: sim/record/hist.h. Bounds are those of its
 * definition: a bucket is at most 1/128 of its values wide and its middle stands for it, so a
 * quantile is at most 1/256 off.
 */
#include "record/hist.h"
#include "tests/lib/check-main.h"

#define N 20000u

static struct rec_hist h;

static void setup(void)
{
	rec_hist_init(&h, true);
}

static void teardown(void)
{
	rec_hist_fini(&h);
}

static int ascending(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

/* A value with a random number of random bits: all octaves occur. */
static uint64_t any_value(uint64_t *state)
{
	uint64_t v = check_random(state);

	return v >> (check_random(state) % 64);
}

START_TEST(every_value_lands_in_a_bucket_that_holds_it)
{
	uint64_t state = check_seed();

	for (unsigned i = 0; i < 100000; i++) {
		uint64_t v = any_value(&state);
		uint32_t o = 0, s = rec_hist_slot(v, &o);
		uint64_t width = o ? 1ull << (o - 1) : 1;
		uint64_t low = o ? (REC_HIST_SUB + s) * width : s;

		ck_assert_uint_lt(o, REC_HIST_OCTAVES);
		ck_assert_uint_lt(s, REC_HIST_SUB);
		ck_assert(low <= v && v - low < width);
		/* relative width of a bucket */
		ck_assert(width == 1 || low / width >= 128);
	}
}
END_TEST

START_TEST(quantiles_are_the_nearest_rank_within_a_128th)
{
	static uint64_t v[N];
	uint64_t state = check_seed();

	for (unsigned i = 0; i < N; i++) {
		v[i] = any_value(&state);
		rec_hist_add(&h, v[i]);
	}
	qsort(v, N, sizeof(v[0]), ascending);
	for (uint32_t ppm = 0; ppm <= 1000000; ppm += 100) {
		uint64_t rank = ((uint64_t)ppm * N + 999999) / 1000000;
		uint64_t exact = v[rank ? rank - 1 : 0];
		uint64_t got = rec_hist_quantile(&h, ppm);
		uint64_t off = got > exact ? got - exact : exact - got;

		ck_assert_msg(off <= exact / 128, "%u ppm: %llu for %llu", ppm,
			      (unsigned long long)got, (unsigned long long)exact);
	}
	ck_assert_uint_eq(rec_hist_quantile(&h, 0), v[0]);
	ck_assert_uint_eq(rec_hist_quantile(&h, 1000000), v[N - 1]);
}
END_TEST

/* 2^20 is the start of a bucket 2^13 wide: a value every 8 ps fills it evenly, and the value of each
 * rank is found to half that distance. */
START_TEST(quantiles_of_values_spread_over_one_bucket_are_told_apart)
{
	for (uint64_t i = 0; i < 1024; i++)
		rec_hist_add(&h, (1u << 20) + 8 * i);
	for (uint32_t rank = 2; rank < 1024; rank++) {
		uint64_t exact = (1u << 20) + 8 * (rank - 1);
		uint64_t got = rec_hist_quantile(&h, (uint32_t)(rank * 1000000ull / 1024));

		ck_assert_msg(got >= exact && got <= exact + 4, "rank %u: %llu for %llu", rank,
			      (unsigned long long)got, (unsigned long long)exact);
	}
}
END_TEST

START_TEST(quantiles_below_256_are_exact)
{
	for (uint64_t v = 0; v < 256; v++)
		rec_hist_add(&h, v);
	for (uint32_t rank = 1; rank <= 256; rank++)
		ck_assert_uint_eq(rec_hist_quantile(&h, (rank * 1000000 - 999999) / 256 + 1),
				  rank - 1);
}
END_TEST

START_TEST(the_median_of_two_values_is_the_lower)
{
	rec_hist_add(&h, 1000000);
	rec_hist_add(&h, 3000000);
	ck_assert_uint_eq(rec_hist_quantile(&h, 500000), 1000000);
	ck_assert_uint_eq(rec_hist_quantile(&h, 500001), 3000000);
}
END_TEST

START_TEST(an_empty_histogram_says_zero)
{
	ck_assert_uint_eq(rec_hist_quantile(&h, 500000), 0);
	ck_assert_uint_eq(rec_hist_mean(&h), 0);
	ck_assert_uint_eq(h.count, 0);
}
END_TEST

START_TEST(sums_beyond_64_bits_are_exact)
{
	for (unsigned i = 0; i < 1000; i++)
		rec_hist_add(&h, UINT64_MAX);
	ck_assert(h.sum == (rec_u128)UINT64_MAX * 1000);
	ck_assert_uint_eq(rec_hist_mean(&h), UINT64_MAX);
	ck_assert_uint_eq(rec_hist_quantile(&h, 500000), UINT64_MAX);
}
END_TEST

START_TEST(merging_equals_adding_all_to_one)
{
	struct rec_hist a, b;
	uint64_t state = check_seed();

	rec_hist_init(&a, true);
	rec_hist_init(&b, true);
	for (unsigned i = 0; i < N; i++) {
		uint64_t v = any_value(&state);

		rec_hist_add_n(i % 3 ? &a : &b, v, v / 2, 1);
		rec_hist_add_n(&h, v, v / 2, 1);
	}
	ck_assert_int_eq(rec_hist_merge(&a, &b), 0);
	ck_assert_uint_eq(a.count, h.count);
	ck_assert(a.sum == h.sum && a.assumed == h.assumed);
	ck_assert_uint_eq(a.min, h.min);
	ck_assert_uint_eq(a.max, h.max);
	for (uint32_t ppm = 0; ppm <= 1000000; ppm += 12500) {
		rec_u128 sa, aa, sh, ah;

		ck_assert_uint_eq(rec_hist_quantile(&a, ppm), rec_hist_quantile(&h, ppm));
		rec_hist_tail(&a, ppm, &sa, &aa);
		rec_hist_tail(&h, ppm, &sh, &ah);
		ck_assert(sa == sh && aa == ah);
	}
	rec_hist_fini(&a);
	rec_hist_fini(&b);
}
END_TEST

START_TEST(merging_takes_the_smaller_minimum_and_the_larger_maximum)
{
	struct rec_hist a;

	rec_hist_init(&a, false);
	rec_hist_add(&a, 3);
	rec_hist_add(&a, 9000);
	rec_hist_add(&h, 500);
	ck_assert_int_eq(rec_hist_merge(&h, &a), 0);
	ck_assert_uint_eq(h.min, 3);
	ck_assert_uint_eq(h.max, 9000);
	rec_hist_fini(&a);
}
END_TEST

START_TEST(a_value_added_n_times_counts_n_times)
{
	rec_hist_add_n(&h, 5000, 1000, 7);
	ck_assert_uint_eq(h.count, 7);
	ck_assert(h.sum == 35000 && h.assumed == 7000);
}
END_TEST

START_TEST(the_tail_tells_its_own_share_of_assumptions)
{
	rec_u128 sum, assumed;

	/* 98 fast values without and 2 slow ones with assumptions: p99 lies in the slow bucket */
	rec_hist_add_n(&h, 1000, 0, 98);
	rec_hist_add_n(&h, 100000, 25000, 2);
	rec_hist_tail(&h, 990000, &sum, &assumed);
	ck_assert(sum == 200000 && assumed == 50000);
	rec_hist_tail(&h, 0, &sum, &assumed);
	ck_assert(sum == h.sum && assumed == h.assumed);
}
END_TEST

START_TEST(after_a_reset_nothing_is_left)
{
	rec_u128 sum, assumed;

	rec_hist_add_n(&h, 123456, 1000, 1);
	rec_hist_reset(&h);
	ck_assert_uint_eq(h.count, 0);
	ck_assert_uint_eq(h.min, UINT64_MAX);
	ck_assert_uint_eq(h.max, 0);
	rec_hist_add(&h, 777);
	ck_assert_uint_eq(rec_hist_quantile(&h, 500000), 777);
	ck_assert(h.sum == 777);
	rec_hist_tail(&h, 0, &sum, &assumed);
	ck_assert(sum == 777 && assumed == 0);
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, every_value_lands_in_a_bucket_that_holds_it);
	tcase_add_test(tc, quantiles_are_the_nearest_rank_within_a_128th);
	tcase_add_test(tc, quantiles_of_values_spread_over_one_bucket_are_told_apart);
	tcase_add_test(tc, quantiles_below_256_are_exact);
	tcase_add_test(tc, the_median_of_two_values_is_the_lower);
	tcase_add_test(tc, an_empty_histogram_says_zero);
	tcase_add_test(tc, sums_beyond_64_bits_are_exact);
	tcase_add_test(tc, merging_equals_adding_all_to_one);
	tcase_add_test(tc, merging_takes_the_smaller_minimum_and_the_larger_maximum);
	tcase_add_test(tc, a_value_added_n_times_counts_n_times);
	tcase_add_test(tc, the_tail_tells_its_own_share_of_assumptions);
	tcase_add_test(tc, after_a_reset_nothing_is_left);
}

CHECK_MAIN("record histogram", add, setup, teardown)
