// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * GICv2 CPU interface: CPU_REGS for user space, and GICC accesses of a guest (spec/vgic.md 2.2, 2.3,
 * 2.8, 2.9).
 */
#include "mmio-vm.h"

#include "tests/lib/check-main.h"

static struct mmio_vm m;

static void setup(void)
{
	struct vgic_policy p = mmio_policy();

	port_reset();
	mmio_create(&m, VGIC_V2, 4, false, &p);
}

static void teardown(void)
{
	mmio_destroy(&m);
	port_assert_quiet();
}

#define cpu_get(v, offset)	  user_value(&m, VGIC_GRP_CPU_REGS, cpu_attr(v, offset))
#define cpu_set(v, offset, value) user_set(&m, VGIC_GRP_CPU_REGS, cpu_attr(v, offset), value)

/* ---- user space ---- */

START_TEST(ctlr_holds_enables_ackctl_fiqen_cbpr_and_eoimode)
{
	u32 vmcr;

	ck_assert_int_eq(cpu_set(1, GICC_CTLR, 0xffffffff), 0);
	ck_assert_uint_eq(cpu_get(1, GICC_CTLR), 0x21f);
	vmcr = m.vm->vcpus[1]->cpuif.vmcr;
	ck_assert_uint_eq(vmcr, ICH_VMCR_VENG0 | ICH_VMCR_VENG1 | ICH_VMCR_VACKCTL |
					ICH_VMCR_VFIQEN | ICH_VMCR_VCBPR | ICH_VMCR_VEOIM);
	ck_assert_int_eq(cpu_set(1, GICC_CTLR, 0x2), 0);
	ck_assert_uint_eq(cpu_get(1, GICC_CTLR), 0x2);
	ck_assert_uint_eq(cpu_get(0, GICC_CTLR), 0);
}
END_TEST

/* The ABI's quirk: bits 4:0 hold the upper five bits of the mask. */
START_TEST(pmr_is_the_five_bit_mask_and_not_the_eight_bit_register)
{
	ck_assert_int_eq(cpu_set(0, GICC_PMR, 0x1e), 0);
	ck_assert_uint_eq(FIELD_GET(m.vm->vcpus[0]->cpuif.vmcr, ICH_VMCR_VPMR), 0xf0);
	ck_assert_uint_eq(cpu_get(0, GICC_PMR), 0x1e);
	ck_assert_int_eq(cpu_set(0, GICC_PMR, 0xf0), 0);
	ck_assert_uint_eq(cpu_get(0, GICC_PMR), 0x10);
}
END_TEST

START_TEST(bpr_and_abpr_are_three_bits_each)
{
	ck_assert_int_eq(cpu_set(0, GICC_BPR, 0xfa), 0);
	ck_assert_int_eq(cpu_set(0, GICC_ABPR, 0xfd), 0);
	ck_assert_uint_eq(cpu_get(0, GICC_BPR), 2);
	ck_assert_uint_eq(cpu_get(0, GICC_ABPR), 5);
	ck_assert_uint_eq(m.vm->vcpus[0]->cpuif.vmcr, 2u << 21 | 5u << 18);
}
END_TEST

START_TEST(iidr_is_architecture_2_of_the_hypervisor_and_read_only)
{
	ck_assert_int_eq(cpu_set(0, GICC_IIDR, 0), 0);
	ck_assert_uint_eq(cpu_get(0, GICC_IIDR), 0x04b2043b);
}
END_TEST

/* Five priority bits: 32 preemption levels, one register. The host is a GICv3: Group 1's set. */
START_TEST(apr0_is_group_1s_first_register_the_others_are_raz_wi)
{
	u32 n;

	ck_assert_int_eq(cpu_set(0, GICC_APR, 0x80000001), 0);
	ck_assert_uint_eq(cpu_get(0, GICC_APR), 0x80000001);
	ck_assert_uint_eq(m.vm->vcpus[0]->cpuif.apr[1][0], 0x80000001);
	ck_assert_uint_eq(m.vm->vcpus[0]->cpuif.apr[0][0], 0);
	for (n = 1; n < 4; n++) {
		ck_assert_int_eq(cpu_set(0, GICC_APR + 4 * n, 0xffffffff), 0);
		ck_assert_uint_eq(cpu_get(0, GICC_APR + 4 * n), 0);
		ck_assert_uint_eq(m.vm->vcpus[0]->cpuif.apr[1][n], 0);
	}
}
END_TEST

