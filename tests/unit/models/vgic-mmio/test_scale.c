// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The largest VMs that there are: a GICv3 with 512 vCPUs and a GICv2 with 8, every one of them
 * with its frames, its registers, its interrupts and its guest (spec/vgic.md 1.1, 2.3-2.5, 2.7).
 * vCPU n of a GICv3 has Aff0 n % 16 and Aff1 n / 16. And VMs with few and with many interrupts.
 */
#include "mmio-vm.h"

#include "models/arch/its.h"
#include "tests/lib/check-main.h"

#define MANY 512u

static struct mmio_vm m;

static void open_vm(enum vgic_model model, u32 nr_vcpus, enum vgic_sgi_lookup_policy lookup)
{
	struct vgic_policy p = mmio_policy();
	u32 v;

	p.sgi_lookup = (u8)lookup;
	mmio_create(&m, model, nr_vcpus, model == VGIC_V3, &p);
	wr32(&m, DIST, model == VGIC_V3 ? 2 : 1);
	for (v = 0; v < nr_vcpus; v++)
		m.vm->vcpus[v]->cpuif.vmcr = (u32)FIELD_PUT(0xf8, ICH_VMCR_VPMR) | ICH_VMCR_VENG1 |
					     (model == VGIC_V2 ? ICH_VMCR_VENG0 : 0);
}

static void close_vm(void)
{
	mmio_destroy(&m);
	port_assert_quiet();
}

static u32 affinity(u32 v)
{
	return v % 16 | v / 16 << 8;
}

static struct gic_pe *enter(u32 v)
{
	struct vgic_vcpu *c = m.vm->vcpus[v];

	vgic_load(c, gic_pe(m.gic, v % MMIO_PES));
	do {
		vgic_check_requests(c);
		vgic_flush(c);
	} while (!vgic_enter_guest(c));
	return c->pe;
}

static void leave(u32 v)
{
	vgic_leave_guest(m.vm->vcpus[v]);
	vgic_sync(m.vm->vcpus[v]);
	vgic_put(m.vm->vcpus[v]);
}

/* The guest of vCPU v takes one interrupt and ends it. */
static u32 takes(u32 v)
{
	struct gic_pe *pe = enter(v);
	u32 intid = icv_iar_read(pe, 1);

	if (intid != GIC_SPURIOUS)
		icv_eoir_write(pe, 1, intid);
	leave(v);
	return intid;
}

static u32 v2_takes(u32 v)
{
	u32 iar;

	enter(v);
	iar = vgic_v2_cpuif_read(m.vm->vcpus[v], GICC_IAR, 4);
	vgic_v2_cpuif_write(m.vm->vcpus[v], GICC_EOIR, 4, iar);
	leave(v);
	return iar;
}

/* ---- GICv3 ---- */

START_TEST(each_of_512_vcpus_has_its_redistributor)
{
	u32 v;

	open_vm(VGIC_V3, MANY, VGIC_SGI_HASH);
	for (v = 0; v < MANY; v++) {
		u64 typer = guest_read(&m, 0, RD(v) + GICR_TYPER, 8);
		u64 mpidr = (u64)affinity(v) << 32;

		if (typer != (mpidr | v << 8 | (v == MANY - 1) << 4 | 1))
			ck_abort_msg("vCPU %u: GICR_TYPER is %#llx", v, (unsigned long long)typer);
		wr32(&m, SGI_FRAME(v) + GICD_IPRIORITYR + 16, (v & 0x1f) << 3);
		if (user_value(&m, VGIC_GRP_REDIST_REGS, mpidr | (GICR_IPRIORITYR0 + 16)) !=
		    (v & 0x1f) << 3)
			ck_abort_msg("vCPU %u: user space sees another's registers", v);
		ck_assert(vgic_vcpu_by_mpidr(m.vm, affinity(v)) == m.vm->vcpus[v]);
	}
	ck_assert(!vgic_mmio_write(m.vm->vcpus[0], RD(MANY), 4, 0));
	ck_assert(vgic_vcpu_by_mpidr(m.vm, affinity(MANY)) == NULL);
	close_vm();
}
END_TEST

/* Under both look-ups: every vCPU sends to its neighbour, the last to the first. */
START_TEST(an_sgi_reaches_each_of_512_vcpus_and_no_other)
{
	u32 v, wrong = 0;

	open_vm(VGIC_V3, MANY, _i ? VGIC_SGI_HASH : VGIC_SGI_WALK);
	for (v = 0; v < MANY; v++) {
		u32 to = (v + 1) % MANY;

		vgic_send_sgi(m.vm->vcpus[v], icc_sgir_to(affinity(to), v % 16), true);
		wrong += takes(to) != v % 16;
	}
	for (v = 0; v < MANY; v++)
		wrong += takes(v) != GIC_SPURIOUS;
	ck_assert_uint_eq(wrong, 0);
	close_vm();
}
END_TEST

