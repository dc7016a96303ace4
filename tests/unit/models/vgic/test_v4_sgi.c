// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * SGIs of guests in hardware: how the guest gets them, and what its registers then do
 * (spec/vgic.md 2.4, 2.6, 2.7, 4.10).
 */
#include "v4-vm.h"

#define CTLR_ON (GICD_CTLR_ARE | GICD_CTLR_ENABLE_GRP1)

static struct v4_vm vm, *w = &vm;
static struct mmio_vm *m = &vm.m;

static void open_with(struct v4_config c)
{
	c.policy.v4.vsgi = VGIC_VSGI_ON;
	v4_open(w, &c);
}

static void setup(void)
{
	open_with(v4_config_new(2));
}

static void teardown(void)
{
	v4_close(w);
	port_assert_quiet();
}

static void reopen(struct v4_config c)
{
	teardown();
	open_with(c);
}

static void switch_to_hardware(void)
{
	wr32(m, DIST + GICD_CTLR, GICD_CTLR_ARE);
	wr32(m, DIST + GICD_CTLR, CTLR_ON | GICD_CTLR_NASSGIREQ);
	v4_forget(w);
	port_clear_records();
}

static void send_sgi(u32 from, u32 to, u32 sgi)
{
	vgic_send_sgi(vcpu(w, from), icc_sgir_to(vcpu(w, to)->mpidr, sgi), true);
	v4_deliver(w);
}

START_TEST(the_guest_is_told_and_asks)
{
	ck_assert_uint_eq(rd32(m, DIST + GICD_TYPER2), GICD_TYPER2_NASSGICAP);
	wr32(m, DIST + GICD_CTLR, GICD_CTLR_ARE);
	v4_forget(w);
	wr32(m, DIST + GICD_CTLR, CTLR_ON | GICD_CTLR_NASSGIREQ);
	ck_assert(rd32(m, DIST + GICD_CTLR) & GICD_CTLR_NASSGIREQ);
	/* 16 SGIs of two vCPUs: configuration and pending state each */
	ck_assert_uint_eq(v4_count(w, "VSGI"), 64);
	ck_assert_uint_eq(v4_count(w, "VSGI vpe=1 sgi=15 config en=1"), 1);
	ck_assert_uint_eq(v4_count(w, "VSGI vpe=1 sgi=15 clear"), 1);
	ck_assert(m->vm->vcpus[1]->private_irqs[15].hw);
}
END_TEST

START_TEST(nassgireq_is_read_only_while_the_distributor_stays_enabled)
{
	wr32(m, DIST + GICD_CTLR, CTLR_ON | GICD_CTLR_NASSGIREQ);
	ck_assert_uint_eq(v4_count(w, "VSGI"), 0);
	ck_assert(!(rd32(m, DIST + GICD_CTLR) & GICD_CTLR_NASSGIREQ));
	switch_to_hardware();
	wr32(m, DIST + GICD_CTLR, CTLR_ON);
	ck_assert_uint_eq(v4_count(w, "VSGI"), 0);
	ck_assert(rd32(m, DIST + GICD_CTLR) & GICD_CTLR_NASSGIREQ);
}
END_TEST

START_TEST(the_vm_stands_still_while_sgis_change_sides)
{
	wr32(m, DIST + GICD_CTLR, GICD_CTLR_ARE);
	port_clear_records();
	wr32(m, DIST + GICD_CTLR, CTLR_ON | GICD_CTLR_NASSGIREQ);
	ck_assert_uint_eq(port_count(PORT_HALT, NULL), 2);
	ck_assert_uint_eq(port_count(PORT_RESUME, NULL), 2);
}
END_TEST

START_TEST(an_sgi_is_one_register_write_and_reaches_a_running_vcpu_without_a_kick)
{
	switch_to_hardware();
	load_on(w, 1, 1);
	enter(w, 1);
	port_clear_records();
	send_sgi(0, 1, 3);
	ck_assert_uint_eq(port_count(PORT_KICK, NULL), 0);
	ck_assert_uint_eq(port_count(PORT_VSGI, NULL), 1);
	ck_assert(port_line(&m->pe_port[1], PLAT_LINE_VIRQ));
	ck_assert_uint_eq(take(w, 1), 3);
	ck_assert_uint_eq(take(w, 1), GIC_SPURIOUS);
	ck_assert(!m->vm->vcpus[1]->private_irqs[3].pending_latch);
	leave(w, 1);
	put(w, 1);
}
END_TEST

