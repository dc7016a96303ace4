// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * GICv2 guests on GICv2 hosts: list registers in GICH, and hosts without one, whose CPU interfaces
 * are software (spec/vgic.md 1.8, 1.9, 1.10, 1.16, 2.1, 2.2).
 */
#include "vgic-world.h"

#include "models/arch/gicv2.h"
#include "models/hw/gicv2.h"
#include "models/vgic/vgic-mmio.h"
#include "models/vgic/vgic-user.h"
#include "tests/lib/check-main.h"

static struct world w;

static void open_on(bool no_gicv, struct vgic_policy policy)
{
	ck_assert_int_eq(world_host_of(&w, GIC_ARCH_V2, no_gicv, false), 0);
	world_open_here(&w, VGIC_V2, 4, policy);
}

static u32 gich_of(u32 n, u32 offset)
{
	return gich_read(vcpu(&w, n)->pe, offset, 4);
}

static u32 gicv_of(u32 n, u32 offset)
{
	return gicv_read(vcpu(&w, n)->pe, offset, 4);
}

static void set_gicv_of(u32 n, u32 offset, u32 value)
{
	gicv_write(vcpu(&w, n)->pe, offset, 4, value);
}

static void sgi_from(u32 from, u32 to, u32 intid)
{
	vgic_v2_send_sgi(vcpu(&w, from), (u32)(FIELD_PUT(1u << to, GICD_SGIR_TARGETLIST) | intid));
}

/* ---- which guests a host can have ---- */

START_TEST(a_gicv2_host_has_no_gicv3_guests_and_a_gicv3_host_without_gicv_no_gicv2_ones)
{
	static const struct {
		enum gic_arch arch;
		bool no_gicv;
		enum vgic_model model;
		int ret;
	} row[] = { { GIC_ARCH_V2, false, VGIC_V2, 0 },	      { GIC_ARCH_V2, true, VGIC_V2, 0 },
		    { GIC_ARCH_V2, false, VGIC_V3, -ENODEV }, { GIC_ARCH_V3, false, VGIC_V2, 0 },
		    { GIC_ARCH_V3, true, VGIC_V2, -ENODEV },  { GIC_ARCH_V3, true, VGIC_V3, 0 } };
	u32 i;

	for (i = 0; i < PLAT_ARRAY_SIZE(row); i++) {
		ck_assert_int_eq(world_host_of(&w, row[i].arch, row[i].no_gicv, false), 0);
		ck_assert_int_eq(world_vm(&w, row[i].model, 4, world_policy_61()), row[i].ret);
		world_close(&w);
	}
}
END_TEST

START_TEST(a_gicv2_guest_has_up_to_eight_vcpus)
{
	ck_assert_int_eq(world_host_of(&w, GIC_ARCH_V2, false, false), 0);
	ck_assert_int_eq(world_vm(&w, VGIC_V2, 9, world_policy_61()), -E2BIG);
	ck_assert_int_eq(world_vm(&w, VGIC_V2, 8, world_policy_61()), 0);
	world_close(&w);
}
END_TEST

/* ---- list registers ---- */

START_TEST(an_sgi_stands_in_gich_with_its_source)
{
	open_on(false, world_policy_61());
	vcpu(&w, 1)->private_irqs[6].priority = 0xa8;
	sgi_from(3, 1, 6);
	load_enter(&w, 1);
	ck_assert_uint_eq(gich_of(1, GICH_LR0),
			  GICH_LR_PENDING | (u32)FIELD_PUT(0xa8 >> 3, GICH_LR_PRIORITY) |
				  (u32)FIELD_PUT(3, GICH_LR_CPUID) | 6);
	ck_assert_uint_eq(gich_of(1, GICH_HCR), ICH_HCR_EN);
	ck_assert_uint_eq(gicv_of(1, GICC_IAR), 3 << 10 | 6);
	leave(&w, 1);
	ck_assert(vcpu(&w, 1)->private_irqs[6].active);
	ck_assert_uint_eq(vcpu(&w, 1)->private_irqs[6].active_source, 3);
	enter(&w, 1);
	set_gicv_of(1, GICC_EOIR, 3 << 10 | 6);
	leave_put(&w, 1);
	ck_assert(!vcpu(&w, 1)->private_irqs[6].active);
	ck_assert_uint_eq(gich_read(gic_pe(w.gic, 1), GICH_LR0, 4), 0);
	world_close(&w);
}
END_TEST

