// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Tables of entries in memory, flat or with two levels, as ITSs and redistributors are given them;
 * and the table of vPEs that GICv4.1 redistributors read (Arm IHI 0069 chapter 5 and
 * GICR_VPROPBASER; spec/vgic.md 4.8, 4.9).
 *
 * Redistributors and ITSs with common affinity may be given one table; then there is one entry, and
 * what one of them writes the others see. Choices: entries are those of arch/gicv4.h; nothing of
 * them is cached here, so a table shared in memory needs no further coherence.
 */
#include "gic-internal.h"

int gic_table_entry(struct gic_mem *mem, const struct gic_table *t, u32 index, u64 *addr)
{
	u32 per_page = t->page >> t->entry_shift;
	u64 l1;

	if (!t->indirect) {
		*addr = t->base + ((u64)index << t->entry_shift);
		return index < t->pages * per_page ? 0 : -ENXIO;
	}
	/* The smallest first level, a page of 512 entries, has room for the 2^16 IDs there are. */
	if (gic_mem_read64(mem, t->base + index / per_page * GITS_L1_ENTRY_SIZE, &l1))
		return -EFAULT;
	if (!(l1 & GITS_L1_VALID))
		return -ENXIO;
	*addr = (l1 & FIELD_MASK(GITS_L1_PA) & ~(u64)(t->page - 1)) +
		((u64)(index % per_page) << t->entry_shift);
	return 0;
}

int gic_vte_addr(struct gic_pe *pe, u32 vpe, u64 *addr)
{
	static const u32 size[] = { 0x1000, 0x4000, 0x10000, 0x10000 };
	u64 reg = pe->vpe.vpropbaser;
	u32 page = size[FIELD_GET(reg, GICR_VPROPBASER_V41_PAGE_SIZE)];
	struct gic_table t = {
		.base = reg & FIELD_MASK(GICR_VPROPBASER_PA) & ~(u64)(page - 1),
		.page = page,
		.pages = (u32)FIELD_GET(reg, GICR_VPROPBASER_V41_SIZE) + 1,
		.entry_shift = ITS_VTE_SHIFT,
		.indirect = reg & GICR_VPROPBASER_V41_INDIRECT,
	};

	if (!(reg & GICR_VPROPBASER_V41_VALID) || vpe >> pe->gic->vpeid_bits)
		return -ENXIO;
	return gic_table_entry(pe->gic->mem, &t, vpe, addr);
}

int gic_vte_read(struct gic_pe *pe, u32 vpe, u64 vte[2])
{
	u64 addr;
	int ret = gic_vte_addr(pe, vpe, &addr);

	if (ret)
		return ret;
	if (gic_mem_read64(pe->gic->mem, addr, &vte[0]) ||
	    gic_mem_read64(pe->gic->mem, addr + 8, &vte[1]))
		return -EFAULT;
	return vte[0] & ITS_VTE_VALID ? 0 : -ENXIO;
}

int gic_vte_follow(struct gic_pe **pe, u32 vpe, u64 vte[2])
{
	int ret = gic_vte_read(*pe, vpe, vte);
	struct gic_pe *to;

	if (ret)
		return ret;
	to = gic_pe((*pe)->gic, (u32)FIELD_GET(vte[0], ITS_VTE_PE));
	if (!to || to == *pe)
		return to ? 0 : -ENXIO;
	*pe = to;
	return gic_vte_read(to, vpe, vte);
}

int gic_vte_write(struct gic_pe *pe, u32 vpe, const u64 vte[2])
{
	u64 addr;
	int ret = gic_vte_addr(pe, vpe, &addr);

	if (!ret)
		ret = gic_mem_write64(pe->gic->mem, addr + 8, vte[1]);
	if (!ret)
		ret = gic_mem_write64(pe->gic->mem, addr, vte[0]);
	return ret;
}
