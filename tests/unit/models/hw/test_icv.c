// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The virtual CPU interface, EL1 side (Arm IHI 0069 chapter 12, ICV_*; spec/vgic.md 6.4): what a
 * guest's accesses do. 4 list registers, 5 priority bits.
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
	ich_hcr_write(pe, ICH_HCR_EN);
}

static void teardown(void)
{
	board_down();
	port_assert_quiet();
}

static u64 state(u32 n)
{
	return ich_lr_read(pe, n) & (P | A);
}

static u32 eoicount(void)
{
	return (u32)FIELD_GET(ich_hcr_read(pe), ICH_HCR_EOICOUNT);
}

START_TEST(the_lowest_priority_value_is_taken_and_the_lower_list_register_among_equals)
{
	ich_lr_write(pe, 0, board_lr(P, 1, 0x80, 50));
	ich_lr_write(pe, 1, board_lr(P, 1, 0x40, 60));
	ich_lr_write(pe, 2, board_lr(P, 1, 0x40, 40));
	ck_assert_uint_eq(icv_hppir_read(pe, 1), 60);
	ck_assert_uint_eq(icv_iar_read(pe, 1), 60);
	icv_eoir_write(pe, 1, 60);
	ck_assert_uint_eq(icv_iar_read(pe, 1), 40);
	icv_eoir_write(pe, 1, 40);
	ck_assert_uint_eq(icv_iar_read(pe, 1), 50);
	icv_eoir_write(pe, 1, 50);
	ck_assert_uint_eq(icv_iar_read(pe, 1), GIC_SPURIOUS);
}
END_TEST

START_TEST(what_is_pending_and_active_is_no_candidate)
{
	ich_lr_write(pe, 0, board_lr(P | A, 1, 0x80, 50));
	ck_assert(!board_virq_line(0));
	ck_assert_uint_eq(icv_iar_read(pe, 1), GIC_SPURIOUS);
	ck_assert_uint_eq(icv_hppir_read(pe, 1), GIC_SPURIOUS);
}
END_TEST

START_TEST(acknowledging_makes_a_list_register_active_and_sets_the_active_priority)
{
	ich_lr_write(pe, 0, board_lr(P, 1, 0x48, 50));
	ck_assert(board_virq_line(0));
	ck_assert_uint_eq(icv_iar_read(pe, 1), 50);
	ck_assert_uint_eq(state(0), A);
	ck_assert_uint_eq(ich_apr_read(pe, 1, 0), 1u << (0x48 >> 3));
	ck_assert_uint_eq(icv_rpr_read(pe), 0x48);
	ck_assert(!board_virq_line(0));
	icv_eoir_write(pe, 1, 50);
	ck_assert_uint_eq(state(0), 0);
	ck_assert_uint_eq(ich_apr_read(pe, 1, 0), 0);
	ck_assert_uint_eq(eoicount(), 0);
}
END_TEST

START_TEST(a_group_is_taken_by_its_own_register_and_only_while_enabled)
{
	ich_lr_write(pe, 0, board_lr(P, 0, 0x40, 50));
	ich_lr_write(pe, 1, board_lr(P, 1, 0x80, 51));
	ck_assert_uint_eq(icv_hppir_read(pe, 1), 51); /* Group 0 is disabled */
	icv_igrpen_write(pe, 0, 1);
	ck_assert_uint_eq(icv_iar_read(pe, 1), GIC_SPURIOUS); /* the best one is Group 0 */
	ck_assert_uint_eq(icv_hppir_read(pe, 0), 50);
	ck_assert_uint_eq(icv_iar_read(pe, 0), 50);
	ck_assert_uint_eq(ich_apr_read(pe, 0, 0), 1u << (0x40 >> 3));
	ck_assert_uint_eq(ich_apr_read(pe, 1, 0), 0);
	icv_eoir_write(pe, 0, 50);
	ck_assert_uint_eq(icv_iar_read(pe, 1), 51);
}
END_TEST

START_TEST(group_0_is_an_IRQ_only_without_VFIQEn)
{
	icv_igrpen_write(pe, 0, 1);
	ich_lr_write(pe, 0, board_lr(P, 0, 0x40, 50));
	ck_assert(board_virq_line(0));
	ich_vmcr_write(pe, ich_vmcr_read(pe) | ICH_VMCR_VFIQEN);
	ck_assert(!board_virq_line(0));
}
END_TEST

