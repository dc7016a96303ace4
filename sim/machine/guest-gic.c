// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The guest kernel's own GICv3 and ITS driver: set-up through MMIO, system registers and ITS
 * commands as a real guest does it, interrupt enabling, and mapping of device MSIs to LPIs.
 */
#include <models/arch/gicv3.h>
#include <models/arch/its.h>

#include "layout.h"
#include "machine.h"

static u64 rd_frame(const struct vcpu *c)
{
	return GUEST_GICR + c->id * GUEST_GICR_STEP;
}

/* ---- set-up ---- */

void guest_boot_vcpu(struct vcpu *c)
{
	u64 rd = rd_frame(c);
	struct gic_pe *gic = c->thread.pe->gic;

	guest_mmio_write(c, rd + GICR_WAKER, 4, 0);
	guest_mmio_write(c, rd + GICR_IGROUPR0, 4, 0xffffffff);
	guest_mmio_write(c, rd + GICR_ICENABLER0, 4, 0xffff0000);
	guest_mmio_write(c, rd + GICR_ISENABLER0, 4, 0x0000ffff);
	for (u32 i = 0; i < GIC_NR_PRIVATE; i += 4)
		guest_mmio_write(c, rd + GICR_IPRIORITYR0 + i, 4, GUEST_PRIORITY * 0x01010101u);
	if (c->vm->its) {
		guest_mmio_write(c, rd + GICR_PROPBASER, 8,
				 GUEST_PROP_TABLE |
					 FIELD_PUT(GUEST_LPI_BITS - 1, GICR_PROPBASER_IDBITS));
		guest_mmio_write(c, rd + GICR_PENDBASER, 8,
				 (GUEST_PEND_TABLE + c->id * 0x10000ull) | GICR_PENDBASER_PTZ);
		guest_mmio_write(c, rd + GICR_CTLR, 4, GICR_CTLR_ENABLE_LPIS);
	}
	plat_cost(COST_ICC_ACCESS, 4);
	plat_sync();
	icv_pmr_write(gic, 0xf8);
	icv_bpr_write(gic, 1, 0);
	icv_ctlr_write(gic, 0);
	icv_igrpen_write(gic, 1, 1);
}

void guest_boot_vm(struct vcpu *c)
{
	u64 cmd[4];

	for (u32 i = GIC_NR_PRIVATE; i < c->vm->cfg->irqs; i += 32)
		guest_mmio_write(c, GUEST_GICD + GICD_IGROUPR + i / 8, 4, 0xffffffff);
	for (u32 i = GIC_NR_PRIVATE; i < c->vm->cfg->irqs; i += 4)
		guest_mmio_write(c, GUEST_GICD + GICD_IPRIORITYR + i, 4,
				 GUEST_PRIORITY * 0x01010101u);
	guest_mmio_write(c, GUEST_GICD + GICD_CTLR, 4, GICD_CTLR_ARE | GICD_CTLR_ENABLE_GRP1);
	if (!c->vm->its)
		return;
	guest_mmio_write(c, GUEST_GITS + GITS_BASER, 8, GITS_BASER_VALID | GUEST_DEVICES | 7);
	guest_mmio_write(c, GUEST_GITS + GITS_BASER + 8, 8, GITS_BASER_VALID | GUEST_COLLECTION);
	guest_mmio_write(c, GUEST_GITS + GITS_CBASER, 8,
			 GITS_CBASER_VALID | GUEST_CMD_QUEUE | (GUEST_CMD_SIZE / 4096 - 1));
	guest_mmio_write(c, GUEST_GITS + GITS_CWRITER, 8, 0);
	guest_mmio_write(c, GUEST_GITS + GITS_CTLR, 4, GITS_CTLR_ENABLED);
	for (u32 i = 0; i < c->vm->nr_vcpus; i++) {
		its_build_mapc(cmd, i, i, true);
		guest_its_command(c, cmd);
	}
}

/* ---- private and shared interrupts ---- */

static void set_bit_register(struct vcpu *c, u32 rd_offset, u32 gicd_offset, u32 intid)
{
	u32 bit = 1u << (intid % 32);

	if (intid < GIC_NR_PRIVATE)
		guest_mmio_write(c, rd_frame(c) + rd_offset, 4, bit);
	else
		guest_mmio_write(c, GUEST_GICD + gicd_offset + intid / 32 * 4, 4, bit);
}

void guest_enable_irq(struct vcpu *c, u32 intid, bool on)
{
	if (on)
		set_bit_register(c, GICR_ISENABLER0, GICD_ISENABLER, intid);
	else
		set_bit_register(c, GICR_ICENABLER0, GICD_ICENABLER, intid);
}

void guest_set_priority(struct vcpu *c, u32 intid, u8 priority)
{
	u64 frame = intid < GIC_NR_PRIVATE ? rd_frame(c) + GICR_IPRIORITYR0
					   : GUEST_GICD + GICD_IPRIORITYR;

	if (intid >= GIC_LPI_BASE)
		guest_lpi_config(c, intid, priority, true);
	else
		guest_mmio_write(c, frame + intid, 1, priority);
}