/* The same vCPUs get it as when the hypervisor sends; none of its locks is taken. */
START_TEST(without_the_trap_the_pe_sends_by_itself_if_sgis_are_in_hardware)
{
	u64 to_one = icc_sgir_to(vcpu(w, 1)->mpidr, 6), locks;

	m->vm->policy.v4.sender_trap = VGIC_SENDER_DIRECT;
	ck_assert(!vgic_v4_sgi_untrapped(vcpu(w, 0), to_one)); /* software's: it traps */
	switch_to_hardware();
	locks = port.acquired[LOCK_IRQ];
	ck_assert(vgic_v4_sgi_untrapped(vcpu(w, 0), to_one));
	ck_assert_uint_eq(port.acquired[LOCK_IRQ], locks);
	ck_assert(vgic_v4_sgi_untrapped(vcpu(w, 0), icc_sgir_to(0x305, 6))); /* nobody */
	v4_deliver(w);
	ck_assert_uint_eq(visit(w, 1, 1), 6);
	ck_assert_uint_eq(visit(w, 0, 0), GIC_SPURIOUS);
	ck_assert(vgic_v4_sgi_untrapped(vcpu(w, 1), ICC_SGIR_IRM | FIELD_PUT(9, ICC_SGIR_INTID)));
	v4_deliver(w);
	ck_assert_uint_eq(visit(w, 0, 0), 9);
	ck_assert_uint_eq(visit(w, 1, 1), GIC_SPURIOUS);
	m->vm->policy.v4.sender_trap = VGIC_SENDER_TRAPS;
	ck_assert(!vgic_v4_sgi_untrapped(vcpu(w, 0), to_one));
}
END_TEST

START_TEST(an_sgi_rings_for_a_vcpu_that_waits_and_wakes_it)
{
	switch_to_hardware();
	load_on(w, 1, 1);
	vgic_wfi_begin(vcpu(w, 1));
	put(w, 1);
	vgic_set_blocked(vcpu(w, 1), true);
	ck_assert(!vgic_vcpu_pending(vcpu(w, 1)));
	send_sgi(0, 1, 5);
	ck_assert_uint_eq(host_irqs(w, 1), 0);
	ck_assert_uint_eq(wakes(), 1);
	ck_assert(vgic_vcpu_pending(vcpu(w, 1)));
	vgic_set_blocked(vcpu(w, 1), false);
	load_on(w, 1, 1);
	vgic_wfi_end(vcpu(w, 1));
	enter(w, 1);
	ck_assert_uint_eq(take(w, 1), 5);
	leave(w, 1);
	put(w, 1);
}
END_TEST

START_TEST(a_pending_sgi_changes_sides_both_ways)
{
	send_sgi(0, 1, 7);
	ck_assert_uint_eq(vgic_count_pending(m->vm, 7, vcpu(w, 1)), 1);
	wr32(m, DIST + GICD_CTLR, GICD_CTLR_ARE);
	wr32(m, DIST + GICD_CTLR, CTLR_ON | GICD_CTLR_NASSGIREQ);
	v4_deliver(w);
	ck_assert_uint_eq(vgic_count_pending(m->vm, 7, vcpu(w, 1)), 0);
	ck_assert_uint_eq(guest_read(m, 1, RD(1) + GICR_ISPENDR0, 4), PLAT_BIT(7));
	v4_forget(w);
	wr32(m, DIST + GICD_CTLR, GICD_CTLR_ARE);
	wr32(m, DIST + GICD_CTLR, CTLR_ON);
	/* disabled and cleared, each of them */
	ck_assert_uint_eq(v4_count(w, "VSGI"), 64);
	ck_assert_uint_eq(v4_count(w, "VSGI vpe=0 sgi=0 config en=0"), 1);
	ck_assert(!m->vm->vcpus[1]->private_irqs[7].hw);
	ck_assert_uint_eq(vgic_count_pending(m->vm, 7, vcpu(w, 1)), 1);
	ck_assert_uint_eq(visit(w, 1, 1), 7);
	ck_assert_uint_eq(visit(w, 1, 1), GIC_SPURIOUS);
}
END_TEST

