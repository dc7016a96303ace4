// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The distributor: each register row, and what its bits do to SPIs (Arm IHI 0069 chapter 12;
 * spec/vgic.md 2.4). 64 SPIs (INTIDs 32..95), 5 priority bits, one security state, ARE on.
 */
#include "board.h"

#include "tests/lib/check-main.h"

static void setup(void)
{
	port_reset();
	board_boot(&board_config);
}

static void teardown(void)
{
	board_down();
	port_assert_quiet();
}

static u32 rd(u32 offset)
{
	return (u32)gicd_read(board.gic, offset, 4);
}

static void wr(u32 offset, u32 v)
{
	gicd_write(board.gic, offset, 4, v);
}

START_TEST(ctlr_keeps_the_group_enables_and_shows_ARE_and_DS)
{
	wr(GICD_CTLR, 0);
	ck_assert_uint_eq(rd(GICD_CTLR), GICD_CTLR_ARE | GICD_CTLR_DS);
	wr(GICD_CTLR, 0xffffffff);
	ck_assert_uint_eq(rd(GICD_CTLR), GICD_CTLR_ARE | GICD_CTLR_DS | GICD_CTLR_ENABLE_GRP0 |
						 GICD_CTLR_ENABLE_GRP1);
}
END_TEST

START_TEST(typer_tells_interrupts_intid_bits_and_lpis)
{
	u32 v = rd(GICD_TYPER);

	ck_assert_uint_eq(FIELD_GET(v, GICD_TYPER_ITLINES), 2); /* (32 + 64) / 32 - 1 */
	ck_assert_uint_eq(FIELD_GET(v, GICD_TYPER_IDBITS), 15);
	ck_assert(v & GICD_TYPER_LPIS);
	ck_assert(v & GICD_TYPER_A3V);
	ck_assert(v & GICD_TYPER_NO1N);
	wr(GICD_TYPER, 0);
	ck_assert_uint_eq(rd(GICD_TYPER), v);
}
END_TEST

START_TEST(identification_says_gicv3)
{
	ck_assert_uint_eq(rd(GICV3_PIDR2), GICV3_PIDR2_GICV3);
	ck_assert_uint_eq(FIELD_GET(rd(GICD_IIDR), GIC_IIDR_IMPLEMENTER), GIC_IMPLEMENTER_ARM);
	ck_assert_uint_eq(rd(0xfff0) << 24 | rd(0xfff4) << 16 | rd(0xfff8) << 8 | rd(0xfffc),
			  0x0df005b1); /* CoreSight component */
	ck_assert_uint_eq(gicd_read(board.gic, GICV3_PIDR2, 8), 0);
}
END_TEST

/* Enable, pending, active: a set and a clear register that read alike; written zeros do nothing. */
START_TEST(set_and_clear_registers_work_bit_by_bit_and_read_alike)
{
	static const struct {
		u32 set, clear;
	} pair[] = { { GICD_ISENABLER, GICD_ICENABLER },
		     { GICD_ISPENDR, GICD_ICPENDR },
		     { GICD_ISACTIVER, GICD_ICACTIVER } };
	u32 i, row;

	for (i = 0; i < PLAT_ARRAY_SIZE(pair); i++) {
		for (row = 4; row <= 8; row += 4) {
			wr(pair[i].set + row, 0x80000005);
			wr(pair[i].set + row, 0x2);
			ck_assert_uint_eq(rd(pair[i].set + row), 0x80000007);
			ck_assert_uint_eq(rd(pair[i].clear + row), 0x80000007);
			wr(pair[i].clear + row, 0x5);
			ck_assert_uint_eq(rd(pair[i].set + row), 0x80000002);
			wr(pair[i].clear + row, 0xffffffff);
			ck_assert_uint_eq(rd(pair[i].clear + row), 0);
		}
	}
}
END_TEST

START_TEST(group_and_configuration_registers_are_read_write)
{
	wr(GICD_IGROUPR + 4, 0x12345678);
	ck_assert_uint_eq(rd(GICD_IGROUPR + 4), 0x12345678);
	wr(GICD_ICFGR + 8, 0xffffffff); /* the lower bit of a pair is RES0 */
	ck_assert_uint_eq(rd(GICD_ICFGR + 8), 0xaaaaaaaa);
	wr(GICD_ICFGR + 12, 0x00000008);
	ck_assert_uint_eq(rd(GICD_ICFGR + 12), 0x00000008);
	ck_assert_uint_eq(rd(GICD_ICFGR + 8), 0xaaaaaaaa);
	wr(GICD_ICFGR + 8, 0);
	ck_assert_uint_eq(rd(GICD_ICFGR + 8), 0);
}
END_TEST

