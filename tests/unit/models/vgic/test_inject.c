// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Raising and queueing (spec/vgic.md 1.5, 1.6, 1.11, 1.16): what counts as a raise, where it is
 * queued, who is told, and who may raise at all.
 */
#include "vgic-world.h"

static struct world w;

static u32 requests(u32 n)
{
	return vcpu(&w, n)->requests.v;
}

START_TEST(a_level_counts_when_it_changes_and_an_edge_when_it_rises)
{
	world_open(&w, VGIC_V3, 2, world_policy_61());
	world_spi(&w, 0, 0, 0xa0, VGIC_LEVEL);
	world_spi(&w, 1, 0, 0xa0, VGIC_EDGE);
	ck_assert_int_eq(vgic_inject_irq(w.vm, NULL, SPI(0), false, NULL), 0);
	ck_assert_int_eq(vgic_inject_irq(w.vm, NULL, SPI(1), false, NULL), 0);
	ck_assert(!spi(&w, 0)->vcpu && !spi(&w, 1)->vcpu);
	vgic_inject_irq(w.vm, NULL, SPI(0), true, NULL);
	vgic_inject_irq(w.vm, NULL, SPI(0), true, NULL);
	vgic_inject_irq(w.vm, NULL, SPI(1), true, NULL);
	vgic_inject_irq(w.vm, NULL, SPI(1), true, NULL);
	ck_assert_uint_eq(port_count_events(EV_IRQ_PENDED), 2);
	ck_assert_uint_eq(port_count_events(EV_IRQ_COALESCED), 1);
	ck_assert(spi(&w, 0)->line && !spi(&w, 0)->pending_latch);
	ck_assert(spi(&w, 1)->pending_latch);
	vgic_inject_irq(w.vm, NULL, SPI(0), false, NULL);
	ck_assert(!spi(&w, 0)->line);
	world_close(&w);
}
END_TEST

START_TEST(interrupts_that_do_not_exist_are_refused_and_dropped)
{
	world_open(&w, VGIC_V3, 2, world_policy_61());
	ck_assert_int_eq(vgic_inject_irq(w.vm, NULL, 27, true, NULL), -EINVAL);
	ck_assert_int_eq(vgic_inject_irq(w.vm, NULL, SPI(64), true, NULL), -EINVAL);
	ck_assert_int_eq(vgic_inject_irq(w.vm, NULL, 1020, true, NULL), -EINVAL);
	ck_assert_int_eq(vgic_inject_irq(w.vm, NULL, LPI(0), false, NULL), -EINVAL);
	ck_assert_uint_eq(port_count_events(EV_IRQ_DROPPED), 3);
	ck_assert_uint_eq(port_last_event(EV_IRQ_DROPPED)->arg, DROP_NO_SUCH_IRQ);
	world_close(&w);
}
END_TEST

START_TEST(raises_by_others_than_the_owner_have_no_effect)
{
	int owner, other;

	world_open(&w, VGIC_V3, 2, world_policy_61());
	vcpu(&w, 1)->private_irqs[27].enabled = true;
	ck_assert_int_eq(vgic_set_owner(vcpu(&w, 1), 27, &owner), 0);
	ck_assert_int_eq(vgic_inject_irq(w.vm, vcpu(&w, 1), 27, true, &other), 0);
	ck_assert_int_eq(vgic_inject_irq(w.vm, vcpu(&w, 1), 27, true, NULL), 0);
	ck_assert(!vcpu(&w, 1)->private_irqs[27].line);
	ck_assert_uint_eq(port_count_events(EV_IRQ_DROPPED), 2);
	ck_assert_uint_eq(port_last_event(EV_IRQ_DROPPED)->arg, DROP_WRONG_OWNER);
	ck_assert_int_eq(vgic_inject_irq(w.vm, vcpu(&w, 1), 27, true, &owner), 0);
	ck_assert(vcpu(&w, 1)->private_irqs[27].line);
	ck_assert_int_eq(vgic_inject_irq(w.vm, vcpu(&w, 0), 27, true, &owner), 0);
	ck_assert(!vcpu(&w, 0)->private_irqs[27].line);
	world_close(&w);
}
END_TEST

