// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a forwarded interrupt must follow: every command of the guest, events that come back, tables
 * that are saved (spec/vgic.md 3.3, 3.7, 5; seeds 000 and 003). Sequences marked "recorded" are those
 * of Linux 6.1 on GICv4.0 (tests/oracle). Event n of virtual device 8 is LPI 8192 + n on vCPU n % 2.
 */
#include "v4-forwarded.h"

static void reopen(const struct v4_config *c)
{
	teardown();
	v4_open(w, c);
}

/* ---- the guest's commands ---- */

/* Recorded; the doorbell follows the enable bit. */
START_TEST(inv_with_the_enable_bit_changed_moves_the_doorbell)
{
	forwarded(0, 1, 1);
	lpi_config(m, VGIC_LPI_BASE + 1, 0xa0);
	ck_assert_int_eq(inv(8, 1), 0);
	SAW("INV dev=8 ev=1", "VSYNC", "VMOVI dev=8 ev=1 vpe=1 db=none", "VSYNC");
	ck_assert_int_eq(inv(8, 1), 0);
	SAW("INV dev=8 ev=1", "VSYNC");
	raise_msi(w, 0, 1);
	ck_assert_uint_eq(visit(w, 1, 1), GIC_SPURIOUS);
	v4_forget(w);
	lpi_config(m, VGIC_LPI_BASE + 1, 0xa1);
	ck_assert_int_eq(inv(8, 1), 0);
	SAW("INV dev=8 ev=1", "VSYNC", "VMOVI dev=8 ev=1 vpe=1 db=vpe1", "VSYNC");
	ck_assert_uint_eq(visit(w, 1, 1), VGIC_LPI_BASE + 1);
}
END_TEST

/* Recorded: one VINVALL for all, whether something is forwarded or not. */
START_TEST(invall_invalidates_the_vpe_once)
{
	ck_assert_int_eq(invall(0), 0);
	SAW("VINVALL vpe=0", "VSYNC");
	forwarded(0, 0, 0);
	forwarded(0, 2, 2); /* LPI 8194, vCPU 0 too */
	lpi_config(m, VGIC_LPI_BASE, 0x51);
	lpi_config(m, VGIC_LPI_BASE + 2, 0xa0);
	ck_assert_int_eq(invall(0), 0);
	SAW("VMOVI dev=8 ev=2 vpe=0 db=none", "VSYNC", "VINVALL vpe=0", "VSYNC");
	ck_assert_uint_eq(lpi(w, 0)->priority, 0x50);
}
END_TEST

START_TEST(the_redistributors_inv_registers_do_as_the_commands)
{
	forwarded(0, 0, 0);
	guest_write(m, 0, RD(0) + GICR_INVLPIR, 8, VGIC_LPI_BASE);
	SAW("INV dev=8 ev=0", "VSYNC");
	guest_write(m, 0, RD(0) + GICR_INVALLR, 8, 0);
	SAW("VINVALL vpe=0", "VSYNC");
}
END_TEST

/* Recorded. */
START_TEST(int_and_clear_are_the_hosts_with_vsync)
{
	forwarded(0, 0, 0);
	ck_assert_int_eq(its_int(8, 0), 0);
	SAW("INT dev=8 ev=0", "VSYNC");
	ck_assert(!lpi(w, 0)->pending_latch);
	ck_assert_int_eq(its_clear(8, 0), 0);
	SAW("CLEAR dev=8 ev=0", "VSYNC");
	ck_assert_uint_eq(visit(w, 0, 0), GIC_SPURIOUS);
	ck_assert_int_eq(its_int(8, 0), 0);
	ck_assert_uint_eq(visit(w, 0, 0), VGIC_LPI_BASE);
}
END_TEST

