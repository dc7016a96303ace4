// SPDX-License-Identifier: GPL-2.0-or-later
/* The one-thread port itself: the rules it enforces are the rules of models/plat/user/plat.h. */
#include "tests/lib/port.h"

#include <signal.h>

#include "tests/lib/check-main.h"

static struct plat_lock ap_list, other_ap_list, irq;
static struct plat_mutex config;
static u32 visits;

static void setup(void)
{
	port_reset();
	plat_lock_init(&ap_list, LOCK_AP_LIST);
	plat_lock_init(&other_ap_list, LOCK_AP_LIST);
	plat_lock_init(&irq, LOCK_IRQ);
	plat_mutex_init(&config, LOCK_CONFIG);
	visits = 0;
}

START_TEST(locks_in_order_of_rank_are_no_violation)
{
	plat_mutex_lock(&config);
	plat_lock(&ap_list);
	plat_lock_nested(&other_ap_list);
	plat_lock(&irq);
	plat_unlock(&ap_list);
	plat_unlock(&irq);
	plat_unlock(&other_ap_list);
	plat_mutex_unlock(&config);
	ck_assert_uint_eq(port.acquired[LOCK_AP_LIST], 2);
	ck_assert_uint_eq(port.acquired[LOCK_IRQ], 1);
	ck_assert_uint_eq(port.used[COST_LOCK], 3);
}
END_TEST

START_TEST(a_lock_of_lower_rank_inside_is_a_violation)
{
	port.tolerate = true;
	plat_lock(&irq);
	plat_lock(&ap_list);
	ck_assert_uint_eq(port.violations, 1);
	plat_unlock(&ap_list);
	plat_unlock(&irq);
}
END_TEST

START_TEST(two_locks_of_a_class_need_the_nested_form)
{
	port.tolerate = true;
	plat_lock(&ap_list);
	plat_lock(&other_ap_list);
	ck_assert_uint_eq(port.violations, 1);
	plat_unlock(&other_ap_list);
	plat_unlock(&ap_list);
}
END_TEST

START_TEST(taking_a_lock_twice_is_a_violation)
{
	port.tolerate = true;
	plat_lock(&irq);
	plat_lock_nested(&irq);
	ck_assert_uint_eq(port.violations, 1);
	plat_unlock(&irq);
}
END_TEST

START_TEST(releasing_a_lock_that_is_free_is_a_violation)
{
	port.tolerate = true;
	plat_unlock(&irq);
	ck_assert_uint_eq(port.violations, 1);
}
END_TEST

START_TEST(a_mutex_under_a_spinlock_is_a_violation)
{
	port.tolerate = true;
	plat_lock(&irq);
	plat_mutex_lock(&config);
	ck_assert_uint_ge(port.violations, 1);
	plat_mutex_unlock(&config);
	plat_unlock(&irq);
}
END_TEST

START_TEST(allocating_under_a_spinlock_is_a_violation)
{
	port.tolerate = true;
	plat_lock(&irq);
	plat_free(plat_zalloc(8));
	ck_assert_uint_eq(port.violations, 1);
	plat_unlock(&irq);
}
END_TEST

START_TEST(a_mutex_that_is_held_is_refused_when_tried)
{
	plat_mutex_lock(&config);
	ck_assert(!plat_mutex_trylock(&config));
	plat_mutex_unlock(&config);
	ck_assert(plat_mutex_trylock(&config));
	plat_mutex_unlock(&config);
}
END_TEST

START_TEST(a_leak_is_a_violation)
{
	void *p = plat_zalloc(8);

	port.tolerate = true;
	port_assert_quiet();
	ck_assert_uint_eq(port.violations, 1);
	plat_free(p);
}
END_TEST

START_TEST(a_violation_ends_the_test)
{
	plat_lock(&irq);
	plat_zalloc(8);
}
END_TEST

START_TEST(the_chosen_allocation_fails_and_only_that)
{
	void *p;

	port.fail_at = 2;
	p = plat_zalloc(8);
	ck_assert_ptr_nonnull(p);
	plat_free(p);
	ck_assert_ptr_null(plat_zalloc(8));
	p = plat_zalloc(8);
	ck_assert_ptr_nonnull(p);
	plat_free(p);
	port.fail_after = true;
	ck_assert_ptr_null(plat_zalloc(8));
}
END_TEST

START_TEST(what_readers_may_hold_is_freed_when_they_have_left)
{
	u32 *p = plat_zalloc(sizeof(*p));

	*p = 7;
	plat_free_rcu(p);
	ck_assert_uint_eq(*p, 7);
	ck_assert_uint_eq(port.outstanding, 1);
	plat_rcu_sync();
	ck_assert_uint_eq(port.outstanding, 0);
}
END_TEST