START_TEST(an_owner_is_set_once_and_not_for_sgis_and_lpis)
{
	int owner, other;
	struct vgic_irq *lpi;

	ck_assert_int_eq(world_host(&w, true), 0);
	ck_assert_int_eq(world_vm(&w, VGIC_V3, 1, world_policy_61()), 0);
	ck_assert_int_eq(vgic_set_owner(vcpu(&w, 0), 27, &owner), -EAGAIN);
	ck_assert_int_eq(vgic_unmap_hw_irq(vcpu(&w, 0), 27), -EAGAIN);
	world_close(&w);
	world_open(&w, VGIC_V3, 1, world_policy_61());
	lpi = world_lpi(&w, 0, 0, 0xa0);
	ck_assert_int_eq(vgic_set_owner(vcpu(&w, 0), 15, &owner), -EINVAL);
	ck_assert_int_eq(vgic_set_owner(vcpu(&w, 0), LPI(0), &owner), -EINVAL);
	ck_assert_int_eq(vgic_set_owner(vcpu(&w, 0), SPI(64), &owner), -EINVAL);
	ck_assert_int_eq(vgic_set_owner(vcpu(&w, 0), SPI(3), &owner), 0);
	ck_assert_int_eq(vgic_set_owner(vcpu(&w, 0), SPI(3), &owner), 0);
	ck_assert_int_eq(vgic_set_owner(vcpu(&w, 0), SPI(3), &other), -EEXIST);
	vgic_put_irq(w.vm, lpi);
	world_close(&w);
}
END_TEST

START_TEST(a_mapping_names_the_physical_interrupt_until_it_is_undone)
{
	world_open(&w, VGIC_V3, 1, world_policy_61());
	ck_assert_int_eq(vgic_get_map(vcpu(&w, 0), 27), -1);
	ck_assert_int_eq(vgic_map_hw_irq(vcpu(&w, 0), 27, 26, NULL, NULL), 0);
	ck_assert_int_eq(vgic_get_map(vcpu(&w, 0), 27), 26);
	ck_assert_int_eq(vgic_map_hw_irq(vcpu(&w, 0), 27, 1024, NULL, NULL), -EINVAL);
	ck_assert_int_eq(vgic_map_hw_irq(vcpu(&w, 0), LPI(0), 26, NULL, NULL), -EINVAL);
	ck_assert_int_eq(vgic_unmap_hw_irq(vcpu(&w, 0), SPI(64)), -EINVAL);
	ck_assert_int_eq(vgic_unmap_hw_irq(vcpu(&w, 0), 27), 0);
	ck_assert_int_eq(vgic_get_map(vcpu(&w, 0), 27), -1);
	ck_assert_int_eq(vgic_get_map(vcpu(&w, 0), LPI(0)), -1);
	world_close(&w);
}
END_TEST

/* The older generation initialises a GICv2 on the first raise and refuses for GICv3; the newer one
 * drops in silence (spec/vgic.md 1.5). */
START_TEST(a_raise_before_initialisation_is_answered_as_its_generation_does)
{
	struct vgic_policy newer = world_policy_619();

	ck_assert_int_eq(world_host(&w, true), 0);
	ck_assert_int_eq(world_vm(&w, VGIC_V3, 1, world_policy_61()), 0);
	ck_assert_int_eq(vgic_inject_irq(w.vm, NULL, SPI(0), true, NULL), -EBUSY);
	ck_assert_uint_eq(port_last_event(EV_IRQ_DROPPED)->arg, DROP_NOT_INITIALISED);
	world_close(&w);
	ck_assert_int_eq(world_host(&w, true), 0);
	ck_assert_int_eq(world_vm(&w, VGIC_V2, 1, world_policy_61()), 0);
	ck_assert_int_eq(vgic_inject_irq(w.vm, NULL, SPI(0), true, NULL), 0);
	ck_assert(w.vm->initialised);
	world_close(&w);
	ck_assert_int_eq(world_host(&w, true), 0);
	ck_assert_int_eq(world_vm(&w, VGIC_V2, 1, newer), 0);
	ck_assert_int_eq(vgic_inject_irq(w.vm, NULL, SPI(0), true, NULL), 0);
	ck_assert(!w.vm->initialised);
	ck_assert_uint_eq(port_count_events(EV_IRQ_DROPPED), 2);
	world_close(&w);
}
END_TEST

START_TEST(a_raise_without_memory_for_a_lazy_v2_leaves_the_vm_as_it_was)
{
	ck_assert_int_eq(world_host(&w, true), 0);
	ck_assert_int_eq(world_vm(&w, VGIC_V2, 1, world_policy_61()), 0);
	port.fail_at = port.allocs + 2;
	ck_assert_int_eq(vgic_inject_irq(w.vm, NULL, SPI(0), true, NULL), -ENOMEM);
	ck_assert(!w.vm->initialised && !w.vm->spis);
	ck_assert_int_eq(vgic_inject_irq(w.vm, NULL, SPI(0), true, NULL), 0);
	world_close(&w);
}
END_TEST

/* ---- queueing ---- */

