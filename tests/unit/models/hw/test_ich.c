// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The virtual CPU interface, EL2 side (Arm IHI 0069 chapter 12, ICH_*; spec/vgic.md 2.1, 2.2,
 * 6.4): list registers, status, maintenance interrupt. 4 list registers, 5 priority bits.
 */
#include "board.h"

#include "tests/lib/check-main.h"

#define P ICH_LR_PENDING
#define A ICH_LR_ACTIVE

static struct gic_pe *pe;

static void setup(void)
{
	port_reset();
	board_boot(&board_config);
	pe = board_pe(0);
	ich_vmcr_write(pe, ICH_VMCR_VENG1 | FIELD_PUT(0xff, ICH_VMCR_VPMR));
	board_irq(0, GIC_PPI_MAINTENANCE, 0x80);
}

static void teardown(void)
{
	board_down();
	port_assert_quiet();
}

static bool maintenance(void)
{
	return gic_irq_pending(pe, GIC_PPI_MAINTENANCE);
}

START_TEST(VTR_tells_the_implementation)
{
	u32 v = ich_vtr_read(pe);

	ck_assert_uint_eq(FIELD_GET(v, ICH_VTR_LISTREGS), 3);
	ck_assert_uint_eq(FIELD_GET(v, ICH_VTR_PREBITS), 4);
	ck_assert_uint_eq(FIELD_GET(v, ICH_VTR_PRIBITS), 4);
	ck_assert_uint_eq(FIELD_GET(v, ICH_VTR_IDBITS), ICC_CTLR_IDBITS_16);
	ck_assert(v & ICH_VTR_TDS);
	ck_assert(v & ICH_VTR_A3V);
	ck_assert(!(v & ICH_VTR_SEIS));
}
END_TEST

START_TEST(a_list_register_keeps_its_fields_and_the_implemented_priority_bits)
{
	ich_lr_write(pe, 0, ~0ull);
	ck_assert_uint_eq(ich_lr_read(pe, 0), 0xf0f803ffffffffffull);
	ich_lr_write(pe, 3, board_lr(P, 1, 0xa0, 27));
	ck_assert_uint_eq(ich_lr_read(pe, 3), board_lr(P, 1, 0xa0, 27));
	ich_lr_write(pe, 4, ~0ull); /* there are four */
	ck_assert_uint_eq(ich_lr_read(pe, 4), 0);
}
END_TEST

START_TEST(ELRSR_shows_the_free_list_registers_and_EISR_the_ended_ones)
{
	ck_assert_uint_eq(ich_elrsr_read(pe), 0xf);
	ich_lr_write(pe, 0, board_lr(P, 1, 0, 32));
	ich_lr_write(pe, 1, board_lr(A, 1, 0, 33));
	ich_lr_write(pe, 2, board_lr(0, 1, 0, 34) | ICH_LR_EOI);
	ich_lr_write(pe, 3, board_lr(0, 1, 0, 35) | ICH_LR_EOI | ICH_LR_HW); /* pINTID bit 9 */
	ck_assert_uint_eq(ich_elrsr_read(pe), 0x8);
	ck_assert_uint_eq(ich_eisr_read(pe), 0x4);
	ich_lr_write(pe, 0, board_lr(P | A, 1, 0, 32) | ICH_LR_EOI);
	ck_assert_uint_eq(ich_eisr_read(pe), 0x4);
	ich_lr_write(pe, 2, 0);
	ck_assert_uint_eq(ich_elrsr_read(pe), 0xc);
	ck_assert_uint_eq(ich_eisr_read(pe), 0);
}
END_TEST

START_TEST(HCR_keeps_enables_traps_and_EOIcount)
{
	struct gic_config c = board_config;

	ich_hcr_write(pe, ~0u);
	ck_assert_uint_eq(ich_hcr_read(pe), 0xf8007cff); /* not vSGIEOICount, without GICv4.1 */
	board_down();
	c.has_tdir = false;
	board_boot(&c);
	pe = board_pe(0);
	ich_hcr_write(pe, ~0u);
	ck_assert_uint_eq(ich_hcr_read(pe) & ICH_HCR_TDIR, 0);
	ck_assert_uint_eq(ich_vtr_read(pe) & ICH_VTR_TDS, 0);
}
END_TEST

START_TEST(VMCR_keeps_its_fields_with_binary_points_no_smaller_than_there_are_bits)
{
	ich_vmcr_write(pe, 0);
	ck_assert_uint_eq(ich_vmcr_read(pe),
			  FIELD_PUT(3, ICH_VMCR_VBPR1) | FIELD_PUT(2, ICH_VMCR_VBPR0));
	ich_vmcr_write(pe, ~0u);
	ck_assert_uint_eq(ich_vmcr_read(pe), 0xf8fc021f);
}
END_TEST

