// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The order of AP lists (spec/vgic.md 1.7): both generations' comparisons as tables, and what each
 * order policy does that its neighbour does not.
 */
#include "vgic-world.h"

static struct world w;

enum { ACTIVE = 1, PENDING = 2, ENABLED = 4, HARD = 8, GROUP1 = 16, AWAY = 32 };

/* Rank in the order of 6.19: the lower goes first, equal ones stay as they are. */
static const struct ranked {
	u32 state;
	u8 priority;
	u32 rank;
} ranked[] = {
	{ PENDING | ENABLED | HARD | GROUP1, 0x20, 0 },
	{ PENDING | ENABLED | GROUP1, 0x20, 1 },
	{ PENDING | ENABLED | GROUP1, 0x80, 2 },
	{ ACTIVE | ENABLED | GROUP1, 0x20, 10 },
	{ ACTIVE | ENABLED | GROUP1, 0x80, 20 },
	{ ACTIVE | PENDING | ENABLED | GROUP1, 0x80, 20 },
	/* its group is off */
	{ PENDING | ENABLED, 0x10, 31 },
	{ PENDING | ENABLED, 0x80, 32 },
	/* not ours to present: disabled, active on another vCPU's list */
	{ PENDING | GROUP1, 0x20, 90 },
	{ ACTIVE | ENABLED | GROUP1 | AWAY, 0x20, 90 },
};

static struct vgic_irq irq_of(const struct ranked *r)
{
	bool away = r->state & AWAY;

	return (struct vgic_irq){ .vcpu = vcpu(&w, away),
				  .target = vcpu(&w, 0),
				  .active = r->state & ACTIVE ? 1 : 0,
				  .pending_latch = r->state & PENDING ? 1 : 0,
				  .enabled = r->state & ENABLED ? 1 : 0,
				  .hw = r->state & HARD ? 1 : 0,
				  .group = r->state & GROUP1 ? 1 : 0,
				  .priority = r->priority };
}

static int sign(int x)
{
	return (x > 0) - (x < 0);
}

/* Active first and equal among themselves; then waiting ones by priority; then the rest, equal. */
static int old_rule(const struct ranked *a, const struct ranked *b)
{
	u32 wait = PENDING | ENABLED;
	bool a_waits = (a->state & wait) == wait, b_waits = (b->state & wait) == wait;

	if ((a->state | b->state) & ACTIVE)
		return (int)(b->state & ACTIVE) - (int)(a->state & ACTIVE);
	if (a_waits && b_waits)
		return sign((int)a->priority - (int)b->priority);
	return (int)b_waits - (int)a_waits;
}

START_TEST(the_old_order_puts_active_first_then_waiting_by_priority)
{
	u32 i, k;

	world_open(&w, VGIC_V3, 2, world_policy_61());
	for (i = 0; i < PLAT_ARRAY_SIZE(ranked); i++)
		for (k = 0; k < PLAT_ARRAY_SIZE(ranked); k++) {
			struct vgic_irq a = irq_of(&ranked[i]), b = irq_of(&ranked[k]);

			ck_assert_msg(sign(vgic_order_old(&a, &b)) ==
					      old_rule(&ranked[i], &ranked[k]),
				      "rows %u and %u", i, k);
		}
	world_close(&w);
}
END_TEST

START_TEST(the_order_of_619_puts_waiting_before_active_and_hardware_before_software)
{
	u32 i, k;

	world_open(&w, VGIC_V3, 2, world_policy_619());
	for (i = 0; i < PLAT_ARRAY_SIZE(ranked); i++)
		for (k = 0; k < PLAT_ARRAY_SIZE(ranked); k++) {
			struct vgic_irq a = irq_of(&ranked[i]), b = irq_of(&ranked[k]);
			int want = sign((int)ranked[i].rank - (int)ranked[k].rank);

			ck_assert_msg(sign(vgic_order_619(vcpu(&w, 0), &a, &b)) == want,
				      "rows %u and %u", i, k);
		}
	world_close(&w);
}
END_TEST

/* ---- what the policies do ---- */

static struct vgic_policy with_order(enum vgic_order_policy order)
{
	struct vgic_policy p = world_policy_61();

	p.order = (u8)order;
	return p;
}

