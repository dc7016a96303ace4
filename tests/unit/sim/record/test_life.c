// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Lives of interrupts: stages add up to the latency, a wrong stamp is noticed, nothing is lost,
 * the worst one and its steps are remembered (sim/record/life.h, log.h).
 */
#include "record/life.h"
#include "record/identity.h"
#include "record/log.h"
#include "record/metrics.h"
#include "tests/lib/check-main.h"

static struct rec_metrics m;
static struct rec_lives l;
static struct rec_report report;

static void setup(void)
{
	memset(&report, 0, sizeof(report));
	rec_metrics_init(&m);
	ck_assert_int_eq(rec_lives_init(&l, &m), 0);
}

static void teardown(void)
{
	rec_lives_fini(&l);
	rec_metrics_fini(&m);
}

/* A life of three hops, delivered at raised + latency (>= 30). */
static void live(uint64_t raised, uint64_t latency, uint32_t intid)
{
	uint32_t tag = rec_life_begin(&l, raised, 0);

	rec_life_name(&l, tag, 0, 0, intid);
	rec_life_stamp(&l, tag, REC_STAGE_LINK, raised + 10, 10);
	rec_life_stamp(&l, tag, REC_STAGE_ITS, raised + 30, 0);
	rec_life_stamp(&l, tag, REC_STAGE_GUEST, raised + latency, 0);
	rec_life_end(&l, tag, REC_DELIVERED, raised + latency);
}

START_TEST(stages_add_up_to_the_latency)
{
	live(1000, 100, 32);
	live(2000, 300, 32);
	ck_assert(l.total->sum == 400);
	ck_assert(l.stage[REC_STAGE_LINK]->sum == 20);
	ck_assert(l.stage[REC_STAGE_ITS]->sum == 40);
	ck_assert(l.stage[REC_STAGE_GUEST]->sum == 340);
	ck_assert(l.total->assumed == 20);
	ck_assert_uint_eq(rec_lives_check(&l, &report), 0);
}
END_TEST

START_TEST(a_hop_that_is_passed_twice_counts_both_times)
{
	uint32_t tag = rec_life_begin(&l, 0, 0);

	rec_life_stamp(&l, tag, REC_STAGE_AP_LIST, 50, 0);
	rec_life_stamp(&l, tag, REC_STAGE_GUEST, 60, 0);
	rec_life_stamp(&l, tag, REC_STAGE_AP_LIST, 90, 0);
	rec_life_stamp(&l, tag, REC_STAGE_GUEST, 100, 0);
	rec_life_end(&l, tag, REC_DELIVERED, 100);
	ck_assert(l.stage[REC_STAGE_AP_LIST]->sum == 80);
	ck_assert_uint_eq(l.stage[REC_STAGE_AP_LIST]->count, 1);
	ck_assert_uint_eq(rec_lives_check(&l, &report), 0);
}
END_TEST

START_TEST(interrupts_that_skip_a_hop_count_as_zero_there)
{
	uint32_t tag = rec_life_begin(&l, 0, 0);

	live(0, 100, 32);
	rec_life_stamp(&l, tag, REC_STAGE_INJECT, 40, 0);
	rec_life_end(&l, tag, REC_DELIVERED, 40);
	ck_assert_uint_eq(rec_lives_check(&l, &report), 0);
	ck_assert_uint_eq(l.stage[REC_STAGE_LINK]->count, 2);
	ck_assert_uint_eq(rec_hist_mean(l.stage[REC_STAGE_LINK]), 5);
	ck_assert_uint_eq(l.stage[REC_STAGE_LINK]->min, 0);
	/* a second check changes nothing */
	ck_assert_uint_eq(rec_lives_check(&l, &report), 0);
	ck_assert_uint_eq(l.stage[REC_STAGE_LINK]->count, 2);
}
END_TEST

START_TEST(a_stamp_that_goes_back_in_time_is_noticed)
{
	uint32_t tag = rec_life_begin(&l, 1000, 0);

	rec_life_stamp(&l, tag, REC_STAGE_LINK, 1100, 0);
	rec_life_stamp(&l, tag, REC_STAGE_ITS, 1050, 0);
	rec_life_stamp(&l, tag, REC_STAGE_GUEST, 1200, 0);
	rec_life_end(&l, tag, REC_DELIVERED, 1200);
	ck_assert_uint_eq(rec_lives_check(&l, &report), 1);
	ck_assert_ptr_nonnull(strstr(report.line[0], "do not add up"));
	ck_assert_uint_eq(l.total->count, 0);
}
END_TEST

