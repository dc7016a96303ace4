/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Inside the vgic-v4 bridge:
 *
 *	vgic-v4.c	    a VM's attachment to the host's driver, its vPEs, doorbells
 *	vgic-v4-residency.c load and put, WFI
 *	vgic-v4-forward.c   forwarding and its end, asked for by who owns devices
 *	vgic-v4-lpi.c	    what the vITS does to LPIs that are vLPIs
 *	vgic-v4-sgi.c	    SGIs in hardware
 */
#ifndef VGIC_V4_INTERNAL_H
#define VGIC_V4_INTERNAL_H

#include "vgic-internal.h"
#include "vgic-v4.h"
#include "vits-internal.h"

/* What the vCPU's thread knows of its vPE. */
struct vgic_v4_vcpu {
	bool in_wfi;		    /* between begin and end, policy wfi_residency in-wfi */
	bool in_l2;		    /* its nested guest runs */
	struct plat_atomic counted; /* vLPIs, by vgic_v4_expects_vlpis()'s count */
};

/* An event that was forwarded, and may be again. */
struct vgic_v4_hint {
	struct plat_list link;
	struct vgic_its *its;
	u32 device_id, event_id, host_lpi;
};

struct vgic_v4 {
	struct host_its *host;
	struct host_vpes *vpes; /* NULL: none yet, or none to be had */
	u32 nr_requested;	/* vPEs whose doorbell has a handler */
	bool refused;		/* vPEIDs have run out: the VM stays with software */
	bool sgis;		/* nASSGIreq: the vCPUs' SGIs are the hardware's (config lock) */
	bool sgis_off;		/* user space has taken nASSGIcap away (before initialisation) */
	struct plat_lock hint_lock;
	struct plat_list hints; /* struct vgic_v4_hint, policy forwarding_hint remember */
	struct vgic_v4_vcpu vcpu[];
};

/* The state of a vCPU with a vPE; NULL: it has none. */
static inline struct vgic_v4_vcpu *vgic_v4_state(const struct vgic_vcpu *v)
{
	struct vgic_v4 *v4 = v->vm->v4;

	return v4 && v4->vpes ? &v4->vcpu[v->id] : NULL;
}

static inline void vgic_v4_count(const struct vgic_vcpu *v, s32 n)
{
	plat_atomic_add(&v->vm->v4->vcpu[v->id].counted, n);
}

/* ---- vgic-v4-forward.c ---- */
void vgic_v4_forget_hints(struct vgic_v4 *v4);

#endif
