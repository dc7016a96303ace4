// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The calendar: events happen in the order of (time, class, object, count), whatever the order in
 * which they were armed, and never twice or not at all.
 */
#include <signal.h>

#include "sim/engine/calendar.h"
#include "sim/engine/engine.h"

#include "tests/lib/check-main.h"

#define MANY 2000

static struct sim_engine *e;
static struct sim_event ev[MANY];
static uint64_t log_time[4 * MANY];
static uint32_t log_id[4 * MANY];
static uint32_t logged;
static uint64_t rng;

static void note(struct sim_engine *engine, struct sim_event *x)
{
	log_time[logged] = sim_now(engine);
	log_id[logged++] = (uint32_t)(x - ev);
}

static void start(bool shuffle, uint64_t seed)
{
	struct sim_engine_config cfg = { .check = true,
					 .shuffle_ties = shuffle,
					 .shuffle_seed = seed };

	sim_engine_free(e);
	e = sim_engine_new(&cfg);
	ck_assert_ptr_nonnull(e);
	logged = 0;
}

static void setup(void)
{
	rng = check_seed();
	start(false, 0);
}

static void teardown(void)
{
	sim_engine_free(e);
	e = NULL;
}

static void permute(uint32_t *order, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		order[i] = i;
	for (uint32_t i = n; i-- > 1;) {
		uint32_t j = (uint32_t)(check_random(&rng) % (i + 1));
		uint32_t x = order[i];

		order[i] = order[j];
		order[j] = x;
	}
}

START_TEST(events_come_in_order_of_time_class_and_object_however_they_were_armed)
{
	/* 10 times, 20 classes, 10 objects: event i has time i / 200, class i / 10 % 20. */
	uint32_t order[MANY];

	for (int round = 0; round < 5; round++) {
		start(false, 0);
		for (uint32_t i = 0; i < MANY; i++)
			sim_event_init(e, &ev[i], (uint8_t)(i / 10 % 20), i % 10, note);
		permute(order, MANY);
		for (uint32_t i = 0; i < MANY; i++)
			sim_event_at(e, &ev[order[i]], 1000 + order[i] / 200);
		ck_assert_int_eq(sim_engine_run(e), 0);
		ck_assert_uint_eq(logged, MANY);
		for (uint32_t i = 0; i < MANY; i++) {
			ck_assert_uint_eq(log_id[i], i);
			ck_assert_uint_eq(log_time[i], 1000 + i / 200);
		}
		ck_assert_uint_eq(sim_engine_events(e), MANY);
		/* At each of the 10 times, all but the first follow one of another object. */
		ck_assert_uint_eq(sim_engine_ties(e), MANY - 10);
	}
}
END_TEST

static uint32_t rearmed;

static void again(struct sim_engine *engine, struct sim_event *x)
{
	note(engine, x);
	if (rearmed++ < 5)
		sim_event_at(engine, x, sim_now(engine));
}

START_TEST(an_event_armed_for_now_takes_its_place_among_those_of_the_same_time)
{
	/* 1 re-arms itself five times before 2 may come; 0, armed by nobody again, came first. */
	static const uint32_t expected[] = { 0, 1, 1, 1, 1, 1, 1, 2 };

	rearmed = 0;
	sim_event_init(e, &ev[2], 1, 2, note);
	sim_event_init(e, &ev[1], 1, 1, again);
	sim_event_init(e, &ev[0], 1, 0, note);
	for (uint32_t i = 0; i < 3; i++)
		sim_event_at(e, &ev[i], 7);
	sim_engine_run(e);
	ck_assert_uint_eq(logged, 8);
	ck_assert_mem_eq(log_id, expected, sizeof(expected));
	ck_assert_uint_eq(sim_engine_ties(e), 2); /* its own repetitions are none */
}
END_TEST