START_TEST(time_that_no_hop_claims_is_noticed)
{
	uint32_t tag = rec_life_begin(&l, 0, 0);

	rec_life_stamp(&l, tag, REC_STAGE_LINK, 10, 0);
	rec_life_end(&l, tag, REC_DELIVERED, 11);
	ck_assert_uint_eq(rec_lives_check(&l, &report), 1);
}
END_TEST

START_TEST(a_hop_whose_time_was_changed_is_noticed)
{
	uint32_t tag = rec_life_begin(&l, 0, 0);

	rec_life_stamp(&l, tag, REC_STAGE_LINK, 10, 0);
	rec_life_get(&l, tag)->stage[REC_STAGE_LINK]++;
	rec_life_end(&l, tag, REC_DELIVERED, 10);
	ck_assert_uint_eq(rec_lives_check(&l, &report), 1);
}
END_TEST

START_TEST(a_stage_sum_that_differs_from_the_latency_sum_is_noticed)
{
	live(0, 100, 32);
	rec_hist_add(l.stage[REC_STAGE_LINK], 1);
	ck_assert_uint_eq(rec_lives_check(&l, &report), 1);
	ck_assert_ptr_nonnull(strstr(report.line[0], "sum to 101 ps, irq.latency to 100 ps"));
}
END_TEST

START_TEST(a_tag_kept_after_the_end_names_nothing)
{
	uint32_t tag = rec_life_begin(&l, 0, 0), other;

	rec_life_end(&l, tag, REC_COALESCED, 0);
	other = rec_life_begin(&l, 5, 0);
	ck_assert_uint_ne(tag, other);
	ck_assert_ptr_null(rec_life_get(&l, tag));
	rec_life_stamp(&l, tag, REC_STAGE_LINK, 7, 0);
	ck_assert_uint_eq(rec_life_get(&l, other)->last, 5);
	ck_assert_uint_eq(rec_lives_check(&l, &report), 1);
	ck_assert_ptr_nonnull(strstr(report.line[0], "life has ended"));
}
END_TEST

START_TEST(a_life_goes_on_among_those_of_another_host_with_all_it_went_through)
{
	struct rec_metrics there_m;
	struct rec_lives there;
	uint32_t tag = rec_life_begin(&l, 1000, 9), moved;

	rec_metrics_init(&there_m);
	ck_assert_int_eq(rec_lives_init(&there, &there_m), 0);
	rec_life_name(&l, tag, 0, 1, 8192);
	rec_life_stamp(&l, tag, REC_STAGE_LINK, 1010, 4);
	moved = rec_life_move(&there, &l, tag);
	ck_assert_uint_ne(moved, 0);
	ck_assert_uint_eq(rec_life_outstanding(&l), 0);
	ck_assert_uint_eq(rec_life_outstanding(&there), 1);
	ck_assert_ptr_null(rec_life_get(&l, tag));
	ck_assert_uint_eq(rec_life_get(&there, moved)->intid, 8192);
	ck_assert_uint_eq(rec_life_get(&there, moved)->vcpu, 1);
	rec_life_stamp(&there, moved, REC_STAGE_MOVE, 1100, 0);
	rec_life_end(&there, moved, REC_DELIVERED, 1100);
	ck_assert(there.total->sum == 100);
	ck_assert(there.total->assumed == 4);
	ck_assert(there.stage[REC_STAGE_LINK]->sum == 10);
	ck_assert(there.stage[REC_STAGE_MOVE]->sum == 90);
	ck_assert_uint_eq(rec_lives_check(&there, &report), 0);
	ck_assert_uint_eq(l.total->count, 0);
	rec_lives_fini(&there);
	rec_metrics_fini(&there_m);
}
END_TEST

START_TEST(tag_zero_is_nobody_and_no_error)
{
	rec_life_stamp(&l, 0, REC_STAGE_LINK, 7, 0);
	rec_life_name(&l, 0, 1, 1, 1);
	rec_life_end(&l, 0, REC_DELIVERED, 7);
	ck_assert_uint_eq(rec_lives_check(&l, &report), 0);
	ck_assert_uint_eq(l.ended[REC_DELIVERED], 0);
}
END_TEST

static void count_life(void *arg, const struct rec_life *life)
{
	*(uint64_t *)arg += life->source;
}

START_TEST(lives_on_their_way_are_countable_however_many)
{
	static uint32_t tag[5000];
	uint64_t sum = 0, expect = 0;

	for (uint32_t i = 0; i < 5000; i++)
		tag[i] = rec_life_begin(&l, i, i);
	for (uint32_t i = 0; i < 5000; i++) {
		if (i % 3)
			rec_life_end(&l, tag[i], REC_DROPPED, i);
		else
			expect += i;
	}
	ck_assert_uint_eq(rec_life_outstanding(&l), 1667);
	ck_assert_uint_eq(l.born, l.ended[REC_DROPPED] + rec_life_outstanding(&l));
	rec_life_for_each(&l, &sum, count_life);
	ck_assert_uint_eq(sum, expect);
	ck_assert_uint_eq(l.total->count, 0);
}
END_TEST

