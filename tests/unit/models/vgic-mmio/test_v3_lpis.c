// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The redistributor's registers that make LPIs work: EnableLPIs, INVLPIR, INVALLR, SYNCR, with LPIs
 * mapped through the virtual ITS (spec/vgic.md 2.5). Values marked "recorded" are what Linux 6.1
 * gives for the same VM.
 */
#include "mmio-vm.h"

#include "models/arch/its.h"
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

#define DEVICE_TABLE 0x40410000ull
#define COLL_TABLE   0x40420000ull
#define CMD_QUEUE    0x40400000ull
#define ITT	     0x40500000ull
#define LPI	     8192u
static u32 cwriter;

static void its_command(const u64 cmd[4])
{
	u32 i;

	for (i = 0; i < 4; i++)
		ck_assert_int_eq(gic_mem_write64(&m.ram, CMD_QUEUE + cwriter + 8 * i, cmd[i]), 0);
	cwriter += ITS_CMD_SIZE;
	guest_write(&m, 0, ITS + GITS_CWRITER, 8, cwriter);
}

/* LPI 8192 + n is event n of device 8, routed to vCPU v. */
static void map_lpi(u32 n, u32 v)
{
	u64 cmd[4];

	if (!cwriter) {
		guest_write(&m, 0, ITS + GITS_BASER, 8, GITS_BASER_VALID | DEVICE_TABLE);
		guest_write(&m, 0, ITS + GITS_BASER + 8, 8, GITS_BASER_VALID | COLL_TABLE);
		guest_write(&m, 0, ITS + GITS_CBASER, 8, GITS_CBASER_VALID | CMD_QUEUE | 15);
		guest_write(&m, 0, ITS + GITS_CTLR, 4, GITS_CTLR_ENABLED);
		its_build_mapd(cmd, 8, ITT, 4, true);
		its_command(cmd);
	}
	its_build_mapc(cmd, v, v, true);
	its_command(cmd);
	its_build_mapti(cmd, 8, n, LPI + n, v);
	its_command(cmd);
}

static void set_config(u32 n, u8 byte)
{
	ck_assert_int_eq(gic_mem_write(&m.ram, PROP_TABLE + n, &byte, 1), 0);
}

static void with_lpi(u32 n, void (*fn)(struct vgic_irq *irq))
{
	struct vgic_irq *irq = vgic_get_irq(m.vm, NULL, LPI + n);

	ck_assert_ptr_nonnull(irq);
	fn(irq);
	vgic_put_irq(m.vm, irq);
}

static struct vgic_irq lpi_copy;

static void copy(struct vgic_irq *irq)
{
	lpi_copy = *irq;
}

static const struct vgic_irq *lpi(u32 n)
{
	with_lpi(n, copy);
	return &lpi_copy;
}

static void setup_lpis(void)
{
	cwriter = 0;
	setup();
}

/* ---- CTLR ---- */

START_TEST(ctlr_of_revision_3_reads_ir_and_ces)
{
	ck_assert_uint_eq(rd32(&m, RD(0) + GICR_CTLR), 6);
	enable_lpis(0);
	ck_assert_uint_eq(rd32(&m, RD(0) + GICR_CTLR), 7);
	ck_assert_uint_eq(redist_get(&m, 0, GICR_CTLR), 7); /* recorded */
	ck_assert_uint_eq(redist_get(&m, 1, GICR_CTLR), 6);
}
END_TEST

START_TEST(ctlr_of_revision_2_reads_neither)
{
	ck_assert_int_eq(dist_set(&m, GICD_IIDR, 0x4b00243b), 0);
	ck_assert_uint_eq(rd32(&m, RD(0) + GICR_CTLR), 0);
	enable_lpis(0);
	ck_assert_uint_eq(rd32(&m, RD(0) + GICR_CTLR), 1);
}
END_TEST

