// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * LPIs at a redistributor (Arm IHI 0069 chapter 5; spec/vgic.md 6.3): tables in memory, what makes
 * an LPI pending, the choice among many, moving, and running out of memory.
 */
#include "board.h"

#include "tests/lib/check-main.h"

static struct gic_pe *pe, *other;

static void setup(void)
{
	port_reset();
	board_boot(&board_config);
	pe = board_pe(0);
	other = board_pe(1);
}

static void teardown(void)
{
	board_down();
	port_assert_quiet();
}

/* The pending bit as it stands in memory. */
static bool in_memory(u32 n, u32 intid)
{
	u8 byte;

	gic_mem_read(&board.mem, BOARD_PEND(n) + intid / 8, &byte, 1);
	return byte >> intid % 8 & 1;
}

static u32 take(struct gic_pe *p)
{
	u32 intid = icc_iar1_read(p);

	if (intid != GIC_SPURIOUS)
		icc_eoir1_write(p, intid);
	return intid;
}

START_TEST(setting_an_LPI_sets_its_bit_in_memory_and_acknowledging_clears_it)
{
	board_lpi(8197, 0x80, true);
	ck_assert_int_eq(gic_lpi_set(pe, 8197), 1);
	ck_assert(in_memory(0, 8197));
	ck_assert(gic_lpi_pending(pe, 8197));
	ck_assert(!gic_lpi_pending(other, 8197));
	ck_assert_uint_eq(take(pe), 8197);
	ck_assert(!in_memory(0, 8197));
	ck_assert_uint_eq(port_count_events(EV_HW_PENDING), 1);
	ck_assert_uint_eq(port_count_events(EV_HW_ACKED), 1);
}
END_TEST

START_TEST(an_LPI_that_is_pending_already_is_coalesced)
{
	board_lpi(8192, 0x80, true);
	ck_assert_int_eq(gic_lpi_set(pe, 8192), 1);
	ck_assert_int_eq(gic_lpi_set(pe, 8192), 0);
	ck_assert_uint_eq(port_count_events(EV_HW_COALESCED), 1);
	ck_assert_uint_eq(take(pe), 8192);
	ck_assert_uint_eq(take(pe), GIC_SPURIOUS);
}
END_TEST

START_TEST(LPIs_out_of_range_or_disabled_are_dropped_with_the_reason)
{
	ck_assert_int_eq(gic_lpi_set(pe, 8191), -EINVAL);
	ck_assert_int_eq(gic_lpi_set(pe, 65536), -EINVAL);
	ck_assert_uint_eq(port_last_event(EV_HW_DROPPED)->arg, DROP_LPI_RANGE);
	ck_assert_int_eq(gic_lpi_set(pe, 65535), 1);
	gicr_write(pe, GICR_CTLR, 4, 0);
	ck_assert_int_eq(gic_lpi_set(pe, 9000), -EPERM);
	ck_assert_uint_eq(port_last_event(EV_HW_DROPPED)->arg, DROP_LPI_DISABLED);
	ck_assert_int_eq(gic_lpi_set(pe, 100), -EINVAL);
	board_enable_lpis(0, 14); /* fewer than implemented: INTIDs below 16384 */
	ck_assert_int_eq(gic_lpi_set(pe, 16384), -EINVAL);
	ck_assert_int_eq(gic_lpi_set(pe, 16383), 1);
	gicr_write(pe, GICR_CTLR, 4, 0);
	board_enable_lpis(0, 13); /* no LPI has so few bits */
	ck_assert_int_eq(gic_lpi_set(pe, 8192), -EINVAL);
	gicr_write(pe, GICR_CTLR, 4, 0);
	board_enable_lpis(0, 24); /* no more than the implementation has */
	ck_assert_int_eq(gic_lpi_set(pe, 65536), -EINVAL);
}
END_TEST

START_TEST(a_disabled_LPI_stays_pending_until_it_is_enabled_and_invalidated)
{
	board_lpi(8200, 0x80, false);
	ck_assert_int_eq(gic_lpi_set(pe, 8200), 1);
	ck_assert_uint_eq(take(pe), GIC_SPURIOUS);
	board_lpi(8200, 0x80, true);
	gic_lpi_inv(pe, 8200);
	ck_assert(board_irq_line(0));
	board_lpi(8200, 0x80, false);
	gic_lpi_inv(pe, 8200);
	ck_assert(!board_irq_line(0));
	ck_assert(gic_lpi_pending(pe, 8200));
	board_lpi(8200, 0x80, true);
	gicr_write(pe, GICR_INVLPIR, 8, 8200);
	ck_assert_uint_eq(take(pe), 8200);
}
END_TEST

