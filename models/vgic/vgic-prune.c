// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Keeping AP lists true: what is neither active nor pending and enabled leaves, what is routed
 * elsewhere moves (spec/vgic.md 1.9 "prune"), and the question whether anything waits (1.12).
 *
 * To move to another list both lists' locks are needed, lower list first, so the vCPU's own is
 * dropped and the walk starts again from the head: k moves cost k walks. Between vCPUs that share
 * a list (ap_list per-vm, sharded) nothing is dropped and the walk goes on.
 */
#include "vgic-internal.h"
#include "vgic-v4.h"

#define KICK_WORDS (VGIC_MAX_VCPUS / 64)

/* Whom to kick after unlocking, a bit a vCPU. */
struct kicks {
	bool any;
	u64 vcpu[KICK_WORDS];
};

static void kicks_add(struct kicks *k, const struct vgic_vcpu *v)
{
	if (!k->any)
		memset(k->vcpu, 0, sizeof(k->vcpu));
	k->any = true;
	k->vcpu[v->id / 64] |= PLAT_BIT64(v->id % 64);
}

static void kicks_send(const struct kicks *k, struct vgic_vm *vm)
{
	u32 i;

	for (i = 0; k->any && i < KICK_WORDS; i++) {
		u64 w;

		for (w = k->vcpu[i]; w; w &= w - 1)
			vgic_request_and_kick(vm->vcpus[i * 64 + plat_ffs64(w)],
					      VGIC_REQ_IRQ_PENDING);
	}
}

/*
 * Take irq off its list. Entered with the list's lock and its own, which is dropped before the
 * list's reference is. lpi_store list drops that under its own lock at once; with an xarray, an LPI
 * whose last reference it was goes to `dead`.
 */
static void leave_list_unlock(struct vgic_irq *irq, struct plat_list *dead)
{
	struct vgic_vcpu *v = irq->vcpu;

	vgic_ap_remove(irq);
	plat_event(EV_IRQ_PRUNED, v->vm->port, v->id, irq->intid, &irq->tag, 0);
	plat_unlock(&irq->lock);
	if (!vgic_is_lpi(irq->intid))
		return;
	if (v->vm->policy.lpi_store == VGIC_LPI_STORE_LIST)
		vgic_lpi_put(v->vm, irq);
	else if (vgic_lpi_unref(v->vm, irq))
		plat_list_add_tail(&irq->ap_link, dead);
}

static void move_to(struct vgic_irq *irq, struct vgic_vcpu *target)
{
	vgic_ap_remove(irq);
	vgic_ap_insert(target, irq);
	plat_event(EV_IRQ_MIGRATED, target->vm->port, target->id, irq->intid, &irq->tag, 0);
}

/*
 * Move irq from v's list to that of `target`, another one. Entered with v's list locked, left
 * without any lock; whoever changed its routing meanwhile wins.
 */
static void migrate_unlock(struct vgic_vcpu *v, struct vgic_irq *irq, struct vgic_vcpu *target)
{
	struct vgic_ap_list *first = v->ap, *second = target->ap;
	bool lpi = vgic_is_lpi(irq->intid), moved = false;

	if (lpi)
		plat_ref_get(&irq->ref);
	plat_unlock(&v->ap->lock);
	if (first->number > second->number) {
		first = target->ap;
		second = v->ap;
	}
	plat_lock(&first->lock);
	plat_lock_nested(&second->lock);
	plat_lock(&irq->lock);
	if (irq->vcpu == v && vgic_target_oracle(irq) == target) {
		move_to(irq, target);
		moved = true;
	}
	plat_unlock(&irq->lock);
	plat_unlock(&second->lock);
	plat_unlock(&first->lock);
	if (moved)
		vgic_request_and_kick(target, VGIC_REQ_IRQ_PENDING);
	if (lpi)
		vgic_put_irq(v->vm, irq);
}

/*
 * One walk with v's list locked. Returns the interrupt that belongs on another list (its target in
 * *target), or NULL when the walk is complete.
 */
static struct vgic_irq *prune_walk(struct vgic_vcpu *v, struct vgic_vcpu **target,
				   struct plat_list *dead, struct kicks *kicks)
{
	struct vgic_irq *irq, *tmp;

	vgic_for_each_own_safe(irq, tmp, v) {
		struct vgic_vcpu *t;

		plat_lock(&irq->lock);
		t = vgic_target_oracle(irq);
		if (!t) {
			leave_list_unlock(irq, dead);
			continue;
		}
		if (t != v && t->ap == v->ap) {
			move_to(irq, t);
			kicks_add(kicks, t);
		}
		plat_unlock(&irq->lock);
		if (t->ap != v->ap) {
			*target = t;
			return irq;
		}
	}
	return NULL;
}

void vgic_prune(struct vgic_vcpu *v)
{
	struct vgic_vcpu *target = NULL;
	struct kicks kicks = { .any = false };
	struct plat_list dead;
	struct vgic_irq *stray;

	plat_list_init(&dead);
	plat_lock(&v->ap->lock);
	while ((stray = prune_walk(v, &target, &dead, &kicks)) != NULL) {
		migrate_unlock(v, stray, target);
		plat_lock(&v->ap->lock);
	}
	plat_unlock(&v->ap->lock);
	kicks_send(&kicks, v->vm);
	if (!plat_list_empty(&dead))
		vgic_lpi_release(v->vm, &dead);
}

void vgic_flush_pending_lpis(struct vgic_vcpu *v)
{
	struct vgic_irq *irq, *tmp;
	struct plat_list dead;

	plat_list_init(&dead);
	plat_lock(&v->ap->lock);
	vgic_for_each_own_safe(irq, tmp, v) {
		if (!vgic_is_lpi(irq->intid))
			continue;
		plat_lock(&irq->lock);
		vgic_unpend(v->vm, irq);
		leave_list_unlock(irq, &dead);
	}
	plat_unlock(&v->ap->lock);
	if (!plat_list_empty(&dead))
		vgic_lpi_release(v->vm, &dead);
}

bool vgic_vcpu_pending(struct vgic_vcpu *v)
{
	struct vgic_irq *irq;
	bool found = false;

	plat_sync();
	if (!v->vm->enabled)
		return false;
	if (vgic_v4_pending(v))
		return true;
	plat_lock(&v->ap->lock);
	vgic_for_each_own(irq, v) {
		plat_lock(&irq->lock);
		found = vgic_irq_is_pending(irq) && irq->enabled && !irq->active &&
			irq->priority < FIELD_GET(v->cpuif.vmcr, ICH_VMCR_VPMR);
		plat_unlock(&irq->lock);
		if (found)
			break;
	}
	plat_unlock(&v->ap->lock);
	return found;
}
