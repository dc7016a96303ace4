// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Whatever software writes to any register, in any width, and whatever stands in the command queue
 * and the tables: nothing crashes, nothing is lost track of, and the invariants below hold. Run
 * under the sanitizers as well.
 */
#include "tests/unit/models/hw/board.h"

#include "tests/lib/check-main.h"

static u64 state;

static void setup(void)
{
	port_reset();
	plat_user.event_mask = 0;
	state = check_seed();
	board_boot(&board_config);
	board_its_up(&board_its_config, 0);
}

static void teardown(void)
{
	port.fail_at = 0;
	port.fail_after = false;
	board_down();
	port_assert_quiet();
}

static u32 roll(u32 n)
{
	return (u32)(check_random(&state) % n);
}

/* Values that matter: few bits, all bits, addresses of our memory, anything. */
static u64 value(void)
{
	switch (roll(5)) {
	case 0: return 1ull << roll(64);
	case 1: return ~0ull;
	case 2: return (BOARD_RAM + 0x1000 * (u64)roll(0x100)) | 1ull << 63 | roll(0x200);
	case 3: return roll(65536);
	default: return check_random(&state);
	}
}

static u32 width(void)
{
	static const u32 w[] = { 1, 4, 4, 4, 8, 8, 2, 16, 0, 3 };

	return w[roll(PLAT_ARRAY_SIZE(w))];
}

static u32 offset(u32 frame)
{
	u32 at = roll(4) ? roll(frame) & ~7u : roll(frame);

	return roll(3) ? at & 0xfff : roll(50) ? at : ~0u - roll(16);
}

START_TEST(random_accesses_to_distributor_and_redistributor_do_no_harm)
{
	u32 i;

	for (i = 0; i < 100000 * check_effort(); i++) {
		struct gic_pe *pe = board_pe(roll(BOARD_MAX_PES));
		u32 frame = roll(2) ? GICR_SGI_BASE : 0;

		switch (roll(6)) {
		case 0: gicd_write(board.gic, offset(0x10000), width(), value()); break;
		case 1: gicd_read(board.gic, offset(0x10000), width()); break;
		case 2: gicr_write(pe, frame + offset(0x10000), width(), value()); break;
		case 3: gicr_read(pe, frame + offset(0x10000), width()); break;
		case 4:
			gic_spi_line(board.gic, roll(200), roll(2), NULL);
			gic_ppi_line(pe, roll(40), roll(2));
			gic_lpi_set(pe, roll(70000));
			break;
		default:
			icc_eoir1_write(pe, roll(2) ? icc_iar1_read(pe) : (u32)value());
			icc_dir_write(pe, (u32)value());
		}
		if (i % 1024 == 0)
			port_clear_records();
	}
	/* What is pending for nobody never shows: a PE whose line is up has something to take. */
	for (i = 0; i < BOARD_MAX_PES; i++)
		if (board_irq_line(i))
			ck_assert_uint_ne(icc_iar1_read(board_pe(i)), GIC_SPURIOUS);
}
END_TEST

START_TEST(random_accesses_to_the_virtual_interface_do_no_harm)
{
	u32 i;

	for (i = 0; i < 100000 * check_effort(); i++) {
		struct gic_pe *pe = board_pe(roll(BOARD_MAX_PES));

		switch (roll(10)) {
		case 0: ich_lr_write(pe, roll(20), value()); break;
		case 1: ich_hcr_write(pe, (u32)value()); break;
		case 2: ich_vmcr_write(pe, (u32)value()); break;
		case 3: ich_apr_write(pe, roll(2), roll(6), (u32)value()); break;
		case 4:
			icv_eoir_write(pe, roll(2),
				       roll(2) ? icv_iar_read(pe, roll(2)) : (u32)value());
			break;
		case 5: icv_dir_write(pe, (u32)value()); break;
		case 6: icv_bpr_write(pe, roll(2), (u32)value()); break;
		case 7: icv_ctlr_write(pe, (u32)value()); break;
		case 8: icv_pmr_write(pe, (u32)value()); break;
		default: icv_igrpen_write(pe, roll(2), (u32)value());
		}
		ck_assert_uint_eq(ich_eisr_read(pe) & ich_elrsr_read(pe), 0);
		ck_assert_uint_eq(ich_elrsr_read(pe) & ~0xfu, 0);
		if (i % 1024 == 0)
			port_clear_records();
	}
}
END_TEST

