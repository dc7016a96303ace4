// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * GICv3 redistributor, one test or more a register row, guest and user space (spec/vgic.md 2.5,
 * 2.6, 2.8). Values marked "recorded" are what Linux 6.1 gives for the same VM.
 */
#include "mmio-vm.h"

#include "tests/lib/check-main.h"

static struct mmio_vm m;

static void setup(void)
{
	struct vgic_policy p = mmio_policy();

	port_reset();
	mmio_create(&m, VGIC_V3, 4, true, &p);
}

static void teardown(void)
{
	mmio_destroy(&m);
	port_assert_quiet();
}

static void recreate(const struct vgic_policy *p, bool with_its)
{
	mmio_destroy(&m);
	mmio_create(&m, VGIC_V3, 4, with_its, p);
}

/* Tables of vCPU v's LPIs; LPIs stay disabled. */
static void set_tables(u32 v)
{
	guest_write(&m, v, RD(v) + GICR_PROPBASER, 8, PROP_TABLE | (VGIC_LPI_ID_BITS - 1));
	guest_write(&m, v, RD(v) + GICR_PENDBASER, 8, PEND_TABLE + v * 0x10000ull);
}

static void enable_lpis(u32 v)
{
	set_tables(v);
	guest_write(&m, v, RD(v) + GICR_CTLR, 4, GICR_CTLR_ENABLE_LPIS);
}

/* ---- IIDR, TYPER, STATUSR, WAKER, ID registers ---- */

START_TEST(iidr_has_no_revision)
{
	ck_assert_uint_eq(rd32(&m, RD(1) + GICR_IIDR), 0x4b00043b);
	ck_assert_uint_eq(redist_get(&m, 1, GICR_IIDR), 0x4b00043b); /* recorded */
	ck_assert_int_eq(redist_set(&m, 1, GICR_IIDR, 0), 0);
	wr32(&m, RD(1) + GICR_IIDR, 0);
	ck_assert_uint_eq(rd32(&m, RD(1) + GICR_IIDR), 0x4b00043b);
}
END_TEST

START_TEST(typer_tells_affinity_number_lpis_and_the_last_one)
{
	ck_assert_uint_eq(guest_read(&m, 0, RD(0) + GICR_TYPER, 8), 0x1);
	ck_assert_uint_eq(guest_read(&m, 0, RD(1) + GICR_TYPER, 8), 0x100000101ull);
	ck_assert_uint_eq(guest_read(&m, 0, RD(3) + GICR_TYPER, 8), 0x300000311ull);
	ck_assert_uint_eq(rd32(&m, RD(3) + GICR_TYPER + 4), 3);
	ck_assert_uint_eq(redist_get(&m, 0, GICR_TYPER), 0x1); /* recorded */
	ck_assert_uint_eq(redist_get(&m, 3, GICR_TYPER), 0x311);
	ck_assert_uint_eq(redist_get(&m, 3, GICR_TYPER + 4), 3);
}
END_TEST

START_TEST(typer_ignores_writes)
{
	guest_write(&m, 0, RD(1) + GICR_TYPER, 8, ~0ull);
	ck_assert_int_eq(redist_set(&m, 1, GICR_TYPER, 0), 0);
	ck_assert_int_eq(redist_set(&m, 1, GICR_TYPER + 4, 0), 0);
	ck_assert_uint_eq(guest_read(&m, 0, RD(1) + GICR_TYPER, 8), 0x100000101ull);
}
END_TEST

START_TEST(typer_has_no_lpis_without_an_its)
{
	struct vgic_policy p = mmio_policy();

	recreate(&p, false);
	ck_assert_uint_eq(guest_read(&m, 0, RD(3) + GICR_TYPER, 8), 0x300000310ull);
}
END_TEST

