/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The GICv4 part of the host's ITS driver (spec/vgic.md 4.2 to 4.10): vPEs and their doorbells,
 * vLPI maps of devices, residency, vSGIs. Every command is synchronous, as in its-driver.h.
 *
 * Lock order, outermost first: a descriptor (host_irq: of a host LPI or of a doorbell) > host_vlpi
 * (one device's maps) > host_vmapp (one VM's mapping on ITSs) > host_vpe > host_vmovp (VMOVP in ITS
 * list order) > host_proxy > host_its. Callers may hold an interrupt's lock (irq) or anything
 * outside of it.
 */
#ifndef HOST_ITS_V4_H
#define HOST_ITS_V4_H

#include <plat.h>

#include "its-driver.h"
#include "policy.h"

#define HOST_NR_VSGIS 16u
#define HOST_MAX_ITS  16u /* that may take part in ITS-list VMOVP, and in vlpi_count */

struct host_vpes;
struct host_action;

/* What a VM wants of a vSGI. */
struct host_vsgi {
	u8 priority;
	bool enabled;
	bool group;
};

/*
 * One vPE: what the hardware knows of a vCPU. `lock` (host_vpe): pe, pending_last against doorbells
 * in flight. `db_lock` (host_irq): the doorbell's descriptor. The rest belongs to the vCPU's thread.
 */
struct host_vpe {
	struct host_vpes *vm;
	u32 number;		 /* in its VM */
	u32 id;			 /* vPEID */
	u32 doorbell;		 /* INTID of its doorbell LPI */
	u64 vpt;		 /* virtual pending table, host memory */
	u32 pe;			 /* where the ITSs believe it */
	u32 db_pe;		 /* where its doorbell is mapped by the proxy device */
	s32 proxy_slot;		 /* event of the proxy device, -1: none */
	struct gic_pe *resident; /* on this PE; NULL: not resident */
	bool pending_last;	 /* something may be pending: the vCPU should run */
	bool ready;		 /* Dirty has been seen clear in this residency */
	bool idai;
	struct host_action *action; /* the doorbell's handler; NULL: not requested */
	bool move_owed;		    /* vmovp lazy: `pe` is not what the ITSs were told last */
	u32 told_pe;		    /* what they were told */
	struct plat_atomic vlpis;   /* mapped to it */
	u32 maps;		    /* ITSs it is mapped on; host_vmapp */
	u32 db_depth;	/* nested disables of the doorbell; 0: enabled, and unmasked in hardware */
	bool db_replay; /* it fired while disabled: again when it is enabled */
	struct plat_lock lock, db_lock;
	struct host_vsgi vsgi[HOST_NR_VSGIS];
};

struct host_vpes_memory;

/* The vPEs of a VM. */
struct host_vpes {
	struct host_its *host;
	u32 nr, room;
	struct host_vpes_memory *memory;
	u64 prop_table; /* configuration of the VM's vLPIs, host memory */
	struct plat_lock vmapp_lock;
	u32 vlpis_on[HOST_MAX_ITS]; /* vLPIs behind each ITS; vmapp_lock */
	struct host_vpe vpe[];
};

/* How an event reaches a guest directly. */
struct host_vlpi_map {
	struct host_vpe *vpe;
	u32 vintid;
	u8 properties;	 /* LPI configuration byte: priority, enable */
	bool db_enabled; /* GICv4.0: the doorbell rings for it */
};

/* ---- the host (its-v4.c) ---- */
/*
 * Look at what the ITSs and redistributors offer, after host_its_probe(), and set up vPE tables and,
 * on GICv4.0 without DirectLPI, the proxy device (DeviceID all ones on the first ITS that has
 * vLPIs, a slot per PE rounded up to a power of two; MAPD). 0; -ENODEV: no vLPIs here, and every
 * other function refuses; -ENOMEM, -ETIMEDOUT.
 */
