/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of the vGIC core share with each other and with their tests, and nobody else.
 */
#ifndef VGIC_INTERNAL_H
#define VGIC_INTERNAL_H

#include "../arch/gicv3.h"
#include "vgic.h"

#define VGIC_NOBODY (~0u) /* vCPU number of an event that concerns none */

/* Linux 6.19 reworked list-register overflow; the policy stands for that generation. */
static inline bool vgic_new_generation(const struct vgic_vm *vm)
{
	return vm->policy.overflow == VGIC_OVERFLOW_EOICOUNT;
}

static inline bool vgic_is_v2_sgi(const struct vgic_vm *vm, u32 intid)
{
	return vm->model == VGIC_V2 && vgic_is_sgi(intid);
}

/* The port's cookie of an instance of GICv2 SGI irq. */
static inline u32 *vgic_sgi_tag(const struct vgic_irq *irq, u32 source)
{
	return &irq->target->sgi_tags[irq->intid * VGIC_V2_MAX_VCPUS + source];
}

/* The port's cookie of the instance that waits: of a GICv2 SGI's, the lowest source's. */
static inline u32 *vgic_waiting_tag(const struct vgic_vm *vm, struct vgic_irq *irq)
{
	if (vgic_is_v2_sgi(vm, irq->intid) && irq->source)
		return vgic_sgi_tag(irq, plat_ffs64(irq->source));
	return &irq->tag;
}

static inline bool vgic_is_lpi(u32 intid)
{
	return intid >= VGIC_LPI_BASE;
}

static inline u32 vgic_event_vcpu(const struct vgic_irq *irq)
{
	return irq->target ? irq->target->id : VGIC_NOBODY;
}

/* ---- AP lists (vgic-order.c); the list's lock is held ---- */
/*
 * The interrupts of vCPU v on its AP list. Others share the list under ap_list per-vm and sharded;
 * looking at an entry's `vcpu` needs the list's lock only.
 */
#define vgic_for_each_own(irq, v) \
	plat_list_for_each(irq, &(v)->ap->head, ap_link) \
		if (plat_cost(COST_LIST_STEP, 1), (irq)->vcpu == (v))
#define vgic_for_each_own_safe(irq, tmp, v) \
	plat_list_for_each_safe(irq, tmp, &(v)->ap->head, ap_link) \
		if (plat_cost(COST_LIST_STEP, 1), (irq)->vcpu == (v))

static inline bool vgic_ap_list_shared(const struct vgic_vcpu *v)
{
	return v->ap != &v->own_ap;
}

/* Put irq (its lock held too) on v's list, where the order policy says. */
void vgic_ap_insert(struct vgic_vcpu *v, struct vgic_irq *irq);
/* Take it off the list it is on (its lock held too); irq->vcpu becomes NULL. */
void vgic_ap_remove(struct vgic_irq *irq);
/* Order v's interrupts as the sort-on-overflow policies do. Takes irq locks. */
void vgic_ap_sort(struct vgic_vcpu *v);
/* Which of two interrupts comes first: < 0 a, > 0 b, 0 as they stand. Pure; both locks held. */
int vgic_order_old(const struct vgic_irq *a, const struct vgic_irq *b);
int vgic_order_619(const struct vgic_vcpu *v, const struct vgic_irq *a, const struct vgic_irq *b);

/* ---- list registers (vgic-lr.c); irq->lock is held ---- */
/* How many list registers the interrupt would fill. */
u32 vgic_lr_count(const struct vgic_vm *vm, const struct vgic_irq *irq);
/* The list register's value for its present state; pure. 0: it cannot be presented. */
u64 vgic_lr_compose(const struct vgic_vm *vm, const struct vgic_irq *irq, bool sw_resample);
/* Move irq into list register n of v's next entry. False: it cannot be presented. */
bool vgic_lr_populate(struct vgic_vcpu *v, struct vgic_irq *irq, u32 n);
/*
 * Take over the state of a list register after exit. `written_pending`: it carried an instance at
 * entry. True when the interrupt was active or presented before and is no more.
 */
bool vgic_lr_fold(struct vgic_vcpu *v, struct vgic_irq *irq, u64 lr, bool written_pending);
/* Deactivate an interrupt that is in no list register, as if it had been in one; returns whether
 * its acknowledge is to be notified. */
bool vgic_lr_fold_absent(struct vgic_vcpu *v, struct vgic_irq *irq);
/* The interrupt that a list register names, and the source CPU of a GICv2 SGI. */
u32 vgic_lr_intid(const struct vgic_vm *vm, u64 lr);
static inline u32 vgic_lr_cpuid(u64 lr)
{
	return (u32)FIELD_GET(lr, ICH_LR_V2_CPUID);
}
/* Emptied, it raises a maintenance interrupt: somebody waits for the end of this interrupt. */
static inline bool vgic_lr_signals_eoi(u64 lr)
{
	return !(lr & FIELD_MASK(ICH_LR_STATE)) && (lr & ICH_LR_EOI) && !(lr & ICH_LR_HW);
}

/* ---- the account (vgic-pend.c); irq->lock is held ---- */
/* Its pending instance moves into list register n of v. */
void vgic_account_presented(struct vgic_vcpu *v, struct vgic_irq *irq, u32 n);
/* List register state `lr` was folded into irq. */
void vgic_account_folded(struct vgic_vcpu *v, struct vgic_irq *irq, u64 lr, bool written_pending);

/* ---- the world switch (vgic-switch.c) ---- */
/* Registers of the virtual interface move at each exit and entry, not at load and put. */
static inline bool vgic_moves_all(const struct vgic_vm *vm)
{
	return vm->policy.world_switch != VGIC_WORLD_VHE_LAZY;
}
/* Before an entry and after an exit, when all move; on the PE that v is loaded on. */
void vgic_switch_in(struct vgic_vcpu *v);
void vgic_switch_out(struct vgic_vcpu *v);

/* ---- deactivation (vgic-dir.c) ---- */
/* Tell the machine that the guest is done with level SPI intid (irqfd resample). No lock held. */
void vgic_notify_acked(struct vgic_vm *vm, u32 intid);
/* eoicount: deactivate `count` active interrupts that were not in the list registers. */
void vgic_replay_eoicount(struct vgic_vcpu *v, u32 count);

/* ---- kicks (vgic-kick.c) ---- */
void vgic_request_and_kick(struct vgic_vcpu *v, u32 request);

#endif