/* Its list register asks for maintenance when it ends, which brings the next source. */
START_TEST(sources_of_an_sgi_come_one_after_the_other)
{
	u32 n;

	open_on(false, world_policy_61());
	for (n = 0; n < 4; n++)
		sgi_from(n, 0, 2);
	load_enter(&w, 0);
	for (n = 0; n < 4; n++) {
		ck_assert_uint_eq(gicv_of(0, GICC_IAR), n << 10 | 2);
		ck_assert_uint_eq(gicv_of(0, GICC_IAR), GIC_SPURIOUS);
		set_gicv_of(0, GICC_EOIR, n << 10 | 2);
		if (n < 3)
			ck_assert(gich_of(0, GICH_MISR) & (ICH_MISR_EOI | ICH_MISR_U));
		leave(&w, 0);
		enter(&w, 0);
	}
	ck_assert_uint_eq(gicv_of(0, GICC_IAR), GIC_SPURIOUS);
	leave_put(&w, 0);
	world_close(&w);
}
END_TEST

/* The port's cookie of an instance, as its event told it. */
static u32 told_tag(enum plat_event ev)
{
	return port_last_event(ev)->tag;
}

START_TEST(each_source_of_an_sgi_keeps_its_own_cookie)
{
	u32 *tags;

	open_on(false, world_policy_61());
	tags = &vcpu(&w, 0)->sgi_tags[2 * VGIC_V2_MAX_VCPUS];
	sgi_from(1, 0, 2);
	tags[1] = 101;
	sgi_from(3, 0, 2);
	ck_assert_uint_eq(told_tag(EV_IRQ_HELD), 101); /* queued already: the first goes on */
	tags[3] = 103;
	load_enter(&w, 0);
	ck_assert_uint_eq(told_tag(EV_IRQ_IN_LR), 101);
	leave(&w, 0);
	ck_assert_uint_eq(told_tag(EV_IRQ_FOLDED), 101);
	enter(&w, 0);
	ck_assert_uint_eq(gicv_of(0, GICC_IAR), 1 << 10 | 2);
	set_gicv_of(0, GICC_EOIR, 1 << 10 | 2);
	leave(&w, 0);
	enter(&w, 0);
	ck_assert_uint_eq(told_tag(EV_IRQ_IN_LR), 103);
	leave_put(&w, 0);
	vgic_unpend_sources(w.vm, &vcpu(&w, 0)->private_irqs[2], 0xff);
	ck_assert_uint_eq(told_tag(EV_IRQ_RETIRED), 103);
	world_close(&w);
}
END_TEST

START_TEST(the_end_of_a_level_interrupt_raises_a_maintenance_interrupt_and_is_notified)
{
	struct vgic_irq *irq;

	open_on(false, world_policy_61());
	irq = world_spi(&w, 8, 0, 0x80, VGIC_LEVEL);
	set_line(&w, irq, true);
	load_enter(&w, 0);
	ck_assert_uint_eq(gich_of(0, GICH_LR0) & GICH_LR_EOI, GICH_LR_EOI);
	ck_assert_uint_eq(gicv_of(0, GICC_IAR), SPI(8));
	set_line(&w, irq, false);
	set_gicv_of(0, GICC_EOIR, SPI(8));
	ck_assert_uint_eq(gich_of(0, GICH_EISR0), 1);
	ck_assert(gic_irq_pending(gic_pe(w.gic, 0), GIC_PPI_MAINTENANCE));
	leave(&w, 0);
	ck_assert(!irq->active);
	ck_assert_ptr_null(irq->vcpu);
	ck_assert(!gic_irq_pending(gic_pe(w.gic, 0), GIC_PPI_MAINTENANCE));
	vgic_put(vcpu(&w, 0));
	world_close(&w);
}
END_TEST

START_TEST(a_hardware_backed_interrupt_is_deactivated_by_the_guests_end)
{
	open_on(false, world_policy_61());
	ck_assert_int_eq(vgic_map_hw_irq(vcpu(&w, 0), 27, 27, NULL, NULL), 0);
	vcpu(&w, 0)->private_irqs[27].enabled = true;
	vcpu(&w, 0)->private_irqs[27].priority = 0x80;
	load(&w, 0);
	gic_irq_set_active(vcpu(&w, 0)->pe, 27, true);
	ck_assert_int_eq(vgic_inject_irq(w.vm, vcpu(&w, 0), 27, true, NULL), 0);
	enter(&w, 0);
	ck_assert_uint_eq(gich_of(0, GICH_LR0) & ~FIELD_MASK(GICH_LR_PRIORITY),
			  GICH_LR_HW | GICH_LR_PENDING | (u32)FIELD_PUT(27, GICH_LR_PHYSID) | 27);
	ck_assert_uint_eq(gicv_of(0, GICC_IAR), 27);
	set_gicv_of(0, GICC_EOIR, 27);
	ck_assert(!gic_irq_active(vcpu(&w, 0)->pe, 27));
	leave_put(&w, 0);
	world_close(&w);
}
END_TEST

