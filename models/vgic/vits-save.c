// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Devices, events and collections of a virtual ITS to and from the tables in guest memory, layout
 * of ABI revision 0 (spec/vgic.md 3.7).
 *
 * Devices and events are written in order of their IDs, each entry with the distance to the next;
 * collections in order of creation, one behind the other, ended by an invalid entry if there is
 * room. Restoring reads collections first.
 * Choices: an event whose collection was unmapped cannot be delivered: its entry is all zeros, so
 * that restoring goes on with the entry behind it, and the distance to it counts. An ITT of more
 * EventID bits than MAPD allows, an LPI beyond the INTID range, and a device that is there already
 * are refused. A table page that was never written is all zeros, and is skipped at once. What
 * restoring made is taken back when it fails; as in KVM, failing takes along what was mapped
 * before: all collections when a collection is bad, all devices and collections when a device is.
 * Choice: when memory runs out, pending tables are not touched, so that it can be tried again; when
 * a device is bad, what stood before it is pending by then, as in KVM.
 */
#include "vgic-v4-internal.h"

/* Entries, 64 bits each */
#define SAVED_DTE_VALID	   (1ull << 63)
#define SAVED_DTE_NEXT	   62, 49
#define SAVED_DTE_NEXT_MAX 0x3fffu
#define SAVED_DTE_ITT	   48, 5 /* address >> 8 */
#define SAVED_DTE_SIZE	   4, 0	 /* EventID bits - 1 */
#define SAVED_ITE_NEXT	   63, 48
#define SAVED_ITE_NEXT_MAX 0xffffu
#define SAVED_ITE_INTID	   47, 16 /* 0: invalid */
#define SAVED_ITE_ICID	   15, 0
#define SAVED_CTE_VALID	   (1ull << 63)
#define SAVED_CTE_RDBASE   51, 16
#define SAVED_CTE_ICID	   15, 0

#define TABLE_PAGE 0x1000u /* granule of guest memory */

static int write_entry(struct vgic_its *its, u64 addr, u64 value)
{
	plat_cost(COST_GUEST_WRITE, 1);
	plat_sync();
	return gic_mem_write64(its->vm->mem, addr, value);
}

static int read_entry(struct vgic_its *its, u64 addr, u64 *value)
{
	plat_cost(COST_GUEST_READ, 1);
	plat_sync();
	return gic_mem_read64(its->vm->mem, addr, value);
}

/* ---- save; its_lock held ---- */

static u64 distance(u64 from, u64 to, u64 limit)
{
	return to - from < limit ? to - from : limit;
}

/* What an event's entry says; nothing when its collection was unmapped. */
static u64 ite_entry(const struct vits_ite *ite, u64 to_next)
{
	if (ite->orphan)
		return 0;
	return FIELD_PUT(to_next, SAVED_ITE_NEXT) | FIELD_PUT(ite->irq->intid, SAVED_ITE_INTID) |
	       FIELD_PUT(ite->icid, SAVED_ITE_ICID);
}

/* The hardware holds the state of a vLPI, and only GICv4.1 gives it out. */
static bool may_save(const struct vgic_vm *vm, const struct vits_ite *ite)
{
	return !ite->irq->hw || (vm->v4 && host_has_v4_1(vm->v4->host));
}

static int save_itt(struct vgic_its *its, struct vits_device *dev)
{
	u64 event = 0, next, addr, to_next;
	struct vits_ite *ite = plat_index_next(&dev->ites, &event), *following;
	int ret = 0;

	vits_order_events(dev);
	while (ite && !ret) {
		next = event + 1;
		following = plat_index_next(&dev->ites, &next);
		to_next = following ? distance(event, next, SAVED_ITE_NEXT_MAX) : 0;
		vits_event_addr(its, dev, (u32)event, &addr);
		ret = may_save(its->vm, ite) ? write_entry(its, addr, ite_entry(ite, to_next))
					     : -EACCES;
		ite = following;
		event = next;
	}
	return ret;
}

