// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Processes that move from one engine to another: the two hosts of a run that a vCPU's thread
 * migrates between.
 */
#include <errno.h>

#include "sim/engine/engine.h"

#include "tests/lib/check-main.h"

static struct sim_engine *a, *b;
static struct sim_engine *where; /* the engine that the traveller believes to be in */
static sim_time woken, ended;

static void setup(void)
{
	struct sim_engine_config cfg = { .check = true };

	a = sim_engine_new(&cfg);
	b = sim_engine_new(&cfg);
	ck_assert_ptr_nonnull(a);
	ck_assert_ptr_nonnull(b);
	where = a;
	woken = ended = 0;
}

static void teardown(void)
{
	sim_engine_free(b);
	sim_engine_free(a);
}

static void traveller(void *arg)
{
	char mark[64] = "kept on its stack";

	(void)arg;
	sim_delay(a, 10);
	sim_park(a);
	ck_assert_ptr_eq(sim_proc_current(where), sim_proc_current(b));
	woken = sim_now(where);
	sim_delay(where, 7);
	ck_assert_str_eq(mark, "kept on its stack");
	ended = sim_now(where);
}

static void other(void *arg)
{
	for (int i = 0; i < 10; i++)
		sim_delay(arg, 3);
}

START_TEST(a_parked_process_goes_on_in_the_engine_it_was_moved_to)
{
	struct sim_proc *p = sim_proc_new(a, 1, 0, traveller, NULL);

	sim_proc_start(a, p, 0);
	sim_proc_start(b, sim_proc_new(b, 1, 0, other, b), 0);
	sim_engine_stop_at(a, 20);
	ck_assert_int_eq(sim_engine_run(a), -EDEADLK); /* it waits, and nothing else is there */
	sim_engine_stop_at(b, 20);
	ck_assert_int_eq(sim_engine_run(b), 0);
	ck_assert_int_eq(sim_proc_move(p, b, 2, 5), 0);
	where = b;
	sim_unpark(b, p, 25);
	sim_engine_stop_at(b, 100);
	ck_assert_int_eq(sim_engine_run(b), 0);
	ck_assert_uint_eq(woken, 25);
	ck_assert_uint_eq(ended, 32);
	sim_engine_stop_at(a, 100);
	ck_assert_int_eq(sim_engine_run(a), 0); /* nobody of a waits any more */
}
END_TEST

static void count(void *ctx, const struct sim_proc_info *info)
{
	(void)info;
	++*(unsigned *)ctx;
}

static void parks(void *arg)
{
	(void)arg;
	for (;;)
		sim_park(where);
}

START_TEST(a_process_is_told_of_by_the_engine_it_is_in)
{
	struct sim_proc *p = sim_proc_new(a, 1, 0, parks, NULL);
	unsigned in_a = 0, in_b = 0, back = 0;

	sim_proc_start(a, p, 0);
	sim_engine_run(a);
	ck_assert_int_eq(sim_proc_move(p, b, 1, 0), 0);
	sim_proc_for_each(a, count, &in_a);
	sim_proc_for_each(b, count, &in_b);
	ck_assert_int_eq(sim_proc_move(p, a, 1, 0), 0);
	sim_proc_for_each(a, count, &back);
	ck_assert_uint_eq(in_a, 0);
	ck_assert_uint_eq(in_b, 1);
	ck_assert_uint_eq(back, 1);
	in_b = 0;
	sim_proc_for_each(b, count, &in_b);
	ck_assert_uint_eq(in_b, 0);
}
END_TEST

static void turn(void *ctx)
{
	++*(unsigned *)ctx;
}

START_TEST(whoever_shares_the_program_is_told_whose_turn_it_is)
{
	unsigned turns = 0;

	sim_engine_on_turn(a, turn, &turns);
	sim_proc_start(a, sim_proc_new(a, 1, 0, other, a), 0);
	for (sim_time t = 10; t <= 40; t += 10) {
		sim_engine_stop_at(a, t);
		sim_engine_run(a);
	}
	ck_assert_uint_eq(turns, 4);
}
END_TEST

static void never(struct sim_engine *e, struct sim_event *ev)
{
	(void)e;
	(void)ev;
	ck_abort_msg("it happened");
}

START_TEST(an_engine_that_is_over_looks_at_no_event_again)
{
	struct sim_event ev[3];

	for (uint32_t i = 0; i < 3; i++) {
		sim_event_init(a, &ev[i], 1, i, never);
		sim_event_at(a, &ev[i], 10 + i);
	}
	sim_event_cancel(a, &ev[0]); /* its entry is stale, not gone */
	sim_engine_over(a);
	ck_assert(sim_engine_idle(a));
	/* Memory that is somebody else's by now: armed, as it seems, and for a calendar to call. */
	memset(&ev[0], 0x7f, sizeof(ev[0]));
	memset(&ev[1], 0x7f, sizeof(ev[1]));
	sim_event_fini(a, &ev[2]);
	sim_engine_stop_at(a, 100);
	ck_assert_int_eq(sim_engine_run(a), -ECANCELED);
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, an_engine_that_is_over_looks_at_no_event_again);
	tcase_add_test(tc, a_parked_process_goes_on_in_the_engine_it_was_moved_to);
	tcase_add_test(tc, a_process_is_told_of_by_the_engine_it_is_in);
	tcase_add_test(tc, whoever_shares_the_program_is_told_whose_turn_it_is);
}

CHECK_MAIN("moving processes", add, setup, teardown)