/* 2013: level X is active <=> bit X % 32 of APR[X / 32]; both groups; undefined levels RAZ/WI. */
START_TEST(apr_of_2013_shows_active_levels_of_both_groups)
{
	struct vgic_policy p = mmio_policy();
	u32 level;

	p.user_regs = VGIC_USER_REGS_2013;
	mmio_destroy(&m);
	mmio_create(&m, VGIC_V2, 4, false, &p);
	m.vm->vcpus[0]->cpuif.apr[0][0] = 0x1;
	m.vm->vcpus[0]->cpuif.apr[1][0] = 0x80;
	ck_assert_uint_eq(cpu_get(0, GICC_APR), 0x81);
	for (level = 0; level < 128; level++) {
		u32 at = GICC_APR + 4 * (level / 32), bit = 1u << level % 32;

		ck_assert_int_eq(cpu_set(0, at, bit), 0);
		ck_assert_uint_eq(cpu_get(0, at), level < 32 ? bit : 0);
	}
	ck_assert_uint_eq(m.vm->vcpus[0]->cpuif.apr[0][0], 0x80000000);
	ck_assert_uint_eq(m.vm->vcpus[0]->cpuif.apr[1][0], 0);
}
END_TEST

START_TEST(the_registers_of_acknowledge_and_end_are_not_for_user_space)
{
	static const u32 offsets[] = { GICC_IAR,   GICC_EOIR,	GICC_RPR,   GICC_HPPIR, GICC_AIAR,
				       GICC_AEOIR, GICC_AHPPIR, GICC_NSAPR, GICC_DIR };
	size_t i;

	for (i = 0; i < PLAT_ARRAY_SIZE(offsets); i++) {
		ck_assert_int_eq(vgic_user_has(m.vm, VGIC_GRP_CPU_REGS, offsets[i]), -ENXIO);
		ck_assert_int_eq(cpu_set(0, offsets[i], ~0u), 0);
		ck_assert_uint_eq(cpu_get(0, offsets[i]), 0);
	}
}
END_TEST

/* ---- guest ---- */

/* vCPU 0 on PE 0, its interrupts in list registers. */
static struct vgic_vcpu *run_vcpu0(void)
{
	struct vgic_vcpu *v = m.vm->vcpus[0];

	vgic_load(v, gic_pe(m.gic, 0));
	vgic_check_requests(v);
	vgic_flush(v);
	ck_assert(vgic_enter_guest(v));
	return v;
}

static void stop_vcpu0(void)
{
	struct vgic_vcpu *v = m.vm->vcpus[0];

	vgic_leave_guest(v);
	vgic_sync(v);
	vgic_put(v);
}

static void prepare_guest(void)
{
	wr32(&m, DIST + GICD_CTLR, 1);
	ck_assert_int_eq(cpu_set(0, GICC_CTLR, 0x3), 0);
	ck_assert_int_eq(cpu_set(0, GICC_PMR, 0x1f), 0);
}

START_TEST(iar_gives_the_source_of_an_sgi_and_eoir_ends_it)
{
	struct vgic_vcpu *v;

	prepare_guest();
	guest_write(&m, 2, DIST + GICD_SGIR, 4, 1u << 16 | 7);
	v = run_vcpu0();
	ck_assert_uint_eq(vgic_v2_cpuif_read(v, GICC_HPPIR, 4), 2u << 10 | 7);
	ck_assert_uint_eq(vgic_v2_cpuif_read(v, GICC_IAR, 4), 2u << 10 | 7);
	ck_assert_uint_eq(vgic_v2_cpuif_read(v, GICC_RPR, 4), 0);
	ck_assert_uint_eq(vgic_v2_cpuif_read(v, GICC_IAR, 4), 1023);
	ck_assert(vgic_v2_cpuif_write(v, GICC_EOIR, 4, 2u << 10 | 7));
	ck_assert_uint_eq(vgic_v2_cpuif_read(v, GICC_RPR, 4), 0xff);
	stop_vcpu0();
	ck_assert(!mmio_irq(&m, 0, 7)->active);
}
END_TEST

