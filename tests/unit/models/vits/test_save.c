// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Tables of the virtual ITS in guest memory, ABI revision 0: contents after saving, and what
 * restoring makes of good and bad ones (spec/vgic.md 3.7).
 */
#include "vits-vm.h"

#include "tests/lib/check-main.h"

static struct mmio_vm vm;
static struct mmio_vm *m = &vm;

static void setup(void)
{
	struct vgic_policy p = mmio_policy();

	port_reset();
	vits_vm_create(m, 2, &p);
}

static void teardown(void)
{
	mmio_destroy(m);
	port_assert_quiet();
}

static u64 dte(u32 next, u64 itt, u32 bits)
{
	return 1ull << 63 | (u64)next << 49 | itt >> 8 << 5 | (bits - 1);
}

static u64 ite(u32 next, u32 intid, u32 icid)
{
	return (u64)next << 48 | (u64)intid << 16 | icid;
}

static u64 cte(u32 vcpu, u32 icid)
{
	return 1ull << 63 | (u64)vcpu << 16 | icid;
}

static u64 dev_entry(u32 id)
{
	return ram_read64(m, DEV_TABLE + 8ull * id);
}

static void put_dte(u32 id, u64 entry)
{
	ram_write64(m, DEV_TABLE + 8ull * id, entry);
}

static void put_ite(u32 itt, u32 event, u64 entry)
{
	ram_write64(m, ITT(itt) + 8ull * event, entry);
}

static void put_cte(u32 place, u64 entry)
{
	ram_write64(m, COL_TABLE + 8ull * place, entry);
}

/* The tables of a guest with devices 1 (ITT 0) and 5 (ITT 1) and three collections. */
static void put_good_tables(void)
{
	put_dte(1, dte(4, ITT(0), 4));
	put_dte(5, dte(0, ITT(1), 3));
	put_ite(0, 0, ite(5, 8192, 0));
	put_ite(0, 5, ite(0, 8200, 1));
	put_ite(1, 2, ite(0, 8201, 7));
	put_cte(0, cte(0, 0));
	put_cte(1, cte(1, 1));
	put_cte(2, cte(1, 7));
	put_cte(3, 0);
}

/* ---- saving ---- */

/* recorded: script save-tables */
START_TEST(saved_tables_are_those_of_linux_6_1)
{
	ck_assert_int_eq(mapd(1, 4, 0, true), 0);
	ck_assert_int_eq(mapd(5, 3, 1, true), 0);
	ck_assert_int_eq(mapd(300, 5, 2, true), 0);
	ck_assert_int_eq(mapc(0, 0, true), 0);
	ck_assert_int_eq(mapc(1, 1, true), 0);
	ck_assert_int_eq(mapc(7, 1, true), 0);
	ck_assert_int_eq(mapti(1, 0, 8192, 0), 0);
	ck_assert_int_eq(mapti(1, 5, 8200, 1), 0);
	ck_assert_int_eq(mapti(5, 2, 8201, 7), 0);
	ck_assert_int_eq(mapti(300, 15, 8300, 1), 0);
	put_cte(3, cte(1, 99)); /* left from an earlier save */
	ck_assert_int_eq(vits_save_tables(m->its), 0);
	ck_assert_uint_eq(dev_entry(1), 0x80080000080a0003);
	ck_assert_uint_eq(dev_entry(5), 0x824e0000080a0202);
	ck_assert_uint_eq(dev_entry(300), 0x80000000080a0404);
	ck_assert_uint_eq(ram_read64(m, COL_TABLE), 0x8000000000000000);
	ck_assert_uint_eq(ram_read64(m, COL_TABLE + 8), 0x8000000000010001);
	ck_assert_uint_eq(ram_read64(m, COL_TABLE + 16), 0x8000000000010007);
	ck_assert_uint_eq(ram_read64(m, COL_TABLE + 24), 0);
	ck_assert_uint_eq(ram_read64(m, ITT(0)), 0x0005000020000000);
	ck_assert_uint_eq(ram_read64(m, ITT(0) + 0x28), 0x0000000020080001);
	ck_assert_uint_eq(ram_read64(m, ITT(1) + 0x10), 0x0000000020090007);
	ck_assert_uint_eq(ram_read64(m, ITT(2) + 0x78), 0x00000000206c0001);
}
END_TEST