START_TEST(the_virtual_priority_mask_lets_through_what_is_strictly_above_it)
{
	ich_lr_write(pe, 0, board_lr(P, 1, 0x80, 50));
	icv_pmr_write(pe, 0x80);
	ck_assert_uint_eq(icv_pmr_read(pe), 0x80);
	ck_assert(!board_virq_line(0));
	ck_assert_uint_eq(icv_iar_read(pe, 1), GIC_SPURIOUS);
	ck_assert_uint_eq(icv_hppir_read(pe, 1), 50);
	icv_pmr_write(pe, 0x8f);
	ck_assert_uint_eq(icv_pmr_read(pe), 0x88);
	ck_assert(board_virq_line(0));
}
END_TEST

/* As for the physical interface: Group 1 point n: bits 7:n (n >= 3); Group 0 or CBPR: 7:n+1. */
START_TEST(a_virtual_interrupt_preempts_when_its_group_priority_is_higher)
{
	u32 cbpr, group, n, running, prio;

	icv_igrpen_write(pe, 0, 1);
	for (cbpr = 0; cbpr <= 1; cbpr++)
		for (group = 0; group <= 1; group++)
			for (n = 0; n <= 7; n++) {
				u32 low = (cbpr || !group) ? (n < 2 ? 2 : n) + 1 : (n < 3 ? 3 : n);

				icv_ctlr_write(pe, cbpr ? ICC_CTLR_CBPR : 0);
				icv_bpr_write(pe, cbpr ? 0 : group, n);
				for (running = 0; running < 0xf8; running += 8)
					for (prio = 0; prio < 0xf8; prio += 8) {
						bool want = prio >> low < running >> low;

						ich_lr_write(pe, 0,
							     board_lr(P, group, running, 40));
						ck_assert_uint_eq(icv_iar_read(pe, group), 40);
						ich_lr_write(pe, 1, board_lr(P, group, prio, 41));
						ck_assert_int_eq(board_virq_line(0), want);
						ich_lr_write(pe, 1, 0);
						icv_eoir_write(pe, group, 40);
						ck_assert_uint_eq(state(0), 0);
					}
				port_clear_records();
			}
}
END_TEST

START_TEST(binary_points_have_a_minimum_and_CBPR_shows_group_0s_plus_one)
{
	icv_bpr_write(pe, 0, 0);
	icv_bpr_write(pe, 1, 0);
	ck_assert_uint_eq(icv_bpr_read(pe, 0), 2);
	ck_assert_uint_eq(icv_bpr_read(pe, 1), 3);
	icv_bpr_write(pe, 1, 6);
	icv_ctlr_write(pe, ICC_CTLR_CBPR);
	ck_assert_uint_eq(icv_bpr_read(pe, 1), 3);
	icv_bpr_write(pe, 1, 5); /* ignored */
	icv_bpr_write(pe, 0, 7);
	ck_assert_uint_eq(icv_bpr_read(pe, 1), 7);
	icv_ctlr_write(pe, 0);
	ck_assert_uint_eq(icv_bpr_read(pe, 1), 6);
}
END_TEST

START_TEST(ctlr_and_group_enables_are_the_fields_of_VMCR)
{
	icv_ctlr_write(pe, ICC_CTLR_CBPR | ICC_CTLR_EOIMODE);
	ck_assert(ich_vmcr_read(pe) & ICH_VMCR_VCBPR);
	ck_assert(ich_vmcr_read(pe) & ICH_VMCR_VEOIM);
	ck_assert_uint_eq(icv_ctlr_read(pe) & 3, 3);
	ck_assert_uint_eq(FIELD_GET(icv_ctlr_read(pe), ICC_CTLR_PRIBITS), 4);
	ck_assert(icv_ctlr_read(pe) & ICC_CTLR_A3V);
	icv_igrpen_write(pe, 0, 1);
	icv_igrpen_write(pe, 1, 0);
	ck_assert_uint_eq(icv_igrpen_read(pe, 0), 1);
	ck_assert_uint_eq(icv_igrpen_read(pe, 1), 0);
	ck_assert_uint_eq(ich_vmcr_read(pe) & 3, ICH_VMCR_VENG0);
}
END_TEST

/* ---- end of interrupt ---- */

START_TEST(EOIR_with_nothing_active_is_ignored)
{
	ich_lr_write(pe, 0, board_lr(A, 1, 0x80, 50));
	icv_eoir_write(pe, 1, 50);
	ck_assert_uint_eq(state(0), A);
	icv_eoir_write(pe, 1, 51);
	ck_assert_uint_eq(eoicount(), 0);
}
END_TEST