START_TEST(active_priorities_have_as_many_words_as_preemption_bits_need)
{
	static const u32 words[] = { 1, 2, 4 }; /* 5, 6, 7 bits */
	struct gic_config c = board_config;
	u32 i, n;

	for (i = 0; i < 3; i++) {
		board_down();
		c.vprio_bits = 5 + i;
		board_boot(&c);
		pe = board_pe(0);
		for (n = 0; n < 5; n++) {
			ich_apr_write(pe, 0, n, 0x10 + n);
			ich_apr_write(pe, 1, n, 0x20 + n);
		}
		for (n = 0; n < 5; n++) {
			ck_assert_uint_eq(ich_apr_read(pe, 0, n), n < words[i] ? 0x10 + n : 0);
			ck_assert_uint_eq(ich_apr_read(pe, 1, n), n < words[i] ? 0x20 + n : 0);
		}
	}
}
END_TEST

/* The lowest bit of both groups, times the size of a level. */
START_TEST(the_running_priority_is_the_highest_active_one_of_both_groups)
{
	ich_apr_write(pe, 1, 0, 1u << 20);
	ck_assert_uint_eq(icv_rpr_read(pe), 20 << 3);
	ich_apr_write(pe, 0, 0, 1u << 4);
	ck_assert_uint_eq(icv_rpr_read(pe), 4 << 3);
	ich_apr_write(pe, 0, 0, 0);
	ich_apr_write(pe, 1, 0, 0);
	ck_assert_uint_eq(icv_rpr_read(pe), GIC_IDLE_PRIO);
}
END_TEST

START_TEST(nothing_is_signalled_while_En_is_0)
{
	ich_lr_write(pe, 0, board_lr(P, 1, 0x80, 27));
	ck_assert(!board_virq_line(0));
	ck_assert_uint_eq(icv_iar_read(pe, 1), GIC_SPURIOUS);
	ich_hcr_write(pe, ICH_HCR_EN);
	ck_assert(board_virq_line(0));
	ich_hcr_write(pe, 0);
	ck_assert(!board_virq_line(0));
	ich_hcr_write(pe, ICH_HCR_UIE);
	ck_assert(!maintenance());
	ich_hcr_write(pe, ICH_HCR_UIE | ICH_HCR_EN);
	ck_assert(maintenance());
}
END_TEST

START_TEST(the_virtual_line_is_told_only_when_it_changes)
{
	ich_hcr_write(pe, ICH_HCR_EN);
	port_clear_records();
	ich_lr_write(pe, 0, board_lr(P, 1, 0x80, 27));
	ich_lr_write(pe, 1, board_lr(P, 1, 0x40, 28));
	ich_lr_write(pe, 0, 0);
	ich_lr_write(pe, 1, board_lr(P, 1, 0xa0, 28));
	ck_assert_uint_eq(port_count(PORT_LINE, &board.port[0]), 1);
	ich_lr_write(pe, 1, 0);
	ck_assert_uint_eq(port_count(PORT_LINE, &board.port[0]), 2);
}
END_TEST

/*
 * Each maintenance condition: the enables, list registers and EOIcount that hold, and a neighbour
 * that does not.
 */