static struct vgic_vcpu *run_with_group1_spi(u32 ctlr)
{
	prepare_guest();
	ck_assert_int_eq(cpu_set(0, GICC_CTLR, ctlr), 0);
	wr32(&m, DIST + GICD_IGROUPR + 4, 1u << 8);
	wr32(&m, DIST + GICD_ISENABLER + 4, 1u << 8);
	wr32(&m, DIST + GICD_ISPENDR + 4, 1u << 8);
	return run_vcpu0();
}

START_TEST(without_ackctl_a_group_1_interrupt_is_1022_and_the_alias_takes_it)
{
	struct vgic_vcpu *v = run_with_group1_spi(GICC_CTLR_ENABLE_GRP0 | GICC_CTLR_ENABLE_GRP1);

	ck_assert_uint_eq(vgic_v2_cpuif_read(v, GICC_IAR, 4), 1022);
	ck_assert_uint_eq(vgic_v2_cpuif_read(v, GICC_HPPIR, 4), 1022);
	ck_assert_uint_eq(vgic_v2_cpuif_read(v, GICC_AHPPIR, 4), 40);
	ck_assert_uint_eq(vgic_v2_cpuif_read(v, GICC_AIAR, 4), 40);
	ck_assert(vgic_v2_cpuif_write(v, GICC_AEOIR, 4, 40));
	ck_assert_uint_eq(vgic_v2_cpuif_read(v, GICC_RPR, 4), 0xff);
	stop_vcpu0();
}
END_TEST

START_TEST(with_ackctl_the_plain_registers_serve_group_1_too)
{
	struct vgic_vcpu *v = run_with_group1_spi(GICC_CTLR_ENABLE_GRP0 | GICC_CTLR_ENABLE_GRP1 |
						  GICC_CTLR_ACKCTL);

	ck_assert_uint_eq(vgic_v2_cpuif_read(v, GICC_HPPIR, 4), 40);
	ck_assert_uint_eq(vgic_v2_cpuif_read(v, GICC_IAR, 4), 40);
	ck_assert_uint_ne(vgic_v2_cpuif_read(v, GICC_RPR, 4), 0xff);
	ck_assert(vgic_v2_cpuif_write(v, GICC_EOIR, 4, 40));
	ck_assert_uint_eq(vgic_v2_cpuif_read(v, GICC_RPR, 4), 0xff);
	stop_vcpu0();
	ck_assert(!mmio_irq(&m, 0, 40)->active);
}
END_TEST

START_TEST(a_guests_control_registers_survive_in_vmcr)
{
	struct vgic_vcpu *v;

	prepare_guest();
	v = run_vcpu0();
	ck_assert(vgic_v2_cpuif_write(v, GICC_CTLR, 4, 0x205));
	ck_assert(vgic_v2_cpuif_write(v, GICC_PMR, 4, 0xa0));
	ck_assert(vgic_v2_cpuif_write(v, GICC_BPR, 4, 5));
	ck_assert(vgic_v2_cpuif_write(v, GICC_ABPR, 4, 6));
	ck_assert_uint_eq(vgic_v2_cpuif_read(v, GICC_CTLR, 4), 0x205);
	ck_assert_uint_eq(vgic_v2_cpuif_read(v, GICC_PMR, 4), 0xa0);
	ck_assert_uint_eq(vgic_v2_cpuif_read(v, GICC_BPR, 4), 5);
	ck_assert_uint_eq(vgic_v2_cpuif_read(v, GICC_ABPR, 4), 6);
	ck_assert_uint_eq(vgic_v2_cpuif_read(v, GICC_IIDR, 4), 0x04b2043b);
	stop_vcpu0();
	ck_assert_uint_eq(cpu_get(0, GICC_CTLR), 0x205);
	ck_assert_uint_eq(cpu_get(0, GICC_PMR), 0xa0 >> 3);
	ck_assert_uint_eq(cpu_get(0, GICC_BPR), 5);
	ck_assert_uint_eq(cpu_get(0, GICC_ABPR), 6);
}
END_TEST

