// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Commands of the physical ITS: each check and each effect (Arm IHI 0069 5.3; spec/vgic.md 3.2,
 * 6.2). 12 bits of DeviceID, 16 of EventID, 8 of ICID, 4 PEs.
 */
#include "board.h"

#include "tests/lib/check-main.h"

#define DEV 5u
#define EV  3u
#define LPI 8200u

static void setup(void)
{
	port_reset();
	board_boot(&board_config);
	board_its_up(&board_its_config, 0);
	board_lpi(LPI, 0x80, true);
	board_lpi(LPI + 1, 0x80, true);
}

static void teardown(void)
{
	board_down();
	port_assert_quiet();
}

/* Collections 0..3 on PEs 0..3, device DEV with 8 events, event EV mapped to LPI on PE 0. */
static void map_all(void)
{
	u32 n;

	for (n = 0; n < BOARD_MAX_PES; n++)
		ck_assert_int_eq(board_mapc(n, n), 0);
	ck_assert_int_eq(board_mapd(DEV, 3), 0);
	ck_assert_int_eq(board_mapti(DEV, EV, LPI, 0), 0);
}

static struct its_route translate(u32 device, u32 event)
{
	struct its_route route;
	struct its_work work;

	its_translate(board.its, device, event, &route, &work);
	return route;
}

static int event_command(u32 opcode, u32 device, u32 event)
{
	u64 cmd[4];

	its_build_event(cmd, opcode, device, event);
	return board_command(cmd).error;
}

static int movi(u32 device, u32 event, u32 icid)
{
	u64 cmd[4];

	its_build_movi(cmd, device, event, icid);
	return board_command(cmd).error;
}

START_TEST(a_mapped_event_is_translated_to_its_LPI_and_PE)
{
	struct its_route r;

	map_all();
	r = translate(DEV, EV);
	ck_assert_ptr_eq(r.pe, board_pe(0));
	ck_assert_uint_eq(r.intid, LPI);
}
END_TEST

/* ---- MAPD ---- */

START_TEST(MAPD_refuses_a_device_beyond_its_bits_or_its_table)
{
	ck_assert_int_eq(board_mapd(1u << 12, 3), E_ITS_MAPD_DEVICE_OOR);
	ck_assert_int_eq(board_mapd((1u << 12) - 1, 3), 0); /* 8 pages of 512 entries */
	its_write(board.its, GITS_CTLR, 4, 0);
	its_write(board.its, GITS_BASER, 8, BOARD_DEVICES | GITS_BASER_VALID); /* one page */
	its_write(board.its, GITS_CTLR, 4, GITS_CTLR_ENABLED);
	ck_assert_int_eq(board_mapd(511, 3), 0);
	ck_assert_int_eq(board_mapd(512, 3), E_ITS_MAPD_DEVICE_OOR);
	its_write(board.its, GITS_CTLR, 4, 0);
	its_write(board.its, GITS_BASER, 8, BOARD_DEVICES); /* not valid */
	its_write(board.its, GITS_CTLR, 4, GITS_CTLR_ENABLED);
	ck_assert_int_eq(board_mapd(1, 3), E_ITS_MAPD_DEVICE_OOR);
	ck_assert_uint_eq(port_count_events(EV_HW_ITS_ERROR), 3);
}
END_TEST

START_TEST(MAPD_refuses_more_event_bits_than_there_are)
{
	u64 cmd[4];

	ck_assert_int_eq(board_mapd(DEV, 17), E_ITS_MAPD_ITTSIZE_OOR);
	ck_assert_int_eq(board_mapd(DEV, 16), 0);
	its_build_mapd(cmd, DEV, 0, 32, false); /* an unmapping has no size */
	ck_assert_int_eq(board_command(cmd).error, 0);
}
END_TEST