START_TEST(without_an_its_enable_lpis_is_ignored)
{
	struct vgic_policy p = mmio_policy();

	recreate(&p, false);
	guest_write(&m, 0, RD(0) + GICR_CTLR, 4, GICR_CTLR_ENABLE_LPIS);
	ck_assert_uint_eq(rd32(&m, RD(0) + GICR_CTLR), 6);
}
END_TEST

START_TEST(enabling_lpis_reads_the_pending_table_and_queues)
{
	u8 pending = 1u << 1;

	guest_write(&m, 0, DIST + GICD_CTLR, 4, GICD_CTLR_ENABLE_GRP1);
	set_tables(0);
	set_config(1, 0xa0 | LPI_CONFIG_ENABLE);
	map_lpi(1, 0);
	ck_assert_int_eq(gic_mem_write(&m.ram, PEND_TABLE + LPI / 8, &pending, 1), 0);
	enable_lpis(0);
	ck_assert(lpi(1)->pending_latch);
	ck_assert_ptr_eq(lpi(1)->vcpu, m.vm->vcpus[0]);
}
END_TEST

START_TEST(with_ptz_enabling_lpis_reads_no_pending_table)
{
	u8 pending = 1u << 1;

	set_tables(0);
	set_config(1, 0xa0 | LPI_CONFIG_ENABLE);
	map_lpi(1, 0);
	ck_assert_int_eq(gic_mem_write(&m.ram, PEND_TABLE + LPI / 8, &pending, 1), 0);
	guest_write(&m, 0, RD(0) + GICR_PENDBASER, 8, PEND_TABLE | GICR_PENDBASER_PTZ);
	guest_write(&m, 0, RD(0) + GICR_CTLR, 4, GICR_CTLR_ENABLE_LPIS);
	ck_assert(!lpi(1)->pending_latch);
}
END_TEST

/* Restore: tables first, then EnableLPIs (spec/vgic.md 2.10). */
START_TEST(restored_enable_lpis_reads_the_pending_table)
{
	u8 pending = 1u << 1;

	ck_assert_int_eq(redist_set(&m, 0, GICR_PROPBASER, PROP_TABLE | 15), 0);
	ck_assert_int_eq(redist_set(&m, 0, GICR_PENDBASER, PEND_TABLE), 0);
	map_lpi(1, 0);
	ck_assert_int_eq(gic_mem_write(&m.ram, PEND_TABLE + LPI / 8, &pending, 1), 0);
	ck_assert_int_eq(redist_set(&m, 0, GICR_CTLR, GICR_CTLR_ENABLE_LPIS), 0);
	ck_assert(lpi(1)->pending_latch);
	ck_assert_uint_eq(redist_get(&m, 0, GICR_CTLR), 7);
}
END_TEST

START_TEST(enabling_lpis_twice_reads_the_table_once)
{
	u64 reads;

	set_tables(0);
	map_lpi(1, 0);
	enable_lpis(0);
	reads = port.used[COST_GUEST_READ];
	guest_write(&m, 0, RD(0) + GICR_CTLR, 4, GICR_CTLR_ENABLE_LPIS);
	ck_assert_uint_eq(port.used[COST_GUEST_READ], reads);
}
END_TEST

static u32 ctlr_meanwhile;

/* Another vCPU looks while the first one takes its LPIs off its AP list. */
static void look_at_ctlr(void *arg, enum port_point point)
{
	(void)arg;
	(void)point;
	if (plat_atomic_read(&m.vm->vcpus[0]->lpis_enabled) == VGIC_LPIS_DISABLING)
		ctlr_meanwhile = (u32)guest_read(&m, 1, RD(0) + GICR_CTLR, 4);
}

