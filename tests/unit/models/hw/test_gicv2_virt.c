// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * GICH and GICV: each register row, the list register format, maintenance interrupts, and a guest's
 * acknowledge and end through GICV (Arm IHI 0048 chapter 5; spec/vgic.md 2.1, 2.2).
 */
#include "board-v2.h"

#include "tests/lib/check-main.h"

#define GRP_BITS (GICH_VMCR_VENG0 | GICH_VMCR_VENG1)
#define OPEN	 ((u32)FIELD_PUT(0x1f, GICH_VMCR_VPMR) | GRP_BITS)

static void setup(void)
{
	port_reset();
	v2_boot();
	set_gich(GICH_VMCR, OPEN);
	set_gich(GICH_HCR, ICH_HCR_EN);
}

static void teardown(void)
{
	v2_down();
	port_assert_quiet();
}

static u32 lr(u32 state, u32 priority, u32 intid)
{
	return state | (u32)FIELD_PUT(priority >> 3, GICH_LR_PRIORITY) | intid;
}

static u32 lr_at(u32 n)
{
	return GICH_LR0 + 4 * n;
}

static bool maintenance(void)
{
	return dist(0, GICD_ISPENDR) >> GIC_PPI_MAINTENANCE & 1;
}

/* ---- GICH, a row each ---- */

START_TEST(hcr_has_enable_seven_maintenance_enables_and_eoicount)
{
	set_gich(GICH_HCR, 0xffffffff);
	ck_assert_uint_eq(gich(GICH_HCR), 0xf80000ff);
	set_gich(GICH_HCR, 0);
	ck_assert_uint_eq(gich(GICH_HCR), 0);
}
END_TEST

START_TEST(vtr_tells_list_registers_and_bits_and_is_read_only)
{
	u32 v = gich(GICH_VTR);

	ck_assert_uint_eq(FIELD_GET(v, GICH_VTR_LISTREGS), 3);
	ck_assert_uint_eq(FIELD_GET(v, GICH_VTR_PREBITS), 4);
	ck_assert_uint_eq(FIELD_GET(v, GICH_VTR_PRIBITS), 4);
	ck_assert_uint_eq(v & ~(FIELD_MASK(GICH_VTR_LISTREGS) | FIELD_MASK(GICH_VTR_PREBITS) |
				FIELD_MASK(GICH_VTR_PRIBITS)),
			  0);
	set_gich(GICH_VTR, 0);
	ck_assert_uint_eq(gich(GICH_VTR), v);
}
END_TEST

/* The guest's CTLR, PMR, BPR and ABPR in one word. */
START_TEST(vmcr_is_the_guests_control_registers)
{
	set_gich(GICH_VMCR, 0xffffffff);
	ck_assert_uint_eq(gich(GICH_VMCR), 0xf8fc021f);
	ck_assert_uint_eq(gicv(GICC_CTLR), 0x21f);
	ck_assert_uint_eq(gicv(GICC_PMR), 0xf8);
	set_gich(GICH_VMCR, (u32)(FIELD_PUT(0x10, GICH_VMCR_VPMR) | FIELD_PUT(3, GICH_VMCR_VBP) |
				  FIELD_PUT(5, GICH_VMCR_VABP)));
	ck_assert_uint_eq(gicv(GICC_PMR), 0x80);
	ck_assert_uint_eq(gicv(GICC_BPR), 3);
	ck_assert_uint_eq(gicv(GICC_ABPR), 5);
	set_gicv(GICC_CTLR, GRP1 | GICC_CTLR_EOIMODE);
	set_gicv(GICC_PMR, 0xf7);
	set_gicv(GICC_BPR, 4);
	set_gicv(GICC_ABPR, 6);
	ck_assert_uint_eq(gich(GICH_VMCR),
			  (u32)(FIELD_PUT(0x1e, GICH_VMCR_VPMR) | FIELD_PUT(4, GICH_VMCR_VBP) |
				FIELD_PUT(6, GICH_VMCR_VABP)) |
				  GICH_VMCR_VENG1 | GICH_VMCR_VEOIM);
}
END_TEST

