// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the host's ITS driver hands out to devices and VMs: blocks of LPIs in a row, and memory for
 * ITTs and vPEs. Both are first fit. Who has some keeps the descriptors, so giving back never
 * allocates. Choice: memory that comes back is used again for blocks of its size only.
 */
#include "its-internal.h"

#define ITT_ALIGN 256u

int host_lpis_init(struct host_its *h)
{
	struct host_lpi_range *all = plat_zalloc(sizeof(*all));

	plat_list_init(&h->free_lpis);
	plat_list_init(&h->free_blocks);
	plat_index_init(&h->lpis);
	if (!all)
		return -ENOMEM;
	all->base = GIC_LPI_BASE;
	all->count = (1u << h->lpi_bits) - GIC_LPI_BASE;
	plat_list_add(&all->link, &h->free_lpis);
	return 0;
}

void host_lpis_destroy(struct host_its *h)
{
	struct host_lpi_range *r, *next_range;
	struct host_block *b, *next_block;

	plat_list_for_each_safe(r, next_range, &h->free_lpis, link)
		plat_free(r);
	plat_list_for_each_safe(b, next_block, &h->free_blocks, link)
		plat_free(b);
	plat_index_destroy(&h->lpis);
}

int host_lpis_alloc(struct host_its *h, u32 count, struct host_lpi_range **out)
{
	struct host_lpi_range *r, *mine = plat_zalloc(sizeof(*mine));

	plat_cost(COST_ALLOC, 1);
	if (!mine)
		return -ENOMEM;
	plat_list_for_each(r, &h->free_lpis, link) {
		if (r->count < count)
			continue;
		mine->base = r->base;
		mine->count = count;
		r->base += count;
		r->count -= count;
		if (!r->count) {
			plat_list_del(&r->link);
			plat_free(r);
		}
		*out = mine;
		return 0;
	}
	plat_free(mine);
	return -ENOSPC;
}

/* Join a free range with the one behind it if they touch. */
static void join_next(struct host_its *h, struct host_lpi_range *r)
{
	struct host_lpi_range *next = plat_list_entry(r->link.next, struct host_lpi_range, link);

	if (r->link.next == &h->free_lpis || r->base + r->count != next->base)
		return;
	r->count += next->count;
	plat_list_del(&next->link);
	plat_free(next);
}

void host_lpis_free(struct host_its *h, struct host_lpi_range *range)
{
	struct plat_list *before = &h->free_lpis;
	struct host_lpi_range *r;

	plat_list_for_each(r, &h->free_lpis, link) {
		if (r->base > range->base)
			break;
		before = &r->link;
	}
	plat_list_add(&range->link, before);
	join_next(h, range);
	if (before != &h->free_lpis)
		join_next(h, plat_list_entry(before, struct host_lpi_range, link));
}

int host_block_alloc(struct host_its *h, u64 size, u64 align, struct host_block **out)
{
	struct host_block *b;

	size = (size + align - 1) & ~(align - 1);
	plat_list_for_each(b, &h->free_blocks, link) {
		if (b->size != size || (b->addr & (align - 1)))
			continue;
		plat_list_del(&b->link);
		*out = b;
		return 0;
	}
	b = plat_zalloc(sizeof(*b));
	plat_cost(COST_ALLOC, 1);
	if (!b)
		return -ENOMEM;
	b->size = size;
	b->addr = host_table_alloc(h, size, align);
	if (!b->addr) {
		plat_free(b);
		return -ENOMEM;
	}
	*out = b;
	return 0;
}

void host_block_free(struct host_its *h, struct host_block *block)
{
	plat_list_add(&block->link, &h->free_blocks);
}

int host_itt_alloc(struct host_its *h, u64 size, struct host_block **out)
{
	return host_block_alloc(h, size, ITT_ALIGN, out);
}