/* irq lock twice, AP-list lock once (spec/vgic.md 8): once to raise, once to queue. */
START_TEST(a_raise_that_is_queued_takes_the_irq_lock_twice_and_the_list_lock_once)
{
	world_open(&w, VGIC_V3, 2, world_policy_61());
	world_spi(&w, 0, 1, 0xa0, VGIC_EDGE);
	memset(port.acquired, 0, sizeof(port.acquired));
	vgic_inject_irq(w.vm, NULL, SPI(0), true, NULL);
	ck_assert_uint_eq(port.acquired[LOCK_IRQ], 2);
	ck_assert_uint_eq(port.acquired[LOCK_AP_LIST], 1);
	ck_assert_ptr_eq(spi(&w, 0)->vcpu, vcpu(&w, 1));
	vgic_inject_irq(w.vm, NULL, SPI(0), true, NULL);
	ck_assert_uint_eq(port.acquired[LOCK_IRQ], 3);
	ck_assert_uint_eq(port.acquired[LOCK_AP_LIST], 1);
	world_close(&w);
}
END_TEST

START_TEST(what_cannot_be_queued_is_held_with_its_reason)
{
	struct vgic_irq *irq;

	world_open(&w, VGIC_V3, 2, world_policy_61());
	irq = world_spi(&w, 0, 0, 0xa0, VGIC_EDGE);
	irq->enabled = false;
	vgic_inject_irq(w.vm, NULL, SPI(0), true, NULL);
	ck_assert_uint_eq(port_last_event(EV_IRQ_HELD)->arg, HOLD_DISABLED);
	irq->enabled = true;
	w.vm->enabled = false;
	vgic_inject_irq(w.vm, NULL, SPI(0), true, NULL);
	ck_assert_uint_eq(port_last_event(EV_IRQ_HELD)->arg, HOLD_DIST_DISABLED);
	irq->target = NULL;
	vgic_inject_irq(w.vm, NULL, SPI(0), true, NULL);
	ck_assert_uint_eq(port_last_event(EV_IRQ_HELD)->arg, HOLD_NO_TARGET);
	ck_assert_ptr_null(irq->vcpu);
	ck_assert_uint_eq(requests(0) | requests(1), 0);
	w.vm->enabled = true;
	irq->target = vcpu(&w, 1);
	vgic_inject_irq(w.vm, NULL, SPI(0), true, NULL);
	ck_assert_ptr_eq(irq->vcpu, vcpu(&w, 1));
	vgic_inject_irq(w.vm, NULL, SPI(0), true, NULL);
	ck_assert_uint_eq(port_last_event(EV_IRQ_HELD)->arg, HOLD_ALREADY_QUEUED);
	world_close(&w);
}
END_TEST

START_TEST(an_interrupt_that_is_queued_already_asks_its_vcpu_again)
{
	struct vgic_irq *irq;

	world_open(&w, VGIC_V3, 2, world_policy_61());
	irq = world_spi(&w, 0, 1, 0xa0, VGIC_EDGE);
	raise_irq(&w, irq);
	load_enter(&w, 1);
	ck_assert_uint_eq(requests(1), 0);
	raise_irq(&w, irq);
	ck_assert_uint_eq(requests(1), VGIC_REQ_IRQ_PENDING);
	ck_assert_uint_eq(port_count(PORT_KICK, &w.pe_port[1]), 1);
	leave_put(&w, 1);
	world_close(&w);
}
END_TEST

START_TEST(an_lpi_on_an_ap_list_is_kept_alive_by_it)
{
	struct vgic_irq *irq;

	world_open(&w, VGIC_V3, 1, world_policy_61());
	irq = world_lpi(&w, 0, 0, 0xa0);
	raise_irq(&w, irq);
	ck_assert_uint_eq(irq->ref.v, 2);
	vgic_put_irq(w.vm, irq);
	load_enter(&w, 0);
	ck_assert_uint_eq(ack(&w, 0), LPI(0));
	eoi(&w, 0, LPI(0));
	leave_put(&w, 0);
	ck_assert_ptr_null(vgic_get_irq(w.vm, NULL, LPI(0)));
	world_close(&w);
}
END_TEST

/* ---- races: another actor runs while the irq lock is dropped for the list's lock ---- */

static void retarget_once(void *arg, enum port_point point)
{
	(void)arg;
	if (point == PORT_AT_UNLOCK && spi(&w, 0)->target == vcpu(&w, 0))
		spi(&w, 0)->target = vcpu(&w, 1);
}

START_TEST(an_interrupt_that_is_retargeted_while_it_is_queued_ends_on_the_new_list)
{
	world_open(&w, VGIC_V3, 2, world_policy_61());
	world_spi(&w, 0, 0, 0xa0, VGIC_EDGE);
	port_interleave(retarget_once);
	raise_irq(&w, spi(&w, 0));
	port_interleave(NULL);
	ck_assert_ptr_eq(spi(&w, 0)->vcpu, vcpu(&w, 1));
	ck_assert_uint_eq(vcpu(&w, 0)->ap->len, 0);
	ck_assert_uint_eq(vcpu(&w, 1)->ap->len, 1);
	world_close(&w);
}
END_TEST