/* ---- what moves at load and put ---- */

START_TEST(control_and_active_priorities_follow_the_vcpu_to_another_pe)
{
	struct vgic_vcpu *v;

	open_on(false, world_policy_61());
	v = vcpu(&w, 0);
	sgi_from(1, 0, 4);
	load_enter(&w, 0);
	set_gicv_of(0, GICC_PMR, 0xf0);
	ck_assert_uint_eq(gicv_of(0, GICC_IAR), 1 << 10 | 4);
	leave_put(&w, 0);
	ck_assert_uint_eq(v->cpuif.apr[0][0], 1); /* priority 0 */
	ck_assert_uint_eq(v->cpuif.apr[1][0], 0);
	vgic_load(v, gic_pe(w.gic, 2));
	enter(&w, 0);
	ck_assert_uint_eq(gicv_of(0, GICC_PMR), 0xf0);
	ck_assert_uint_eq(gicv_of(0, GICC_RPR), 0);
	set_gicv_of(0, GICC_EOIR, 1 << 10 | 4);
	ck_assert_uint_eq(gicv_of(0, GICC_RPR), 0xff);
	leave_put(&w, 0);
	world_close(&w);
}
END_TEST

/* As after a restore from a host that told the groups apart. */
START_TEST(levels_of_group_1_go_into_the_one_apr_and_come_back_in_it)
{
	open_on(false, world_policy_61());
	vcpu(&w, 0)->cpuif.apr[0][0] = 0x100;
	vcpu(&w, 0)->cpuif.apr[1][0] = 0x010;
	load(&w, 0);
	ck_assert_uint_eq(gich_of(0, GICH_APR), 0x110);
	vgic_put(vcpu(&w, 0));
	ck_assert_uint_eq(vcpu(&w, 0)->cpuif.apr[0][0], 0x110);
	ck_assert_uint_eq(vcpu(&w, 0)->cpuif.apr[1][0], 0);
	world_close(&w);
}
END_TEST

/* GICH has one APR for both groups; under legacy all registers move, EISR and ELRSR as two words. */
START_TEST(accesses_to_gich_are_counted)
{
	struct vgic_policy p = world_policy_61();

	open_on(false, p);
	sgi_from(1, 0, 4);
	load(&w, 0);
	ck_assert_uint_eq(port.used[COST_APR_ACCESS], 1);
	ck_assert_uint_eq(port.used[COST_ICH_ACCESS], 1);
	enter(&w, 0);
	ck_assert_uint_eq(port.used[COST_LR_WRITE], 1);
	ck_assert_uint_eq(port.used[COST_ICH_ACCESS], 2);
	leave(&w, 0);
	ck_assert_uint_eq(port.used[COST_LR_READ], 1);
	ck_assert_uint_eq(port.used[COST_LR_WRITE], 2);
	ck_assert_uint_eq(port.used[COST_ICH_ACCESS], 4);
	vgic_put(vcpu(&w, 0));
	ck_assert_uint_eq(port.used[COST_APR_ACCESS], 2);
	world_close(&w);

	p.world_switch = VGIC_WORLD_LEGACY;
	open_on(false, p);
	load(&w, 0);
	memset(port.used, 0, sizeof(port.used));
	enter(&w, 0);
	leave(&w, 0);
	/* in: HCR, VMCR, APR, 4 list registers; out: HCR, VMCR, MISR, 2 EISR, 2 ELRSR, APR, 4 */
	ck_assert_uint_eq(port.used[COST_ICH_ACCESS], 2 + 7);
	ck_assert_uint_eq(port.used[COST_APR_ACCESS], 2);
	ck_assert_uint_eq(port.used[COST_LR_WRITE], 4);
	ck_assert_uint_eq(port.used[COST_LR_READ], 4);
	vgic_put(vcpu(&w, 0));
	world_close(&w);
}
END_TEST

/* ---- overflow ---- */

START_TEST(classic_asks_for_an_underflow_interrupt_through_gich)
{
	u32 i;

	open_on(false, world_policy_61());
	for (i = 0; i < 6; i++)
		raise_irq(&w, world_spi(&w, i, 0, (u8)(0x80 + 8 * i), VGIC_EDGE));
	load_enter(&w, 0);
	ck_assert_uint_eq(gich_of(0, GICH_HCR), ICH_HCR_EN | ICH_HCR_UIE);
	for (i = 0; i < 6; i++) {
		ck_assert_uint_eq(gicv_of(0, GICC_IAR), SPI(i));
		set_gicv_of(0, GICC_EOIR, SPI(i));
		serve_maintenance(&w, 0);
	}
	leave_put(&w, 0);
	world_close(&w);
}
END_TEST