START_TEST(EOIR_of_an_interrupt_in_no_list_register_drops_priority_and_counts)
{
	ich_apr_write(pe, 1, 0, 1u << 16);
	icv_eoir_write(pe, 1, 50);
	ck_assert_uint_eq(icv_rpr_read(pe), GIC_IDLE_PRIO);
	ck_assert_uint_eq(eoicount(), 1);
}
END_TEST

START_TEST(EOIcount_saturates_at_31)
{
	u32 i;

	for (i = 0; i < 40; i++) {
		ich_apr_write(pe, 1, 0, 1u << 16);
		icv_eoir_write(pe, 1, 50);
		ck_assert_uint_eq(eoicount(), i < 31 ? i + 1 : 31);
	}
	ck_assert(ich_hcr_read(pe) & ICH_HCR_EN);
}
END_TEST

START_TEST(an_LPI_in_no_list_register_is_not_counted)
{
	ich_apr_write(pe, 1, 0, 1u << 16);
	icv_eoir_write(pe, 1, 8192);
	ck_assert_uint_eq(icv_rpr_read(pe), GIC_IDLE_PRIO);
	ck_assert_uint_eq(eoicount(), 0);
	ich_apr_write(pe, 1, 0, 1u << 16);
	icv_eoir_write(pe, 1, 8191);
	ck_assert_uint_eq(eoicount(), 1);
}
END_TEST

START_TEST(EOIR_of_a_special_INTID_does_nothing)
{
	u32 intid;

	ich_apr_write(pe, 1, 0, 1u << 16);
	for (intid = 1020; intid <= 1023; intid++)
		icv_eoir_write(pe, 1, intid);
	ck_assert_uint_eq(icv_rpr_read(pe), 0x80);
	ck_assert_uint_eq(eoicount(), 0);
}
END_TEST

START_TEST(EOIR_deactivates_only_when_group_and_priority_match_what_was_dropped)
{
	ich_lr_write(pe, 0, board_lr(A, 1, 0x80, 50));
	ich_apr_write(pe, 1, 0, 1u << (0x40 >> 3)); /* another priority runs */
	icv_eoir_write(pe, 1, 50);
	ck_assert_uint_eq(state(0), A);
	ck_assert_uint_eq(eoicount(), 0);
	ich_apr_write(pe, 0, 0, 1u << (0x80 >> 3)); /* the other group */
	icv_eoir_write(pe, 0, 50);
	ck_assert_uint_eq(state(0), A);
	ich_apr_write(pe, 1, 0, 1u << (0x80 >> 3));
	icv_eoir_write(pe, 1, 50);
	ck_assert_uint_eq(state(0), 0);
}
END_TEST

START_TEST(the_drop_takes_the_highest_active_priority_of_both_groups)
{
	ich_apr_write(pe, 0, 0, 1u << 4 | 1u << 20);
	ich_apr_write(pe, 1, 0, 1u << 10);
	icv_eoir_write(pe, 1, 8192);
	ck_assert_uint_eq(ich_apr_read(pe, 0, 0), 1u << 20);
	icv_eoir_write(pe, 1, 8192);
	ck_assert_uint_eq(ich_apr_read(pe, 1, 0), 0);
	ck_assert_uint_eq(icv_rpr_read(pe), 20 << 3);
}
END_TEST

START_TEST(pending_and_active_becomes_pending_at_its_end_and_is_taken_again)
{
	ich_lr_write(pe, 0, board_lr(P, 1, 0x80, 50));
	icv_iar_read(pe, 1);
	ich_lr_write(pe, 0, board_lr(P | A, 1, 0x80, 50));
	ck_assert(!board_virq_line(0));
	icv_eoir_write(pe, 1, 50);
	ck_assert_uint_eq(state(0), P);
	ck_assert(board_virq_line(0));
	ck_assert_uint_eq(icv_iar_read(pe, 1), 50);
}
END_TEST

START_TEST(EOImode_1_splits_drop_and_deactivation)
{
	icv_ctlr_write(pe, ICC_CTLR_EOIMODE);
	ich_lr_write(pe, 0, board_lr(P, 1, 0x80, 50));
	icv_iar_read(pe, 1);
	icv_eoir_write(pe, 1, 50);
	ck_assert_uint_eq(icv_rpr_read(pe), GIC_IDLE_PRIO);
	ck_assert_uint_eq(state(0), A);
	ck_assert(!icv_dir_write(pe, 50));
	ck_assert_uint_eq(state(0), 0);
	ck_assert_uint_eq(eoicount(), 0);
}
END_TEST