START_TEST(with_eoimode_dir_deactivates)
{
	struct vgic_vcpu *v;

	prepare_guest();
	ck_assert_int_eq(cpu_set(0, GICC_CTLR, 0x201), 0);
	wr32(&m, DIST + GICD_ISENABLER + 4, 1u << 8);
	wr32(&m, DIST + GICD_ISPENDR + 4, 1u << 8);
	v = run_vcpu0();
	ck_assert_uint_eq(vgic_v2_cpuif_read(v, GICC_IAR, 4), 40);
	ck_assert(vgic_v2_cpuif_write(v, GICC_EOIR, 4, 40));
	ck_assert_uint_eq(vgic_v2_cpuif_read(v, GICC_RPR, 4), 0xff);
	stop_vcpu0();
	ck_assert(mmio_irq(&m, 0, 40)->active);
	v = run_vcpu0();
	ck_assert(vgic_v2_cpuif_write(v, GICC_DIR, 4, 40));
	stop_vcpu0();
	ck_assert(!mmio_irq(&m, 0, 40)->active);
}
END_TEST

/* A guest saved in its handler: the register that user space has shows the priority of group 0, too;
 * written back, the end of the interrupt finds something to drop. */
START_TEST(the_active_priority_of_a_group_0_interrupt_is_saved_in_apr0)
{
	struct vgic_vcpu *v;
	u64 apr;

	prepare_guest();
	wr32(&m, DIST + GICD_ISENABLER + 4, 1u << 8);
	wr32(&m, DIST + GICD_ISPENDR + 4, 1u << 8);
	v = run_vcpu0();
	ck_assert_uint_eq(vgic_v2_cpuif_read(v, GICC_IAR, 4), 40);
	stop_vcpu0();
	apr = cpu_get(0, GICC_APR);
	ck_assert_uint_eq(apr, 1u << mmio_irq(&m, 0, 40)->priority / 8);
	memset(v->cpuif.apr, 0, sizeof(v->cpuif.apr)); /* another host */
	ck_assert_int_eq(cpu_set(0, GICC_APR, apr), 0);
	v = run_vcpu0();
	ck_assert(vgic_v2_cpuif_write(v, GICC_EOIR, 4, 40));
	ck_assert_uint_eq(vgic_v2_cpuif_read(v, GICC_RPR, 4), 0xff);
	stop_vcpu0();
	ck_assert(!mmio_irq(&m, 0, 40)->active);
}
END_TEST

/*
 * From 6.19 on DIR is trapped. SPI 40 is active on vCPU 0, which is out of the guest; vCPU 1 has no
 * list register of it, so that EL2 cannot finish: a full exit does.
 */
START_TEST(a_trapped_dir_of_another_vcpus_interrupt_exits_and_deactivates)
{
	struct vgic_policy p = mmio_policy();
	struct vgic_vcpu *v;

	p.overflow = VGIC_OVERFLOW_EOICOUNT;
	p.order = VGIC_ORDER_619;
	mmio_destroy(&m);
	mmio_create(&m, VGIC_V2, 4, false, &p);
	prepare_guest();
	ck_assert_int_eq(cpu_set(0, GICC_CTLR, 0x201), 0);
	ck_assert_int_eq(cpu_set(1, GICC_CTLR, 0x201), 0);
	wr32(&m, DIST + GICD_ISENABLER + 4, 1u << 8);
	wr32(&m, DIST + GICD_ISPENDR + 4, 1u << 8);
	v = run_vcpu0();
	ck_assert_uint_eq(vgic_v2_cpuif_read(v, GICC_IAR, 4), 40);
	ck_assert(vgic_v2_cpuif_write(v, GICC_EOIR, 4, 40));
	stop_vcpu0();
	ck_assert(mmio_irq(&m, 0, 40)->active);

	v = m.vm->vcpus[1];
	vgic_load(v, gic_pe(m.gic, 1));
	vgic_check_requests(v);
	vgic_flush(v);
	ck_assert(vgic_enter_guest(v));
	ck_assert(!vgic_v2_cpuif_write(v, GICC_DIR, 4, 40));
	vgic_leave_guest(v);
	vgic_sync(v);
	guest_write(&m, 1, CPUIF + GICC_DIR, 1, 40);
	ck_assert(mmio_irq(&m, 0, 40)->active);
	guest_write(&m, 1, CPUIF + GICC_DIR, 4, 40);
	ck_assert(!mmio_irq(&m, 0, 40)->active);
	vgic_put(v);
}
END_TEST