START_TEST(MAPD_with_V_0_unmaps_the_device_and_its_cached_events)
{
	u64 cmd[4];

	map_all();
	ck_assert_ptr_nonnull(translate(DEV, EV).pe);
	its_build_mapd(cmd, DEV, 0, 1, false);
	ck_assert_int_eq(board_command(cmd).error, 0);
	ck_assert_ptr_null(translate(DEV, EV).pe);
	ck_assert_int_eq(event_command(ITS_CMD_INT, DEV, EV),
			 its_error(ITS_CMD_INT, ITS_E_UNMAPPED_DEVICE));
}
END_TEST

START_TEST(MAPD_again_changes_the_size_and_the_table)
{
	u64 cmd[4];

	map_all();
	translate(DEV, EV);
	its_build_mapd(cmd, DEV, BOARD_ITT(9), 1, true);
	board_command(cmd);
	ck_assert_ptr_null(translate(DEV, EV).pe);
	ck_assert_int_eq(board_mapti(DEV, 1, LPI, 0), 0);
	ck_assert_int_eq(board_mapti(DEV, 2, LPI, 0), E_ITS_MAPTI_ID_OOR);
}
END_TEST

/* ---- MAPC ---- */

START_TEST(MAPC_refuses_a_collection_or_a_PE_out_of_range)
{
	u64 cmd[4];

	ck_assert_int_eq(board_mapc(256, 0), E_ITS_MAPC_COLLECTION_OOR);
	ck_assert_int_eq(board_mapc(255, 3), 0);
	ck_assert_int_eq(board_mapc(0, 4), E_ITS_MAPC_PROCNUM_OOR);
	its_build_mapc(cmd, 0, 4, false); /* an unmapping has no PE */
	ck_assert_int_eq(board_command(cmd).error, 0);
}
END_TEST

START_TEST(MAPC_retargets_and_unmaps_what_is_in_the_collection)
{
	u64 cmd[4];

	map_all();
	translate(DEV, EV);
	ck_assert_int_eq(board_mapc(0, 2), 0);
	ck_assert_ptr_eq(translate(DEV, EV).pe, board_pe(2));
	its_build_mapc(cmd, 0, 0, false);
	board_command(cmd);
	ck_assert_ptr_null(translate(DEV, EV).pe);
	ck_assert_int_eq(event_command(ITS_CMD_INT, DEV, EV),
			 its_error(ITS_CMD_INT, ITS_E_UNMAPPED_COLLECTION));
}
END_TEST

/* ---- MAPTI, MAPI ---- */

START_TEST(MAPTI_checks_device_event_INTID_and_collection)
{
	board_mapd(DEV, 3);
	ck_assert_int_eq(board_mapti(1u << 12, 0, LPI, 0),
			 its_error(ITS_CMD_MAPTI, ITS_E_DEVICE_OOR));
	ck_assert_int_eq(board_mapti(DEV + 1, 0, LPI, 0), E_ITS_MAPTI_UNMAPPED_DEVICE);
	ck_assert_int_eq(board_mapti(DEV, 8, LPI, 0), E_ITS_MAPTI_ID_OOR);
	ck_assert_int_eq(board_mapti(DEV, 7, 8191, 0), E_ITS_MAPTI_PHYSICALID_OOR);
	ck_assert_int_eq(board_mapti(DEV, 7, 65536, 0), E_ITS_MAPTI_PHYSICALID_OOR);
	ck_assert_int_eq(board_mapti(DEV, 7, LPI, 256), E_ITS_MAPTI_COLLECTION_OOR);
	ck_assert_int_eq(board_mapti(DEV, 7, 65535, 255), 0); /* may be unmapped */
	ck_assert_ptr_null(translate(DEV, 7).pe);
	board_mapc(255, 1);
	ck_assert_uint_eq(translate(DEV, 7).intid, 65535);
}
END_TEST

