// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The physical CPU interface (Arm IHI 0069 chapter 4; spec/vgic.md 6.4): which interrupt is taken,
 * when, and what its end does. 5 priority bits.
 */
#include "board.h"

#include "tests/lib/check-main.h"

static struct gic_pe *pe;

static void setup(void)
{
	port_reset();
	board_boot(&board_config);
	pe = board_pe(0);
}

static void teardown(void)
{
	board_down();
	port_assert_quiet();
}

static void pend(u32 intid, u32 prio)
{
	board_irq(0, intid, prio);
	gic_irq_set_pending(pe, intid, true);
}

START_TEST(nothing_pending_reads_as_1023)
{
	ck_assert_uint_eq(icc_iar1_read(pe), GIC_SPURIOUS);
	ck_assert_uint_eq(icc_hppir1_read(pe), GIC_SPURIOUS);
	ck_assert_uint_eq(icc_rpr_read(pe), GIC_IDLE_PRIO);
	ck_assert(!board_irq_line(0));
}
END_TEST

START_TEST(the_lowest_priority_value_goes_first_whatever_kind_it_is)
{
	board_lpi(8200, 0x40, true);
	gic_lpi_set(pe, 8200);
	pend(3, 0x60);
	pend(20, 0x50);
	pend(40, 0x30);
	ck_assert_uint_eq(icc_iar1_read(pe), 40);
	icc_eoir1_write(pe, 40);
	ck_assert_uint_eq(icc_iar1_read(pe), 8200);
	icc_eoir1_write(pe, 8200);
	ck_assert_uint_eq(icc_iar1_read(pe), 20);
	icc_eoir1_write(pe, 20);
	ck_assert_uint_eq(icc_iar1_read(pe), 3);
	icc_eoir1_write(pe, 3);
	ck_assert_uint_eq(icc_iar1_read(pe), GIC_SPURIOUS);
}
END_TEST

START_TEST(of_equal_priorities_the_lowest_INTID_goes_first)
{
	static const u32 order[] = { 2, 9, 27, 33, 70, 8192, 9000 };
	u32 i;

	board_lpi(8192, 0x80, true);
	board_lpi(9000, 0x80, true);
	for (i = PLAT_ARRAY_SIZE(order); i--;) {
		if (order[i] >= GIC_LPI_BASE)
			gic_lpi_set(pe, order[i]);
		else
			pend(order[i], 0x80);
	}
	for (i = 0; i < PLAT_ARRAY_SIZE(order); i++) {
		ck_assert_uint_eq(icc_hppir1_read(pe), order[i]);
		ck_assert_uint_eq(icc_iar1_read(pe), order[i]);
		icc_eoir1_write(pe, order[i]);
	}
}
END_TEST

START_TEST(the_priority_mask_lets_through_what_is_strictly_above_it)
{
	pend(20, 0x80);
	icc_pmr_write(pe, 0x80);
	ck_assert(!board_irq_line(0));
	ck_assert_uint_eq(icc_iar1_read(pe), GIC_SPURIOUS);
	ck_assert_uint_eq(icc_hppir1_read(pe), 20); /* HPPIR does not look at the mask */
	icc_pmr_write(pe, 0x8f);		    /* 5 bits: 0x88 */
	ck_assert_uint_eq(icc_pmr_read(pe), 0x88);
	ck_assert(board_irq_line(0));
	ck_assert_uint_eq(icc_iar1_read(pe), 20);
}
END_TEST

START_TEST(nothing_is_signalled_while_the_group_is_disabled)
{
	pend(20, 0x80);
	icc_igrpen1_write(pe, 0);
	ck_assert_uint_eq(icc_igrpen1_read(pe), 0);
	ck_assert(!board_irq_line(0));
	ck_assert_uint_eq(icc_hppir1_read(pe), GIC_SPURIOUS);
	icc_igrpen1_write(pe, 1);
	ck_assert(board_irq_line(0));
}
END_TEST

/*
 * Preemption, for every pair of priorities and every binary point: Group 1 with binary point n has
 * group priority bits 7:n (n >= 3 with 5 preemption bits), Group 0's point n bits 7:n+1. A pending
 * interrupt preempts when its group priority is strictly lower in value.
 */
