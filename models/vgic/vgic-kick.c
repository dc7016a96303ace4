// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Requests to vCPUs and how their threads are made to look at them (spec/vgic.md 1.6, 1.14).
 *
 * No wake-up is lost because each side first publishes, then looks: a requester sets the request,
 * then reads mode and `blocked`; a vCPU sets mode or `blocked`, then reads requests and AP list.
 * Mode and requests share a cache line, which goes to the requester and back.
 */
#include "vgic-internal.h"
#include "vgic-v4.h"

void vgic_make_request(struct vgic_vcpu *v, u32 request)
{
	plat_atomic_or(&v->requests, request);
	plat_shared_use(&v->line);
}

/* Interrupt v if it is in the guest and nobody has done so since it entered. */
static void interrupt_guest(struct vgic_vcpu *v)
{
	if (plat_atomic_read(&v->mode) != VGIC_IN_GUEST)
		return;
	if (!plat_atomic_cas(&v->mode, VGIC_IN_GUEST, VGIC_EXITING_GUEST))
		return;
	plat_event(EV_VCPU_KICK, v->vm->port, v->id, VGIC_NOBODY, NULL, 0);
	plat_kick_pe(v->pe_port);
}

void vgic_kick(struct vgic_vcpu *v)
{
	plat_sync();
	if (v->blocked) {
		plat_event(EV_VCPU_WAKE, v->vm->port, v->id, VGIC_NOBODY, NULL, 0);
		plat_wake_vcpu(v->port);
		return;
	}
	interrupt_guest(v);
}

void vgic_request_and_kick(struct vgic_vcpu *v, u32 request)
{
	vgic_make_request(v, request);
	vgic_kick(v);
}

void vgic_kick_all(struct vgic_vm *vm)
{
	u32 i;

	for (i = 0; i < vm->nr_vcpus; i++)
		vgic_request_and_kick(vm->vcpus[i], VGIC_REQ_IRQ_PENDING);
}

u32 vgic_check_requests(struct vgic_vcpu *v)
{
	u32 requests;

	if (!plat_atomic_read(&v->requests))
		return 0;
	requests = plat_atomic_and(&v->requests, 0);
	plat_shared_use(&v->line);
	if (requests & VGIC_REQ_PROCESS_UPDATE)
		vgic_prune(v);
	if (requests & VGIC_REQ_RELOAD_V4)
		vgic_v4_reload(v);
	return requests & VGIC_REQ_SLEEP;
}

bool vgic_enter_guest(struct vgic_vcpu *v)
{
	plat_atomic_set(&v->mode, VGIC_IN_GUEST);
	plat_shared_use(&v->line);
	if (!plat_atomic_read(&v->requests))
		return true;
	plat_atomic_set(&v->mode, VGIC_OUTSIDE_GUEST);
	return false;
}

void vgic_leave_guest(struct vgic_vcpu *v)
{
	plat_atomic_set(&v->mode, VGIC_OUTSIDE_GUEST);
	plat_shared_use(&v->line);
}

void vgic_set_blocked(struct vgic_vcpu *v, bool blocked)
{
	if (blocked)
		vgic_vmcr_sync(v);
	plat_sync();
	v->blocked = blocked;
}

/* All are told to stop before the first is waited for, so that their exits overlap. */
void vgic_halt_guest(struct vgic_vm *vm)
{
	u32 i;

	for (i = 0; i < vm->nr_vcpus; i++) {
		vgic_make_request(vm->vcpus[i], VGIC_REQ_SLEEP);
		interrupt_guest(vm->vcpus[i]);
	}
	for (i = 0; i < vm->nr_vcpus; i++)
		plat_halt_vcpu(vm->vcpus[i]->port);
}

void vgic_resume_guest(struct vgic_vm *vm)
{
	u32 i;

	for (i = 0; i < vm->nr_vcpus; i++)
		plat_resume_vcpu(vm->vcpus[i]->port);
}
