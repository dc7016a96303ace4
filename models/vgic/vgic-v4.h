/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The bridge between the virtual ITS, the host's GICv4 driver and whoever owns devices (VFIO):
 * a VM's vPEs and their residency, doorbells, forwarding of host LPIs as vLPIs, vSGIs
 * (spec/vgic.md 4.11, 5; 2.6 and 2.7 for SGIs).
 *
 * A VM is attached to the host's driver after vgic_create() and before anything else. Whether it
 * then gets vPEs is decided when it is initialised (vgic_init()), or when its vITS is made after
 * that; vits and vgic call the hooks themselves.
 */
#ifndef VGIC_V4_H
#define VGIC_V4_H

#include <plat.h>

#include "../host/its-v4.h"
#include "vgic.h"

/*
 * Let the VM use direct injection of this host: policy `injection` says up to which version, the
 * hardware what there is. 0 (also when there is none: the VM stays with software), -ENOMEM.
 */
int vgic_v4_attach(struct vgic_vm *vm, struct host_its *h);
/*
 * vPEs, tables and doorbells for all vCPUs; idempotent. VM or config lock held. 0, also when the VM
 * is to have none; when a doorbell cannot be requested exactly those that were are given back.
 * -ENOMEM, -ETIMEDOUT; -ENOSPC without vPEIDs under vpe_shortage fail: under software the VM goes
 * on without.
 */
int vgic_v4_init(struct vgic_vm *vm);
void vgic_v4_teardown(struct vgic_vm *vm);
/* At vgic_destroy(): teardown, and the attachment's end. */
void vgic_v4_detach(struct vgic_vm *vm);

/* May devices' interrupts be forwarded (GICv4 and a vITS, or GICv4.1)? Has SGIs in hardware? */
bool vgic_v4_direct_msis(const struct vgic_vm *vm);
bool vgic_v4_direct_sgis(const struct vgic_vm *vm);
/* The vCPU's vPE; NULL: it has none. */
struct host_vpe *vgic_v4_vpe(const struct vgic_vcpu *v);
/* Its vPE is resident only while it is in the guest (policy residency each-entry). */
static inline bool vgic_v4_at_entry(const struct vgic_vcpu *v)
{
	return v->vm->v4 && v->vm->policy.v4.residency == VGIC_RESIDENCY_EACH_ENTRY;
}
/* Something may be pending in hardware for a vCPU that is not resident. */
bool vgic_v4_pending(const struct vgic_vcpu *v);
/* vLPIs that target the vCPU now. */
u32 vgic_v4_vlpis(const struct vgic_vcpu *v);
/*
 * What the hypervisor takes for it when it decides whether WFI traps. Until 6.16 (policy forwarding
 * seed, old) it counts itself and misses what guests unmap: an event that is freed counts on, and
 * one whose forwarding ends twice is taken off twice.
 */
bool vgic_v4_expects_vlpis(const struct vgic_vcpu *v);

/*
 * ---- residency; on the vCPU's thread, on the PE it is loaded on, interrupts masked ----
 * vgic_load(), vgic_put(), vgic_flush() and vgic_sync() call these as policy `residency` says.
 * load: nothing if resident already, or inside WFI (below). Affinity of the vPE, doorbell disabled,
 * Valid = 1, a doorbell that is still pending cleared, in this order. put: nothing if not resident;
 * want_db: a doorbell is needed, all nested disables are undone. -errno of the driver.
 */
int vgic_v4_load(struct vgic_vcpu *v);
int vgic_v4_put(struct vgic_vcpu *v, bool want_db);
void vgic_v4_commit(struct vgic_vcpu *v); /* before entry */
/* VGIC_REQ_RELOAD_V4: the distributor's enable bit changed; put and load again. */
void vgic_v4_reload(struct vgic_vcpu *v);

/*
 * ---- WFI that blocks ----
 * begin: the vCPU is loaded, its thread is going to poll or sleep: VMCR is read back and the vPE
 * put, with a doorbell as policy doorbell_enable says. Then the thread may be put and loaded at
 * will; doorbells that come make vgic_vcpu_pending() true, request and kick. end: the vCPU is
 * loaded again and goes on: its vPE is resident afterwards. Policy wfi_residency in-wfi keeps the
 * vPE out between the two; need-db lets every load in between make it resident, and the put after
 * that asks for no doorbell.
 * A doorbell may come between begin and the sleep: ask vgic_vcpu_pending() after
 * vgic_set_blocked(true).
 */
void vgic_wfi_begin(struct vgic_vcpu *v);
void vgic_wfi_end(struct vgic_vcpu *v);
/* Nested guests: while L2 runs on this vCPU (set around put and load) L1's vPE is out and a doorbell
 * is wanted. */
void vgic_v4_set_nested(struct vgic_vcpu *v, bool in_l2);
/* Is WFI trapped (vcpu_load's decision)? Pure. `direct`: the vCPU has vLPIs or hardware SGIs. */
bool vgic_wfi_traps(enum vgic_wfi_policy policy, bool single_task, bool direct);
/* How a vPE is put whose vCPU waits (WFI, or L1 while L2 runs) or is preempted. Pure. */
enum host_put vgic_v4_put_mode(enum vgic_db_enable_policy policy, bool waits);

