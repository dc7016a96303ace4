// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Forwarding of a device's interrupts and its end, by generations (spec/vgic.md 4.4, 5; seeds 000
 * and 003). Sequences marked "recorded" are those of Linux 6.1 on GICv4.0 (tests/oracle). Event n of
 * virtual device 8 is LPI 8192 + n on vCPU n % 2.
 */
#include "v4-forwarded.h"

/* ---- set and unset ---- */

/* Recorded. */
START_TEST(forwarding_discards_the_physical_mapping_and_makes_the_virtual_one)
{
	ck_assert_int_eq(forward(w, 0, 0, 0), 0);
	SAW("DISCARD dev=8 ev=0", "SYNC", "VMAPTI dev=8 ev=0 vpe=0 vintid=8192 db=vpe0", "VSYNC");
	ck_assert(lpi(w, 0)->hw);
	ck_assert_uint_eq(lpi(w, 0)->host_irq, w->lpi[0][0]);
	ck_assert_uint_eq(vgic_v4_vlpis(vcpu(w, 0)), 1);
	raise_msi(w, 0, 0);
	ck_assert_uint_eq(w->dropped, 0);
	ck_assert_uint_eq(visit(w, 1, 1), GIC_SPURIOUS);
	ck_assert_uint_eq(visit(w, 0, 0), VGIC_LPI_BASE);
	ck_assert_uint_eq(host_irqs(w, 0), 0);
}
END_TEST

/* Recorded: it goes back to the PE that it came from. */
START_TEST(unforwarding_maps_the_host_lpi_again_where_it_was)
{
	forwarded(0, 3, 1);
	ck_assert_int_eq(unforward(w, 0, 3, 1), 0);
	SAW("DISCARD dev=8 ev=3", "SYNC", "MAPTI dev=8 ev=3 rd=3", "SYNC", "INV dev=8 ev=3",
	    "SYNC");
	ck_assert(!lpi(w, 1)->hw);
	ck_assert_uint_eq(vgic_v4_vlpis(vcpu(w, 1)), 0);
	raise_msi(w, 0, 3);
	ck_assert_uint_eq(host_irqs(w, 3), w->lpi[0][3]);
}
END_TEST

START_TEST(an_address_that_is_no_vits_is_left_in_software)
{
	ck_assert_int_eq(vgic_v4_set_forwarding(w->m.vm, w->lpi[0][0], DOORBELL + 8, 8, 0), 0);
	ck_assert_int_eq(vgic_v4_unset_forwarding(w->m.vm, w->lpi[0][0], DOORBELL + 8, 8, 0), 0);
	SAW_NOTHING();
}
END_TEST

/* Until 2025 the error reached the caller; it never kept software from going on. */
START_TEST(an_event_that_does_not_translate_is_an_error_of_old_and_none_of_new)
{
	ck_assert_int_eq(forward(w, 0, 0, 9), E_ITS_INT_UNMAPPED_INTERRUPT);
	guest_write(m, 0, ITS + GITS_CTLR, 4, 0);
	ck_assert_int_eq(forward(w, 0, 0, 0), -EBUSY);
	SAW_NOTHING();
	reopen_with(VGIC_FORWARD_NEW);
	ck_assert_int_eq(forward(w, 0, 0, 9), 0);
	SAW_NOTHING();
}
END_TEST

/* The host refuses: the interrupt stays what it was. */
START_TEST(what_the_host_cannot_map_stays_in_software)
{
	u32 policy;

	for (policy = VGIC_FORWARD_SEED; policy <= VGIC_FORWARD_NEW; policy++) {
		reopen_with((enum vgic_forwarding_policy)policy);
		host_its_unmap_event(w->h, w->lpi[0][0]);
		v4_forget(w);
		ck_assert_int_eq(forward(w, 0, 0, 0), -EINVAL);
		SAW_NOTHING();
		ck_assert(!lpi(w, 0)->hw);
		ck_assert_int_eq(msi(m, 8, 0), 1);
		ck_assert_uint_eq(visit(w, 0, 0), VGIC_LPI_BASE);
	}
}
END_TEST

