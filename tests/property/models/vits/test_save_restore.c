// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Saving the tables of a virtual ITS and restoring them in another VM, with guest memory and
 * redistributors moved before, gives the same mapping: every (device, event) reaches the same LPI
 * through the same collection, LPIs have the same configuration, and pending ones are pending
 * (spec/vgic.md 2.10, 3.7). Random maps, flat and indirect device tables.
 */
#include "tests/unit/models/vits/vits-state.h"

#include "tests/lib/check-main.h"

#define L2_PAGES  0x40800000ull
#define BIG_ITTS  0x41000000ull
#define NR_VCPUS  4u
#define NR_ROUNDS 25u

static struct mmio_vm from, to;

static void create(struct mmio_vm *m, bool indirect, bool xarray)
{
	struct vgic_policy p = xarray ? xarray_policy() : mmio_policy();
	u32 i;

	vits_vm_create(m, NR_VCPUS, &p);
	if (!indirect)
		return;
	guest_write(m, 0, ITS + GITS_CTLR, 4, 0);
	guest_write(m, 0, ITS + GITS_BASER, 8, GITS_BASER_VALID | GITS_BASER_INDIRECT | DEV_TABLE);
	guest_write(m, 0, ITS + GITS_CTLR, 4, GITS_CTLR_ENABLED);
	for (i = 0; i < 8; i += 2) /* every other page of devices is there */
		ram_write64(m, DEV_TABLE + 8 * i, GITS_L1_VALID | (L2_PAGES + i * 0x10000));
}

static u32 below(u64 *rng, u32 n)
{
	return (u32)(check_random(rng) >> 33) % n;
}

/* Random devices, collections and events; some LPIs pending. */
static void populate(struct mmio_vm *m, u64 *rng, bool indirect)
{
	u32 max_dev = indirect ? 65536 : 8192, i, n = 1 + below(rng, 12);
	u32 lpi = 8192;

	for (i = 0; i < 5; i++)
		mapc(below(rng, 8192), below(rng, NR_VCPUS), true);
	for (i = 0; i < 4; i++)
		mapc(i, i, true);
	while (n--) {
		u32 dev = below(rng, max_dev), bits = 1 + below(rng, 12), events = below(rng, 20);
		u64 cmd[4];

		its_build_mapd(cmd, dev, BIG_ITTS + n * 0x10000ull, bits, true);
		if (its_cmd(m, cmd))
			continue;
		while (events--) {
			u32 ev = below(rng, 1u << bits);

			lpi_config(m, lpi, (u8)check_random(rng));
			mapti(dev, ev, lpi++, below(rng, 6));
			if (!below(rng, 3))
				msi(m, dev, ev);
		}
	}
}

/* What a migration carries besides the tables: all of guest memory. */
static void copy_memory(struct mmio_vm *dst, struct mmio_vm *src)
{
	const u8 *page;
	u64 addr;

	for (addr = RAM; addr < RAM + RAM_SIZE; addr += 0x1000) {
		page = gic_mem_peek_page(&src->ram, addr);
		if (page)
			ck_assert_int_eq(gic_mem_write(&dst->ram, addr, page, 0x1000), 0);
	}
}

static void round_trip(u64 *rng, bool indirect, bool xarray)
{
	char *before, *after;

	port_reset();
	create(&from, indirect, xarray);
	create(&to, indirect, xarray);
	populate(&from, rng, indirect);
	ck_assert_int_eq(vits_save_tables(from.its), 0);
	ck_assert_int_eq(vits_save_pending_tables(from.vm), 0);
	copy_memory(&to, &from);
	ck_assert_int_eq(vits_restore_tables(to.its), 0);
	before = vits_mapping(&from);
	after = vits_mapping(&to);
	lines_assert_same("the mapping", before, after);
	free(before);
	free(after);
	mmio_destroy(&from);
	mmio_destroy(&to);
	port_assert_quiet();
}

START_TEST(a_restored_vits_maps_what_the_saved_one_mapped)
{
	u64 rng = check_seed() + (u64)_i;
	u32 i;

	for (i = 0; i < NR_ROUNDS * check_effort(); i++)
		round_trip(&rng, _i & 1, _i & 2);
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_loop_test(tc, a_restored_vits_maps_what_the_saved_one_mapped, 0, 4);
}

CHECK_MAIN("vITS save and restore of random maps", add, NULL, NULL)
