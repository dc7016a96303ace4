// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The order of locks is the specification's (spec/vgic.md 1.3), outermost first:
 *	kvm->lock > vcpu->mutex > config_lock > cmd_lock > its_lock > lpi_xa.xa_lock
 *	> ap_list_lock > irq_lock
 * and the check that every port makes refuses each pair of them the other way round. Two AP lists
 * are held together in prune alone, through the nested form.
 */
#include <plat.h>

#include "tests/lib/port.h"

#include "tests/lib/check-main.h"

static const struct {
	enum plat_lock_class class;
	bool mutex;
} order[] = {
	{ LOCK_VM, true },	 { LOCK_VCPU, true },	    { LOCK_CONFIG, true },
	{ LOCK_ITS_CMD, true },	 { LOCK_ITS_TABLES, true }, { LOCK_LPI_INDEX, false },
	{ LOCK_AP_LIST, false }, { LOCK_IRQ, false },
};

#define NR PLAT_ARRAY_SIZE(order)

static struct plat_mutex mutexes[NR];
static struct plat_lock locks[NR];

static void setup(void)
{
	u32 i;

	port_reset();
	for (i = 0; i < NR; i++) {
		plat_mutex_init(&mutexes[i], order[i].class);
		plat_lock_init(&locks[i], order[i].class);
	}
}

static void take(u32 i)
{
	if (order[i].mutex)
		plat_mutex_lock(&mutexes[i]);
	else
		plat_lock(&locks[i]);
}

static void drop(u32 i)
{
	if (order[i].mutex)
		plat_mutex_unlock(&mutexes[i]);
	else
		plat_unlock(&locks[i]);
}

START_TEST(all_locks_nest_in_the_order_of_the_specification)
{
	u32 i;

	for (i = 0; i < NR; i++)
		take(i);
	for (i = NR; i--;)
		drop(i);
	ck_assert_uint_eq(port.violations, 0);
}
END_TEST

START_TEST(each_pair_the_other_way_round_is_a_violation)
{
	u32 outer;

	port.tolerate = true;
	for (outer = 0; outer < (u32)_i; outer++) {
		u64 before = port.violations;

		take((u32)_i);
		take(outer);
		ck_assert_msg(port.violations > before, "classes %u and %u", order[_i].class,
			      order[outer].class);
		drop(outer);
		drop((u32)_i);
	}
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, all_locks_nest_in_the_order_of_the_specification);
	tcase_add_loop_test(tc, each_pair_the_other_way_round_is_a_violation, 1, NR);
}

CHECK_MAIN("lock order", add, setup, NULL)