/* vCPU 17 of a larger VM: Aff0 = 1, Aff1 = 1. */
START_TEST(typer_of_vcpu_17_has_affinity_level_1)
{
	struct vgic_policy p = mmio_policy();

	mmio_destroy(&m);
	mmio_create(&m, VGIC_V3, 20, false, &p);
	ck_assert_uint_eq(guest_read(&m, 0, RD(17) + GICR_TYPER, 8), 0x10100001100ull);
	ck_assert_uint_eq(user_value(&m, VGIC_GRP_REDIST_REGS, 0x101ull << 32 | GICR_TYPER),
			  0x1100);
}
END_TEST

/* Regions of 2 at A, 1 right behind it, 3 elsewhere, for 4 vCPUs. */
START_TEST(last_ends_each_run_of_contiguous_frames)
{
	static const u64 base[] = { REDIST, REDIST + 2 * GICV3_REDIST_SIZE, 0x09000000 };
	static const u32 count[] = { 2, 1, 3 };
	static const bool last[] = { false, false, true, true };
	struct vgic_policy p = mmio_policy();
	u32 i;

	mmio_destroy(&m);
	mmio_create_bare(&m, VGIC_V3, 4, 128, &p);
	ck_assert_int_eq(vgic_set_dist_base(m.vm, DIST), 0);
	for (i = 0; i < 3; i++)
		ck_assert_int_eq(vgic_set_redist_region(m.vm, i, base[i], count[i]), 0);
	ck_assert_int_eq(vgic_init(m.vm), 0);
	ck_assert_int_eq(vgic_map_resources(m.vm), 0);
	for (i = 0; i < 4; i++)
		ck_assert_uint_eq(!!(redist_get(&m, i, GICR_TYPER) & GICR_TYPER_LAST), last[i]);
	/* the guest finds the fourth vCPU's frame in the third region, and nothing behind it */
	ck_assert_uint_eq(guest_read(&m, 0, 0x09000000 + GICR_TYPER, 8) >> 32, 3);
	ck_assert(!vgic_mmio_write(m.vm->vcpus[0], 0x09000000 + GICV3_REDIST_SIZE, 4, 0));
}
END_TEST

START_TEST(statusr_and_waker_read_as_zero)
{
	wr32(&m, RD(0) + GICR_WAKER, ~0u);
	wr32(&m, RD(0) + GICR_STATUSR, 0);
	ck_assert_uint_eq(rd32(&m, RD(0) + GICR_WAKER), 0);
	ck_assert_uint_eq(rd32(&m, RD(0) + GICR_STATUSR), 0);
	ck_assert_int_eq(redist_set(&m, 0, GICR_WAKER, 0xffffffff), 0);
	ck_assert_uint_eq(redist_get(&m, 0, GICR_WAKER), 0);
	ck_assert_uint_eq(redist_get(&m, 0, GICR_STATUSR), 0);
}
END_TEST

START_TEST(of_the_id_registers_pidr2_alone_is_not_zero)
{
	u32 offset;

	for (offset = 0xffd0; offset < 0x10000; offset += 4)
		ck_assert_uint_eq(rd32(&m, RD(2) + offset), offset == 0xffe8 ? 0x3b : 0);
	ck_assert_uint_eq(redist_get(&m, 2, 0xffe8), 0x3b);
}
END_TEST

/* ---- PROPBASER, PENDBASER ---- */

START_TEST(propbaser_is_one_register_of_the_vm)
{
	guest_write(&m, 0, RD(0) + GICR_PROPBASER, 8, PROP_TABLE | 15);
	ck_assert_uint_eq(guest_read(&m, 3, RD(3) + GICR_PROPBASER, 8) & 0xfffffffff01full,
			  PROP_TABLE | 15);
}
END_TEST

START_TEST(pendbaser_is_one_register_a_vcpu)
{
	guest_write(&m, 0, RD(0) + GICR_PENDBASER, 8, PEND_TABLE);
	ck_assert_uint_eq(guest_read(&m, 0, RD(1) + GICR_PENDBASER, 8) & 0xffffffff0000ull, 0);
	ck_assert_uint_eq(guest_read(&m, 0, RD(0) + GICR_PENDBASER, 8) & 0xffffffff0000ull,
			  PEND_TABLE);
}
END_TEST

