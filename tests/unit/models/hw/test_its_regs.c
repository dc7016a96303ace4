// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Registers and command queue of the physical ITS (Arm IHI 0069 chapters 5 and 12; spec/vgic.md
 * 3.1, 6.2).
 */
#include "board.h"

#include "tests/lib/check-main.h"

static struct its *its;

static void setup(void)
{
	port_reset();
	board_boot(&board_config);
	its_create(&board.its, board.gic, &board_its_config);
	its = board.its;
}

static void teardown(void)
{
	board_down();
	port_assert_quiet();
}

static u64 rd(u32 offset)
{
	return its_read(its, offset, 8);
}

static void wr(u32 offset, u64 v)
{
	its_write(its, offset, 8, v);
}

static void up(void)
{
	its_destroy(its);
	board_its_up(&board_its_config, 0);
	its = board.its;
}

START_TEST(typer_tells_the_implementation)
{
	u64 v = rd(GITS_TYPER);

	ck_assert(v & GITS_TYPER_PHYSICAL);
	ck_assert(!(v & GITS_TYPER_VIRTUAL));
	ck_assert(!(v & GITS_TYPER_PTA));
	ck_assert_uint_eq(FIELD_GET(v, GITS_TYPER_DEVBITS), 11);
	ck_assert_uint_eq(FIELD_GET(v, GITS_TYPER_IDBITS), 15);
	ck_assert_uint_eq(FIELD_GET(v, GITS_TYPER_ITT_ENTRY_SIZE), 7);
	ck_assert(v & GITS_TYPER_CIL);
	ck_assert_uint_eq(FIELD_GET(v, GITS_TYPER_CIDBITS), 7);
	ck_assert_uint_eq(its_read(its, GITS_TYPER, 4), v & 0xffffffff);
	ck_assert_uint_eq(its_read(its, GITS_TYPER + 4, 4), v >> 32);
	ck_assert_uint_eq(its_read(its, GITS_PIDR2, 4), GICV3_PIDR2_GICV3);
}
END_TEST

START_TEST(quiescent_is_the_opposite_of_enabled)
{
	ck_assert_uint_eq(its_read(its, GITS_CTLR, 4), GITS_CTLR_QUIESCENT);
	its_write(its, GITS_CTLR, 4, GITS_CTLR_ENABLED);
	ck_assert_uint_eq(its_read(its, GITS_CTLR, 4), GITS_CTLR_ENABLED);
	its_write(its, GITS_CTLR, 4, 0);
	ck_assert_uint_eq(its_read(its, GITS_CTLR, 4), GITS_CTLR_QUIESCENT);
}
END_TEST

START_TEST(base_registers_tell_type_and_entry_size_and_stand_still_while_enabled)
{
	const u64 fixed0 = FIELD_PUT(1, GITS_BASER_TYPE) | FIELD_PUT(7, GITS_BASER_ENTRY_SIZE);
	const u64 fixed1 = FIELD_PUT(4, GITS_BASER_TYPE) | FIELD_PUT(7, GITS_BASER_ENTRY_SIZE);

	ck_assert_uint_eq(rd(GITS_BASER), fixed0);
	ck_assert_uint_eq(rd(GITS_BASER + 8), fixed1);
	ck_assert_uint_eq(rd(GITS_BASER + 16), 0);
	wr(GITS_BASER, ~0ull);
	wr(GITS_BASER + 8, ~0ull);
	wr(GITS_BASER + 16, ~0ull);
	/* the reserved page size becomes 64 KiB; only devices may be indirect */
	ck_assert_uint_eq(rd(GITS_BASER), 0xf9e7fffffffffeffull);
	ck_assert_uint_eq(rd(GITS_BASER + 8), 0xbce7fffffffffeffull);
	ck_assert_uint_eq(rd(GITS_BASER + 16), 0);
	its_write(its, GITS_BASER + 4, 4, 0);
	ck_assert_uint_eq(rd(GITS_BASER), (0xfffffeffull | fixed0));
	its_write(its, GITS_CTLR, 4, GITS_CTLR_ENABLED);
	wr(GITS_BASER, 0);
	ck_assert_uint_eq(rd(GITS_BASER), (0xfffffeffull | fixed0));
}
END_TEST

START_TEST(writing_CBASER_resets_both_ends_of_the_queue)
{
	u64 cmd[4];

	up();
	its_build_sync(cmd, 0);
	board_command(cmd);
	ck_assert_uint_eq(rd(GITS_CWRITER), 32);
	ck_assert_uint_eq(rd(GITS_CREADR), 32);
	wr(GITS_CBASER, BOARD_QUEUE | GITS_CBASER_VALID | 1); /* enabled: read-only */
	ck_assert_uint_eq(rd(GITS_CWRITER), 32);
	its_write(its, GITS_CTLR, 4, 0);
	wr(GITS_CBASER, ~0ull);
	ck_assert_uint_eq(rd(GITS_CBASER), ~GITS_CBASER_RES0);
	ck_assert_uint_eq(rd(GITS_CWRITER), 0);
	ck_assert_uint_eq(rd(GITS_CREADR), 0);
}
END_TEST

START_TEST(CREADR_is_read_only_and_CWRITER_stays_within_the_queue)
{
	up();
	wr(GITS_CREADR, 64);
	ck_assert_uint_eq(rd(GITS_CREADR), 0);
	wr(GITS_CWRITER, 0x1000); /* one page */
	ck_assert_uint_eq(rd(GITS_CWRITER), 0);
	wr(GITS_CWRITER, 0xfe0 | 0x1e);
	ck_assert_uint_eq(rd(GITS_CWRITER), 0xfe0);
}
END_TEST

