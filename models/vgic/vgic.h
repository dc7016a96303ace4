/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The virtual GIC of the hypervisor: interrupts, AP lists, list registers (spec/vgic.md 1).
 *
 * Lock order (models/plat/locks.h), outermost first:
 *   vm > vcpu > config > its_cmd > its_tables > lpi_index > ap_list > irq
 * Two AP-list locks are held together only when an interrupt moves between them, lower list first.
 * An interrupt's `vcpu` (the list it is on) changes only with both that list's lock and its own.
 */
#ifndef VGIC_H
#define VGIC_H

#include <plat.h>

#include "../hw/gic.h"
#include "../hw/mem.h"
#include "policy.h"

#define VGIC_MAX_VCPUS	  512u
#define VGIC_V2_MAX_VCPUS 8u
#define VGIC_NR_PRIVATE	  32u
#define VGIC_MAX_SPI	  1019u
#define VGIC_LPI_BASE	  8192u
#define VGIC_LPI_ID_BITS  16u
#define VGIC_PRIO_BITS	  5u
#define VGIC_DEFAULT_IRQS 256u

struct vgic_vcpu;
struct vgic_vm;
struct vgic_its;

/* Asks a device for the level of its line, and what it wants to know (timers, irqfd). */
struct vgic_irq_ops {
	bool (*get_input_level)(struct vgic_vcpu *v, u32 intid);
	bool sw_resample;
};

enum vgic_config { VGIC_EDGE = 0, VGIC_LEVEL = 1 };

/*
 * One interrupt of a guest. `lock` protects everything but `ref`. Together with an ITS event it
 * must stay within 96 bytes: a VM may map 57344 LPIs.
 */
struct vgic_irq {
	struct plat_lock lock;
	struct plat_list ap_link;
	struct vgic_vcpu *vcpu;	       /* on whose AP list; NULL: not queued */
	struct vgic_vcpu *target;      /* configured target; may be NULL */
	u32 intid;
	u32 host_irq;		       /* hw: physical interrupt behind it */
	union {
		u32 mpidr;	       /* v3 SPI: IROUTER affinity */
		u8 targets;	       /* v2 SPI: ITARGETSR byte */
	};
	struct plat_atomic ref;	       /* LPIs only */
	u32 tag;		       /* the port's cookie */
	u32 lpi_seq;		       /* LPIs: order of creation (vm->lpi_order) */
	u16 hwintid;
	u8 priority;
	u8 source;		       /* v2 SGI: pending source CPUs, a bit each */
	u8 active_source;	       /* v2 SGI: source CPU of the active instance */
	bool line : 1;
	bool pending_latch : 1;
	bool active : 1;
	bool enabled : 1;
	bool hw : 1;
	bool on_lr : 1;
	bool config : 1;	       /* enum vgic_config */
	bool group : 1;
	bool dead : 1;		       /* LPI whose last mapping went while it was queued */
};

/* SPIs and private interrupts may have an owner and operations: kept out of struct vgic_irq. */
struct vgic_attach {
	const void *owner;
	const struct vgic_irq_ops *ops;
	void *arg;
};

struct vgic_ap_list {
	struct plat_lock lock;
	struct plat_list head;
	u32 len;
	u32 number;		       /* order in which two lists are locked */
};

/* Software's view of ICH_VMCR_EL2 / GICH_VMCR while the vCPU is not loaded. */
struct vgic_cpuif_state {
	u32 vmcr;
	u32 hcr;
	u32 apr[2][4];
	u64 lr[GIC_MAX_LR];
	u8 used_lrs;
};

enum vgic_vcpu_mode { VGIC_OUTSIDE_GUEST, VGIC_IN_GUEST, VGIC_EXITING_GUEST };

/* Requests to a vCPU, looked at before each entry. */
enum vgic_request {
	VGIC_REQ_IRQ_PENDING = 1 << 0,
	VGIC_REQ_SLEEP = 1 << 1,
	VGIC_REQ_PROCESS_UPDATE = 1 << 2,
	VGIC_REQ_RELOAD_V4 = 1 << 3,
};

