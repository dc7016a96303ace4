// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Keeping AP lists true (spec/vgic.md 1.9 "prune", 1.12), on lists of one vCPU and on shared ones.
 */
#include "vgic-world.h"

static struct world w;

static void open_lists(enum vgic_ap_list_policy ap_list, u32 shards, u32 nr_vcpus)
{
	struct vgic_policy p = world_policy_61();

	p.ap_list = (u8)ap_list;
	p.ap_list_shards = shards;
	world_open(&w, VGIC_V3, nr_vcpus, p);
}

/* ---- prune ---- */

START_TEST(what_is_neither_active_nor_waiting_leaves_the_list)
{
	open_lists(VGIC_AP_PER_VCPU, 0, 1);
	raise_irq(&w, world_spi(&w, 0, 0, 0xa0, VGIC_EDGE));
	raise_irq(&w, world_spi(&w, 1, 0, 0xa0, VGIC_EDGE));
	raise_irq(&w, world_spi(&w, 2, 0, 0xa0, VGIC_EDGE));
	spi(&w, 0)->enabled = false;
	spi(&w, 1)->enabled = false;
	spi(&w, 1)->active = true;
	vgic_prune(vcpu(&w, 0));
	ck_assert_ptr_null(spi(&w, 0)->vcpu);
	ck_assert_ptr_nonnull(spi(&w, 1)->vcpu);
	ck_assert_ptr_nonnull(spi(&w, 2)->vcpu);
	ck_assert_uint_eq(vcpu(&w, 0)->ap->len, 2);
	ck_assert_uint_eq(port_count_events(EV_IRQ_PRUNED), 1);
	world_close(&w);
}
END_TEST

START_TEST(what_is_routed_elsewhere_moves_and_its_new_vcpu_is_told)
{
	open_lists(VGIC_AP_PER_VCPU, 0, 2);
	raise_irq(&w, world_spi(&w, 0, 1, 0xa0, VGIC_EDGE));
	spi(&w, 0)->target = vcpu(&w, 0);
	vgic_set_blocked(vcpu(&w, 0), true);
	vgic_prune(vcpu(&w, 1));
	ck_assert_ptr_eq(spi(&w, 0)->vcpu, vcpu(&w, 0));
	ck_assert_uint_eq(vcpu(&w, 0)->ap->len, 1);
	ck_assert_uint_eq(vcpu(&w, 1)->ap->len, 0);
	ck_assert_uint_eq(port_count(PORT_WAKE, &w.vcpu_port[0]), 1);
	ck_assert_uint_eq(vcpu(&w, 0)->requests.v, VGIC_REQ_IRQ_PENDING);
	ck_assert_uint_eq(port_last_event(EV_IRQ_MIGRATED)->who, 0);
	world_close(&w);
}
END_TEST

START_TEST(an_active_interrupt_stays_where_it_is_whatever_its_target)
{
	open_lists(VGIC_AP_PER_VCPU, 0, 2);
	raise_irq(&w, world_spi(&w, 0, 1, 0xa0, VGIC_EDGE));
	spi(&w, 0)->active = true;
	spi(&w, 0)->target = vcpu(&w, 0);
	vgic_prune(vcpu(&w, 1));
	ck_assert_ptr_eq(spi(&w, 0)->vcpu, vcpu(&w, 1));
	world_close(&w);
}
END_TEST

/* k moves restart the walk k times: with k leading entries that stay, k * (k + 1) steps and the
 * last walk (spec/vgic.md 1.9). */
START_TEST(each_move_to_another_list_restarts_the_walk)
{
	u64 steps;
	u32 i;

	open_lists(VGIC_AP_PER_VCPU, 0, 2);
	for (i = 0; i < 6; i++)
		raise_irq(&w, world_spi(&w, i, 1, 0xa0, VGIC_EDGE));
	for (i = 3; i < 6; i++)
		spi(&w, i)->target = vcpu(&w, 0);
	steps = port.used[COST_LIST_STEP];
	vgic_prune(vcpu(&w, 1));
	ck_assert_uint_eq(port.used[COST_LIST_STEP] - steps, 3 * 4 + 3);
	world_close(&w);
}
END_TEST