START_TEST(rearming_moves_an_event_and_cancelling_removes_it)
{
	sim_event_init(e, &ev[0], 1, 0, note);
	sim_event_init(e, &ev[1], 1, 1, note);
	sim_event_init(e, &ev[2], 1, 2, note);
	sim_event_at(e, &ev[0], 10);
	sim_event_at(e, &ev[1], 20);
	sim_event_at(e, &ev[2], 30);
	sim_event_at(e, &ev[0], 25); /* later */
	sim_event_at(e, &ev[2], 5);  /* earlier */
	sim_event_cancel(e, &ev[1]);
	sim_event_cancel(e, &ev[1]); /* not armed: nothing */
	ck_assert(!sim_event_armed(&ev[1]));
	ck_assert(sim_event_armed(&ev[2]));
	sim_engine_run(e);
	ck_assert_uint_eq(logged, 2);
	ck_assert_uint_eq(log_id[0], 2);
	ck_assert_uint_eq(log_time[0], 5);
	ck_assert_uint_eq(log_id[1], 0);
	ck_assert_uint_eq(log_time[1], 25);
	ck_assert(!sim_event_armed(&ev[2]));
}
END_TEST

START_TEST(an_event_armed_for_never_does_not_happen)
{
	sim_event_init(e, &ev[0], 1, 0, note);
	sim_event_at(e, &ev[0], 10);
	sim_event_at(e, &ev[0], SIM_NEVER);
	ck_assert(!sim_event_armed(&ev[0]));
	ck_assert_int_eq(sim_engine_run(e), 0);
	ck_assert_uint_eq(logged, 0);
}
END_TEST

START_TEST(events_one_picosecond_apart_stay_apart_up_to_the_last_time)
{
	const sim_time last = (1ull << 61) - 2;

	sim_event_init(e, &ev[0], 1, 0, note);
	sim_event_init(e, &ev[1], 1, 1, note);
	sim_event_at(e, &ev[1], last - 1);
	sim_event_at(e, &ev[0], last);
	sim_engine_run(e);
	ck_assert_uint_eq(logged, 2);
	ck_assert_uint_eq(log_id[0], 1);
	ck_assert_uint_eq(log_time[1], last);
	ck_assert_uint_eq(sim_engine_ties(e), 0);
}
END_TEST

START_TEST(the_run_ends_before_what_is_due_at_the_stop_time_and_can_go_on)
{
	sim_event_init(e, &ev[0], 1, 0, note);
	sim_event_init(e, &ev[1], 1, 1, note);
	sim_event_at(e, &ev[0], 99);
	sim_event_at(e, &ev[1], 100);
	sim_engine_stop_at(e, 100);
	ck_assert_int_eq(sim_engine_run(e), 0);
	ck_assert_uint_eq(logged, 1);
	ck_assert_uint_eq(sim_now(e), 100);
	sim_engine_stop_at(e, 200);
	ck_assert_int_eq(sim_engine_run(e), 0);
	ck_assert_uint_eq(logged, 2);
	ck_assert_uint_eq(log_time[1], 100);
	/* Nothing is left: the clock still goes to the end of the window. */
	ck_assert_uint_eq(sim_now(e), 200);
	ck_assert(sim_engine_idle(e));
}
END_TEST

static void stop_now(struct sim_engine *engine, struct sim_event *x)
{
	note(engine, x);
	sim_engine_stop_at(engine, sim_now(engine));
}

START_TEST(a_callback_can_end_the_run_among_events_of_its_own_time)
{
	for (uint32_t i = 0; i < 4; i++) {
		sim_event_init(e, &ev[i], 1, i, i == 1 ? stop_now : note);
		sim_event_at(e, &ev[i], 50);
	}
	ck_assert_int_eq(sim_engine_run(e), 0);
	ck_assert_uint_eq(logged, 2);
	ck_assert_uint_eq(sim_now(e), 50);
	ck_assert(!sim_engine_idle(e));
	/* What was left over comes in its order, with something armed meanwhile. */
	sim_event_at(e, &ev[0], 50);
	sim_engine_stop_at(e, 51);
	sim_engine_run(e);
	ck_assert_uint_eq(logged, 5);
	ck_assert_uint_eq(log_id[2], 0);
	ck_assert_uint_eq(log_id[3], 2);
	ck_assert_uint_eq(log_id[4], 3);
}
END_TEST