struct vgic_vcpu {
	struct vgic_vm *vm;
	void *port;
	u32 id;
	u32 mpidr;		       /* Aff3.2.1.0 */
	struct vgic_ap_list *ap;       /* the list it uses */
	struct vgic_ap_list own_ap;
	struct vgic_irq *private_irqs; /* VGIC_NR_PRIVATE */
	struct vgic_attach *private_attach;
	struct vgic_cpuif_state cpuif;
	struct gic_pe *pe;	       /* loaded on it; NULL: not loaded */
	struct vgic_irq *last_lr_irq;  /* eoicount: where replay starts */
	struct plat_atomic mode;       /* enum vgic_vcpu_mode */
	struct plat_atomic requests;   /* enum vgic_request */
	bool blocked;		       /* in WFI, thread asleep or about to be */
	/* GICv3 redistributor (config lock, lpis_enabled atomic) */
	struct plat_atomic lpis_enabled; /* 0, 1 = disabling, 2 = enabled */
	u64 pendbaser;
	struct plat_atomic inv_busy;
	u32 region;		       /* redistributor region it lives in */
	u64 rd_base;		       /* guest address of its frames */
	struct plat_mutex mutex;       /* held while the thread is in its run loop */
};

enum vgic_model { VGIC_V2 = 2, VGIC_V3 = 3 };

struct vgic_region {
	struct plat_list link;
	u64 base;
	u32 count;		       /* vCPUs it has room for; 0 = as many as there are (legacy) */
	u32 used;
	u32 index;
};

struct vgic_vm {
	void *port;
	struct vgic_policy policy;
	struct gic *gic;	       /* of the host */
	struct gic_mem *mem;	       /* guest memory */
	enum vgic_model model;
	u32 nr_vcpus;
	struct vgic_vcpu **vcpus;
	u32 nr_spis;
	struct vgic_irq *spis;
	struct vgic_attach *spi_attach;
	bool initialised, ready;
	bool enabled;		       /* distributor */
	u8 iidr_rev;
	bool v2_groups_writable;
	u64 dist_base, cpu_base;       /* guest addresses; ~0: unset */
	struct plat_list rd_regions;
	bool rd_legacy;
	u64 propbaser;
	struct plat_mutex lock;	       /* LOCK_VM */
	struct plat_mutex config_lock;
	struct plat_lock lpi_index_lock;
	struct plat_lock lpi_list_lock;
	struct plat_index lpis;	       /* INTID -> struct vgic_irq */
	struct plat_index lpi_order;   /* lpi_store list: creation number -> struct vgic_irq */
	u32 lpi_next_seq;
	struct plat_index mpidr_hash;  /* affinity -> vCPU */
	u32 nr_lpis;
	struct plat_atomic active_spis;
	struct vgic_its **its;
	u32 nr_its;
	struct vgic_ap_list *shared_ap; /* per-vm, sharded */
	u32 nr_shared_ap;
	void *v4;		       /* the vgic-v4 bridge's part */
	/* level-triggered SPI acknowledged by the guest, nobody holding a lock: irqfd resample */
	void (*ack_notify)(void *port, u32 intid);
	/* slow path of an MSI in atomic context: run vgic_its_inject_slow() from a worker */
	void (*msi_worker)(void *port, u64 doorbell, u32 device_id, u32 event_id, u32 tag);
};

struct vgic_vm_config {
	enum vgic_model model;
	u32 nr_vcpus;
	u32 nr_irqs;		       /* 0: VGIC_DEFAULT_IRQS */
	struct vgic_policy policy;
	void *port;
	void *const *vcpu_ports;
};

/* ---- lifecycle (vgic-init.c) ---- */
/* Create a VM's vGIC and vCPUs, not yet initialised. MPIDR of vCPU n: Aff0 = n % 16, Aff1 = n / 16
 * % 256, Aff2 = n / 4096. 0, -EINVAL, -E2BIG, -ENOMEM. */
int vgic_create(struct vgic_vm **out, struct gic *gic, struct gic_mem *mem,
		const struct vgic_vm_config *cfg);
int vgic_init(struct vgic_vm *vm);     /* idempotent; -EBUSY, -ENOMEM */
void vgic_destroy(struct vgic_vm *vm);
/* Where frames lie in guest memory space. 0, -EEXIST, -EINVAL, -E2BIG. */
int vgic_set_dist_base(struct vgic_vm *vm, u64 base);
int vgic_set_redist_region(struct vgic_vm *vm, u32 index, u64 base, u32 count);

