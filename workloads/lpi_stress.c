// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * As many LPIs as can be injected, as spec/calibration.md defines it: `devices` threads of user
 * space each signal the MSIs of `events` events of a device of their own, by ioctl, `iterations`
 * times over; the vCPUs spin in the guest and do no more than IAR and EOI. An LPI that is pending
 * already coalesces. The rate is all signals over the time from the first thread's begin to the
 * last one's end.
 *
 * Choices: LPIs go round the vCPUs in the order in which they are mapped; thread n is pinned to
 * PE first_pe + n; a thread's own code between two ioctls takes `gap`.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include <sim/machine/hostthread.h>

#include "common.h"

#define STAGGER 1237u /* ps */

struct stress_params {
	uint32_t devices, events;
	uint64_t iterations;
	uint32_t first_pe;
	uint64_t gap;
};

struct stress_thread {
	struct workload_run *w;
	struct device *dev;
	struct host_thread *thread;
};

struct stress_state {
	u64 signalled, handled;
	u32 running;
	sim_time begin, end;
	struct stress_thread thread[];
};

/* clang-format off */
#define AT(field) .offset = offsetof(struct stress_params, field)
static const struct param params[] = {
	{ .name = "devices", .type = PARAM_U32, AT(devices), .min = 1, .max = 512, .def = "1",
	  .doc = "threads that signal, each for a device of its own" },
	{ .name = "events", .type = PARAM_U32, AT(events), .min = 1, .max = 2048, .def = "1",
	  .doc = "events of a device" },
	{ .name = "iterations", .type = PARAM_U64, AT(iterations), .min = 1, .def = "1000",
	  .doc = "how often each thread signals all its events" },
	{ .name = "first_pe", .type = PARAM_U32, AT(first_pe), .max = 4095, .def = "0",
	  .doc = "PE of the first thread, modulo the host's; the others follow" },
	{ .name = "gap", .type = PARAM_TIME, AT(gap), .max = SIM_S, .def = "20 ns",
	  .doc = "a thread's own code between two signals" },
	PARAM_END,
};
/* clang-format on */

static const char *check(const void *values, const struct vm_config *vm,
			 const struct machine_config *m, const char **key)
{
	const struct stress_params *p = values;

	(void)m;
	*key = "events";
	if ((uint64_t)p->devices * p->events > 57344)
		return "devices * events must not exceed 57344 LPIs";
	*key = "type";
	return vm->devices == DEVICES_PASSTHROUGH
		       ? NULL
		       : "lpi_stress's threads stay on their host: not with devices: emulated";
}

static void signal_all(struct host_thread *h, void *arg)
{
	struct stress_thread *t = arg;
	const struct stress_params *p = t->w->params;
	struct stress_state *s = t->w->state;

	plat_sync();
	if (!s->running++ && !s->begin)
		s->begin = host_now(h);
	for (u64 i = 0; i < p->iterations; i++)
		for (u32 e = 0; e < p->events; e++) {
			host_compute(h, p->gap);
			host_signal_msi(h, t->dev, e);
			s->signalled++;
		}
	plat_sync();
	s->running--;
	s->end = host_now(h);
}

static int setup(struct workload_run *w)
{
	const struct stress_params *p = w->params;
	struct stress_state *s = calloc(1, sizeof(*s) + p->devices * sizeof(s->thread[0]));
	char name[32];

	if (!s)
		return -ENOMEM;
	w->state = s;
	for (u32 i = 0; i < p->devices; i++) {
		struct stress_thread *t = &s->thread[i];

		snprintf(name, sizeof(name), "stress%u", i);
		t->w = w;
		t->dev = device_new_emulated(w->vm, name, p->events, NULL, w);
		t->thread = host_thread_new(w->vm, p->first_pe + i, signal_all, t);
		if (!t->dev || !t->thread)
			return -ENOMEM;
	}
	return 0;
}

static void handle(struct vcpu *c, u32 intid, void *arg)
{
	struct workload_run *w = arg;

	(void)c;
	(void)intid;
	((struct stress_state *)w->state)->handled++;
}

static int boot(struct workload_run *w, struct vcpu *c)
{
	const struct stress_params *p = w->params;
	struct stress_state *s = w->state;
	u32 target = 0;

	for (u32 i = 0; i < p->devices; i++)
		for (u32 e = 0; e < p->events; e++) {
			int ret = guest_map_msi(c, s->thread[i].dev, e,
						target++ % vm_nr_vcpus(w->vm), handle, w);

			if (ret < 0)
				return ret;
		}
	return 0;
}

static void start(struct workload_run *w)
{
	const struct stress_params *p = w->params;
	struct stress_state *s = w->state;

	/* The guest has said that it is ready. No two threads begin at the same picosecond. */
	for (u32 i = 0; i < p->devices; i++)
		host_thread_begin(s->thread[i].thread, SIM_MS / 10 + i * STAGGER);
}

static bool turn(struct workload_run *w, struct vcpu *c)
{
	(void)w;
	return common_pass_time(c, SIM_MS);
}

static const struct workload_count counts[] = {
	WORKLOAD_COUNT("signalled", "LPIs", struct stress_state, signalled),
	WORKLOAD_COUNT("handled", "LPIs", struct stress_state, handled),
	{ .name = NULL },
};

static void reset(struct workload_run *w)
{
	((struct stress_state *)w->state)->begin = 0;
}

static void report(struct workload_run *w)
{
	struct stress_state *s = w->state;
	sim_time took = s->begin ? s->end - s->begin : 0;

	if (took && !s->running && s->end > s->begin)
		workload_metric(w, "rate", s->signalled * SIM_S / took, "LPIs/s");
}

extern const struct workload workload_lpi_stress;
const struct workload workload_lpi_stress = {
	.name = "lpi_stress",
	.doc = "threads of user space signal MSIs as fast as they can",
	.params = params,
	.params_size = sizeof(struct stress_params),
	.counts = counts,
	.uses = WORKLOAD_ITS,
	.check = check,
	.setup = setup,
	.boot = boot,
	.start = start,
	.task = turn,
	.reset = reset,
	.report = report,
};