START_TEST(counts_begin_anew_after_a_reset)
{
	for (uint32_t i = 0; i < 3; i++) {
		sim_event_init(e, &ev[i], 1, i, note);
		sim_event_at(e, &ev[i], 10);
	}
	sim_engine_run(e);
	ck_assert_uint_eq(sim_engine_events(e), 3);
	ck_assert_uint_eq(sim_engine_ties(e), 2);
	sim_engine_reset_counts(e);
	ck_assert_uint_eq(sim_engine_events(e), 0);
	ck_assert_uint_eq(sim_engine_ties(e), 0);
}
END_TEST

/* ---- shuffled ties ---- */

#define OBJECTS 200

static void run_shuffled(bool shuffle, uint64_t seed)
{
	start(shuffle, seed);
	for (uint32_t i = 0; i < OBJECTS; i++) {
		sim_event_init(e, &ev[i], 3, i, note);
		sim_event_at(e, &ev[i], 10 * (1 + i / 100)); /* two times, 100 objects each */
	}
	sim_engine_run(e);
	ck_assert_uint_eq(logged, OBJECTS);
}

START_TEST(shuffling_permutes_equal_times_and_nothing_else)
{
	uint32_t plain[OBJECTS], one[OBJECTS];
	bool seen[OBJECTS] = { false };

	run_shuffled(false, 1);
	memcpy(plain, log_id, sizeof(plain));
	run_shuffled(true, 1);
	memcpy(one, log_id, sizeof(one));
	for (uint32_t i = 0; i < OBJECTS; i++) {
		ck_assert_uint_eq(one[i] / 100, i / 100); /* the times stay in order */
		ck_assert(!seen[one[i]]);
		seen[one[i]] = true;
	}
	ck_assert_mem_ne(one, plain, sizeof(plain));
	ck_assert_uint_eq(sim_engine_ties(e), OBJECTS - 2);
	/* The same seed gives the same order, another one another. */
	run_shuffled(true, 1);
	ck_assert_mem_eq(one, log_id, sizeof(one));
	run_shuffled(true, 2);
	ck_assert_mem_ne(one, log_id, sizeof(one));
}
END_TEST

START_TEST(shuffling_keeps_each_objects_own_events_in_order)
{
	/* Event 1 happens six times at one time; nothing comes between. */
	for (uint64_t seed = 0; seed < 20; seed++) {
		uint32_t at = 0;

		start(true, seed);
		rearmed = 0;
		sim_event_init(e, &ev[0], 1, 0, note);
		sim_event_init(e, &ev[1], 1, 1, again);
		sim_event_init(e, &ev[2], 1, 2, note);
		for (uint32_t i = 0; i < 3; i++)
			sim_event_at(e, &ev[i], 7);
		sim_engine_run(e);
		ck_assert_uint_eq(logged, 8);
		while (log_id[at] != 1)
			at++;
		for (uint32_t i = 0; i < 6; i++)
			ck_assert_uint_eq(log_id[at + i], 1);
	}
}
END_TEST

/* ---- against a sorted list ---- */

struct model {
	bool armed;
	sim_time time;
};

static struct model model[MANY];
static uint32_t model_live;

static bool model_before(uint32_t a, uint32_t b)
{
	if (model[a].time != model[b].time)
		return model[a].time < model[b].time;
	return a < b;
}

static void model_arm(struct calendar *c, uint32_t i, sim_time t)
{
	if (ev[i].armed)
		calendar_disarm(c, &ev[i]);
	else
		model_live++;
	calendar_arm(c, &ev[i], t);
	model[i].armed = true;
	model[i].time = t;
}

