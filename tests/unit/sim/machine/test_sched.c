// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The host's scheduler, with threads that only compute: slices, placement, preemption by those who
 * wake, pinning, the tick.
 */
#include "rig.h"

#include <tests/lib/check-main.h>

#define HOST(pes, sched) \
	"run: {duration: 1 ms}\n" \
	"host: {pes: " #pes ", sched: {" sched "}}\n" \
	"vms: [{its: false}]\n"

#define THREADS 4

static struct thread thread[THREADS];
static u64 done[THREADS]; /* ps computed */
static sim_time at[THREADS];

static u32 number(const struct thread *t)
{
	return (u32)(t - thread);
}

static void compute_for_ever(struct thread *t)
{
	for (;;) {
		rig_burn(t, rig_us(1));
		done[number(t)] += rig_us(1);
	}
}

/* ---- slices ---- */

static void three_on_one_pe(void)
{
	for (u32 i = 0; i < 3; i++)
		rig_thread(&thread[i], 0, true, compute_for_ever);
}

static void equal_thirds(void)
{
	/* 1 ms is 10 rounds of three slices of 33.333 us, and 10 ns: nobody is a slice ahead. */
	for (u32 i = 0; i < 3; i++)
		ck_assert_uint_le(done[i] > rig_us(333) ? done[i] - rig_us(333)
							: rig_us(333) - done[i],
				  rig_us(34));
	ck_assert_uint_eq(rig_m->metrics.v[REC_M_SCHED_PREEMPTIONS], 30);
}

START_TEST(threads_of_a_pe_take_turns_of_one_time_slice)
{
	static const char text[] = "run: {duration: 1 ms}\n"
				   "host: {pes: 1, sched: {timeslice: 33333 ns}}\n"
				   "vms: [{its: false}]\n";

	rig.text = text;
	rig.host = three_on_one_pe;
	rig.check = equal_thirds;
	rig_run();
}
END_TEST

static void one_alone(void)
{
	rig_thread(&thread[0], 0, true, compute_for_ever);
}

static void never_interrupted(void)
{
	ck_assert_uint_ge(done[0], rig_us(999));
	ck_assert_uint_eq(rig_m->metrics.v[REC_M_SCHED_SWITCHES], 1);
}

START_TEST(a_thread_alone_on_its_pe_runs_on)
{
	rig.text = HOST(1, "timeslice: 10 us");
	rig.host = one_alone;
	rig.check = never_interrupted;
	rig_run();
}
END_TEST

/* ---- placement ---- */

static void two_free_ones(void)
{
	rig_thread(&thread[0], 0, false, compute_for_ever);
	rig_thread(&thread[1], 0, false, compute_for_ever);
	rig_thread(&thread[2], 0, true, compute_for_ever);
}

static void the_free_ones_spread(void)
{
	ck_assert_ptr_ne(thread[0].pe, thread[1].pe);
	ck_assert_ptr_eq(thread[2].pe, &rig_m->pes[0]);
	/* Three PEs, of which the pinned one shares the first with whoever came there first. */
	ck_assert_uint_ge(done[1], rig_us(990));
}

START_TEST(a_free_thread_wakes_on_an_idle_pe_and_a_pinned_one_on_its_own)
{
	rig.text = HOST(3, "timeslice: 100 us");
	rig.host = two_free_ones;
	rig.check = the_free_ones_spread;
	rig_run();
}
END_TEST

/* ---- preemption ---- */

/* Sleeps until thread 2 wakes it, notes when it runs. */
static void sleeper(struct thread *t)
{
	thread_block(t);
	at[number(t)] = sim_now(rig_m->e);
	rig_burn(t, rig_us(1));
}

static void waker(struct thread *t)
{
	rig_burn(t, rig_us(400));
	at[number(t)] = sim_now(rig_m->e);
	thread_wake(&thread[1]);
}

static void a_sleeper_and_its_waker(void)
{
	rig_thread(&thread[1], 0, true, sleeper);
	rig_thread(&thread[0], 0, true, compute_for_ever);
	rig_thread(&thread[2], 1, true, waker);
}

