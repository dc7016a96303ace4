// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * CPU_SYSREGS: the CPU interface of a GICv3 vCPU for user space, one test or more a register
 * (spec/vgic.md 2.2, 2.8).
 */
#include "mmio-vm.h"

#include "tests/lib/check-main.h"

static struct mmio_vm m;

static void setup(void)
{
	struct vgic_policy p = mmio_policy();

	port_reset();
	mmio_create(&m, VGIC_V3, 2, false, &p);
}

static void teardown(void)
{
	mmio_destroy(&m);
	port_assert_quiet();
}

/* vCPU 1, so that a banking error shows. */
#define sys_get(reg)	    user_value(&m, VGIC_GRP_CPU_SYSREGS, cpu_attr(1, reg))
#define sys_set(reg, value) user_set(&m, VGIC_GRP_CPU_SYSREGS, cpu_attr(1, reg), value)

static u32 vmcr(void)
{
	return m.vm->vcpus[1]->cpuif.vmcr;
}

/* A host with more priority bits has more active priorities registers. */
static void recreate_host(u32 vprio_bits)
{
	static const u32 affinity[] = { 0, 1 };
	void *ports[] = { &m.pe_port[0], &m.pe_port[1] };
	struct vgic_policy p = mmio_policy();
	struct vgic_vm_config vcfg = {
		.model = VGIC_V3, .nr_vcpus = 2, .policy = p, .port = &m, .vcpu_ports = ports
	};
	struct gic_config cfg = { .nr_pes = 2,
				  .nr_spis = 32,
				  .lpi_id_bits = 16,
				  .prio_bits = 8,
				  .nr_lrs = 4,
				  .vprio_bits = vprio_bits };

	vgic_destroy(m.vm);
	gic_destroy(m.gic);
	ck_assert_int_eq(gic_create(&m.gic, &cfg, &m.host, affinity, ports), 0);
	ck_assert_int_eq(vgic_create(&m.vm, m.gic, &m.ram, &vcfg), 0);
	mmio_place(&m, false);
}

START_TEST(pmr_is_the_eight_bit_mask)
{
	ck_assert_int_eq(sys_set(SYSREG_ICC_PMR, 0xfff0), 0);
	ck_assert_uint_eq(sys_get(SYSREG_ICC_PMR), 0xf0);
	ck_assert_uint_eq(FIELD_GET(vmcr(), ICH_VMCR_VPMR), 0xf0);
	ck_assert_uint_eq(m.vm->vcpus[0]->cpuif.vmcr, 0);
}
END_TEST

START_TEST(bpr0_is_three_bits)
{
	ck_assert_int_eq(sys_set(SYSREG_ICC_BPR0, 0xfd), 0);
	ck_assert_uint_eq(sys_get(SYSREG_ICC_BPR0), 5);
	ck_assert_uint_eq(FIELD_GET(vmcr(), ICH_VMCR_VBPR0), 5);
}
END_TEST

START_TEST(bpr1_is_its_own_field_without_cbpr)
{
	ck_assert_int_eq(sys_set(SYSREG_ICC_BPR1, 0xfe), 0);
	ck_assert_uint_eq(sys_get(SYSREG_ICC_BPR1), 6);
	ck_assert_uint_eq(FIELD_GET(vmcr(), ICH_VMCR_VBPR1), 6);
	ck_assert_uint_eq(FIELD_GET(vmcr(), ICH_VMCR_VBPR0), 0);
}
END_TEST

