// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Passed-through devices (device.h): a link that sends one thing after the other, so that an MSI
 * follows the DMA before it; behind it the host bridge, then an ITS.
 *
 * Choices: DMA and MSIs share one direction of the link; a posted write takes the time of 64 bytes
 * on it. Devices are spread over sockets and over ITSs in the order in which they are made.
 */
#include <stdio.h>
#include <stdlib.h>

#include "machine.h"

/* What an interrupt touches of its target, in bytes from the start of the structure. */
#define FETCH_VCPU	320
#define FETCH_VGIC_VCPU 320
#define FETCH_PE	192
#define FETCH_PROC	128

struct dma_message {
	void (*done)(void *arg, u64 cookie);
	u64 cookie;
};

struct msi_message {
	u32 vector, tag;
};

struct device_alarm {
	sim_time when;
	u64 order; /* of equal times */
	void (*fn)(void *arg, u64 cookie);
	u64 cookie;
	void *arg;
};

/* ---- arrivals ---- */

static void dma_arrives(void *ctx, const void *payload)
{
	const struct dma_message *msg = payload;
	struct device *d = ctx;

	msg->done(d->arg, msg->cookie);
}

static void fetch_target(const struct vcpu *c)
{
	machine_fetch(c->v, FETCH_VGIC_VCPU);
	machine_fetch(c->thread.pe, FETCH_PE);
	if (c->thread.proc)
		machine_fetch(c->thread.proc, FETCH_PROC);
}

static void msi_arrives(void *ctx, const void *payload)
{
	const struct msi_message *msg = payload;
	struct device *d = ctx;
	u64 assumed = 0;

	/* Path and pipe were paid in full when the message was sent; here it reaches the ITS. */
	account_hw(d->m, msg->tag, REC_STAGE_LINK, sim_now(d->m->e), assumed);
	if (d->vec[msg->vector].spi) {
		device_spi_arrives(d, msg->vector, msg->tag);
		return;
	}
	fetch_target(&d->vm->vcpus[d->vec[msg->vector].target]);
	its_server_msi(d->m->server[d->its], d, msg->vector, msg->tag);
}

static void doorbell_arrives(void *ctx, const void *payload)
{
	struct device *d = ctx;

	d->doorbell(d->arg, *(const u32 *)payload);
}

/*
 * ---- the device's own clock: a binary heap of alarms behind one event ----
 * An alarm that rings leaves the root vacant; mostly it sets the next one, which takes that place.
 */

/* Which is first is a toss-up: no branch could be foretold. */
static bool alarm_before(const struct device_alarm *a, const struct device_alarm *b)
{
	return (a->when < b->when) | ((a->when == b->when) & (a->order < b->order));
}

/* Fill the vacant root. */
static void alarm_down(struct device *d, const struct device_alarm *moving)
{
	struct device_alarm *alarm = d->alarms;
	u32 i = 0, child;

	for (; (child = 2 * i + 1) < d->nr_alarms; i = child) {
		if (child + 1 < d->nr_alarms)
			child += alarm_before(&alarm[child + 1], &alarm[child]);
		if (!alarm_before(&alarm[child], moving))
			break;
		alarm[i] = alarm[child];
	}
	alarm[i] = *moving;
	d->alarm_rings = false;
}

/* For the first alarm. */
static void alarm_arm(struct device *d)
{
	sim_event_at(d->m->e, &d->alarm, d->alarms[0].when);
}

static void alarm_rings(struct sim_engine *e, struct sim_event *ev)
{
	struct device *d = plat_container_of(ev, struct device, alarm);
	struct device_alarm a = d->alarms[0], last;

	(void)e;
	d->alarm_rings = true;
	a.fn(a.arg, a.cookie);
	if (d->alarm_rings) {
		last = d->alarms[--d->nr_alarms];
		alarm_down(d, &last);
	}
	if (d->nr_alarms && !d->frozen)
		alarm_arm(d);
}

