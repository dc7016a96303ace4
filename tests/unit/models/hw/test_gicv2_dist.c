// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The GICv2 distributor: each register row, banking, targets and the sources of SGIs (Arm IHI 0048
 * chapter 4; spec/vgic.md 2.3). Four PEs, 64 SPIs, five priority bits, no Security Extensions.
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

/* ---- a row each ---- */

START_TEST(ctlr_keeps_the_two_group_enables)
{
	set_dist(0, GICD_CTLR, 0xffffffff);
	ck_assert_uint_eq(dist(1, GICD_CTLR), 3);
	set_dist(2, GICD_CTLR, GICV2_CTLR_ENABLE_GRP1);
	ck_assert_uint_eq(dist(0, GICD_CTLR), 2);
}
END_TEST

START_TEST(typer_tells_interrupts_and_cpus_and_is_read_only)
{
	u32 v = dist(0, GICD_TYPER);

	ck_assert_uint_eq(FIELD_GET(v, GICD_TYPER_ITLINES), 2); /* (32 + 64) / 32 - 1 */
	ck_assert_uint_eq(FIELD_GET(v, GICD_TYPER_CPUNUMBER), 3);
	set_dist(0, GICD_TYPER, 0);
	ck_assert_uint_eq(dist(0, GICD_TYPER), v);
}
END_TEST

START_TEST(identification_says_gicv2)
{
	ck_assert_uint_eq(dist(0, GICV2_GICD_PIDR2), GICV2_PIDR2_GICV2);
	ck_assert_uint_eq(FIELD_GET(dist(0, GICD_IIDR), GIC_IIDR_IMPLEMENTER), GIC_IMPLEMENTER_ARM);
	ck_assert_uint_eq(dist(0, 0xff0) << 24 | dist(0, 0xff4) << 16 | dist(0, 0xff8) << 8 |
				  dist(0, 0xffc),
			  0x0df005b1); /* CoreSight component */
	ck_assert_uint_eq(gicd_v2_read(v2_pe(0), GICV2_GICD_PIDR2, 1), 0);
}
END_TEST

START_TEST(groups_are_zero_after_reset_and_read_write)
{
	ck_assert_uint_eq(dist(0, GICD_IGROUPR), 0);
	set_dist(1, GICD_IGROUPR, 0xa5a5a5a5);
	set_dist(1, GICD_IGROUPR + 4, 0x12345678);
	ck_assert_uint_eq(dist(1, GICD_IGROUPR), 0xa5a5a5a5);
	ck_assert_uint_eq(dist(0, GICD_IGROUPR), 0);
	ck_assert_uint_eq(dist(0, GICD_IGROUPR + 4), 0x12345678);
}
END_TEST

/* Enable, active: a set and a clear register that read alike; zeros do nothing. */
START_TEST(set_and_clear_registers_work_bit_by_bit_and_read_alike)
{
	static const u32 pair[][2] = { { GICD_ISENABLER, GICD_ICENABLER },
				       { GICD_ISPENDR, GICD_ICPENDR },
				       { GICD_ISACTIVER, GICD_ICACTIVER } };
	u32 i, row;

	for (i = 0; i < PLAT_ARRAY_SIZE(pair); i++) {
		for (row = 0; row <= 8; row += 4) {
			set_dist(3, pair[i][0] + row, 0x80050000);
			set_dist(3, pair[i][0] + row, 0x20000);
			ck_assert_uint_eq(dist(3, pair[i][0] + row), 0x80070000);
			ck_assert_uint_eq(dist(3, pair[i][1] + row), 0x80070000);
			set_dist(3, pair[i][1] + row, 0x50000);
			ck_assert_uint_eq(dist(3, pair[i][0] + row), 0x80020000);
			set_dist(3, pair[i][1] + row, 0xffffffff);
			ck_assert_uint_eq(dist(3, pair[i][1] + row), 0);
		}
	}
}
END_TEST