START_TEST(bpr1_with_cbpr_reads_bpr0_plus_one_and_ignores_writes)
{
	u64 ctlr = sys_get(SYSREG_ICC_CTLR);

	ck_assert_int_eq(sys_set(SYSREG_ICC_BPR1, 4), 0);
	ck_assert_int_eq(sys_set(SYSREG_ICC_CTLR, ctlr | ICC_CTLR_CBPR), 0);
	ck_assert_int_eq(sys_set(SYSREG_ICC_BPR0, 2), 0);
	ck_assert_uint_eq(sys_get(SYSREG_ICC_BPR1), 3);
	ck_assert_int_eq(sys_set(SYSREG_ICC_BPR0, 7), 0);
	ck_assert_uint_eq(sys_get(SYSREG_ICC_BPR1), 7);
	ck_assert_int_eq(sys_set(SYSREG_ICC_BPR1, 1), 0);
	ck_assert_int_eq(sys_set(SYSREG_ICC_CTLR, ctlr), 0);
	ck_assert_uint_eq(sys_get(SYSREG_ICC_BPR1), 4);
}
END_TEST

START_TEST(igrpen0_and_igrpen1_are_one_bit_each)
{
	ck_assert_int_eq(sys_set(SYSREG_ICC_IGRPEN1, 0xff), 0);
	ck_assert_uint_eq(sys_get(SYSREG_ICC_IGRPEN1), 1);
	ck_assert_uint_eq(sys_get(SYSREG_ICC_IGRPEN0), 0);
	ck_assert_int_eq(sys_set(SYSREG_ICC_IGRPEN0, 1), 0);
	ck_assert_int_eq(sys_set(SYSREG_ICC_IGRPEN1, 0), 0);
	ck_assert_uint_eq(vmcr() & (ICH_VMCR_VENG0 | ICH_VMCR_VENG1), ICH_VMCR_VENG0);
}
END_TEST

START_TEST(ctlr_tells_what_the_host_implements)
{
	u32 vtr = ich_vtr_read(gic_pe(m.gic, 0));
	u64 ctlr = sys_get(SYSREG_ICC_CTLR);

	ck_assert_uint_eq(FIELD_GET(ctlr, ICC_CTLR_PRIBITS), 4);
	ck_assert_uint_eq(FIELD_GET(ctlr, ICC_CTLR_IDBITS), FIELD_GET(vtr, ICH_VTR_IDBITS));
	ck_assert_uint_eq(!!(ctlr & ICC_CTLR_SEIS), !!(vtr & ICH_VTR_SEIS));
	ck_assert_uint_eq(!!(ctlr & ICC_CTLR_A3V), !!(vtr & ICH_VTR_A3V));
	ck_assert_uint_eq(ctlr & (ICC_CTLR_CBPR | ICC_CTLR_EOIMODE), 0);
}
END_TEST

START_TEST(ctlr_sets_cbpr_and_eoimode)
{
	u64 ctlr = sys_get(SYSREG_ICC_CTLR);

	ck_assert_int_eq(sys_set(SYSREG_ICC_CTLR, ctlr | ICC_CTLR_CBPR | ICC_CTLR_EOIMODE), 0);
	ck_assert_uint_eq(sys_get(SYSREG_ICC_CTLR), ctlr | ICC_CTLR_CBPR | ICC_CTLR_EOIMODE);
	ck_assert_uint_eq(vmcr() & (ICH_VMCR_VCBPR | ICH_VMCR_VEOIM),
			  ICH_VMCR_VCBPR | ICH_VMCR_VEOIM);
	ck_assert_int_eq(sys_set(SYSREG_ICC_CTLR, ctlr), 0);
	ck_assert_uint_eq(sys_get(SYSREG_ICC_CTLR), ctlr);
}
END_TEST

START_TEST(ctlr_with_more_priority_or_id_bits_than_the_host_is_einval)
{
	u64 ctlr = sys_get(SYSREG_ICC_CTLR);
	u64 id = FIELD_GET(ctlr, ICC_CTLR_IDBITS);

	ck_assert_int_eq(sys_set(SYSREG_ICC_CTLR, FIELD_SET(ctlr, 5, ICC_CTLR_PRIBITS)), -EINVAL);
	ck_assert_int_eq(sys_set(SYSREG_ICC_CTLR, FIELD_SET(ctlr, id + 1, ICC_CTLR_IDBITS)),
			 -EINVAL);
	ck_assert_uint_eq(sys_get(SYSREG_ICC_CTLR), ctlr);
}
END_TEST

