// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A periodic guest timer on every vCPU, with work in each tick: the virtual timer's level PPI.
 */
#include <stdlib.h>

#include <sim/record/hist.h>

#include "common.h"

struct timer_params {
	uint64_t period;
	struct sim_dist work;
	uint64_t busy;
	uint32_t priority;
};

struct timer_vcpu {
	struct sim_stream stream;
	sim_time next; /* 0: not begun */
};

struct timer_state {
	u64 ticks;
	struct rec_hist *lateness;
	struct timer_vcpu vcpu[];
};

/* clang-format off */
static const struct param params[] = {
	{ .name = "period", .type = PARAM_TIME, .offset = offsetof(struct timer_params, period),
	  .min = SIM_US, .max = 100 * SIM_S, .def = "1 ms", .doc = "time between ticks of a vCPU" },
	{ .name = "work", .type = PARAM_DIST, .offset = offsetof(struct timer_params, work),
	  .def = "2 us", .doc = "what a tick's handler computes" },
	{ .name = "busy", .type = PARAM_TIME, .offset = offsetof(struct timer_params, busy),
	  .max = SIM_S, .def = "0 s",
	  .doc = "computing between ticks instead of WFI, in stretches of this length" },
	{ .name = "priority", .type = PARAM_U32, .offset = offsetof(struct timer_params, priority),
	  .max = 248, .def = "160", .doc = "guest priority of the timer's PPI, lower is more urgent" },
	PARAM_END,
};
/* clang-format on */

static int setup(struct workload_run *w)
{
	u32 n = vm_nr_vcpus(w->vm);
	struct timer_state *s = calloc(1, sizeof(*s) + n * sizeof(s->vcpu[0]));

	if (!s)
		return -ENOMEM;
	w->state = s;
	for (u32 i = 0; i < n; i++)
		s->vcpu[i].stream = workload_stream(w, "work", i);
	s->lateness = workload_hist(w, "lateness");
	return s->lateness ? 0 : -ENOMEM;
}

static void tick(struct vcpu *c, u32 intid, void *arg)
{
	struct workload_run *w = arg;
	const struct timer_params *p = w->params;
	struct timer_state *s = w->state;
	struct timer_vcpu *t = &s->vcpu[guest_id(c)];

	(void)intid;
	s->ticks++;
	rec_hist_add(s->lateness, guest_now(c) - t->next);
	while (t->next <= guest_now(c))
		t->next += p->period;
	guest_timer_set(c, t->next);
	guest_compute(c, sim_draw(&t->stream, &p->work));
}

static int boot(struct workload_run *w, struct vcpu *c)
{
	(void)c;
	return guest_set_handler(w->vm, GUEST_VTIMER_PPI, tick, w);
}

static void boot_vcpu(struct workload_run *w, struct vcpu *c)
{
	const struct timer_params *p = w->params;

	guest_set_priority(c, GUEST_VTIMER_PPI, (u8)p->priority);
	guest_enable_irq(c, GUEST_VTIMER_PPI, true);
}

static bool turn(struct workload_run *w, struct vcpu *c)
{
	const struct timer_params *p = w->params;
	struct timer_state *s = w->state;
	struct timer_vcpu *t = &s->vcpu[guest_id(c)];

	if (!t->next) {
		t->next = guest_now(c) + p->period;
		guest_timer_set(c, t->next);
	}
	return common_pass_time(c, p->busy);
}

static const struct workload_count counts[] = {
	WORKLOAD_COUNT("ticks", "ticks", struct timer_state, ticks),
	{ .name = NULL },
};

extern const struct workload workload_timer;
const struct workload workload_timer = {
	.name = "timer",
	.doc = "a periodic timer tick on every vCPU",
	.params = params,
	.params_size = sizeof(struct timer_params),
	.counts = counts,
	.setup = setup,
	.boot = boot,
	.boot_vcpu = boot_vcpu,
	.private_irqs = 1u << GUEST_VTIMER_PPI,
	.task = turn,
};