START_TEST(with_EOImode_1_DIR_counts_what_has_no_list_register_and_EOIR_does_not)
{
	icv_ctlr_write(pe, ICC_CTLR_EOIMODE);
	ich_apr_write(pe, 1, 0, 1u << 16);
	icv_eoir_write(pe, 1, 50);
	ck_assert_uint_eq(eoicount(), 0);
	icv_dir_write(pe, 50);
	ck_assert_uint_eq(eoicount(), 1);
	icv_dir_write(pe, 8192);
	icv_dir_write(pe, 1021);
	ck_assert_uint_eq(eoicount(), 1);
}
END_TEST

START_TEST(an_LPI_is_deactivated_by_EOIR_in_either_mode)
{
	icv_ctlr_write(pe, ICC_CTLR_EOIMODE);
	ich_lr_write(pe, 0, board_lr(P, 1, 0x80, 8200));
	ck_assert_uint_eq(icv_iar_read(pe, 1), 8200);
	ck_assert_uint_eq(state(0), A);
	icv_dir_write(pe, 8200); /* not for LPIs */
	ck_assert_uint_eq(state(0), A);
	icv_eoir_write(pe, 1, 8200);
	ck_assert_uint_eq(state(0), 0);
}
END_TEST

START_TEST(DIR_without_EOImode_1_is_ignored)
{
	ich_lr_write(pe, 0, board_lr(P, 1, 0x80, 50));
	icv_iar_read(pe, 1);
	ck_assert(!icv_dir_write(pe, 50));
	ck_assert_uint_eq(state(0), A);
	icv_dir_write(pe, 51);
	ck_assert_uint_eq(eoicount(), 0);
}
END_TEST

START_TEST(DIR_is_trapped_with_TDIR_or_TC_and_changes_nothing)
{
	icv_ctlr_write(pe, ICC_CTLR_EOIMODE);
	ich_lr_write(pe, 0, board_lr(A, 1, 0x80, 50));
	ich_hcr_write(pe, ICH_HCR_EN | ICH_HCR_TDIR);
	ck_assert(icv_dir_write(pe, 50));
	ck_assert_uint_eq(state(0), A);
	ich_hcr_write(pe, ICH_HCR_EN | ICH_HCR_TC);
	ck_assert(icv_dir_write(pe, 50));
	ck_assert_uint_eq(state(0), A);
}
END_TEST

START_TEST(a_list_register_with_HW_deactivates_the_physical_interrupt)
{
	u64 hw = ICH_LR_HW | FIELD_PUT(27, ICH_LR_PINTID);

	gic_irq_set_active(pe, 27, true);
	ich_lr_write(pe, 0, board_lr(P, 1, 0x80, 30) | hw);
	icv_iar_read(pe, 1);
	ck_assert(gic_irq_active(pe, 27));
	icv_eoir_write(pe, 1, 30);
	ck_assert(!gic_irq_active(pe, 27));
	ck_assert_uint_eq(state(0), 0);
	/* by DIR too, and an SPI */
	icv_ctlr_write(pe, ICC_CTLR_EOIMODE);
	gic_irq_set_active(pe, 40, true);
	ich_lr_write(pe, 0, board_lr(A, 1, 0x80, 60) | ICH_LR_HW | FIELD_PUT(40, ICH_LR_PINTID));
	icv_dir_write(pe, 60);
	ck_assert(!gic_irq_active(pe, 40));
}
END_TEST

START_TEST(a_physical_SGI_or_an_interrupt_that_is_not_there_is_not_deactivated_by_HW)
{
	gic_irq_set_active(pe, 5, true);
	ich_lr_write(pe, 0, board_lr(P, 1, 0x80, 30) | ICH_LR_HW | FIELD_PUT(5, ICH_LR_PINTID));
	icv_iar_read(pe, 1);
	icv_eoir_write(pe, 1, 30);
	ck_assert(gic_irq_active(pe, 5));
	ich_lr_write(pe, 0, board_lr(P, 1, 0x80, 30) | ICH_LR_HW | FIELD_PUT(1000, ICH_LR_PINTID));
	icv_iar_read(pe, 1);
	icv_eoir_write(pe, 1, 30);
	ck_assert_uint_eq(state(0), 0);
}
END_TEST