START_TEST(a_list_register_keeps_its_fields_with_and_without_hw)
{
	u32 v = lr(GICH_LR_PENDING | GICH_LR_GRP1 | GICH_LR_EOI, 0xa8, 7) |
		(u32)FIELD_PUT(5, GICH_LR_CPUID);

	set_gich(lr_at(1), v);
	ck_assert_uint_eq(gich(lr_at(1)), v);
	v = lr(GICH_LR_ACTIVE | GICH_LR_HW, 0x10, 40) | (u32)FIELD_PUT(1019, GICH_LR_PHYSID);
	set_gich(lr_at(2), v);
	ck_assert_uint_eq(gich(lr_at(2)), v);
	/* bits 18:13 of a software interrupt are RES0 */
	set_gich(lr_at(0), 0x0007e000 | lr(GICH_LR_PENDING, 0x80, 40));
	ck_assert_uint_eq(gich(lr_at(0)), lr(GICH_LR_PENDING, 0x80, 40));
	set_gich(lr_at(4), 0xffffffff);
	ck_assert_uint_eq(gich(lr_at(4)), 0);
}
END_TEST

START_TEST(elrsr_and_eisr_show_empty_list_registers_and_those_that_wait_for_service)
{
	ck_assert_uint_eq(gich(GICH_ELRSR0), 0xf);
	set_gich(lr_at(0), lr(GICH_LR_PENDING, 0x80, 40));
	set_gich(lr_at(2), lr(GICH_LR_EOI, 0x80, 41));
	ck_assert_uint_eq(gich(GICH_ELRSR0), 0xa);
	ck_assert_uint_eq(gich(GICH_EISR0), 0x4);
	ck_assert_uint_eq(gich(GICH_ELRSR1), 0);
	ck_assert_uint_eq(gich(GICH_EISR1), 0);
	set_gich(GICH_ELRSR0, 0);
	set_gich(GICH_EISR0, 0);
	ck_assert_uint_eq(gich(GICH_ELRSR0), 0xa);
}
END_TEST

START_TEST(apr_has_the_active_levels_of_both_groups)
{
	set_gicv(GICC_CTLR, GRP0 | GRP1 | GICC_CTLR_ACKCTL);
	set_gich(lr_at(0), lr(GICH_LR_PENDING, 0x80, 40));
	ck_assert_uint_eq(gicv(GICC_IAR), 40);
	set_gich(lr_at(1), lr(GICH_LR_PENDING | GICH_LR_GRP1, 0x40, 41));
	ck_assert_uint_eq(gicv(GICC_IAR), 41);
	ck_assert_uint_eq(gich(GICH_APR), 1u << 16 | 1u << 8);
	set_gich(GICH_APR, 1u << 20);
	ck_assert_uint_eq(gich(GICH_APR), 1u << 20);
	ck_assert_uint_eq(gicv(GICC_RPR), 0xa0);
}
END_TEST

/* ---- maintenance ---- */

START_TEST(misr_and_the_maintenance_ppi_tell_each_reason)
{
	static const struct {
		u32 enable, lr0, misr;
	} row[] = {
		{ 0, GICH_LR_EOI, ICH_MISR_EOI },
		{ ICH_HCR_UIE, 0, ICH_MISR_U },
		{ ICH_HCR_NPIE, GICH_LR_ACTIVE, ICH_MISR_NP },
		{ ICH_HCR_LRENPIE | 1u << 27, 0, ICH_MISR_LRENP },
		{ ICH_HCR_VGRP0EIE, 0, ICH_MISR_VGRP0E },
		{ ICH_HCR_VGRP1EIE, 0, ICH_MISR_VGRP1E },
	};
	u32 i;

	for (i = 0; i < PLAT_ARRAY_SIZE(row); i++) {
		set_gich(lr_at(0), row[i].lr0);
		set_gich(GICH_HCR, ICH_HCR_EN | row[i].enable);
		ck_assert_uint_eq(gich(GICH_MISR), row[i].misr);
		ck_assert(maintenance());
		set_gich(GICH_HCR, row[i].enable);
		ck_assert(!maintenance());
		set_gich(lr_at(0), 0);
	}
	set_gich(GICH_VMCR, 0);
	set_gich(GICH_HCR, ICH_HCR_EN | ICH_HCR_VGRP0DIE | ICH_HCR_VGRP1DIE);
	ck_assert_uint_eq(gich(GICH_MISR), ICH_MISR_VGRP0D | ICH_MISR_VGRP1D);
}
END_TEST

START_TEST(the_end_of_an_interrupt_with_eoi_set_asks_for_maintenance)
{
	set_gich(lr_at(3), lr(GICH_LR_PENDING | GICH_LR_EOI, 0x80, 40));
	ck_assert_uint_eq(gicv(GICC_IAR), 40);
	ck_assert(!maintenance());
	set_gicv(GICC_EOIR, 40);
	ck_assert(maintenance());
	ck_assert_uint_eq(gich(GICH_EISR0), 0x8);
	ck_assert_uint_eq(gich(lr_at(3)), lr(GICH_LR_EOI, 0x80, 40));
}
END_TEST