/* Sharing one list: a move changes the owner, takes no second lock and does not restart. */
START_TEST(a_move_within_a_shared_list_takes_no_second_lock)
{
	u64 steps, locks;
	u32 i;

	open_lists(VGIC_AP_PER_VM, 0, 2);
	for (i = 0; i < 6; i++)
		raise_irq(&w, world_spi(&w, i, 1, 0xa0, VGIC_EDGE));
	for (i = 3; i < 6; i++)
		spi(&w, i)->target = vcpu(&w, 0);
	vgic_check_requests(vcpu(&w, 0));
	steps = port.used[COST_LIST_STEP];
	locks = port.acquired[LOCK_AP_LIST];
	vgic_prune(vcpu(&w, 1));
	ck_assert_uint_eq(port.acquired[LOCK_AP_LIST] - locks, 1);
	/* those that moved to the end are passed once more */
	ck_assert_uint_eq(port.used[COST_LIST_STEP] - steps, 6 + 3);
	for (i = 3; i < 6; i++)
		ck_assert_ptr_eq(spi(&w, i)->vcpu, vcpu(&w, 0));
	ck_assert_uint_eq(vcpu(&w, 0)->requests.v, VGIC_REQ_IRQ_PENDING);
	world_close(&w);
}
END_TEST

/* A list for the whole VM is walked past the others' interrupts; a shard only past its own. */
static u64 foreign_steps(enum vgic_ap_list_policy ap_list, u32 shards)
{
	u64 steps, locks;
	u32 i;

	open_lists(ap_list, shards, 4);
	for (i = 0; i < 8; i++)
		raise_irq(&w, world_spi(&w, i, i % 4, 0xa0, VGIC_EDGE));
	steps = port.used[COST_LIST_STEP];
	locks = port.acquired[LOCK_IRQ];
	vgic_prune(vcpu(&w, 0));
	steps = port.used[COST_LIST_STEP] - steps;
	/* no other vCPU's interrupt is locked */
	ck_assert_uint_eq(port.acquired[LOCK_IRQ] - locks, 2);
	world_close(&w);
	return steps;
}

START_TEST(the_list_policies_differ_in_how_many_entries_of_others_are_passed)
{
	ck_assert_uint_eq(foreign_steps(VGIC_AP_PER_VCPU, 0), 2);
	ck_assert_uint_eq(foreign_steps(VGIC_AP_SHARDED, 2), 4);
	ck_assert_uint_eq(foreign_steps(VGIC_AP_PER_VM, 0), 8);
}
END_TEST

START_TEST(vcpus_on_shared_lists_present_their_own_interrupts_only)
{
	u32 i;

	open_lists(VGIC_AP_PER_VM, 0, 2);
	for (i = 0; i < 10; i++)
		raise_irq(&w, world_spi(&w, i, i % 2, (u8)(0xa0 - 8 * i), VGIC_EDGE));
	load_enter(&w, 0);
	load_enter(&w, 1);
	for (i = 0; i < 4; i++) {
		ck_assert_uint_eq(lr_intid(&w, 0, i), SPI(8 - 2 * i));
		ck_assert_uint_eq(lr_intid(&w, 1, i), SPI(9 - 2 * i));
	}
	leave_put(&w, 0);
	leave_put(&w, 1);
	world_close(&w);
}
END_TEST

/* ---- races while both lists' locks are waited for ---- */

static u32 bare_locks;

/* vCPU 1 has walked its list, dropped its lock, and is about to take both. */
static bool about_to_take_both(enum port_point point)
{
	return point == PORT_AT_LOCK && !port_would_block(&vcpu(&w, 1)->ap->lock) &&
	       ++bare_locks == 2;
}

static void go_back(void *arg, enum port_point point)
{
	(void)arg;
	if (about_to_take_both(point))
		spi(&w, 0)->target = vcpu(&w, 1);
}

START_TEST(an_interrupt_that_is_routed_back_in_between_stays)
{
	open_lists(VGIC_AP_PER_VCPU, 0, 2);
	raise_irq(&w, world_spi(&w, 0, 1, 0xa0, VGIC_EDGE));
	spi(&w, 0)->target = vcpu(&w, 0);
	bare_locks = 0;
	port_interleave(go_back);
	vgic_prune(vcpu(&w, 1));
	port_interleave(NULL);
	ck_assert_ptr_eq(spi(&w, 0)->vcpu, vcpu(&w, 1));
	ck_assert_uint_eq(vcpu(&w, 1)->ap->len, 1);
	ck_assert_uint_eq(port_count_events(EV_IRQ_MIGRATED), 0);
	world_close(&w);
}
END_TEST