/* An event that software injects although it is forwarded, once the cache has forgotten it. */
START_TEST(an_msi_from_software_becomes_an_int)
{
	forwarded(0, 0, 0);
	vits_invalidate_caches(w->m.vm);
	port_clear_records();
	ck_assert_int_eq(vits_inject_slow(w->m.vm, DOORBELL, 8, 0, 5), 1);
	SAW("INT dev=8 ev=0", "VSYNC");
	ck_assert_uint_eq(port_last_event(EV_IRQ_TO_HW)->arg, 1);
	ck_assert_int_eq(vits_inject_fast(w->m.vm, DOORBELL, 8, 0, 0), -EWOULDBLOCK);
	ck_assert_uint_eq(visit(w, 0, 0), VGIC_LPI_BASE);
}
END_TEST

/* A translation that was cached before the event was forwarded goes on serving software. */
START_TEST(a_cached_translation_outlives_forwarding)
{
	ck_assert_int_eq(msi(m, 8, 0), 1);
	ck_assert_uint_eq(visit(w, 0, 0), VGIC_LPI_BASE);
	forwarded(0, 0, 0);
	ck_assert_int_eq(msi(m, 8, 0), 1);
	SAW_NOTHING();
	ck_assert(lpi(w, 0)->pending_latch);
	ck_assert_uint_eq(visit(w, 0, 0), VGIC_LPI_BASE);
}
END_TEST

/* Recorded. */
START_TEST(movi_is_a_vmovi_and_takes_the_pending_bit_along)
{
	forwarded(0, 0, 0);
	raise_msi(w, 0, 0);
	ck_assert_int_eq(movi(8, 0, 1), 0);
	SAW("VMOVI dev=8 ev=0 vpe=1 db=vpe1", "VSYNC");
	ck_assert_uint_eq(vgic_v4_vlpis(vcpu(w, 0)), 0);
	ck_assert_uint_eq(vgic_v4_vlpis(vcpu(w, 1)), 1);
	ck_assert_uint_eq(visit(w, 0, 0), GIC_SPURIOUS);
	ck_assert_uint_eq(visit(w, 1, 1), VGIC_LPI_BASE);
}
END_TEST

/* Recorded: one VMOVI an event. */
START_TEST(a_collection_that_is_mapped_anew_takes_its_vlpis_along)
{
	forwarded(0, 0, 0);
	forwarded(0, 1, 1);
	forwarded(0, 2, 2);
	ck_assert_int_eq(mapc(0, 1, true), 0);
	SAW("VMOVI dev=8 ev=0 vpe=1 db=vpe1", "VSYNC", "VMOVI dev=8 ev=2 vpe=1 db=vpe1", "VSYNC");
}
END_TEST

/* Recorded: vLPIs of a collection that is gone keep arriving. */
START_TEST(unmapping_a_collection_leaves_its_vlpis_alone)
{
	forwarded(0, 0, 0);
	ck_assert_int_eq(mapc(0, 0, false), 0);
	SAW_NOTHING();
	raise_msi(w, 0, 0);
	ck_assert_uint_eq(visit(w, 0, 0), VGIC_LPI_BASE);
}
END_TEST

/* Recorded. */
START_TEST(discard_gives_the_interrupt_back_to_the_host)
{
	forwarded(0, 0, 0);
	ck_assert_int_eq(discard(8, 0), 0);
	SAW("DISCARD dev=8 ev=0", "SYNC", "MAPTI dev=8 ev=0 rd=0", "SYNC", "INV dev=8 ev=0",
	    "SYNC");
	ck_assert_ptr_null(lpi(w, 0));
	raise_msi(w, 0, 0);
	ck_assert_uint_eq(host_irqs(w, 0), w->lpi[0][0]);
	ck_assert_int_eq(unforward(w, 0, 0, 0), E_ITS_INT_UNMAPPED_INTERRUPT);
}
END_TEST

/* Recorded. */
START_TEST(mapd_with_v_0_gives_all_of_the_devices_interrupts_back)
{
	forwarded(0, 0, 0);
	forwarded(1, 1, 1);
	ck_assert_int_eq(mapd(8, 4, 0, false), 0);
	SAW("DISCARD dev=8 ev=0", "SYNC", "MAPTI dev=8 ev=0 rd=0", "SYNC", "INV dev=8 ev=0", "SYNC",
	    "DISCARD dev=16 ev=1", "SYNC", "MAPTI dev=16 ev=1 rd=1", "SYNC", "INV dev=16 ev=1",
	    "SYNC");
	ck_assert_uint_eq(vgic_v4_vlpis(vcpu(w, 0)) + vgic_v4_vlpis(vcpu(w, 1)), 0);
}
END_TEST