START_TEST(priorities_are_bytes_of_which_the_implemented_bits_are_kept)
{
	wr(GICD_IPRIORITYR + 32, 0xff0780a5);
	ck_assert_uint_eq(rd(GICD_IPRIORITYR + 32), 0xf80080a0);
	gicd_write(board.gic, GICD_IPRIORITYR + 33, 1, 0x47);
	ck_assert_uint_eq(gicd_read(board.gic, GICD_IPRIORITYR + 33, 1), 0x40);
	ck_assert_uint_eq(rd(GICD_IPRIORITYR + 32), 0xf80040a0);
}
END_TEST

START_TEST(irouter_is_64_bits_wide_and_can_be_accessed_by_halves)
{
	u32 at = GICD_IROUTER + 8 * 40;

	gicd_write(board.gic, at, 8, 0xa5ffffffffull);
	ck_assert_uint_eq(gicd_read(board.gic, at, 8), 0xa500ffffffull); /* IRM is RES0 */
	wr(at + 4, 0);
	ck_assert_uint_eq(gicd_read(board.gic, at, 8), 0xffffff);
	wr(at, 0x100);
	ck_assert_uint_eq(rd(at), 0x100);
	ck_assert_uint_eq(rd(at + 4), 0);
}
END_TEST

START_TEST(private_interrupts_are_reserved_in_the_distributor)
{
	static const u32 offset[] = { GICD_IGROUPR,	    GICD_ISENABLER,	  GICD_ISPENDR,
				      GICD_ISACTIVER,	    GICD_IPRIORITYR + 28, GICD_ICFGR + 4,
				      GICD_IROUTER + 8 * 31 };
	u32 i;

	for (i = 0; i < PLAT_ARRAY_SIZE(offset); i++) {
		wr(offset[i], 0xffffffff);
		ck_assert_uint_eq(rd(offset[i]), 0);
	}
	ck_assert_uint_eq(gicr_read(board_pe(0), GICR_ISPENDR0, 4), 0);
}
END_TEST

START_TEST(interrupts_and_registers_that_are_not_there_read_as_zero)
{
	static const u32 offset[] = { GICD_ISENABLER + 12,
				      GICD_IPRIORITYR + 96,
				      GICD_ICFGR + 24,
				      GICD_IROUTER + 8 * 96,
				      GICD_ITARGETSR + 32,
				      GICD_IGRPMODR + 4,
				      GICD_NSACR + 8,
				      0x40,
				      0x5000 };
	u32 i;

	for (i = 0; i < PLAT_ARRAY_SIZE(offset); i++) {
		wr(offset[i], 0xffffffff);
		ck_assert_uint_eq(rd(offset[i]), 0);
	}
}
END_TEST

START_TEST(a_wrong_width_or_alignment_reads_as_zero_and_writes_nothing)
{
	wr(GICD_ISENABLER + 4, 0xff);
	ck_assert_uint_eq(gicd_read(board.gic, GICD_ISENABLER + 4, 1), 0);
	ck_assert_uint_eq(gicd_read(board.gic, GICD_ISENABLER, 8), 0);
	ck_assert_uint_eq(gicd_read(board.gic, GICD_ISENABLER + 4, 2), 0);
	ck_assert_uint_eq(gicd_read(board.gic, GICD_ISENABLER + 6, 4), 0);
	ck_assert_uint_eq(gicd_read(board.gic, GICD_IPRIORITYR + 32, 8), 0);
	gicd_write(board.gic, GICD_ICENABLER + 4, 1, 0xff);
	gicd_write(board.gic, GICD_ICENABLER + 6, 4, 0xff);
	ck_assert_uint_eq(rd(GICD_ISENABLER + 4), 0xff);
}
END_TEST

/* ---- what the bits do ---- */

START_TEST(an_spi_reaches_the_PE_that_irouter_names)
{
	board_irq(2, 40, 0x80);
	gic_spi_line(board.gic, 40, true, NULL);
	ck_assert(board_irq_line(2));
	ck_assert(!board_irq_line(0));
	gicd_write(board.gic, GICD_IROUTER + 8 * 40, 8, 0x001); /* PE 1 */
	ck_assert(!board_irq_line(2));
	ck_assert(board_irq_line(1));
	gicd_write(board.gic, GICD_IROUTER + 8 * 40, 8, 0x777); /* nobody */
	ck_assert(!board_irq_line(1));
	gicd_write(board.gic, GICD_IROUTER + 8 * 40, 8, 0x000);
	ck_assert_uint_eq(icc_iar1_read(board_pe(0)), 40);
}
END_TEST