START_TEST(a_second_forwarding_of_an_lpi_is_ignored_by_new_and_done_by_old)
{
	forwarded(0, 0, 0);
	ck_assert_int_eq(forward(w, 1, 0, 0), 0);
	ck_assert_uint_eq(v4_count(w, "VMAPTI dev=16"), 1);
	ck_assert_uint_eq(lpi(w, 0)->host_irq, w->lpi[1][0]);
	reopen_with(VGIC_FORWARD_NEW);
	forwarded(0, 0, 0);
	ck_assert_int_eq(forward(w, 1, 0, 0), 0);
	SAW_NOTHING();
	ck_assert_uint_eq(lpi(w, 0)->host_irq, w->lpi[0][0]);
}
END_TEST

/* The instance leaves the software's account and is delivered once. */
START_TEST(pending_state_goes_to_the_hardware)
{
	u32 policy;

	for (policy = VGIC_FORWARD_OLD; policy <= VGIC_FORWARD_NEW; policy++) {
		reopen_with((enum vgic_forwarding_policy)policy);
		ck_assert_int_eq(vits_inject_slow(w->m.vm, DOORBELL, 8, 0, 77), 1);
		port_clear_records();
		ck_assert_int_eq(forward(w, 0, 0, 0), 0);
		SAW("DISCARD dev=8 ev=0", "SYNC", "VMAPTI dev=8 ev=0 vpe=0 vintid=8192 db=vpe0",
		    "VSYNC", "INT dev=8 ev=0", "VSYNC");
		ck_assert(!lpi(w, 0)->pending_latch);
		ck_assert_uint_eq(port_last_event(EV_IRQ_TO_HW)->arg, 0);
		ck_assert_uint_eq(vgic_count_pending(w->m.vm, VGIC_LPI_BASE, NULL), 0);
		ck_assert_uint_eq(visit(w, 0, 0), VGIC_LPI_BASE);
		ck_assert_uint_eq(visit(w, 0, 0), GIC_SPURIOUS);
	}
}
END_TEST

START_TEST(the_seed_leaves_pending_state_to_software)
{
	reopen_with(VGIC_FORWARD_SEED);
	ck_assert_int_eq(msi(m, 8, 0), 1);
	ck_assert_int_eq(forward(w, 0, 0, 0), 0);
	SAW("DISCARD dev=8 ev=0", "SYNC", "VMAPTI dev=8 ev=0 vpe=0 vintid=8192 db=vpe0", "VSYNC");
	ck_assert(lpi(w, 0)->pending_latch);
	ck_assert_uint_eq(visit(w, 0, 0), VGIC_LPI_BASE); /* through a list register */
}
END_TEST

/* Recorded: what is pending in the hardware goes with the mapping. */
START_TEST(a_pending_vlpi_is_lost_when_forwarding_ends)
{
	forwarded(0, 0, 0);
	raise_msi(w, 0, 0);
	ck_assert_int_eq(unforward(w, 0, 0, 0), 0);
	ck_assert_int_eq(forward(w, 0, 0, 0), 0);
	ck_assert_uint_eq(visit(w, 0, 0), GIC_SPURIOUS);
}
END_TEST

/* The guest has unmapped the event: old finds nothing, new finds the LPI by its host interrupt. */
START_TEST(unset_by_host_interrupt_does_not_need_the_route)
{
	forwarded(0, 0, 0);
	ck_assert_int_eq(mapc(0, 0, false), 0); /* the collection is gone, the vLPI is not */
	SAW_NOTHING();
	ck_assert_int_eq(unforward(w, 0, 0, 0), E_ITS_INT_UNMAPPED_INTERRUPT);
	SAW_NOTHING();
	ck_assert(lpi(w, 0)->hw);
	reopen_with(VGIC_FORWARD_NEW);
	forwarded(0, 0, 0);
	ck_assert_int_eq(mapc(0, 0, false), 0);
	ck_assert_int_eq(unforward(w, 0, 0, 0), 0);
	ck_assert_uint_eq(v4_count(w, "MAPTI dev=8 ev=0"), 1);
	ck_assert(!lpi(w, 0)->hw);
}
END_TEST