/* All ones: reserved bits zero, share 3 kept, inner cache 7 kept, outer cache 7 "as inner". */
START_TEST(propbaser_keeps_no_reserved_bit_and_sane_attributes)
{
	guest_write(&m, 0, RD(0) + GICR_PROPBASER, 8, ~0ull);
	ck_assert_uint_eq(guest_read(&m, 0, RD(0) + GICR_PROPBASER, 8), 0x000fffffffffff9full);
}
END_TEST

/* Bits 63, 61:59, 55:52, 15:12, 6:0 are reserved and PTZ (62) reads as zero. */
START_TEST(pendbaser_keeps_no_reserved_bit_and_hides_ptz)
{
	guest_write(&m, 0, RD(0) + GICR_PENDBASER, 8, ~0ull);
	ck_assert_uint_eq(guest_read(&m, 0, RD(0) + GICR_PENDBASER, 8), 0x000fffffffff0f80ull);
	ck_assert(m.vm->vcpus[0]->pendbaser & GICR_PENDBASER_PTZ);
}
END_TEST

START_TEST(outer_shareable_becomes_inner_and_non_cacheable_inner_becomes_write_back)
{
	u64 written = PROP_TABLE | (u64)GIC_SHARE_OUTER << 10 | (u64)GIC_CACHE_NC << 7 | 1ull << 56;
	u64 want = PROP_TABLE | (u64)GIC_SHARE_INNER << 10 | (u64)GIC_CACHE_RAWB << 7 | 1ull << 56;

	guest_write(&m, 0, RD(0) + GICR_PROPBASER, 8, written);
	ck_assert_uint_eq(guest_read(&m, 0, RD(0) + GICR_PROPBASER, 8), want);
	guest_write(&m, 0, RD(0) + GICR_PENDBASER, 8, written & ~0xf000ull);
	ck_assert_uint_eq(guest_read(&m, 0, RD(0) + GICR_PENDBASER, 8), want & ~0xf000ull);
	/* device memory too, and no shareability stays none */
	guest_write(&m, 0, RD(0) + GICR_PROPBASER, 8, PROP_TABLE);
	ck_assert_uint_eq(guest_read(&m, 0, RD(0) + GICR_PROPBASER, 8),
			  PROP_TABLE | (u64)GIC_CACHE_RAWB << 7);
}
END_TEST

START_TEST(table_registers_take_halves)
{
	guest_write(&m, 0, RD(0) + GICR_PENDBASER, 8, 0);
	guest_write(&m, 0, RD(0) + GICR_PENDBASER, 4, 0x40200000);
	guest_write(&m, 0, RD(0) + GICR_PENDBASER + 4, 4, 0x1);
	ck_assert_uint_eq(guest_read(&m, 0, RD(0) + GICR_PENDBASER, 8),
			  0x140200000ull | (u64)GIC_CACHE_RAWB << 7);
	ck_assert_uint_eq(rd32(&m, RD(0) + GICR_PENDBASER + 4), 1);
	ck_assert_int_eq(redist_set(&m, 0, GICR_PENDBASER + 4, 2), 0);
	ck_assert_uint_eq(redist_get(&m, 0, GICR_PENDBASER + 4), 2);
	ck_assert_uint_eq(redist_get(&m, 0, GICR_PENDBASER), 0x40200000u | GIC_CACHE_RAWB << 7);
}
END_TEST