START_TEST(irm_reaches_511_of_512_vcpus)
{
	u32 v, got = 0;

	open_vm(VGIC_V3, MANY, VGIC_SGI_HASH);
	vgic_send_sgi(m.vm->vcpus[300], ICC_SGIR_IRM | FIELD_PUT(11, ICC_SGIR_INTID), true);
	for (v = 0; v < MANY; v++)
		if (takes(v) == 11)
			got++;
		else
			ck_assert_uint_eq(v, 300);
	ck_assert_uint_eq(got, 511);
	close_vm();
}
END_TEST

/* One SPI goes from each vCPU to the next, and in the end to nobody. */
START_TEST(an_spi_is_routed_to_each_of_512_vcpus)
{
	u32 v, wrong = 0;

	open_vm(VGIC_V3, MANY, VGIC_SGI_HASH);
	wr32(&m, DIST + GICD_ISENABLER + 4, 1u << 8);
	for (v = 0; v < MANY; v++) {
		guest_write(&m, v, DIST + GICD_IROUTER + 8 * 40, 8, affinity(v));
		wrong += vgic_inject_irq(m.vm, NULL, 40, true, NULL) != 0;
		wrong += takes(v) != 40;
	}
	guest_write(&m, 0, DIST + GICD_IROUTER + 8 * 40, 8, affinity(MANY));
	ck_assert_int_eq(vgic_inject_irq(m.vm, NULL, 40, true, NULL), 0);
	for (v = 0; v < MANY; v++)
		wrong += takes(v) != GIC_SPURIOUS;
	ck_assert_uint_eq(wrong, 0);
	ck_assert(mmio_irq(&m, 0, 40)->pending_latch);
	close_vm();
}
END_TEST

static void its_command(u32 n, const u64 cmd[4])
{
	u32 i;

	for (i = 0; i < 4; i++)
		must(!gic_mem_write64(&m.ram, RAM + 32 * n + 8 * i, cmd[i]));
	guest_write(&m, 0, ITS + GITS_CWRITER, 8, 32ull * (n + 1));
}

/* Collection n is vCPU n, event n of device 1 the LPI of vCPU n; each moves on to the next vCPU. */
START_TEST(an_lpi_comes_to_each_of_512_vcpus_and_moves_to_the_next)
{
	static u8 config[MANY];
	u64 cmd[4];
	u32 v, wrong = 0, n = 0;

	open_vm(VGIC_V3, MANY, VGIC_SGI_HASH);
	memset(config, 0xa1, sizeof(config));
	must(!gic_mem_write(&m.ram, PROP_TABLE, config, sizeof(config)));
	for (v = 0; v < MANY; v++) {
		guest_write(&m, v, RD(v) + GICR_PROPBASER, 8, PROP_TABLE | 15);
		guest_write(&m, v, RD(v) + GICR_PENDBASER, 8,
			    (PEND_TABLE + 0x800000ull) | GICR_PENDBASER_PTZ);
		guest_write(&m, v, RD(v) + GICR_CTLR, 4, 1);
	}
	guest_write(&m, 0, ITS + GITS_BASER, 8, GITS_BASER_VALID | (RAM + 0x400000));
	guest_write(&m, 0, ITS + GITS_BASER + 8, 8, GITS_BASER_VALID | (RAM + 0x410000));
	guest_write(&m, 0, ITS + GITS_CBASER, 8, GITS_CBASER_VALID | RAM | 0xff);
	guest_write(&m, 0, ITS + GITS_CTLR, 4, 1);
	its_build_mapd(cmd, 1, RAM + 0x500000, 9, true);
	its_command(n++, cmd);
	for (v = 0; v < MANY; v++) {
		its_build_mapc(cmd, v, v, true);
		its_command(n++, cmd);
		its_build_mapti(cmd, 1, v, VGIC_LPI_BASE + v, v);
		its_command(n++, cmd);
		its_build_int(cmd, 1, v);
		its_command(n++, cmd);
		wrong += takes(v) != VGIC_LPI_BASE + v;
	}
	for (v = 0; v < MANY; v++) {
		its_build_movi(cmd, 1, v, (v + 1) % MANY);
		its_command(n++, cmd);
		its_build_int(cmd, 1, v);
		its_command(n++, cmd);
		wrong += takes((v + 1) % MANY) != VGIC_LPI_BASE + v;
	}
	ck_assert_uint_eq(wrong, 0);
	close_vm();
}
END_TEST

/* ---- GICv2 ---- */

START_TEST(each_of_8_vcpus_sends_to_each_other_under_its_own_name)
{
	u32 from, to;

	open_vm(VGIC_V2, 8, VGIC_SGI_WALK);
	ck_assert_uint_eq(rd32(&m, DIST + GICD_TYPER), 7u << 5 | 3);
	for (to = 0; to < 8; to++) {
		for (from = 0; from < 8; from++)
			guest_write(&m, from, DIST + GICD_SGIR, 4, 0x10000u << to | 5);
		ck_assert_uint_eq(guest_read(&m, to, DIST + GICD_SPENDSGIR + 5, 1), 0xff);
		for (from = 0; from < 8; from++)
			ck_assert_uint_eq(v2_takes(to), from << 10 | 5);
		ck_assert_uint_eq(v2_takes(to), 1023);
	}
	close_vm();
}
END_TEST

