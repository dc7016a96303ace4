// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Translation: (DeviceID, EventID) -> device table -> interrupt translation table -> collection
 * table -> redistributor and LPI; or, with GICv4, vPE table -> redistributor and vLPI (Arm IHI 0069
 * 5.2; spec/vgic.md 6.1, 6.3).
 *
 * Choices: entries are those of arch/its.h and arch/gicv4.h; the device table and the table of vPEs
 * may have two levels;
 * the event cache is looked up first, and a hit there needs no device entry; the tables are read
 * anew for whatever is not mapped.
 */
#include "its-internal.h"

#define ENTRY_SHIFT 3u /* of entries of 8 bytes: all but those of vPEs */

int its_table_read(struct its *its, u64 addr, u64 *entry, struct its_work *work)
{
	work->table_reads++;
	return gic_mem_read64(its->mem, addr, entry);
}

int its_table_write(struct its *its, u64 addr, u64 entry, struct its_work *work)
{
	work->table_writes++;
	return gic_mem_write64(its->mem, addr, entry) ? -EFAULT : 0;
}

int its_entry_addr(struct its *its, enum its_table table, u32 index, u64 *addr,
		   struct its_work *work)
{
	static const int none[] = { ITS_E_DEVICE_OOR, ITS_E_COLLECTION_OOR, ITS_E_VPE_OOR };
	const u32 id_bits[] = { its->cfg.device_bits, its->cfg.collection_bits,
				its->gic->vpeid_bits };
	u64 baser = its->baser[table];
	struct gic_table t = {
		.base = gits_baser_addr(baser),
		.page = gits_baser_page_size(baser),
		.pages = (u32)FIELD_GET(baser, GITS_BASER_SIZE) + 1,
		.entry_shift = table == ITS_TABLE_VPES ? ITS_VTE_SHIFT : ENTRY_SHIFT,
		.indirect = baser & GITS_BASER_INDIRECT,
	};
	int ret;

	if (!(baser & GITS_BASER_VALID) || index >> id_bits[table])
		return none[table];
	work->table_reads += t.indirect;
	ret = gic_table_entry(its->mem, &t, index, addr);
	return ret == -ENXIO ? none[table] : ret;
}

int its_find_device(struct its *its, u32 device, u64 *dte, struct its_work *work)
{
	u64 addr;
	int err;

	if (its_cache_get(&its->devices, device, dte)) {
		work->hits++;
		return 0;
	}
	work->misses++;
	err = its_entry_addr(its, ITS_TABLE_DEVICES, device, &addr, work);
	if (err)
		return err;
	if (its_table_read(its, addr, dte, work))
		return -EFAULT;
	if (!(*dte & ITS_DTE_VALID))
		return ITS_E_UNMAPPED_DEVICE;
	its_cache_put(&its->devices, device, *dte);
	return 0;
}

int its_event_addr(struct its *its, u32 device, u32 event, u64 *addr, struct its_work *work)
{
	u64 dte;
	int err = its_find_device(its, device, &dte, work);

	if (err)
		return err;
	if ((u64)event >> its_dte_size_bits(dte))
		return ITS_E_ID_OOR;
	*addr = its_dte_itt_addr(dte) + (u64)event * ITS_ITE_SIZE;
	return 0;
}

int its_find_event(struct its *its, u32 device, u32 event, u64 *ite, struct its_work *work)
{
	u64 addr;
	int err;

	if (its_cache_get(&its->events, its_event_key(device, event), ite)) {
		work->hits++;
		return 0;
	}
	work->misses++;
	err = its_event_addr(its, device, event, &addr, work);
	if (err)
		return err;
	if (its_table_read(its, addr, ite, work))
		return -EFAULT;
	if (!(*ite & ITS_ITE_VALID))
		return ITS_E_UNMAPPED_INTERRUPT;
	its_cache_put(&its->events, its_event_key(device, event), *ite);
	return 0;
}

int its_find_pe(struct its *its, u32 icid, struct gic_pe **pe, struct its_work *work)
{
	u64 addr, cte;
	int err;

	if (its_cache_get(&its->collections, icid, &cte)) {
		work->hits++;
	} else {
		work->misses++;
		err = its_entry_addr(its, ITS_TABLE_COLLECTIONS, icid, &addr, work);
		if (err)
			return err;
		if (its_table_read(its, addr, &cte, work))
			return -EFAULT;
		if (!(cte & ITS_CTE_VALID))
			return ITS_E_UNMAPPED_COLLECTION;
		its_cache_put(&its->collections, icid, cte);
	}
	/* Memory may hold anything: a PE that is not there makes the collection unmapped. */
	*pe = gic_pe(its->gic, (u32)FIELD_GET(cte, ITS_CTE_PE));
	return *pe ? 0 : ITS_E_UNMAPPED_COLLECTION;
}

