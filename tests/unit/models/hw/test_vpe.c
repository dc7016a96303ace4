// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Residency: GICR_VPROPBASER and GICR_VPENDBASER in both forms, PendingLast, Dirty and the scan's
 * time, what is UNPREDICTABLE, tables of vPEs shared by affinity (Arm IHI 0069 chapters 5, 6, 12;
 * spec/vgic.md 4.8, 4.9).
 */
#include "board-v4.h"

#include "tests/lib/check-main.h"

static void boot(enum gic_direct direct)
{
	v4_boot(direct);
	v4_vmapp(1, 0);
	v4_vmapp(2, 1);
	v4_vmapti(0, 1, V4_VLPI, V4_NONE);
	v4_vmapti(1, 1, V4_VLPI + 1, V4_NONE);
	v4_guest(0);
	v4_guest(1);
	port_clear_records();
}

/* The same world with scans that take time. */
static void boot_scanning(enum gic_direct direct)
{
	struct gic_config c = v4_gic_config(direct);
	u64 cmd[4];

	v4_down();
	c.vpt_scan = true;
	v4_boot_with(&c, true);
	its_build_mapd(cmd, 0, BOARD_ITT(0), 8, true);
	v4_command(0, cmd);
	v4_vmapp(1, 0);
	v4_vmapti(0, 1, V4_VLPI, V4_DB(1));
	v4_guest(0);
	port_clear_records();
}

static void setup(void)
{
	port_reset();
}

static void teardown(void)
{
	v4_down();
	port_assert_quiet();
}

V4_TEST(PendingLast_tells_whether_an_enabled_vLPI_was_left_pending)
{
	v4_enter(0, 1);
	v4_write_vpend(0, v4_vpend(0) & ~GICR_VPENDBASER_VALID);
	ck_assert(!(v4_vpend(0) & GICR_VPENDBASER_PENDINGLAST));
	v4_msi(0);
	v4_enter(0, 1);
	v4_write_vpend(0, (v4_vpend(0) & ~GICR_VPENDBASER_VALID) & ~GICR_VPENDBASER_PENDINGLAST);
	ck_assert(v4_vpend(0) & GICR_VPENDBASER_PENDINGLAST);
	v4_conf(V4_VLPI, 0x80, false);
	v4_enter(0, 1);
	v4_write_vpend(0, (v4_vpend(0) & ~GICR_VPENDBASER_VALID) & ~GICR_VPENDBASER_PENDINGLAST);
	ck_assert(!(v4_vpend(0) & GICR_VPENDBASER_PENDINGLAST));
	ck_assert(!(v4_vpend(0) & (GICR_VPENDBASER_VALID | GICR_VPENDBASER_DIRTY)));
}

V4_TEST(the_registers_keep_what_is_written_without_reserved_bits)
{
	u64 prop = v4_is_41() ? GICR_VPROPBASER_V41_RES0 | GICR_VPROPBASER_V41_Z |
					FIELD_MASK(GICR_VPROPBASER_V41_ENTRY_SIZE)
			      : GICR_VPROPBASER_V40_RES0;
	u64 pend = v4_is_41() ? GICR_VPENDBASER_V41_RES0 : GICR_VPENDBASER_V40_RES0;
	u64 size = v4_is_41() ? FIELD_PUT(1, GICR_VPROPBASER_V41_ENTRY_SIZE) : 0;

	gicr_write(board_pe(3), GICR_VPROPBASER, 8, ~0ull);
	ck_assert_uint_eq(gicr_read(board_pe(3), GICR_VPROPBASER, 8), ~prop | size);
	v4_write_vpend(3, ~GICR_VPENDBASER_VALID);
	ck_assert_uint_eq(v4_vpend(3), ~(GICR_VPENDBASER_VALID | GICR_VPENDBASER_DIRTY | pend));
	gicr_write(board_pe(3), GICR_VPROPBASER + 4, 4, 0);
	ck_assert_uint_eq(gicr_read(board_pe(3), GICR_VPROPBASER + 4, 4), size >> 32);
	ck_assert_uint_eq(v4_events(EV_HW_UNPREDICTABLE), 0);
}