START_TEST(ctlr_with_other_seis_or_a3v_is_einval)
{
	u64 ctlr = sys_get(SYSREG_ICC_CTLR);

	ck_assert_int_eq(sys_set(SYSREG_ICC_CTLR, ctlr ^ ICC_CTLR_SEIS), -EINVAL);
	ck_assert_int_eq(sys_set(SYSREG_ICC_CTLR, ctlr ^ ICC_CTLR_A3V), -EINVAL);
}
END_TEST

START_TEST(ctlr_with_fewer_priority_bits_is_kept)
{
	u64 ctlr = sys_get(SYSREG_ICC_CTLR);

	ck_assert_int_eq(sys_set(SYSREG_ICC_CTLR, FIELD_SET(ctlr, 3, ICC_CTLR_PRIBITS)), 0);
	ck_assert_uint_eq(FIELD_GET(sys_get(SYSREG_ICC_CTLR), ICC_CTLR_PRIBITS), 3);
}
END_TEST

START_TEST(sre_is_seven_and_nothing_else)
{
	ck_assert_uint_eq(sys_get(SYSREG_ICC_SRE), 7);
	ck_assert_int_eq(sys_set(SYSREG_ICC_SRE, 7), 0);
	ck_assert_int_eq(sys_set(SYSREG_ICC_SRE, 1), -EINVAL);
	ck_assert_int_eq(sys_set(SYSREG_ICC_SRE, 0), -EINVAL);
	ck_assert_int_eq(sys_set(SYSREG_ICC_SRE, 15), -EINVAL);
}
END_TEST

/* Priority bits 5: 1 register a group; 6: 2; 7: 4. */
START_TEST(active_priorities_beyond_the_priority_bits_are_einval)
{
	static const u32 registers[] = { [5] = 1, [6] = 2, [7] = 4 };
	u32 bits, n;

	for (bits = 5; bits <= 7; bits++) {
		recreate_host(bits);
		for (n = 0; n < 4; n++) {
			int want = n < registers[bits] ? 0 : -EINVAL;
			u64 value;

			ck_assert_int_eq(sys_set(SYSREG_ICC_AP0R(n), 0x100 + n), want);
			ck_assert_int_eq(sys_set(SYSREG_ICC_AP1R(n), 0x200 + n), want);
			ck_assert_int_eq(user_get(&m, VGIC_GRP_CPU_SYSREGS,
						  cpu_attr(1, SYSREG_ICC_AP0R(n)), &value),
					 want);
			ck_assert(want || value == 0x100 + n);
			ck_assert_int_eq(user_get(&m, VGIC_GRP_CPU_SYSREGS,
						  cpu_attr(1, SYSREG_ICC_AP1R(n)), &value),
					 want);
			ck_assert(want || value == 0x200 + n);
			ck_assert_uint_eq(m.vm->vcpus[1]->cpuif.apr[1][n], want ? 0 : 0x200 + n);
		}
	}
}
END_TEST