START_TEST(INV_takes_up_a_new_priority)
{
	board_lpi(8200, 0x40, true);
	board_lpi(8201, 0x80, true);
	gic_lpi_set(pe, 8200);
	gic_lpi_set(pe, 8201);
	board_lpi(8200, 0xc0, true);
	gic_lpi_inv(pe, 8200);
	ck_assert_uint_eq(icc_hppir1_read(pe), 8201);
	board_lpi(8200, 0x20, true);
	gic_lpi_inv(pe, 8200);
	ck_assert_uint_eq(take(pe), 8200);
	ck_assert_uint_eq(take(pe), 8201);
	ck_assert_uint_eq(take(pe), GIC_SPURIOUS);
}
END_TEST

START_TEST(INVALL_takes_up_all_new_configuration)
{
	u32 i;

	for (i = 0; i < 100; i++) {
		board_lpi(8192 + i, 0x80, i & 1);
		gic_lpi_set(pe, 8192 + i);
	}
	for (i = 0; i < 100; i++)
		board_lpi(8192 + i, 0x80, !(i & 1));
	gicr_write(pe, GICR_INVALLR, 8, 0);
	for (i = 0; i < 100; i += 2)
		ck_assert_uint_eq(take(pe), 8192 + i);
	ck_assert_uint_eq(take(pe), GIC_SPURIOUS);
}
END_TEST

/* Bits 7:2 of the byte are bits 7:2 of the priority, of which 5 are implemented here. */
START_TEST(the_configuration_byte_gives_the_implemented_priority_bits)
{
	board_lpi(8192, 0xfc, true);
	gic_lpi_set(pe, 8192);
	ck_assert_uint_eq(icc_iar1_read(pe), GIC_SPURIOUS); /* 0xf8 is not below PMR 0xf8 */
	board_lpi(8192, 0x4c, true);
	gic_lpi_inv(pe, 8192);
	icc_iar1_read(pe);
	ck_assert_uint_eq(icc_rpr_read(pe), 0x48);
}
END_TEST

START_TEST(clearing_takes_the_pending_state_back)
{
	board_lpi(8200, 0x80, true);
	board_lpi(8201, 0x40, true);
	gic_lpi_set(pe, 8200);
	gic_lpi_set(pe, 8201);
	gic_lpi_clear(pe, 8201);
	ck_assert(!in_memory(0, 8201));
	ck_assert_uint_eq(port_count_events(EV_HW_RETIRED), 1);
	ck_assert_uint_eq(icc_hppir1_read(pe), 8200);
	gic_lpi_clear(pe, 8200);
	ck_assert(!board_irq_line(0));
	gic_lpi_clear(pe, 8200); /* not pending: nothing happens */
	gic_lpi_clear(pe, 100);
	ck_assert_uint_eq(port_count_events(EV_HW_RETIRED), 2);
}
END_TEST

START_TEST(an_LPI_set_again_after_a_clear_is_delivered_once)
{
	u32 i;

	board_lpi(8200, 0x80, true);
	board_lpi(8300, 0x20, true);
	gic_lpi_set(pe, 8300); /* stays on top, so the clears leave entries behind */
	for (i = 0; i < 1000; i++) {
		gic_lpi_set(pe, 8200);
		gic_lpi_clear(pe, 8200);
	}
	gic_lpi_set(pe, 8200);
	ck_assert_uint_eq(take(pe), 8300);
	ck_assert_uint_eq(take(pe), 8200);
	ck_assert_uint_eq(take(pe), GIC_SPURIOUS);
	port_clear_records();
}
END_TEST

START_TEST(setting_and_clearing_for_ever_takes_no_more_memory)
{
	u64 before;
	u32 i;

	board_lpi(8300, 0x20, true);
	gic_lpi_set(pe, 8300);
	for (i = 0; i < 64; i++)
		board_lpi(8192 + i, 0x80, true);
	for (i = 0; i < 64; i++)
		gic_lpi_set(pe, 8192 + i);
	before = port.allocs;
	for (i = 0; i < 5000; i++) {
		gic_lpi_clear(pe, 8192 + i % 64);
		gic_lpi_set(pe, 8192 + i % 64);
	}
	ck_assert_uint_le(port.allocs - before, 1); /* one doubling at most */
	for (i = 0; i < 65; i++)
		ck_assert_uint_ne(take(pe), GIC_SPURIOUS);
	ck_assert_uint_eq(take(pe), GIC_SPURIOUS);
	port_clear_records();
}
END_TEST

