// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The command queue of the virtual ITS beyond what test_registers asks of its registers: which
 * values of GITS_CWRITER count, batches, locks, stalls; how often the guest's tables are read and
 * written; and what of a vCPU's LPIs reaches further than its own ITS (spec/vgic.md 2.5, 3.1, 3.3,
 * 3.4).
 */
#include "vits-vm.h"

#include "tests/lib/check-main.h"

static struct mmio_vm vm;
static struct mmio_vm *m = &vm;

static void with(struct vgic_policy p)
{
	port_reset();
	vits_vm_create(m, 2, &p);
}

static void setup(void)
{
	with(mmio_policy());
}

static void teardown(void)
{
	mmio_destroy(m);
	port_assert_quiet();
}

static u64 rd(u32 offset)
{
	return guest_read(m, 0, ITS + offset, 8);
}

static void wr(u32 offset, u64 value)
{
	guest_write(m, 0, ITS + offset, 8, value);
}

static void enable(bool on)
{
	guest_write(m, 0, ITS + GITS_CTLR, 4, on);
}

/* Commands in memory from an offset on, which nobody has told the ITS of. */
static void put(u32 offset, const u64 (*cmd)[4], u32 nr)
{
	for (u32 n = 0; n < nr; n++)
		for (u32 i = 0; i < 4; i++)
			ram_write64(m, CMD_QUEUE + offset + 32 * n + 8 * i, cmd[n][i]);
}

static void put_mappings(u32 offset)
{
	u64 cmd[4][4];

	its_build_mapc(cmd[0], 0, 0, true);
	its_build_mapd(cmd[1], 8, ITT(0), 4, true);
	its_build_mapti(cmd[2], 8, 0, 8192, 0);
	its_build_sync(cmd[3], 0);
	put(offset, (const u64(*)[4])cmd, 4);
}

/* ---- GITS_CWRITER ---- */

/* Offsets are bits 19:5: the bits below and above are not there. */
START_TEST(cwriter_has_bits_19_to_5)
{
	put_mappings(0);
	wr(GITS_CWRITER, 0xfff0000000000000ull | 0x60 | 0x1e);
	ck_assert_uint_eq(rd(GITS_CWRITER), 0x60);
	ck_assert_uint_eq(rd(GITS_CREADR), 0x60);
	ck_assert(lpi_view(m, 8192).exists);
}
END_TEST

START_TEST(an_unaligned_cwriter_in_the_first_command_is_no_command)
{
	port_clear_records();
	wr(GITS_CWRITER, 0x1f);
	ck_assert_uint_eq(rd(GITS_CWRITER), 0);
	ck_assert_uint_eq(port_count_events(EV_ITS_CMD), 0);
}
END_TEST

/* CBASER.Size + 1 pages of 4 KiB: up to 1 MiB, all of which an offset can name. */
START_TEST(the_queue_has_4_kib_to_1_mib)
{
	static const struct {
		u64 size, last;
	} row[] = { { 0, 0xfe0 }, { 1, 0x1fe0 }, { 15, 0xffe0 }, { 255, 0xfffe0 } };

	enable(false);
	for (size_t i = 0; i < PLAT_ARRAY_SIZE(row); i++) {
		wr(GITS_CBASER, GITS_CBASER_VALID | CMD_QUEUE | row[i].size);
		wr(GITS_CWRITER, row[i].last);
		ck_assert_uint_eq(rd(GITS_CWRITER), row[i].last);
		wr(GITS_CWRITER, row[i].last + 0x20);
		ck_assert_uint_eq(rd(GITS_CWRITER), row[i].size == 255 ? 0 : row[i].last);
	}
}
END_TEST

START_TEST(a_cwriter_beyond_the_queue_runs_nothing)
{
	put_mappings(0);
	enable(false);
	wr(GITS_CWRITER, 0x40);
	wr(GITS_CWRITER, 0x10000);
	ck_assert_uint_eq(rd(GITS_CWRITER), 0x40);
	ck_assert_uint_eq(rd(GITS_CREADR), 0);
	enable(true);
	ck_assert_uint_eq(rd(GITS_CREADR), 0x40);
}
END_TEST

START_TEST(cwriter_may_be_written_in_halves)
{
	put_mappings(0);
	guest_write(m, 0, ITS + GITS_CWRITER, 4, 0x60);
	ck_assert_uint_eq(rd(GITS_CREADR), 0x60);
	guest_write(m, 0, ITS + GITS_CWRITER + 4, 4, ~0u);
	ck_assert_uint_eq(rd(GITS_CWRITER), 0x60);
}
END_TEST

START_TEST(creadr_is_not_the_guests_to_write)
{
	put_mappings(0);
	wr(GITS_CWRITER, 0x60);
	wr(GITS_CREADR, 0);
	ck_assert_uint_eq(rd(GITS_CREADR), 0x60);
	enable(false);
	wr(GITS_CREADR, 0x20);
	ck_assert_uint_eq(rd(GITS_CREADR), 0x60);
}
END_TEST

