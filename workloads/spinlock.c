// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One spinlock of the guest that all vCPUs take in turn, interrupts masked meanwhile: where the host
 * takes the PE from the vCPU that holds it, or from the next in line, all others wait for a PE.
 */
#include <stdlib.h>

#include <sim/record/hist.h>

#include "common.h"

struct spinlock_params {
	struct sim_dist hold, between;
};

struct spinlock_vcpu {
	struct sim_stream hold, between;
};

struct spinlock_state {
	struct guest_lock lock;
	u64 taken;
	struct rec_hist *wait;
	struct spinlock_vcpu vcpu[];
};

/* clang-format off */
static const struct param params[] = {
	{ .name = "hold", .type = PARAM_DIST, .offset = offsetof(struct spinlock_params, hold),
	  .def = "1 us", .doc = "computing with the lock held, interrupts masked" },
	{ .name = "between", .type = PARAM_DIST, .offset = offsetof(struct spinlock_params, between),
	  .def = "10 us",
	  .doc = "computing of a vCPU before it takes the lock again, 1 ns at least" },
	PARAM_END,
};
/* clang-format on */

static int setup(struct workload_run *w)
{
	u32 n = vm_nr_vcpus(w->vm);
	struct spinlock_state *s = calloc(1, sizeof(*s) + n * sizeof(s->vcpu[0]));

	if (!s)
		return -ENOMEM;
	w->state = s;
	for (u32 i = 0; i < n; i++) {
		s->vcpu[i].hold = workload_stream(w, "hold", i);
		s->vcpu[i].between = workload_stream(w, "between", i);
	}
	s->wait = workload_hist(w, "wait");
	return s->wait ? 0 : -ENOMEM;
}

static bool turn(struct workload_run *w, struct vcpu *c)
{
	const struct spinlock_params *p = w->params;
	struct spinlock_state *s = w->state;
	struct spinlock_vcpu *v = &s->vcpu[guest_id(c)];
	sim_time asked, pause = sim_draw(&v->between, &p->between);
	bool was;

	guest_compute(c, pause > SIM_NS ? pause : SIM_NS);
	asked = guest_now(c);
	was = guest_lock(c, &s->lock);
	s->taken++;
	rec_hist_add(s->wait, guest_now(c) - asked);
	guest_compute(c, sim_draw(&v->hold, &p->hold));
	guest_unlock(c, &s->lock, was);
	return true;
}

static const struct workload_count counts[] = {
	WORKLOAD_COUNT("taken", "times", struct spinlock_state, taken),
	{ .name = NULL },
};

extern const struct workload workload_spinlock;
const struct workload workload_spinlock = {
	.name = "spinlock",
	.doc = "vCPUs that take one spinlock of the guest in turn",
	.params = params,
	.params_size = sizeof(struct spinlock_params),
	.counts = counts,
	.setup = setup,
	.task = turn,
};