V4_TEST(the_registers_tell_what_the_hardware_offers)
{
	u64 r = gicr_read(board_pe(2), GICR_TYPER, 8), t = its_read(v4.its[1], GITS_TYPER, 8);
	u32 type2 = (u32)gicd_read(board.gic, GICD_TYPER2, 4);

	ck_assert(r & GICR_TYPER_VLPIS);
	ck_assert(!(r & GICR_TYPER_DIRECTLPI));
	ck_assert(!(r & GICR_TYPER_DIRTY));
	ck_assert((t & GITS_TYPER_VIRTUAL) && (t & GITS_TYPER_VMOVP));
	ck_assert_int_eq(!!(r & GICR_TYPER_RVPEID), v4_is_41());
	ck_assert_int_eq(!!(t & GITS_TYPER_VMAPP), v4_is_41());
	ck_assert_int_eq(!!(t & GITS_TYPER_VSGI), v4_is_41());
	ck_assert_int_eq(!!(t & GITS_TYPER_NID), v4_is_41());
	ck_assert_uint_eq(its_read(v4.its[1], GITS_MPIDR, 4), v4_is_41() ? 0x01020300 : 0);
	ck_assert_uint_eq(type2, v4_is_41() ? GICD_TYPER2_VIL | 4 : 0);
	ck_assert(!(ich_vtr_read(board_pe(0)) & ICH_VTR_NV4));
	ck_assert_uint_eq(FIELD_GET(its_read(v4.its[0], GITS_BASER + 16, 8), GITS_BASER_TYPE),
			  GITS_BASER_TYPE_VPE);
}

V4_TEST(a_vPE_sees_what_is_pending_on_each_PE_that_it_comes_to)
{
	u32 round, pe;

	for (round = 0; round < 8; round++) {
		pe = round % 2;
		if (round)
			v4_vmovp(1, pe);
		v4_msi(round % 2);
		v4_enter(pe, 1);
		ck_assert_uint_eq(v4_take(pe), V4_VLPI + round % 2);
		ck_assert_uint_eq(v4_take(pe), GIC_SPURIOUS);
		v4_leave(pe, true);
	}
	ck_assert_uint_eq(v4_events(EV_HW_UNPREDICTABLE), 0);
}

V4_TEST(changing_VPENDBASER_while_Valid_is_reported_and_changes_nothing)
{
	u64 other = v4_is_41() ? 1 : 0x10000;

	v4_enter(0, 1);
	v4_write_vpend(0, v4_vpend(0) + other);
	ck_assert_uint_eq(v4_unpredictable(UNPREDICTABLE_VPENDBASER_WHILE_VALID), 1);
	v4_msi(0);
	ck_assert(board_virq_line(0));
	v4_write_vpend(0, (v4_vpend(0) + other) & ~GICR_VPENDBASER_VALID);
	ck_assert_uint_eq(v4_unpredictable(UNPREDICTABLE_VPENDBASER_WHILE_VALID), 2);
	ck_assert(!board_virq_line(0));
	ck_assert(v4_in_memory(1, V4_VLPI));
}

/* The vPE that is taken off is the one that was there. */
V4_TEST(clearing_Valid_with_other_fields_leaves_those_as_they_were)
{
	u64 other = v4_is_41() ? 1 : 0x10000, was;

	v4_enter(0, 1);
	was = v4_vpend(0) & 0xfffffffffffffull;
	v4_write_vpend(0, (v4_vpend(0) + other) & ~GICR_VPENDBASER_VALID);
	ck_assert_uint_eq(v4_vpend(0) & 0xfffffffffffffull, was);
}

V4_TEST(while_Valid_PendingLast_reads_as_one_on_4_0_and_with_DB_as_zero_on_4_1)
{
	v4_enter(0, 1);
	v4_write_vpend(0, v4_vpend(0) & ~GICR_VPENDBASER_VALID & ~GICR_VPENDBASER_PENDINGLAST);
	ck_assert(!(v4_vpend(0) & GICR_VPENDBASER_PENDINGLAST));
	if (!v4_is_41()) {
		v4_write_vpend(0, v4_vpend(0) | GICR_VPENDBASER_VALID);
		ck_assert(v4_vpend(0) & GICR_VPENDBASER_PENDINGLAST);
		return;
	}
	v4_write_vpend(0, v4_vpend(0) | GICR_VPENDBASER_VALID | GICR_VPENDBASER_PENDINGLAST |
				  GICR_VPENDBASER_DB);
	ck_assert(!(v4_vpend(0) & (GICR_VPENDBASER_PENDINGLAST | GICR_VPENDBASER_DB)));
	ck_assert_uint_eq(v4_events(EV_HW_UNPREDICTABLE), 0);
}