int host_v4_probe(struct host_its *h, const struct host_policy *policy);
bool host_has_v4(const struct host_its *h);
bool host_has_v4_1(const struct host_its *h);
/* A vPE has one doorbell for all that comes: GICv4.1, unless policy doorbell says otherwise. */
bool host_has_default_doorbell(const struct host_its *h);
bool host_has_vsgi(const struct host_its *h);
/* The vPE whose doorbell this INTID is; NULL: it is none. */
struct host_vpe *host_vpe_by_doorbell(struct host_its *h, u32 intid);
/* Is this DeviceID the proxy device's? */
bool host_is_proxy(const struct host_its *h, u32 device_id);
/* Told of each VPENDBASER write that sets or clears Valid (recordings, tests). */
void host_vpe_observe(struct host_its *h, void (*fn)(void *arg, u32 pe, u32 vpe_id, bool valid),
		      void *arg);

/* ---- vPEs of a VM (its-vpe.c); may sleep ---- */
/* vPEIDs, tables and doorbell LPIs for `nr` vPEs. 0; -ENODEV, -ENOSPC (vPEIDs or LPIs), -ENOMEM. */
int host_vpes_alloc(struct host_vpes **out, struct host_its *h, u32 nr);
/* All must be released. A doorbell that the proxy device holds leaves it: DISCARD + SYNC each. */
void host_vpes_free(struct host_vpes *vm);
/*
 * Take the doorbell into use, with its handler; it starts disabled (depth 1) on GICv4.0, enabled on
 * 4.1. With eager mapping, on each ITS: VMAPP + VSYNC, VINVALL + VSYNC. 0, -ENOMEM, -ETIMEDOUT.
 */
int host_vpe_request(struct host_vpe *vpe, void (*handler)(void *arg), void *arg);
/*
 * For a look at the pending tables (GICv4.1): all vPEs are unmapped, and mapped again, as release
 * and request do it. 0, -EBUSY (a vPE is resident), -ETIMEDOUT. Between the two,
 * host_vpe_table_pending() reads a bit of the table in memory.
 */
int host_vpes_unmap(struct host_vpes *vm);
int host_vpes_remap(struct host_vpes *vm);
bool host_vpe_table_pending(const struct host_vpe *vpe, u32 vintid);
/* Mask the doorbell if need be; with eager mapping VMAPP V=0 (+ VSYNC on 4.0) on each ITS. */
void host_vpe_release(struct host_vpe *vpe);

/* ---- doorbells (its-doorbell.c); any context ---- */
/* The doorbell interrupt was taken on a PE: runs the handler. False: not a doorbell. */
bool host_doorbell_irq(struct host_its *h, u32 intid);
/* Nested. The outermost disable masks (configuration byte, INV through the proxy device or
 * INVLPIR), the last enable unmasks. An enable without a disable is a warning. */
void host_doorbell_disable(struct host_vpe *vpe);
void host_doorbell_enable(struct host_vpe *vpe);
bool host_doorbell_disabled(struct host_vpe *vpe);
/* Make it pending, or withdraw it: INT/CLEAR + SYNC through the proxy, or SETLPIR/CLRLPIR. */
int host_doorbell_set_pending(struct host_vpe *vpe, bool pending);

/* ---- where a vPE is (its-move.c); any context ---- */
/*
 * Tell the ITSs that the vPE will be on this PE: nothing if it is there. VMOVP + VSYNC on the first
 * ITS, or in list order with one sequence number on each ITS of the list; then, on 4.0, the doorbell
 * follows: MOVI + SYNC through the proxy device, or CLRLPIR. Policy vmovp. 0, -EINVAL (no such PE,
 * or the vPE is mapped nowhere though mapping is eager), -ETIMEDOUT.
 */
int host_vpe_set_affinity(struct host_vpe *vpe, u32 pe);