static void queue_lpi(u32 n, u8 priority)
{
	struct vgic_irq *irq = world_lpi(&w, n, 0, priority);

	raise_irq(&w, irq);
	vgic_put_irq(w.vm, irq);
}

static void list_is(u32 nr, const u32 *want)
{
	struct vgic_irq *irq;
	u32 i = 0;

	plat_list_for_each(irq, &vcpu(&w, 0)->ap->head, ap_link) {
		ck_assert_uint_lt(i, nr);
		ck_assert_uint_eq(irq->intid - VGIC_LPI_BASE, want[i++]);
	}
	ck_assert_uint_eq(i, nr);
	ck_assert_uint_eq(vcpu(&w, 0)->ap->len, nr);
}

#define LIST_IS(...) \
	list_is(sizeof((u32[]){ __VA_ARGS__ }) / sizeof(u32), (const u32[]){ __VA_ARGS__ })

/* Equal 5-bit priorities, different 8-bit ones: 0xa0, 0xa4 and 0xa0 again, then a high one. */
static void queue_four(enum vgic_order_policy order)
{
	world_open(&w, VGIC_V3, 1, with_order(order));
	queue_lpi(1, 0xa4);
	queue_lpi(2, 0xa0);
	queue_lpi(3, 0x40);
	queue_lpi(4, 0xa0);
}

START_TEST(sort_on_overflow_keeps_the_order_of_arrival)
{
	queue_four(VGIC_ORDER_OLD);
	LIST_IS(1, 2, 3, 4);
	load_enter(&w, 0);
	LIST_IS(1, 2, 3, 4);
	ck_assert_uint_eq(port.used[COST_SORT_COMPARE], 0);
	leave(&w, 0);
	queue_lpi(5, 0x80);
	enter(&w, 0);
	LIST_IS(3, 5, 2, 4, 1);
	ck_assert_uint_gt(port.used[COST_SORT_COMPARE], 0);
	leave_put(&w, 0);
	world_close(&w);
}
END_TEST

START_TEST(always_sorted_orders_by_the_whole_priority_and_never_sorts)
{
	queue_four(VGIC_ORDER_SORTED);
	LIST_IS(3, 2, 4, 1);
	queue_lpi(5, 0x80);
	LIST_IS(3, 5, 2, 4, 1);
	load_enter(&w, 0);
	ck_assert_uint_eq(port.used[COST_SORT_COMPARE], 0);
	ck_assert_uint_eq(lr_intid(&w, 0, 0), LPI(3));
	leave_put(&w, 0);
	world_close(&w);
}
END_TEST

START_TEST(buckets_order_by_priority_level_and_keep_arrival_within_one)
{
	queue_four(VGIC_ORDER_BUCKETS);
	LIST_IS(3, 1, 2, 4);
	queue_lpi(5, 0x80);
	LIST_IS(3, 5, 1, 2, 4);
	load_enter(&w, 0);
	ck_assert_uint_eq(port.used[COST_SORT_COMPARE], 0);
	leave_put(&w, 0);
	world_close(&w);
}
END_TEST

/* n interrupts of rising urgency: the sorted list walks past all of them, the buckets past none. */
static u64 steps_to_queue(enum vgic_order_policy order, u32 nr)
{
	u64 before;
	u32 i;

	world_open(&w, VGIC_V3, 1, with_order(order));
	for (i = 0; i < nr; i++)
		world_spi(&w, i, 0, (u8)(0xf8 - 8 * i), VGIC_EDGE);
	before = port.used[COST_LIST_STEP];
	for (i = 0; i < nr; i++)
		raise_irq(&w, spi(&w, i));
	before = port.used[COST_LIST_STEP] - before;
	world_close(&w);
	return before;
}

START_TEST(a_sorted_insertion_walks_and_a_bucket_is_found_at_once)
{
	ck_assert_uint_eq(steps_to_queue(VGIC_ORDER_SORTED, 16), 16 * 15 / 2);
	ck_assert_uint_eq(steps_to_queue(VGIC_ORDER_BUCKETS, 16), 0);
	ck_assert_uint_eq(steps_to_queue(VGIC_ORDER_OLD, 16), 0);
}
END_TEST

static void remove_lpi(u32 n)
{
	struct vgic_irq *irq = vgic_lpi_get(w.vm, LPI(n));

	plat_lock(&irq->lock);
	vgic_unpend(w.vm, irq);
	plat_unlock(&irq->lock);
	vgic_put_irq(w.vm, irq);
	vgic_prune(vcpu(&w, 0));
}

