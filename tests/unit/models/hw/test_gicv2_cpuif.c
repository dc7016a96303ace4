// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The GICv2's physical CPU interface: each register row, and acknowledge, preemption, priority drop
 * and deactivation in both groups (Arm IHI 0048 chapters 3 and 4).
 */
#include "board-v2.h"

#include "tests/lib/check-main.h"

static void setup(void)
{
	port_reset();
	v2_boot();
}

static void teardown(void)
{
	v2_down();
	port_assert_quiet();
}

/* An enabled SPI of PE 0, pending. */
static void raise_spi(u32 intid, u8 priority)
{
	enable(0, intid, priority);
	pend_spi(intid);
}

static void raise_group1(u32 intid, u8 priority)
{
	enable(0, intid, priority);
	group1(0, intid);
	pend_spi(intid);
}

static bool active(u32 intid)
{
	return dist(0, GICD_ISACTIVER + intid / 32 * 4) >> intid % 32 & 1;
}

/* ---- a row each ---- */

START_TEST(ctlr_keeps_enables_ackctl_fiqen_cbpr_and_eoimode)
{
	set_gicc(0, GICC_CTLR, 0xffffffff);
	ck_assert_uint_eq(gicc(0, GICC_CTLR), 0x21f);
	set_gicc(0, GICC_CTLR, 0);
	ck_assert_uint_eq(gicc(0, GICC_CTLR), 0);
	ck_assert_uint_eq(gicc(1, GICC_CTLR), GRP0 | GRP1 | GICC_CTLR_ACKCTL);
}
END_TEST

START_TEST(pmr_keeps_five_bits_and_masks_what_is_not_above_it)
{
	set_gicc(0, GICC_PMR, 0x87);
	ck_assert_uint_eq(gicc(0, GICC_PMR), 0x80);
	raise_spi(40, 0x80);
	ck_assert(!irq_line(0));
	ck_assert_uint_eq(gicc(0, GICC_IAR), GIC_SPURIOUS);
	set_gicc(0, GICC_PMR, 0x88);
	ck_assert(irq_line(0));
}
END_TEST

/* Five priority bits: the binary points cannot ask for finer groups. */
START_TEST(bpr_and_abpr_have_smallest_values_two_and_three)
{
	set_gicc(0, GICC_BPR, 0);
	ck_assert_uint_eq(gicc(0, GICC_BPR), 2);
	set_gicc(0, GICC_ABPR, 0);
	ck_assert_uint_eq(gicc(0, GICC_ABPR), 3);
	set_gicc(0, GICC_BPR, 0xfffffffd);
	ck_assert_uint_eq(gicc(0, GICC_BPR), 5);
	set_gicc(0, GICC_ABPR, 6);
	ck_assert_uint_eq(gicc(0, GICC_ABPR), 6);
}
END_TEST

START_TEST(with_cbpr_abpr_shows_bpr_plus_one_and_ignores_writes)
{
	set_gicc(0, GICC_CTLR, GICC_CTLR_CBPR);
	set_gicc(0, GICC_BPR, 4);
	ck_assert_uint_eq(gicc(0, GICC_ABPR), 5);
	set_gicc(0, GICC_ABPR, 3);
	ck_assert_uint_eq(gicc(0, GICC_ABPR), 5);
	set_gicc(0, GICC_BPR, 7);
	ck_assert_uint_eq(gicc(0, GICC_ABPR), 7);
	set_gicc(0, GICC_CTLR, 0);
	ck_assert_uint_eq(gicc(0, GICC_ABPR), 3);
}
END_TEST

START_TEST(iar_takes_the_highest_priority_and_eoir_ends_it)
{
	raise_spi(40, 0x80);
	raise_spi(41, 0x40);
	ck_assert_uint_eq(gicc(0, GICC_IAR), 41);
	ck_assert(active(41));
	ck_assert_uint_eq(gicc(0, GICC_RPR), 0x40);
	ck_assert_uint_eq(gicc(0, GICC_IAR), GIC_SPURIOUS);
	set_gicc(0, GICC_EOIR, 41);
	ck_assert(!active(41));
	ck_assert_uint_eq(gicc(0, GICC_RPR), 0xff);
	ck_assert_uint_eq(gicc(0, GICC_IAR), 40);
	set_gicc(0, GICC_EOIR, 40);
}
END_TEST

START_TEST(equal_priorities_go_by_lowest_intid)
{
	raise_spi(60, 0x80);
	raise_spi(44, 0x80);
	raise_spi(80, 0x80);
	ck_assert_uint_eq(gicc(0, GICC_HPPIR), 44);
}
END_TEST