START_TEST(table_registers_are_read_only_while_lpis_are_enabled)
{
	u64 prop, pend;

	enable_lpis(0);
	prop = guest_read(&m, 0, RD(0) + GICR_PROPBASER, 8);
	pend = guest_read(&m, 0, RD(0) + GICR_PENDBASER, 8);
	guest_write(&m, 0, RD(0) + GICR_PROPBASER, 8, 0);
	guest_write(&m, 0, RD(0) + GICR_PENDBASER, 8, 0);
	ck_assert_uint_eq(guest_read(&m, 0, RD(0) + GICR_PROPBASER, 8), prop);
	ck_assert_uint_eq(guest_read(&m, 0, RD(0) + GICR_PENDBASER, 8), pend);
	guest_write(&m, 0, RD(0) + GICR_CTLR, 4, 0);
	guest_write(&m, 0, RD(0) + GICR_PENDBASER, 8, 0x40210000);
	ck_assert_uint_eq(guest_read(&m, 0, RD(0) + GICR_PENDBASER, 8) & ~0xfffull, 0x40210000);
}
END_TEST

/* ---- SGI frame ---- */

START_TEST(igroupr0_is_group_1_at_reset_and_writable)
{
	ck_assert_uint_eq(rd32(&m, SGI_FRAME(0) + GICD_IGROUPR), 0xffffffff);
	wr32(&m, SGI_FRAME(0) + GICD_IGROUPR, 0xff);
	ck_assert_uint_eq(rd32(&m, SGI_FRAME(0) + GICD_IGROUPR), 0xff);
	ck_assert_int_eq(redist_set(&m, 0, GICR_IGROUPR0, 0xf), 0);
	ck_assert_uint_eq(redist_get(&m, 0, GICR_IGROUPR0), 0xf);
	ck_assert_uint_eq(redist_get(&m, 1, GICR_IGROUPR0), 0xffffffff);
}
END_TEST

START_TEST(isenabler0_has_sgis_enabled_at_reset)
{
	ck_assert_uint_eq(rd32(&m, SGI_FRAME(1) + GICD_ISENABLER), 0xffff); /* recorded */
	guest_write(&m, 1, SGI_FRAME(1) + GICD_ISENABLER, 4, 1u << 27);
	guest_write(&m, 1, SGI_FRAME(1) + GICD_ICENABLER, 4, 0xff);
	ck_assert_uint_eq(rd32(&m, SGI_FRAME(1) + GICD_ISENABLER), 1u << 27 | 0xff00);
	ck_assert_int_eq(redist_set(&m, 1, GICR_ISENABLER0, 0x1), 0);
	ck_assert_int_eq(redist_set(&m, 1, GICR_ICENABLER0, 0x8000), 0);
	ck_assert_uint_eq(redist_get(&m, 1, GICR_ISENABLER0), 1u << 27 | 0x7f01);
	ck_assert_uint_eq(redist_get(&m, 1, GICR_ICENABLER0), 1u << 27 | 0x7f01);
	ck_assert_uint_eq(redist_get(&m, 0, GICR_ISENABLER0), 0xffff);
}
END_TEST

START_TEST(ispendr0_of_another_vcpu_pends_there)
{
	wr32(&m, DIST + GICD_CTLR, 2);
	wr32(&m, SGI_FRAME(2) + GICD_ISPENDR, 0x18);
	ck_assert_uint_eq(rd32(&m, SGI_FRAME(2) + GICD_ISPENDR), 0x18);
	ck_assert_uint_eq(rd32(&m, SGI_FRAME(0) + GICD_ISPENDR), 0);
	ck_assert_ptr_eq(mmio_irq(&m, 2, 3)->vcpu, m.vm->vcpus[2]);
	wr32(&m, SGI_FRAME(2) + GICD_ICPENDR, 0x08);
	ck_assert_uint_eq(rd32(&m, SGI_FRAME(2) + GICD_ICPENDR), 0x10);
}
END_TEST

