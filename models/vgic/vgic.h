/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The virtual GIC of the hypervisor: interrupts, AP lists, list registers (spec/vgic.md 1).
 *
 * Lock order (models/plat/locks.h), outermost first:
 *   vm > vcpu > config > its_cmd > its_tables > lpi_index > ap_list > lpi_list > irq
 * Two AP-list locks are held together only when an interrupt moves between them, lower list first.
 * An interrupt's `vcpu` (the list it is on) changes only with both that list's lock and its own.
 *
 * What is counted (models/plat/events.h). An *instance* is one occurrence that a guest should
 * acknowledge once. It begins when an edge, a rising line or software makes the interrupt pending
 * (IRQ_PENDED), or when an interrupt that was served is pending again because its line is still
 * high (IRQ_REPRESENTED). It is always in one of two places:
 *   - the interrupt itself: `raised` (GICv2 SGIs: one instance a bit of `source`);
 *   - a list register whose Pending bit the hypervisor wrote and the guest has not taken yet.
 * IRQ_IN_LR moves it from the first place to the second; IRQ_FOLDED with Pending still set moves
 * it back. It ends exactly once:
 *   - the guest acknowledges it in the list register (IRQ_ACKED, told by the machine);
 *   - it meets another instance in the first place (IRQ_COALESCED): a raise while `raised` is set
 *     (argument 0, the tag is the new instance's), or a list register that comes back Pending
 *     while `raised` is set again (argument 1, the tag is the interrupt's);
 *   - its pending state goes away unserved: cleared by software, line fallen (IRQ_RETIRED);
 *   - it cannot be kept: unknown INTID, unmapped LPI, wrong owner (IRQ_DROPPED);
 *   - its LPI is a vLPI, and the instance goes to the hardware, where another account begins
 *     (IRQ_TO_HW): argument 0 it waited here, 1 it was raised just now and never began here.
 * So, an INTID: begun before + raises + represented = acknowledged + coalesced + dropped + retired
 * + vgic_count_pending(), where a raise is told as IRQ_PENDED, IRQ_COALESCED (argument 0) or
 * IRQ_DROPPED. A level interrupt whose line stays high while it is active has no instance: the
 * line's next one begins when it is deactivated. Lines that change without effect are no raises.
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
#define VGIC_MIN_IRQS	  64u
#define VGIC_MAX_IRQS	  1023u
#define VGIC_IPA_BITS	  40u
#define VGIC_BASE_UNSET	  (~0ull)

struct vgic_vcpu;
struct vgic_vm;
struct vgic_its;
struct vits_cache;
struct vgic_v4;

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
	struct vgic_vcpu *vcpu;	  /* on whose AP list; NULL: not queued */
	struct vgic_vcpu *target; /* configured target; may be NULL */
	u32 intid;
	u32 host_irq; /* hw: physical interrupt behind it */
	union {
		u32 mpidr;  /* v3 SPI: IROUTER affinity */
		u8 targets; /* v2 SPI: ITARGETSR byte */
	};
	struct plat_atomic ref; /* LPIs only */
	u32 tag;		/* the port's cookie */
	u32 lpi_seq;		/* LPIs: order of creation (vm->lpi_order) */
	u16 hwintid;
	u8 priority;
	u8 ap_prio;	  /* priority it was queued with; AP-list lock */
	u8 source;	  /* v2 SGI: pending source CPUs, a bit each */
	u8 active_source; /* v2 SGI: source CPU of the active instance */
	bool line : 1;
	bool pending_latch : 1;
	bool active : 1;
	bool enabled : 1;
	bool hw : 1;
	bool on_lr : 1;	 /* in a list register of `vcpu` since its last entry */
	bool config : 1; /* enum vgic_config */
	bool group : 1;
	bool raised : 1;   /* holds an instance that no list register has taken */
	bool attached : 1; /* its row of struct vgic_attach says something */
};

/* SPIs and private interrupts may have an owner and operations: kept out of struct vgic_irq. */
struct vgic_attach {
	const void *owner;
	const struct vgic_irq_ops *ops;
	void *arg;
};

#define VGIC_AP_BUCKETS 32u

/*
 * Order priority-buckets: the list is one FIFO a priority level, the FIFOs one behind the other;
 * `last` finds the end of each in one step.
 */
struct vgic_ap_buckets {
	u32 used; /* bit b: bucket b is not empty */
	struct plat_list *last[VGIC_AP_BUCKETS];
};

/* Active, and pending and enabled, interrupts of one vCPU or (ap_list per-vm, sharded) several. */
struct vgic_ap_list {
	struct plat_lock lock;
	struct plat_list head;
	struct vgic_ap_buckets *buckets; /* NULL but for order priority-buckets */
	u32 len;
	u32 number; /* order in which two lists are locked */
};

/* Software's view of ICH_VMCR_EL2 / GICH_VMCR while the vCPU is not loaded. */
struct vgic_cpuif_state {
	u32 vmcr; /* vgic_vmcr_sync() brings it up to date while loaded */
	u32 hcr;
	u32 apr[2][4];
	u64 lr[GIC_MAX_LR];  /* to be written before entry; read back at exit and not folded yet */
	u16 written_pending; /* bit n: list register n was written Pending */
	u8 used_lrs;
	bool live;	      /* VMCR and APRs are in the hardware */
	bool lrs_live;	      /* the hardware's list registers hold what lr[] held */
	u8 pri_bits, id_bits; /* ICC_CTLR as user space restored it; 0: the host's */
};

enum vgic_vcpu_mode { VGIC_OUTSIDE_GUEST, VGIC_IN_GUEST, VGIC_EXITING_GUEST };

/* Requests to a vCPU, looked at before each entry. */
enum vgic_request {
	VGIC_REQ_IRQ_PENDING = 1 << 0,
	VGIC_REQ_SLEEP = 1 << 1,
	VGIC_REQ_PROCESS_UPDATE = 1 << 2,
	VGIC_REQ_RELOAD_V4 = 1 << 3,
};

/* GICR_CTLR.EnableLPIs; while LPIs are being disabled RWP reads as one. */
enum vgic_lpis { VGIC_LPIS_OFF, VGIC_LPIS_DISABLING, VGIC_LPIS_ON };

struct vgic_vcpu {
	struct vgic_vm *vm;
	void *port;
	u32 id;
	u32 mpidr;		 /* Aff3.2.1.0 */
	struct vgic_ap_list *ap; /* the list it uses */
	struct vgic_ap_list own_ap;
	struct vgic_irq *private_irqs; /* VGIC_NR_PRIVATE */
	struct vgic_attach *private_attach;
	u32 *sgi_tags; /* GICv2: the port's cookies of pending SGIs, by INTID, then source */
	struct vgic_cpuif_state cpuif;
	struct gic_pe *pe;	     /* loaded on it; NULL: not loaded */
	void *pe_port;		     /* of pe */
	struct plat_atomic mode;     /* enum vgic_vcpu_mode */
	struct plat_atomic requests; /* enum vgic_request */
	struct plat_shared line;     /* of mode and requests */
	bool blocked;		     /* in WFI, thread asleep or about to be */
	/* GICv3 redistributor (config lock, lpis_enabled atomic) */
	struct plat_atomic lpis_enabled; /* enum vgic_lpis */
	u64 pendbaser;
	struct plat_atomic inv_busy;
	u32 region;		 /* redistributor region it lives in */
	u64 rd_base;		 /* guest address of its frames */
	struct plat_mutex mutex; /* held while the thread is in its run loop */
};

enum vgic_model { VGIC_V2 = 2, VGIC_V3 = 3 };

/* Where the virtual CPU interfaces are: ICH_*_EL2, a GICv2's GICH, or the hypervisor's software. */
enum vgic_hostif { VGIC_HOST_ICH, VGIC_HOST_GICH, VGIC_HOST_SOFT };

struct vgic_region {
	struct plat_list link;
	u64 base;
	u32 count; /* vCPUs it has room for; 0 = as many as there are (legacy) */
	u32 used;
	u32 index;
};

struct vgic_vm {
	void *port;
	struct vgic_policy policy;
	struct gic *gic;     /* of the host */
	struct gic_mem *mem; /* guest memory */
	enum vgic_model model;
	enum vgic_hostif hostif;
	u32 nr_vcpus;
	struct vgic_vcpu **vcpus;
	u32 nr_spis;
	struct vgic_irq *spis;
	struct vgic_attach *spi_attach;
	bool initialised;
	bool ready;   /* frames are in place: vCPUs may run */
	bool broken;  /* the first run failed: nothing works any more */
	bool enabled; /* distributor */
	u8 iidr_rev;
	bool v2_groups_writable;
	u64 dist_base, cpu_base; /* guest addresses; ~0: unset */
	struct plat_list rd_regions;
	bool rd_legacy;
	u64 propbaser;
	struct plat_mutex lock; /* LOCK_VM */
	struct plat_mutex config_lock;
	struct plat_lock lpi_index_lock;
	struct plat_lock lpi_list_lock;
	struct plat_index lpis;	     /* INTID -> struct vgic_irq */
	struct plat_index lpi_order; /* lpi_store list: creation number -> struct vgic_irq */
	u32 lpi_next_seq;
	u32 nr_lpis;
	struct vits_cache *lpi_cache; /* cache lru, rcu-evict: vits-cache.c */
	struct plat_atomic active_spis;
	struct vgic_its **its;
	u32 nr_its;
	struct vgic_ap_list *shared_ap; /* per-vm, sharded */
	u32 nr_shared_ap;
	u8 nr_lrs;  /* of the host's list registers */
	u8 nr_aprs; /* active priorities registers a group */
	bool has_tdir;
	struct vgic_v4 *v4; /* NULL: not attached to a host with GICv4 (vgic-v4.h) */
	/* level-triggered SPI acknowledged by the guest, nobody holding a lock: irqfd resample */
	void (*ack_notify)(void *port, u32 intid);
	/* slow path of an MSI in atomic context: run vgic_its_inject_slow() from a worker */
	void (*msi_worker)(void *port, u64 doorbell, u32 device_id, u32 event_id, u32 tag);
	/* policy db_window: wake this vCPU, which has had a doorbell, in so many ns */
	void (*doorbell_later)(void *vcpu_port, u32 ns);
};

struct vgic_vm_config {
	enum vgic_model model;
	u32 nr_vcpus;
	u32 nr_irqs; /* 0: VGIC_DEFAULT_IRQS */
	struct vgic_policy policy;
	void *port;
	void *const *vcpu_ports;
};

/* ---- lifecycle (vgic-init.c; spec/vgic.md 1.16) ---- */
/*
 * Create a VM's vGIC and vCPUs, not yet initialised. MPIDR of vCPU n: Aff0 = n % 16, Aff1 = n / 16
 * % 256, Aff2 = n / 4096. 0; -ENODEV a GICv3 on a GICv2 host, or a GICv2 on a GICv3 host without
 * GICV; -E2BIG too many vCPUs for the model; -EINVAL no vCPU, nr_irqs not a
 * multiple of 32 in 64..1023, policies that do not go together (order sort-on-overflow-6.19 pushes
 * active interrupts out of the list registers, which only overflow eoicount can finish; sharded
 * needs 1..nr_vcpus shards); -ENOMEM.
 */
int vgic_create(struct vgic_vm **out, struct gic *gic, struct gic_mem *mem,
		const struct vgic_vm_config *cfg);
/* NR_IRQS before initialisation: 0; -EINVAL as above; -EBUSY set already or VM initialised. */
int vgic_set_nr_irqs(struct vgic_vm *vm, u32 nr_irqs);
/* Make SPIs; idempotent. Takes the config lock. 0, -ENOMEM. */
int vgic_init(struct vgic_vm *vm);
/* Before the first vCPU runs: 0; -ENXIO a base is unset; -EINVAL frames overlap; -EBUSY v3 not
 * initialised (v2 is initialised here); a VM that failed once gives -EIO for ever. */
int vgic_map_resources(struct vgic_vm *vm);
/* Everything is freed, LPIs too; the VM's ITSs have been destroyed before, no vCPU is loaded. */
void vgic_destroy(struct vgic_vm *vm);
/*
 * Where frames lie in guest memory space. 0; -EEXIST set already; -EINVAL misaligned or wrapping, a
 * region also when it overlaps what is there (of the others vgic_map_resources() says so); -E2BIG
 * beyond VGIC_IPA_BITS; -ENOMEM. Redistributor regions come in order of index and are filled in order
 * of vCPUs; count 0 is the one legacy region with room for all.
 */
int vgic_set_dist_base(struct vgic_vm *vm, u64 base);
int vgic_set_cpu_base(struct vgic_vm *vm, u64 base); /* GICv2 */
int vgic_set_redist_region(struct vgic_vm *vm, u32 index, u64 base, u32 count);
/* The checks of a frame's place alone: 0, -EEXIST, -EINVAL, -E2BIG; `old` is the present base. */
int vgic_check_base(u64 old, u64 base, u64 size, u64 align);

/* ---- lookup (vgic.c) ---- */
/* The interrupt, with a reference for LPIs (vgic_put_irq); NULL: there is none. `v` is needed for
 * private INTIDs only. */
struct vgic_irq *vgic_get_irq(struct vgic_vm *vm, struct vgic_vcpu *v, u32 intid);
void vgic_put_irq(struct vgic_vm *vm, struct vgic_irq *irq);
/*
 * LPIs (vits-lpi.c): vgic_get_irq() and vgic_put_irq() hand INTIDs from VGIC_LPI_BASE on to these.
 * Costs and locks follow lpi_store. No irq lock may be held, and an AP list's only for a put under
 * list, whose lock is inside it. Who drops a reference under an AP list's lock with an xarray
 * (prune) calls vgic_lpi_unref(), collects what died, which nobody can reach any more, on a local
 * list through ap_link and hands that to vgic_lpi_release() after unlocking.
 */
struct vgic_irq *vgic_lpi_get(struct vgic_vm *vm, u32 intid);
void vgic_lpi_put(struct vgic_vm *vm, struct vgic_irq *irq);
void vgic_lpi_release(struct vgic_vm *vm, struct plat_list *dead);
/* The vCPU with that affinity (Aff3.2.1.0); NULL: none. Costs per policy sgi_lookup. */
struct vgic_vcpu *vgic_vcpu_by_mpidr(struct vgic_vm *vm, u32 mpidr);
/* Owner and operations of a private interrupt or SPI; NULL for others. irq->lock protects it. */
struct vgic_attach *vgic_irq_attach(struct vgic_vm *vm, struct vgic_vcpu *v, u32 intid);
static inline bool vgic_is_sgi(u32 intid)
{
	return intid < 16;
}
static inline bool vgic_is_private(u32 intid)
{
	return intid < VGIC_NR_PRIVATE;
}
static inline bool vgic_is_spi(const struct vgic_vm *vm, u32 intid)
{
	return intid >= VGIC_NR_PRIVATE && intid - VGIC_NR_PRIVATE < vm->nr_spis;
}
/* Pending: an edge or software latched it, or its line is high. irq->lock held. */
static inline bool vgic_irq_is_pending(const struct vgic_irq *irq)
{
	return irq->pending_latch || (irq->config == VGIC_LEVEL && irq->line);
}
/* A level interrupt backed by a physical one: its line is sampled, not driven. */
static inline bool vgic_irq_is_mapped_level(const struct vgic_irq *irq)
{
	return irq->hw && irq->config == VGIC_LEVEL;
}

/*
 * ---- pending state and its account (vgic-pend.c) ----
 * All changes of pending_latch, line, source and config go through these, with irq->lock held.
 * None queues: call vgic_queue_irq_unlock() afterwards where the interrupt may be pending now.
 */
/* Latch: an edge, an MSI, software. `tag`: the port's cookie of this raise, 0 if it has none. */
void vgic_pend(struct vgic_vm *vm, struct vgic_irq *irq, u32 tag);
/* Clear the latch (and with it what software or an edge left). A high line stays pending. */
void vgic_unpend(struct vgic_vm *vm, struct vgic_irq *irq);
void vgic_set_line(struct vgic_vm *vm, struct vgic_irq *irq, bool level, u32 tag);
/* GICv2 SGIs: vCPU `source` (0..7) sends; clear the sources in `mask`. */
void vgic_pend_source(struct vgic_vm *vm, struct vgic_irq *irq, u32 source);
void vgic_unpend_sources(struct vgic_vm *vm, struct vgic_irq *irq, u8 mask);
void vgic_set_config(struct vgic_vm *vm, struct vgic_irq *irq, enum vgic_config config);
/* The hardware has taken its pending state over. */
void vgic_pend_in_hw(struct vgic_vm *vm, struct vgic_irq *irq);
/* The interrupt goes away: what it holds is dropped. */
void vgic_drop(struct vgic_vm *vm, struct vgic_irq *irq, enum plat_drop reason);
/* Give a reference to an LPI back, irq->lock not held. True when it was the last: nobody can reach
 * the LPI any more, what it held is dropped, and the caller buries it. */
bool vgic_lpi_unref(struct vgic_vm *vm, struct vgic_irq *irq);
/*
 * Instances of an INTID that wait now, in the interrupt or in a list register; `v` names the vCPU
 * of a private one and is ignored otherwise. Exact at every moment, in the middle of an entry or an
 * exit too; takes no lock, so nothing may run meanwhile.
 */
u32 vgic_count_pending(struct vgic_vm *vm, u32 intid, struct vgic_vcpu *v);

/* ---- injection (vgic-inject.c; spec/vgic.md 1.4-1.6, 1.11) ---- */
/*
 * A line changes (level 0/1) or an edge occurs (level 1). 0; -EINVAL no such interrupt; -EBUSY v3
 * not initialised (overflow eoicount, the newer generation: 0 and dropped). With an owner set, raises
 * by others do nothing and return 0. Takes and leaves no lock.
 */
int vgic_inject_irq(struct vgic_vm *vm, struct vgic_vcpu *v, u32 intid, bool level,
		    const void *owner);
/* Queue where the oracle says, kick or wake. Entered with irq->lock held, leaves without. True
 * when it was put on an AP list. */
bool vgic_queue_irq_unlock(struct vgic_vm *vm, struct vgic_irq *irq);
/* Where irq belongs now, a pure function of its state and of the distributor's enable bit:
 * active -> where it is queued, else its target; enabled and pending -> its target; NULL: nowhere.
 * irq->lock held. */
struct vgic_vcpu *vgic_target_oracle(const struct vgic_irq *irq);
/*
 * Back a private interrupt or SPI by the physical INTID host_irq (10 bits): its list register has
 * HW set, so that the guest's deactivation is the physical one's. `ops` may be NULL. 0, -EINVAL.
 */
int vgic_map_hw_irq(struct vgic_vcpu *v, u32 intid, u32 host_irq, const struct vgic_irq_ops *ops,
		    void *arg);
int vgic_unmap_hw_irq(struct vgic_vcpu *v, u32 intid); /* 0, -EAGAIN not initialised, -EINVAL */
int vgic_get_map(struct vgic_vcpu *v, u32 intid);      /* physical INTID, -1: not backed */
/* Only `owner` may raise it from now on. 0; -EAGAIN not initialised; -EINVAL SGI, LPI or no such;
 * -EEXIST another owner. */
int vgic_set_owner(struct vgic_vcpu *v, u32 intid, const void *owner);

/*
 * ---- entry and exit (vgic-entry.c, vgic-switch.c, vgic-lr.c, vgic-prune.c; spec/vgic.md
 * 1.7-1.9, 1.14) ----
 * Called by the vCPU's own thread on the PE it is loaded on, with interrupts masked, no lock held:
 *   vgic_load; loop { vgic_check_requests; vgic_flush; vgic_enter_guest or vgic_sync and again;
 *   guest; vgic_leave_guest; vgic_sync; handle the exit }; vgic_put.
 */
void vgic_load(struct vgic_vcpu *v, struct gic_pe *pe); /* vcpu_load: VMCR, APRs */
void vgic_put(struct vgic_vcpu *v);
/* cpuif.vmcr from the hardware, when it is there. vgic_vcpu_pending() needs it before a WFI. */
void vgic_vmcr_sync(struct vgic_vcpu *v);
void vgic_flush(struct vgic_vcpu *v); /* AP list -> list registers */
void vgic_sync(struct vgic_vcpu *v);  /* list registers -> AP list, prune */
/* Unlink what is neither active nor pending and enabled, move what is routed elsewhere. */
void vgic_prune(struct vgic_vcpu *v);
/* LPIs of v were disabled: take them off its AP list, their pending state is lost. Others, disabled
 * one by one or on no list, keep theirs. */
void vgic_flush_pending_lpis(struct vgic_vcpu *v);
/*
 * May be asked by any thread: is an interrupt enabled, pending, not active and of higher priority
 * than VMCR.PMR (group enables are not looked at; spec/vgic.md 1.12)? Takes its AP-list lock.
 */
bool vgic_vcpu_pending(struct vgic_vcpu *v);

/* ---- deactivation by DIR that was trapped (vgic-dir.c; spec/vgic.md 1.10) ---- */
/* In EL2, list registers still live: true when it is finished there, false: exit, vgic_sync(), then
 * vgic_deactivate(). `value` is what the guest wrote: INTID, for GICv2 with CPUID in 12:10. */
bool vgic_dir_at_el2(struct vgic_vcpu *v, u32 value);
/* After the exit, no lock held. May stop the whole VM (takes the config lock). */
void vgic_deactivate(struct vgic_vcpu *v, u32 value);
/* Deactivate irq while no vCPU of the VM runs: config lock, halt, clear, resume. No irq lock held. */
void vgic_deactivate_stopped(struct vgic_vm *vm, struct vgic_irq *irq);

/* ---- requests and kicks (vgic-kick.c; spec/vgic.md 1.6, 1.14) ---- */
void vgic_make_request(struct vgic_vcpu *v, u32 request);
/* Before each entry: takes the requests, prunes for PROCESS_UPDATE, and returns those that are the
 * caller's (SLEEP: wait until resumed); RELOAD_V4 makes a loaded vPE resident anew. */
u32 vgic_check_requests(struct vgic_vcpu *v);
/* Publish that the guest runs from now on; false: a request came meanwhile, do not enter. */
bool vgic_enter_guest(struct vgic_vcpu *v);
void vgic_leave_guest(struct vgic_vcpu *v);
/* The thread is about to sleep in WFI (VMCR is read back if loaded), or runs again. To lose no
 * wake-up: set, then ask vgic_vcpu_pending(), then sleep. */
void vgic_set_blocked(struct vgic_vcpu *v, bool blocked);
/* Wake when blocked, interrupt when in the guest, nothing otherwise: then the request is seen before
 * the next entry. At most one IPI an entry. */
void vgic_kick(struct vgic_vcpu *v);
/* Request IRQ_PENDING of all vCPUs, and kick them. */
void vgic_kick_all(struct vgic_vm *vm);
/* KVM's SLEEP request: returns when no vCPU is in the guest; and back. */
void vgic_halt_guest(struct vgic_vm *vm);
void vgic_resume_guest(struct vgic_vm *vm);

/* ---- SGIs (vgic-sgi.c; spec/vgic.md 2.7) ---- */
/* Trapped write of ICC_SGI1R (allow_group1), ICC_ASGI1R or ICC_SGI0R. */
void vgic_send_sgi(struct vgic_vcpu *v, u64 value, bool allow_group1);
/* Write of GICD_SGIR by v. */
void vgic_v2_send_sgi(struct vgic_vcpu *v, u32 value);

/* ---- physical state behind a hardware-backed interrupt (vgic-hw.c), irq->lock held ---- */
bool vgic_phys_line(struct vgic_vcpu *v, struct vgic_irq *irq);
void vgic_phys_set_active(struct vgic_vcpu *v, struct vgic_irq *irq, bool active);
void vgic_phys_set_pending(struct vgic_vcpu *v, struct vgic_irq *irq, bool pending);

/* ---- MMIO (vgic-mmio*.c) ---- */
/* A trapped guest access of len 1, 2, 4 or 8 bytes. True when it fell on a frame of this vGIC
 * (reads of nothing give 0), false when it belongs to somebody else. */
bool vgic_mmio_read(struct vgic_vcpu *v, u64 addr, u32 len, u64 *value);
bool vgic_mmio_write(struct vgic_vcpu *v, u64 addr, u32 len, u64 value);

/* ---- dump (vgic-dump.c) ---- */
/* The columns of a state dump: pending latch, line, active, enabled, hardware, level, group. */
#define VGIC_FLAG_LETTERS "PLAEHCG"
/* One interrupt's flags: its letter or '-' in each column, NUL-terminated. Returns the length, cut
 * to size - 1. */
u32 vgic_irq_flags(const struct vgic_irq *irq, char *buf, u32 size);
/* What the list register that holds it says now: bit 0 pending, bit 1 active. Nothing runs meanwhile. */
u32 vgic_irq_lr_state(const struct vgic_irq *irq);

#endif