START_TEST(an_end_that_no_list_register_knows_is_counted)
{
	set_gich(GICH_APR, 1u << 16);
	set_gich(GICH_HCR, ICH_HCR_EN | ICH_HCR_LRENPIE);
	set_gicv(GICC_EOIR, 77);
	ck_assert_uint_eq(FIELD_GET(gich(GICH_HCR), GICH_HCR_EOICOUNT), 1);
	ck_assert_uint_eq(gicv(GICC_RPR), 0xff);
	ck_assert(maintenance());
}
END_TEST

/* ---- GICV, a row each ---- */

START_TEST(iar_gives_intid_and_source_and_eoir_takes_both)
{
	u32 v = lr(GICH_LR_PENDING, 0x80, 9) | (u32)FIELD_PUT(6, GICH_LR_CPUID);

	set_gich(lr_at(0), v);
	ck_assert(virq_line());
	ck_assert_uint_eq(gicv(GICC_HPPIR), SGI_OF(6, 9));
	ck_assert_uint_eq(gicv(GICC_IAR), SGI_OF(6, 9));
	ck_assert_uint_eq(gicv(GICC_RPR), 0x80);
	ck_assert_uint_eq(gich(lr_at(0)), (v & ~GICH_LR_PENDING) | GICH_LR_ACTIVE);
	set_gicv(GICC_EOIR, SGI_OF(5, 9)); /* another one: counted, the priority drops */
	ck_assert_uint_eq(gich(lr_at(0)), (v & ~GICH_LR_PENDING) | GICH_LR_ACTIVE);
	set_gich(GICH_APR, 1u << 16);
	set_gicv(GICC_EOIR, SGI_OF(6, 9));
	ck_assert_uint_eq(gich(GICH_ELRSR0), 0xf);
	ck_assert(!virq_line());
}
END_TEST

START_TEST(hw_list_registers_deactivate_the_physical_interrupt)
{
	set_dist(0, GICD_ISACTIVER + 4, 1u << 8);
	set_gich(lr_at(0),
		 lr(GICH_LR_PENDING | GICH_LR_HW, 0x80, 27) | (u32)FIELD_PUT(40, GICH_LR_PHYSID));
	ck_assert_uint_eq(gicv(GICC_IAR), 27);
	ck_assert_uint_eq(dist(0, GICD_ISACTIVER + 4), 1u << 8);
	set_gicv(GICC_EOIR, 27);
	ck_assert_uint_eq(dist(0, GICD_ISACTIVER + 4), 0);
}
END_TEST

START_TEST(without_ackctl_a_group_1_interrupt_is_1022_and_the_aliases_take_it)
{
	set_gich(lr_at(0), lr(GICH_LR_PENDING | GICH_LR_GRP1, 0x80, 40));
	ck_assert_uint_eq(gicv(GICC_HPPIR), 1022);
	ck_assert_uint_eq(gicv(GICC_IAR), 1022);
	ck_assert_uint_eq(gicv(GICC_AHPPIR), 40);
	ck_assert_uint_eq(gicv(GICC_AIAR), 40);
	set_gicv(GICC_AEOIR, 40);
	ck_assert_uint_eq(gich(GICH_ELRSR0), 0xf);
}
END_TEST

START_TEST(a_group_1_interrupt_that_the_mask_stops_is_1023_in_iar)
{
	set_gicv(GICC_PMR, 0x80);
	set_gich(lr_at(0), lr(GICH_LR_PENDING | GICH_LR_GRP1, 0x80, 40));
	ck_assert_uint_eq(gicv(GICC_IAR), 1023);
	ck_assert_uint_eq(gicv(GICC_HPPIR), 1022);
}
END_TEST

START_TEST(with_ackctl_iar_and_eoir_serve_both_groups)
{
	set_gicv(GICC_CTLR, GRP0 | GRP1 | GICC_CTLR_ACKCTL);
	set_gich(lr_at(0), lr(GICH_LR_PENDING | GICH_LR_GRP1, 0x80, 40));
	ck_assert_uint_eq(gicv(GICC_IAR), 40);
	set_gicv(GICC_EOIR, 40);
	set_gich(lr_at(0), lr(GICH_LR_PENDING, 0x80, 41));
	ck_assert_uint_eq(gicv(GICC_IAR), 41);
	set_gicv(GICC_EOIR, 41);
	ck_assert_uint_eq(gich(GICH_ELRSR0), 0xf);
}
END_TEST

