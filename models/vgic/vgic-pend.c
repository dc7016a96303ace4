// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The pending state of an interrupt and its account: every change of it, so that each raised
 * instance ends exactly once. The rule stands at the top of vgic.h; state rules are those of
 * spec/vgic.md 1.2 and 1.9. Each source of a GICv2 SGI is an instance of its own, with the port's
 * cookie in struct vgic_vcpu.sgi_tags.
 */
#include "vgic-hostif.h"

static void tell(struct vgic_vm *vm, struct vgic_irq *irq, enum plat_event ev, u64 arg)
{
	plat_event(ev, vm->port, vgic_event_vcpu(irq), irq->intid, &irq->tag, arg);
}

/* The cookie of the instance that list register value `lr` stands for. */
static u32 *tag_in_lr(const struct vgic_vm *vm, struct vgic_irq *irq, u64 lr)
{
	return vgic_is_v2_sgi(vm, irq->intid) ? vgic_sgi_tag(irq, vgic_lr_cpuid(lr)) : &irq->tag;
}

static void begin(struct vgic_vm *vm, struct vgic_irq *irq, u32 tag)
{
	if (irq->raised) {
		plat_event(EV_IRQ_COALESCED, vm->port, vgic_event_vcpu(irq), irq->intid, &tag, 0);
		return;
	}
	irq->raised = true;
	irq->tag = tag;
	tell(vm, irq, EV_IRQ_PENDED, 0);
}

/* An instance without a pending state behind it is withdrawn. */
static void settle(struct vgic_vm *vm, struct vgic_irq *irq)
{
	if (!irq->raised || vgic_irq_is_pending(irq))
		return;
	irq->raised = false;
	tell(vm, irq, EV_IRQ_RETIRED, 0);
}

void vgic_pend(struct vgic_vm *vm, struct vgic_irq *irq, u32 tag)
{
	irq->pending_latch = true;
	begin(vm, irq, tag);
}

void vgic_unpend(struct vgic_vm *vm, struct vgic_irq *irq)
{
	irq->pending_latch = false;
	settle(vm, irq);
}

void vgic_set_line(struct vgic_vm *vm, struct vgic_irq *irq, bool level, u32 tag)
{
	if (irq->line == level)
		return;
	irq->line = level;
	if (irq->config != VGIC_LEVEL)
		return;
	if (level)
		begin(vm, irq, tag);
	else
		settle(vm, irq);
}

void vgic_pend_source(struct vgic_vm *vm, struct vgic_irq *irq, u32 source)
{
	u8 bit = (u8)PLAT_BIT(source);
	u32 *tag = vgic_sgi_tag(irq, source);

	if (irq->source & bit) {
		plat_event(EV_IRQ_COALESCED, vm->port, vgic_event_vcpu(irq), irq->intid, NULL, 0);
		return;
	}
	*tag = 0;
	irq->source |= bit;
	irq->pending_latch = true;
	plat_event(EV_IRQ_PENDED, vm->port, vgic_event_vcpu(irq), irq->intid, tag, 0);
}

void vgic_unpend_sources(struct vgic_vm *vm, struct vgic_irq *irq, u8 mask)
{
	u32 cleared = irq->source & mask;

	irq->source &= (u8)~mask;
	if (!irq->source)
		irq->pending_latch = false;
	for (; cleared; cleared &= cleared - 1)
		plat_event(EV_IRQ_RETIRED, vm->port, vgic_event_vcpu(irq), irq->intid,
			   vgic_sgi_tag(irq, plat_ffs64(cleared)), 0);
}

void vgic_set_config(struct vgic_vm *vm, struct vgic_irq *irq, enum vgic_config config)
{
	irq->config = config;
	settle(vm, irq);
}

void vgic_pend_in_hw(struct vgic_vm *vm, struct vgic_irq *irq)
{
	irq->pending_latch = false;
	if (!irq->raised)
		return;
	irq->raised = false;
	tell(vm, irq, EV_IRQ_TO_HW, 0);
}

void vgic_drop(struct vgic_vm *vm, struct vgic_irq *irq, enum plat_drop reason)
{
	if (!irq->raised)
		return;
	irq->raised = false;
	tell(vm, irq, EV_IRQ_DROPPED, reason);
}

bool vgic_lpi_unref(struct vgic_vm *vm, struct vgic_irq *irq)
{
	if (!plat_ref_put(&irq->ref))
		return false;
	vgic_drop(vm, irq, DROP_DISCARDED);
	return true;
}

void vgic_account_presented(struct vgic_vcpu *v, struct vgic_irq *irq, u32 n)
{
	if (!vgic_is_v2_sgi(v->vm, irq->intid)) {
		if (!irq->raised)
			tell(v->vm, irq, EV_IRQ_REPRESENTED, 0);
		irq->raised = false;
	}
	plat_event(EV_IRQ_IN_LR, v->vm->port, v->id, irq->intid,
		   tag_in_lr(v->vm, irq, v->cpuif.lr[n]), n);
}

void vgic_account_folded(struct vgic_vcpu *v, struct vgic_irq *irq, u64 lr, bool written_pending)
{
	bool back = written_pending && (lr & ICH_LR_PENDING);
	u32 *tag = tag_in_lr(v->vm, irq, lr);

	plat_event(EV_IRQ_FOLDED, v->vm->port, v->id, irq->intid, tag, FIELD_GET(lr, ICH_LR_STATE));
	if (back && irq->raised)
		plat_event(EV_IRQ_COALESCED, v->vm->port, vgic_event_vcpu(irq), irq->intid, tag, 1);
	else if (back)
		irq->raised = true;
	settle(v->vm, irq);
	if (!irq->raised && !(lr & FIELD_MASK(ICH_LR_STATE)) && irq->config == VGIC_LEVEL &&
	    irq->line) {
		irq->raised = true;
		tell(v->vm, irq, EV_IRQ_REPRESENTED, 0);
	}
}

/* ---- what waits now ---- */

static u32 count_in_lrs(struct vgic_vcpu *v, u32 intid)
{
	u32 n, count = 0;

	for (n = 0; n < v->cpuif.used_lrs; n++) {
		u64 lr = v->cpuif.lrs_live ? vgic_hw_read_lr(v, n) : v->cpuif.lr[n];

		if ((lr & ICH_LR_PENDING) && vgic_lr_intid(v->vm, lr) == intid)
			count++;
	}
	return count;
}

/* Without lock or reference: nothing runs meanwhile. */
static const struct vgic_irq *look_at(struct vgic_vm *vm, struct vgic_vcpu *v, u32 intid)
{
	return vgic_is_lpi(intid) ? plat_index_load(&vm->lpis, intid) : vgic_get_irq(vm, v, intid);
}

u32 vgic_count_pending(struct vgic_vm *vm, u32 intid, struct vgic_vcpu *v)
{
	const struct vgic_irq *irq = look_at(vm, v, intid);
	u32 i, count = 0;

	if (irq)
		count = vgic_is_v2_sgi(vm, intid) ? plat_popcount64(irq->source) : irq->raised;
	if (vgic_is_private(intid))
		return v ? count + count_in_lrs(v, intid) : 0;
	/* an LPI may be in a list register when it is on another AP list, or unmapped, already */
	for (i = 0; i < vm->nr_vcpus; i++)
		count += count_in_lrs(vm->vcpus[i], intid);
	return count;
}
