// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Processes that wait until others let them go on: interruptible waits, parking.
 */
#include <errno.h>

#include "processes.h"

#include "tests/lib/check-main.h"

static sim_time unparked[4];
static unsigned nr_unparked;

/* ---- interruptible waits ---- */

struct waiter {
	sim_time first_dt, left[3], woke[3];
};

static void wait_three_times(void *arg)
{
	struct waiter *w = arg;
	sim_time dt = w->first_dt;

	for (int i = 0; i < 3; i++) {
		w->left[i] = sim_wait(e, dt);
		w->woke[i] = sim_now(e);
		dt = 1000;
	}
}

struct interrupter {
	struct sim_proc *target;
	sim_time at[3];
};

static void interrupt(void *arg)
{
	struct interrupter *x = arg;

	for (int i = 0; i < 3 && x->at[i]; i++)
		sim_interrupt(e, x->target, x->at[i]);
}

START_TEST(an_interrupt_cuts_a_wait_short_and_the_rest_is_returned)
{
	struct waiter w = { .first_dt = 100 };
	struct interrupter x = { process(wait_three_times, &w, 0), { 40 } };

	process(interrupt, &x, 10);
	ck_assert_int_eq(sim_engine_run(e), 0);
	ck_assert_uint_eq(w.left[0], 60);
	ck_assert_uint_eq(w.woke[0], 40);
	ck_assert_uint_eq(w.left[1], 0); /* it is used up */
	ck_assert_uint_eq(w.woke[1], 1040);
	/* 2 starts and 3 waits; the wake-up that was moved does not count. */
	ck_assert_uint_eq(sim_engine_events(e), 5);
}
END_TEST

START_TEST(the_earliest_of_several_interrupts_wins_and_is_the_only_one)
{
	struct waiter w = { .first_dt = 100 };
	struct interrupter x = { process(wait_three_times, &w, 0), { 50, 30, 70 } };

	process(interrupt, &x, 10);
	sim_engine_run(e);
	ck_assert_uint_eq(w.woke[0], 30);
	ck_assert_uint_eq(w.left[0], 70);
	ck_assert_uint_eq(w.woke[1], 1030);
}
END_TEST

START_TEST(an_interrupt_at_the_natural_end_or_later_stays_for_the_next_wait)
{
	struct waiter w = { .first_dt = 100 };
	struct interrupter x = { process(wait_three_times, &w, 0), { 100 } };

	process(interrupt, &x, 10);
	sim_engine_run(e);
	ck_assert_uint_eq(w.left[0], 0);
	ck_assert_uint_eq(w.woke[0], 100);
	/* It has come by now: the next wait ends at once, with all of its time left. */
	ck_assert_uint_eq(w.left[1], 1000);
	ck_assert_uint_eq(w.woke[1], 100);
	ck_assert_uint_eq(w.left[2], 0);
	ck_assert_uint_eq(w.woke[2], 1100);
}
END_TEST

START_TEST(an_interrupt_beyond_a_wait_cuts_the_next_one_at_its_own_time)
{
	struct waiter w = { .first_dt = 100 };
	struct interrupter x = { process(wait_three_times, &w, 0), { 150 } };

	process(interrupt, &x, 10);
	sim_engine_run(e);
	ck_assert_uint_eq(w.left[0], 0);
	ck_assert_uint_eq(w.woke[1], 150);
	ck_assert_uint_eq(w.left[1], 950);
}
END_TEST

static void busy_then_wait(void *arg)
{
	struct waiter *w = arg;

	sim_delay(e, 100);
	wait_three_times(w);
}

START_TEST(an_interrupt_during_a_delay_is_kept_and_the_delay_is_not_cut)
{
	struct waiter w = { .first_dt = 500 };
	struct interrupter x = { process(busy_then_wait, &w, 0), { 40 } };

	process(interrupt, &x, 10);
	sim_engine_run(e);
	ck_assert_uint_eq(w.woke[0], 100);
	ck_assert_uint_eq(w.left[0], 500);
	ck_assert_uint_eq(w.woke[1], 1100);
}
END_TEST

START_TEST(a_wait_for_ever_ends_by_an_interrupt_only)
{
	struct waiter w = { .first_dt = SIM_NEVER };
	struct interrupter x = { process(wait_three_times, &w, 0), { 777 } };

	process(interrupt, &x, 10);
	sim_engine_run(e);
	ck_assert_uint_eq(w.left[0], SIM_NEVER);
	ck_assert_uint_eq(w.woke[0], 777);
}
END_TEST

static struct sim_proc *victim;

static void interrupt_victim(struct sim_engine *engine, struct sim_event *ev)
{
	(void)ev;
	sim_interrupt(engine, victim, sim_now(engine));
}

START_TEST(a_callback_can_interrupt_at_once)
{
	struct waiter w = { .first_dt = SIM_NEVER };
	struct sim_event ev;

	victim = process(wait_three_times, &w, 0);
	sim_event_init(e, &ev, 2, 0, interrupt_victim);
	sim_event_at(e, &ev, 33);
	sim_engine_run(e);
	ck_assert_uint_eq(w.woke[0], 33);
	/* Starts, callback, 3 waits; the callback and the end it causes are of one time. */
	ck_assert_uint_eq(sim_engine_events(e), 5);
	ck_assert_uint_eq(sim_engine_ties(e), 1);
}
END_TEST