/* A reset by user space, and a device table that the guest takes away, unmap all devices. */
START_TEST(reset_and_table_removal_give_all_interrupts_back)
{
	u32 way;

	for (way = 0; way < 2; way++) {
		reopen_with(VGIC_FORWARD_OLD);
		forwarded(0, 0, 0);
		forwarded(1, 0, 1);
		if (way) {
			vits_reset(w->m.its);
		} else {
			guest_write(m, 0, ITS + GITS_CTLR, 4, 0);
			guest_write(m, 0, ITS + GITS_BASER, 8, 0);
		}
		ck_assert_uint_eq(v4_count(w, "MAPTI"), 2);
		ck_assert_uint_eq(vgic_v4_vlpis(vcpu(w, 0)) + vgic_v4_vlpis(vcpu(w, 1)), 0);
		raise_msi(w, 0, 0);
		ck_assert_uint_eq(host_irqs(w, 0), w->lpi[0][0]);
	}
}
END_TEST

/* The hole of the seed: VFIO is not told, so nobody asks for forwarding again (recorded). */
START_TEST(discard_and_mapti_leave_the_interrupt_in_software)
{
	forwarded(0, 0, 0);
	ck_assert_int_eq(discard(8, 0), 0);
	v4_forget(w);
	ck_assert_int_eq(mapti(8, 0, VGIC_LPI_BASE, 0), 0);
	SAW_NOTHING();
	raise_msi(w, 0, 0);
	ck_assert_uint_eq(host_irqs(w, 0), w->lpi[0][0]); /* VFIO's handler, then: */
	ck_assert_int_eq(msi(m, 8, 0), 1);
	SAW_NOTHING();
	ck_assert_uint_eq(visit(w, 0, 0), VGIC_LPI_BASE);
}
END_TEST

/* ---- forwarding_hint remember ---- */

static void reopen_remembering(enum vgic_forwarding_policy forwarding)
{
	struct v4_config c = v4_config_61(2);

	c.policy.v4.forwarding = (u8)forwarding;
	c.policy.v4.hint = VGIC_HINT_REMEMBER;
	reopen(&c);
}

START_TEST(a_remembered_event_is_forwarded_again_when_it_is_mapped_again)
{
	u32 policy;

	for (policy = VGIC_FORWARD_SEED; policy <= VGIC_FORWARD_NEW; policy++) {
		reopen_remembering((enum vgic_forwarding_policy)policy);
		forwarded(0, 0, 0);
		ck_assert_int_eq(discard(8, 0), 0);
		v4_forget(w);
		ck_assert_int_eq(mapti(8, 0, VGIC_LPI_BASE + 9, 1), 0);
		SAW("DISCARD dev=8 ev=0", "SYNC", "VMAPTI dev=8 ev=0 vpe=1 vintid=8201 db=vpe1",
		    "VSYNC");
		raise_msi(w, 0, 0);
		lpi_config(m, VGIC_LPI_BASE + 9, 0xa1);
		ck_assert_int_eq(inv(8, 0), 0);
		ck_assert_uint_eq(visit(w, 1, 1), VGIC_LPI_BASE + 9);
	}
}
END_TEST

START_TEST(a_remembered_event_is_forgotten_when_the_guest_rewrites_the_endpoints_msi)
{
	reopen_remembering(VGIC_FORWARD_NEW);
	forwarded(0, 0, 0);
	ck_assert_int_eq(discard(8, 0), 0);
	vgic_v4_route_changed(w->m.vm, w->lpi[0][0]);
	v4_forget(w);
	ck_assert_int_eq(mapti(8, 0, VGIC_LPI_BASE, 0), 0);
	SAW_NOTHING();
	/* forwarded as another event, it is that one that is remembered */
	forwarded(0, 0, 1);
	ck_assert_int_eq(discard(8, 1), 0);
	v4_forget(w);
	ck_assert_int_eq(mapti(8, 1, VGIC_LPI_BASE + 1, 1), 0);
	ck_assert_uint_eq(v4_count(w, "VMAPTI dev=8 ev=0 vpe=1"), 1);
}
END_TEST