START_TEST(has_knows_the_registers_and_others_are_enxio)
{
	static const u32 regs[] = {
		SYSREG_ICC_PMR,	    SYSREG_ICC_BPR0,	SYSREG_ICC_AP0R(0), SYSREG_ICC_AP0R(3),
		SYSREG_ICC_AP1R(0), SYSREG_ICC_AP1R(3), SYSREG_ICC_BPR1,    SYSREG_ICC_CTLR,
		SYSREG_ICC_SRE,	    SYSREG_ICC_IGRPEN0, SYSREG_ICC_IGRPEN1,
	};
	u32 reg, known = 0;
	size_t i;

	for (i = 0; i < PLAT_ARRAY_SIZE(regs); i++)
		ck_assert_int_eq(vgic_user_has(m.vm, VGIC_GRP_CPU_SYSREGS, regs[i]), 0);
	for (reg = 0; reg < 0x10000; reg++)
		known += vgic_user_has(m.vm, VGIC_GRP_CPU_SYSREGS, reg) == 0;
	ck_assert_uint_eq(known, 15);
	ck_assert_int_eq(sys_set(SYSREG(3, 0, 12, 12, 0), 0), -ENXIO); /* ICC_IAR1 */
	ck_assert_int_eq(sys_set(SYSREG(3, 0, 12, 11, 5), 0), -ENXIO); /* ICC_SGI1R */
	ck_assert_int_eq(sys_set(0, 0), -ENXIO);
}
END_TEST

/* With system registers AckCtl is zero and FIQEn one, whatever is written. */
START_TEST(vmcr_of_a_gicv3_has_fiqen_and_no_ackctl)
{
	ck_assert_int_eq(sys_set(SYSREG_ICC_IGRPEN1, 1), 0);
	ck_assert_uint_eq(vmcr(), ICH_VMCR_VFIQEN | ICH_VMCR_VENG1);
}
END_TEST

START_TEST(what_user_space_restores_is_what_the_guest_finds)
{
	struct vgic_vcpu *v = m.vm->vcpus[1];
	struct gic_pe *pe = gic_pe(m.gic, 1);

	ck_assert_int_eq(sys_set(SYSREG_ICC_PMR, 0xb0), 0);
	ck_assert_int_eq(sys_set(SYSREG_ICC_BPR1, 5), 0);
	ck_assert_int_eq(sys_set(SYSREG_ICC_IGRPEN1, 1), 0);
	ck_assert_int_eq(sys_set(SYSREG_ICC_AP1R(0), 0x10), 0);
	vgic_load(v, pe);
	vgic_flush(v);
	ck_assert_uint_eq(icv_pmr_read(pe), 0xb0);
	ck_assert_uint_eq(icv_bpr_read(pe, 1), 5);
	ck_assert_uint_eq(icv_igrpen_read(pe, 1), 1);
	ck_assert_uint_eq(icv_rpr_read(pe), 4 << 3);
	icv_pmr_write(pe, 0xc0);
	vgic_sync(v);
	vgic_put(v);
	ck_assert_uint_eq(sys_get(SYSREG_ICC_PMR), 0xc0);
	ck_assert_uint_eq(sys_get(SYSREG_ICC_AP1R(0)), 0x10);
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, pmr_is_the_eight_bit_mask);
	tcase_add_test(tc, bpr0_is_three_bits);
	tcase_add_test(tc, bpr1_is_its_own_field_without_cbpr);
	tcase_add_test(tc, bpr1_with_cbpr_reads_bpr0_plus_one_and_ignores_writes);
	tcase_add_test(tc, igrpen0_and_igrpen1_are_one_bit_each);
	tcase_add_test(tc, ctlr_tells_what_the_host_implements);
	tcase_add_test(tc, ctlr_sets_cbpr_and_eoimode);
	tcase_add_test(tc, ctlr_with_more_priority_or_id_bits_than_the_host_is_einval);
	tcase_add_test(tc, ctlr_with_other_seis_or_a3v_is_einval);
	tcase_add_test(tc, ctlr_with_fewer_priority_bits_is_kept);
	tcase_add_test(tc, sre_is_seven_and_nothing_else);
	tcase_add_test(tc, active_priorities_beyond_the_priority_bits_are_einval);
	tcase_add_test(tc, has_knows_the_registers_and_others_are_enxio);
	tcase_add_test(tc, vmcr_of_a_gicv3_has_fiqen_and_no_ackctl);
	tcase_add_test(tc, what_user_space_restores_is_what_the_guest_finds);
}

CHECK_MAIN("vgic system registers", add, setup, teardown)