/* The order of the collection table is that of MAPC; devices and events are sorted. */
START_TEST(collections_are_saved_in_order_of_creation)
{
	ck_assert_int_eq(mapc(7, 1, true), 0);
	ck_assert_int_eq(mapc(3, 0, true), 0);
	ck_assert_int_eq(mapd(9, 4, 1, true), 0);
	ck_assert_int_eq(mapd(2, 4, 0, true), 0);
	ck_assert_int_eq(mapti(2, 6, 8200, 3), 0);
	ck_assert_int_eq(mapti(2, 4, 8201, 3), 0);
	ck_assert_int_eq(vits_save_tables(m->its), 0);
	ck_assert_uint_eq(ram_read64(m, COL_TABLE), cte(1, 7));
	ck_assert_uint_eq(ram_read64(m, COL_TABLE + 8), cte(0, 3));
	ck_assert_uint_eq(dev_entry(2), dte(7, ITT(0), 4));
	ck_assert_uint_eq(ram_read64(m, ITT(0) + 32), ite(2, 8201, 3));
	ck_assert_uint_eq(ram_read64(m, ITT(0) + 48), ite(0, 8200, 3));
}
END_TEST

/* MAPTI made it: its target is all ones, and restoring takes it back as such. */
START_TEST(a_collection_without_target_is_saved_as_such)
{
	ck_assert_int_eq(mapd(1, 4, 0, true), 0);
	ck_assert_int_eq(mapti(1, 0, 8192, 9), 0);
	ck_assert_int_eq(vits_save_tables(m->its), 0);
	ck_assert_uint_eq(ram_read64(m, COL_TABLE), cte(0xffffffff, 9));
	vits_free_devices(m->its);
	vits_free_collections(m->its);
	ck_assert_int_eq(vits_restore_tables(m->its), 0);
	ck_assert_int_eq(lpi_view(m, 8192).target, -1);
	ck_assert_int_eq(mapc(9, 1, true), 0);
	ck_assert_int_eq(lpi_view(m, 8192).target, 1);
}
END_TEST

START_TEST(distances_are_capped_by_the_width_of_their_field)
{
	guest_write(m, 0, ITS + GITS_CTLR, 4, 0);
	guest_write(m, 0, ITS + GITS_BASER, 8, GITS_BASER_VALID | 0x40800000 | 7);
	guest_write(m, 0, ITS + GITS_CTLR, 4, 1);
	ck_assert_int_eq(mapd(1, 4, 0, true), 0);
	ck_assert_int_eq(mapd(0xffff, 16, 0x100, true), 0);
	ck_assert_int_eq(mapc(0, 0, true), 0);
	ck_assert_int_eq(mapti(0xffff, 0, 8192, 0), 0);
	ck_assert_int_eq(mapti(0xffff, 0xffff, 8193, 0), 0);
	ck_assert_int_eq(vits_save_tables(m->its), 0);
	ck_assert_uint_eq(ram_read64(m, 0x40800008), dte(0x3fff, ITT(0), 4));
	ck_assert_uint_eq(ram_read64(m, ITT(0x100)), ite(0xffff, 8192, 0));
	vits_free_devices(m->its);
	vits_free_collections(m->its);
	ck_assert_int_eq(vits_restore_tables(m->its), 0); /* walks on from the capped distance */
	ck_assert_int_eq(its_int(0xffff, 0xffff), 0);
}
END_TEST

/* Recorded of Linux 6.1: an entry with its collection gone could not be restored, so it is all
 * zeros, also where an earlier save left something; the distance to it is written as ever. */
START_TEST(events_without_collection_are_saved_as_zeros)
{
	ck_assert_int_eq(mapd(1, 4, 0, true), 0);
	ck_assert_int_eq(mapc(0, 0, true), 0);
	ck_assert_int_eq(mapc(1, 1, true), 0);
	ck_assert_int_eq(mapti(1, 0, 8192, 0), 0);
	ck_assert_int_eq(mapti(1, 3, 8193, 1), 0);
	ck_assert_int_eq(mapti(1, 9, 8194, 0), 0);
	ck_assert_int_eq(vits_save_tables(m->its), 0);
	ck_assert_uint_eq(ram_read64(m, ITT(0) + 24), ite(6, 8193, 1));
	ck_assert_int_eq(mapc(1, 1, false), 0);
	ck_assert_int_eq(vits_save_tables(m->its), 0);
	ck_assert_uint_eq(ram_read64(m, ITT(0)), ite(3, 8192, 0));
	ck_assert_uint_eq(ram_read64(m, ITT(0) + 24), 0);
	ck_assert_uint_eq(ram_read64(m, ITT(0) + 72), ite(0, 8194, 0));
}
END_TEST

