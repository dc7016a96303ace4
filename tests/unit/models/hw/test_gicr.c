// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The redistributor's registers (Arm IHI 0069 chapter 12; spec/vgic.md 2.5).
 */
#include "board.h"

#include "tests/lib/check-main.h"

static void setup(void)
{
	port_reset();
	board_reset(&board_config);
}

static void teardown(void)
{
	board_down();
	port_assert_quiet();
}

static u32 rd(u32 pe, u32 offset)
{
	return (u32)gicr_read(board_pe(pe), offset, 4);
}

static void wr(u32 pe, u32 offset, u32 v)
{
	gicr_write(board_pe(pe), offset, 4, v);
}

START_TEST(typer_tells_number_affinity_and_the_last_one)
{
	u64 v = gicr_read(board_pe(3), GICR_TYPER, 8);

	ck_assert_uint_eq(FIELD_GET(v, GICR_TYPER_AFFINITY), 0x101);
	ck_assert_uint_eq(FIELD_GET(v, GICR_TYPER_PROCNUM), 3);
	ck_assert(v & GICR_TYPER_LAST);
	ck_assert(v & GICR_TYPER_PLPIS);
	ck_assert(!(v & GICR_TYPER_VLPIS));
	ck_assert(!(gicr_read(board_pe(2), GICR_TYPER, 8) & GICR_TYPER_LAST));
	ck_assert_uint_eq(rd(3, GICR_TYPER + 4), 0x101);
	ck_assert_uint_eq(rd(3, GICR_TYPER), (u32)v);
}
END_TEST

START_TEST(waker_sleeps_after_reset_and_children_follow)
{
	ck_assert_uint_eq(rd(0, GICR_WAKER),
			  GICR_WAKER_PROCESSOR_SLEEP | GICR_WAKER_CHILDREN_ASLEEP);
	wr(0, GICR_WAKER, 0);
	ck_assert_uint_eq(rd(0, GICR_WAKER), 0);
	wr(0, GICR_WAKER, GICR_WAKER_PROCESSOR_SLEEP);
	ck_assert_uint_eq(rd(0, GICR_WAKER),
			  GICR_WAKER_PROCESSOR_SLEEP | GICR_WAKER_CHILDREN_ASLEEP);
}
END_TEST

START_TEST(a_sleeping_redistributor_signals_nothing)
{
	board_down();
	board_boot(&board_config);
	board_irq(0, 20, 0x80);
	gic_ppi_line(board_pe(0), 20, true);
	ck_assert(board_irq_line(0));
	wr(0, GICR_WAKER, GICR_WAKER_PROCESSOR_SLEEP);
	ck_assert(!board_irq_line(0));
	ck_assert_uint_eq(icc_iar1_read(board_pe(0)), GIC_SPURIOUS);
	wr(0, GICR_WAKER, 0);
	ck_assert_uint_eq(icc_iar1_read(board_pe(0)), 20);
}
END_TEST

START_TEST(ctlr_shows_that_LPIs_can_be_disabled_and_invalidated_by_register)
{
	ck_assert_uint_eq(rd(0, GICR_CTLR), GICR_CTLR_CES | GICR_CTLR_IR);
	board_enable_lpis(0, 16);
	ck_assert_uint_eq(rd(0, GICR_CTLR), GICR_CTLR_CES | GICR_CTLR_IR | GICR_CTLR_ENABLE_LPIS);
	wr(0, GICR_CTLR, 0);
	ck_assert_uint_eq(rd(0, GICR_CTLR), GICR_CTLR_CES | GICR_CTLR_IR);
	ck_assert_uint_eq(rd(0, GICR_SYNCR) & GICR_SYNCR_BUSY, 0);
}
END_TEST

START_TEST(the_table_registers_keep_their_fields_and_stand_still_while_LPIs_are_enabled)
{
	struct gic_pe *pe = board_pe(0);

	gicr_write(pe, GICR_PROPBASER, 8, ~0ull);
	ck_assert_uint_eq(gicr_read(pe, GICR_PROPBASER, 8), ~GICR_PROPBASER_RES0);
	gicr_write(pe, GICR_PENDBASER, 8, ~0ull);
	ck_assert_uint_eq(gicr_read(pe, GICR_PENDBASER, 8),
			  ~GICR_PENDBASER_RES0 & ~GICR_PENDBASER_PTZ); /* PTZ is write-only */
	board_enable_lpis(0, 16);
	gicr_write(pe, GICR_PROPBASER, 8, 0);
	gicr_write(pe, GICR_PENDBASER, 8, 0);
	ck_assert_uint_eq(gicr_read(pe, GICR_PROPBASER, 8), BOARD_PROP | 15);
	ck_assert_uint_eq(gicr_read(pe, GICR_PENDBASER, 8), BOARD_PEND(0));
	gicr_write(pe, GICR_CTLR, 4, 0);
	wr(0, GICR_PENDBASER + 4, 0x1);
	wr(0, GICR_PENDBASER, 0x20000);
	ck_assert_uint_eq(gicr_read(pe, GICR_PENDBASER, 8), 0x100020000ull);
}
END_TEST

