// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Guests that do nothing, or nothing but compute: company for other workloads on the same PEs.
 */
#include <errno.h>
#include <stdlib.h>

#include "common.h"

struct idle_params {
	uint32_t load; /* 0.001 % */
	uint64_t slice;
	uint32_t lpis;
};

#define LPIS_A_DEVICE 1024u

/* clang-format off */
static const struct param params[] = {
	{ .name = "load", .type = PARAM_PERCENT, .offset = offsetof(struct idle_params, load),
	  .max = 100000, .def = "0 %", .doc = "share of time that each vCPU computes" },
	{ .name = "slice", .type = PARAM_TIME, .offset = offsetof(struct idle_params, slice),
	  .min = 1000, .max = SIM_S, .def = "100 us",
	  .doc = "length of a stretch of computing; waiting between stretches makes up the rest" },
	{ .name = "lpis", .type = PARAM_U32, .offset = offsetof(struct idle_params, lpis),
	  .max = 57344, .def = "0",
	  .doc = "device interrupts that the guest maps, over its vCPUs, and that never come" },
	PARAM_END,
};
/* clang-format on */

/* When each vCPU's waiting is over. */
static int setup(struct workload_run *w)
{
	w->state = calloc(vm_nr_vcpus(w->vm), sizeof(sim_time));
	return w->state ? 0 : -ENOMEM;
}

static int boot(struct workload_run *w, struct vcpu *c)
{
	const struct idle_params *p = w->params;
	struct device *d = NULL;

	for (u32 i = 0; i < p->lpis; i++) {
		int ret;

		if (i % LPIS_A_DEVICE == 0)
			d = device_new(w->vm, "idle", LPIS_A_DEVICE, NULL, w);
		if (!d)
			return -ENOMEM;
		ret = guest_map_msi(c, d, i % LPIS_A_DEVICE, i % vm_nr_vcpus(w->vm), NULL, NULL);
		if (ret < 0)
			return ret;
	}
	return 0;
}

static void boot_vcpu(struct workload_run *w, struct vcpu *c)
{
	const struct idle_params *p = w->params;

	if (!p->load || p->load == 100000)
		return;
	guest_set_handler(w->vm, GUEST_VTIMER_PPI, guest_tick, NULL);
	guest_enable_irq(c, GUEST_VTIMER_PPI, true);
}

static bool turn(struct workload_run *w, struct vcpu *c)
{
	const struct idle_params *p = w->params;
	sim_time *until = &((sim_time *)w->state)[guest_id(c)];

	if (!p->load || p->load == 100000)
		return common_pass_time(c, p->load ? p->slice : 0);
	if (guest_now(c) < *until)
		return false;
	guest_compute(c, p->slice);
	*until = guest_now(c) + p->slice * (100000 - p->load) / p->load;
	guest_timer_set(c, *until);
	return true;
}

extern const struct workload workload_idle;
const struct workload workload_idle = {
	.name = "idle",
	.doc = "vCPUs that wait, or compute for a share of their time",
	.params = params,
	.params_size = sizeof(struct idle_params),
	.private_irqs = 1u << GUEST_VTIMER_PPI,
	.setup = setup,
	.boot = boot,
	.boot_vcpu = boot_vcpu,
	.task = turn,
};