START_TEST(invalid_bases_are_neither_saved_nor_restored)
{
	guest_write(m, 0, ITS + GITS_CTLR, 4, 0);
	guest_write(m, 0, ITS + GITS_BASER, 8, DEV_TABLE);
	guest_write(m, 0, ITS + GITS_BASER + 8, 8, COL_TABLE);
	put_good_tables();
	ck_assert_int_eq(vits_save_tables(m->its), 0);
	ck_assert_uint_eq(dev_entry(1), dte(4, ITT(0), 4));
	ck_assert_int_eq(vits_restore_tables(m->its), 0);
	ck_assert_uint_eq(m->its->nr_devices + m->its->nr_collections, 0);
}
END_TEST

/* The first level may change after MAPD: the device has no place any more. */
START_TEST(saving_a_device_without_place_is_einval)
{
	guest_write(m, 0, ITS + GITS_CTLR, 4, 0);
	guest_write(m, 0, ITS + GITS_BASER, 8, GITS_BASER_VALID | GITS_BASER_INDIRECT | DEV_TABLE);
	guest_write(m, 0, ITS + GITS_CTLR, 4, 1);
	ram_write64(m, DEV_TABLE, GITS_L1_VALID | 0x40600000);
	ck_assert_int_eq(mapd(1, 4, 0, true), 0);
	ram_write64(m, DEV_TABLE, 0);
	ck_assert_int_eq(vits_save_tables(m->its), -EINVAL);
}
END_TEST

/* ---- restoring ---- */

START_TEST(restored_tables_translate)
{
	put_good_tables();
	lpi_config(m, 8200, 0x61);
	ck_assert_int_eq(vits_restore_tables(m->its), 0);
	ck_assert_uint_eq(m->its->nr_devices, 2);
	ck_assert_uint_eq(m->its->nr_collections, 3);
	ck_assert_int_eq(lpi_view(m, 8192).target, 0);
	ck_assert_int_eq(lpi_view(m, 8200).target, 1);
	ck_assert_uint_eq(lpi_view(m, 8200).priority, 0x60);
	ck_assert_int_eq(msi(m, 1, 5), 1);
	ck_assert_int_eq(lpi_view(m, 8200).queued, 1);
	ck_assert_int_eq(msi(m, 5, 2), 1);
	ck_assert_int_eq(msi(m, 5, 3), 0);
}
END_TEST

/* 8192 devices fill one page of the second level; devices 1 and 8193 stand in two. */
START_TEST(indirect_tables_are_restored_page_by_page)
{
	guest_write(m, 0, ITS + GITS_CTLR, 4, 0);
	guest_write(m, 0, ITS + GITS_BASER, 8, GITS_BASER_VALID | GITS_BASER_INDIRECT | DEV_TABLE);
	guest_write(m, 0, ITS + GITS_CTLR, 4, 1);
	ram_write64(m, DEV_TABLE, GITS_L1_VALID | 0x40600000);
	ram_write64(m, DEV_TABLE + 8, GITS_L1_VALID | 0x40610000);
	ck_assert_int_eq(mapd(1, 4, 0, true), 0);
	ck_assert_int_eq(mapd(8193, 4, 1, true), 0);
	ck_assert_int_eq(mapc(0, 0, true), 0);
	ck_assert_int_eq(mapti(8193, 1, 8192, 0), 0);
	ck_assert_int_eq(vits_save_tables(m->its), 0);
	ck_assert_uint_eq(ram_read64(m, 0x40600008), dte(8192, ITT(0), 4));
	vits_free_devices(m->its);
	vits_free_collections(m->its);
	ck_assert_int_eq(vits_restore_tables(m->its), 0);
	ck_assert_uint_eq(m->its->nr_devices, 2);
	ck_assert_int_eq(its_int(8193, 1), 0);
}
END_TEST

