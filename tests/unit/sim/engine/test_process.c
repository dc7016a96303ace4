// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Processes on the calendar driver: delays, their stacks, and how a run ends. Waits that others end
 * are in test_wait.c.
 */
#include <errno.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sim/engine/engine.h"
#include "sim/engine/internal.h"

#include "processes.h"

#include "tests/lib/check-main.h"

static char trace[64];
static unsigned traced;
static uint64_t crowd_sum;

/* ---- delays ---- */

static void say(char c)
{
	trace[traced++] = c;
	trace[traced] = 0;
}

static void delays(void *arg)
{
	const char *name = arg;

	for (int i = 0; i < 3; i++) {
		say(name[0]);
		sim_delay(e, 10);
	}
}

START_TEST(processes_take_turns_as_their_delays_end)
{
	/* a at 0, 10, 20; b at 5, 15, 25; then each one's last delay ends: 3 + 1 events each. */
	process(delays, "a", 0);
	process(delays, "b", 5);
	ck_assert_int_eq(sim_engine_run(e), 0);
	ck_assert_str_eq(trace, "ababab");
	ck_assert_uint_eq(sim_now(e), 35);
	ck_assert_uint_eq(sim_engine_events(e), 8);
	ck_assert_uint_eq(sim_engine_ties(e), 0);
}
END_TEST

static void no_delay(void *arg)
{
	(void)arg;
	sim_delay(e, 0);
	ck_assert_uint_eq(sim_wait(e, 0), 0);
	say('x');
}

START_TEST(a_delay_of_nothing_is_no_event)
{
	process(no_delay, NULL, 3);
	ck_assert_int_eq(sim_engine_run(e), 0);
	ck_assert_str_eq(trace, "x");
	ck_assert_uint_eq(sim_engine_events(e), 1); /* its start */
}
END_TEST

static void five_delays_of_three_parts(void *arg)
{
	(void)arg;
	for (int i = 0; i < 5; i++) {
		for (int part = 0; part < 3; part++)
			sim_delay_part(e, 10);
		sim_delay_end(e);
	}
}

static void tick(void *arg)
{
	(void)arg;
	sim_delay(e, 10);
}

START_TEST(a_delay_in_parts_counts_as_one_event_and_its_parts_tie_with_nobody)
{
	/* Parts end at 10, 20, 40, 50, ..., where others start and wake; the ends at 30, 60, ... */
	for (int before = 0; before < 2; before++) {
		sim_time at = sim_now(e) + 5;

		sim_engine_reset_counts(e);
		if (before)
			process(five_delays_of_three_parts, NULL, at);
		for (sim_time i = 0; i < 5; i++)
			process(tick, NULL, at + 10 + 30 * i);
		if (!before)
			process(five_delays_of_three_parts, NULL, at);
		ck_assert_int_eq(sim_engine_run(e), 0);
		ck_assert_uint_eq(sim_now(e), at + 150);
		ck_assert_uint_eq(sim_engine_events(e), 1 + 5 + 10);
		ck_assert_uint_eq(sim_engine_ties(e), 0);
	}
}
END_TEST

START_TEST(a_part_between_two_events_that_tie_does_not_hide_their_tie)
{
	/* Two others start when the first part ends, the part before, between and after them. */
	for (int place = 0; place < 3; place++) {
		sim_time at = sim_now(e) + 5;

		sim_engine_reset_counts(e);
		for (int i = 0; i < 3; i++)
			if (i == place)
				process(five_delays_of_three_parts, NULL, at);
			else
				process(tick, NULL, at + 10);
		ck_assert_int_eq(sim_engine_run(e), 0);
		/* They tie as they start and as they end, one with the other. */
		ck_assert_uint_eq(sim_engine_ties(e), 2);
	}
}
END_TEST

static void who_am_i(void *arg)
{
	ck_assert_ptr_eq(sim_proc_arg(sim_proc_current(e)), arg);
	sim_delay(e, 1);
	ck_assert_ptr_eq(sim_proc_arg(sim_proc_current(e)), arg);
}

static void nobody(struct sim_engine *engine, struct sim_event *ev)
{
	(void)ev;
	ck_assert_ptr_null(sim_proc_current(engine));
}