START_TEST(private_interrupts_are_banked_per_PE)
{
	wr(0, GICR_ISENABLER0, 0xff);
	wr(1, GICR_ISENABLER0, 0xff00);
	ck_assert_uint_eq(rd(0, GICR_ISENABLER0), 0xff);
	ck_assert_uint_eq(rd(1, GICR_ICENABLER0), 0xff00);
	gicr_write(board_pe(0), GICR_IPRIORITYR0 + 5, 1, 0xff);
	ck_assert_uint_eq(rd(0, GICR_IPRIORITYR0 + 4), 0x0000f800);
	ck_assert_uint_eq(rd(1, GICR_IPRIORITYR0 + 4), 0);
	wr(0, GICR_ISPENDR0, 1);
	ck_assert_uint_eq(rd(0, GICR_ICPENDR0), 1);
	ck_assert_uint_eq(rd(1, GICR_ICPENDR0), 0);
	wr(0, GICR_ICPENDR0, 1);
	ck_assert_uint_eq(rd(0, GICR_ISPENDR0), 0);
	wr(0, GICR_ISACTIVER0, 0x10001);
	wr(0, GICR_ICACTIVER0, 1);
	ck_assert_uint_eq(rd(0, GICR_ISACTIVER0), 0x10000);
	wr(0, GICR_IGROUPR0, 0xf0f0f0f0);
	ck_assert_uint_eq(rd(0, GICR_IGROUPR0), 0xf0f0f0f0);
}
END_TEST

START_TEST(SGIs_are_edge_triggered_for_ever_and_PPIs_can_be_configured)
{
	ck_assert_uint_eq(rd(0, GICR_ICFGR0), 0xaaaaaaaa);
	wr(0, GICR_ICFGR0, 0);
	ck_assert_uint_eq(rd(0, GICR_ICFGR0), 0xaaaaaaaa);
	ck_assert_uint_eq(rd(0, GICR_ICFGR1), 0);
	wr(0, GICR_ICFGR1, 0x00080000); /* PPI 25 */
	ck_assert_uint_eq(rd(0, GICR_ICFGR1), 0x00080000);
	ck_assert_uint_eq(rd(0, GICR_ICFGR0), 0xaaaaaaaa);
}
END_TEST

START_TEST(frames_end_where_they_end)
{
	ck_assert_uint_eq(rd(0, GICV3_PIDR2), GICV3_PIDR2_GICV3);
	ck_assert_uint_eq(rd(0, GICR_SGI_BASE + GICV3_PIDR2), GICV3_PIDR2_GICV3);
	ck_assert_uint_eq(rd(0, GICV3_REDIST_SIZE + GICV3_PIDR2), 0);
	wr(0, GICR_ISENABLER0 + 4, ~0u);
	ck_assert_uint_eq(rd(0, GICR_ISENABLER0 + 4), 0);
	wr(0, GICR_IPRIORITYR0 + 32, ~0u);
	ck_assert_uint_eq(rd(0, GICR_IPRIORITYR0 + 32), 0);
	wr(0, GICR_IGRPMODR0, ~0u);
	ck_assert_uint_eq(rd(0, GICR_IGRPMODR0), 0);
	wr(0, GICR_ISENABLER0 - GICR_SGI_BASE, ~0u); /* not in RD_base */
	ck_assert_uint_eq(rd(0, GICR_ISENABLER0), 0);
	gicr_write(board_pe(0), GICR_INVLPIR, 4, 8192);
	ck_assert_uint_eq(gicr_read(board_pe(0), GICR_INVLPIR, 8), 0);
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, typer_tells_number_affinity_and_the_last_one);
	tcase_add_test(tc, waker_sleeps_after_reset_and_children_follow);
	tcase_add_test(tc, a_sleeping_redistributor_signals_nothing);
	tcase_add_test(tc, ctlr_shows_that_LPIs_can_be_disabled_and_invalidated_by_register);
	tcase_add_test(
		tc, the_table_registers_keep_their_fields_and_stand_still_while_LPIs_are_enabled);
	tcase_add_test(tc, private_interrupts_are_banked_per_PE);
	tcase_add_test(tc, SGIs_are_edge_triggered_for_ever_and_PPIs_can_be_configured);
	tcase_add_test(tc, frames_end_where_they_end);
}

CHECK_MAIN("hw redistributor", add, setup, teardown)
