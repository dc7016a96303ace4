// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the virtual ITS and the redistributors do to LPIs that are vLPIs: each change of the guest's
 * view is passed on to the hardware (spec/vgic.md 3.3, 3.5, 5.1).
 *
 * Choices: until 6.16 (policy forwarding seed, old) an LPI whose event the guest unmaps keeps its
 * mark although the host has taken the interrupt back. If the LPI lives on, in an AP list or behind
 * another event, what is then asked of the host finds no vLPI and is refused, and an INT makes the
 * physical interrupt pending, whose handler injects the LPI again: a storm (docs/oracle.md).
 */
#include "vgic-v4-internal.h"

static struct host_its *host_of(const struct vgic_vm *vm)
{
	return vm->v4->host;
}

int vgic_v4_set_pending(struct vgic_vm *vm, struct vgic_irq *irq, bool pending)
{
	return pending ? host_its_int(host_of(vm), irq->host_irq)
		       : host_its_clear(host_of(vm), irq->host_irq);
}

int vgic_v4_update(struct vgic_vm *vm, struct vgic_irq *irq, u8 properties, bool inv)
{
	return host_vlpi_update(host_of(vm), irq->host_irq, properties, inv);
}

int vgic_v4_move(struct vgic_vm *vm, struct vgic_irq *irq, struct vgic_vcpu *target, bool sync)
{
	struct host_vlpi_map map;
	int ret = host_vlpi_get(host_of(vm), irq->host_irq, &map);

	if (ret)
		return ret;
	vgic_v4_count(vm->vcpus[map.vpe->number], -1);
	vgic_v4_count(target, 1);
	map.vpe = vgic_v4_vpe(target);
	return sync ? host_vlpi_map(host_of(vm), irq->host_irq, &map)
		    : host_vlpi_move_unsynced(host_of(vm), irq->host_irq, &map);
}

int vgic_v4_sync(struct vgic_vcpu *v)
{
	struct host_vpe *vpe = vgic_v4_vpe(v);

	return vpe ? host_vpe_sync(vpe) : 0;
}

int vgic_v4_move_all(struct vgic_vcpu *from, struct vgic_vcpu *to)
{
	return vgic_v4_vlpis(from) ? host_vpe_move_all(vgic_v4_vpe(from), vgic_v4_vpe(to)) : 0;
}

void vgic_v4_moved(struct vgic_irq *irq, struct vgic_vcpu *from, struct vgic_vcpu *to)
{
	const struct vgic_vm *vm = to->vm;

	vgic_v4_count(from, -1);
	vgic_v4_count(to, 1);
	host_vlpi_moved(host_of(vm), irq->host_irq, vgic_v4_vpe(to));
}

void vgic_v4_free_event(struct vgic_vm *vm, struct vgic_irq *irq)
{
	if (!vm->v4)
		return;
	if (vm->policy.v4.forwarding != VGIC_FORWARD_NEW) {
		plat_sync();
		if (irq->hw)
			host_vlpi_unmap(host_of(vm), irq->host_irq);
		return;
	}
	plat_lock(&irq->lock);
	if (irq->hw)
		host_vlpi_unmap(host_of(vm), irq->host_irq);
	irq->hw = false;
	plat_unlock(&irq->lock);
}

int vgic_v4_invall(struct vgic_vcpu *v)
{
	struct host_vpe *vpe = vgic_v4_vpe(v);

	return vpe ? host_vpe_invall(vpe) : 0;
}

/* ---- pending tables: GICv4.1 lets go of what it holds when a vPE is unmapped ---- */

bool vgic_v4_tables_begin(struct vgic_vm *vm)
{
	return vm->v4 && vm->v4->vpes && host_has_v4_1(host_of(vm)) &&
	       !host_vpes_unmap(vm->v4->vpes);
}

bool vgic_v4_table_pending(const struct vgic_irq *irq)
{
	const struct host_vpe *vpe = irq->target ? vgic_v4_vpe(irq->target) : NULL;

	return vpe && host_vpe_table_pending(vpe, irq->intid);
}

int vgic_v4_tables_end(struct vgic_vm *vm)
{
	return host_vpes_remap(vm->v4->vpes);
}