START_TEST(registers_of_a_hardware_sgi_are_commands)
{
	const u64 frame = SGI_FRAME(0);

	switch_to_hardware();
	guest_write(m, 0, RD(0) + GICR_ICENABLER0, 4, PLAT_BIT(2));
	SAW("VSGI vpe=0 sgi=2 config en=0 prio=0 grp=1", "VSYNC");
	guest_write(m, 0, RD(0) + GICR_ICENABLER0, 4, PLAT_BIT(2));
	SAW_NOTHING();
	guest_write(m, 0, RD(0) + GICR_IPRIORITYR0 + 2, 1, 0x48);
	SAW("VSGI vpe=0 sgi=2 config en=0 prio=64 grp=1", "VSYNC");
	guest_write(m, 0, RD(0) + GICR_ISENABLER0, 4, PLAT_BIT(2));
	SAW("VSGI vpe=0 sgi=2 config en=1 prio=64 grp=1", "VSYNC");
	guest_write(m, 0, RD(0) + GICR_ISPENDR0, 4, PLAT_BIT(2));
	SAW_NOTHING();
	v4_deliver(w);
	ck_assert_uint_eq(guest_read(m, 0, RD(0) + GICR_ISPENDR0, 4), PLAT_BIT(2));
	guest_write(m, 0, RD(0) + GICR_ICPENDR0, 4, PLAT_BIT(2));
	SAW("VSGI vpe=0 sgi=2 clear en=0 prio=0 grp=0", "VSYNC");
	ck_assert_uint_eq(guest_read(m, 0, RD(0) + GICR_ISPENDR0, 4), 0);
	guest_write(m, 0, RD(0) + GICR_ISACTIVER0, 4, PLAT_BIT(2));
	ck_assert_uint_eq(guest_read(m, 0, RD(0) + GICR_ISACTIVER0, 4), 0);
	SAW_NOTHING();
	guest_write(m, 0, frame + GICD_IGROUPR, 4, 0xffffffff & ~PLAT_BIT(2));
	ck_assert_uint_eq(v4_count(w, "VSGI"), 16);
	ck_assert_uint_eq(v4_count(w, "VSGI vpe=0 sgi=2 config en=1 prio=64 grp=0"), 1);
}
END_TEST

START_TEST(a_disabled_sgi_stays_pending_until_it_is_enabled)
{
	switch_to_hardware();
	guest_write(m, 1, RD(1) + GICR_ICENABLER0, 4, PLAT_BIT(4));
	send_sgi(0, 1, 4);
	ck_assert_uint_eq(visit(w, 1, 1), GIC_SPURIOUS);
	guest_write(m, 1, RD(1) + GICR_ISENABLER0, 4, PLAT_BIT(4));
	ck_assert_uint_eq(visit(w, 1, 1), 4);
}
END_TEST

START_TEST(enabling_the_distributor_makes_vpes_of_41_resident_anew)
{
	struct vgic_vcpu *v = vcpu(w, 0);

	load_on(w, 0, 0);
	v4_forget(w);
	wr32(m, DIST + GICD_CTLR, GICD_CTLR_ARE);
	SAW_NOTHING();
	ck_assert_uint_eq(vgic_check_requests(v), 0);
	SAW("vpe-out rd=0 vpe=0", "vpe-in rd=0 vpe=0");
	ck_assert(!(gicr_read(v->pe, GICR_VPENDBASER, 8) & GICR_VPENDBASER_VGRP1EN));
	wr32(m, DIST + GICD_CTLR, CTLR_ON);
	vgic_check_requests(v);
	ck_assert(gicr_read(v->pe, GICR_VPENDBASER, 8) & GICR_VPENDBASER_VGRP1EN);
	put(w, 0);
}
END_TEST