/* Old lets a host interrupt be forwarded as another event without an end between. */
START_TEST(a_host_interrupt_is_remembered_for_one_event)
{
	reopen_remembering(VGIC_FORWARD_OLD);
	forwarded(0, 0, 0);
	forwarded(0, 0, 1);
	ck_assert_int_eq(discard(8, 0), 0);
	v4_forget(w);
	ck_assert_int_eq(mapti(8, 0, VGIC_LPI_BASE, 0), 0);
	SAW_NOTHING();
}
END_TEST

/* Nor does it mind a second one for the same event: the last is remembered, and others are not. */
START_TEST(an_event_remembers_the_last_host_interrupt)
{
	reopen_remembering(VGIC_FORWARD_OLD);
	forwarded(0, 0, 0);
	forwarded(1, 0, 0);
	forwarded(2, 0, 1);
	ck_assert_int_eq(discard(8, 0), 0);
	v4_forget(w);
	ck_assert_int_eq(mapti(8, 0, VGIC_LPI_BASE, 0), 0);
	SAW("DISCARD dev=16 ev=0", "SYNC", "VMAPTI dev=16 ev=0 vpe=0 vintid=8192 db=vpe0", "VSYNC");
}
END_TEST

START_TEST(a_remembered_event_is_forgotten_when_forwarding_ends)
{
	reopen_remembering(VGIC_FORWARD_OLD);
	forwarded(0, 0, 0);
	ck_assert_int_eq(unforward(w, 0, 0, 0), 0);
	ck_assert_int_eq(discard(8, 0), 0);
	v4_forget(w);
	ck_assert_int_eq(mapti(8, 0, VGIC_LPI_BASE, 0), 0);
	SAW_NOTHING();
}
END_TEST

START_TEST(without_memory_for_the_hint_forwarding_works_all_the_same)
{
	reopen_remembering(VGIC_FORWARD_OLD);
	ck_assert_int_eq(msi(m, 8, 0), 1); /* the cache has its entry */
	ck_assert_uint_eq(visit(w, 0, 0), VGIC_LPI_BASE);
	port.fail_at = port.allocs + 1;
	port.fail_after = true;
	ck_assert_int_eq(forward(w, 0, 0, 0), 0);
	port.fail_at = 0;
	port.fail_after = false;
	ck_assert(lpi(w, 0)->hw);
	ck_assert_int_eq(discard(8, 0), 0);
	ck_assert_int_eq(mapti(8, 0, VGIC_LPI_BASE, 0), 0);
	ck_assert(!lpi(w, 0)->hw);
}
END_TEST

/* ---- what an unmapped event leaves behind ---- */

/* Two events of one LPI: the first is freed, the LPI lives on. Until 6.16 it stays marked, and an
 * INT for the second one makes the first one's physical interrupt pending. */
START_TEST(until_616_an_lpi_that_lives_on_stays_marked_and_int_reaches_the_host)
{
	ck_assert_int_eq(mapti(8, 7, VGIC_LPI_BASE, 0), 0);
	forwarded(0, 0, 0);
	ck_assert_int_eq(discard(8, 0), 0);
	ck_assert(lpi(w, 0)->hw);
	v4_forget(w);
	ck_assert_int_eq(its_int(8, 7), 0);
	SAW("INT dev=8 ev=0", "SYNC");
	ck_assert_uint_eq(host_irqs(w, 0), w->lpi[0][0]); /* whose handler injects it again */
	ck_assert_int_eq(inv(8, 7), -EINVAL);
	ck_assert_int_eq(movi(8, 7, 1), -EINVAL);
	SAW_NOTHING();
	ck_assert_ptr_eq(lpi(w, 0)->target, vcpu(w, 1));
}
END_TEST