static void at_once(void)
{
	/* The computing thread is ahead by 400 us, more than the granularity. */
	ck_assert_uint_eq(at[1], at[2]);
}

START_TEST(a_thread_that_wakes_preempts_one_that_has_run_longer)
{
	rig.text = HOST(2, "timeslice: 10 ms, wakeup_granularity: 399 us");
	rig.host = a_sleeper_and_its_waker;
	rig.check = at_once;
	rig_run();
}
END_TEST

static void not_yet(void)
{
	ck_assert_uint_eq(at[2], rig_us(400));
	ck_assert_uint_eq(at[1], 0);
}

START_TEST(a_thread_that_wakes_within_the_granularity_waits)
{
	/* Credited with half a slice, 5 ms, at most: it never ran, so it is 400 us behind. */
	rig.text = HOST(2, "timeslice: 10 ms, wakeup_granularity: 401 us");
	rig.host = a_sleeper_and_its_waker;
	rig.check = not_yet;
	rig_run();
}
END_TEST

static void after_the_slice(void)
{
	/* Thread 0 began at 0 and has company from 400 us on: its slice is long over then. */
	ck_assert_uint_ge(at[1], rig_us(400));
	ck_assert_uint_le(at[1], rig_us(401));
}

START_TEST(without_wakeup_preemption_the_end_of_the_slice_decides)
{
	rig.text = HOST(2, "timeslice: 100 us, wakeup_preemption: false");
	rig.host = a_sleeper_and_its_waker;
	rig.check = after_the_slice;
	rig_run();
}
END_TEST

/* ---- blocking while a vCPU's state is on the PE ---- */

static struct plat_mutex mutex;
static u64 rounds;

/* Loses its PE while it waits for the mutex: its state is put, which takes 1 us. */
static void contender(struct vcpu *c)
{
	for (;; rounds++) {
		guest_compute(c, rig_ns(1700));
		vcpu_exit(c, EXIT_HVC64);
		plat_mutex_lock(&mutex);
		ck_assert_ptr_eq(c->thread.pe->current, &c->thread);
		plat_mutex_unlock(&mutex);
		vcpu_enter(c);
	}
}

static void holder(struct thread *t)
{
	for (u64 i = 0;; i++) {
		plat_mutex_lock(&mutex);
		/* Another length each time: the release meets each moment of the put. */
		rig_burn(t, rig_ns(1 + i * 37 % 3000));
		plat_mutex_unlock(&mutex);
		rig_burn(t, rig_ns(1 + i * 11 % 500));
	}
}

static void a_holder(void)
{
	plat_mutex_init(&mutex, LOCK_CONFIG);
	rig_thread(&thread[0], 1, true, holder);
}

static void many_rounds(void)
{
	ck_assert_uint_ge(rounds, 100);
}

START_TEST(a_wakeup_that_comes_while_a_vcpu_is_put_is_neither_lost_nor_served_twice)
{
	static const struct rig_price prices[] = { { "vcpu-put", "1 us" },
						   { "thread-wakeup", "90 ns" } };

	rig.text = "run: {duration: 2 ms}\nhost: {pes: 3}\n"
		   "vms: [{its: false, pin: none}]\n";
	rig.prices = prices;
	rig.nr_prices = 2;
	rig.guest = contender;
	rig.host = a_holder;
	rig.check = many_rounds;
	rig_run();
}
END_TEST

/* ---- pinning ---- */

static void pinner(struct thread *t)
{
	rig_burn(t, rig_us(100));
	thread_pin(&thread[0], &rig_m->pes[2]);
	rig_burn(t, rig_us(50));
	ck_assert_ptr_eq(thread[0].pe, &rig_m->pes[2]);
	at[1] = 1;
}

static void a_runner_and_a_pinner(void)
{
	rig_thread(&thread[0], 0, true, compute_for_ever);
	rig_thread(&thread[1], 1, true, pinner);
}

