/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memory as a GIC, an ITS or a hypervisor sees it: byte-addressed regions backed by 4 KiB pages
 * that appear when they are first written. Reads of pages never written give zeros.
 * Guest RAM and host RAM are two instances. No locks: an access is atomic for up to 8 aligned
 * bytes, as on hardware.
 */
#ifndef GIC_MEM_H
#define GIC_MEM_H

#include <plat.h>

#define GIC_MEM_REGIONS 4

struct gic_mem {
	struct {
		u64 base, size;
	} region[GIC_MEM_REGIONS];
	u32 nr_regions;
	struct plat_index pages;
};

void gic_mem_init(struct gic_mem *m);
void gic_mem_destroy(struct gic_mem *m);
/* Add a region (both 4 KiB aligned). 0, -EINVAL (alignment, overlap, wrap) or -ENOSPC. */
int gic_mem_add_region(struct gic_mem *m, u64 base, u64 size);
/* Whether [addr, addr + len) lies within one region. */
bool gic_mem_valid(const struct gic_mem *m, u64 addr, u64 len);
/* Copy. 0, -EFAULT (outside), -ENOMEM (write only; nothing written). */
int gic_mem_read(const struct gic_mem *m, u64 addr, void *buf, u32 len);
int gic_mem_write(struct gic_mem *m, u64 addr, const void *buf, u32 len);
/* Little-endian 64-bit accesses, naturally aligned; the fast path of tables and queues. */
int gic_mem_read64(const struct gic_mem *m, u64 addr, u64 *v);
int gic_mem_write64(struct gic_mem *m, u64 addr, u64 v);
/* The 4 KiB page that holds addr, for reading (NULL: all zeros) or made for writing (NULL: none).
 * A page stays where it is until the memory is destroyed. */
const u8 *gic_mem_peek_page(const struct gic_mem *m, u64 addr);
u8 *gic_mem_page(struct gic_mem *m, u64 addr);

#endif
