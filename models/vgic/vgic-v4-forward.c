// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Forwarding of host LPIs to guests, and its end, as VFIO and irqfd ask for it (spec/vgic.md 5).
 *
 * An event is unmapped, an LPI in software, or a vLPI. It becomes a vLPI only here (policy
 * forwarding_hint remember: also when the guest maps it again); guest commands make it software
 * again, as does the host.
 * Generations (policy forwarding): seed and old hold the vITS's lock and find the LPI through the
 * route, so an event that the guest has unmapped or moved under their hands stays as it is; new
 * changes the state under the LPI's own lock, commands to the ITS included, and ends a forwarding by
 * looking through all LPIs for the host's.
 * Choices: a route that changes is ignored by seed and old, which know of no such call. The pending
 * state of a vLPI whose forwarding ends is lost, as the hardware's DISCARD loses it.
 */
#include "vgic-v4-internal.h"

/* ---- hints ---- */

static struct vgic_v4_hint *find_hint(struct vgic_v4 *v4, struct vgic_its *its, u32 device_id,
				      u32 event_id)
{
	struct vgic_v4_hint *hint;

	plat_list_for_each(hint, &v4->hints, link) {
		plat_cost(COST_LIST_STEP, 1);
		if (hint->its == its && hint->device_id == device_id && hint->event_id == event_id)
			return hint;
	}
	return NULL;
}

static void drop_hints(struct vgic_v4 *v4, u32 host_lpi, const struct vgic_v4_hint *keep)
{
	struct vgic_v4_hint *hint, *next;

	plat_list_for_each_safe(hint, next, &v4->hints, link) {
		plat_cost(COST_LIST_STEP, 1);
		if (hint == keep || hint->host_lpi != host_lpi)
			continue;
		plat_list_del(&hint->link);
		plat_free_rcu(hint);
	}
}

/* Without memory the event is not remembered. */
static void remember(struct vgic_its *its, u32 device_id, u32 event_id, u32 host_lpi)
{
	struct vgic_v4 *v4 = its->vm->v4;
	struct vgic_v4_hint *hint, *fresh;

	if (its->vm->policy.v4.hint != VGIC_HINT_REMEMBER)
		return;
	fresh = plat_zalloc(sizeof(*fresh));
	plat_cost(COST_ALLOC, 1);
	plat_lock(&v4->hint_lock);
	hint = find_hint(v4, its, device_id, event_id);
	if (!hint && fresh) {
		hint = fresh;
		fresh = NULL;
		hint->its = its;
		hint->device_id = device_id;
		hint->event_id = event_id;
		plat_list_add_tail(&hint->link, &v4->hints);
	}
	if (hint)
		hint->host_lpi = host_lpi;
	drop_hints(v4, host_lpi, hint);
	plat_unlock(&v4->hint_lock);
	plat_free(fresh);
}

static void forget(struct vgic_vm *vm, u32 host_lpi)
{
	if (vm->policy.v4.hint != VGIC_HINT_REMEMBER)
		return;
	plat_lock(&vm->v4->hint_lock);
	drop_hints(vm->v4, host_lpi, NULL);
	plat_unlock(&vm->v4->hint_lock);
}

void vgic_v4_forget_hints(struct vgic_v4 *v4)
{
	struct vgic_v4_hint *hint, *next;

	plat_list_for_each_safe(hint, next, &v4->hints, link)
		plat_free(hint);
	plat_list_init(&v4->hints);
}

/* ---- set; its_lock held ---- */

static struct host_vlpi_map map_of(const struct vgic_irq *irq)
{
	return (struct host_vlpi_map){
		.vpe = vgic_v4_vpe(irq->target),
		.vintid = irq->intid,
		.properties = (u8)((irq->priority & LPI_CONFIG_PRIORITY) |
				   (irq->enabled ? LPI_CONFIG_ENABLE : 0)),
		.db_enabled = true,
	};
}

/* What was pending here is pending in the hardware from now on. The LPI's lock is held, and left. */
static void hand_over_unlock(struct vgic_vm *vm, struct vgic_irq *irq)
{
	if (vm->policy.v4.forwarding == VGIC_FORWARD_SEED || !irq->pending_latch) {
		plat_unlock(&irq->lock);
		return;
	}
	vgic_v4_set_pending(vm, irq, true);
	vgic_pend_in_hw(vm, irq);
	vgic_queue_irq_unlock(vm, irq);
}

static int forward_new(struct vgic_vm *vm, struct vgic_irq *irq, u32 host_lpi)
{
	struct host_vlpi_map map;
	int ret = 0;

	plat_lock(&irq->lock);
	if (irq->hw) {
		plat_unlock(&irq->lock);
		return 0;
	}
	map = map_of(irq);
	ret = host_vlpi_map(vm->v4->host, host_lpi, &map);
	if (ret) {
		plat_unlock(&irq->lock);
		return ret;
	}
	irq->hw = true;
	irq->host_irq = host_lpi;
	hand_over_unlock(vm, irq);
	return 0;
}