START_TEST(accesses_of_another_width_or_while_not_loaded_do_nothing)
{
	struct vgic_vcpu *v;

	prepare_guest();
	ck_assert_uint_eq(vgic_v2_cpuif_read(m.vm->vcpus[0], GICC_IIDR, 4), 0);
	ck_assert(vgic_v2_cpuif_write(m.vm->vcpus[0], GICC_PMR, 4, 0));
	v = run_vcpu0();
	ck_assert_uint_eq(vgic_v2_cpuif_read(v, GICC_IIDR, 1), 0);
	ck_assert_uint_eq(vgic_v2_cpuif_read(v, 0x44, 4), 0);
	ck_assert(vgic_v2_cpuif_write(v, GICC_PMR, 1, 0));
	ck_assert(vgic_v2_cpuif_write(v, 0x44, 4, 0));
	ck_assert_uint_eq(vgic_v2_cpuif_read(v, GICC_PMR, 4), 0xf8);
	ck_assert_uint_eq(guest_read(&m, 0, CPUIF + GICC_PMR, 4), 0xf8);
	guest_write(&m, 0, CPUIF + GICC_PMR, 4, 0x80);
	ck_assert_uint_eq(guest_read(&m, 0, CPUIF + GICC_PMR, 4), 0x80);
	stop_vcpu0();
}
END_TEST

START_TEST(addresses_behind_both_frames_belong_to_somebody_else)
{
	ck_assert(!vgic_mmio_write(m.vm->vcpus[0], DIST + GICV2_DIST_SIZE, 4, 0));
	ck_assert(!vgic_mmio_write(m.vm->vcpus[0], CPUIF + GICV2_CPU_SIZE, 4, 0));
	ck_assert(!vgic_mmio_write(m.vm->vcpus[0], CPUIF - 4, 4, 0));
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, ctlr_holds_enables_ackctl_fiqen_cbpr_and_eoimode);
	tcase_add_test(tc, pmr_is_the_five_bit_mask_and_not_the_eight_bit_register);
	tcase_add_test(tc, bpr_and_abpr_are_three_bits_each);
	tcase_add_test(tc, iidr_is_architecture_2_of_the_hypervisor_and_read_only);
	tcase_add_test(tc, apr0_is_group_1s_first_register_the_others_are_raz_wi);
	tcase_add_test(tc, apr_of_2013_shows_active_levels_of_both_groups);
	tcase_add_test(tc, the_registers_of_acknowledge_and_end_are_not_for_user_space);
	tcase_add_test(tc, iar_gives_the_source_of_an_sgi_and_eoir_ends_it);
	tcase_add_test(tc, without_ackctl_a_group_1_interrupt_is_1022_and_the_alias_takes_it);
	tcase_add_test(tc, with_ackctl_the_plain_registers_serve_group_1_too);
	tcase_add_test(tc, a_guests_control_registers_survive_in_vmcr);
	tcase_add_test(tc, the_active_priority_of_a_group_0_interrupt_is_saved_in_apr0);
	tcase_add_test(tc, with_eoimode_dir_deactivates);
	tcase_add_test(tc, a_trapped_dir_of_another_vcpus_interrupt_exits_and_deactivates);
	tcase_add_test(tc, accesses_of_another_width_or_while_not_loaded_do_nothing);
	tcase_add_test(tc, addresses_behind_both_frames_belong_to_somebody_else);
}

CHECK_MAIN("GICv2 CPU interface", add, setup, teardown)