V4_TEST(writing_VPENDBASER_as_it_is_changes_and_reports_nothing)
{
	v4_enter(0, 1);
	v4_msi(0);
	v4_write_vpend(0, v4_vpend(0));
	ck_assert(board_virq_line(0));
	ck_assert_uint_eq(v4_events(EV_HW_UNPREDICTABLE), 0);
}

V4_TEST(writing_VPROPBASER_while_a_vPE_is_resident_is_reported_and_ignored)
{
	u64 old;

	v4_enter(0, 1);
	old = gicr_read(board_pe(0), GICR_VPROPBASER, 8);
	gicr_write(board_pe(0), GICR_VPROPBASER, 8, 0);
	ck_assert_uint_eq(gicr_read(board_pe(0), GICR_VPROPBASER, 8), old);
	ck_assert_uint_eq(v4_unpredictable(UNPREDICTABLE_VPROPBASER_WHILE_VALID), 1);
}

V4_TEST(VMOVP_of_a_resident_vPE_is_reported_and_loses_nothing)
{
	v4_enter(0, 1);
	v4_vmovp(1, 1);
	ck_assert_uint_eq(v4_unpredictable(UNPREDICTABLE_VMOVP_RESIDENT), 1);
	ck_assert_int_eq(v4_msi(0), GIC_VLPI_NEW | GIC_VLPI_RESIDENT);
	ck_assert(board_virq_line(0));
}

V4_TEST(unmapping_a_resident_vPE_is_reported)
{
	if (!v4_is_41()) { /* the last mapping: there is one ITS only */
		its_destroy(v4.its[1]);
		v4.its[1] = NULL;
	}
	v4_enter(0, 1);
	v4_msi(0);
	ck_assert_int_eq(v4_vmapp_on(0, 1, 0, false, true), 0);
	ck_assert_uint_eq(v4_unpredictable(UNPREDICTABLE_VMAPP_RESIDENT), 1);
	ck_assert_uint_eq(v4_take(0), V4_VLPI);
	ck_assert_int_eq(v4_msi(0), -1);
}

V4_TEST(on_4_1_a_vPE_that_is_not_mapped_shows_nothing)
{
	if (!v4_is_41())
		return;
	v4_enter(0, 9);
	ck_assert_uint_eq(v4_unpredictable(UNPREDICTABLE_RESIDENT_UNMAPPED), 1);
	ck_assert(v4_vpend(0) & GICR_VPENDBASER_VALID);
	ck_assert(!board_virq_line(0));
	ck_assert(!v4_leave(0, true));
	v4_enter(0, 32); /* no such vPEID */
	ck_assert_uint_eq(v4_unpredictable(UNPREDICTABLE_RESIDENT_UNMAPPED), 2);
	v4_leave(0, true);
	v4_vmapp(0, 3);
	v4_vmapti(2, 0, V4_VLPI + 2, V4_NONE);
	v4_enter(3, 9); /* the first that PE 3 sees */
	ck_assert_int_eq(v4_msi(2), GIC_VLPI_NEW);
}

V4_TEST(a_scan_is_as_long_as_the_table_of_the_vPE)
{
	boot_scanning(v4.direct);
	if (v4_is_41()) {
		v4_enter(0, 1);
		gic_vpt_scanned(board_pe(0));
		v4_leave(0, true);
		gic_vpt_scanned(board_pe(0));
		port_clear_records();
		v4_enter(0, 9); /* has none */
		ck_assert_uint_eq(port.record[port.nr_records - 1].kind, PORT_VPT_SCAN);
		ck_assert_uint_eq(port.record[port.nr_records - 1].arg, 0);
		return;
	}
	/* INTIDs have as many bits as the ITS knows, whatever VPROPBASER says */
	gicr_write(board_pe(0), GICR_VPROPBASER, 8, V4_VPROP | 31);
	v4_write_vpend(0, V4_VPT(1) | GICR_VPENDBASER_VALID);
	ck_assert_uint_eq(port.record[port.nr_records - 1].kind, PORT_VPT_SCAN);
	ck_assert_uint_eq(port.record[port.nr_records - 1].arg, (1u << ITS_VINTID_BITS) / 8);
}

/* Without a VMOVP, as Linux 5.7 to 6.7 do it. */
V4_TEST(on_4_1_a_vPE_may_be_resident_where_its_table_is_shared)
{
	struct gic_config c = v4_gic_config(v4.direct);

	if (!v4_is_41())
		return;
	v4_down();
	c.common_lpi_aff = GIC_COMMON_AFF_321;
	v4_boot_with(&c, true);
	v4_vmapp(1, 0);
	v4_enter(1, 1);
	ck_assert_uint_eq(v4_unpredictable(UNPREDICTABLE_RESIDENT_ELSEWHERE), 0);
	v4_leave(1, true);
	v4_enter(2, 1);
	ck_assert_uint_eq(v4_unpredictable(UNPREDICTABLE_RESIDENT_ELSEWHERE), 1);
}