static int forward_old(struct vgic_vm *vm, struct vgic_irq *irq, u32 host_lpi)
{
	struct host_vlpi_map map;
	int ret;

	plat_sync();
	map = map_of(irq);
	ret = host_vlpi_map(vm->v4->host, host_lpi, &map);
	if (ret)
		return ret;
	vgic_v4_count(irq->target, 1);
	plat_lock(&irq->lock);
	irq->hw = true;
	irq->host_irq = host_lpi;
	hand_over_unlock(vm, irq);
	return 0;
}

static int forward(struct vgic_its *its, u32 host_lpi, u32 device_id, u32 event_id)
{
	bool generation_new = its->vm->policy.v4.forwarding == VGIC_FORWARD_NEW;
	enum plat_drop drop;
	struct vgic_irq *irq;
	int ret = vits_resolve(its, device_id, event_id, &irq, &drop);

	if (ret)
		return generation_new ? 0 : ret;
	ret = generation_new ? forward_new(its->vm, irq, host_lpi)
			     : forward_old(its->vm, irq, host_lpi);
	if (!ret)
		remember(its, device_id, event_id, host_lpi);
	return ret;
}

int vgic_v4_set_forwarding(struct vgic_vm *vm, u32 host_lpi, u64 doorbell, u32 device_id,
			   u32 event_id)
{
	struct vgic_its *its = vits_by_doorbell(vm, doorbell);
	int ret;

	if (!vgic_v4_direct_msis(vm) || !vm->v4->vpes || !its)
		return 0;
	plat_mutex_lock(&its->its_lock);
	ret = forward(its, host_lpi, device_id, event_id);
	plat_mutex_unlock(&its->its_lock);
	return ret;
}

void vgic_v4_new_event(struct vgic_its *its, u32 device_id, u32 event_id)
{
	struct vgic_v4 *v4 = its->vm->v4;
	struct vgic_v4_hint *hint;
	u32 host_lpi = 0;

	if (!v4 || !v4->vpes || its->vm->policy.v4.hint != VGIC_HINT_REMEMBER)
		return;
	plat_lock(&v4->hint_lock);
	hint = find_hint(v4, its, device_id, event_id);
	if (hint)
		host_lpi = hint->host_lpi;
	plat_unlock(&v4->hint_lock);
	if (hint)
		forward(its, host_lpi, device_id, event_id);
}

/* ---- unset ---- */

/* The LPI is software's again. Its lock is held under new, and not otherwise. */
static int unmap(struct vgic_vm *vm, struct vgic_irq *irq, u32 host_lpi)
{
	irq->hw = false;
	return host_vlpi_unmap(vm->v4->host, host_lpi);
}

static int unset_by_route(struct vgic_its *its, u32 host_lpi, u32 device_id, u32 event_id)
{
	enum plat_drop drop;
	struct vgic_irq *irq;
	int ret;

	plat_mutex_lock(&its->its_lock);
	ret = vits_resolve(its, device_id, event_id, &irq, &drop);
	plat_sync();
	if (!ret && irq->hw) {
		vgic_v4_count(irq->target, -1);
		ret = unmap(its->vm, irq, host_lpi);
	}
	plat_mutex_unlock(&its->its_lock);
	return ret;
}

static int unset_if_host(struct vgic_vm *vm, struct vgic_irq *irq, void *arg)
{
	u32 host_lpi = *(const u32 *)arg;
	bool found;

	plat_sync();
	if (!irq->hw || irq->host_irq != host_lpi)
		return 0;
	plat_lock(&irq->lock);
	found = irq->hw && irq->host_irq == host_lpi;
	if (found)
		unmap(vm, irq, host_lpi);
	plat_unlock(&irq->lock);
	return found;
}

/* 0, also when it serves nothing here; -ENOMEM. */
static int unset_by_host(struct vgic_vm *vm, u32 host_lpi)
{
	int ret = vits_lpi_for_each(vm, NULL, unset_if_host, &host_lpi);

	return ret < 0 ? ret : 0;
}

int vgic_v4_unset_forwarding(struct vgic_vm *vm, u32 host_lpi, u64 doorbell, u32 device_id,
			     u32 event_id)
{
	struct vgic_its *its = vits_by_doorbell(vm, doorbell);

	if (!vgic_v4_direct_msis(vm) || !vm->v4->vpes)
		return 0;
	forget(vm, host_lpi);
	if (vm->policy.v4.forwarding == VGIC_FORWARD_NEW)
		return unset_by_host(vm, host_lpi);
	return its ? unset_by_route(its, host_lpi, device_id, event_id) : 0;
}

void vgic_v4_route_changed(struct vgic_vm *vm, u32 host_lpi)
{
	if (!vgic_v4_direct_msis(vm) || !vm->v4->vpes)
		return;
	forget(vm, host_lpi);
	if (vm->policy.v4.forwarding == VGIC_FORWARD_NEW)
		unset_by_host(vm, host_lpi);
}