START_TEST(a_command_that_waits_is_announced_and_executed_step_by_step)
{
	struct its_work work;

	up();
	ck_assert(!its_has_work(its));
	ck_assert(!its_step(its, &work));
	wr(GITS_CWRITER, 96);
	ck_assert_uint_eq(port_count(PORT_ITS_WORK, &board.its_port), 1);
	ck_assert(its_has_work(its));
	ck_assert(its_step(its, &work));
	ck_assert_uint_eq(rd(GITS_CREADR), 32);
	ck_assert(its_step(its, &work));
	ck_assert(its_step(its, &work));
	ck_assert_uint_eq(rd(GITS_CREADR), 96);
	ck_assert(!its_step(its, &work));
}
END_TEST

START_TEST(a_disabled_ITS_leaves_its_commands_until_it_is_enabled)
{
	struct its_work work;

	up();
	its_write(its, GITS_CTLR, 4, 0);
	wr(GITS_CWRITER, 32);
	ck_assert(!its_has_work(its));
	ck_assert(!its_step(its, &work));
	ck_assert_uint_eq(port_count(PORT_ITS_WORK, NULL), 0);
	its_write(its, GITS_CTLR, 4, GITS_CTLR_ENABLED);
	ck_assert_uint_eq(port_count(PORT_ITS_WORK, NULL), 1);
	ck_assert(its_step(its, &work));
}
END_TEST

START_TEST(a_queue_that_is_not_valid_has_no_commands)
{
	up();
	its_write(its, GITS_CTLR, 4, 0);
	wr(GITS_CBASER, BOARD_QUEUE);
	its_write(its, GITS_CTLR, 4, GITS_CTLR_ENABLED);
	wr(GITS_CWRITER, 32);
	ck_assert(!its_has_work(its));
}
END_TEST

/* 4 KiB hold 128 commands; the queue is a ring. */
START_TEST(the_queue_wraps_round)
{
	u64 cmd[4];
	u32 i;

	up();
	for (i = 0; i < 300; i++) {
		its_build_mapc(cmd, i & 0x7f, 0, true);
		ck_assert_int_eq(board_command(cmd).error, 0);
		ck_assert_uint_eq(rd(GITS_CREADR), (i + 1) % 128 * 32);
	}
}
END_TEST

START_TEST(unreadable_commands_stall_the_queue_until_retry)
{
	struct its_work work;
	u64 cmd[4];

	up();
	its_write(its, GITS_CTLR, 4, 0);
	wr(GITS_CBASER, 0x1000 | GITS_CBASER_VALID); /* no memory there */
	its_write(its, GITS_CTLR, 4, GITS_CTLR_ENABLED);
	wr(GITS_CWRITER, 32);
	ck_assert(its_step(its, &work));
	ck_assert_int_eq(work.error, -EFAULT);
	ck_assert_uint_eq(rd(GITS_CREADR), GITS_CREADR_STALLED);
	ck_assert(!its_has_work(its));
	ck_assert_uint_eq(port_count_events(EV_HW_ITS_ERROR), 1);
	wr(GITS_CWRITER, 64);
	ck_assert(!its_has_work(its)); /* only Retry goes on */
	its_build_sync(cmd, 0);
	gic_mem_add_region(&board.mem, 0x1000, 0x1000);
	gic_mem_write(&board.mem, 0x1000, cmd, sizeof(cmd));
	wr(GITS_CWRITER, 32 | GITS_CWRITER_RETRY);
	ck_assert_uint_eq(rd(GITS_CWRITER), 32);
	ck_assert(its_step(its, &work));
	ck_assert_int_eq(work.error, 0);
	ck_assert_uint_eq(rd(GITS_CREADR), 32);
}
END_TEST

START_TEST(a_configuration_out_of_range_makes_no_ITS)
{
	struct its_config c = board_its_config;
	struct its *x = NULL;

	c.device_bits = 17;
	ck_assert_int_eq(its_create(&x, board.gic, &c), -EINVAL);
	c = board_its_config;
	c.event_bits = 33;
	ck_assert_int_eq(its_create(&x, board.gic, &c), -EINVAL);
	c = board_its_config;
	c.collection_bits = 0;
	ck_assert_int_eq(its_create(&x, board.gic, &c), -EINVAL);
}
END_TEST

START_TEST(creation_without_memory_fails_and_leaks_nothing)
{
	u64 before = port.outstanding;
	struct its *x = NULL;
	u32 i;

	for (i = 1; i <= 4; i++) {
		port.fail_at = port.allocs + i;
		ck_assert_int_eq(its_create(&x, board.gic, &board_its_config), -ENOMEM);
		ck_assert_uint_eq(port.outstanding, before);
	}
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, typer_tells_the_implementation);
	tcase_add_test(tc, quiescent_is_the_opposite_of_enabled);
	tcase_add_test(tc, base_registers_tell_type_and_entry_size_and_stand_still_while_enabled);
	tcase_add_test(tc, writing_CBASER_resets_both_ends_of_the_queue);
	tcase_add_test(tc, CREADR_is_read_only_and_CWRITER_stays_within_the_queue);
	tcase_add_test(tc, a_command_that_waits_is_announced_and_executed_step_by_step);
	tcase_add_test(tc, a_disabled_ITS_leaves_its_commands_until_it_is_enabled);
	tcase_add_test(tc, a_queue_that_is_not_valid_has_no_commands);
	tcase_add_test(tc, the_queue_wraps_round);
	tcase_add_test(tc, unreadable_commands_stall_the_queue_until_retry);
	tcase_add_test(tc, a_configuration_out_of_range_makes_no_ITS);
	tcase_add_test(tc, creation_without_memory_fails_and_leaks_nothing);
}

CHECK_MAIN("hw ITS registers", add, setup, teardown)