START_TEST(assumed_time_counts_up_to_the_length_of_its_hop)
{
	uint32_t tag = rec_life_begin(&l, 0, 0);

	rec_life_stamp(&l, tag, REC_STAGE_LINK, 10, 1000);
	rec_life_stamp(&l, tag, REC_STAGE_GUEST, 100, 20);
	rec_life_end(&l, tag, REC_DELIVERED, 100);
	ck_assert(l.total->assumed == 30);
}
END_TEST

START_TEST(the_worst_and_the_watched_are_remembered)
{
	rec_lives_watch(&l, REC_NOBODY, 40);
	live(0, 100, 32);
	live(0, 500, 33);
	live(0, 200, 40);
	live(0, 150, 40);
	live(0, 500, 34); /* not worse than the first of its latency */
	ck_assert_uint_eq(l.worst.intid, 33);
	ck_assert_uint_eq(rec_life_latency(&l.worst), 500);
	ck_assert_uint_eq(l.watched.intid, 40);
	ck_assert_uint_eq(rec_life_latency(&l.watched), 200);
	ck_assert_uint_eq(l.watched_count, 2);
	rec_lives_reset(&l);
	ck_assert_uint_eq(l.worst.serial, 0);
}
END_TEST

/* One life of three events whose arg is `mark`, and the hop that ends it. */
static void logged(uint64_t raised, uint64_t latency, uint32_t intid, uint64_t mark)
{
	uint32_t tag = rec_life_begin(&l, raised, 0);

	rec_life_name(&l, tag, 0, 0, intid);
	for (uint16_t i = 0; i < 3; i++)
		rec_log_add(&l, tag, &(struct rec_step){ .event = i, .arg = mark });
	rec_life_stamp(&l, tag, REC_STAGE_GUEST, raised + latency, 0);
	rec_life_end(&l, tag, REC_DELIVERED, raised + latency);
}

static void expect_steps(const struct rec_life *life, uint64_t mark)
{
	const struct rec_step *s = rec_log_first(&l, life);

	for (uint16_t i = 0; i < 3; i++, s = rec_log_next(&l, s)) {
		ck_assert_ptr_nonnull(s);
		ck_assert_uint_eq(s->event, i);
		ck_assert_uint_eq(s->arg, mark);
	}
	ck_assert_ptr_nonnull(s);
	ck_assert_uint_eq(s->event, REC_STEP_HOP + REC_STAGE_GUEST);
	ck_assert_uint_eq(s->arg, rec_life_latency(life));
	ck_assert_ptr_null(rec_log_next(&l, s));
}

/* A window from 1000 to 2009 has slices of 10; what is left over belongs to the last. */
START_TEST(latencies_are_counted_by_slices_of_the_window)
{
	static const uint64_t ends[] = { 1000, 1009, 1010, 1995, 2009 };
	static const struct {
		unsigned slice;
		uint64_t count, sum;
	} expect[] = { { 0, 2, 10 }, { 1, 1, 5 }, { 2, 0, 0 }, { 98, 0, 0 }, { 99, 2, 10 } };
	struct rec_result r;

	rec_lives_reset(&l);
	rec_lives_window(&l, 1000, 2009);
	for (unsigned i = 0; i < 5; i++) {
		uint32_t tag = rec_life_begin(&l, ends[i] - 5, 0);

		rec_life_stamp(&l, tag, REC_STAGE_LINK, ends[i], 0);
		rec_life_end(&l, tag, REC_DELIVERED, ends[i]);
	}
	rec_result_init(&r);
	rec_lives_emit(&l, &r);
	ck_assert_uint_eq(r.nr_series, 1);
	ck_assert_uint_eq(r.series[0].slice_ps, 10);
	for (unsigned i = 0; i < 5; i++) {
		ck_assert_uint_eq(r.series[0].count[expect[i].slice], expect[i].count);
		ck_assert_uint_eq(r.series[0].sum_ps[expect[i].slice], expect[i].sum);
	}
	rec_result_fini(&r);
}
END_TEST

