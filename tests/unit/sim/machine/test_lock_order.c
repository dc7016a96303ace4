// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The order of locks is checked while the machine runs (spec/vgic.md 1.3): who takes them in any
 * other is an internal error that ends the program.
 */
#include "rig.h"

#include <signal.h>

#include <tests/lib/check-main.h>

static struct thread taker;
static struct plat_lock ap_list, another_ap_list, irq;
static struct plat_mutex config, tables;
static void (*what)(void);
static bool done;

static void body(struct thread *t)
{
	(void)t;
	what();
	done = true;
}

static void locks_and_a_thread(void)
{
	plat_lock_init(&ap_list, LOCK_AP_LIST);
	plat_lock_init(&another_ap_list, LOCK_AP_LIST);
	plat_lock_init(&irq, LOCK_IRQ);
	plat_mutex_init(&config, LOCK_CONFIG);
	plat_mutex_init(&tables, LOCK_ITS_TABLES);
	rig_thread(&taker, 0, true, body);
}

static void check(void (*fn)(void), const char *text)
{
	what = fn;
	rig.text = text;
	rig.host = locks_and_a_thread;
	rig_run();
}

#define CHECKED "run: {duration: 1 us}\nvms: [{}]\n"

static void in_order(void)
{
	plat_mutex_lock(&config);
	plat_mutex_lock(&tables);
	plat_lock(&ap_list);
	plat_lock_nested(&another_ap_list);
	plat_lock(&irq);
	plat_unlock(&irq);
	plat_unlock(&another_ap_list);
	plat_unlock(&ap_list);
	plat_mutex_unlock(&tables);
	ck_assert(plat_mutex_trylock(&tables));
	plat_mutex_unlock(&config);
	/* trying cannot deadlock */
	ck_assert(plat_mutex_trylock(&config));
	plat_mutex_unlock(&config);
	plat_mutex_unlock(&tables);
}

START_TEST(locks_in_order_of_rank_and_mutexes_that_are_tried_pass)
{
	check(in_order, CHECKED);
	ck_assert(done);
}
END_TEST

static void irq_then_list(void)
{
	plat_lock(&irq);
	plat_lock(&ap_list);
	plat_unlock(&ap_list);
	plat_unlock(&irq);
}

START_TEST(a_list_lock_under_an_irq_lock_is_an_internal_error)
{
	check(irq_then_list, CHECKED);
}
END_TEST

static void two_lists(void)
{
	plat_lock(&ap_list);
	plat_lock(&another_ap_list);
}

START_TEST(a_second_lock_of_a_class_must_be_nested)
{
	check(two_lists, CHECKED);
}
END_TEST

static void mutex_under_lock(void)
{
	plat_lock(&irq);
	plat_mutex_lock(&config);
}

START_TEST(a_mutex_under_a_spinlock_is_an_internal_error)
{
	check(mutex_under_lock, CHECKED);
}
END_TEST

static void tables_then_config(void)
{
	plat_mutex_lock(&tables);
	plat_mutex_lock(&config);
}

START_TEST(mutexes_against_their_order_are_an_internal_error)
{
	check(tables_then_config, CHECKED);
}
END_TEST

static void config_twice(void)
{
	static struct plat_mutex other;

	plat_mutex_init(&other, LOCK_CONFIG);
	plat_mutex_lock(&config);
	plat_mutex_lock(&other);
}

START_TEST(two_mutexes_of_a_class_are_an_internal_error)
{
	check(config_twice, CHECKED);
}
END_TEST

START_TEST(without_engine_check_nobody_looks)
{
	check(irq_then_list, "run: {duration: 1 us}\nengine: {check: false}\nvms: [{}]\n");
	ck_assert(done);
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, locks_in_order_of_rank_and_mutexes_that_are_tried_pass);
	tcase_add_test_raise_signal(tc, a_list_lock_under_an_irq_lock_is_an_internal_error,
				    SIGABRT);
	tcase_add_test_raise_signal(tc, a_second_lock_of_a_class_must_be_nested, SIGABRT);
	tcase_add_test_raise_signal(tc, a_mutex_under_a_spinlock_is_an_internal_error, SIGABRT);
	tcase_add_test_raise_signal(tc, mutexes_against_their_order_are_an_internal_error, SIGABRT);
	tcase_add_test_raise_signal(tc, two_mutexes_of_a_class_are_an_internal_error, SIGABRT);
	tcase_add_test(tc, without_engine_check_nobody_looks);
}

CHECK_MAIN("machine lock order", add, NULL, NULL)