static void model_cancel(struct calendar *c, uint32_t i)
{
	if (!ev[i].armed)
		return;
	calendar_disarm(c, &ev[i]);
	model[i].armed = false;
	model_live--;
}

static void model_take(struct calendar *c, uint32_t n, sim_time *now)
{
	struct sim_event *x;
	sim_time t = 0;
	uint32_t best = n;

	for (uint32_t i = 0; i < n; i++)
		if (model[i].armed && (best == n || model_before(i, best)))
			best = i;
	x = calendar_take(c, CALENDAR_NEVER, &t);
	if (best == n) {
		ck_assert_ptr_null(x);
		return;
	}
	ck_assert_ptr_eq(x, &ev[best]);
	ck_assert_uint_eq(t, model[best].time);
	x->armed = 0;
	model[best].armed = false;
	model_live--;
	*now = t;
}

/* Times are drawn from a range: a narrow one makes many ties, a wide one none. */
static void compare_with_list(uint32_t n, uint64_t range, uint32_t steps, uint32_t split)
{
	struct calendar c;
	sim_time now = 0;

	ck_assert_int_eq(calendar_init(&c), 0);
	if (split)
		c.split = split;
	memset(model, 0, sizeof(model));
	model_live = 0;
	for (uint32_t i = 0; i < n; i++) {
		ev[i] = (struct sim_event){ .tie = (uint64_t)i << 32 };
		ck_assert_int_eq(calendar_reserve(&c), 0);
	}
	for (uint32_t s = 0; s < steps; s++) {
		uint32_t i = (uint32_t)(check_random(&rng) % n);
		sim_time t = now + check_random(&rng) % range;

		switch (check_random(&rng) % 8) {
		case 0: model_cancel(&c, i); break;
		case 1:
		case 2:
		case 3: model_take(&c, n, &now); break;
		default: model_arm(&c, i, t); break;
		}
		ck_assert_uint_eq(calendar_live(&c), model_live);
		ck_assert_uint_le(c.stale, 65 + model_live); /* garbage is bounded */
	}
	while (model_live)
		model_take(&c, n, &now);
	model_take(&c, n, &now);
	calendar_fini(&c);
}