/* A batch is run before the write ends, in order, and across the end of the queue. */
START_TEST(one_write_runs_all_commands_in_order_and_wraps)
{
	static const u32 starts[] = { 0, 0xff80, 0xffa0, 0xffc0, 0xffe0 };
	u32 start = starts[_i], end = (start + 0x80) % 0x10000;
	u64 cmd[8][4] = { { 0 } };

	put_mappings(start);
	if (start > 0xff80) { /* the rest stands at the front */
		u32 before = (0x10000 - start) / 32;

		its_build_mapc(cmd[0], 0, 0, true);
		its_build_mapd(cmd[1], 8, ITT(0), 4, true);
		its_build_mapti(cmd[2], 8, 0, 8192, 0);
		its_build_sync(cmd[3], 0);
		put(0, (const u64(*)[4])(cmd + before), 4 - before);
	}
	enable(false);
	ck_assert_int_eq(vits_user_set_reg(m->its, GITS_CREADR, start), 0);
	wr(GITS_CWRITER, end);
	port_clear_records();
	enable(true);
	ck_assert_uint_eq(rd(GITS_CREADR), end);
	ck_assert_uint_eq(port_count_events(EV_ITS_CMD), 4);
	ck_assert_uint_eq(port_count_events(EV_ITS_CMD_ERROR), 0);
	ck_assert_int_eq(its_int(8, 0), 0);
	ck_assert(lpi_view(m, 8192).pending);
}
END_TEST

/* cmd_lock is held over a batch, its_lock for one command at a time. */
START_TEST(a_batch_takes_the_command_lock_once_and_the_table_lock_for_each)
{
	put_mappings(0);
	memset(port.acquired, 0, sizeof(port.acquired));
	wr(GITS_CWRITER, 0x80);
	ck_assert_uint_eq(port.acquired[LOCK_ITS_CMD], 1);
	ck_assert_uint_eq(port.acquired[LOCK_ITS_TABLES], 4);
}
END_TEST

/* Errors are nobody's: the commands behind one are run. */
START_TEST(a_batch_goes_on_behind_a_command_that_fails)
{
	u64 bad[4];

	its_build_mapti(bad, 9, 0, 8192, 0);
	put(0, (const u64(*)[4])bad, 1);
	put_mappings(0x20);
	port_clear_records();
	wr(GITS_CWRITER, 0xa0);
	ck_assert_uint_eq(port_count_events(EV_ITS_CMD_ERROR), 1);
	ck_assert_uint_eq(port_count_events(EV_ITS_CMD), 4);
	ck_assert(lpi_view(m, 8192).exists);
}
END_TEST

START_TEST(user_space_runs_commands_by_writing_cwriter)
{
	put_mappings(0);
	ck_assert_int_eq(vits_user_set_reg(m->its, GITS_CWRITER, 0x60), 0);
	ck_assert_uint_eq(rd(GITS_CREADR), 0x60);
	ck_assert(lpi_view(m, 8192).exists);
}
END_TEST

/* ---- stalls ---- */

static void stalled_queue(void)
{
	struct vgic_policy p = mmio_policy();

	teardown();
	p.its_stall = VGIC_ITS_STALL;
	with(p);
	enable(false);
	wr(GITS_CBASER, GITS_CBASER_VALID | 0x100000); /* not in memory */
	enable(true);
	wr(GITS_CWRITER, 0x20);
	ck_assert_uint_eq(rd(GITS_CREADR), GITS_CREADR_STALLED);
}

/* Also when the command could be read by now: nobody has said that it be tried again. */
START_TEST(a_stalled_queue_is_not_quiescent_and_survives_disabling)
{
	stalled_queue();
	ck_assert_uint_eq(guest_read(m, 0, ITS + GITS_CTLR, 4), GITS_CTLR_ENABLED);
	enable(false);
	ck_assert_int_eq(gic_mem_add_region(&m->ram, 0x100000, 0x1000), 0);
	enable(true);
	ck_assert_uint_eq(rd(GITS_CREADR), GITS_CREADR_STALLED);
}
END_TEST

START_TEST(retry_that_finds_the_same_stalls_again)
{
	stalled_queue();
	wr(GITS_CWRITER, 0x20 | GITS_CWRITER_RETRY);
	ck_assert_uint_eq(rd(GITS_CREADR), GITS_CREADR_STALLED);
}
END_TEST

/* Retry beyond the queue is part of a write that is ignored. */
START_TEST(retry_in_a_write_that_is_ignored_is_none)
{
	stalled_queue();
	ck_assert_int_eq(gic_mem_add_region(&m->ram, 0x100000, 0x1000), 0);
	wr(GITS_CWRITER, 0x1000 | GITS_CWRITER_RETRY);
	ck_assert_uint_eq(rd(GITS_CREADR), GITS_CREADR_STALLED);
	wr(GITS_CWRITER, 0x20 | GITS_CWRITER_RETRY);
	ck_assert_uint_eq(rd(GITS_CREADR), 0x20);
}
END_TEST

