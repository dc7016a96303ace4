// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * MOVALL of the virtual ITS (spec/vgic.md 3.2, 3.6, 7 point 3): the LPIs that one vCPU gets are to
 * come to another. Software's LPIs only change their target; each vLPI has to be moved in the
 * hardware as well, where no command moves more than one.
 *
 * Policies: per-lpi is KVM, which waits for each vLPI; quirk-move-all forgets to look at the target.
 * one-sync waits once, for the last. retarget-collection does not look at LPIs but at collections:
 * those of this ITS that lie with the first vCPU are the second's from now on, as after a MAPC each,
 * so that what is mapped to them later follows too. hardware-vmovall has the hardware do it.
 */
#include "vgic-v4.h"
#include "vits-internal.h"

struct movall {
	struct vgic_vcpu *from, *to; /* from NULL: every LPI */
	enum vgic_movall_policy how;
};

static int move_one(struct vgic_vm *vm, struct vgic_irq *irq, void *arg)
{
	const struct movall *m = arg;
	bool sync = m->how == VGIC_MOVALL_FILTER || m->how == VGIC_MOVALL_QUIRK_ALL;

	plat_sync();
	if (!m->from || irq->target == m->from)
		vits_lpi_set_target(vm, irq, m->to, sync);
	return 0;
}

/* The hardware has moved them already. */
static int note_one(struct vgic_vm *vm, struct vgic_irq *irq, void *arg)
{
	const struct movall *m = arg;
	bool hw;

	(void)vm;
	plat_lock(&irq->lock);
	hw = irq->target == m->from && irq->hw;
	if (irq->target == m->from)
		irq->target = m->to;
	plat_unlock(&irq->lock);
	if (hw)
		vgic_v4_moved(irq, m->from, m->to);
	return 0;
}

static void retarget(struct vgic_its *its, const struct movall *m)
{
	struct vits_collection *coll;

	plat_list_for_each(coll, &its->collections, link) {
		plat_cost(COST_LIST_STEP, 1);
		if (coll->target != m->from->id)
			continue;
		coll->target = m->to->id;
		vits_retarget_collection(its, coll, false);
	}
}

int vits_movall(struct vgic_its *its, struct vgic_vcpu *from, struct vgic_vcpu *to)
{
	struct vgic_vm *vm = its->vm;
	struct movall m = {
		.from = vm->policy.movall == VGIC_MOVALL_QUIRK_ALL ? NULL : from,
		.to = to,
		.how = (enum vgic_movall_policy)vm->policy.movall,
	};
	bool vlpis = vgic_v4_vlpis(from);
	int ret = 0;

	if (from == to)
		return 0;
	switch (m.how) {
	case VGIC_MOVALL_RETARGET: retarget(its, &m); break;
	case VGIC_MOVALL_HARDWARE:
		vgic_v4_move_all(from, to);
		ret = vits_lpi_for_each(vm, from, note_one, &m);
		break;
	default: ret = vits_lpi_for_each(vm, m.from, move_one, &m);
	}
	if (vlpis && (m.how == VGIC_MOVALL_ONE_SYNC || m.how == VGIC_MOVALL_RETARGET))
		vgic_v4_sync(to);
	if (!ret)
		vits_cache_invalidate(its);
	return ret;
}