static void take_back(void *arg)
{
	struct interrupter *x = arg;

	sim_interrupt(e, x->target, 50);
	sim_delay(e, 10);
	sim_interrupt_clear(e, x->target);
}

START_TEST(an_interrupt_taken_back_before_it_comes_cuts_nothing)
{
	struct waiter w = { .first_dt = 100 };
	struct interrupter x = { process(wait_three_times, &w, 0), { 0 } };

	process(take_back, &x, 10);
	sim_engine_run(e);
	ck_assert_uint_eq(w.left[0], 0);
	ck_assert_uint_eq(w.woke[0], 100);
	ck_assert_uint_eq(w.woke[1], 1100);
}
END_TEST

/* ---- parking ---- */

static void park_twice(void *arg)
{
	sim_delay(e, *(sim_time *)arg);
	for (int i = 0; i < 2; i++) {
		sim_park(e);
		unparked[nr_unparked++] = sim_now(e);
	}
}

struct unparker {
	struct sim_proc *target;
	sim_time at[3];
};

static void unpark(void *arg)
{
	struct unparker *x = arg;

	for (int i = 0; i < 3 && x->at[i]; i++)
		sim_unpark(e, x->target, x->at[i]);
}

START_TEST(a_parked_process_goes_on_when_unparked_and_then_parks_again)
{
	sim_time busy = 1;
	struct unparker x = { process(park_twice, &busy, 0), { 30, 20, 40 } };

	process(unpark, &x, 10);
	/* Permits do not add up: the earliest time is used, and one is left waiting. */
	ck_assert_int_eq(sim_engine_run(e), -EDEADLK);
	ck_assert_uint_eq(nr_unparked, 1);
	ck_assert_uint_eq(unparked[0], 20);
	ck_assert_uint_eq(sim_now(e), 20);
}
END_TEST

START_TEST(an_unpark_before_the_park_is_not_lost)
{
	sim_time busy = 100;
	struct unparker x = { process(park_twice, &busy, 0), { 50 } };

	process(unpark, &x, 10);
	ck_assert_int_eq(sim_engine_run(e), -EDEADLK);
	ck_assert_uint_eq(nr_unparked, 1);
	ck_assert_uint_eq(unparked[0], 100); /* at once: no event */
	ck_assert_uint_eq(sim_engine_events(e), 3);
}
END_TEST

START_TEST(an_unpark_for_later_than_the_park_ends_it_at_its_time)
{
	sim_time busy = 100;
	struct unparker x = { process(park_twice, &busy, 0), { 150 } };

	process(unpark, &x, 10);
	ck_assert_int_eq(sim_engine_run(e), -EDEADLK);
	ck_assert_uint_eq(unparked[0], 150);
}
END_TEST

static void wait_then_park(void *arg)
{
	sim_time *t = arg;

	t[0] = sim_wait(e, 100);
	t[1] = sim_now(e);
	sim_park(e);
	t[2] = sim_now(e);
}

static void both(void *arg)
{
	sim_unpark(e, arg, sim_now(e));
	sim_delay(e, 90);
	sim_interrupt(e, arg, sim_now(e) + 500);
}

START_TEST(permits_do_not_end_waits_and_interrupts_do_not_end_parking)
{
	sim_time t[3];

	process(both, process(wait_then_park, t, 0), 20);
	ck_assert_int_eq(sim_engine_run(e), 0);
	ck_assert_uint_eq(t[0], 0);
	ck_assert_uint_eq(t[1], 100);
	ck_assert_uint_eq(t[2], 100);
}
END_TEST
static void add(TCase *tc)
{
	tcase_add_test(tc, an_interrupt_cuts_a_wait_short_and_the_rest_is_returned);
	tcase_add_test(tc, the_earliest_of_several_interrupts_wins_and_is_the_only_one);
	tcase_add_test(tc, an_interrupt_at_the_natural_end_or_later_stays_for_the_next_wait);
	tcase_add_test(tc, an_interrupt_beyond_a_wait_cuts_the_next_one_at_its_own_time);
	tcase_add_test(tc, an_interrupt_during_a_delay_is_kept_and_the_delay_is_not_cut);
	tcase_add_test(tc, a_wait_for_ever_ends_by_an_interrupt_only);
	tcase_add_test(tc, a_callback_can_interrupt_at_once);
	tcase_add_test(tc, an_interrupt_taken_back_before_it_comes_cuts_nothing);
	tcase_add_test(tc, a_parked_process_goes_on_when_unparked_and_then_parks_again);
	tcase_add_test(tc, an_unpark_before_the_park_is_not_lost);
	tcase_add_test(tc, an_unpark_for_later_than_the_park_ends_it_at_its_time);
	tcase_add_test(tc, permits_do_not_end_waits_and_interrupts_do_not_end_parking);
}

CHECK_MAIN("engine waits", add, setup, teardown)
