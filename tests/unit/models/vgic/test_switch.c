// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What of the virtual CPU interface moves when, by policy world_switch (models/vgic/vgic-switch.c).
 */
#include "vgic-world.h"

static struct world w;

static struct vgic_policy policy(u8 world_switch)
{
	struct vgic_policy p = world_policy_61();

	p.world_switch = world_switch;
	return p;
}

static u32 pmr(const struct vgic_vcpu *v)
{
	return (u32)FIELD_GET(v->cpuif.vmcr, ICH_VMCR_VPMR);
}

START_TEST(lazily_control_registers_move_at_load_and_put_only)
{
	world_open(&w, VGIC_V3, 1, policy(VGIC_WORLD_VHE_LAZY));
	port_clear_records();
	load(&w, 0);
	ck_assert_uint_eq(port_count_events(EV_STATE_IN), 1);
	for (u32 i = 0; i < 3; i++) {
		enter(&w, 0);
		leave(&w, 0);
	}
	ck_assert_uint_eq(port_count_events(EV_STATE_IN), 1);
	ck_assert_uint_eq(port_count_events(EV_STATE_OUT), 0);
	vgic_put(vcpu(&w, 0));
	ck_assert_uint_eq(port_count_events(EV_STATE_OUT), 1);
	world_close(&w);
}
END_TEST

START_TEST(otherwise_they_move_at_each_entry_and_exit_and_not_at_load_and_put)
{
	static const u8 switches[] = { VGIC_WORLD_VHE, VGIC_WORLD_LEGACY };

	for (u32 s = 0; s < 2; s++) {
		world_open(&w, VGIC_V3, 1, policy(switches[s]));
		port_clear_records();
		load(&w, 0);
		ck_assert_uint_eq(port_count_events(EV_STATE_IN), 0);
		for (u32 i = 1; i <= 3; i++) {
			enter(&w, 0);
			ck_assert_uint_eq(port_count_events(EV_STATE_IN), i);
			leave(&w, 0);
			ck_assert_uint_eq(port_count_events(EV_STATE_OUT), i);
		}
		vgic_put(vcpu(&w, 0));
		ck_assert_uint_eq(port_count_events(EV_STATE_OUT), 3);
		world_close(&w);
	}
}
END_TEST

/* HCR, VMCR, MISR, EISR and ELRSR are read or cleared at the exit, HCR and VMCR written at the entry,
 * and every list register moves both ways, though nothing is pending. */
START_TEST(all_registers_are_paid_for_whether_in_use_or_not)
{
	struct vgic_vcpu *v;

	world_open(&w, VGIC_V3, 1, policy(VGIC_WORLD_VHE));
	v = vcpu(&w, 0);
	load(&w, 0);
	memset(port.used, 0, sizeof(port.used));
	enter(&w, 0);
	ck_assert_uint_eq(port.used[COST_ICH_ACCESS], 2);
	ck_assert_uint_eq(port.used[COST_LR_WRITE], v->vm->nr_lrs);
	ck_assert_uint_eq(port.used[COST_APR_ACCESS], 2u * v->vm->nr_aprs);
	memset(port.used, 0, sizeof(port.used));
	leave(&w, 0);
	ck_assert_uint_eq(port.used[COST_ICH_ACCESS], 5);
	ck_assert_uint_eq(port.used[COST_LR_READ], v->vm->nr_lrs);
	ck_assert_uint_eq(port.used[COST_LR_WRITE], 0);
	ck_assert_uint_eq(port.used[COST_APR_ACCESS], 2u * v->vm->nr_aprs);
	vgic_put(v);
	world_close(&w);
}
END_TEST

START_TEST(what_the_guest_set_is_known_after_the_exit_and_back_at_the_next_entry)
{
	struct vgic_vcpu *v;

	world_open(&w, VGIC_V3, 2, policy(VGIC_WORLD_LEGACY));
	v = vcpu(&w, 0);
	load_enter(&w, 0);
	icv_pmr_write(v->pe, 0x50);
	leave(&w, 0);
	ck_assert_uint_eq(pmr(v), 0x50);
	/* meanwhile another vCPU has the PE's registers */
	ich_vmcr_write(v->pe, 0);
	vgic_vmcr_sync(v);
	ck_assert_msg(pmr(v) == 0x50, "what is not in the hardware is not read from there");
	enter(&w, 0);
	ck_assert_uint_eq(FIELD_GET(ich_vmcr_read(v->pe), ICH_VMCR_VPMR), 0x50);
	leave_put(&w, 0);
	ck_assert_uint_eq(pmr(v), 0x50);
	world_close(&w);
}
END_TEST

START_TEST(an_interrupt_is_delivered_and_ended_alike_under_all_switches)
{
	for (u8 s = VGIC_WORLD_VHE_LAZY; s <= VGIC_WORLD_LEGACY; s++) {
		struct vgic_irq *irq;

		world_open(&w, VGIC_V3, 1, policy(s));
		irq = world_spi(&w, 0, 0, 0xa0, VGIC_EDGE);
		raise_irq(&w, irq);
		load_enter(&w, 0);
		ck_assert_uint_eq(ack(&w, 0), SPI(0));
		leave(&w, 0); /* active in a list register, and in the priorities registers */
		ck_assert(irq->active);
		enter(&w, 0);
		eoi(&w, 0, SPI(0));
		leave_put(&w, 0);
		ck_assert(!irq->active && !irq->vcpu);
		world_close(&w);
	}
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, lazily_control_registers_move_at_load_and_put_only);
	tcase_add_test(tc, otherwise_they_move_at_each_entry_and_exit_and_not_at_load_and_put);
	tcase_add_test(tc, all_registers_are_paid_for_whether_in_use_or_not);
	tcase_add_test(tc, what_the_guest_set_is_known_after_the_exit_and_back_at_the_next_entry);
	tcase_add_test(tc, an_interrupt_is_delivered_and_ended_alike_under_all_switches);
}

#include "tests/lib/check-main.h"
CHECK_MAIN("world switch", add, port_reset, port_assert_quiet)
