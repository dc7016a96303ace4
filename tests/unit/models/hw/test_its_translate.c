// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Translation of MSIs, the two-level device table, and the caches: what a translation touches
 * (Arm IHI 0069 5.2; spec/vgic.md 6.1, 6.3).
 */
#include "board.h"

#include "tests/lib/check-main.h"

#define DEV 5u
#define L2  (BOARD_RAM + 0x80000)

static struct its_route route;
static struct its_work work;

static void setup(void)
{
	port_reset();
	board_boot(&board_config);
	board_its_up(&board_its_config, 0);
}

static void teardown(void)
{
	board_down();
	port_assert_quiet();
}

static void restart(const struct its_config *cfg, u64 baser0)
{
	its_destroy(board.its);
	board_its_up(cfg, baser0);
}

static void translate(u32 device, u32 event)
{
	its_translate(board.its, device, event, &route, &work);
}

static void map(u32 device, u32 events)
{
	u32 i;

	board_mapc(0, 0);
	board_mapd(device, 8);
	for (i = 0; i < events; i++)
		ck_assert_int_eq(board_mapti(device, i, 8192 + 256 * device + i, 0), 0);
}

static void check_drop(enum plat_drop reason)
{
	ck_assert_ptr_null(route.pe);
	ck_assert_int_eq(work.error, (int)reason + 1);
	ck_assert_uint_eq(port_last_event(EV_HW_DROPPED)->arg, reason);
}

START_TEST(an_MSI_is_dropped_with_the_reason)
{
	u64 cmd[4];

	translate(1u << 12, 0);
	check_drop(DROP_UNMAPPED_DEVICE);
	translate(DEV, 0);
	check_drop(DROP_UNMAPPED_DEVICE);
	map(DEV, 1);
	translate(DEV, 1);
	check_drop(DROP_UNMAPPED_EVENT);
	translate(DEV, 256);
	check_drop(DROP_UNMAPPED_EVENT);
	translate(DEV, ~0u);
	check_drop(DROP_UNMAPPED_EVENT);
	its_build_mapc(cmd, 0, 0, false);
	board_command(cmd);
	translate(DEV, 0);
	check_drop(DROP_UNMAPPED_COLLECTION);
	its_build_mapd(cmd, DEV, 0x1000, 8, true);
	board_command(cmd);
	translate(DEV, 0);
	check_drop(DROP_NO_MEMORY);
	its_write(board.its, GITS_CTLR, 4, 0);
	translate(DEV, 0);
	check_drop(DROP_ITS_DISABLED);
	ck_assert_uint_eq(port_count_events(EV_HW_DROPPED), 8);
}
END_TEST

START_TEST(a_collection_on_a_PE_that_is_not_there_is_unmapped)
{
	map(DEV, 1);
	its_write(board.its, GITS_CTLR, 4, 0); /* empties the caches */
	its_write(board.its, GITS_CTLR, 4, GITS_CTLR_ENABLED);
	gic_mem_write64(&board.mem, BOARD_COLLS, its_cte(77));
	translate(DEV, 0);
	check_drop(DROP_UNMAPPED_COLLECTION);
}
END_TEST

START_TEST(the_first_translation_reads_three_tables_and_the_second_none)
{
	map(DEV, 2);
	translate(DEV, 0);
	its_write(board.its, GITS_CTLR, 4, 0); /* empties the caches */
	its_write(board.its, GITS_CTLR, 4, GITS_CTLR_ENABLED);
	translate(DEV, 0);
	ck_assert_uint_eq(work.table_reads, 3);
	ck_assert_uint_eq(work.misses, 3);
	ck_assert_uint_eq(work.hits, 0);
	translate(DEV, 0);
	ck_assert_uint_eq(work.table_reads, 0);
	ck_assert_uint_eq(work.misses, 0);
	ck_assert_uint_eq(work.hits, 2); /* event and collection */
	translate(DEV, 1);		 /* another event: device and collection are known */
	ck_assert_uint_eq(work.table_reads, 1);
	ck_assert_uint_eq(work.misses, 1);
	ck_assert_uint_eq(work.hits, 2);
	ck_assert_uint_eq(route.intid, 8192 + 256 * DEV + 1);
}
END_TEST

START_TEST(without_caches_every_translation_reads_the_tables)
{
	struct its_config c = board_its_config;
	u32 i;

	c.cache_devices = 0;
	c.cache_events = 0;
	c.cache_collections = 0;
	restart(&c, 0);
	map(DEV, 1);
	for (i = 0; i < 3; i++) {
		translate(DEV, 0);
		ck_assert_ptr_eq(route.pe, board_pe(0));
		ck_assert_uint_eq(work.table_reads, 3);
		ck_assert_uint_eq(work.misses, 3);
		ck_assert_uint_eq(work.hits, 0);
	}
}
END_TEST

/* One set of four ways: LRU. */
START_TEST(the_event_cache_throws_out_the_least_recently_used)
{
	struct its_config c = board_its_config;
	u32 i;

	c.cache_events = 4;
	restart(&c, 0);
	map(DEV, 5);
	for (i = 0; i < 4; i++)
		translate(DEV, i);
	translate(DEV, 0); /* the oldest but just used */
	ck_assert_uint_eq(work.misses, 0);
	translate(DEV, 4); /* throws out 1 */
	ck_assert_uint_eq(work.misses, 1);
	translate(DEV, 0);
	ck_assert_uint_eq(work.misses, 0);
	translate(DEV, 2);
	ck_assert_uint_eq(work.misses, 0);
	translate(DEV, 1);
	ck_assert_uint_eq(work.misses, 1);
}
END_TEST

