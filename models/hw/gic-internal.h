/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The inside of the physical GIC, shared by the files of models/hw.
 *
 * Who computes what: every source of interrupts of a PE (its 32 private interrupts, the SPIs
 * routed to it, its LPIs) keeps the *key* of its best candidate; gic_pe_update() takes the
 * smallest of the three and sets the IRQ line. A change of one source recomputes only that
 * source's key. The virtual CPU interface is a fourth, separate choice among list registers.
 *
 * A key orders candidates as the architecture does: lowest priority value first, and among equals
 * the lowest INTID (an implementation choice that makes results repeatable).
 */
#ifndef GIC_INTERNAL_H
#define GIC_INTERNAL_H

#include "../arch/gicv3.h"
#include "gic.h"

#define GIC_KEY_NONE  0xffffffffu
#define GIC_IDLE      0x100u /* running priority when nothing is active: above every priority */
#define GIC_SPI_BANKS 31u

static inline u32 gic_key(u32 prio, u32 intid)
{
	return prio << 24 | intid;
}

static inline u32 gic_key_prio(u32 key)
{
	return key >> 24;
}

static inline u32 gic_key_intid(u32 key)
{
	return key & 0xffffff;
}

/* 32 interrupts, one bit each: the private ones of a PE, or a row of SPIs. */
struct gic_bank {
	u32 latch; /* pending by an edge or by software */
	u32 line;  /* level of the input */
	u32 edge;  /* configured as edge-triggered */
	u32 enabled;
	u32 active;
	u32 group; /* Group 1 */
	u8 prio[32];
};

/* Pending: latched, or a level-sensitive interrupt whose line is high. */
static inline u32 gic_bank_pending(const struct gic_bank *b)
{
	return b->latch | (b->line & ~b->edge);
}

/* Candidates for presentation; Group 0 would be an FIQ, which the host does not use. */
static inline u32 gic_bank_ready(const struct gic_bank *b)
{
	return gic_bank_pending(b) & b->enabled & ~b->active & b->group;
}

struct gic_spi_bank {
	struct gic_bank irq;
	u32 affinity[32];	   /* IROUTER, packed */
	struct gic_pe *target[32]; /* the PE of that affinity, or NULL: nobody */
};

/*
 * A pending LPI heap: keys of pending and enabled LPIs, smallest on top, lazily cleaned. See
 * lpi-heap.c.
 */
#define LPI_HEAP_INLINE 16u

struct lpi_heap {
	u32 *key;
	u32 len, cap;
	u32 stale; /* at most so many entries are no candidates any more */
	u32 inline_key[LPI_HEAP_INLINE];
};

/* Direct-mapped pointers to pages of memory (pages never move or go away). */
#define LPI_PAGE_SLOTS 4u

struct lpi_pages {
	u64 number[LPI_PAGE_SLOTS];
	u8 *page[LPI_PAGE_SLOTS];
};

struct gic_lpis {
	bool enabled;
	bool incomplete; /* an allocation failed: the heap does not hold all; memory does */
	u32 limit;	 /* INTIDs below it are in range; 0 while disabled */
	u64 prop_addr;	 /* configuration byte of INTID 0 would be here */
	u64 pend_addr;
	u64 propbaser, pendbaser;
	u32 best; /* key of the best candidate */
	struct lpi_heap heap;
	struct lpi_pages prop_pages, pend_pages;
};

/* Physical CPU interface. Group 1 only. */
struct gic_icc {
	u32 running;	/* running priority, GIC_IDLE when nothing is active */
	u32 group_mask; /* bits of a priority that are its group priority */
	u32 apr[4];	/* active priorities, the highest in bit 0 of apr[0] */
	u8 pmr, bpr0, bpr1;
	bool cbpr, eoimode, igrpen1;
	bool irq; /* level of the IRQ line */
};

/* Virtual CPU interface. Masks have a bit per list register. */
#define VIRT_NONE 0xffffffffu

struct gic_virt {
	u32 hcr, vmcr;
	u32 pending; /* state pending, not active */
	u32 active;  /* active, or pending and active */
	u32 eoi;     /* invalid with a maintenance request (ICH_EISR_EL2) */
	u32 best;    /* priority << 8 | list register of the best candidate, or VIRT_NONE */
	u32 running;
	u32 apr[2][4];
	bool virq;	  /* level of the virtual IRQ line */
	bool maintenance; /* level of the maintenance interrupt */
	u64 lr[GIC_MAX_LR];
};

