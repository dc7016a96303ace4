// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * FIFO locks and the queue statistics below them: closed forms of waits, hand-off costs, windows
 * that cut stays, and Little's identity, which must notice a broken instrument.
 */
#include <errno.h>
#include <signal.h>

#include "sim/engine/engine.h"
#include "sim/engine/internal.h"

#include "tests/lib/check-main.h"

#define CLASS 3

static struct sim_engine *e;
static struct sim_lock lock;
static char order[64];
static unsigned taken;
static sim_time owned_at[64];

static void setup(void)
{
	struct sim_engine_config cfg = { .check = true };

	e = sim_engine_new(&cfg);
	ck_assert_ptr_nonnull(e);
	sim_lock_setup(e, 8, NULL, NULL);
	sim_lock_init(&lock, CLASS);
	taken = 0;
}

static void teardown(void)
{
	sim_engine_free(e);
}

struct user {
	char name;
	uint16_t place;
	sim_time hold;
	unsigned times;
};

static void use_lock(void *arg)
{
	struct user *u = arg;

	for (unsigned i = 0; i < u->times; i++) {
		sim_lock_acquire(e, &lock, u->place);
		owned_at[taken] = sim_now(e);
		order[taken++] = u->name;
		order[taken] = 0;
		sim_delay(e, u->hold);
		sim_lock_release(e, &lock);
	}
}

static void user(struct user *u, sim_time at)
{
	struct sim_proc *p = sim_proc_new(e, 1, (uint32_t)u->name, use_lock, u);

	ck_assert_ptr_nonnull(p);
	sim_proc_start(e, p, at);
}

static const struct sim_lock_stats *stats(void)
{
	return sim_lock_stats(e, CLASS);
}

START_TEST(a_lock_fits_in_sixteen_bytes)
{
	ck_assert_uint_eq(sizeof(struct sim_lock), 16);
}
END_TEST

START_TEST(a_free_lock_is_owned_at_once_and_is_no_event)
{
	struct user a = { 'a', 0, 10, 3 };

	user(&a, 5);
	ck_assert_int_eq(sim_engine_run(e), 0);
	ck_assert_uint_eq(sim_now(e), 35);
	ck_assert_uint_eq(sim_engine_events(e), 4); /* start and three delays */
	ck_assert_uint_eq(stats()->acquired, 3);
	ck_assert_uint_eq(stats()->contended, 0);
	ck_assert_uint_eq(stats()->wait, 0);
	ck_assert_uint_eq(stats()->hold, 30);
	ck_assert(sim_lock_identity(e, CLASS));
}
END_TEST

START_TEST(waiters_are_served_in_order_of_arrival)
{
	/*
	 * a holds 100 from 0; c, b, d come at 1, 2, 3 and hold 10 each:
	 * c waits 99, b 108, d 117; sum 324.
	 */
	struct user a = { 'a', 0, 100, 1 }, b = { 'b', 1, 10, 1 }, c = { 'c', 2, 10, 1 },
		    d = { 'd', 3, 10, 1 };

	user(&a, 0);
	user(&c, 1);
	user(&b, 2);
	user(&d, 3);
	ck_assert_int_eq(sim_engine_run(e), 0);
	ck_assert_str_eq(order, "acbd");
	ck_assert_uint_eq(sim_now(e), 130);
	ck_assert_uint_eq(stats()->acquired, 4);
	ck_assert_uint_eq(stats()->contended, 3);
	ck_assert_uint_eq(stats()->wait, 324);
	ck_assert_uint_eq(stats()->max_wait, 117);
	ck_assert_uint_eq(stats()->hold, 130);
	ck_assert_uint_eq(stats()->wait_integral_lo, 324);
	ck_assert_uint_eq(stats()->wait_integral_hi, 0);
	ck_assert(sim_lock_identity(e, CLASS));
	ck_assert_uint_eq(stats()->acquired, 4); /* looking changes nothing */
	ck_assert_uint_eq(sim_lock_stats(e, CLASS + 1)->acquired, 0);
}
END_TEST