void device_at(struct device *d, sim_time when, void (*fn)(void *arg, u64 cookie), u64 cookie)
{
	u32 i = d->nr_alarms;
	struct device_alarm a = { when, d->alarm_count++, fn, cookie, d->arg };

	if (d->frozen) /* its clock stands there */
		a.when -= sim_now(d->m->e) - d->frozen_at;
	if (d->alarm_rings) {
		alarm_down(d, &a);
		return;
	}
	if (i == d->alarms_room) {
		u32 room = i ? 2 * i : 16;
		struct device_alarm *bigger = realloc(d->alarms, room * sizeof(*bigger));

		if (!bigger) {
			machine_fail(d->m, -ENOMEM);
			return;
		}
		d->alarms = bigger;
		d->alarms_room = room;
	}
	d->nr_alarms++;
	while (i && alarm_before(&a, &d->alarms[(i - 1) / 2])) {
		d->alarms[i] = d->alarms[(i - 1) / 2];
		i = (i - 1) / 2;
	}
	d->alarms[i] = a;
	if (i == 0 && !d->frozen)
		alarm_arm(d);
}

sim_time device_now(const struct device *d)
{
	return sim_now(d->m->e);
}

void *device_arg(const struct device *d)
{
	return d->arg;
}

/* ---- sending ---- */

/* The link takes up `bytes` behind all it was given so far; when it has sent them. */
static sim_time link_send(struct device *d, u64 bytes, u64 *assumed)
{
	struct machine *m = d->m;
	u64 units = (bytes + 63) / 64;
	sim_time now = sim_now(m->e);
	u64 once = 0, each = machine_hw_cost(m, COST_LINK_64B, &once);

	if (d->link_free < now)
		d->link_free = now;
	d->link_free += each * units;
	*assumed += once * units;
	return d->link_free;
}

/* When the host bridge has what was sent then: a posted write does not pass those before it. */
static sim_time posted(struct device *d, sim_time sent, u64 *assumed)
{
	sim_time at = sent + machine_hw_cost(d->m, COST_LINK_POSTED, assumed);

	if (d->at_bridge < at)
		d->at_bridge = at;
	return d->at_bridge;
}

void device_dma(struct device *d, u64 bytes, void (*done)(void *arg, u64 cookie), u64 cookie)
{
	u64 assumed = 0;
	sim_time sent = link_send(d, bytes, &assumed), at = posted(d, sent, &assumed);
	struct dma_message *msg = sim_pipe_send(d->dma, &at);

	*msg = (struct dma_message){ done, cookie };
}

void device_msi(struct device *d, u32 vector)
{
	struct machine *m = d->m;
	struct device_vector *v = &d->vec[vector];
	struct msi_message *msg;
	u64 queued = 0, assumed = 0;
	sim_time sent, at;
	u32 tag;

	machine_fetch(&d->vm->vcpus[v->target], FETCH_VCPU);
	tag = account_raise(m, d->vm, v->target, v->intid, sim_now(m->e), d->number);
	if (plat_unlikely(m->trace != NULL))
		rec_trace_instant(m->trace, d->track, sim_now(m->e), "MSI", trace_flow(m, tag));
	if (!v->lpi && !v->spi) {
		account_drop(m, tag, DROP_UNMAPPED_EVENT);
		return;
	}
	sent = link_send(d, 1, &queued);
	account_hw(m, tag, REC_STAGE_DEVICE, sent, queued);
	at = posted(d, sent, &assumed) +
	     machine_hw_cost(m, v->spi ? COST_WIRE : COST_BRIDGE_ITS, &assumed);
	if (!v->spi)
		at += machine_hw_cost(m, COST_SMMU, &assumed);
	if (!v->spi && d->its_remote)
		at += machine_hw_cost(m, COST_BRIDGE_ITS_REMOTE, &assumed);
	msg = sim_pipe_send(d->msi, &at);
	*msg = (struct msi_message){ vector, tag };
	account_assume(m, tag, assumed);
}

void device_doorbell(struct device *d, u32 queue)
{
	u64 assumed = 0;
	u32 *msg;

	if (!d->doorbell)
		return;
	d->written = sim_now(d->m->e) + machine_hw_cost(d->m, COST_LINK_POSTED, &assumed);
	msg = sim_pipe_send(d->doorbells, &d->written);
	*msg = queue;
}

sim_time device_answers(struct device *d, u64 *assumed)
{
	sim_time at = sim_now(d->m->e) + machine_hw_cost(d->m, COST_LINK_POSTED, assumed);

	if (at < d->written)
		at = d->written;
	return at + machine_hw_cost(d->m, COST_LINK_POSTED, assumed);
}

/* ---- making ---- */

static void unplug(struct device *d)
{
	if (d->dma)
		sim_pipe_free(d->dma);
	if (d->msi)
		sim_pipe_free(d->msi);
	if (d->doorbells)
		sim_pipe_free(d->doorbells);
	d->dma = d->msi = d->doorbells = NULL;
}