START_TEST(what_user_space_restores_comes_true_before_the_first_run)
{
	struct v4_config c = v4_config_new(1);

	teardown();
	c.policy.v4.vsgi = VGIC_VSGI_ON;
	port_reset();
	must(!v4_host(w, &c));
	must(!v4_create(w, &c));
	must(!vits_create(&m->its, m->vm));
	must(!vgic_set_dist_base(m->vm, DIST));
	must(!vgic_set_redist_region(m->vm, 0, REDIST, 0));
	must(!vgic_init(m->vm));
	v4_forget(w);
	ck_assert_int_eq(dist_set(m, GICD_CTLR, CTLR_ON | GICD_CTLR_NASSGIREQ), 0);
	SAW_NOTHING();
	must(!vgic_map_resources(m->vm));
	ck_assert_uint_eq(v4_count(w, "VSGI"), 32);
	ck_assert(m->vm->vcpus[0]->private_irqs[0].hw);
}
END_TEST

/* Each alone keeps SGIs in software, and nothing is offered. */
START_TEST(without_any_of_policy_injection_hardware_they_are_not_offered)
{
	struct v4_config c = v4_config_new(1);
	u32 i;

	for (i = 0; i < 4; i++) {
		c = i == 0 ? v4_config_61(1) : v4_config_new(1); /* GICv4.0 */
		c.no_vsgi = i == 1;
		if (i == 2)
			c.policy.v4.injection = VGIC_INJECT_V4;
		reopen(c);
		if (i == 3)
			m->vm->policy.v4.vsgi = VGIC_VSGI_OFF;
		ck_assert_uint_eq(rd32(m, DIST + GICD_TYPER2), 0);
		switch_to_hardware();
		ck_assert(!(rd32(m, DIST + GICD_CTLR) & GICD_CTLR_NASSGIREQ));
		ck_assert(!m->vm->vcpus[0]->private_irqs[0].hw);
	}
}
END_TEST

/* From 2025 user space may take nASSGIcap away before initialisation; vLPIs go with it. */
START_TEST(user_space_takes_hardware_sgis_away_before_initialisation_only)
{
	struct v4_config c = v4_config_new(1);

	ck_assert_int_eq(dist_set(m, GICD_TYPER2, 0), -EBUSY);
	ck_assert_int_eq(dist_set(m, GICD_TYPER2, GICD_TYPER2_NASSGICAP), 0);
	ck_assert_int_eq(dist_set(m, GICD_TYPER2, 0x1), -EINVAL);
	teardown();
	c.policy.v4.vsgi = VGIC_VSGI_ON;
	port_reset();
	must(!v4_host(w, &c));
	must(!v4_create(w, &c));
	ck_assert_int_eq(vgic_v4_user_sgis(m->vm, false), 0);
	ck_assert(!vgic_v4_sgis_offered(m->vm));
	ck_assert(!vgic_v4_direct_msis(m->vm));
	ck_assert_int_eq(vgic_v4_user_sgis(m->vm, true), 0);
	ck_assert(vgic_v4_sgis_offered(m->vm));
	ck_assert(vgic_v4_direct_msis(m->vm));
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, the_guest_is_told_and_asks);
	tcase_add_test(tc, nassgireq_is_read_only_while_the_distributor_stays_enabled);
	tcase_add_test(tc, the_vm_stands_still_while_sgis_change_sides);
	tcase_add_test(tc, an_sgi_is_one_register_write_and_reaches_a_running_vcpu_without_a_kick);
	tcase_add_test(tc, without_the_trap_the_pe_sends_by_itself_if_sgis_are_in_hardware);
	tcase_add_test(tc, an_sgi_rings_for_a_vcpu_that_waits_and_wakes_it);
	tcase_add_test(tc, a_pending_sgi_changes_sides_both_ways);
	tcase_add_test(tc, registers_of_a_hardware_sgi_are_commands);
	tcase_add_test(tc, a_disabled_sgi_stays_pending_until_it_is_enabled);
	tcase_add_test(tc, enabling_the_distributor_makes_vpes_of_41_resident_anew);
	tcase_add_test(tc, what_user_space_restores_comes_true_before_the_first_run);
	tcase_add_test(tc, without_any_of_policy_injection_hardware_they_are_not_offered);
	tcase_add_test(tc, user_space_takes_hardware_sgis_away_before_initialisation_only);
}

#include "tests/lib/check-main.h"
CHECK_MAIN("vgic-v4: SGIs in hardware", add, setup, teardown)