START_TEST(n_users_that_come_together_wait_as_the_closed_form_says)
{
	/* n at time 0, each holds h: waits 0, h, 2h, ...: sum n (n - 1) / 2 h. */
	static struct user u[40];

	for (unsigned i = 0; i < 40; i++) {
		u[i] = (struct user){ (char)('0' + i), (uint16_t)i, 7, 1 };
		user(&u[i], 0);
	}
	ck_assert_int_eq(sim_engine_run(e), 0);
	ck_assert_uint_eq(stats()->wait, 40 * 39 / 2 * 7);
	ck_assert_uint_eq(stats()->max_wait, 39 * 7);
	ck_assert_uint_eq(sim_now(e), 280);
	for (unsigned i = 0; i < 40; i++)
		ck_assert_uint_eq((unsigned char)order[i], '0' + i);
}
END_TEST

/* ---- hand-off ---- */

static struct handoff {
	uint16_t from, to, waiting;
} handoffs[16];
static unsigned nr_handoffs;

/* Five a place apart, and one more for each that goes on waiting. */
static sim_time distance(void *ctx, uint16_t from, uint16_t to, uint16_t waiting)
{
	ck_assert_ptr_eq(ctx, &lock);
	handoffs[nr_handoffs++] = (struct handoff){ from, to, waiting };
	return 5u * (uint16_t)(from < to ? to - from : from - to) + waiting;
}

START_TEST(a_hand_off_takes_its_time_and_ends_with_ownership)
{
	/*
	 * a (place 0) holds 0..100. b (place 2) waits since 1, c (place 2) since 2.
	 * 100: to b, 5 * 2 + 1 waiting = 11: b owns at 111, till 121. To c: same place, nothing.
	 */
	struct user a = { 'a', 0, 100, 1 }, b = { 'b', 2, 10, 1 }, c = { 'c', 2, 10, 1 };

	nr_handoffs = 0;
	sim_lock_setup(e, 8, distance, &lock);
	user(&a, 0);
	user(&b, 1);
	user(&c, 2);
	sim_engine_run(e);
	ck_assert_str_eq(order, "abc");
	ck_assert_uint_eq(owned_at[1], 111);
	ck_assert_uint_eq(owned_at[2], 121);
	ck_assert_uint_eq(nr_handoffs, 1);
	ck_assert_uint_eq(handoffs[0].from, 0);
	ck_assert_uint_eq(handoffs[0].to, 2);
	ck_assert_uint_eq(handoffs[0].waiting, 1);
	ck_assert_uint_eq(stats()->wait, 110 + 119);
	ck_assert_uint_eq(stats()->hold, 120); /* the hand-off is nobody's hold */
	ck_assert(sim_lock_identity(e, CLASS));
}
END_TEST

START_TEST(one_who_comes_during_a_hand_off_waits_behind)
{
	/* a: 0..10; b (place 3) waits since 1 and owns at 25; c comes at 12. */
	struct user a = { 'a', 0, 10, 1 }, b = { 'b', 3, 10, 1 }, c = { 'c', 3, 1, 1 };

	nr_handoffs = 0;
	sim_lock_setup(e, 8, distance, &lock);
	user(&a, 0);
	user(&b, 1);
	user(&c, 12);
	sim_engine_run(e);
	ck_assert_str_eq(order, "abc");
	ck_assert_uint_eq(owned_at[1], 25);
	ck_assert_uint_eq(owned_at[2], 35);
	ck_assert_uint_eq(stats()->contended, 2);
}
END_TEST

START_TEST(a_free_lock_held_last_at_another_place_costs_its_line_inside_the_hold)
{
	struct user a = { 'a', 0, 10, 1 }, b = { 'b', 4, 10, 2 };

	nr_handoffs = 0;
	sim_lock_setup(e, 8, distance, &lock);
	user(&a, 0);   /* nobody held it before: no cost */
	user(&b, 100); /* 20 for the line, then 10; then it is local */
	sim_engine_run(e);
	ck_assert_uint_eq(owned_at[0], 0);
	ck_assert_uint_eq(owned_at[1], 120);
	ck_assert_uint_eq(owned_at[2], 130);
	ck_assert_uint_eq(sim_now(e), 140);
	ck_assert_uint_eq(stats()->wait, 0);
	ck_assert_uint_eq(stats()->hold, 10 + 40);
	ck_assert_uint_eq(nr_handoffs, 1);
	ck_assert_uint_eq(handoffs[0].waiting, 0);
}
END_TEST