/* ---- residency (its-residency.c); on the PE in question, interrupts masked ---- */
/* Valid = 1. g0, g1: VGRPnEN of 4.1. On 4.0 the doorbell is disabled first (nested). */
int host_vpe_make_resident(struct host_vpe *vpe, struct gic_pe *pe, bool g0, bool g1);
/*
 * Valid = 0, waiting for Dirty before and after (at most a second, then something is assumed to be
 * pending); sets pending_last. What the vCPU is going to do:
 * preempted: it runs again soon; with default doorbells pending_last is set without a look.
 * doorbell: it waits; on 4.0 all nested disables of the doorbell are undone first (one that a late
 * handler makes meanwhile is taken for something pending), on 4.1 the hardware is asked for the
 * default doorbell. look: it waits for something else.
 */
enum host_put { HOST_PUT_PREEMPTED, HOST_PUT_DOORBELL, HOST_PUT_LOOK };
int host_vpe_make_non_resident(struct host_vpe *vpe, enum host_put put);
/* Before the guest is entered: wait for the pending table to be scanned, once a residency. */
void host_vpe_commit(struct host_vpe *vpe);
/* The vPE's configuration is read again: VINVALL + VSYNC on one ITS, or INVALLR. */
int host_vpe_invall(struct host_vpe *vpe);

/* ---- vLPIs (its-vlpi.c); `lpi` is a mapped host LPI; any context ---- */
/*
 * Forward a host LPI to a guest. Not forwarded yet: (lazy mapping: the VM's vPEs are mapped on its
 * ITS first,) configuration byte, DISCARD + SYNC, VMAPTI + VSYNC. Forwarded already: VMOVI + VSYNC
 * if it goes to another vPE or its doorbell changes, else as well. 0; -EINVAL (not a mapped LPI, its
 * ITS has no vLPIs, or its device serves another VM), -ENOMEM, -ETIMEDOUT.
 */
int host_vlpi_map(struct host_its *h, u32 lpi, const struct host_vlpi_map *map);
/* The same with VMOVI left without its VSYNC, for who sends many; then host_vpe_sync(). */
int host_vlpi_move_unsynced(struct host_its *h, u32 lpi, const struct host_vlpi_map *map);
int host_vpe_sync(struct host_vpe *vpe); /* VSYNC alone, on each ITS with vLPIs of the VM */
/* All vLPIs of a vPE go to another one of its VM by a command that no architecture has: VMOVALL +
 * VSYNC on each ITS that has some. host_vlpi_moved() then notes it of each; nothing is sent. */
int host_vpe_move_all(struct host_vpe *from, struct host_vpe *to);
void host_vlpi_moved(struct host_its *h, u32 lpi, struct host_vpe *to);
/* 0 and the map, or -EINVAL: not forwarded. */
int host_vlpi_get(struct host_its *h, u32 lpi, struct host_vlpi_map *map);
/* DISCARD + SYNC, MAPTI + SYNC where it was, INV + SYNC (priority default, enabled). -EINVAL: not
 * forwarded. A vLPI that was pending is lost. */
int host_vlpi_unmap(struct host_its *h, u32 lpi);
/* New configuration byte; `inv`: the hardware reads it again (INV + VSYNC, or INVLPIR on 4.1). On
 * 4.0 the doorbell follows the enable bit: VMOVI + VSYNC when it changes. -EINVAL as above. */
int host_vlpi_update(struct host_its *h, u32 lpi, u8 properties, bool inv);

/* ---- vSGIs (its-vsgi.c); GICv4.1; -ENODEV without; any context ---- */
/* VSGI + VSYNC with the state of `config`. */
int host_vsgi_configure(struct host_vpe *vpe, u32 sgi, const struct host_vsgi *config);
/* Disable and clear: two VSGI commands. */
int host_vsgi_retire(struct host_vpe *vpe, u32 sgi);
/* One write of GITS_SGIR. */
int host_vsgi_send(struct host_vpe *vpe, u32 sgi);
int host_vsgi_clear(struct host_vpe *vpe, u32 sgi); /* VSGI with clear = 1 */
/* Through GICR_VSGIR and VSGIPENDR of the redistributor it is on: pending bits, or -errno
 * (-ENXIO: still busy after a second). */
int host_vsgi_pending(struct host_vpe *vpe, u32 *bits);

#endif