static void free_it(void *arg, enum port_point point)
{
	(void)arg;
	if (!about_to_take_both(point))
		return;
	/* its vCPU's LPIs are disabled and its mapping goes */
	vgic_flush_pending_lpis(vcpu(&w, 1));
	vgic_put_irq(w.vm, plat_index_load(&w.vm->lpis, LPI(0)));
}

/* The mover's own reference keeps the interrupt until it has looked again. */
START_TEST(an_lpi_that_is_unmapped_while_it_moves_is_not_moved)
{
	struct vgic_irq *lpi;

	open_lists(VGIC_AP_PER_VCPU, 0, 2);
	lpi = world_lpi(&w, 0, 1, 0xa0);
	raise_irq(&w, lpi);
	lpi->target = vcpu(&w, 0);
	bare_locks = 0;
	port_interleave(free_it);
	vgic_prune(vcpu(&w, 1));
	port_interleave(NULL);
	ck_assert_uint_eq(w.vm->nr_lpis, 0);
	ck_assert_uint_eq(vcpu(&w, 0)->ap->len, 0);
	world_close(&w);
}
END_TEST

static bool lower_first;

static void look_at_the_second(void *arg, enum port_point point)
{
	(void)arg;
	if (point != PORT_AT_LOCK)
		return;
	if (bare_locks == 2) {
		lower_first = port_would_block(&vcpu(&w, 0)->ap->lock);
		bare_locks++;
	}
	about_to_take_both(point);
}

START_TEST(of_two_lists_the_lower_is_locked_first)
{
	u32 from;

	for (from = 0; from < 2; from++) {
		open_lists(VGIC_AP_PER_VCPU, 0, 2);
		raise_irq(&w, world_spi(&w, 0, from, 0xa0, VGIC_EDGE));
		spi(&w, 0)->target = vcpu(&w, !from);
		/* prune of vCPU 0: its own lock is the first; of vCPU 1: that of vCPU 0 is */
		bare_locks = from ? 0 : 1;
		lower_first = false;
		port_interleave(look_at_the_second);
		vgic_prune(vcpu(&w, from));
		port_interleave(NULL);
		ck_assert(lower_first);
		ck_assert_ptr_eq(spi(&w, 0)->vcpu, vcpu(&w, !from));
		world_close(&w);
	}
}
END_TEST

/* ---- LPIs ---- */

/* Recorded of Linux 6.1: what EnableLPIs = 0 takes off the list is not pending any more; an LPI
 * that waits because it is disabled itself is on no list and stays pending. */
START_TEST(disabled_lpis_leave_the_list_and_others_stay)
{
	struct vgic_irq *lpi, *off;

	open_lists(VGIC_AP_PER_VCPU, 0, 1);
	lpi = world_lpi(&w, 0, 0, 0xa0);
	off = world_lpi(&w, 1, 0, 0xa0);
	off->enabled = false;
	raise_irq(&w, off);
	raise_irq(&w, lpi);
	raise_irq(&w, world_spi(&w, 0, 0, 0xa0, VGIC_EDGE));
	vgic_flush_pending_lpis(vcpu(&w, 0));
	ck_assert_ptr_null(lpi->vcpu);
	ck_assert(!lpi->pending_latch);
	ck_assert(off->pending_latch);
	ck_assert_uint_eq(lpi->ref.v, 1);
	ck_assert_ptr_nonnull(spi(&w, 0)->vcpu);
	vgic_put_irq(w.vm, lpi);
	vgic_put_irq(w.vm, off);
	world_close(&w);
}
END_TEST

START_TEST(an_lpi_whose_last_reference_is_the_list_is_freed_after_it_left)
{
	struct vgic_irq *lpi;
	u32 newer;

	for (newer = 0; newer < 2; newer++) {
		world_open(&w, VGIC_V3, 1, newer ? world_policy_619() : world_policy_61());
		lpi = world_lpi(&w, 0, 0, 0xa0);
		raise_irq(&w, lpi);
		lpi->enabled = false;
		vgic_put_irq(w.vm, lpi);
		ck_assert_uint_eq(w.vm->nr_lpis, 1);
		vgic_prune(vcpu(&w, 0));
		ck_assert_uint_eq(w.vm->nr_lpis, 0);
		ck_assert_uint_eq(port_last_event(EV_IRQ_DROPPED)->arg, DROP_DISCARDED);
		world_close(&w);
	}
}
END_TEST