START_TEST(rpr_is_the_group_priority_of_what_runs)
{
	set_gicc(0, GICC_BPR, 5); /* bits 7:6 */
	raise_spi(40, 0x78);
	ck_assert_uint_eq(gicc(0, GICC_IAR), 40);
	ck_assert_uint_eq(gicc(0, GICC_RPR), 0x40);
}
END_TEST

START_TEST(hppir_neither_minds_the_mask_nor_takes)
{
	set_gicc(0, GICC_PMR, 0);
	raise_spi(40, 0x80);
	ck_assert_uint_eq(gicc(0, GICC_HPPIR), 40);
	ck_assert_uint_eq(gicc(0, GICC_HPPIR), 40);
	ck_assert(!active(40));
}
END_TEST

START_TEST(without_ackctl_a_group_1_interrupt_is_1022_and_the_aliases_take_it)
{
	set_gicc(0, GICC_CTLR, GRP0 | GRP1);
	raise_group1(40, 0x80);
	ck_assert_uint_eq(gicc(0, GICC_HPPIR), 1022);
	ck_assert_uint_eq(gicc(0, GICC_IAR), 1022);
	ck_assert(!active(40));
	ck_assert_uint_eq(gicc(0, GICC_AHPPIR), 40);
	ck_assert_uint_eq(gicc(0, GICC_AIAR), 40);
	set_gicc(0, GICC_EOIR, 40);
	ck_assert(active(40));
	set_gicc(0, GICC_AEOIR, 40);
	ck_assert(!active(40));
	ck_assert_uint_eq(gicc(0, GICC_RPR), 0xff);
}
END_TEST

START_TEST(a_masked_group_1_interrupt_is_1023_in_iar)
{
	set_gicc(0, GICC_CTLR, GRP0 | GRP1);
	set_gicc(0, GICC_PMR, 0x80);
	raise_group1(40, 0x80);
	ck_assert_uint_eq(gicc(0, GICC_IAR), 1023);
	ck_assert_uint_eq(gicc(0, GICC_HPPIR), 1022);
}
END_TEST

START_TEST(with_ackctl_the_plain_registers_serve_both_groups)
{
	raise_group1(40, 0x80);
	ck_assert_uint_eq(gicc(0, GICC_HPPIR), 40);
	ck_assert_uint_eq(gicc(0, GICC_IAR), 40);
	set_gicc(0, GICC_EOIR, 40);
	ck_assert(!active(40));
}
END_TEST

START_TEST(the_aliases_do_not_see_group_0)
{
	raise_spi(40, 0x80);
	ck_assert_uint_eq(gicc(0, GICC_AHPPIR), 1023);
	ck_assert_uint_eq(gicc(0, GICC_AIAR), 1023);
	ck_assert_uint_eq(gicc(0, GICC_IAR), 40);
	set_gicc(0, GICC_AEOIR, 40);
	ck_assert(active(40));
	set_gicc(0, GICC_EOIR, 40);
	ck_assert(!active(40));
}
END_TEST

START_TEST(apr_holds_32_preemption_levels_the_others_are_raz_wi)
{
	raise_spi(40, 0x80);
	ck_assert_uint_eq(gicc(0, GICC_IAR), 40);
	ck_assert_uint_eq(gicc(0, GICC_APR), 1u << 16);
	set_gicc(0, GICC_APR, 1u << 4);
	ck_assert_uint_eq(gicc(0, GICC_RPR), 0x20);
	set_gicc(0, GICC_APR + 4, 0xffffffff);
	set_gicc(0, GICC_APR + 12, 0xffffffff);
	ck_assert_uint_eq(gicc(0, GICC_APR + 4), 0);
	ck_assert_uint_eq(gicc(0, GICC_APR + 12), 0);
	set_gicc(0, GICC_APR, 0);
	ck_assert_uint_eq(gicc(0, GICC_RPR), 0xff);
}
END_TEST

START_TEST(with_eight_priority_bits_there_are_four_aprs)
{
	struct gic_config cfg = v2_config;

	v2_down();
	cfg.prio_bits = 8;
	ck_assert_int_eq(v2_reset(&cfg), 0);
	set_gicc(0, GICC_APR + 12, 0x80000000);
	ck_assert_uint_eq(gicc(0, GICC_APR + 12), 0x80000000);
	ck_assert_uint_eq(gicc(0, GICC_RPR), 0xfe);
}
END_TEST