START_TEST(a_cache_of_fewer_than_four_entries_is_as_small_as_it_says)
{
	struct its_config c = board_its_config;
	u32 i;

	c.cache_events = 3;
	restart(&c, 0);
	map(DEV, 4);
	translate(DEV, 3);	   /* the collection */
	for (i = 0; i < 12; i++) { /* round robin over one more than fit: LRU never hits */
		translate(DEV, i % 4);
		ck_assert_uint_eq(work.misses, 1);
	}
	for (i = 0; i < 3; i++)
		translate(DEV, i);
	for (i = 0; i < 3; i++) {
		translate(DEV, i);
		ck_assert_uint_eq(work.misses, 0);
	}
}
END_TEST

START_TEST(unmapped_events_are_not_cached)
{
	map(DEV, 1);
	translate(DEV, 1);
	check_drop(DROP_UNMAPPED_EVENT);
	board_mapti(DEV, 1, 9000, 0);
	translate(DEV, 1);
	ck_assert_uint_eq(route.intid, 9000);
}
END_TEST

/* A second-level page of 4 KiB holds 512 entries of 8 bytes. */
START_TEST(an_indirect_device_table_is_read_through_its_first_level)
{
	restart(&board_its_config, GITS_BASER_INDIRECT);
	board_mapc(0, 0);
	ck_assert_int_eq(board_mapd(DEV, 3), E_ITS_MAPD_DEVICE_OOR); /* no second level yet */
	gic_mem_write64(&board.mem, BOARD_DEVICES + 8, L2 | GITS_L1_VALID);
	ck_assert_int_eq(board_mapd(DEV, 3), E_ITS_MAPD_DEVICE_OOR);
	ck_assert_int_eq(board_mapd(512 + DEV, 3), 0);
	ck_assert_int_eq(board_mapti(512 + DEV, 0, 8192, 0), 0);
	its_write(board.its, GITS_CTLR, 4, 0);
	its_write(board.its, GITS_CTLR, 4, GITS_CTLR_ENABLED);
	translate(512 + DEV, 0);
	ck_assert_ptr_eq(route.pe, board_pe(0));
	ck_assert_uint_eq(work.table_reads, 4);
	{
		u64 dte;

		gic_mem_read64(&board.mem, L2 + 8 * DEV, &dte);
		ck_assert_uint_eq(dte, its_dte(BOARD_ITT(512 + DEV), 3));
	}
}
END_TEST

START_TEST(pages_of_all_three_sizes_are_known)
{
	static const u32 bytes[] = { 0x1000, 0x4000, 0x10000 };
	u32 size;

	for (size = 0; size < 3; size++) {
		u64 base = BOARD_RAM + 0x200000, dte;
		u32 per_page = bytes[size] / 8;

		/* flat, one page */
		its_write(board.its, GITS_CTLR, 4, 0);
		its_write(board.its, GITS_BASER, 8,
			  gits_baser_put_addr(base, bytes[size]) | GITS_BASER_VALID |
				  FIELD_PUT(size, GITS_BASER_PAGE_SIZE));
		its_write(board.its, GITS_CTLR, 4, GITS_CTLR_ENABLED);
		if (per_page < 4096) {
			ck_assert_int_eq(board_mapd(per_page - 1, 3), 0);
			ck_assert_int_eq(board_mapd(per_page, 3), E_ITS_MAPD_DEVICE_OOR);
			gic_mem_read64(&board.mem, base + bytes[size] - 8, &dte);
			ck_assert_uint_eq(dte, its_dte(BOARD_ITT(per_page - 1), 3));
		}
		/* two levels */
		its_write(board.its, GITS_CTLR, 4, 0);
		its_write(board.its, GITS_BASER, 8,
			  gits_baser_put_addr(base, bytes[size]) | GITS_BASER_VALID |
				  FIELD_PUT(size, GITS_BASER_PAGE_SIZE) | GITS_BASER_INDIRECT);
		its_write(board.its, GITS_CTLR, 4, GITS_CTLR_ENABLED);
		gic_mem_write64(&board.mem, base, (BOARD_RAM + 0x300000) | GITS_L1_VALID);
		ck_assert_int_eq(board_mapd(7, 3), 0);
		gic_mem_read64(&board.mem, BOARD_RAM + 0x300000 + 56, &dte);
		ck_assert_uint_eq(dte, its_dte(BOARD_ITT(7), 3));
	}
}
END_TEST

/* Bits 51:48 of a 64 KiB aligned address are kept in bits 15:12 of the register. */
START_TEST(a_table_of_64K_pages_can_lie_above_48_bits)
{
	u64 addr = 0x000a123456780000ull;
	u64 baser = gits_baser_put_addr(addr, 0x10000) |
		    FIELD_PUT(GITS_BASER_PAGE_64K, GITS_BASER_PAGE_SIZE);

	ck_assert_uint_eq(gits_baser_addr(baser), addr);
	ck_assert_uint_eq(baser & 0xf000, 0xa000);
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, an_MSI_is_dropped_with_the_reason);
	tcase_add_test(tc, a_collection_on_a_PE_that_is_not_there_is_unmapped);
	tcase_add_test(tc, the_first_translation_reads_three_tables_and_the_second_none);
	tcase_add_test(tc, without_caches_every_translation_reads_the_tables);
	tcase_add_test(tc, the_event_cache_throws_out_the_least_recently_used);
	tcase_add_test(tc, a_cache_of_fewer_than_four_entries_is_as_small_as_it_says);
	tcase_add_test(tc, unmapped_events_are_not_cached);
	tcase_add_test(tc, an_indirect_device_table_is_read_through_its_first_level);
	tcase_add_test(tc, pages_of_all_three_sizes_are_known);
	tcase_add_test(tc, a_table_of_64K_pages_can_lie_above_48_bits);
}

CHECK_MAIN("hw ITS translation", add, setup, teardown)
