/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a GICv2 has beyond the state that it shares with GICv3 (gic-internal.h): sources of SGIs,
 * SPIs that target several CPUs, control of the CPU interface. One choice a PE over all interrupts
 * that it may take; with at most eight PEs and 32 rows nothing is kept between changes.
 */
#ifndef GICV2_INTERNAL_H
#define GICV2_INTERNAL_H

#include "../arch/gicv2.h"
#include "gic-internal.h"
#include "gicv2.h"

struct gic_access;

struct gicv2_pe {
	u8 source[16];	      /* SGI: CPUs whose request is pending, a bit each */
	u8 active_source[16]; /* SGI: CPU of the request that is active */
	u32 best;	      /* key of the best candidate, or GIC_KEY_NONE */
	u16 ctlr;	      /* GICC_CTLR */
};

struct gicv2 {
	struct gicv2_pe pe[GICV2_MAX_PES];
	u32 to[GIC_SPI_BANKS][GICV2_MAX_PES]; /* SPIs of a row that target a PE, a bit each */
};

static inline struct gicv2_pe *gicv2_of(const struct gic_pe *pe)
{
	return &pe->gic->v2->pe[pe->number];
}

/* ---- gicv2-dist.c ---- */
int gicv2_create(struct gic *gic); /* 0 or -ENOMEM; PEs are there already */
/* Choose a PE's best candidate afresh and set its line. */
void gicv2_choose(struct gic_pe *pe);
/* SPIs `mask` of a row changed. */
void gicv2_spi_changed(struct gic *gic, u32 row, u32 mask);
/* The lowest PE that an SPI targets, or GIC_NO_PE. */
u32 gicv2_spi_target(const struct gic *gic, u32 intid);
/* The SGI of gicd_v2_write() arrives. */
void gicv2_sgi_arrives(struct gic_pe *pe, u32 word);
/* An SGI as software makes it pending: requested by the PE itself; or not: by nobody. */
void gicv2_sgi_set_pending(struct gic_pe *pe, u32 intid, bool pending);
/* An SGI is acknowledged: of the requests that wait, the lowest source's. Returns that CPU. */
u32 gicv2_sgi_activate(struct gic_pe *pe, u32 intid);

/* ---- gicv2-cpuif.c ---- */
void gicc_reset(struct gic_pe *pe);
/* The best candidate or what it is measured against changed: set the IRQ line. */
void gicc_update(struct gic_pe *pe);
/* GICC_IIDR, and GICV_IIDR, which reads the same. */
u64 gicc_iidr_read(const struct gic_access *a);

#endif
