// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The guest kernel's own GICv3 and ITS driver: set-up through MMIO, system registers and ITS
 * commands as a real guest does it. Then, for GICv2 guests too (guest-gicv2.c), interrupt enabling,
 * and mapping of device MSIs to LPIs, or to edge-triggered SPIs in a VM without an ITS.
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

static void boot_vcpu(struct vcpu *c)
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
	icv_ctlr_write(gic, c->vm->cfg->eoimode ? ICC_CTLR_EOIMODE : 0);
	icv_igrpen_write(gic, 1, 1);
}

static void boot_vm(struct vcpu *c)
{
	u64 cmd[4], ctlr = GICD_CTLR_ARE | GICD_CTLR_ENABLE_GRP1;

	for (u32 i = GIC_NR_PRIVATE; i < c->vm->cfg->irqs; i += 32)
		guest_mmio_write(c, GUEST_GICD + GICD_IGROUPR + i / 8, 4, 0xffffffff);
	for (u32 i = GIC_NR_PRIVATE; i < c->vm->cfg->irqs; i += 4)
		guest_mmio_write(c, GUEST_GICD + GICD_IPRIORITYR + i, 4,
				 GUEST_PRIORITY * 0x01010101u);
	if (guest_mmio_read(c, GUEST_GICD + GICD_TYPER2, 4) & GICD_TYPER2_NASSGICAP)
		ctlr |= GICD_CTLR_NASSGIREQ;
	guest_mmio_write(c, GUEST_GICD + GICD_CTLR, 4, ctlr);
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

/* ---- the CPU interface ---- */

static u32 ack(struct vcpu *c)
{
	u32 iar;

	plat_cost((enum plat_cost)COST_GUEST_IAR, 1);
	plat_sync();
	iar = icv_iar_read(c->thread.pe->gic, 1);
	guest_acked(c, iar);
	return iar;
}

static void eoi(struct vcpu *c, u32 iar)
{
	plat_cost((enum plat_cost)COST_GUEST_EOI, 1);
	plat_sync();
	icv_eoir_write(c->thread.pe->gic, 1, iar);
}

static void dir(struct vcpu *c, u32 iar)
{
	plat_cost((enum plat_cost)COST_GUEST_EOI, 1);
	plat_sync();
	if (icv_dir_write(c->thread.pe->gic, iar))
		guest_dir_trapped(c, iar, EXIT_SYS64);
}

/* ICC_SGI1R traps, unless the policy lets a PE send SGIs that are in hardware by itself. */
static void sgi1r_write(struct vcpu *c, u64 value)
{
	sim_time cause = machine_now(c->vm->m);

	if (vgic_v4_sgi_untrapped(c->v, value))
		return;
	vcpu_exit(c, EXIT_SYS64);
	c->thread.pe->cause_at = cause;
	vgic_send_sgi(c->v, value, true);
	c->thread.pe->cause_at = 0;
	vcpu_enter(c);
}

static void send_sgi(struct vcpu *c, u32 target, u32 intid)
{
	sgi1r_write(c, icc_sgir_to(c->vm->vcpus[target].v->mpidr, intid));
}

static void send_sgi_others(struct vcpu *c, u32 intid)
{
	sgi1r_write(c, ICC_SGIR_IRM | FIELD_PUT(intid, ICC_SGIR_INTID));
}

static u64 private_frame(const struct vcpu *c)
{
	return rd_frame(c) + GICR_SGI_BASE;
}

static void route(struct vcpu *c, u32 intid, u32 target)
{
	guest_mmio_write(c, GUEST_GICD + GICD_IROUTER + intid * 8ull, 8,
			 mpidr_unpack(c->vm->vcpus[target].v->mpidr));
}

const struct guest_gic guest_gicv3 = {
	.intid_mask = ~0u,
	.boot_vcpu = boot_vcpu,
	.boot_vm = boot_vm,
	.private_frame = private_frame,
	.ack = ack,
	.eoi = eoi,
	.dir = dir,
	.route = route,
	.send_sgi = send_sgi,
	.send_sgi_others = send_sgi_others,
};

/* ---- private and shared interrupts ---- */

static u64 frame_of(const struct vcpu *c, u32 intid)
{
	return intid < GIC_NR_PRIVATE ? c->vm->gic->private_frame(c) : GUEST_GICD;
}

void guest_enable_irq(struct vcpu *c, u32 intid, bool on)
{
	u64 at = frame_of(c, intid) + (on ? GICD_ISENABLER : GICD_ICENABLER);

	guest_mmio_write(c, at + intid / 32 * 4, 4, 1u << (intid % 32));
}

void guest_set_priority(struct vcpu *c, u32 intid, u8 priority)
{
	if (intid >= GIC_LPI_BASE)
		guest_lpi_config(c, intid, priority, true);
	else
		guest_mmio_write(c, frame_of(c, intid) + GICD_IPRIORITYR + intid, 1, priority);
}

/* A fresh SPI with its handler, configured, routed and enabled. Its INTID or -errno. */
static int new_spi(struct vcpu *c, u32 target, bool edge, guest_irq_fn fn, void *arg)
{
	struct vm *vm = c->vm;
	u32 intid = GIC_SPI_BASE + vm->nr_spis, shift = intid % 16 * 2;
	u64 icfgr = GUEST_GICD + GICD_ICFGR + intid / 16 * 4, cfg;
	bool was;
	int ret;

	if (target >= vm->nr_vcpus)
		return -EINVAL;
	if (!vgic_is_spi(vm->vgic, intid))
		return -ENOSPC;
	ret = guest_set_handler(vm, intid, fn, arg);
	if (ret)
		return ret;
	vm->nr_spis++;
	was = guest_lock(c, &vm->dist_lock);
	cfg = guest_mmio_read(c, icfgr, 4) & ~((u64)GIC_ICFGR_EDGE << shift);
	if (edge)
		cfg |= (u64)GIC_ICFGR_EDGE << shift;
	guest_mmio_write(c, icfgr, 4, cfg);
	guest_unlock(c, &vm->dist_lock, was);
	vm->gic->route(c, intid, target);
	guest_enable_irq(c, intid, true);
	return (int)intid;
}

int guest_map_line(struct vcpu *c, struct device *d, u32 target, guest_irq_fn fn, void *arg)
{
	int intid = new_spi(c, target, false, fn, arg), ret;

	if (intid < 0)
		return intid;
	/* The guest's driver starts: user space has given the eventfds to VFIO and KVM. */
	ret = platform_map(d, (u32)intid, target);
	return ret ? ret : intid;
}

/* Without an ITS a vector is a wire of its own. */
static int map_vector_to_spi(struct vcpu *c, struct device *d, u32 vector, u32 target,
			     guest_irq_fn fn, void *arg)
{
	int intid, ret;

	if (vector >= d->nr_vectors)
		return -EINVAL;
	intid = new_spi(c, target, true, fn, arg);
	if (intid < 0)
		return intid;
	d->vec[vector].intid = (u32)intid;
	d->vec[vector].target = (u16)target;
	ret = device_host_map(d, vector);
	return ret ? ret : intid;
}

/* ---- the ITS ---- */

/* Into the next slot, and tell the ITS; its_lock held. */
static void post(struct vcpu *c, const u64 cmd[4])
{
	struct vm *vm = c->vm;

	for (u32 i = 0; i < 4; i++)
		gic_mem_write64(&vm->ram, GUEST_CMD_QUEUE + vm->cmd_offset + i * 8, cmd[i]);
	vm->cmd_offset = (vm->cmd_offset + ITS_CMD_SIZE) % GUEST_CMD_SIZE;
	guest_mmio_write(c, GUEST_GITS + GITS_CWRITER, 8, vm->cmd_offset);
}

int guest_its_command(struct vcpu *c, const u64 cmd[4])
{
	struct vm *vm = c->vm;
	bool was;

	if (!vm->its)
		return -EBUSY;
	plat_cost((enum plat_cost)COST_GUEST_ITS_CMD, 1);
	was = guest_lock(c, &vm->its_lock);
	post(c, cmd);
	guest_unlock(c, &vm->its_lock, was);
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
	struct vm *vm = c->vm;
	u64 cmd[4];
	bool was;

	plat_cost((enum plat_cost)COST_GUEST_ITS_CMD, 1);
	was = guest_lock(c, &vm->its_lock);
	if (!d->guest_mapped) {
		d->itt = vm->itt_next;
		vm->itt_next += size;
		its_build_mapd(cmd, d->guest_id, d->itt, bits, true);
		post(c, cmd);
		d->guest_mapped = true;
	}
	guest_unlock(c, &vm->its_lock, was);
}

/* A write of an MSI-X table entry, which the VMM emulates: VFIO sets up the host's side. */
static int msix_write(struct vcpu *c, struct device *d, u32 vector, bool on)
{
	int ret = 0;

	vcpu_exit(c, EXIT_DABT);
	guest_user_exit(c);
	if (on)
		ret = device_host_map(d, vector);
	else
		device_host_unmap(d, vector);
	vcpu_enter(c);
	return ret;
}

int guest_map_msi(struct vcpu *c, struct device *d, u32 vector, u32 target, guest_irq_fn fn,
		  void *arg)
{
	struct vm *vm = c->vm;
	u32 intid = GIC_LPI_BASE + vm->nr_lpis;
	u64 cmd[4];
	int ret;

	if (!vm->its)
		return map_vector_to_spi(c, d, vector, target, fn, arg);
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
	its_build_mapti(cmd, d->guest_id, vector, intid, target);
	guest_its_command(c, cmd);
	its_build_inv(cmd, d->guest_id, vector);
	guest_its_command(c, cmd);
	d->vec[vector].intid = intid;
	d->vec[vector].target = (u16)target;
	ret = msix_write(c, d, vector, true);
	return ret ? ret : (int)intid;
}

void guest_unmap_msi(struct vcpu *c, struct device *d, u32 vector)
{
	u64 cmd[4];

	if (!c->vm->its || vector >= d->nr_vectors || !d->vec[vector].intid)
		return;
	msix_write(c, d, vector, false);
	its_build_discard(cmd, d->guest_id, vector);
	guest_its_command(c, cmd);
	d->vec[vector].intid = 0;
}

/* ---- further commands and accesses ---- */

static int mapped_vector(const struct vcpu *c, const struct device *d, u32 vector)
{
	if (!c->vm->its)
		return -EBUSY;
	return vector < d->nr_vectors && d->vec[vector].intid ? 0 : -EINVAL;
}

int guest_rewrite_msi(struct vcpu *c, struct device *d, u32 vector)
{
	int ret = mapped_vector(c, d, vector);

	if (!ret)
		ret = msix_write(c, d, vector, false);
	return ret ? ret : msix_write(c, d, vector, true);
}

int guest_remap_event(struct vcpu *c, struct device *d, u32 vector)
{
	int ret = mapped_vector(c, d, vector);
	u64 cmd[4];

	if (ret)
		return ret;
	its_build_discard(cmd, d->guest_id, vector);
	guest_its_command(c, cmd);
	its_build_mapti(cmd, d->guest_id, vector, d->vec[vector].intid, d->vec[vector].target);
	guest_its_command(c, cmd);
	its_build_inv(cmd, d->guest_id, vector);
	return guest_its_command(c, cmd);
}

int guest_move_msi(struct vcpu *c, struct device *d, u32 vector, u32 target)
{
	int ret = mapped_vector(c, d, vector);
	u64 cmd[4];

	if (ret)
		return ret;
	if (target >= c->vm->nr_vcpus)
		return -EINVAL;
	its_build_movi(cmd, d->guest_id, vector, target);
	d->vec[vector].target = (u16)target;
	return guest_its_command(c, cmd);
}

int guest_move_all(struct vcpu *c, u32 from, u32 to)
{
	u64 cmd[4];

	if (from >= c->vm->nr_vcpus || to >= c->vm->nr_vcpus)
		return -EINVAL;
	its_build_movall(cmd, from, to);
	return guest_its_command(c, cmd);
}

int guest_its_int(struct vcpu *c, struct device *d, u32 vector)
{
	int ret = mapped_vector(c, d, vector);
	u64 cmd[4];

	if (ret)
		return ret;
	its_build_int(cmd, d->guest_id, vector);
	return guest_its_command(c, cmd);
}