START_TEST(an_interrupt_preempts_when_its_group_priority_is_higher)
{
	u32 cbpr, n, running, prio;

	board_irq(0, 17, 0);
	board_irq(0, 18, 0);
	for (cbpr = 0; cbpr <= 1; cbpr++)
		for (n = 0; n <= 7; n++) {
			u32 low = cbpr ? (n < 2 ? 2 : n) + 1 : (n < 3 ? 3 : n);

			icc_ctlr_write(pe, cbpr ? ICC_CTLR_CBPR : 0);
			icc_bpr0_write(pe, cbpr ? n : 0);
			icc_bpr1_write(pe, n);
			for (running = 0; running < 0xf8; running += 8)
				for (prio = 0; prio < 0xf8; prio += 8) {
					bool want = prio >> low < running >> low;

					gicr_write(pe, GICR_IPRIORITYR0 + 17, 1, running);
					gicr_write(pe, GICR_IPRIORITYR0 + 18, 1, prio);
					gic_irq_set_pending(pe, 17, true);
					ck_assert_uint_eq(icc_iar1_read(pe), 17);
					ck_assert_uint_eq(icc_rpr_read(pe), running >> low << low);
					gic_irq_set_pending(pe, 18, true);
					ck_assert_int_eq(board_irq_line(0), want);
					gic_irq_set_pending(pe, 18, false);
					icc_eoir1_write(pe, 17);
				}
			port_clear_records();
		}
}
END_TEST

START_TEST(binary_points_have_a_minimum_and_CBPR_shows_group_0s_plus_one)
{
	icc_bpr0_write(pe, 0);
	icc_bpr1_write(pe, 0);
	ck_assert_uint_eq(icc_bpr0_read(pe), 2);
	ck_assert_uint_eq(icc_bpr1_read(pe), 3);
	icc_bpr1_write(pe, 5);
	icc_ctlr_write(pe, ICC_CTLR_CBPR);
	ck_assert_uint_eq(icc_bpr1_read(pe), 3);
	icc_bpr0_write(pe, 7);
	ck_assert_uint_eq(icc_bpr1_read(pe), 7); /* saturates */
	icc_bpr1_write(pe, 4);			 /* ignored */
	icc_ctlr_write(pe, 0);
	ck_assert_uint_eq(icc_bpr1_read(pe), 5);
}
END_TEST

START_TEST(nested_interrupts_end_in_reverse_and_the_running_priority_follows)
{
	static const u32 prio[] = { 0xa0, 0x80, 0x40, 0x00 };
	u32 i;

	for (i = 0; i < 4; i++) {
		pend(16 + i, prio[i]);
		ck_assert_uint_eq(icc_iar1_read(pe), 16 + i);
		ck_assert_uint_eq(icc_rpr_read(pe), prio[i]);
	}
	for (i = 4; i--;) {
		ck_assert_uint_eq(icc_rpr_read(pe), prio[i]);
		icc_eoir1_write(pe, 16 + i);
		ck_assert(!gic_irq_active(pe, 16 + i));
	}
	ck_assert_uint_eq(icc_rpr_read(pe), GIC_IDLE_PRIO);
}
END_TEST

START_TEST(EOImode_0_ends_and_deactivates_at_once)
{
	pend(20, 0x80);
	icc_iar1_read(pe);
	ck_assert(gic_irq_active(pe, 20));
	icc_dir_write(pe, 20); /* ignored without EOImode */
	ck_assert(gic_irq_active(pe, 20));
	icc_eoir1_write(pe, 20);
	ck_assert(!gic_irq_active(pe, 20));
}
END_TEST

START_TEST(EOImode_1_drops_priority_by_EOIR_and_deactivates_by_DIR)
{
	icc_ctlr_write(pe, ICC_CTLR_EOIMODE);
	pend(20, 0x80);
	icc_iar1_read(pe);
	icc_eoir1_write(pe, 20);
	ck_assert_uint_eq(icc_rpr_read(pe), GIC_IDLE_PRIO);
	ck_assert(gic_irq_active(pe, 20));
	gic_irq_set_pending(pe, 20, true);
	ck_assert_uint_eq(icc_iar1_read(pe), GIC_SPURIOUS); /* active and pending */
	icc_dir_write(pe, 20);
	ck_assert(!gic_irq_active(pe, 20));
	ck_assert_uint_eq(icc_iar1_read(pe), 20);
}
END_TEST