static void take_and_owe(void *arg)
{
	sim_time *owed = arg;

	*owed = sim_lock_take(e, &lock, 4);
	ck_assert_uint_eq(sim_now(e), 100); /* no time passes: it is owed */
	sim_delay(e, 10 + *owed);
	sim_lock_release(e, &lock);
}

START_TEST(the_time_of_the_line_can_be_owed_instead)
{
	struct user a = { 'a', 0, 10, 1 };
	sim_time owed = 0;

	nr_handoffs = 0;
	sim_lock_setup(e, 8, distance, &lock);
	user(&a, 0);
	sim_proc_start(e, sim_proc_new(e, 1, 1, take_and_owe, &owed), 100);
	sim_engine_run(e);
	ck_assert_uint_eq(owed, 20);
	ck_assert_uint_eq(stats()->hold, 10 + 30);
}
END_TEST

static void poke(void *arg)
{
	sim_unpark(e, arg, sim_now(e));
	sim_interrupt(e, arg, sim_now(e));
}

START_TEST(interrupts_and_permits_do_not_disturb_one_who_waits_for_a_lock)
{
	struct user a = { 'a', 0, 100, 1 }, b = { 'b', 1, 10, 1 };
	struct sim_proc *p = sim_proc_new(e, 1, 'b', use_lock, &b);

	user(&a, 0);
	sim_proc_start(e, p, 1);
	sim_proc_start(e, sim_proc_new(e, 2, 0, poke, p), 50);
	sim_engine_run(e);
	ck_assert_uint_eq(owned_at[1], 100);
	ck_assert_uint_eq(sim_now(e), 110);
}
END_TEST

/* ---- windows ---- */

START_TEST(stays_that_cross_the_ends_of_the_window_count_with_their_part_inside)
{
	/*
	 * a holds 0..100, b waits 10..100 and holds till 200, c waits 20..200. The window is
	 * 50..150: b waits 50 of it, c 100; a holds 50 of it, b 50.
	 */
	struct user a = { 'a', 0, 100, 1 }, b = { 'b', 1, 100, 1 }, c = { 'c', 2, 100, 1 };

	user(&a, 0);
	user(&b, 10);
	user(&c, 20);
	sim_engine_stop_at(e, 50);
	ck_assert_int_eq(sim_engine_run(e), 0);
	ck_assert_uint_eq(stats()->wait, 40 + 30);
	ck_assert(sim_lock_identity(e, CLASS));
	sim_engine_reset_counts(e);
	ck_assert_uint_eq(stats()->wait, 0);
	ck_assert_uint_eq(stats()->hold, 0);
	ck_assert(sim_lock_identity(e, CLASS));
	sim_engine_stop_at(e, 150);
	ck_assert_int_eq(sim_engine_run(e), 0);
	ck_assert_uint_eq(stats()->wait, 150);
	ck_assert_uint_eq(stats()->wait_integral_lo, 150);
	ck_assert_uint_eq(stats()->hold, 100);
	ck_assert_uint_eq(stats()->acquired, 1); /* b, at 100 */
	ck_assert_uint_eq(stats()->contended, 1);
	ck_assert_uint_eq(stats()->max_wait, 90); /* whole waits that ended in the window */
	ck_assert(sim_lock_identity(e, CLASS));
}
END_TEST

/* ---- the two instruments ---- */

START_TEST(littles_identity_holds_for_random_comings_and_goings)
{
	uint64_t rng = check_seed();
	struct sim_queue_stat q = { 0 };
	sim_time present[64], now = 0;
	unsigned n = 0;

	for (int i = 0; i < 20000; i++) {
		sim_u128 open = 0;

		now += check_random(&rng) % 1000;
		if (n < 64 && (!n || check_random(&rng) & 1)) {
			sim_queue_enter(&q, now);
			present[n++] = now;
		} else {
			unsigned k = (unsigned)(check_random(&rng) % n);

			sim_queue_leave(&q, present[k], now);
			present[k] = present[--n];
		}
		if (i % 1000 == 999)
			sim_queue_reset(&q, now);
		for (unsigned k = 0; k < n; k++)
			open += sim_queue_overlap(&q, present[k], now);
		ck_assert(sim_queue_identity(&q, now, open));
		ck_assert_uint_eq(q.length, n);
	}
}
END_TEST

