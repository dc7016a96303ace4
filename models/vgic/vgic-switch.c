// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * When the registers of the virtual CPU interface move between a vCPU and the PE, the list registers
 * of what is pending apart (spec/vgic.md 1.14, 2.2; policy world_switch).
 *
 * vhe-lazy (Linux 4.17 and later on a VHE host): control and active priorities registers move when
 * the vCPU is loaded and put. vhe and legacy: the whole interface moves at each exit and entry, as
 * KVM did from its beginning, every list register and the status registers included, whether in use
 * or not; load and put only say which PE it is. Under legacy this is done in EL2 on behalf of a
 * host kernel in EL1.
 *
 * Choice: VMCR has one home at any time. Between an exit that moved it out and the next entry that
 * is struct vgic_cpuif_state, where emulated accesses find it.
 */
#include "vgic-hostif.h"
#include "vgic-v4.h"

/* Of the whole interface: HCR, VMCR, MISR, EISR and ELRSR at an exit; HCR and VMCR at an entry.
 * GICH has EISR and ELRSR in two words each. */
#define OUT_REGS      5u
#define OUT_REGS_GICH 7u
#define IN_REGS	      2u

static void move_aprs(struct vgic_vcpu *v, bool restore)
{
	vgic_hw_cost(v, COST_APR_ACCESS, vgic_hw_nr_aprs(v));
	if (restore)
		vgic_hw_write_aprs(v);
	else
		vgic_hw_read_aprs(v);
}

static void moved(struct vgic_vcpu *v, bool in)
{
	v->cpuif.live = in;
	plat_event(in ? EV_STATE_IN : EV_STATE_OUT, v->vm->port, v->id, VGIC_NOBODY, NULL,
		   v->vm->policy.world_switch);
}

void vgic_switch_in(struct vgic_vcpu *v)
{
	vgic_hw_cost(v, COST_ICH_ACCESS, IN_REGS);
	vgic_hw_cost(v, COST_LR_WRITE, v->vm->nr_lrs);
	vgic_hw_write_vmcr(v, v->cpuif.vmcr);
	move_aprs(v, true);
	moved(v, true);
}

void vgic_switch_out(struct vgic_vcpu *v)
{
	if (!v->cpuif.live)
		return;
	vgic_hw_cost(v, COST_ICH_ACCESS, vgic_hw_is_gich(v) ? OUT_REGS_GICH : OUT_REGS);
	vgic_hw_cost(v, COST_LR_READ, v->vm->nr_lrs);
	v->cpuif.vmcr = vgic_hw_read_vmcr(v);
	move_aprs(v, false);
	moved(v, false);
}

void vgic_load(struct vgic_vcpu *v, struct gic_pe *pe)
{
	plat_warn_on(v->pe);
	v->pe = pe;
	v->pe_port = gic_pe_port(pe);
	if (!vgic_moves_all(v->vm)) {
		vgic_hw_cost(v, COST_ICH_ACCESS, 1);
		vgic_hw_write_vmcr(v, v->cpuif.vmcr);
		move_aprs(v, true);
		moved(v, true);
	}
	if (!vgic_v4_at_entry(v))
		vgic_v4_load(v);
}

void vgic_vmcr_sync(struct vgic_vcpu *v)
{
	if (!v->pe || !v->cpuif.live)
		return;
	vgic_hw_cost(v, COST_ICH_ACCESS, 1);
	v->cpuif.vmcr = vgic_hw_read_vmcr(v);
}

void vgic_put(struct vgic_vcpu *v)
{
	if (plat_warn_on(!v->pe))
		return;
	vgic_v4_put(v, false);
	if (vgic_moves_all(v->vm)) {
		vgic_switch_out(v);
	} else {
		/* the newer generation saved VMCR at the exit; only an access emulated since
		 * changed it */
		if (vgic_new_generation(v->vm))
			v->cpuif.vmcr = vgic_hw_read_vmcr(v);
		else
			vgic_vmcr_sync(v);
		move_aprs(v, false);
		moved(v, false);
	}
	v->pe = NULL;
	v->pe_port = NULL;
}
