// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Finding interrupts and vCPUs, and the one decision where an interrupt belongs
 * (spec/vgic.md 1.1, 1.4, 2.7).
 *
 * Choice: affinities follow from vCPU numbers, so that both look-ups by affinity are arithmetic
 * here; what a walk or a hash costs is charged.
 */
#include "vgic-internal.h"

#define VCPUS_PER_AFF1 16u
#define VCPUS_PER_AFF2 4096u

struct vgic_irq *vgic_get_irq(struct vgic_vm *vm, struct vgic_vcpu *v, u32 intid)
{
	if (vgic_is_private(intid))
		return v ? &v->private_irqs[intid] : NULL;
	if (vgic_is_spi(vm, intid))
		return vm->spis ? &vm->spis[intid - VGIC_NR_PRIVATE] : NULL;
	return vgic_is_lpi(intid) ? vgic_lpi_get(vm, intid) : NULL;
}

void vgic_put_irq(struct vgic_vm *vm, struct vgic_irq *irq)
{
	if (vgic_is_lpi(irq->intid))
		vgic_lpi_put(vm, irq);
}

struct vgic_attach *vgic_irq_attach(struct vgic_vm *vm, struct vgic_vcpu *v, u32 intid)
{
	if (vgic_is_private(intid))
		return v ? &v->private_attach[intid] : NULL;
	if (vgic_is_spi(vm, intid))
		return vm->spi_attach ? &vm->spi_attach[intid - VGIC_NR_PRIVATE] : NULL;
	return NULL;
}

struct vgic_vcpu *vgic_target_oracle(const struct vgic_irq *irq)
{
	if (irq->active)
		return irq->vcpu ? irq->vcpu : irq->target;
	if (irq->enabled && vgic_irq_is_pending(irq) && irq->target && irq->target->vm->enabled)
		return irq->target;
	return NULL;
}

struct vgic_vcpu *vgic_vcpu_by_mpidr(struct vgic_vm *vm, u32 mpidr)
{
	u32 aff0 = (u32)FIELD_GET(mpidr, MPIDR_AFF0);
	u32 aff1 = (u32)FIELD_GET(mpidr, MPIDR_AFF1), aff2 = (u32)FIELD_GET(mpidr, MPIDR_AFF2);
	u32 n = aff0 + aff1 * VCPUS_PER_AFF1 + aff2 * VCPUS_PER_AFF2;
	bool found = aff0 < VCPUS_PER_AFF1 && !(mpidr >> 24) && n < vm->nr_vcpus;

	if (vm->policy.sgi_lookup == VGIC_SGI_HASH)
		plat_cost(COST_MPIDR_HASH, 1);
	else
		plat_cost(COST_MPIDR_STEP, found ? n + 1 : vm->nr_vcpus);
	return found ? vm->vcpus[n] : NULL;
}