static int save_device(struct vgic_its *its, struct vits_device *dev)
{
	u64 next = (u64)dev->device_id + 1, addr, value;
	int ret;

	if (!vits_entry_addr(its, VITS_TABLE_DEVICE, dev->device_id, &addr))
		return -EINVAL;
	ret = save_itt(its, dev);
	if (ret)
		return ret;
	value = SAVED_DTE_VALID | FIELD_PUT(dev->itt_addr >> 8, SAVED_DTE_ITT) |
		FIELD_PUT(dev->event_bits - 1, SAVED_DTE_SIZE);
	if (plat_index_next(&its->devices, &next))
		value |= FIELD_PUT(distance(dev->device_id, next, SAVED_DTE_NEXT_MAX),
				   SAVED_DTE_NEXT);
	return write_entry(its, addr, value);
}

static int save_devices(struct vgic_its *its)
{
	struct vits_device *dev;
	int ret = 0;
	u64 id;

	if (!(its->baser[VITS_TABLE_DEVICE] & GITS_BASER_VALID))
		return 0;
	vits_order_devices(its);
	for (id = 0; !ret && (dev = plat_index_next(&its->devices, &id)); id++)
		ret = save_device(its, dev);
	return ret;
}

static int save_collections(struct vgic_its *its)
{
	u64 baser = its->baser[VITS_TABLE_COLLECTION];
	u64 addr = gits_baser_addr(baser), end = addr + vits_table_size(baser);
	struct vits_collection *coll;
	int ret;

	if (!(baser & GITS_BASER_VALID))
		return 0;
	plat_list_for_each(coll, &its->collections, link) {
		ret = write_entry(its, addr,
				  SAVED_CTE_VALID | FIELD_PUT(coll->target, SAVED_CTE_RDBASE) |
					  FIELD_PUT(coll->icid, SAVED_CTE_ICID));
		if (ret)
			return ret;
		addr += VITS_CTE_SIZE;
	}
	return addr < end ? write_entry(its, addr, 0) : 0;
}

int vits_save_tables(struct vgic_its *its)
{
	int ret;

	plat_mutex_lock(&its->its_lock);
	ret = save_devices(its);
	if (!ret)
		ret = save_collections(its);
	plat_mutex_unlock(&its->its_lock);
	return ret;
}

/* ---- restore; its_lock held ---- */

/* What an entry says: entries to the next (> 0), 0: it was the last, or -errno. */
typedef int (*restore_fn)(struct vgic_its *its, struct vits_device *dev, u32 id, u64 entry);

#define SCAN_END 1 /* all entries were seen, none said it was the last */

/* Entries, this one included, up to the end of a page that reads as zeros; 1: it does not. */
static u64 zero_run(struct vgic_its *its, u64 addr, u64 left)
{
	u64 run = (TABLE_PAGE - addr % TABLE_PAGE) / sizeof(u64);

	if (gic_mem_peek_page(its->vm->mem, addr))
		return 1;
	run = run < left ? run : left;
	plat_cost(COST_GUEST_READ, (u32)run - 1);
	return run;
}

/* fn() on each entry of a table of `count` entries: SCAN_END, 0 or -errno. */
static int scan(struct vgic_its *its, struct vits_device *dev, u64 addr, u64 count, u32 id,
		restore_fn fn)
{
	u64 entry, step;
	int ret;

	for (; count; count -= step) {
		ret = read_entry(its, addr, &entry);
		if (ret)
			return ret;
		ret = fn(its, dev, id, entry);
		if (ret <= 0)
			return ret;
		step = entry ? (u32)ret : zero_run(its, addr, count);
		if (step >= count)
			break;
		addr += step * sizeof(entry);
		id += (u32)step;
	}
	return SCAN_END;
}

static int restore_ite(struct vgic_its *its, struct vits_device *dev, u32 event, u64 entry)
{
	u32 intid = (u32)FIELD_GET(entry, SAVED_ITE_INTID);
	u32 next = (u32)FIELD_GET(entry, SAVED_ITE_NEXT);
	struct vits_collection *coll;
	bool waits = false;
	int ret;

	if (!intid)
		return 1;
	if (intid < VGIC_LPI_BASE || intid >= vits_lpi_limit(its->vm))
		return -EINVAL;
	if ((u64)event + next >= PLAT_BIT64(dev->event_bits))
		return -EINVAL;
	coll = vits_find_collection(its, (u32)FIELD_GET(entry, SAVED_ITE_ICID));
	if (!coll || !vits_event_addr(its, dev, event, NULL))
		return -EINVAL;
	ret = vits_add_ite(its, dev, event, intid, coll, &waits);
	return ret ? ret : (int)next;
}