/* Linux 6.1: vgic_put_irq under the AP list's lock takes lpi_list_lock; an xarray needs none. */
START_TEST(an_lpi_leaving_the_list_takes_the_lock_of_its_store)
{
	u32 newer;

	for (newer = 0; newer < 2; newer++) {
		struct vgic_irq *lpi;
		u64 locks;

		world_open(&w, VGIC_V3, 1, newer ? world_policy_619() : world_policy_61());
		lpi = world_lpi(&w, 0, 0, 0xa0);
		raise_irq(&w, lpi);
		lpi->enabled = false;
		locks = port.acquired[LOCK_LPI_LIST] + port.acquired[LOCK_LPI_INDEX];
		vgic_prune(vcpu(&w, 0));
		ck_assert_uint_eq(port.acquired[LOCK_LPI_LIST] + port.acquired[LOCK_LPI_INDEX] -
					  locks,
				  !newer);
		vgic_put_irq(w.vm, lpi);
		world_close(&w);
	}
}
END_TEST

/* ---- is anything pending? (spec/vgic.md 1.12) ---- */

START_TEST(pending_means_enabled_not_active_and_above_the_priority_mask)
{
	struct vgic_vcpu *v;
	struct vgic_irq *irq;

	open_lists(VGIC_AP_PER_VCPU, 0, 1);
	v = vcpu(&w, 0);
	ck_assert(!vgic_vcpu_pending(v));
	irq = world_spi(&w, 0, 0, 0xa0, VGIC_EDGE);
	raise_irq(&w, irq);
	ck_assert(vgic_vcpu_pending(v));
	irq->active = true;
	ck_assert(!vgic_vcpu_pending(v));
	irq->active = false;
	irq->enabled = false;
	ck_assert(!vgic_vcpu_pending(v));
	irq->enabled = true;
	v->cpuif.vmcr = (u32)FIELD_PUT(0xa0, ICH_VMCR_VPMR);
	ck_assert(!vgic_vcpu_pending(v));
	/* group enables are not looked at */
	v->cpuif.vmcr = (u32)FIELD_PUT(0xa8, ICH_VMCR_VPMR);
	ck_assert(vgic_vcpu_pending(v));
	w.vm->enabled = false;
	ck_assert(!vgic_vcpu_pending(v));
	world_close(&w);
}
END_TEST

START_TEST(on_a_shared_list_only_own_interrupts_count_as_pending)
{
	open_lists(VGIC_AP_PER_VM, 0, 2);
	raise_irq(&w, world_spi(&w, 0, 1, 0xa0, VGIC_EDGE));
	ck_assert(!vgic_vcpu_pending(vcpu(&w, 0)));
	ck_assert(vgic_vcpu_pending(vcpu(&w, 1)));
	world_close(&w);
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, what_is_neither_active_nor_waiting_leaves_the_list);
	tcase_add_test(tc, what_is_routed_elsewhere_moves_and_its_new_vcpu_is_told);
	tcase_add_test(tc, an_active_interrupt_stays_where_it_is_whatever_its_target);
	tcase_add_test(tc, each_move_to_another_list_restarts_the_walk);
	tcase_add_test(tc, a_move_within_a_shared_list_takes_no_second_lock);
	tcase_add_test(tc, the_list_policies_differ_in_how_many_entries_of_others_are_passed);
	tcase_add_test(tc, vcpus_on_shared_lists_present_their_own_interrupts_only);
	tcase_add_test(tc, an_interrupt_that_is_routed_back_in_between_stays);
	tcase_add_test(tc, an_lpi_that_is_unmapped_while_it_moves_is_not_moved);
	tcase_add_test(tc, of_two_lists_the_lower_is_locked_first);
	tcase_add_test(tc, disabled_lpis_leave_the_list_and_others_stay);
	tcase_add_test(tc, an_lpi_whose_last_reference_is_the_list_is_freed_after_it_left);
	tcase_add_test(tc, an_lpi_leaving_the_list_takes_the_lock_of_its_store);
	tcase_add_test(tc, pending_means_enabled_not_active_and_above_the_priority_mask);
	tcase_add_test(tc, on_a_shared_list_only_own_interrupts_count_as_pending);
}

#include "tests/lib/check-main.h"
CHECK_MAIN("vgic prune", add, port_reset, port_assert_quiet)
