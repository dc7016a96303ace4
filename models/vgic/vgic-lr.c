// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One interrupt and one list register: what is written before entry, what is taken over after
 * exit (spec/vgic.md 1.8 "LR population", 1.9 "fold", 2.1). GICv2 guests use the same format, with
 * the source CPU of an SGI in bits 12:10 of the INTID, as on GICv3 hardware.
 *
 * Choice: a GICv2 SGI that is pending without a source is warned of and not presented.
 */
#include "vgic-internal.h"

u32 vgic_lr_intid(const struct vgic_vm *vm, u64 lr)
{
	return vm->model == VGIC_V2 ? (u32)FIELD_GET(lr, ICH_LR_V2_VINTID)
				    : (u32)FIELD_GET(lr, ICH_LR_VINTID);
}

u32 vgic_lr_count(const struct vgic_vm *vm, const struct vgic_irq *irq)
{
	if (vgic_is_v2_sgi(vm, irq->intid) && irq->source)
		return plat_popcount64(irq->source) + irq->active;
	return vgic_irq_is_pending(irq) || irq->active;
}

/* The operations of the device behind irq; NULL: none. */
static const struct vgic_irq_ops *irq_ops(struct vgic_vcpu *v, const struct vgic_irq *irq)
{
	return irq->attached ? vgic_irq_attach(v->vm, v, irq->intid)->ops : NULL;
}

static bool sw_resample(struct vgic_vcpu *v, const struct vgic_irq *irq)
{
	const struct vgic_irq_ops *ops = irq_ops(v, irq);

	return ops && ops->sw_resample;
}

u64 vgic_lr_compose(const struct vgic_vm *vm, const struct vgic_irq *irq, bool resample)
{
	u64 lr = irq->intid | FIELD_PUT(irq->priority, ICH_LR_PRIORITY);
	bool v2_sgi = vgic_is_v2_sgi(vm, irq->intid);
	bool may_pend = true;

	if (irq->group)
		lr |= ICH_LR_GROUP;
	if (irq->active) {
		lr |= ICH_LR_ACTIVE;
		if (v2_sgi)
			lr |= FIELD_PUT(irq->active_source, ICH_LR_V2_CPUID);
		if (v2_sgi && vgic_lr_count(vm, irq) > 1) {
			may_pend = false;
			lr |= ICH_LR_EOI;
		}
	}
	if (irq->hw && !resample) {
		/* the architecture has no pending and active state for a physical one */
		lr |= ICH_LR_HW | FIELD_PUT(irq->hwintid, ICH_LR_PINTID);
		may_pend = may_pend && !irq->active;
	} else if (irq->config == VGIC_LEVEL) {
		lr |= ICH_LR_EOI;
		may_pend = may_pend && !irq->active;
	}
	if (!may_pend || !vgic_irq_is_pending(irq))
		return lr;
	lr |= ICH_LR_PENDING;
	if (v2_sgi) {
		if (plat_warn_on(!irq->source))
			return 0;
		lr |= FIELD_PUT(plat_ffs64(irq->source), ICH_LR_V2_CPUID);
		if (irq->source & (irq->source - 1))
			lr |= ICH_LR_EOI;
	}
	return lr;
}

/* The pending state moves into the list register. A level stays latched until it is served. */
static void take_pending(struct vgic_vcpu *v, struct vgic_irq *irq, u32 n)
{
	if (vgic_is_v2_sgi(v->vm, irq->intid))
		irq->source &= (u8)(irq->source - 1);
	if (irq->config == VGIC_EDGE)
		irq->pending_latch = irq->source != 0;
	if (vgic_irq_is_mapped_level(irq))
		irq->line = false;
	v->cpuif.written_pending |= (u16)PLAT_BIT(n);
	vgic_account_presented(v, irq, n);
}

bool vgic_lr_populate(struct vgic_vcpu *v, struct vgic_irq *irq, u32 n)
{
	u64 lr = vgic_lr_compose(v->vm, irq, sw_resample(v, irq));

	if (!lr)
		return false;
	v->cpuif.lr[n] = lr;
	v->cpuif.used_lrs = (u8)(n + 1);
	irq->on_lr = true;
	if (lr & ICH_LR_PENDING)
		take_pending(v, irq, n);
	return true;
}

/*
 * A mapped level line is not driven but looked at, when what the guest did may have changed it.
 * When it is found low, the physical interrupt is deactivated, so that the next edge is seen.
 */
static void resample(struct vgic_vcpu *v, struct vgic_irq *irq, bool deactivated, bool lr_pending)
{
	bool release = false;

	if (sw_resample(v, irq)) {
		release = !irq->active && !irq->pending_latch;
	} else if (lr_pending || (deactivated && irq->line)) {
		irq->line = vgic_phys_line(v, irq);
		release = !irq->line;
	}
	if (release)
		vgic_phys_set_active(v, irq, false);
}

bool vgic_lr_fold(struct vgic_vcpu *v, struct vgic_irq *irq, u64 lr, bool written_pending)
{
	bool v2_sgi = vgic_is_v2_sgi(v->vm, irq->intid);
	bool was_active = irq->active, pending = lr & ICH_LR_PENDING;

	if (vgic_is_lpi(irq->intid) && vgic_new_generation(v->vm))
		lr &= ~ICH_LR_ACTIVE;
	irq->active = lr & ICH_LR_ACTIVE;
	if (irq->active && v2_sgi)
		irq->active_source = (u8)vgic_lr_cpuid(lr);
	if (irq->config == VGIC_EDGE && pending) {
		u8 bit = v2_sgi ? (u8)PLAT_BIT(vgic_lr_cpuid(lr)) : 0;

		/* of GICv2 SGIs, the source's bit is the account's `raised` */
		if (v2_sgi && written_pending)
			irq->raised = irq->source & bit;
		irq->pending_latch = true;
		irq->source |= bit;
	}
	if (irq->config == VGIC_LEVEL && !(lr & FIELD_MASK(ICH_LR_STATE)))
		irq->pending_latch = false;
	if (vgic_irq_is_mapped_level(irq))
		resample(v, irq, was_active && !irq->active, pending);
	irq->on_lr = false;
	vgic_account_folded(v, irq, lr, written_pending);
	if (v2_sgi)
		irq->raised = false;
	return (was_active || written_pending) && !(lr & FIELD_MASK(ICH_LR_STATE));
}

bool vgic_lr_fold_absent(struct vgic_vcpu *v, struct vgic_irq *irq)
{
	u64 lr = vgic_lr_compose(v->vm, irq, sw_resample(v, irq)) & ~ICH_LR_ACTIVE;

	if (lr & ICH_LR_HW)
		vgic_phys_set_active(v, irq, false);
	return vgic_lr_fold(v, irq, lr, false) && vgic_lr_signals_eoi(lr);
}