START_TEST(disabling_lpis_unqueues_the_pending_ones_and_shows_rwp_meanwhile)
{
	u64 cmd[4];

	guest_write(&m, 0, DIST + GICD_CTLR, 4, GICD_CTLR_ENABLE_GRP1);
	enable_lpis(0);
	set_config(1, 0xa0 | LPI_CONFIG_ENABLE);
	map_lpi(1, 0);
	its_build_int(cmd, 8, 1);
	its_command(cmd);
	ck_assert_ptr_eq(lpi(1)->vcpu, m.vm->vcpus[0]);
	ctlr_meanwhile = 0;
	port_interleave(look_at_ctlr);
	guest_write(&m, 0, RD(0) + GICR_CTLR, 4, 0);
	port_interleave(NULL);
	ck_assert_uint_eq(ctlr_meanwhile, 6 | GICR_CTLR_RWP);
	ck_assert_ptr_null(lpi(1)->vcpu);
	ck_assert_uint_eq(rd32(&m, RD(0) + GICR_CTLR), 6);
}
END_TEST

START_TEST(disabling_lpis_forgets_cached_translations)
{
	u64 doorbell = ITS + GITS_TRANSLATER;

	enable_lpis(0);
	map_lpi(1, 0);
	ck_assert_int_eq(vits_inject_slow(m.vm, doorbell, 8, 1, 0), 1);
	ck_assert_int_eq(vits_inject_fast(m.vm, doorbell, 8, 1, 0), 0);
	guest_write(&m, 0, RD(0) + GICR_CTLR, 4, 0);
	ck_assert_int_eq(vits_inject_fast(m.vm, doorbell, 8, 1, 0), -EWOULDBLOCK);
}
END_TEST

/* ---- INVLPIR, INVALLR, SYNCR ---- */

START_TEST(invlpir_reads_one_configuration_byte_again)
{
	u64 reads;

	enable_lpis(0);
	map_lpi(1, 0);
	map_lpi(2, 0);
	set_config(1, 0x60 | LPI_CONFIG_ENABLE);
	set_config(2, 0x60 | LPI_CONFIG_ENABLE);
	reads = port.used[COST_GUEST_READ];
	guest_write(&m, 0, RD(0) + GICR_INVLPIR, 8, LPI + 1);
	ck_assert_uint_eq(port.used[COST_GUEST_READ] - reads, 1);
	ck_assert(lpi(1)->enabled);
	ck_assert_uint_eq(lpi(1)->priority, 0x60);
	ck_assert(!lpi(2)->enabled);
}
END_TEST

START_TEST(invallr_reads_the_configuration_of_all_lpis_of_the_vcpu)
{
	enable_lpis(0);
	enable_lpis(1);
	map_lpi(1, 0);
	map_lpi(2, 1);
	set_config(1, LPI_CONFIG_ENABLE);
	set_config(2, LPI_CONFIG_ENABLE);
	guest_write(&m, 0, RD(0) + GICR_INVALLR, 8, 0);
	ck_assert(lpi(1)->enabled);
	ck_assert(!lpi(2)->enabled);
	guest_write(&m, 0, RD(1) + GICR_INVALLR, 4, 0);
	ck_assert(lpi(2)->enabled);
}
END_TEST

START_TEST(invalidation_is_ignored_while_lpis_are_disabled_for_other_ids_and_in_upper_halves)
{
	set_tables(0);
	map_lpi(1, 0);
	set_config(1, LPI_CONFIG_ENABLE);
	guest_write(&m, 0, RD(0) + GICR_INVLPIR, 8, LPI + 1);
	guest_write(&m, 0, RD(0) + GICR_INVALLR, 8, 0);
	ck_assert(!lpi(1)->enabled);
	enable_lpis(0);
	guest_write(&m, 0, RD(0) + GICR_INVLPIR, 8, 40);
	guest_write(&m, 0, RD(0) + GICR_INVLPIR, 8, 0xffffffff);
	guest_write(&m, 0, RD(0) + GICR_INVLPIR + 4, 4, LPI + 1);
	guest_write(&m, 0, RD(0) + GICR_INVALLR + 4, 4, 0);
	ck_assert(!lpi(1)->enabled);
	ck_assert_uint_eq(guest_read(&m, 0, RD(0) + GICR_INVLPIR, 8), 0);
	ck_assert_uint_eq(guest_read(&m, 0, RD(0) + GICR_INVALLR, 8), 0);
}
END_TEST

