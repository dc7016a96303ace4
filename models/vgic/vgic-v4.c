// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A VM's part in GICv4: its vPEs, made and given back, and their doorbells (spec/vgic.md 4.11, 5.1).
 *
 * Making them is idempotent: it is asked for when the VM is initialised and again for each vITS.
 * Doorbells are requested one by one; where one fails, those before it and no others are given back.
 * Choice: policy `injection` gicv4 on GICv4.1 leaves SGIs in software and uses the rest as it is.
 */
#include "vgic-v4-internal.h"

/* ---- attachment ---- */

int vgic_v4_attach(struct vgic_vm *vm, struct host_its *h)
{
	struct vgic_v4 *v4;

	if (vm->policy.v4.injection == VGIC_INJECT_SOFTWARE || vm->model != VGIC_V3 ||
	    !host_has_v4(h) || plat_warn_on(vm->v4))
		return 0;
	v4 = plat_zalloc(sizeof(*v4) + vm->nr_vcpus * sizeof(v4->vcpu[0]));
	if (!v4)
		return -ENOMEM;
	v4->host = h;
	plat_lock_init(&v4->hint_lock, LOCK_V4_HINT);
	plat_list_init(&v4->hints);
	vm->v4 = v4;
	return 0;
}

void vgic_v4_detach(struct vgic_vm *vm)
{
	if (!vm->v4)
		return;
	vgic_v4_teardown(vm);
	vgic_v4_forget_hints(vm->v4);
	plat_free(vm->v4);
	vm->v4 = NULL;
}

bool vgic_v4_direct_msis(const struct vgic_vm *vm)
{
	const struct vgic_v4 *v4 = vm->v4;

	return v4 && !v4->refused && (vm->nr_its || host_has_v4_1(v4->host)) &&
	       !(v4->sgis_off && host_has_vsgi(v4->host));
}

struct host_vpe *vgic_v4_vpe(const struct vgic_vcpu *v)
{
	struct vgic_v4 *v4 = v->vm->v4;

	return v4 && v4->vpes ? &v4->vpes->vpe[v->id] : NULL;
}

bool vgic_v4_pending(const struct vgic_vcpu *v)
{
	const struct host_vpe *vpe = vgic_v4_vpe(v);

	return vpe && vpe->pending_last;
}

u32 vgic_v4_vlpis(const struct vgic_vcpu *v)
{
	struct host_vpe *vpe = vgic_v4_vpe(v);

	return vpe ? plat_atomic_read(&vpe->vlpis) : 0;
}

bool vgic_v4_expects_vlpis(const struct vgic_vcpu *v)
{
	struct vgic_v4_vcpu *s = vgic_v4_state(v);

	if (!s || v->vm->policy.v4.forwarding == VGIC_FORWARD_NEW)
		return vgic_v4_vlpis(v);
	return plat_atomic_read(&s->counted);
}

/* ---- doorbells ---- */

static void wake(struct vgic_vcpu *v)
{
	u32 window = v->vm->policy.v4.db_window;

	plat_sync();
	if (window && v->blocked && v->vm->doorbell_later)
		v->vm->doorbell_later(v->port, window);
	else
		vgic_kick(v);
}

/*
 * A vLPI or vSGI waits for a vPE that is not resident. An individual doorbell would ring again for
 * the next one: once is enough. The default doorbell of GICv4.1 may come while the vPE is still being
 * descheduled, so pending_last is set under the lock that is held for that.
 */
static void doorbell(void *arg)
{
	struct vgic_vcpu *v = arg;
	struct host_vpe *vpe = vgic_v4_vpe(v);

	if (!vpe)
		return;
	if (!host_has_default_doorbell(vpe->vm->host) && !host_doorbell_disabled(vpe))
		host_doorbell_disable(vpe);
	plat_lock(&vpe->lock);
	vpe->pending_last = true;
	plat_unlock(&vpe->lock);
	vgic_make_request(v, VGIC_REQ_IRQ_PENDING);
	wake(v);
}

/* ---- vPEs ---- */

static int request_doorbells(struct vgic_vm *vm, struct vgic_v4 *v4)
{
	u32 i;

	for (i = 0; i < vm->nr_vcpus; i++) {
		int ret = host_vpe_request(&v4->vpes->vpe[i], doorbell, vm->vcpus[i]);

		if (ret)
			return ret;
		v4->nr_requested++;
	}
	return 0;
}

int vgic_v4_init(struct vgic_vm *vm)
{
	struct vgic_v4 *v4 = vm->v4;
	int ret;

	if (!vgic_v4_direct_msis(vm) || v4->vpes)
		return 0;
	ret = host_vpes_alloc(&v4->vpes, v4->host, vm->nr_vcpus);
	if (ret == -ENOSPC && vm->policy.v4.vpe_shortage == VGIC_SHORTAGE_SOFTWARE) {
		v4->refused = true;
		return 0;
	}
	if (ret)
		return ret;
	ret = request_doorbells(vm, v4);
	if (ret)
		vgic_v4_teardown(vm);
	return ret;
}

void vgic_v4_teardown(struct vgic_vm *vm)
{
	struct vgic_v4 *v4 = vm->v4;
	struct host_vpes *vpes = v4 ? v4->vpes : NULL;
	u32 i;

	if (!vpes)
		return;
	for (i = 0; i < v4->nr_requested; i++)
		host_vpe_release(&vpes->vpe[i]);
	v4->nr_requested = 0;
	v4->vpes = NULL;
	host_vpes_free(vpes);
}