START_TEST(from_616_an_lpi_that_lives_on_is_softwares_again)
{
	reopen_with(VGIC_FORWARD_NEW);
	ck_assert_int_eq(mapti(8, 7, VGIC_LPI_BASE, 0), 0);
	forwarded(0, 0, 0);
	ck_assert_int_eq(discard(8, 0), 0);
	ck_assert(!lpi(w, 0)->hw);
	v4_forget(w);
	ck_assert_int_eq(its_int(8, 7), 0);
	SAW_NOTHING();
	ck_assert_uint_eq(visit(w, 0, 0), VGIC_LPI_BASE);
}
END_TEST

/* What decides about WFI: an event that is freed counts on, one that moves counts at its target. */
START_TEST(until_616_the_count_of_vlpis_misses_what_the_guest_unmaps)
{
	ck_assert(!vgic_v4_expects_vlpis(vcpu(w, 0)));
	forwarded(0, 0, 0);
	ck_assert(vgic_v4_expects_vlpis(vcpu(w, 0)));
	ck_assert_int_eq(movi(8, 0, 1), 0);
	ck_assert(!vgic_v4_expects_vlpis(vcpu(w, 0)));
	ck_assert(vgic_v4_expects_vlpis(vcpu(w, 1)));
	ck_assert_int_eq(discard(8, 0), 0);
	ck_assert_uint_eq(vgic_v4_vlpis(vcpu(w, 1)), 0);
	ck_assert(vgic_v4_expects_vlpis(vcpu(w, 1)));
	forwarded(0, 3, 2);
	ck_assert_int_eq(unforward(w, 0, 3, 2), 0);
	ck_assert(!vgic_v4_expects_vlpis(vcpu(w, 0)));
	reopen_with(VGIC_FORWARD_NEW);
	forwarded(0, 0, 0);
	ck_assert(vgic_v4_expects_vlpis(vcpu(w, 0)));
	ck_assert_int_eq(discard(8, 0), 0);
	ck_assert(!vgic_v4_expects_vlpis(vcpu(w, 0)));
}
END_TEST

/* ---- tables ---- */

/* Recorded: -EACCES, and pending tables are saved without the hardware's part. */
START_TEST(tables_cannot_be_saved_while_a_vlpi_is_mapped_on_40)
{
	forwarded(0, 0, 0);
	raise_msi(w, 0, 0);
	ck_assert_int_eq(vits_save_tables(w->m.its), -EACCES);
	ck_assert_int_eq(vits_save_pending_tables(w->m.vm), 0);
	SAW_NOTHING();
	ck_assert_uint_eq(ram_read8(m, PEND(0) + VGIC_LPI_BASE / 8), 0);
	ck_assert_int_eq(unforward(w, 0, 0, 0), 0);
	ck_assert_int_eq(vits_save_tables(w->m.its), 0);
}
END_TEST

START_TEST(pending_tables_of_41_are_read_while_the_vpes_are_unmapped)
{
	struct v4_config c = v4_config_new(2);

	reopen(&c);
	forwarded(0, 0, 0);
	forwarded(0, 1, 1);
	raise_msi(w, 0, 1);
	load_on(w, 0, 0); /* a vPE that is resident must not be unmapped under the guest */
	ck_assert_int_eq(host_vpes_unmap(w->m.vm->v4->vpes), -EBUSY);
	put(w, 0);
	v4_forget(w);
	ck_assert_int_eq(vits_save_tables(w->m.its), 0);
	ck_assert_int_eq(vits_save_pending_tables(w->m.vm), 0);
	ck_assert_uint_eq(v4_count(w, "VMAPP vpe=0 rd=0 v=0"), 1);
	ck_assert_uint_eq(v4_count(w, "VMAPP vpe=1 rd=0 v=1"), 1);
	ck_assert_uint_eq(ram_read8(m, PEND(0) + VGIC_LPI_BASE / 8), 0);
	ck_assert_uint_eq(ram_read8(m, PEND(1) + VGIC_LPI_BASE / 8), 2);
	ck_assert_uint_eq(visit(w, 1, 1), VGIC_LPI_BASE + 1); /* still pending there */
}
END_TEST