START_TEST(user_space_writes_private_latches_exactly_and_icpendr0_is_raz_wi)
{
	wr32(&m, SGI_FRAME(0) + GICD_ISPENDR, 0xf0);
	ck_assert_int_eq(redist_set(&m, 0, GICR_ICPENDR0, 0xff), 0);
	ck_assert_uint_eq(redist_get(&m, 0, GICR_ICPENDR0), 0);
	ck_assert_uint_eq(redist_get(&m, 0, GICR_ISPENDR0), 0xf0);
	ck_assert_int_eq(redist_set(&m, 0, GICR_ISPENDR0, 0x81), 0);
	ck_assert_uint_eq(rd32(&m, SGI_FRAME(0) + GICD_ISPENDR), 0x81);
}
END_TEST

START_TEST(isactiver0_stops_the_vm_even_for_the_callers_own_interrupts)
{
	port_clear_records();
	guest_write(&m, 1, SGI_FRAME(1) + GICD_ISACTIVER, 4, 1u << 5);
	ck_assert_uint_eq(port_count(PORT_HALT, NULL), 4);
	ck_assert_uint_eq(port_count(PORT_RESUME, NULL), 4);
	ck_assert(mmio_irq(&m, 1, 5)->active);
	ck_assert_uint_eq(rd32(&m, SGI_FRAME(1) + GICD_ISACTIVER), 1u << 5);
	guest_write(&m, 0, SGI_FRAME(1) + GICD_ICACTIVER, 4, 1u << 5);
	ck_assert_uint_eq(rd32(&m, SGI_FRAME(1) + GICD_ICACTIVER), 0);
}
END_TEST

START_TEST(user_space_active_state_of_private_interrupts_stops_nobody)
{
	port_clear_records();
	ck_assert_int_eq(redist_set(&m, 1, GICR_ISACTIVER0, 0x30), 0);
	ck_assert_int_eq(redist_set(&m, 1, GICR_ICACTIVER0, 0x10), 0);
	ck_assert_uint_eq(redist_get(&m, 1, GICR_ISACTIVER0), 0x20);
	ck_assert_uint_eq(redist_get(&m, 1, GICR_ICACTIVER0), 0x20);
	ck_assert_uint_eq(port_count(PORT_HALT, NULL), 0);
}
END_TEST

START_TEST(ipriorityr_of_private_interrupts_takes_bytes_and_words)
{
	wr32(&m, SGI_FRAME(0) + GICD_IPRIORITYR, 0x40506070);
	wr32(&m, SGI_FRAME(0) + GICD_IPRIORITYR + 28, 0xffffffff);
	guest_write(&m, 0, SGI_FRAME(0) + GICD_IPRIORITYR + 1, 1, 0xa7);
	ck_assert_uint_eq(rd32(&m, SGI_FRAME(0) + GICD_IPRIORITYR), 0x4050a070);
	ck_assert_uint_eq(redist_get(&m, 0, GICR_IPRIORITYR0 + 28), 0xf8f8f8f8);
	ck_assert_int_eq(redist_set(&m, 0, GICR_IPRIORITYR0, 0x01020308), 0);
	ck_assert_uint_eq(redist_get(&m, 0, GICR_IPRIORITYR0), 0x00000008);
	ck_assert_uint_eq(rd32(&m, SGI_FRAME(0) + GICD_IPRIORITYR + 32), 0);
}
END_TEST

START_TEST(icfgr_of_private_interrupts_is_edge_for_sgis_level_for_ppis_and_fixed)
{
	wr32(&m, SGI_FRAME(0) + GICD_ICFGR, 0);
	wr32(&m, SGI_FRAME(0) + GICD_ICFGR + 4, ~0u);
	ck_assert_uint_eq(rd32(&m, SGI_FRAME(0) + GICD_ICFGR), 0xaaaaaaaa);
	ck_assert_uint_eq(rd32(&m, SGI_FRAME(0) + GICD_ICFGR + 4), 0); /* recorded */
	ck_assert_int_eq(redist_set(&m, 0, GICR_ICFGR1, 0xffffffff), 0);
	ck_assert_uint_eq(redist_get(&m, 0, GICR_ICFGR1), 0);
	ck_assert_uint_eq(redist_get(&m, 0, GICR_ICFGR0), 0xaaaaaaaa);
}
END_TEST

