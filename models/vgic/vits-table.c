// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Devices, events and collections of a virtual ITS (spec/vgic.md 3.2, 3.7).
 *
 * The hypervisor keeps them in objects of its own; the guest's tables only bound what may be
 * mapped: an entry must lie within the table that GITS_BASERn or MAPD named, and in guest memory.
 * Their contents are written and read by vits-save.c alone.
 * Walks of all devices and events go in the order of their mapping, or of their IDs once tables
 * have been saved since.
 * Choice: a device that is mapped again, or whose table is taken away, loses all its events; their
 * LPIs live on while an AP list still holds them.
 */
#include "vgic-v4.h"
#include "vits-internal.h"

u64 vits_table_size(u64 baser)
{
	return (FIELD_GET(baser, GITS_BASER_SIZE) + 1) * VITS_PAGE_SIZE;
}

/* The page of the second level that holds entry `id` of an indirect table. The smallest first
 * level has room for more than 16 bits of ID. */
static bool level2_page(struct vgic_its *its, u64 baser, u32 id, u64 *page)
{
	u32 index = id / (VITS_PAGE_SIZE / VITS_DTE_SIZE);
	u64 l1;

	plat_cost(COST_GUEST_READ, 1);
	plat_sync();
	if (gic_mem_read64(its->vm->mem, gits_baser_addr(baser) + index * GITS_L1_ENTRY_SIZE, &l1))
		return false;
	*page = l1 & FIELD_MASK(GITS_L1_PA) & ~(u64)(VITS_PAGE_SIZE - 1);
	return l1 & GITS_L1_VALID;
}

bool vits_entry_addr(struct vgic_its *its, enum vits_table table, u32 id, u64 *addr)
{
	u64 baser = its->baser[table];
	u64 base = gits_baser_addr(baser);
	u64 at;

	if (id >> VITS_ID_BITS)
		return false;
	if (baser & GITS_BASER_INDIRECT) {
		if (!level2_page(its, baser, id, &base))
			return false;
		id %= VITS_PAGE_SIZE / VITS_DTE_SIZE;
	} else if (id >= vits_table_size(baser) / VITS_DTE_SIZE) {
		return false;
	}
	at = base + (u64)id * VITS_DTE_SIZE;
	if (addr)
		*addr = at;
	return gic_mem_valid(its->vm->mem, at, VITS_DTE_SIZE);
}

bool vits_event_addr(struct vgic_its *its, const struct vits_device *dev, u32 event_id, u64 *addr)
{
	u64 at = dev->itt_addr + (u64)event_id * VITS_ITE_SIZE;

	if (addr)
		*addr = at;
	return !((u64)event_id >> dev->event_bits) &&
	       gic_mem_valid(its->vm->mem, at, VITS_ITE_SIZE);
}

struct vits_device *vits_find_device(struct vgic_its *its, u32 device_id)
{
	struct vits_device *dev = plat_index_load(&its->devices, device_id);

	plat_cost(COST_LIST_STEP, dev ? vits_walk(dev->place, its->nr_devices) : its->nr_devices);
	return dev;
}

struct vits_ite *vits_find_ite(struct vits_device *dev, u32 event_id)
{
	struct vits_ite *ite = plat_index_load(&dev->ites, event_id);

	plat_cost(COST_LIST_STEP, ite ? vits_walk(event_id, dev->nr_ites) : dev->nr_ites);
	return ite;
}

struct vits_collection *vits_ite_collection(struct vgic_its *its, const struct vits_ite *ite)
{
	return ite->orphan ? NULL : plat_index_load(&its->coll_index, ite->icid);
}

struct vits_collection *vits_find_collection(struct vgic_its *its, u32 icid)
{
	struct vits_collection *coll = plat_index_load(&its->coll_index, icid);

	plat_cost(COST_LIST_STEP,
		  coll ? vits_walk(coll->place, its->nr_collections) : its->nr_collections);
	return coll;
}

