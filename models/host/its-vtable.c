// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Tables of vPEs (spec/vgic.md 4.9; Arm IHI 0069 5.1, GITS_BASERn, GICR_VPROPBASER of GICv4.1).
 *
 * On GICv4.0 each ITS has one of its own. On GICv4.1 redistributors whose affinity is the same up
 * to CommonLPIAff share one, and ITSs with the same affinity up to SVPET join them; SVPET 0 keeps
 * an ITS's table to itself.
 * Choice: tables are flat, with room for every vPEID as far as 256 pages of 64 KiB go.
 */
#include "its-v4-internal.h"

#define MAX_PAGES 256u
#define OWN_TABLE 0xffffffffu

/* A table, and who uses it. */
struct host_vtable {
	struct plat_list link;
	struct host_block *block;
	u32 level;    /* GIC_COMMON_AFF_*, or OWN_TABLE */
	u32 affinity; /* common part, or number of the ITS */
	u64 pages;
	u32 entry_size;
};

/* GICv4.1 tells in GICD_TYPER2; what GICv4.0 has is known from its description. */
u32 host_vpe_id_bits(const struct host_its *h)
{
	u64 typer2 = gicd_read(h->gic, GICD_TYPER2, 4);
	u32 bits = gic_config(h->gic)->vpeid_bits;

	if (typer2 & GICD_TYPER2_VIL)
		return (u32)FIELD_GET(typer2, GICD_TYPER2_VID) + 1;
	return bits ? bits : 16;
}

static int make_table(struct host_its *h, u32 entry_size, struct host_vtable **out)
{
	struct host_vtable *t = plat_zalloc(sizeof(*t));
	u64 size = (u64)entry_size << host_vpe_id_bits(h);

	if (!t)
		return -ENOMEM;
	t->entry_size = entry_size;
	t->pages = (size + HOST_VTABLE_PAGE - 1) / HOST_VTABLE_PAGE;
	if (t->pages > MAX_PAGES)
		t->pages = MAX_PAGES;
	if (host_block_alloc(h, t->pages * HOST_VTABLE_PAGE, HOST_VTABLE_PAGE, &t->block)) {
		plat_free(t);
		return -ENOMEM;
	}
	plat_list_add_tail(&t->link, &h->vtables);
	*out = t;
	return 0;
}

/* The table of this affinity, made if need be. */
static int find_table(struct host_its *h, u32 level, u32 affinity, u32 entry_size,
		      struct host_vtable **out)
{
	struct host_vtable *t;
	int ret;

	plat_list_for_each(t, &h->vtables, link) {
		if (t->level == level && t->affinity == affinity) {
			*out = t;
			return 0;
		}
	}
	ret = make_table(h, entry_size, out);
	if (ret)
		return ret;
	(*out)->level = level;
	(*out)->affinity = affinity;
	return 0;
}

int host_setup_vpe_table(struct host_queue *q, u32 offset, u64 baser)
{
	u32 entry_size = (u32)FIELD_GET(baser, GITS_BASER_ENTRY_SIZE) + 1;
	u64 typer = host_its_read(q->its, GITS_TYPER, 8);
	u32 level = (u32)FIELD_GET(typer, GITS_TYPER_SVPET), affinity = q->number;
	struct host_vtable *t;
	int ret;

	if ((typer & GITS_TYPER_VMAPP) && level)
		affinity = gic_common_affinity(
			(u32)FIELD_GET(host_its_read(q->its, GITS_MPIDR, 4), GITS_MPIDR_AFF) << 8,
			level);
	else
		level = OWN_TABLE;
	ret = find_table(q->host, level, affinity, entry_size, &t);
	if (ret)
		return ret;
	host_its_write(q->its, offset, 8,
		       FIELD_PUT(GITS_BASER_TYPE_VPE, GITS_BASER_TYPE) |
			       gits_baser_put_addr(t->block->addr, HOST_VTABLE_PAGE) |
			       FIELD_PUT(GITS_BASER_PAGE_64K, GITS_BASER_PAGE_SIZE) |
			       FIELD_PUT(t->pages - 1, GITS_BASER_SIZE) |
			       FIELD_PUT(GIC_SHARE_INNER, GITS_BASER_SHARE) |
			       FIELD_PUT(GIC_CACHE_RAWAWB, GITS_BASER_INNERCACHE) |
			       GITS_BASER_VALID);
	return 0;
}

static int setup_pe(struct host_its *h, struct gic_pe *pe, u64 typer)
{
	u32 level = (u32)FIELD_GET(typer, GICR_TYPER_COMMONLPIAFF);
	u32 affinity = gic_common_affinity((u32)FIELD_GET(typer, GICR_TYPER_AFFINITY), level);
	struct host_vtable *t;
	int ret = find_table(h, level, affinity, ITS_VTE_SIZE, &t);

	if (ret)
		return ret;
	host_gicr_write(pe, GICR_VPROPBASER, 8,
			GICR_VPROPBASER_V41_VALID | t->block->addr |
				FIELD_PUT(t->pages - 1, GICR_VPROPBASER_V41_SIZE) |
				FIELD_PUT(GITS_BASER_PAGE_64K, GICR_VPROPBASER_V41_PAGE_SIZE) |
				FIELD_PUT(ITS_VTE_SIZE / 8 - 1, GICR_VPROPBASER_V41_ENTRY_SIZE) |
				FIELD_PUT(GIC_SHARE_INNER, GICR_VPROPBASER_SHARE) |
				FIELD_PUT(GIC_CACHE_RAWAWB, GICR_VPROPBASER_INNERCACHE));
	return 0;
}

int host_setup_vpe_tables_of_pes(struct host_its *h)
{
	u32 i;
	int ret = 0;

	for (i = 0; i < h->nr_pes && !ret; i++) {
		struct gic_pe *pe = gic_pe(h->gic, i);
		u64 typer = host_gicr_read(pe, GICR_TYPER, 8);

		if (typer & GICR_TYPER_RVPEID)
			ret = setup_pe(h, pe, typer);
	}
	return ret;
}

int host_reserve_vpe_entry(struct host_its *h, u32 id)
{
	struct host_vtable *t;

	plat_list_for_each(t, &h->vtables, link) {
		u64 at = (u64)id * t->entry_size;

		if (at >= t->pages * HOST_VTABLE_PAGE)
			return -ENOSPC;
		if (!gic_mem_page(h->mem, t->block->addr + at))
			return -ENOMEM;
	}
	return 0;
}

void host_free_vpe_tables(struct host_its *h)
{
	struct host_vtable *t, *next;

	plat_list_for_each_safe(t, next, &h->vtables, link) {
		plat_free(t->block);
		plat_free(t);
	}
	plat_list_init(&h->vtables);
}
