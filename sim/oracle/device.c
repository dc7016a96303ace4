// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * PCI devices in VFIO's hands: one MSI each, its host LPI, the eventfd that VFIO's handler signals,
 * and KVM's irqfd on it (spec/vgic.md 5.1).
 *
 * A signal adds one to the eventfd's count. An irqfd takes the whole count at once and injects the
 * MSI that the GSI's route names: in the handler if the translation cache serves it, else from a
 * worker. An eventfd that is signalled already when it becomes an irqfd is injected once from a
 * worker, and keeps its count; detaching takes what is there.
 * Choices: the device's write reaches the ITS and the redistributor at once, as in QEMU; the host
 * kernel spreads the LPIs of devices over the PEs in turn.
 */
#include <errno.h>

#include "oracle.h"

#define FIRST_DEVICE_ID 8u
#define DEVICE_ID_STEP	8u
#define STORM		100u /* interrupts that the host takes of one raise */

void oracle_devices_init(struct oracle *o)
{
	for (u32 i = 0; i < ORACLE_NR_DEVICES; i++) {
		o->device[i].o = o;
		o->device[i].id = FIRST_DEVICE_ID + i * DEVICE_ID_STEP;
	}
}

/* ---- irqfd ---- */

static u64 doorbell(void)
{
	return GUEST_GITS + VITS_TRANSLATER;
}

static void inject_later(struct oracle_device *d, struct pe *pe)
{
	const struct oracle_route *r = &d->o->route[d->gsi];

	worker_queue(pe, d->o->vm, doorbell(), r->device, r->event, 0);
}

/* KVM's worker is woken by the thread that forwards next, and mostly goes first. */
static void inject_first(struct oracle_device *d)
{
	struct thread *t = &d->o->thread;

	inject_later(d, t->pe);
	if (t->pe->need_resched)
		thread_yield(t);
}

/*
 * Each raise is one interrupt. The host takes it over and over when it is itself that sends it:
 * KVM's worker asks for the pending state of a vLPI that is none any more. Cut off after a while;
 * the run goes on, and fails at its end. A storm is of the operation that it began in, and may last
 * into a sleep.
 */
static bool storms(struct oracle_device *d)
{
	struct oracle *o = d->o;

	if (d->line != o->line && o->line->verb != ORACLE_SLEEP) {
		d->line = o->line;
		d->taken = 0;
	}
	if (++d->taken < STORM)
		return false;
	if (d->taken == STORM && !o->nr_storms++) {
		o->storm_line = d->line;
		o->storm_device = d->id;
	}
	return true;
}

/* VFIO's handler of the device's interrupt. */
static void signalled(struct pe *pe, void *arg)
{
	struct oracle_device *d = arg;
	const struct oracle_route *r = &d->o->route[d->gsi];

	if (storms(d))
		return;
	plat_cost((enum plat_cost)COST_VFIO_SIGNAL, 1);
	plat_sync();
	d->count++;
	if (!d->attached)
		return;
	d->count = 0;
	if (vits_inject_fast(d->o->vm->vgic, doorbell(), r->device, r->event, 0) == -EWOULDBLOCK)
		inject_later(d, pe);
}

/* KVM meets VFIO's interrupt at the eventfd that both have, and parts from it. */
static void join(struct oracle_device *d)
{
	const struct oracle_route *r = &d->o->route[d->gsi];

	d->bypassed =
		!vgic_v4_set_forwarding(d->o->vm->vgic, d->lpi, doorbell(), r->device, r->event);
}

static void part(struct oracle_device *d)
{
	const struct oracle_route *r = &d->o->route[d->gsi];

	if (d->bypassed)
		vgic_v4_unset_forwarding(d->o->vm->vgic, d->lpi, doorbell(), r->device, r->event);
	d->bypassed = false;
}

void oracle_irqfd(struct oracle *o, const struct oracle_line *line, bool attach)
{
	struct oracle_device *d = o->slot[line->arg[0]];
	u32 gsi = (u32)line->arg[2];
	int ret = 0;

	if (attach) {
		o->route[gsi] = (struct oracle_route){ (u32)line->arg[3], (u32)line->arg[4] };
		if (d->attached) {
			oracle_print_error(o, -EBUSY);
			ret = -1;
		} else {
			d->attached = true;
			d->attached_as = o->nr_attached++;
			d->gsi = gsi;
			if (d->count)
				inject_first(d);
			join(d);
		}
	} else if (d->attached && d->gsi == gsi) {
		part(d);
		d->attached = false;
		d->count = 0;
	}
	fprintf(o->out, "  rc=%d\n", ret);
}

void oracle_evread(struct oracle *o, u32 slot)
{
	struct oracle_device *d = o->slot[slot];

	fprintf(o->out, "  ev r=%d x=%llu\n", d->count ? 8 : -1, (unsigned long long)d->count);
	d->count = 0;
}

/* ---- the device ---- */

int oracle_bind(struct oracle *o, u32 slot, u32 device)
{
	struct machine *m = &o->m;
	struct oracle_device *d = &o->device[device];
	int ret = host_its_map_device(m->host_its, 0, d->id, 1);

	if (!ret)
		ret = host_its_map_event(m->host_its, 0, d->id, 0, m->next_lpi_pe++ % m->nr_pes);
	if (ret < 0)
		return oracle_fail(o, ret, "device %u cannot be mapped: %s", d->id, strerror(-ret));
	d->lpi = (u32)ret;
	m->lpis[d->lpi - GIC_LPI_BASE] = (struct host_lpi){ .vector = HOST_LPI_OTHER, .arg = d };
	m->other_lpi = signalled;
	d->bound = true;
	d->order = o->nr_opened++;
	o->slot[slot] = d;
	return 0;
}

void oracle_detach_all(struct oracle *o)
{
	for (u32 n = 0; n < o->nr_attached; n++)
		for (u32 i = 0; i < ORACLE_NR_DEVICES; i++)
			if (o->device[i].attached_as == n)
				part(&o->device[i]);
}

void oracle_unbind(struct oracle *o, u32 order)
{
	for (u32 i = 0; i < ORACLE_NR_DEVICES; i++) {
		struct oracle_device *d = &o->device[i];

		if (!d->bound || d->order != order)
			continue;
		part(d);
		host_its_unmap_device(o->m.host_its, 0, d->id);
	}
}

void oracle_raise(struct oracle *o, u32 slot)
{
	struct oracle_device *d = o->slot[slot];
	struct its_route route = { 0 };
	struct its_work work = { 0 };

	plat_sync();
	d->line = o->line;
	d->taken = 0;
	fprintf(o->out, "  msi dev=%u ev=0\n", d->id);
	its_translate(o->m.its[0], d->id, 0, &route, &work);
	if (route.pe && route.virt)
		gic_vlpi_set(route.pe, &route.vlpi);
	else if (route.pe)
		gic_lpi_set(route.pe, route.intid);
}