START_TEST(iidr_is_architecture_2_and_there_are_no_nsaprs)
{
	ck_assert_uint_eq(FIELD_GET(gicc(0, GICC_IIDR), GICC_IIDR_ARCH), 2);
	ck_assert_uint_eq(FIELD_GET(gicc(0, GICC_IIDR), GICC_IIDR_IMPLEMENTER),
			  GIC_IMPLEMENTER_ARM);
	set_gicc(0, GICC_NSAPR, 0xffffffff);
	ck_assert_uint_eq(gicc(0, GICC_NSAPR), 0);
}
END_TEST

START_TEST(with_eoimode_1_eoir_drops_and_dir_deactivates)
{
	raise_spi(40, 0x80);
	set_gicc(0, GICC_CTLR, GRP0 | GICC_CTLR_EOIMODE);
	ck_assert_uint_eq(gicc(0, GICC_IAR), 40);
	set_gicc(0, GICC_EOIR, 40);
	ck_assert_uint_eq(gicc(0, GICC_RPR), 0xff);
	ck_assert(active(40));
	set_gicc(0, GICC_DIR, 40);
	ck_assert(!active(40));
}
END_TEST

START_TEST(with_eoimode_0_dir_is_ignored)
{
	raise_spi(40, 0x80);
	ck_assert_uint_eq(gicc(0, GICC_IAR), 40);
	set_gicc(0, GICC_DIR, 40);
	ck_assert(active(40));
}
END_TEST

START_TEST(an_sgi_is_deactivated_only_with_its_source)
{
	enable(0, 2, 0x80);
	send_sgi(3, 0x1, 2);
	set_gicc(0, GICC_CTLR, GRP0 | GICC_CTLR_EOIMODE);
	ck_assert_uint_eq(gicc(0, GICC_IAR), SGI_OF(3, 2));
	set_gicc(0, GICC_EOIR, SGI_OF(3, 2));
	set_gicc(0, GICC_DIR, SGI_OF(1, 2));
	ck_assert(active(2));
	set_gicc(0, GICC_DIR, SGI_OF(3, 2));
	ck_assert(!active(2));
}
END_TEST

START_TEST(registers_are_words_and_nothing_else_answers)
{
	static const u32 nothing[] = { 0x02c, 0x0cc, 0x100, 0xffc, 0x1004, 0x1ffc, 0x2000 };
	u32 i;

	raise_spi(40, 0x80);
	ck_assert_uint_eq(gicc_read(v2_pe(0), GICC_IAR, 1), 0);
	ck_assert_uint_eq(gicc_read(v2_pe(0), GICC_IAR, 8), 0);
	ck_assert(!active(40));
	for (i = 0; i < PLAT_ARRAY_SIZE(nothing); i++) {
		set_gicc(0, nothing[i], 0xffffffff);
		ck_assert_uint_eq(gicc(0, nothing[i]), 0);
	}
	ck_assert_uint_eq(gicc(0, GICC_EOIR), 0);
	ck_assert_uint_eq(gicc(0, GICC_AEOIR), 0);
	ck_assert_uint_eq(gicc(0, GICC_DIR), 0);
}
END_TEST

/* ---- preemption, groups and the line ---- */

START_TEST(a_higher_group_priority_preempts_an_equal_one_does_not)
{
	raise_spi(40, 0x80);
	ck_assert_uint_eq(gicc(0, GICC_IAR), 40);
	raise_spi(41, 0x80);
	ck_assert(!irq_line(0));
	raise_spi(42, 0x78);
	ck_assert(irq_line(0));
	ck_assert_uint_eq(gicc(0, GICC_IAR), 42);
	set_gicc(0, GICC_EOIR, 42);
	ck_assert_uint_eq(gicc(0, GICC_RPR), 0x80);
	ck_assert(!irq_line(0));
	set_gicc(0, GICC_EOIR, 40);
	ck_assert(irq_line(0));
}
END_TEST

START_TEST(each_group_has_its_own_binary_point)
{
	set_gicc(0, GICC_BPR, 2);
	set_gicc(0, GICC_ABPR, 7); /* Group 1: bit 7 alone */
	raise_spi(40, 0x78);
	ck_assert_uint_eq(gicc(0, GICC_IAR), 40);
	raise_group1(41, 0x70); /* group priority 0x00 */
	ck_assert(irq_line(0));
	set_gicc(0, GICC_ABPR, 4);
	ck_assert(irq_line(0)); /* 0x70 < 0x78 */
	set_gicc(0, GICC_CTLR, GRP0 | GRP1 | GICC_CTLR_CBPR);
	set_gicc(0, GICC_BPR, 6); /* both: bit 7 alone */
	ck_assert_uint_eq(gicc(0, GICC_RPR), 0x78);
	ck_assert(irq_line(0));
	set_gicc(0, GICC_CTLR, GRP0 | GRP1);
	ck_assert_uint_eq(gicc(0, GICC_ABPR), 4);
}
END_TEST