START_TEST(an_end_that_nothing_waits_for_is_ignored)
{
	gic_irq_set_active(pe, 20, true);
	icc_eoir1_write(pe, 20); /* no active priority */
	ck_assert(gic_irq_active(pe, 20));
	pend(21, 0x80);
	icc_iar1_read(pe);
	icc_eoir1_write(pe, 1023); /* a special INTID */
	ck_assert_uint_eq(icc_rpr_read(pe), 0x80);
	ck_assert(gic_irq_active(pe, 21));
	icc_eoir1_write(pe, 5000); /* no such interrupt: the priority drops all the same */
	ck_assert_uint_eq(icc_rpr_read(pe), GIC_IDLE_PRIO);
}
END_TEST

START_TEST(an_LPI_has_no_active_state_and_its_end_drops_the_priority_only)
{
	board_lpi(8200, 0x80, true);
	gic_lpi_set(pe, 8200);
	ck_assert_uint_eq(icc_iar1_read(pe), 8200);
	ck_assert(!gic_irq_active(pe, 8200));
	ck_assert_uint_eq(icc_rpr_read(pe), 0x80);
	ck_assert_int_eq(gic_lpi_set(pe, 8200), 1); /* pending again at once */
	ck_assert(!board_irq_line(0));		    /* but not above itself */
	icc_eoir1_write(pe, 8200);
	ck_assert(board_irq_line(0));
	icc_ctlr_write(pe, ICC_CTLR_EOIMODE);
	icc_iar1_read(pe);
	icc_eoir1_write(pe, 8200);
	ck_assert_uint_eq(icc_rpr_read(pe), GIC_IDLE_PRIO);
}
END_TEST

START_TEST(the_line_is_told_only_when_it_changes)
{
	port_clear_records();
	pend(20, 0x80);
	pend(21, 0x80);
	pend(22, 0x40);
	gic_irq_set_pending(pe, 22, false);
	ck_assert_uint_eq(port_count(PORT_LINE, &board.port[0]), 1);
	icc_iar1_read(pe);
	ck_assert_uint_eq(port_count(PORT_LINE, &board.port[0]), 2);
	icc_eoir1_write(pe, 20);
	ck_assert_uint_eq(port_count(PORT_LINE, &board.port[0]), 3);
	ck_assert_uint_eq(port_count(PORT_LINE, NULL), 3);
}
END_TEST

START_TEST(ctlr_and_its_fields_are_read_back)
{
	u32 v;

	icc_ctlr_write(pe, 0xffffffff);
	v = icc_ctlr_read(pe);
	ck_assert(v & ICC_CTLR_CBPR);
	ck_assert(v & ICC_CTLR_EOIMODE);
	ck_assert(v & ICC_CTLR_A3V);
	ck_assert_uint_eq(FIELD_GET(v, ICC_CTLR_PRIBITS), 4);
	ck_assert_uint_eq(FIELD_GET(v, ICC_CTLR_IDBITS), ICC_CTLR_IDBITS_16);
	icc_ctlr_write(pe, 0);
	ck_assert_uint_eq(icc_ctlr_read(pe) & (ICC_CTLR_CBPR | ICC_CTLR_EOIMODE), 0);
}
END_TEST

/* ---- SGIs: PEs have affinities 0.0.0.0, 0.0.0.1, 0.0.1.0, 0.0.1.1 ---- */

static u32 sgi_targets(u64 v)
{
	u32 mask = 0, i, n;

	port_clear_records();
	icc_sgi1r_write(pe, v);
	for (i = 0; i < port.nr_records; i++) {
		if (port.record[i].kind != PORT_SGI)
			continue;
		ck_assert_ptr_eq(port.record[i].object, &board.port[0]);
		ck_assert_uint_eq(port.record[i].intid, FIELD_GET(v, ICC_SGIR_INTID));
		for (n = 0; n < BOARD_MAX_PES; n++)
			if (port.record[i].to == &board.port[n])
				mask |= PLAT_BIT(n);
	}
	ck_assert_uint_eq(port_count(PORT_SGI, NULL), plat_popcount64(mask)); /* once each */
	return mask;
}

