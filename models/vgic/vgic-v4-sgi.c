// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * SGIs of guests in hardware, GICv4.1 (spec/vgic.md 2.4, 2.6, 2.7, 4.10). The guest asks for them
 * with GICD_CTLR.nASSGIreq: they then have no active state. Each SGI of each vCPU becomes the
 * hardware's, or software's again, with its configuration and pending state, while the VM stands
 * still: 16 times the number of vCPUs times two commands, or three and a look.
 *
 * Choices: a PE that sends by itself (policy sender_trap off) knows the vPEs of its VM, which no
 * architecture gives it. An SGI that is in a list register when this happens is folded into software's state and
 * presented from there once more; guests switch before they use SGIs.
 */
#include "vgic-v4-internal.h"

#define NR_SGIS 16u

static struct host_vpe *vpe_of(const struct vgic_irq *irq)
{
	return vgic_v4_vpe(irq->target);
}

bool vgic_v4_sgis_offered(const struct vgic_vm *vm)
{
	const struct vgic_v4 *v4 = vm->v4;

	return v4 && !v4->refused && !v4->sgis_off && vm->policy.v4.vsgi == VGIC_VSGI_ON &&
	       vm->policy.v4.injection == VGIC_INJECT_V4_1 && host_has_vsgi(v4->host) &&
	       host_has_default_doorbell(v4->host); /* they ring no other */
}

bool vgic_v4_direct_sgis(const struct vgic_vm *vm)
{
	return vm->v4 && vm->v4->sgis;
}

/* ---- one SGI; its lock held ---- */

int vgic_v4_sgi_configure(const struct vgic_irq *irq)
{
	struct host_vsgi config = {
		.priority = irq->priority,
		.enabled = irq->enabled,
		.group = irq->group,
	};

	return host_vsgi_configure(vpe_of(irq), irq->intid, &config);
}

void vgic_v4_sgi_send(struct vgic_vm *vm, struct vgic_irq *irq)
{
	plat_event(EV_IRQ_TO_HW, vm->port, vgic_event_vcpu(irq), irq->intid, NULL, 1);
	host_vsgi_send(vpe_of(irq), irq->intid);
}

void vgic_v4_sgi_clear(const struct vgic_irq *irq)
{
	host_vsgi_clear(vpe_of(irq), irq->intid);
}

/* MPIDRs are given out in order: the vCPU with this Aff2.1.0, if there is one. */
static struct vgic_vcpu *target_of(const struct vgic_vm *vm, u64 value, u32 aff0)
{
	u32 affinity = icc_sgir_affinity(value, aff0);
	u32 n = (affinity >> 16) * 4096 + (affinity >> 8 & 0xff) * 16 + aff0;

	return n < vm->nr_vcpus && vm->vcpus[n]->mpidr == affinity ? vm->vcpus[n] : NULL;
}

bool vgic_v4_sgi_untrapped(struct vgic_vcpu *v, u64 value)
{
	u32 sgi = (u32)FIELD_GET(value, ICC_SGIR_INTID), i;
	u64 targets = FIELD_GET(value, ICC_SGIR_TARGETLIST);
	struct vgic_vm *vm = v->vm;
	struct vgic_vcpu *target;

	if (vm->policy.v4.sender_trap == VGIC_SENDER_TRAPS)
		return false;
	plat_sync();
	if (!vgic_v4_direct_sgis(vm))
		return false;
	plat_cost(COST_ICC_ACCESS, 1);
	plat_sync();
	for (i = 0; (value & ICC_SGIR_IRM) && i < vm->nr_vcpus; i++) {
		if (vm->vcpus[i] != v)
			vgic_v4_sgi_send(vm, &vm->vcpus[i]->private_irqs[sgi]);
	}
	for (; !(value & ICC_SGIR_IRM) && targets; targets &= targets - 1) {
		target = target_of(vm, value, plat_ffs64(targets));
		if (target)
			vgic_v4_sgi_send(vm, &target->private_irqs[sgi]);
	}
	return true;
}

bool vgic_v4_sgi_pending(const struct vgic_irq *irq)
{
	u32 bits;

	return !host_vsgi_pending(vpe_of(irq), &bits) && (bits & PLAT_BIT(irq->intid));
}

static void give_to_hardware(struct vgic_vm *vm, struct vgic_irq *irq)
{
	bool pending = irq->pending_latch;

	if (irq->hw)
		return;
	irq->hw = true;
	vgic_v4_sgi_configure(irq);
	if (!pending) {
		vgic_v4_sgi_clear(irq);
		return;
	}
	host_vsgi_send(vpe_of(irq), irq->intid);
	vgic_pend_in_hw(vm, irq);
}

static void take_back(struct vgic_vm *vm, struct vgic_irq *irq)
{
	if (!irq->hw)
		return;
	irq->hw = false;
	if (vgic_v4_sgi_pending(irq))
		vgic_pend(vm, irq, 0);
	host_vsgi_retire(vpe_of(irq), irq->intid);
}

/* ---- all of them; config lock held ---- */

static void switch_vcpu(struct vgic_vcpu *v, bool on)
{
	u32 i;

	for (i = 0; i < NR_SGIS; i++) {
		struct vgic_irq *irq = &v->private_irqs[i];

		plat_lock(&irq->lock);
		if (on)
			give_to_hardware(v->vm, irq);
		else
			take_back(v->vm, irq);
		vgic_queue_irq_unlock(v->vm, irq);
	}
}

static void switch_sgis(struct vgic_vm *vm, bool on)
{
	u32 i;

	vgic_halt_guest(vm);
	for (i = 0; i < vm->nr_vcpus; i++)
		switch_vcpu(vm->vcpus[i], on);
	vgic_resume_guest(vm);
}

void vgic_v4_request_sgis(struct vgic_vm *vm, bool on)
{
	struct vgic_v4 *v4 = vm->v4;

	on = on && vgic_v4_sgis_offered(vm);
	if (!v4 || v4->sgis == on)
		return;
	v4->sgis = on;
	if (v4->vpes)
		switch_sgis(vm, on);
}

void vgic_v4_restore_sgis(struct vgic_vm *vm, bool on)
{
	if (vm->v4)
		vm->v4->sgis = on && vgic_v4_sgis_offered(vm);
}

void vgic_v4_map_sgis(struct vgic_vm *vm)
{
	struct vgic_v4 *v4 = vm->v4;

	if (v4 && v4->vpes && v4->sgis && !vm->vcpus[0]->private_irqs[0].hw)
		switch_sgis(vm, true);
}

int vgic_v4_user_sgis(struct vgic_vm *vm, bool offered)
{
	bool now = vgic_v4_sgis_offered(vm);

	if (offered == now)
		return 0;
	if (vm->initialised && vm->policy.v4.forwarding == VGIC_FORWARD_NEW)
		return -EBUSY;
	if (vm->initialised || vm->policy.v4.forwarding != VGIC_FORWARD_NEW || !vm->v4)
		return -EINVAL;
	vm->v4->sgis_off = !offered;
	if (vgic_v4_sgis_offered(vm) == offered)
		return 0;
	vm->v4->sgis_off = offered;
	return -EINVAL;
}