/* Links and clock on a host, as its device of the next number. */
static int plug_in(struct device *d, struct machine *m)
{
	struct device **grown = realloc(m->devices, (m->nr_devices + 1) * sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	m->devices = grown;
	d->m = m;
	d->number = m->nr_devices;
	d->its = host_nr_its(&m->cfg->host) ? d->number % host_nr_its(&m->cfg->host) : 0;
	d->its_remote = d->its % m->cfg->host.sockets != d->number % m->cfg->host.sockets;
	d->dma = sim_pipe_new(m->e, CLASS_WIRE, m->next_wire++, sizeof(struct dma_message),
			      dma_arrives, d);
	d->msi = sim_pipe_new(m->e, CLASS_WIRE, m->next_wire++, sizeof(struct msi_message),
			      msi_arrives, d);
	d->doorbells =
		sim_pipe_new(m->e, CLASS_WIRE, m->next_wire++, sizeof(u32), doorbell_arrives, d);
	sim_event_init(m->e, &d->alarm, CLASS_DEVICE, d->number, alarm_rings);
	if (!d->dma || !d->msi || !d->doorbells)
		return -ENOMEM;
	m->devices[m->nr_devices++] = d;
	return 0;
}

struct device *device_new(struct vm *vm, const char *name, u32 nr_vectors,
			  void (*doorbell)(void *arg, u32 queue), void *arg)
{
	struct device *d = calloc(1, sizeof(*d));

	if (!d)
		return NULL;
	d->vm = vm;
	snprintf(d->name, sizeof(d->name), "%s", name);
	d->guest_id = vm->m->nr_devices;
	d->nr_vectors = nr_vectors;
	d->doorbell = doorbell;
	d->arg = arg;
	d->vec = calloc(nr_vectors + 1, sizeof(*d->vec));
	if (!d->vec || plug_in(d, vm->m)) {
		device_free(d);
		return NULL;
	}
	d->next = vm->devices;
	vm->devices = d;
	return d;
}

struct device *device_new_emulated(struct vm *vm, const char *name, u32 nr_vectors,
				   void (*doorbell)(void *arg, u32 queue), void *arg)
{
	struct device *d = device_new(vm, name, nr_vectors, doorbell, arg);

	if (d)
		d->emulated = true;
	return d;
}

void device_free(struct device *d)
{
	if (d->alarm.fn)
		sim_event_fini(d->m->e, &d->alarm);
	unplug(d);
	free(d->alarms);
	free(d->vec);
	free(d);
}

/* ---- to another host: the device of a VMM that emulates it ---- */

void device_freeze(struct device *d)
{
	d->frozen = true;
	d->frozen_at = sim_now(d->m->e);
	sim_event_cancel(d->m->e, &d->alarm);
}

bool device_quiet(const struct device *d)
{
	return !sim_pipe_length(d->dma) && !sim_pipe_length(d->msi) &&
	       !sim_pipe_length(d->doorbells);
}

int device_move(struct device *d, struct machine *to)
{
	struct machine *from = d->m;

	device_spi_leave(d);
	for (u32 v = 0; v < d->nr_vectors; v++)
		if (d->vec[v].lpi)
			from->lpis[d->vec[v].lpi - GIC_LPI_BASE].dev = NULL;
	sim_event_fini(from->e, &d->alarm);
	unplug(d);
	from->devices[d->number] = NULL;
	d->host_mapped = false;
	return plug_in(d, to);
}

void device_thaw(struct device *d)
{
	sim_time stood_still = sim_now(d->m->e) - d->frozen_at;

	d->frozen = false;
	for (u32 i = 0; i < d->nr_alarms; i++)
		d->alarms[i].when += stood_still;
	if (d->nr_alarms)
		alarm_arm(d);
}

/* ---- what is on its way ---- */

struct visit {
	void (*fn)(void *arg, u32 tag);
	void *arg;
};

static void visit_msi(void *ctx, const void *payload)
{
	const struct msi_message *msg = payload;
	struct visit *v = ctx;

	v->fn(v->arg, msg->tag);
}

void devices_in_flight(struct machine *m, void (*fn)(void *arg, u32 tag), void *arg)
{
	struct visit v = { fn, arg };

	for (u32 i = 0; i < m->nr_devices; i++)
		if (m->devices[i])
			sim_pipe_for_each(m->devices[i]->msi, visit_msi, &v);
}
