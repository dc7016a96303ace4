// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The ITS commands of GICv4: what they check, what they leave in the tables, one VMOVP and ITS
 * lists, what the caches may not remember (Arm IHI 0069 5.3; spec/vgic.md 4.2, 4.9, 6.2).
 */
#include "board-v4.h"

#include "tests/lib/check-main.h"

static void boot(enum gic_direct direct)
{
	v4_boot(direct);
	v4_vmapp(1, 0);
	port_clear_records();
}

/* Without GITS_TYPER.VMOVP: each ITS is told. */
static void boot_lists(enum gic_direct direct)
{
	struct gic_config c = v4_gic_config(direct);
	u64 cmd[4];

	v4_down();
	v4_boot_with(&c, false);
	its_build_mapd(cmd, 0, BOARD_ITT(0), 8, true);
	v4_command(0, cmd);
	v4_vmapp(1, 0);
	v4_vmapp_on(1, 1, 0, true, false);
	v4_vmapti(0, 1, V4_VLPI, V4_NONE);
	port_clear_records();
}

static int vmovp_on(u32 its, u32 vpe, u32 pe, u32 seq, u32 list)
{
	u64 cmd[4];

	its_build_vmovp(cmd, vpe, pe, seq, list);
	return v4_command(its, cmd);
}