static u32 nested_raises;

static void raise_once(void *arg, enum port_point point)
{
	(void)arg;
	if (point == PORT_AT_UNLOCK && !nested_raises++)
		raise_irq(&w, spi(&w, 0));
}

START_TEST(two_raises_at_once_queue_once)
{
	world_open(&w, VGIC_V3, 1, world_policy_61());
	world_spi(&w, 0, 0, 0xa0, VGIC_EDGE);
	nested_raises = 0;
	port_interleave(raise_once);
	raise_irq(&w, spi(&w, 0));
	port_interleave(NULL);
	ck_assert_uint_eq(vcpu(&w, 0)->ap->len, 1);
	ck_assert_uint_eq(port_count_events(EV_IRQ_QUEUED), 1);
	ck_assert_uint_eq(port_count_events(EV_IRQ_PENDED), 1);
	ck_assert_uint_eq(port_count_events(EV_IRQ_COALESCED), 1);
	world_close(&w);
}
END_TEST

/* ---- the first SPI in flight (spec/vgic.md 1.6, 1.10) ---- */

START_TEST(the_first_spi_in_flight_tells_all_vcpus_in_the_newer_generation)
{
	world_open(&w, VGIC_V3, 3, world_policy_619());
	raise_irq(&w, &vcpu(&w, 1)->private_irqs[3]);
	ck_assert_uint_eq(requests(0) | requests(2), 0);
	raise_irq(&w, world_spi(&w, 0, 1, 0xa0, VGIC_EDGE));
	ck_assert_uint_eq(requests(0) & requests(1) & requests(2), VGIC_REQ_IRQ_PENDING);
	vgic_check_requests(vcpu(&w, 0));
	raise_irq(&w, world_spi(&w, 1, 1, 0xa0, VGIC_EDGE));
	ck_assert_uint_eq(requests(0), 0);
	ck_assert_uint_eq(w.vm->active_spis.v, 2);
	world_close(&w);
}
END_TEST

START_TEST(nobody_else_is_told_without_tdir_with_gicv2_or_in_the_older_generation)
{
	u32 kind;

	for (kind = 0; kind < 3; kind++) {
		ck_assert_int_eq(world_host(&w, kind != 0), 0);
		ck_assert_int_eq(world_vm(&w, kind == 1 ? VGIC_V2 : VGIC_V3, 3,
					  kind == 2 ? world_policy_61() : world_policy_619()),
				 0);
		ck_assert_int_eq(vgic_init(w.vm), 0);
		w.vm->enabled = true;
		raise_irq(&w, world_spi(&w, 0, 1, 0xa0, VGIC_EDGE));
		ck_assert_uint_eq(requests(1), VGIC_REQ_IRQ_PENDING);
		ck_assert_uint_eq(requests(0) | requests(2), 0);
		world_close(&w);
	}
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, a_level_counts_when_it_changes_and_an_edge_when_it_rises);
	tcase_add_test(tc, interrupts_that_do_not_exist_are_refused_and_dropped);
	tcase_add_test(tc, raises_by_others_than_the_owner_have_no_effect);
	tcase_add_test(tc, an_owner_is_set_once_and_not_for_sgis_and_lpis);
	tcase_add_test(tc, a_mapping_names_the_physical_interrupt_until_it_is_undone);
	tcase_add_test(tc, a_raise_before_initialisation_is_answered_as_its_generation_does);
	tcase_add_test(tc, a_raise_without_memory_for_a_lazy_v2_leaves_the_vm_as_it_was);
	tcase_add_test(tc, a_raise_that_is_queued_takes_the_irq_lock_twice_and_the_list_lock_once);
	tcase_add_test(tc, what_cannot_be_queued_is_held_with_its_reason);
	tcase_add_test(tc, an_interrupt_that_is_queued_already_asks_its_vcpu_again);
	tcase_add_test(tc, an_lpi_on_an_ap_list_is_kept_alive_by_it);
	tcase_add_test(tc, an_interrupt_that_is_retargeted_while_it_is_queued_ends_on_the_new_list);
	tcase_add_test(tc, two_raises_at_once_queue_once);
	tcase_add_test(tc, the_first_spi_in_flight_tells_all_vcpus_in_the_newer_generation);
	tcase_add_test(tc, nobody_else_is_told_without_tdir_with_gicv2_or_in_the_older_generation);
}

#include "tests/lib/check-main.h"
CHECK_MAIN("vgic inject", add, port_reset, port_assert_quiet)