int vits_add_device(struct vgic_its *its, u32 device_id, u64 itt_addr, u32 event_bits,
		    struct vits_device **out)
{
	struct vits_device *dev = plat_zalloc(sizeof(*dev));

	plat_cost(COST_ALLOC, 1);
	if (!dev)
		return -ENOMEM;
	if (plat_index_reserve(&its->devices, device_id)) {
		plat_free(dev);
		return -ENOMEM;
	}
	dev->device_id = device_id;
	dev->itt_addr = itt_addr;
	dev->event_bits = event_bits;
	dev->place = its->nr_devices++;
	plat_index_init(&dev->ites);
	plat_list_add_tail(&dev->link, &its->device_list);
	plat_index_store(&its->devices, device_id, dev);
	*out = dev;
	return 0;
}

int vits_add_collection(struct vgic_its *its, u32 icid, u32 target, struct vits_collection **out)
{
	struct vits_collection *coll = plat_zalloc(sizeof(*coll));

	plat_cost(COST_ALLOC, 1);
	if (!coll)
		return -ENOMEM;
	if (plat_index_reserve(&its->coll_index, icid)) {
		plat_free(coll);
		return -ENOMEM;
	}
	coll->icid = icid;
	coll->target = target;
	coll->place = its->nr_collections++;
	plat_list_add_tail(&coll->link, &its->collections);
	plat_index_store(&its->coll_index, icid, coll);
	*out = coll;
	return 0;
}

/* ---- the order of a device's events: a ring from dev->first on ---- */

static void ring_append(struct vits_device *dev, struct vits_ite *ite, u32 event_id)
{
	struct vits_ite *first;

	if (!dev->nr_ites++) {
		dev->first = event_id;
		ite->prev = ite->next = (u16)event_id;
		return;
	}
	first = plat_index_load(&dev->ites, dev->first);
	ite->prev = first->prev;
	ite->next = (u16)dev->first;
	((struct vits_ite *)plat_index_load(&dev->ites, first->prev))->next = (u16)event_id;
	first->prev = (u16)event_id;
}

/* `ite` is not in the index any more. */
static void ring_remove(struct vits_device *dev, const struct vits_ite *ite, u32 event_id)
{
	if (!--dev->nr_ites)
		return;
	((struct vits_ite *)plat_index_load(&dev->ites, ite->prev))->next = ite->next;
	((struct vits_ite *)plat_index_load(&dev->ites, ite->next))->prev = ite->prev;
	if (dev->first == event_id)
		dev->first = ite->next;
}

int vits_add_ite(struct vgic_its *its, struct vits_device *dev, u32 event_id, u32 intid,
		 struct vits_collection *coll, bool *waits)
{
	struct vgic_vcpu *target = vits_collection_mapped(coll) ? its->vm->vcpus[coll->target]
								: NULL;
	struct vits_ite *ite = plat_zalloc(sizeof(*ite));
	int ret = -ENOMEM;

	plat_cost(COST_ALLOC, 1);
	if (!ite)
		return ret;
	if (plat_index_reserve(&dev->ites, event_id))
		goto free;
	ret = vits_lpi_add(its->vm, intid, target, waits, &ite->irq);
	if (ret)
		goto unreserve;
	ite->icid = (u16)coll->icid;
	ite->waits = waits && *waits;
	plat_index_store(&dev->ites, event_id, ite);
	ring_append(dev, ite, event_id);
	return 0;

unreserve:
	plat_index_unreserve(&dev->ites, event_id);
free:
	plat_free(ite);
	return ret;
}

void vits_free_ite(struct vgic_its *its, struct vits_device *dev, u32 event_id)
{
	struct vits_ite *ite = plat_index_erase(&dev->ites, event_id);

	if (plat_warn_on(!ite))
		return;
	ring_remove(dev, ite, event_id);
	vgic_v4_free_event(its->vm, ite->irq);
	vgic_lpi_put(its->vm, ite->irq);
	plat_free(ite);
	plat_cost(COST_FREE, 1);
}