START_TEST(priorities_are_bytes_of_which_five_bits_are_kept)
{
	set_dist(0, GICD_IPRIORITYR + 32, 0xff0780a5);
	ck_assert_uint_eq(dist(0, GICD_IPRIORITYR + 32), 0xf80080a0);
	set_dist8(0, GICD_IPRIORITYR + 33, 0x47);
	ck_assert_uint_eq(gicd_v2_read(v2_pe(0), GICD_IPRIORITYR + 33, 1), 0x40);
	set_dist8(2, GICD_IPRIORITYR + 5, 0x18);
	ck_assert_uint_eq(dist(2, GICD_IPRIORITYR + 4), 0x1800);
	ck_assert_uint_eq(dist(0, GICD_IPRIORITYR + 4), 0);
}
END_TEST

START_TEST(the_first_eight_words_of_itargetsr_name_the_reader)
{
	u32 n;

	for (n = 0; n < V2_PES; n++) {
		set_dist(n, GICD_ITARGETSR, 0x0f0f0f0f);
		ck_assert_uint_eq(dist(n, GICD_ITARGETSR), 0x01010101u << n);
		ck_assert_uint_eq(dist(n, GICD_ITARGETSR + 28), 0x01010101u << n);
	}
}
END_TEST

START_TEST(targets_of_spis_are_bytes_with_a_bit_for_each_pe_there_is)
{
	set_dist(0, GICD_ITARGETSR + 40, 0xff0a0100);
	ck_assert_uint_eq(dist(1, GICD_ITARGETSR + 40), 0x0f0a0100);
	set_dist8(3, GICD_ITARGETSR + 41, 0x08);
	ck_assert_uint_eq(dist(0, GICD_ITARGETSR + 40), 0x0f0a0800);
	ck_assert_uint_eq(gicd_v2_read(v2_pe(0), GICD_ITARGETSR + 42, 1), 0x0a);
}
END_TEST

START_TEST(with_one_pe_itargetsr_is_raz_wi_and_spis_come_to_it)
{
	struct gic_config one = v2_config;

	v2_down();
	one.nr_pes = 1;
	ck_assert_int_eq(v2_reset(&one), 0);
	set_dist(0, GICD_CTLR, 1);
	set_gicc(0, GICC_PMR, 0xff);
	set_gicc(0, GICC_CTLR, GRP0);
	set_dist(0, GICD_ITARGETSR + 40, 0xffffffff);
	ck_assert_uint_eq(dist(0, GICD_ITARGETSR + 40), 0);
	ck_assert_uint_eq(dist(0, GICD_ITARGETSR), 0);
	set_dist(0, GICD_ISENABLER + 4, 1u << 8);
	pend_spi(40);
	ck_assert_uint_eq(gicc(0, GICC_IAR), 40);
}
END_TEST

/* SGIs are edge-triggered, the lower bit of a pair is RES0. */
START_TEST(icfgr_keeps_the_upper_bit_of_each_pair_but_for_sgis)
{
	set_dist(0, GICD_ICFGR, 0);
	ck_assert_uint_eq(dist(0, GICD_ICFGR), 0xaaaaaaaa);
	set_dist(1, GICD_ICFGR + 4, 0xffffffff);
	ck_assert_uint_eq(dist(1, GICD_ICFGR + 4), 0xaaaaaaaa);
	ck_assert_uint_eq(dist(0, GICD_ICFGR + 4), 0);
	set_dist(0, GICD_ICFGR + 8, 0x0000000c);
	ck_assert_uint_eq(dist(0, GICD_ICFGR + 8), 0x00000008);
}
END_TEST

START_TEST(sgir_reads_as_zero)
{
	send_sgi(0, 0x2, 5);
	ck_assert_uint_eq(dist(0, GICD_SGIR), 0);
	ck_assert_uint_eq(dist(1, GICD_SGIR), 0);
}
END_TEST

START_TEST(spendsgir_and_cpendsgir_hold_a_byte_of_sources_an_sgi)
{
	set_dist(1, GICD_SPENDSGIR + 4, 0xff000005); /* SGIs 4 and 7 */
	ck_assert_uint_eq(dist(1, GICD_SPENDSGIR + 4), 0x0f000005);
	ck_assert_uint_eq(dist(1, GICD_CPENDSGIR + 4), 0x0f000005);
	ck_assert_uint_eq(dist(0, GICD_CPENDSGIR + 4), 0);
	set_dist8(1, GICD_CPENDSGIR + 7, 0x06);
	ck_assert_uint_eq(gicd_v2_read(v2_pe(1), GICD_SPENDSGIR + 7, 1), 0x09);
	ck_assert_uint_eq(dist(1, GICD_ISPENDR), 1u << 4 | 1u << 7);
	set_dist(1, GICD_CPENDSGIR + 4, 0xffffffff);
	ck_assert_uint_eq(dist(1, GICD_ISPENDR), 0);
}
END_TEST