START_TEST(a_new_queue_and_reset_end_a_stall)
{
	stalled_queue();
	enable(false);
	wr(GITS_CBASER, GITS_CBASER_VALID | CMD_QUEUE);
	ck_assert_uint_eq(rd(GITS_CREADR), 0);
	stalled_queue();
	vits_reset(m->its);
	ck_assert_uint_eq(rd(GITS_CREADR), 0);
}
END_TEST

/* ---- the guest's tables ---- */

static u64 uses(enum plat_cost cost)
{
	u64 n = port.used[cost];

	port.used[cost] = 0;
	return n;
}

/* EnableLPIs: one read for each byte of the pending table, not for each LPI. */
START_TEST(enabling_lpis_reads_each_byte_of_the_pending_table_once)
{
	map_some(m, 0);
	for (u32 i = 0; i < 12; i++) /* two bytes */
		ck_assert_int_eq(mapti(8, i, 8192 + i, 0), 0);
	guest_write(m, 0, RD(0) + GICR_CTLR, 4, 0);
	guest_write(m, 0, RD(0) + GICR_PENDBASER, 8, PEND(0));
	uses(COST_GUEST_READ);
	guest_write(m, 0, RD(0) + GICR_CTLR, 4, GICR_CTLR_ENABLE_LPIS);
	ck_assert_uint_eq(uses(COST_GUEST_READ), 2);
}
END_TEST

/* Saving reads a byte for each LPI and writes those that differ. */
START_TEST(saving_pending_tables_writes_bytes_that_changed_only)
{
	map_some(m, 0);
	for (u32 i = 0; i < 4; i++)
		ck_assert_int_eq(mapti(8, i, 8192 + 8 * i, 0), 0);
	ck_assert_int_eq(its_int(8, 1), 0);
	ram_write8(m, PEND(0) + (8192 + 16) / 8, 0x03); /* one of a neighbour, one out of date */
	uses(COST_GUEST_READ);
	uses(COST_GUEST_WRITE);
	ck_assert_int_eq(vits_save_pending_tables(m->vm), 0);
	ck_assert_uint_eq(uses(COST_GUEST_READ), 4);
	ck_assert_uint_eq(uses(COST_GUEST_WRITE), 2);
	ck_assert_uint_eq(ram_read8(m, PEND(0) + (8192 + 8) / 8), 0x01);
	ck_assert_uint_eq(ram_read8(m, PEND(0) + (8192 + 16) / 8), 0x02);
	ck_assert_int_eq(vits_save_pending_tables(m->vm), 0);
	ck_assert_uint_eq(uses(COST_GUEST_WRITE), 0);
}
END_TEST

/* ---- further than one ITS ---- */

START_TEST(disabling_lpis_on_one_vcpu_forgets_the_translations_of_all_its)
{
	struct vgic_policy p = xarray_policy();
	struct vgic_its *other;
	struct vgic_irq *irq;

	teardown();
	with(p);
	map_some(m, 1);
	ck_assert_int_eq(vits_create(&other, m->vm), 0);
	ck_assert_int_eq(vits_set_base(other, 0x09000000), 0);
	irq = vgic_lpi_get(m->vm, 8192);
	vits_cache_insert(m->its, 8, 0, irq);
	vits_cache_insert(other, 8, 0, irq);
	vgic_lpi_put(m->vm, irq);
	ck_assert_int_eq(msi_fast(m, 8, 0), 0);
	guest_write(m, 1, RD(1) + GICR_CTLR, 4, 0); /* of which no event is */
	ck_assert_int_eq(msi_fast(m, 8, 0), -EWOULDBLOCK);
	ck_assert_ptr_null(vits_cache_get(other, 8, 0));
	vits_destroy(other);
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, cwriter_has_bits_19_to_5);
	tcase_add_test(tc, an_unaligned_cwriter_in_the_first_command_is_no_command);
	tcase_add_test(tc, the_queue_has_4_kib_to_1_mib);
	tcase_add_test(tc, a_cwriter_beyond_the_queue_runs_nothing);
	tcase_add_test(tc, cwriter_may_be_written_in_halves);
	tcase_add_test(tc, creadr_is_not_the_guests_to_write);
	tcase_add_loop_test(tc, one_write_runs_all_commands_in_order_and_wraps, 0, 5);
	tcase_add_test(tc, a_batch_takes_the_command_lock_once_and_the_table_lock_for_each);
	tcase_add_test(tc, a_batch_goes_on_behind_a_command_that_fails);
	tcase_add_test(tc, user_space_runs_commands_by_writing_cwriter);
	tcase_add_test(tc, a_stalled_queue_is_not_quiescent_and_survives_disabling);
	tcase_add_test(tc, retry_that_finds_the_same_stalls_again);
	tcase_add_test(tc, retry_in_a_write_that_is_ignored_is_none);
	tcase_add_test(tc, a_new_queue_and_reset_end_a_stall);
	tcase_add_test(tc, enabling_lpis_reads_each_byte_of_the_pending_table_once);
	tcase_add_test(tc, saving_pending_tables_writes_bytes_that_changed_only);
	tcase_add_test(tc, disabling_lpis_on_one_vcpu_forgets_the_translations_of_all_its);
}

CHECK_MAIN("vITS command queue", add, setup, teardown)