START_TEST(maintenance_conditions_are_those_of_MISR)
{
	const u64 p = board_lr(P, 1, 0x80, 27), a = board_lr(A, 1, 0x80, 28);
	const u64 pa = board_lr(P | A, 1, 0x80, 29), e = board_lr(0, 1, 0, 30) | ICH_LR_EOI;
	const u32 g0 = ICH_VMCR_VENG0, g1 = ICH_VMCR_VENG1;
	const struct {
		u32 hcr, vmcr;
		u64 lr[3];
		u32 misr;
	} row[] = {
		{ 0, g1, { 0, 0, 0 }, 0 },
		{ 0, g1, { e, p, 0 }, ICH_MISR_EOI },
		{ 0, g1, { pa | ICH_LR_EOI, a | ICH_LR_EOI, 0 }, 0 },
		{ ICH_HCR_UIE, g1, { 0, 0, 0 }, ICH_MISR_U },
		{ ICH_HCR_UIE, g1, { p, 0, 0 }, ICH_MISR_U },
		{ ICH_HCR_UIE, g1, { a, 0, 0 }, ICH_MISR_U },
		{ ICH_HCR_UIE, g1, { p, a, 0 }, 0 },
		{ ICH_HCR_LRENPIE, g1, { 0, 0, 0 }, 0 },
		{ ICH_HCR_LRENPIE | 1u << 27, g1, { 0, 0, 0 }, ICH_MISR_LRENP },
		{ 1u << 27, g1, { 0, 0, 0 }, 0 },
		{ ICH_HCR_NPIE, g1, { 0, 0, 0 }, ICH_MISR_NP },
		{ ICH_HCR_NPIE, g1, { a, pa, 0 }, ICH_MISR_NP },
		{ ICH_HCR_NPIE, g1, { a, p, 0 }, 0 },
		{ ICH_HCR_VGRP0EIE, g0, { 0, 0, 0 }, ICH_MISR_VGRP0E },
		{ ICH_HCR_VGRP0EIE, g1, { 0, 0, 0 }, 0 },
		{ ICH_HCR_VGRP0DIE, g1, { 0, 0, 0 }, ICH_MISR_VGRP0D },
		{ ICH_HCR_VGRP0DIE, g0, { 0, 0, 0 }, 0 },
		{ ICH_HCR_VGRP1EIE, g1, { 0, 0, 0 }, ICH_MISR_VGRP1E },
		{ ICH_HCR_VGRP1EIE, g0, { 0, 0, 0 }, 0 },
		{ ICH_HCR_VGRP1DIE, g0, { 0, 0, 0 }, ICH_MISR_VGRP1D },
		{ ICH_HCR_VGRP1DIE, g1, { 0, 0, 0 }, 0 },
		{ ICH_HCR_UIE | ICH_HCR_NPIE,
		  g1,
		  { e, 0, 0 },
		  ICH_MISR_EOI | ICH_MISR_U | ICH_MISR_NP },
	};
	u32 i, n;

	for (i = 0; i < PLAT_ARRAY_SIZE(row); i++) {
		ich_hcr_write(pe, 0);
		ich_vmcr_write(pe, row[i].vmcr);
		for (n = 0; n < 3; n++)
			ich_lr_write(pe, n, row[i].lr[n]);
		ich_hcr_write(pe, row[i].hcr | ICH_HCR_EN);
		ck_assert_msg(ich_misr_read(pe) == row[i].misr, "row %u: MISR %x", i,
			      ich_misr_read(pe));
		ck_assert_int_eq(maintenance(), !!row[i].misr);
	}
}
END_TEST

START_TEST(the_maintenance_interrupt_is_a_level_PPI_of_the_own_PE)
{
	ich_hcr_write(pe, ICH_HCR_EN | ICH_HCR_UIE);
	ck_assert(board_irq_line(0));
	ck_assert(!board_irq_line(1));
	ck_assert_uint_eq(icc_iar1_read(pe), GIC_PPI_MAINTENANCE);
	icc_eoir1_write(pe, GIC_PPI_MAINTENANCE);
	ck_assert(board_irq_line(0)); /* still high */
	ich_hcr_write(pe, ICH_HCR_EN);
	ck_assert(!board_irq_line(0));
}
END_TEST

START_TEST(a_guest_that_changes_its_group_enable_raises_the_maintenance_interrupt)
{
	ich_hcr_write(pe, ICH_HCR_EN | ICH_HCR_VGRP1DIE);
	ck_assert(!maintenance());
	icv_igrpen_write(pe, 1, 0);
	ck_assert(maintenance());
	icv_igrpen_write(pe, 1, 1);
	ck_assert(!maintenance());
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, VTR_tells_the_implementation);
	tcase_add_test(tc, a_list_register_keeps_its_fields_and_the_implemented_priority_bits);
	tcase_add_test(tc, ELRSR_shows_the_free_list_registers_and_EISR_the_ended_ones);
	tcase_add_test(tc, HCR_keeps_enables_traps_and_EOIcount);
	tcase_add_test(tc, VMCR_keeps_its_fields_with_binary_points_no_smaller_than_there_are_bits);
	tcase_add_test(tc, active_priorities_have_as_many_words_as_preemption_bits_need);
	tcase_add_test(tc, the_running_priority_is_the_highest_active_one_of_both_groups);
	tcase_add_test(tc, nothing_is_signalled_while_En_is_0);
	tcase_add_test(tc, the_virtual_line_is_told_only_when_it_changes);
	tcase_add_test(tc, maintenance_conditions_are_those_of_MISR);
	tcase_add_test(tc, the_maintenance_interrupt_is_a_level_PPI_of_the_own_PE);
	tcase_add_test(tc, a_guest_that_changes_its_group_enable_raises_the_maintenance_interrupt);
}

CHECK_MAIN("hw virtual CPU interface, EL2", add, setup, teardown)
