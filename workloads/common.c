// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What guests of several workloads do alike (common.h): a queue and a vector a vCPU, as drivers of
 * multi-queue devices set them up, and vCPUs that live in their handlers.
 */
#include "common.h"

int common_map_queues(struct vcpu *c, struct device *d, u32 nr, guest_irq_fn fn, void *queues,
		      size_t size)
{
	u32 vcpus = vm_nr_vcpus(guest_vm(c));

	for (u32 i = 0; i < nr; i++) {
		int ret = guest_map_msi(c, d, i, i % vcpus, fn, (char *)queues + i * size);

		if (ret < 0)
			return ret;
	}
	return 0;
}

bool common_pass_time(struct vcpu *c, sim_time busy)
{
	if (busy)
		guest_compute(c, busy);
	return busy != 0;
}