static int restore_dte(struct vgic_its *its, struct vits_device *none, u32 id, u64 entry)
{
	u32 bits = (u32)FIELD_GET(entry, SAVED_DTE_SIZE) + 1;
	struct vits_device *dev;
	int ret;

	(void)none;
	if (!(entry & SAVED_DTE_VALID))
		return 1;
	if (bits > VITS_ID_BITS || !vits_entry_addr(its, VITS_TABLE_DEVICE, id, NULL))
		return -EINVAL;
	if (vits_find_device(its, id))
		return -EEXIST;
	ret = vits_add_device(its, id, FIELD_GET(entry, SAVED_DTE_ITT) << 8, bits, &dev);
	if (ret)
		return ret;
	ret = scan(its, dev, dev->itt_addr, PLAT_BIT64(bits), 0, restore_ite);
	return ret < 0 ? ret : (int)FIELD_GET(entry, SAVED_DTE_NEXT);
}

/* An entry of the first level: the devices of one page of the second. */
static int restore_l1(struct vgic_its *its, struct vits_device *none, u32 index, u64 entry)
{
	u32 per_page = VITS_PAGE_SIZE / VITS_DTE_SIZE;
	u64 page = entry & FIELD_MASK(GITS_L1_PA) & ~(u64)(VITS_PAGE_SIZE - 1);

	if (!(entry & GITS_L1_VALID))
		return 1;
	return scan(its, none, page, per_page, index * per_page, restore_dte);
}

/* LPIs that were pending where the tables were saved are so here. */
static void take_pending(struct vgic_its *its)
{
	struct vits_device *dev;
	struct vits_ite *ite;
	u64 event;

	plat_list_for_each(dev, &its->device_list, link) {
		plat_index_for_each(&dev->ites, event, ite) {
			if (ite->waits)
				vits_lpi_take_pending(its->vm, ite->irq);
			ite->waits = false;
		}
	}
}

static int restore_devices(struct vgic_its *its)
{
	u64 baser = its->baser[VITS_TABLE_DEVICE];
	bool indirect = baser & GITS_BASER_INDIRECT;
	int ret;

	if (!(baser & GITS_BASER_VALID))
		return 0;
	ret = scan(its, NULL, gits_baser_addr(baser), vits_table_size(baser) / sizeof(u64), 0,
		   indirect ? restore_l1 : restore_dte);
	if (ret >= 0)
		return 0;
	if (ret != -ENOMEM)
		take_pending(its);
	vits_free_devices(its);
	return ret;
}

static int restore_cte(struct vgic_its *its, u64 entry)
{
	u32 icid = (u32)FIELD_GET(entry, SAVED_CTE_ICID);
	u32 target = (u32)FIELD_GET(entry, SAVED_CTE_RDBASE);
	struct vits_collection *coll;

	if (target != VITS_NO_TARGET && target >= its->vm->nr_vcpus)
		return -EINVAL;
	if (vits_find_collection(its, icid))
		return -EEXIST;
	if (!vits_entry_addr(its, VITS_TABLE_COLLECTION, icid, NULL))
		return -EINVAL;
	return vits_add_collection(its, icid, target, &coll);
}

static int restore_collections(struct vgic_its *its)
{
	u64 baser = its->baser[VITS_TABLE_COLLECTION];
	u64 addr = gits_baser_addr(baser), end = addr + vits_table_size(baser);
	u64 entry;
	int ret = 0;

	if (!(baser & GITS_BASER_VALID))
		return 0;
	for (; addr < end && !ret; addr += sizeof(entry)) {
		ret = read_entry(its, addr, &entry);
		if (!ret && !(entry & SAVED_CTE_VALID))
			break;
		if (!ret)
			ret = restore_cte(its, entry);
	}
	if (ret)
		vits_free_collections(its);
	return ret;
}

int vits_restore_tables(struct vgic_its *its)
{
	int ret;

	plat_mutex_lock(&its->its_lock);
	ret = restore_collections(its);
	if (!ret) {
		ret = restore_devices(its);
		if (ret)
			vits_free_collections(its);
		else
			take_pending(its);
	}
	plat_mutex_unlock(&its->its_lock);
	return ret;
}