START_TEST(an_integral_of_more_than_64_bits_is_exact)
{
	/* 1000 present for 2^60 ps: 1000 2^60 > 2^64. */
	struct sim_queue_stat q = { 0 };
	const sim_time end = 1ull << 60;

	for (int i = 0; i < 1000; i++)
		sim_queue_enter(&q, 0);
	ck_assert(sim_queue_area(&q, end) == (sim_u128)1000 << 60);
	ck_assert(sim_queue_identity(&q, end, (sim_u128)1000 << 60));
	for (int i = 0; i < 1000; i++)
		sim_queue_leave(&q, 0, end);
	ck_assert(sim_queue_identity(&q, end, 0));
	ck_assert_uint_eq(q.max_length, 1000);
	ck_assert_uint_eq(q.max_stay, end);
}
END_TEST

/* Each breaks one instrument in a way the other cannot follow. */
static void forget_a_stay(struct sim_queue_stat *q)
{
	q->stays -= 1;
}

static void wrong_length(struct sim_queue_stat *q)
{
	q->length++;
	sim_queue_enter(q, 70);
	sim_queue_leave(q, 70, 70);
}

static void lose_time(struct sim_queue_stat *q)
{
	q->changed += 5;
}

static void late_arrival(struct sim_queue_stat *q)
{
	sim_queue_enter(q, 60);
	sim_queue_leave(q, 61, 65);
}

START_TEST(a_broken_instrument_is_noticed)
{
	static void (*const damage[])(struct sim_queue_stat *) = { forget_a_stay, wrong_length,
								   lose_time, late_arrival };

	for (unsigned i = 0; i <= 4; i++) {
		struct sim_queue_stat q = { 0 };

		sim_queue_enter(&q, 10);
		sim_queue_enter(&q, 20);
		sim_queue_leave(&q, 10, 50);
		if (i < 4)
			damage[i](&q);
		ck_assert(sim_queue_identity(&q, 100, 80) == (i == 4));
	}
}
END_TEST

START_TEST(a_broken_instrument_of_a_lock_class_is_noticed)
{
	struct user a = { 'a', 0, 100, 1 }, b = { 'b', 1, 10, 1 };

	user(&a, 0);
	user(&b, 10);
	sim_engine_stop_at(e, 60);
	sim_engine_run(e);
	ck_assert(sim_lock_identity(e, CLASS));
	e->locks[CLASS].queue.area++;
	ck_assert(!sim_lock_identity(e, CLASS));
	e->locks[CLASS].queue.area--;
	e->locks[CLASS].queue.length++;
	sim_engine_stop_at(e, 120);
	sim_engine_run(e);
	ck_assert(!sim_lock_identity(e, CLASS));
}
END_TEST

START_TEST(releasing_a_free_lock_is_noticed)
{
	sim_lock_release(e, &lock); /* aborts */
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, a_lock_fits_in_sixteen_bytes);
	tcase_add_test(tc, a_free_lock_is_owned_at_once_and_is_no_event);
	tcase_add_test(tc, waiters_are_served_in_order_of_arrival);
	tcase_add_test(tc, n_users_that_come_together_wait_as_the_closed_form_says);
	tcase_add_test(tc, a_hand_off_takes_its_time_and_ends_with_ownership);
	tcase_add_test(tc, one_who_comes_during_a_hand_off_waits_behind);
	tcase_add_test(tc, a_free_lock_held_last_at_another_place_costs_its_line_inside_the_hold);
	tcase_add_test(tc, the_time_of_the_line_can_be_owed_instead);
	tcase_add_test(tc, interrupts_and_permits_do_not_disturb_one_who_waits_for_a_lock);
	tcase_add_test(tc, stays_that_cross_the_ends_of_the_window_count_with_their_part_inside);
	tcase_add_test(tc, littles_identity_holds_for_random_comings_and_goings);
	tcase_add_test(tc, an_integral_of_more_than_64_bits_is_exact);
	tcase_add_test(tc, a_broken_instrument_is_noticed);
	tcase_add_test(tc, a_broken_instrument_of_a_lock_class_is_noticed);
	tcase_add_test_raise_signal(tc, releasing_a_free_lock_is_noticed, SIGABRT);
}

CHECK_MAIN("engine locks", add, setup, teardown)