/* Six are active, four list registers: those pushed out end by EOIcount. No trap bits in GICH. */
START_TEST(eoicount_replays_ends_that_gich_counted)
{
	u32 i, iar[6];

	open_on(false, world_policy_619());
	for (i = 0; i < 6; i++)
		world_spi(&w, i, 0, (u8)(0xa8 - 8 * i), VGIC_EDGE);
	load_enter(&w, 0);
	for (i = 0; i < 6; i++) {
		leave(&w, 0);
		raise_irq(&w, spi(&w, i));
		enter(&w, 0);
		iar[i] = gicv_of(0, GICC_IAR);
		ck_assert_uint_eq(iar[i], SPI(i));
	}
	leave(&w, 0);
	enter(&w, 0);
	ck_assert_uint_eq(gich_of(0, GICH_HCR) & (ICH_HCR_LRENPIE | ICH_HCR_UIE),
			  ICH_HCR_LRENPIE | ICH_HCR_UIE);
	ck_assert_uint_eq(gich_of(0, GICH_HCR) & (ICH_HCR_TDIR | ICH_HCR_TC), 0);
	while (i-- > 0) {
		set_gicv_of(0, GICC_EOIR, iar[i]);
		leave(&w, 0);
		ck_assert(!spi(&w, i)->active);
		enter(&w, 0);
	}
	leave_put(&w, 0);
	world_close(&w);
}
END_TEST

/* ---- DIR ---- */

START_TEST(dir_traps_from_6_19_on_and_where_everything_does)
{
	open_on(false, world_policy_61());
	ck_assert(!vgic_v2_dir_traps(w.vm));
	world_close(&w);
	open_on(false, world_policy_619());
	ck_assert(vgic_v2_dir_traps(w.vm));
	world_close(&w);
	open_on(true, world_policy_61());
	ck_assert(vgic_v2_dir_traps(w.vm));
	world_close(&w);
}
END_TEST

START_TEST(a_trapped_dir_names_intid_and_source_and_empties_the_list_register)
{
	open_on(false, world_policy_619());
	vcpu(&w, 0)->cpuif.vmcr |= ICH_VMCR_VEOIM;
	sgi_from(2, 0, 5);
	load_enter(&w, 0);
	ck_assert_uint_eq(gicv_of(0, GICC_IAR), 2 << 10 | 5);
	set_gicv_of(0, GICC_EOIR, 2 << 10 | 5);
	ck_assert(!vgic_v2_cpuif_write(vcpu(&w, 0), GICC_DIR, 4, 1 << 10 | 5));
	ck_assert(gich_of(0, GICH_LR0) & GICH_LR_ACTIVE);
	ck_assert(vgic_v2_cpuif_write(vcpu(&w, 0), GICC_DIR, 4, 2 << 10 | 5));
	ck_assert(!(gich_of(0, GICH_LR0) & GICH_LR_ACTIVE));
	leave_put(&w, 0);
	ck_assert(!vcpu(&w, 0)->private_irqs[5].active);
	world_close(&w);
}
END_TEST

/* ---- no virtualisation hardware ---- */

START_TEST(in_software_list_registers_cost_nothing_and_there_are_sixteen)
{
	u32 i;

	open_on(true, world_policy_61());
	for (i = 0; i < 16; i++)
		raise_irq(&w, world_spi(&w, i, 0, 0x80, VGIC_EDGE));
	load_enter(&w, 0);
	ck_assert_uint_eq(vcpu(&w, 0)->cpuif.used_lrs, 16);
	for (i = 0; i < 16; i++) {
		u32 iar = vgic_v2_cpuif_read(vcpu(&w, 0), GICC_IAR, 4);

		ck_assert_uint_eq(iar, SPI(i));
		ck_assert(vgic_v2_cpuif_write(vcpu(&w, 0), GICC_EOIR, 4, iar));
	}
	leave_put(&w, 0);
	ck_assert_uint_eq(port.used[COST_LR_READ] + port.used[COST_LR_WRITE] +
				  port.used[COST_ICH_ACCESS] + port.used[COST_APR_ACCESS] +
				  port.used[COST_ICC_ACCESS],
			  0);
	ck_assert_uint_eq(port.used[COST_MMIO_DECODE], 32);
	world_close(&w);
}
END_TEST