START_TEST(an_interrupt_is_signalled_only_while_enabled_pending_grouped_and_not_active)
{
	board_irq(0, 40, 0x80);
	gic_spi_line(board.gic, 40, true, NULL);
	ck_assert(board_irq_line(0));
	wr(GICD_ICENABLER + 4, 1 << 8);
	ck_assert(!board_irq_line(0));
	wr(GICD_ISENABLER + 4, 1 << 8);
	wr(GICD_ISACTIVER + 4, 1 << 8);
	ck_assert(!board_irq_line(0));
	wr(GICD_ICACTIVER + 4, 1 << 8);
	ck_assert(board_irq_line(0));
	wr(GICD_IGROUPR + 4, 0); /* Group 0 would be an FIQ */
	ck_assert(!board_irq_line(0));
	wr(GICD_IGROUPR + 4, 0xffffffff);
	ck_assert(board_irq_line(0));
	wr(GICD_CTLR, 0);
	ck_assert(!board_irq_line(0));
	wr(GICD_CTLR, GICD_CTLR_ENABLE_GRP1);
	gic_spi_line(board.gic, 40, false, NULL);
	ck_assert(!board_irq_line(0));
}
END_TEST

START_TEST(a_level_interrupt_is_pending_again_while_its_line_is_high)
{
	board_irq(0, 40, 0x80);
	gic_spi_line(board.gic, 40, true, NULL);
	ck_assert_uint_eq(icc_iar1_read(board_pe(0)), 40);
	ck_assert(gic_irq_pending(board_pe(0), 40)); /* active and pending */
	icc_eoir1_write(board_pe(0), 40);
	ck_assert_uint_eq(icc_iar1_read(board_pe(0)), 40);
	gic_spi_line(board.gic, 40, false, NULL);
	icc_eoir1_write(board_pe(0), 40);
	ck_assert_uint_eq(icc_iar1_read(board_pe(0)), GIC_SPURIOUS);
}
END_TEST

START_TEST(an_edge_interrupt_is_latched_once_and_cleared_by_the_acknowledge)
{
	wr(GICD_ICFGR + 8, 0xaaaaaaaa);
	board_irq(0, 40, 0x80);
	gic_spi_line(board.gic, 40, true, NULL);
	gic_spi_line(board.gic, 40, false, NULL);
	ck_assert(gic_irq_pending(board_pe(0), 40));
	gic_spi_line(board.gic, 40, true, NULL);
	ck_assert_uint_eq(port_count_events(EV_HW_PENDING), 1);
	ck_assert_uint_eq(port_count_events(EV_HW_COALESCED), 1);
	ck_assert_uint_eq(icc_iar1_read(board_pe(0)), 40);
	ck_assert(!gic_irq_pending(board_pe(0), 40)); /* though the line is high */
	icc_eoir1_write(board_pe(0), 40);
	ck_assert_uint_eq(icc_iar1_read(board_pe(0)), GIC_SPURIOUS);
}
END_TEST

START_TEST(a_level_interrupt_latched_by_software_needs_no_line)
{
	board_irq(0, 40, 0x80);
	wr(GICD_ISPENDR + 4, 1 << 8);
	ck_assert(board_irq_line(0));
	wr(GICD_ICPENDR + 4, 1 << 8);
	ck_assert(!board_irq_line(0));
	gic_spi_line(board.gic, 40, true, NULL);
	wr(GICD_ICPENDR + 4, 1 << 8); /* the line keeps it pending */
	ck_assert(board_irq_line(0));
	ck_assert_uint_eq(port_count_events(EV_HW_RETIRED), 1);
}
END_TEST

START_TEST(a_change_of_priority_changes_the_order)
{
	board_irq(0, 40, 0x80);
	board_irq(0, 50, 0x40);
	gic_spi_line(board.gic, 40, true, NULL);
	gic_spi_line(board.gic, 50, true, NULL);
	ck_assert_uint_eq(icc_hppir1_read(board_pe(0)), 50);
	gicd_write(board.gic, GICD_IPRIORITYR + 40, 1, 0x20);
	ck_assert_uint_eq(icc_hppir1_read(board_pe(0)), 40);
}
END_TEST