START_TEST(a_bucket_that_loses_its_last_entry_finds_the_one_before_it)
{
	queue_four(VGIC_ORDER_BUCKETS);
	remove_lpi(4);
	LIST_IS(3, 1, 2);
	queue_lpi(5, 0xa0);
	LIST_IS(3, 1, 2, 5);
	remove_lpi(3);
	LIST_IS(1, 2, 5);
	queue_lpi(6, 0x40);
	LIST_IS(6, 1, 2, 5);
	remove_lpi(1);
	remove_lpi(2);
	remove_lpi(5);
	queue_lpi(7, 0xf8);
	LIST_IS(6, 7);
	remove_lpi(7);
	remove_lpi(6);
	ck_assert(plat_list_empty(&vcpu(&w, 0)->ap->head));
	ck_assert_uint_eq(vcpu(&w, 0)->ap->buckets->used, 0);
	world_close(&w);
}
END_TEST

START_TEST(a_sort_on_a_shared_list_moves_own_interrupts_to_the_front_and_no_others)
{
	static const u32 want[] = { 2, 4, 0, 1, 3, 5 };
	struct vgic_policy p = world_policy_61();
	struct vgic_irq *irq;
	u32 i = 0;

	p.ap_list = VGIC_AP_PER_VM;
	world_open(&w, VGIC_V3, 2, p);
	raise_irq(&w, world_spi(&w, 0, 0, 0xa0, VGIC_EDGE));
	raise_irq(&w, world_spi(&w, 1, 1, 0x80, VGIC_EDGE));
	raise_irq(&w, world_spi(&w, 2, 0, 0x20, VGIC_EDGE));
	raise_irq(&w, world_spi(&w, 3, 1, 0x10, VGIC_EDGE));
	raise_irq(&w, world_spi(&w, 4, 0, 0x60, VGIC_EDGE));
	raise_irq(&w, world_spi(&w, 5, 1, 0x00, VGIC_EDGE));
	plat_lock(&vcpu(&w, 0)->ap->lock);
	vgic_ap_sort(vcpu(&w, 0));
	plat_list_for_each(irq, &vcpu(&w, 0)->ap->head, ap_link)
		ck_assert_uint_eq(irq->intid, SPI(want[i++]));
	plat_unlock(&vcpu(&w, 0)->ap->lock);
	world_close(&w);
}
END_TEST

/* Each comparison takes both interrupts' locks (spec/vgic.md 1.7). */
START_TEST(a_comparison_takes_two_irq_locks)
{
	u32 i;
	u64 locks;

	world_open(&w, VGIC_V3, 1, world_policy_61());
	for (i = 0; i < 8; i++)
		raise_irq(&w, world_spi(&w, i, 0, (u8)(0xf8 - 8 * i), VGIC_EDGE));
	locks = port.acquired[LOCK_IRQ];
	plat_lock(&vcpu(&w, 0)->ap->lock);
	vgic_ap_sort(vcpu(&w, 0));
	plat_unlock(&vcpu(&w, 0)->ap->lock);
	ck_assert_uint_eq(port.acquired[LOCK_IRQ] - locks, 2 * port.used[COST_SORT_COMPARE]);
	world_close(&w);
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, the_old_order_puts_active_first_then_waiting_by_priority);
	tcase_add_test(tc,
		       the_order_of_619_puts_waiting_before_active_and_hardware_before_software);
	tcase_add_test(tc, sort_on_overflow_keeps_the_order_of_arrival);
	tcase_add_test(tc, always_sorted_orders_by_the_whole_priority_and_never_sorts);
	tcase_add_test(tc, buckets_order_by_priority_level_and_keep_arrival_within_one);
	tcase_add_test(tc, a_sorted_insertion_walks_and_a_bucket_is_found_at_once);
	tcase_add_test(tc, a_bucket_that_loses_its_last_entry_finds_the_one_before_it);
	tcase_add_test(tc, a_sort_on_a_shared_list_moves_own_interrupts_to_the_front_and_no_others);
	tcase_add_test(tc, a_comparison_takes_two_irq_locks);
}

#include "tests/lib/check-main.h"
CHECK_MAIN("vgic order", add, port_reset, port_assert_quiet)