static void free_events(struct vgic_its *its, struct vits_device *dev)
{
	while (dev->nr_ites)
		vits_free_ite(its, dev, dev->first);
	vits_cache_invalidate(its);
}

void vits_remap_device(struct vgic_its *its, struct vits_device *dev, u64 itt_addr, u32 event_bits)
{
	free_events(its, dev);
	dev->itt_addr = itt_addr;
	dev->event_bits = event_bits;
	dev->place = its->nr_devices - 1;
	plat_list_del(&dev->link);
	plat_list_add_tail(&dev->link, &its->device_list);
	plat_cost(COST_FREE, 1);
	plat_cost(COST_ALLOC, 1);
}

void vits_free_device(struct vgic_its *its, struct vits_device *dev)
{
	free_events(its, dev);
	plat_index_erase(&its->devices, dev->device_id);
	plat_list_del(&dev->link);
	its->nr_devices--;
	plat_index_destroy(&dev->ites);
	plat_free(dev);
	plat_cost(COST_FREE, 1);
}

void vits_free_devices(struct vgic_its *its)
{
	struct vits_device *dev, *tmp;

	plat_list_for_each_safe(dev, tmp, &its->device_list, link)
		vits_free_device(its, dev);
}

void vits_order_devices(struct vgic_its *its)
{
	struct vits_device *dev;
	u64 id;

	plat_index_for_each(&its->devices, id, dev) {
		plat_list_del(&dev->link);
		plat_list_add_tail(&dev->link, &its->device_list);
	}
}

void vits_order_events(struct vits_device *dev)
{
	struct vits_ite *ite;
	u64 event;

	dev->nr_ites = 0;
	plat_index_for_each(&dev->ites, event, ite)
		ring_append(dev, ite, (u32)event);
}

/* fn() on each event of the ITS, charged as the walk of all lists. */
static void for_each_ite(struct vgic_its *its, const struct vits_collection *coll,
			 void (*fn)(struct vgic_vm *vm, struct vits_ite *ite,
				    struct vgic_vcpu *target),
			 struct vgic_vcpu *target)
{
	struct vits_device *dev;

	plat_list_for_each(dev, &its->device_list, link) {
		u32 event = dev->first;

		plat_cost(COST_LIST_STEP, dev->nr_ites + 1);
		for (u32 left = dev->nr_ites; left; left--) {
			struct vits_ite *ite = plat_index_load(&dev->ites, event);

			if (!ite->orphan && ite->icid == coll->icid)
				fn(its->vm, ite, target);
			event = ite->next;
		}
	}
}

static void orphan(struct vgic_vm *vm, struct vits_ite *ite, struct vgic_vcpu *target)
{
	(void)vm;
	(void)target;
	ite->orphan = true;
}

void vits_free_collection(struct vgic_its *its, struct vits_collection *coll)
{
	for_each_ite(its, coll, orphan, NULL);
	plat_index_erase(&its->coll_index, coll->icid);
	plat_list_del(&coll->link);
	its->nr_collections--;
	plat_free(coll);
	plat_cost(COST_FREE, 1);
}

void vits_free_collections(struct vgic_its *its)
{
	struct vits_collection *coll, *tmp;

	plat_list_for_each_safe(coll, tmp, &its->collections, link)
		vits_free_collection(its, coll);
}

static void retarget(struct vgic_vm *vm, struct vits_ite *ite, struct vgic_vcpu *target)
{
	vits_lpi_set_target(vm, ite->irq, target, true);
}

static void retarget_unsynced(struct vgic_vm *vm, struct vits_ite *ite, struct vgic_vcpu *target)
{
	vits_lpi_set_target(vm, ite->irq, target, false);
}

void vits_retarget_collection(struct vgic_its *its, const struct vits_collection *coll, bool sync)
{
	if (vits_collection_mapped(coll))
		for_each_ite(its, coll, sync ? retarget : retarget_unsynced,
			     its->vm->vcpus[coll->target]);
}