START_TEST(random_arming_cancelling_and_taking_agrees_with_a_sorted_list)
{
	static const uint32_t sizes[] = { 1, 2, 7, 8, 9, 10, 63, 64, 65, 74, 300 };
	static const uint64_t ranges[] = { 1, 3, 100, 1ull << 40 };

	for (unsigned i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		for (unsigned k = 0; k < sizeof(ranges) / sizeof(ranges[0]); k++)
			compare_with_list(sizes[i], ranges[k], 5000 * check_effort(), 0);
}
END_TEST

START_TEST(a_calendar_split_into_near_and_far_agrees_with_a_sorted_list)
{
	static const uint32_t splits[] = { CALENDAR_ROOT + 1, 20, 100 };
	static const uint64_t ranges[] = { 1, 3, 100, 1ull << 40 };

	for (unsigned i = 0; i < sizeof(splits) / sizeof(splits[0]); i++)
		for (unsigned k = 0; k < sizeof(ranges) / sizeof(ranges[0]); k++)
			compare_with_list(300, ranges[k], 5000 * check_effort(), splits[i]);
}
END_TEST

START_TEST(dropping_cancelled_entries_keeps_the_order_of_the_others)
{
	/*
	 * Three of four events are cancelled, which drops entries twice: among events of one time
	 * or each of its own, with the first one taken before or not.
	 */
	for (unsigned round = 0; round < 20 * check_effort(); round++) {
		struct calendar c;
		sim_time now = 0;
		uint32_t order[MANY];

		ck_assert_int_eq(calendar_init(&c), 0);
		memset(model, 0, sizeof(model));
		model_live = 0;
		permute(order, MANY);
		for (uint32_t i = 0; i < MANY; i++) {
			ev[i] = (struct sim_event){ .tie = (uint64_t)i << 32 };
			ck_assert_int_eq(calendar_reserve(&c), 0);
		}
		for (uint32_t i = 0; i < MANY; i++)
			model_arm(&c, order[i], 1 + order[i] / (round & 2 ? 2 : 1));
		permute(order, MANY);
		if (round & 1)
			model_take(&c, MANY, &now);
		for (uint32_t i = 0; i < MANY / 4 * 3; i++)
			model_cancel(&c, order[i]);
		ck_assert_uint_lt(c.stale, MANY / 2);
		while (model_live)
			model_take(&c, MANY, &now);
		model_take(&c, MANY, &now);
		calendar_fini(&c);
	}
}
END_TEST

START_TEST(an_event_that_disappears_leaves_nothing_behind)
{
	/* Under AddressSanitizer, looking at a freed event would end the test. */
	for (int round = 0; round < 300; round++) {
		struct sim_event *x = malloc(sizeof(*x));

		ck_assert_ptr_nonnull(x);
		sim_event_init(e, x, 1, 1, note);
		sim_event_at(e, x, 100);
		sim_event_at(e, x, 50);
		if (round & 1)
			sim_event_cancel(e, x);
		sim_event_fini(e, x);
		free(x);
	}
	sim_event_init(e, &ev[0], 1, 0, note);
	sim_event_at(e, &ev[0], 75);
	sim_engine_run(e);
	ck_assert_uint_eq(logged, 1);
}
END_TEST

START_TEST(two_events_of_one_object_at_one_time_are_noticed_in_a_checked_run)
{
	sim_event_init(e, &ev[0], 1, 1, note);
	sim_event_init(e, &ev[1], 1, 1, note);
	sim_event_at(e, &ev[0], 5);
	sim_event_at(e, &ev[1], 5);
	sim_engine_run(e); /* aborts */
}
END_TEST

START_TEST(an_event_armed_for_the_past_is_noticed)
{
	sim_event_init(e, &ev[0], 1, 1, note);
	sim_engine_stop_at(e, 100);
	sim_engine_run(e);
	sim_event_at(e, &ev[0], 99); /* aborts */
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, events_come_in_order_of_time_class_and_object_however_they_were_armed);
	tcase_add_test(tc, an_event_armed_for_now_takes_its_place_among_those_of_the_same_time);
	tcase_add_test(tc, rearming_moves_an_event_and_cancelling_removes_it);
	tcase_add_test(tc, an_event_armed_for_never_does_not_happen);
	tcase_add_test(tc, events_one_picosecond_apart_stay_apart_up_to_the_last_time);
	tcase_add_test(tc, the_run_ends_before_what_is_due_at_the_stop_time_and_can_go_on);
	tcase_add_test(tc, a_callback_can_end_the_run_among_events_of_its_own_time);
	tcase_add_test(tc, counts_begin_anew_after_a_reset);
	tcase_add_test(tc, shuffling_permutes_equal_times_and_nothing_else);
	tcase_add_test(tc, shuffling_keeps_each_objects_own_events_in_order);
	tcase_add_test(tc, random_arming_cancelling_and_taking_agrees_with_a_sorted_list);
	tcase_add_test(tc, a_calendar_split_into_near_and_far_agrees_with_a_sorted_list);
	tcase_add_test(tc, dropping_cancelled_entries_keeps_the_order_of_the_others);
	tcase_add_test(tc, an_event_that_disappears_leaves_nothing_behind);
	tcase_add_test_raise_signal(
		tc, two_events_of_one_object_at_one_time_are_noticed_in_a_checked_run, SIGABRT);
	tcase_add_test_raise_signal(tc, an_event_armed_for_the_past_is_noticed, SIGABRT);
}

CHECK_MAIN("engine calendar", add, setup, teardown)