static void random_command(u64 cmd[4])
{
	static const u32 opcode[] = { ITS_CMD_MAPD, ITS_CMD_MAPC,    ITS_CMD_MAPTI,  ITS_CMD_MAPI,
				      ITS_CMD_MOVI, ITS_CMD_DISCARD, ITS_CMD_INT,    ITS_CMD_CLEAR,
				      ITS_CMD_INV,  ITS_CMD_INVALL,  ITS_CMD_MOVALL, ITS_CMD_SYNC };
	u32 i;

	for (i = 0; i < 4; i++)
		cmd[i] = value();
	if (roll(8)) {
		cmd[0] = FIELD_SET(cmd[0], opcode[roll(PLAT_ARRAY_SIZE(opcode))], ITS_CMD0_OPCODE);
		if (roll(4))
			cmd[0] = FIELD_SET(cmd[0], roll(8), ITS_CMD0_DEVICEID);
		if (roll(4))
			cmd[1] = FIELD_SET(cmd[1], roll(16), ITS_CMD1_EVENTID);
		if (roll(4))
			cmd[2] = FIELD_SET(cmd[2], roll(4), ITS_CMD2_ICID);
		if (roll(4)) /* an ITT, or the PE of MAPC */
			cmd[2] =
				FIELD_SET(cmd[2], roll(2) ? roll(5) << 0 : BOARD_RAM >> 16, 51, 16);
	}
}

START_TEST(random_commands_tables_and_registers_of_an_ITS_do_no_harm)
{
	struct its_route route;
	struct its_work work;
	u64 cmd[4];
	u32 i, k;

	for (i = 0; i < 30000 * check_effort(); i++) {
		u64 at = its_read(board.its, GITS_CWRITER, 8);

		random_command(cmd);
		for (k = 0; k < 4; k++)
			gic_mem_write64(&board.mem, BOARD_QUEUE + at + 8 * k, cmd[k]);
		its_write(board.its, GITS_CWRITER, 8,
			  (at + ITS_CMD_SIZE) % 0x1000 | (roll(4) ? 0 : GITS_CWRITER_RETRY));
		while (its_step(board.its, &work))
			;
		its_translate(board.its, roll(10), roll(20), &route, &work);
		ck_assert((route.pe == NULL) == (work.error != 0));
		if (roll(50) == 0) /* rubbish in a table */
			gic_mem_write64(&board.mem, BOARD_DEVICES + 8 * roll(0x400), value());
		if (roll(200) == 0) {
			its_write(board.its, GITS_CTLR, 4, roll(2));
			for (k = 0; k < 4; k++)
				its_write(board.its, offset(0x10000), width(), value());
			its_read(board.its, offset(0x10000), width());
		}
		if (roll(100) == 0) { /* and up again */
			its_write(board.its, GITS_CTLR, 4, 0);
			its_write(board.its, GITS_BASER, 8,
				  BOARD_DEVICES | GITS_BASER_VALID | roll(8) |
					  (roll(2) ? GITS_BASER_INDIRECT : 0));
			its_write(board.its, GITS_BASER + 8, 8, BOARD_COLLS | GITS_BASER_VALID);
			its_write(board.its, GITS_CBASER, 8, BOARD_QUEUE | GITS_CBASER_VALID);
			its_write(board.its, GITS_CTLR, 4, GITS_CTLR_ENABLED);
		}
		ck_assert_uint_lt(its_read(board.its, GITS_CREADR, 8), 0x100000);
		if (i % 256 == 0)
			port_clear_records();
	}
}
END_TEST

START_TEST(an_ITS_survives_failing_allocations)
{
	struct its_work work;
	u64 cmd[4];
	u32 i, k;

	for (i = 0; i < 20000; i++) {
		u64 at = its_read(board.its, GITS_CWRITER, 8);

		its_build_mapd(cmd, roll(4096), BOARD_ITT(roll(64)), 1 + roll(16), true);
		if (roll(2))
			its_build_mapti(cmd, roll(4096), roll(65536), 8192 + roll(57344), roll(4));
		for (k = 0; k < 4; k++)
			gic_mem_write64(&board.mem, BOARD_QUEUE + at + 8 * k, cmd[k]);
		port.fail_at = roll(3) ? 0 : port.allocs + 1;
		its_write(board.its, GITS_CWRITER, 8,
			  (at + ITS_CMD_SIZE) % 0x1000 | GITS_CWRITER_RETRY);
		while (its_step(board.its, &work))
			;
		port.fail_at = 0;
		if (i % 256 == 0)
			port_clear_records();
	}
	its_write(board.its, GITS_CWRITER, 8,
		  its_read(board.its, GITS_CWRITER, 8) | GITS_CWRITER_RETRY);
	while (its_step(board.its, &work))
		;
	ck_assert_uint_eq(its_read(board.its, GITS_CREADR, 8),
			  its_read(board.its, GITS_CWRITER, 8));
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, random_accesses_to_distributor_and_redistributor_do_no_harm);
	tcase_add_test(tc, random_accesses_to_the_virtual_interface_do_no_harm);
	tcase_add_test(tc, random_commands_tables_and_registers_of_an_ITS_do_no_harm);
	tcase_add_test(tc, an_ITS_survives_failing_allocations);
}

CHECK_MAIN("hw hostile input", add, setup, teardown)