struct gic_pe {
	struct gic *gic;
	void *port;
	u32 number;
	u32 affinity;
	bool asleep; /* GICR_WAKER.ProcessorSleep */
	u32 best_private, best_spi;
	u32 spi_rows; /* a bit per row of spi_ready that is not empty */
	struct gic_icc icc;
	struct gic_lpis lpi;
	struct gic_virt virt;
	struct gic_bank priv;
	u32 spi_ready[GIC_SPI_BANKS];
};

struct gic {
	struct gic_config cfg;
	struct gic_mem *mem;
	struct gic_pe *pe;
	u32 ctlr;      /* GICD_CTLR group enables */
	u32 prio_mask; /* physical priority bits implemented */
	u32 pre_bits;  /* physical preemption bits: as many as priority bits, at most 7 */
	u32 nr_spi_banks;
	struct gic_spi_bank *spi;
	struct gicv2 *v2; /* what a GICv2 has beyond the above; NULL: a GICv3 */
	u32 affinity_mask;
	u32 *affinity_slot; /* hash: PE number + 1; 0: empty */
};

/* ---- gic.c ---- */
/* The PE of an affinity, or NULL. */
struct gic_pe *gic_find_pe(struct gic *gic, u32 affinity);

/* ---- gic-irq.c ---- */
/* Recompute the candidates of a PE's private interrupts, and its line. */
void gic_private_changed(struct gic_pe *pe);
/* The same for the SPIs `mask` of a row, and the lines of the PEs they are routed to. */
void gic_spi_changed(struct gic *gic, u32 row, u32 mask);
/* Number of the PE that an SPI is routed to, or GIC_NO_PE. */
u32 gic_spi_target(const struct gic *gic, u32 intid);
/* Route one SPI. */
void gic_spi_route(struct gic *gic, u32 intid, u32 affinity);
/* The bank of a private interrupt or SPI and its bit; NULL when there is no such interrupt. */
struct gic_bank *gic_irq_bank(struct gic_pe *pe, u32 intid);
/* Move a private interrupt or SPI from pending to active. */
void gic_irq_activate(struct gic_pe *pe, u32 intid);

/* ---- lpi.c, lpi-heap.c ---- */
void gic_lpi_enable(struct gic_pe *pe, bool on);
/* The best LPI has been acknowledged: it is no longer pending. */
void gic_lpi_ack(struct gic_pe *pe);
void gic_lpi_destroy(struct gic_pe *pe);

void lpi_heap_init(struct lpi_heap *h);
void lpi_heap_free(struct lpi_heap *h);
/* False: no room and no memory for more. */
bool lpi_heap_push(struct lpi_heap *h, u32 key);
/* Append without keeping the order; lpi_heap_order() must follow. */
bool lpi_heap_append(struct lpi_heap *h, u32 key);
void lpi_heap_order(struct lpi_heap *h);
void lpi_heap_pop(struct lpi_heap *h);

/* ---- icc.c ---- */
void icc_reset(struct gic_pe *pe);
/* Something that the IRQ line depends on has changed. */
void gic_pe_update(struct gic_pe *pe);

/* ---- ich.c ---- */
void ich_reset(struct gic_pe *pe);
/* List register n has been changed: sort it into the masks. */
void ich_classify(struct gic_virt *v, u32 n);
/* Choose the best candidate afresh. */
void ich_choose(struct gic_pe *pe);
/* Recompute the running priority from the active priorities. */
void ich_rerun(struct gic_pe *pe);
/* Bits of a priority that are its group priority, by VBPR. */
u32 ich_group_mask(const struct gic_virt *v, u32 group);
/* ICH_VMCR_EL2 as it stands after a write of `v`: minimum binary points, implemented bits. */
u32 ich_vmcr_sanitise(const struct gic_pe *pe, u32 v);
/* The best candidate exists and may preempt what runs. */
bool ich_can_take(const struct gic_virt *v);
/* Set the virtual line and the maintenance interrupt. */
void ich_update(struct gic_pe *pe);

/* ---- icv.c ---- */
/* The first list register in which the INTID is active; GIC_MAX_LR: none. */
u32 icv_find_active(const struct gic_virt *v, u32 intid);
/* A write of DIR that no trap catches. */
void icv_dir(struct gic_pe *pe, u32 intid);

static inline u32 ich_lr_group(u64 lr)
{
	return !!(lr & ICH_LR_GROUP);
}

#endif