START_TEST(in_software_nothing_asks_for_maintenance)
{
	u32 i;

	open_on(true, world_policy_61());
	for (i = 0; i < 20; i++)
		raise_irq(&w, world_spi(&w, i, 0, 0x80, VGIC_EDGE));
	load_enter(&w, 0);
	ck_assert(vcpu(&w, 0)->cpuif.hcr & ICH_HCR_UIE);
	ck_assert_uint_eq(ich_hcr_read(vcpu(&w, 0)->pe), ICH_HCR_EN);
	leave_put(&w, 0);
	world_close(&w);
}
END_TEST

static u32 acked;

static void note_acked(void *vm_port, u32 intid)
{
	(void)vm_port;
	acked = intid;
}

START_TEST(in_software_an_end_is_notified_without_a_maintenance_interrupt)
{
	struct vgic_irq *irq;

	open_on(true, world_policy_61());
	w.vm->ack_notify = note_acked;
	irq = world_spi(&w, 8, 0, 0x80, VGIC_LEVEL);
	set_line(&w, irq, true);
	load_enter(&w, 0);
	ck_assert_uint_eq(vgic_v2_cpuif_read(vcpu(&w, 0), GICC_IAR, 4), SPI(8));
	set_line(&w, irq, false);
	vgic_v2_cpuif_write(vcpu(&w, 0), GICC_EOIR, 4, SPI(8));
	ck_assert(!gic_irq_pending(gic_pe(w.gic, 0), GIC_PPI_MAINTENANCE));
	leave(&w, 0);
	ck_assert_uint_eq(acked, SPI(8));
	ck_assert(!irq->active);
	vgic_put(vcpu(&w, 0));
	world_close(&w);
}
END_TEST

/* ---- user space ---- */

/* GICH_APR is one register for both groups; a GICv3 host shows Group 1's. */
START_TEST(gicc_apr_of_user_space_is_gich_apr)
{
	u32 value = 0x80000001;

	open_on(false, world_policy_61());
	ck_assert_int_eq(vgic_reg_user_write(&vgic_v2_cpuif_map, vcpu(&w, 1), GICC_APR, value), 0);
	ck_assert_uint_eq(vcpu(&w, 1)->cpuif.apr[0][0], value);
	load(&w, 1);
	ck_assert_uint_eq(gich_of(1, GICH_APR), value);
	vgic_put(vcpu(&w, 1));
	value = 0;
	ck_assert_int_eq(vgic_reg_user_read(&vgic_v2_cpuif_map, vcpu(&w, 1), GICC_APR, &value), 0);
	ck_assert_uint_eq(value, 0x80000001);
	world_close(&w);
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(
		tc, a_gicv2_host_has_no_gicv3_guests_and_a_gicv3_host_without_gicv_no_gicv2_ones);
	tcase_add_test(tc, a_gicv2_guest_has_up_to_eight_vcpus);
	tcase_add_test(tc, an_sgi_stands_in_gich_with_its_source);
	tcase_add_test(tc, sources_of_an_sgi_come_one_after_the_other);
	tcase_add_test(tc, each_source_of_an_sgi_keeps_its_own_cookie);
	tcase_add_test(tc,
		       the_end_of_a_level_interrupt_raises_a_maintenance_interrupt_and_is_notified);
	tcase_add_test(tc, a_hardware_backed_interrupt_is_deactivated_by_the_guests_end);
	tcase_add_test(tc, control_and_active_priorities_follow_the_vcpu_to_another_pe);
	tcase_add_test(tc, levels_of_group_1_go_into_the_one_apr_and_come_back_in_it);
	tcase_add_test(tc, accesses_to_gich_are_counted);
	tcase_add_test(tc, classic_asks_for_an_underflow_interrupt_through_gich);
	tcase_add_test(tc, eoicount_replays_ends_that_gich_counted);
	tcase_add_test(tc, dir_traps_from_6_19_on_and_where_everything_does);
	tcase_add_test(tc, a_trapped_dir_names_intid_and_source_and_empties_the_list_register);
	tcase_add_test(tc, in_software_list_registers_cost_nothing_and_there_are_sixteen);
	tcase_add_test(tc, in_software_nothing_asks_for_maintenance);
	tcase_add_test(tc, in_software_an_end_is_notified_without_a_maintenance_interrupt);
	tcase_add_test(tc, gicc_apr_of_user_space_is_gich_apr);
}

CHECK_MAIN("vgic on GICv2", add, port_reset, port_assert_quiet)