START_TEST(unset_of_a_host_interrupt_that_is_not_forwarded_does_nothing)
{
	u32 policy;

	for (policy = VGIC_FORWARD_SEED; policy <= VGIC_FORWARD_NEW; policy++) {
		reopen_with((enum vgic_forwarding_policy)policy);
		ck_assert_int_eq(unforward(w, 2, 1, 1), 0);
		SAW_NOTHING();
	}
}
END_TEST

/* The list store is walked by a snapshot. */
START_TEST(unset_without_memory_says_so_and_can_be_tried_again)
{
	reopen_with(VGIC_FORWARD_NEW);
	forwarded(0, 0, 0);
	port.fail_at = port.allocs + 1;
	ck_assert_int_eq(unforward(w, 0, 0, 0), -ENOMEM);
	port.fail_at = 0;
	ck_assert(lpi(w, 0)->hw);
	ck_assert_int_eq(unforward(w, 0, 0, 0), 0);
	ck_assert(!lpi(w, 0)->hw);
}
END_TEST

START_TEST(a_changed_route_only_unmaps)
{
	reopen_with(VGIC_FORWARD_NEW);
	forwarded(0, 0, 0);
	vgic_v4_route_changed(w->m.vm, w->lpi[0][0]);
	SAW("DISCARD dev=8 ev=0", "SYNC", "MAPTI dev=8 ev=0 rd=0", "SYNC", "INV dev=8 ev=0",
	    "SYNC");
	ck_assert_int_eq(msi(m, 8, 1), 1); /* the new route, in software */
	ck_assert_uint_eq(visit(w, 1, 1), VGIC_LPI_BASE + 1);
	reopen_with(VGIC_FORWARD_OLD);
	forwarded(0, 0, 0);
	vgic_v4_route_changed(w->m.vm, w->lpi[0][0]);
	SAW_NOTHING();
}
END_TEST

START_TEST(a_device_serves_one_vm_at_a_time)
{
	struct v4_config c = v4_config_61(1);
	struct vgic_vm *first = w->m.vm;
	struct vgic_its *first_its = w->m.its;
	struct host_vlpi_map map = { .vintid = VGIC_LPI_BASE };

	forwarded(0, 0, 0);
	must(!v4_create(w, &c)); /* another VM on the same host */
	must(!vits_create(&w->m.its, w->m.vm));
	must(!vgic_init(w->m.vm));
	map.vpe = vpe(w, 0);
	ck_assert_int_eq(host_vlpi_map(w->h, w->lpi[0][1], &map), -EINVAL);
	ck_assert_int_eq(host_vlpi_map(w->h, w->lpi[1][0], &map), 0);
	ck_assert_int_eq(host_vlpi_unmap(w->h, w->lpi[1][0]), 0);
	/* and another one when the last event has come back */
	ck_assert_int_eq(host_vlpi_unmap(w->h, w->lpi[0][0]), 0);
	ck_assert_int_eq(host_vlpi_map(w->h, w->lpi[0][1], &map), 0);
	ck_assert_int_eq(host_vlpi_unmap(w->h, w->lpi[0][1]), 0);
	vits_destroy(w->m.its);
	vgic_destroy(w->m.vm);
	w->m.vm = first;
	w->m.its = first_its;
}
END_TEST

START_TEST(the_host_may_take_its_interrupt_away_while_it_is_forwarded)
{
	forwarded(0, 0, 0);
	host_its_unmap_event(w->h, w->lpi[0][0]);
	/* recorded: masked as a vLPI, doorbell first; then unmapped as an LPI */
	SAW("VMOVI dev=8 ev=0 vpe=0 db=none", "VSYNC", "INV dev=8 ev=0", "VSYNC",
	    "DISCARD dev=8 ev=0", "SYNC");
	ck_assert_uint_eq(vgic_v4_vlpis(vcpu(w, 0)), 0);
	raise_msi(w, 0, 0);
	ck_assert_uint_eq(w->dropped, 1);
}
END_TEST