START_TEST(each_use_of_a_primitive_is_counted_and_charged)
{
	port_set_costs(3);
	plat_cost(COST_LR_WRITE, 4);
	plat_cost(COST_LIST_STEP, 1);
	ck_assert_uint_eq(port.used[COST_LR_WRITE], 4);
	ck_assert_uint_eq(port.paid, 15);
}
END_TEST

static bool seen(void *arg)
{
	return *(u32 *)arg >= 3;
}

static void look(void *arg, void *object)
{
	(void)arg;
	ck_assert_ptr_null(object);
	visits++;
}

START_TEST(a_poll_ends_when_done_or_when_nobody_makes_progress)
{
	struct plat_waitq q = { NULL };

	ck_assert_int_eq(plat_poll(&q, seen, &visits, 100, 1000), -ETIMEDOUT);
	port.poll = look;
	ck_assert_int_eq(plat_poll(&q, seen, &visits, 100, 1000), 0);
	ck_assert_uint_eq(visits, 3);
	visits = 0;
	ck_assert_int_eq(plat_poll(&q, seen, &visits, 100, 200), -ETIMEDOUT);
	ck_assert_uint_eq(visits, 2);
}
END_TEST

static void hardware(void *arg, void *its_port)
{
	(void)arg;
	(void)its_port;
	visits++;
	plat_free(plat_zalloc(8));
}

/* A driver writes CWRITER under its lock; what the ITS then does, it does not do under it. */
START_TEST(hardware_may_allocate_under_the_drivers_lock)
{
	port.its_work = hardware;
	plat_lock(&irq);
	plat_its_work(&visits);
	plat_unlock(&irq);
	ck_assert_uint_eq(visits, 1);
	ck_assert_uint_eq(port_count(PORT_ITS_WORK, &visits), 1);
}
END_TEST

/* While the hook runs, locks of the interrupted actor do not count for the order. */
static void other_actor(void *arg, enum port_point point)
{
	(void)arg;
	visits++;
	if (point == PORT_AT_SYNC && !port_would_block(&ap_list)) {
		plat_lock(&ap_list);
		plat_free(plat_zalloc(8));
		plat_unlock(&ap_list);
	}
}

START_TEST(another_actor_comes_in_at_each_lock_and_sync)
{
	port.tolerate = true;
	port_interleave(other_actor);
	plat_lock(&irq);
	ck_assert_uint_eq(visits, 1);
	plat_sync();
	ck_assert_uint_eq(visits, 2);
	ck_assert_uint_eq(port.acquired[LOCK_AP_LIST], 1);
	/* Its own allocation under its own lock is still a violation; its order is not. */
	ck_assert_uint_eq(port.violations, 1);
	plat_unlock(&irq);
	ck_assert_uint_eq(visits, 3);
}
END_TEST

static struct port_process first, second;

static void count_point(void *arg, enum port_point point)
{
	(void)arg;
	(void)point;
	visits++;
}

/* The lock that the second process waits for is released by the first one. */
static void let_holder_run(void *arg, const void *lock)
{
	(void)arg;
	ck_assert_ptr_eq(lock, &irq);
	port_switch(&second, &first);
	plat_unlock(&irq);
	port_switch(&first, &second);
}

START_TEST(processes_have_locks_of_their_own_and_wait_for_each_other)
{
	visits = 0;
	memset(&first, 0, sizeof(first));
	memset(&second, 0, sizeof(second));
	port_processes(count_point, let_holder_run);
	plat_lock(&irq);
	port_switch(&first, &second);
	ck_assert_uint_eq(port.nr_held + port.nr_spin, 0);
	plat_lock(&ap_list); /* of lower rank: but this process holds nothing */
	plat_lock(&irq);
	ck_assert_uint_eq(port.nr_held, 2);
	ck_assert_uint_eq(first.nr_held, 0);
	ck_assert(port_would_block(&irq));
	plat_unlock(&irq);
	plat_unlock(&ap_list);
	ck_assert_uint_eq(visits, 6);
	port_processes(NULL, NULL);
	plat_lock(&irq);
	plat_unlock(&irq);
	ck_assert_uint_eq(visits, 6);
}
END_TEST

static void add_size(void *arg, void *block, size_t size)
{
	ck_assert_int_eq(*(char *)block, 0);
	*(size_t *)arg += size;
}

START_TEST(all_blocks_that_are_not_freed_can_be_gone_through)
{
	void *block[3] = { plat_zalloc(1), plat_zalloc(20), plat_zalloc(300) };
	size_t sum = 0;

	port_each_block(add_size, &sum);
	ck_assert_uint_eq(sum, 321);
	plat_free(block[1]);
	sum = 0;
	port_each_block(add_size, &sum);
	ck_assert_uint_eq(sum, 301);
	plat_free(block[2]);
	plat_free(block[0]);
	sum = 0;
	port_each_block(add_size, &sum);
	ck_assert_uint_eq(sum, 0);
}
END_TEST