START_TEST(igrpmodr0_and_nsacr_are_raz_wi)
{
	wr32(&m, SGI_FRAME(0) + GICD_IGRPMODR, ~0u);
	wr32(&m, SGI_FRAME(0) + GICD_NSACR, ~0u);
	ck_assert_uint_eq(rd32(&m, SGI_FRAME(0) + GICD_IGRPMODR), 0);
	ck_assert_uint_eq(rd32(&m, SGI_FRAME(0) + GICD_NSACR), 0);
	ck_assert_int_eq(redist_set(&m, 0, GICR_IGRPMODR0, 0xffffffff), 0);
	ck_assert_int_eq(redist_set(&m, 0, GICR_NSACR, 0xffffffff), 0);
	ck_assert_uint_eq(redist_get(&m, 0, GICR_IGRPMODR0), 0);
	ck_assert_uint_eq(redist_get(&m, 0, GICR_NSACR), 0);
}
END_TEST

/* Recorded: these offsets hold registers of the distributor, not of RD_base. */
START_TEST(distributor_offsets_in_rd_base_read_zero)
{
	ck_assert_uint_eq(redist_get(&m, 0, 0x104), 0);
	ck_assert_uint_eq(redist_get(&m, 2, 0x204), 0);
	ck_assert_uint_eq(redist_get(&m, 0, 0x404), 0);
	ck_assert_uint_eq(redist_get(&m, 2, 0xc08), 0);
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, iidr_has_no_revision);
	tcase_add_test(tc, typer_tells_affinity_number_lpis_and_the_last_one);
	tcase_add_test(tc, typer_ignores_writes);
	tcase_add_test(tc, typer_has_no_lpis_without_an_its);
	tcase_add_test(tc, typer_of_vcpu_17_has_affinity_level_1);
	tcase_add_test(tc, last_ends_each_run_of_contiguous_frames);
	tcase_add_test(tc, statusr_and_waker_read_as_zero);
	tcase_add_test(tc, of_the_id_registers_pidr2_alone_is_not_zero);
	tcase_add_test(tc, propbaser_is_one_register_of_the_vm);
	tcase_add_test(tc, pendbaser_is_one_register_a_vcpu);
	tcase_add_test(tc, propbaser_keeps_no_reserved_bit_and_sane_attributes);
	tcase_add_test(tc, pendbaser_keeps_no_reserved_bit_and_hides_ptz);
	tcase_add_test(tc,
		       outer_shareable_becomes_inner_and_non_cacheable_inner_becomes_write_back);
	tcase_add_test(tc, table_registers_take_halves);
	tcase_add_test(tc, table_registers_are_read_only_while_lpis_are_enabled);
	tcase_add_test(tc, igroupr0_is_group_1_at_reset_and_writable);
	tcase_add_test(tc, isenabler0_has_sgis_enabled_at_reset);
	tcase_add_test(tc, ispendr0_of_another_vcpu_pends_there);
	tcase_add_test(tc, user_space_writes_private_latches_exactly_and_icpendr0_is_raz_wi);
	tcase_add_test(tc, isactiver0_stops_the_vm_even_for_the_callers_own_interrupts);
	tcase_add_test(tc, user_space_active_state_of_private_interrupts_stops_nobody);
	tcase_add_test(tc, ipriorityr_of_private_interrupts_takes_bytes_and_words);
	tcase_add_test(tc, icfgr_of_private_interrupts_is_edge_for_sgis_level_for_ppis_and_fixed);
	tcase_add_test(tc, igrpmodr0_and_nsacr_are_raz_wi);
	tcase_add_test(tc, distributor_offsets_in_rd_base_read_zero);
}

CHECK_MAIN("GICv3 redistributor", add, setup, teardown)