int its_find_vpe(struct its *its, u32 vpe, u64 *vte, struct gic_pe **pe, struct its_work *work)
{
	u64 addr;
	int err;

	if (its_cache_get(&its->vpes, vpe, vte)) {
		work->hits++;
	} else {
		work->misses++;
		err = its_entry_addr(its, ITS_TABLE_VPES, vpe, &addr, work);
		if (err)
			return err;
		if (its_table_read(its, addr, vte, work))
			return -EFAULT;
		if (!(*vte & ITS_VTE_VALID))
			return ITS_E_UNMAPPED_VPE;
		its_cache_put(&its->vpes, vpe, *vte);
	}
	*pe = gic_pe(its->gic, (u32)FIELD_GET(*vte, ITS_VTE_PE));
	return *pe ? 0 : ITS_E_UNMAPPED_VPE;
}

/* Looks at memory, past the caches: what they hold and miss is the translations' business. */
struct gic_pe *its_vpe_place(struct gic_pe *pe, const struct gic_vlpi *v)
{
	struct its_work work = { 0 };
	struct gic_pe *place;
	struct its *its;
	u64 addr, vte;

	for (its = pe->gic->it; its; its = its->next) {
		if (its_entry_addr(its, ITS_TABLE_VPES, v->vpe, &addr, &work) ||
		    gic_mem_read64(its->mem, addr, &vte) || !(vte & ITS_VTE_VALID) ||
		    its_vte_vpt(vte) != its_vte_vpt(v->vte))
			continue;
		place = gic_pe(pe->gic, (u32)FIELD_GET(vte, ITS_VTE_PE));
		if (place)
			return place;
	}
	return pe;
}

int its_find_vlpi(struct its *its, u64 ite, struct gic_vlpi *v, struct gic_pe **pe,
		  struct its_work *work)
{
	v->intid = (u32)FIELD_GET(ite, ITS_VITE_VINTID);
	v->doorbell = (u32)FIELD_GET(ite, ITS_VITE_DOORBELL);
	v->vpe = (u16)FIELD_GET(ite, ITS_VITE_VPEID);
	return its_find_vpe(its, v->vpe, &v->vte, pe, work);
}

static enum plat_drop drop_reason(int err)
{
	switch (err) {
	case ITS_E_VPE_OOR:
	case ITS_E_UNMAPPED_VPE: return DROP_UNMAPPED_VPE;
	case ITS_E_DEVICE_OOR:
	case ITS_E_UNMAPPED_DEVICE: return DROP_UNMAPPED_DEVICE;
	case ITS_E_ID_OOR:
	case ITS_E_UNMAPPED_INTERRUPT: return DROP_UNMAPPED_EVENT;
	case ITS_E_COLLECTION_OOR:
	case ITS_E_UNMAPPED_COLLECTION: return DROP_UNMAPPED_COLLECTION;
	default: return DROP_NO_MEMORY;
	}
}

/* No PE and no INTID is known of an MSI that is dropped here: the event names its EventID. */
static void drop(struct its *its, u32 event_id, enum plat_drop reason, struct its_work *work)
{
	work->error = (int)reason + 1;
	plat_event(EV_HW_DROPPED, its->gic->cfg.port, GIC_NO_PE, event_id, NULL, reason);
}

static int find_route(struct its *its, u64 ite, struct its_route *route, struct gic_pe **pe,
		      struct its_work *work)
{
	int err;

	route->virt = !(ite & ITS_ITE_PHYSICAL);
	if (route->virt) {
		err = its_find_vlpi(its, ite, &route->vlpi, pe, work);
		route->intid = route->vlpi.intid;
		return err;
	}
	route->intid = (u32)FIELD_GET(ite, ITS_ITE_INTID);
	return its_find_pe(its, (u32)FIELD_GET(ite, ITS_ITE_ICID), pe, work);
}

void its_translate(struct its *its, u32 device_id, u32 event_id, struct its_route *route,
		   struct its_work *work)
{
	struct gic_pe *pe;
	u64 ite;
	int err;

	memset(work, 0, sizeof(*work));
	route->pe = NULL;
	route->intid = 0;
	route->virt = false;
	if (!its->enabled) {
		drop(its, event_id, DROP_ITS_DISABLED, work);
		return;
	}
	err = its_find_event(its, device_id, event_id, &ite, work);
	if (!err)
		err = find_route(its, ite, route, &pe, work);
	if (err) {
		drop(its, event_id, drop_reason(err), work);
		return;
	}
	route->pe = pe;
}