/* Collections end at the first invalid entry, devices at the first distance of 0. */
START_TEST(restoring_stops_where_the_tables_say_so)
{
	put_good_tables();
	put_cte(3, 0);
	put_cte(4, cte(0, 9));
	put_dte(9, dte(0, ITT(2), 4));
	put_dte(3, dte(1, ITT(3), 4)); /* between 1 and 5, but 1 names 5 */
	put_ite(0, 2, ite(3, 100, 0));
	ck_assert_int_eq(vits_restore_tables(m->its), 0);
	ck_assert_uint_eq(m->its->nr_collections, 3);
	ck_assert_uint_eq(m->its->nr_devices, 2);
}
END_TEST

static void refused(int expected)
{
	ck_assert_int_eq(vits_restore_tables(m->its), expected);
	ck_assert_uint_eq(m->its->nr_devices, 0);
	ck_assert_uint_eq(m->its->nr_collections, 0);
	ck_assert_uint_eq(m->vm->nr_lpis, 0);
	ck_assert_uint_eq(port.nr_held, 0);
}

START_TEST(a_collection_of_no_vcpu_is_einval)
{
	put_good_tables();
	put_cte(1, cte(2, 1));
	refused(-EINVAL);
}
END_TEST

START_TEST(a_collection_beyond_the_table_is_einval)
{
	put_good_tables();
	put_cte(1, cte(1, 8192));
	refused(-EINVAL);
}
END_TEST

START_TEST(a_collection_that_comes_twice_is_eexist)
{
	put_good_tables();
	put_cte(2, cte(1, 1));
	refused(-EEXIST);
}
END_TEST

/* As in KVM: what was mapped before is gone as well. */
START_TEST(restoring_over_mapped_collections_is_eexist_and_unmaps_them)
{
	map_some(m, 1);
	ck_assert_int_eq(vits_save_tables(m->its), 0);
	ck_assert_int_eq(vits_restore_tables(m->its), -EEXIST);
	ck_assert_uint_eq(m->its->nr_collections, 0);
	ck_assert_int_eq(its_int(8, 0), 0x010307);
}
END_TEST

START_TEST(restoring_over_a_mapped_device_is_eexist)
{
	put_good_tables();
	ck_assert_int_eq(mapd(5, 4, 0, true), 0);
	refused(-EEXIST);
}
END_TEST

START_TEST(an_event_of_no_lpi_is_einval)
{
	put_good_tables();
	put_ite(1, 2, ite(0, 8191, 7));
	refused(-EINVAL);
	put_ite(1, 2, ite(0, 65536, 7));
	refused(-EINVAL);
}
END_TEST

START_TEST(an_event_of_no_collection_is_einval)
{
	put_good_tables();
	put_ite(1, 2, ite(0, 8201, 8));
	refused(-EINVAL);
}
END_TEST

START_TEST(a_distance_beyond_the_itt_is_einval)
{
	put_good_tables();
	put_ite(1, 2, ite(6, 8201, 7)); /* event 8 of 8 */
	refused(-EINVAL);
	put_ite(1, 2, ite(5, 8201, 7));
	ck_assert_int_eq(vits_restore_tables(m->its), 0);
}
END_TEST

START_TEST(an_itt_outside_memory_is_efault)
{
	put_good_tables();
	put_dte(5, dte(0, 0x100000, 3));
	refused(-EFAULT);
}
END_TEST

START_TEST(an_itt_of_more_than_16_event_bits_is_einval)
{
	put_good_tables();
	put_dte(5, dte(0, ITT(1), 17));
	refused(-EINVAL);
}
END_TEST

START_TEST(a_second_level_outside_memory_is_efault)
{
	guest_write(m, 0, ITS + GITS_CTLR, 4, 0);
	guest_write(m, 0, ITS + GITS_BASER, 8, GITS_BASER_VALID | GITS_BASER_INDIRECT | DEV_TABLE);
	ram_write64(m, DEV_TABLE, GITS_L1_VALID | 0x100000);
	refused(-EFAULT);
}
END_TEST

/* The last device is bad. As in KVM what stood before it was pending by then: on its vCPU's list if
 * it is enabled, where a mended table finds it; one that is disabled dies with its mapping. */