START_TEST(pending_bits_of_sgis_cannot_be_written)
{
	set_dist(0, GICD_ISPENDR, 0xffff);
	ck_assert_uint_eq(dist(0, GICD_ISPENDR), 0);
	send_sgi(0, 0x1, 3);
	set_dist(0, GICD_ICPENDR, 0xffff);
	ck_assert_uint_eq(dist(0, GICD_ISPENDR), 1u << 3);
}
END_TEST

START_TEST(nothing_answers_outside_the_map_or_with_another_width)
{
	static const u32 nothing[] = { 0x00c, 0x040, 0x108 + 4, 0xe00, 0xf04, 0xf30, 0x1000 };
	u32 i;

	for (i = 0; i < PLAT_ARRAY_SIZE(nothing); i++) {
		set_dist(0, nothing[i], 0xffffffff);
		ck_assert_uint_eq(dist(0, nothing[i]), 0);
	}
	set_dist8(0, GICD_ISENABLER + 4, 0xff);
	ck_assert_uint_eq(dist(0, GICD_ISENABLER + 4), 0);
	ck_assert_uint_eq(gicd_v2_read(v2_pe(0), GICD_TYPER, 1), 0);
	ck_assert_uint_eq(gicd_v2_read(v2_pe(0), GICD_TYPER, 8), 0);
	ck_assert_uint_eq(gicd_v2_read(v2_pe(0), GICD_TYPER + 1, 4), 0);
}
END_TEST

/* ---- SGIs ---- */

static u32 pending_sources(u32 n, u32 intid)
{
	return gicd_v2_read(v2_pe(n), GICD_SPENDSGIR + intid, 1);
}

START_TEST(sgir_sends_to_the_list_to_all_others_or_to_the_sender)
{
	static const struct {
		u32 filter, to;
	} row[] = { { GICD_SGIR_FILTER_LIST, 0xa },
		    { GICD_SGIR_FILTER_OTHERS, 0xb },
		    { GICD_SGIR_FILTER_SELF, 0x4 },
		    { 3, 0 } };
	u32 i, n;

	for (i = 0; i < PLAT_ARRAY_SIZE(row); i++) {
		set_dist(2, GICD_SGIR,
			 (u32)(FIELD_PUT(row[i].filter, GICD_SGIR_FILTER) |
			       FIELD_PUT(0xfa, GICD_SGIR_TARGETLIST) | i));
		for (n = 0; n < V2_PES; n++)
			ck_assert_uint_eq(pending_sources(n, i), row[i].to >> n & 1 ? 0x4 : 0);
	}
}
END_TEST

START_TEST(requests_of_several_sources_are_acknowledged_one_by_one_lowest_first)
{
	enable(1, 6, 0x80);
	send_sgi(3, 0x2, 6);
	send_sgi(0, 0x2, 6);
	send_sgi(3, 0x2, 6); /* merges with the first */
	ck_assert_uint_eq(pending_sources(1, 6), 0x9);
	ck_assert_uint_eq(gicc(1, GICC_HPPIR), SGI_OF(0, 6));
	ck_assert_uint_eq(gicc(1, GICC_IAR), SGI_OF(0, 6));
	ck_assert_uint_eq(dist(1, GICD_ISPENDR), 1u << 6); /* active and pending */
	ck_assert_uint_eq(dist(1, GICD_ISACTIVER), 1u << 6);
	ck_assert_uint_eq(gicc(1, GICC_IAR), GIC_SPURIOUS);
	set_gicc(1, GICC_EOIR, SGI_OF(0, 6));
	ck_assert_uint_eq(gicc(1, GICC_IAR), SGI_OF(3, 6));
	set_gicc(1, GICC_EOIR, SGI_OF(3, 6));
	ck_assert_uint_eq(gicc(1, GICC_IAR), GIC_SPURIOUS);
	ck_assert_uint_eq(port_count_events(EV_HW_COALESCED), 1);
}
END_TEST