START_TEST(the_log_is_numbered_and_names_objects)
{
	int vm = 0, pe0 = 0, pe1 = 0, nameless = 0;
	char *text;

	port_name(&vm, "vm");
	port_name(&pe0, "pe0");
	port_name(&pe1, "pe1");
	plat_event(EV_IRQ_PENDED, &vm, 2, 8192, NULL, 18446744073709551615ull);
	plat_line(&pe0, PLAT_LINE_VIRQ, true);
	plat_sgi(&pe0, &pe1, 3);
	plat_kick_pe(&nameless);
	plat_wake_vcpu(&vm);
	text = port_log();
	ck_assert_str_eq(text, "1 pended: vm 2 intid 8192 arg 18446744073709551615\n"
			       "2 line: pe0 virq 1\n"
			       "3 sgi: pe0 to pe1 intid 3\n"
			       "4 kick: object1\n"
			       "5 wake: vm\n");
	free(text);
	ck_assert_uint_eq(port_count(PORT_KICK, NULL), 1);
	ck_assert_uint_eq(port_count_events(EV_IRQ_PENDED), 1);
	ck_assert_uint_eq(port_last_event(EV_IRQ_PENDED)->intid, 8192);
	ck_assert(port_line(&pe0, PLAT_LINE_VIRQ) && !port_line(&pe0, PLAT_LINE_IRQ));
}
END_TEST

START_TEST(a_line_of_the_log_is_cut_to_its_buffer)
{
	struct port_record r = { .kind = PORT_KICK };
	char buf[12];

	memset(buf, 'x', sizeof(buf));
	ck_assert_uint_eq(port_record_text(buf, 10, 1, &r, "a long name", "-"), 9);
	ck_assert_str_eq(buf, "1 kick: a");
	ck_assert_int_eq(buf[10], 'x');
}
END_TEST

/* Every bit position, and sums of them. */
START_TEST(bit_helpers_agree_with_counting)
{
	u64 seed = check_seed();
	u32 i, j;

	for (i = 0; i < 64; i++) {
		ck_assert_uint_eq(plat_ffs64(PLAT_BIT64(i)), i);
		ck_assert_uint_eq(plat_fls64(PLAT_BIT64(i)), i);
		ck_assert_uint_eq(plat_popcount64(PLAT_MASK64(63, i)), 64 - i);
	}
	for (i = 0; i < 1000; i++) {
		u64 v = check_random(&seed);
		u32 count = 0;

		for (j = 0; j < 64; j++)
			count += v >> j & 1;
		ck_assert_uint_eq(plat_popcount64(v), count);
		ck_assert_uint_eq(PLAT_GET(v, 47, 12), v << 16 >> 28);
		ck_assert_uint_eq(PLAT_PUT(v, 47, 12), v << 28 >> 16);
	}
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, locks_in_order_of_rank_are_no_violation);
	tcase_add_test(tc, a_lock_of_lower_rank_inside_is_a_violation);
	tcase_add_test(tc, two_locks_of_a_class_need_the_nested_form);
	tcase_add_test(tc, taking_a_lock_twice_is_a_violation);
	tcase_add_test(tc, releasing_a_lock_that_is_free_is_a_violation);
	tcase_add_test(tc, a_mutex_under_a_spinlock_is_a_violation);
	tcase_add_test(tc, allocating_under_a_spinlock_is_a_violation);
	tcase_add_test(tc, a_mutex_that_is_held_is_refused_when_tried);
	tcase_add_test(tc, a_leak_is_a_violation);
	tcase_add_test_raise_signal(tc, a_violation_ends_the_test, SIGABRT);
	tcase_add_test(tc, the_chosen_allocation_fails_and_only_that);
	tcase_add_test(tc, what_readers_may_hold_is_freed_when_they_have_left);
	tcase_add_test(tc, each_use_of_a_primitive_is_counted_and_charged);
	tcase_add_test(tc, a_poll_ends_when_done_or_when_nobody_makes_progress);
	tcase_add_test(tc, hardware_may_allocate_under_the_drivers_lock);
	tcase_add_test(tc, another_actor_comes_in_at_each_lock_and_sync);
	tcase_add_test(tc, processes_have_locks_of_their_own_and_wait_for_each_other);
	tcase_add_test(tc, all_blocks_that_are_not_freed_can_be_gone_through);
	tcase_add_test(tc, the_log_is_numbered_and_names_objects);
	tcase_add_test(tc, a_line_of_the_log_is_cut_to_its_buffer);
	tcase_add_test(tc, bit_helpers_agree_with_counting);
}
CHECK_MAIN("one-thread port", add, setup, port_assert_quiet)
