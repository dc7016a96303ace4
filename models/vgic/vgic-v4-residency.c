// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * When a vCPU's vPE is resident (spec/vgic.md 4.11, 1.14).
 *
 * load: the ITSs learn which PE it is (affinity of the doorbell interrupt), the doorbell is
 * disabled, the redistributor is told, and a doorbell that came too late is cleared, in this order.
 * put: with a doorbell only where the vCPU is going to wait for one.
 * No wake-up is lost: what comes before Valid is cleared shows in PendingLast, what comes after it
 * rings the doorbell, which was enabled before (GICv4.0) or is asked for in the same write (4.1);
 * both set pending_last, which a vCPU looks at after it has said that it is blocked. So does a put
 * that finds the doorbell which it has enabled disabled again, by a handler that began before.
 * Choice: under each-entry a vCPU that waits on GICv4.1 is made resident once more, as only leaving
 * a PE asks for the default doorbell.
 */
#include "vgic-v4-internal.h"

/* ---- decisions ---- */

bool vgic_wfi_traps(enum vgic_wfi_policy policy, bool single_task, bool direct)
{
	switch (policy) {
	case VGIC_WFI_NEVER: return false;
	case VGIC_WFI_SINGLE: return !single_task;
	case VGIC_WFI_DIRECT: return !single_task || !direct;
	default: return true;
	}
}

enum host_put vgic_v4_put_mode(enum vgic_db_enable_policy policy, bool waits)
{
	switch (policy) {
	case VGIC_DB_ALWAYS: return HOST_PUT_DOORBELL;
	case VGIC_DB_NEVER: return waits ? HOST_PUT_LOOK : HOST_PUT_PREEMPTED;
	default: return waits ? HOST_PUT_DOORBELL : HOST_PUT_PREEMPTED;
	}
}

/* Where doorbells of a vCPU come under db_affinity fixed. */
static u32 doorbell_pe(const struct vgic_vcpu *v)
{
	return v->id % gic_config(v->vm->gic)->nr_pes;
}

/* ---- load and put ---- */

int vgic_v4_load(struct vgic_vcpu *v)
{
	struct vgic_v4_vcpu *s = vgic_v4_state(v);
	struct host_vpe *vpe = vgic_v4_vpe(v);
	int ret;

	if (!s || vpe->resident || s->in_wfi || s->in_l2)
		return 0;
	ret = host_vpe_set_affinity(vpe, gic_pe_number(v->pe));
	if (!ret)
		ret = host_vpe_make_resident(vpe, v->pe, false, v->vm->enabled);
	if (!ret && !host_has_default_doorbell(v->vm->v4->host))
		ret = host_doorbell_set_pending(vpe, false);
	return ret;
}

int vgic_v4_put(struct vgic_vcpu *v, bool want_db)
{
	const struct vgic_v4_policy *p = &v->vm->policy.v4;
	struct vgic_v4_vcpu *s = vgic_v4_state(v);
	struct host_vpe *vpe = vgic_v4_vpe(v);
	enum host_put mode;
	int ret;

	if (!s || !vpe->resident)
		return 0;
	mode = vgic_v4_put_mode((enum vgic_db_enable_policy)p->db_enable, want_db || s->in_l2);
	ret = host_vpe_make_non_resident(vpe, mode);
	if (!ret && mode == HOST_PUT_DOORBELL && p->db_affinity == VGIC_DB_FIXED)
		ret = host_vpe_set_affinity(vpe, doorbell_pe(v));
	return ret;
}

void vgic_v4_commit(struct vgic_vcpu *v)
{
	struct host_vpe *vpe = vgic_v4_vpe(v);

	if (vpe)
		host_vpe_commit(vpe);
}

void vgic_v4_reload(struct vgic_vcpu *v)
{
	if (!v->pe)
		return;
	vgic_v4_put(v, false);
	vgic_v4_load(v);
}

bool vgic_v4_dist_changed(struct vgic_vm *vm)
{
	u32 i;

	if (!vm->v4 || !vm->v4->vpes || !host_has_v4_1(vm->v4->host))
		return false;
	for (i = 0; i < vm->nr_vcpus; i++)
		vgic_request_and_kick(vm->vcpus[i], VGIC_REQ_RELOAD_V4);
	return true;
}

void vgic_v4_set_nested(struct vgic_vcpu *v, bool in_l2)
{
	struct vgic_v4_vcpu *s = vgic_v4_state(v);

	if (s)
		s->in_l2 = in_l2;
}

/* ---- WFI ---- */

/* Under each-entry the vPE is out already: only the doorbell is missing. */
static void want_doorbell_outside(struct vgic_vcpu *v, struct host_vpe *vpe)
{
	if (vgic_v4_put_mode((enum vgic_db_enable_policy)v->vm->policy.v4.db_enable, true) !=
	    HOST_PUT_DOORBELL)
		return;
	if (host_has_default_doorbell(vpe->vm->host)) {
		vgic_v4_load(v);
		return;
	}
	while (host_doorbell_disabled(vpe))
		host_doorbell_enable(vpe);
}

void vgic_wfi_begin(struct vgic_vcpu *v)
{
	struct vgic_v4_vcpu *s = vgic_v4_state(v);
	struct host_vpe *vpe = vgic_v4_vpe(v);

	vgic_vmcr_sync(v);
	if (!s || s->in_l2)
		return;
	if (!vpe->resident)
		want_doorbell_outside(v, vpe);
	vgic_v4_put(v, true);
	s->in_wfi = v->vm->policy.v4.wfi_residency == VGIC_WFI_IN_WFI;
}

void vgic_wfi_end(struct vgic_vcpu *v)
{
	struct vgic_v4_vcpu *s = vgic_v4_state(v);

	if (!s)
		return;
	s->in_wfi = false;
	if (v->pe && v->vm->policy.v4.residency == VGIC_RESIDENCY_LOAD_PUT)
		vgic_v4_load(v);
}