START_TEST(lines_of_interrupts_that_are_not_there_are_ignored)
{
	gic_spi_line(board.gic, 31, true, NULL);
	gic_spi_line(board.gic, 96, true, NULL);
	gic_ppi_line(board_pe(0), 15, true);
	gic_ppi_line(board_pe(0), 32, true);
	gic_sgi_set(board_pe(0), 16);
	ck_assert_uint_eq(port_count_events(EV_HW_PENDING), 0);
}
END_TEST

START_TEST(a_configuration_that_is_out_of_range_makes_no_gic)
{
	static const struct {
		u32 pes, spis, lpi_bits, prio, lrs, vprio;
	} bad[] = { { 0, 64, 16, 5, 4, 5 }, { 1, 33, 16, 5, 4, 5 }, { 1, 1024, 16, 5, 4, 5 },
		    { 1, 64, 13, 5, 4, 5 }, { 1, 64, 25, 5, 4, 5 }, { 1, 64, 16, 3, 4, 5 },
		    { 1, 64, 16, 9, 4, 5 }, { 1, 64, 16, 5, 0, 5 }, { 1, 64, 16, 5, 17, 5 },
		    { 1, 64, 16, 5, 4, 4 }, { 1, 64, 16, 5, 4, 8 } };
	const u32 affinity[2] = { 7, 7 };
	void *ports[2] = { NULL, NULL };
	struct gic *gic = NULL;
	u32 i;

	for (i = 0; i < PLAT_ARRAY_SIZE(bad); i++) {
		struct gic_config c = { .nr_pes = bad[i].pes,
					.nr_spis = bad[i].spis,
					.lpi_id_bits = bad[i].lpi_bits,
					.prio_bits = bad[i].prio,
					.nr_lrs = bad[i].lrs,
					.vprio_bits = bad[i].vprio };

		ck_assert_int_eq(gic_create(&gic, &c, &board.mem, affinity, ports), -EINVAL);
	}
	{
		struct gic_config c = board_config;

		c.nr_pes = 2; /* two PEs of one affinity */
		ck_assert_int_eq(gic_create(&gic, &c, &board.mem, affinity, ports), -EINVAL);
	}
}
END_TEST

START_TEST(creation_without_memory_fails_and_leaks_nothing)
{
	u64 before = port.outstanding;
	const u32 affinity[1] = { 0 };
	void *ports[1] = { NULL };
	struct gic_config c = board_config;
	struct gic *gic = NULL;
	u32 i;

	c.nr_pes = 1;
	for (i = 1; i <= 4; i++) {
		port.fail_at = port.allocs + i;
		ck_assert_int_eq(gic_create(&gic, &c, &board.mem, affinity, ports), -ENOMEM);
		ck_assert_uint_eq(port.outstanding, before);
	}
	port.fail_at = 0;
	ck_assert_int_eq(gic_create(&gic, &c, &board.mem, affinity, ports), 0);
	gic_destroy(gic);
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, ctlr_keeps_the_group_enables_and_shows_ARE_and_DS);
	tcase_add_test(tc, typer_tells_interrupts_intid_bits_and_lpis);
	tcase_add_test(tc, identification_says_gicv3);
	tcase_add_test(tc, set_and_clear_registers_work_bit_by_bit_and_read_alike);
	tcase_add_test(tc, group_and_configuration_registers_are_read_write);
	tcase_add_test(tc, priorities_are_bytes_of_which_the_implemented_bits_are_kept);
	tcase_add_test(tc, irouter_is_64_bits_wide_and_can_be_accessed_by_halves);
	tcase_add_test(tc, private_interrupts_are_reserved_in_the_distributor);
	tcase_add_test(tc, interrupts_and_registers_that_are_not_there_read_as_zero);
	tcase_add_test(tc, a_wrong_width_or_alignment_reads_as_zero_and_writes_nothing);
	tcase_add_test(tc, an_spi_reaches_the_PE_that_irouter_names);
	tcase_add_test(tc,
		       an_interrupt_is_signalled_only_while_enabled_pending_grouped_and_not_active);
	tcase_add_test(tc, a_level_interrupt_is_pending_again_while_its_line_is_high);
	tcase_add_test(tc, an_edge_interrupt_is_latched_once_and_cleared_by_the_acknowledge);
	tcase_add_test(tc, a_level_interrupt_latched_by_software_needs_no_line);
	tcase_add_test(tc, a_change_of_priority_changes_the_order);
	tcase_add_test(tc, lines_of_interrupts_that_are_not_there_are_ignored);
	tcase_add_test(tc, a_configuration_that_is_out_of_range_makes_no_gic);
	tcase_add_test(tc, creation_without_memory_fails_and_leaks_nothing);
}

CHECK_MAIN("hw distributor", add, setup, teardown)
