/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Inside the GICv4 part of the host's ITS driver: what its files share (spec/vgic.md 4.2 to 4.10).
 */
#ifndef HOST_ITS_V4_INTERNAL_H
#define HOST_ITS_V4_INTERNAL_H

#include "../arch/gicv4.h"
#include "its-internal.h"

#define HOST_VLPI_BITS	 16u	  /* of a virtual INTID: size of VPTs and of configuration tables */
#define HOST_VTABLE_PAGE 0x10000u /* alignment of both, and size of their pages */

/* On GICv4.0 without DirectLPI commands can only reach a doorbell as an event of a device: this one
 * has no hardware behind it. lock: LOCK_HOST_PROXY. */
struct host_proxy {
	struct plat_lock lock;
	struct host_queue *queue;
	u32 device_id;
	u32 nr; /* slots, a power of two; 0: no proxy device */
	u32 next_victim;
	struct host_vpe **vpe; /* by slot */
	struct host_block *itt;
};

/* Who handles a doorbell. */
struct host_action {
	void (*handler)(void *arg);
	void *arg;
};

struct host_v4 {
	struct host_policy policy;
	struct host_queue *first; /* the first ITS with vLPIs */
	bool v4_1;
	bool vsgi;
	bool direct_lpi;    /* SETLPIR, CLRLPIR, INVLPIR */
	bool has_dirty;	    /* GICR_VPENDBASER.Dirty also says when a vPE made resident is ready */
	bool individual_db; /* vLPIs may have doorbells of their own, on every ITS */
	bool default_db;    /* doorbells are a vPE's, not a vLPI's */
	bool eager;	    /* vPEs are mapped from the beginning */
	bool its_list;	    /* each ITS must be told of a move, in the same order */
	bool share_vpes;    /* redistributors of one affinity share a table of vPEs ... */
	u32 share_level;    /* ... GIC_COMMON_AFF_* */
	u32 nr_vpe_ids;
	struct plat_index vpes;	     /* vPEID -> struct host_vpe; host->devices_lock */
	struct plat_index doorbells; /* INTID -> struct host_vpe; the same */
	struct host_proxy proxy;
	struct plat_lock vmovp_lock; /* sequence */
	u16 sequence;
	void (*observe)(void *arg, u32 pe, u32 vpe_id, bool valid);
	void *observe_arg;
};

static inline struct host_v4 *host_v4_of(const struct host_vpe *vpe)
{
	return vpe->vm->host->v4;
}

/* The ITS has the vPE mapped. */
static inline bool host_vpe_on(const struct host_vpe *vpe, const struct host_queue *q)
{
	return host_v4_of(vpe)->eager || vpe->vm->vlpis_on[q->number];
}

/* ---- its-v4.c ---- */
/* Registers of a redistributor, charged and paid for. */
u64 host_gicr_read(struct gic_pe *pe, u32 offset, u32 len);
void host_gicr_write(struct gic_pe *pe, u32 offset, u32 len, u64 value);
/* Wait for GICR_SYNCR; -ETIMEDOUT. */
int host_gicr_sync(struct gic_pe *pe);
#define host_for_each_v4(q, h) \
	for (q = (h)->queue; q < (h)->queue + (h)->nr_its; q++) \
		if (q->v4)

/* ---- its-vtable.c ---- */
/* On GICv4.1 the redistributors' GICR_VPROPBASER; -ENOMEM. */
int host_setup_vpe_tables_of_pes(struct host_its *h);
u32 host_vpe_id_bits(const struct host_its *h);
/* Memory for a vPE's entry in every table, which hardware writes: 0, -ENOMEM; -ENOSPC: no table has
 * room for it. */
int host_reserve_vpe_entry(struct host_its *h, u32 id);
void host_free_vpe_tables(struct host_its *h);

/* ---- its-vpe.c; the VM's vmapp_lock held ---- */
/* With the VM's first vLPI on an ITS, and the last: under lazy mapping all its vPEs are mapped
 * there, or unmapped. */
int host_vpes_get_its(struct host_vpes *vm, struct host_queue *q);
void host_vpes_put_its(struct host_vpes *vm, struct host_queue *q);

/* ---- its-doorbell.c ---- */
/* The doorbell's place in the proxy device; its lock held or not. */
int host_proxy_move(struct host_vpe *vpe, u32 pe);
/* A doorbell that is in the proxy goes to where its vPE is now. */
int host_proxy_follow(struct host_vpe *vpe);
void host_proxy_leave(struct host_vpe *vpe);
/* Descriptor lock held: forget all disables; mask and unmask in hardware. */
int host_doorbell_set_mask(struct host_vpe *vpe, bool mask);

/* ---- its-move.c ---- */
/* The ITSs learn at last where a vPE is whose VMOVP was put off; the vPE's lock not held. */
int host_vpe_settle(struct host_vpe *vpe);

/* ---- its-vlpi.c; the LPI's lock held ---- */
/* The host masks or unmasks a forwarded LPI: its doorbell, then its configuration. */
int host_vlpi_set_enabled(struct host_its *h, struct host_lpi *l, bool enable);
/* A forwarded LPI's event is gone: the host was told by DISCARD. */
void host_vlpi_forget(struct host_lpi *l);

#endif