START_TEST(an_SGI_goes_to_its_target_list_within_one_cluster)
{
	u64 sgi = FIELD_PUT(5, ICC_SGIR_INTID);

	ck_assert_uint_eq(sgi_targets(sgi | 1), 1);
	ck_assert_uint_eq(sgi_targets(sgi | 3), 3);
	ck_assert_uint_eq(sgi_targets(sgi | 0xffff), 3); /* the others are not there */
	ck_assert_uint_eq(sgi_targets(sgi | FIELD_PUT(1, ICC_SGIR_AFF1) | 2), 8);
	ck_assert_uint_eq(sgi_targets(sgi | FIELD_PUT(1, ICC_SGIR_AFF2) | 1), 0);
	ck_assert_uint_eq(sgi_targets(sgi | FIELD_PUT(1, ICC_SGIR_AFF3) | 1), 0);
	ck_assert_uint_eq(sgi_targets(sgi | FIELD_PUT(1, ICC_SGIR_RS) | 1), 0); /* Aff0 16 */
	ck_assert_uint_eq(sgi_targets(sgi), 0);
}
END_TEST

START_TEST(an_SGI_with_IRM_goes_to_all_but_the_sender)
{
	ck_assert_uint_eq(sgi_targets(FIELD_PUT(9, ICC_SGIR_INTID) | ICC_SGIR_IRM | 1), 0xe);
}
END_TEST

START_TEST(an_SGI_that_arrives_is_pending_there)
{
	board_irq(1, 5, 0x80);
	gic_sgi_set(board_pe(1), 5);
	gic_sgi_set(board_pe(1), 5);
	ck_assert_uint_eq(port_count_events(EV_HW_COALESCED), 1);
	ck_assert(board_irq_line(1));
	ck_assert_uint_eq(icc_iar1_read(board_pe(1)), 5);
	icc_eoir1_write(board_pe(1), 5);
	ck_assert_uint_eq(icc_iar1_read(board_pe(1)), GIC_SPURIOUS);
}
END_TEST

/* 8 priority bits have 7 preemption bits: 128 levels, a level a pair of priorities. */
START_TEST(eight_priority_bits_have_128_levels)
{
	struct gic_config c = board_config;
	u32 prio;

	board_down();
	c.prio_bits = 8;
	board_boot(&c);
	pe = board_pe(0);
	board_irq(0, 16, 0);
	for (prio = 0; prio < 0xff; prio++) {
		gicr_write(pe, GICR_IPRIORITYR0 + 16, 1, prio);
		gic_irq_set_pending(pe, 16, true);
		ck_assert_uint_eq(icc_iar1_read(pe), 16);
		ck_assert_uint_eq(icc_rpr_read(pe), prio & 0xfe);
		icc_eoir1_write(pe, 16);
		ck_assert_uint_eq(icc_rpr_read(pe), GIC_IDLE_PRIO);
	}
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, nothing_pending_reads_as_1023);
	tcase_add_test(tc, the_lowest_priority_value_goes_first_whatever_kind_it_is);
	tcase_add_test(tc, of_equal_priorities_the_lowest_INTID_goes_first);
	tcase_add_test(tc, the_priority_mask_lets_through_what_is_strictly_above_it);
	tcase_add_test(tc, nothing_is_signalled_while_the_group_is_disabled);
	tcase_add_test(tc, an_interrupt_preempts_when_its_group_priority_is_higher);
	tcase_add_test(tc, binary_points_have_a_minimum_and_CBPR_shows_group_0s_plus_one);
	tcase_add_test(tc, nested_interrupts_end_in_reverse_and_the_running_priority_follows);
	tcase_add_test(tc, EOImode_0_ends_and_deactivates_at_once);
	tcase_add_test(tc, EOImode_1_drops_priority_by_EOIR_and_deactivates_by_DIR);
	tcase_add_test(tc, an_end_that_nothing_waits_for_is_ignored);
	tcase_add_test(tc, an_LPI_has_no_active_state_and_its_end_drops_the_priority_only);
	tcase_add_test(tc, the_line_is_told_only_when_it_changes);
	tcase_add_test(tc, ctlr_and_its_fields_are_read_back);
	tcase_add_test(tc, an_SGI_goes_to_its_target_list_within_one_cluster);
	tcase_add_test(tc, an_SGI_with_IRM_goes_to_all_but_the_sender);
	tcase_add_test(tc, an_SGI_that_arrives_is_pending_there);
	tcase_add_test(tc, eight_priority_bits_have_128_levels);
}

CHECK_MAIN("hw physical CPU interface", add, setup, teardown)