V4_TEST(nothing_of_one_vPE_is_left_for_the_next)
{
	u64 cmd[4];

	if (!v4_is_41())
		return;
	its_build_vsgi(cmd, 1, 3, 0x80, true, true);
	v4_command(0, cmd);
	gic_vsgi_set(board_pe(0), 1, 3);
	v4_msi(0);
	v4_enter(0, 1);
	ck_assert(v4_leave(0, true));
	v4_enter(0, 9); /* not mapped */
	ck_assert(!v4_leave(0, true));
}

V4_TEST(on_4_1_a_group_that_is_not_enabled_neither_shows_nor_counts)
{
	if (!v4_is_41())
		return;
	v4_msi(0);
	v4_write_vpend(0, GICR_VPENDBASER_VALID | GICR_VPENDBASER_VGRP0EN | 1);
	ck_assert(!board_virq_line(0));
	ck_assert(!v4_leave(0, true));
	ck_assert_int_eq(v4_msi(1), GIC_VLPI_NEW); /* and rings no doorbell */
	v4_enter(0, 1);
	ck_assert(board_virq_line(0));
	ck_assert(v4_leave(0, true));
	ck_assert(!(v4_vpend(0) & GICR_VPENDBASER_DB)); /* nothing to ask for: it is pending */
}

V4_TEST(on_4_1_PendingLast_written_as_one_asks_for_no_doorbell)
{
	if (!v4_is_41())
		return;
	v4_enter(0, 1);
	v4_write_vpend(0, GICR_VPENDBASER_VGRP1EN | GICR_VPENDBASER_DB |
				  GICR_VPENDBASER_PENDINGLAST | 1);
	ck_assert(v4_vpend(0) & GICR_VPENDBASER_PENDINGLAST);
	ck_assert_int_eq(v4_msi(0), GIC_VLPI_NEW);
	ck_assert(!board_irq_line(0));
}

V4_TEST(a_scan_takes_time_and_shows_the_vPE_when_it_is_over)
{
	boot_scanning(v4.direct);
	ck_assert(gicr_read(board_pe(0), GICR_TYPER, 8) & GICR_TYPER_DIRTY);
	v4_enter(0, 1);
	ck_assert(v4_vpend(0) & GICR_VPENDBASER_DIRTY);
	ck_assert_uint_eq(port.record[0].kind, PORT_VPT_SCAN);
	ck_assert_uint_eq(port.record[0].arg, (1u << V4_ID_BITS) / 8);
	ck_assert_int_eq(v4_msi(0), GIC_VLPI_NEW); /* arrives meanwhile: no doorbell */
	ck_assert(!board_virq_line(0));
	ck_assert(!board_irq_line(0));
	gic_vpt_scanned(board_pe(0));
	ck_assert(!(v4_vpend(0) & GICR_VPENDBASER_DIRTY));
	ck_assert(board_virq_line(0));
	ck_assert_int_eq(v4_msi(0), GIC_VLPI_RESIDENT);
	v4_leave(0, false);
	ck_assert(v4_vpend(0) & GICR_VPENDBASER_DIRTY);
	ck_assert(!board_virq_line(0));
	gic_vpt_scanned(board_pe(0));
	ck_assert(!(v4_vpend(0) & GICR_VPENDBASER_DIRTY));
	gic_vpt_scanned(board_pe(0)); /* once too often: nothing happens */
	ck_assert(!board_virq_line(0));
}

static bool is_clean(void *arg)
{
	(void)arg;
	return !(v4_vpend(0) & GICR_VPENDBASER_DIRTY);
}

static void end_scan(void *arg, void *object)
{
	(void)arg;
	(void)object;
	gic_vpt_scanned(board_pe(0));
}

V4_TEST(whoever_polls_Dirty_sees_it_clear)
{
	boot_scanning(v4.direct);
	v4_enter(0, 1);
	port.poll = end_scan;
	ck_assert_int_eq(plat_poll(gic_vpt_waitq(board_pe(0)), is_clean, NULL, 1000, 1000000), 0);
}

