// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Message interrupts of a passed-through device whose VM has no virtual ITS (any GICv2 guest): each
 * vector is an edge-triggered SPI on the host, whose handler signals an irqfd that raises an
 * edge-triggered SPI of the guest (spec/vgic.md 1.5).
 *
 * Choices: the edge reaches the distributor behind the device's DMA, as the MSI it stands for would,
 * and after a wire's latency from the host bridge; host SPIs are handed out from the last one
 * downwards, those of level interrupts (platform.c) from 32 upwards.
 */
#include <stdlib.h>

#include <models/host/gic-driver.h>

#include "machine.h"

static u32 intid_of(const struct machine *m, u32 n)
{
	return GIC_SPI_BASE + gic_config(m->gic)->nr_spis - 1 - n;
}

/* A place among a host's SPIs: one that a VM has left, or a new one. */
static int place(struct machine *m, u32 *number)
{
	struct host_spi *grown;

	for (*number = 0; *number < m->nr_spis; ++*number)
		if (!m->spis[*number].dev)
			return 0;
	if (m->nr_lines + m->nr_spis == gic_config(m->gic)->nr_spis)
		return -ENOSPC;
	grown = realloc(m->spis, (m->nr_spis + 1) * sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	m->spis = grown;
	m->nr_spis++;
	return 0;
}

int device_spi_map(struct device *d, u32 vector, u32 pe)
{
	struct machine *m = d->m;
	u32 n;
	int ret = place(m, &n);

	if (ret)
		return ret;
	m->spis[n] = (struct host_spi){ .dev = d, .vector = vector };
	d->vec[vector].spi = (u16)intid_of(m, n);
	host_gic_setup_spi(m->gic, intid_of(m, n), m->pes[pe].gic, false);
	return 0;
}

static struct host_spi *find(struct machine *m, u32 intid)
{
	u32 n = intid_of(m, 0) - intid;

	return n < m->nr_spis && m->spis[n].dev ? &m->spis[n] : NULL;
}

void device_spi_close(struct device *d)
{
	for (u32 v = 0; v < d->nr_vectors; v++)
		if (d->vec[v].spi)
			host_gic_mask_spi(d->m->gic, d->vec[v].spi);
}

void device_spi_leave(struct device *d)
{
	for (u32 v = 0; v < d->nr_vectors; v++)
		if (d->vec[v].spi)
			find(d->m, d->vec[v].spi)->dev = NULL;
}

u32 device_spi_tag(struct machine *m, u32 intid)
{
	const struct host_spi *spi = find(m, intid);

	return spi ? spi->tag : 0;
}

/* The device's edge: a pulse. One that finds the SPI pending is served together with it. */
void device_spi_arrives(struct device *d, u32 vector, u32 tag)
{
	struct machine *m = d->m;
	u32 intid = d->vec[vector].spi;
	struct host_spi *spi = find(m, intid);

	if (spi->tag) {
		account_end(m, tag, REC_COALESCED);
		return;
	}
	spi->tag = tag;
	gic_spi_line(m->gic, intid, true, &spi->tag);
	gic_spi_line(m->gic, intid, false, &spi->tag);
}

bool device_spi_host_irq(struct pe *pe, u32 intid)
{
	struct machine *m = pe->m;
	struct host_spi *spi = find(m, intid);
	const struct device_vector *v;

	if (!spi)
		return false;
	v = &spi->dev->vec[spi->vector];
	pe->hand_tag = spi->tag;
	spi->tag = 0;
	account_sw(pe, pe->hand_tag, REC_STAGE_HOST_IRQ);
	plat_cost((enum plat_cost)COST_HOST_IRQ_DISPATCH, 1);
	plat_cost((enum plat_cost)COST_VFIO_SIGNAL, 1);
	pe_activity(pe, PE_HYP);
	if (!machine_breaks(m, BREAK_LOSE))
		vgic_inject_irq(spi->dev->vm->vgic, NULL, v->intid, true, NULL);
	pe->hand_tag = 0;
	pe_activity(pe, PE_HOST);
	return true;
}

void device_spi_in_flight(struct machine *m, void (*fn)(void *arg, u32 tag), void *arg)
{
	for (u32 n = 0; n < m->nr_spis; n++)
		if (m->spis[n].tag)
			fn(arg, m->spis[n].tag);
}
