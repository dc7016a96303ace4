// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Interrupts at random times from the vectors of one device (traffic.h).
 */
#include "traffic.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int traffic_setup(struct workload_run *w, u32 vectors, const struct sim_dist *interval,
		  const struct sim_dist *work)
{
	struct traffic *t = w->state;

	t->nr = vectors;
	t->interval = *interval;
	t->work = *work;
	t->count = calloc(vectors, sizeof(*t->count));
	t->target = calloc(vectors, sizeof(*t->target));
	t->lpi = calloc(vectors, sizeof(*t->lpi));
	t->pause = calloc(vectors, sizeof(*t->pause));
	t->compute = calloc(vectors, sizeof(*t->compute));
	t->dev = device_new(w->vm, w->name, vectors, NULL, t);
	if (!t->count || !t->target || !t->lpi || !t->pause || !t->compute || !t->dev)
		return -ENOMEM;
	for (u32 v = 0; v < vectors; v++) {
		t->pause[v] = workload_stream(w, "interval", v);
		t->compute[v] = workload_stream(w, "work", v);
	}
	return 0;
}

static u32 vector_of(const struct traffic *t, u32 intid)
{
	return intid - t->lpi[0]; /* mapped one after the other */
}

static void handle(struct vcpu *c, u32 intid, void *arg)
{
	struct traffic *t = arg;
	u32 v = vector_of(t, intid);

	t->handled++;
	t->count[v]++;
	guest_compute(c, sim_draw(&t->compute[v], &t->work));
}

int traffic_boot(struct workload_run *w, struct vcpu *c, u32 vcpus)
{
	struct traffic *t = w->state;
	int ret = guest_set_handler(w->vm, GUEST_VTIMER_PPI, guest_tick, NULL);

	if (ret)
		return ret;
	for (u32 v = 0; v < t->nr; v++) {
		int intid = guest_map_msi(c, t->dev, v, v % vcpus, handle, t);

		if (intid < 0)
			return intid;
		t->lpi[v] = (u32)intid;
		t->target[v] = v % vcpus;
	}
	return 0;
}

int traffic_boot_all(struct workload_run *w, struct vcpu *c)
{
	return traffic_boot(w, c, vm_nr_vcpus(w->vm));
}

void traffic_boot_vcpu(struct workload_run *w, struct vcpu *c)
{
	(void)w;
	if (guest_id(c) == 0)
		guest_enable_irq(c, GUEST_VTIMER_PPI, true);
}

static void next(struct traffic *t, u32 v);

static void fire(void *arg, u64 v)
{
	struct traffic *t = arg;

	t->sent++;
	device_msi(t->dev, (u32)v);
	next(t, (u32)v);
}

static void next(struct traffic *t, u32 v)
{
	device_at(t->dev, device_now(t->dev) + 1 + sim_draw(&t->pause[v], &t->interval), fire, v);
}

void traffic_start(struct workload_run *w)
{
	struct traffic *t = w->state;

	if (t->interval.kind == SIM_CONSTANT && !t->interval.a)
		return;
	for (u32 v = 0; v < t->nr; v++)
		next(t, v);
}

bool traffic_turn(struct workload_run *w, struct vcpu *c)
{
	struct traffic *t = w->state;

	if (guest_id(c) != 0)
		return false;
	plat_sync();
	if (t->due && guest_now(c) >= t->due) {
		t->due = 0;
		t->act(w, c);
		return true;
	}
	if (!t->due) {
		t->due = guest_now(c) + t->period;
		guest_timer_set(c, t->due);
	}
	return false;
}

void traffic_move(struct traffic *t, struct vcpu *c, u32 v, u32 to)
{
	guest_move_msi(c, t->dev, v, to);
	t->target[v] = to;
}

void traffic_forget(struct traffic *t)
{
	memset(t->count, 0, t->nr * sizeof(*t->count));
}

void traffic_fini(struct workload_run *w)
{
	struct traffic *t = w->state;

	if (!t)
		return;
	free(t->count);
	free(t->target);
	free(t->lpi);
	free(t->pause);
	free(t->compute);
}