/* The PE that an ITS has a vPE mapped to, by its table in memory; -1: not mapped. */
static int mapped(u32 its, u32 vpe)
{
	u64 vte;

	gic_mem_read64(&board.mem, V4_TABLE(its) + vpe * ITS_VTE_SIZE, &vte);
	return vte & ITS_VTE_VALID ? (int)FIELD_GET(vte, ITS_VTE_PE) : -1;
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

V4_TEST(VMAPP_checks_vPE_table_size_PE_and_doorbell)
{
	u64 cmd[4];

	ck_assert_int_eq(v4_vmapp(32, 0), its_error(ITS_CMD_VMAPP, ITS_E_VPE_OOR));
	ck_assert_int_eq(v4_vmapp(31, 4), its_error(ITS_CMD_VMAPP, ITS_E_PROCNUM_OOR));
	its_build_vmapp(cmd, 1, 0, V4_VPT(1), 13, true);
	ck_assert_int_eq(v4_command(0, cmd), its_error(ITS_CMD_VMAPP, ITS_E_VPT_SIZE_OOR));
	its_build_vmapp(cmd, 1, 0, V4_VPT(1), 17, true);
	ck_assert_int_eq(v4_command(0, cmd), its_error(ITS_CMD_VMAPP, ITS_E_VPT_SIZE_OOR));
	its_build_vmapp(cmd, 1, 0, V4_VPT(1), 16, true);
	its_build_vmapp_v41(cmd, V4_VPROP, 8191, true, false);
	ck_assert_int_eq(v4_command(0, cmd),
			 v4_is_41() ? its_error(ITS_CMD_VMAPP, ITS_E_DOORBELL_OOR) : 0);
	ck_assert_int_eq(v4_vmapp_on(0, 31, 4, false, true), 0); /* V = 0 looks at nothing else */
	ck_assert_int_eq(mapped(0, 31), -1);
}

V4_TEST(a_table_of_vPEs_that_is_too_small_refuses_the_vPE)
{
	struct gic_config c = v4_gic_config(v4.direct);

	v4_down();
	c.vpeid_bits = 0; /* 16 */
	v4_boot_with(&c, true);
	ck_assert_int_eq(v4_vmapp(0x1000 / ITS_VTE_SIZE - 1, 0), 0);
	ck_assert_int_eq(v4_vmapp(0x1000 / ITS_VTE_SIZE, 0),
			 its_error(ITS_CMD_VMAPP, ITS_E_VPE_OOR));
}

V4_TEST(the_table_of_vPEs_may_have_two_levels)
{
	its_write(v4.its[1], GITS_CTLR, 4, 0);
	its_write(v4.its[1], GITS_BASER + 16, 8,
		  V4_TABLE(3) | GITS_BASER_VALID | GITS_BASER_INDIRECT);
	its_write(v4.its[1], GITS_CTLR, 4, GITS_CTLR_ENABLED);
	ck_assert_int_eq(v4_vmapp_on(1, 1, 0, true, true), its_error(ITS_CMD_VMAPP, ITS_E_VPE_OOR));
	gic_mem_write64(&board.mem, V4_TABLE(3), (V4_TABLE(3) + 0x1000) | GITS_L1_VALID);
	ck_assert_int_eq(v4_vmapp_on(1, 1, 2, true, true), 0);
	ck_assert_int_eq(v4_vpe_command(ITS_CMD_VINVALL, 1), 0);
}

V4_TEST(VMAPTI_checks_device_event_vINTID_doorbell_and_vPE)
{
	u64 cmd[4];

	its_build_vmapti(cmd, 5, 0, 1, V4_VLPI, V4_NONE);
	ck_assert_int_eq(v4_command(0, cmd), its_error(ITS_CMD_VMAPTI, ITS_E_UNMAPPED_DEVICE));
	ck_assert_int_eq(v4_vmapti(256, 1, V4_VLPI, V4_NONE),
			 its_error(ITS_CMD_VMAPTI, ITS_E_ID_OOR));
	ck_assert_int_eq(v4_vmapti(0, 1, 8191, V4_NONE),
			 its_error(ITS_CMD_VMAPTI, ITS_E_VIRTUALID_OOR));
	ck_assert_int_eq(v4_vmapti(0, 1, 0x10000, V4_NONE),
			 its_error(ITS_CMD_VMAPTI, ITS_E_VIRTUALID_OOR));
	ck_assert_int_eq(v4_vmapti(0, 32, V4_VLPI, V4_NONE),
			 its_error(ITS_CMD_VMAPTI, ITS_E_VPE_OOR));
	ck_assert_int_eq(v4_vmapti(0, 1, V4_VLPI, 1022),
			 v4_is_41() ? 0 : its_error(ITS_CMD_VMAPTI, ITS_E_DOORBELL_OOR));
	ck_assert_int_eq(v4_vmapti(0, 7, V4_VLPI, V4_NONE), 0);
	ck_assert_int_eq(v4_msi(0), -1); /* vPE 7 is not mapped (yet) */
	ck_assert_uint_eq(port.record[port.nr_records - 1].arg, DROP_UNMAPPED_VPE);
	v4_vmapp(7, 0);
	ck_assert_int_eq(v4_msi(0), GIC_VLPI_NEW);
}

V4_TEST(VMAPI_maps_the_event_to_the_vLPI_of_the_same_number)
{
	u64 cmd[4];

	its_build_mapd(cmd, 0, BOARD_ITT(0), 14, true);
	v4_command(0, cmd);
	its_build_vmapi(cmd, 0, V4_VLPI + 9, 1, V4_NONE);
	ck_assert_int_eq(v4_command(0, cmd), 0);
	ck_assert_int_eq(v4_msi(V4_VLPI + 9), GIC_VLPI_NEW);
	ck_assert(v4_in_memory(1, V4_VLPI + 9));
	its_build_vmapi(cmd, 0, 5, 1, V4_NONE);
	ck_assert_int_eq(v4_command(0, cmd), its_error(ITS_CMD_VMAPI, ITS_E_VIRTUALID_OOR));
}

V4_TEST(an_event_is_physical_or_virtual_and_MOVI_and_VMOVI_know)
{
	u64 cmd[4];

	its_build_mapc(cmd, 3, 0, true);
	v4_command(0, cmd);
	its_build_mapti(cmd, 0, 0, 9500, 3);
	v4_command(0, cmd);
	its_build_vmovi(cmd, 0, 0, 1, false, 0);
	ck_assert_int_eq(v4_command(0, cmd), its_error(ITS_CMD_VMOVI, ITS_E_WRONG_TYPE));
	v4_vmapti(0, 1, V4_VLPI, V4_NONE);
	its_build_movi(cmd, 0, 0, 3);
	ck_assert_int_eq(v4_command(0, cmd), its_error(ITS_CMD_MOVI, ITS_E_WRONG_TYPE));
	its_build_mapti(cmd, 0, 0, 9500, 3); /* and MAPTI makes it physical again */
	v4_command(0, cmd);
	board_lpi(9500, 0x80, true);
	ck_assert_int_eq(v4_msi(0), 1);
	ck_assert(gic_lpi_pending(board_pe(0), 9500));
}

V4_TEST(VMOVI_checks_event_doorbell_and_both_vPEs)
{
	u64 cmd[4];

	its_build_vmovi(cmd, 0, 0, 1, false, 0);
	ck_assert_int_eq(v4_command(0, cmd), its_error(ITS_CMD_VMOVI, ITS_E_UNMAPPED_INTERRUPT));
	v4_vmapti(0, 7, V4_VLPI, V4_NONE);
	ck_assert_int_eq(v4_command(0, cmd), its_error(ITS_CMD_VMOVI, ITS_E_UNMAPPED_VPE));
	v4_vmapti(0, 1, V4_VLPI, V4_NONE);
	its_build_vmovi(cmd, 0, 0, 7, false, 0);
	ck_assert_int_eq(v4_command(0, cmd), its_error(ITS_CMD_VMOVI, ITS_E_UNMAPPED_VPE));
	its_build_vmovi(cmd, 0, 0, 1, true, 5);
	ck_assert_int_eq(v4_command(0, cmd),
			 v4_is_41() ? 0 : its_error(ITS_CMD_VMOVI, ITS_E_DOORBELL_OOR));
	v4_vmapti(0, 1, 0x5000, V4_NONE); /* beyond the pending tables of 14 bits */
	its_build_vmovi(cmd, 0, 0, 1, false, 0);
	ck_assert_int_eq(v4_command(0, cmd), its_error(ITS_CMD_VMOVI, ITS_E_VIRTUALID_OOR));
}

V4_TEST(commands_for_a_vPE_that_is_not_mapped_are_refused)
{
	ck_assert_int_eq(v4_vmovp(7, 0), its_error(ITS_CMD_VMOVP, ITS_E_UNMAPPED_VPE));
	ck_assert_int_eq(v4_vmovp(40, 0), its_error(ITS_CMD_VMOVP, ITS_E_VPE_OOR));
	ck_assert_int_eq(v4_vmovp(1, 4), its_error(ITS_CMD_VMOVP, ITS_E_PROCNUM_OOR));
	ck_assert_int_eq(v4_vpe_command(ITS_CMD_VINVALL, 7),
			 its_error(ITS_CMD_VINVALL, ITS_E_UNMAPPED_VPE));
	ck_assert_int_eq(v4_vpe_command(ITS_CMD_VSYNC, 7), 0); /* waits for nothing */
	ck_assert_int_eq(v4_vpe_command(ITS_CMD_INVDB, 7),
			 v4_is_41() ? its_error(ITS_CMD_INVDB, ITS_E_UNMAPPED_VPE)
				    : E_ITS_UNKNOWN_COMMAND);
	ck_assert_int_eq(v4_vpe_command(ITS_CMD_VSGI, 7),
			 v4_is_41() ? its_error(ITS_CMD_VSGI, ITS_E_UNMAPPED_VPE)
				    : E_ITS_UNKNOWN_COMMAND);
}

V4_TEST(one_VMOVP_moves_the_vPE_in_all_ITSs_that_map_it)
{
	struct its_route route;
	struct its_work work;
	u64 cmd[4];

	v4_vmapp_on(1, 1, 0, true, false);
	v4_vmapp(2, 0);
	its_build_mapd(cmd, 9, BOARD_ITT(9), 4, true); /* behind ITS 1 */
	v4_command(1, cmd);
	its_build_vmapti(cmd, 9, 0, 1, V4_VLPI + 5, V4_NONE);
	v4_command(1, cmd);
	its_translate(v4.its[1], 9, 0, &route, &work); /* its caches know the old place */
	ck_assert_int_eq(v4_vmovp(1, 3), 0);
	ck_assert_int_eq(mapped(0, 1), 3);
	ck_assert_int_eq(mapped(1, 1), 3);
	its_translate(v4.its[1], 9, 0, &route, &work);
	ck_assert_ptr_eq(route.pe, board_pe(3));
	ck_assert_int_eq(v4_vmovp(2, 3), 0);
	ck_assert_int_eq(mapped(1, 2), -1);
}

V4_TEST(with_ITS_lists_each_ITS_moves_its_own_entry)
{
	boot_lists(v4.direct);
	ck_assert(!(its_read(v4.its[1], GITS_TYPER, 8) & GITS_TYPER_VMOVP));
	ck_assert_uint_eq(FIELD_GET(its_read(v4.its[1], GITS_CTLR, 4), GITS_CTLR_ITS_NUMBER), 1);
	ck_assert_int_eq(vmovp_on(0, 1, 2, 1, 3), 0);
	ck_assert_int_eq(mapped(0, 1), 2);
	ck_assert_int_eq(mapped(1, 1), 0);
	ck_assert_int_eq(vmovp_on(1, 1, 2, 1, 3), 0);
	ck_assert_int_eq(mapped(1, 1), 2);
	ck_assert_int_eq(vmovp_on(1, 1, 3, 2, 1), its_error(ITS_CMD_VMOVP, ITS_E_ITSLIST));
	ck_assert_uint_eq(v4_events(EV_HW_UNPREDICTABLE), 0);
}

V4_TEST(on_4_0_ITSs_notice_VMOVPs_out_of_order)
{
	if (v4_is_41())
		return;
	boot_lists(v4.direct);
	vmovp_on(0, 1, 2, 0xffff, 3);
	vmovp_on(0, 1, 3, 0, 3); /* numbers go round */
	ck_assert_uint_eq(v4_unpredictable(UNPREDICTABLE_VMOVP_ORDER), 0);
	vmovp_on(1, 1, 3, 0, 3);
	vmovp_on(1, 1, 2, 0xffff, 3);
	ck_assert_uint_eq(v4_unpredictable(UNPREDICTABLE_VMOVP_ORDER), 1);
	ck_assert_int_eq(mapped(0, 1), 3);
	ck_assert_int_eq(mapped(1, 1), 2);
	v4_vmapp(1, 0); /* mapped anew: they begin anew */
	vmovp_on(0, 1, 2, 0, 3);
	ck_assert_uint_eq(v4_unpredictable(UNPREDICTABLE_VMOVP_ORDER), 1);
}

V4_TEST(the_ITS_number_is_fixed_where_one_VMOVP_suffices)
{
	ck_assert_uint_eq(FIELD_GET(its_read(v4.its[1], GITS_CTLR, 4), GITS_CTLR_ITS_NUMBER), 0);
}

V4_TEST(INVDB_makes_redistributors_read_the_doorbell_s_configuration_again)
{
	if (!v4_is_41())
		return;
	board_lpi(V4_DB(1), 0xa0, false);
	gic_lpi_set(board_pe(0), V4_DB(1));
	board_lpi(V4_DB(1), 0xa0, true);
	ck_assert(!board_irq_line(0));
	ck_assert_int_eq(v4_vpe_command(ITS_CMD_INVDB, 1), 0);
	ck_assert(board_irq_line(0));
}

V4_TEST(on_4_1_VMOVP_takes_a_pending_default_doorbell_along)
{
	if (!v4_is_41())
		return;
	gic_lpi_set(board_pe(0), V4_DB(1));
	ck_assert_int_eq(v4_vmovp(1, 2), 0);
	ck_assert(!gic_lpi_pending(board_pe(0), V4_DB(1)));
	ck_assert(board_irq_line(2));
	ck_assert_int_eq(vmovp_on(0, 1, 0, 0, 0), 0); /* no doorbell is named: it stays */
	ck_assert(board_irq_line(2));
}

V4_TEST(unmapping_stops_translation_whatever_the_caches_hold)
{
	v4_vmapti(0, 1, V4_VLPI, V4_NONE);
	ck_assert_int_eq(v4_msi(0), GIC_VLPI_NEW);
	ck_assert_int_eq(v4_vmapp_on(0, 1, 0, false, true), 0);
	ck_assert_int_eq(v4_msi(0), -1);
	ck_assert_int_eq(mapped(0, 1), -1);
	v4_vmapp(1, 3);
	ck_assert_int_eq(v4_msi(0), 0);
}

V4_TEST(table_memory_that_fails_stalls_the_queue)
{
	its_write(v4.its[0], GITS_CTLR, 4, 0);
	its_write(v4.its[0], GITS_BASER + 16, 8, GITS_BASER_VALID); /* no memory at 0 */
	its_write(v4.its[0], GITS_CTLR, 4, GITS_CTLR_ENABLED);
	ck_assert_int_eq(v4_vmapp(1, 0), -EFAULT);
	ck_assert(its_read(v4.its[0], GITS_CREADR, 8) & GITS_CREADR_STALLED);
}

V4_TEST(rubbish_in_memory_is_dropped_when_it_names_no_PE)
{
	v4_vmapti(0, 1, V4_VLPI, V4_NONE);
	gic_mem_write64(&board.mem, V4_TABLE(0) + ITS_VTE_SIZE, its_vte(V4_VPT(1), 16, 99));
	ck_assert_int_eq(v4_vmapp_on(0, 2, 0, true, true), 0);
	its_write(v4.its[0], GITS_CTLR, 4, 0);
	its_write(v4.its[0], GITS_CTLR, 4, GITS_CTLR_ENABLED);
	ck_assert_int_eq(v4_msi(0), -1);
	ck_assert_int_eq(v4_vmovp(1, 0), its_error(ITS_CMD_VMOVP, ITS_E_UNMAPPED_VPE));
	ck_assert_int_eq(v4_vmapp_on(0, 1, 0, false, true), 0);
	ck_assert_int_eq(mapped(0, 1), -1);
}

static void add(TCase *tc)
{
	V4_ADD(tc, VMAPP_checks_vPE_table_size_PE_and_doorbell);
	V4_ADD(tc, a_table_of_vPEs_that_is_too_small_refuses_the_vPE);
	V4_ADD(tc, the_table_of_vPEs_may_have_two_levels);
	V4_ADD(tc, VMAPTI_checks_device_event_vINTID_doorbell_and_vPE);
	V4_ADD(tc, VMAPI_maps_the_event_to_the_vLPI_of_the_same_number);
	V4_ADD(tc, an_event_is_physical_or_virtual_and_MOVI_and_VMOVI_know);
	V4_ADD(tc, VMOVI_checks_event_doorbell_and_both_vPEs);
	V4_ADD(tc, commands_for_a_vPE_that_is_not_mapped_are_refused);
	V4_ADD(tc, one_VMOVP_moves_the_vPE_in_all_ITSs_that_map_it);
	V4_ADD(tc, with_ITS_lists_each_ITS_moves_its_own_entry);
	V4_ADD(tc, on_4_0_ITSs_notice_VMOVPs_out_of_order);
	V4_ADD(tc, the_ITS_number_is_fixed_where_one_VMOVP_suffices);
	V4_ADD(tc, INVDB_makes_redistributors_read_the_doorbell_s_configuration_again);
	V4_ADD(tc, on_4_1_VMOVP_takes_a_pending_default_doorbell_along);
	V4_ADD(tc, unmapping_stops_translation_whatever_the_caches_hold);
	V4_ADD(tc, table_memory_that_fails_stalls_the_queue);
	V4_ADD(tc, rubbish_in_memory_is_dropped_when_it_names_no_PE);
}

CHECK_MAIN("hw ITS commands of GICv4", add, setup, teardown)