/* Masked as a vLPI, it comes back unmasked: so it is masked again before it is unmapped. */
START_TEST(an_interrupt_comes_back_enabled_whatever_the_host_did_to_the_vlpi)
{
	forwarded(0, 0, 0);
	ck_assert_int_eq(host_its_set_enabled(w->h, w->lpi[0][0], false), 0);
	ck_assert_int_eq(unforward(w, 0, 0, 0), 0);
	raise_msi(w, 0, 0);
	ck_assert_uint_eq(host_irqs(w, 0), w->lpi[0][0]);
	v4_forget(w);
	host_its_unmap_event(w->h, w->lpi[0][0]);
	SAW("INV dev=8 ev=0", "SYNC", "DISCARD dev=8 ev=0", "SYNC");
}
END_TEST

/* The first LPI has forgotten the host interrupt that serves another one now. */
START_TEST(freeing_an_event_leaves_alone_what_its_host_interrupt_does_since)
{
	u32 policy;

	for (policy = VGIC_FORWARD_OLD; policy <= VGIC_FORWARD_NEW; policy++) {
		reopen_with((enum vgic_forwarding_policy)policy);
		forwarded(0, 0, 0);
		ck_assert_int_eq(unforward(w, 0, 0, 0), 0);
		forwarded(0, 0, 2);
		ck_assert_int_eq(discard(8, 0), 0);
		SAW_NOTHING();
		raise_msi(w, 0, 0);
		ck_assert_uint_eq(visit(w, 0, 0), VGIC_LPI_BASE + 2);
	}
}
END_TEST

START_TEST(a_forwarded_host_lpi_cannot_be_moved_by_the_host)
{
	forwarded(0, 0, 0);
	ck_assert_int_eq(host_its_set_affinity(w->h, w->lpi[0][0], 2), -EINVAL);
	SAW_NOTHING();
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, forwarding_discards_the_physical_mapping_and_makes_the_virtual_one);
	tcase_add_test(tc, unforwarding_maps_the_host_lpi_again_where_it_was);
	tcase_add_test(tc, an_address_that_is_no_vits_is_left_in_software);
	tcase_add_test(tc, an_event_that_does_not_translate_is_an_error_of_old_and_none_of_new);
	tcase_add_test(tc, what_the_host_cannot_map_stays_in_software);
	tcase_add_test(tc, a_second_forwarding_of_an_lpi_is_ignored_by_new_and_done_by_old);
	tcase_add_test(tc, pending_state_goes_to_the_hardware);
	tcase_add_test(tc, the_seed_leaves_pending_state_to_software);
	tcase_add_test(tc, a_pending_vlpi_is_lost_when_forwarding_ends);
	tcase_add_test(tc, unset_by_host_interrupt_does_not_need_the_route);
	tcase_add_test(tc, unset_of_a_host_interrupt_that_is_not_forwarded_does_nothing);
	tcase_add_test(tc, unset_without_memory_says_so_and_can_be_tried_again);
	tcase_add_test(tc, a_changed_route_only_unmaps);
	tcase_add_test(tc, a_device_serves_one_vm_at_a_time);
	tcase_add_test(tc, the_host_may_take_its_interrupt_away_while_it_is_forwarded);
	tcase_add_test(tc, a_forwarded_host_lpi_cannot_be_moved_by_the_host);
	tcase_add_test(tc, an_interrupt_comes_back_enabled_whatever_the_host_did_to_the_vlpi);
	tcase_add_test(tc, freeing_an_event_leaves_alone_what_its_host_interrupt_does_since);
}

#include "tests/lib/check-main.h"
CHECK_MAIN("vgic-v4: forwarding", add, setup, teardown)
