// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Deactivation other than by a list register: DIR writes that were trapped, the EOIcount replay,
 * and the big hammer (spec/vgic.md 1.9 "EOIcount replay", 1.10).
 *
 * Choices: the replay takes the active interrupts that are on the list and were in no list
 * register, in list order; that is what follows the last one written. They are picked under the
 * list's lock and deactivated without it, because who is notified may raise interrupts. After a
 * deactivation for another vCPU that one is kicked, so that a line that is still high does not
 * wait for its next exit.
 */
#include "vgic-hostif.h"

void vgic_notify_acked(struct vgic_vm *vm, u32 intid)
{
	u32 in_flight;

	if (vm->ack_notify)
		vm->ack_notify(vm->port, intid);
	if (!vgic_new_generation(vm))
		return;
	do {
		in_flight = plat_atomic_read(&vm->active_spis);
	} while (in_flight && !plat_atomic_cas(&vm->active_spis, in_flight, in_flight - 1));
}

/* ---- EOIcount ---- */

static bool in_lrs(const struct vgic_vcpu *v, u32 intid)
{
	u32 n;

	for (n = 0; n < v->cpuif.used_lrs; n++)
		if (vgic_lr_intid(v->vm, v->cpuif.lr[n]) == intid)
			return true;
	return false;
}

/* Up to `max` active interrupts of v that are in none of its list registers. */
static u32 pick_absent(struct vgic_vcpu *v, struct vgic_irq **pick, u32 max)
{
	struct vgic_irq *irq;
	u32 count = 0;

	plat_lock(&v->ap->lock);
	vgic_for_each_own(irq, v) {
		plat_lock(&irq->lock);
		if (irq->active && vgic_target_oracle(irq) == v && !in_lrs(v, irq->intid))
			pick[count++] = irq;
		plat_unlock(&irq->lock);
		if (count == max)
			break;
	}
	plat_unlock(&v->ap->lock);
	return count;
}

static void deactivate_absent_unlock(struct vgic_vcpu *v, struct vgic_irq *irq)
{
	bool notify = vgic_lr_fold_absent(v, irq) && vgic_is_spi(v->vm, irq->intid);

	plat_unlock(&irq->lock);
	if (notify)
		vgic_notify_acked(v->vm, irq->intid);
}

void vgic_replay_eoicount(struct vgic_vcpu *v, u32 count)
{
	/* LPIs are never active here, so what is picked needs no reference */
	struct vgic_irq *pick[ICH_HCR_EOICOUNT_MAX];
	u32 i, n = pick_absent(v, pick, count);

	for (i = 0; i < n; i++) {
		plat_lock(&pick[i]->lock);
		deactivate_absent_unlock(v, pick[i]);
	}
}

/* ---- DIR ---- */

/* INTID, and for a GICv2 guest the source CPU, as a list register has them. */
static bool lr_names(const struct vgic_vm *vm, u64 lr, u32 value)
{
	if (vm->model == VGIC_V2)
		return !((lr ^ value) &
			 (FIELD_MASK(ICH_LR_V2_VINTID) | FIELD_MASK(ICH_LR_V2_CPUID)));
	return (u32)FIELD_GET(lr, ICH_LR_VINTID) == value;
}

bool vgic_dir_at_el2(struct vgic_vcpu *v, u32 value)
{
	u32 n;

	vgic_hw_cost(v, COST_ICH_ACCESS, 1);
	if (!(vgic_hw_read_vmcr(v) & ICH_VMCR_VEOIM) || vgic_is_lpi(vgic_lr_intid(v->vm, value)))
		return true;
	for (n = 0; n < v->cpuif.used_lrs; n++) {
		u64 lr;

		vgic_hw_cost(v, COST_LR_READ, 1);
		lr = vgic_hw_read_lr(v, n);
		if (!(lr & ICH_LR_ACTIVE) || !lr_names(v->vm, lr, value))
			continue;
		vgic_hw_cost(v, COST_LR_WRITE, 1);
		plat_sync(); /* emptied, it may ask for maintenance: the guest is about to run on */
		vgic_hw_write_lr(v, n, lr & ~ICH_LR_ACTIVE);
		if (lr & ICH_LR_HW) {
			plat_cost(COST_ICC_ACCESS, 1);
			plat_sync();
			gic_irq_set_active(v->pe, (u32)FIELD_GET(lr, ICH_LR_PINTID), false);
		}
		return true;
	}
	return false;
}

void vgic_deactivate_stopped(struct vgic_vm *vm, struct vgic_irq *irq)
{
	plat_mutex_lock(&vm->config_lock);
	vgic_halt_guest(vm);
	plat_lock(&irq->lock);
	irq->active = false;
	if (irq->hw && irq->target)
		vgic_phys_set_active(irq->target, irq, false);
	plat_unlock(&irq->lock);
	vgic_resume_guest(vm);
	plat_mutex_unlock(&vm->config_lock);
}

void vgic_deactivate(struct vgic_vcpu *v, u32 value)
{
	struct vgic_vm *vm = v->vm;
	u32 intid = vgic_lr_intid(vm, value);
	struct vgic_vcpu *owner;
	struct vgic_irq *irq;

	if (!(v->cpuif.vmcr & ICH_VMCR_VEOIM))
		return;
	if (!vgic_is_private(intid) && !vgic_is_spi(vm, intid))
		return;
	irq = vgic_get_irq(vm, v, intid);
	if (plat_warn_on(!irq))
		return;
	plat_lock(&irq->lock);
	owner = irq->vcpu;
	if (!owner || !irq->active ||
	    (vgic_is_v2_sgi(vm, intid) && irq->active_source != vgic_lr_cpuid(value))) {
		plat_unlock(&irq->lock);
		return;
	}
	if (irq->on_lr) {
		/* only the PE that runs it knows its state */
		plat_unlock(&irq->lock);
		vgic_deactivate_stopped(vm, irq);
		return;
	}
	deactivate_absent_unlock(v, irq);
	if (owner == v)
		vgic_make_request(owner, VGIC_REQ_PROCESS_UPDATE);
	else
		vgic_request_and_kick(owner, VGIC_REQ_PROCESS_UPDATE);
}