/* The registers came with revision 3; what user space picks later takes none away. */
START_TEST(kernels_before_revision_3_have_no_invalidation_registers)
{
	struct vgic_policy p = mmio_policy();

	ck_assert_int_eq(dist_set(&m, GICD_IIDR, 0x4b00243b), 0);
	ck_assert_int_eq(vgic_user_has(m.vm, VGIC_GRP_REDIST_REGS, GICR_INVLPIR), 0);
	p.iidr_rev = 2;
	recreate(&p, true);
	cwriter = 0;
	ck_assert_int_eq(vgic_user_has(m.vm, VGIC_GRP_REDIST_REGS, GICR_INVLPIR), -ENXIO);
	ck_assert_int_eq(vgic_user_has(m.vm, VGIC_GRP_REDIST_REGS, GICR_INVALLR), -ENXIO);
	ck_assert_int_eq(vgic_user_has(m.vm, VGIC_GRP_REDIST_REGS, GICR_SYNCR), -ENXIO);
	enable_lpis(0);
	map_lpi(1, 0);
	set_config(1, LPI_CONFIG_ENABLE);
	guest_write(&m, 0, RD(0) + GICR_INVLPIR, 8, LPI + 1);
	guest_write(&m, 0, RD(0) + GICR_INVALLR, 8, 0);
	ck_assert(!lpi(1)->enabled);
}
END_TEST

static bool seen_busy;

static void look_at_syncr(void *arg, enum port_point point)
{
	(void)arg;
	(void)point;
	if (guest_read(&m, 1, RD(0) + GICR_SYNCR, 4) & GICR_SYNCR_BUSY)
		seen_busy = true;
}

START_TEST(syncr_is_busy_during_an_invalidation)
{
	enable_lpis(0);
	map_lpi(1, 0);
	seen_busy = false;
	port_interleave(look_at_syncr);
	guest_write(&m, 0, RD(0) + GICR_INVLPIR, 8, LPI + 1);
	port_interleave(NULL);
	ck_assert(seen_busy);
	ck_assert_uint_eq(rd32(&m, RD(0) + GICR_SYNCR), 0);
	wr32(&m, RD(0) + GICR_SYNCR, 1);
	ck_assert_uint_eq(redist_get(&m, 0, GICR_SYNCR), 0);
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, ctlr_of_revision_3_reads_ir_and_ces);
	tcase_add_test(tc, ctlr_of_revision_2_reads_neither);
	tcase_add_test(tc, without_an_its_enable_lpis_is_ignored);
	tcase_add_test(tc, enabling_lpis_reads_the_pending_table_and_queues);
	tcase_add_test(tc, with_ptz_enabling_lpis_reads_no_pending_table);
	tcase_add_test(tc, restored_enable_lpis_reads_the_pending_table);
	tcase_add_test(tc, enabling_lpis_twice_reads_the_table_once);
	tcase_add_test(tc, disabling_lpis_unqueues_the_pending_ones_and_shows_rwp_meanwhile);
	tcase_add_test(tc, disabling_lpis_forgets_cached_translations);
	tcase_add_test(tc, invlpir_reads_one_configuration_byte_again);
	tcase_add_test(tc, invallr_reads_the_configuration_of_all_lpis_of_the_vcpu);
	tcase_add_test(
		tc,
		invalidation_is_ignored_while_lpis_are_disabled_for_other_ids_and_in_upper_halves);
	tcase_add_test(tc, kernels_before_revision_3_have_no_invalidation_registers);
	tcase_add_test(tc, syncr_is_busy_during_an_invalidation);
}

CHECK_MAIN("GICv3 redistributor: LPIs", add, setup_lpis, teardown)