START_TEST(the_EOI_bit_asks_for_maintenance_at_the_end)
{
	ich_lr_write(pe, 0, board_lr(P, 1, 0x80, 50) | ICH_LR_EOI);
	icv_iar_read(pe, 1);
	ck_assert_uint_eq(ich_misr_read(pe), 0);
	icv_eoir_write(pe, 1, 50);
	ck_assert_uint_eq(ich_misr_read(pe), ICH_MISR_EOI);
	ck_assert_uint_eq(ich_eisr_read(pe), 1);
	ck_assert(gic_irq_pending(pe, GIC_PPI_MAINTENANCE));
	ich_lr_write(pe, 0, 0);
	ck_assert(!gic_irq_pending(pe, GIC_PPI_MAINTENANCE));
}
END_TEST

START_TEST(a_special_INTID_in_a_list_register_vanishes_when_acknowledged)
{
	ich_lr_write(pe, 0, board_lr(P, 1, 0x80, 1021));
	ck_assert_uint_eq(icv_iar_read(pe, 1), 1021);
	ck_assert_uint_eq(state(0), 0);
	ck_assert_uint_eq(icv_rpr_read(pe), GIC_IDLE_PRIO);
}
END_TEST

START_TEST(of_two_list_registers_with_one_INTID_the_first_active_one_ends)
{
	ich_lr_write(pe, 1, board_lr(A, 1, 0x80, 50));
	ich_lr_write(pe, 2, board_lr(A, 1, 0x80, 50));
	ich_apr_write(pe, 1, 0, 1u << 16);
	icv_eoir_write(pe, 1, 50);
	ck_assert_uint_eq(state(1), 0);
	ck_assert_uint_eq(state(2), A);
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc,
		       the_lowest_priority_value_is_taken_and_the_lower_list_register_among_equals);
	tcase_add_test(tc, what_is_pending_and_active_is_no_candidate);
	tcase_add_test(tc, acknowledging_makes_a_list_register_active_and_sets_the_active_priority);
	tcase_add_test(tc, a_group_is_taken_by_its_own_register_and_only_while_enabled);
	tcase_add_test(tc, group_0_is_an_IRQ_only_without_VFIQEn);
	tcase_add_test(tc, the_virtual_priority_mask_lets_through_what_is_strictly_above_it);
	tcase_add_test(tc, a_virtual_interrupt_preempts_when_its_group_priority_is_higher);
	tcase_add_test(tc, binary_points_have_a_minimum_and_CBPR_shows_group_0s_plus_one);
	tcase_add_test(tc, ctlr_and_group_enables_are_the_fields_of_VMCR);
	tcase_add_test(tc, EOIR_with_nothing_active_is_ignored);
	tcase_add_test(tc, EOIR_of_an_interrupt_in_no_list_register_drops_priority_and_counts);
	tcase_add_test(tc, EOIcount_saturates_at_31);
	tcase_add_test(tc, an_LPI_in_no_list_register_is_not_counted);
	tcase_add_test(tc, EOIR_of_a_special_INTID_does_nothing);
	tcase_add_test(tc, EOIR_deactivates_only_when_group_and_priority_match_what_was_dropped);
	tcase_add_test(tc, the_drop_takes_the_highest_active_priority_of_both_groups);
	tcase_add_test(tc, pending_and_active_becomes_pending_at_its_end_and_is_taken_again);
	tcase_add_test(tc, EOImode_1_splits_drop_and_deactivation);
	tcase_add_test(tc, with_EOImode_1_DIR_counts_what_has_no_list_register_and_EOIR_does_not);
	tcase_add_test(tc, an_LPI_is_deactivated_by_EOIR_in_either_mode);
	tcase_add_test(tc, DIR_without_EOImode_1_is_ignored);
	tcase_add_test(tc, DIR_is_trapped_with_TDIR_or_TC_and_changes_nothing);
	tcase_add_test(tc, a_list_register_with_HW_deactivates_the_physical_interrupt);
	tcase_add_test(tc,
		       a_physical_SGI_or_an_interrupt_that_is_not_there_is_not_deactivated_by_HW);
	tcase_add_test(tc, the_EOI_bit_asks_for_maintenance_at_the_end);
	tcase_add_test(tc, a_special_INTID_in_a_list_register_vanishes_when_acknowledged);
	tcase_add_test(tc, of_two_list_registers_with_one_INTID_the_first_active_one_ends);
}

CHECK_MAIN("hw virtual CPU interface, EL1", add, setup, teardown)