START_TEST(MAPTI_again_overwrites_the_entry)
{
	map_all();
	translate(DEV, EV);
	ck_assert_int_eq(board_mapti(DEV, EV, LPI + 1, 1), 0);
	ck_assert_uint_eq(translate(DEV, EV).intid, LPI + 1);
	ck_assert_ptr_eq(translate(DEV, EV).pe, board_pe(1));
}
END_TEST

START_TEST(MAPI_takes_the_EventID_for_the_INTID)
{
	u64 cmd[4];

	board_mapc(0, 0);
	board_mapd(DEV, 14);
	its_build_mapi(cmd, DEV, 9000, 0);
	ck_assert_int_eq(board_command(cmd).error, 0);
	ck_assert_uint_eq(translate(DEV, 9000).intid, 9000);
	its_build_mapi(cmd, DEV, 8000, 0);
	ck_assert_int_eq(board_command(cmd).error, its_error(ITS_CMD_MAPI, ITS_E_PHYSICALID_OOR));
}
END_TEST

/* ---- MOVI ---- */

START_TEST(MOVI_checks_the_interrupt_and_both_collections)
{
	u64 cmd[4];

	map_all();
	ck_assert_int_eq(movi(DEV, EV + 1, 1), E_ITS_MOVI_UNMAPPED_INTERRUPT);
	ck_assert_int_eq(movi(DEV, 8, 1), its_error(ITS_CMD_MOVI, ITS_E_ID_OOR));
	ck_assert_int_eq(movi(DEV, EV, 77), E_ITS_MOVI_UNMAPPED_COLLECTION);
	ck_assert_int_eq(movi(DEV, EV, 256), E_ITS_MOVI_UNMAPPED_COLLECTION);
	its_build_mapc(cmd, 0, 0, false);
	board_command(cmd);
	ck_assert_int_eq(movi(DEV, EV, 1), E_ITS_MOVI_UNMAPPED_COLLECTION);
}
END_TEST

START_TEST(MOVI_changes_the_target_and_moves_the_pending_state)
{
	map_all();
	gic_lpi_set(board_pe(0), LPI);
	ck_assert_int_eq(movi(DEV, EV, 3), 0);
	ck_assert_ptr_eq(translate(DEV, EV).pe, board_pe(3));
	ck_assert(!gic_lpi_pending(board_pe(0), LPI));
	ck_assert(gic_lpi_pending(board_pe(3), LPI));
	ck_assert(board_irq_line(3));
	ck_assert(!board_irq_line(0));
}
END_TEST

/* ---- DISCARD, INT, CLEAR, INV ---- */

START_TEST(the_commands_on_an_event_refuse_what_is_not_mapped)
{
	static const u32 opcode[] = { ITS_CMD_DISCARD, ITS_CMD_INT, ITS_CMD_CLEAR, ITS_CMD_INV };
	u32 i;

	map_all();
	for (i = 0; i < PLAT_ARRAY_SIZE(opcode); i++) {
		u32 op = opcode[i];

		ck_assert_int_eq(event_command(op, DEV, EV + 1),
				 its_error(op, ITS_E_UNMAPPED_INTERRUPT));
		ck_assert_int_eq(event_command(op, DEV, 8), its_error(op, ITS_E_ID_OOR));
		ck_assert_int_eq(event_command(op, DEV + 1, EV),
				 its_error(op, ITS_E_UNMAPPED_DEVICE));
		ck_assert_int_eq(event_command(op, 1u << 12, EV), its_error(op, ITS_E_DEVICE_OOR));
	}
	ck_assert_int_eq(event_command(ITS_CMD_DISCARD, DEV, EV + 1),
			 E_ITS_DISCARD_UNMAPPED_INTERRUPT);
	ck_assert_int_eq(event_command(ITS_CMD_CLEAR, DEV, EV + 1), E_ITS_CLEAR_UNMAPPED_INTERRUPT);
}
END_TEST

