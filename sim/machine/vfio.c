// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * VFIO's side of a passed-through device's MSIs, and KVM's irqfd on each (spec/vgic.md 5): an event of
 * the physical ITS with a host LPI whose handler signals an eventfd, and, where host and VM have
 * GICv4, the forwarding that lets the ITS deliver to the guest by itself.
 *
 * The guest reaches all of this by writing an MSI-X table entry: the VMM emulates that table and asks
 * VFIO and KVM to follow (guest_map_msi(), guest_unmap_msi()).
 *
 * Choices: the GSI of a vector has one route, its own; what KVM cannot forward goes on through the
 * handler, and is no error.
 */
#include "machine.h"

static u64 vits_doorbell(const struct vm *vm)
{
	return vits_base(vm->its) + VITS_TRANSLATER;
}

/* Does user space let KVM have this vector's host interrupt (irqbypass)? */
static bool wanted(const struct device *d, u32 vector)
{
	switch (d->vm->cfg->forward) {
	case FORWARD_NONE: return false;
	case FORWARD_EVEN: return vector % 2 == 0;
	default: return true;
	}
}

void device_forward(struct device *d, u32 vector, bool on)
{
	struct vm *vm = d->vm;
	u32 lpi = (u32)d->vec[vector].lpi;

	if (!d->m->direct || vm->io)
		return;
	if (on)
		vgic_v4_set_forwarding(vm->vgic, lpi, vits_doorbell(vm), d->guest_id, vector);
	else
		vgic_v4_unset_forwarding(vm->vgic, lpi, vits_doorbell(vm), d->guest_id, vector);
}

/* PE that takes a host interrupt whose guest target is vCPU `target`. */
static u32 handler_pe(struct vm *vm, u32 target)
{
	struct machine *m = vm->m;

	if (m->cfg->hypervisor.lpi_affinity == LPI_AFFINITY_TARGET)
		return vm->vcpus[target].thread.pe->n;
	return m->next_lpi_pe++ % m->nr_pes;
}

int device_host_map(struct device *d, u32 vector)
{
	struct machine *m = d->m;
	struct device_vector *v = &d->vec[vector];
	u32 pe;
	int lpi;

	if (d->emulated)
		return 0;
	plat_cost((enum plat_cost)COST_VFIO_SET_IRQS, 1);
	pe = handler_pe(d->vm, v->target);
	if (!d->vm->its)
		return device_spi_map(d, vector, pe);
	if (!d->host_mapped) {
		int ret = host_its_map_device(m->host_its, d->its, d->number, d->nr_vectors);

		if (ret)
			return ret;
		d->host_mapped = true;
	}
	lpi = host_its_map_event(m->host_its, d->its, d->number, vector, pe);
	if (lpi < 0)
		return lpi;
	m->lpis[lpi - GIC_LPI_BASE] = (struct host_lpi){ .dev = d, .vector = vector };
	v->lpi = lpi;
	if (wanted(d, vector))
		device_forward(d, vector, true);
	return 0;
}

void device_host_unmap(struct device *d, u32 vector)
{
	struct machine *m = d->m;
	struct device_vector *v = &d->vec[vector];
	u32 lpi = (u32)v->lpi;

	if (!lpi)
		return;
	plat_cost((enum plat_cost)COST_VFIO_SET_IRQS, 1);
	if (wanted(d, vector))
		device_forward(d, vector, false);
	v->lpi = 0;
	host_its_unmap_event(m->host_its, lpi);
	m->lpis[lpi - GIC_LPI_BASE].dev = NULL;
}
