// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Sparse memory: 4 KiB pages in an index by page number, made when first written.
 *
 * Implementation choices: a page lives until the memory is destroyed, so whoever holds a pointer
 * to one (gic_mem_page()) may keep it; regions never shrink; multi-byte values are little-endian
 * whatever the machine is.
 */
#include "mem.h"

#define MEM_PAGE_SHIFT 12u
#define MEM_PAGE_SIZE  (1u << MEM_PAGE_SHIFT)
#define MEM_PAGE_MASK  (MEM_PAGE_SIZE - 1u)

void gic_mem_init(struct gic_mem *m)
{
	m->nr_regions = 0;
	plat_index_init(&m->pages);
}

void gic_mem_destroy(struct gic_mem *m)
{
	u64 key;
	void *page;

	plat_index_for_each(&m->pages, key, page)
		plat_free(page);
	plat_index_destroy(&m->pages);
	m->nr_regions = 0;
}

int gic_mem_add_region(struct gic_mem *m, u64 base, u64 size)
{
	u32 i;

	if (!size || ((base | size) & MEM_PAGE_MASK) || base + (size - 1) < base)
		return -EINVAL;
	for (i = 0; i < m->nr_regions; i++) {
		u64 other = m->region[i].base;

		if (base - other < m->region[i].size || other - base < size)
			return -EINVAL;
	}
	if (m->nr_regions == GIC_MEM_REGIONS)
		return -ENOSPC;
	m->region[m->nr_regions].base = base;
	m->region[m->nr_regions].size = size;
	m->nr_regions++;
	return 0;
}

bool gic_mem_valid(const struct gic_mem *m, u64 addr, u64 len)
{
	u32 i;

	for (i = 0; i < m->nr_regions; i++) {
		u64 at = addr - m->region[i].base;

		if (at < m->region[i].size && len <= m->region[i].size - at)
			return true;
	}
	return false;
}

const u8 *gic_mem_peek_page(const struct gic_mem *m, u64 addr)
{
	return plat_index_load(&m->pages, addr >> MEM_PAGE_SHIFT);
}

u8 *gic_mem_page(struct gic_mem *m, u64 addr)
{
	u64 key = addr >> MEM_PAGE_SHIFT;
	u8 *page = plat_index_load(&m->pages, key);

	if (plat_likely(page))
		return page;
	if (!gic_mem_valid(m, addr, 1) || plat_index_reserve(&m->pages, key))
		return NULL;
	page = plat_zalloc(MEM_PAGE_SIZE);
	if (page)
		plat_index_store(&m->pages, key, page);
	else
		plat_index_unreserve(&m->pages, key);
	return page;
}

/* Bytes from addr to the end of its page, at most len. */
static u32 mem_chunk(u64 addr, u32 len)
{
	u32 room = MEM_PAGE_SIZE - (u32)(addr & MEM_PAGE_MASK);

	return len < room ? len : room;
}

int gic_mem_read(const struct gic_mem *m, u64 addr, void *buf, u32 len)
{
	u8 *to = buf;

	if (!gic_mem_valid(m, addr, len))
		return -EFAULT;
	while (len) {
		u32 n = mem_chunk(addr, len);
		const u8 *page = gic_mem_peek_page(m, addr);

		if (page)
			memcpy(to, page + (addr & MEM_PAGE_MASK), n);
		else
			memset(to, 0, n);
		addr += n;
		to += n;
		len -= n;
	}
	return 0;
}

/* Make all pages of a range, so that a copy into it cannot fail half-way. */
static bool mem_make_pages(struct gic_mem *m, u64 addr, u32 len)
{
	while (len) {
		u32 n = mem_chunk(addr, len);

		if (!gic_mem_page(m, addr))
			return false;
		addr += n;
		len -= n;
	}
	return true;
}

int gic_mem_write(struct gic_mem *m, u64 addr, const void *buf, u32 len)
{
	const u8 *from = buf;

	if (!gic_mem_valid(m, addr, len))
		return -EFAULT;
	if (!mem_make_pages(m, addr, len))
		return -ENOMEM;
	while (len) {
		u32 n = mem_chunk(addr, len);

		memcpy(gic_mem_page(m, addr) + (addr & MEM_PAGE_MASK), from, n);
		addr += n;
		from += n;
		len -= n;
	}
	return 0;
}

/* Byte by byte: right on any machine, and one access where the machine is little-endian. */
static u32 load32(const u8 *p)
{
	return (u32)p[0] | (u32)p[1] << 8 | (u32)p[2] << 16 | (u32)p[3] << 24;
}

static void store32(u8 *p, u32 v)
{
	p[0] = (u8)v;
	p[1] = (u8)(v >> 8);
	p[2] = (u8)(v >> 16);
	p[3] = (u8)(v >> 24);
}

int gic_mem_read64(const struct gic_mem *m, u64 addr, u64 *v)
{
	const u8 *p;

	if (plat_unlikely(addr & 7))
		return -EFAULT;
	p = gic_mem_peek_page(m, addr);
	if (plat_unlikely(!p)) {
		if (!gic_mem_valid(m, addr, 8))
			return -EFAULT;
		*v = 0;
		return 0;
	}
	p += addr & MEM_PAGE_MASK;
	*v = load32(p) | (u64)load32(p + 4) << 32;
	return 0;
}

int gic_mem_write64(struct gic_mem *m, u64 addr, u64 v)
{
	u8 *p;

	if (plat_unlikely(addr & 7))
		return -EFAULT;
	p = gic_mem_page(m, addr);
	if (plat_unlikely(!p))
		return gic_mem_valid(m, addr, 8) ? -ENOMEM : -EFAULT;
	p += addr & MEM_PAGE_MASK;
	store32(p, (u32)v);
	store32(p + 4, (u32)(v >> 32));
	return 0;
}