int guest_map_line(struct vcpu *c, struct device *d, u32 target, guest_irq_fn fn, void *arg)
{
	struct vm *vm = c->vm;
	u32 intid = GIC_SPI_BASE + vm->nr_spis, shift = intid % 16 * 2;
	u64 icfgr = GUEST_GICD + GICD_ICFGR + intid / 16 * 4, cfg;
	int ret;

	if (target >= vm->nr_vcpus)
		return -EINVAL;
	if (!vgic_is_spi(vm->vgic, intid))
		return -ENOSPC;
	ret = guest_set_handler(vm, intid, fn, arg);
	if (ret)
		return ret;
	vm->nr_spis++;
	cfg = guest_mmio_read(c, icfgr, 4) & ~((u64)GIC_ICFGR_EDGE << shift);
	guest_mmio_write(c, icfgr, 4, cfg);
	guest_mmio_write(c, GUEST_GICD + GICD_IROUTER + intid * 8ull, 8,
			 mpidr_unpack(vm->vcpus[target].v->mpidr));
	guest_enable_irq(c, intid, true);
	/* The guest's driver starts: user space has given the eventfds to VFIO and KVM. */
	ret = platform_map(d, intid, target);
	return ret ? ret : (int)intid;
}

/* ---- the ITS ---- */

int guest_its_command(struct vcpu *c, const u64 cmd[4])
{
	struct vm *vm = c->vm;

	if (!vm->its)
		return -EBUSY;
	plat_cost((enum plat_cost)COST_GUEST_ITS_CMD, 1);
	plat_sync();
	for (u32 i = 0; i < 4; i++)
		gic_mem_write64(&vm->ram, GUEST_CMD_QUEUE + vm->cmd_offset + i * 8, cmd[i]);
	vm->cmd_offset = (vm->cmd_offset + ITS_CMD_SIZE) % GUEST_CMD_SIZE;
	guest_mmio_write(c, GUEST_GITS + GITS_CWRITER, 8, vm->cmd_offset);
	return 0;
}

void guest_lpi_config(struct vcpu *c, u32 intid, u8 priority, bool enabled)
{
	u8 byte = (u8)((priority & 0xfc) | 2 | enabled);

	guest_ram_write(c, GUEST_PROP_TABLE + intid - GIC_LPI_BASE, &byte, 1);
}

static u32 event_bits(u32 nr)
{
	u32 bits = 1;

	while ((1u << bits) < nr)
		bits++;
	return bits;
}

static void map_device(struct vcpu *c, struct device *d)
{
	u32 bits = event_bits(d->nr_vectors);
	u64 size = (8ull << bits) < 256 ? 256 : 8ull << bits;
	u64 cmd[4];

	d->itt = c->vm->itt_next;
	c->vm->itt_next += size;
	its_build_mapd(cmd, d->number, d->itt, bits, true);
	guest_its_command(c, cmd);
	d->guest_mapped = true;
}

int guest_map_msi(struct vcpu *c, struct device *d, u32 vector, u32 target, guest_irq_fn fn,
		  void *arg)
{
	struct vm *vm = c->vm;
	u32 intid = GIC_LPI_BASE + vm->nr_lpis;
	u64 cmd[4];
	int ret;

	if (!vm->its)
		return -EBUSY;
	if (vector >= d->nr_vectors || target >= vm->nr_vcpus)
		return -EINVAL;
	if (intid >= 1u << GUEST_LPI_BITS)
		return -ENOSPC;
	ret = guest_set_handler(vm, intid, fn, arg);
	if (ret)
		return ret;
	vm->nr_lpis++;
	if (!d->guest_mapped)
		map_device(c, d);
	guest_lpi_config(c, intid, GUEST_PRIORITY, true);
	its_build_mapti(cmd, d->number, vector, intid, target);
	guest_its_command(c, cmd);
	its_build_inv(cmd, d->number, vector);
	guest_its_command(c, cmd);
	d->vec[vector].intid = intid;
	d->vec[vector].target = target;
	/* The guest writes the MSI-X entry: VFIO sets up the host's side. */
	ret = device_host_map(d, vector);
	return ret ? ret : (int)intid;
}

/* ---- further commands and accesses ---- */

static int mapped_vector(const struct vcpu *c, const struct device *d, u32 vector)
{
	if (!c->vm->its)
		return -EBUSY;
	return vector < d->nr_vectors && d->vec[vector].intid ? 0 : -EINVAL;
}

int guest_move_msi(struct vcpu *c, struct device *d, u32 vector, u32 target)
{
	int ret = mapped_vector(c, d, vector);
	u64 cmd[4];

	if (ret)
		return ret;
	if (target >= c->vm->nr_vcpus)
		return -EINVAL;
	its_build_movi(cmd, d->number, vector, target);
	d->vec[vector].target = target;
	return guest_its_command(c, cmd);
}

int guest_its_int(struct vcpu *c, struct device *d, u32 vector)
{
	int ret = mapped_vector(c, d, vector);
	u64 cmd[4];

	if (ret)
		return ret;
	its_build_int(cmd, d->number, vector);
	return guest_its_command(c, cmd);
}

u32 guest_ack(struct vcpu *c)
{
	u32 intid;

	plat_cost((enum plat_cost)COST_GUEST_IAR, 1);
	plat_sync();
	intid = icv_iar_read(c->thread.pe->gic, 1);
	if (intid != GIC_SPURIOUS)
		account_ack(c, intid);
	return intid;
}

void guest_eoi(struct vcpu *c, u32 intid)
{
	plat_cost((enum plat_cost)COST_GUEST_EOI, 1);
	plat_sync();
	icv_eoir_write(c->thread.pe->gic, 1, intid);
}
