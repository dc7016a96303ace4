// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Software generated interrupts between vCPUs: the trapped system registers of GICv3 and GICD_SGIR
 * of GICv2 (spec/vgic.md 2.3, 2.7).
 *
 * Choices: range selection (RS) is ignored, target lists reach Aff0 0..15. Under sgi_lookup walk
 * one pass over the vCPUs serves the whole target list and ends when all targets were found;
 * under hash each target costs a look-up.
 */
#include "../arch/gicv2.h"
#include "vgic-internal.h"
#include "vgic-v4.h"

static void send_to(struct vgic_vm *vm, struct vgic_vcpu *target, u32 sgi, bool allow_group1)
{
	struct vgic_irq *irq = &target->private_irqs[sgi];

	plat_lock(&irq->lock);
	if (irq->group && !allow_group1) {
		plat_unlock(&irq->lock);
		return;
	}
	if (irq->hw) {
		vgic_v4_sgi_send(vm, irq);
		plat_unlock(&irq->lock);
		return;
	}
	vgic_pend(vm, irq, 0);
	vgic_queue_irq_unlock(vm, irq);
}

static void send_to_others(struct vgic_vcpu *v, u32 sgi, bool allow_group1)
{
	struct vgic_vm *vm = v->vm;
	u32 i;

	for (i = 0; i < vm->nr_vcpus; i++)
		if (vm->vcpus[i] != v)
			send_to(vm, vm->vcpus[i], sgi, allow_group1);
}

/* One pass over the vCPUs, which stand in order of affinity. */
static void send_by_walk(struct vgic_vm *vm, u64 value, u32 sgi, bool allow_group1)
{
	u32 cluster = icc_sgir_affinity(value, 0);
	u32 targets = (u32)FIELD_GET(value, ICC_SGIR_TARGETLIST);
	u32 i;

	for (i = 0; targets && i < vm->nr_vcpus; i++) {
		struct vgic_vcpu *target = vm->vcpus[i];
		u32 n = target->mpidr - cluster;

		plat_cost(COST_MPIDR_STEP, 1);
		if (n > 15 || !(targets & PLAT_BIT(n)))
			continue;
		targets &= ~PLAT_BIT(n);
		plat_event(EV_SGI_WALKED, vm->port, target->id, sgi, NULL, i);
		send_to(vm, target, sgi, allow_group1);
	}
}

static void send_by_hash(struct vgic_vm *vm, u64 value, u32 sgi, bool allow_group1)
{
	u64 targets;

	for (targets = FIELD_GET(value, ICC_SGIR_TARGETLIST); targets; targets &= targets - 1) {
		struct vgic_vcpu *target =
			vgic_vcpu_by_mpidr(vm, icc_sgir_affinity(value, plat_ffs64(targets)));

		if (!target)
			continue;
		plat_event(EV_SGI_HASHED, vm->port, target->id, sgi, NULL, 0);
		send_to(vm, target, sgi, allow_group1);
	}
}

void vgic_send_sgi(struct vgic_vcpu *v, u64 value, bool allow_group1)
{
	u32 sgi = (u32)FIELD_GET(value, ICC_SGIR_INTID);

	if (value & ICC_SGIR_IRM)
		send_to_others(v, sgi, allow_group1);
	else if (v->vm->policy.sgi_lookup == VGIC_SGI_HASH)
		send_by_hash(v->vm, value, sgi, allow_group1);
	else
		send_by_walk(v->vm, value, sgi, allow_group1);
}

/* The vCPUs that a write of GICD_SGIR names, a bit each. */
static u32 v2_targets(const struct vgic_vcpu *v, u32 value)
{
	u32 all = PLAT_BIT(v->vm->nr_vcpus) - 1;

	switch (FIELD_GET(value, GICD_SGIR_FILTER)) {
	case GICD_SGIR_FILTER_LIST: return (u32)FIELD_GET(value, GICD_SGIR_TARGETLIST) & all;
	case GICD_SGIR_FILTER_OTHERS: return all & ~PLAT_BIT(v->id);
	case GICD_SGIR_FILTER_SELF: return PLAT_BIT(v->id);
	default: return 0;
	}
}

void vgic_v2_send_sgi(struct vgic_vcpu *v, u32 value)
{
	u32 sgi = (u32)FIELD_GET(value, GICD_SGIR_INTID);
	u32 targets;

	for (targets = v2_targets(v, value); targets; targets &= targets - 1) {
		struct vgic_irq *irq = &v->vm->vcpus[plat_ffs64(targets)]->private_irqs[sgi];

		plat_lock(&irq->lock);
		vgic_pend_source(v->vm, irq, v->id);
		vgic_queue_irq_unlock(v->vm, irq);
	}
}
