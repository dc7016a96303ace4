// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a run writes into its Perfetto trace: a track for each PE (which thread it runs, host
 * interrupts), vCPU (in the guest, events of its interrupts), ITS (what is in service) and device
 * (MSIs sent). The hops of one interrupt are connected by a flow.
 */
#include <stdio.h>

#include "machine.h"

static rec_track pe_tracks(struct machine *m)
{
	rec_track group = rec_trace_track(m->trace, 0, "host");

	for (u32 i = 0; i < m->nr_pes; i++) {
		char name[24];

		snprintf(name, sizeof(name), "PE %u", i);
		m->pes[i].track = rec_trace_track(m->trace, group, name);
	}
	return group;
}

static void vm_tracks(struct machine *m, struct vm *vm)
{
	rec_track group = rec_trace_track(m->trace, 0, vm->name);

	for (u32 i = 0; i < vm->nr_vcpus; i++) {
		char name[24];

		snprintf(name, sizeof(name), "vCPU %u", i);
		vm->vcpus[i].track = rec_trace_track(m->trace, group, name);
	}
	for (struct device *d = vm->devices; d; d = d->next)
		d->track = rec_trace_track(m->trace, group, d->name);
}

void trace_tracks(struct machine *m)
{
	rec_track group = pe_tracks(m);

	for (u32 i = 0; i < m->cfg->host.gic.its; i++)
		its_server_trace(m->server[i], group);
	for (u32 i = 0; i < m->nr_vms; i++)
		vm_tracks(m, m->vms[i]);
}

u64 trace_flow(struct machine *m, u32 tag)
{
	struct rec_life *life = rec_life_get(&m->lives, tag);

	return life ? life->serial : 0;
}

void trace_thread(struct pe *pe, struct thread *from, struct thread *to, sim_time at)
{
	struct machine *m = pe->m;
	char name[PARAM_STRING_MAX + 40];

	if (from != &pe->idle)
		rec_trace_end(m->trace, pe->track, sim_now(m->e));
	if (to == &pe->idle)
		return;
	if (to->vcpu)
		snprintf(name, sizeof(name), "%s vCPU %u", to->vcpu->vm->name, to->vcpu->id);
	else
		snprintf(name, sizeof(name), "worker");
	rec_trace_begin(m->trace, pe->track, at, name, 0);
}

static const char *const event_names[] = {
#define EVENT_NAME(id, kind, name, rule) [EV_##id] = name,
	PLAT_EVENTS(EVENT_NAME)
#undef EVENT_NAME
};

void trace_event(struct machine *m, enum plat_event ev, void *object, u32 who, u32 intid, u32 tag)
{
	rec_track track = 0;
	char name[64];

	if (object == m)
		track = who < m->nr_pes ? m->pes[who].track : 0;
	else if (who < ((struct vm *)object)->nr_vcpus)
		track = ((struct vm *)object)->vcpus[who].track;
	if (!track)
		return;
	snprintf(name, sizeof(name), "%s %u", event_names[ev], intid);
	rec_trace_instant(m->trace, track, machine_now(m), name, trace_flow(m, tag));
}
