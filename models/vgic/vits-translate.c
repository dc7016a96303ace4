// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * From an MSI to a pending LPI (spec/vgic.md 3.5): the fast path through the translation cache,
 * for callers that must not sleep, and the slow path through devices, events and collections.
 *
 * The bounded translation caches have the doorbell in their keys: only who misses looks for its ITS on
 * the bus. An xarray is an ITS's own, so that the ITS comes first.
 * Choice: an MSI whose address is not exactly GITS_TRANSLATER of an ITS of the VM finds no ITS;
 * KVM takes any address within the ITS's frames.
 */
#include "vgic-internal.h"
#include "vgic-v4.h"
#include "vits-internal.h"

struct vgic_its *vits_by_doorbell(const struct vgic_vm *vm, u64 doorbell)
{
	u32 i;

	for (i = 0; i < vm->nr_its; i++) {
		if (vm->its[i]->base + VITS_TRANSLATER == doorbell)
			return vm->its[i];
	}
	return NULL;
}

int vits_resolve(struct vgic_its *its, u32 device_id, u32 event_id, struct vgic_irq **irq,
		 enum plat_drop *drop)
{
	const struct vits_collection *coll;
	struct vits_device *dev;
	struct vits_ite *ite;

	*drop = DROP_ITS_DISABLED;
	if (!its->enabled)
		return -EBUSY;
	*drop = DROP_UNMAPPED_DEVICE;
	dev = vits_find_device(its, device_id);
	if (!dev)
		return E_ITS_INT_UNMAPPED_INTERRUPT;
	*drop = DROP_UNMAPPED_EVENT;
	ite = vits_find_ite(dev, event_id);
	if (!ite)
		return E_ITS_INT_UNMAPPED_INTERRUPT;
	*drop = DROP_UNMAPPED_COLLECTION;
	coll = vits_ite_collection(its, ite);
	if (!vits_collection_mapped(coll))
		return E_ITS_INT_UNMAPPED_INTERRUPT;
	*drop = DROP_LPI_DISABLED;
	if (plat_atomic_read(&its->vm->vcpus[coll->target]->lpis_enabled) != VGIC_LPIS_ON)
		return -EBUSY;
	if (!ite->irq->hw) /* the hardware translates for vLPIs */
		vits_cache_insert(its, device_id, event_id, ite->irq);
	*irq = ite->irq;
	return 0;
}

int vits_trigger(struct vgic_its *its, u32 device_id, u32 event_id, u32 tag, enum plat_drop *drop)
{
	struct vgic_irq *irq;
	int ret = vits_resolve(its, device_id, event_id, &irq, drop);

	if (ret)
		return ret;
	plat_sync();
	if (!irq->hw) {
		vits_lpi_pend(its->vm, irq, tag);
		return 0;
	}
	plat_event(EV_IRQ_TO_HW, its->vm->port, vgic_event_vcpu(irq), irq->intid, &tag, 1);
	return vgic_v4_set_pending(its->vm, irq, true);
}

/* Whether the ITS must be known before its cache can be asked; then finding it takes time first. */
static bool its_first(const struct vgic_vm *vm)
{
	return vm->policy.cache == VGIC_CACHE_XARRAY || vm->policy.cache == VGIC_CACHE_NONE;
}

static bool inject_cached(struct vgic_its *its, u32 device_id, u32 event_id, u32 tag)
{
	struct vgic_irq *irq = vits_cache_get(its, device_id, event_id);

	if (!irq)
		return false;
	plat_event(EV_MSI_FAST, its->vm->port, 0, irq->intid, &tag, device_id);
	vits_lpi_pend(its->vm, irq, tag);
	vits_lpi_put_fast(its->vm, irq);
	return true;
}

int vits_inject_fast(struct vgic_vm *vm, u64 doorbell, u32 device_id, u32 event_id, u32 tag)
{
	struct vgic_its *its = vits_by_doorbell(vm, doorbell);

	if (its_first(vm))
		plat_cost(COST_MSI_ROUTE, 1);
	return its && inject_cached(its, device_id, event_id, tag) ? 0 : -EWOULDBLOCK;
}

static int inject_slow(struct vgic_its *its, u32 device_id, u32 event_id, u32 tag,
		       enum plat_drop *drop)
{
	int ret;

	if (inject_cached(its, device_id, event_id, tag))
		return 0;
	plat_event(EV_MSI_SLOW, its->vm->port, 0, event_id, &tag, device_id);
	if (!its_first(its->vm))
		plat_cost(COST_MSI_ROUTE, 1);
	plat_mutex_lock(&its->its_lock);
	ret = vits_trigger(its, device_id, event_id, tag, drop);
	plat_mutex_unlock(&its->its_lock);
	return ret;
}

int vits_inject_slow(struct vgic_vm *vm, u64 doorbell, u32 device_id, u32 event_id, u32 tag)
{
	struct vgic_its *its = vits_by_doorbell(vm, doorbell);
	enum plat_drop drop = DROP_NO_DOORBELL;
	int ret = vm->nr_its ? -EINVAL : -ENODEV;

	if (its_first(vm) || !its)
		plat_cost(COST_MSI_ROUTE, 1);
	if (its)
		ret = inject_slow(its, device_id, event_id, tag, &drop);
	if (ret)
		plat_event(EV_IRQ_DROPPED, vm->port, 0, event_id, &tag, drop);
	return ret < 0 ? ret : !ret;
}