START_TEST(each_of_8_vcpus_is_a_target_and_has_banked_registers)
{
	u32 v;

	open_vm(VGIC_V2, 8, VGIC_SGI_WALK);
	wr32(&m, DIST + GICD_ISENABLER + 4, 1u << 8);
	for (v = 0; v < 8; v++) {
		ck_assert_uint_eq(guest_read(&m, v, DIST + GICD_ITARGETSR, 4), 0x01010101u << v);
		guest_write(&m, v, DIST + GICD_IPRIORITYR + 20, 1, v << 3);
		guest_write(&m, 0, DIST + GICD_ITARGETSR + 40, 1, 1u << v);
		ck_assert_int_eq(vgic_inject_irq(m.vm, NULL, 40, true, NULL), 0);
		ck_assert_uint_eq(v2_takes(v), 40);
	}
	for (v = 0; v < 8; v++)
		ck_assert_uint_eq(guest_read(&m, v, DIST + GICD_IPRIORITYR + 20, 1), v << 3);
	close_vm();
}
END_TEST

/* ---- interrupts ---- */

/* Registers of interrupts: first offset, bits an interrupt, the widest access. */
static const struct {
	u32 offset, bits, len;
	bool v3_only;
} arrays[] = {
	{ 0x080, 1, 4, false }, { 0x100, 1, 4, false },	 { 0x180, 1, 4, false },
	{ 0x200, 1, 4, false }, { 0x280, 1, 4, false },	 { 0x300, 1, 4, false },
	{ 0x380, 1, 4, false }, { 0x400, 8, 4, false },	 { 0x800, 8, 4, false },
	{ 0xc00, 2, 4, false }, { 0x6000, 64, 8, true },
};

static const u32 numbers[] = { 64, 96, 256, 992 };

/* The last register of implemented interrupts takes what is written, `has` knows it, the next is
 * nothing. (GICD_ITARGETSR of a GICv3 and what is the complement of another read as they do.) */
static void check_ends(enum vgic_model model, u32 nr)
{
	u32 i;

	for (i = 0; i < PLAT_ARRAY_SIZE(arrays); i++) {
		u32 end = arrays[i].offset + nr * arrays[i].bits / 8, len = arrays[i].len;
		bool targets = arrays[i].offset == 0x800;

		if (arrays[i].v3_only && model == VGIC_V2)
			continue;
		guest_write(&m, 0, DIST + end - len, len, 0);
		guest_write(&m, 0, DIST + end - len, len, ~0ull);
		guest_write(&m, 0, DIST + end, len, ~0ull);
		ck_assert_msg(!guest_read(&m, 0, DIST + end - len, len) ==
				      (arrays[i].offset == 0x180 || arrays[i].offset == 0x280 ||
				       arrays[i].offset == 0x380 || (targets && model == VGIC_V3)),
			      "%u interrupts: register %#x", nr, end - len);
		ck_assert_msg(!guest_read(&m, 0, DIST + end, len), "%u interrupts: register %#x",
			      nr, end);
		ck_assert_int_eq(vgic_user_has(m.vm, VGIC_GRP_DIST_REGS, end - len), 0);
		ck_assert_int_eq(vgic_user_has(m.vm, VGIC_GRP_DIST_REGS, end), -ENXIO);
	}
}

START_TEST(registers_end_with_the_last_interrupt)
{
	static const enum vgic_model models[] = { VGIC_V2, VGIC_V3 };
	struct vgic_policy p = mmio_policy();
	u32 nr = numbers[_i / 2], cpus = models[_i % 2] == VGIC_V2 ? 1u << 5 : 0;

	mmio_create_bare(&m, models[_i % 2], 2, nr, &p);
	mmio_place(&m, false);
	ck_assert_uint_eq(rd32(&m, DIST + GICD_TYPER) & 0xff, (nr / 32 - 1) | cpus);
	check_ends(models[_i % 2], nr);
	ck_assert_int_eq(vgic_inject_irq(m.vm, NULL, nr - 1, true, NULL), 0);
	ck_assert_int_eq(vgic_inject_irq(m.vm, NULL, nr, true, NULL), -EINVAL);
	close_vm();
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, each_of_512_vcpus_has_its_redistributor);
	tcase_add_loop_test(tc, an_sgi_reaches_each_of_512_vcpus_and_no_other, 0, 2);
	tcase_add_test(tc, irm_reaches_511_of_512_vcpus);
	tcase_add_test(tc, an_spi_is_routed_to_each_of_512_vcpus);
	tcase_add_test(tc, an_lpi_comes_to_each_of_512_vcpus_and_moves_to_the_next);
	tcase_add_test(tc, each_of_8_vcpus_sends_to_each_other_under_its_own_name);
	tcase_add_test(tc, each_of_8_vcpus_is_a_target_and_has_banked_registers);
	tcase_add_loop_test(tc, registers_end_with_the_last_interrupt, 0,
			    2 * PLAT_ARRAY_SIZE(numbers));
}

CHECK_MAIN("VMs of all sizes", add, port_reset, NULL)