START_TEST(a_group_disabled_here_takes_no_part_here)
{
	raise_group1(40, 0x40);
	raise_spi(41, 0x80);
	set_gicc(0, GICC_CTLR, GRP0);
	ck_assert_uint_eq(gicc(0, GICC_HPPIR), 41);
	set_gicc(0, GICC_CTLR, GRP1 | GICC_CTLR_ACKCTL);
	ck_assert_uint_eq(gicc(0, GICC_HPPIR), 40);
	set_gicc(0, GICC_CTLR, 0);
	ck_assert(!irq_line(0));
	ck_assert_uint_eq(gicc(0, GICC_IAR), GIC_SPURIOUS);
}
END_TEST

START_TEST(with_fiqen_group_0_is_no_irq_and_group_1_still_is)
{
	set_gicc(0, GICC_CTLR, GRP0 | GRP1 | GICC_CTLR_FIQEN);
	raise_spi(40, 0x80);
	ck_assert(!irq_line(0));
	raise_group1(41, 0x40);
	ck_assert(irq_line(0));
}
END_TEST

START_TEST(eoir_of_nothing_is_ignored)
{
	set_gicc(0, GICC_EOIR, 40);
	set_gicc(0, GICC_EOIR, 1023);
	raise_spi(40, 0x80);
	ck_assert_uint_eq(gicc(0, GICC_IAR), 40);
	set_gicc(0, GICC_EOIR, 1023);
	set_gicc(0, GICC_EOIR, 500); /* no such interrupt */
	ck_assert_uint_eq(gicc(0, GICC_RPR), 0x80);
	set_gicc(0, GICC_EOIR, 41); /* not active: the priority drops all the same */
	ck_assert_uint_eq(gicc(0, GICC_RPR), 0xff);
	ck_assert(active(40));
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, ctlr_keeps_enables_ackctl_fiqen_cbpr_and_eoimode);
	tcase_add_test(tc, pmr_keeps_five_bits_and_masks_what_is_not_above_it);
	tcase_add_test(tc, bpr_and_abpr_have_smallest_values_two_and_three);
	tcase_add_test(tc, with_cbpr_abpr_shows_bpr_plus_one_and_ignores_writes);
	tcase_add_test(tc, iar_takes_the_highest_priority_and_eoir_ends_it);
	tcase_add_test(tc, equal_priorities_go_by_lowest_intid);
	tcase_add_test(tc, rpr_is_the_group_priority_of_what_runs);
	tcase_add_test(tc, hppir_neither_minds_the_mask_nor_takes);
	tcase_add_test(tc, without_ackctl_a_group_1_interrupt_is_1022_and_the_aliases_take_it);
	tcase_add_test(tc, a_masked_group_1_interrupt_is_1023_in_iar);
	tcase_add_test(tc, with_ackctl_the_plain_registers_serve_both_groups);
	tcase_add_test(tc, the_aliases_do_not_see_group_0);
	tcase_add_test(tc, apr_holds_32_preemption_levels_the_others_are_raz_wi);
	tcase_add_test(tc, with_eight_priority_bits_there_are_four_aprs);
	tcase_add_test(tc, iidr_is_architecture_2_and_there_are_no_nsaprs);
	tcase_add_test(tc, with_eoimode_1_eoir_drops_and_dir_deactivates);
	tcase_add_test(tc, with_eoimode_0_dir_is_ignored);
	tcase_add_test(tc, an_sgi_is_deactivated_only_with_its_source);
	tcase_add_test(tc, registers_are_words_and_nothing_else_answers);
	tcase_add_test(tc, a_higher_group_priority_preempts_an_equal_one_does_not);
	tcase_add_test(tc, each_group_has_its_own_binary_point);
	tcase_add_test(tc, a_group_disabled_here_takes_no_part_here);
	tcase_add_test(tc, with_fiqen_group_0_is_no_irq_and_group_1_still_is);
	tcase_add_test(tc, eoir_of_nothing_is_ignored);
}

CHECK_MAIN("GICv2 CPU interface", add, setup, teardown)