START_TEST(the_current_process_is_known_and_in_a_callback_there_is_none)
{
	struct sim_event ev;
	int a, b;

	sim_event_init(e, &ev, 0, 0, nobody);
	sim_event_at(e, &ev, 0);
	process(who_am_i, &a, 0);
	process(who_am_i, &b, 0);
	ck_assert_ptr_null(sim_proc_current(e));
	sim_engine_run(e);
	ck_assert_ptr_null(sim_proc_current(e));
	ck_assert_uint_eq(sim_proc_count(e), 2);
}
END_TEST

/* ---- how a run ends ---- */

static void park_for_ever(void *arg)
{
	(void)arg;
	sim_park(e);
}

static void wait_for_ever(void *arg)
{
	(void)arg;
	sim_wait(e, SIM_NEVER);
}

struct census {
	unsigned parked, waiting, ended;
	uint32_t objects;
};

static void count_states(void *ctx, const struct sim_proc_info *info)
{
	struct census *c = ctx;

	c->parked += info->state == SIM_PROC_PARKED;
	c->waiting += info->state == SIM_PROC_WAITING;
	c->ended += info->state == SIM_PROC_ENDED;
	c->objects |= 1u << info->object;
	ck_assert_uint_eq(info->class, 1);
	ck_assert(!info->armed);
}

START_TEST(processes_that_wait_for_ever_are_a_deadlock_and_can_be_named)
{
	struct census c = { 0 };

	process(park_for_ever, NULL, 1);
	process(wait_for_ever, NULL, 2);
	process(delays, "a", 3);
	ck_assert_int_eq(sim_engine_run(e), -EDEADLK);
	ck_assert_uint_eq(sim_now(e), 33);
	sim_proc_for_each(e, count_states, &c);
	ck_assert_uint_eq(c.parked, 1);
	ck_assert_uint_eq(c.waiting, 1);
	ck_assert_uint_eq(c.ended, 1);
	ck_assert_uint_eq(c.objects, 7);
}
END_TEST

START_TEST(a_deadlock_before_the_stop_time_still_ends_the_window_at_the_stop_time)
{
	process(park_for_ever, NULL, 1);
	sim_engine_stop_at(e, 500);
	ck_assert_int_eq(sim_engine_run(e), -EDEADLK);
	ck_assert_uint_eq(sim_now(e), 500);
}
END_TEST

START_TEST(waiting_for_something_after_the_stop_time_is_no_deadlock)
{
	process(delays, "a", 0);
	sim_engine_stop_at(e, 15);
	ck_assert_int_eq(sim_engine_run(e), 0);
	ck_assert_str_eq(trace, "aa");
	ck_assert_uint_eq(sim_now(e), 15);
	/* Window after window, nothing is lost. */
	sim_engine_stop_at(e, 20);
	ck_assert_int_eq(sim_engine_run(e), 0);
	ck_assert_str_eq(trace, "aa");
	sim_engine_stop_at(e, 21);
	ck_assert_int_eq(sim_engine_run(e), 0);
	ck_assert_str_eq(trace, "aaa");
	sim_engine_stop_at(e, SIM_NEVER);
	ck_assert_int_eq(sim_engine_run(e), 0);
	ck_assert_uint_eq(sim_now(e), 30);
}
END_TEST

static void stop_the_run(void *arg)
{
	sim_engine_stop_at(e, sim_now(e) + *(sim_time *)arg);
	sim_delay(e, 1000);
	say('!');
}

START_TEST(a_process_can_end_the_run_now_or_later)
{
	sim_time now = 0, later = 7;

	process(stop_the_run, &now, 5);
	ck_assert_int_eq(sim_engine_run(e), 0);
	ck_assert_uint_eq(sim_now(e), 5);
	process(stop_the_run, &later, 6);
	sim_engine_stop_at(e, SIM_NEVER);
	ck_assert_int_eq(sim_engine_run(e), 0);
	ck_assert_uint_eq(sim_now(e), 13);
	ck_assert_uint_eq(traced, 0);
}
END_TEST

/* ---- many, and their stacks ---- */

