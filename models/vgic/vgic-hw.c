// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The physical state behind a hardware-backed interrupt (spec/vgic.md 1.11): one access to a
 * register of the physical GIC each.
 *
 * Choice: a physical PPI is that of the PE the vCPU is loaded on; while it is not loaded there is
 * no line to see and nothing is changed.
 */
#include "vgic-internal.h"

static struct gic_pe *phys_pe(const struct vgic_vcpu *v, const struct vgic_irq *irq)
{
	if (v->pe)
		return v->pe;
	return irq->hwintid < GIC_NR_PRIVATE ? NULL : gic_pe(v->vm->gic, 0);
}

bool vgic_phys_line(struct vgic_vcpu *v, struct vgic_irq *irq)
{
	const struct vgic_attach *row = vgic_irq_attach(v->vm, v, irq->intid);
	struct gic_pe *pe = phys_pe(v, irq);

	if (row && row->ops && row->ops->get_input_level) {
		plat_sync();
		return row->ops->get_input_level(v, irq->intid);
	}
	if (!pe)
		return false;
	plat_cost(COST_GIC_MMIO_READ, 1);
	plat_sync();
	return gic_irq_pending(pe, irq->hwintid);
}

void vgic_phys_set_active(struct vgic_vcpu *v, struct vgic_irq *irq, bool active)
{
	struct gic_pe *pe = phys_pe(v, irq);

	if (!pe)
		return;
	plat_cost(COST_GIC_MMIO_WRITE, 1);
	plat_sync();
	gic_irq_set_active(pe, irq->hwintid, active);
}

void vgic_phys_set_pending(struct vgic_vcpu *v, struct vgic_irq *irq, bool pending)
{
	struct gic_pe *pe = phys_pe(v, irq);

	if (!pe)
		return;
	plat_cost(COST_GIC_MMIO_WRITE, 1);
	plat_sync();
	gic_irq_set_pending(pe, irq->hwintid, pending);
}
