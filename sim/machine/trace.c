// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a run writes into its Perfetto trace: a track for each PE (which thread it runs, host
 * interrupts), vCPU (in the guest, events of its interrupts), ITS (what is in service) and device
 * (MSIs sent). The hops of one interrupt are connected by a flow.
 */
#include <stdio.h>
#include <string.h>

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

	for (u32 i = 0; i < host_nr_its(&m->cfg->host); i++)
		its_server_trace(m->server[i], group);
	for (u32 i = 0; i < m->nr_vms; i++)
		vm_tracks(m, m->vms[i]);
}

void trace_finish(struct machine *m)
{
	sim_time now = sim_now(m->e);

	for (u32 i = 0; i < m->nr_pes; i++) {
		struct pe *pe = &m->pes[i];

		if (pe->activity == PE_GUEST)
			rec_trace_end(m->trace, pe->current->vcpu->track, now);
		if (pe->current != &pe->idle)
			rec_trace_end(m->trace, pe->track, now);
	}
	for (u32 i = 0; i < host_nr_its(&m->cfg->host); i++)
		its_server_trace_finish(m->server[i]);
}

u64 trace_flow(struct machine *m, u32 tag)
{
	struct rec_life *life = rec_life_get(&m->lives, tag);

	return life ? life->serial : 0;
}

/* Names are put together by hand: this runs on the small stacks of processes. */
static char *put_text(char *p, const char *text)
{
	size_t n = strlen(text);

	memcpy(p, text, n + 1);
	return p + n;
}

static char *put_number(char *p, u32 n)
{
	char digits[12];
	u32 i = sizeof(digits) - 1;

	digits[i] = 0;
	do {
		digits[--i] = (char)('0' + n % 10);
		n /= 10;
	} while (n);
	return put_text(p, digits + i);
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
		put_number(put_text(put_text(name, to->vcpu->vm->name), " vCPU "), to->vcpu->id);
	else
		put_text(name, "worker");
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
	char name[80];

	if (object == m)
		track = who < m->nr_pes ? m->pes[who].track : 0;
	else if (who < ((struct vm *)object)->nr_vcpus)
		track = ((struct vm *)object)->vcpus[who].track;
	if (!track)
		return;
	if (intid == UINT32_MAX) /* about no interrupt */
		put_text(name, event_names[ev]);
	else
		put_number(put_text(put_text(name, event_names[ev]), " "), intid);
	rec_trace_instant(m->trace, track, machine_now(m), name, trace_flow(m, tag));
}
