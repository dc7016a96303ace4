// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The guest kernel's own GICv2 driver: everything through MMIO. The CPU interface at GICC is the PE's
 * GICV frame, mapped to the guest, so that acknowledge and end do not exit; where the host has no
 * such frame every access exits and user space emulates it (spec/vgic.md 2.3). A trapped write of
 * DIR (1.10) goes the way of the GICv3 guest's.
 *
 * Choices: all interrupts stay in Group 0, as after reset; SPIs that no driver has asked for target
 * vCPU 0.
 */
#include <models/arch/gicv2.h>
#include <models/hw/gicv2.h>
#include <models/vgic/vgic-mmio.h>

#include "layout.h"
#include "machine.h"

static bool emulated(const struct vcpu *c)
{
	return c->vm->vgic->hostif == VGIC_HOST_SOFT;
}

/* ---- the CPU interface ---- */

/* The access is made while the list registers are as the guest left them. */
static u32 trapped_ack(struct vcpu *c)
{
	u32 iar;

	vcpu_trap(c, EXIT_DABT);
	iar = vgic_v2_cpuif_read(c->v, GICC_IAR, 4);
	guest_acked(c, iar);
	vcpu_trapped(c);
	guest_user_exit(c);
	vcpu_enter(c);
	return iar;
}

static void trapped_write(struct vcpu *c, u32 offset, u32 value)
{
	bool done;

	vcpu_trap(c, EXIT_DABT);
	done = vgic_v2_cpuif_write(c->v, offset, 4, value);
	vcpu_trapped(c);
	guest_user_exit(c);
	if (!done)
		vgic_deactivate(c->v, value);
	vcpu_enter(c);
}

static void cpuif_write(struct vcpu *c, u32 offset, u32 value, u32 cost)
{
	if (emulated(c)) {
		trapped_write(c, offset, value);
		return;
	}
	plat_cost((enum plat_cost)cost, 1);
	plat_sync();
	gicv_write(c->thread.pe->gic, offset, 4, value);
}

static u32 ack(struct vcpu *c)
{
	u32 iar;

	if (emulated(c))
		return trapped_ack(c);
	plat_cost((enum plat_cost)COST_GUEST_IAR, 1);
	plat_sync();
	iar = gicv_read(c->thread.pe->gic, GICC_IAR, 4);
	guest_acked(c, iar);
	return iar;
}

static void eoi(struct vcpu *c, u32 iar)
{
	cpuif_write(c, GICC_EOIR, iar, COST_GUEST_EOI);
}

static void dir(struct vcpu *c, u32 iar)
{
	if (!emulated(c) && vgic_v2_dir_traps(c->vm->vgic)) {
		plat_sync();
		guest_dir_trapped(c, iar, EXIT_DABT);
	} else {
		cpuif_write(c, GICC_DIR, iar, COST_GUEST_EOI);
	}
}

/* ---- the distributor ---- */

static u64 private_frame(const struct vcpu *c)
{
	(void)c;
	return GUEST_GICD;
}

static void route(struct vcpu *c, u32 intid, u32 target)
{
	guest_mmio_write(c, GUEST_GICD + GICD_ITARGETSR + intid, 1, 1u << target);
}

static void sgir_write(struct vcpu *c, u64 value)
{
	guest_mmio_write(c, GUEST_GICD + GICD_SGIR, 4, value);
}

static void send_sgi(struct vcpu *c, u32 target, u32 intid)
{
	sgir_write(c, FIELD_PUT(1u << target, GICD_SGIR_TARGETLIST) |
			      FIELD_PUT(intid, GICD_SGIR_INTID));
}

static void send_sgi_others(struct vcpu *c, u32 intid)
{
	sgir_write(c, FIELD_PUT(GICD_SGIR_FILTER_OTHERS, GICD_SGIR_FILTER) |
			      FIELD_PUT(intid, GICD_SGIR_INTID));
}

/* ---- set-up ---- */

static void set_priorities(struct vcpu *c, u32 from, u32 to)
{
	for (u32 i = from; i < to; i += 4)
		guest_mmio_write(c, GUEST_GICD + GICD_IPRIORITYR + i, 4,
				 GUEST_PRIORITY * 0x01010101u);
}

static void boot_vcpu(struct vcpu *c)
{
	guest_mmio_write(c, GUEST_GICD + GICD_ICENABLER, 4, 0xffff0000);
	guest_mmio_write(c, GUEST_GICD + GICD_ISENABLER, 4, 0x0000ffff);
	set_priorities(c, 0, GIC_NR_PRIVATE);
	cpuif_write(c, GICC_PMR, 0xf8, COST_ICC_ACCESS);
	cpuif_write(c, GICC_BPR, 0, COST_ICC_ACCESS);
	cpuif_write(c, GICC_CTLR,
		    GICC_CTLR_ENABLE_GRP0 | (c->vm->cfg->eoimode ? GICC_CTLR_EOIMODE : 0),
		    COST_ICC_ACCESS);
}

static void boot_vm(struct vcpu *c)
{
	u32 end = c->vm->cfg->irqs;

	set_priorities(c, GIC_NR_PRIVATE, end);
	for (u32 i = GIC_NR_PRIVATE; i < end; i += 4)
		guest_mmio_write(c, GUEST_GICD + GICD_ITARGETSR + i, 4, 0x01010101);
	guest_mmio_write(c, GUEST_GICD + GICD_CTLR, 4, GICV2_CTLR_ENABLE_GRP0);
}

const struct guest_gic guest_gicv2 = {
	.intid_mask = (u32)FIELD_MASK(GICC_IAR_INTID),
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