/* gic_irq_set_pending(): there is no pending SGI without a source. */
START_TEST(an_sgi_that_software_makes_pending_comes_from_its_own_pe)
{
	enable(1, 6, 0x80);
	gic_irq_set_pending(v2_pe(1), 6, true);
	ck_assert_uint_eq(gicc(1, GICC_IAR), SGI_OF(1, 6));
	set_gicc(1, GICC_EOIR, SGI_OF(1, 6));
	send_sgi(0, 0x2, 6);
	gic_irq_set_pending(v2_pe(1), 6, false);
	ck_assert_uint_eq(pending_sources(1, 6), 0);
	ck_assert(!irq_line(1));
}
END_TEST

/* ---- SPIs ---- */

START_TEST(an_spi_with_several_targets_is_taken_by_the_first_to_acknowledge)
{
	enable(0, 50, 0x80);
	set_dist8(0, GICD_ITARGETSR + 50, 0x6);
	pend_spi(50);
	ck_assert(!irq_line(0));
	ck_assert(irq_line(1));
	ck_assert(irq_line(2));
	ck_assert_uint_eq(gicc(2, GICC_IAR), 50);
	ck_assert(!irq_line(1));
	ck_assert_uint_eq(gicc(1, GICC_IAR), GIC_SPURIOUS);
}
END_TEST

START_TEST(changing_targets_moves_a_pending_spi)
{
	enable(0, 50, 0x80);
	pend_spi(50);
	ck_assert(irq_line(0));
	set_dist8(0, GICD_ITARGETSR + 50, 0x8);
	ck_assert(!irq_line(0));
	ck_assert(irq_line(3));
	set_dist8(0, GICD_ITARGETSR + 50, 0);
	ck_assert(!irq_line(3));
	ck_assert_uint_eq(dist(0, GICD_ISPENDR + 4), 1u << 18);
}
END_TEST

START_TEST(a_level_spi_is_pending_while_its_line_is_high_and_an_edge_until_it_is_taken)
{
	u32 tag = 0;

	enable(0, 60, 0x80);
	gic_spi_line(v2.gic, 60, true, &tag);
	ck_assert(irq_line(0));
	gic_spi_line(v2.gic, 60, false, &tag);
	ck_assert(!irq_line(0));
	set_dist(0, GICD_ICFGR + 12, 2u << 24); /* 60: edge */
	gic_spi_line(v2.gic, 60, true, &tag);
	gic_spi_line(v2.gic, 60, false, &tag);
	ck_assert(irq_line(0));
	ck_assert_uint_eq(gicc(0, GICC_IAR), 60);
	ck_assert(!irq_line(0));
}
END_TEST

START_TEST(ppis_are_banked)
{
	enable(1, 27, 0x80);
	enable(2, 27, 0x80);
	gic_ppi_line(v2_pe(1), 27, true);
	ck_assert(irq_line(1));
	ck_assert(!irq_line(2));
	ck_assert_uint_eq(dist(1, GICD_ISPENDR), 1u << 27);
	ck_assert_uint_eq(dist(2, GICD_ISPENDR), 0);
}
END_TEST

START_TEST(a_disabled_group_is_not_forwarded_and_does_not_hide_the_other)
{
	enable(0, 40, 0x80);
	enable(0, 41, 0x10);
	group1(0, 41);
	pend_spi(40);
	pend_spi(41);
	ck_assert_uint_eq(gicc(0, GICC_HPPIR), 41);
	set_dist(0, GICD_CTLR, GICV2_CTLR_ENABLE_GRP0);
	ck_assert_uint_eq(gicc(0, GICC_HPPIR), 40);
	set_dist(0, GICD_CTLR, GICV2_CTLR_ENABLE_GRP1);
	ck_assert_uint_eq(gicc(0, GICC_HPPIR), 41);
	set_dist(0, GICD_CTLR, 0);
	ck_assert_uint_eq(gicc(0, GICC_HPPIR), GIC_SPURIOUS);
	ck_assert(!irq_line(0));
}
END_TEST