START_TEST(the_log_tells_waiting_apart_from_work)
{
	uint32_t tag = rec_life_begin(&l, 1000, 0);
	const struct rec_step *s;

	ck_assert_int_eq(rec_log_start(&l, 9), 0);
	rec_life_stamp(&l, tag, REC_STAGE_INJECT, 1100, 0);
	rec_log_waited(&l, rec_life_get(&l, tag), 30); /* for a lock */
	rec_life_stamp(&l, tag, REC_STAGE_AP_LIST, 1150, 0);
	rec_life_stamp(&l, tag, REC_STAGE_ENTRY, 1160, 0);
	rec_log_waited(&l, rec_life_get(&l, tag), 500); /* more than the hop lasted */
	rec_life_end(&l, tag, REC_DELIVERED, 1160);
	s = rec_log_first(&l, &l.worst);
	ck_assert_uint_eq(s->time, 1100);
	ck_assert_uint_eq(s->arg, 100);
	ck_assert_uint_eq(s->waited, 30);
	s = rec_log_next(&l, s);
	ck_assert_uint_eq(s->waited, 50);
	s = rec_log_next(&l, s);
	ck_assert_uint_eq(s->waited, 10);
}
END_TEST

START_TEST(the_log_keeps_the_steps_of_the_worst_and_reuses_the_rest)
{
	/* room for the worst, the watched and the one on its way, four steps each */
	ck_assert_int_eq(rec_log_start(&l, 12), 0);
	rec_lives_watch(&l, REC_NOBODY, 40);
	for (unsigned i = 1; i <= 1000; i++)
		logged(0, i % 97 + 10, i % 10 + 35, i);
	logged(0, 5000, 40, 77777); /* worst and watched at once */
	expect_steps(&l.worst, 77777);
	expect_steps(&l.watched, 77777);
	for (unsigned i = 1; i <= 1000; i++)
		logged(0, i % 97 + 10, 40, i);
	logged(0, 9000, 41, 88888); /* worst only */
	expect_steps(&l.worst, 88888);
	expect_steps(&l.watched, 77777);
	ck_assert(!l.worst.clipped && !l.watched.clipped);
	rec_lives_reset(&l);
	logged(0, 10, 40, 99999);
	expect_steps(&l.worst, 99999);
}
END_TEST

START_TEST(a_full_log_says_that_steps_are_missing)
{
	ck_assert_int_eq(rec_log_start(&l, 2), 0);
	logged(0, 100, 40, 1);
	ck_assert(l.worst.clipped);
	ck_assert_ptr_nonnull(rec_log_first(&l, &l.worst));
}
END_TEST

START_TEST(a_life_that_crosses_the_begin_of_the_window_counts_wholly)
{
	uint32_t tag = rec_life_begin(&l, 100, 0);

	rec_life_stamp(&l, tag, REC_STAGE_LINK, 150, 0);
	live(0, 100, 32);
	rec_metrics_reset(&m);
	rec_lives_reset(&l);
	rec_life_stamp(&l, tag, REC_STAGE_GUEST, 1100, 0);
	rec_life_end(&l, tag, REC_DELIVERED, 1100);
	ck_assert_uint_eq(l.total->count, 1);
	ck_assert(l.total->sum == 1000);
	ck_assert_uint_eq(l.ended[REC_DELIVERED], 1);
	ck_assert_uint_eq(rec_lives_check(&l, &report), 0);
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, latencies_are_counted_by_slices_of_the_window);
	tcase_add_test(tc, stages_add_up_to_the_latency);
	tcase_add_test(tc, a_hop_that_is_passed_twice_counts_both_times);
	tcase_add_test(tc, interrupts_that_skip_a_hop_count_as_zero_there);
	tcase_add_test(tc, a_stamp_that_goes_back_in_time_is_noticed);
	tcase_add_test(tc, time_that_no_hop_claims_is_noticed);
	tcase_add_test(tc, a_hop_whose_time_was_changed_is_noticed);
	tcase_add_test(tc, a_stage_sum_that_differs_from_the_latency_sum_is_noticed);
	tcase_add_test(tc, a_tag_kept_after_the_end_names_nothing);
	tcase_add_test(tc, a_life_goes_on_among_those_of_another_host_with_all_it_went_through);
	tcase_add_test(tc, tag_zero_is_nobody_and_no_error);
	tcase_add_test(tc, lives_on_their_way_are_countable_however_many);
	tcase_add_test(tc, assumed_time_counts_up_to_the_length_of_its_hop);
	tcase_add_test(tc, the_worst_and_the_watched_are_remembered);
	tcase_add_test(tc, the_log_tells_waiting_apart_from_work);
	tcase_add_test(tc, the_log_keeps_the_steps_of_the_worst_and_reuses_the_rest);
	tcase_add_test(tc, a_full_log_says_that_steps_are_missing);
	tcase_add_test(tc, a_life_that_crosses_the_begin_of_the_window_counts_wholly);
}

CHECK_MAIN("record lives", add, setup, teardown)
