// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The order of AP lists (spec/vgic.md 1.7): two generations sort when the list registers do not
 * hold all, two other policies keep the list in order of priority at all times.
 *
 * Choices: always-sorted keeps equal priorities (all 8 bits) in order of arrival and walks back
 * from the end to find the place; priority-buckets orders by the 5 bits that list registers
 * compare and finds the place in one step. Both keep the place an interrupt was queued at when its
 * priority is changed afterwards. On a shared list, a sort moves the vCPU's own interrupts only:
 * they go to its front, so that those of others keep their order among themselves.
 */
#include "vgic-internal.h"

static u32 bucket_of(const struct vgic_irq *irq)
{
	return irq->ap_prio >> (8 - VGIC_PRIO_BITS);
}

/* The entry behind which a new one of priority irq->ap_prio goes. */
static struct plat_list *sorted_place(struct vgic_ap_list *ap, const struct vgic_irq *irq)
{
	struct plat_list *at = ap->head.prev;

	while (at != &ap->head &&
	       plat_list_entry(at, struct vgic_irq, ap_link)->ap_prio > irq->ap_prio) {
		plat_cost(COST_LIST_STEP, 1);
		at = at->prev;
	}
	return at;
}

static struct plat_list *bucket_place(struct vgic_ap_list *ap, const struct vgic_irq *irq)
{
	u32 b = bucket_of(irq);
	u64 upto = ap->buckets->used & (PLAT_BIT64(b + 1) - 1);

	return upto ? ap->buckets->last[plat_fls64(upto)] : &ap->head;
}

/* Entry and exit look without the lock whether the list is empty: that changes out of debt. */
static void begins_or_ends(const struct vgic_ap_list *ap, u32 len)
{
	if (ap->len == len)
		plat_sync();
}

void vgic_ap_insert(struct vgic_vcpu *v, struct vgic_irq *irq)
{
	struct vgic_ap_list *ap = v->ap;
	struct plat_list *after = ap->head.prev;

	begins_or_ends(ap, 0);
	irq->vcpu = v;
	irq->ap_prio = irq->priority;
	if (v->vm->policy.order == VGIC_ORDER_SORTED) {
		after = sorted_place(ap, irq);
	} else if (v->vm->policy.order == VGIC_ORDER_BUCKETS) {
		after = bucket_place(ap, irq);
		ap->buckets->used |= PLAT_BIT(bucket_of(irq));
		ap->buckets->last[bucket_of(irq)] = &irq->ap_link;
	}
	plat_list_add(&irq->ap_link, after);
	ap->len++;
}

static void bucket_remove(struct vgic_ap_list *ap, struct vgic_irq *irq)
{
	struct plat_list *prev = irq->ap_link.prev;
	u32 b = bucket_of(irq);

	if (ap->buckets->last[b] != &irq->ap_link)
		return;
	if (prev != &ap->head && bucket_of(plat_list_entry(prev, struct vgic_irq, ap_link)) == b)
		ap->buckets->last[b] = prev;
	else
		ap->buckets->used &= ~PLAT_BIT(b);
}

void vgic_ap_remove(struct vgic_irq *irq)
{
	struct vgic_ap_list *ap = irq->vcpu->ap;

	begins_or_ends(ap, 1);
	if (ap->buckets)
		bucket_remove(ap, irq);
	plat_list_del(&irq->ap_link);
	ap->len--;
	irq->vcpu = NULL;
}

int vgic_order_old(const struct vgic_irq *a, const struct vgic_irq *b)
{
	bool a_waits = a->enabled && vgic_irq_is_pending(a);
	bool b_waits = b->enabled && vgic_irq_is_pending(b);

	if (a->active || b->active)
		return (int)b->active - (int)a->active;
	if (!a_waits || !b_waits)
		return (int)b_waits - (int)a_waits;
	return (int)a->priority - (int)b->priority;
}

static bool group_enabled(const struct vgic_vcpu *v, const struct vgic_irq *irq)
{
	return v->cpuif.vmcr & (irq->group ? ICH_VMCR_VENG1 : ICH_VMCR_VENG0);
}

int vgic_order_619(const struct vgic_vcpu *v, const struct vgic_irq *a, const struct vgic_irq *b)
{
	bool a_here = vgic_target_oracle(a) == v, b_here = vgic_target_oracle(b) == v;
	bool a_group = group_enabled(v, a), b_group = group_enabled(v, b);
	bool a_waits = a->enabled && vgic_irq_is_pending(a) && !a->active;
	bool b_waits = b->enabled && vgic_irq_is_pending(b) && !b->active;

	if (a_here != b_here)
		return (int)b_here - (int)a_here;
	if (a_group != b_group)
		return (int)b_group - (int)a_group;
	if (a_waits != b_waits)
		return (int)b_waits - (int)a_waits;
	if (a->priority != b->priority)
		return (int)a->priority - (int)b->priority;
	return (int)b->hw - (int)a->hw;
}

static int compare(void *ctx, struct plat_list *x, struct plat_list *y)
{
	const struct vgic_vcpu *v = ctx;
	struct vgic_irq *a = plat_list_entry(x, struct vgic_irq, ap_link);
	struct vgic_irq *b = plat_list_entry(y, struct vgic_irq, ap_link);
	int order;

	plat_cost(COST_SORT_COMPARE, 1);
	plat_lock(&a->lock);
	plat_lock_nested(&b->lock);
	order = v->vm->policy.order == VGIC_ORDER_619 ? vgic_order_619(v, a, b)
						      : vgic_order_old(a, b);
	plat_unlock(&b->lock);
	plat_unlock(&a->lock);
	return order;
}

void vgic_ap_sort(struct vgic_vcpu *v)
{
	struct plat_list own;
	struct vgic_irq *irq, *tmp;

	if (!vgic_ap_list_shared(v)) {
		plat_list_sort(&v->ap->head, v, compare);
		return;
	}
	plat_list_init(&own);
	vgic_for_each_own_safe(irq, tmp, v) {
		plat_list_del(&irq->ap_link);
		plat_list_add_tail(&irq->ap_link, &own);
	}
	plat_list_sort(&own, v, compare);
	plat_list_splice_tail(&own, v->ap->head.next);
}