/* ---- making one ---- */

START_TEST(a_gicv2_has_at_most_eight_pes_and_five_virtual_priority_bits)
{
	struct gic_config cfg = v2_config;
	struct gic *gic = NULL;
	u32 affinity[9] = { 0, 1, 2, 3, 4, 5, 6, 7, 8 };
	void *ports[9] = { NULL };

	cfg.nr_pes = 9;
	ck_assert_int_eq(gic_create(&gic, &cfg, &v2.mem, affinity, ports), -EINVAL);
	cfg.nr_pes = 8;
	cfg.vprio_bits = 6;
	ck_assert_int_eq(gic_create(&gic, &cfg, &v2.mem, affinity, ports), -EINVAL);
	cfg.vprio_bits = 5;
	ck_assert_int_eq(gic_create(&gic, &cfg, &v2.mem, affinity, ports), 0);
	gic_destroy(gic);
}
END_TEST

START_TEST(without_memory_no_gicv2_is_made_and_nothing_stays)
{
	static const u32 affinity[V2_PES] = { 0, 1, 2, 3 };
	void *ports[V2_PES] = { NULL };
	struct gic *gic = NULL;
	u64 fail;
	int ret;

	for (fail = 1;; fail++) {
		u64 before = port.outstanding;

		port.fail_at = port.allocs + fail;
		ret = gic_create(&gic, &v2_config, &v2.mem, affinity, ports);
		if (!ret)
			break;
		ck_assert_int_eq(ret, -ENOMEM);
		ck_assert_uint_eq(port.outstanding, before);
	}
	ck_assert_uint_gt(fail, 4);
	port.fail_at = 0;
	gic_destroy(gic);
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, ctlr_keeps_the_two_group_enables);
	tcase_add_test(tc, typer_tells_interrupts_and_cpus_and_is_read_only);
	tcase_add_test(tc, identification_says_gicv2);
	tcase_add_test(tc, groups_are_zero_after_reset_and_read_write);
	tcase_add_test(tc, set_and_clear_registers_work_bit_by_bit_and_read_alike);
	tcase_add_test(tc, priorities_are_bytes_of_which_five_bits_are_kept);
	tcase_add_test(tc, the_first_eight_words_of_itargetsr_name_the_reader);
	tcase_add_test(tc, targets_of_spis_are_bytes_with_a_bit_for_each_pe_there_is);
	tcase_add_test(tc, with_one_pe_itargetsr_is_raz_wi_and_spis_come_to_it);
	tcase_add_test(tc, icfgr_keeps_the_upper_bit_of_each_pair_but_for_sgis);
	tcase_add_test(tc, sgir_reads_as_zero);
	tcase_add_test(tc, spendsgir_and_cpendsgir_hold_a_byte_of_sources_an_sgi);
	tcase_add_test(tc, pending_bits_of_sgis_cannot_be_written);
	tcase_add_test(tc, nothing_answers_outside_the_map_or_with_another_width);
	tcase_add_test(tc, sgir_sends_to_the_list_to_all_others_or_to_the_sender);
	tcase_add_test(tc, requests_of_several_sources_are_acknowledged_one_by_one_lowest_first);
	tcase_add_test(tc, an_sgi_that_software_makes_pending_comes_from_its_own_pe);
	tcase_add_test(tc, an_spi_with_several_targets_is_taken_by_the_first_to_acknowledge);
	tcase_add_test(tc, changing_targets_moves_a_pending_spi);
	tcase_add_test(tc,
		       a_level_spi_is_pending_while_its_line_is_high_and_an_edge_until_it_is_taken);
	tcase_add_test(tc, ppis_are_banked);
	tcase_add_test(tc, a_disabled_group_is_not_forwarded_and_does_not_hide_the_other);
	tcase_add_test(tc, a_gicv2_has_at_most_eight_pes_and_five_virtual_priority_bits);
	tcase_add_test(tc, without_memory_no_gicv2_is_made_and_nothing_stays);
}

CHECK_MAIN("GICv2 distributor", add, setup, teardown)