#define CROWD 10000

static void in_the_crowd(void *arg)
{
	uint64_t n = (uint64_t)(uintptr_t)arg;
	volatile char frame[1000];

	frame[0] = (char)n;
	for (int i = 0; i < 10; i++)
		sim_delay(e, 1 + (n * 7919 + i) % 1000);
	crowd_sum += n + (uint64_t)(frame[0] != (char)n);
}

START_TEST(ten_thousand_processes_live_side_by_side)
{
	for (uintptr_t i = 0; i < CROWD; i++)
		process(in_the_crowd, (void *)i, i);
	ck_assert_int_eq(sim_engine_run(e), 0);
	ck_assert_uint_eq(crowd_sum, (uint64_t)CROWD * (CROWD - 1) / 2);
	ck_assert_uint_eq(sim_engine_events(e), 11 * CROWD);
	ck_assert_uint_eq(sim_proc_count(e), CROWD);
}
END_TEST

static void one_after_another(void *arg)
{
	uintptr_t left = (uintptr_t)arg;

	sim_delay(e, 1);
	if (left)
		process(one_after_another, (void *)(left - 1), sim_now(e) + 1);
}

START_TEST(a_process_that_ends_leaves_its_stack_to_another)
{
	process(one_after_another, (void *)5000, 0);
	ck_assert_int_eq(sim_engine_run(e), 0);
	ck_assert_uint_eq(sim_proc_count(e), 5001);
	ck_assert_uint_le(e->stacks.made, 32); /* one slab */
	ck_assert_uint_eq(e->stacks.nr_spare, e->stacks.made);
}
END_TEST

/* The ended process's callbacks run on its stack: it must not be given away before. */
static void start_another(struct sim_engine *engine, struct sim_event *ev)
{
	(void)engine;
	(void)ev;
	process(delays, "b", sim_now(e));
}

START_TEST(a_callback_after_the_end_of_a_process_may_start_another)
{
	struct sim_event ev;

	sim_event_init(e, &ev, 3, 0, start_another);
	process(delays, "a", 0);
	sim_event_at(e, &ev, 30); /* a ends at 30, class 1 before class 3 */
	ck_assert_int_eq(sim_engine_run(e), 0);
	ck_assert_str_eq(trace, "aaabbb");
}
END_TEST

static size_t resident(void *from, size_t bytes)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE), pages = 0;
	unsigned char in[64];

	ck_assert_uint_le(bytes / page, sizeof(in));
	ck_assert_int_eq(mincore(from, bytes, in), 0);
	for (size_t i = 0; i < bytes / page; i++)
		pages += in[i] & 1;
	return pages * page;
}

START_TEST(only_the_touched_pages_of_a_stack_are_resident)
{
	struct sim_proc *p = process(delays, "a", 0);

	sim_engine_stop_at(e, 5);
	sim_engine_run(e);
	ck_assert_uint_eq(e->stacks.size, (SIM_ASAN ? 4 : 1) * 64 * 1024);
	if (!SIM_ASAN)
		ck_assert_uint_le(resident(p->stack, e->stacks.size), 8192);
}
END_TEST

static void touch_below_the_stack(void *arg)
{
	struct sim_proc *p = sim_proc_current(e);
	volatile char *bottom = p->stack;

	if (arg)
		bottom[-1] = 1;
	bottom[0] = 1;
	_exit(0);
}

static int status_after_touching(void *arg)
{
	pid_t pid = fork();
	int status;

	if (!pid) {
		signal(SIGSEGV, SIG_DFL); /* also where a sanitizer has its own handler */
		process(touch_below_the_stack, arg, 0);
		sim_engine_run(e);
		_exit(1);
	}
	ck_assert_int_gt(pid, 0);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	return status;
}

START_TEST(a_guard_page_stands_below_each_stack)
{
	int status = status_after_touching(NULL);

	ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	status = status_after_touching(e);
	ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV);
}
END_TEST

static void park_deep(void *arg)
{
	volatile char frame[3000];
	uintptr_t depth = (uintptr_t)arg;

	frame[0] = frame[2999] = (char)depth;
	if (depth)
		park_deep((void *)(depth - 1));
	sim_park(e);
	frame[1] = frame[0];
}