START_TEST(enabling_LPIs_finds_what_is_pending_in_memory)
{
	u8 bits = 0x81;

	gicr_write(pe, GICR_CTLR, 4, 0);
	board_lpi(8192, 0x80, true);
	board_lpi(8199, 0x40, true);
	board_lpi(65535, 0x20, true);
	gic_mem_write(&board.mem, BOARD_PEND(0) + 8192 / 8, &bits, 1);
	gic_mem_write(&board.mem, BOARD_PEND(0) + 65535 / 8, &bits, 1);
	gic_mem_write(&board.mem, BOARD_PEND(0), &bits, 1); /* not LPIs */
	gicr_write(pe, GICR_CTLR, 4, GICR_CTLR_ENABLE_LPIS);
	ck_assert_uint_eq(take(pe), 65535);
	ck_assert_uint_eq(take(pe), 8199);
	ck_assert_uint_eq(take(pe), 8192);
	gic_lpi_set(pe, 8192);
	gicr_write(pe, GICR_CTLR, 4, 0);
	ck_assert(!board_irq_line(0));
	ck_assert(in_memory(0, 8192)); /* memory keeps it */
	gicr_write(pe, GICR_CTLR, 4, GICR_CTLR_ENABLE_LPIS);
	ck_assert(board_irq_line(0));
}
END_TEST

START_TEST(PTZ_says_the_pending_table_is_empty)
{
	u8 bits = 1;

	gicr_write(pe, GICR_CTLR, 4, 0);
	board_lpi(8192, 0x80, true);
	gic_mem_write(&board.mem, BOARD_PEND(0) + 8192 / 8, &bits, 1);
	gicr_write(pe, GICR_PENDBASER, 8, BOARD_PEND(0) | GICR_PENDBASER_PTZ);
	gicr_write(pe, GICR_CTLR, 4, GICR_CTLR_ENABLE_LPIS);
	ck_assert(!board_irq_line(0));
}
END_TEST

START_TEST(moving_an_LPI_moves_its_pending_state)
{
	board_lpi(8200, 0x80, true);
	gic_lpi_move(pe, other, 8200); /* not pending: nothing to move */
	ck_assert(!gic_lpi_pending(other, 8200));
	gic_lpi_set(pe, 8200);
	gic_lpi_move(pe, other, 8200);
	ck_assert(!gic_lpi_pending(pe, 8200));
	ck_assert(!board_irq_line(0));
	ck_assert_uint_eq(take(other), 8200);
	gic_lpi_set(pe, 8200);
	gic_lpi_set(other, 8200);
	port_clear_records();
	gic_lpi_move(pe, other, 8200);
	ck_assert_uint_eq(port_count_events(EV_HW_COALESCED), 1); /* two have become one */
	ck_assert_uint_eq(port_count_events(EV_HW_PENDING), 0);
	gicr_write(pe, GICR_CTLR, 4, 0);
	gic_lpi_move(other, pe, 8200); /* LPIs disabled there: it stays */
	ck_assert(gic_lpi_pending(other, 8200));
}
END_TEST

START_TEST(moving_all_ORs_the_pending_tables)
{
	u32 i;

	for (i = 0; i < 300; i++)
		board_lpi(8192 + 7 * i, 0x80, true);
	for (i = 0; i < 200; i++)
		gic_lpi_set(pe, 8192 + 7 * i);
	for (i = 100; i < 300; i++)
		gic_lpi_set(other, 8192 + 7 * i);
	gic_lpi_move_all(pe, other);
	ck_assert(!board_irq_line(0));
	for (i = 0; i < 300; i++) {
		ck_assert(!in_memory(0, 8192 + 7 * i));
		ck_assert_uint_eq(take(other), 8192 + 7 * i);
	}
	ck_assert_uint_eq(take(other), GIC_SPURIOUS);
}
END_TEST