/*
 * ---- forwarding; called for a host LPI by who owns the device ----
 * The guest's MSI is what its route says: address of a vITS's doorbell, DeviceID, EventID.
 * set: resolve, map, take over the pending state. 0, also when the address is no vITS or the VM has
 * no direct injection. An event that does not translate: what vits_resolve() says (> 0 or -EBUSY),
 * or 0 under policy forwarding new. Then and in all other failures the interrupt stays in software.
 * unset: back to software; forwarding old finds the LPI through the route, under the vITS's lock,
 * and fails as above when it does not resolve any more; new finds it by host LPI.
 * Takes mutexes (set; unset under old). -ENOMEM: unset under new with lpi_store list, which walks a
 * snapshot.
 */
int vgic_v4_set_forwarding(struct vgic_vm *vm, u32 host_lpi, u64 doorbell, u32 device_id,
			   u32 event_id);
int vgic_v4_unset_forwarding(struct vgic_vm *vm, u32 host_lpi, u64 doorbell, u32 device_id,
			     u32 event_id);
/*
 * The route of a forwarded interrupt changes to something else: new unmaps, and software goes on
 * until set_forwarding is called again; seed and old ignore it. A hint (policy forwarding_hint) is
 * forgotten: the guest has rewritten the endpoint's MSI. Under lpi_store list it may sleep.
 */
void vgic_v4_route_changed(struct vgic_vm *vm, u32 host_lpi);

/*
 * ---- SGIs in hardware (vgic-v4-sgi.c) ----
 * offered: GICD_TYPER2.nASSGIcap. request: the guest writes GICD_CTLR.nASSGIreq (config lock held);
 * the VM stands still while all SGIs change sides. restore: user space does, before vCPUs run;
 * map: they are about to, and what was restored comes true. user: user space writes nASSGIcap:
 * 0, -EINVAL, -EBUSY (VM initialised); without them a VM on a host that has vSGIs has no vLPIs
 * either.
 */
bool vgic_v4_sgis_offered(const struct vgic_vm *vm);
void vgic_v4_request_sgis(struct vgic_vm *vm, bool on);
void vgic_v4_restore_sgis(struct vgic_vm *vm, bool on);
void vgic_v4_map_sgis(struct vgic_vm *vm);
int vgic_v4_user_sgis(struct vgic_vm *vm, bool offered);
/*
 * A write of ICC_SGI1R by a guest that runs. False: it traps, and the hypervisor sends. True (policy
 * sender_trap off, SGIs in hardware): the PE has found the targets itself and written GITS_SGIR.
 */
bool vgic_v4_sgi_untrapped(struct vgic_vcpu *v, u64 value);
/* An SGI that is the hardware's, its lock held. Costs and errors of the driver (its-v4.h). */
static inline bool vgic_v4_is_vsgi(const struct vgic_irq *irq)
{
	return irq->hw && vgic_is_sgi(irq->intid);
}
int vgic_v4_sgi_configure(
	const struct vgic_irq *irq); /* its priority, group or enable bit changed */
void vgic_v4_sgi_send(struct vgic_vm *vm, struct vgic_irq *irq);
void vgic_v4_sgi_clear(const struct vgic_irq *irq);
bool vgic_v4_sgi_pending(const struct vgic_irq *irq);
/* The distributor's enable bit has changed. True: vCPUs will make their vPEs resident anew, for
 * which all are kicked (GICv4.1: the bit is VGRP1EN). */
bool vgic_v4_dist_changed(struct vgic_vm *vm);

/*
 * ---- hooks of the vITS (vgic-v4-lpi.c): only for LPIs whose `hw` is set ----
 * What the host says: 0; -EINVAL it is no vLPI (any more); -ETIMEDOUT.
 */
/* Pending in hardware, or withdrawn there: INT, CLEAR. */
int vgic_v4_set_pending(struct vgic_vm *vm, struct vgic_irq *irq, bool pending);
/* A configuration byte was read; `inv`: the hardware is to read it as well. */
int vgic_v4_update(struct vgic_vm *vm, struct vgic_irq *irq, u8 properties, bool inv);
/* To another vCPU; without `sync` VMOVI only, and host_vpe_sync() of the target afterwards. */
int vgic_v4_move(struct vgic_vm *vm, struct vgic_irq *irq, struct vgic_vcpu *target, bool sync);
/* MOVALL: what was moved without sync is there now; all of a vCPU's vLPIs go to another by one
 * command, and then one of them is told of it. */
int vgic_v4_sync(struct vgic_vcpu *v);
int vgic_v4_move_all(struct vgic_vcpu *from, struct vgic_vcpu *to);
void vgic_v4_moved(struct vgic_irq *irq, struct vgic_vcpu *from, struct vgic_vcpu *to);
/* ---- and for all ---- */
/* An event of this LPI is freed: if it is forwarded, the host has it back. its_lock held. */
void vgic_v4_free_event(struct vgic_vm *vm, struct vgic_irq *irq);
/* MAPTI made an event: forwarding_hint remember forwards it again. its_lock held. */
void vgic_v4_new_event(struct vgic_its *its, u32 device_id, u32 event_id);
/* Configuration of all LPIs of v was read again. */
int vgic_v4_invall(struct vgic_vcpu *v);
/*
 * Between begin and end the vPEs are unmapped and their pending tables in memory hold, which
 * vgic_v4_table_pending() reads. begin: false when there is nothing to read (GICv4.0, or no vPEs),
 * then neither of the others may be called. No vCPU is loaded.
 */
bool vgic_v4_tables_begin(struct vgic_vm *vm);
bool vgic_v4_table_pending(const struct vgic_irq *irq);
int vgic_v4_tables_end(struct vgic_vm *vm);

#endif