static void moved(void)
{
	ck_assert_uint_eq(at[1], 1);
	ck_assert_uint_ge(done[0], rig_us(990));
}

START_TEST(a_running_thread_that_is_pinned_elsewhere_moves_there)
{
	rig.text = HOST(3, "timeslice: 1 ms");
	rig.host = a_runner_and_a_pinner;
	rig.check = moved;
	rig_run();
}
END_TEST

static void sleep_for_ever(struct thread *t)
{
	for (;;)
		thread_block(t);
}

static void compute_and_sleep(struct thread *t)
{
	rig_burn(t, rig_us(300));
	sleep_for_ever(t);
}

static void pin_the_sleeper(struct thread *t)
{
	struct pe *from = &rig_m->pes[0], *to = &rig_m->pes[2];
	s64 ahead;

	rig_burn(t, rig_us(500));
	ck_assert_int_ge(to->min_vruntime, (s64)rig_us(300));
	ahead = thread[0].vruntime - from->min_vruntime;
	thread_pin(&thread[0], to);
	ck_assert_int_eq(thread[0].vruntime - to->min_vruntime, ahead);
	at[1] = 1;
}

static void a_sleeper_a_busy_pe_and_a_pinner(void)
{
	rig_thread(&thread[0], 0, true, sleep_for_ever);
	rig_thread(&thread[1], 1, true, pin_the_sleeper);
	rig_thread(&thread[2], 2, true, compute_and_sleep);
}

static void pinned(void)
{
	ck_assert_uint_eq(at[1], 1);
}

START_TEST(a_thread_that_is_pinned_elsewhere_stays_as_far_ahead_as_it_was)
{
	rig.text = HOST(3, "timeslice: 1 ms");
	rig.host = a_sleeper_a_busy_pe_and_a_pinner;
	rig.check = pinned;
	rig_run();
}
END_TEST

/* ---- the tick ---- */

static void half_busy(struct thread *t)
{
	rig_burn(t, rig_us(500));
	for (;;)
		thread_block(t);
}

static void one_half_busy(void)
{
	rig_thread(&thread[0], 0, true, half_busy);
}

static void ticks_while_busy(void)
{
	/* Ticks at 50, 100, ..., 500 us on PE 0, each of 1 us, which make the 500 us last 510. */
	ck_assert_uint_ge(rig_m->pes[0].spent[PE_HOST], rig_us(510));
	ck_assert_uint_eq(plat_user.cost_uses[COST_TICK], 10);
	ck_assert_uint_eq(rig_m->pes[1].spent[PE_HOST], 0);
}

START_TEST(a_busy_pe_has_a_tick_and_an_idle_one_has_none)
{
	static const struct rig_price prices[] = { { "sched-tick", "1 us" } };

	rig.text = HOST(2, "tick: 50 us");
	rig.prices = prices;
	rig.nr_prices = 1;
	rig.host = one_half_busy;
	rig.check = ticks_while_busy;
	rig_run();
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, threads_of_a_pe_take_turns_of_one_time_slice);
	tcase_add_test(tc, a_thread_alone_on_its_pe_runs_on);
	tcase_add_test(tc, a_free_thread_wakes_on_an_idle_pe_and_a_pinned_one_on_its_own);
	tcase_add_test(tc, a_thread_that_wakes_preempts_one_that_has_run_longer);
	tcase_add_test(tc, a_thread_that_wakes_within_the_granularity_waits);
	tcase_add_test(tc, without_wakeup_preemption_the_end_of_the_slice_decides);
	tcase_add_test(tc,
		       a_wakeup_that_comes_while_a_vcpu_is_put_is_neither_lost_nor_served_twice);
	tcase_add_test(tc, a_running_thread_that_is_pinned_elsewhere_moves_there);
	tcase_add_test(tc, a_thread_that_is_pinned_elsewhere_stays_as_far_ahead_as_it_was);
	tcase_add_test(tc, a_busy_pe_has_a_tick_and_an_idle_one_has_none);
}

CHECK_MAIN("machine scheduler", add, NULL, NULL)
