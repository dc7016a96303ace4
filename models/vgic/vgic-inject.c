// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Raising interrupts, putting them on AP lists, who may raise them, and what stands behind them
 * (spec/vgic.md 1.5, 1.6, 1.11, 1.16).
 */
#include "vgic-internal.h"

/* Why an interrupt that is pending waits; nothing to say about one that is not. */
static void tell_held(struct vgic_vm *vm, struct vgic_irq *irq, enum plat_hold reason)
{
	if (vgic_irq_is_pending(irq))
		plat_event(EV_IRQ_HELD, vm->port, vgic_event_vcpu(irq), irq->intid,
			   vgic_waiting_tag(vm, irq), reason);
}

static enum plat_hold unrouted_reason(const struct vgic_irq *irq)
{
	return !irq->target ? HOLD_NO_TARGET : !irq->enabled ? HOLD_DISABLED : HOLD_DIST_DISABLED;
}

/*
 * With the first SPI in flight every vCPU must trap DIR from its next entry on, unless the host
 * cannot trap it alone and traps it always. Lists' and interrupt's locks held.
 */
static bool must_tell_all(struct vgic_vm *vm, const struct vgic_irq *irq)
{
	return vgic_new_generation(vm) && vm->has_tdir && vm->model == VGIC_V3 &&
	       vgic_is_spi(vm, irq->intid) && plat_atomic_add(&vm->active_spis, 1) == 1;
}

bool vgic_queue_irq_unlock(struct vgic_vm *vm, struct vgic_irq *irq)
{
	struct vgic_vcpu *v;
	bool all;

	for (;;) {
		v = vgic_target_oracle(irq);
		if (irq->vcpu || !v) {
			tell_held(vm, irq, v ? HOLD_ALREADY_QUEUED : unrouted_reason(irq));
			plat_unlock(&irq->lock);
			if (v)
				vgic_request_and_kick(v, VGIC_REQ_IRQ_PENDING);
			return false;
		}
		/* the list's lock comes first: look again when both are held */
		plat_unlock(&irq->lock);
		plat_lock(&v->ap->lock);
		plat_lock(&irq->lock);
		if (!irq->vcpu && vgic_target_oracle(irq) == v)
			break;
		plat_unlock(&irq->lock);
		plat_unlock(&v->ap->lock);
		plat_lock(&irq->lock);
	}
	if (vgic_is_lpi(irq->intid))
		plat_ref_get(&irq->ref);
	vgic_ap_insert(v, irq);
	plat_event(EV_IRQ_QUEUED, vm->port, v->id, irq->intid, vgic_waiting_tag(vm, irq),
		   v->ap->len);
	if (vgic_ap_list_shared(v))
		plat_event(EV_AP_SHARED, vm->port, v->id, irq->intid, NULL, v->ap->len);
	all = must_tell_all(vm, irq);
	plat_unlock(&irq->lock);
	plat_unlock(&v->ap->lock);
	if (all)
		vgic_kick_all(vm);
	else
		vgic_request_and_kick(v, VGIC_REQ_IRQ_PENDING);
	return true;
}

/* A raise that reaches no interrupt. */
static void drop_raise(struct vgic_vm *vm, struct vgic_vcpu *v, u32 intid, bool level,
		       enum plat_drop reason)
{
	u32 tag = 0;

	if (level)
		plat_event(EV_IRQ_DROPPED, vm->port, v ? v->id : VGIC_NOBODY, intid, &tag, reason);
}

static int inject_init(struct vgic_vm *vm)
{
	if (vm->initialised)
		return 0;
	if (vgic_new_generation(vm) || vm->model != VGIC_V2)
		return -EBUSY;
	return vgic_init(vm);
}

/* Whether the raise says something new; sets the state if so. irq->lock held. */
static bool inject_accept(struct vgic_vm *vm, struct vgic_irq *irq, bool level)
{
	if (irq->config == VGIC_LEVEL) {
		if (irq->line == level)
			return false;
		vgic_set_line(vm, irq, level, 0);
		return true;
	}
	if (level)
		vgic_pend(vm, irq, 0);
	return level;
}