START_TEST(INT_makes_pending_and_CLEAR_takes_it_back)
{
	map_all();
	ck_assert_int_eq(event_command(ITS_CMD_INT, DEV, EV), 0);
	ck_assert(gic_lpi_pending(board_pe(0), LPI));
	ck_assert(board_irq_line(0));
	ck_assert_int_eq(event_command(ITS_CMD_CLEAR, DEV, EV), 0);
	ck_assert(!gic_lpi_pending(board_pe(0), LPI));
	ck_assert(!board_irq_line(0));
}
END_TEST

START_TEST(DISCARD_unmaps_the_event_and_clears_its_pending_state)
{
	map_all();
	translate(DEV, EV);
	gic_lpi_set(board_pe(0), LPI);
	ck_assert_int_eq(event_command(ITS_CMD_DISCARD, DEV, EV), 0);
	ck_assert(!gic_lpi_pending(board_pe(0), LPI));
	ck_assert_ptr_null(translate(DEV, EV).pe);
	ck_assert_int_eq(event_command(ITS_CMD_DISCARD, DEV, EV), E_ITS_DISCARD_UNMAPPED_INTERRUPT);
}
END_TEST

START_TEST(INV_takes_up_the_configuration_of_one_LPI)
{
	map_all();
	board_lpi(LPI, 0x80, false);
	board_lpi(LPI + 1, 0x80, false);
	gic_lpi_set(board_pe(0), LPI);
	gic_lpi_set(board_pe(0), LPI + 1);
	board_lpi(LPI, 0x80, true);
	board_lpi(LPI + 1, 0x80, true);
	ck_assert_int_eq(event_command(ITS_CMD_INV, DEV, EV), 0);
	ck_assert_uint_eq(icc_iar1_read(board_pe(0)), LPI);
	icc_eoir1_write(board_pe(0), LPI);
	ck_assert_uint_eq(icc_iar1_read(board_pe(0)), GIC_SPURIOUS);
}
END_TEST

/* ---- INVALL, MOVALL, SYNC ---- */

START_TEST(INVALL_takes_up_the_configuration_of_the_collections_PE)
{
	u64 cmd[4];

	its_build_invall(cmd, 77);
	ck_assert_int_eq(board_command(cmd).error, E_ITS_INVALL_UNMAPPED_COLLECTION);
	its_build_invall(cmd, 256);
	ck_assert_int_eq(board_command(cmd).error, its_error(ITS_CMD_INVALL, ITS_E_COLLECTION_OOR));
	map_all();
	board_lpi(LPI, 0x80, false);
	gic_lpi_set(board_pe(1), LPI);
	board_lpi(LPI, 0x80, true);
	its_build_invall(cmd, 1);
	ck_assert_int_eq(board_command(cmd).error, 0);
	ck_assert(board_irq_line(1));
}
END_TEST

START_TEST(MOVALL_moves_all_pending_LPIs_between_two_PEs)
{
	u64 cmd[4];

	map_all();
	gic_lpi_set(board_pe(0), LPI);
	gic_lpi_set(board_pe(0), LPI + 1);
	its_build_movall(cmd, 0, 4);
	ck_assert_int_eq(board_command(cmd).error, E_ITS_MOVALL_PROCNUM_OOR);
	its_build_movall(cmd, 4, 0);
	ck_assert_int_eq(board_command(cmd).error, E_ITS_MOVALL_PROCNUM_OOR);
	its_build_movall(cmd, 0, 0);
	ck_assert_int_eq(board_command(cmd).error, 0);
	ck_assert(gic_lpi_pending(board_pe(0), LPI));
	its_build_movall(cmd, 0, 2);
	ck_assert_int_eq(board_command(cmd).error, 0);
	ck_assert(!board_irq_line(0));
	ck_assert(gic_lpi_pending(board_pe(2), LPI));
	ck_assert(gic_lpi_pending(board_pe(2), LPI + 1));
	ck_assert_ptr_eq(translate(DEV, EV).pe, board_pe(0)); /* the mapping stays */
}
END_TEST

