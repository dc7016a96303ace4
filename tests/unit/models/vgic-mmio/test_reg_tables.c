// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The register table engine: order of the rows, look-up, and which accesses a row answers
 * (spec/vgic.md 2.3: wrong width, misaligned or not implemented is RAZ/WI).
 */
#include "mmio-vm.h"

#include "tests/lib/check-main.h"

static struct mmio_vm m;

static const struct {
	const char *name;
	const struct vgic_reg_map *map;
	u32 frame_size;
	bool guest;
} maps[] = {
	{ "v2 distributor", &vgic_v2_dist_map, GICV2_DIST_SIZE, true },
	{ "v2 CPU interface", &vgic_v2_cpuif_map, GICV2_CPU_SIZE, false },
	{ "v3 distributor", &vgic_v3_dist_map, GICV3_DIST_SIZE, true },
	{ "v3 redistributor", &vgic_v3_redist_map, GICV3_REDIST_SIZE, true },
};

static void setup(void)
{
	struct vgic_policy p = mmio_policy();

	port_reset();
	mmio_create(&m, VGIC_V3, 2, false, &p);
}

static void teardown(void)
{
	mmio_destroy(&m);
	port_assert_quiet();
}

START_TEST(rows_stand_in_order_and_do_not_overlap)
{
	size_t i;
	u32 n;

	for (i = 0; i < PLAT_ARRAY_SIZE(maps); i++)
		for (n = 0; n < maps[i].map->nr; n++) {
			const struct vgic_reg *row = &maps[i].map->rows[n];

			ck_assert_msg(!n || row[-1].offset + row[-1].size <= row->offset, "%s: %s",
				      maps[i].name, row->name);
			ck_assert_uint_le(row->offset + row->size, maps[i].frame_size);
		}
}
END_TEST

START_TEST(every_row_has_its_handlers_and_a_size_of_whole_registers)
{
	size_t i;
	u32 n;

	for (i = 0; i < PLAT_ARRAY_SIZE(maps); i++)
		for (n = 0; n < maps[i].map->nr; n++) {
			const struct vgic_reg *row = &maps[i].map->rows[n];

			ck_assert_msg(row->user_read && row->user_write, "%s", row->name);
			ck_assert_msg(!maps[i].guest || (row->read && row->write), "%s", row->name);
			ck_assert_msg(row->size % (row->widths == VGIC_W64_32 ? 8 : 4) == 0, "%s",
				      row->name);
			ck_assert_msg(row->offset % (row->widths == VGIC_W64_32 ? 8 : 4) == 0, "%s",
				      row->name);
		}
}
END_TEST

START_TEST(lookup_finds_each_byte_of_each_row_and_nothing_between)
{
	size_t i;

	for (i = 0; i < PLAT_ARRAY_SIZE(maps); i++) {
		const struct vgic_reg_map *map = maps[i].map;
		u32 offset, n = 0;

		for (offset = 0; offset < maps[i].frame_size + 64; offset++) {
			const struct vgic_reg *want = NULL;

			while (n < map->nr && offset >= map->rows[n].offset + map->rows[n].size)
				n++;
			if (n < map->nr && offset >= map->rows[n].offset)
				want = &map->rows[n];
			ck_assert_ptr_eq(vgic_reg_find(map, offset), want);
		}
		ck_assert_ptr_null(vgic_reg_find(map, 0xffffffff));
	}
}
END_TEST

START_TEST(a_32_bit_row_answers_aligned_words_only)
{
	const struct vgic_reg_map *map = &vgic_v3_dist_map;

	ck_assert_ptr_nonnull(vgic_reg_check(m.vm, map, GICD_ISENABLER + 4, 4));
	ck_assert_ptr_null(vgic_reg_check(m.vm, map, GICD_ISENABLER + 4, 1));
	ck_assert_ptr_null(vgic_reg_check(m.vm, map, GICD_ISENABLER + 4, 2));
	ck_assert_ptr_null(vgic_reg_check(m.vm, map, GICD_ISENABLER + 8, 8));
	ck_assert_ptr_null(vgic_reg_check(m.vm, map, GICD_ISENABLER + 5, 4));
}
END_TEST

START_TEST(a_byte_row_answers_bytes_and_aligned_words)
{
	const struct vgic_reg_map *map = &vgic_v3_dist_map;

	ck_assert_ptr_nonnull(vgic_reg_check(m.vm, map, GICD_IPRIORITYR + 33, 1));
	ck_assert_ptr_nonnull(vgic_reg_check(m.vm, map, GICD_IPRIORITYR + 32, 4));
	ck_assert_ptr_null(vgic_reg_check(m.vm, map, GICD_IPRIORITYR + 34, 4));
	ck_assert_ptr_null(vgic_reg_check(m.vm, map, GICD_IPRIORITYR + 32, 2));
	ck_assert_ptr_null(vgic_reg_check(m.vm, map, GICD_IPRIORITYR + 32, 8));
}
END_TEST

START_TEST(a_64_bit_row_answers_the_whole_and_both_halves)
{
	const struct vgic_reg_map *map = &vgic_v3_dist_map;

	ck_assert_ptr_nonnull(vgic_reg_check(m.vm, map, GICD_IROUTER + 8 * 32, 8));
	ck_assert_ptr_nonnull(vgic_reg_check(m.vm, map, GICD_IROUTER + 8 * 32, 4));
	ck_assert_ptr_nonnull(vgic_reg_check(m.vm, map, GICD_IROUTER + 8 * 32 + 4, 4));
	ck_assert_ptr_null(vgic_reg_check(m.vm, map, GICD_IROUTER + 8 * 32 + 4, 8));
	ck_assert_ptr_null(vgic_reg_check(m.vm, map, GICD_IROUTER + 8 * 32, 1));
}
END_TEST