int vgic_inject_irq(struct vgic_vm *vm, struct vgic_vcpu *v, u32 intid, bool level,
		    const void *owner)
{
	const struct vgic_attach *row;
	struct vgic_irq *irq;
	int err = inject_init(vm);

	if (err) {
		drop_raise(vm, v, intid, level, DROP_NOT_INITIALISED);
		return vgic_new_generation(vm) ? 0 : err;
	}
	irq = vgic_get_irq(vm, v, intid);
	if (!irq) {
		drop_raise(vm, v, intid, level, DROP_NO_SUCH_IRQ);
		return -EINVAL;
	}
	plat_lock(&irq->lock);
	row = irq->attached ? vgic_irq_attach(vm, v, intid) : NULL;
	if ((row ? row->owner : NULL) != owner) {
		plat_unlock(&irq->lock);
		drop_raise(vm, v, intid, level, DROP_WRONG_OWNER);
	} else if (inject_accept(vm, irq, level)) {
		vgic_queue_irq_unlock(vm, irq);
	} else {
		plat_unlock(&irq->lock);
	}
	vgic_put_irq(vm, irq);
	return 0;
}

/* ---- owners and physical interrupts ---- */

/* A private interrupt or SPI; NULL for LPIs and what does not exist. */
static struct vgic_irq *get_attachable(struct vgic_vcpu *v, u32 intid)
{
	return vgic_is_lpi(intid) ? NULL : vgic_get_irq(v->vm, v, intid);
}

static void update_attached(struct vgic_irq *irq, const struct vgic_attach *row)
{
	irq->attached = row->owner || row->ops;
}

int vgic_map_hw_irq(struct vgic_vcpu *v, u32 intid, u32 host_irq, const struct vgic_irq_ops *ops,
		    void *arg)
{
	struct vgic_irq *irq = get_attachable(v, intid);
	struct vgic_attach *row = vgic_irq_attach(v->vm, v, intid);

	if (!irq || !row || host_irq > FIELD_GET(~0ull, ICH_LR_PINTID))
		return -EINVAL;
	plat_lock(&irq->lock);
	irq->hw = true;
	irq->host_irq = host_irq;
	irq->hwintid = (u16)host_irq;
	row->ops = ops;
	row->arg = arg;
	update_attached(irq, row);
	plat_unlock(&irq->lock);
	return 0;
}

int vgic_unmap_hw_irq(struct vgic_vcpu *v, u32 intid)
{
	struct vgic_irq *irq = get_attachable(v, intid);
	struct vgic_attach *row = vgic_irq_attach(v->vm, v, intid);

	if (!v->vm->initialised)
		return -EAGAIN;
	if (!irq || !row)
		return -EINVAL;
	plat_lock(&irq->lock);
	irq->hw = false;
	irq->host_irq = 0;
	irq->hwintid = 0;
	row->ops = NULL;
	row->arg = NULL;
	update_attached(irq, row);
	plat_unlock(&irq->lock);
	return 0;
}

int vgic_get_map(struct vgic_vcpu *v, u32 intid)
{
	struct vgic_irq *irq = get_attachable(v, intid);
	int hwintid = -1;

	if (!irq)
		return -1;
	plat_lock(&irq->lock);
	if (irq->hw)
		hwintid = irq->hwintid;
	plat_unlock(&irq->lock);
	return hwintid;
}

int vgic_set_owner(struct vgic_vcpu *v, u32 intid, const void *owner)
{
	struct vgic_irq *irq;
	struct vgic_attach *row;
	int err = 0;

	if (!v->vm->initialised)
		return -EAGAIN;
	irq = vgic_is_sgi(intid) ? NULL : get_attachable(v, intid);
	row = vgic_irq_attach(v->vm, v, intid);
	if (!irq || !row)
		return -EINVAL;
	plat_lock(&irq->lock);
	if (row->owner && row->owner != owner)
		err = -EEXIST;
	else
		row->owner = owner;
	update_attached(irq, row);
	plat_unlock(&irq->lock);
	return err;
}