/* ---- GICv4.1 ---- */

START_TEST(vlpis_of_41_name_no_doorbell_and_are_invalidated_by_register)
{
	struct v4_config c = v4_config_new(2);

	reopen(&c);
	ck_assert_int_eq(forward(w, 0, 0, 0), 0);
	SAW("DISCARD dev=8 ev=0", "SYNC", "VMAPTI dev=8 ev=0 vpe=0 vintid=8192 db=none", "VSYNC");
	lpi_config(m, VGIC_LPI_BASE, 0xa0);
	ck_assert_int_eq(inv(8, 0), 0);
	SAW_NOTHING(); /* GICR_INVLPIR */
	ck_assert_int_eq(invall(0), 0);
	SAW_NOTHING(); /* GICR_INVALLR */
	raise_msi(w, 0, 0);
	ck_assert_uint_eq(visit(w, 0, 0), GIC_SPURIOUS);
	lpi_config(m, VGIC_LPI_BASE, 0xa1);
	ck_assert_int_eq(inv(8, 0), 0);
	ck_assert_uint_eq(visit(w, 0, 0), VGIC_LPI_BASE);
	v4_forget(w);
	ck_assert_int_eq(movi(8, 0, 1), 0);
	SAW("VMOVI dev=8 ev=0 vpe=1 db=none", "VSYNC");
}
END_TEST

static void add_commands(TCase *tc)
{
	tcase_add_test(tc, inv_with_the_enable_bit_changed_moves_the_doorbell);
	tcase_add_test(tc, invall_invalidates_the_vpe_once);
	tcase_add_test(tc, the_redistributors_inv_registers_do_as_the_commands);
	tcase_add_test(tc, int_and_clear_are_the_hosts_with_vsync);
	tcase_add_test(tc, an_msi_from_software_becomes_an_int);
	tcase_add_test(tc, a_cached_translation_outlives_forwarding);
	tcase_add_test(tc, movi_is_a_vmovi_and_takes_the_pending_bit_along);
	tcase_add_test(tc, a_collection_that_is_mapped_anew_takes_its_vlpis_along);
	tcase_add_test(tc, unmapping_a_collection_leaves_its_vlpis_alone);
	tcase_add_test(tc, discard_gives_the_interrupt_back_to_the_host);
	tcase_add_test(tc, mapd_with_v_0_gives_all_of_the_devices_interrupts_back);
	tcase_add_test(tc, reset_and_table_removal_give_all_interrupts_back);
	tcase_add_test(tc, discard_and_mapti_leave_the_interrupt_in_software);
}

static void add(TCase *tc)
{
	add_commands(tc);
	tcase_add_test(tc, a_remembered_event_is_forwarded_again_when_it_is_mapped_again);
	tcase_add_test(tc,
		       a_remembered_event_is_forgotten_when_the_guest_rewrites_the_endpoints_msi);
	tcase_add_test(tc, a_host_interrupt_is_remembered_for_one_event);
	tcase_add_test(tc, an_event_remembers_the_last_host_interrupt);
	tcase_add_test(tc, a_remembered_event_is_forgotten_when_forwarding_ends);
	tcase_add_test(tc, without_memory_for_the_hint_forwarding_works_all_the_same);
	tcase_add_test(tc, until_616_an_lpi_that_lives_on_stays_marked_and_int_reaches_the_host);
	tcase_add_test(tc, from_616_an_lpi_that_lives_on_is_softwares_again);
	tcase_add_test(tc, until_616_the_count_of_vlpis_misses_what_the_guest_unmaps);
	tcase_add_test(tc, tables_cannot_be_saved_while_a_vlpi_is_mapped_on_40);
	tcase_add_test(tc, pending_tables_of_41_are_read_while_the_vpes_are_unmapped);
	tcase_add_test(tc, vlpis_of_41_name_no_doorbell_and_are_invalidated_by_register);
}

#include "tests/lib/check-main.h"
CHECK_MAIN("vgic-v4: vLPIs and the guest", add, setup, teardown)