START_TEST(with_eoimode_1_eoir_drops_and_dir_deactivates)
{
	set_gicv(GICC_CTLR, GRP0 | GICC_CTLR_EOIMODE);
	set_gich(lr_at(0), lr(GICH_LR_PENDING, 0x80, 40));
	ck_assert_uint_eq(gicv(GICC_IAR), 40);
	set_gicv(GICC_EOIR, 40);
	ck_assert_uint_eq(gicv(GICC_RPR), 0xff);
	ck_assert_uint_eq(gich(GICH_ELRSR0), 0xe);
	set_gicv(GICC_DIR, 40);
	ck_assert_uint_eq(gich(GICH_ELRSR0), 0xf);
}
END_TEST

START_TEST(the_guest_can_save_and_restore_its_active_priorities)
{
	set_gicv(GICC_APR, 1u << 3);
	ck_assert_uint_eq(gicv(GICC_APR), 1u << 3);
	ck_assert_uint_eq(gicv(GICC_RPR), 0x18);
	set_gicv(GICC_APR + 4, 1);
	ck_assert_uint_eq(gicv(GICC_APR + 4), 0);
	ck_assert_uint_eq(FIELD_GET(gicv(GICC_IIDR), GICC_IIDR_ARCH), 2);
}
END_TEST

START_TEST(registers_are_words_and_nothing_else_answers)
{
	set_gich(lr_at(0), lr(GICH_LR_PENDING, 0x80, 40));
	ck_assert_uint_eq(gicv_read(v2_pe(0), GICC_IAR, 1), 0);
	ck_assert_uint_eq(gich_read(v2_pe(0), lr_at(0), 8), 0);
	ck_assert_uint_eq(gich_read(v2_pe(0), 0x00c, 4), 0);
	ck_assert_uint_eq(gicv_read(v2_pe(0), 0x02c, 4), 0);
	ck_assert_uint_eq(gich(lr_at(0)), lr(GICH_LR_PENDING, 0x80, 40));
	ck_assert_uint_eq(gicv(GICC_EOIR), 0);
}
END_TEST

START_TEST(without_virtualisation_gich_is_raz_wi)
{
	struct gic_config cfg = v2_config;

	v2_down();
	cfg.no_gicv = true;
	ck_assert_int_eq(v2_reset(&cfg), 0);
	set_gich(GICH_HCR, ICH_HCR_EN);
	set_gich(lr_at(0), lr(GICH_LR_PENDING, 0x80, 40));
	ck_assert_uint_eq(gich(GICH_HCR), 0);
	ck_assert_uint_eq(gich(GICH_VTR), 0);
	ck_assert_uint_eq(gich(lr_at(0)), 0);
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, hcr_has_enable_seven_maintenance_enables_and_eoicount);
	tcase_add_test(tc, vtr_tells_list_registers_and_bits_and_is_read_only);
	tcase_add_test(tc, vmcr_is_the_guests_control_registers);
	tcase_add_test(tc, a_list_register_keeps_its_fields_with_and_without_hw);
	tcase_add_test(tc,
		       elrsr_and_eisr_show_empty_list_registers_and_those_that_wait_for_service);
	tcase_add_test(tc, apr_has_the_active_levels_of_both_groups);
	tcase_add_test(tc, misr_and_the_maintenance_ppi_tell_each_reason);
	tcase_add_test(tc, the_end_of_an_interrupt_with_eoi_set_asks_for_maintenance);
	tcase_add_test(tc, an_end_that_no_list_register_knows_is_counted);
	tcase_add_test(tc, iar_gives_intid_and_source_and_eoir_takes_both);
	tcase_add_test(tc, hw_list_registers_deactivate_the_physical_interrupt);
	tcase_add_test(tc, without_ackctl_a_group_1_interrupt_is_1022_and_the_aliases_take_it);
	tcase_add_test(tc, a_group_1_interrupt_that_the_mask_stops_is_1023_in_iar);
	tcase_add_test(tc, with_ackctl_iar_and_eoir_serve_both_groups);
	tcase_add_test(tc, with_eoimode_1_eoir_drops_and_dir_deactivates);
	tcase_add_test(tc, the_guest_can_save_and_restore_its_active_priorities);
	tcase_add_test(tc, registers_are_words_and_nothing_else_answers);
	tcase_add_test(tc, without_virtualisation_gich_is_raz_wi);
}

CHECK_MAIN("GICv2 virtual interface", add, setup, teardown)