START_TEST(restoring_a_bad_device_leaves_what_it_queued_and_no_mapping)
{
	static const struct {
		u32 dte;
		u64 event;
		int error;
	} row[] = {
		{ 0, 8191ull << 16 | 7, -EINVAL },		/* no LPI */
		{ 0, 8201ull << 16 | 9, -EINVAL },		/* no collection */
		{ 0, 6ull << 48 | 8201ull << 16 | 7, -EINVAL }, /* the next is none */
		{ 5, 0, -EFAULT }, /* the ITT of device 5 is not in memory */
	};

	put_good_tables();
	lpi_config(m, 8192, 0xa1);
	lpi_config(m, 8200, 0xa0);
	ram_write8(m, PEND(0) + 8192 / 8, 0x01);
	ram_write8(m, PEND(1) + 8200 / 8, 0x81);
	put_ite(1, 2, row[_i].event);
	if (row[_i].dte)
		put_dte(row[_i].dte, dte(0, 0x100000, 3));
	ck_assert_int_eq(vits_restore_tables(m->its), row[_i].error);
	ck_assert_uint_eq(m->its->nr_devices + m->its->nr_collections + port.nr_held, 0);
	ck_assert_int_eq(lpi_view(m, 8192).queued, 0);
	ck_assert(!lpi_view(m, 8200).exists);
	ck_assert_uint_eq(ram_read8(m, PEND(0) + 8192 / 8), 0x00);
	ck_assert_uint_eq(ram_read8(m, PEND(1) + 8200 / 8), 0x80);
	put_good_tables();
	ck_assert_int_eq(vits_restore_tables(m->its), 0);
	ck_assert(lpi_view(m, 8192).pending);
	ck_assert_int_eq(lpi_view(m, 8192).queued, 0);
	ck_assert_int_eq(lpi_view(m, 8192).target, 0);
}
END_TEST

/* A table partly outside memory: entries that are not reached do no harm. */
START_TEST(a_device_table_outside_memory_is_efault_unless_it_ends_before)
{
	u64 base = RAM + RAM_SIZE - 0x10000;

	guest_write(m, 0, ITS + GITS_CTLR, 4, 0);
	guest_write(m, 0, ITS + GITS_BASER, 8, GITS_BASER_VALID | base | 1); /* two pages */
	ck_assert_int_eq(vits_restore_tables(m->its), -EFAULT);
	ram_write64(m, base + 8, dte(0, ITT(0), 4));
	ck_assert_int_eq(vits_restore_tables(m->its), 0);
	ck_assert_uint_eq(m->its->nr_devices, 1);
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, saved_tables_are_those_of_linux_6_1);
	tcase_add_test(tc, collections_are_saved_in_order_of_creation);
	tcase_add_test(tc, a_collection_without_target_is_saved_as_such);
	tcase_add_test(tc, distances_are_capped_by_the_width_of_their_field);
	tcase_add_test(tc, events_without_collection_are_saved_as_zeros);
	tcase_add_test(tc, invalid_bases_are_neither_saved_nor_restored);
	tcase_add_test(tc, saving_a_device_without_place_is_einval);
	tcase_add_test(tc, restored_tables_translate);
	tcase_add_test(tc, indirect_tables_are_restored_page_by_page);
	tcase_add_test(tc, restoring_stops_where_the_tables_say_so);
	tcase_add_test(tc, a_collection_of_no_vcpu_is_einval);
	tcase_add_test(tc, a_collection_beyond_the_table_is_einval);
	tcase_add_test(tc, a_collection_that_comes_twice_is_eexist);
	tcase_add_test(tc, restoring_over_mapped_collections_is_eexist_and_unmaps_them);
	tcase_add_test(tc, restoring_over_a_mapped_device_is_eexist);
	tcase_add_test(tc, an_event_of_no_lpi_is_einval);
	tcase_add_test(tc, an_event_of_no_collection_is_einval);
	tcase_add_test(tc, a_distance_beyond_the_itt_is_einval);
	tcase_add_test(tc, an_itt_outside_memory_is_efault);
	tcase_add_test(tc, an_itt_of_more_than_16_event_bits_is_einval);
	tcase_add_test(tc, a_second_level_outside_memory_is_efault);
	tcase_add_loop_test(tc, restoring_a_bad_device_leaves_what_it_queued_and_no_mapping, 0, 4);
	tcase_add_test(tc, a_device_table_outside_memory_is_efault_unless_it_ends_before);
}

CHECK_MAIN("vITS save and restore", add, setup, teardown)