V4_TEST(toggling_Valid_while_Dirty_is_reported_and_loses_nothing)
{
	boot_scanning(v4.direct);
	v4_enter(0, 1);
	v4_msi(0);
	v4_leave(0, true);
	ck_assert_uint_eq(v4_unpredictable(UNPREDICTABLE_VALID_WHILE_DIRTY), 1);
	ck_assert(v4_vpend(0) & GICR_VPENDBASER_PENDINGLAST);
	v4_enter(0, 1);
	ck_assert_uint_eq(v4_unpredictable(UNPREDICTABLE_VALID_WHILE_DIRTY), 2);
	gic_vpt_scanned(board_pe(0));
	ck_assert_uint_eq(v4_take(0), V4_VLPI);
}

V4_TEST(DirectLPI_sets_and_clears_LPIs_where_it_is_there)
{
	struct gic_config c = v4_gic_config(v4.direct);

	gicr_write(board_pe(0), GICR_SETLPIR, 8, V4_DB(1));
	ck_assert(!gic_lpi_pending(board_pe(0), V4_DB(1)));
	v4_down();
	c.direct_lpi = true;
	v4_boot_with(&c, true);
	ck_assert(gicr_read(board_pe(0), GICR_TYPER, 8) & GICR_TYPER_DIRECTLPI);
	gicr_write(board_pe(0), GICR_SETLPIR, 8, V4_DB(1));
	ck_assert(board_irq_line(0));
	board_lpi(V4_DB(1), 0xa0, false);
	gicr_write(board_pe(0), GICR_INVLPIR, 8, V4_DB(1));
	ck_assert(!board_irq_line(0));
	ck_assert_uint_eq(gicr_read(board_pe(0), GICR_SYNCR, 4), 0);
	gicr_write(board_pe(0), GICR_CLRLPIR, 8, V4_DB(1));
	ck_assert(!gic_lpi_pending(board_pe(0), V4_DB(1)));
}

V4_TEST(on_4_1_redistributors_forget_a_vPE_with_its_last_mapping)
{
	if (!v4_is_41())
		return;
	v4_vmapp_on(1, 1, 0, true, false);
	v4_vmapp_on(1, 1, 0, false, false);
	v4_enter(0, 1);
	ck_assert_uint_eq(v4_events(EV_HW_UNPREDICTABLE), 0);
	v4_leave(0, true);
	v4_vmapp_on(0, 1, 0, false, true);
	v4_enter(0, 1);
	ck_assert_uint_eq(v4_unpredictable(UNPREDICTABLE_RESIDENT_UNMAPPED), 1);
	ck_assert_int_eq(gic_vsgi_set(board_pe(0), 1, 3), -ENXIO);
}

V4_TEST(on_4_1_redistributors_with_tables_of_their_own_hand_the_vPE_over)
{
	if (!v4_is_41())
		return;
	v4_rd_table(2, V4_TABLE(3)); /* PEs 2 and 3 share another table than PEs 0 and 1 */
	v4_rd_table(3, V4_TABLE(3));
	v4_guest(2);
	v4_enter(0, 1);
	v4_leave(0, true);
	v4_vmovp(1, 2);
	ck_assert_int_eq(v4_msi(0), GIC_VLPI_NEW | GIC_VLPI_DOORBELL); /* asked for over there */
	ck_assert(gic_lpi_pending(board_pe(2), V4_DB(1)));
	v4_enter(2, 1);
	ck_assert_uint_eq(v4_take(2), V4_VLPI);
	v4_leave(2, false);
	v4_enter(3, 1); /* the same table, so it is known there */
	ck_assert_uint_eq(v4_unpredictable(UNPREDICTABLE_RESIDENT_UNMAPPED), 0);
	v4_leave(3, false);
}

V4_TEST(on_4_1_an_ITS_may_share_the_table_of_redistributors)
{
	if (!v4_is_41())
		return;
	v4_rd_table(0, V4_TABLE(0));
	v4_rd_table(1, V4_TABLE(0));
	v4_vmapp(3, 0);
	v4_enter(0, 3);
	v4_leave(0, true);
	v4_vmovp(3, 1);
	v4_vmapti(4, 3, V4_VLPI + 4, V4_NONE);
	ck_assert_int_eq(v4_msi(4), GIC_VLPI_NEW | GIC_VLPI_DOORBELL);
	ck_assert(gic_lpi_pending(board_pe(1), V4_DB(3)));
	v4_vmapp_on(0, 3, 1, false, false); /* not the last mapping: the entry stays */
	ck_assert_int_eq(v4_msi(4), 0);
	v4_vmapp_on(0, 3, 1, false, true);
	ck_assert_int_eq(v4_msi(4), -1);
}