START_TEST(an_engine_with_unfinished_processes_can_be_freed)
{
	/*
	 * Under LeakSanitizer, what it left behind would fail the program; under AddressSanitizer,
	 * so would what its frames left poisoned when the next engine's stacks come to lie there.
	 */
	for (uintptr_t round = 0; round < 5; round++) {
		for (int i = 0; i < 100; i++)
			process(park_deep, (void *)(4 - round), i);
		sim_proc_new(e, 1, next_object++, delays, "never started");
		sim_engine_stop_at(e, 50);
		ck_assert_int_eq(sim_engine_run(e), 0);
		teardown();
		setup();
	}
}
END_TEST

/* ---- misuse ---- */

static void delaying_callback(struct sim_engine *engine, struct sim_event *ev)
{
	(void)ev;
	sim_delay(engine, 1);
}

START_TEST(a_callback_that_waits_is_noticed)
{
	struct sim_event ev;

	sim_event_init(e, &ev, 0, 0, delaying_callback);
	sim_event_at(e, &ev, 1);
	sim_engine_run(e); /* aborts */
}
END_TEST

START_TEST(a_process_started_twice_is_noticed)
{
	sim_proc_start(e, process(delays, "a", 0), 1); /* aborts */
}
END_TEST

/* ---- lists ---- */

START_TEST(lists_of_processes_keep_the_order_of_arrival)
{
	struct sim_proc *p[4];
	void *list = NULL;

	for (int i = 0; i < 4; i++) {
		p[i] = sim_proc_new(e, 1, (uint32_t)i, delays, NULL);
		sim_procs_push(&list, p[i]);
	}
	ck_assert(sim_procs_remove(&list, p[3])); /* the last, */
	ck_assert(sim_procs_remove(&list, p[1])); /* one in the middle, */
	ck_assert(!sim_procs_remove(&list, p[1]));
	sim_procs_push(&list, p[1]);
	ck_assert_ptr_eq(sim_procs_pop(&list), p[0]);
	ck_assert_ptr_eq(sim_procs_pop(&list), p[2]);
	ck_assert(sim_procs_remove(&list, p[1])); /* and the only one */
	ck_assert_ptr_null(list);
	ck_assert_ptr_null(sim_procs_pop(&list));
	ck_assert(!sim_procs_remove(&list, p[0]));
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, processes_take_turns_as_their_delays_end);
	tcase_add_test(tc, a_delay_of_nothing_is_no_event);
	tcase_add_test(tc, a_delay_in_parts_counts_as_one_event_and_its_parts_tie_with_nobody);
	tcase_add_test(tc, a_part_between_two_events_that_tie_does_not_hide_their_tie);
	tcase_add_test(tc, the_current_process_is_known_and_in_a_callback_there_is_none);
	tcase_add_test(tc, processes_that_wait_for_ever_are_a_deadlock_and_can_be_named);
	tcase_add_test(tc, a_deadlock_before_the_stop_time_still_ends_the_window_at_the_stop_time);
	tcase_add_test(tc, waiting_for_something_after_the_stop_time_is_no_deadlock);
	tcase_add_test(tc, a_process_can_end_the_run_now_or_later);
	tcase_add_test(tc, ten_thousand_processes_live_side_by_side);
	tcase_add_test(tc, a_process_that_ends_leaves_its_stack_to_another);
	tcase_add_test(tc, a_callback_after_the_end_of_a_process_may_start_another);
	tcase_add_test(tc, only_the_touched_pages_of_a_stack_are_resident);
	tcase_add_test(tc, a_guard_page_stands_below_each_stack);
	tcase_add_test(tc, an_engine_with_unfinished_processes_can_be_freed);
	tcase_add_test_raise_signal(tc, a_callback_that_waits_is_noticed, SIGABRT);
	tcase_add_test_raise_signal(tc, a_process_started_twice_is_noticed, SIGABRT);
	tcase_add_test(tc, lists_of_processes_keep_the_order_of_arrival);
}

CHECK_MAIN("engine processes", add, setup, teardown)