/* Sixteen candidates have room without an allocation; the seventeenth needs one, which fails. */
START_TEST(without_memory_for_the_choice_no_LPI_is_lost)
{
	u32 i;

	board_lpi(8192, 0x80, true);
	gic_lpi_set(pe, 8192); /* the page of the pending table */
	take(pe);
	for (i = 0; i < 100; i++)
		board_lpi(8192 + i, 0x10 + 8 * (i % 8), true);
	port.fail_at = port.allocs + 1;
	port.fail_after = true;
	for (i = 0; i < 100; i++)
		ck_assert_int_eq(gic_lpi_set(pe, 8192 + i), 1);
	for (i = 0; i < 50; i++)
		ck_assert_uint_ne(take(pe), GIC_SPURIOUS);
	port.fail_at = 0;
	port.fail_after = false;
	for (i = 0; i < 50; i++)
		ck_assert_uint_ne(take(pe), GIC_SPURIOUS);
	ck_assert_uint_eq(take(pe), GIC_SPURIOUS);
}
END_TEST

START_TEST(without_memory_for_the_pending_table_the_LPI_is_dropped)
{
	port.fail_at = port.allocs + 1;
	port.fail_after = true;
	ck_assert_int_eq(gic_lpi_set(pe, 8192), -ENOMEM);
	ck_assert_uint_eq(port_last_event(EV_HW_DROPPED)->arg, DROP_NO_MEMORY);
	port.fail_at = 0;
	port.fail_after = false;
	ck_assert_int_eq(gic_lpi_set(pe, 8192), 1);
}
END_TEST

START_TEST(tables_outside_memory_take_nothing_and_hurt_nobody)
{
	gicr_write(pe, GICR_CTLR, 4, 0);
	gicr_write(pe, GICR_PROPBASER, 8, 15);
	gicr_write(pe, GICR_PENDBASER, 8, 0);
	gicr_write(pe, GICR_CTLR, 4, GICR_CTLR_ENABLE_LPIS);
	ck_assert_int_eq(gic_lpi_set(pe, 8192), -ENOMEM);
	gic_lpi_invall(pe);
	gic_lpi_inv(pe, 8192);
	gic_lpi_clear(pe, 8192);
	gic_lpi_move_all(pe, other);
	ck_assert_uint_eq(take(pe), GIC_SPURIOUS);
}
END_TEST

START_TEST(the_largest_INTID_space_has_24_bits)
{
	struct gic_config c = board_config;
	u32 last = (1u << 24) - 1;

	board_down();
	c.lpi_id_bits = 24;
	board_boot(&c);
	pe = board_pe(0);
	board_lpi(last, 0x80, true);
	ck_assert_int_eq(gic_lpi_set(pe, last), 1);
	ck_assert_int_eq(gic_lpi_set(pe, last + 1), -EINVAL);
	gic_lpi_invall(pe);
	ck_assert_uint_eq(take(pe), last);
	ck_assert_uint_eq(FIELD_GET(icc_ctlr_read(pe), ICC_CTLR_IDBITS), ICC_CTLR_IDBITS_24);
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, setting_an_LPI_sets_its_bit_in_memory_and_acknowledging_clears_it);
	tcase_add_test(tc, an_LPI_that_is_pending_already_is_coalesced);
	tcase_add_test(tc, LPIs_out_of_range_or_disabled_are_dropped_with_the_reason);
	tcase_add_test(tc, a_disabled_LPI_stays_pending_until_it_is_enabled_and_invalidated);
	tcase_add_test(tc, INV_takes_up_a_new_priority);
	tcase_add_test(tc, INVALL_takes_up_all_new_configuration);
	tcase_add_test(tc, the_configuration_byte_gives_the_implemented_priority_bits);
	tcase_add_test(tc, clearing_takes_the_pending_state_back);
	tcase_add_test(tc, an_LPI_set_again_after_a_clear_is_delivered_once);
	tcase_add_test(tc, setting_and_clearing_for_ever_takes_no_more_memory);
	tcase_add_test(tc, enabling_LPIs_finds_what_is_pending_in_memory);
	tcase_add_test(tc, PTZ_says_the_pending_table_is_empty);
	tcase_add_test(tc, moving_an_LPI_moves_its_pending_state);
	tcase_add_test(tc, moving_all_ORs_the_pending_tables);
	tcase_add_test(tc, without_memory_for_the_choice_no_LPI_is_lost);
	tcase_add_test(tc, without_memory_for_the_pending_table_the_LPI_is_dropped);
	tcase_add_test(tc, tables_outside_memory_take_nothing_and_hurt_nobody);
	tcase_add_test(tc, the_largest_INTID_space_has_24_bits);
}

CHECK_MAIN("hw LPIs", add, setup, teardown)