V4_TEST(on_4_1_the_table_of_vPEs_may_have_two_levels)
{
	if (!v4_is_41())
		return;
	gic_mem_write64(&board.mem, V4_TABLE(3), (V4_TABLE(3) + 0x1000) | GITS_L1_VALID);
	v4_rd_table(0, V4_TABLE(3) | GICR_VPROPBASER_V41_INDIRECT);
	v4_vmapp(3, 0);
	v4_enter(0, 3);
	ck_assert_uint_eq(v4_events(EV_HW_UNPREDICTABLE), 0);
	v4_leave(0, true);
	gic_mem_write64(&board.mem, V4_TABLE(3), 0);
	v4_enter(0, 3);
	ck_assert_uint_eq(v4_unpredictable(UNPREDICTABLE_RESIDENT_UNMAPPED), 1);
}

START_TEST(a_GICv3_has_no_frame_for_vLPIs)
{
	v4.direct = GIC_DIRECT_NONE;
	board_boot(&board_config);
	v4_its_up(0, false);
	v4_its_up(1, false);
	gicr_write(board_pe(0), GICR_VPENDBASER, 8, ~0ull);
	ck_assert_uint_eq(gicr_read(board_pe(0), GICR_VPENDBASER, 8), 0);
	ck_assert_uint_eq(its_read(v4.its[0], GITS_BASER + 16, 8), 0);
	ck_assert_int_eq(v4_vmapp(1, 0), E_ITS_UNKNOWN_COMMAND);
	ck_assert(ich_vtr_read(board_pe(0)) & ICH_VTR_NV4);
	ck_assert(!(gicr_read(board_pe(0), GICR_TYPER, 8) & GICR_TYPER_VLPIS));
}
END_TEST

static void add(TCase *tc)
{
	V4_ADD(tc, PendingLast_tells_whether_an_enabled_vLPI_was_left_pending);
	V4_ADD(tc, the_registers_keep_what_is_written_without_reserved_bits);
	V4_ADD(tc, the_registers_tell_what_the_hardware_offers);
	V4_ADD(tc, a_vPE_sees_what_is_pending_on_each_PE_that_it_comes_to);
	V4_ADD(tc, changing_VPENDBASER_while_Valid_is_reported_and_changes_nothing);
	V4_ADD(tc, clearing_Valid_with_other_fields_leaves_those_as_they_were);
	V4_ADD(tc, while_Valid_PendingLast_reads_as_one_on_4_0_and_with_DB_as_zero_on_4_1);
	V4_ADD(tc, a_scan_is_as_long_as_the_table_of_the_vPE);
	V4_ADD(tc, writing_VPENDBASER_as_it_is_changes_and_reports_nothing);
	V4_ADD(tc, writing_VPROPBASER_while_a_vPE_is_resident_is_reported_and_ignored);
	V4_ADD(tc, VMOVP_of_a_resident_vPE_is_reported_and_loses_nothing);
	V4_ADD(tc, unmapping_a_resident_vPE_is_reported);
	V4_ADD(tc, on_4_1_a_vPE_that_is_not_mapped_shows_nothing);
	V4_ADD(tc, nothing_of_one_vPE_is_left_for_the_next);
	V4_ADD(tc, on_4_1_a_vPE_may_be_resident_where_its_table_is_shared);
	V4_ADD(tc, on_4_1_a_group_that_is_not_enabled_neither_shows_nor_counts);
	V4_ADD(tc, on_4_1_PendingLast_written_as_one_asks_for_no_doorbell);
	V4_ADD(tc, a_scan_takes_time_and_shows_the_vPE_when_it_is_over);
	V4_ADD(tc, whoever_polls_Dirty_sees_it_clear);
	V4_ADD(tc, toggling_Valid_while_Dirty_is_reported_and_loses_nothing);
	V4_ADD(tc, DirectLPI_sets_and_clears_LPIs_where_it_is_there);
	V4_ADD(tc, on_4_1_redistributors_forget_a_vPE_with_its_last_mapping);
	V4_ADD(tc, on_4_1_redistributors_with_tables_of_their_own_hand_the_vPE_over);
	V4_ADD(tc, on_4_1_an_ITS_may_share_the_table_of_redistributors);
	V4_ADD(tc, on_4_1_the_table_of_vPEs_may_have_two_levels);
	tcase_add_test(tc, a_GICv3_has_no_frame_for_vLPIs);
}

CHECK_MAIN("hw vPE residency", add, setup, teardown)