START_TEST(SYNC_waits_for_nothing_and_an_unknown_command_is_skipped)
{
	u64 cmd[4] = { 0 };

	its_build_sync(cmd, 0);
	ck_assert_int_eq(board_command(cmd).error, 0);
	its_build(cmd, 0x2a, 0, 0, 0);
	ck_assert_int_eq(board_command(cmd).error, E_ITS_UNKNOWN_COMMAND);
	its_build(cmd, 0, 0, 0, 0);
	ck_assert_int_eq(board_command(cmd).error, E_ITS_UNKNOWN_COMMAND);
	ck_assert_uint_eq(its_read(board.its, GITS_CREADR, 8), 96);
	ck_assert_uint_eq(port_count_events(EV_HW_ITS_CMD), 3);
	ck_assert_uint_eq(port_count_events(EV_HW_ITS_ERROR), 2);
}
END_TEST

START_TEST(tables_in_unreadable_memory_stall_the_command)
{
	u64 cmd[4];

	board_mapc(0, 0);
	its_build_mapd(cmd, DEV, 0x1000, 3, true); /* no memory there */
	ck_assert_int_eq(board_command(cmd).error, 0);
	ck_assert_int_eq(board_mapti(DEV, EV, LPI, 0), -EFAULT);
	ck_assert(its_read(board.its, GITS_CREADR, 8) & GITS_CREADR_STALLED);
	ck_assert(!its_has_work(board.its));
}
END_TEST

START_TEST(a_bad_command_changes_nothing_and_the_next_one_runs)
{
	map_all();
	ck_assert_int_ne(board_mapti(DEV, EV, 5, 0), 0);
	ck_assert_uint_eq(translate(DEV, EV).intid, LPI);
	ck_assert_int_eq(board_mapti(DEV, EV, LPI + 1, 0), 0);
	ck_assert_uint_eq(translate(DEV, EV).intid, LPI + 1);
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, a_mapped_event_is_translated_to_its_LPI_and_PE);
	tcase_add_test(tc, MAPD_refuses_a_device_beyond_its_bits_or_its_table);
	tcase_add_test(tc, MAPD_refuses_more_event_bits_than_there_are);
	tcase_add_test(tc, MAPD_with_V_0_unmaps_the_device_and_its_cached_events);
	tcase_add_test(tc, MAPD_again_changes_the_size_and_the_table);
	tcase_add_test(tc, MAPC_refuses_a_collection_or_a_PE_out_of_range);
	tcase_add_test(tc, MAPC_retargets_and_unmaps_what_is_in_the_collection);
	tcase_add_test(tc, MAPTI_checks_device_event_INTID_and_collection);
	tcase_add_test(tc, MAPTI_again_overwrites_the_entry);
	tcase_add_test(tc, MAPI_takes_the_EventID_for_the_INTID);
	tcase_add_test(tc, MOVI_checks_the_interrupt_and_both_collections);
	tcase_add_test(tc, MOVI_changes_the_target_and_moves_the_pending_state);
	tcase_add_test(tc, the_commands_on_an_event_refuse_what_is_not_mapped);
	tcase_add_test(tc, INT_makes_pending_and_CLEAR_takes_it_back);
	tcase_add_test(tc, DISCARD_unmaps_the_event_and_clears_its_pending_state);
	tcase_add_test(tc, INV_takes_up_the_configuration_of_one_LPI);
	tcase_add_test(tc, INVALL_takes_up_the_configuration_of_the_collections_PE);
	tcase_add_test(tc, MOVALL_moves_all_pending_LPIs_between_two_PEs);
	tcase_add_test(tc, SYNC_waits_for_nothing_and_an_unknown_command_is_skipped);
	tcase_add_test(tc, tables_in_unreadable_memory_stall_the_command);
	tcase_add_test(tc, a_bad_command_changes_nothing_and_the_next_one_runs);
}

CHECK_MAIN("hw ITS commands", add, setup, teardown)
