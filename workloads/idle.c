// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Guests that do nothing, or nothing but compute: company for other workloads on the same PEs.
 */
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

static void wake_up(struct vcpu *c, u32 intid, void *arg)
{
	(void)intid;
	(void)arg;
	guest_timer_stop(c);
}

static void boot_vcpu(struct workload_run *w, struct vcpu *c)
{
	const struct idle_params *p = w->params;

	if (!p->load || p->load == 100000)
		return;
	guest_set_handler(w->vm, GUEST_VTIMER_PPI, wake_up, w);
	guest_enable_irq(c, GUEST_VTIMER_PPI, true);
}

static void run(struct workload_run *w, struct vcpu *c)
{
	const struct idle_params *p = w->params;

	if (!p->load || p->load == 100000)
		common_pass_time(c, p->load ? p->slice : 0);
	for (;;) {
		guest_compute(c, p->slice);
		guest_timer_set(c, guest_now(c) + p->slice * (100000 - p->load) / p->load);
		guest_wfi(c);
	}
}

extern const struct workload workload_idle;
const struct workload workload_idle = {
	.name = "idle",
	.doc = "vCPUs that wait, or compute for a share of their time",
	.params = params,
	.params_size = sizeof(struct idle_params),
	.boot = boot,
	.boot_vcpu = boot_vcpu,
	.main = run,
};