START_TEST(lengths_that_no_access_has_are_not_answered)
{
	u32 len;

	for (len = 0; len < 70; len++)
		if (len != 1 && len != 4 && len != 8)
			ck_assert_ptr_null(vgic_reg_check(m.vm, &vgic_v3_dist_map, 0, len));
}
END_TEST

/* The VM has 128 interrupts: the fifth word of a bitmap, byte 128, IROUTER128 are not there. */
START_TEST(places_of_interrupts_that_are_not_implemented_are_not_answered)
{
	const struct vgic_reg_map *map = &vgic_v3_dist_map;

	ck_assert_ptr_nonnull(vgic_reg_check(m.vm, map, GICD_ISENABLER + 12, 4));
	ck_assert_ptr_null(vgic_reg_check(m.vm, map, GICD_ISENABLER + 16, 4));
	ck_assert_ptr_nonnull(vgic_reg_check(m.vm, map, GICD_IPRIORITYR + 127, 1));
	ck_assert_ptr_null(vgic_reg_check(m.vm, map, GICD_IPRIORITYR + 128, 1));
	ck_assert_ptr_nonnull(vgic_reg_check(m.vm, map, GICD_ICFGR + 28, 4));
	ck_assert_ptr_null(vgic_reg_check(m.vm, map, GICD_ICFGR + 32, 4));
	ck_assert_ptr_nonnull(vgic_reg_check(m.vm, map, GICD_IROUTER + 8 * 127, 8));
	ck_assert_ptr_null(vgic_reg_check(m.vm, map, GICD_IROUTER + 8 * 128, 8));
}
END_TEST

START_TEST(an_unanswered_guest_access_reads_zero_and_changes_nothing)
{
	wr32(&m, DIST + GICD_ISENABLER + 4, 0x80);
	guest_write(&m, 0, DIST + GICD_ICENABLER + 4, 1, 0xff);
	guest_write(&m, 0, DIST + GICD_ICENABLER + 4, 8, ~0ull);
	guest_write(&m, 0, DIST + GICD_ICENABLER + 6, 4, ~0ull);
	guest_write(&m, 0, DIST + GICD_ICENABLER + 4, 2, ~0ull);
	ck_assert_uint_eq(guest_read(&m, 0, DIST + GICD_ISENABLER + 4, 1), 0);
	ck_assert_uint_eq(guest_read(&m, 0, DIST + GICD_ISENABLER + 4, 8), 0);
	ck_assert_uint_eq(guest_read(&m, 0, DIST + 0x5000, 4), 0);
	ck_assert_uint_eq(rd32(&m, DIST + GICD_ISENABLER + 4), 0x80);
}
END_TEST

START_TEST(addresses_outside_all_frames_belong_to_somebody_else)
{
	struct vgic_vcpu *v = m.vm->vcpus[0];
	u64 value = 5;

	ck_assert(!vgic_mmio_read(v, DIST - 4, 4, &value));
	ck_assert_uint_eq(value, 0);
	ck_assert(!vgic_mmio_read(v, DIST + GICV3_DIST_SIZE, 4, &value));
	ck_assert(!vgic_mmio_write(v, RD(2), 4, 1));
	ck_assert(!vgic_mmio_write(v, 0, 4, 1));
	ck_assert(!vgic_mmio_write(v, ~0ull, 4, 1));
	ck_assert(!vgic_mmio_read(v, ITS, 4, &value));
}
END_TEST

START_TEST(an_access_costs_one_decode_and_one_emulation_for_each_interrupt)
{
	u64 decode = port.used[COST_MMIO_DECODE], emulate = port.used[COST_REG_EMULATE];

	rd32(&m, DIST + GICD_ISENABLER + 4);
	ck_assert_uint_eq(port.used[COST_MMIO_DECODE] - decode, 1);
	ck_assert_uint_eq(port.used[COST_REG_EMULATE] - emulate, 32);
	wr32(&m, DIST + GICD_ISENABLER + 4, 0x11);
	ck_assert_uint_eq(port.used[COST_REG_EMULATE] - emulate, 34);
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, rows_stand_in_order_and_do_not_overlap);
	tcase_add_test(tc, every_row_has_its_handlers_and_a_size_of_whole_registers);
	tcase_add_test(tc, lookup_finds_each_byte_of_each_row_and_nothing_between);
	tcase_add_test(tc, a_32_bit_row_answers_aligned_words_only);
	tcase_add_test(tc, a_byte_row_answers_bytes_and_aligned_words);
	tcase_add_test(tc, a_64_bit_row_answers_the_whole_and_both_halves);
	tcase_add_test(tc, lengths_that_no_access_has_are_not_answered);
	tcase_add_test(tc, places_of_interrupts_that_are_not_implemented_are_not_answered);
	tcase_add_test(tc, an_unanswered_guest_access_reads_zero_and_changes_nothing);
	tcase_add_test(tc, addresses_outside_all_frames_belong_to_somebody_else);
	tcase_add_test(tc, an_access_costs_one_decode_and_one_emulation_for_each_interrupt);
}

CHECK_MAIN("vgic register tables", add, setup, teardown)