/* ---- lookup (vgic.c) ---- */
/* The interrupt, with a reference for LPIs (vgic_put_irq); NULL: there is none. */
struct vgic_irq *vgic_get_irq(struct vgic_vm *vm, struct vgic_vcpu *v, u32 intid);
void vgic_put_irq(struct vgic_vm *vm, struct vgic_irq *irq);
/*
 * LPIs (vits-lpi.c): vgic_get_irq() and vgic_put_irq() hand INTIDs from VGIC_LPI_BASE on to these.
 * Costs and locks follow lpi_store. No AP-list or irq lock may be held: who drops a reference
 * under one (prune) does plat_ref_put(&irq->ref), and when that was the last one collects the
 * interrupt, which nobody can reach any more, on a local list through ap_link and hands the list to
 * vgic_lpi_release() after unlocking.
 */
struct vgic_irq *vgic_lpi_get(struct vgic_vm *vm, u32 intid);
void vgic_lpi_put(struct vgic_vm *vm, struct vgic_irq *irq);
void vgic_lpi_release(struct vgic_vm *vm, struct plat_list *dead);
struct vgic_vcpu *vgic_vcpu_by_mpidr(struct vgic_vm *vm, u32 mpidr); /* costs per sgi_lookup */
struct vgic_attach *vgic_irq_attach(struct vgic_vm *vm, struct vgic_vcpu *v, u32 intid);
static inline bool vgic_irq_is_pending(const struct vgic_irq *irq)
{
	return irq->pending_latch || (irq->config == VGIC_LEVEL && irq->line);
}

/* ---- injection (vgic-inject.c) ---- */
/* A line changes (level 0/1) or an edge occurs (level 1). 0, -EINVAL; other owners: 0, ignored. */
int vgic_inject_irq(struct vgic_vm *vm, struct vgic_vcpu *v, u32 intid, bool level,
		    const void *owner);
/* Queue where the oracle says, kick or wake. Entered with irq->lock held, leaves without. */
bool vgic_queue_irq_unlock(struct vgic_vm *vm, struct vgic_irq *irq);
/* Where irq belongs now, a pure function of its state; irq->lock held. */
struct vgic_vcpu *vgic_target_oracle(const struct vgic_irq *irq);
int vgic_map_hw_irq(struct vgic_vcpu *v, u32 intid, u32 host_irq,
		    const struct vgic_irq_ops *ops, void *arg);
int vgic_unmap_hw_irq(struct vgic_vcpu *v, u32 intid);
int vgic_set_owner(struct vgic_vcpu *v, u32 intid, const void *owner);

/* ---- entry and exit (vgic-entry.c), on the PE's own thread, interrupts masked ---- */
void vgic_load(struct vgic_vcpu *v, struct gic_pe *pe);	 /* vcpu_load: VMCR, APRs */
void vgic_put(struct vgic_vcpu *v);
void vgic_flush(struct vgic_vcpu *v);			 /* AP list -> list registers */
void vgic_sync(struct vgic_vcpu *v);			 /* list registers -> AP list, prune */
void vgic_prune(struct vgic_vcpu *v);
/* May be asked by any thread: would an interrupt be signalled to v? Takes its AP-list lock. */
bool vgic_vcpu_pending(struct vgic_vcpu *v);
/* Trapped DIR write (EOImode 1). */
void vgic_deactivate(struct vgic_vcpu *v, u32 intid);

/* ---- requests and kicks (vgic-kick.c) ---- */
void vgic_make_request(struct vgic_vcpu *v, u32 request);
void vgic_kick(struct vgic_vcpu *v);			 /* wake, IPI or nothing (spec 1.6) */
void vgic_kick_all(struct vgic_vm *vm);
/* KVM's SLEEP request to all vCPUs of the VM, and back. */
void vgic_halt_guest(struct vgic_vm *vm);
void vgic_resume_guest(struct vgic_vm *vm);

/* ---- SGIs (vgic-sgi.c) ---- */
/* Trapped write of ICC_SGI1R (allow_group1), ICC_ASGI1R or ICC_SGI0R. */
void vgic_send_sgi(struct vgic_vcpu *v, u64 value, bool allow_group1);

/* ---- MMIO (vgic-mmio*.c) ---- */
/* A trapped guest access of len 1, 2, 4 or 8 bytes. True when it fell on a frame of this vGIC
 * (reads of nothing give 0), false when it belongs to somebody else. */
bool vgic_mmio_read(struct vgic_vcpu *v, u64 addr, u32 len, u64 *value);
bool vgic_mmio_write(struct vgic_vcpu *v, u64 addr, u32 len, u64 value);

/* ---- dump: one interrupt's flags, a letter each; buf at least 64 bytes; returns its length ---- */
u32 vgic_irq_flags(const struct vgic_irq *irq, char *buf, u32 size);

#endif
