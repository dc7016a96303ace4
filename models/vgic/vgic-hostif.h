/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The virtual CPU interface of the PE that a vCPU is loaded on, as the hypervisor reaches it
 * (spec/vgic.md 2.1, 2.2). Everything above keeps the formats of ICH_*_EL2; here they go to system
 * registers, to the frame GICH of a GICv2 host, or nowhere: a GICv2 host without one has its CPU
 * interfaces emulated in software, as the state machine that models/hw has for the hardware, whose
 * output is HCR_EL2.VI. That one needs no maintenance interrupt, because every access of the guest
 * exits, and moving state to it is no access to a device.
 */
#ifndef VGIC_HOSTIF_H
#define VGIC_HOSTIF_H

#include "../arch/gicv2.h"
#include "../hw/gicv2.h"
#include "vgic-internal.h"

static inline bool vgic_hw_is_gich(const struct vgic_vcpu *v)
{
	return plat_unlikely(v->vm->hostif == VGIC_HOST_GICH);
}

static inline bool vgic_hw_is_soft(const struct vgic_vcpu *v)
{
	return plat_unlikely(v->vm->hostif == VGIC_HOST_SOFT);
}

/* What is charged for accesses to it. */
static inline void vgic_hw_cost(const struct vgic_vcpu *v, enum plat_cost cost, u32 n)
{
	if (!vgic_hw_is_soft(v))
		plat_cost(cost, n);
}

static inline u64 vgic_hw_read_lr(const struct vgic_vcpu *v, u32 n)
{
	if (vgic_hw_is_gich(v))
		return gich_lr_to_ich(gich_read(v->pe, GICH_LR0 + 4 * n, 4));
	return ich_lr_read(v->pe, n);
}

static inline void vgic_hw_write_lr(struct vgic_vcpu *v, u32 n, u64 lr)
{
	if (vgic_hw_is_gich(v)) {
		gich_write(v->pe, GICH_LR0 + 4 * n, 4, gich_lr_from_ich(lr));
		return;
	}
	if (vgic_hw_is_soft(v) && !(lr & ICH_LR_HW))
		lr &= ~ICH_LR_EOI;
	ich_lr_write(v->pe, n, lr);
}

static inline u32 vgic_hw_read_hcr(const struct vgic_vcpu *v)
{
	return vgic_hw_is_gich(v) ? gich_read(v->pe, GICH_HCR, 4) : ich_hcr_read(v->pe);
}

static inline void vgic_hw_write_hcr(struct vgic_vcpu *v, u32 hcr)
{
	if (vgic_hw_is_gich(v))
		gich_write(v->pe, GICH_HCR, 4, hcr);
	else
		ich_hcr_write(v->pe, vgic_hw_is_soft(v) ? hcr & ICH_HCR_EN : hcr);
}

static inline u32 vgic_hw_read_vmcr(const struct vgic_vcpu *v)
{
	return vgic_hw_is_gich(v) ? gich_read(v->pe, GICH_VMCR, 4) : ich_vmcr_read(v->pe);
}

static inline void vgic_hw_write_vmcr(struct vgic_vcpu *v, u32 vmcr)
{
	if (vgic_hw_is_gich(v))
		gich_write(v->pe, GICH_VMCR, 4, vmcr);
	else
		ich_vmcr_write(v->pe, vmcr);
}

static inline u32 vgic_hw_read_elrsr(const struct vgic_vcpu *v)
{
	return vgic_hw_is_gich(v) ? gich_read(v->pe, GICH_ELRSR0, 4) : ich_elrsr_read(v->pe);
}

/* Active priorities registers in all: GICH has one for both groups. */
static inline u32 vgic_hw_nr_aprs(const struct vgic_vcpu *v)
{
	return vgic_hw_is_gich(v) ? 1 : 2u * v->vm->nr_aprs;
}

static inline void vgic_hw_read_aprs(struct vgic_vcpu *v)
{
	u32 group, n;

	if (vgic_hw_is_gich(v)) {
		v->cpuif.apr[0][0] = gich_read(v->pe, GICH_APR, 4);
		v->cpuif.apr[1][0] = 0;
		return;
	}
	for (group = 0; group < 2; group++)
		for (n = 0; n < v->vm->nr_aprs; n++)
			v->cpuif.apr[group][n] = ich_apr_read(v->pe, group, n);
}

static inline void vgic_hw_write_aprs(struct vgic_vcpu *v)
{
	u32 group, n;

	if (vgic_hw_is_gich(v)) {
		gich_write(v->pe, GICH_APR, 4, v->cpuif.apr[0][0] | v->cpuif.apr[1][0]);
		return;
	}
	for (group = 0; group < 2; group++)
		for (n = 0; n < v->vm->nr_aprs; n++)
			ich_apr_write(v->pe, group, n, v->cpuif.apr[group][n]);
}

#endif
