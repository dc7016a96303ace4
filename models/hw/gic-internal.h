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

#include "../arch/gicv4.h"
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
 * lpi-heap.c and lpi-table.c.
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

/* Physical LPIs of a redistributor, or vLPIs of the vPE that is resident there. */
struct gic_lpis {
	struct gic_mem *mem;
	u32 prio_mask;	 /* priority bits implemented */
	bool enabled;	 /* GICR_CTLR.EnableLPIs; physical ones only, as are the two registers */
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
#define VIRT_NONE   0xffffffffu
#define VIRT_DIRECT 0xfeu /* in place of a list register: a vLPI or vSGI of the resident vPE */

struct gic_virt {
	u32 hcr, vmcr;
	u32 pending; /* state pending, not active */
	u32 active;  /* active, or pending and active */
	u32 eoi;     /* invalid with a maintenance request (ICH_EISR_EL2) */
	u32 best;    /* priority << 8 | list register of the best candidate, or VIRT_NONE */
	u32 direct;  /* while that is VIRT_DIRECT: the INTID ... */
	u32 direct_group;
	u32 running;
	u32 apr[2][4];
	bool vpe;	  /* a vPE is presented beside the list registers (residency.key) */
	bool virq;	  /* level of the virtual IRQ line */
	bool maintenance; /* level of the maintenance interrupt */
	u64 lr[GIC_MAX_LR];
};

/* GICv4: the vPE that is resident on a PE. */
#define VPE_NONE (~0ull)

struct gic_residency {
	u64 key; /* 4.0: address of its pending table, 4.1: vPEID; VPE_NONE: nothing presented */
	u64 scanned; /* the key while Dirty keeps it from being presented, or VPE_NONE */
	u64 vpropbaser;
	u64 vpendbaser; /* with Valid, Dirty and PendingLast as they are now */
	u16 vpe;	/* 4.1 */
	u8 groups;	/* groups enabled (VGRPnEN), a bit each */
	u16 sgi_pending, sgi_enabled, sgi_group; /* 4.1: vSGIs, a bit each */
	u16 sgi_asked;				 /* GICR_VSGIPENDR: answer to the last VSGIR */
	u8 sgi_prio[16];
	struct plat_waitq waitq;
	struct gic_lpis lpi; /* its vLPIs */
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
	struct gic_residency vpe;
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
	/* GICv4: */
	u32 vpeid_bits;
	u64 *resident;	/* by PE: key of the vPE there, Dirty or not */
	struct its *it; /* the first ITS; its_create() adds one */
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

/* ---- lpi.c ---- */
void gic_lpi_enable(struct gic_pe *pe, bool on);
/* The best LPI has been acknowledged: it is no longer pending. */
void gic_lpi_ack(struct gic_pe *pe);

/* ---- lpi-table.c ---- */
static inline bool lpi_in_range(const struct gic_lpis *l, u32 intid)
{
	return intid >= GIC_LPI_BASE && intid < l->limit;
}

/* Of an LPI in range, as lpi_insert(). */
bool lpi_is_pending(struct gic_lpis *l, u32 intid);
/* Fetch its pending bit into the cache. */
void lpi_fetch(struct gic_lpis *l, u32 intid);
/* Make it pending and settle the choice: 1, 0 when it was pending already, -ENOMEM. */
int lpi_insert(struct gic_lpis *l, u32 intid);
/* Clear its pending bit, whether in range or not; true when it was set, and then lpi_settle() must
 * follow. */
bool lpi_withdraw(struct gic_lpis *l, u32 intid);
/* Read its configuration again; false: it is not pending, nothing changes. */
bool lpi_reread(struct gic_lpis *l, u32 intid);
/* The best one is taken: no longer pending; the next one is chosen. */
void lpi_take_best(struct gic_lpis *l);
/* Fill the heap afresh from memory (incomplete when there is no memory for it); lpi_settle() must
 * follow. */
void lpi_rebuild(struct gic_lpis *l);
/* Set the best candidate after the heap has changed. */
void lpi_settle(struct gic_lpis *l);
/* No candidates any more; memory stays as it is. */
void lpi_forget(struct gic_lpis *l);
/* Pending LPIs of a table, ascending: the first one >= intid, or one >= limit: there is none. */
u32 lpi_next_pending(struct gic_lpis *l, u32 intid);

/* ---- lpi-heap.c ---- */
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

/* Group of the best candidate, which exists. */
static inline u32 ich_best_group(const struct gic_virt *v)
{
	u32 n = v->best & 0xff;

	return n == VIRT_DIRECT ? v->direct_group : ich_lr_group(v->lr[n]);
}

/* ---- vpe.c ---- */
/* The vPE's key, by its number and the first doubleword of its table entry. */
static inline u64 gic_vpe_key(const struct gic *gic, u32 vpe, u64 vte)
{
	return gic->cfg.direct == GIC_DIRECT_V41 ? vpe : its_vte_vpt(vte);
}

/* The vLPIs or vSGIs of the resident vPE have changed: choose afresh, set the virtual line. */
static inline void gic_vpe_changed(struct gic_pe *pe)
{
	ich_choose(pe);
	ich_update(pe);
}

void gic_vpe_init(struct gic_pe *pe);
/* Where a vPE is resident, Dirty or not; NULL: nowhere. */
struct gic_pe *gic_vpe_resident(struct gic *gic, u64 key);
void gic_unpredictable(struct gic_pe *pe, enum plat_unpredictable what);
/* GICR_VPROPBASER, GICR_VPENDBASER */
void gic_vpropbaser_write(struct gic_pe *pe, u64 v);
void gic_vpendbaser_write(struct gic_pe *pe, u64 v);

/* ---- vpe-table.c ---- */
/* A table in memory: pages of entries, flat, or one level of addresses of such pages. */
struct gic_table {
	u64 base;
	u32 page, pages; /* bytes in a page, pages at base */
	u32 entry_shift;
	bool indirect;
};

/* Address of entry `index`: 0, -ENXIO (the table has none), -EFAULT. */
int gic_table_entry(struct gic_mem *mem, const struct gic_table *t, u32 index, u64 *addr);
/* GICv4.1, a vPE's entry in the table that a redistributor reads: 0; -ENXIO: there is none, or (read)
 * the vPE is not mapped; -EFAULT, -ENOMEM: memory. */
int gic_vte_addr(struct gic_pe *pe, u32 vpe, u64 *addr);
int gic_vte_read(struct gic_pe *pe, u32 vpe, u64 vte[2]);
/* The same where the vPE is mapped now, if the redistributor's entry says that this is elsewhere:
 * `pe` becomes the one whose entry it is. */
int gic_vte_follow(struct gic_pe **pe, u32 vpe, u64 vte[2]);
int gic_vte_write(struct gic_pe *pe, u32 vpe, const u64 vte[2]);

/* ---- its-translate.c ---- */
/* GICv4.0: where the ITSs have a vLPI's vPE mapped by now; `pe` when none of them has. */
struct gic_pe *its_vpe_place(struct gic_pe *pe, const struct gic_vlpi *v);

/* ---- vlpi.c ---- */
/* The resident vPE's best vLPI has been acknowledged. */
void gic_vlpi_ack(struct gic_pe *pe);
/* Move a vLPI's pending state to another vPE (VMOVI), and let it ring there. */
void gic_vlpi_move(struct gic_pe *from, const struct gic_vlpi *a, struct gic_pe *to,
		   const struct gic_vlpi *b);
/* Read the configuration of all of a vPE's vLPIs again. */
void gic_vlpi_invall(struct gic_pe *pe, u32 vpe, u64 vte);
/* GICR_INVLPIR and GICR_INVALLR for a vPE (4.1). */
void gic_vlpi_inv_vpe(struct gic_pe *pe, u32 vpe, u32 intid);
void gic_vlpi_invall_vpe(struct gic_pe *pe, u32 vpe);
/* 4.1: an interrupt has become a candidate for a vPE that is not resident: ring its default
 * doorbell if that was asked for. Whether it rang. */
bool gic_default_doorbell(struct gic_pe *pe, u32 vpe, u64 vte[2]);

/* ---- vsgi.c ---- */
/* Configure a vSGI, or clear its pending state; `conf` is a byte as of LPI_CONFIG_*. 0, or -errno
 * as of gic_vsgi_set(). */
int gic_vsgi_configure(struct gic_pe *pe, u32 vpe, u32 intid, u8 conf);
int gic_vsgi_clear(struct gic_pe *pe, u32 vpe, u32 intid);
/* The pending vSGIs of a vPE, a bit each. */
u32 gic_vsgi_pending(struct gic_pe *pe, u32 vpe);
/* The resident vPE's vSGI has been acknowledged. */
void gic_vsgi_ack(struct gic_pe *pe, u32 intid);
/* A vPE becomes resident: read its vSGIs. */
void gic_vsgi_load(struct gic_pe *pe);
/* Those among the vSGIs that are pending, enabled and in an enabled group (a bit each). */
u32 gic_vsgi_ready(const struct gic_pe *pe, u32 groups);

#endif
